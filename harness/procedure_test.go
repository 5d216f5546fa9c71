package harness

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/settings"
)

var index = regexp.MustCompile(`\[\d+\]`)

// bare is the path of a setting without the indexes of lists, whether it names a file or
// holds its content.
func bare(path string) string {
	return strings.TrimSuffix(index.ReplaceAllString(path, ""), "_file")
}

// paths are those of every setting that there is: of settings in which every list has
// an entry.
func paths(t testing.TB) map[string]bool {
	t.Helper()
	s, err := fixtures.Default()
	require.NoError(t, err)
	one := settings.Text{Value: "x"}
	app, user := &s.Salesforce.ConnectedApp, &s.Salesforce.Users[0]
	app.PermissionSets, user.PermissionSets, s.Flex.TrustedURLs = []settings.Text{one}, []settings.Text{one}, []settings.Text{one}
	user.Fields = []settings.UserField{{}}
	all := map[string]bool{}
	for v := range s.Values() {
		all[bare(v.Path)] = true
	}
	return all
}

func TestStepsAreWhole(t *testing.T) {
	t.Parallel()
	known := paths(t)
	covered := map[string]bool{}
	for _, s := range Steps() {
		assert.NotEmpty(t, s.Part, s.Text)
		assert.NotEmpty(t, s.Text)
		assert.NotEmpty(t, s.Effect, s.Text)
		assert.True(t, known[s.Setting], "%s: there is no setting %s", s.Text, s.Setting)
		assert.NotEqual(t, s.Scenario == "", s.Why == "", "%s: either a scenario, or why there is none", s.Text)
		covered[s.Setting] = true
		_, err := check.Lookup(s.Check)
		assert.NoError(t, err, s.Text)
	}
	for _, s := range Beyond() {
		assert.True(t, known[s.Setting], "there is no setting %s", s.Setting)
		assert.False(t, covered[s.Setting], "%s has a step", s.Setting)
		assert.NotEmpty(t, s.Text, s.Setting)
		covered[s.Setting] = true
	}
	for path := range known {
		assert.True(t, covered[path], "%s is neither in a step nor beyond them", path)
	}
}

// In the scenario of a step its check is the only cause, and it points at the setting of
// the step, or at what the other console holds against it.
func TestStepsAreFound(t *testing.T) {
	t.Parallel()
	all := Scenarios()
	for _, step := range Steps() {
		if step.Scenario == "" {
			continue
		}
		i := slices.IndexFunc(all, func(sc *Scenario) bool { return sc.ID == step.Scenario })
		if !assert.GreaterOrEqual(t, i, 0, "%s: there is no scenario %s", step.Text, step.Scenario) {
			continue
		}
		sc := all[i]
		c, err := check.Lookup(step.Check)
		require.NoError(t, err)
		if len(sc.Causes) > 0 {
			assert.Equal(t, []string{step.Check}, sc.Causes, "%s: %s", step.Text, sc.ID)
		} else {
			assert.Equal(t, step.Check, sc.Warns[0], "%s: %s", step.Text, sc.ID)
			assert.Empty(t, sc.Follows)
		}
		s, err := sc.settings()
		require.NoError(t, err)
		want := check.FromSettings(s)
		(&Options{At: ScenarioTime}).apply(want)
		var at []string
		for _, r := range check.Run([]*check.Check{c}, check.NewCase(s, nil, want)) {
			for _, f := range r.Findings {
				at = append(at, bare(f.At))
			}
		}
		assert.Contains(t, at, step.Setting, "%s: %s", step.Text, sc.ID)
	}
}

func TestProcedureIsUpToDate(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	require.NoError(t, Procedure(&b))
	page, err := os.ReadFile("PROCEDURE.md")
	require.NoError(t, err)
	assert.Equal(t, b.String(), string(page), "go generate ./harness brings it up to date")
	for _, line := range strings.Split(b.String(), "\n") {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			assert.NotEmpty(t, strings.TrimSpace(cell), line)
		}
	}
}
