package mocksp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

// A setting that is no web address never becomes a redirect.
func TestBadSSOURL(t *testing.T) {
	t.Parallel()
	rows := map[string]string{
		"":                            "is empty, and it is empty",
		"javascript:alert(1)":         "it begins with javascript:, and a browser is sent to https: or http: only",
		"data:text/html,x":            "it begins with data:",
		"https://":                    "it names no host",
		"//evil.example/":             "it has no https:// at its beginning",
		"acme.my.salesforce.com":      "it has no https:// at its beginning",
		"https://a b/":                "it cannot be read as a URL",
		"https://x/\r\nSet-Cookie: a": "it cannot be read as a URL",
	}
	for value, want := range rows {
		for _, sso := range bothGenerations {
			h := half(t, sso)
			h.SSOURL.Value = value
			p := mocksp.New(h, mocksp.Options{Now: clock, Random: random()})
			for _, start := range []string{link, link + "/login"} {
				response := open(t, p).do(http.MethodGet, start, "", "")
				assert.Equal(t, 500, response.StatusCode, value)
				assert.Empty(t, response.Header.Get("Location"), value)
				page := body(t, response)
				assert.Contains(t, page, want, value)
				assert.Contains(t, page, "Single Sign-On URL")
			}
		}
	}
}

// The Single Sign-On URL keeps its own query, and the message comes after it.
func TestSSOURLWithQuery(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		h := half(t, sso)
		h.SSOURL.Value = ssoURL + "?tenant=1&x=%2F#part"
		_, at := open(t, mocksp.New(h, mocksp.Options{Now: clock, Random: random()})).get(link)
		assert.True(t, strings.HasPrefix(at, ssoURL+"?tenant=1&x=%2F&SAMLRequest="), at)
		assert.True(t, strings.HasSuffix(at, "#part"), at)
		u, err := url.Parse(at)
		require.NoError(t, err)
		relay := u.Query().Get("RelayState")
		if sso == settings.SSOEnhanced {
			assert.Len(t, relay, 32)
			continue
		}
		assert.Len(t, relay, 144)
		assert.True(t, strings.HasPrefix(relay, "AAAAAS5GQVNfUzNfS01TX3YxOjo6"), relay)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	rows := map[string]map[string]string{
		settings.SSOEnhanced: {"flex_code_verifier": "Lax", "twilio_sso_browser": "None", "flex_session": "Lax"},
		settings.SSOLegacy:   {"twilio_sso_browser": "None", "flex_session": "Lax"},
	}
	for sso, want := range rows {
		got := map[string]string{}
		p := mocksp.New(half(t, sso), mocksp.Options{Now: clock, Random: random()})
		b := open(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p.ServeHTTP(w, r)
			for _, line := range w.Header().Values("Set-Cookie") {
				name, _, _ := strings.Cut(line, "=")
				_, same, _ := strings.Cut(line, "SameSite=")
				assert.Contains(t, line, "; Path=/; ")
				assert.Contains(t, line, "; HttpOnly; Secure; ")
				got[name] = same
			}
		}))
		login(t, b, mint{sso: sso})
		for name, same := range want {
			assert.Equal(t, same, got[name], name)
		}
		assert.Len(t, got, len(want))
	}
}
