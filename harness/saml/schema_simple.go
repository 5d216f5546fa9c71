package saml

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A simpleType is a type of text: what a value must look like. judge says why one
// does not, "" where it does; e is where prefixes are looked up.
type simpleType struct {
	name, base string
	judge      func(value string, e Element) string
}

// simpleTypes are those of XML Schema 2 that messages use or that xsi:type may name,
// and those that the SAML schemas define.
var simpleTypes = []simpleType{
	{"anySimpleType", "", anything},
	{"string", "anySimpleType", anything},
	{"normalizedString", "string", anything},
	{"token", "normalizedString", anything},
	{"language", "token", lexical(isLanguage, "it is no language tag")},
	{"Name", "token", lexical(isXMLName, "it is no XML name")},
	{"NCName", "Name", lexical(isNCName, "it is no NCName: a letter or _ first, then letters, digits, and . - _")},
	{"ID", "NCName", lexical(isNCName, "it is no NCName, which an ID is: a letter or _ first, then letters, digits, and . - _")},
	{"IDREF", "NCName", lexical(isNCName, "it is no NCName, which a reference to an ID is")},
	{"IDREFS", "anySimpleType", lexical(listOf(isNCName), "it is no list of NCNames, which references to IDs are")},
	{"NMTOKEN", "token", lexical(isNMTOKEN, "it is no name token")},
	{"NMTOKENS", "anySimpleType", lexical(listOf(isNMTOKEN), "it is no list of name tokens")},
	{"anyURI", "anySimpleType", isAnyURI},
	{"QName", "anySimpleType", isBoundQName},
	{"boolean", "anySimpleType", lexical(func(s string) bool { return s == "true" || s == "false" || s == "1" || s == "0" }, "it is no boolean: true, false, 1 or 0")},
	{"decimal", "anySimpleType", lexical(isDecimal, "it is no decimal number")},
	{"integer", "decimal", lexical(isInteger, "it is no integer")},
	{"nonNegativeInteger", "integer", lexical(func(s string) bool { return isInteger(s) && (s[0] != '-' || strings.Trim(s, "-0") == "") }, "it is no integer of 0 or more")},
	{"positiveInteger", "nonNegativeInteger", lexical(func(s string) bool { return isInteger(s) && s[0] != '-' && strings.Trim(s, "+0") != "" }, "it is no integer of 1 or more")},
	{"nonPositiveInteger", "integer", lexical(func(s string) bool { return isInteger(s) && (s[0] == '-' || strings.Trim(s, "+0") == "") }, "it is no integer of 0 or less")},
	{"negativeInteger", "nonPositiveInteger", lexical(func(s string) bool { return isInteger(s) && s[0] == '-' && strings.Trim(s, "-0") != "" }, "it is no integer below 0")},
	{"long", "integer", lexical(signed(64), "it is no 64-bit integer")},
	{"int", "long", lexical(signed(32), "it is no 32-bit integer")},
	{"short", "int", lexical(signed(16), "it is no 16-bit integer")},
	{"byte", "short", lexical(signed(8), "it is no 8-bit integer")},
	{"unsignedLong", "nonNegativeInteger", lexical(unsigned(64), "it is no unsigned 64-bit integer")},
	{"unsignedInt", "unsignedLong", lexical(unsigned(32), "it is no unsigned 32-bit integer")},
	{"unsignedShort", "unsignedInt", lexical(unsigned(16), "it is no integer from 0 to 65535")},
	{"unsignedByte", "unsignedShort", lexical(unsigned(8), "it is no integer from 0 to 255")},
	{"float", "anySimpleType", lexical(isFloat, "it is no floating-point number")},
	{"double", "anySimpleType", lexical(isFloat, "it is no floating-point number")},
	{"base64Binary", "anySimpleType", isBase64Binary},
	{"hexBinary", "anySimpleType", lexical(isHexBinary, "it is no hexadecimal")},
	{"dateTime", "anySimpleType", lexical(isDateTime, "it is no date and time, as 2026-11-23T09:00:00Z")},
	{"date", "anySimpleType", lexical(isDate, "it is no date, as 2026-11-23")},
	{"time", "anySimpleType", lexical(isTime, "it is no time of day, as 09:00:00")},
	{"gYearMonth", "anySimpleType", lexical(partOfDate("", "", "-01"), "it is no month of a year, as 2026-11")},
	{"gYear", "anySimpleType", lexical(partOfDate("", "", "-01-01"), "it is no year, as 2026")},
	{"gMonthDay", "anySimpleType", lexical(partOfDate("--", "2000-", ""), "it is no day of a year, as --11-23")},
	{"gDay", "anySimpleType", lexical(partOfDate("---", "2000-01-", ""), "it is no day of a month, as ---23")},
	{"gMonth", "anySimpleType", lexical(partOfDate("--", "2000-", "-01"), "it is no month, as --11")},
	{"duration", "anySimpleType", lexical(isDuration, "it is no duration, as PT1H")},

	{"saml:DecisionType", "string", oneOf("Permit", "Deny", "Indeterminate")},
	{"samlp:AuthnContextComparisonType", "string", oneOf("exact", "minimum", "maximum", "better")},
	{"md:KeyTypes", "string", oneOf("encryption", "signing")},
	{"md:ContactTypeType", "string", oneOf("technical", "support", "administrative", "billing", "other")},
	{"md:entityIDType", "anyURI", lexical(func(s string) bool { return isURIReference(s) && utf8.RuneCountInString(s) <= 1024 }, "it is no URI reference of at most 1024 characters")},
	{"md:anyURIListType", "anySimpleType", func(value string, _ Element) string {
		for word := range strings.FieldsSeq(value) {
			if !isURIReference(word) {
				return "it is no list of URI references"
			}
		}
		return ""
	}},
	{"ds:CryptoBinary", "base64Binary", isBase64Binary},
	{"ds:DigestValueType", "base64Binary", isBase64Binary},
	{"ds:HMACOutputLengthType", "integer", lexical(isInteger, "it is no integer")},
	{"xenc:KeySizeType", "integer", lexical(isInteger, "it is no integer")},
}

func anything(string, Element) string { return "" }

// lexical judges a value after white space at its ends is taken away and runs of it
// are one space, as all types but the strings have it.
func lexical(is func(string) bool, why string) func(string, Element) string {
	return func(value string, _ Element) string {
		if is(collapse(value)) {
			return ""
		}
		return why
	}
}

// listOf judges a list of at least one word.
func listOf(is func(string) bool) func(string) bool {
	return func(s string) bool {
		for word := range strings.FieldsSeq(s) {
			if !is(word) {
				return false
			}
		}
		return s != ""
	}
}

// isAnyURI judges a URI reference.
func isAnyURI(value string, _ Element) string {
	if isPlainURI(value) || isURIReference(collapse(value)) {
		return ""
	}
	return "it is no URI reference"
}

// oneOf judges an enumeration of strings, whose white space counts.
func oneOf(values ...string) func(string, Element) string {
	why := "it is none of " + strings.Join(values, ", ")
	return func(value string, _ Element) string {
		for _, v := range values {
			if v == value {
				return ""
			}
		}
		return why
	}
}

// collapse is whiteSpace="collapse" (XML Schema 2 4.3.6).
func collapse(s string) string {
	plain := true
	for i := range len(s) {
		if isSpace(s[i]) && (s[i] != ' ' || i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }), " ")
}

func isBoundQName(value string, e Element) string {
	prefix, local, ok := strings.Cut(collapse(value), ":")
	if !ok {
		prefix, local = "", prefix
	}
	if !isNCName(local) || prefix != "" && !isNCName(prefix) {
		return "it is no qualified name"
	}
	if _, bound := e.Namespace(prefix); prefix != "" && !bound {
		return "its prefix is not declared here"
	}
	return ""
}

func isXMLName(s string) bool {
	plain := s != "" && byteClass[s[0]]&byteStart != 0
	for i := 0; plain && i < len(s); i++ {
		plain = byteClass[s[i]]&byteName != 0
	}
	if plain {
		return true
	}
	for i, r := range s {
		if r != ':' && !continuesName(r) || i == 0 && r != ':' && !startsName(r) {
			return false
		}
	}
	return s != ""
}

func isNCName(s string) bool { return isXMLName(s) && strings.IndexByte(s, ':') < 0 }

func isNMTOKEN(s string) bool {
	for _, r := range s {
		if r != ':' && !continuesName(r) {
			return false
		}
	}
	return s != ""
}

// startsName and continuesName are the productions of XML Namespaces 1.0, without the
// colon.
func startsName(r rune) bool {
	switch {
	case r < 0x80:
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_'
	case r >= 0xC0 && r <= 0xD6, r >= 0xD8 && r <= 0xF6, r >= 0xF8 && r <= 0x2FF, r >= 0x370 && r <= 0x37D,
		r >= 0x37F && r <= 0x1FFF, r == 0x200C, r == 0x200D, r >= 0x2070 && r <= 0x218F, r >= 0x2C00 && r <= 0x2FEF,
		r >= 0x3001 && r <= 0xD7FF, r >= 0xF900 && r <= 0xFDCF, r >= 0xFDF0 && r <= 0xFFFD, r >= 0x10000 && r <= 0xEFFFF:
		return true
	}
	return false
}

func continuesName(r rune) bool {
	return startsName(r) || '0' <= r && r <= '9' || r == '-' || r == '.' || r == 0xB7 ||
		r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

func isLanguage(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if len(part) < 1 || len(part) > 8 {
			return false
		}
		for j := range len(part) {
			c := part[j] | 0x20
			if !(c >= 'a' && c <= 'z' || i > 0 && part[j] >= '0' && part[j] <= '9') {
				return false
			}
		}
	}
	return true
}

func isInteger(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	return s != "" && digitRun(s) == len(s)
}

func isDecimal(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	whole, part, _ := strings.Cut(s, ".")
	return whole+part != "" && digitRun(whole) == len(whole) && digitRun(part) == len(part)
}

func isFloat(s string) bool {
	switch s {
	case "INF", "-INF", "NaN":
		return true
	}
	mantissa, exponent, has := strings.Cut(strings.ToLower(s), "e")
	return isDecimal(mantissa) && (!has || isInteger(exponent))
}

func signed(bits int) func(string) bool {
	return func(s string) bool {
		_, err := strconv.ParseInt(strings.TrimPrefix(s, "+"), 10, bits)
		return err == nil && isInteger(s)
	}
}

func unsigned(bits int) func(string) bool {
	return func(s string) bool {
		if strings.HasPrefix(s, "-") {
			return isInteger(s) && strings.Trim(s, "-0") == ""
		}
		_, err := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, bits)
		return err == nil && isInteger(s)
	}
}

// digitRun is how many decimal digits a text begins with.
func digitRun(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}

func isHexBinary(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; !(s[i] >= '0' && s[i] <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return len(s)%2 == 0
}

// isBase64Binary judges base64 (XML Schema 2 3.2.16): white space anywhere, groups of
// four, padding at the end alone, and no bits set that the padding leaves out.
func isBase64Binary(value string, _ Element) string {
	n, pad, last := 0, 0, byte(0)
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case isSpace(c):
		case c == '=':
			pad++
		case pad > 0:
			return "it is no base64: something follows the padding"
		case byteClass[c]&byteBase64 != 0:
			from := i
			for i+4 < len(value) && byteClass[value[i+1]]&byteClass[value[i+2]]&byteClass[value[i+3]]&byteClass[value[i+4]]&byteBase64 != 0 {
				i += 4
			}
			for i+1 < len(value) && byteClass[value[i+1]]&byteBase64 != 0 {
				i++
			}
			n, last = n+i+1-from, value[i]
		default:
			return "it is no base64: it has a character that base64 does not know"
		}
	}
	if (n+pad)%4 != 0 || pad > 2 {
		return "it is no base64: its length is not a multiple of four"
	}
	if pad == 1 && !strings.ContainsRune("AEIMQUYcgkosw048", rune(last)) || pad == 2 && !strings.ContainsRune("AQgw", rune(last)) {
		return "it is no base64: its last character has bits set that the padding leaves out"
	}
	return ""
}
