//go:build unix

package settings_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/require"
)

// A pipe that nobody writes to would be waited for without end.
func TestLoadRefusesPipes(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o644))
	_, err := settings.Load(pipe)
	require.EqualError(t, err, pipe+": cannot read the settings: it is not a regular file")
}
