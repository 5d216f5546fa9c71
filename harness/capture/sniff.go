package capture

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/samlproof/samlproof/harness/saml"
)

// A root is what the start tag of a document's root says, found without reading the
// document, which may be malformed.
type root struct {
	local, space string
	attrs        [][2]string
}

// maxTag bounds how much of a document is looked at for its root's start tag.
const maxTag = 64 << 10

// sniff finds the root's start tag; the zero root where there is none.
func sniff(xml []byte) root {
	s := xml[:min(len(xml), maxTag)]
	s = bytes.TrimPrefix(s, []byte("\xef\xbb\xbf"))
	for {
		s = bytes.TrimLeft(s, " \t\r\n")
		end := ""
		switch {
		case bytes.HasPrefix(s, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(s, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(s, []byte("<!")):
			return root{}
		}
		if end == "" {
			break
		}
		i := bytes.Index(s, []byte(end))
		if i < 0 {
			return root{}
		}
		s = s[i+len(end):]
	}
	if len(s) < 2 || s[0] != '<' {
		return root{}
	}
	return startTag(string(s[1:]))
}

// startTag reads a start tag from behind its <.
func startTag(s string) root {
	n := strings.IndexAny(s, " \t\r\n/>")
	if n <= 0 {
		return root{}
	}
	var r root
	name := s[:n]
	prefix, local, found := strings.Cut(name, ":")
	if !found {
		prefix, local = "", name
	}
	r.local = local
	for s = s[n:]; ; {
		s = strings.TrimLeft(s, " \t\r\n")
		eq := strings.IndexAny(s, "=>")
		if eq < 0 || s[eq] == '>' {
			break
		}
		key := strings.TrimRight(s[:eq], " \t\r\n")
		s = strings.TrimLeft(s[eq+1:], " \t\r\n")
		if s == "" || s[0] != '"' && s[0] != '\'' {
			break
		}
		end := strings.IndexByte(s[1:], s[0])
		if end < 0 {
			break
		}
		value := html.UnescapeString(s[1 : 1+end])
		s = s[end+2:]
		if key == "xmlns:"+prefix && prefix != "" || key == "xmlns" && prefix == "" {
			r.space = value
		}
		if len(r.attrs) < 64 {
			r.attrs = append(r.attrs, [2]string{key, value})
		}
	}
	return r
}

// attr is an attribute without prefix.
func (r root) attr(name string) string {
	for _, a := range r.attrs {
		if a[0] == name {
			return a[1]
		}
	}
	return ""
}

const (
	protocol20  = "urn:oasis:names:tc:SAML:2.0:protocol"
	assertion20 = "urn:oasis:names:tc:SAML:2.0:assertion"
	metadata20  = "urn:oasis:names:tc:SAML:2.0:metadata"
)

// isRequest tells whether it is a request of SAML 2.0.
func (r root) isRequest() bool {
	return r.space == protocol20 && (strings.HasSuffix(r.local, "Request") || strings.HasSuffix(r.local, "Query"))
}

// encloses tells whether a document is one that a response may be inside of.
func (r root) encloses() bool {
	return r.local == "ArtifactResponse" && r.space == protocol20 || r.local == "Envelope" && r.space == saml.NSSOAP
}

// what names the document.
func (r root) what() string {
	switch {
	case r.local == "":
		return "a document whose root cannot be told"
	case r.space == protocol20, r.space == assertion20:
		return r.local
	case r.encloses():
		return "a SOAP envelope"
	}
	return fmt.Sprintf("%s of namespace %s", show(r.local), show(r.space))
}

// refuse says of documents that are something well known and no SAML 2.0 message what
// they are; nil for everything that may be a message, however damaged.
func (r root) refuse() error {
	what := ""
	switch {
	case strings.HasPrefix(r.space, "urn:oasis:names:tc:SAML:1.0:"):
		what = "a message of SAML 1.1 (" + show(r.local) + "), not of SAML 2.0"
	case r.space == metadata20:
		what = "SAML metadata (" + show(r.local) + "), not a message"
	case r.local == "Envelope" && (strings.HasPrefix(r.space, "http://schemas.xmlsoap.org/") || strings.HasPrefix(r.space, "http://www.w3.org/2003/05/soap")):
		what = "a SOAP envelope, not a message of the browser"
	case strings.HasPrefix(r.local, "RequestSecurityTokenResponse"):
		what = "an answer of WS-Federation or WS-Trust, not a SAML 2.0 response"
	case r.space == "http://soap.sforce.com/2006/04/metadata":
		what = "Salesforce metadata (" + show(r.local) + "), not a message"
	case r.local == "svg" || r.space == "http://www.w3.org/2000/svg":
		what = "an SVG image"
	default:
		return nil
	}
	return errors.New("it is " + what)
}

// refuseMessage is refuse for a document that was handed over as the message. What
// carries a message or an assertion somewhere, or is one of SAML 1, is judged all the
// same: it was meant for a reader, and some readers take it.
func (r root) refuseMessage(xml []byte) error {
	if r.encloses() {
		_, err := unwrap(xml)
		return err
	}
	switch {
	case strings.HasPrefix(r.local, "RequestSecurityTokenResponse"):
		return fmt.Errorf("it is %s; %s", federated(xml), onlySAML2)
	case strings.HasPrefix(r.space, "urn:oasis:names:tc:SAML:1.0:"), holdsMessage(xml):
		return nil
	}
	return r.refuse()
}

// unwrap is the response inside of a document that encloses one. Both are nil where the
// document is malformed, which is for checks to say.
func unwrap(xml []byte) (*saml.Enclosed, error) {
	d, err := saml.Parse(xml, saml.Limits{})
	if err != nil {
		return nil, nil
	}
	in, err := saml.Unwrap(d)
	if err != nil {
		return nil, fmt.Errorf("no Response can be judged: %w", err)
	}
	return in, nil
}

// holdsMessage tells whether the start tag of a message or assertion stands somewhere in
// the data, which need not be XML from its begin, nor UTF-8.
func holdsMessage(data []byte) bool {
	if text, ok := fromUTF16(data); ok {
		data = text
	}
	if !bytes.Contains(data, []byte("urn:oasis:names:tc:SAML:")) {
		return false
	}
	for i := bytes.IndexByte(data, '<'); i >= 0; {
		data = data[i+1:]
		if messageName(string(data[:min(len(data), 80)])) != "" {
			return true
		}
		i = bytes.IndexByte(data, '<')
	}
	return false
}

// show is a foreign value as a message may show it: quoted, escaped and cut.
func show(s string) string {
	const most = 80
	if len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		return strconv.Quote(s[:cut]) + "…"
	}
	return strconv.Quote(s)
}

// someBinary is a binary file of no kind that is known.
const someBinary = "a binary file"

// binary says what kind of binary file the data is; "" for text.
func binary(data []byte) string {
	for _, k := range []struct{ magic, what string }{
		{"%PDF-", "a PDF file"},
		{"\x89PNG", "an image (PNG)"},
		{"\xff\xd8\xff", "an image (JPEG)"},
		{"GIF8", "an image (GIF)"},
		{"BM\x00", "an image (BMP)"},
		{"\x1f\x8b", "a gzip file; unpack it first"},
		{"PK\x03\x04", "a ZIP file; unpack it first"},
		{"BZh", "a bzip2 file; unpack it first"},
		{"\xfd7zXZ", "an xz file; unpack it first"},
		{"\x28\xb5\x2f\xfd", "a zstd file; unpack it first"},
		{"7z\xbc\xaf", "a 7z file; unpack it first"},
		{"Rar!", "a RAR file; unpack it first"},
		{"\x0a\x0d\x0d\x0a", "a network capture (pcapng)"},
		{"\xd4\xc3\xb2\xa1", "a network capture (pcap)"},
		{"\xa1\xb2\xc3\xd4", "a network capture (pcap)"},
		{"SQLite format 3", "an SQLite database"},
		{"\x7fELF", "a program"},
		{"MZ\x90", "a program"},
		{"\xd0\xcf\x11\xe0", "an old Office document"},
		{"RIFF", "a sound, a film or an image (RIFF)"},
	} {
		if bytes.HasPrefix(data, []byte(k.magic)) {
			return k.what
		}
	}
	if len(data) > 4 && data[0] == 0x30 && (data[1] == 0x82 || data[1] == 0x81) {
		return "DER, as of a certificate or a key"
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return ""
	}
	head := data[:min(len(data), 4096)]
	if bytes.IndexByte(head, 0) >= 0 {
		return someBinary
	}
	odd := 0
	for _, c := range head {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b {
			odd++
		}
	}
	if odd*10 > len(head) {
		return someBinary
	}
	return ""
}

// marked is text of UTF-16 without a byte order mark, with one; nil where it is none, as
// far as its first characters tell.
func marked(data []byte) []byte {
	head := data[:min(len(data), 64)/2*2]
	if len(head) < 32 || len(data)%2 != 0 {
		return nil
	}
	big, little := true, true
	for i := 0; i < len(head); i += 2 {
		big = big && head[i] == 0 && printable(head[i+1])
		little = little && head[i+1] == 0 && printable(head[i])
	}
	switch {
	case big:
		return append([]byte("\xfe\xff"), data...)
	case little:
		return append([]byte("\xff\xfe"), data...)
	}
	return nil
}

func printable(c byte) bool { return c >= ' ' && c < 0x7f || c == '\t' || c == '\r' || c == '\n' }

// fromUTF16 is text of UTF-16 as UTF-8, with a byte order mark or, if it is XML, without.
func fromUTF16(data []byte) ([]byte, bool) {
	if len(data) < 4 || len(data)%2 != 0 {
		return nil, false
	}
	hi, from := 0, 2
	switch {
	case data[0] == 0xff && data[1] == 0xfe:
		hi = 1
	case data[0] == 0xfe && data[1] == 0xff:
	case data[0] == '<' && data[1] == 0:
		hi, from = 1, 0
	case data[0] == 0 && data[1] == '<':
		from = 0
	default:
		return nil, false
	}
	out := make([]byte, 0, len(data)/2)
	for i := from; i+1 < len(data); i += 2 {
		u := rune(data[i+hi])<<8 | rune(data[i+1-hi])
		if u >= 0xd800 && u < 0xdc00 && i+3 < len(data) {
			if low := rune(data[i+2+hi])<<8 | rune(data[i+3-hi]); low >= 0xdc00 && low < 0xe000 {
				u = 0x10000 + (u-0xd800)<<10 + (low - 0xdc00)
				i += 2
			}
		}
		out = utf8.AppendRune(out, u)
	}
	return out, true
}
