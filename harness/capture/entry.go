package capture

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// An entry is one request of a browser with the answer to it, out of a HAR file or a
// SAML-tracer export.
type entry struct {
	at          time.Time
	method, url string
	body        string // of the request, as sent
	contentType string // of the request
	status      int    // 0 where nothing answered
	failure     string // why nothing answered
	location    string
	mime        string // of the answer
	answer      string // the answer's text, as far as it was kept
	date        time.Time
	cache       string
	basic       bool     // the answer asks for a user name and password
	sent        []string // names of cookies
	set         []saml.Cookie
	decoded     string // the message as the recorder decoded it
	kind        string // what the browser loaded it as; "" where not known
}

// Bounds on what is kept of an entry.
const (
	mostAnswer  = 256 << 10
	mostCookies = 200
	mostURL     = 2048
)

// request takes what the headers of the request tell.
func (e *entry) request(h headers) {
	e.contentType = h.value("Content-Type")
	for _, kv := range h {
		if !strings.EqualFold(kv[0], "Cookie") {
			continue
		}
		for part := range strings.SplitSeq(kv[1], ";") {
			name, _, _ := strings.Cut(strings.TrimSpace(part), "=")
			if name != "" && len(e.sent) < mostCookies {
				e.sent = append(e.sent, name)
			}
		}
	}
}

// response takes what the headers of the answer tell.
func (e *entry) response(h headers) {
	e.location, e.cache = h.value("Location"), h.value("Cache-Control")
	e.date, _ = http.ParseTime(h.value("Date"))
	if kind := h.value("Content-Type"); kind != "" {
		e.mime = kind
	}
	e.basic = strings.HasPrefix(strings.ToLower(h.value("WWW-Authenticate")), "basic")
	for _, kv := range h {
		if !strings.EqualFold(kv[0], "Set-Cookie") {
			continue
		}
		for line := range strings.SplitSeq(kv[1], "\n") { // Chrome joins several
			if c, ok := readCookie(line); ok && len(e.set) < mostCookies {
				e.set = append(e.set, c)
			}
		}
	}
}

// page tells whether the entry is a step that a user would see, or that leads to one:
// a document or a redirect, no image, script or style sheet.
func (e *entry) page() bool {
	switch e.kind {
	case "document", "subdocument", "main_frame", "sub_frame", "navigate", "iframe":
		return true
	case "":
	default:
		return false
	}
	if e.status >= 300 && e.status < 400 && e.location != "" {
		return true
	}
	kind, _, _ := mime.ParseMediaType(e.mime)
	return kind == "text/html" || kind == "application/xhtml+xml" || e.status == 0 && e.failure != ""
}

// step is the entry as an exchange keeps it, without the message in its URLs.
func (e *entry) step() saml.Step {
	return saml.Step{
		At: e.at, Method: e.method, URL: bare(e.url), Status: e.status, Location: bare(e.location), Note: e.failure,
		Date: e.date, ContentType: e.contentType, CacheControl: e.cache, Sent: e.sent, Set: e.set,
	}
}

// bare is a URL without the parameters of HTTP-Redirect, cut where it is very long.
func bare(address string) string {
	if base, query, found := strings.Cut(address, "?"); found && strings.Contains(query, "SAML") {
		if rest := withoutMessage(query); rest != "" {
			base += "?" + rest
		}
		address = base
	}
	if len(address) > mostURL {
		return strings.ToValidUTF8(address[:mostURL], "") + "…"
	}
	return address
}

// message is the message that the request carries; nil where it carries none.
func (e *entry) message() (*saml.Message, []string, error) {
	if body := e.form(); hasMarker(body) && e.method != http.MethodGet {
		m, steps, err := bodyMessage(body)
		if err != nil {
			if m := e.recorded(); m != nil {
				return m, []string{"the message as the recorder decoded it; its encoded form is masked"}, nil
			}
			return nil, nil, err
		}
		m.URL = e.url
		return m, steps, nil
	}
	if query, found := queryOf(e.url); found && hasMarker(query) {
		m, steps, err := urlMessage(e.url)
		if err != nil {
			if m := e.recorded(); m != nil {
				return m, []string{"the message as the recorder decoded it"}, nil
			}
		}
		return m, steps, err
	}
	return nil, nil, nil
}

// recorded is the message as the recorder decoded it; nil where it did not.
func (e *entry) recorded() *saml.Message {
	if !looksLikeXML([]byte(e.decoded)) {
		return nil
	}
	m := &saml.Message{XML: []byte(e.decoded), URL: bare(e.url), Binding: saml.BindingPOST}
	if e.method == http.MethodGet {
		m.Binding = saml.BindingRedirect
	}
	return m
}

func queryOf(address string) (string, bool) {
	address, _, _ = strings.Cut(address, "#")
	_, query, found := strings.Cut(address, "?")
	return query, found
}

// form is the request's body as application/x-www-form-urlencoded, also where it is
// multipart/form-data.
func (e *entry) form() string {
	kind, params, err := mime.ParseMediaType(e.contentType)
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return e.body
	}
	in := multipart.NewReader(strings.NewReader(e.body), params["boundary"])
	var parts []string
	for len(parts) < 100 {
		p, err := in.NextRawPart()
		if err != nil {
			break
		}
		value, err := io.ReadAll(p)
		if err != nil {
			break
		}
		parts = append(parts, url.QueryEscape(p.FormName())+"="+url.QueryEscape(string(value)))
	}
	return strings.Join(parts, "&")
}

// offered are the messages that the answer asks the browser to carry: in the forms of
// a page, or in the address of a redirect.
func (e *entry) offered() []*saml.Message {
	var list []*saml.Message
	if e.status >= 300 && e.status < 400 && hasMarker(e.location) {
		if to := e.resolve(e.location); to != "" {
			if m, _, err := urlMessage(to); err == nil {
				list = append(list, m)
			}
		}
	}
	if !strings.Contains(e.answer, "SAMLRe") || !strings.Contains(e.mime, "html") {
		return list
	}
	for _, f := range readForms([]byte(e.answer)) {
		if m, _, err := f.message(); err == nil && m != nil {
			m.URL = e.resolve(m.URL)
			list = append(list, m)
		}
	}
	return list
}

// resolve is an address as the page at hand means it.
func (e *entry) resolve(ref string) string {
	base, err := url.Parse(e.url)
	if err != nil {
		return ref
	}
	to, err := base.Parse(ref)
	if err != nil {
		return ref
	}
	return to.String()
}

// keepAnswer takes as much of the answer's text as is looked at.
func (e *entry) keepAnswer(text, encoding string) {
	kind, _, _ := mime.ParseMediaType(e.mime)
	if !strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "json") && !strings.Contains(kind, "xml") && kind != "" {
		return
	}
	if encoding == "base64" {
		if data, _, err := saml.DecodeBase64(text[:min(len(text), 2*mostAnswer)/4*4]); err == nil {
			text = string(data)
		}
	}
	e.answer = string(bytes.ToValidUTF8([]byte(text[:min(len(text), mostAnswer)]), nil))
}
