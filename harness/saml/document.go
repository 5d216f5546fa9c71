package saml

import "iter"

// A Place is a position in a message: the path of the element or attribute, as
// /Response/Assertion[1]/Conditions/@NotBefore (local names; an index where
// siblings share a name), and its line and column in the decoded XML, from 1.
// Columns count characters.
type Place struct {
	Path         string
	Line, Column int
}

// A Document is one XML document, read once and never changed. Its parts are
// handles, small values that can be compared with ==.
type Document struct {
	src   string
	impl  documentImpl
	lines []int32 // offsets of line starts; made when a place is first asked for
}

// Root is the document element.
func (d *Document) Root() Element { panic("todo") }

// Source is the document's bytes as they were read.
func (d *Document) Source() string { return d.src }

// Position is the line and column of a byte offset, both from 1.
func (d *Document) Position(offset int) (line, column int) { panic("todo") }

// Elements yields every element in document order.
func (d *Document) Elements() iter.Seq[Element] { panic("todo") }

// An Element is a handle on one element. The zero Element stands for one that is
// not there: every method of it answers with a zero value, so that readers need no
// nil tests.
type Element struct {
	doc *Document
	id  int32
}

// An Attr is a handle on one attribute of an element; namespace declarations are
// not attributes. The zero Attr stands for one that is not there.
type Attr struct {
	doc *Document
	el  int32
	id  int32
}

// Exists is false for the zero Element.
func (e Element) Exists() bool { return e.doc != nil }

// Document is the document that the element is part of.
func (e Element) Document() *Document { return e.doc }

// Local is the local name, Space the namespace name ("" for none), Prefix the
// prefix as written.
func (e Element) Local() string  { panic("todo") }
func (e Element) Space() string  { panic("todo") }
func (e Element) Prefix() string { panic("todo") }

// Is tells whether the element has this expanded name.
func (e Element) Is(space, local string) bool { panic("todo") }

// Parent is the element around this one; the root has none.
func (e Element) Parent() Element { panic("todo") }

// Children yields the child elements in order.
func (e Element) Children() iter.Seq[Element] { panic("todo") }

// Child is the first child element with this expanded name.
func (e Element) Child(space, local string) Element { panic("todo") }

// All is every child element with this expanded name, in order.
func (e Element) All(space, local string) []Element { panic("todo") }

// Descendants yields the elements below this one in document order, without itself.
func (e Element) Descendants() iter.Seq[Element] { panic("todo") }

// Attr is the attribute with this local name and no namespace.
func (e Element) Attr(local string) Attr { panic("todo") }

// AttrNS is the attribute with this expanded name.
func (e Element) AttrNS(space, local string) Attr { panic("todo") }

// Attrs yields the attributes in the order in which they are written.
func (e Element) Attrs() iter.Seq[Attr] { panic("todo") }

// Text is all character data directly inside the element, joined across comments,
// processing instructions and child elements (XML 1.0 2.4–2.6).
func (e Element) Text() string { panic("todo") }

// Interrupted tells whether a comment or a processing instruction stands directly
// inside the element, where a careless reader would cut its text short (VU#475445).
func (e Element) Interrupted() bool { panic("todo") }

// Namespace is the namespace name that a prefix stands for here ("" is the default
// namespace).
func (e Element) Namespace(prefix string) (uri string, ok bool) { panic("todo") }

// Source is the element as written, from < to >.
func (e Element) Source() string { panic("todo") }

// At is where the element stands. In a document re-read from signed bytes it is the
// place in the document that was received.
func (e Element) At() Place { panic("todo") }

// Exists is false for the zero Attr.
func (a Attr) Exists() bool { return a.doc != nil }

// Local is the local name, Space the namespace name ("" for none).
func (a Attr) Local() string { panic("todo") }
func (a Attr) Space() string { panic("todo") }

// Value is the attribute's value, normalised as XML 1.0 3.3.3 says.
func (a Attr) Value() string { panic("todo") }

// At is where the attribute stands.
func (a Attr) At() Place { panic("todo") }

type documentImpl struct{}
