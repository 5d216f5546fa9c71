package mockidp

import (
	"strings"
	"unicode/utf8"
)

// text is character data for s. A carriage return is written as a reference, so that
// a reader's line-end handling does not turn it into a newline (XML 1.0 2.11).
func text(s string) string { return escape(s, false) }

// attr is the content of an attribute value between double quotes for s. Tabs and
// newlines are written as references, so that a reader's normalisation does not turn
// them into spaces (XML 1.0 3.3.3).
func attr(s string) string { return escape(s, true) }

func escape(s string, inAttr bool) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"' && inAttr:
			b.WriteString("&quot;")
		case r == '\r':
			b.WriteString("&#13;")
		case r == '\n' && inAttr:
			b.WriteString("&#10;")
		case r == '\t' && inAttr:
			b.WriteString("&#9;")
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"), !isChar(r):
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isChar tells whether a document may hold the character at all (XML 1.0 2.2).
func isChar(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r == 0xFFFE || r == 0xFFFF:
		return false
	}
	return true
}
