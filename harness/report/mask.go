package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
)

// A mask replaces personal values.
type mask struct {
	needles map[string][]needle // by their first two bytes, the longest first
	names   map[string]string   // the masks given so far, by value
}

// A needle is one way in which a personal value is written.
type needle struct{ text, value string }

// address finds e-mail addresses, also with the @ as URLs have it.
var address = regexp.MustCompile(`[^\s@<>"'` + "`" + `,;:()\[\]{}/\\=?&|%\p{Pi}\p{Pf}]+(?:@|%40)[\pL\pN][\pL\pN-]*(?:\.[\pL\pN-]+)+`)

// entities are the five characters that XML has names for.
var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")

// userField finds the settings that tell of a person.
var userField = regexp.MustCompile(`\.users\[\d+\]\.(first_name|last_name|alias|email|username|nickname|federation_id)$`)

// personElement finds the elements that tell of a person.
var personElement = regexp.MustCompile(`(NameID|AttributeValue)(\[\d+\])?$`)

// personAttribute finds the names of attributes that tell of a person.
var personAttribute = regexp.MustCompile(`(?i)mail|name|user|uid|upn|eppn|phone|mobile|contact|image|photo|person|subject|employee|address|^(sn|cn|id)$`)

// common are words that are no secret even where a person is called so: the roles and
// what settings and formulas are written with.
var common = []string{"agent", "supervisor", "admin", "user", "true", "false", "null", "unspecified", "default", "none"}

// newMask knows every value of the report that tells of a person.
func newMask(r *Report) *mask {
	m := &mask{needles: map[string][]needle{}, names: map[string]string{}}
	m.know(r.Personal, r.SettingsResults, r.Logins)
	return m
}

// know learns the values of settings and logins that tell of persons.
func (m *mask) know(personal []string, settings []check.Result, logins []Login) {
	known := map[string]bool{}
	add := func(values ...string) {
		for _, v := range values {
			m.learn(v, known)
		}
	}
	add(personal...)
	fromResults(settings, add)
	for _, l := range logins {
		fromLogin(l, add)
	}
	for _, list := range m.needles {
		slices.SortStableFunc(list, func(a, b needle) int { return len(b.text) - len(a.text) })
	}
}

// fromLogin takes the personal values of a login.
func fromLogin(l Login, add func(...string)) {
	fromResults(l.Results, add)
	for _, listing := range l.Listings {
		for _, line := range listing.Lines {
			if line.Personal {
				add(html.UnescapeString(line.Value))
			}
		}
	}
	x := l.Exchange
	if x == nil {
		return
	}
	add(x.User)
	if x.Verdict != nil {
		add(x.Verdict.Subject)
	}
	if x.Stop != nil && x.Stop.Event != nil {
		add(x.Stop.Event.User)
	}
	for _, e := range x.Events {
		add(e.User)
	}
	if x.LoggedOut != nil {
		for _, e := range x.LoggedOut.Events {
			add(e.User)
		}
	}
	for _, message := range append([]*saml.Message{x.Request, x.Response}, x.Logout...) {
		if message == nil {
			continue
		}
		found, _ := persons(message.XML)
		for _, p := range found {
			add(p.value)
		}
	}
}

// fromResults takes the personal values of findings by where they stand.
func fromResults(results []check.Result, add func(...string)) {
	for _, res := range results {
		for _, f := range res.Findings {
			switch {
			case userField.MatchString(f.At):
				add(f.Got, f.Want)
			case personElement.MatchString(f.At):
				switch id(res) {
				case "subject/name-id", "attributes/full-name", "attributes/email":
					add(f.Got)
					if !strings.Contains(f.Want, " ") { // else it is a description
						add(f.Want)
					}
				}
			}
		}
	}
}

// A person is a value in a message that tells of a person, and the bytes that it takes.
type person struct {
	value    string
	from, to int
}

// persons finds the values of a message that tell of persons: NameIDs, and the attributes
// that are named like such. It reads what is not well-formed as far as it can, and says
// whether it came to the end.
func persons(message []byte) (found []person, whole bool) {
	dec := xml.NewDecoder(bytes.NewReader(message))
	var text strings.Builder
	personal, inValue, from := false, false, 0
	for {
		before := int(dec.InputOffset())
		tok, err := dec.RawToken()
		if err != nil {
			return found, errors.Is(err, io.EOF)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "Attribute":
				personal = namesPerson(t)
			case "NameID", "AttributeValue":
				inValue = t.Name.Local == "NameID" || personal
				from = int(dec.InputOffset())
				text.Reset()
			}
		case xml.CharData:
			if inValue {
				text.Write(t)
			}
		case xml.EndElement:
			if inValue && (t.Name.Local == "NameID" || t.Name.Local == "AttributeValue") {
				found = append(found, person{text.String(), from, max(before, from)})
				inValue = false
			}
		}
	}
}

// namesPerson reports whether an Attribute is named like one that tells of a person.
func namesPerson(attribute xml.StartElement) bool {
	return slices.ContainsFunc(attribute.Attr, func(a xml.Attr) bool {
		return (a.Name.Local == "Name" || a.Name.Local == "FriendlyName") && personAttribute.MatchString(a.Value)
	})
}

// learn adds a value with its parts, and each with the ways in which it is written.
func (m *mask) learn(value string, known map[string]bool) {
	value = strings.TrimSpace(value)
	parts := []string{value}
	if words := strings.Fields(value); len(words) > 1 && len(words) <= 5 && !strings.Contains(value, "@") {
		parts = append(parts, strings.Join(words, " "))
		parts = append(parts, words...)
	}
	for _, p := range parts {
		if known[p] || !telling(p) {
			continue
		}
		known[p] = true
		var escaped strings.Builder
		_ = xml.EscapeText(&escaped, []byte(p))
		for _, way := range []string{
			p, escaped.String(), html.EscapeString(p), entities.Replace(p), url.QueryEscape(p), url.PathEscape(p), contact(p), visible(p),
		} {
			// The same way of writing may stand for two values; the first keeps it.
			if key := way[:2]; !slices.ContainsFunc(m.needles[key], func(n needle) bool { return n.text == way }) {
				m.needles[key] = append(m.needles[key], needle{text: way, value: p})
			}
		}
	}
}

// telling reports whether a value is worth a mask: one letter, a small number or a common
// word tells of nobody.
func telling(s string) bool {
	return utf8.RuneCountInString(s) >= 2 && len(s) <= 1024 && !slices.Contains(common, s) &&
		(strings.ContainsFunc(s, unicode.IsLetter) || len(s) >= 6)
}

// contact is a value as Flex writes it in a contact_uri: what is no letter, digit or
// underscore as _ and two hexadecimal digits.
func contact(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '_' || c < utf8.RuneSelf && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c))) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02X", c)
		}
	}
	return b.String()
}

// text masks every personal value in a text.
func (m *mask) text(s string) string {
	if s == "" {
		return ""
	}
	addresses := address.FindAllStringIndex(s, -1)
	var b strings.Builder
	for i := 0; i < len(s); {
		for len(addresses) > 0 && addresses[0][0] < i {
			addresses = addresses[1:]
		}
		n, ok := m.at(s, i)
		if len(addresses) > 0 && addresses[0][0] == i && (!ok || addresses[0][1]-i > len(n.text)) {
			found := s[i:addresses[0][1]]
			n, ok = needle{text: found, value: strings.Replace(found, "%40", "@", 1)}, true
		}
		if !ok {
			_, size := utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+size])
			i += size
			continue
		}
		b.WriteString(m.name(n.value))
		i += len(n.text)
	}
	return b.String()
}

// at is the longest personal value that stands at an offset as a word of its own.
func (m *mask) at(s string, i int) (needle, bool) {
	for _, n := range m.needles[s[i:min(i+2, len(s))]] {
		if strings.HasPrefix(s[i:], n.text) && apart(s, i, i+len(n.text)) {
			return n, true
		}
	}
	return needle{}, false
}

// apart reports whether a part of a text is not the middle of a longer word. Scripts that
// set no spaces have no such thing.
func apart(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	first, _ := utf8.DecodeRuneInString(s[from:])
	last, _ := utf8.DecodeLastRuneInString(s[:to])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return !(from > 0 && spaced(before) && spaced(first)) && !(to < len(s) && spaced(last) && spaced(after))
}

// spaced reports whether a character is part of a word in a script that separates words.
func spaced(r rune) bool {
	return r < 0x2e80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '$')
}

// name is the mask of a value, the next number where it is new.
func (m *mask) name(value string) string {
	if name, ok := m.names[value]; ok {
		return name
	}
	n := len(m.names) + 1
	name := fmt.Sprintf("user-%d", n)
	if strings.Contains(value, "@") {
		name += "@redacted"
	}
	m.names[value] = name
	return name
}
