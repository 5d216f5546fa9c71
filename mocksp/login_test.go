package mocksp_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
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
		delete(b.cookies, "nothing")
		for name, same := range want {
			assert.Equal(t, same, got[name], name)
		}
		assert.Len(t, got, len(want))
	}
}

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
