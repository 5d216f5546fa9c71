package mockidp

import (
	"crypto"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

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
		}, method: "GET", address: redirect(authnRequest(""), nil) + "&SigAlg=x&Signature=AAAA", status: 500, code: "InvalidSp", text: "the certificate for request signatures cannot be read"},
		{name: "signature wanted, no certificate, not signed", change: func(s *settings.Salesforce) {
			wantSigned(s)
			s.ConnectedApp.RequestCertificate = settings.File{}
		}, method: "GET", address: redirect(authnRequest(""), nil), status: 403, code: "InvalidSignature", text: "the request is not signed"},
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
	s := newSeal("Response", &identity{key: key, cert: cert}, "SHA256")
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

func TestLongRequestsWaitForTheLogin(t *testing.T) {
	t.Parallel()
	v := visit(t, acme())
	relay := strings.Repeat("r", 2*mostStartURL)
	first := v.ask("GET", redirect(authnRequest(""), &relay), "")
	assert.Less(t, len(first.Header.Get("Location")), 200)
	_, fields := delivered(t, v.login(first, "ada@acme.example"))
	assert.Equal(t, relay, fields["RelayState"])
}
