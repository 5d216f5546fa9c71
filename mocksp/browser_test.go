package mocksp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/mocksp"
)

// A browser talks to the mock without a network and keeps cookies by host.
type browser struct {
	t       testing.TB
	handler http.Handler
	cookies map[string]map[string]string
	way     []string // every address so far, without query
}

func open(t testing.TB, h http.Handler) *browser {
	return &browser{t: t, handler: h, cookies: map[string]map[string]string{}}
}

func (b *browser) do(method, address, kind, body string) *http.Response {
	r := httptest.NewRequest(method, address, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name, value := range b.cookies[r.Host] {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.handler.ServeHTTP(rec, r)
	response := rec.Result()
	if b.cookies[r.Host] == nil {
		b.cookies[r.Host] = map[string]string{}
	}
	for _, c := range response.Cookies() {
		require.True(b.t, c.Secure, c.Name)
		require.True(b.t, c.HttpOnly, c.Name)
		require.Equal(b.t, "/", c.Path)
		if c.MaxAge < 0 {
			delete(b.cookies[r.Host], c.Name)
		} else {
			b.cookies[r.Host][c.Name] = c.Value
		}
	}
	b.way = append(b.way, method+" https://"+r.Host+r.URL.Path)
	return response
}

const formKind = "application/x-www-form-urlencoded"

func (b *browser) post(address, form string) *http.Response {
	return b.do(http.MethodPost, address, formKind, form)
}

// follow opens an address and every redirect from there, as long as it stays at Twilio.
// It returns the last answer and the address that it leads to or was found at.
func (b *browser) follow(response *http.Response, at string) (*http.Response, string) {
	for n := 0; response.StatusCode >= 300 && response.StatusCode < 400; n++ {
		require.Less(b.t, n, 12, "a loop: %v", b.way)
		base, err := url.Parse(at)
		require.NoError(b.t, err)
		to, err := base.Parse(response.Header.Get("Location"))
		require.NoError(b.t, err)
		at = to.String()
		if !strings.HasSuffix(to.Host, ".twilio.com") {
			return response, at
		}
		response = b.do(http.MethodGet, at, "", "")
	}
	return response, at
}

func (b *browser) get(address string) (*http.Response, string) {
	return b.follow(b.do(http.MethodGet, address, "", ""), address)
}

// begin starts a login and reads the request that reaches the identity provider.
func (b *browser) begin() (m *saml.Message, request *saml.AuthnRequest) {
	_, at := b.get(link)
	u, err := url.Parse(at)
	require.NoError(b.t, err)
	require.Equal(b.t, "acme.my.salesforce.com", u.Host, at)
	m, err = saml.DecodeRedirect(u.RawQuery)
	require.NoError(b.t, err)
	doc, err := saml.Parse(m.XML, saml.Limits{})
	require.NoError(b.t, err)
	request = saml.ReadAuthnRequest(doc)
	require.NotNil(b.t, request)
	return m, request
}

// finish posts a response and follows where it leads.
func (b *browser) finish(acs, form string) (*http.Response, string) {
	return b.follow(b.post(acs, form), acs)
}

func acsOf(sso string) string {
	if sso == "legacy" {
		return legacyACS
	}
	return enhancedACS
}

func body(t testing.TB, r *http.Response) string {
	var b strings.Builder
	_, err := io.Copy(&b, r.Body)
	require.NoError(t, err)
	return b.String()
}

// heard keeps the verdicts that a mock tells of.
func heard(opt *mocksp.Options) *[]saml.Verdict {
	var all []saml.Verdict
	opt.Notify = func(v saml.Verdict) { all = append(all, v) }
	return &all
}
