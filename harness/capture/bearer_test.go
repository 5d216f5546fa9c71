package capture

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const bareAssertion = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1"><saml:Issuer>https://idp.example/ÿûþ~~~???</saml:Issuer></saml:Assertion>`

// tokenRequest is a request for a token of OAuth with an assertion.
func tokenRequest() string {
	return "grant_type=" + url.QueryEscape("urn:ietf:params:oauth:grant-type:saml2-bearer") + "&scope=x&assertion=" + base64.RawURLEncoding.EncodeToString([]byte(bareAssertion))
}

func TestBearerAssertions(t *testing.T) {
	t.Parallel()
	client := "grant_type=authorization_code&client_assertion_type=" + url.QueryEscape("urn:ietf:params:oauth:client-assertion-type:saml2-bearer") + "&client_assertion=" + url.QueryEscape(std([]byte(bareAssertion)))
	for name, text := range map[string]string{
		"grant":  tokenRequest(),
		"client": client,
		"curl":   "curl https://as.example/token -d '" + tokenRequest() + "'",
		"bare":   base64.RawURLEncoding.EncodeToString([]byte(bareAssertion)),
	} {
		c, err := Read("x", []byte(text), Limits{})
		require.NoError(t, err, name)
		require.Len(t, c.Logins, 1, name)
		assert.Equal(t, bareAssertion, string(c.Logins[0].Response.XML), name)
		if name != "bare" {
			assert.Contains(t, strings.Join(c.Decoded, "\n"), "request for a token of OAuth (RFC 7522)", name)
		}
	}
}

func TestOtherProtocolsAreNamed(t *testing.T) {
	t.Parallel()
	token := func(assertion string) string {
		return `<t:RequestSecurityTokenResponse xmlns:t="http://schemas.xmlsoap.org/ws/2005/02/trust"><t:RequestedSecurityToken>` + assertion + `</t:RequestedSecurityToken></t:RequestSecurityTokenResponse>`
	}
	old := token(`<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:1.0:assertion" MinorVersion="1"/>`)
	const answer = "it is an answer of WS-Federation (wresult: RequestSecurityTokenResponse)"
	for name, c := range map[string]struct{ in, want string }{
		"SAML 1.1":        {old, answer + " with an assertion of SAML 1.1; " + onlySAML2},
		"SAML 2.0":        {token(bareAssertion), answer + " with an assertion of SAML 2.0; " + onlySAML2},
		"base64":          {std([]byte(token(bareAssertion))), answer + " with an assertion of SAML 2.0; " + onlySAML2},
		"neither":         {token(""), answer + "; " + onlySAML2},
		"form":            {"wa=wsignin1.0&wresult=" + url.QueryEscape(old) + "&wctx=x", answer + " with an assertion of SAML 1.1; " + onlySAML2},
		"page":            {`<html><form action="/"><input name="wresult" value="` + strings.NewReplacer("<", "&lt;", `"`, "&quot;").Replace(token(bareAssertion)) + `"></form></html>`, answer + " with an assertion of SAML 2.0; " + onlySAML2},
		"no assertion":    {"grant_type=urn:ietf:params:oauth:grant-type:saml2-bearer", "it is a request for a token of OAuth (RFC 7522) without assertion"},
		"no assertion, 2": {"grant_type=urn:ietf:params:oauth:grant-type:saml2-bearer&assertion=***", "the assertion of a request for a token of OAuth (RFC 7522) cannot be decoded: "},
	} {
		_, err := Read("x", []byte(c.in), Limits{})
		assert.ErrorContains(t, err, c.want, name)
	}
}
