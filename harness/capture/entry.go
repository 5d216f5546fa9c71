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
	number      int // from 1, in its file
	at          time.Time
	sorted      time.Time // the time by which it is put in order
	told        bool      // it names a message's parameter
	method, url string
	body        string // of the request, as sent
	contentType string // of the request
	status      int    // 0 where nothing answered
	failure     string // why nothing answered
	silent      bool   // what answered was not recorded
	bodiless    bool   // the body was not recorded
	length      string // of the body, as its header says
	location    string
	mime        string // of the answer
	answer      string // the answer's text, as far as it was kept
	date        time.Time
	cache       string
	basic       bool     // the answer asks for a user name and password
	sent        []string // names of cookies
	set         []saml.Cookie
	veiled      bool   // what cookies were set with is masked
	file        string // that the body is read from, elsewhere
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
	if kind := h.value("Content-Type"); kind != "" {
		e.contentType = kind
	}
	if e.kind == "" {
		e.kind = fetched[strings.ToLower(h.value("Sec-Fetch-Dest"))]
	}
	if n := h.value("Content-Length"); n != "" {
		e.length = n
	}
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

// fetched says for what browsers load something (Fetch 2.2.6, the values of
// Sec-Fetch-Dest), in the terms of a HAR file.
var fetched = map[string]string{
	"document": "document", "iframe": "iframe", "frame": "iframe", "image": "image", "script": "script", "style": "stylesheet", "font": "font", "empty": "fetch",
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
			if strings.Contains(line, "{hash:") || strings.Contains(line, "{obf:") {
				e.veiled = true
			} else if c, ok := readCookie(line); ok && len(e.set) < mostCookies {
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

// hidden tells whether a form was posted that was not recorded.
func (e *entry) hidden() bool {
	form := strings.HasPrefix(strings.ToLower(e.contentType), "application/x-www-form-urlencoded")
	return e.bodiless && (form && e.kind == "" || (form || e.contentType == "") && e.page())
}

// step is the entry as an exchange keeps it, without the message in its URLs.
func (e *entry) step() saml.Step {
	return saml.Step{
		At: e.at, Method: e.method, URL: bare(e.url), Status: e.status, Location: bare(e.location), Note: e.failure, Unrecorded: e.silent,
		Date: e.date, ContentType: e.contentType, CacheControl: e.cache, Sent: e.sent, Set: e.set,
	}
}

// bare is a URL without the messages that stand in its query, cut where it is very long.
func bare(address string) string {
	if base, query, found := strings.Cut(address, "?"); found && strings.Contains(query, "SAML") {
		sep := "?"
		for part := range strings.SplitSeq(withoutMessage(query), "&") {
			if part == "" {
				continue
			}
			// An address to go on to may carry a message itself.
			if name, value, _ := strings.Cut(part, "="); strings.Contains(value, "SAMLRe") {
				part = name + "=" + value[:strings.Index(value, "SAMLRe")] + "…"
			}
			base += sep + part
			sep = "&"
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
	var m *saml.Message
	var steps []string
	var err error
	parameters := ""
	if body := e.form(); hasMarker(body) && e.method != http.MethodGet {
		parameters = body
		if m, steps, err = bodyMessage(body); err == nil {
			m.URL = e.url
		}
	} else if query, found := queryOf(e.url); found && hasMarker(query) {
		parameters = query
		m, steps, err = urlMessage(e.url)
	}
	if err != nil {
		if r := e.recorded(); r != nil {
			m, steps, err = r, []string{"the message as the recorder decoded it; its encoded form is masked"}, nil
			m.RelayState, m.HasRelayState = parameter(parameters, func(name string) bool { return name == "RelayState" })
		} else if value, _ := parameter(parameters, isMessage); isMasked(value) {
			err = maskedBy(value)
		}
	}
	if m != nil && isMasked(m.RelayState) {
		m.RelayState, m.HasRelayState, m.NoRelayState = "", false, "RelayState is masked in the capture"
	}
	return m, steps, err
}

// parameter is the value of the first parameter whose name is wanted.
func parameter(parameters string, wanted func(name string) bool) (string, bool) {
	for part := range strings.SplitSeq(parameters, "&") {
		name, value, _ := strings.Cut(part, "=")
		if !wanted(name) {
			continue
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		return value, true
	}
	return "", false
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
	if encoding == "base64" || encoding == "" && looksLikeBase64(text) { // Edge left encoding out
		if data, _, err := saml.DecodeBase64(text[:min(len(text), 2*mostAnswer)/4*4]); err == nil {
			text = string(data)
		}
	}
	e.answer = string(bytes.ToValidUTF8([]byte(text[:min(len(text), mostAnswer)]), nil))
}

// looksLikeBase64 tells whether text of an answer is base64 of a page or of JSON.
func looksLikeBase64(text string) bool {
	head := text[:min(len(text), 64)/4*4]
	if len(head) < 16 || !isBase64(head) {
		return false
	}
	data, _, err := saml.DecodeBase64(head)
	return err == nil && (looksLikeXML(data) || bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")))
}
