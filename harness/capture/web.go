package capture

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// web parts the requests of a browser into logins.
type web struct {
	r     *reader
	form  string
	maker string // the program that wrote the file

	entries int
	cookies bool // a cookie was seen
	open    []*login
	steps   []saml.Step // since the last login ended
	last    *entry      // the last page
	failed  string      // why a message could not be decoded
}

// A login is one exchange while its requests are read.
type login struct {
	x        *saml.Exchange
	id       string // of the request
	offered  *saml.Message
	offerAt  string // the page that offered it
	posting  bool   // the last step carried the response or followed from it
	answered bool   // the service provider's answer has come to its end
}

// Bounds on what is kept of a capture.
const (
	maxOpen  = 100 // logins under way at the same time
	maxSteps = 500 // of one login
)

// add takes the next request.
func (w *web) add(e *entry) {
	w.entries++
	if len(e.sent) > 0 || len(e.set) > 0 {
		w.cookies = true
	}
	m, steps, err := e.message()
	if err != nil {
		w.failed = err.Error()
	}
	if m != nil {
		if err := sniff(m.XML).refuseMessage(m.XML); err != nil {
			w.r.c.note("request %d to %s: %v; left out", w.entries, hostOf(e.url), err)
			m = nil
		}
	}
	if m != nil && !w.r.hold(m.XML) {
		m, err = nil, errors.New("the messages of this capture grow too large")
	}
	cur := w.current()
	if m == nil && err == nil && !e.page() {
		if cur != nil && cur.answered {
			w.late(cur, e)
		}
		return
	}
	step := e.step()
	switch {
	case err != nil:
		step.Note = join(step.Note, "the SAML message could not be decoded: "+err.Error())
	case m != nil:
		w.r.c.note("request %d, %s %s: %s", w.entries, e.method, show(bare(e.url)), strings.Join(steps, ", "))
		for _, d := range m.Deviations {
			w.r.c.note("%s", d.Text)
		}
		cur = w.message(m, e, &step)
	}
	w.keep(cur, step)
	if e.page() || m != nil {
		w.last = e
	}
	if cur != nil {
		w.follow(cur, e, m)
	}
}

// current is the login that a request belongs to which carries no message; nil where
// the last login has ended.
func (w *web) current() *login {
	if len(w.open) == 0 {
		return nil
	}
	return w.open[len(w.open)-1]
}

// keep adds the step to its login.
func (w *web) keep(l *login, step saml.Step) {
	if l == nil || l.answered {
		w.steps = append(w.steps, step)
		if len(w.steps) > maxSteps {
			w.steps = w.steps[1:]
		}
		return
	}
	if len(l.x.Steps) < maxSteps {
		l.x.Steps = append(l.x.Steps, step)
	}
}

// message takes a message that a request carries, and answers with its login.
func (w *web) message(m *saml.Message, e *entry, step *saml.Step) *login {
	root := sniff(m.XML)
	w.r.c.note("XML: %s, %d bytes", root.what(), len(m.XML))
	cur := w.current()
	if root.isRequest() {
		step.Note = join(step.Note, "carries a SAMLRequest")
		if cur != nil && cur.x.Response == nil && cur.id == root.attr("ID") {
			return cur // the identity provider hands it from page to page
		}
		return w.begin(&login{x: &saml.Exchange{Request: m, Flow: saml.FlowSP}, id: root.attr("ID")})
	}
	step.Note = join(step.Note, "carries a SAMLResponse")
	answers := root.attr("InResponseTo")
	var of *login
	for _, l := range w.open {
		if l.x.Response != nil {
			if l == cur && l.posting && !l.answered && bytes.Equal(l.x.Response.XML, m.XML) {
				return l // posted on by a redirect
			}
			continue
		}
		if of == nil || of.id != answers {
			of = l // the one that it answers, or else the latest
		}
	}
	if of == nil {
		x := &saml.Exchange{Flow: saml.FlowIDP}
		if answers != "" {
			x.Flow = saml.FlowSP
		}
		of = w.begin(&login{x: x})
	}
	of.x.Response, of.posting = m, true
	if of.x.At = e.date; of.x.At.IsZero() {
		of.x.At = e.at
	}
	if !of.x.At.IsZero() {
		of.x.AtSource = "capture"
	}
	w.withheld(of, e, step)
	return of
}

// begin opens a login with the steps that led to it.
func (w *web) begin(l *login) *login {
	done := 0
	for _, o := range w.open {
		if o.x.Response == nil {
			break
		}
		w.finish(o)
		done++
	}
	w.open = w.open[done:]
	if len(w.open) == maxOpen {
		w.finish(w.open[0])
		w.open = w.open[1:]
	}
	l.x.Steps, w.steps = w.steps, nil
	w.open = append(w.open, l)
	return l
}

// follow looks at the answer to the request.
func (w *web) follow(l *login, e *entry, m *saml.Message) {
	if l.answered {
		w.late(l, e)
		return
	}
	if l.x.Response == nil {
		for _, offer := range e.offered() {
			if root := sniff(offer.XML); !root.isRequest() && w.r.hold(offer.XML) {
				l.offered, l.offerAt = offer, bare(e.url)
			}
		}
		if event := salesforceEvent(e.answer); event != nil && l.x.Stop == nil {
			event.At, event.Initiated = e.at, saml.FlowSP
			l.x.Events = append(l.x.Events, *event)
			l.x.Stop = &saml.Stop{Event: event, Reason: "the identity provider refused: " + event.Text}
		}
		return
	}
	if !l.posting {
		return
	}
	v, stop, ended := answer(e)
	if l.x.Stop = stop; stop == nil && v != nil {
		l.x.Verdict = v
	}
	l.answered = ended
}

// late overturns an acceptance by an error that a later request brings to light.
func (w *web) late(l *login, e *entry) {
	if l.x.Verdict == nil || !l.x.Verdict.Accepted {
		return
	}
	if v := knownAnswer(e); v != nil {
		l.x.Verdict = v
		if len(l.x.Steps) < maxSteps {
			l.x.Steps = append(l.x.Steps, e.step())
		}
	}
}

// finish hands a login over.
func (w *web) finish(l *login) {
	x := l.x
	if x.Response == nil && l.offered != nil {
		x.Response = l.offered
		x.Stop = &saml.Stop{Reason: "the page " + l.offerAt + " holds the response in a form that was never posted"}
	}
	if x.Response == nil && x.Stop == nil {
		x.Stop = &saml.Stop{Reason: w.where("the capture holds the request and no response to it", x.Steps)}
		if n := len(x.Steps); n > 0 && x.Steps[n-1].Status == 0 {
			x.Stop.Unreachable = x.Steps[n-1].URL
		}
	}
	w.r.login(x)
}

// where says at which step the login stopped.
func (w *web) where(what string, steps []saml.Step) string {
	if w.failed != "" {
		what += " that could be decoded (" + w.failed + ")"
	}
	if len(steps) == 0 {
		return what
	}
	s := steps[len(steps)-1]
	what += fmt.Sprintf(": the login stopped at %s %s", s.Method, s.URL)
	if s.Status == 0 {
		return what + ", which nothing answered"
	}
	what += fmt.Sprintf(", which answered %d", s.Status)
	if s.Location != "" {
		what += " to " + s.Location
	}
	if w.last != nil && bare(w.last.url) == s.URL && strings.Contains(strings.ToLower(w.last.answer), `type="password"`) {
		what += " with a login page"
	}
	return what
}

// end hands over what is open.
func (w *web) end() error {
	for _, l := range w.open {
		w.finish(l)
	}
	w.open = nil
	c := w.r.c
	if len(c.Logins) == 0 {
		w.r.login(&saml.Exchange{Steps: w.steps, Stop: &saml.Stop{Reason: w.where("the "+w.form+" holds no SAML message", w.steps)}})
	}
	c.note("%s of %d requests, %d of them a login", w.form, w.entries, len(c.Logins))
	if !w.cookies {
		why := "the " + w.form + " holds no cookies"
		if strings.Contains(w.maker, "WebInspector") {
			why += ": Chrome leaves them out unless it is told to export with sensitive data"
		}
		for _, x := range c.Logins {
			x.NoCookies = why
		}
		c.note("%s", why)
	}
	return nil
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}
