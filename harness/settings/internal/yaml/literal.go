package yaml

import "strings"

// literal reads a block of text that | or > begins, indented further than parent (YAML
// 1.2 section 8.1). It leaves the place at the beginning of the line after it.
func (p *parser) literal(parent int) *Node {
	n := p.node(Scalar)
	fold := p.peek(0) == '>'
	p.advance(1)
	chomp, indent := p.header(parent)
	p.endOfLine("after the header of a block of text")
	if !p.end() {
		p.newline()
	}
	empty := p.empty(&indent, parent)
	var text strings.Builder
	lead := "" // the line break after the last line, not yet written
	wasBlank := false
	for !p.end() && p.column() == indent && !p.boundary() {
		isBlank := blank(p.peek(0))
		if fold && lead != "" && !wasBlank && !isBlank {
			if empty == 0 {
				text.WriteByte(' ')
			}
		} else {
			text.WriteString(lead)
		}
		text.WriteString(strings.Repeat("\n", empty))
		lead, wasBlank = "", isBlank
		from := p.at
		p.comment() // the rest of the line, whatever it is
		text.WriteString(string(p.text[from:p.at]))
		if !p.end() {
			lead = "\n"
			p.newline()
		}
		empty = p.empty(&indent, parent)
	}
	if chomp != '-' {
		text.WriteString(lead)
	}
	if chomp == '+' {
		text.WriteString(strings.Repeat("\n", empty))
	}
	if !p.end() {
		p.at = p.from // what is less indented begins here
	}
	n.Text = text.String()
	return n
}

// header reads what follows | or >: how trailing line breaks are kept, and the
// indentation where it is given, else -1.
func (p *parser) header(parent int) (chomp rune, indent int) {
	indent = -1
	for {
		switch c := p.peek(0); {
		case (c == '+' || c == '-') && chomp == 0:
			chomp = c
		case c >= '1' && c <= '9' && indent < 0:
			indent = max(parent, 0) + int(c-'0')
		default:
			return chomp, indent
		}
		p.advance(1)
	}
}

// empty steps over empty lines and the indentation of the next one, and counts them. An
// indentation that is not known yet is that of the first line with text.
func (p *parser) empty(indent *int, parent int) int {
	count, widest := 0, 0
	for {
		for p.peek(0) == ' ' && (*indent < 0 || p.column() < *indent) {
			p.at++
		}
		if p.peek(0) == '\t' && (*indent < 0 || p.column() < *indent) {
			p.fail("a tab indents this line", "YAML is indented with spaces")
		}
		if p.end() || p.peek(0) != '\n' {
			break
		}
		widest = max(widest, p.column())
		p.newline()
		count++
	}
	if *indent < 0 {
		*indent = max(p.column(), parent+1, 1)
		if widest > *indent && p.column() == *indent && !p.end() {
			p.fail("this line is indented less than an empty line above it", "remove the blanks from the empty line")
		}
	}
	return count
}
