package harness

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// before has a page answer at a host's address until the browser comes with ?on=1 and the
// page's cookie; then the host itself answers.
func before(site *Site, host, page string, header http.Header) {
	own := site.stage.network.hosts[host]
	site.stage.network.hosts[host] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		if cookie, err := r.Cookie("seen"); r.URL.Path == "/dancing-owl-1234" && (r.Form.Get("on") != "1" || err != nil || cookie.Value != "1") {
			for name, values := range header {
				w.Header()[name] = values
			}
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Secure: true, Path: "/"})
			htmlPage(page).ServeHTTP(w, r)
			return
		}
		r.Method, r.URL.RawQuery = http.MethodGet, ""
		own.ServeHTTP(w, r)
	})
}

const onward = "https://flex.twilio.com/dancing-owl-1234?on=1"

// A page that goes on by itself is followed as a browser follows it, with the cookie that
// it set.
func TestProbeFollowsWhatGoesOnByItself(t *testing.T) {
	t.Parallel()
	// As Salesforce's own pages go on.
	const salesforce = `<script>
function redirectOnLoad() {
if (window.location.replace){
window.location.replace('https:\/\/flex.twilio.com/dancing-owl-1234?on\u003d1');
} else {
window.location.href ='https://flex.twilio.com/dancing-owl-1234\x3fon=1';
} }
redirectOnLoad();
</script>`
	for _, c := range []struct {
		name, page, note string
		header           http.Header
	}{
		{"refresh", `<meta http-equiv="Refresh" content="0; URL='?on=1'">`, "the page goes on by a refresh", nil},
		{"refresh header", `<p>One moment`, "the page goes on by a refresh", http.Header{"Refresh": {"1;url=" + onward}}},
		{"assignment", `<body onload="location = '?on=1'">`, "the page goes on by script", nil},
		{"Salesforce", salesforce, "the page goes on by script", nil},
		{"form", `<form method="post" action="?on=1"><input type="hidden" name="on" value="1"><input type="submit"></form><script>document.forms[0].submit()</script>`, "the page submits a form by script", nil},
	} {
		site, s, opt := served(t, "enhanced", nil)
		before(site, "flex.twilio.com", c.page, c.header)
		r, err := Probe(context.Background(), s, opt)
		require.NoError(t, err)
		assert.Empty(t, probeFailures(r), c.name)
		x := r.Logins[0].Exchange
		require.NotNil(t, x.Request, c.name)
		notes := ""
		for _, step := range x.Steps {
			if strings.HasSuffix(step.URL, "/dancing-owl-1234") {
				notes += step.Note
			}
		}
		assert.Contains(t, notes, c.note, c.name)
	}
}

// Where it cannot be read off how a page goes on, the probe says at which page it ended
// and why.
func TestProbeSaysWhereItEnded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, page, note string }{
		{"two ways", `<title>Choose</title><script>if (a) location.href = "/one"; else location.assign("/two?x=1");</script>`,
			"it ends at https://sp.example/start with status 200: Choose; its scripts, which are not run, name /one and /two?x=1"},
		{"an address that is put together", `<script>location.href = "/login?at=" + encodeURIComponent(here);</script>`,
			"it ends at https://sp.example/start with status 200; it has scripts, which are not run"},
		{"a script of its own file", `<title>App</title><script src="/app.js"></script><script>location = "/elsewhere"</script>`,
			"it ends at https://sp.example/start with status 200: App; its scripts, which are not run, name /elsewhere"},
		{"a form to fill in", `<title>Where from?</title><form><select name="idp"></select></form><script>document.forms[0].submit()</script>`,
			"it ends at https://sp.example/start with status 200: Where from?; it has scripts, which are not run"},
		{"a late refresh", `<meta http-equiv="refresh" content="300;url=/again"><p>Signed out`,
			"it ends at https://sp.example/start with status 200: Signed out"},
		{"a refresh to nowhere", `<meta http-equiv="refresh" content="0;url=mailto:it@sp.example">`,
			"the way leads to mailto:it@sp.example, which is no address that a browser can open"},
		{"a login page of its own", `<form method="post"><input type="email" name="username"></form>`,
			"a login page is at https://sp.example/start, not at the org"},
	} {
		site, s, opt := served(t, "enhanced", nil)
		foreign(s)
		site.stage.network.hosts["sp.example"] = htmlPage(c.page)
		opt.LoginLink = "https://sp.example/start"
		r, err := Probe(context.Background(), s, opt)
		require.NoError(t, err)
		assert.Equal(t, []string{"probe/login-page"}, probeFailures(r), c.name)
		f := finding(t, r, "probe/login-page")
		assert.Equal(t, c.note, f.Note, c.name)
		assert.Equal(t, "--login-link", f.At)
		require.NotNil(t, f.Fix)
		assert.Equal(t, check.SP, f.Fix.Side)
	}
}

// foreign makes the settings those of Salesforce and another service provider.
func foreign(s *settings.Settings) {
	s.Flex = settings.Flex{}
	a := &s.Salesforce.ConnectedApp
	a.EntityID.Value, a.ACSURL.Value, a.StartURL.Value = "https://sp.example", "https://sp.example/acs", "https://sp.example/"
}

// A service provider that is not Flex is judged by the standards, and by what the app
// believes of it.
func TestProbeOfAnotherServiceProvider(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, issuer, acs string
		ids               []string
	}{
		{"right", "https://sp.example", "https://sp.example/acs", nil},
		{"another entity ID", "https://sp.example/metadata", "https://sp.example/acs", []string{"request/issuer"}},
		{"another ACS URL", "https://sp.example", "https://sp.example/acs2", []string{"request/acs-url"}},
	} {
		site, s, opt := served(t, "enhanced", foreign)
		site.stage.network.hosts["sp.example"] = posting(c.issuer, c.acs)
		opt.LoginLink = "https://sp.example/start"
		r, err := Probe(context.Background(), s, opt)
		require.NoError(t, err)
		assert.Equal(t, check.SAML, r.Profile)
		assert.Equal(t, c.ids, causes(r), c.name)
		for _, res := range r.SettingsResults {
			assert.NotEqual(t, check.Fail, res.Status, "%s: %s", c.name, res.Check.ID)
		}
		require.NotNil(t, r.Logins[0].Exchange.Request, c.name)
		assert.Equal(t, saml.BindingPOST, r.Logins[0].Exchange.Request.Binding)
	}

	_, s, opt := served(t, "enhanced", foreign)
	r, err := Probe(context.Background(), s, opt)
	require.NoError(t, err)
	assert.Empty(t, probeFailures(r))
	reasons := map[string]string{}
	for _, res := range probed(r) {
		reasons[res.Check.ID] = res.Reason
	}
	assert.Equal(t, "where a login starts is not known: give --login-link", reasons["probe/login-page"])
	assert.Equal(t, "the settings have no Flex half", reasons["probe/connection"])
	assert.Equal(t, report.Pass, r.Verdict(check.Error))
}

// causes are the ids of what a report names as cause.
func causes(r *report.Report) (ids []string) {
	for _, c := range r.Summary(check.Error).Causes {
		ids = append(ids, c.Result.Check.ID)
	}
	return ids
}

// posting is a service provider that sends its request by a page of the HTTP-POST binding.
func posting(issuer, acs string) http.Handler {
	request := `<samlp:AuthnRequest xmlns:samlp="` + saml.NSProtocol + `" xmlns:saml="` + saml.NSAssertion + `" ID="_1" Version="2.0" IssueInstant="` +
		ScenarioTime.UTC().Format("2006-01-02T15:04:05Z") + `" Destination="https://acme.my.salesforce.com/idp/endpoint/HttpPost" AssertionConsumerServiceURL="` + acs +
		`" ProtocolBinding="` + saml.BindingPOST + `"><saml:Issuer>` + issuer + `</saml:Issuer></samlp:AuthnRequest>`
	return htmlPage(`<form method="post" action="https://acme.my.salesforce.com/idp/endpoint/HttpPost"><input type="hidden" name="SAMLRequest" value="` +
		base64.StdEncoding.EncodeToString([]byte(request)) + `"><input type="hidden" name="RelayState" value="opaque"></form>`)
}
