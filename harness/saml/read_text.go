package saml

import (
	"strings"
	"unicode/utf8"
)

// text reads character data up to the next <.
func (p *parser) text() *SyntaxError {
	from, to := p.pos, p.next(&p.lt, p.pos)
	p.pos = to
	if p.open == 0 {
		return p.outside(from, to)
	}
	if at := p.next(&p.closing, from); at < to {
		return fail(Malformed, at, "]]> stands in text outside a CDATA section")
	}
	n := node{kind: kindText, start: int32(from), end: int32(to), attr0: int32(from), attr1: int32(to)}
	if p.next(&p.amp, from) < to || p.next(&p.cr, from) < to {
		a, b, err := p.normalise(from, to, false)
		if err != nil {
			return err
		}
		n.extra, n.attr0, n.attr1 = true, int32(a), int32(b)
	}
	_, err := p.add(n)
	return err
}

// outside reads what stands before or after the root element.
func (p *parser) outside(from, to int) *SyntaxError {
	for at := from; at < to; at++ {
		if isSpace(p.src[at]) {
			continue
		}
		if p.root == 0 {
			return fail(Outside, at, "%s stands before the root element", quoteText(p.src[at:to]))
		}
		return fail(Outside, at, "%s stands after the root element", quoteText(p.src[at:to]))
	}
	return nil
}

// normalise writes text with its references replaced and its line ends made LF (XML
// 1.0 2.11), or an attribute value with its white space made spaces (3.3.3), to
// p.extra, and answers with where it lies there.
func (p *parser) normalise(from, to int, value bool) (start, end int, err *SyntaxError) {
	src := p.src
	start = len(p.extra)
	for i := from; i < to; {
		c := src[i]
		switch {
		case c == '&':
			if i, err = p.reference(i, to); err != nil {
				return 0, 0, err
			}
			continue
		case c == '\r':
			if i+1 < to && src[i+1] == '\n' {
				i++
			}
			c = '\n'
			if value {
				c = ' '
			}
		case value && isSpace(c):
			c = ' '
		}
		p.extra = append(p.extra, c)
		i++
	}
	return start, len(p.extra), nil
}

var entities = [...]struct{ name, value string }{{"amp;", "&"}, {"lt;", "<"}, {"gt;", ">"}, {"quot;", "\""}, {"apos;", "'"}}

// reference replaces the entity or character reference at an offset.
func (p *parser) reference(at, to int) (next int, err *SyntaxError) {
	rest := p.src[at+1 : to]
	if strings.HasPrefix(rest, "#") {
		return p.characterReference(at, to)
	}
	for _, e := range entities {
		if strings.HasPrefix(rest, e.name) {
			p.extra = append(p.extra, e.value...)
			return at + 1 + len(e.name), nil
		}
	}
	colon, end, ok := p.name(at + 1)
	if ok && colon < 0 && end < to && p.src[end] == ';' {
		return 0, fail(Malformed, at, "the entity &%s; is not declared; XML itself has only amp, lt, gt, quot and apos", shorten(p.src[at+1:end]))
	}
	return 0, fail(Malformed, at, "an & begins no entity or character reference; as text it is written &amp;")
}

func (p *parser) characterReference(at, to int) (next int, err *SyntaxError) {
	i, base := at+2, rune(10)
	if i < to && p.src[i] == 'x' {
		i, base = i+1, 16
	}
	first, r := i, rune(0)
	for ; i < to; i++ {
		c := p.src[i]
		var v rune
		switch {
		case '0' <= c && c <= '9':
			v = rune(c - '0')
		case base == 16 && isHex(c):
			v = rune(unhex(c))
		default:
			v = -1
		}
		if v < 0 {
			break
		}
		if r <= utf8.MaxRune {
			r = r*base + v
		}
	}
	if i == first || i == to || p.src[i] != ';' {
		return 0, fail(Malformed, at, "a character reference is not complete")
	}
	if !isChar(r) {
		return 0, fail(Encoding, at, "the character reference %s stands for a character that XML 1.0 does not allow", shorten(p.src[at:i+1]))
	}
	p.extra = utf8.AppendRune(p.extra, r)
	return i + 1, nil
}

// cdata reads a CDATA section.
func (p *parser) cdata() *SyntaxError {
	const open, shut = "<![CDATA[", "]]>"
	from := p.pos + len(open)
	to := p.next(&p.closing, from)
	if p.open == 0 {
		return fail(Outside, p.pos, "a CDATA section stands outside the root element")
	}
	if to == len(p.src) {
		return p.cut(p.pos)
	}
	if err := p.count(p.pos); err != nil {
		return err
	}
	n := node{kind: kindText, start: int32(p.pos), end: int32(to + len(shut))}
	p.pos = to + len(shut)
	if from == to {
		return nil
	}
	n.extra, n.attr0, n.attr1 = p.lines(from, to)
	_, err := p.add(n)
	return err
}

// lines is where the text between two offsets lies with its line ends made LF.
func (p *parser) lines(from, to int) (extra bool, a, b int32) {
	if p.next(&p.cr, from) >= to {
		return false, int32(from), int32(to)
	}
	a = int32(len(p.extra))
	for i := from; i < to; i++ {
		c := p.src[i]
		if c == '\r' {
			if i+1 < to && p.src[i+1] == '\n' {
				continue
			}
			c = '\n'
		}
		p.extra = append(p.extra, c)
	}
	return true, a, int32(len(p.extra))
}

// comment reads a comment.
func (p *parser) comment() *SyntaxError {
	from := p.pos + len("<!--")
	n := strings.Index(p.src[from:], "--")
	if n < 0 || from+n+2 == len(p.src) {
		return p.cut(p.pos)
	}
	to := from + n
	if p.src[to+2] != '>' {
		return fail(Malformed, to, "-- stands inside a comment")
	}
	c := node{kind: kindComment, start: int32(p.pos), end: int32(to + 3)}
	c.extra, c.attr0, c.attr1 = p.lines(from, to)
	p.pos = to + 3
	_, err := p.add(c)
	return err
}

// instruction reads a processing instruction.
func (p *parser) instruction() *SyntaxError {
	at := p.pos + 2
	colon, end, ok := p.name(at)
	switch {
	case !ok && end >= len(p.src):
		return p.cut(p.pos)
	case !ok:
		return fail(Malformed, p.pos, "a processing instruction has no name")
	case colon >= 0:
		return fail(Namespaces, colon, "the name of a processing instruction holds a colon")
	case strings.EqualFold(p.src[at:end], "xml"):
		if p.src[at:end] == "xml" && p.root == 0 {
			return fail(Malformed, p.pos, "the XML declaration is not at the very start of the document")
		}
		return fail(Malformed, p.pos, "a processing instruction is named xml, which is reserved")
	}
	n := strings.Index(p.src[end:], "?>")
	if n < 0 {
		return p.cut(p.pos)
	}
	from, to := end, end+n
	if from < to && !isSpace(p.src[from]) {
		return fail(Malformed, from, "white space is missing behind the name of a processing instruction")
	}
	for from < to && isSpace(p.src[from]) {
		from++
	}
	pi := node{kind: kindPI, start: int32(p.pos), end: int32(to + 2), local: int32(at), localEnd: int32(end)}
	pi.extra, pi.attr0, pi.attr1 = p.lines(from, to)
	p.pos = to + 2
	_, err := p.add(pi)
	return err
}

func runeLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}
