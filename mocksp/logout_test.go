package mocksp_test

import (
	"crypto"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

const (
	spLogout     = "https://sp.acme.example/single-logout"
	idpLogout    = issuer + "/services/auth/idp/saml2/logout"
	statusNobody = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal"
	rsaSHA256    = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	ownKey       = 4 // of the pool: the service provider's
)

// form is a message as a browser posts it.
func form(param, xml, relay string) string {
	f := param + "=" + url.QueryEscape(saml.EncodePOST([]byte(xml)))
	if relay != "" {
		f += "&RelayState=" + url.QueryEscape(relay)
	}
	return f
}

// withLogout is a half with Single Logout, by either binding where none is named.
func withLogout(h settings.Flex, to, binding string) settings.Flex {
	own := &h.ServiceProvider
	own.SingleLogoutURL.Value, own.IdentityProviderLogoutURL.Value = spLogout, to
	own.SingleLogoutBinding.Value = map[string]string{saml.BindingRedirect: settings.LogoutRedirect, saml.BindingPOST: settings.LogoutPOST}[binding]
	return h
}

// loggingOut is a mock with Single Logout, and a browser in which Ada is logged in with
// the SessionIndex _1.
func loggingOut(t testing.TB, sso, binding string) (*mocksp.SP, *browser) {
	p := mocksp.New(withLogout(half(t, sso), idpLogout, binding), mocksp.Options{Now: clock, Random: random(), Key: signer(t, ownKey)})
	b := open(t, p)
	response, at := login(t, b, mint{sso: sso, session: ` SessionIndex="_1"`})
	require.Equal(t, link, at, response.StatusCode)
	return p, b
}

// received is the message of logout that an answer of the mock carries to the identity
// provider, whose signature is the mock's.
func received(t testing.TB, response *http.Response) (*saml.Message, *saml.Document) {
	trusted := []saml.Certificate{{X509: must(t, certificate(t, ownKey, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0)))}}
	var m *saml.Message
	if location := response.Header.Get("Location"); location != "" {
		require.True(t, strings.HasPrefix(location, idpLogout+"?SAML"), location)
		_, query, _ := strings.Cut(location, "?")
		var err error
		m, err = saml.DecodeRedirect(query)
		require.NoError(t, err)
		s := saml.VerifyQuery(query, trusted, nil)
		require.NotNil(t, s)
		require.Empty(t, s.Faults)
	} else {
		fields := url.Values{}
		root, err := html.Parse(strings.NewReader(body(t, response)))
		require.NoError(t, err)
		for n := range root.Descendants() {
			at := map[string]string{}
			for _, a := range n.Attr {
				at[a.Key] = a.Val
			}
			switch n.Data {
			case "form":
				require.Equal(t, idpLogout, at["action"])
			case "input":
				fields.Set(at["name"], at["value"])
			}
		}
		m, err = saml.DecodePOST(fields.Encode())
		require.NoError(t, err)
	}
	doc, err := saml.Parse(m.XML, saml.Limits{})
	require.NoError(t, err)
	require.Empty(t, saml.ValidateSchema(doc))
	if m.Binding == saml.BindingPOST {
		all := saml.VerifySignatures(doc, trusted, nil)
		require.Len(t, all, 1)
		require.Empty(t, all[0].Faults)
		require.True(t, all[0].Valid())
		require.Equal(t, doc.Root(), all[0].Covers)
	}
	assert.Equal(t, idpLogout, doc.Root().Attr("Destination").Value())
	return m, doc
}

// certificateOf holds a public key.
type certificateOf = x509.Certificate

func must(t testing.TB, pem []byte) *certificateOf {
	c, err := saml.ParseCertificate(pem)
	require.NoError(t, err)
	return c
}

// A notice is a message of logout from the identity provider. Its zero fields are right.
type notice struct {
	issuer, destination, nameID, index, inResponseTo, status, id string
	ends                                                         time.Time
	unsigned                                                     bool
	key                                                          int
	after                                                        func(string) string
}

func (n notice) xml() string {
	name, rest := "LogoutRequest", `<saml:NameID>`+or(n.nameID, "ada@acme.example")+`</saml:NameID>`
	if n.index != "" {
		rest += `<samlp:SessionIndex>` + n.index + `</samlp:SessionIndex>`
	}
	attributes := ""
	if !n.ends.IsZero() {
		attributes = ` NotOnOrAfter="` + stamp(n.ends) + `"`
	}
	if n.inResponseTo != "" {
		name, attributes = "LogoutResponse", ` InResponseTo="`+n.inResponseTo+`"`
		rest = `<samlp:Status><samlp:StatusCode Value="` + or(n.status, saml.StatusSuccess) + `"/></samlp:Status>`
	}
	return `<samlp:` + name + ` xmlns:samlp="` + saml.NSProtocol + `" xmlns:saml="` + saml.NSAssertion + `" ID="` + or(n.id, "_n") + `" Version="2.0" IssueInstant="` + stamp(now) + `"` +
		` Destination="` + or(n.destination, spLogout) + `"` + attributes + `>` +
		`<saml:Issuer>` + or(n.issuer, issuer) + `</saml:Issuer>` + rest + `</samlp:` + name + `>`
}

// send carries a notice to the mock.
func (n notice) send(t testing.TB, b *browser, binding string) *http.Response {
	param, relay := "SAMLRequest", "r"
	if n.inResponseTo != "" {
		param = "SAMLResponse"
	}
	doc := n.xml()
	if binding == saml.BindingPOST {
		if !n.unsigned {
			doc = mint{key: n.key}.sign(t, doc, "")
		}
		if n.after != nil {
			doc = n.after(doc)
		}
		return b.post(spLogout, form(param, doc, relay))
	}
	query := saml.RedirectQuery(param, []byte(doc), &relay)
	if !n.unsigned {
		var err error
		query, err = saml.SignQuery(query, rsaSHA256, signer(t, n.key), nil)
		require.NoError(t, err)
	}
	if n.after != nil {
		query = n.after(query)
	}
	return b.do(http.MethodGet, spLogout+"?"+query, "", "")
}

var bothBindings = []string{saml.BindingRedirect, saml.BindingPOST}

// A logout that begins at Flex goes to the identity provider and comes back.
func TestLogoutFromHere(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		for _, binding := range bothBindings {
			_, b := loggingOut(t, sso, binding)
			m, doc := received(t, b.post(link+"/logout", ""))
			assert.Equal(t, "SAMLRequest", m.Param)
			request := saml.ReadLogoutRequest(doc)
			require.NotNil(t, request)
			h := half(t, sso)
			assert.Equal(t, h.EntityID(), request.Issuer.Text())
			assert.Equal(t, "ada@acme.example", request.NameID.Text())
			assert.Equal(t, "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", request.NameID.Attr("Format").Value())
			require.Len(t, request.SessionIndexes, 1)
			assert.Equal(t, "_1", request.SessionIndexes[0].Text())

			answer := notice{inResponseTo: request.Attr("ID").Value()}
			response := answer.send(t, b, binding)
			assert.Equal(t, 200, response.StatusCode)
			assert.Contains(t, body(t, response), "The session ended here and at the identity provider.")
			response = answer.send(t, b, binding)
			assert.Equal(t, 400, response.StatusCode, "one request has one answer")
			assert.Contains(t, body(t, response), "awaits an answer")
		}
	}
}

// A logout that begins at the identity provider ends the session here.
func TestLogoutFromThere(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		for _, binding := range bothBindings {
			p, b := loggingOut(t, sso, binding)
			other := notice{index: "_2"}
			_, doc := received(t, other.send(t, b, binding))
			assert.Equal(t, statusNobody, saml.ReadLogoutResponse(doc).SecondCode.Attr("Value").Value(), "another session was meant")
			response, _ := b.get(link)
			assert.Contains(t, body(t, response), "Logged in to Flex")

			m, doc := received(t, notice{index: "_1", ends: now.Add(time.Minute)}.send(t, open(t, p), binding))
			answer := saml.ReadLogoutResponse(doc)
			require.NotNil(t, answer)
			assert.Equal(t, "SAMLResponse", m.Param)
			assert.Equal(t, "r", m.RelayState)
			assert.Equal(t, "_n", answer.Attr("InResponseTo").Value())
			assert.Equal(t, saml.StatusSuccess, answer.StatusCode.Attr("Value").Value())
			_, at := b.get(link)
			assert.True(t, strings.HasPrefix(at, ssoURL), "the session is over: %s", at)
		}
	}
}

// Messages of logout that are not the identity provider's end nothing.
func TestLogoutRefused(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		notice notice
		text   string
	}{
		"not signed":          {notice{unsigned: true}, "it is not signed"},
		"another key":         {notice{key: 1}, "its signature is not valid"},
		"another issuer":      {notice{issuer: issuer + "/"}, "Invalid issuer"},
		"another address":     {notice{destination: link}, "instead of " + link},
		"too late":            {notice{ends: now.Add(-4 * time.Minute)}, "it ended at"},
		"an answer to nobody": {notice{inResponseTo: "_x"}, "no LogoutRequest _x awaits an answer"},
	}
	for name, row := range rows {
		for _, binding := range bothBindings {
			t.Run(name+"/"+binding[strings.LastIndexByte(binding, ':')+1:], func(t *testing.T) {
				t.Parallel()
				_, b := loggingOut(t, settings.SSOEnhanced, binding)
				response := row.notice.send(t, b, binding)
				assert.Equal(t, 400, response.StatusCode)
				page := body(t, response)
				assert.Contains(t, html.UnescapeString(page), row.text)
				assert.Contains(t, page, "Flex documents no Single Logout")
				response, _ = b.get(link)
				assert.Contains(t, body(t, response), "Logged in to Flex")
			})
		}
	}
}

func TestLogoutUnreadable(t *testing.T) {
	t.Parallel()
	_, b := loggingOut(t, settings.SSOLegacy, "")
	for _, sent := range []string{"", "SAMLRequest=%25", form("SAMLRequest", "<a/>", ""), form("SAMLResponse", notice{}.xml(), ""), form("SAMLRequest", "<", "")} {
		assert.Equal(t, 400, b.post(spLogout, sent).StatusCode, sent)
		assert.Equal(t, 400, b.do(http.MethodGet, spLogout+"?"+sent, "", "").StatusCode, sent)
	}
	none := mocksp.New(half(t, settings.SSOLegacy), mocksp.Options{Now: clock, Random: random()})
	assert.Equal(t, 404, open(t, none).do(http.MethodGet, "https://"+strings.Split(enhancedACS, "/")[2]+"/single-logout", "", "").StatusCode, "as in life, there is no such address")
}

// An address that no browser can be sent to leaves the logout half done, and says so.
func TestLogoutToNowhere(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"", "javascript:alert(1)"} {
		p := mocksp.New(withLogout(half(t, settings.SSOEnhanced), to, ""), mocksp.Options{Now: clock, Random: random()})
		b := open(t, p)
		login(t, b, mint{sso: settings.SSOEnhanced})
		response := b.post(link+"/logout", "")
		assert.Equal(t, 500, response.StatusCode)
		assert.Contains(t, body(t, response), "Logged out here only")
	}
}

// With a key, requests carry the signature of their query; without, none.
func TestSignedRequests(t *testing.T) {
	t.Parallel()
	ec, err := keys.For(keys.EC, 256)[0].Signer()
	require.NoError(t, err)
	for _, sso := range bothGenerations {
		for name, key := range map[string]crypto.Signer{"rsa": signer(t, ownKey), "ec": ec, "none": nil} {
			b := open(t, mocksp.New(half(t, sso), mocksp.Options{Now: clock, Random: random(), Key: key}))
			m, _ := b.begin()
			if key == nil {
				assert.Nil(t, saml.VerifyQuery(m.Query, nil, nil))
				continue
			}
			s := saml.VerifyQuery(m.Query, []saml.Certificate{{X509: &certificateOf{PublicKey: key.Public()}}}, nil)
			require.NotNil(t, s, name)
			assert.Empty(t, s.Faults, name)
			assert.True(t, s.Valid(), name)
			assert.True(t, strings.HasSuffix(s.Method, "-sha256"), s.Method)
		}
	}
}

// FuzzLogout brings the mock any message of logout: what the identity provider did not
// sign ends no session.
func FuzzLogout(f *testing.F) {
	relay := "state"
	f.Add(saml.RedirectQuery("SAMLRequest", []byte(notice{}.xml()), &relay), false)
	f.Add(form("SAMLRequest", notice{index: "_1"}.xml(), ""), true)
	f.Add(form("SAMLResponse", notice{inResponseTo: "_x"}.xml(), "r"), true)
	f.Add("SAMLRequest=x&SAMLResponse=y&SigAlg=z&Signature=", false)
	f.Add(form("SAMLRequest", mint{key: 1}.sign(f, notice{}.xml(), ""), ""), true)
	p, b := loggingOut(f, settings.SSOEnhanced, "")
	cookies := b.cookies["flex.twilio.com"]
	f.Fuzz(func(t *testing.T, message string, post bool) {
		r := httptest.NewRequest(http.MethodGet, spLogout, nil)
		r.URL.RawQuery = message
		if post {
			r = httptest.NewRequest(http.MethodPost, spLogout, strings.NewReader(message))
			r.Header.Set("Content-Type", formKind)
		}
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		require.Equal(t, http.StatusBadRequest, w.Code)
		r = httptest.NewRequest(http.MethodGet, link, nil)
		for name, value := range cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		w = httptest.NewRecorder()
		p.ServeHTTP(w, r)
		require.Contains(t, w.Body.String(), "Logged in to Flex")
	})
}

// A service provider that names a binding takes no other, and its sessions are those
// that did not end.
func TestLogoutByTheNamedBinding(t *testing.T) {
	t.Parallel()
	for i, binding := range bothBindings {
		p, b := loggingOut(t, settings.SSOEnhanced, binding)
		assert.Equal(t, 405, notice{}.send(t, b, bothBindings[1-i]).StatusCode)
		assert.Equal(t, []string{"ada@acme.example"}, p.SignedIn())
		notice{}.send(t, b, binding)
		assert.Empty(t, p.SignedIn())
	}
}
