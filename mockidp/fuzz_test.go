package mockidp

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// FuzzScan finds elements that lie within their parents and in order.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`<a/>`, `<a b="c"><d>x</d><!-- y --><d/></a>`, `<?xml version="1.0"?><x:a xmlns:x="y">&amp;</x:a>`, `<a></b>`, `<a`, `</a>`, `<a><![CDATA[<b>]]></a>`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, x []byte) {
		tree, err := scan(x)
		if err != nil {
			return
		}
		last := -1
		for _, s := range tree.elements {
			require.Greater(t, s.start, last)
			last = s.start
			require.LessOrEqual(t, s.start, s.open)
			require.LessOrEqual(t, s.open, s.close)
			require.LessOrEqual(t, s.close, s.end)
			require.LessOrEqual(t, s.end, len(x))
			require.Equal(t, byte('<'), x[s.start])
			if s.parent != nil {
				require.GreaterOrEqual(t, s.start, s.parent.open)
				require.LessOrEqual(t, s.end, s.parent.close)
			}
		}
	})
}

// FuzzRedirect asks the redirect endpoint anything: it refuses or asks for a login, and
// does not fail.
func FuzzRedirect(f *testing.F) {
	relay := "state"
	f.Add(saml.RedirectQuery("SAMLRequest", []byte(authnRequest("")), &relay), false)
	f.Add(saml.RedirectQuery("SAMLRequest", []byte(authnRequest(` ForceAuthn="true"`)), nil), true)
	f.Add("SAMLRequest=x&SAMLRequest=y&SigAlg=z&Signature=", true)
	f.Add("pending=1", false)
	half := acme()
	signed := acme()
	wantSigned(&signed)
	plain, strict := New(half, options()), New(signed, options())
	f.Fuzz(func(t *testing.T, query string, verify bool) {
		p := plain
		if verify {
			p = strict
		}
		r := httptest.NewRequest("GET", origin+pathRedirect, nil)
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		assert.Contains(t, []int{200, 302, 400, 403, 414}, w.Code)
		for _, e := range p.Events() {
			assert.NotEqual(t, InternalError, e.Code)
		}
	})
}

// FuzzLocal never leads out of the org.
func FuzzLocal(f *testing.F) {
	for _, s := range []string{"/", "/idp/login?app=1", "//evil", `/\evil`, "https://evil", "/a#b", "/%2f/evil"} {
		f.Add(s)
	}
	base, err := url.Parse(origin + "/")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, address string) {
		to := local(address)
		if to == "" {
			return
		}
		u, err := base.Parse(to)
		require.NoError(t, err)
		assert.Equal(t, base.Host, u.Host)
		assert.Equal(t, base.Scheme, u.Scheme)
	})
}

// FuzzEscape writes any text so that it can be read again.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "a", "<&>\"'\r\n\t", "\x00\xff\ufffe", "]]>", "\U0001f600"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc, err := saml.Parse([]byte(`<a b="`+attr(s)+`">`+text(s)+`</a>`), saml.Limits{})
		require.NoError(t, err)
		want := strings.Map(func(r rune) rune {
			if isChar(r) {
				return r
			}
			return '\ufffd'
		}, s)
		assert.Equal(t, want, doc.Root().Text())
		assert.Equal(t, want, doc.Root().Attr("b").Value())
	})
}

// FuzzLogout brings the logout endpoint anything, from the browser of a user who is
// logged in at the app: what is not signed by the app's key does not log him out.
func FuzzLogout(f *testing.F) {
	relay := "state"
	f.Add(saml.RedirectQuery("SAMLRequest", []byte(notice{}.xml()), &relay), false)
	f.Add("SAMLRequest="+url.QueryEscape(saml.EncodePOST([]byte(notice{index: "_x"}.xml()))), true)
	f.Add(saml.RedirectQuery("SAMLResponse", []byte(notice{inResponseTo: "_x"}.xml()), nil), false)
	f.Add("SAMLRequest=x&SAMLResponse=y&SigAlg=z&Signature=", true)
	f.Add("SAMLRequest="+url.QueryEscape(saml.EncodePOST([]byte(strings.Replace(notice{}.xml(), "<saml:NameID>", "<saml:NameID/><saml:NameID>", 1)))), true)
	v, _ := loggedIn(f, settings.LogoutPOST)
	f.Fuzz(func(t *testing.T, message string, post bool) {
		r := httptest.NewRequest("GET", origin+pathSLO, nil)
		r.URL.RawQuery = message
		if post {
			r = httptest.NewRequest("POST", origin+pathSLO, strings.NewReader(message))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		r.AddCookie(v.sid)
		w := httptest.NewRecorder()
		v.p.ServeHTTP(w, r)
		assert.Contains(t, []int{400, 403, 414}, w.Code)
		r = httptest.NewRequest("GET", origin+"/", nil)
		r.AddCookie(v.sid)
		w = httptest.NewRecorder()
		v.p.ServeHTTP(w, r)
		assert.Contains(t, w.Body.String(), "is logged in")
		for _, e := range v.p.Events() {
			assert.NotEqual(t, InternalError, e.Code)
		}
	})
}
