package saml

import (
	"iter"
	"strings"
	"sync"
	"sync/atomic"
)

// A Document is one XML document, read once and never changed. Its parts are
// handles, small values that can be compared with ==. It may be used by several
// goroutines at once.
type Document struct {
	src   string
	extra string // character data that entities or white space make differ from the source
	bom   bool
	ascii bool

	nodes    []node // in document order; 0 is the document itself
	attrs    []attr
	decls    []decl
	prefixes []string        // "" is the first, "xml" the second
	uris     []string        // "" is the first, that of xml the second
	names    [2 * few]string // room for both

	origin origin
	within *within // where it was cut out of a larger document; nil where it was not

	// What places are told with, made when it is first asked for.
	located  sync.Once
	lines    []int32 // offsets of line starts
	runes    []int32 // characters before each block of runeBlock bytes; nil for ASCII
	places   atomic.Int32
	numbered sync.Once
	ordinals []int32 // by node: 1, 2, … among siblings of one local name, 0 where alone
	paired   sync.Once
	received []int32 // by node: the node of the received document
}

type nodeKind uint8

const (
	kindDocument nodeKind = iota
	kindElement
	kindText
	kindComment
	kindPI
)

// A node is one part of a document. Its subtree is the nodes up to after.
type node struct {
	kind       nodeKind
	extra      bool  // the value lies in Document.extra
	start, end int32 // in the source
	parent     int32
	after      int32 // the first node behind this one's subtree

	// The local name of an element or the target of a PI; the QName begins at start+1.
	local, localEnd int32
	prefix, space   int32
	attr0, attr1    int32
	decl0, decl1    int32
	// The value of text, comment and PI shares the fields of elements: see value.
}

// An attr is one attribute that is no namespace declaration.
type attr struct {
	extra           bool
	start           int32 // of the QName
	local, localEnd int32
	value, valueEnd int32
	prefix, space   int32
}

// A decl is one namespace declaration.
type decl struct {
	start       int32
	prefix, uri int32
}

// value is the character data of a text, comment or PI.
func (d *Document) value(n *node) string {
	if n.extra {
		return d.extra[n.attr0:n.attr1]
	}
	return d.src[n.attr0:n.attr1]
}

func (d *Document) localName(n *node) string { return d.src[n.local:n.localEnd] }

func (d *Document) attrValue(a *attr) string {
	if a.extra {
		return d.extra[a.value:a.valueEnd]
	}
	return d.src[a.value:a.valueEnd]
}

// Root is the document element.
func (d *Document) Root() Element {
	if d == nil {
		return Element{}
	}
	for i := int32(1); i < int32(len(d.nodes)); i = d.nodes[i].after {
		if d.nodes[i].kind == kindElement {
			return Element{d, i}
		}
	}
	return Element{}
}

// Source is the document's bytes as they were read.
func (d *Document) Source() string {
	if d == nil {
		return ""
	}
	return d.src
}

// HasBOM tells whether the document begins with a byte order mark, which some readers
// refuse.
func (d *Document) HasBOM() bool { return d != nil && d.bom }

// Elements yields every element in document order.
func (d *Document) Elements() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		if d == nil {
			return
		}
		for i := range d.nodes {
			if d.nodes[i].kind == kindElement && !yield(Element{d, int32(i)}) {
				return
			}
		}
	}
}

// An Element is a handle on one element. The zero Element stands for one that is
// not there: every method of it answers with a zero value, so that readers need no
// nil tests.
type Element struct {
	doc *Document
	id  int32
}

// Exists is false for the zero Element.
func (e Element) Exists() bool { return e.doc != nil }

// Document is the document that the element is part of.
func (e Element) Document() *Document { return e.doc }

func (e Element) node() *node { return &e.doc.nodes[e.id] }

// Local is the local name.
func (e Element) Local() string {
	if e.doc == nil {
		return ""
	}
	return e.doc.localName(e.node())
}

// Space is the namespace name, "" for none.
func (e Element) Space() string {
	if e.doc == nil {
		return ""
	}
	return e.doc.uris[e.node().space]
}

// Prefix is the prefix as written.
func (e Element) Prefix() string {
	if e.doc == nil {
		return ""
	}
	return e.doc.prefixes[e.node().prefix]
}

// Is tells whether the element has this expanded name.
func (e Element) Is(space, local string) bool {
	if e.doc == nil {
		return false
	}
	n := e.node()
	return e.doc.localName(n) == local && e.doc.uris[n.space] == space
}

// Parent is the element around this one; the root has none.
func (e Element) Parent() Element {
	if e.doc == nil || e.node().parent == 0 {
		return Element{}
	}
	return Element{e.doc, e.node().parent}
}

// Children yields the child elements in order.
func (e Element) Children() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		if e.doc == nil {
			return
		}
		nodes := e.doc.nodes
		for i, after := e.id+1, nodes[e.id].after; i < after; i = nodes[i].after {
			if nodes[i].kind == kindElement && !yield(Element{e.doc, i}) {
				return
			}
		}
	}
}

// firstChild and nextSibling walk the child elements as Children does, without a
// function for the body of the loop, which costs where loops are nested. Both end with
// the zero Element.
func (e Element) firstChild() Element {
	if e.doc == nil {
		return Element{}
	}
	return e.doc.elementAt(e.id+1, e.node().after)
}

func (e Element) nextSibling() Element {
	nodes := e.doc.nodes
	return e.doc.elementAt(nodes[e.id].after, nodes[nodes[e.id].parent].after)
}

// elementAt is the first element among the siblings from node i to before after.
func (d *Document) elementAt(i, after int32) Element {
	for ; i < after; i = d.nodes[i].after {
		if d.nodes[i].kind == kindElement {
			return Element{d, i}
		}
	}
	return Element{}
}

// Child is the first child element with this expanded name.
func (e Element) Child(space, local string) Element {
	for c := e.firstChild(); c.Exists(); c = c.nextSibling() {
		if c.Is(space, local) {
			return c
		}
	}
	return Element{}
}

// All is every child element with this expanded name, in order.
func (e Element) All(space, local string) []Element {
	var all []Element
	for c := range e.Children() {
		if c.Is(space, local) {
			all = append(all, c)
		}
	}
	return all
}

// Descendants yields the elements below this one in document order, without itself.
func (e Element) Descendants() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		if e.doc == nil {
			return
		}
		nodes := e.doc.nodes
		for i, after := e.id+1, nodes[e.id].after; i < after; i++ {
			if nodes[i].kind == kindElement && !yield(Element{e.doc, i}) {
				return
			}
		}
	}
}

// Contains tells whether other is this element or stands below it.
func (e Element) Contains(other Element) bool {
	return e.doc != nil && e.doc == other.doc && e.id <= other.id && other.id < e.node().after
}

// Text is all character data directly inside the element, joined across comments,
// processing instructions and child elements (XML 1.0 2.4–2.6).
func (e Element) Text() string {
	if e.doc == nil {
		return ""
	}
	var one string
	var b strings.Builder
	nodes := e.doc.nodes
	for i, after := e.id+1, nodes[e.id].after; i < after; i = nodes[i].after {
		switch {
		case nodes[i].kind != kindText:
		case one == "":
			one = e.doc.value(&nodes[i])
		default:
			if b.Len() == 0 {
				b.WriteString(one)
			}
			b.WriteString(e.doc.value(&nodes[i]))
		}
	}
	if b.Len() > 0 {
		return b.String()
	}
	return one
}

// hasText tells whether there is other character data than white space directly inside
// the element.
func (e Element) hasText() bool {
	if e.doc == nil {
		return false
	}
	nodes := e.doc.nodes
	for i, after := e.id+1, nodes[e.id].after; i < after; i = nodes[i].after {
		if nodes[i].kind == kindText && !isBlank(e.doc.value(&nodes[i])) {
			return true
		}
	}
	return false
}

// Interrupted tells whether a comment or a processing instruction stands directly
// inside the element, where a careless reader would cut its text short (VU#475445).
func (e Element) Interrupted() bool {
	if e.doc == nil {
		return false
	}
	nodes := e.doc.nodes
	for i, after := e.id+1, nodes[e.id].after; i < after; i = nodes[i].after {
		if k := nodes[i].kind; k == kindComment || k == kindPI {
			return true
		}
	}
	return false
}

// Namespace is the namespace name that a prefix stands for here ("" is the default
// namespace, which is "" where none is declared).
func (e Element) Namespace(prefix string) (uri string, ok bool) {
	if e.doc == nil {
		return "", false
	}
	if prefix == "xml" {
		return NSXML, true
	}
	d := e.doc
	for i := e.id; i > 0; i = d.nodes[i].parent {
		n := &d.nodes[i]
		for j := n.decl0; j < n.decl1; j++ {
			if d.prefixes[d.decls[j].prefix] == prefix {
				return d.uris[d.decls[j].uri], true
			}
		}
	}
	return "", prefix == ""
}

// Source is the element as written, from < to >.
func (e Element) Source() string {
	if e.doc == nil {
		return ""
	}
	return e.doc.src[e.node().start:e.node().end]
}

// Extent is the byte offsets in Document.Source between which the element stands.
func (e Element) Extent() (start, end int) {
	if e.doc == nil {
		return 0, 0
	}
	return int(e.node().start), int(e.node().end)
}
