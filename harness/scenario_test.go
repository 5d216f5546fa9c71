package harness_test

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/mockidp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scenarios are those of the settings, or those of the faults.
func scenarios(t testing.TB, faults bool) []*harness.Scenario {
	t.Helper()
	all := slices.DeleteFunc(harness.Scenarios(), func(sc *harness.Scenario) bool { return (sc.Fault != nil) != faults })
	require.NotEmpty(t, all)
	return all
}

func TestScenariosAreDescribed(t *testing.T) {
	t.Parallel()
	id, sentence := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`), regexp.MustCompile(`[^.]$`)
	seen := map[string]bool{}
	for _, sc := range harness.Scenarios() {
		assert.Regexp(t, id, sc.ID)
		assert.False(t, seen[sc.ID], "%s is there twice", sc.ID)
		seen[sc.ID] = true
		assert.Regexp(t, sentence, sc.Title, sc.ID)
		assert.Contains(t, fixtures.Names(), sc.SettingsName(), sc.ID)
		for _, other := range slices.Concat(sc.Causes, sc.Follows, sc.Warns) {
			_, err := check.Lookup(other)
			assert.NoError(t, err, sc.ID)
		}
		assert.LessOrEqual(t, len(sc.Causes), 1, "%s: one thing was done, so there is one cause", sc.ID)
		assert.True(t, len(sc.Follows) == 0 || len(sc.Causes) > 0, "%s: consequences without a cause", sc.ID)
	}
}

// What is done to the settings, and nothing else, fails in every login.
func TestSettingsScenarios(t *testing.T) {
	t.Parallel()
	for _, sc := range scenarios(t, false) {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			r, err := sc.Play(context.Background())
			require.NoError(t, err)
			causes, follows, warns := harness.Outcome(r)
			assert.Equal(t, sc.Causes, causes, "causes")
			assert.Equal(t, sc.Follows, follows, "what follows")
			assert.Equal(t, sc.Warns, warns, "warnings")
			for _, l := range r.Logins {
				for _, res := range l.Results {
					assert.NotEqual(t, check.Broken, res.Status, "%s: %s", res.Check.ID, res.Reason)
				}
				if v := l.Exchange.Verdict; v != nil && !v.Accepted {
					assert.NotEmpty(t, causes, "%s was refused without a cause: %s %s", l.Name(), v.Text, v.Detail)
				}
				if l.Exchange.Stop != nil {
					assert.NotEmpty(t, causes, "%s ended without a cause: %s", l.Name(), l.Exchange.Stop.Reason)
				}
			}
		})
	}
}

// seldom are the checks of settings that no scenario shows as the sole cause.
var seldom = map[string]string{
	"settings/federation-id": "it matters with another Subject Type than the documented one only, which is an error by itself",
}

// Every check of settings is the sole cause of a scenario, or its only warning.
func TestEverySettingsCheckIsACause(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, sc := range scenarios(t, false) {
		switch {
		case len(sc.Causes) == 1:
			seen[sc.Causes[0]] = true
		case len(sc.Causes) == 0 && len(sc.Warns) > 0:
			seen[sc.Warns[0]] = true
		}
	}
	for _, c := range check.All {
		if c.Family() == "settings" && c.Severity > check.Note {
			assert.NotEqual(t, seldom[c.ID] != "", seen[c.ID], "%s: seen as a cause", c.ID)
		}
	}
	for id := range seldom {
		_, err := check.Lookup(id)
		assert.NoError(t, err)
	}
}

// A cause names the setting that was edited, in the console's words, with both values.
func TestCauseNamesTheSetting(t *testing.T) {
	t.Parallel()
	for id, want := range map[string][2]string{
		"entity-id-slash":   {"Entity Id", "salesforce.connected_app.entity_id"},
		"issuer-slash-flex": {"Identity Provider Issuer", "flex.identity_provider_issuer"},
		"certificate-other": {"X.509 Certificate", "flex.x509_certificate"},
		"roles-curly":       {"Attribute value", "salesforce.connected_app.custom_attributes[1].value"},
		"no-access":         {"Manage Profiles", "salesforce.users[0].profile"},
	} {
		r, err := scenario(t, id).Play(context.Background())
		require.NoError(t, err)
		failed := slices.DeleteFunc(r.SettingsResults, func(res check.Result) bool {
			return res.Status != check.Fail || res.Severity < check.Warning
		})
		require.Len(t, failed, 1, id)
		require.Len(t, failed[0].Findings, 1, id)
		f := failed[0].Findings[0]
		fix := failed[0].Check.Fix
		if f.Fix != nil {
			fix = *f.Fix
		}
		assert.Contains(t, fix.Setting, want[0], id)
		assert.Contains(t, f.At, want[1], id)
		assert.NotEqual(t, f.Got, f.Want, id)
		assert.NotZero(t, f.Line, id)
		assert.Contains(t, f.File, "embedded:", id)
	}
}

func scenario(t testing.TB, id string) *harness.Scenario {
	t.Helper()
	all := harness.Scenarios()
	i := slices.IndexFunc(all, func(sc *harness.Scenario) bool { return sc.ID == id })
	require.GreaterOrEqual(t, i, 0, "no scenario %s", id)
	return all[i]
}

// A replay of the same scenario is the same to the byte.
func TestReplayIsDeterministic(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"enhanced", "legacy", "encrypt-response-certificate", "app-certificate-other", "nameid-changed"} {
		var reports [2]bytes.Buffer
		for i := range reports {
			r, err := scenario(t, id).Play(context.Background())
			require.NoError(t, err)
			require.NoError(t, report.JSON(&reports[i], r, report.Options{Verbose: true}))
		}
		require.NotZero(t, reports[0].Len())
		assert.Equal(t, reports[0].String(), reports[1].String(), id)
	}
}

// The table of the faults has a line for each, in their order, and no other.
func TestFaultsFileIsComplete(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("faults.txt")
	require.NoError(t, err)
	var listed []string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			id, _, _ := strings.Cut(line, ":")
			listed = append(listed, id)
		}
	}
	var faults []string
	for _, f := range mockidp.Faults() {
		faults = append(faults, f.ID)
	}
	assert.Equal(t, faults, listed)
}
