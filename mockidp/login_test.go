package mockidp

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/samlproof/samlproof/harness/saml"
)

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
