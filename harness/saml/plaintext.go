package saml

import (
	"bytes"
	"errors"
	"slices"
	"strings"
)

// readPlaintext reads what an EncryptedData held. It is read by itself first, since the
// sender of a signed assertion signs it by itself as a rule. Where that fails for want
// of a namespace, or leaves the root without the default namespace of its place, it is
// read with the declarations in force there (XMLEnc 4.3).
func readPlaintext(place Element, plain []byte) (*Document, bool, error) {
	doc, err := Parse(plain, Limits{})
	var syntax *SyntaxError
	switch {
	case errors.As(err, &syntax) && syntax.Problem == Namespaces:
	case err != nil:
		return nil, false, err
	default:
		if uri, ok := place.Namespace(""); doc.Root().Space() != "" || doc.Root().Prefix() != "" || !ok || uri == "" || declares(rootTag(plain), "") {
			return doc, false, nil
		}
	}
	around := withSurroundings(place, plain, prefixesIn(plain))
	if around == nil {
		return doc, false, err
	}
	inside, err1 := Parse(around, Limits{})
	if err1 != nil {
		return doc, false, err
	}
	return inside, true, nil
}

// withSurroundings is the plaintext with the namespace declarations of the default
// namespace and of the prefixes added to its root that it does not declare there; nil
// where there are none.
func withSurroundings(place Element, plain []byte, prefixes []string) []byte {
	tag := rootTag(plain)
	if tag.to == 0 {
		return nil
	}
	var b strings.Builder
	add := func(prefix string) {
		if declares(tag, prefix) {
			return
		}
		uri, ok := place.Namespace(prefix)
		switch {
		case !ok || uri == "":
		case prefix == "":
			b.WriteString(` xmlns="` + EscapeAttr(uri) + `"`)
		default:
			b.WriteString(` xmlns:` + prefix + `="` + EscapeAttr(uri) + `"`)
		}
	}
	add("")
	for _, p := range prefixes {
		add(p)
	}
	if b.Len() == 0 {
		return nil
	}
	out := make([]byte, 0, len(plain)+b.Len())
	out = append(out, plain[:tag.name]...)
	out = append(out, b.String()...)
	return append(out, plain[tag.name:]...)
}

// everyPrefix is the prefixes that are declared at a place, from the inside out.
func everyPrefix(place Element) []string {
	var found []string
	for e := place; e.Exists(); e = e.Parent() {
		n, d := e.node(), e.doc
		for _, decl := range d.decls[n.decl0:n.decl1] {
			if p := d.prefixes[decl.prefix]; p != "" && len(found) < maxPrefixes && !slices.Contains(found, p) {
				found = append(found, p)
			}
		}
	}
	return found
}

// maxPrefixes bounds how many different prefixes of a plaintext are looked up.
const maxPrefixes = 64

// prefixesIn is what stands before a colon anywhere in the text, each once and in order:
// every prefix, also of QNames in values, and harmless others.
func prefixesIn(text []byte) []string {
	var found []string
	seen := map[string]bool{"xml": true, "xmlns": true}
	for i, c := range text {
		if c != ':' {
			continue
		}
		from := i
		for from > 0 && prefixByte(text[from-1]) {
			from--
		}
		if p := string(text[from:i]); p != "" && len(p) <= 64 && !seen[p] {
			seen[p] = true
			if found = append(found, p); len(found) == maxPrefixes {
				break
			}
		}
	}
	return found
}

func prefixByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.' || c >= 0x80
}

// A tagSpan is the start tag of the root: where its name ends and where it ends.
type tagSpan struct {
	text     []byte
	name, to int
}

// rootTag finds the start tag of the root; its end is 0 where there is none.
func rootTag(src []byte) (t tagSpan) {
	i := 0
	for {
		next := bytes.IndexByte(src[i:], '<')
		if next < 0 {
			return t
		}
		i += next
		end := ""
		switch {
		case bytes.HasPrefix(src[i:], []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(src[i:], []byte("<?")):
			end = "?>"
		}
		if end == "" {
			break
		}
		skip := bytes.Index(src[i:], []byte(end))
		if skip < 0 {
			return t
		}
		i += skip + len(end)
	}
	name := i + 1
	for name < len(src) && (prefixByte(src[name]) || src[name] == ':') {
		name++
	}
	quote := byte(0)
	for j := name; j < len(src); j++ {
		switch c := src[j]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return tagSpan{text: src[name : j+1], name: name, to: j + 1}
		}
	}
	return t
}

// declares tells whether the start tag declares the prefix.
func declares(t tagSpan, prefix string) bool {
	want := "xmlns"
	if prefix != "" {
		want += ":" + prefix
	}
	quote := byte(0)
	for i, c := range t.text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case bytes.HasPrefix(t.text[i:], []byte(want)) && i > 0 && whiteByte(t.text[i-1]):
			if rest := bytes.TrimLeft(t.text[i+len(want):], " \t\r\n"); len(rest) > 0 && rest[0] == '=' {
				return true
			}
		}
	}
	return false
}

func whiteByte(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
