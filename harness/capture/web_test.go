package capture

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

type obj = map[string]any

// hop is one request of a made-up HAR file.
type hop struct {
	method, url, body string
	status            int
	location, answer  string
	mime              string
	cookie            string
	setCookie         string
	header            string // of the answer, "Name: value"
}

var t0 = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// entries writes hops as a HAR file has them, a second apart; the servers' clock is a
// minute behind the browser's.
func entries(hops ...hop) []any {
	var list []any
	for i, h := range hops {
		request := obj{"method": h.method, "url": h.url, "headers": []any{}, "cookies": []any{}}
		var headers []any
		if h.cookie != "" {
			headers = append(headers, obj{"name": "Cookie", "value": h.cookie})
		}
		if h.body != "" {
			headers = append(headers, obj{"name": "content-type", "value": "application/x-www-form-urlencoded"})
			request["postData"] = obj{"mimeType": "application/x-www-form-urlencoded", "text": h.body, "params": []any{}}
		}
		if headers != nil {
			request["headers"] = headers
		}
		at := t0.Add(time.Duration(i) * time.Second)
		answer := []any{obj{"name": "Date", "value": at.Add(-time.Minute).Format("Mon, 02 Jan 2006 15:04:05 GMT")}}
		if h.location != "" {
			answer = append(answer, obj{"name": "location", "value": h.location})
		}
		if h.setCookie != "" {
			answer = append(answer, obj{"name": "Set-Cookie", "value": h.setCookie})
		}
		if name, value, found := strings.Cut(h.header, ": "); found {
			answer = append(answer, obj{"name": name, "value": value})
		}
		if h.status == 0 {
			answer = []any{}
		}
		mime := h.mime
		if mime == "" {
			mime = "text/html; charset=utf-8"
		}
		list = append(list, obj{
			"startedDateTime": at.Format("2006-01-02T15:04:05.000Z"), "time": 12.5, "request": request,
			"response": obj{"status": h.status, "headers": answer, "redirectURL": h.location, "content": obj{"size": len(h.answer), "mimeType": mime, "text": h.answer}},
		})
	}
	return list
}

func har(t testing.TB, hops ...hop) []byte {
	t.Helper()
	data, err := json.MarshalIndent(obj{"log": obj{"version": "1.2", "creator": obj{"name": "WebInspector", "version": "537"}, "pages": []any{}, "entries": entries(hops...)}}, "", "  ")
	require.NoError(t, err)
	return data
}

func requestXML(id string) []byte {
	return fmt.Appendf(nil, `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="%s" Version="2.0"/>`, id)
}

func responseXML(id, answers string) []byte {
	x := strings.Replace(string(response), `ID="_r1"`, `ID="`+id+`"`, 1)
	if answers == "" {
		return []byte(strings.Replace(x, ` InResponseTo="_q1"`, "", 1))
	}
	return []byte(strings.Replace(x, "_q1", answers, 1))
}

const (
	spStart = "https://flex.example/agent"
	idpSSO  = "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"
	acs     = "https://sp.example/acs"
)

func sendTo(id string) string {
	r := "state"
	return idpSSO + "?" + saml.RedirectQuery("SAMLRequest", requestXML(id), &r)
}

func post(xml []byte) string {
	return "SAMLResponse=" + url.QueryEscape(std(xml)) + "&RelayState=state"
}

// loginHops is a login as a browser makes it; the last hop is the service provider's
// answer.
func loginHops(q, r string, answer hop) []hop {
	answer.method, answer.url, answer.body = "POST", acs, post(responseXML(r, q))
	return []hop{
		{method: "GET", url: spStart, status: 302, location: sendTo(q)},
		{method: "GET", url: sendTo(q), status: 200, answer: "<form><input type=\"password\"></form>"},
		{method: "GET", url: "https://acme.my.salesforce.com/logo.png", status: 200, mime: "image/png"},
		{method: "POST", url: "https://acme.my.salesforce.com/login", body: "un=x&pw=y", status: 200, answer: page()},
		answer,
	}
}

func TestHARWithThreeLogins(t *testing.T) {
	t.Parallel()
	var hops []hop
	hops = append(hops, loginHops("_q1", "_r1", hop{status: 302, location: "/home"})...)
	hops = append(hops, hop{method: "GET", url: "https://sp.example/home", status: 200, answer: "<title>Welcome</title>"})
	hops = append(hops, loginHops("_q2", "_r2", hop{status: 401, mime: "application/json",
		answer: `{"code":70004,"detail":"Your AccountSid or AuthToken was incorrect.","message":"authentication failed: Invalid issuer in the Assertion/Response. Was 'a', but expected 'b'","status":401}`})...)
	hops = append(hops, loginHops("_q3", "_r3", hop{status: 200, answer: "<title>Agent Desktop</title>"})...)

	c, err := Read("three.har", har(t, hops...), Limits{})
	require.NoError(t, err)
	assert.Equal(t, "HAR file", c.Form)
	require.Len(t, c.Logins, 3)
	for i, x := range c.Logins {
		q, r := fmt.Sprintf("_q%d", i+1), fmt.Sprintf("_r%d", i+1)
		assert.Equal(t, fmt.Sprintf("three.har, login %d", i+1), x.Name)
		require.NotNil(t, x.Request)
		require.NotNil(t, x.Response)
		assert.Equal(t, string(requestXML(q)), string(x.Request.XML))
		assert.Equal(t, idpSSO, x.Request.URL)
		assert.Equal(t, saml.BindingRedirect, x.Request.Binding)
		assert.Equal(t, string(responseXML(r, q)), string(x.Response.XML))
		assert.Equal(t, acs, x.Response.URL)
		assert.Equal(t, saml.BindingPOST, x.Response.Binding)
		assert.Equal(t, "state", x.Response.RelayState)
		assert.Equal(t, saml.FlowSP, x.Flow)
		assert.Equal(t, "capture", x.AtSource)
		assert.Contains(t, x.NoCookies, "Chrome leaves them out")
		require.NotNil(t, x.Verdict)
		assert.Nil(t, x.Stop)
		for _, s := range x.Steps {
			assert.NotContains(t, s.URL, "SAMLRequest")
			assert.NotContains(t, s.URL, "logo.png")
			assert.Equal(t, time.Minute, s.At.Sub(s.Date))
		}
	}
	assert.True(t, c.Logins[0].Verdict.Accepted)
	assert.Equal(t, "Welcome", c.Logins[0].Verdict.Text)
	assert.Len(t, c.Logins[0].Steps, 5)
	failed := c.Logins[1].Verdict
	assert.False(t, failed.Accepted)
	assert.Equal(t, "70004", failed.Code)
	assert.Equal(t, 401, failed.Status)
	assert.Contains(t, failed.Text, "Was 'a', but expected 'b'")
	assert.True(t, c.Logins[2].Verdict.Accepted)
	// The clock of a login is that of the service provider.
	assert.Equal(t, t0.Add(4*time.Second-time.Minute), c.Logins[0].At.UTC())
}

func TestServiceProvidersAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer   hop
		accepted bool
		code     string
		text     string
	}{
		"45050 in JSON":     {hop{status: 401, mime: "application/json", answer: `{"code": 45050, "message": "Authentication error - Missing User Attributes"}`}, false, "45050", twilioErrors[0].text},
		"45050 on a page":   {hop{status: 200, answer: "<p>Error code: 45050</p>"}, false, "45050", "full_name, email or roles"},
		"70251":             {hop{status: 403, mime: "application/json", answer: `{"code":70251,"message":"no valid certificate for identity realm JBx"}`}, false, "70251", "no valid certificate for identity realm JBx (" + twilioErrors[3].text + ")"},
		"Basic":             {hop{status: 401, header: "WWW-Authenticate: Basic realm=\"Twilio API\""}, false, "70004", "asks for a user name"},
		"java-saml":         {hop{status: 400, answer: "<pre>Signature validation failed. SAML Response rejected\n</pre>"}, false, "", "Signature validation failed. SAML Response rejected"},
		"passport":          {hop{status: 500, answer: "<h1>Recipient is invalid. Configured: https://a Got: https://b</h1>"}, false, "", "Recipient is invalid. Configured: https://a Got: https://b"},
		"error page":        {hop{status: 500, answer: "<title>Oops</title>"}, false, "", "Internal Server Error; Oops"},
		"redirect to error": {hop{status: 302, location: "https://flex.example/cb?error=access_denied&error_description=no+way"}, false, "", "no way"},
		"sent back":         {hop{status: 302, location: sendTo("_q9")}, false, "", "sent back to the identity provider"},
		"page":              {hop{status: 200, answer: "<title>Flex 45050 agents</title>"}, true, "", "Flex 45050 agents"},
	} {
		got, err := Read("x", har(t, loginHops("_q1", "_r1", c.answer)...), Limits{})
		require.NoError(t, err, name)
		require.NotEmpty(t, got.Logins, name)
		v := got.Logins[0].Verdict
		require.NotNil(t, v, name)
		assert.Equal(t, c.accepted, v.Accepted, name)
		assert.Equal(t, c.code, v.Code, name)
		assert.Contains(t, v.Text, c.text, name)
		assert.Equal(t, c.answer.status, v.Status, name)
	}
}

// Flex tells of missing attributes only when its page asks for a token.
func TestAnErrorAfterTheLandingPage(t *testing.T) {
	t.Parallel()
	hops := append(loginHops("_q1", "_r1", hop{status: 200, answer: "<title>Loading</title>"}),
		hop{method: "POST", url: "https://preview.twilio.com/Flex/Tokens", body: "AuthCode=x", status: 401, mime: "application/json", answer: `{"code":45050,"message":"x"}`})
	c, err := Read("x", har(t, hops...), Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 1)
	assert.False(t, c.Logins[0].Verdict.Accepted)
	assert.Equal(t, "45050", c.Logins[0].Verdict.Code)
}

func TestWhereALoginStopped(t *testing.T) {
	t.Parallel()
	whole := loginHops("_q1", "_r1", hop{})
	for name, c := range map[string]struct {
		hops     []hop
		reason   string
		event    string
		response bool
		dead     string
	}{
		"at the login page": {whole[:2], "the capture holds the request and no response to it: the login stopped at GET " + idpSSO + ", which answered 200 with a login page", "", false, ""},
		"never posted":      {whole[:4], "the page https://acme.my.salesforce.com/login holds the response in a form that was never posted", "", true, ""},
		"refused by Salesforce": {[]hop{whole[0], {method: "GET", url: sendTo("_q1"), status: 200, answer: "<b>Unable to resolve request into a Service Provider</b>"}},
			"the identity provider refused: Unable to resolve request into a Service Provider", "UnableToResolve", false, ""},
		"nothing answers":   {[]hop{whole[0], {method: "GET", url: sendTo("_q1"), status: 0}}, "the capture holds the request and no response to it: the login stopped at GET " + idpSSO + ", which nothing answered", "", false, idpSSO},
		"no message at all": {[]hop{{method: "GET", url: spStart, status: 404, answer: "nothing"}}, "the HAR file holds no SAML message: the login stopped at GET " + spStart + ", which answered 404", "", false, ""},
		"masked":            {[]hop{{method: "POST", url: acs, body: "SAMLResponse=[redacted]", status: 200, answer: "x"}}, "the HAR file holds no SAML message that could be decoded (it was masked before the capture was shared: it reads \"[redacted]\"): the login stopped at POST " + acs + ", which answered 200", "", false, ""},
	} {
		got, err := Read("x", har(t, c.hops...), Limits{})
		require.NoError(t, err, name)
		require.Len(t, got.Logins, 1, name)
		x := got.Logins[0]
		require.NotNil(t, x.Stop, name)
		assert.Equal(t, c.reason, x.Stop.Reason, name)
		assert.Equal(t, c.dead, x.Stop.Unreachable, name)
		assert.Equal(t, c.response, x.Response != nil, name)
		if c.event != "" {
			require.NotNil(t, x.Stop.Event, name)
			assert.Equal(t, c.event, x.Stop.Event.Code, name)
			assert.Len(t, x.Events, 1, name)
		}
		assert.Nil(t, x.Verdict, name)
	}
}

func TestIdPInitiatedAndRepeatedLogins(t *testing.T) {
	t.Parallel()
	one := hop{method: "POST", url: acs, body: post(responseXML("_r1", "")), status: 200}
	c, err := Read("x", har(t, hop{method: "GET", url: "https://acme.my.salesforce.com/idp/login?app=0sp", status: 200}, one, one), Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 2, "a response that is posted again is another login")
	assert.Equal(t, saml.FlowIDP, c.Logins[0].Flow)
	assert.Len(t, c.Logins[0].Steps, 2)
	assert.Nil(t, c.Logins[0].Request)

	// A redirect that keeps the method carries the same login on.
	moved := one
	moved.status, moved.location = 307, "https://sp.example/acs2"
	again := one
	again.url = "https://sp.example/acs2"
	c, err = Read("x", har(t, moved, again), Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 1)
	assert.True(t, c.Logins[0].Verdict.Accepted)
}

func TestInterleavedLogins(t *testing.T) {
	t.Parallel()
	c, err := Read("x", har(t,
		hop{method: "GET", url: sendTo("_q1"), status: 200},
		hop{method: "GET", url: sendTo("_q2"), status: 200},
		hop{method: "POST", url: acs, body: post(responseXML("_r1", "_q1")), status: 200},
		hop{method: "POST", url: acs, body: post(responseXML("_r2", "_q2")), status: 500},
	), Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 2)
	for i, x := range c.Logins {
		assert.Equal(t, string(requestXML(fmt.Sprintf("_q%d", i+1))), string(x.Request.XML))
		assert.Equal(t, string(responseXML(fmt.Sprintf("_r%d", i+1), fmt.Sprintf("_q%d", i+1))), string(x.Response.XML))
		assert.Equal(t, i == 0, x.Verdict.Accepted)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	hops := loginHops("_q1", "_r1", hop{status: 200, cookie: "other=1"})
	hops[0] = hop{method: "GET", url: "https://sp.example/login", status: 302, location: sendTo("_q1"),
		setCookie: "pending=abc; Path=/; Secure; HttpOnly; SameSite=Lax\nopen=x; Path=/; Secure; SameSite=None\nelse=y; Path=/elsewhere\ngone=; Path=/; Max-Age=0\nold=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}
	c, err := Read("x", har(t, hops...), Limits{})
	require.NoError(t, err)
	x := c.Logins[0]
	assert.Empty(t, x.NoCookies)
	assert.Equal(t, []saml.Cookie{
		{Name: "pending", Path: "/", SameSite: "Lax", Secure: true, HTTPOnly: true},
		{Name: "open", Path: "/", SameSite: "None", Secure: true},
		{Name: "else", Path: "/elsewhere"},
		{Name: "gone", Path: "/", Deleted: true},
		{Name: "old", Path: "/", Deleted: true},
	}, x.Steps[0].Set)
	last := x.Steps[len(x.Steps)-1]
	assert.Equal(t, []string{"other"}, last.Sent)
	assert.Equal(t, "carries a SAMLResponse", last.Note)
}

func TestDamagedAndOddHARFiles(t *testing.T) {
	t.Parallel()
	whole := har(t, loginHops("_q1", "_r1", hop{status: 200})...)
	c, err := Read("x", whole[:len(whole)-200], Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 1)
	assert.Contains(t, strings.Join(c.Decoded, "\n"), "the file is damaged (it is cut short)")

	odd := strings.NewReplacer(`"status": 302`, `"status": "302"`, `"time": 12.5`, `"time": null`, `"params": []`, `"params": "x"`).Replace(string(whole))
	c, err = Read("x", []byte(odd), Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 1)
	assert.Equal(t, string(responseXML("_r1", "_q1")), string(c.Logins[0].Response.XML))

	_, err = Read("x", []byte(`{"a": [1, 2, {"b": null}]}`), Limits{})
	assert.EqualError(t, err, "it is JSON without a SAML message: neither a HAR file nor a SAML-tracer export; "+wanted)
	_, err = Read("x", []byte(`{"a": `), Limits{})
	assert.EqualError(t, err, "there is no SAML message in it, and it is no JSON either (it is cut short); "+wanted)
}

func TestHARVariants(t *testing.T) {
	t.Parallel()
	// Only params, decoded or as sent; a body as multipart/form-data; a GET of the response.
	for name, request := range map[string]obj{
		"params decoded": {"method": "POST", "url": acs, "postData": obj{"params": []any{obj{"name": "SAMLResponse", "value": std(response)}}}},
		"params as sent": {"method": "POST", "url": acs, "postData": obj{"params": []any{obj{"name": "SAMLResponse", "value": url.QueryEscape(std(response))}}}},
		"multipart": {"method": "POST", "url": acs, "postData": obj{"mimeType": "multipart/form-data; boundary=b",
			"text": "--b\r\nContent-Disposition: form-data; name=\"SAMLResponse\"\r\n\r\n" + std(response) + "\r\n--b--\r\n"}},
		"redirect": {"method": "GET", "url": redirectURL()},
	} {
		data, err := json.Marshal(obj{"log": obj{"entries": []any{obj{"startedDateTime": "2026-01-31T12:00:00Z", "request": request, "response": obj{"status": 200}}}}})
		require.NoError(t, err)
		c, err := Read("x", data, Limits{})
		require.NoError(t, err, name)
		require.Len(t, c.Logins, 1, name)
		require.NotNil(t, c.Logins[0].Response, name)
		assert.Equal(t, string(response), string(c.Logins[0].Response.XML), name)
	}
}

func TestLoginsAreBounded(t *testing.T) {
	t.Parallel()
	var hops []hop
	for i := range 5 {
		hops = append(hops, hop{method: "POST", url: acs, body: post(responseXML(fmt.Sprintf("_r%d", i), "")), status: 200})
	}
	c, err := Read("x", har(t, hops...), Limits{Logins: 3})
	require.NoError(t, err)
	assert.Len(t, c.Logins, 3)
	assert.Contains(t, strings.Join(c.Decoded, "\n"), "there are more than 3 logins; the rest is left out")
}
