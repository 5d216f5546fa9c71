package mocksp_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

func TestServeRefusesOther(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		method, address, kind, body string
		status                      int
		allow, contains             string
	}{
		"GET of the ACS":        {"GET", enhancedACS + "&SAMLResponse=x", "", "", 405, "POST", "takes POST, not GET"},
		"PUT of the ACS":        {"PUT", enhancedACS, formKind, "SAMLResponse=x", 405, "POST", "takes POST, not PUT"},
		"JSON":                  {"POST", enhancedACS, "application/json", `{"SAMLResponse":"x"}`, 415, "", "not as application/json"},
		"multipart":             {"POST", enhancedACS, "multipart/form-data; boundary=x", "--x--", 415, "", "application/x-www-form-urlencoded"},
		"no type":               {"POST", enhancedACS, "", "SAMLResponse=x", 415, "", "application/x-www-form-urlencoded"},
		"broken type":           {"POST", enhancedACS, "application/x-www-form-urlencoded; =", "SAMLResponse=x", 415, "", ""},
		"huge":                  {"POST", enhancedACS, formKind, "SAMLResponse=" + strings.Repeat("A", 3<<20), 413, "", "more than 2097152 bytes"},
		"other connection":      {"POST", "https://login.flex.us1.twilio.com/login/callback?connection=JQ1", formKind, "SAMLResponse=x", 400, "", "The connection does not exist"},
		"no connection":         {"POST", "https://login.flex.us1.twilio.com/login/callback", formKind, "SAMLResponse=x", 400, "", "The connection does not exist"},
		"legacy ACS":            {"POST", legacyACS, formKind, "SAMLResponse=x", 404, "", "the ACS URL of these settings is " + enhancedACS},
		"POST elsewhere":        {"POST", "https://iam.twilio.com/x", formKind, "a=b", 404, "", "nothing at https://iam.twilio.com/x"},
		"POST of other kind":    {"POST", "https://iam.twilio.com/x", "text/plain", "SAMLResponse=x", 404, "", "nothing at"},
		"POST of the link":      {"POST", link, formKind, "SAMLResponse=x", 405, "GET, HEAD", "takes GET and HEAD, not POST"},
		"DELETE of the link":    {"DELETE", link, "", "", 405, "GET, HEAD", ""},
		"GET of the logout":     {"GET", link + "/logout", "", "", 405, "POST", ""},
		"other runtime domain":  {"GET", "https://flex.twilio.com/other-1", "", "", 404, "", "The login link of these settings is " + link},
		"other host":            {"GET", "https://example.com/", "", "", 421, "", "does not answer for example.com"},
		"unknown profile":       {"GET", "https://services.twilio.com/v1/Flex/Authorize?ssoProfileSid=<b>", "", "", 400, "", "ssoProfileSid is &lt;b&gt;"},
		"unknown return":        {"GET", "https://services.twilio.com/v1/Flex/Authorize?ssoProfileSid=" + connection + "&redirectUrl=https://evil.example", "", "", 400, "", "redirectUrl is https://evil.example"},
		"unknown connection":    {"GET", "https://login.flex.us1.twilio.com/authorize?connection=x", "", "", 400, "", "Unknown connection"},
		"state never given":     {"GET", "https://login.flex.us1.twilio.com/authorize/resume?state=x", "", "", 403, "", "This step of a login is over"},
		"code never given":      {"GET", "https://services.twilio.com/v1/Flex/Authentication/Callback?code=x", "", "", 403, "", "This step of a login is over"},
		"code at the page":      {"GET", link + "?code=x", "", "", 403, "", "This step of a login is over"},
		"token at the page":     {"GET", link + "?Token=x", "", "", 403, "", "This step of a login is over"},
		"no SAMLResponse":       {"POST", enhancedACS, formKind, "a=b", 400, "", "SAMLResponse is missing"},
		"empty form":            {"POST", enhancedACS, formKind, "", 400, "", "SAMLResponse is missing"},
		"empty SAMLResponse":    {"POST", enhancedACS, formKind, "SAMLResponse=", 400, "", "SAMLResponse is missing"},
		"SAMLRequest":           {"POST", enhancedACS, formKind, "SAMLRequest=PHg%2BPC94Pg%3D%3D", 400, "", "SAMLResponse is missing"},
		"not base64":            {"POST", enhancedACS, formKind, "SAMLResponse=%21%21%21", 400, "", "SAMLResponse should be a valid xml"},
		"not XML":               {"POST", enhancedACS, formKind, "SAMLResponse=" + encode("hello"), 400, "", "SAMLResponse should be a valid xml"},
		"twice":                 {"POST", enhancedACS, formKind, "SAMLResponse=" + encode("<x/>") + "&SAMLResponse=" + encode("<y/>"), 400, "", "SAMLResponse should be a valid xml"},
		"entities":              {"POST", enhancedACS, formKind, "SAMLResponse=" + encode(bomb), 400, "", "SAMLResponse should be a valid xml"},
		"deep":                  {"POST", enhancedACS, formKind, "SAMLResponse=" + encode(strings.Repeat("<a>", 100_000)), 400, "", "SAMLResponse should be a valid xml"},
		"wide":                  {"POST", enhancedACS, formKind, "SAMLResponse=" + encode("<a>"+strings.Repeat("<b/>", 200_000)+"</a>"), 400, "", "SAMLResponse should be a valid xml"},
		"another root":          {"POST", enhancedACS, formKind, "SAMLResponse=" + encode(`<Response xmlns="urn:x"/>`), 400, "", "SAMLResponse should be a valid xml"},
		"an empty Response":     {"POST", enhancedACS, formKind, "SAMLResponse=" + encode(`<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol"/>`), 400, "", "does not contain an Assertion element"},
		"an empty Assertion":    {"POST", enhancedACS, formKind, "SAMLResponse=" + encode(`<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"><a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"/></p:Response>`), 400, "", "neither the response nor the assertion are signed"},
		"GET of the start":      {"GET", "https://iam.twilio.com/v1/Accounts/" + account + "/authenticate", "", "", 404, "", "nothing at"},
		"path of dots":          {"GET", "https://flex.twilio.com/../dancing-owl-1234", "", "", 404, "", "nothing at"},
		"trailing slash of ACS": {"POST", legacyACS + "/", formKind, "SAMLResponse=x", 404, "", "No response is taken at"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := mocksp.New(half(t, settings.SSOEnhanced), mocksp.Options{Now: clock, Random: random()})
			response := open(t, p).do(row.method, row.address, row.kind, row.body)
			assert.Equal(t, row.status, response.StatusCode)
			assert.Equal(t, row.allow, response.Header.Get("Allow"))
			page := body(t, response)
			assert.Contains(t, page, row.contains)
			assert.Contains(t, page, "mock of Twilio Flex, not Flex")
			assert.Equal(t, "no-cache, no-store", response.Header.Get("Cache-Control"))
			assert.Contains(t, response.Header.Get("Content-Security-Policy"), "default-src 'none'")
			assert.NotContains(t, page, "<script")
			assert.NotContains(t, page, "<b>")
		})
	}
}

const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><a>&c;</a>`

func encode(s string) string {
	return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s)))
}

// A response at an address that takes none is a verdict too: somebody typed that URL.
func TestMisdirectedVerdict(t *testing.T) {
	t.Parallel()
	opt := mocksp.Options{Now: clock, Random: random()}
	verdicts := heard(&opt)
	open(t, mocksp.New(half(t, settings.SSOLegacy), opt)).post(enhancedACS, "SAMLResponse=x")
	require.Len(t, *verdicts, 1)
	assert.Equal(t, 404, (*verdicts)[0].Status)
	assert.Equal(t, "No response is taken at https://login.flex.us1.twilio.com/login/callback; the ACS URL of these settings is "+legacyACS+".", (*verdicts)[0].Text)
	assert.NotEmpty(t, (*verdicts)[0].Inferred)
}

// A judge of one's own decides alone, and what it leaves open is filled in.
func TestOtherJudge(t *testing.T) {
	t.Parallel()
	judge := func(v saml.Verdict) mocksp.Judge {
		return func(*settings.Flex, *saml.Message, []string, time.Time) saml.Verdict { return v }
	}
	rows := map[string]struct {
		sso    string
		judge  mocksp.Judge
		form   string
		status int
		want   saml.Verdict
	}{
		"refuses, legacy":   {settings.SSOLegacy, judge(saml.Verdict{Text: "no", Subject: "eve"}), "", 401, saml.Verdict{Status: 401, Text: "no"}},
		"refuses, enhanced": {settings.SSOEnhanced, judge(saml.Verdict{Status: 200}), "", 400, saml.Verdict{Status: 400, Text: "SAMLResponse should be a valid xml"}},
		"accepts":           {settings.SSOLegacy, judge(saml.Verdict{Accepted: true}), "", 303, saml.Verdict{Accepted: true, Status: 303, Subject: "ada@acme.example"}},
		"accepts nonsense":  {settings.SSOEnhanced, judge(saml.Verdict{Accepted: true}), "SAMLResponse=" + encode("x"), 400, saml.Verdict{Status: 400, Code: "45002", Text: "SAMLResponse should be a valid xml"}},
		"accepts nobody":    {settings.SSOEnhanced, judge(saml.Verdict{Accepted: true}), "SAMLResponse=" + encode(`<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol"/>`), 400, saml.Verdict{Status: 400, Code: "45002", Text: "SAMLResponse should be a valid xml"}},
		"panics": {settings.SSOEnhanced, func(*settings.Flex, *saml.Message, []string, time.Time) saml.Verdict { panic("oops") }, "", 400,
			saml.Verdict{Status: 400, Code: "45002", Text: "SAMLResponse should be a valid xml"}},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opt := mocksp.Options{Now: clock, Random: random(), Judge: row.judge}
			verdicts := heard(&opt)
			form := row.form
			if form == "" {
				form = mint{sso: row.sso, unsigned: "both"}.form(t, "")
			}
			response := open(t, mocksp.New(half(t, row.sso), opt)).post(acsOf(row.sso), form)
			assert.Equal(t, row.status, response.StatusCode)
			require.Len(t, *verdicts, 1)
			got := (*verdicts)[0]
			got.Detail, got.Inferred = "", ""
			assert.Equal(t, row.want, got)
		})
	}
}

// FuzzACS holds that no form makes the mock panic, answer without a verdict, or log
// anybody in who is not in a signed response.
func FuzzACS(f *testing.F) {
	for _, sso := range bothGenerations {
		f.Add(sso == settings.SSOLegacy, mint{sso: sso, unsigned: "both"}.form(f, "state"))
		f.Add(sso == settings.SSOLegacy, mint{sso: sso}.form(f, ""))
		f.Add(sso == settings.SSOLegacy, mint{sso: sso, inResponseTo: "_x"}.form(f, ""))
	}
	f.Add(true, "SAMLResponse="+encode(bomb))
	f.Add(false, "SAMLResponse="+encode(`<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"><a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"/></p:Response>`))
	halves := map[bool]settings.Flex{true: half(f, settings.SSOLegacy), false: half(f, settings.SSOEnhanced)}
	f.Fuzz(func(t *testing.T, old bool, form string) {
		sso := settings.SSOEnhanced
		if old {
			sso = settings.SSOLegacy
		}
		opt := mocksp.Options{Now: clock, Random: random()}
		verdicts := heard(&opt)
		p := mocksp.New(halves[old], opt)
		r := httptest.NewRequest(http.MethodPost, acsOf(sso), strings.NewReader(form))
		r.Header.Set("Content-Type", formKind)
		rec := httptest.NewRecorder()
		p.ServeHTTP(rec, r)
		require.Len(t, *verdicts, 1)
		v := (*verdicts)[0]
		require.Equal(t, v.Status, rec.Code)
		if v.Accepted {
			require.Equal(t, "ada@acme.example", v.Subject)
			require.Len(t, p.Workers(), 1)
		} else {
			require.Empty(t, p.Workers())
			require.NotEmpty(t, v.Text)
		}
	})
}
