package saml

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Canonical is the exclusive canonical form (Exclusive XML Canonicalization 1.0) of
// the element without the child signature omit (zero: with everything).
// prefixes is the InclusiveNamespaces PrefixList; "#default" is the default namespace.
func Canonical(e Element, omit Element, prefixes []string, comments bool) ([]byte, error) {
	method := C14NExclusive
	if comments {
		method = C14NExclusiveComments
	}
	return CanonicalAs(e, omit, method, prefixes)
}

// CanonicalAs is the canonical form by the algorithm that a URI names: exclusive
// canonicalization as for Canonical, or Canonical XML 1.0 or 1.1, which SAML advises
// against and which ignore prefixes.
func CanonicalAs(e Element, omit Element, method string, prefixes []string) ([]byte, error) {
	if !e.Exists() {
		return nil, errors.New("there is no element to canonicalize")
	}
	f, ok := c14nForm(method)
	if !ok {
		return nil, fmt.Errorf("no canonicalization is named %s", quoteText(method))
	}
	f.prefixes = prefixes
	var c canonicalizer
	c.buf = make([]byte, 0, int(e.node().end-e.node().start)+256)
	if err := c.write(e, omit, f); err != nil {
		return nil, err
	}
	return c.buf, nil
}

// A form14 is one way to canonicalize.
type form14 struct {
	inclusive bool
	eleven    bool // Canonical XML 1.1
	comments  bool
	prefixes  []string // the PrefixList of the exclusive form
}

// A canonicalizer writes canonical forms into a buffer that it keeps for the next.
type canonicalizer struct {
	buf []byte

	d        *Document
	form     form14
	omit     int32
	root     int32   // where the root element begins
	listed   []bool  // by prefix: in the PrefixList
	rendered []int32 // by prefix: the namespace name last written on an element around, -1 for none
	undo     []binding
	open     []opened
	ns       []int32 // prefixes that the element at hand declares
	order    []int32 // its attributes

	alter *alteration // what a diagnosis tries; nil for the true form
}

type binding struct{ prefix, uri int32 }

type opened struct {
	id   int32
	undo int // how much of canonicalizer.undo belongs to the elements around
}

// canonicalizers are kept for their room: nothing that is written outlives its use.
var canonicalizers = sync.Pool{New: func() any {
	c := &canonicalizer{rendered: make([]int32, 0, few), ns: make([]int32, 0, few), order: make([]int32, 0, few)}
	c.undo, c.open = make([]binding, 0, few), make([]opened, 0, few)
	return c
}}

// borrowCanonicalizer is a canonicalizer with room for the forms of a document.
func borrowCanonicalizer(d *Document) *canonicalizer {
	c := canonicalizers.Get().(*canonicalizer)
	c.buf = slices.Grow(c.buf[:0], len(d.src)+512)
	return c
}

// giveBack ends the use of a borrowed canonicalizer, of which no large room is kept.
func (c *canonicalizer) giveBack() {
	const most = 64 << 10
	if cap(c.buf) > most || cap(c.rendered) > most || cap(c.undo) > most {
		return
	}
	c.d, c.alter, c.form = nil, nil, form14{}
	canonicalizers.Put(c)
}

// write puts the canonical form of the element into buf. The apex may be the document
// node, whose comments and processing instructions are then written too.
func (c *canonicalizer) write(apex, omit Element, f form14) error {
	d := apex.doc
	c.d, c.form, c.omit = d, f, 0
	if omit.doc == d {
		c.omit = omit.id
	}
	c.buf, c.undo, c.open = c.buf[:0], c.undo[:0], c.open[:0]
	c.rendered = c.rendered[:0]
	for range d.prefixes {
		c.rendered = append(c.rendered, -1)
	}
	c.rendered[0], c.rendered[1] = 0, 1 // no default namespace; xml is never declared
	c.list(f.prefixes)
	c.root = d.Root().node().start
	if f.eleven && c.inheritsBase(apex.id) {
		return errors.New("xml:base around the element would have to be joined (Canonical XML 1.1 2.4)")
	}
	c.subtree(apex.id)
	return nil
}

// list marks the prefixes of a PrefixList.
func (c *canonicalizer) list(prefixes []string) {
	c.listed = c.listed[:0]
	if len(prefixes) == 0 {
		return
	}
	c.listed = append(c.listed, make([]bool, len(c.d.prefixes))...)
	if len(prefixes) > few && len(c.d.prefixes) > few {
		wanted := make(map[string]bool, len(prefixes))
		for _, p := range prefixes {
			wanted[p] = true
		}
		for i, p := range c.d.prefixes {
			c.listed[i] = p != "" && wanted[p] || i == 0 && wanted["#default"]
		}
		return
	}
	for _, p := range prefixes {
		if p == "#default" {
			c.listed[0] = true
		} else if i := slices.Index(c.d.prefixes, p); i > 0 {
			c.listed[i] = true
		}
	}
}

func (c *canonicalizer) isListed(prefix int32) bool {
	return int(prefix) < len(c.listed) && c.listed[prefix]
}

// subtree writes the node and everything below it.
func (c *canonicalizer) subtree(apex int32) {
	nodes := c.d.nodes
	for i, end := apex, nodes[apex].after; i < end; {
		for len(c.open) > 0 && i >= nodes[c.open[len(c.open)-1].id].after {
			c.endTag()
		}
		n := &nodes[i]
		if c.alter != nil && c.alter.skips(i) {
			i = n.after
			continue
		}
		switch n.kind {
		case kindElement:
			if i == c.omit {
				i = n.after
				continue
			}
			c.startTag(i, i == apex)
		case kindText:
			c.text(i, n)
		case kindComment:
			if c.form.comments {
				c.outer(n, "<!--", c.d.value(n), "-->")
			}
		case kindPI:
			data := c.d.value(n)
			if data != "" {
				data = " " + data
			}
			c.outer(n, "<?"+c.d.localName(n), data, "?>")
		}
		i++
	}
	for len(c.open) > 0 {
		c.endTag()
	}
}

// outer writes a comment or processing instruction; outside the root element a line
// break parts it from the root (Canonical XML 2.3).
func (c *canonicalizer) outer(n *node, open, data, shut string) {
	outside := n.parent == 0
	after := outside && n.start > c.root
	if after {
		c.buf = append(c.buf, '\n')
	}
	c.buf = append(append(append(c.buf, open...), data...), shut...)
	if outside && !after {
		c.buf = append(c.buf, '\n')
	}
}

func (c *canonicalizer) text(i int32, n *node) {
	s := c.d.value(n)
	if c.alter == nil && n.plain(c.d.src) {
		c.buf = append(c.buf, s...)
		return
	}
	if c.alter != nil {
		s = c.alter.textOf(i, s)
		c.alter.mark(i, -1, len(c.buf))
	}
	c.buf = appendText(c.buf, s)
	if c.alter != nil {
		c.alter.end(len(c.buf))
	}
}

func (c *canonicalizer) endTag() {
	top := c.open[len(c.open)-1]
	c.open = c.open[:len(c.open)-1]
	n := &c.d.nodes[top.id]
	if c.alter != nil {
		c.buf = append(c.buf, c.alter.closing(top.id)...)
	}
	c.buf = append(c.buf, "</"...)
	c.buf = c.qname(c.buf, n)
	c.buf = append(c.buf, '>')
	if c.alter != nil {
		c.alter.leave(top.id, len(c.buf))
	}
	for len(c.undo) > top.undo {
		b := c.undo[len(c.undo)-1]
		c.undo = c.undo[:len(c.undo)-1]
		c.rendered[b.prefix] = b.uri
	}
}

func (c *canonicalizer) qname(b []byte, n *node) []byte {
	if c.alter != nil {
		return append(c.colon(b, n.prefix), c.d.localName(n)...)
	}
	return append(b, c.d.src[n.start+1:n.localEnd]...)
}

// prefix is a prefix as it is written.
func (c *canonicalizer) prefix(id int32) string {
	if c.alter != nil && c.alter.prefix != nil {
		return c.alter.prefix(id)
	}
	return c.d.prefixes[id]
}

// colon appends a prefix with its colon.
func (c *canonicalizer) colon(b []byte, id int32) []byte {
	if p := c.prefix(id); p != "" {
		return append(append(b, p...), ':')
	}
	return b
}

func (c *canonicalizer) startTag(i int32, apex bool) {
	d := c.d
	n := &d.nodes[i]
	if c.alter != nil {
		c.buf = append(c.buf, c.alter.before(i)...)
		c.alter.enter(i, len(c.buf))
	}
	c.open = append(c.open, opened{i, len(c.undo)})
	c.ns = c.ns[:0]
	if !c.form.inclusive {
		c.declare(n.prefix, n.space)
		for j := n.attr0; j < n.attr1; j++ {
			if a := &d.attrs[j]; a.prefix != 0 && !(c.alter != nil && c.alter.dropAttr == j+1) {
				c.declare(a.prefix, a.space)
			}
		}
	}
	if c.form.inclusive || len(c.listed) > 0 {
		switch {
		case c.alter != nil && c.alter.move != stay:
			c.declareMoved(i, apex)
		case apex:
			c.declareInScope(i)
		default:
			for j := n.decl0; j < n.decl1; j++ {
				c.declareListed(&d.decls[j])
			}
		}
	}
	c.buf = append(c.buf, '<')
	c.buf = c.qname(c.buf, n)
	c.namespaces()
	c.attributes(n, i, apex)
	if c.alter != nil {
		c.alter.tagged(len(c.buf))
	}
	c.buf = append(c.buf, '>')
}

// declare marks a prefix to be declared on the element at hand, unless the declaration
// around it says the same.
func (c *canonicalizer) declare(prefix, uri int32) {
	if c.rendered[prefix] == uri {
		return
	}
	c.undo = append(c.undo, binding{prefix, c.rendered[prefix]})
	c.rendered[prefix] = uri
	c.ns = append(c.ns, prefix)
}

func (c *canonicalizer) declareListed(dc *decl) {
	if c.form.inclusive || c.isListed(dc.prefix) {
		c.declare(dc.prefix, dc.uri)
	}
}

// declareInScope declares on the apex what is declared on it or around it.
func (c *canonicalizer) declareInScope(apex int32) {
	seen := make([]bool, len(c.d.prefixes))
	for i := apex; i > 0; i = c.d.nodes[i].parent {
		n := &c.d.nodes[i]
		for j := n.decl0; j < n.decl1; j++ {
			if dc := &c.d.decls[j]; !seen[dc.prefix] {
				seen[dc.prefix] = true
				c.declareListed(dc)
			}
		}
	}
}

// namespaces writes the declarations of the element at hand, in the order of prefixes.
func (c *canonicalizer) namespaces() {
	d := c.d
	if len(c.ns) > 1 {
		sortFew(c.ns, func(a, b int32) int { return strings.Compare(c.prefix(a), c.prefix(b)) })
	}
	for _, prefix := range c.ns {
		c.buf = append(c.buf, " xmlns"...)
		name := c.prefix(prefix)
		if name != "" {
			c.buf = append(c.buf, ':')
			c.buf = append(c.buf, name...)
		}
		c.buf = append(c.buf, `="`...)
		if c.alter != nil && c.alter.bound[1] != "" && c.alter.bound[0] == name {
			c.buf = append(appendValue(c.buf, c.alter.bound[1]), '"')
			continue
		}
		c.buf = appendValue(c.buf, d.uris[c.rendered[prefix]])
		c.buf = append(c.buf, '"')
	}
}

// sortFew sorts what is mostly short.
func sortFew(s []int32, compare func(a, b int32) int) {
	if len(s) > few {
		slices.SortFunc(s, compare)
		return
	}
	for i := 1; i < len(s); i++ {
		for j := i; j > 0 && compare(s[j-1], s[j]) > 0; j-- {
			s[j-1], s[j] = s[j], s[j-1]
		}
	}
}
