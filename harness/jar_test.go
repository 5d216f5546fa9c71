package harness

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func address(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	require.NoError(t, err)
	return u
}

func TestCookiesTravelAsInABrowser(t *testing.T) {
	now := ScenarioTime
	sp, idp := "https://login.flex.us1.twilio.com/acs", "https://acme.my.salesforce.com/idp"
	for _, c := range []struct {
		name, from, set, to, initiator, method string
		sent, grace                            bool
	}{
		{"host only", sp, "a=1; Secure", "https://login.flex.us1.twilio.com/x", "", "GET", true, false},
		{"another host", sp, "a=1", "https://flex.twilio.com/", "", "GET", false, false},
		{"the domain", sp, "a=1; Domain=twilio.com; Path=/", "https://flex.twilio.com/", "", "GET", true, false},
		{"a domain of others", sp, "a=1; Domain=example.com; Path=/", "https://example.com/", "", "GET", false, false},
		{"a public suffix", sp, "a=1; Domain=com; Path=/", sp, "", "GET", false, false},
		{"another path", sp, "a=1; Path=/other", sp, "", "GET", false, false},
		{"a path that begins alike", sp, "a=1; Path=/ac", sp, "", "GET", false, false},
		{"Secure over http", sp, "a=1; Secure; Path=/", "http://login.flex.us1.twilio.com/", "", "GET", false, false},
		{"Secure set over http", "http://login.flex.us1.twilio.com/", "a=1; Secure; Path=/", sp, "", "GET", false, false},
		{"None without Secure", sp, "a=1; SameSite=None; Path=/", sp, "", "GET", false, false},
		{"None, cross-site POST", sp, "a=1; SameSite=None; Secure; Path=/", sp, idp, "POST", true, false},
		{"Lax, cross-site GET", sp, "a=1; SameSite=Lax; Path=/", sp, idp, "GET", true, false},
		{"Lax, cross-site POST", sp, "a=1; SameSite=Lax; Path=/", sp, idp, "POST", false, false},
		{"Lax, same-site POST", sp, "a=1; SameSite=Lax; Path=/", sp, "https://flex.twilio.com/", "POST", true, false},
		{"Strict, cross-site GET", sp, "a=1; SameSite=Strict; Path=/", sp, idp, "GET", false, false},
		{"Strict, typed", sp, "a=1; SameSite=Strict; Path=/", sp, "", "GET", true, false},
		{"none stated, cross-site GET", sp, "a=1; Path=/", sp, idp, "GET", true, false},
		{"none stated, cross-site POST", sp, "a=1; Path=/", sp, idp, "POST", false, true},
		{"expired", sp, "a=1; Path=/; Max-Age=0", sp, "", "GET", false, false},
		{"a host prefix without Path", sp, "__Host-a=1; Secure; Path=/acs", sp, "", "GET", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var j jar
			j.store(address(t, c.from), http.Header{"Set-Cookie": {c.set}}, now)
			n := navigation{to: address(t, c.to), method: c.method}
			if c.initiator != "" {
				n.initiator = address(t, c.initiator)
			}
			cookies, notes, grace := j.pick(n, now.Add(time.Second))
			assert.Equal(t, c.sent, len(cookies) == 1)
			assert.Equal(t, c.grace, grace)
			if grace {
				assert.NotEmpty(t, notes)
			}
		})
	}
}

func TestCookiesAreReplacedAndTakenBack(t *testing.T) {
	var j jar
	from := address(t, "https://sp.example/acs")
	j.store(from, http.Header{"Set-Cookie": {"a=1; Path=/"}}, ScenarioTime)
	j.store(from, http.Header{"Set-Cookie": {"a=2; Path=/"}}, ScenarioTime)
	cookies, _, _ := j.pick(navigation{to: from, method: "GET"}, ScenarioTime)
	require.Len(t, cookies, 1)
	assert.Equal(t, "2", cookies[0].Value)
	j.store(from, http.Header{"Set-Cookie": {"a=; Path=/; Max-Age=-1"}}, ScenarioTime)
	cookies, _, _ = j.pick(navigation{to: from, method: "GET"}, ScenarioTime)
	assert.Empty(t, cookies)
}
