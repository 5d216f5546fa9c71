package harness_test

import (
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// With one half alone nothing can be logged in to, which is no fault of the set-up.
func TestReplayOfOneHalf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		want string
		edit func(*settings.Settings)
	}{
		{"the settings have no Flex half, so no login was replayed: say under flex: what its console shows", func(s *settings.Settings) { s.Flex = settings.Flex{} }},
		{"the settings have no Salesforce half, so no login was replayed: say under salesforce: what its console shows", func(s *settings.Settings) { s.Salesforce = settings.Salesforce{} }},
	} {
		s, err := fixtures.Default()
		require.NoError(t, err)
		test.edit(s)
		r, err := harness.Replay(t.Context(), s, harness.Options{At: harness.ScenarioTime})
		require.NoError(t, err)
		assert.Equal(t, []string{test.want}, r.Incomplete)
		assert.Empty(t, r.Logins)
		assert.Equal(t, report.Partial, r.Verdict(check.Error))
	}
}
