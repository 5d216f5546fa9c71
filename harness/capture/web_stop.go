package capture

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// finish hands a login over.
func (w *web) finish(l *login) {
	x := l.x
	if x.Response == nil && l.offered != nil {
		x.Response = l.offered
		x.Stop = &saml.Stop{Reason: "the page " + l.offerAt + " holds the response in a form that was never posted"}
		if w.damage != "" {
			x.Stop.Reason += ", as far as the file can be read (" + w.damage + ")"
		}
	}
	if x.Response == nil && x.Stop == nil {
		x.Stop = &saml.Stop{Reason: w.where("the capture holds the request and no response to it", x.Steps, l.asks)}
		if n := len(x.Steps); n > 0 && x.Steps[n-1].Status == 0 && !x.Steps[n-1].Unrecorded {
			x.Stop.Unreachable = x.Steps[n-1].URL
		}
	}
	w.r.login(x)
}

// where says at which step the login stopped; asks is the last page that asked for a
// password.
func (w *web) where(what string, steps []saml.Step, asks string) string {
	if w.failed != "" {
		what += " that could be decoded (" + w.failed + ")"
	}
	what = stopped(what, steps, asks)
	if w.damage != "" {
		what += "; the file can be read so far only (" + w.damage + ")"
	}
	if w.hint != "" {
		what += "; " + w.hint
	}
	if strings.Contains(w.maker, "WebKit") {
		what += "; Safari keeps no request that was answered by a redirect: record the login with another browser"
	}
	return what
}

// stopped adds the last step.
func stopped(what string, steps []saml.Step, asks string) string {
	if len(steps) == 0 {
		return what
	}
	s := steps[len(steps)-1]
	what += fmt.Sprintf(": the login stopped at %s %s", s.Method, s.URL)
	if s.Unrecorded {
		return what + ", and the answer to that was not recorded"
	}
	if s.Status == 0 {
		return what + ", which nothing answered"
	}
	what += fmt.Sprintf(", which answered %d", s.Status)
	if s.Location != "" {
		what += " to " + s.Location
	}
	if s.URL == asks {
		what += " with a login page"
	}
	return what
}

// count is a number of things in words.
func count(n int, thing string) string {
	switch n {
	case 0:
		return "no " + thing
	case 1:
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
