package yaml

import "fmt"

// flow reads a list in brackets or a mapping in braces, over any number of lines.
func (p *parser) flow(depth int) *Node {
	p.descend(depth)
	kind, closing := List, ']'
	if p.peek(0) == '{' {
		kind, closing = Mapping, '}'
	}
	n := p.node(kind)
	p.advance(1)
	seen := map[string]*Node{}
	for {
		p.within(n)
		if p.peek(0) == closing {
			p.advance(1)
			return n
		}
		if kind == List {
			n.Items = append(n.Items, p.flowValue(depth+1))
		} else {
			n.Pairs = append(n.Pairs, p.flowPair(n, seen, depth+1))
		}
		p.within(n)
		switch p.peek(0) {
		case ',':
			p.advance(1)
		case closing:
		case ':':
			p.fail("a colon in a list", "a mapping in a list has braces: {key: value}")
		default:
			p.fail("a comma is missing before this", "text with a comma, colon, bracket or quotation mark is put in quotes")
		}
	}
}

// within goes to the next thing inside of a flow collection.
func (p *parser) within(n *Node) {
	p.skip()
	if p.end() || p.boundary() {
		bracket := "bracket"
		if n.Kind == Mapping {
			bracket = "brace"
		}
		failAt(n, "this "+bracket+" is never closed", "")
	}
}

// flowPair reads a key, and its value where it has one.
func (p *parser) flowPair(n *Node, seen map[string]*Node, depth int) Pair {
	line := p.line
	key := p.flowValue(depth)
	p.admit(key, seen)
	if p.line != line {
		failAt(key, "a key stands on one line", "")
	}
	p.blanks()
	nothing := p.node(Absent)
	if p.peek(0) != ':' || key.Plain && !p.colon() {
		return Pair{key, nothing}
	}
	p.advance(1)
	p.within(n)
	if c := p.peek(0); c == ',' || c == '}' {
		return Pair{key, nothing}
	}
	return Pair{key, p.flowValue(depth)}
}

// flowValue reads one value inside of a flow collection.
func (p *parser) flowValue(depth int) *Node {
	switch c := p.peek(0); c {
	case '|', '>':
		p.fail("a block of text inside of brackets", asText)
	case '"', '\'', '[', '{', '&', '*', '!', '%', '@', '`', ',', ']', '}', '#':
		return p.value(-1, depth)
	case '?', ':':
		p.fail(fmt.Sprintf("a value in brackets cannot begin with %c", c), asText)
	case '-':
		if blankOrEnd(p.peek(1)) || flowMark(p.peek(1)) {
			p.fail("- has no meaning here", asText)
		}
	}
	return p.plain(-1, true)
}
