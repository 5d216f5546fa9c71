package mockidp

import (
	"bytes"
	"encoding/base64"
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
