// Package capture reads what people have in hand of a login, in whatever form, into
// the exchanges that checks judge: XML, base64, a URL, a form, what a browser copies, a
// HAR file, a SAML-tracer export, HTTP, a mail, an archive, a log line. It judges nothing,
// and the decoded XML is byte for byte what was captured.
//
// Reading holds at most eight times the size of what is read, and 32 MiB. What is packed
// counts as it is unpacked, which is at most fifty times its size and 4 MiB.
package capture

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// Limits bound what reading may cost. Zero fields mean the default.
type Limits struct {
	Bytes  int // size of a capture; default 256 MiB
	Logins int // in one capture; default 10,000
}

func (l Limits) withDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = 256 << 20
	}
	if l.Logins <= 0 {
		l.Logins = 10_000
	}
	return l
}

// A Capture is what was read.
type Capture struct {
	Form    string           // what it was recognised as: "HAR file", "base64"
	Logins  []*saml.Exchange // in order; never empty
	Decoded []string         // what was recognised and decoded, step by step

	// Unreadable says of each file of an archive that is no capture what it is instead,
	// and of each envelope in a text why no response can be told in it.
	Unreadable []string
}

// maxDecoded bounds how many steps are told.
const maxDecoded = 200

// note tells one step.
func (c *Capture) note(format string, args ...any) {
	if len(c.Decoded) < maxDecoded {
		c.Decoded = append(c.Decoded, fmt.Sprintf(format, args...))
	}
}

// wanted ends errors about things that are no capture.
const wanted = "wanted is a SAML response as XML, base64, URL, form, curl command, HAR file, SAML-tracer export or log line"

// Read recognises a capture by its content and reads it. name is what messages are said
// to come from. The error says what the content looks like instead.
func Read(name string, data []byte, lim Limits) (*Capture, error) {
	lim = lim.withDefaults()
	if len(data) > lim.Bytes {
		return nil, fmt.Errorf("%d bytes are more than the %d that a capture may have", len(data), lim.Bytes)
	}
	c := &Capture{}
	r := &reader{c: c, lim: lim, room: 16<<20 + len(data)}
	var err error
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		err = r.readZIP(name, data)
	} else {
		if err = r.readAll(data); err != nil && len(c.Unreadable) > 0 {
			err = errors.New(c.Unreadable[0])
		}
	}
	if err != nil {
		return nil, err
	}
	c.named(name)
	return c, nil
}

// named names the logins that have no name, and says where their messages come from.
func (c *Capture) named(name string) {
	for i, x := range c.Logins {
		if x.Name == "" {
			x.Name = name
			if len(c.Logins) > 1 {
				x.Name = fmt.Sprintf("%s, login %d", name, i+1)
			}
		}
		for _, m := range []*saml.Message{x.Request, x.Response} {
			if m != nil {
				m.File = name
			}
		}
	}
}

// reader is one capture while it is read.
type reader struct {
	c    *Capture
	lim  Limits
	full bool // a login was left out
	room int  // octets of messages that may still be kept

	nested    int  // how many captures this one is inside of
	cleaned   bool // what pasting did to the text was undone
	assumed   bool // it was told that a scheme is assumed
	unsecured bool // what is read was sent without TLS
	// beside answers with a file that is kept beside the capture; nil where there is none.
	beside func(name string) (string, bool)
}

// readAll reads a file that is no archive.
func (r *reader) readAll(data []byte) error {
	data, err := r.unpack(data)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return errors.New("it is empty")
	}
	data = r.toUTF8(data)
	if what := binary(data); what != "" && !holdsMessage(data) {
		return fmt.Errorf("it looks like %s; %s", what, wanted)
	}
	return r.read(data)
}

// hold tells whether one more message may be kept. What was deflated is larger than the
// capture that it comes from, so that many messages might be too much together.
func (r *reader) hold(xml []byte) bool {
	if r.room -= len(xml); r.room >= 0 {
		return true
	}
	if r.room+len(xml) >= 0 {
		r.c.note("the messages grow to more than this capture may hold; the rest is left out")
	}
	return false
}

// read hands the text to the reader of its form.
func (r *reader) read(data []byte) error {
	text := bytes.TrimSpace(data)
	_, wide := fromUTF16(data)
	switch {
	case wide || looksLikeXML(text) && !isHTML(text):
		if isBurp(text) {
			return r.readBurp(text)
		}
		if !wide && r.readForeign(text) {
			return nil
		}
		return r.readXML(data)
	case looksLikeXML(text):
		return r.readHTML(text)
	case text[0] == '{' || text[0] == '[':
		return r.readJSON(text)
	}
	// A space at the end may have been a plus sign.
	return r.readText(strings.TrimLeft(strings.TrimRight(string(data), "\r\n\t"), " \r\n\t"))
}

// toUTF8 undoes what Windows programs save as "Unicode", but for XML that says itself
// that it is UTF-16 or has no byte order mark, which no such program leaves out.
func (r *reader) toUTF8(data []byte) []byte {
	if rest, found := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); found && !bytes.HasPrefix(bytes.TrimSpace(rest), []byte("<")) {
		return rest
	}
	text, ok := fromUTF16(data)
	if !ok {
		if text, ok = fromUTF16(marked(data)); !ok {
			return data
		}
		r.c.note("text saved as UTF-16 without a byte order mark, taken as UTF-8")
		return text
	}
	if data[0] == '<' || data[0] == 0 || bytes.Contains(bytes.ToLower(text[:min(200, len(text))]), []byte(`"utf-16"`)) {
		return data
	}
	r.c.note("text saved as UTF-16, taken as UTF-8")
	return text
}

// login adds one exchange.
func (r *reader) login(x *saml.Exchange) {
	if len(r.c.Logins) < r.lim.Logins {
		r.c.Logins = append(r.c.Logins, x)
	} else if !r.full {
		r.full = true
		r.c.note("there are more than %d logins; the rest is left out", r.lim.Logins)
	}
}

// readXML takes a document as it stands; white space around it, which came in by
// copying, is left out.
func (r *reader) readXML(data []byte) error {
	xml := data
	if _, wide := fromUTF16(data); !wide && !bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		xml = bytes.TrimSpace(data)
	}
	root := sniff(xml)
	if err := root.refuseMessage(xml); err != nil {
		return err
	}
	r.c.Form = "XML"
	r.c.note("XML: %s, %d bytes", root.what(), len(xml))
	if len(xml) < len(data) {
		r.c.note("white space around the document left out")
	}
	return r.messages([]*saml.Message{{XML: xml}})
}

// readForeign reads a document that is no message but quotes one: escaped or as base64,
// as logs and exports do in XML. It answers false where there is none.
func (r *reader) readForeign(text []byte) bool {
	root := sniff(text)
	if strings.HasPrefix(root.space, "urn:oasis:names:tc:SAML:") || holdsMessage(withoutCDATA(text)) {
		return false
	}
	found := r.find(string(text))
	if len(found) == 0 {
		return false
	}
	r.c.Form = "text with a message in it"
	if root.local != "" {
		r.c.Form = "XML with a message in it"
		r.c.note("XML of another kind: its root is %s", show(root.local))
	}
	return r.messages(found) == nil
}

// withoutCDATA is a document without its CDATA sections: what stands in one is text.
func withoutCDATA(xml []byte) []byte {
	const open, end = "<![CDATA[", "]]>"
	var out []byte
	for {
		before, after, found := bytes.Cut(xml, []byte(open))
		if !found && out == nil {
			return xml
		}
		out = append(out, before...)
		if _, xml, _ = bytes.Cut(after, []byte(end)); !found {
			return out
		}
	}
}

// messages makes exchanges of messages in the order in which they were found: a
// response belongs to the request before it unless it says that it answers another.
func (r *reader) messages(found []*saml.Message) error {
	g := grouper{r: r}
	for _, m := range found {
		g.add(m)
	}
	g.end()
	if len(r.c.Logins) == 0 {
		return errors.New("there is no SAML message in it; " + wanted)
	}
	return nil
}

// grouper parts a sequence of messages into logins.
type grouper struct {
	r   *reader
	cur *saml.Exchange
	id  string // of the request of cur
}

func (g *grouper) add(m *saml.Message) {
	root := sniff(m.XML)
	if root.encloses() {
		root = g.r.takeOff(m, root)
	}
	answers := root.attr("InResponseTo")
	next := alone(m, root)
	if next.Request == nil && g.cur != nil && g.cur.Response == nil && (g.id == "" || answers == "" || answers == g.id) {
		g.cur.Response = m
		return
	}
	g.end()
	g.cur = next
	if next.Request != nil {
		g.id = root.attr("ID")
	}
}

// alone is the exchange of which nothing but one message is known. A request by itself
// was handed over to be judged; it does not say that the login stopped there.
func alone(m *saml.Message, root root) *saml.Exchange {
	switch {
	case root.isRequest() || root.local == "" && m.Param == "SAMLRequest":
		return &saml.Exchange{Request: m, Flow: saml.FlowSP}
	case root.attr("InResponseTo") != "":
		return &saml.Exchange{Response: m, Flow: saml.FlowSP}
	case strings.HasSuffix(root.local, "Response"):
		return &saml.Exchange{Response: m, Flow: saml.FlowIDP}
	}
	return &saml.Exchange{Response: m}
}

// end closes the login at hand.
func (g *grouper) end() {
	if g.cur == nil {
		return
	}
	g.r.login(g.cur)
	g.cur, g.id = nil, ""
}
