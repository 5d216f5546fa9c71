package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ticking is a clock that goes on by so much whenever it is asked.
func ticking(step time.Duration) func() time.Time {
	var mu sync.Mutex
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(step)
		return now
	}
}

func TestProgress(t *testing.T) {
	x := `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>`
	name := filepath.Join(t.TempDir(), "lines.txt")
	require.NoError(t, os.WriteFile(name, []byte(strings.Repeat(base64.StdEncoding.EncodeToString([]byte(x))+"\n", 150)), 0o644))
	inspected := func(terminal bool) (stdout, stderr string) {
		var out, err bytes.Buffer
		env := &environment{stdout: &out, stderr: &err, now: ticking(10 * time.Millisecond), progress: terminal}
		cmd := newInspect(env)
		cmd.SetArgs([]string{name})
		require.NoError(t, cmd.ExecuteContext(context.Background()))
		assert.Equal(t, exitFail, env.status)
		return out.String(), err.String()
	}

	out, progress := inspected(true)
	assert.Contains(t, out, "FAIL: 150 of 150 logins fail")
	lines := strings.Split(progress, "\r\x1b[K")
	require.Greater(t, len(lines), 5, "it is written over now and then")
	assert.Less(t, len(lines), 30)
	line := regexp.MustCompile(`^\d+ logins \(\d+%\), \d+ failing, \d+/s$`)
	for _, l := range lines {
		assert.True(t, l == "" || line.MatchString(l), "%q", l)
	}
	assert.True(t, strings.HasSuffix(progress, "\r\x1b[K"), "nothing of it stays")

	piped, silent := inspected(false)
	assert.Empty(t, silent)
	assert.Equal(t, out, piped)
}

func TestAreSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"a.yaml": "", "b.YML": "", "typed.txt": "# comment\nsalesforce:\n  my_domain: x\n", "only-flex": "flex: {}\n",
	} {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
		assert.True(t, areSettings(name), name)
	}
	for name, text := range map[string]string{
		"a.xml": "<a/>", "log.txt": "2026-03-02 flex: SAMLResponse=PHNhbWxw", "har.json": `{"log": {}}`,
	} {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
		assert.False(t, areSettings(name), name)
	}
	assert.True(t, areSettings("embedded:any"))
	assert.True(t, areSettings("not-there.yaml"))
	assert.False(t, areSettings("not-there"))
	assert.False(t, areSettings("-"))
	assert.False(t, areSettings("."))
}
