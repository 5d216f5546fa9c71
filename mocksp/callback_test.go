package mocksp_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

// A code works only in the browser that began the login.
func TestCodeOfAnotherBrowser(t *testing.T) {
	t.Parallel()
	p := mocksp.New(half(t, settings.SSOEnhanced), mocksp.Options{Now: clock, Random: random()})
	b := open(t, p)
	sent, request := b.begin()
	response := b.post(enhancedACS, mint{sso: settings.SSOEnhanced, inResponseTo: request.Attr("ID").Value()}.form(t, sent.RelayState))
	resume := "https://login.flex.us1.twilio.com" + response.Header.Get("Location")
	other := open(t, p)
	response, at := other.get(resume)
	assert.Equal(t, 403, response.StatusCode)
	assert.Contains(t, body(t, response), "Another browser began this login")
	response, _ = b.get(at)
	assert.Equal(t, 403, response.StatusCode, "a code is used up at its first use")
}

// Every step after the ACS works once.
func TestStepsOnce(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		b := open(t, mocksp.New(half(t, sso), mocksp.Options{Now: clock, Random: random()}))
		response := b.post(acsOf(sso), mint{sso: sso}.form(t, ""))
		at, err := url.Parse(acsOf(sso))
		require.NoError(t, err)
		for n := 0; response.StatusCode/100 == 3 && response.Header.Get("Location") != link; n++ {
			require.Less(t, n, 5)
			at, err = at.Parse(response.Header.Get("Location"))
			require.NoError(t, err)
			response = b.do(http.MethodGet, at.String(), "", "")
		}
		again := b.do(http.MethodGet, at.String(), "", "")
		assert.Equal(t, 403, again.StatusCode)
		assert.Contains(t, body(t, again), "This step of a login is over")
	}
}

// Legacy SSO may return to a Trusted URL, with the token that the page there needs.
func TestTrustedURL(t *testing.T) {
	t.Parallel()
	h := half(t, settings.SSOLegacy)
	h.TrustedURLs = []settings.Text{text("https://desk.acme.example/flex?a=1")}
	b := open(t, mocksp.New(h, mocksp.Options{Now: clock, Random: random()}))
	_, at := b.get("https://iam.twilio.com/v1/Accounts/" + account + "/authenticate?resource=" + url.QueryEscape(h.TrustedURLs[0].Value))
	u, err := url.Parse(at)
	require.NoError(t, err)
	sent, err := saml.DecodeRedirect(u.RawQuery)
	require.NoError(t, err)
	doc, err := saml.Parse(sent.XML, saml.Limits{})
	require.NoError(t, err)
	_, at = b.finish(legacyACS, mint{sso: settings.SSOLegacy, inResponseTo: doc.Root().Attr("ID").Value()}.form(t, sent.RelayState))
	assert.Regexp(t, `^https://desk\.acme\.example/flex\?a=1&Token=[\w-]{32}$`, at)
}

// A login link that no browser can open leaves the mock working.
func TestBadLoginLink(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		h := half(t, sso)
		h.LoginLink.Value, h.TwilioSSOURL.Value, h.DefaultRedirectURL.Value = "dancing-owl", "", "https://flex.twilio.com/agent-desktop"
		b := open(t, mocksp.New(h, mocksp.Options{Now: clock, Random: random()}))
		response, at := b.finish(acsOf(sso), mint{sso: sso}.form(t, ""))
		assert.Equal(t, 200, response.StatusCode)
		assert.Equal(t, "https://flex.twilio.com/agent-desktop", at)
	}
	h := half(t, settings.SSOLegacy)
	h.TwilioSSOURL.Value = "saml2"
	response, _ := open(t, mocksp.New(h, mocksp.Options{Now: clock, Random: random()})).get(link)
	assert.Equal(t, 500, response.StatusCode)
	assert.Contains(t, body(t, response), "The Twilio SSO URL, saml2, is no address")
}
