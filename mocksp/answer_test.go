package mocksp_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

// The JSON of legacy SSO is Twilio's, to the order of its fields.
func TestRefusalLegacy(t *testing.T) {
	t.Parallel()
	b := open(t, mocksp.New(half(t, settings.SSOLegacy), mocksp.Options{Now: clock, Random: random()}))
	response, _ := login(t, b, mint{sso: settings.SSOLegacy, issuer: issuer + "/"})
	assert.Equal(t, 401, response.StatusCode)
	assert.Equal(t, `Basic realm="Twilio API"`, response.Header.Get("WWW-Authenticate"))
	assert.Equal(t, "application/json", response.Header.Get("Content-Type"))
	assert.Equal(t, `{"code":70004,"detail":"Your AccountSid or AuthToken was incorrect.","message":"authentication failed: Invalid issuer in the Assertion/Response. Was '`+issuer+`/', but expected '`+issuer+`'","more_info":"https://www.twilio.com/docs/errors/70004","status":401}`+"\n", body(t, response))

	h := half(t, settings.SSOLegacy)
	h.X509Certificate.Data = nil
	b = open(t, mocksp.New(h, mocksp.Options{Now: clock, Random: random()}))
	response, _ = login(t, b, mint{sso: settings.SSOLegacy})
	assert.Equal(t, 403, response.StatusCode)
	assert.Empty(t, response.Header.Get("WWW-Authenticate"))
	assert.Equal(t, `{"code":70251,"message":"no valid certificate for identity realm JB…","more_info":"https://www.twilio.com/docs/errors/70251","status":403}`+"\n", body(t, response))
}

func TestRefusalPages(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		b := open(t, mocksp.New(half(t, sso), mocksp.Options{Now: clock, Random: random()}))
		response, _ := login(t, b, mint{sso: sso, attributes: attribute("email", "x")})
		assert.Equal(t, 400, response.StatusCode)
		page := body(t, response)
		assert.Contains(t, page, "<h1>Authentication error - Missing User Attributes</h1>")
		assert.Contains(t, page, "https://www.twilio.com/docs/errors/45050")
	}
	b := open(t, mocksp.New(half(t, settings.SSOEnhanced), mocksp.Options{Now: clock, Random: random()}))
	response, _ := login(t, b, mint{sso: settings.SSOEnhanced, destination: `https://x/&lt;script&gt;alert(1)&lt;/script&gt;`})
	page := body(t, response)
	assert.Contains(t, page, "Destination endpoint https://x/&lt;script&gt;alert(1)&lt;/script&gt; did not match")
	assert.Contains(t, page, "passport-wsfed-saml2")
	assert.Equal(t, 400, response.StatusCode)
}

// The API of the real page's scripts, as far as it is known.
func TestInterfaces(t *testing.T) {
	t.Parallel()
	b := open(t, mocksp.New(half(t, settings.SSOEnhanced), mocksp.Options{Now: clock, Random: random()}))
	response := b.do(http.MethodGet, "https://services.twilio.com/v1/Flex/Authentication/Config?AccountSid="+account, "", "")
	assert.Equal(t, `{"config_list":[{"connection_name":"`+connection+`","client_id":"`+clientID+`"}]}`+"\n", body(t, response))
	response = b.do(http.MethodGet, "https://services.twilio.com/v1/Flex/Authentication/Config?AccountSid=AC1", "", "")
	assert.Equal(t, `{"config_list":[]}`+"\n", body(t, response))

	b = open(t, mocksp.New(half(t, settings.SSOLegacy), mocksp.Options{Now: clock, Random: random()}))
	start := "https://iam.twilio.com/v1/Accounts/" + account + "/authenticate"
	response = b.do(http.MethodPost, start, "application/json", `{"products":["flex"],"resource":"`+link+`"}`)
	var out struct{ Location string }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&out))
	u, err := url.Parse(out.Location)
	require.NoError(t, err)
	sent, err := saml.DecodeRedirect(u.RawQuery)
	require.NoError(t, err)
	doc, err := saml.Parse(sent.XML, saml.Limits{})
	require.NoError(t, err)
	response = b.post(legacyACS, mint{sso: settings.SSOLegacy, inResponseTo: doc.Root().Attr("ID").Value()}.form(t, sent.RelayState))
	require.Equal(t, 303, response.StatusCode)
	home, token, found := strings.Cut(response.Header.Get("Location"), "?Token=")
	require.True(t, found)
	assert.Equal(t, link, home)
	validate := func(user, token string) string {
		r := httptest.NewRequest(http.MethodPost, "https://iam.twilio.com/v1/Accounts/"+account+"/Tokens/validate", strings.NewReader(`{"token":"`+token+`"}`))
		if user != "" {
			r.SetBasicAuth(user, "any")
		}
		rec := httptest.NewRecorder()
		b.handler.ServeHTTP(rec, r)
		return rec.Body.String()
	}
	assert.Regexp(t, `^{"valid":true,"roles":\["agent","supervisor"\],"worker_sid":"WK[0-9a-f]{32}"}`, validate(account, token))
	assert.Equal(t, `{"valid":false}`+"\n", validate(account, "other"))
	assert.Contains(t, validate("", token), `"code":70004`)
	assert.Contains(t, validate("AC1", token), `"code":70004`)

	for _, bad := range []string{`{"resource":"https://evil.example/"}`, `[`, `{}`} {
		response = b.do(http.MethodPost, start, "application/json", bad)
		assert.Equal(t, 400, response.StatusCode, bad)
	}
	assert.Equal(t, 415, b.do(http.MethodPost, start, "text/plain", "{}").StatusCode)
	response, _ = b.get(start + "?resource=https://evil.example/")
	assert.Equal(t, 400, response.StatusCode)
}

const clientID = "f8dcd29c26e1d6c2665bc6ce2a24aeba"
