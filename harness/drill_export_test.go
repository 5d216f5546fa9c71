package harness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Another is another certificate, for tests from outside.
func Another(t *testing.T, bits, n int, from, to time.Time) []byte {
	t.Helper()
	data, err := another(bits, n, from, to)
	require.NoError(t, err)
	return data
}
