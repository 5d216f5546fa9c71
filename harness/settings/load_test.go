package settings_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// Files are found from the settings file, wherever the program runs, or absolutely.
func TestLoadFindsFiles(t *testing.T) {
	dir := t.TempDir()
	absolute := write(t, dir, "elsewhere/b.crt", "b")
	write(t, dir, "here/keys/a.crt", "a")
	path := write(t, dir, "here/s.yaml", "flex: {x509_certificate_file: keys/a.crt}\nsalesforce: {certificates: [{file: '"+absolute+"'}, {file: ../elsewhere/b.crt}]}")
	s, err := settings.Load(path)
	require.NoError(t, err)
	assert.Equal(t, path, s.Name)
	assert.Equal(t, "a", string(s.Flex.X509Certificate.Data))
	assert.Equal(t, "b", string(s.Salesforce.Certificates[0].File.Data))
	assert.Equal(t, "b", string(s.Salesforce.Certificates[1].File.Data))
	assert.Equal(t, path+":1:31", s.Flex.X509Certificate.Place.String())
}

func TestLoadRefusesFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "sub/a", "a")
	big := write(t, dir, "big", "")
	require.NoError(t, os.Truncate(big, 1<<20+1))
	for name, want := range map[string]string{
		"sub":       "it is a directory",
		"big":       "it is larger than 1 MiB",
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
