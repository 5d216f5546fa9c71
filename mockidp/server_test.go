package mockidp

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

const origin = "https://acme.my.salesforce.com"

// A visitor is a browser without a window: it keeps the session cookie.
type visitor struct {
	t   testing.TB
	p   *IDP
	sid *http.Cookie
}

func visit(t testing.TB, half settings.Salesforce) *visitor {
	return &visitor{t: t, p: New(half, options())}
}

// ask sends one request and keeps the cookie that comes back.
func (v *visitor) ask(method, address, body string) *http.Response {
	v.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = origin + address
	}
	r := httptest.NewRequest(method, address, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.sid != nil {
		r.AddCookie(v.sid)
	}
	w := httptest.NewRecorder()
	v.p.ServeHTTP(w, r)
	response := w.Result()
	for _, c := range response.Cookies() {
		if c.Name == "sid" {
			v.sid = c
			if c.MaxAge < 0 {
				v.sid = nil
			}
		}
	}
	return response
}

// login fills in the login page that a response leads to, and follows it to the end.
func (v *visitor) login(response *http.Response, user string) *http.Response {
	v.t.Helper()
	require.Equal(v.t, http.StatusFound, response.StatusCode)
	page := v.ask("GET", response.Header.Get("Location"), "")
	require.Equal(v.t, http.StatusOK, page.StatusCode)
	fields := formFields(v.t, page)
	require.Contains(v.t, fields, "un")
	require.NotContains(v.t, fields, "SAMLRequest")
	response = v.ask("POST", "/", url.Values{"un": {user}, "startURL": {fields["startURL"]}}.Encode())
	if response.StatusCode != http.StatusFound {
		return response
	}
	require.NotNil(v.t, v.sid)
	return v.ask("GET", response.Header.Get("Location"), "")
}

func body(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	r.Body = io.NopCloser(bytes.NewReader(b))
	return string(b)
}

// formFields are the fields of the first form of a page, with its address as action.
func formFields(t testing.TB, r *http.Response) map[string]string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body(t, r)))
	require.NoError(t, err)
	var fields map[string]string
	at := func(n *html.Node, key string) string {
		for _, a := range n.Attr {
			if a.Key == key {
				return a.Val
			}
		}
		return ""
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "form" {
			if fields != nil {
				break
			}
			fields = map[string]string{"action": at(n, "action"), "method": at(n, "method")}
		}
		if n.Data == "input" && fields != nil && at(n, "name") != "" {
			fields[at(n, "name")] = at(n, "value")
		}
	}
	require.NotNil(t, fields, "the page has no form")
	return fields
}

// delivered is the response that a page posts, verified.
func delivered(t testing.TB, r *http.Response) (*saml.Response, map[string]string) {
	t.Helper()
	require.Equal(t, http.StatusOK, r.StatusCode, body(t, r))
	fields := formFields(t, r)
	assert.Equal(t, "post", fields["method"])
	x, err := base64.StdEncoding.DecodeString(fields["SAMLResponse"])
	require.NoError(t, err)
	doc, err := saml.Parse(x, saml.Limits{})
	require.NoError(t, err)
	_, _, cert := poolKey(0)
	signatures := saml.VerifySignatures(doc, []saml.Certificate{{X509: cert}}, nil)
	require.NotEmpty(t, signatures)
	for _, s := range signatures {
		assert.Empty(t, s.Faults)
	}
	return saml.ReadResponse(doc), fields
}

func authnRequest(attributes string) string {
	return `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_req1" Version="2.0" IssueInstant="2026-03-04T05:06:00Z"` +
		attributes + `><saml:Issuer>urn:flex:JQ1</saml:Issuer></samlp:AuthnRequest>`
}

func redirect(x string, relay *string) string {
	return pathRedirect + "?" + saml.RedirectQuery("SAMLRequest", []byte(x), relay)
}

func codes(p *IDP) string {
	var all []string
	for _, e := range p.Events() {
		all = append(all, e.Code)
	}
	return strings.Join(all, " ")
}

func TestLoginStartedAtTheServiceProvider(t *testing.T) {
	t.Parallel()
	relay := "a b&c=\"d\"<e>+\u00e9 %20/?" + strings.Repeat("x", 144)
	v := visit(t, acme())
	first := v.ask("GET", redirect(authnRequest(""), &relay), "")
	response, fields := delivered(t, v.login(first, "ADA@acme.example"))
	assert.Equal(t, "_req1", response.Attr("InResponseTo").Value())
	assert.Equal(t, "ada@acme.example", response.Assertions[0].NameID.Text())
	assert.Equal(t, relay, fields["RelayState"])
	assert.Equal(t, "https://login.flex.example/callback?connection=JQ1", fields["action"])
	assert.Equal(t, "Success", codes(v.p))
	assert.True(t, v.sid.Secure)
	assert.True(t, v.sid.HttpOnly)
	assert.Equal(t, http.SameSiteNoneMode, v.sid.SameSite)

	// The session spares the second login.
	response, fields = delivered(t, v.ask("GET", redirect(authnRequest(""), nil), ""))
	assert.Equal(t, "_req1", response.Attr("InResponseTo").Value())
	assert.NotContains(t, fields, "RelayState")
}

func TestLoginByPost(t *testing.T) {
	t.Parallel()
	v := visit(t, acme())
	form := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(authnRequest("")))}, "RelayState": {"state"}}.Encode()
	first := v.ask("POST", pathPost, form)
	response, fields := delivered(t, v.login(first, "ada@acme.example"))
	assert.Equal(t, "_req1", response.Attr("InResponseTo").Value())
	assert.Equal(t, "state", fields["RelayState"])

	response, _ = delivered(t, v.ask("POST", pathPost, form))
	assert.Equal(t, "_req1", response.Attr("InResponseTo").Value())

	// The request that waited was answered, and waits no longer.
	again := v.ask("GET", first.Header.Get("Location"), "")
	start := formFields(t, again)["startURL"]
	assert.Equal(t, http.StatusNotFound, v.ask("GET", start, "").StatusCode)
}

func TestLoginStartedAtSalesforce(t *testing.T) {
	t.Parallel()
	for _, start := range []func(p *IDP) string{
		func(p *IDP) string { return p.LoginURL() },
		func(p *IDP) string { return "/idp/login?app=" + longID(p.appID()) },
		func(*IDP) string { return "/idp/login?apiName=Twilio_Flex" },
	} {
		v := visit(t, acme())
		address := start(v.p)
		response, fields := delivered(t, v.login(v.ask("GET", address, ""), "ada@acme.example"))
		assert.False(t, response.Attr("InResponseTo").Exists())
		assert.False(t, response.Assertions[0].Confirmations[0].Data.Attr("InResponseTo").Exists())
		assert.NotContains(t, fields, "RelayState")
		assert.Equal(t, saml.FlowIDP, v.p.Events()[0].Initiated)

		_, fields = delivered(t, v.ask("GET", address+"&RelayState=%2Fhome", ""))
		assert.Equal(t, "/home", fields["RelayState"])
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	post := func(x string) string {
		return url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(x))}}.Encode()
	}
	tests := []struct {
		name                  string
		change                func(*settings.Salesforce)
		method, address, body string
		status                int
		code, text            string
	}{
		{name: "no message", method: "GET", address: pathRedirect, status: 400, code: "InvalidAuthnRequest", text: "Unable to parse AuthnRequest from service provider"},
		{name: "no base64", method: "GET", address: pathRedirect + "?SAMLRequest=***", status: 400, code: "InvalidAuthnRequest", text: "Unable to parse AuthnRequest from service provider"},
		{name: "no XML", method: "GET", address: redirect("<a", nil), status: 400, code: "InvalidAuthnRequest", text: "Unable to parse AuthnRequest from service provider"},
		{name: "DOCTYPE", method: "GET", address: redirect("<!DOCTYPE x>"+authnRequest(""), nil), status: 400, code: "InvalidAuthnRequest", text: "Unable to parse AuthnRequest from service provider"},
		{name: "another message", method: "GET", address: redirect(`<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>`, nil), status: 400, code: "InvalidAuthnRequest", text: "it is LogoutRequest, not an AuthnRequest"},
		{name: "no ID", method: "GET", address: redirect(strings.Replace(authnRequest(""), ` ID="_req1"`, "", 1), nil), status: 400, code: "InvalidAuthnRequest", text: "it has no ID"},
		{name: "Version 1.1", method: "GET", address: redirect(strings.Replace(authnRequest(""), `Version="2.0"`, `Version="1.1"`, 1), nil), status: 400, code: "InvalidAuthnRequest", text: `its Version is &#34;1.1&#34;`},
		{name: "another issuer", method: "GET", address: redirect(strings.Replace(authnRequest(""), "JQ1", "JQ1/", 1), nil), status: 400, code: "UnableToResolve", text: "no app has the Entity Id urn:flex:JQ1/"},
		{name: "no issuer", method: "GET", address: redirect(strings.Replace(authnRequest(""), "urn:flex:JQ1", "", 1), nil), status: 400, code: "UnableToResolve", text: "the request has no Issuer"},
		{name: "hostile issuer", method: "GET", address: redirect(strings.Replace(authnRequest(""), "urn:flex:JQ1", "&lt;script&gt;", 1), nil), status: 400, code: "UnableToResolve", text: "&lt;script&gt;"},
		{name: "no SAML", change: func(s *settings.Salesforce) { s.ConnectedApp.EnableSAML.Value = false }, method: "GET", address: redirect(authnRequest(""), nil), status: 400, code: "UnableToResolve", text: "Enable SAML is not ticked"},
		{name: "not enabled", change: func(s *settings.Salesforce) { s.IdentityProvider.Enabled.Value = false }, method: "GET", address: redirect(authnRequest(""), nil), status: 404, code: "InvalidIdpEndpoint", text: "not enabled as an identity provider"},
		{name: "redirect to the POST endpoint", method: "GET", address: strings.Replace(redirect(authnRequest(""), nil), pathRedirect, pathPost, 1), status: 404, code: "InvalidIdpEndpoint", text: "Invalid Identity Provider Endpoint URL"},
		{name: "POST to the redirect endpoint", method: "POST", address: pathRedirect, body: post(authnRequest("")), status: 404, code: "InvalidIdpEndpoint", text: "Invalid Identity Provider Endpoint URL"},
		{name: "no such endpoint", method: "GET", address: "/idp/endpoint/HttpArtifact", status: 404, code: "InvalidIdpEndpoint", text: "Invalid Identity Provider Endpoint URL"},
		{name: "form too large", method: "POST", address: pathPost, body: "SAMLRequest=" + strings.Repeat("A", mostBody), status: 400, code: "InvalidAuthnRequest", text: "request body too large"},
		{name: "signature wanted", change: wantSigned, method: "GET", address: redirect(authnRequest(""), nil), status: 403, code: "InvalidSignature", text: "the request is not signed"},
		{name: "signature wanted by POST", change: wantSigned, method: "POST", address: pathPost, body: post(authnRequest("")), status: 403, code: "InvalidSignature", text: "the request is not signed"},
		{name: "signature wanted, certificate unreadable", change: func(s *settings.Salesforce) {
			wantSigned(s)
			s.ConnectedApp.RequestCertificate.Data = []byte("x")
		}, method: "GET", address: redirect(authnRequest(""), nil), status: 500, code: "InvalidSp", text: "the certificate for request signatures cannot be read"},
		{name: "unknown app", method: "GET", address: "/idp/login?app=0sp000000000000", status: 400, code: "UnableToResolve", text: "Unable to resolve request into a Service Provider"},
		{name: "no app", method: "GET", address: "/idp/login", status: 400, code: "UnableToResolve", text: "Unable to resolve request into a Service Provider"},
		{name: "no My Domain", change: func(s *settings.Salesforce) { s.MyDomain.Value = "" }, method: "GET", address: redirect(authnRequest(""), nil), status: 500, code: "NoSubdomain", text: "No My Domain deployed in the org"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			half := acme()
			if test.change != nil {
				test.change(&half)
			}
			v := visit(t, half)
			r := v.ask(test.method, test.address, test.body)
			page := body(t, r)
			assert.Equal(t, test.status, r.StatusCode)
			assert.Contains(t, page, test.text)
			assert.Contains(t, page, "<code>"+test.code+"</code>")
			assert.Contains(t, page, eventText(test.code))
			assert.NotContains(t, page, "<script>")
			assert.Equal(t, test.code, codes(v.p))
		})
	}
}

func TestUsersThatAreRefused(t *testing.T) {
	t.Parallel()
	half := acme()
	half.Users[0].Active.Value = false
	tests := []struct{ user, codes, text string }{
		{"ada@acme.example", "UserInactive", "Please check your username and password."},
		{"eve@acme.example", "", "Please check your username and password."},
		{"", "", "Please check your username and password."},
		{"nora@acme.example", "NoAccess", "User does not have access to this service provider"},
	}
	for _, test := range tests {
		t.Run(test.user, func(t *testing.T) {
			t.Parallel()
			v := visit(t, half)
			r := v.login(v.ask("GET", redirect(authnRequest(""), nil), ""), test.user)
			assert.Contains(t, body(t, r), test.text)
			assert.Equal(t, test.codes, codes(v.p))
		})
	}
}

func TestForceAuthn(t *testing.T) {
	t.Parallel()
	v := visit(t, acme())
	// Whoever is logged in is logged out and asked again, once.
	delivered(t, v.login(v.ask("GET", redirect(authnRequest(""), nil), ""), "ada@acme.example"))
	relay := "state"
	r := v.ask("GET", redirect(authnRequest(` ForceAuthn="true"`), &relay), "")
	assert.Nil(t, v.sid)
	_, fields := delivered(t, v.login(r, "ada@acme.example"))
	assert.Equal(t, "state", fields["RelayState"])
	assert.Equal(t, "Success ForceAuthNLogout Success", codes(v.p))
	assert.Equal(t, "ada@acme.example", v.p.Events()[1].User)

	// Nobody is logged in: nobody is logged out.
	v = visit(t, acme())
	delivered(t, v.login(v.ask("GET", redirect(authnRequest(` ForceAuthn="1"`), nil), ""), "ada@acme.example"))
	assert.Equal(t, "Success", codes(v.p))
}

func TestIsPassive(t *testing.T) {
	t.Parallel()
	v := visit(t, acme())
	ask := func(attributes string) (*saml.Response, map[string]string) {
		relay := "state"
		return delivered(t, v.ask("GET", redirect(authnRequest(attributes), &relay), ""))
	}
	refused := func(r *saml.Response) {
		t.Helper()
		assert.Equal(t, statusResponder, r.StatusCode.Attr("Value").Value())
		assert.Equal(t, statusNoPassive, r.StatusCode.Child(saml.NSProtocol, "StatusCode").Attr("Value").Value())
		assert.Equal(t, "_req1", r.Attr("InResponseTo").Value())
		assert.Empty(t, r.Assertions)
	}
	r, fields := ask(` IsPassive="true"`)
	refused(r)
	assert.Equal(t, "state", fields["RelayState"])
	delivered(t, v.login(v.ask("GET", redirect(authnRequest(""), nil), ""), "ada@acme.example"))
	r, _ = ask(` IsPassive="true"`)
	assert.Len(t, r.Assertions, 1)
	r, _ = ask(` IsPassive="true" ForceAuthn="true"`)
	refused(r)
	assert.Equal(t, "NoPassive Success Success NoPassive", codes(v.p))
}

func TestAnotherACSURLIsNotUsed(t *testing.T) {
	t.Parallel()
	v := visit(t, acme())
	first := v.ask("GET", redirect(authnRequest(` AssertionConsumerServiceURL="https://evil.example/acs"`), nil), "")
	r, fields := delivered(t, v.login(first, "ada@acme.example"))
	assert.Equal(t, "https://login.flex.example/callback?connection=JQ1", fields["action"])
	assert.Equal(t, fields["action"], r.Attr("Destination").Value())
	assert.Equal(t, "answered at the app's ACS URL, not at the request's, https://evil.example/acs (inferred)", v.p.Events()[0].Text)
}

// wantSigned has the app verify requests with the certificate of the second key.
func wantSigned(s *settings.Salesforce) {
	_, pem, _ := poolKey(1)
	s.ConnectedApp.VerifyRequestSignatures.Value = true
	s.ConnectedApp.RequestCertificate.Data = pem
}

// signedQuery is a redirect whose query this key signed.
func signedQuery(t testing.TB, key crypto.Signer, relay *string, method string) string {
	t.Helper()
	query, err := saml.SignQuery(saml.RedirectQuery("SAMLRequest", []byte(authnRequest("")), relay), method, key, nil)
	require.NoError(t, err)
	return query
}

func TestRedirectSignatures(t *testing.T) {
	t.Parallel()
	relay, empty := "state + more", ""
	right, _, _ := poolKey(1)
	wrong, _, _ := poolKey(3)
	query := signedQuery(t, right, &relay, rsaSHA256)
	tests := []struct{ name, query, refused string }{
		{"SHA-256", query, ""},
		{"SHA-1", signedQuery(t, right, &relay, rsaSHA1), ""},
		{"no RelayState", signedQuery(t, right, nil, rsaSHA256), ""},
		{"empty RelayState", signedQuery(t, right, &empty, rsaSHA256), ""},
		{"other order", "SigAlg=" + url.QueryEscape(rsaSHA256) + "&" + strings.Replace(query, "&SigAlg="+url.QueryEscape(rsaSHA256), "", 1), ""},
		{"another key", signedQuery(t, wrong, &relay, rsaSHA256), "no trusted key made the signature"},
		{"RelayState changed", strings.Replace(query, "state", "other", 1), "no trusted key made the signature"},
		{"RelayState encoded otherwise", strings.Replace(query, "state+%2B", "state%20%2B", 1), "the signature does not match the query as it arrived"},
		{"RelayState removed", strings.Replace(query, "&RelayState="+url.QueryEscape(relay), "", 1), "no trusted key made the signature"},
		{"no Signature", query[:strings.Index(query, "&Signature=")], "has no Signature"},
		{"unsigned", query[:strings.Index(query, "&SigAlg=")], "not signed"},
		{"SAMLRequest twice", query + "&SAMLRequest=x", "the parameter SAMLRequest occurs 2 times"},
		{"unknown algorithm", strings.Replace(query, url.QueryEscape(rsaSHA256), url.QueryEscape("urn:x"), 1), "SigAlg names no signature algorithm"},
		{"no base64", query[:strings.Index(query, "&Signature=")] + "&Signature=***", "signature"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			half := acme()
			wantSigned(&half)
			v := visit(t, half)
			r := v.ask("GET", pathRedirect+"?"+test.query, "")
			if test.refused == "" {
				delivered(t, v.login(r, "ada@acme.example"))
				assert.Equal(t, "Success", codes(v.p))
				return
			}
			assert.Equal(t, http.StatusForbidden, r.StatusCode)
			assert.Equal(t, "InvalidSignature", codes(v.p))
			assert.Contains(t, v.p.Events()[0].Text, test.refused)
		})
	}
}

// signedRequest is an AuthnRequest with an enveloped signature of this key.
func signedRequest(t testing.TB, n int) string {
	t.Helper()
	key, _, cert := poolKey(n)
	s := newSeal("Response", &identity{key, cert}, "SHA256")
	x, err := s.apply([]byte(authnRequest("")))
	require.NoError(t, err)
	return string(x)
}

func TestPostSignatures(t *testing.T) {
	t.Parallel()
	right := signedRequest(t, 1)
	tests := []struct{ name, request, refused string }{
		{"signed", right, ""},
		{"another key", signedRequest(t, 3), "Invalid signature"},
		{"changed", strings.Replace(right, "2026-03-04T05:06:00Z", "2026-03-04T05:06:01Z", 1), "Invalid signature"},
		{"unsigned", authnRequest(""), "not signed"},
		{"signature of another element", strings.Replace(right, `ID="_req1"`, `ID="_req2"`, 1), "Invalid signature"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			half := acme()
			wantSigned(&half)
			v := visit(t, half)
			r := v.ask("POST", pathPost, url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(test.request))}}.Encode())
			if test.refused == "" {
				delivered(t, v.login(r, "ada@acme.example"))
				assert.Equal(t, "Success", codes(v.p))
				return
			}
			assert.Equal(t, http.StatusForbidden, r.StatusCode)
			assert.Equal(t, "InvalidSignature", codes(v.p))
			assert.Contains(t, v.p.Events()[0].Text, test.refused)
		})
	}
}

func TestHostsOfOthers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		host   string
		status int
	}{
		{"acme.my.salesforce.com", 200}, {"ACME.my.salesforce.com", 200}, {"acme.my.salesforce.com:8443", 200},
		{"evil.example", 421}, {"acme.my.salesforce.com.evil.example", 421}, {"", 421},
	}
	for _, test := range tests {
		r := httptest.NewRequest("GET", "https://x/", nil)
		r.Host = test.host
		w := httptest.NewRecorder()
		New(acme(), options()).ServeHTTP(w, r)
		assert.Equal(t, test.status, w.Code, test.host)
		if test.status == 421 {
			assert.Contains(t, w.Body.String(), "This is a mock of the Salesforce org acme.my.salesforce.com.")
		}
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	_, otherPEM, otherCert := poolKey(1)
	_, _, cert := poolKey(0)
	half := acme()
	half.Certificates = append(half.Certificates, settings.Certificate{Label: field("App"), File: settings.File{Data: otherPEM}})
	half.ConnectedApp.IDPCertificate.Value, half.ConnectedApp.Issuer.Value = "App", "https://acme.my.salesforce.com/"
	tests := []struct{ path, entityID, certificate string }{
		{"/.well-known/samlidp.xml", "https://acme.my.salesforce.com", base64.StdEncoding.EncodeToString(cert.Raw)},
		{"/.well-known/samlidp/Twilio_Flex.xml", "https://acme.my.salesforce.com/", base64.StdEncoding.EncodeToString(otherCert.Raw)},
	}
	for _, test := range tests {
		v := visit(t, half)
		r := v.ask("GET", test.path, "")
		require.Equal(t, http.StatusOK, r.StatusCode)
		assert.Equal(t, "application/xml;charset=UTF-8", r.Header.Get("Content-Type"))
		doc, err := saml.Parse([]byte(body(t, r)), saml.Limits{})
		require.NoError(t, err)
		assert.Equal(t, test.entityID, doc.Root().Attr("entityID").Value())
		assert.Equal(t, "2036-03-04T05:06:07.089Z", doc.Root().Attr("validUntil").Value())
		idp := doc.Root().Child(saml.NSMetadata, "IDPSSODescriptor")
		var locations []string
		for _, e := range idp.All(saml.NSMetadata, "SingleSignOnService") {
			locations = append(locations, e.Attr("Location").Value())
		}
		assert.Equal(t, []string{origin + "/idp/endpoint/HttpPost", origin + "/idp/endpoint/HttpRedirect"}, locations)
		assert.Contains(t, body(t, r), "<ds:X509Certificate>"+test.certificate+"</ds:X509Certificate>")
	}
	for _, path := range []string{"/.well-known/samlidp/Other.xml", "/.well-known/samlidp/Twilio_Flex", "/nothing"} {
		r := visit(t, half).ask("GET", path, "")
		assert.Equal(t, http.StatusNotFound, r.StatusCode, path)
	}
	half.IdentityProvider.Certificate.Value = "None"
	v := visit(t, half)
	assert.Equal(t, http.StatusInternalServerError, v.ask("GET", "/.well-known/samlidp.xml", "").StatusCode)
	assert.Equal(t, "InvalidSettings", codes(v.p))
}

func TestPagesSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	half, opt := acme(), options()
	half.Users[0].FirstName.Value = "<script>alert(1)</script>"
	opt.Banner = "URLs are <rewritten>."
	v := &visitor{t: t, p: New(half, opt)}
	for _, path := range []string{"/", pathLog, "/nothing", pathRedirect} {
		page := body(t, v.ask("GET", path, ""))
		assert.Contains(t, page, "This is a mock of Salesforce, for tests. URLs are &lt;rewritten&gt;.", path)
		assert.Contains(t, page, "It does not model passwords", path)
		assert.NotContains(t, page, "<script>", path)
		assert.NotContains(t, page, "src=", path)
	}
	for _, u := range half.Users {
		assert.Contains(t, body(t, v.ask("GET", "/", "")), u.Username.Value)
	}
	home := v.login(v.ask("GET", v.p.LoginURL(), ""), "ada@acme.example")
	assert.Contains(t, body(t, home), "<script>"+submitScript+"</script>")
	assert.Contains(t, home.Header.Get("Content-Security-Policy"), "script-src 'sha256-")
	assert.Equal(t, "no-cache", home.Header.Get("Pragma"))
	assert.Contains(t, body(t, v.ask("GET", "/", "")), "Open Twilio Flex")
	assert.Contains(t, body(t, v.ask("GET", pathLog, "")), "<code>Success</code>")
	assert.Equal(t, http.StatusFound, v.ask("GET", pathLogout, "").StatusCode)
	assert.Contains(t, body(t, v.ask("GET", "/", "")), `name="un"`)
}

func TestLoginStaysInTheOrg(t *testing.T) {
	t.Parallel()
	for _, start := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "evil", "/\tx"} {
		v := visit(t, acme())
		r := v.ask("POST", "/", url.Values{"un": {"ada@acme.example"}, "startURL": {start}}.Encode())
		assert.Equal(t, "/", r.Header.Get("Location"), start)
		page := v.ask("GET", "/?startURL="+url.QueryEscape(start), "")
		assert.NotContains(t, body(t, page), "evil", start)
	}
}

func TestVisitorsCannotFillTheMemory(t *testing.T) {
	t.Parallel()
	v := visit(t, acme())
	form := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(authnRequest("")))}}.Encode()
	for range mostKept + 10 {
		v.ask("POST", pathPost, form)
	}
	for range mostKept + 10 {
		v.ask("POST", "/", "un=ada%40acme.example")
	}
	assert.Len(t, v.p.pending.values, mostKept)
	assert.Len(t, v.p.pending.order, mostKept)
	assert.Len(t, v.p.sessions.values, mostKept)
	r := v.ask("GET", pathRedirect+"?"+strings.Repeat("x", mostQuery+1), "")
	assert.Equal(t, http.StatusRequestURITooLong, r.StatusCode)
}

func TestLongRequestsWaitForTheLogin(t *testing.T) {
	t.Parallel()
	v := visit(t, acme())
	relay := strings.Repeat("r", 2*mostStartURL)
	first := v.ask("GET", redirect(authnRequest(""), &relay), "")
	assert.Less(t, len(first.Header.Get("Location")), 200)
	_, fields := delivered(t, v.login(first, "ada@acme.example"))
	assert.Equal(t, relay, fields["RelayState"])
}

func TestFaultsAreServed(t *testing.T) {
	t.Parallel()
	half, opt := acme(), options()
	opt.Fault = FaultByID("nameid-changed")
	require.NotNil(t, opt.Fault)
	v := &visitor{t: t, p: New(half, opt)}
	r := v.login(v.ask("GET", redirect(authnRequest(""), nil), ""), "ada@acme.example")
	x, err := base64.StdEncoding.DecodeString(formFields(t, r)["SAMLResponse"])
	require.NoError(t, err)
	assert.Contains(t, string(x), Mallory)
}

func TestFaultsThatFailAreTold(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]*Fault{
		"an error": {ID: "x", Before: drop("Nothing")},
		"a panic":  {ID: "x", After: func([]byte) ([]byte, error) { panic("out of order") }},
	} {
		half, opt := acme(), options()
		opt.Fault = f
		response, event := New(half, opt).Issue(&half.Users[0], Request{})
		assert.Nil(t, response, name)
		assert.Equal(t, "InternalError", event.Code, name)
		assert.Contains(t, event.Text, "fault x, ", name)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	p := New(acme(), options())
	done := make(chan error)
	for n := range 8 {
		go func() {
			response, event := p.Issue(&p.half.Users[0], Request{ID: fmt.Sprintf("_%d", n)})
			if response == nil {
				done <- fmt.Errorf("%s: %s", event.Code, event.Text)
				return
			}
			done <- nil
		}()
	}
	for range 8 {
		require.NoError(t, <-done)
	}
}
