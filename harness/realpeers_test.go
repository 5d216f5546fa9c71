package harness

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mellonSettings are Salesforce's, at a host, and the app of the real service provider.
func mellonSettings(t *testing.T, host string, certificate []byte) *settings.Settings {
	t.Helper()
	s, err := fixtures.Default()
	require.NoError(t, err)
	s.Flex = settings.Flex{}
	s.Salesforce.MyDomain.Value = host
	s.Salesforce.OrganizationID.Value = "00D0A0000000Acm"
	a := &s.Salesforce.ConnectedApp
	a.Issuer.Value, a.EntityID.Value, a.ACSURL.Value = "https://"+host, mellonACS+"/metadata", mellonACS
	if certificate != nil {
		s.Salesforce.Certificates[0].File.Data = certificate
	}
	return s
}

// mellonStart is where a login at an identity provider starts.
func mellonStart(host string) string {
	return "https://" + mellonHost + "/mellon/login?" + url.Values{"ReturnTo": {"https://" + mellonHost + "/secure/"}, "IdP": {"https://" + host}}.Encode()
}

// A real identity provider and a real service provider are probed, and each single wrong
// entry is the only cause that is named. Then the mock Salesforce logs a user in to the
// real service provider, which refuses what is wrong.
func TestRealPeers(t *testing.T) {
	const mockHost = "mock.my.salesforce.com"
	s := mellonSettings(t, mockHost, nil)
	site, err := Serve(s, "127.0.0.1:0", Options{Half: HalfSalesforce})
	require.NoError(t, err)
	defer site.Close()
	metadata := site.metadataIDP()
	require.NotEmpty(t, metadata)
	p := realPeers(t, metadata)

	t.Run("probe", func(t *testing.T) { probePeers(t, p) })
	for _, c := range []struct {
		fault string
		in    bool
	}{{"", true}, {"keyinfo-missing", true}, {"unsigned", false}, {"nameid-changed", false}, {"attacker-certificate", false}, {"audience-changed", false}, {"xsw2", false}} {
		t.Run("login/"+c.fault, func(t *testing.T) {
			opt := Options{Half: HalfSalesforce}
			for _, f := range Faults() {
				if f.ID == c.fault {
					opt.Fault = f
				}
			}
			require.Equal(t, c.fault != "", opt.Fault != nil)
			st, err := newStage(s, opt)
			require.NoError(t, err)
			defer st.close()
			p.network.hosts[mockHost] = st.idp
			transport := p.network.transport(time.Now)
			defer transport.CloseIdleConnections()
			b := &browser{transport: transport, now: time.Now, user: "ada@acme.example"}
			require.NoError(t, b.open(context.Background(), mellonStart(mockHost)))
			inside := b.status == http.StatusOK && b.at.Path == "/secure/" && b.last.title == "Inside"
			require.NotNil(t, b.response, "%s %d %s", b.at, b.status, b.last.text)
			assert.Equal(t, c.in, inside, "%s %d %s", b.at, b.status, b.last.text)
			if c.fault != "" {
				return
			}
			x := &saml.Exchange{User: "ada@acme.example", Flow: saml.FlowSP, At: b.responseAt, Request: b.request, Response: b.response, Steps: b.steps}
			results := check.Run(family(opt.checks(check.SAML), "settings/", false), check.NewCase(st.settings, x, st.expect(x, opt)))
			require.NotEmpty(t, results)
			for _, r := range results {
				assert.False(t, r.Status == check.Fail && r.Severity == check.Error, "%s: %v", r.Check.ID, r.Findings)
			}
		})
	}
}

// probePeers probes the real pair by right settings, and by such with one wrong entry.
func probePeers(t *testing.T, p *peers) {
	for _, c := range []struct {
		name  string
		typed func(*settings.Settings)
		cause string
	}{
		{"right", func(*settings.Settings) {}, ""},
		{"issuer", func(s *settings.Settings) { s.Salesforce.ConnectedApp.Issuer.Value += "/" }, "probe/metadata-entity-id"},
		{"certificate", func(s *settings.Settings) { s.Salesforce.Certificates[0].File.Data = p.pem[mellonHost] }, "probe/metadata-certificate"},
		{"entity ID", func(s *settings.Settings) {
			s.Salesforce.ConnectedApp.EntityID.Value = strings.TrimSuffix(s.Salesforce.ConnectedApp.EntityID.Value, "/metadata")
		}, "request/issuer"},
		{"certificate of requests", func(s *settings.Settings) { s.Salesforce.ConnectedApp.RequestCertificate.Data = p.pem[simpleHost] }, "binding/query-signature"},
	} {
		s := mellonSettings(t, simpleHost, p.pem[simpleHost])
		a := &s.Salesforce.ConnectedApp
		a.VerifyRequestSignatures.Value, a.RequestCertificate.Set, a.RequestCertificate.Data = true, true, p.pem[mellonHost]
		c.typed(s)
		r, err := Probe(context.Background(), s, ProbeOptions{
			Options: Options{ExpiresWithin: -1}, LoginLink: mellonStart(simpleHost), Roots: p.network.authority.pool(),
			Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, p.network.listener.Addr().String())
			},
		})
		require.NoError(t, err)
		require.Empty(t, r.Incomplete, c.name)
		var want []string
		if c.cause != "" {
			want = []string{c.cause}
		}
		assert.Equal(t, want, causes(r), c.name)
		if c.cause == "" {
			assert.Equal(t, report.Pass, r.Verdict(check.Error))
			assert.Empty(t, probeFailures(r), c.name)
		}
		x := r.Logins[0].Exchange
		require.NotNil(t, x.Request, c.name)
		last := x.Steps[len(x.Steps)-1]
		assert.Equal(t, "https://"+simpleHost+"/simplesaml/module.php/core/loginuserpass.php", strings.SplitN(last.URL, "?", 2)[0], c.name)
	}
}
