package yaml

import (
	"fmt"
	"strings"
)

const asText = "if it is meant as text, put the whole value in quotes"

// value reads a scalar or a flow collection. Text that goes on over several lines is
// indented further than parent.
func (p *parser) value(parent, depth int) *Node {
	switch c := p.peek(0); c {
	case '"':
		return p.double()
	case '\'':
		return p.single()
	case '|', '>':
		return p.literal(parent)
	case '[', '{':
		return p.flow(depth)
	case '&':
		p.fail("anchors (&) are not read here", asText)
	case '*':
		p.fail("aliases (*) are not read here", asText)
	case '!':
		p.fail("tags (!) are not read here", asText)
	case '%':
		p.fail("directives (%) are not read here", asText)
	case '@', '`', ',', ']', '}', '#':
		p.fail(fmt.Sprintf("a value cannot begin with %c", c), asText)
	case '?', '-', ':':
		if blankOrEnd(p.peek(1)) {
			p.fail(fmt.Sprintf("%c has no meaning here", c), asText)
		}
	}
	return p.plain(parent, false)
}

// finish wants nothing but a comment after a value on its line. A block of text has
// ended its line already.
func (p *parser) finish() {
	if p.column() != 0 {
		p.endOfLine("after the value")
	}
}

// plain reads text without quotes. Outside of flow collections a colon ends it on its
// first line, where it is then a key.
func (p *parser) plain(parent int, flow bool) *Node {
	n := p.node(Scalar)
	n.Plain = true
	var text strings.Builder
	gap := "" // what white space before the next word means
	for {
		word := p.word(flow, n)
		if word == "" {
			break
		}
		text.WriteString(gap)
		text.WriteString(word)
		before := *p
		var more bool
		if gap, more = p.between(parent, flow, n); !more {
			*p = before
			break
		}
		if p.wordEnds(flow) {
			// A colon or a bracket follows; it looks after the white space itself.
			if p.line != before.line && !flow {
				p.fail("a colon after several lines of text", "is a line indented too far, or a quotation mark missing?")
			}
			*p = before
			break
		}
	}
	n.Text = text.String()
	return n
}

// word reads up to white space or the end of the text.
func (p *parser) word(flow bool, n *Node) string {
	from := p.at
	for !blankOrEnd(p.peek(0)) && !p.wordEnds(flow) {
		p.at++
	}
	if !flow && p.line+1 != n.Line && p.colon() {
		p.fail("a colon after several lines of text", "is a line indented too far, or a quotation mark missing?")
	}
	return string(p.text[from:p.at])
}

// wordEnds tells whether plain text ends at the place though no white space is there.
func (p *parser) wordEnds(flow bool) bool {
	if p.colon() {
		return true
	}
	c := p.peek(0)
	if flow && (c == ':' && flowMark(p.peek(1)) || c == '?' && blankOrEnd(p.peek(1))) {
		p.fail(fmt.Sprintf("a %c that may or may not end this word", c), "put a space after the colon, or the value in quotes")
	}
	return flow && flowMark(c)
}

// between steps over the white space inside of plain text and says what it means: one
// line break is a space, each further one stays. It is false where the text ends.
func (p *parser) between(parent int, flow bool, n *Node) (gap string, more bool) {
	from := p.at
	p.blanks()
	if p.end() || p.peek(0) == '#' {
		return "", false
	}
	if p.peek(0) != '\n' {
		return string(p.text[from:p.at]), true
	}
	breaks, tab := 0, false
	for p.peek(0) == '\n' {
		p.newline()
		breaks++
		from = p.at
		p.blanks()
		tab = false
		for _, c := range p.text[from:p.at] {
			tab = tab || c == '\t'
		}
	}
	if p.end() || p.boundary() || p.peek(0) == '#' || !flow && p.column() <= parent {
		return "", false
	}
	if tab {
		p.fail("a tab indents this line", "YAML is indented with spaces")
	}
	if !flow && p.entry() {
		p.fail("an entry of a list within a text", fmt.Sprintf("the text begins on line %d", n.Line))
	}
	return folded(breaks), true
}

// folded is what so many line breaks in a row mean within text.
func folded(breaks int) string {
	if breaks == 1 {
		return " "
	}
	return strings.Repeat("\n", breaks-1)
}

// single reads text in single quotes, where two of them are one.
func (p *parser) single() *Node {
	n := p.node(Scalar)
	p.advance(1)
	var text strings.Builder
	for {
		switch c := p.peek(0); {
		case p.end():
			failAt(n, "this quotation mark is never closed", "a single quote within the text is written twice")
		case c == '\'' && p.peek(1) == '\'':
			text.WriteByte('\'')
			p.advance(2)
		case c == '\'':
			p.advance(1)
			n.Text = text.String()
			return n
		case blank(c) || c == '\n':
			text.WriteString(p.fold(n))
		default:
			text.WriteRune(c)
			p.advance(1)
		}
	}
}

// double reads text in double quotes, with escapes.
func (p *parser) double() *Node {
	n := p.node(Scalar)
	p.advance(1)
	var text strings.Builder
	for {
		switch c := p.peek(0); {
		case p.end():
			failAt(n, "this quotation mark is never closed", `a double quote within the text is written \"`)
		case c == '"':
			p.advance(1)
			n.Text = text.String()
			return n
		case c == '\\' && p.peek(1) == '\n':
			p.advance(1)
			if gap := p.fold(n); gap != " " {
				text.WriteString(gap)
			}
		case c == '\\':
			text.WriteRune(p.escape())
		case blank(c) || c == '\n':
			text.WriteString(p.fold(n))
		default:
			text.WriteRune(c)
			p.advance(1)
		}
	}
}

// fold steps over white space inside of quoted text and says what it means: on one line
// itself, and else what the line breaks mean.
func (p *parser) fold(n *Node) string {
	from := p.at
	p.blanks()
	if p.peek(0) != '\n' {
		return string(p.text[from:p.at])
	}
	breaks := 0
	for p.peek(0) == '\n' {
		p.newline()
		breaks++
		if p.boundary() {
			failAt(n, "this quotation mark is not closed before the end of the document", "")
		}
		p.blanks()
	}
	return folded(breaks)
}

// escape reads an escape sequence of a text in double quotes (YAML 1.2 section 5.7).
func (p *parser) escape() rune {
	digits := 0
	var c rune
	switch p.peek(1) {
	case '0':
		c = 0
	case 'a':
		c = '\a'
	case 'b':
		c = '\b'
	case 't', '\t':
		c = '\t'
	case 'n':
		c = '\n'
	case 'v':
		c = '\v'
	case 'f':
		c = '\f'
	case 'r':
		c = '\r'
	case 'e':
		c = 0x1b
	case ' ', '"', '/', '\\':
		c = p.peek(1)
	case 'N':
		c = 0x85
	case '_':
		c = 0xa0
	case 'L':
		c = 0x2028
	case 'P':
		c = 0x2029
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		p.fail("a backslash that escapes nothing", `within double quotes a backslash is written \\; or use single quotes`)
	}
	for i := range digits {
		d := strings.IndexRune("0123456789abcdef", p.peek(2+i)|0x20)
		if d < 0 || p.peek(2+i) < '0' {
			p.fail(fmt.Sprintf(`\%c wants %d hexadecimal digits`, p.peek(1), digits), "")
		}
		c = c<<4 | rune(d)
	}
	if c < 0 || c > 0x10ffff || c >= 0xd800 && c < 0xe000 {
		p.fail("an escape that stands for no character", "")
	}
	p.advance(2 + digits)
	return c
}
