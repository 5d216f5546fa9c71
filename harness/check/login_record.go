package check

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// LoginCookies warns of cookies that did not come back with the response.
var LoginCookies = &Check{
	ID:       "login/cookies",
	Title:    "The cookies that were set for the login come back with the response",
	Severity: Warning,
	Basis:    Hardening,
	Sources:  []string{"RFC 6265bis 5.6.7.2", "SAMLBind 3.5.5"},
	Covers:   []string{"BND-27"},
	Since:    "0.1",
	Text: `The service provider keeps a login that it began in a cookie. The response comes back in a form that another site posts, and with such a form browsers send a cookie only if it says SameSite=None and Secure: the others stay away, and the service provider knows nothing of a login that it began.
Compared are the cookies that the recorded answers set for the address of the response with those that were sent there. After an accepted login nobody missed one. Browsers leave cookies out of sanitised recordings; the check is then skipped.`,
	Fix: Fix{Side: SP, Setting: "cookie of the pending request", Text: "Set the cookie with SameSite=None; Secure."},
	Run: judgeCookies,
}

func judgeCookies(c *Case) Outcome {
	x := c.Exchange
	switch {
	case x == nil:
		return skip("there is no login to judge")
	case x.NoCookies != "":
		return skip(x.NoCookies)
	case x.Verdict != nil && x.Verdict.Accepted:
		return pass()
	}
	at := responseStep(x)
	if at < 0 {
		return skip("the step that carried the response was not recorded")
	}
	to, err := url.Parse(x.Steps[at].URL)
	if err != nil {
		return skip("the address of the response cannot be read")
	}
	sent := map[string]bool{}
	for _, name := range x.Steps[at].Sent {
		sent[name] = true
	}
	set := map[string]saml.Cookie{}
	var order []string
	for i := range x.Steps[:at] {
		s := &x.Steps[i]
		if len(s.Set) == 0 {
			continue
		}
		from, err := url.Parse(s.URL)
		if err != nil {
			continue
		}
		for _, cookie := range s.Set {
			if !cookie.Reaches(from, to) {
				continue
			}
			if _, twice := set[cookie.Name]; !twice {
				order = append(order, cookie.Name)
			}
			set[cookie.Name] = cookie
		}
	}
	var found []Finding
	for _, name := range order {
		cookie := set[name]
		if sent[name] || cookie.Deleted || strings.EqualFold(cookie.SameSite, "None") && cookie.Secure {
			continue
		}
		says := "which says no SameSite"
		if cookie.SameSite != "" {
			says = "which says SameSite=" + cookie.SameSite
		}
		if strings.EqualFold(cookie.SameSite, "None") {
			says += " without Secure"
		}
		found = append(found, Finding{
			At:  fmt.Sprintf("step %d, %s %s", at+1, x.Steps[at].Method, x.Steps[at].URL),
			Got: "no cookie " + name + ", " + says, Want: "the cookie " + name + ", with SameSite=None and Secure",
		})
	}
	return Outcome{Findings: found}
}

// responseStep is the last step that carried the response; negative where it was not
// recorded.
func responseStep(x *saml.Exchange) int {
	if x.Response == nil || x.Response.URL == "" {
		return -1
	}
	for i := len(x.Steps) - 1; i >= 0; i-- {
		if x.Steps[i].URL == x.Response.URL {
			return i
		}
	}
	return -1
}

// LoginClocks compares the clocks of both sides by the Date headers of their answers.
var LoginClocks = &Check{
	ID:       "login/clocks",
	Title:    "The clocks of both sides agree",
	Severity: Warning,
	Basis:    Hardening,
	Sources:  []string{"SAMLCore 1.3.3", "E92", "RFC 9110 6.6.1"},
	Since:    "0.1",
	Text: `Each answer of a server says by its Date header what its clock showed. Where the browser recorded when it asked, its own clock is the measure, and tells whose is off; without it, only an answer that came later and says an earlier time proves that they differ.
A response is refused as too early or too late where the two clocks differ by more than the service provider allows for, whatever times the message states.`,
	Fix: Fix{Side: IDP, Setting: "clocks of both sides", Text: "Set by NTP the clock that is off."},
	Run: judgeClocks,
}

// closest is how far apart two clocks may seem that are not: a Date header has whole
// seconds, and an answer takes its time.
const closest = 10 * time.Second

func judgeClocks(c *Case) Outcome {
	x, skew := c.Exchange, max(c.Expect.Skew, closest)
	if x == nil {
		return skip("there is no login to judge")
	}
	idp, sp := "", ""
	if x.Request != nil && x.Response != nil {
		idp, sp = host(x.Request.URL), host(x.Response.URL)
	}
	if idp == "" || sp == "" || idp == sp {
		return skip("it is not known which answers are whose")
	}
	var drift [2]time.Duration // of the two clocks against the browser's
	var known [2]bool
	var last [2]time.Time
	for i := range x.Steps {
		s := &x.Steps[i]
		if s.Date.IsZero() {
			continue
		}
		side := 0
		switch host(s.URL) {
		case idp:
		case sp:
			side = 1
		default:
			continue
		}
		last[side] = s.Date
		if d := s.Date.Sub(s.At); !s.At.IsZero() && (!known[side] || d.Abs() < drift[side].Abs()) {
			drift[side], known[side] = d, true
		}
		if side == 1 && !known[1] && !known[0] && s.Date.Add(skew).Before(last[0]) {
			return fails(Finding{
				At: "the Date headers", Got: fmt.Sprintf("the service provider's clock is at least %s behind the identity provider's", apart(last[0].Sub(s.Date))),
				Want: "clocks that agree within " + skew.String(), Note: "the later answer says the earlier time",
			})
		}
	}
	switch {
	case last[0].IsZero() || last[1].IsZero():
		return skip("answers of both sides with their Date headers were not recorded")
	case !known[0] || !known[1]:
		return pass()
	}
	if (drift[0] - drift[1]).Abs() <= skew {
		return pass()
	}
	f := Finding{At: "the Date headers", Want: "clocks that agree within " + skew.String()}
	off := func(who string, d time.Duration) string {
		if d < 0 {
			return who + "'s clock is " + apart(d) + " slow"
		}
		return who + "'s clock is " + apart(d) + " fast"
	}
	const isIDP, isSP = "the identity provider", "the service provider"
	switch {
	case drift[1].Abs() <= skew:
		f.Got, f.Note = off(isIDP, drift[0]), "by the browser's clock, with which the service provider's agrees"
	case drift[0].Abs() <= skew:
		f.Got, f.Note = off(isSP, drift[1]), "by the browser's clock, with which the identity provider's agrees"
	default:
		f.Got, f.Note = off(isIDP, drift[0])+", "+off(isSP, drift[1]), "by the browser's clock, which may be off itself"
	}
	return fails(f)
}

// apart is how far apart two times are, in whole seconds.
func apart(d time.Duration) string { return d.Abs().Round(time.Second).String() }
