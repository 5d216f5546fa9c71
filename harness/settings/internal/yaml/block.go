package yaml

import "fmt"

// block reads the value that begins at the place or on a later line, inside a block
// that is indented by parent (-1 for the document). It is Absent where the next thing
// is not indented further.
func (p *parser) block(parent, depth int) *Node {
	nothing := p.node(Absent)
	p.skip()
	if p.end() || p.boundary() || p.column() <= parent {
		return nothing
	}
	p.descend(depth)
	if p.entry() {
		return p.list(depth)
	}
	return p.mappingOrScalar(parent, depth)
}

func (p *parser) descend(depth int) {
	if depth >= mostDepth {
		p.fail(fmt.Sprintf("more than %d levels of nesting", mostDepth), "")
	}
}

// entry tells whether the place is a dash that begins an entry of a list.
func (p *parser) entry() bool { return p.peek(0) == '-' && blankOrEnd(p.peek(1)) }

// colon tells whether the place is a colon that ends a key of a block mapping.
func (p *parser) colon() bool { return p.peek(0) == ':' && blankOrEnd(p.peek(1)) }

// list reads the entries whose dashes stand in this column.
func (p *parser) list(depth int) *Node {
	n, column := p.node(List), p.column()
	for {
		p.advance(1)
		n.Items = append(n.Items, p.item(column, depth+1))
		if !p.sibling(column, n) {
			return n
		}
		if !p.entry() {
			// A list in the column of its key ends at the next key.
			return n
		}
	}
}

// item reads what follows a dash. On the line of the dash it may be anything.
func (p *parser) item(column, depth int) *Node {
	nothing := p.node(Absent)
	from := p.at
	p.blanks()
	if p.end() || p.peek(0) == '\n' || p.peek(0) == '#' {
		if n := p.block(column, depth); n.Kind != Absent {
			return n
		}
		return nothing
	}
	for _, c := range p.text[from:p.at] {
		if c == '\t' {
			p.fail("a tab after the dash of a list", "put a space there")
		}
	}
	p.descend(depth)
	if p.entry() {
		return p.list(depth)
	}
	return p.mappingOrScalar(column, depth)
}

// sibling goes to the next thing of a block whose things begin in a column. It is false
// where the block ends.
func (p *parser) sibling(column int, block *Node) bool {
	p.skip()
	switch {
	case p.end() || p.boundary() || p.column() < column:
		return false
	case p.column() > column:
		p.fail(fmt.Sprintf("this line is indented by %d, what it belongs to by %d", p.column(), column), fmt.Sprintf("the block begins on line %d", block.Line))
	}
	return true
}

// mappingOrScalar reads a scalar, or the mapping whose first key it is.
func (p *parser) mappingOrScalar(parent, depth int) *Node {
	column, line := p.column(), p.line
	first := p.value(parent, depth)
	if first.Kind == Scalar && p.line == line {
		p.blanks()
	}
	if !p.colon() || p.line != line {
		p.finish()
		return first
	}
	n := &Node{Kind: Mapping, Line: first.Line, Column: first.Column}
	seen := map[string]*Node{}
	for key := first; ; key = p.key() {
		p.admit(key, seen)
		if !p.colon() {
			p.fail("a key is followed by a colon and a space", fmt.Sprintf("the mapping begins on line %d", n.Line))
		}
		p.advance(1)
		n.Pairs = append(n.Pairs, Pair{key, p.valueOf(column, depth+1)})
		if !p.sibling(column, n) {
			return n
		}
		if p.entry() {
			p.fail("an entry of a list where a key is wanted", fmt.Sprintf("the mapping begins on line %d", n.Line))
		}
	}
}

// key reads one key of a block mapping and the blanks before its colon.
func (p *parser) key() *Node {
	line := p.line
	n := p.value(maxIndent, 0)
	p.blanks()
	if p.line != line {
		failAt(n, "a key stands on one line", "")
	}
	return n
}

// maxIndent keeps a plain scalar on its line: no line is indented further.
const maxIndent = int(^uint(0) >> 1)

// admit refuses what is no key or was one before.
func (p *parser) admit(key *Node, seen map[string]*Node) {
	switch {
	case key.Kind != Scalar:
		failAt(key, "a key is a word", "")
	case len(key.Text) > mostKey:
		failAt(key, fmt.Sprintf("a key of more than %d characters", mostKey), "")
	case key.Plain && key.Text == "<<":
		failAt(key, "merge keys (<<) are not read here", "write the values out")
	}
	if before := seen[key.Text]; before != nil {
		failAt(key, fmt.Sprintf("the key %.60q is there twice", key.Text), fmt.Sprintf("the first is on line %d", before.Line))
	}
	seen[key.Text] = key
}

// valueOf reads the value after the colon of a key that stands in a column.
func (p *parser) valueOf(column, depth int) *Node {
	nothing := p.node(Absent)
	p.blanks()
	if !p.end() && p.peek(0) != '\n' && p.peek(0) != '#' {
		if p.entry() {
			p.fail("a list begins on a line of its own", "begin the next line with the dash")
		}
		n := p.value(column, depth)
		if p.column() == 0 {
			return n // a block of text, which has ended its line
		}
		p.blanks()
		if p.colon() {
			p.fail("a second colon on this line", "if the text before it belongs to the value, put the value in quotes")
		}
		p.finish()
		return n
	}
	p.skip()
	if !p.end() && !p.boundary() && p.column() == column && p.entry() {
		p.descend(depth)
		return p.list(depth)
	}
	if n := p.block(column, depth); n.Kind != Absent {
		return n
	}
	return nothing
}
