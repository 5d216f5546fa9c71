package mockidp

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

const sloURL = "https://login.flex.example/logout?a=1"

var bothBindings = []string{settings.LogoutRedirect, settings.LogoutPOST}

// loggedIn is a visitor whose Ada is logged in at the app, and the SessionIndex there.
// The app has Single Logout by a binding, and verifies what the second key signs.
func loggedIn(t testing.TB, binding string) (*visitor, string) {
	t.Helper()
	half := acme()
	half.ConnectedApp.SingleLogoutURL.Value, half.ConnectedApp.SingleLogoutBinding.Value = sloURL, binding
	wantSigned(&half)
	v := visit(t, half)
	r, _ := delivered(t, v.login(v.ask("GET", v.p.LoginURL(), ""), "ada@acme.example"))
	index := r.Assertions[0].Statements[0].Attr("SessionIndex")
	require.True(t, index.Exists())
	assert.Regexp(t, `^_[0-9a-f]{32}[0-9]{13}$`, index.Value())
	return v, index.Value()
}

// sent is the message of logout that the mock sends to the app, whose signature is the
// mock's.
func sent(t testing.TB, r *http.Response) (*saml.Message, *saml.Document) {
	t.Helper()
	_, _, cert := poolKey(0)
	trusted := []saml.Certificate{{X509: cert}}
	var m *saml.Message
	if r.StatusCode == http.StatusFound {
		query, ok := strings.CutPrefix(r.Header.Get("Location"), sloURL+"&")
		require.True(t, ok, r.Header.Get("Location"))
		var err error
		m, err = saml.DecodeRedirect(query)
		require.NoError(t, err)
		s := saml.VerifyQuery(query, trusted, nil)
		require.NotNil(t, s)
		require.True(t, s.Valid(), s.Faults)
		assert.Equal(t, rsaSHA256, s.Method)
	} else {
		require.Equal(t, http.StatusOK, r.StatusCode, body(t, r))
		fields := formFields(t, r)
		assert.Equal(t, sloURL, fields["action"])
		form := url.Values{}
		for _, name := range []string{"SAMLRequest", "SAMLResponse", "RelayState"} {
			if v, ok := fields[name]; ok {
				form.Set(name, v)
			}
		}
		var err error
		m, err = saml.DecodePOST(form.Encode())
		require.NoError(t, err)
	}
	doc, err := saml.Parse(m.XML, saml.Limits{})
	require.NoError(t, err)
	require.Empty(t, saml.ValidateSchema(doc))
	if m.Binding == saml.BindingPOST {
		all := saml.VerifySignatures(doc, trusted, nil)
		require.Len(t, all, 1)
		require.True(t, all[0].Valid(), all[0].Faults)
		require.Equal(t, doc.Root(), all[0].Covers)
	}
	assert.Equal(t, sloURL, doc.Root().Attr("Destination").Value())
	return m, doc
}

// A notice is a message of logout from the app. Its zero fields are right.
type notice struct {
	issuer, destination, nameID, index, inResponseTo, status, id, version, notOnOrAfter string
	key                                                                                 int // of the pool; 0 for the second
	unsigned                                                                            bool
}

func (n notice) xml() string {
	or := func(v, otherwise string) string {
		if v == "" {
			return otherwise
		}
		return v
	}
	name, attributes := "LogoutRequest", ""
	rest := `<saml:NameID>` + text(or(n.nameID, "ada@acme.example")) + `</saml:NameID>`
	if n.index != "" {
		rest += `<samlp:SessionIndex>` + text(n.index) + `</samlp:SessionIndex>`
	}
	if n.notOnOrAfter != "" {
		attributes = ` NotOnOrAfter="` + n.notOnOrAfter + `"`
	}
	if n.inResponseTo != "" {
		name, attributes = "LogoutResponse", ` InResponseTo="`+n.inResponseTo+`"`
		rest = `<samlp:Status><samlp:StatusCode Value="` + or(n.status, saml.StatusSuccess) + `"/></samlp:Status>`
	}
	return `<samlp:` + name + ` xmlns:samlp="` + saml.NSProtocol + `" xmlns:saml="` + saml.NSAssertion + `"` + or(n.id, ` ID="_n"`) + attributes +
		` Destination="` + or(n.destination, origin+pathSLO) + `" IssueInstant="` + instant(now) + `" Version="` + or(n.version, "2.0") + `">` +
		`<saml:Issuer>` + or(n.issuer, "urn:flex:JQ1") + `</saml:Issuer>` + rest + `</samlp:` + name + `>`
}

// bring has the visitor's browser bring a notice.
func (n notice) bring(v *visitor, binding string) *http.Response {
	v.t.Helper()
	key, _, cert := poolKey(1)
	if n.key != 0 {
		key, _, cert = poolKey(n.key)
	}
	param, relay := "SAMLRequest", "state"
	if n.inResponseTo != "" {
		param = "SAMLResponse"
	}
	if binding == settings.LogoutPOST {
		x := []byte(n.xml())
		if !n.unsigned {
			var err error
			x, err = newSeal("LogoutRequest", &identity{key: key, cert: cert}, "SHA256").apply(x)
			require.NoError(v.t, err)
		}
		return v.ask("POST", pathSLO, url.Values{param: {base64.StdEncoding.EncodeToString(x)}, "RelayState": {relay}}.Encode())
	}
	query := saml.RedirectQuery(param, []byte(n.xml()), &relay)
	if !n.unsigned {
		var err error
		query, err = saml.SignQuery(query, rsaSHA256, key, nil)
		require.NoError(v.t, err)
	}
	return v.ask("GET", pathSLO+"?"+query, "")
}

// home tells whether the visitor is still logged in.
func home(v *visitor) bool {
	return strings.Contains(body(v.t, v.ask("GET", "/", "")), "is logged in")
}

// Salesforce states a SessionIndex where the app has Single Logout, the same for all
// logins of a session, and none elsewhere.
func TestSessionIndex(t *testing.T) {
	t.Parallel()
	v, index := loggedIn(t, "")
	again, _ := delivered(t, v.ask("GET", v.p.LoginURL(), ""))
	assert.Equal(t, index, again.Assertions[0].Statements[0].Attr("SessionIndex").Value())
	_, other := loggedIn(t, "")
	assert.Equal(t, index, other, "the same randomness gives the same index")
	v.ask("GET", pathLogout, "")
	r, _ := delivered(t, v.login(v.ask("GET", v.p.LoginURL(), ""), "ada@acme.example"))
	assert.NotEqual(t, index, r.Assertions[0].Statements[0].Attr("SessionIndex").Value())

	half := acme()
	plain, _ := New(half, options()).Issue(&half.Users[0], Request{SessionIndex: "_x"})
	assert.NotContains(t, string(plain), "SessionIndex")
	half.ConnectedApp.SingleLogoutURL.Value = sloURL
	fresh, _ := New(half, options()).Issue(&half.Users[0], Request{})
	assert.Contains(t, string(fresh), ` SessionIndex="_`)
	given, _ := New(half, options()).Issue(&half.Users[0], Request{SessionIndex: "_x"})
	assert.Contains(t, string(given), ` SessionIndex="_x"`)
}

// A logout that begins at Salesforce goes to the app and comes back.
func TestLogoutFromSalesforce(t *testing.T) {
	t.Parallel()
	for _, binding := range bothBindings {
		t.Run(binding, func(t *testing.T) {
			t.Parallel()
			v, index := loggedIn(t, binding)
			m, doc := sent(t, v.ask("GET", pathLogout, ""))
			assert.Equal(t, "SAMLRequest", m.Param)
			assert.False(t, home(v))
			request := saml.ReadLogoutRequest(doc)
			require.NotNil(t, request)
			assert.Equal(t, "https://acme.my.salesforce.com", request.Issuer.Text())
			assert.Equal(t, "ada@acme.example", request.NameID.Text())
			assert.Equal(t, saml.FormatUnspecified, request.NameID.Attr("Format").Value())
			require.Len(t, request.SessionIndexes, 1)
			assert.Equal(t, index, request.SessionIndexes[0].Text())

			id := request.Attr("ID").Value()
			r := notice{inResponseTo: id}.bring(v, binding)
			assert.Equal(t, http.StatusOK, r.StatusCode)
			assert.Contains(t, body(t, r), "Logged out of Salesforce and of Twilio Flex")
			assert.Equal(t, "Success Success", codes(v.p))
			assert.Equal(t, "Single Logout (inferred)", v.p.Events()[1].Text)
			assert.Equal(t, "ada@acme.example", v.p.Events()[1].User)

			r = notice{inResponseTo: id}.bring(v, binding)
			assert.Equal(t, http.StatusBadRequest, r.StatusCode, "one request has one answer")
			assert.Equal(t, "Success Success InvalidAuthnRequest", codes(v.p))
		})
	}
}

func TestLogoutThatTheAppDoesNotFinish(t *testing.T) {
	t.Parallel()
	v, _ := loggedIn(t, "")
	_, doc := sent(t, v.ask("GET", pathLogout, ""))
	r := notice{inResponseTo: doc.Root().Attr("ID").Value(), status: statusResponder}.bring(v, "")
	page := body(t, r)
	assert.Contains(t, page, "<h1>Logged out of Salesforce</h1>")
	assert.Contains(t, page, statusResponder)
	assert.Equal(t, "Success PartialLogout", codes(v.p))
}

// A user who never went to the app is logged out of Salesforce alone.
func TestLogoutWithoutTheApp(t *testing.T) {
	t.Parallel()
	v, _ := loggedIn(t, "")
	v.ask("GET", pathLogout, "")
	v.ask("POST", "/", url.Values{"un": {"ada@acme.example"}}.Encode())
	require.True(t, home(v))
	r := v.ask("GET", pathLogout, "")
	assert.Equal(t, "/", r.Header.Get("Location"))
}

// A logout that begins at the app ends the session here.
func TestLogoutFromTheApp(t *testing.T) {
	t.Parallel()
	for _, binding := range bothBindings {
		for _, byIndex := range []bool{true, false} {
			v, index := loggedIn(t, binding)
			n := notice{notOnOrAfter: instant(now.Add(time.Minute))}
			if byIndex {
				n.index = index
			}
			m, doc := sent(t, n.bring(v, binding))
			answer := saml.ReadLogoutResponse(doc)
			require.NotNil(t, answer)
			assert.Equal(t, "SAMLResponse", m.Param)
			assert.Equal(t, "state", m.RelayState)
			assert.Equal(t, "_n", answer.Attr("InResponseTo").Value())
			assert.Equal(t, saml.StatusSuccess, answer.StatusCode.Attr("Value").Value())
			assert.False(t, home(v))
			assert.Equal(t, "Success Success", codes(v.p))
		}
	}
}

// Salesforce logs out by way of the browser: what that browser is not in stays.
func TestLogoutOfAnother(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]notice{"another session": {index: "_x"}, "another user": {nameID: "nora@acme.example"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, _ := loggedIn(t, "")
			_, doc := sent(t, n.bring(v, ""))
			assert.Equal(t, statusUnknownPrincipal, saml.ReadLogoutResponse(doc).SecondCode.Attr("Value").Value())
			assert.True(t, home(v))
			assert.Equal(t, "Success PartialLogout", codes(v.p))
		})
	}
	v, index := loggedIn(t, "")
	browser := v.sid
	v.sid = nil
	_, doc := sent(t, notice{index: index}.bring(v, ""))
	assert.Equal(t, statusUnknownPrincipal, saml.ReadLogoutResponse(doc).SecondCode.Attr("Value").Value())
	v.sid = browser
	assert.True(t, home(v), "another browser brought it")
}

func TestLogoutsThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, code, text string
		notice           notice
	}{
		{"not signed", InvalidSignature, "not signed", notice{unsigned: true}},
		{"another key", InvalidSignature, "", notice{key: 3}},
		{"another issuer", UnableToResolve, "no app has the Entity Id urn:other", notice{issuer: "urn:other"}},
		{"another address", InvalidAuthnRequest, "its Destination is " + origin + "/ (inferred)", notice{destination: origin + "/"}},
		{"too late", InvalidAuthnRequest, "the LogoutRequest ended", notice{notOnOrAfter: instant(now)}},
		{"no time", InvalidAuthnRequest, "the LogoutRequest ended at soon", notice{notOnOrAfter: "soon"}},
		{"no ID", InvalidAuthnRequest, "it has no ID", notice{id: " "}},
		{"old", InvalidAuthnRequest, `its Version is "1.1"`, notice{version: "1.1"}},
		{"an answer to nobody", InvalidAuthnRequest, "no LogoutRequest _x awaits an answer", notice{inResponseTo: "_x"}},
		{"an unsigned answer", InvalidSignature, "not signed", notice{inResponseTo: "_x", unsigned: true}},
	}
	for _, test := range tests {
		for _, binding := range bothBindings {
			if test.notice.id != "" && binding == settings.LogoutPOST {
				continue // a signature refers to the ID
			}
			t.Run(test.name+"/"+binding, func(t *testing.T) {
				t.Parallel()
				v, _ := loggedIn(t, binding)
				r := test.notice.bring(v, binding)
				assert.GreaterOrEqual(t, r.StatusCode, 400)
				assert.Equal(t, "Success "+test.code, codes(v.p))
				assert.Contains(t, v.p.Events()[1].Text, test.text)
				assert.True(t, home(v))
			})
		}
	}
}

func TestLogoutMessagesThatAreNone(t *testing.T) {
	t.Parallel()
	v, _ := loggedIn(t, "")
	encoded := func(param, x string) string {
		return url.Values{param: {base64.StdEncoding.EncodeToString([]byte(x))}}.Encode()
	}
	for _, form := range []string{"", "SAMLRequest=%25", encoded("SAMLRequest", "<"), encoded("SAMLRequest", authnRequest("")), encoded("SAMLResponse", notice{}.xml())} {
		assert.Equal(t, http.StatusBadRequest, v.ask("POST", pathSLO, form).StatusCode, form)
		assert.Equal(t, http.StatusBadRequest, v.ask("GET", pathSLO+"?"+form, "").StatusCode, form)
	}
	none := visit(t, acme())
	assert.Equal(t, http.StatusNotFound, notice{}.bring(none, "").StatusCode)
	assert.Equal(t, InvalidIdpEndpoint, codes(none.p))
	assert.NotContains(t, body(t, none.ask("GET", "/.well-known/samlidp.xml", "")), "SingleLogoutService")
	metadata := body(t, v.ask("GET", "/.well-known/samlidp.xml", ""))
	assert.Equal(t, 2, strings.Count(metadata, `Location="`+origin+pathSLO+`"`))
}

// Where the app does not verify requests, an unsigned message of logout is taken.
func TestLogoutUnsigned(t *testing.T) {
	t.Parallel()
	half := acme()
	half.ConnectedApp.SingleLogoutURL.Value = sloURL
	v := visit(t, half)
	delivered(t, v.login(v.ask("GET", v.p.LoginURL(), ""), "ada@acme.example"))
	_, doc := sent(t, notice{unsigned: true}.bring(v, ""))
	assert.Equal(t, saml.StatusSuccess, saml.ReadLogoutResponse(doc).StatusCode.Attr("Value").Value())
	assert.False(t, home(v))
}

// An address that no browser can be sent to is a setting that is wrong.
func TestLogoutToNowhere(t *testing.T) {
	t.Parallel()
	half := acme()
	half.ConnectedApp.SingleLogoutURL.Value = "javascript:alert(1)"
	v := visit(t, half)
	delivered(t, v.login(v.ask("GET", v.p.LoginURL(), ""), "ada@acme.example"))
	r := v.ask("GET", pathLogout, "")
	assert.Equal(t, http.StatusInternalServerError, r.StatusCode)
	assert.Equal(t, "Success InvalidSp", codes(v.p))
	assert.False(t, home(v))
}
