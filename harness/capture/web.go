package capture

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// web parts the requests of a browser into logins.
type web struct {
	r     *reader
	form  string
	maker string // the program that wrote the file

	before  int // logins of the capture that are none of these
	entries int
	timed   bool // the recorder knows when each request was
	held    []*entry
	answers int    // octets of the answers that are held
	bodies  int    // octets of the forms that are held
	cut     bool   // requests were left out
	damage  string // why the file could not be read to its end
	hint    string
	cookies bool // a cookie was seen
	veiled  bool // what cookies were set with is masked
	open    []*login
	steps   []saml.Step // since the last login ended
	asks    string      // the last page that asked for a password
	failed  string      // why a message could not be decoded
}

func (r *reader) newWeb(form string) *web {
	return &web{r: r, form: form, before: len(r.c.Logins)}
}

// A login is one exchange while its requests are read.
type login struct {
	x        *saml.Exchange
	id       string // of the request
	offered  *saml.Message
	offerAt  string // the page that offered it
	at       string // the address that the request went to
	asks     string // the last page that asked for a password
	posting  bool   // the last step carried the response or followed from it
	answered bool   // the service provider's answer has come to its end
}

// Bounds on what is kept of a capture.
const (
	maxOpen  = 100 // logins under way at the same time
	maxSteps = 500 // of one login
)

// Bounds on what is held of a capture until all of it is read.
const (
	maxHeld     = 50_000   // requests
	mostAnswers = 32 << 20 // octets of answers; of those beyond no more than shortAnswer
	shortAnswer = 4 << 10
	mostBodies  = 128 << 20 // octets of forms with messages
)

// add takes the next request of the file. It is held if it may have to do with a login.
func (w *web) add(e *entry) {
	w.entries++
	e.number = w.entries
	if len(e.sent) > 0 || len(e.set) > 0 {
		w.cookies = true
	}
	w.veiled = w.veiled || e.veiled
	form := e.form()
	e.told = hasMarker(form) && e.method != http.MethodGet
	if !e.told {
		if query, found := queryOf(e.url); found {
			e.told = hasMarker(query)
			form += "&" + query
		}
		w.otherwise(e, form)
		e.body = ""
	}
	if !e.told && !e.page() && !e.hidden() && knownAnswer(e) == nil {
		return
	}
	if w.answers += len(e.answer); w.answers > mostAnswers && !strings.Contains(e.answer, "SAMLRe") {
		e.answer = strings.Clone(e.answer[:min(len(e.answer), shortAnswer)])
	}
	if w.bodies += len(e.body); len(w.held) < maxHeld && w.bodies <= mostBodies {
		w.held = append(w.held, e)
	} else if !w.cut {
		w.cut = true
		w.r.c.note("there are more than %d requests of pages, or %d MB of messages; the rest is left out", maxHeld, mostBodies>>20)
	}
}

// otherwise remembers a request that carries a login by other means than a message.
func (w *web) otherwise(e *entry, parameters string) {
	switch {
	case w.hint != "":
	case strings.Contains(parameters, "SAMLart="):
		w.hint = fmt.Sprintf("request %d carries %s", e.number, anArtifact)
	case strings.Contains(parameters, "wresult="):
		w.hint = fmt.Sprintf("request %d posts a token of WS-Federation (wresult), which is no SAML 2.0 response", e.number)
	}
}

// inOrder puts the requests in the order of their times, where a recorder knows them:
// exports follow the order in which a person had sorted the list.
func (w *web) inOrder() {
	if !w.timed {
		return
	}
	var last time.Time
	for _, e := range w.held {
		if e.sorted = e.at; e.at.IsZero() {
			e.sorted = last
		}
		last = e.sorted
	}
	earlier := func(a, b *entry) int { return a.sorted.Compare(b.sorted) }
	if !slices.IsSortedFunc(w.held, earlier) {
		slices.SortStableFunc(w.held, earlier)
		w.r.c.note("the requests are not in the order of their times; they are read in that order")
	}
}

// take takes the next request in the order of time.
func (w *web) take(e *entry) {
	m, steps, err := e.message()
	if err != nil {
		w.failed = err.Error()
	}
	if m != nil {
		if err := sniff(m.XML).refuseMessage(m.XML); err != nil {
			w.r.c.note("request %d to %s: %v; left out", e.number, hostOf(e.url), err)
			m = nil
		}
	}
	if m != nil && !w.r.hold(m.XML) {
		m, err = nil, errors.New("the messages of this capture grow too large")
	}
	if m == nil && err == nil {
		m, steps = w.presumed(e)
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
		w.r.c.note("request %d, %s %s: %s", e.number, e.method, show(bare(e.url)), strings.Join(steps, ", "))
		for _, d := range m.Deviations {
			w.r.c.note("%s", d.Text)
		}
		cur = w.message(m, e, &step)
	}
	w.keep(cur, step)
	if strings.Contains(strings.ToLower(e.answer), `type="password"`) {
		if w.asks = step.URL; cur != nil {
			cur.asks = step.URL
		}
	}
	if cur != nil {
		w.follow(cur, e, m)
	}
}

// presumed is the message that a page offered and that this request must have carried,
// though its body was not recorded; nil where there is none. Safari merges a request that
// was answered by a redirect with the one that followed.
func (w *web) presumed(e *entry) (*saml.Message, []string) {
	safari := strings.Contains(w.maker, "WebKit")
	if !e.bodiless && !safari {
		return nil, nil
	}
	for _, l := range w.open {
		if l.x.Response != nil || l.offered == nil {
			continue
		}
		m := l.offered
		switch {
		case e.bodiless && m.URL == e.url:
			return m, []string{"what it posted was not recorded; it is taken from the form on the page before"}
		case safari && e.page() && bare(e.url) != l.offerAt && m.URL != "" && hostOf(m.URL) == hostOf(e.url) && hostOf(e.url) != hostOf(l.offerAt):
			return m, []string{"Safari recorded where the form on the page before led to, and not what was posted; it is taken from the form"}
		}
	}
	switch {
	case !e.hidden() || w.hint != "":
	case e.file != "":
		w.hint = fmt.Sprintf("request %d, POST %s, has what it posted in another file, %s: pack both as ZIP", e.number, bare(e.url), show(e.file))
	default:
		w.hint = fmt.Sprintf("request %d, POST %s, was recorded without what it posted, which may have been the response", e.number, bare(e.url))
	}
	return nil, nil
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
		return w.begin(&login{x: &saml.Exchange{Request: m, Flow: saml.FlowSP}, id: root.attr("ID"), at: bare(e.url)})
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
	if l.x.Request != nil && len(w.steps) == 0 {
		w.steps = w.reclaim(l.at)
	}
	l.x.Steps, w.steps = w.steps, nil
	w.open = append(w.open, l)
	return l
}

// reclaim takes back from the login before, which came to no end, the steps that belong
// to the next: the redirects that led to its address, one after the other.
func (w *web) reclaim(to string) []saml.Step {
	cur := w.current()
	if cur == nil || cur.x.Response != nil {
		return nil
	}
	from := len(cur.x.Steps)
	for ; from > 1; from-- {
		s := cur.x.Steps[from-1]
		if s.Status < 300 || s.Status >= 400 || (&entry{url: s.URL}).resolve(s.Location) != to {
			break
		}
		to = s.URL
	}
	steps := slices.Clone(cur.x.Steps[from:])
	cur.x.Steps = cur.x.Steps[:from]
	return steps
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

// end parts what is held into logins.
func (w *web) end() error {
	w.inOrder()
	for i, e := range w.held {
		w.take(e)
		w.held[i] = nil
	}
	w.held = nil
	for _, l := range w.open {
		w.finish(l)
	}
	w.open = nil
	c := w.r.c
	logins := len(c.Logins) - w.before
	if logins == 0 {
		w.r.login(&saml.Exchange{Steps: w.steps, Stop: &saml.Stop{Reason: w.where("the "+w.form+" holds no SAML message", w.steps, w.asks)}})
	}
	c.note("%s: %s, %s", w.form, count(w.entries, "request"), count(logins, "login"))
	if !w.cookies || w.veiled {
		why := "the " + w.form + " holds no cookies"
		if w.veiled {
			why = "the " + w.form + " masks what its cookies were set with"
		}
		if strings.Contains(w.maker, "WebInspector") {
			why += ": Chrome leaves them out unless it is told to export with sensitive data"
		}
		for _, x := range c.Logins[w.before:] {
			x.NoCookies = why
		}
		c.note("%s", why)
	}
	return nil
}
