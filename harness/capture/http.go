package capture

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httputil"
	"strconv"
	"strings"
)

// An httpText is a request or an answer of HTTP/1.1 as it stands in a text.
type httpText struct {
	first   string // its first line
	headers headers
	body    string
}

// maxHTTP bounds how many requests and answers of a text are read.
const maxHTTP = 20_000

// readHTTP reads requests and answers as they went over the wire, as proxies and network
// analysers show them. It answers false where there are none, or none with a message.
func (r *reader) readHTTP(text string) (done bool, err error) {
	if !strings.Contains(text, " HTTP/") || !hasName(text) {
		return false, nil
	}
	list := r.httpEntries(text)
	if len(list) == 0 {
		return false, nil
	}
	w := r.newWeb("HTTP request")
	if len(list) > 1 {
		w.form = "HTTP requests"
	}
	return r.readEntries(w, list)
}

// readEntries reads requests one after the other. It answers false where none of them
// has to do with a message.
func (r *reader) readEntries(w *web, list []*entry) (done bool, err error) {
	for _, e := range list {
		m, _, err := e.message()
		done = done || m != nil || err != nil || len(e.offered()) > 0
	}
	if !done {
		return false, nil
	}
	r.c.Form = w.form
	for _, e := range list {
		w.add(e)
	}
	return true, w.end()
}

// httpEntries pairs the requests of a text with the answers that follow them.
func (r *reader) httpEntries(text string) (list []*entry) {
	for _, m := range httpTexts(text) {
		if status, ok := statusLine(m.first); ok {
			if len(list) > 0 && list[len(list)-1].silent {
				list[len(list)-1].answeredBy(status, m)
			}
		} else if e := r.httpEntry(m); e != nil {
			list = append(list, e)
		}
	}
	return list
}

// httpEntry is a request without the answer to it; nil where it is not known to whom it
// went.
func (r *reader) httpEntry(m httpText) *entry {
	method, target := requestLine(m.first)
	e := &entry{method: method, url: target, silent: true}
	e.request(m.headers)
	e.body = strings.Trim(m.content(), "\r\n \t")
	if !strings.HasPrefix(target, "/") {
		return e
	}
	host := m.headers.value("Host")
	if host == "" {
		host = m.headers.value(":authority")
	}
	if host == "" {
		return nil
	}
	scheme := "https://"
	if r.unsecured || m.headers.value("Origin") == "http://"+host || strings.HasSuffix(host, ":80") {
		scheme = "http://"
	} else if !r.assumed {
		r.assumed = true
		r.c.note("the request line names no scheme: https is assumed")
	}
	e.url = scheme + host + target
	return e
}

// answeredBy takes the answer to a request.
func (e *entry) answeredBy(status int, m httpText) {
	e.silent = false
	e.status = status
	e.response(m.headers)
	e.keepAnswer(m.content(), "")
}

// httpTexts finds requests and answers by their first lines.
func httpTexts(text string) (list []httpText) {
	var starts []int
	for at := 0; at < len(text) && len(starts) < maxHTTP; {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text) - at
		}
		line := strings.TrimRight(text[at:at+end], "\r")
		if method, _ := requestLine(line); method != "" {
			starts = append(starts, at)
		} else if _, ok := statusLine(line); ok {
			starts = append(starts, at)
		}
		at += end + 1
	}
	for i, from := range starts {
		to := len(text)
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		list = append(list, readHTTPText(text[from:to]))
	}
	return list
}

// methods are those that a browser uses.
var methods = [...]string{"GET ", "POST ", "PUT ", "HEAD ", "OPTIONS ", "DELETE ", "PATCH "}

// requestLine parts a request line; the method is "" where it is none.
func requestLine(line string) (method, target string) {
	rest, version, found := cutLast(line, " HTTP/")
	if !found || version == "" || version[0] < '0' || version[0] > '9' {
		return "", ""
	}
	for _, m := range methods {
		if target, found := strings.CutPrefix(rest, m); found && !strings.ContainsAny(target, " \t") && (strings.HasPrefix(target, "/") || isURL(target)) {
			return strings.TrimSpace(m), target
		}
	}
	return "", ""
}

// statusLine reads the status out of the first line of an answer.
func statusLine(line string) (status int, ok bool) {
	rest, found := strings.CutPrefix(line, "HTTP/")
	if !found {
		return 0, false
	}
	version, rest, _ := strings.Cut(rest, " ")
	if len(version) == 0 || len(version) > 3 || len(rest) < 3 {
		return 0, false
	}
	status, err := strconv.Atoi(rest[:3])
	return status, err == nil && status >= 100 && status < 600
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// readHTTPText parts a request or an answer into its first line, headers and body.
func readHTTPText(text string) httpText {
	line, rest, _ := strings.Cut(text, "\n")
	m := httpText{first: strings.TrimRight(line, "\r")}
	for rest != "" && len(m.headers) < 200 {
		line, after, _ := strings.Cut(rest, "\n")
		line = strings.TrimRight(line, "\r")
		if strings.TrimSpace(line) == "" {
			rest = after
			break
		}
		name, value, found := strings.Cut(strings.TrimPrefix(line, ":"), ":")
		if !found || strings.ContainsAny(name, " \t=&") {
			break // the empty line got lost
		}
		if strings.HasPrefix(line, ":") {
			name = ":" + name
		}
		m.headers = append(m.headers, [2]string{name, strings.TrimSpace(value)})
		rest = after
	}
	m.body = rest
	return m
}

// content is the body without the chunks and the compression in which it travelled, as
// far as it is looked at.
func (m httpText) content() string {
	body := m.body
	if n, err := strconv.Atoi(m.headers.value("Content-Length")); err == nil && n >= 0 && n < len(body) && strings.TrimSpace(body[n:]) != "" {
		body = body[:n]
	}
	if strings.EqualFold(m.headers.value("Transfer-Encoding"), "chunked") {
		if data, err := io.ReadAll(httputil.NewChunkedReader(strings.NewReader(body))); len(data) > 0 && err == nil {
			body = string(data)
		}
	}
	if strings.EqualFold(m.headers.value("Content-Encoding"), "gzip") {
		if z, err := gzip.NewReader(strings.NewReader(body)); err == nil {
			var b bytes.Buffer
			if _, err := io.Copy(&b, io.LimitReader(z, mostAnswer)); err == nil || b.Len() > 0 {
				body = b.String()
			}
		}
	}
	return body
}
