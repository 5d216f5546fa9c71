package check

import (
	"testing"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
)

// recorded are the steps of a login with a cookie that was set and another that was sent.
func recorded(sent, sameSite string) []saml.Step {
	cookie := saml.Cookie{Name: "pending", Path: "/", Secure: true, SameSite: "Lax"}
	if sameSite == "none" {
		cookie.SameSite = ""
	}
	return []saml.Step{
		{Method: "GET", URL: "https://sp.example/login", Status: 302, Set: []saml.Cookie{cookie, {Name: "gone", Deleted: true}, {Name: "elsewhere", Path: "/x"}, {Name: "open", SameSite: "None", Secure: true}}},
		{Method: "POST", URL: "https://sp.example/acs", Status: 403, Sent: []string{sent}},
	}
}

// clocked are the steps of a login with clocks that are off by so much.
func clocked(idp, sp time.Duration) []saml.Step {
	at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	return []saml.Step{
		{At: at, Date: at.Add(idp), Method: "GET", URL: "https://idp.example/sso", Status: 200},
		{At: at.Add(10 * time.Second), Date: at.Add(10*time.Second + sp), Method: "POST", URL: "https://sp.example/acs", Status: 302},
	}
}

// undated takes away what the browser's clock showed.
func undated(steps []saml.Step) []saml.Step {
	for i := range steps {
		steps[i].At = time.Time{}
	}
	return steps
}

func TestLoginChecks(t *testing.T) {
	steps := []saml.Step{{Method: "GET", URL: "https://flex.twilio.com/dancing-owl-1234", Status: 302}, {Method: "GET", URL: "https://acme.my.salesforce.com/x", Status: 404}}
	nowhere := &saml.Stop{Unreachable: "https://nowhere.example/", Reason: "nothing answers"}
	denied := &saml.Stop{Event: &saml.Event{Code: "NoAccess", Text: "User does not have access to this service provider"}, Reason: "Salesforce refused"}
	dead := &saml.Stop{Reason: "the browser ended with status 404"}
	acsPost, ssoGet := &saml.Message{URL: "https://sp.example/acs"}, &saml.Message{URL: "https://idp.example/sso"}
	for _, tt := range []struct {
		title   string
		check   *Check
		profile Profile
		x       *saml.Exchange
		status  Status
		reason  string
		found   []Finding
	}{
		{"no login", LoginAccepted, Flex, nil, Skip, "there is no login to judge", nil},
		{"accepted", LoginAccepted, Flex, &saml.Exchange{Verdict: &saml.Verdict{Accepted: true}}, Pass, "", nil},
		{"not asked", LoginAccepted, Flex, &saml.Exchange{}, Skip, "the service provider was not asked", nil},
		{"ended before", LoginAccepted, Flex, &saml.Exchange{Stop: dead}, Skip, "the login ended before: the browser ended with status 404", nil},
		{"refused by Flex", LoginAccepted, Flex, &saml.Exchange{Verdict: &saml.Verdict{Status: 401, Code: "70004", Text: "authentication failed"}}, Fail, "", []Finding{{
			At: "the service provider's answer", Got: "HTTP 401, 70004: authentication failed", Want: "accepted",
			Note: "the response does not fit the SSO configuration; the text says in what. The browser shows a dialog for a user name and a password"}}},
		{"refused, inferred", LoginAccepted, Flex, &saml.Exchange{Verdict: &saml.Verdict{Text: "no", Inferred: "as java-saml does"}}, Fail, "", []Finding{{
			At: "the service provider's answer", Got: "no", Want: "accepted", Note: "this answer is inferred: as java-saml does"}}},
		{"refused by another", LoginAccepted, SAML, &saml.Exchange{Verdict: &saml.Verdict{Status: 403, Code: "45050"}}, Fail, "", []Finding{{
			At: "the service provider's answer", Got: "HTTP 403, 45050", Want: "accepted"}}},
		{"refused without a word", LoginAccepted, SAML, &saml.Exchange{Verdict: &saml.Verdict{Status: 403}}, Fail, "", []Finding{{
			At: "the service provider's answer", Got: "HTTP 403", Want: "accepted"}}},

		{"reached", LoginUnreachable, Flex, &saml.Exchange{Stop: dead}, Pass, "", nil},
		{"unreachable", LoginUnreachable, Flex, &saml.Exchange{Stop: nowhere}, Fail, "", []Finding{{
			At: "the browser's way", Got: "https://nowhere.example/", Want: "an address at which one of the two sides answers", Note: "nothing answers"}}},
		{"unreachable afterwards", LoginUnreachable, Flex, &saml.Exchange{Stop: nowhere, Verdict: &saml.Verdict{Accepted: true}}, Fail, "", []Finding{{
			At: "the browser's way", Got: "https://nowhere.example/", Want: "an address at which one of the two sides answers", Note: "nothing answers", Severity: Warning}}},

		{"issued", LoginIdentityProviderRefused, Flex, &saml.Exchange{Stop: dead}, Pass, "", nil},
		{"no access", LoginIdentityProviderRefused, Flex, &saml.Exchange{Stop: denied}, Fail, "", []Finding{{
			At: "the identity provider's event log", Got: "NoAccess: User does not have access to this service provider", Want: "Success",
			Note: "neither the user's profile nor a permission set gives access to the app", Follows: []string{"settings/profile-access"}}}},
		{"no access, at another identity provider", LoginIdentityProviderRefused, SAML, &saml.Exchange{Stop: denied}, Fail, "", []Finding{{
			At: "the identity provider's event log", Got: "NoAccess: User does not have access to this service provider", Want: "Success"}}},
		{"an unknown code", LoginIdentityProviderRefused, Flex, &saml.Exchange{Stop: &saml.Stop{Event: &saml.Event{Code: "UnknownError"}}}, Fail, "", []Finding{{
			At: "the identity provider's event log", Got: "UnknownError", Want: "Success"}}},

		{"interrupted", LoginInterrupted, Flex, &saml.Exchange{Stop: dead, Steps: steps}, Fail, "", []Finding{{
			At: "the browser's way", Got: "the browser ended with status 404", Want: "an answer of the service provider",
			Note: "the last of 2 steps was GET https://acme.my.salesforce.com/x"}}},
		{"interrupted otherwise", LoginInterrupted, Flex, &saml.Exchange{Stop: nowhere}, Pass, "", nil},
		{"refused otherwise", LoginInterrupted, Flex, &saml.Exchange{Stop: denied}, Pass, "", nil},
		{"not interrupted", LoginInterrupted, Flex, &saml.Exchange{Steps: steps}, Pass, "", nil},

		{"one worker", LoginSecondWorker, Flex, &saml.Exchange{Verdict: &saml.Verdict{Accepted: true}}, Pass, "", nil},
		{"a second worker", LoginSecondWorker, Flex, &saml.Exchange{Verdict: &saml.Verdict{Accepted: true, Subject: "E-17", Warning: "A second worker."}}, Fail, "", []Finding{{
			At: "the service provider's answer", Got: "E-17", Want: "the NameID that the person had before", Note: "A second worker."}}},
		{"no worker", LoginSecondWorker, Flex, &saml.Exchange{Verdict: &saml.Verdict{}}, Skip, "nobody was logged in", nil},
		{"not known", LoginSecondWorker, Flex, &saml.Exchange{}, Skip, "the service provider was not asked", nil},
		{"before any", LoginSecondWorker, Flex, nil, Skip, "there is no login to judge", nil},

		{"no record", LoginCookies, SAML, &saml.Exchange{Response: acsPost}, Skip, "the step that carried the response was not recorded", nil},
		{"cookies unknown", LoginCookies, SAML, &saml.Exchange{Response: acsPost, NoCookies: "the HAR file holds no cookies"}, Skip, "the HAR file holds no cookies", nil},
		{"cookies came back", LoginCookies, SAML, &saml.Exchange{Response: acsPost, Steps: recorded("pending", "")}, Pass, "", nil},
		{"nobody missed a cookie", LoginCookies, SAML, &saml.Exchange{Response: acsPost, Steps: recorded("", ""), Verdict: &saml.Verdict{Accepted: true}}, Pass, "", nil},
		{"a cookie left behind", LoginCookies, SAML, &saml.Exchange{Response: acsPost, Steps: recorded("other", "")}, Fail, "", []Finding{{
			At: "step 2, POST https://sp.example/acs", Got: "no cookie pending, which says SameSite=Lax", Want: "the cookie pending, with SameSite=None and Secure"}}},
		{"a cookie left behind without a word", LoginCookies, SAML, &saml.Exchange{Response: acsPost, Steps: recorded("other", "none")}, Fail, "", []Finding{{
			At: "step 2, POST https://sp.example/acs", Got: "no cookie pending, which says no SameSite", Want: "the cookie pending, with SameSite=None and Secure"}}},

		{"clocks unknown", LoginClocks, SAML, &saml.Exchange{Request: ssoGet, Response: acsPost, Steps: recorded("", "")}, Skip, "answers of both sides with their Date headers were not recorded", nil},
		{"sides unknown", LoginClocks, SAML, &saml.Exchange{Response: acsPost}, Skip, "it is not known which answers are whose", nil},
		{"clocks agree", LoginClocks, SAML, &saml.Exchange{Request: ssoGet, Response: acsPost, Steps: clocked(2*time.Second, -time.Minute)}, Pass, "", nil},
		{"a fast identity provider", LoginClocks, SAML, &saml.Exchange{Request: ssoGet, Response: acsPost, Steps: clocked(7*time.Minute, -time.Second)}, Fail, "", []Finding{{
			At: "the Date headers", Got: "the identity provider's clock is 7m0s fast", Want: "clocks that agree within 3m0s", Note: "by the browser's clock, with which the service provider's agrees"}}},
		{"a slow service provider", LoginClocks, SAML, &saml.Exchange{Request: ssoGet, Response: acsPost, Steps: clocked(time.Minute, -time.Hour)}, Fail, "", []Finding{{
			At: "the Date headers", Got: "the service provider's clock is 1h0m0s slow", Want: "clocks that agree within 3m0s", Note: "by the browser's clock, with which the identity provider's agrees"}}},
		{"both clocks", LoginClocks, SAML, &saml.Exchange{Request: ssoGet, Response: acsPost, Steps: clocked(5*time.Minute, -5*time.Minute)}, Fail, "", []Finding{{
			At: "the Date headers", Got: "the identity provider's clock is 5m0s fast, the service provider's clock is 5m0s slow", Want: "clocks that agree within 3m0s", Note: "by the browser's clock, which may be off itself"}}},
		{"a later answer with an earlier time", LoginClocks, SAML, &saml.Exchange{Request: ssoGet, Response: acsPost, Steps: undated(clocked(0, -10*time.Minute))}, Fail, "", []Finding{{
			At: "the Date headers", Got: "the service provider's clock is at least 9m50s behind the identity provider's", Want: "clocks that agree within 3m0s", Note: "the later answer says the earlier time"}}},
		{"answers in the order of time", LoginClocks, SAML, &saml.Exchange{Request: ssoGet, Response: acsPost, Steps: undated(clocked(-time.Hour, 0))}, Pass, "", nil},

		{"cookies", LoginCookieGrace, SAML, &saml.Exchange{Steps: steps}, Pass, "", nil},
		{"a cookie by grace", LoginCookieGrace, SAML, &saml.Exchange{Steps: []saml.Step{
			{Note: "a cookie was withheld"}, {Method: "POST", URL: "https://sp.example/acs", Note: "sent within two minutes", Warning: true}}}, Fail, "", []Finding{{
			At: "step 2, POST https://sp.example/acs", Got: "sent within two minutes", Want: "a cookie with SameSite=None and Secure"}}},
	} {
		t.Run(tt.title, func(t *testing.T) {
			r := Run([]*Check{tt.check}, NewCase(nil, tt.x, &Expect{Profile: tt.profile}))[0]
			assert.Equal(t, tt.status, r.Status)
			assert.Equal(t, tt.reason, r.Reason)
			var found []Finding
			for _, f := range r.Findings {
				found = append(found, bare(f))
			}
			assert.Equal(t, tt.found, found)
		})
	}
}

// A refusal at Salesforce is explained by the setting that its code is about alone.
func TestLoginRefusalFollowsItsCode(t *testing.T) {
	s := embedded(t, enhanced)
	app(s).EntityID.Value += "/"
	put(&s.Salesforce.Users[0].Profile, "Marketing User")
	settings := judge(s)
	for code, want := range map[string][]string{
		"UnableToResolve": {"settings/entity-id"},
		"NoAccess":        {"settings/profile-access"},
		"InvalidSettings": nil,
		"AppBlocked":      nil,
	} {
		x := &saml.Exchange{User: "ada@acme.example", Flow: saml.FlowSP, Stop: &saml.Stop{Event: &saml.Event{Code: code}}}
		login := Run(loginChecks, NewCase(s, x, FromSettings(s)))
		Link(x, settings, login)
		for _, r := range login {
			if r.Check == LoginIdentityProviderRefused {
				assert.Equal(t, want, r.Follows, code)
			}
		}
	}
	// The profile of one user is no matter of another's.
	x := &saml.Exchange{User: "grace@acme.example", Stop: &saml.Stop{Event: &saml.Event{Code: "NoAccess"}}}
	login := Run([]*Check{LoginIdentityProviderRefused}, NewCase(s, x, FromSettings(s)))
	Link(x, settings, login)
	assert.Empty(t, login[0].Follows)
}
