package mocksp_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

// login carries one login from the login link to its end.
func login(t testing.TB, b *browser, m mint) (*http.Response, string) {
	sent, request := b.begin()
	m.inResponseTo = request.Attr("ID").Value()
	return b.finish(acsOf(m.sso), m.form(t, sent.RelayState))
}

func TestLogin(t *testing.T) {
	t.Parallel()
	ways := map[string][]string{
		settings.SSOEnhanced: {
			"GET " + link,
			"GET https://services.twilio.com/v1/Flex/Authorize",
			"GET https://login.flex.us1.twilio.com/authorize",
			"POST https://login.flex.us1.twilio.com/login/callback",
			"GET https://login.flex.us1.twilio.com/authorize/resume",
			"GET https://services.twilio.com/v1/Flex/Authentication/Callback",
			"GET " + link, "GET " + link,
		},
		settings.SSOLegacy: {
			"GET " + link,
			"GET https://iam.twilio.com/v1/Accounts/" + account + "/authenticate",
			"POST " + legacyACS,
			"GET " + link, "GET " + link,
		},
	}
	for _, sso := range bothGenerations {
		t.Run(sso, func(t *testing.T) {
			t.Parallel()
			opt := mocksp.Options{Now: clock, Random: random(), Banner: "Rewritten <b>here</b>."}
			verdicts := heard(&opt)
			p := mocksp.New(half(t, sso), opt)
			b := open(t, p)
			response, at := login(t, b, mint{sso: sso})
			require.Equal(t, http.StatusOK, response.StatusCode)
			assert.Equal(t, link, at)
			assert.Equal(t, ways[sso], b.way)
			page := body(t, response)
			for _, want := range []string{
				"mock of Twilio Flex, not Flex", "Rewritten &lt;b&gt;here&lt;/b&gt;.", "ada@acme.example", "client:ada_40acme_2Eexample",
				"<td>full_name</td><td>string</td><td>Ada Agent</td><td>new</td>", "<td>roles</td><td>string array</td><td>agent · supervisor</td>",
				"<td>userId</td>", "started at Flex", "Inferred, not documented",
			} {
				assert.Contains(t, page, want)
			}
			status := map[string]int{settings.SSOEnhanced: 302, settings.SSOLegacy: 303}[sso]
			assert.Equal(t, []saml.Verdict{{Accepted: true, Status: status, Subject: "ada@acme.example"}}, *verdicts)
		})
	}
}

// After a logout the link shows the login view, and a login from there works.
func TestLogout(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		p := mocksp.New(half(t, sso), mocksp.Options{Now: clock, Random: random()})
		b := open(t, p)
		login(t, b, mint{sso: sso})
		response, at := b.follow(b.post(link+"/logout", ""), link+"/logout")
		assert.Equal(t, link, at)
		page := body(t, response)
		assert.Contains(t, page, "Nobody is logged in.")
		assert.Contains(t, page, `<a href="/dancing-owl-1234/login">`)
		_, at = b.get(link + "/login")
		assert.True(t, strings.HasPrefix(at, ssoURL+"?SAMLRequest="), at)
		_, at = b.get(link)
		assert.True(t, strings.HasPrefix(at, ssoURL+"?SAMLRequest="), at)
	}
}

// A login that Salesforce begins ends at the Default Redirect URL.
func TestLoginUnasked(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		target, at string
		status     int
		text       string
	}{
		"login link":  {link, link, 200, "started at the identity provider"},
		"desktop":     {"https://flex.twilio.com/agent-desktop", link, 200, "started at the identity provider"},
		"Salesforce":  {ssoURL, ssoURL, 0, ""},
		"script":      {"javascript:alert(1)", "", 500, "Default Redirect URL is &#34;javascript:alert(1)&#34;: it begins with javascript:"},
		"unreadable":  {"https://%zz", "", 500, "it cannot be read as a URL"},
		"no host":     {"https:///x", "", 500, "it names no host"},
		"no scheme":   {"flex.twilio.com/x", "", 500, "it has no https:// at its beginning"},
		"other page":  {"https://flex.twilio.com/other", "https://flex.twilio.com/other", 404, "The login link of these settings is " + link},
		"own queries": {link + "?a=1", link, 200, "started at the identity provider"},
	}
	for name, row := range rows {
		for _, sso := range bothGenerations {
			t.Run(name+"/"+sso, func(t *testing.T) {
				t.Parallel()
				h := half(t, sso)
				h.DefaultRedirectURL.Value = row.target
				opt := mocksp.Options{Now: clock, Random: random()}
				verdicts := heard(&opt)
				b := open(t, mocksp.New(h, opt))
				response, at := b.finish(acsOf(sso), mint{sso: sso}.form(t, "https://evil.example/"))
				require.Len(t, *verdicts, 1)
				assert.True(t, (*verdicts)[0].Accepted)
				if row.at != "" {
					assert.Equal(t, row.at, at)
				}
				if row.status != 0 {
					assert.Equal(t, row.status, response.StatusCode)
					assert.Contains(t, body(t, response), row.text)
				}
			})
		}
	}
}

// What only the one who asked can refuse.
func TestLoginState(t *testing.T) {
	t.Parallel()
	type step func(t *testing.T, b *browser, sent *saml.Message, m mint) *http.Response
	rows := map[string]struct {
		step             step
		legacy, enhanced string // "+" for acceptance
	}{
		"twice": {func(t *testing.T, b *browser, sent *saml.Message, m mint) *http.Response {
			b.post(acsOf(m.sso), m.form(t, sent.RelayState))
			return b.post(acsOf(m.sso), m.form(t, sent.RelayState))
		}, "The InResponseTo of the Response: {id}, does not match the ID of the AuthNRequest sent by the SP: null",
			"The request {id} that the response answers is not known here"},
		"unasked, twice": {func(t *testing.T, b *browser, _ *saml.Message, m mint) *http.Response {
			m.inResponseTo = ""
			b.post(acsOf(m.sso), m.form(t, ""))
			return b.post(acsOf(m.sso), m.form(t, ""))
		}, "The assertion _a1 was used before", "The assertion _a1 was used before"},
		"another browser": {func(t *testing.T, b *browser, sent *saml.Message, m mint) *http.Response {
			return open(t, b.handler).post(acsOf(m.sso), m.form(t, sent.RelayState))
		}, "The InResponseTo of the Response: {id}, does not match the ID of the AuthNRequest sent by the SP: null",
			"The request {id} that the response answers is not known here"},
		"RelayState lost": {func(t *testing.T, b *browser, _ *saml.Message, m mint) *http.Response {
			return b.post(acsOf(m.sso), m.form(t, ""))
		}, "+", "+"},
		"RelayState changed": {func(t *testing.T, b *browser, sent *saml.Message, m mint) *http.Response {
			return b.post(acsOf(m.sso), m.form(t, sent.RelayState+" "))
		}, "The RelayState is not the one that was sent with the request", "Unable to verify authorization request state"},
		"InResponseTo lost": {func(t *testing.T, b *browser, sent *saml.Message, m mint) *http.Response {
			m.inResponseTo = ""
			return b.post(acsOf(m.sso), m.form(t, sent.RelayState))
		}, "The InResponseTo of the Response: null, does not match the ID of the AuthNRequest sent by the SP: {id}", "+"},
		"another tab's": {func(t *testing.T, b *browser, sent *saml.Message, m mint) *http.Response {
			other, _ := b.begin()
			return b.post(acsOf(m.sso), m.form(t, other.RelayState))
		}, "The InResponseTo of the Response: {id}, does not match the ID of the AuthNRequest sent by the SP: ",
			"The request {id} that the response answers is not known here"},
	}
	for name, row := range rows {
		for _, sso := range bothGenerations {
			t.Run(name+"/"+sso, func(t *testing.T) {
				t.Parallel()
				opt := mocksp.Options{Now: clock, Random: random()}
				verdicts := heard(&opt)
				b := open(t, mocksp.New(half(t, sso), opt))
				sent, request := b.begin()
				id := request.Attr("ID").Value()
				row.step(t, b, sent, mint{sso: sso, inResponseTo: id})
				require.NotEmpty(t, *verdicts)
				last := (*verdicts)[len(*verdicts)-1]
				want := row.enhanced
				if sso == settings.SSOLegacy {
					want = row.legacy
				}
				if want == "+" {
					assert.True(t, last.Accepted, last.Text)
					return
				}
				assert.False(t, last.Accepted)
				assert.Contains(t, last.Text, strings.ReplaceAll(want, "{id}", id))
				assert.NotEmpty(t, last.Inferred)
			})
		}
	}
}

// A request is forgotten after ten minutes, a session after a day, and neither before.
func TestLoginExpiry(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		at := now
		b := open(t, mocksp.New(half(t, sso), mocksp.Options{Now: func() time.Time { return at }, Random: random()}))
		sent, request := b.begin()
		m := mint{sso: sso, inResponseTo: request.Attr("ID").Value()}
		at = now.Add(10 * time.Minute)
		m.at = at
		assert.GreaterOrEqual(t, b.post(acsOf(sso), m.form(t, sent.RelayState)).StatusCode, 400)
		at = now.Add(10*time.Minute - time.Second)
		response, _ := b.finish(acsOf(sso), m.form(t, sent.RelayState))
		require.Equal(t, 200, response.StatusCode)
		at = at.Add(24*time.Hour - time.Second)
		response, _ = b.get(link)
		assert.Contains(t, body(t, response), "Logged in to Flex")
		at = at.Add(time.Second)
		_, where := b.get(link)
		assert.True(t, strings.HasPrefix(where, ssoURL), where)
	}
}

// SessionNotOnOrAfter ends the session, and Flex wants it more than an hour away.
func TestLoginSessionNotOnOrAfter(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		away     time.Duration
		contains string
	}{
		"long":  {9 * time.Hour, "2026-03-01T21:00:00Z"},
		"short": {time.Hour, "SessionNotOnOrAfter is no more than an hour away"},
		"past":  {-time.Minute, "SessionNotOnOrAfter, 2026-03-01T11:59:00Z, is past"},
	}
	for name, row := range rows {
		for _, sso := range bothGenerations {
			b := open(t, mocksp.New(half(t, sso), mocksp.Options{Now: clock, Random: random()}))
			response, _ := login(t, b, mint{sso: sso, session: ` SessionNotOnOrAfter="` + stamp(now.Add(row.away)) + `"`})
			page := body(t, response)
			assert.Contains(t, page, row.contains, name)
			assert.Equal(t, name == "short", strings.Contains(page, "no more than an hour"), name)
		}
	}
}

// Of many posts of one response at a time exactly one logs in.
func TestLoginParallel(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		for _, asked := range []bool{true, false} {
			var accepted, refused atomic.Int32
			opt := mocksp.Options{Now: clock, Random: random(), Notify: func(v saml.Verdict) {
				if v.Accepted {
					accepted.Add(1)
				} else {
					refused.Add(1)
				}
			}}
			p := mocksp.New(half(t, sso), opt)
			b := open(t, p)
			m, relay := mint{sso: sso}, ""
			if asked {
				sent, request := b.begin()
				m.inResponseTo, relay = request.Attr("ID").Value(), sent.RelayState
			}
			form := m.form(t, relay)
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					r := httptest.NewRequest(http.MethodPost, acsOf(sso), strings.NewReader(form))
					r.Header.Set("Content-Type", formKind)
					for name, value := range b.cookies[r.Host] {
						r.AddCookie(&http.Cookie{Name: name, Value: value})
					}
					p.ServeHTTP(httptest.NewRecorder(), r)
				})
			}
			all.Wait()
			assert.EqualValues(t, 1, accepted.Load())
			assert.EqualValues(t, 7, refused.Load())
			require.Len(t, p.Workers(), 1)
			assert.Equal(t, 1, p.Workers()[0].Logins)
		}
	}
}
