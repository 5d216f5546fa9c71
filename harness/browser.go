package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// A browser carries one login: it follows redirects, keeps cookies, submits the
// forms that pages submit by themselves, and fills in the login page. It writes down
// every step and every SAML message that passes through it.
type browser struct {
	transport http.RoundTripper
	now       func() time.Time
	user      string // what it types into a login page
	scripts   bool   // it goes on where a page does so by script, as far as that can be read off

	cookies jar
	steps   []saml.Step

	request, response *saml.Message   // the first of each kind
	messages          []*saml.Message // all of them, in order
	responseAt        time.Time

	// Where it ended.
	last        page
	status      int
	at          *url.URL
	unreachable string // the URL that nothing answered at
}

const (
	mostHops  = 25
	mostBytes = 4 << 20 // of one page
)

// errUnreachable is what a transport answers for a host that leads nowhere.
var errUnreachable = errors.New("no console of these settings answers there")

// hop is one request to make.
type hop struct {
	method    string
	url       *url.URL
	body      string
	initiator *url.URL
	referer   string
}

// open walks from an address as far as it leads. The error tells that the walk
// itself could not be made; where the login ended is in the browser.
func (b *browser) open(ctx context.Context, address string) error {
	start, err := url.Parse(address)
	if err != nil || !start.IsAbs() || start.Host == "" {
		b.unreachable = address
		b.steps = append(b.steps, saml.Step{At: b.now(), Method: http.MethodGet, URL: address, Note: "this is no address that a browser can open"})
		return nil
	}
	return b.walk(ctx, &hop{method: http.MethodGet, url: start})
}

// walk goes on from a request as far as it leads.
func (b *browser) walk(ctx context.Context, next *hop) (err error) {
	for n := 0; next != nil; n++ {
		if n == mostHops {
			b.steps = append(b.steps, saml.Step{At: b.now(), Method: next.method, URL: next.url.String(), Note: fmt.Sprintf("given up: more than %d pages, one leading to the next", mostHops)})
			return nil
		}
		if next, err = b.step(ctx, next); err != nil {
			return err
		}
	}
	return nil
}

func (b *browser) step(ctx context.Context, h *hop) (*hop, error) {
	now := b.now()
	b.at = h.url
	note := b.see(h, now)
	cookies, notes, grace := b.cookies.pick(navigation{h.url, h.initiator, h.method}, now)
	if note != "" {
		notes = append([]string{note}, notes...)
	}
	request, err := http.NewRequestWithContext(ctx, h.method, h.url.String(), strings.NewReader(h.body))
	if err != nil {
		b.fail(h, now, append(notes, err.Error()))
		return nil, nil
	}
	for _, c := range cookies {
		request.AddCookie(c)
	}
	request.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	request.Header.Set("User-Agent", "samlproof")
	if h.referer != "" {
		request.Header.Set("Referer", h.referer)
	}
	if h.method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if h.initiator != nil {
			request.Header.Set("Origin", h.initiator.Scheme+"://"+h.initiator.Host)
		}
	}
	response, err := b.transport.RoundTrip(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		why := err.Error()
		if errors.Is(err, errUnreachable) {
			why = errUnreachable.Error()
		}
		b.fail(h, now, append(notes, why))
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, mostBytes))
	response.Body.Close()
	if err != nil {
		b.fail(h, now, append(notes, "the answer broke off: "+err.Error()))
		return nil, nil
	}
	notes = append(notes, b.cookies.store(h.url, response.Header, now)...)
	location := response.Header.Get("Location")
	b.steps = append(b.steps, saml.Step{
		At: now, Method: h.method, URL: h.url.String(), Status: response.StatusCode, Location: location,
		Note: strings.Join(notes, "; "), Warning: grace,
	})
	b.status, b.last, b.unreachable = response.StatusCode, page{}, ""
	if response.StatusCode >= 300 && response.StatusCode < 400 && location != "" {
		return b.redirect(h, response.StatusCode, location), nil
	}
	if kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); kind == "text/html" || kind == "application/xhtml+xml" {
		b.last = readPage(body)
		policy := response.Header.Get("Referrer-Policy")
		if next := b.submit(h.url, policy); next != nil || b.unreachable != "" {
			return next, nil
		}
		if b.last.refresh == "" {
			b.last.refresh = refreshTarget(response.Header.Get("Refresh"))
		}
		return b.goOn(h.url, policy), nil
	}
	b.last.text = string(body[:min(len(body), mostText)])
	return nil, nil
}

// goOn is the request that a page makes by itself without a SAML message: by a refresh, or
// by its scripts where the browser is one that follows them. A page to log in at stays.
func (b *browser) goOn(from *url.URL, policy string) *hop {
	if asksForLogin(&b.last) {
		return nil
	}
	to, how := (*url.URL)(nil), "the page goes on by a refresh"
	if b.last.refresh != "" {
		if to, _ = from.Parse(b.last.refresh); to == nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" {
			b.unreachable = b.last.refresh
			return nil
		}
	}
	if to == nil && b.scripts {
		if f := b.last.selfPosting(); f != nil {
			b.note("the page submits a form by script")
			return b.post(f, nil, from, policy)
		}
		to, how = b.last.onward(from), "the page goes on by script"
	}
	if to == nil {
		return nil
	}
	b.note(how)
	return &hop{method: http.MethodGet, url: to, initiator: from, referer: referer(from, to, policy)}
}

// note adds to what is said of the last step.
func (b *browser) note(text string) {
	last := &b.steps[len(b.steps)-1]
	last.Note = strings.TrimPrefix(last.Note+"; "+text, "; ")
}

// fail writes down a step that nothing answered.
func (b *browser) fail(h *hop, now time.Time, notes []string) {
	b.unreachable = h.url.String()
	b.status = 0
	b.steps = append(b.steps, saml.Step{At: now, Method: h.method, URL: h.url.String(), Note: strings.Join(notes, "; ")})
}

// redirect is the next request after a redirect: POST becomes GET but for 307 and 308
// (Fetch 4.4). The initiator stays that of the navigation.
func (b *browser) redirect(h *hop, status int, location string) *hop {
	to, err := h.url.Parse(location)
	if err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" {
		b.unreachable = location
		return nil
	}
	next := &hop{method: http.MethodGet, url: to, initiator: h.initiator, referer: h.referer}
	if status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect {
		next.method, next.body = h.method, h.body
	}
	return next
}

// submit is the request that the page at hand makes by itself, or that the user makes
// on a login page; nil where the page is the end.
func (b *browser) submit(from *url.URL, policy string) *hop {
	f, fill := b.last.message(), map[string]string(nil)
	if f == nil && b.status == http.StatusOK && b.user != "" {
		if f = b.last.login(); f != nil {
			fill = map[string]string{userField: b.user}
		}
	}
	if f == nil {
		return nil
	}
	if fill != nil {
		b.user = "" // asked twice, a user gives up
	}
	return b.post(f, fill, from, policy)
}

// post is the request that a form makes, with some of its fields filled in.
func (b *browser) post(f *form, fill map[string]string, from *url.URL, policy string) *hop {
	to, err := from.Parse(f.action)
	if err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" {
		b.unreachable = f.action
		return nil
	}
	next := &hop{method: f.method, url: to, initiator: from, referer: referer(from, to, policy)}
	if f.method == http.MethodPost {
		next.body = f.values(fill)
	} else {
		next.url.RawQuery = f.values(fill)
	}
	return next
}

// referer is what the Referer header says under a page's policy; the default is
// strict-origin-when-cross-origin (Referrer Policy 8).
func referer(from, to *url.URL, policy string) string {
	origin := from.Scheme + "://" + from.Host + "/"
	full := *from
	full.User, full.Fragment = nil, ""
	sameOrigin := from.Scheme == to.Scheme && from.Host == to.Host
	downgrade := from.Scheme == "https" && to.Scheme != "https"
	switch strings.TrimSpace(policy) {
	case "no-referrer":
		return ""
	case "unsafe-url":
		return full.String()
	case "origin":
		return origin
	case "same-origin":
		if !sameOrigin {
			return ""
		}
		return full.String()
	case "no-referrer-when-downgrade":
		if downgrade {
			return ""
		}
		return full.String()
	}
	switch {
	case downgrade:
		return ""
	case sameOrigin:
		return full.String()
	}
	return origin
}

// bareURL is a URL without the message that HTTP-Redirect adds to it.
func bareURL(address string) string {
	base, query, has := strings.Cut(address, "?")
	if !has {
		return address
	}
	if query = withoutMessage(query); query == "" {
		return base
	}
	return base + "?" + query
}

// withoutMessage is a raw query without the parameters of the HTTP-Redirect binding,
// the rest as it was.
func withoutMessage(query string) string {
	var rest []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		switch name {
		case "SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding":
		default:
			if part != "" {
				rest = append(rest, part)
			}
		}
	}
	return strings.Join(rest, "&")
}
