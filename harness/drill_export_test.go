package harness

import (
	"testing"
	"time"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/require"
)

// Another is another certificate, for tests from outside.
func Another(t *testing.T, bits, n int, from, to time.Time) []byte {
	t.Helper()
	data, err := another(bits, n, from, to)
	require.NoError(t, err)
	return data
}

// Edited are the settings of a scenario, for tests from outside.
func (sc *Scenario) Edited(t *testing.T) *settings.Settings {
	t.Helper()
	s, err := sc.settings()
	require.NoError(t, err)
	return s
}
