package saml

import "strings"

// startTag reads a start tag or an empty-element tag.
func (p *parser) startTag() *SyntaxError {
	src, start := p.src, p.pos
	colon, end, ok := p.name(start + 1)
	if !ok {
		return p.noName(end, "element")
	}
	if p.open == 0 && p.root != 0 {
		return fail(Outside, start, "a second root element <%s> follows the first", shorten(src[start+1:end]))
	}
	d := p.d
	n := node{kind: kindElement, start: int32(start), local: int32(start + 1), localEnd: int32(end),
		attr0: int32(len(d.attrs)), decl0: int32(len(d.decls))}
	if colon >= 0 {
		n.local = int32(colon + 1)
		n.prefix = p.prefixID(src[start+1 : colon])
	}
	id, err := p.add(n)
	if err != nil {
		return err
	}
	if p.root == 0 {
		p.root = id
	}
	if p.depth++; p.depth > p.lim.Depth {
		return fail(LimitReached, start, "elements are nested more than %d deep", p.lim.Depth)
	}
	outer := p.open
	p.open = id
	empty, err := p.attributes(end, id)
	if err != nil {
		return err
	}
	if err := p.resolve(id); err != nil {
		return err
	}
	if empty {
		p.close(p.pos)
		p.open = outer
	}
	return nil
}

// attributes reads a start tag from behind its name to its end.
func (p *parser) attributes(at int, id int32) (empty bool, err *SyntaxError) {
	src, lt := p.src, p.next(&p.lt, at)
	for count := 0; ; {
		from := at
		for at < len(src) && isSpace(src[at]) {
			at++
		}
		if at == len(src) {
			return false, p.cut(from)
		}
		switch src[at] {
		case '>':
			p.pos = at + 1
			return false, nil
		case '/':
			if at+1 == len(src) {
				return false, p.cut(at)
			}
			if src[at+1] != '>' {
				return false, fail(Malformed, at, "a / stands inside the tag of <%s>", shorten(p.qname(id)))
			}
			p.pos = at + 2
			return true, nil
		case '<':
			return false, fail(Malformed, at, "the tag of <%s> is not closed before the next <", shorten(p.qname(id)))
		}
		if from == at {
			return false, fail(Malformed, at, "white space is missing before an attribute of <%s>", shorten(p.qname(id)))
		}
		if count++; count > p.lim.Attributes {
			return false, fail(LimitReached, at, "<%s> has more than %d attributes", shorten(p.qname(id)), p.lim.Attributes)
		}
		if len(p.d.attrs)+len(p.d.decls) >= p.lim.AllAttributes {
			return false, fail(LimitReached, at, "the document has more than %d attributes", p.lim.AllAttributes)
		}
		if at, err = p.attribute(at, lt, id); err != nil {
			return false, err
		}
	}
}

// attribute reads one attribute or namespace declaration; lt is the offset of the next <.
func (p *parser) attribute(at, lt int, id int32) (next int, err *SyntaxError) {
	src := p.src
	colon, end, ok := p.name(at)
	if !ok {
		return 0, p.noName(end, "attribute")
	}
	v := end
	for v < len(src) && isSpace(src[v]) {
		v++
	}
	if v == len(src) {
		return 0, p.cut(v)
	}
	if src[v] != '=' {
		return 0, fail(Malformed, v, "the attribute %s has no value", shorten(src[at:end]))
	}
	for v++; v < len(src) && isSpace(src[v]); v++ {
	}
	if v == len(src) {
		return 0, p.cut(v)
	}
	quote := src[v]
	if quote != '"' && quote != '\'' {
		return 0, fail(Malformed, v, "the value of the attribute %s is not in quotes", shorten(src[at:end]))
	}
	v++
	n := strings.IndexByte(src[v:lt], quote)
	if n < 0 {
		if lt == len(src) {
			return 0, p.cut(lt)
		}
		return 0, fail(Malformed, lt, "a < stands in the value of the attribute %s", shorten(src[at:end]))
	}
	value, valueEnd, extra := v, v+n, false
	if p.next(&p.amp, v) < valueEnd || p.next(&p.nl, v) < valueEnd || p.next(&p.tab, v) < valueEnd || p.next(&p.cr, v) < valueEnd {
		if value, valueEnd, err = p.normalise(v, v+n, true); err != nil {
			return 0, err
		}
		extra = true
	}
	name := src[at:end]
	switch {
	case name == "xmlns":
		err = p.declare(0, value, valueEnd, extra, at, id)
	case colon == at+5 && name[:5] == "xmlns":
		err = p.declare(p.prefixID(name[6:]), value, valueEnd, extra, at, id)
	default:
		a := attr{extra: extra, start: int32(at), local: int32(at), localEnd: int32(end), value: int32(value), valueEnd: int32(valueEnd)}
		if colon >= 0 {
			a.local = int32(colon + 1)
			a.prefix = p.prefixID(src[at:colon])
		}
		p.d.attrs = append(p.d.attrs, a)
	}
	return v + n + 1, err
}

// noName is the error where a name was wanted.
func (p *parser) noName(at int, what string) *SyntaxError {
	if at >= len(p.src) {
		return p.cut(len(p.src))
	}
	return fail(Malformed, at, "%s cannot stand in the name of an %s here", quoteText(p.src[at:at+runeLen(p.src[at:])]), what)
}

// endTag reads an end tag.
func (p *parser) endTag() *SyntaxError {
	src, at := p.src, p.pos+2
	if p.open == 0 {
		return fail(Outside, p.pos, "an end tag stands outside the root element")
	}
	name := p.qname(p.open)
	if !strings.HasPrefix(src[at:], name) {
		if strings.HasPrefix(name, src[at:]) {
			return p.cut(p.pos)
		}
		_, end, ok := p.name(at)
		if !ok {
			return p.noName(end, "element")
		}
		return fail(Malformed, p.pos, "<%s> is closed by </%s>", shorten(name), shorten(src[at:end]))
	}
	end := at + len(name)
	for at = end; at < len(src) && isSpace(src[at]); at++ {
	}
	if at == len(src) {
		return p.cut(p.pos)
	}
	if src[at] != '>' {
		if _, end, ok := p.name(p.pos + 2); ok && end > at {
			return fail(Malformed, p.pos, "<%s> is closed by </%s>", shorten(name), shorten(src[p.pos+2:end]))
		}
		return fail(Malformed, at, "an end tag holds more than the name %s", shorten(name))
	}
	p.pos = at + 1
	p.close(p.pos)
	p.open = p.d.nodes[p.open].parent
	return nil
}

// close ends the open element at an offset and takes its declarations out of scope.
func (p *parser) close(end int) {
	d := p.d
	n := &d.nodes[p.open]
	n.end, n.after = int32(end), int32(len(d.nodes))
	for i := n.decl1 - 1; i >= n.decl0; i-- {
		p.bound[d.decls[i].prefix] = p.shadowed[i]
		p.inScope--
	}
	p.depth--
}
