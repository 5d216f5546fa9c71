package capture

import (
	"fmt"
	"strings"
)

// Bounds on reading dumps.
const (
	hexColumns = 64 // octets in one line
	maxHexHead = 10 // lines before the first
)

// readHex reads a dump of octets as hexadecimal digits, with offsets before the lines and
// characters behind them or without either, as hexdump, xxd and network analysers write
// it. It answers false where the text is none, or none of a message.
func (r *reader) readHex(text string) bool {
	data, lines := hexDump(text)
	if data == nil {
		return false
	}
	what := fmt.Sprintf("hexadecimal digits decoded: %d bytes", len(data))
	if lines > 1 {
		what = fmt.Sprintf("dump in hexadecimal digits decoded: %d lines to %d bytes", lines, len(data))
	}
	if r.readInner(what, data) == nil {
		return true
	}
	if swapped := swap(data); r.readInner(what+", the two octets of each word swapped", swapped) == nil {
		return true
	}
	return false
}

// hexDump decodes a dump, every line of which must be of its form but for some before the
// first; nil where one is not.
func hexDump(text string) (data []byte, lines int) {
	if data := plainHex(text); data != nil && !hasOffsets(text) {
		return data, 1
	}
	data = make([]byte, 0, min(len(text)/4, 64<<10))
	skipped, indented := 0, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n \t")
		bare := strings.TrimLeft(line, " \t")
		if bare == "" || lines > 0 && !indented && len(bare) < len(line) {
			continue // indented ones are those of the other side of a connection
		}
		rest, ok := offset(bare, len(data))
		if !ok {
			if skipped++; lines > 0 || skipped > maxHexHead {
				return nil, 0
			}
			continue
		}
		n := len(data)
		if data = hexColumn(data, rest); len(data) == n && rest != "" {
			return nil, 0
		}
		if lines++; lines == 1 {
			indented = len(bare) < len(line)
		}
	}
	if lines < 2 || len(data) < minValue {
		return nil, 0
	}
	return data, lines
}

// plainHex decodes a text of nothing but hexadecimal digits, white space and colons, also
// with what databases put before octets; nil where it is none.
func plainHex(text string) []byte {
	var data []byte
	half := -1
	text = strings.Trim(text, `"' `)
	for _, begin := range [...]string{"0x", "0X", `\x`} {
		text = strings.TrimPrefix(text, begin)
	}
	for i := range len(text) {
		c := text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':':
			continue
		case !isHex(c):
			return nil
		case half < 0:
			half = int(unhex(c))
			continue
		}
		data = append(data, byte(half)<<4|unhex(c))
		half = -1
	}
	if half >= 0 || len(data) < minValue {
		return nil
	}
	return data
}

// hasOffsets tells whether the lines of a dump without characters begin with offsets.
func hasOffsets(text string) bool {
	first, rest, found := strings.Cut(strings.TrimSpace(text), "\n")
	if !found {
		return false
	}
	column, one := offset(strings.TrimSpace(first), 0)
	n := len(hexColumn(nil, column))
	_, two := offset(firstLine(rest), n)
	return one && two && n > 0
}

// offset takes the offset off a line, which must be that of the next octet, in hexadecimal
// or octal digits.
func offset(line string, at int) (rest string, ok bool) {
	digits := strings.TrimPrefix(line, "0x")
	i := 0
	for i < len(digits) && i < 16 && isHex(digits[i]) {
		i++
	}
	if i < 4 || i < len(digits) && strings.IndexByte(" \t:", digits[i]) < 0 {
		return "", false
	}
	number := strings.ToLower(digits[:i])
	if number != fmt.Sprintf("%0*x", i, at) && number != fmt.Sprintf("%0*o", i, at) {
		return "", false
	}
	return strings.TrimPrefix(digits[i:], ":"), true
}

// hexColumn appends the octets of a line: groups of an even number of digits, up to two
// spaces behind the first eight or to the end.
func hexColumn(data []byte, s string) []byte {
	n := 0
	s = strings.TrimLeft(s, " \t")
	for s != "" && n < hexColumns {
		i := 0
		for i < len(s) && isHex(s[i]) {
			i++
		}
		if i == 0 || i%2 != 0 || i > 16 || i < len(s) && s[i] != ' ' && s[i] != '\t' && s[i] != '-' {
			break
		}
		for j := 0; j < i; j += 2 {
			data = append(data, unhex(s[j])<<4|unhex(s[j+1]))
			n++
		}
		rest := s[i:]
		gap := len(rest) - len(strings.TrimLeft(rest, " "))
		if gap >= 3 || gap == 2 && n != 8 && n != 16 || gap >= 2 && n == 16 {
			break // the characters follow
		}
		s = strings.TrimLeft(rest, " \t-")
	}
	return data
}

// swap exchanges the two octets of each word, which hexdump shows as little-endian
// numbers.
func swap(data []byte) []byte {
	out := append([]byte(nil), data...)
	for i := 0; i+1 < len(out); i += 2 {
		out[i], out[i+1] = out[i+1], out[i]
	}
	return out
}
