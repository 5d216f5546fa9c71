package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The command probes what serve runs. All is as typed there but the certificate, for
// which the mocks have a stand-in.
func TestProbeOfServe(t *testing.T) {
	t.Parallel()
	s, err := fixtures.Default()
	require.NoError(t, err)
	site, err := harness.Serve(s, "127.0.0.1:0", harness.Options{})
	require.NoError(t, err)
	defer site.Close()
	authority := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(authority, site.AuthorityPEM(), 0o600))
	through := []string{"embedded:salesforce-flex-enhanced.yaml", "--proxy", "http://" + site.Proxy(), "--ca", authority, "--expires-within", "0s", "--allow-host", "services.twilio.com"}

	for _, c := range []struct {
		args   []string
		status int
		out    string
	}{
		{[]string{"--format", "json"}, 1, `"causes": [
      "probe/metadata-certificate"
    ]`},
		{[]string{"--checks", "probe/login-page,request/*"}, 0, "PASS: "},
		{[]string{"--checks", "probe/tls", "--verbose"}, 0, "GET https://acme.my.salesforce.com/?ec=302"},
	} {
		var out, errs bytes.Buffer
		status := run(context.Background(), append(append([]string{"probe"}, through...), c.args...), strings.NewReader(""), &out, &errs)
		assert.Equal(t, c.status, status, "%v: %s%s", c.args, &errs, &out)
		assert.Contains(t, out.String(), c.out)
		assert.Empty(t, errs.String())
		if c.args[0] == "--format" {
			assert.NoError(t, keepsSchema(string(report.Schema), out.String()))
		}
	}
}
