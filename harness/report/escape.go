package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible writes a string so that a reader sees every character of it and none acts on
// the terminal: control characters, bidirectional overrides, characters of no width,
// unusual spaces and bytes that are no UTF-8 become escapes such as \n and \u202e.
func visible(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[i])
		} else if hidden(r) {
			b.WriteString(escape(r))
		} else {
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

// plain reports whether a string is printable ASCII, which needs no escape.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// hidden reports whether a character cannot be seen as what it is.
func hidden(r rune) bool {
	switch {
	case r == ' ':
		return false
	case !unicode.IsPrint(r): // controls, formats, spaces but the ordinary one, unassigned
		return true
	}
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// escape is how a character is written that cannot be shown.
func escape(r rune) string {
	switch r {
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	switch {
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// lineEnds turns line ends and tabs into spaces.
var lineEnds = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")

// prose makes one line of a text that people wrote, with single spaces, and makes what
// it quotes visible.
func prose(s string) string {
	return strings.Join(strings.Fields(visible(lineEnds.Replace(s))), " ")
}

// columns is how many columns of a terminal a visible string takes. Our own escapes for
// colour take none.
func columns(s string) int {
	n, inPaint := 0, false
	for _, r := range s {
		switch {
		case inPaint:
			inPaint = r != 'm'
		case r == '\x1b':
			inPaint = true
		default:
			n += columnsOf(r)
		}
	}
	return n
}

// columnsOf is how many columns one character takes: none for a mark that stands on
// another character, two for those of East Asian scripts and emoji.
func columnsOf(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && r <= 0x115f,
		r >= 0x2e80 && r <= 0xa4cf && r != 0x303f,
		r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f,
		r >= 0xff00 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1f64f,
		r >= 0x1f680 && r <= 0x1f6ff,
		r >= 0x1f900 && r <= 0x1f9ff,
		r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// wrap breaks prose into lines, the first and the others of at most so many columns. A
// word that is longer than a line, as a URL, stays whole so that it can be copied.
func wrap(s string, first, rest int) []string {
	var lines []string
	line, n, width := "", 0, first
	for _, word := range strings.Fields(s) {
		w := columns(word)
		if line != "" && n+1+w > width {
			lines = append(lines, line)
			line, n, width = "", 0, rest
		}
		if line != "" {
			line += " "
			n++
		}
		line += word
		n += w
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// fold breaks a value into lines of at most so many columns, after a space where there
// is one, and changes nothing in it.
func fold(s string, width int) []string {
	var lines []string
	start, space, n := 0, -1, 0
	for i, r := range s {
		if n += columnsOf(r); n > width && i > start {
			end := i
			if space > start {
				end = space
			}
			lines = append(lines, s[start:end])
			start, space = end, -1
			n = columns(s[start:i]) + columnsOf(r)
		}
		if r == ' ' {
			space = i + 1
		}
	}
	return append(lines, s[start:])
}
