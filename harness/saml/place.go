package saml

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Place is a position in a message: the path of the element or attribute, as
// /Response/Assertion[1]/Conditions/@NotBefore (local names; an index where
// siblings share a name; long names are cut), and its line and column in the decoded
// XML, from 1. Columns count characters.
type Place struct {
	Path         string
	Line, Column int
}

// An origin says which part of which document the canonical bytes came from that a
// document was read from. Elements correspond one to one in document order.
type origin struct {
	apex Element
	omit Element // left out of the canonical form
}

// runeBlock is the number of bytes between counts of characters.
const runeBlock = 4096

// locate makes what lines and columns are told with.
func (d *Document) locate() {
	d.located.Do(func() {
		d.lines = lineStarts(d.src)
		if !d.ascii {
			d.runes = runeCounts(d.src)
		}
	})
}

// fewPlaces is how many steps of paths are numbered by looking at the siblings; for
// more of them, all elements are numbered at once, so that the work stays linear.
const fewPlaces = 64

// ordinal is the number of an element among siblings of its local name, 0 where it is
// the only one.
func (d *Document) ordinal(i int32) int32 {
	if d.places.Add(1) > fewPlaces {
		d.numbered.Do(func() { d.ordinals = d.countSiblings() })
		return d.ordinals[i]
	}
	name, parent := d.localName(&d.nodes[i]), d.nodes[i].parent
	var n, count int32
	for c := parent + 1; c < d.nodes[parent].after; c = d.nodes[c].after {
		if d.nodes[c].kind == kindElement && d.localName(&d.nodes[c]) == name {
			if count++; c == i {
				n = count
			}
		}
	}
	if count == 1 {
		return 0
	}
	return n
}

// lineStarts is the offsets at which lines begin. A line ends with LF, CR LF or CR.
func lineStarts(src string) []int32 {
	lines := make([]int32, 1, 1+strings.Count(src, "\n"))
	lone := strings.IndexByte(src, '\r') >= 0
	for i := 0; i < len(src); i++ {
		if !lone {
			n := strings.IndexByte(src[i:], '\n')
			if n < 0 {
				break
			}
			i += n
			lines = append(lines, int32(i+1))
			continue
		}
		if src[i] == '\n' || src[i] == '\r' && !(i+1 < len(src) && src[i+1] == '\n') {
			lines = append(lines, int32(i+1))
		}
	}
	return lines
}

// runeCounts is the number of characters before each block of the source.
func runeCounts(src string) []int32 {
	counts := make([]int32, 0, len(src)/runeBlock+1)
	total := 0
	for i := 0; i < len(src); i += runeBlock {
		counts = append(counts, int32(total))
		total += runesIn(src[i:min(i+runeBlock, len(src))])
	}
	return counts
}

// runesIn counts the characters that begin in s, which may begin or end inside one.
func runesIn(s string) int {
	n := 0
	for i := range len(s) {
		if utf8.RuneStart(s[i]) {
			n++
		}
	}
	return n
}

// Position is the line and column of a byte offset, both from 1; in a document that was
// cut out of another, those in the other.
func (d *Document) Position(offset int) (line, column int) {
	if d == nil {
		return 1, 1
	}
	if d.within != nil {
		return d.within.parent.doc.Position(d.within.offset(offset))
	}
	d.locate()
	offset = min(max(offset, 0), len(d.src))
	i := sort.Search(len(d.lines), func(i int) bool { return int(d.lines[i]) > offset }) - 1
	start := int(d.lines[i])
	if i == 0 && d.bom {
		start = min(len(bom), offset)
	}
	if d.ascii {
		return i + 1, offset - start + 1
	}
	return i + 1, d.runesBefore(offset) - d.runesBefore(start) + 1
}

func (d *Document) runesBefore(offset int) int {
	if len(d.runes) == 0 {
		return 0
	}
	b := min(offset/runeBlock, len(d.runes)-1)
	return int(d.runes[b]) + runesIn(d.src[b*runeBlock:offset])
}

// countSiblings numbers the elements that share a local name with a sibling.
func (d *Document) countSiblings() []int32 {
	type key struct {
		parent int32
		local  string
	}
	counts := make(map[key]int32, len(d.nodes))
	ordinals := make([]int32, len(d.nodes))
	for i := range d.nodes {
		if n := &d.nodes[i]; n.kind == kindElement {
			k := key{n.parent, d.localName(n)}
			counts[k]++
			ordinals[i] = counts[k]
		}
	}
	for i := range d.nodes {
		if n := &d.nodes[i]; n.kind == kindElement && ordinals[i] == 1 && counts[key{n.parent, d.localName(n)}] == 1 {
			ordinals[i] = 0
		}
	}
	return ordinals
}

// pair finds for each element the one of the received document that it was read from.
func (d *Document) pair() []int32 {
	from := d.origin.apex
	nodes := from.doc.nodes
	received := make([]int32, len(d.nodes))
	next, after := from.id, nodes[from.id].after
	for i := range d.nodes {
		if d.nodes[i].kind != kindElement {
			continue
		}
		for next < after && (nodes[next].kind != kindElement || d.origin.omit == Element{from.doc, next}) {
			if nodes[next].kind == kindElement {
				next = nodes[next].after
			} else {
				next++
			}
		}
		if next < after {
			received[i] = next
			next++
		}
	}
	return received
}

// Received is the element of the document that was received. It differs from e only
// in a document that was read again from signed bytes.
func (e Element) Received() Element {
	if e.doc == nil || !e.doc.origin.apex.Exists() {
		return e
	}
	e.doc.paired.Do(func() { e.doc.received = e.doc.pair() })
	if id := e.doc.received[e.id]; id != 0 {
		return Element{e.doc.origin.apex.doc, id}.Received()
	}
	return e
}

// At is where the element stands. In a document re-read from signed bytes it is the
// place in the document that was received.
func (e Element) At() Place {
	if e.doc == nil {
		return Place{}
	}
	e = e.Received()
	p := Place{Path: e.path()}
	p.Line, p.Column = e.doc.Position(int(e.node().start))
	return p
}

// At is where the attribute stands, as for Element.At.
func (a Attr) At() Place {
	if a.doc == nil {
		return Place{}
	}
	if e := a.Element(); e.Received() != e {
		if b := e.Received().AttrNS(a.Space(), a.Local()); b.Exists() {
			a = b
		}
	}
	name := a.Local()
	if a.Element().clashes(a) {
		name = a.Prefix() + ":" + name
	}
	var room [256]byte
	path := append(append(a.Element().appendPath(room[:0]), "/@"...), shorten(name)...)
	p := Place{Path: string(path)}
	p.Line, p.Column = a.doc.Position(int(a.attr().start))
	return p
}

// clashes tells whether another attribute has the same local name.
func (e Element) clashes(a Attr) bool {
	if a.Prefix() == "" {
		return false
	}
	for b := range e.Attrs() {
		if b != a && b.Local() == a.Local() {
			return true
		}
	}
	return false
}

// path is the way to the element from the root of its own document, or of the one that
// this was cut out of.
func (e Element) path() string {
	var room [256]byte
	return string(e.appendPath(room[:0]))
}

func (e Element) appendPath(b []byte) []byte {
	var room [16]int32
	steps := room[:0]
	for i := e.id; i > 0; i = e.doc.nodes[i].parent {
		steps = append(steps, i)
	}
	if e.doc.within != nil {
		b = e.doc.within.parent.appendPath(b)
	}
	for _, i := range slices.Backward(steps) {
		b = append(b, '/')
		b = append(b, shorten(e.doc.localName(&e.doc.nodes[i]))...)
		if n := e.doc.ordinal(i); n > 0 {
			b = append(b, '[')
			b = strconv.AppendInt(b, int64(n), 10)
			b = append(b, ']')
		}
	}
	return b
}
