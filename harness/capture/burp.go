package capture

import (
	"bytes"
	"encoding/xml"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// A burpItem is a request with its answer as Burp Suite saves items in XML.
type burpItem struct {
	URL      string   `xml:"url"`
	Request  burpText `xml:"request"`
	Response burpText `xml:"response"`
}

type burpText struct {
	Base64 bool   `xml:"base64,attr"`
	Text   string `xml:",chardata"`
}

// plain is the request or the answer as it went over the wire.
func (t burpText) plain() string {
	if !t.Base64 {
		return t.Text
	}
	data, _, err := saml.DecodeBase64(strings.TrimSpace(t.Text))
	if err != nil {
		return ""
	}
	return string(data)
}

// isBurp tells whether a document is what Burp Suite saves items in.
func isBurp(text []byte) bool {
	head := text[:min(len(text), 4096)]
	return bytes.Contains(head, []byte("<items")) && bytes.Contains(head, []byte("burpVersion"))
}

// readBurp reads items that Burp Suite saved, one by one.
func (r *reader) readBurp(text []byte) error {
	w := r.newWeb("Burp items")
	r.c.Form = w.form
	const begin, end = "<item>", "</item>"
	for n := 0; n < maxHTTP; n++ {
		_, after, found := bytes.Cut(text, []byte(begin))
		to := bytes.Index(after, []byte(end))
		if !found || to < 0 {
			break
		}
		text = after[to+len(end):]
		var item burpItem
		if err := xml.Unmarshal(append(append([]byte(begin), after[:to]...), end...), &item); err != nil {
			r.c.note("item %d is damaged (%s)", n+1, show(err.Error()))
			continue
		}
		if e := r.burpEntry(item); e != nil {
			w.add(e)
		}
	}
	return w.end()
}

func (r *reader) burpEntry(item burpItem) *entry {
	request := readHTTPText(item.Request.plain())
	method, _ := requestLine(request.first)
	if method == "" {
		return nil
	}
	request.first = method + " " + strings.TrimSpace(item.URL) + " HTTP/1.1"
	e := r.httpEntry(request)
	if e == nil {
		return nil
	}
	answer := readHTTPText(item.Response.plain())
	if status, ok := statusLine(answer.first); ok {
		e.answeredBy(status, answer)
	}
	return e
}
