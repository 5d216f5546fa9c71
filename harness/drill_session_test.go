package harness_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
)

// tries says of a state what works of what is tried in it: a word each.
func tries(t *testing.T, d *report.Drill, name string) string {
	t.Helper()
	for _, s := range d.Sessions {
		if !strings.HasPrefix(s.Name, name) {
			continue
		}
		var all []string
		for _, try := range s.Tries {
			word := "no"
			if try.Works {
				word = "yes"
				assert.Empty(t, try.Sees, try.Do)
			} else {
				assert.NotEmpty(t, try.Sees, try.Do)
			}
			all = append(all, word)
		}
		assert.NotEmpty(t, s.Tries[0].Inferred, "what becomes of a session is documented nowhere")
		assert.NotEmpty(t, s.Tries[len(s.Tries)-1].Inferred, "how long it lasts neither")
		return strings.Join(all, " ")
	}
	require.Failf(t, "no such state", "%s", name)
	return ""
}

// A session goes on whatever the certificates are; a login that is under way ends as a
// new one does, and so does a logout with a session of before.
func TestRotateSessions(t *testing.T) {
	t.Parallel()
	for id, want := range map[string][3]string{
		"enhanced":             {"yes no no no", "yes no no no", "yes yes yes yes"},
		"legacy":               {"yes no no no", "yes no no no", "yes yes yes yes"},
		"single-logout":        {"yes no no no no no", "yes no no no no no", "yes yes yes yes yes yes"},
		"single-logout-post":   {"yes no no no no no", "yes no no no no no", "yes yes yes yes yes yes"},
		"single-logout-legacy": {"yes no no no no no", "yes no no no no no", "yes yes yes yes yes yes"},
	} {
		if underRace && id != "single-logout" {
			continue // what runs side by side is the same for each
		}
		for _, flow := range []saml.Flow{saml.FlowSP, saml.FlowIDP} {
			t.Run(fmt.Sprint(id, " ", flow), func(t *testing.T) {
				t.Parallel()
				opt := drillTime
				opt.Flow = flow
				d, err := harness.DrillRotate(t.Context(), scenario(t, id).Edited(t), harness.RotateOptions{Options: opt})
				require.NoError(t, err)
				assert.Equal(t, want[0], tries(t, d, "Salesforce signs with the new one, Flex verifies with the old one"))
				assert.Equal(t, want[1], tries(t, d, "Salesforce signs with the old one, Flex verifies with the new one"))
				assert.Equal(t, want[2], tries(t, d, "Salesforce signs with the new one, Flex verifies with the new one"))
			})
		}
	}
}

// A login page that was opened before leads back to the old addresses, whatever is
// changed; a second app serves who logs in again.
func TestMigrateSessions(t *testing.T) {
	t.Parallel()
	targets := []string{"iam", "enhanced"}
	if underRace {
		targets = targets[:1] // what runs side by side is the same for each
	}
	for _, to := range targets {
		d, err := harness.DrillMigrate(t.Context(), example(t, "legacy"), harness.MigrateOptions{Options: drillTime, To: to})
		require.NoError(t, err)
		assert.Equal(t, "yes no yes yes", tries(t, d, "A second app"), to)
		assert.Equal(t, "yes no no no", tries(t, d, "Salesforce old, Flex new"), to)
		assert.Equal(t, "yes no no no", tries(t, d, "Salesforce new, Flex old"), to)
		assert.Equal(t, "yes no yes yes", tries(t, d, "Salesforce new, Flex new"), to)
	}
}

// A certificate that was made this minute can be replaced, too.
func TestRotateOfAFreshCertificate(t *testing.T) {
	if underRace {
		t.Skip("what runs side by side here does so in TestRotateTellsTheOrder, too")
	}
	t.Parallel()
	s := example(t, "enhanced")
	from, to := keys.Lifetime(harness.ScenarioTime, 2048)
	fresh := harness.Another(t, 2048, 2, from, to)
	s.Salesforce.Certificates[0].File.Data, s.Flex.X509Certificate.Data = fresh, fresh
	d, err := harness.DrillRotate(t.Context(), s, harness.RotateOptions{Options: drillTime})
	require.NoError(t, err)
	assert.Equal(t, report.Pass, d.Verdict(), d.Result)
}
