package formula

import (
	"fmt"
	"strings"
)

// maxDepth is how deeply parentheses, calls and signs may be nested. It keeps hostile
// formulas from exhausting the stack; no formula of a person comes near it.
const maxDepth = 100

// The kinds of node.
type nodeKind int

const (
	nodeText nodeKind = iota
	nodeNumber
	nodeField
	nodeWord  // a name that stands alone: TRUE, FALSE, NULL
	nodeCall  // text is the function as typed
	nodeUnary // text is the operator
	nodeBinary
)

// A node is a part of a formula.
type node struct {
	kind     nodeKind
	text     string
	args     []*node
	pos, end int // byte offsets of the node's own token
	last     int // byte offset of the end of everything below it, where that is known

	// What the checker finds.
	typ      Type
	number   decimal   // of a number
	field    string    // of a field, as Salesforce spells it
	function *function // of a call
}

// start is where the part of the formula begins that the node stands for.
func (n *node) start() int {
	if n.kind == nodeBinary {
		return n.args[0].start()
	}
	return n.pos
}

// finish is where it ends.
func (n *node) finish() int {
	if len(n.args) == 0 {
		return max(n.end, n.last)
	}
	return max(n.last, n.args[len(n.args)-1].finish())
}

// walk calls f on the node and on everything below it, in the order of the text.
func (n *node) walk(f func(*node)) {
	if n.kind == nodeBinary {
		n.args[0].walk(f)
		f(n)
		n.args[1].walk(f)
		return
	}
	f(n)
	for _, a := range n.args {
		a.walk(f)
	}
}

// levels are the binary operators from the loosest to the tightest, all of them from left
// to right. Salesforce's published grammar (github.com/salesforce/formula-engine,
// FormulaGrammar.g) binds ^ less tightly than * and /, against custom: 2*3^2 is 36 and
// 2^3*2 is 64.
var levels = [][]string{
	{"||"},
	{"&&"},
	{"=", "==", "<>", "!="},
	{"<", ">", "<=", ">="},
	{"+", "-", "&"},
	{"^"},
	{"*", "/"},
}

// A parser reads tokens by recursive descent.
type parser struct {
	text   string
	tokens []token
	i      int
	depth  int
}

// parse makes the tree of a whole formula.
func parse(text string, tokens []token) (*node, error) {
	p := &parser{text: text, tokens: tokens}
	n, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, p.leftover(t)
	}
	return n, nil
}

func (p *parser) peek() token { return p.tokens[p.i] }

// take is the next token where it is one of these operators.
func (p *parser) take(ops ...string) (token, bool) {
	t := p.peek()
	if t.kind == tokenOperator {
		for _, op := range ops {
			if t.text == op {
				p.i++
				return t, true
			}
		}
	}
	return t, false
}

// binary reads operators of a level, and tighter ones, from left to right.
func (p *parser) binary(level int) (*node, error) {
	if level == len(levels) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for {
		op, ok := p.take(levels[level]...)
		if !ok {
			return left, nil
		}
		right, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		left = &node{kind: nodeBinary, text: op.text, args: []*node{left, right}, pos: op.pos, end: op.end}
	}
}

// unary reads signs and negations before an operand. NOT is one of them, as in the
// published grammar: NOT(a) = b is (NOT a) = b.
func (p *parser) unary() (*node, error) {
	op, ok := p.take("-", "+", "!")
	if t := p.peek(); !ok && t.kind == tokenName && strings.EqualFold(t.text, "NOT") {
		op, ok = t, true
		p.i++
	}
	if !ok {
		return p.operand()
	}
	if err := p.enter(op); err != nil {
		return nil, err
	}
	defer p.leave()
	arg, err := p.unary()
	if err != nil {
		return nil, err
	}
	return &node{kind: nodeUnary, text: op.text, args: []*node{arg}, pos: op.pos, end: op.end}, nil
}

// operand reads a literal, a field, a call or a formula in parentheses.
func (p *parser) operand() (*node, error) {
	t := p.peek()
	n := &node{text: t.text, pos: t.pos, end: t.end}
	switch t.kind {
	case tokenText:
		n.kind = nodeText
	case tokenNumber:
		n.kind = nodeNumber
	case tokenField:
		n.kind = nodeField
	case tokenName:
		p.i++
		if _, ok := p.take("("); ok {
			return p.call(n)
		}
		return p.word(n)
	default:
		if _, ok := p.take("("); ok {
			return p.parentheses(t)
		}
		return nil, p.missing(t)
	}
	p.i++
	return n, nil
}

// parentheses reads a formula up to the parenthesis that closes it.
func (p *parser) parentheses(open token) (*node, error) {
	if err := p.enter(open); err != nil {
		return nil, err
	}
	defer p.leave()
	n, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	if t, ok := p.take(")"); !ok {
		return nil, p.unclosed(open, t)
	}
	return n, nil
}

// call reads the arguments of a function, after its opening parenthesis.
func (p *parser) call(n *node) (*node, error) {
	n.kind = nodeCall
	open := p.tokens[p.i-1]
	if err := p.enter(open); err != nil {
		return nil, err
	}
	defer p.leave()
	if t, ok := p.take(")"); ok {
		n.last = t.end
		return n, nil
	}
	for {
		arg, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, arg)
		if _, ok := p.take(","); ok {
			continue
		}
		t, ok := p.take(")")
		if !ok {
			return nil, p.unclosed(open, t)
		}
		n.last = t.end
		return n, nil
	}
}

// word reads a name that stands alone. Only the names of values may.
func (p *parser) word(n *node) (*node, error) {
	n.kind = nodeWord
	switch strings.ToUpper(n.text) {
	case "TRUE", "FALSE", "NULL":
		return n, nil
	}
	return nil, errorAt(p.text, n.pos, fmt.Sprintf("Field %s does not exist.", n.text), p.wordHint(n))
}

// wordHint says what a word that stands alone may have been meant to be.
func (p *parser) wordHint(n *node) string {
	_, _, dotted := strings.Cut(n.text, ".")
	switch {
	case dotted && KnownField("$"+n.text):
		f, _ := lookup("$" + n.text)
		return fmt.Sprintf("Did you mean %s?", f.name)
	case dotted:
		return "A merge field begins with $, as $User.Email."
	}
	if f, ok := lookup("$User." + n.text); ok && f.kind != Unknown {
		return fmt.Sprintf(`If it is the user's, type %s; if it is a text, type it in quotes: "%s".`, f.name, n.text)
	}
	// Several bare words in a row are one text without its quotes.
	end := n.end
	for _, t := range p.tokens[p.i:] {
		if t.kind != tokenName && !(t.kind == tokenOperator && t.text == ",") || t.pos-end > 1 {
			break
		}
		end = t.end
	}
	return fmt.Sprintf(`If it is a text, type it in quotes: "%s".`, strings.TrimRight(p.text[n.pos:end], ", "))
}

func (p *parser) enter(t token) error {
	if p.depth++; p.depth > maxDepth {
		return errorAt(p.text, t.pos, fmt.Sprintf("The formula is nested more than %d levels deep.", maxDepth), "Simplify it.")
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

// missing says that an operand should stand where something else does.
func (p *parser) missing(t token) error {
	before := ""
	if p.i > 0 {
		before = fmt.Sprintf(" after %s", p.show(p.tokens[p.i-1]))
	}
	if t.kind == tokenEnd {
		return errorAt(p.text, t.pos, fmt.Sprintf("Something is missing%s at the end of the formula.", before),
			"Type a field, a text in quotes or a function there.")
	}
	return errorAt(p.text, t.pos, fmt.Sprintf("A value is missing%s, before %s.", before, p.show(t)),
		"Type a field, a text in quotes or a function there.")
}

// unclosed says that a parenthesis does not close.
func (p *parser) unclosed(open, t token) error {
	if t.kind == tokenEnd {
		return errorAt(p.text, open.pos, "This parenthesis is not closed.", "Type ) where it ends.")
	}
	return p.leftover(t)
}

// leftover says that a token follows a value without an operator between them.
func (p *parser) leftover(t token) error {
	hint := "Join texts with + or &."
	switch t.text {
	case ")":
		if t.kind == tokenOperator {
			return errorAt(p.text, t.pos, "This parenthesis closes nothing.", "Delete it.")
		}
	case ",":
		if t.kind == tokenOperator {
			return errorAt(p.text, t.pos, "A comma separates the arguments of a function, and there is no function here.",
				`If it is part of a text, type it inside the quotes: "agent, supervisor".`)
		}
	}
	if t.kind == tokenName {
		switch strings.ToUpper(t.text) {
		case "AND":
			return errorAt(p.text, t.pos, "AND does not stand between two conditions.", "Type &&, or AND(…, …).")
		case "OR":
			return errorAt(p.text, t.pos, "OR does not stand between two conditions.", "Type ||, or OR(…, …).")
		}
	}
	return errorAt(p.text, t.pos, fmt.Sprintf("There is no operator between %s and %s.", p.show(p.tokens[p.i-1]), p.show(t)), hint)
}

// show is a token as it is typed, shortened.
func (p *parser) show(t token) string {
	if t.kind == tokenEnd {
		return "the end"
	}
	if t.kind == tokenOperator && t.text == "," {
		return "the comma"
	}
	s := []rune(p.text[t.pos:t.end])
	if len(s) > 40 {
		return string(s[:39]) + "…"
	}
	return string(s)
}
