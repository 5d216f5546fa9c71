package mocksp

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// mostBody is the most octets of a form. Responses of Salesforce have about ten
// thousand.
const mostBody = 2 << 20

// acs is the assertion consumer service (SAMLProf 4.1.4.3): it takes a form by POST
// and nothing else (SAMLBind 3.5.4).
func (p *SP) acs(w http.ResponseWriter, r *http.Request) {
	body, ok := p.form(w, r)
	if !ok {
		return
	}
	words, now := wordsOf(&p.half), p.opt.Now()
	if r.URL.RawQuery != p.site.acsQuery {
		p.refuse(w, words.refuse("The connection does not exist", fmt.Sprintf("the query is %q, that of the ACS URL %q", r.URL.RawQuery, p.site.acsQuery)))
		return
	}
	m, err := saml.DecodePOST(body)
	if err != nil || m.Param != "SAMLResponse" {
		p.refuse(w, unreadable(words, body, err))
		return
	}
	m.URL = p.half.ACSURL()
	browser := cookie(r, browserCookie)
	open := p.state.awaited(browser, now)
	asked := slices.IndexFunc(open, func(q pending) bool { return m.HasRelayState && q.relay == m.RelayState })
	if asked >= 0 {
		open = open[asked : asked+1]
	}
	var requests []string
	for _, q := range open {
		requests = append(requests, q.id)
	}
	v := p.ask(m, requests)
	if !v.Accepted {
		p.refuse(w, v)
		return
	}
	who, refusal := p.admit(m, open, browser)
	if refusal != nil {
		p.refuse(w, *refusal)
		return
	}
	if v.Status == 0 {
		v.Status = words.success
	}
	if v.Subject == "" {
		v.Subject = who.session.nameID
	}
	v.Warning = p.warning(who.session)
	p.notify(v)
	p.leave(w, v.Status, who)
}

// form is the body of a form post; where there is none the answer is written.
func (p *SP) form(w http.ResponseWriter, r *http.Request) (string, bool) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		p.say(w, http.StatusUnsupportedMediaType, "Unsupported content type", "A SAMLResponse comes as application/x-www-form-urlencoded, not as "+r.Header.Get("Content-Type")+".")
		return "", false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		p.say(w, http.StatusRequestEntityTooLarge, "Too large", fmt.Sprintf("The form has more than %d bytes.", mostBody))
		return "", false
	case err != nil:
		p.say(w, http.StatusBadRequest, "Not understood", "The form broke off.")
		return "", false
	}
	return string(body), true
}

// unreadable is the answer to a form that holds no response.
func unreadable(w *words, body string, err error) saml.Verdict {
	switch {
	case err == nil:
		return w.refuse(w.absent, "the form holds a SAMLRequest")
	case !carriesResponse(body):
		return w.refuse(w.absent, err.Error())
	}
	return w.refuse(w.unreadable, err.Error())
}

// ask has the judge judge. A judge that panics has refused.
func (p *SP) ask(m *saml.Message, requests []string) (v saml.Verdict) {
	defer func() {
		if r := recover(); r != nil {
			words := wordsOf(&p.half)
			v = words.refuse(words.unreadable, fmt.Sprintf("panic: %v", r))
		}
	}()
	return p.opt.Judge(&p.half, m, requests, p.opt.Now())
}

// admit is what only the one who sent the request can judge: whether the response
// answers it, once, in the browser that carried it. open are the requests of that
// browser, narrowed to the one whose RelayState came back.
func (p *SP) admit(m *saml.Message, open []pending, browser string) (ticket, *saml.Verdict) {
	words, now := wordsOf(&p.half), p.opt.Now()
	no := func(text, detail string) (ticket, *saml.Verdict) {
		v := words.refuse(text, detail)
		return ticket{}, &v
	}
	read := opened{keys: p.opt.Decryption}
	if detail := read.read(m.XML); detail != "" {
		return no(words.unreadable, detail)
	}
	if text, detail := read.encrypted(); text != "" {
		return no(text, detail)
	}
	if len(read.r.Assertions) == 0 {
		return no(words.unreadable, "there is no assertion to log anybody in with")
	}
	who, malformed := readIdentity(read.r, read.r.Assertions[0])
	i := slices.IndexFunc(open, func(q pending) bool { return q.id == who.inResponseTo })
	relayed := len(open) == 1 && m.HasRelayState && open[0].relay == m.RelayState
	switch {
	case malformed != "":
		v := malformedAttribute(malformed)
		return ticket{}, &v
	case who.assertionID == "":
		return no(words.unreadable, "the assertion has no ID, so its second use could not be told from its first")
	case who.inResponseTo == "" && relayed && legacy(&p.half):
		return no("The InResponseTo of the Response: null, does not match the ID of the AuthNRequest sent by the SP: "+open[0].id, "")
	case i >= 0 && m.RelayState != "" && open[i].relay != m.RelayState:
		return no(words.relay, "")
	}
	answered, stale := p.state.admit(who, browser, now)
	switch stale {
	case replayed:
		return no("The assertion "+who.assertionID+" was used before", "")
	case notAwaited:
		return no("The request "+who.inResponseTo+" does not await an answer", "")
	case full:
		return no("Too many assertions are remembered", "")
	}
	t := ticket{
		session: session{
			nameID: who.nameID, format: who.format, index: who.sessionIndex,
			login: now, ends: now.Add(sessionLife), stated: who.stated, began: "started at Flex", unmapped: who.unmapped,
		},
		challenge: answered.challenge, target: answered.target,
	}
	if !who.stated.IsZero() && who.stated.Before(t.session.ends) {
		t.session.ends = who.stated
	}
	if who.inResponseTo == "" || m.RelayState == "" {
		t.challenge, t.target = "", p.half.DefaultRedirectURL.Value
		t.session.began = "started at the identity provider"
	}
	switch {
	case who.inResponseTo != "" && m.RelayState == "":
		t.session.began = "taken for one that the identity provider started, because RelayState did not come back"
	case relayed && who.inResponseTo == "":
		t.session.began = "taken for one that the identity provider started, because there is no InResponseTo"
	}
	if t.target == "" {
		t.target = p.site.link
	}
	return t, nil
}

// misdirected answers a form posted to an address of Twilio that takes none. Where it
// carries a SAMLResponse that is a verdict: somebody typed another ACS URL.
func (p *SP) misdirected(w http.ResponseWriter, r *http.Request) {
	at := address{hostOf(r.Host), r.URL.EscapedPath()}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		p.notFound(w, at)
		return
	}
	body, ok := p.form(w, r)
	if !ok {
		return
	}
	if !carriesResponse(body) {
		p.notFound(w, at)
		return
	}
	text := "No response is taken at https://" + at.host + at.path + "; the ACS URL of these settings is " + p.half.ACSURL() + "."
	p.notify(saml.Verdict{Status: http.StatusNotFound, Text: text, Inferred: "What Twilio answers at an address that is not the account's ACS is not documented."})
	p.say(w, http.StatusNotFound, "Not the ACS of this account", text)
}

// carriesResponse tells whether a form has a parameter SAMLResponse with a value.
func carriesResponse(body string) bool {
	for part := range strings.SplitSeq(body, "&") {
		if value, ok := strings.CutPrefix(part, "SAMLResponse="); ok && value != "" {
			return true
		}
	}
	return false
}

func (p *SP) notify(v saml.Verdict) {
	if p.opt.Notify != nil {
		p.opt.Notify(v)
	}
}
