package saml

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Classes of bytes.
const (
	byteStart  = 1 << iota // begins a name (not the colon)
	byteName               // goes on in a name
	byteSpace              // white space
	byteBase64             // stands for six bits in base64
	byteURI                // stands for itself in the path and the query of a URI
)

var byteClass = classifyBytes()

func classifyBytes() (class [256]uint8) {
	for c := range class {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
			class[c] = byteStart | byteName
		case '0' <= c && c <= '9', c == '-', c == '.':
			class[c] = byteName
		case c == ' ', c == '\t', c == '\n', c == '\r':
			class[c] = byteSpace
		}
		if base64Class(byte(c)) == classPlain {
			class[c] |= byteBase64
		}
		if class[c]&byteName != 0 || strings.IndexByte("/:=?&+~,;@!$'()*", byte(c)) >= 0 {
			class[c] |= byteURI
		}
	}
	return class
}

func isSpace(c byte) bool { return byteClass[c] == byteSpace }

// isBlank tells whether s is nothing but white space.
func isBlank(s string) bool {
	for i := range len(s) {
		if !isSpace(s[i]) {
			return false
		}
	}
	return true
}

// trimSpace cuts the white space of XML off both ends.
func trimSpace(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// isChar is the production Char of XML 1.0 (2.2).
func isChar(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r >= 0xD800 && r <= 0xDFFF, r == 0xFFFE, r == 0xFFFF:
		return false
	}
	return r <= utf8.MaxRune
}

// firstBadChar is the offset of the first byte that begins no character of XML, or -1,
// and whether all is ASCII up to there.
func firstBadChar(s string) (at int, ascii bool) {
	const (
		ones  = 0x0101010101010101
		highs = 0x8080808080808080
	)
	ascii = true
	i := 0
	for i+8 <= len(s) {
		b := s[i : i+8]
		w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		low := (w - 0x20*ones) &^ w & highs // the first bit is that of a byte below the space
		switch {
		case (w|low)&highs == 0:
			i += 8
		case w&highs == 0:
			i += bits.TrailingZeros64(low) / 8
			if !isSpace(s[i]) {
				return i, false
			}
			i++
		default:
			n, plain := badChar(s, i, i+8)
			if n < 0 {
				return i - n - 1, false
			}
			ascii = ascii && plain
			i = n
		}
	}
	n, plain := badChar(s, i, len(s))
	if n < 0 {
		return i - n - 1, false
	}
	return -1, ascii && plain
}

// badChar looks at the characters that begin in s[i:end]. It answers with the offset
// behind them, or with -1-n where the character at i+n is bad.
func badChar(s string, from, end int) (next int, ascii bool) {
	ascii = true
	i := from
	for i < end {
		c := s[i]
		if c < 0x80 {
			if c < ' ' && !isSpace(c) {
				return -1 - (i - from), false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || !isChar(r) {
			return -1 - (i - from), false
		}
		ascii = false
		i += n
	}
	return i, ascii
}

// bytes is the gate before all reading: UTF-8, and characters of XML only.
func (p *parser) bytes() *SyntaxError {
	if len(p.src) == 0 {
		return fail(Empty, 0, "the document is empty")
	}
	if name := otherEncoding(p.src); name != "" {
		return fail(Encoding, 0, "the document is in %s, not in UTF-8", name)
	}
	p.d.bom = strings.HasPrefix(p.src, bom)
	at, ascii := firstBadChar(p.src)
	if at >= 0 {
		return p.badCharacter(at)
	}
	p.d.ascii = ascii
	if p.d.bom {
		p.pos = len(bom)
	}
	if isBlank(p.src[p.pos:]) {
		return fail(Empty, p.pos, "the document holds nothing but white space")
	}
	return nil
}

func (p *parser) badCharacter(at int) *SyntaxError {
	r, n := utf8.DecodeRuneInString(p.src[at:])
	if r == utf8.RuneError && n <= 1 {
		if len(p.src)-at < utf8.UTFMax && !utf8.FullRuneInString(p.src[at:]) {
			return fail(Truncated, at, "the document ends inside a character")
		}
		return fail(Encoding, at, "the byte 0x%02X begins no character of UTF-8 here", p.src[at])
	}
	return fail(Encoding, at, "the character U+%04X is none that XML 1.0 allows", r)
}

// otherEncoding recognises what XML 1.0 appendix F tells apart by the first bytes.
func otherEncoding(s string) string {
	for _, sign := range [...]struct{ bytes, name string }{
		{"\x00\x00\xfe\xff", "UTF-32"}, {"\xff\xfe\x00\x00", "UTF-32"},
		{"\x00\x00\x00<", "UTF-32"}, {"<\x00\x00\x00", "UTF-32"},
		{"\xfe\xff", "UTF-16"}, {"\xff\xfe", "UTF-16"},
		{"\x00<", "UTF-16"}, {"<\x00", "UTF-16"},
		{"\x4c\x6f\xa7\x94", "EBCDIC"},
		{"+/v8-", "UTF-7"}, {"+ADw-", "UTF-7"},
	} {
		if strings.HasPrefix(s, sign.bytes) {
			return sign.name
		}
	}
	return ""
}

// name reads a QName at an offset. colon is the offset of the colon or -1; ok is false
// where there is none, and end is then the offset of what is wrong.
func (p *parser) name(at int) (colon, end int, ok bool) {
	end, ok = p.ncname(at)
	if !ok || end == len(p.src) || p.src[end] != ':' {
		return -1, end, ok
	}
	colon = end
	end, ok = p.ncname(colon + 1)
	return colon, end, ok && (end == len(p.src) || p.src[end] != ':')
}

// ncname reads a name without a colon.
func (p *parser) ncname(at int) (end int, ok bool) {
	src := p.src
	i := at
	if i < len(src) && byteClass[src[i]]&byteStart != 0 {
		for i++; i < len(src) && byteClass[src[i]]&byteName != 0; i++ {
		}
	}
	for i < len(src) && (src[i] >= 0x80 || i > at && byteClass[src[i]]&byteName != 0) {
		r, n := utf8.DecodeRuneInString(src[i:])
		if !startsName(r) && (i == at || !continuesName(r)) {
			break
		}
		i += n
	}
	return i, i > at
}
