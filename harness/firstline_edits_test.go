package harness_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/require"
)

// An edit is one way to spoil a valid response after signing, without the key.
type edit struct {
	name string
	does func(m *message) string // "" where the layout has nothing to do it to
	says string                  // a pattern that the first line must match in every layout
}

// apply makes the edit; "" where what it edits is not there, as in what is encrypted.
func (e *edit) apply(m *message) (doc string) {
	defer func() {
		if recover() != nil {
			doc = ""
		}
	}()
	return e.does(m)
}

// A message is a valid response with what edits need of it.
type message struct {
	testing.TB
	doc  string
	tree *saml.Document
}

func newMessage(t testing.TB, doc string) *message {
	t.Helper()
	d, err := saml.Parse([]byte(doc), saml.Limits{})
	require.NoError(t, err)
	return &message{t, doc, d}
}

// all are the elements of a name, in document order.
func (m *message) all(local string) (list []saml.Element) {
	for e := range m.tree.Elements() {
		if e.Local() == local {
			list = append(list, e)
		}
	}
	return list
}

// first is the source of the first element of a name; "" for none.
func (m *message) first(local string) string {
	for _, e := range m.all(local) {
		return e.Source()
	}
	return ""
}

// own is the signature that stands directly in an element.
func (m *message) own(local string) string {
	for _, e := range m.all(local) {
		return e.Child(saml.NSSignature, "Signature").Source()
	}
	return ""
}

// swap puts one text in the place of another, once; "" where it is not there.
func (m *message) swap(old, new string) string {
	if old == "" || !strings.Contains(m.doc, old) {
		return ""
	}
	return strings.Replace(m.doc, old, new, 1)
}

// text puts another text into the first element of a name.
func (m *message) text(local, to string) string {
	for _, e := range m.all(local) {
		return m.in(e, e.Text(), to)
	}
	return ""
}

// in replaces a text in the source of one element.
func (m *message) in(e saml.Element, old, new string) string {
	begin, end := e.Extent()
	source := m.doc[begin:end]
	if !strings.Contains(source, old) || old == "" {
		return ""
	}
	return m.doc[:begin] + strings.Replace(source, old, new, 1) + m.doc[end:]
}

// attr puts another value into an attribute of the first element of a name.
func (m *message) attr(local, name string, to func(string) string) string {
	for _, e := range m.all(local) {
		a := e.Attr(name)
		if !a.Exists() {
			continue
		}
		escaped := strings.ReplaceAll(a.Value(), "&", "&amp;")
		return m.in(e, " "+name+`="`+escaped+`"`, " "+name+`="`+to(escaped)+`"`)
	}
	return ""
}

func to(s string) func(string) string { return func(string) string { return s } }

func later(d time.Duration) func(string) string {
	return func(s string) string {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return s
		}
		form := "2006-01-02T15:04:05Z"
		if strings.Contains(s, ".") {
			form = "2006-01-02T15:04:05.000Z"
		}
		return at.Add(d).UTC().Format(form)
	}
}

const evilID = "_ev11f7081920a3b4c5d6e7f8091a2b3c4"

// evil is a copy of the assertion without signature, for Mallory.
func (m *message) evil() string {
	a := m.all("Assertion")
	if len(a) == 0 {
		return ""
	}
	s := strings.Replace(a[0].Source(), m.own("Assertion"), "", 1)
	s = strings.Replace(s, a[0].Attr("ID").Value(), evilID, 1)
	return strings.Replace(s, m.nameID(), "mallory@evil.example", 1)
}

func (m *message) nameID() string {
	for _, e := range m.all("NameID") {
		return e.Text()
	}
	return ""
}

// bare is the assertion without its signature.
func (m *message) bare() string {
	return strings.Replace(m.first("Assertion"), m.own("Assertion"), "", 1)
}

// into puts a text before the end tag of a source.
func into(source, s string) string {
	at := strings.LastIndex(source, "</")
	if at < 0 {
		return ""
	}
	return source[:at] + s + source[at:]
}

// afterIssuer puts a text behind the Issuer of a source.
func afterIssuer(source, s string) string {
	at := regexp.MustCompile(`</(\w+:)?Issuer>`).FindStringIndex(source)
	if at == nil {
		return ""
	}
	return source[:at[1]] + s + source[at[1]:]
}

// wrap replaces the assertion, where it has a signature of its own.
func (m *message) wrap(with func(evil, signed, bare, signature string) string) string {
	s := m.own("Assertion")
	if s == "" {
		return ""
	}
	return m.swap(m.first("Assertion"), with(m.evil(), m.first("Assertion"), m.bare(), s))
}

// whole replaces the response, where it has a signature of its own.
func (m *message) whole(with func(signed, bare, signature string) string) string {
	s := m.own("Response")
	if s == "" || m.first("Assertion") == "" {
		return ""
	}
	r := m.first("Response")
	return m.swap(r, with(r, strings.Replace(r, s, "", 1), s))
}

// indent puts every element on a line of its own, as formatters do.
func indented(doc, unit, end string) string {
	var b strings.Builder
	depth, last := 0, ""
	for _, part := range regexp.MustCompile(`<[^>]*>|[^<]+`).FindAllString(doc, -1) {
		switch {
		case strings.HasPrefix(part, "<?"):
		case strings.TrimSpace(part) == "":
			continue
		case strings.HasPrefix(part, "</"):
			depth--
			if last == "end" {
				b.WriteString(end + strings.Repeat(unit, depth))
			}
			last = "end"
		case strings.HasPrefix(part, "<"):
			b.WriteString(end + strings.Repeat(unit, depth))
			last = "end"
			if !strings.HasSuffix(part, "/>") {
				depth++
				last = "start"
			}
		default:
			last = "text"
		}
		b.WriteString(part)
	}
	return b.String()
}

func (m *message) text2(local, to string) string {
	if s := m.text(local, to); s != "" {
		return s
	}
	return m.doc
}

func (m *message) prefix(local string) string {
	if p := m.all(local)[0].Prefix(); p != "" {
		return p + ":"
	}
	return ""
}

func (m *message) certificate() string {
	for _, e := range m.all("X509Certificate") {
		return e.Text()
	}
	return ""
}

var beyond = regexp.MustCompile(`[^\x00-\x7F]`)

func asLatin1(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

func toLatin1(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x100 {
			b.WriteByte(byte(r))
		}
	}
	return b.String()
}

// bump exchanges a character of base64 by another.
func bump(s string) string {
	b := []byte(strings.TrimSpace(s))
	at := 7
	if b[at] == 'A' {
		b[at] = 'B'
	} else {
		b[at] = 'A'
	}
	return string(b)
}

func shiftAll(doc string, d time.Duration) string {
	return regexp.MustCompile(`"20\d\d-[^"]*Z"`).ReplaceAllStringFunc(doc, func(s string) string {
		u, _ := strconv.Unquote(s)
		return strconv.Quote(later(d)(u))
	})
}
