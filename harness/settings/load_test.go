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
