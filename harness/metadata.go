package harness

import (
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/settings"
)

// A MetadataFile is metadata of an identity or a service provider, or of a federation.
type MetadataFile struct {
	Name string
	XML  []byte
}

// JudgeMetadata judges metadata by itself, and by what want expects of it: the
// publisher that must have signed it, and where they are known the entity IDs, the
// certificates and the endpoints of the two sides. Settings may be nil. The error tells
// that the entity which want names is not there.
func JudgeMetadata(s *settings.Settings, files []MetadataFile, want *check.Expect, opt Options) (*report.Report, error) {
	held := *want
	opt.apply(&held)
	out := opt.report(s, held.Profile)
	checks := family(opt.checks(held.Profile), "metadata/", true)
	for _, f := range files {
		c := check.NewMetadataCase(f.XML, &held)
		if ids, judged := c.Entities(); held.Entity != "" && judged == 0 && len(ids) > 0 {
			return nil, &UsageError{Text: fmt.Sprintf("%s describes no entity %s", f.Name, held.Entity), Hint: "it describes " + some(ids)}
		}
		out.Metadata = append(out.Metadata, report.Metadata{Name: f.Name, Results: check.Run(checks, c)})
	}
	return out, nil
}

// some names the first of many.
func some(ids []string) string {
	const most = 5
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
}
