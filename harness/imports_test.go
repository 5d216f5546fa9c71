package harness_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// may says which of the project's packages each may import: imports go one way, the
// mocks know no check, the checks know no mock, and neither mock knows the other.
// mockidp/formula is the language of Salesforce's formulas, which a mock evaluates and
// a check explains; it knows nobody.
var may = map[string][]string{
	"fixtures":                  {"harness/settings"},
	"fixtures/keys":             {},
	"harness/check/gen":         {"harness/check"},
	"harness/gen":               {"harness"},
	"fixtures/vectors":          {},
	"fixtures/vectors/judged":   {"fixtures", "fixtures/keys", "fixtures/vectors", "harness/check", "harness/saml"},
	"fixtures/gen":              {"fixtures", "fixtures/keys", "fixtures/vectors", "fixtures/vectors/judged", "harness", "harness/check", "harness/report", "harness/saml", "harness/settings"},
	"harness/settings":          {},
	"harness/settings/importer": {"harness/settings", "harness/saml"},
	"harness/saml":              {},
	"mockidp/formula":           {},
	"harness/check":             {"harness/settings", "harness/saml", "mockidp/formula"},
	"harness/capture":           {"harness/saml"},
	"harness/report":            {"harness/check", "harness/saml", "harness/settings"},
	"mockidp":                   {"harness/settings", "harness/saml", "mockidp/formula"},
	"mocksp":                    {"harness/settings", "harness/saml"},
	"harness":                   {"fixtures", "fixtures/keys", "harness/capture", "harness/check", "harness/report", "harness/saml", "harness/settings", "mockidp", "mocksp"},
	"cmd/samlproof":             {"fixtures", "fixtures/keys", "harness", "harness/capture", "harness/check", "harness/report", "harness/saml", "harness/settings", "harness/settings/importer"},
}

func TestImportsGoOneWay(t *testing.T) {
	const module = "github.com/samlproof/samlproof/"
	seen := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		require.NoError(t, err)
		dir, err := filepath.Rel("..", filepath.Dir(path))
		require.NoError(t, err)
		dir = filepath.ToSlash(dir)
		allowed, known := may[dir]
		if !assert.True(t, known, "%s is a package that this test does not know", dir) {
			return nil
		}
		seen[dir] = true
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if ours, ok := strings.CutPrefix(name, module); ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s, which %s may not", path, ours, dir)
			}
		}
		return nil
	})
	require.NoError(t, err)
	for dir := range may {
		assert.True(t, seen[dir], "no file of %s was found", dir)
	}
}
