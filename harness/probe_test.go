package harness

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
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

func atScenarioTime() time.Time { return ScenarioTime }

// served are both mocks of some settings, and options by which a probe gets to them
// through the proxy. The settings returned are the served ones, with the certificates
// that the mocks sign with.
func served(t *testing.T, name string, edit func(*settings.Settings)) (*Site, *settings.Settings, ProbeOptions) {
	t.Helper()
	s, err := fixtures.Settings("salesforce-flex-" + name)
	require.NoError(t, err)
	if edit != nil {
		edit(s)
	}
	site, err := Serve(s, "127.0.0.1:0", Options{At: ScenarioTime})
	require.NoError(t, err)
	t.Cleanup(site.Close)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(site.AuthorityPEM()))
	return site, site.stage.settings.Clone(), ProbeOptions{
		Options: Options{Now: atScenarioTime, ExpiresWithin: -1}, Roots: roots,
		Proxy:      http.ProxyURL(&url.URL{Scheme: "http", Host: site.Proxy()}),
		AllowHosts: []string{servicesHost, previewHost},
	}
}

// probed are the results of a probe, those of the settings' own checks aside.
func probed(r *report.Report) []check.Result {
	return slices.DeleteFunc(slices.Concat(r.Logins[0].Results, r.SettingsResults), func(res check.Result) bool {
		return strings.HasPrefix(res.Check.ID, "settings/")
	})
}

// probeFailures are the ids that fail in a probe, settings aside.
func probeFailures(r *report.Report) (ids []string) {
	for _, res := range probed(r) {
		if res.Status == check.Fail && res.Severity > check.Note {
			ids = append(ids, res.Check.ID)
		}
	}
	return ids
}

// finding is the first finding of a check in a probe.
func finding(t *testing.T, r *report.Report, id string) check.Finding {
	t.Helper()
	for _, res := range probed(r) {
		if res.Check.ID == id && len(res.Findings) > 0 {
			return res.Findings[0]
		}
	}
	require.Failf(t, "the check did not fail", "%s", id)
	return check.Finding{}
}

func TestProbeStopsAtTheLoginPage(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"enhanced", "legacy", "as-documented"} {
		site, s, opt := served(t, name, nil)
		r, err := Probe(context.Background(), s, opt)
		require.NoError(t, err)
		x := r.Logins[0].Exchange
		assert.Empty(t, probeFailures(r), name)
		assert.Equal(t, report.Pass, r.Verdict(check.Error), name)
		require.NotNil(t, x.Request, name)
		last := x.Steps[len(x.Steps)-1]
		assert.True(t, strings.HasPrefix(last.URL, "https://acme.my.salesforce.com/?ec=302&startURL="), last.URL)
		for _, step := range x.Steps {
			assert.Equal(t, http.MethodGet, step.Method, "no form is submitted")
		}
		assert.Nil(t, x.Response)
		assert.Empty(t, site.stage.sp.Workers())
		for _, id := range []string{"probe/tls", "probe/login-page", "probe/metadata", "probe/metadata-entity-id", "probe/metadata-certificate", "probe/metadata-endpoints", "request/destination"} {
			assert.True(t, slices.ContainsFunc(probed(r), func(res check.Result) bool { return res.Check.ID == id && res.Status == check.Pass }), "%s: %s", name, id)
		}
	}
}

// Flex's own page goes on by script: the probe does what the script does.
func TestProbeGoesOnByScript(t *testing.T) {
	t.Parallel()
	preview := func(s *settings.Settings) {
		old := "https://preview.twilio.com/iam/Accounts/" + s.Flex.AccountSID.Value + "/saml2"
		s.Flex.TwilioSSOURL.Value, s.Salesforce.ConnectedApp.EntityID.Value, s.Salesforce.ConnectedApp.ACSURL.Value = old, old, old
	}
	for _, c := range []struct {
		name, through string
		edit          func(*settings.Settings)
	}{
		{"enhanced", "GET https://services.twilio.com/v1/Flex/Authorize?", nil},
		{"legacy", "POST https://preview.twilio.com/iam/Accounts/AC0123456789abcdef0123456789abcdef/authenticate", preview},
	} {
		site, s, opt := served(t, c.name, c.edit)
		site.stage.network.hosts["flex.twilio.com"] = htmlPage(`<script src="app.js"></script>`)
		r, err := Probe(context.Background(), s, opt)
		require.NoError(t, err)
		assert.Empty(t, probeFailures(r), c.name)
		assert.NotNil(t, r.Logins[0].Exchange.Request)
		assert.True(t, slices.ContainsFunc(r.Logins[0].Exchange.Steps, func(step saml.Step) bool {
			return strings.HasPrefix(step.Method+" "+step.URL, c.through)
		}), c.name)
	}
}

// htmlPage is a page of HTML.
func htmlPage(body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, body)
	})
}

// What the settings say is compared with what is there.
func TestProbeFindsWhatDiffers(t *testing.T) {
	t.Parallel()
	const other = "JQ00112233445566778899aabbccddeeff"
	for _, c := range []struct {
		name   string
		served func(*settings.Settings) // what is there
		typed  func(*settings.Settings) // what the settings say else
		ids    []string
		got    string // of the first
	}{
		{"another issuer in Flex", nil, func(s *settings.Settings) { s.Flex.IdentityProviderIssuer.Value += "/" },
			[]string{"probe/metadata-entity-id"}, "https://acme.my.salesforce.com/"},
		{"another SSO URL in the settings", nil, func(s *settings.Settings) { s.Flex.SSOURL.Value += "2" },
			[]string{"probe/metadata-endpoints"}, "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect2"},
		{"another connection", nil, func(s *settings.Settings) { s.Flex.ConnectionSID.Value = other }, []string{"probe/connection"}, other},
		{"an entity ID that the app does not have", func(s *settings.Settings) { s.Salesforce.ConnectedApp.EntityID.Value += "/" },
			func(s *settings.Settings) { s.Salesforce.ConnectedApp.EntityID.Value = s.Flex.EntityID() }, []string{"probe/login-page"}, "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"},
		{"Identity Provider not enabled", func(s *settings.Settings) { s.Salesforce.IdentityProvider.Enabled.Value = false },
			nil, []string{"probe/login-page", "probe/metadata"}, "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"},
	} {
		_, s, opt := served(t, "enhanced", c.served)
		if c.typed != nil {
			c.typed(s)
		}
		r, err := Probe(context.Background(), s, opt)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.ids, probeFailures(r), c.name)
		assert.Equal(t, c.got, finding(t, r, c.ids[0]).Got, c.name)
	}

	_, _, opt := served(t, "enhanced", nil)
	typed, err := fixtures.Default() // whose certificate the mocks have no key of
	require.NoError(t, err)
	r, err := Probe(context.Background(), typed, opt)
	require.NoError(t, err)
	assert.Equal(t, []string{"probe/metadata-certificate"}, probeFailures(r))
	assert.Equal(t, "not the certificate that the app's metadata states", finding(t, r, "probe/metadata-certificate").Note)
	assert.Equal(t, report.Fail, r.Verdict(check.Error))
}

// A server answers for example.com, counts requests, and is reached whatever the name.
func server(t *testing.T, h http.Handler) (*settings.Settings, ProbeOptions, *atomic.Int64) {
	t.Helper()
	var hits atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		h.ServeHTTP(w, r)
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	s, err := fixtures.Default()
	require.NoError(t, err)
	s.Salesforce.MyDomain.Value = "example.com"
	s.Flex.LoginLink.Value, s.Flex.SSOURL.Value = "https://example.com/login", "https://example.com/idp/endpoint/HttpRedirect"
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	return s, ProbeOptions{
		Options: Options{ExpiresWithin: -1}, Roots: roots, Timeout: 10 * time.Second,
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			if !strings.HasPrefix(address, "example.com:") {
				return nil, fmt.Errorf("%s is not there", address)
			}
			return new(net.Dialer).DialContext(ctx, network, srv.Listener.Addr().String())
		},
	}, &hits
}

func TestProbeOfServersThatMisbehave(t *testing.T) {
	t.Parallel()
	redirect := func(to string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		})
	}
	for _, c := range []struct {
		name       string
		handler    http.Handler
		incomplete string // part of it
		id, note   string // a check that fails, and part of its finding
		most       int64  // requests
	}{
		{"never answers", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
			"example.com does not answer: no answer within 100ms", "", "", 2},
		{"never ends", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}), "", "probe/metadata", "the answer is larger than 1024 KiB", 3},
		{"breaks off", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "short")
		}), "broke off", "probe/metadata", "the answer broke off", 3},
		{"leads to itself", redirect("/again"), "", "probe/login-page", "given up after 25 pages", 45},
		{"leads elsewhere", redirect("https://evil.example/x"), "--allow-host evil.example", "", "", 3},
		{"leads to another port", redirect("https://example.com:8443/x"), "--allow-host example.com:8443", "", "", 3},
		{"leads to http", redirect("http://example.com/x"), "", "probe/redirects", "", 3},
		{"leads to a script", redirect("javascript:alert(1)"), "", "probe/login-page", "which is no address that a browser can open", 3},
		{"gives HTML for metadata", htmlPage("<html><p>hello"), "", "probe/metadata", "it is not XML that can be read", 4},
		{"gives a document type", htmlPage(`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`), "", "probe/metadata", "it is not XML that can be read", 4},
		{"gives other XML", htmlPage("<a/>"), "", "probe/metadata", `it is no metadata: its root is "a"`, 4},
		{"posts a response", htmlPage(`<form method="post" action="https://example.com/acs"><input name="SAMLResponse" value="PGEvPg=="></form>`),
			"", "probe/login-page", "though nobody logged in; it is not posted", 4},
		{"fails", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "no \x1b[31mservice", http.StatusServiceUnavailable)
		}),
			"", "probe/login-page", "it ends at https://example.com/login with status 503", 4},
		{"asks for a password at once", htmlPage(`<form method="post"><input name="un"><input type="password" name="pw"></form>`),
			"", "probe/login-page", "the login page was reached without an AuthnRequest", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, opt, hits := server(t, c.handler)
			if c.name == "never answers" {
				opt.Timeout = 100 * time.Millisecond
			}
			s.Flex.AccountSID.Value = "" // no list of connections
			r, err := Probe(context.Background(), s, opt)
			require.NoError(t, err)
			assert.LessOrEqual(t, hits.Load(), c.most)
			assert.Nil(t, r.Logins[0].Exchange.Response)
			if c.incomplete != "" {
				assert.Contains(t, strings.Join(r.Incomplete, "\n"), c.incomplete)
				assert.Equal(t, report.Partial, r.Verdict(check.Error))
			}
			if c.id != "" {
				f := finding(t, r, c.id)
				assert.Contains(t, f.Note+f.Got, c.note)
			}
		})
	}
}

func TestProbeOfTLS(t *testing.T) {
	t.Parallel()
	s, opt, hits := server(t, htmlPage("<p>hello"))
	opt.Roots = x509.NewCertPool()
	r, err := Probe(context.Background(), s, opt)
	require.NoError(t, err)
	assert.Equal(t, "no authority that is trusted here issued the certificate", finding(t, r, "probe/tls").Note)
	assert.Equal(t, int64(0), hits.Load(), "nothing is asked of a host whose certificate does not verify")

	s, opt, _ = server(t, htmlPage("<p>hello"))
	s.Salesforce.MyDomain.Value = "other.test"
	dial := opt.Dial
	opt.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		return dial(ctx, network, "example.com:443")
	}
	r, err = Probe(context.Background(), s, opt)
	require.NoError(t, err)
	f := finding(t, r, "probe/tls")
	assert.Equal(t, "other.test", f.At)
	assert.Equal(t, "the certificate is for other names", f.Note)

	s, opt, _ = server(t, htmlPage("<p>hello"))
	opt.Now = func() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }
	r, err = Probe(context.Background(), s, opt)
	require.NoError(t, err)
	assert.Contains(t, finding(t, r, "probe/tls").Note, "expired")

	s, opt, _ = server(t, htmlPage("<p>hello"))
	opt.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			buffer := make([]byte, 4096)
			far.Read(buffer)
			io.WriteString(far, "SSH-2.0-none\r\n")
			far.Close()
		}()
		return near, nil
	}
	r, err = Probe(context.Background(), s, opt)
	require.NoError(t, err)
	assert.Contains(t, finding(t, r, "probe/tls").Note, "first record does not look like a TLS handshake")

	s, opt, _ = server(t, htmlPage("<p>hello"))
	opt.ExpiresWithin = 200 * 365 * 24 * time.Hour
	r, err = Probe(context.Background(), s, opt)
	require.NoError(t, err)
	assert.Equal(t, check.Warning, finding(t, r, "probe/tls").Severity)

	old := httptest.NewUnstartedServer(htmlPage("<p>hello"))
	old.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	old.StartTLS()
	defer old.Close()
	opt.ExpiresWithin = -1
	opt.Roots.AddCert(old.Certificate())
	opt.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, old.Listener.Addr().String())
	}
	r, err = Probe(context.Background(), s, opt)
	require.NoError(t, err)
	assert.Equal(t, "TLS 1.1", finding(t, r, "probe/tls").Got)
}

// A proxy that does not connect is told from a host that does not answer.
func TestProbeThroughAProxyThatRefuses(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
	defer proxy.Close()
	s, err := fixtures.Default()
	require.NoError(t, err)
	to, err := url.Parse(proxy.URL)
	require.NoError(t, err)
	to.User = url.UserPassword("me", "secret")
	r, err := Probe(context.Background(), s, ProbeOptions{Proxy: http.ProxyURL(to)})
	require.NoError(t, err)
	assert.Equal(t, `acme.my.salesforce.com does not answer: the proxy `+to.Host+` answers "407 Proxy Authentication Required"`, r.Incomplete[0])
	assert.Equal(t, report.Partial, r.Verdict(check.Error))
}

// Only hosts of the settings are contacted, and those that are allowed besides.
func TestProbeHosts(t *testing.T) {
	t.Parallel()
	s, err := fixtures.Default()
	require.NoError(t, err)
	assert.Equal(t, []string{"acme.my.salesforce.com", "flex.twilio.com", "login.flex.us1.twilio.com", "x.example", "y.example:8443"},
		probeHosts(s, s.Flex.LoginLink.Value, []string{"X.example:443", "y.example:8443"}))
	s, err = fixtures.Settings("salesforce-flex-legacy")
	require.NoError(t, err)
	assert.Equal(t, []string{"acme.my.salesforce.com", "flex.twilio.com", "iam.twilio.com"}, probeHosts(s, s.Flex.LoginLink.Value, nil))
}

func TestProbeEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s, opt, _ := server(t, htmlPage("<p>hello"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Probe(ctx, s, opt)
	assert.ErrorIs(t, err, context.Canceled)
}

// The checks of a probe are documented as those of the catalogue are, and have ids of
// their own.
func TestProbeChecksAreDocumented(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range check.All {
		seen[c.ID] = true
	}
	require.NotEmpty(t, ProbeChecks())
	for _, c := range ProbeChecks() {
		assert.False(t, seen[c.ID], c.ID)
		assert.True(t, strings.HasPrefix(c.ID, "probe/"), c.ID)
		for _, s := range []string{c.Title, string(c.Basis), c.Since, c.Text, string(c.Fix.Side), c.Fix.Setting, c.Fix.Text} {
			assert.NotEmpty(t, s, c.ID)
		}
		assert.NotEmpty(t, c.Sources, c.ID)
		seen[c.ID] = true
	}
	for _, c := range ProbeChecks() {
		for _, id := range c.Follows {
			_, err := check.Select(slices.Concat(check.All, ProbeChecks()), id)
			assert.NoError(t, err, "%s follows %s", c.ID, id)
		}
	}
}
