package saml

import (
	"fmt"
	"strings"
	"unsafe"
)

// Limits bound what a document may cost. Zero fields mean the default.
type Limits struct {
	Bytes         int // size of the document; default 10 MiB, at most 1 GiB
	Depth         int // nesting of elements; default 128
	Elements      int // elements, comments, processing instructions and CDATA sections; default 100,000
	Attributes    int // of one element, with its namespace declarations; default 256
	AllAttributes int // of the whole document, likewise; default 500,000
	Namespaces    int // namespace declarations in scope at one place; default 512
}

// A Problem is the kind of a SyntaxError.
type Problem int

// Why a document is refused.
const (
	Malformed    Problem = iota // not well-formed XML 1.0
	Doctype                     // a DOCTYPE, whatever it holds
	Encoding                    // not UTF-8, or declared as something else; characters that XML forbids
	Namespaces                  // undeclared or forbidden prefixes, relative namespace names
	Duplicate                   // an attribute twice, by name or by expanded name
	Outside                     // content before or after the one root element
	Empty                       // nothing there
	LimitReached                // larger, deeper or wider than Limits allow
	Truncated                   // it ends before the root element does
	Version                     // declared as another version of XML than 1.0
)

// A SyntaxError says where a document stops being acceptable, and why.
type SyntaxError struct {
	Problem      Problem
	Offset       int
	Line, Column int
	Text         string // in words, without the place
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Text)
}

const bom = "\ufeff"

// Parse reads a document. It keeps src, which must not be changed afterwards. The error
// is a *SyntaxError.
func Parse(src []byte, lim Limits) (*Document, error) {
	lim.defaults()
	if len(src) > lim.Bytes {
		return nil, &SyntaxError{LimitReached, 0, 1, 1, fmt.Sprintf("%d bytes are more than the %d that are read", len(src), lim.Bytes)}
	}
	return parse(unsafe.String(unsafe.SliceData(src), len(src)), lim)
}

func (l *Limits) defaults() {
	set := func(field *int, value int) {
		if *field <= 0 {
			*field = value
		}
	}
	set(&l.Bytes, 10<<20)
	set(&l.Depth, 128)
	set(&l.Elements, 100_000)
	set(&l.Attributes, 256)
	set(&l.AllAttributes, 500_000)
	set(&l.Namespaces, 512)
	l.Bytes = min(l.Bytes, 1<<30) // offsets have 32 bits
}

// parse reads a document whose limits are set.
func parse(src string, lim Limits) (*Document, error) {
	d := &Document{src: src}
	p := &parser{d: d, src: src, lim: lim,
		lt: cursor{of: "<", at: -1}, amp: cursor{of: "&", at: -1}, cr: cursor{of: "\r", at: -1},
		nl: cursor{of: "\n", at: -1}, tab: cursor{of: "\t", at: -1}, closing: cursor{of: "]]>", at: -1}}
	if err := p.document(); err != nil {
		err.Line, err.Column = (&Document{src: src, bom: d.bom}).Position(err.Offset)
		return nil, err
	}
	return d, nil
}

// A parser reads one document, front to back. All searches go forward only, so that
// its time is linear in the size of the document.
type parser struct {
	d    *Document
	src  string
	pos  int
	lim  Limits
	open int32 // the innermost open element; 0 outside the root
	root int32 // the root element; 0 before it

	depth, elements int
	extra           []byte

	bound     []int32 // by prefix: its declaration in scope, -1 for none
	shadowed  []int32 // by declaration: the one that it hides
	inScope   int
	prefixIDs map[string]int32 // made when there are many
	uriIDs    map[string]int32
	twice     map[attrName]int32 // the last element with an attribute of the name

	lt, amp, cr, nl, tab, closing cursor
}

// A cursor finds the next occurrence of a text. It never goes back.
type cursor struct {
	of string
	at int
}

// next is the first occurrence at or after from, or the end of the document.
func (p *parser) next(c *cursor, from int) int {
	if c.at < from {
		p.seek(c, from)
	}
	return c.at
}

// seek moves a cursor to the first occurrence at or after an offset.
func (p *parser) seek(c *cursor, from int) {
	i := -1
	if len(c.of) == 1 {
		i = strings.IndexByte(p.src[from:], c.of[0])
	} else {
		i = strings.Index(p.src[from:], c.of)
	}
	if c.at = from + i; i < 0 {
		c.at = len(p.src)
	}
}

func fail(problem Problem, offset int, format string, args ...any) *SyntaxError {
	return &SyntaxError{Problem: problem, Offset: offset, Text: fmt.Sprintf(format, args...)}
}

func (p *parser) document() *SyntaxError {
	if err := p.bytes(); err != nil {
		return err
	}
	p.reserve()
	if err := p.declaration(); err != nil {
		return err
	}
	for p.pos < len(p.src) {
		if err := p.part(); err != nil {
			return err
		}
	}
	switch {
	case p.open != 0:
		return p.cut(len(p.src))
	case p.root == 0:
		return fail(Empty, p.pos, "there is no element in the document")
	}
	p.d.nodes[0].after = int32(len(p.d.nodes))
	p.d.extra = string(p.extra)
	return nil
}

// reserve makes the slices with room for an ordinary document.
func (p *parser) reserve() {
	const most = 4096
	tags := min(strings.Count(p.src, "<"), most)
	d := p.d
	d.nodes = make([]node, 1, tags+8)
	d.nodes[0] = node{kind: kindDocument, end: int32(len(p.src)), parent: -1}
	d.attrs = make([]attr, 0, tags/2+8)
	d.decls = make([]decl, 0, tags/8+8)
	p.shadowed = make([]int32, 0, tags/8+8)
	d.prefixes = append(d.names[:0:few], "", "xml")
	d.uris = append(d.names[few:few], "", NSXML)
	p.bound = append(make([]int32, 0, few), -1, -1)
}

// part reads the next tag, text or other part.
func (p *parser) part() *SyntaxError {
	if p.src[p.pos] != '<' {
		return p.text()
	}
	if p.pos+1 == len(p.src) {
		return p.cut(p.pos)
	}
	switch p.src[p.pos+1] {
	case '/':
		return p.endTag()
	case '?':
		return p.instruction()
	case '!':
		return p.markup()
	}
	return p.startTag()
}

// markup reads what begins with <!.
func (p *parser) markup() *SyntaxError {
	rest := p.src[p.pos:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		return p.comment()
	case strings.HasPrefix(rest, "<![CDATA["):
		return p.cdata()
	}
	for _, word := range [...]string{"<!DOCTYPE", "<!ENTITY", "<!ELEMENT", "<!ATTLIST", "<!NOTATION"} {
		if len(rest) >= len(word) && strings.EqualFold(rest[:len(word)], word) {
			return fail(Doctype, p.pos, "there is a %s declaration, which SAML messages must not have", word[2:])
		}
	}
	for _, word := range [...]string{"<!--", "<![CDATA["} {
		if strings.HasPrefix(word, rest) {
			return p.cut(p.pos)
		}
	}
	return fail(Malformed, p.pos, "<! begins neither a comment nor a CDATA section")
}

// cut is the error of a document that ends too early.
func (p *parser) cut(at int) *SyntaxError {
	if p.open == 0 {
		if p.root == 0 {
			return fail(Truncated, at, "the document ends inside markup, before its root element is complete")
		}
		return fail(Outside, at, "the document ends inside markup that begins after its root element")
	}
	return fail(Truncated, at, "the document ends while <%s> is open: it is cut short", shorten(p.qname(p.open)))
}

// qname is the name of an element as written.
func (p *parser) qname(id int32) string {
	n := &p.d.nodes[id]
	return p.src[n.start+1 : n.localEnd]
}

// shorten bounds a foreign name in a message.
func shorten(name string) string {
	if len(name) <= 60 {
		return name
	}
	return strings.ToValidUTF8(name[:60], "") + "…"
}

// count holds the number of parts to its limit.
func (p *parser) count(at int) *SyntaxError {
	if p.elements++; p.elements > p.lim.Elements {
		return fail(LimitReached, at, "there are more than %d elements", p.lim.Elements)
	}
	return nil
}

// add appends a node inside the open element and counts it.
func (p *parser) add(n node) (int32, *SyntaxError) {
	if n.kind != kindText {
		if err := p.count(int(n.start)); err != nil {
			return 0, err
		}
	}
	id := int32(len(p.d.nodes))
	n.parent, n.after = p.open, id+1
	p.d.nodes = append(p.d.nodes, n)
	return id, nil
}
