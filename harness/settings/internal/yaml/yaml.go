// Package yaml reads the part of YAML 1.2 that settings are written in, with the line
// and column of everything: block and flow mappings and lists, plain and quoted text,
// literal and folded blocks, comments. It refuses, by name, what would let one place of
// a file stand for another (anchors, aliases, tags, merge keys, several documents) and
// it does not guess types: a value is the text that was typed.
//
// What it reads, every YAML reader reads alike; it takes time and memory proportional
// to the input. General readers do not serve here: they are lenient about mistakes that
// an administrator wants to be told of, and inexact about where those are.
package yaml

import "fmt"

// A Kind tells what a Node is.
type Kind int

// The kinds of nodes. Absent is nothing at all, as after "key:".
const (
	Absent Kind = iota
	Scalar
	Mapping
	List
)

// A Node is one value of the document and where it begins. Line and Column count from
// 1, columns in characters.
type Node struct {
	Kind         Kind
	Line, Column int
	Text         string  // of a scalar
	Plain        bool    // whether a scalar stands without quotes, on one or more lines
	Pairs        []Pair  // of a mapping, no key twice
	Items        []*Node // of a list
}

// A Pair is a key, which is a scalar, and its value.
type Pair struct{ Key, Value *Node }

// An Error says why a document cannot be read, where, and what to do about it.
type Error struct {
	Line, Column int
	Text, Hint   string // Hint may be empty
}

// Error is line:column: text.
func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Text) }

const (
	mostDepth = 32   // levels of nesting
	mostKey   = 1024 // characters of a key (YAML 1.2 section 7.4.2)
)

// Parse reads the one document in data. A document without content is Absent. An error
// is an *Error.
func Parse(data []byte) (root *Node, err error) {
	defer func() {
		if e := recover(); e != nil {
			refusal, ok := e.(*Error)
			if !ok {
				panic(e)
			}
			root, err = nil, refusal
		}
	}()
	p := &parser{text: decode(data)}
	p.skip()
	if p.marker("---") {
		p.advance(3)
		p.endOfLine("after ---")
		p.skip()
	}
	root = p.block(-1, 0)
	p.skip()
	for p.marker("...") {
		p.advance(3)
		p.endOfLine("after ...")
		p.skip()
	}
	switch {
	case p.marker("---"):
		p.fail("a second document begins here", "settings are one document: remove the line ---")
	case !p.end():
		p.misplaced(root)
	}
	return root, nil
}

// misplaced says why there is text after a complete document.
func (p *parser) misplaced(root *Node) {
	if root.Kind == Mapping || root.Kind == List {
		p.fail("this line is indented less than the first one, "+where(root), "")
	}
	p.fail("text after the end of the document", "a document is one mapping: key: value")
}

func where(n *Node) string { return fmt.Sprintf("line %d", n.Line) }

// A parser is a place in the text. Its methods leave through fail where the text is not
// the YAML that is read here.
type parser struct {
	text []rune
	at   int // index in text
	line int // lines before the place
	from int // index where the line begins
}

func (p *parser) end() bool { return p.at >= len(p.text) }

// peek is the character so many places ahead, 0 behind the end.
func (p *parser) peek(ahead int) rune {
	if p.at+ahead >= len(p.text) {
		return 0
	}
	return p.text[p.at+ahead]
}

// column counts from 0, as indentation does.
func (p *parser) column() int { return p.at - p.from }

func (p *parser) advance(n int) { p.at += n }

// newline steps over a line break.
func (p *parser) newline() {
	p.at++
	p.line++
	p.from = p.at
}

func (p *parser) node(kind Kind) *Node {
	return &Node{Kind: kind, Line: p.line + 1, Column: p.column() + 1}
}

func (p *parser) fail(text, hint string) {
	panic(&Error{p.line + 1, p.column() + 1, text, hint})
}

func failAt(n *Node, text, hint string) {
	panic(&Error{n.Line, n.Column, text, hint})
}

// marker tells whether the place is a line that begins with --- or ... alone.
func (p *parser) marker(mark string) bool {
	if p.column() != 0 {
		return false
	}
	for i, c := range mark {
		if p.peek(i) != c {
			return false
		}
	}
	return blankOrEnd(p.peek(len(mark)))
}

func (p *parser) boundary() bool { return p.marker("---") || p.marker("...") }

// blanks steps over the blanks of a line.
func (p *parser) blanks() {
	for blank(p.peek(0)) {
		p.at++
	}
}

// endOfLine steps over blanks and a comment, and wants nothing else on the line.
func (p *parser) endOfLine(after string) {
	p.blanks()
	switch c := p.peek(0); {
	case p.end() || c == '\n':
	case c == '#' && p.at > p.from && blank(p.text[p.at-1]):
		p.comment()
	default:
		p.fail("unexpected text "+after, "if the text is one value, put the whole of it in single quotes")
	}
}

func (p *parser) comment() {
	for !p.end() && p.peek(0) != '\n' {
		p.at++
	}
}

// skip steps over white space, comments and line breaks to the next thing that stands
// in the document.
func (p *parser) skip() {
	for !p.end() {
		tab := -1
		for blank(p.peek(0)) {
			if p.peek(0) == '\t' && tab < 0 {
				tab = p.at
			}
			p.at++
		}
		switch {
		case p.peek(0) == '\n':
			p.newline()
		case p.peek(0) == '#' && (p.at == p.from || blank(p.text[p.at-1])):
			p.comment()
		default:
			if tab >= 0 && !p.end() && p.leading() {
				p.at = tab
				p.fail("a tab indents this line", "YAML is indented with spaces")
			}
			return
		}
	}
}

// leading tells whether only blanks stand before the place on its line.
func (p *parser) leading() bool {
	for i := p.at - 1; i >= p.from; i-- {
		if !blank(p.text[i]) {
			return false
		}
	}
	return true
}

func blank(c rune) bool      { return c == ' ' || c == '\t' }
func blankOrEnd(c rune) bool { return c == 0 || c == '\n' || blank(c) }
func flowMark(c rune) bool {
	return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'
}
