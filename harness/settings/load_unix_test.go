//go:build unix

package settings_test

import (
	"os"
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

func TestLoadRefusesFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "sub/a", "a")
	for name, want := range map[string]string{
		"sub":       "it is a directory",
		"none":      "no such file or directory",
		"/dev/zero": "it is not a regular file",
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			path := write(t, dir, "s.yaml", "flex:\n  x509_certificate_file: "+name+"\n")
			_, err := settings.Load(path)
			require.ErrorContains(t, err, path+`:2:26: flex.x509_certificate_file: cannot read the file "`+name+`": `+want)
			if !filepath.IsAbs(name) {
				name = filepath.Join(dir, name)
			}
			_, err = settings.Load(name)
			require.EqualError(t, err, name+": cannot read the settings: "+want)
		})
	}
}

// A file that settings name may be larger than settings.
func TestLoadRefusesLargeFiles(t *testing.T) {
	dir := t.TempDir()
	big := write(t, dir, "big", "")
	path := write(t, dir, "s.yaml", "flex:\n  x509_certificate_file: big\n")
	require.NoError(t, os.Truncate(big, 1<<20+1))
	_, err := settings.Load(path)
	require.EqualError(t, err, path+`:2:26: flex.x509_certificate_file: cannot read the file "big": it is larger than 1 MiB`)
	require.NoError(t, os.Truncate(big, 1<<18+1))
	_, err = settings.Load(path)
	require.NoError(t, err)
	_, err = settings.Load(big)
	require.EqualError(t, err, big+": cannot read the settings: it is larger than 256 KiB")
}
