package check

import (
	"strings"
	"unicode/utf8"
)

// blank reports whether a string-valued part of a message holds nothing but XML white
// space (SAMLCore 1.3.1).
func blank(s string) bool {
	for i := range len(s) {
		if !isSpace(s[i]) {
			return false
		}
	}
	return true
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// padded reports whether white space surrounds a value.
func padded(s string) bool {
	return s != "" && (isSpace(s[0]) || isSpace(s[len(s)-1]))
}

// isURI reports whether a value can be a URI reference (RFC 3986): it holds none of the
// characters that must be escaped there. Characters beyond ASCII are allowed, as in
// xs:anyURI.
func isURI(s string) bool {
	for i := 0; i < len(s); i++ {
		switch uriBytes[s[i]] {
		case uriNever:
			return false
		case uriEscape:
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
		}
	}
	return true
}

// What a byte means in a URI.
const (
	uriStands = iota
	uriNever
	uriEscape
)

var uriBytes = func() (table [256]uint8) {
	for c := range ' ' + 1 {
		table[c] = uriNever
	}
	for _, c := range []byte("\x7f<>\"{}|\\^`") {
		table[c] = uriNever
	}
	table['%'] = uriEscape
	return table
}()

// isAbsoluteURI reports whether a value is a URI with a scheme and something after it
// (SAMLCore 1.3.2).
func isAbsoluteURI(s string) bool {
	i := scheme(s)
	return i > 0 && i+1 < len(s) && isURI(s[i+1:])
}

// scheme is the length of the scheme before its colon, 0 where there is none.
func scheme(s string) int {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return i
		default:
			return 0
		}
	}
	return 0
}

// host is the host of an address, with its port, as written; "" where it names none.
func host(address string) string {
	i := scheme(address)
	rest, ok := strings.CutPrefix(address[i:], "://")
	if i == 0 || !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest[strings.LastIndexByte(rest, '@')+1:]
}

// isHTTPS reports whether a URL's scheme is https, in any letter case.
func isHTTPS(s string) bool { return len(s) > 8 && strings.EqualFold(s[:8], "https://") }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// isNCName reports whether a value is an XML name without a colon (Namespaces in XML
// 1.0, 3), as xs:ID and xs:NCName require.
func isNCName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
		case i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '.'):
		default:
			return isName(s) && !strings.Contains(s, ":")
		}
	}
	return s != ""
}

// isName reports whether a value is an XML name (XML 1.0, 2.3).
func isName(s string) bool {
	if s == "" {
		return false
	}
	for i, r := range s {
		if r == utf8.RuneError || !nameStart(r) && (i == 0 || !nameRest(r)) {
			return false
		}
	}
	return true
}

func nameStart(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', r == '_', r == ':':
		return true
	case r < 0xC0:
		return false
	case r == 0xD7, r == 0xF7:
		return false
	case r <= 0x2FF, 0x370 <= r && r <= 0x37D, 0x37F <= r && r <= 0x1FFF,
		r == 0x200C, r == 0x200D, 0x2070 <= r && r <= 0x218F, 0x2C00 <= r && r <= 0x2FEF,
		0x3001 <= r && r <= 0xD7FF, 0xF900 <= r && r <= 0xFDCF, 0xFDF0 <= r && r <= 0xFFFD,
		0x10000 <= r && r <= 0xEFFFF:
		return true
	}
	return false
}

func nameRest(r rune) bool {
	return '0' <= r && r <= '9' || r == '-' || r == '.' || r == 0xB7 ||
		0x300 <= r && r <= 0x36F || r == 0x203F || r == 0x2040
}

// characters is the length of a value as people count it.
func characters(s string) int { return utf8.RuneCountInString(s) }
