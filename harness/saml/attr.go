package saml

import "iter"

// An Attr is a handle on one attribute of an element; namespace declarations are
// not attributes. The zero Attr stands for one that is not there.
type Attr struct {
	doc *Document
	el  int32
	id  int32
}

// Attr is the attribute with this local name and no namespace.
func (e Element) Attr(local string) Attr { return e.AttrNS("", local) }

// AttrNS is the attribute with this expanded name.
func (e Element) AttrNS(space, local string) Attr {
	if e.doc == nil {
		return Attr{}
	}
	d, n := e.doc, e.node()
	for i := n.attr0; i < n.attr1; i++ {
		a := &d.attrs[i]
		if d.src[a.local:a.localEnd] == local && d.uris[a.space] == space {
			return Attr{d, e.id, i}
		}
	}
	return Attr{}
}

// Attrs yields the attributes in the order in which they are written.
func (e Element) Attrs() iter.Seq[Attr] {
	return func(yield func(Attr) bool) {
		if e.doc == nil {
			return
		}
		for i, end := e.node().attr0, e.node().attr1; i < end; i++ {
			if !yield(Attr{e.doc, e.id, i}) {
				return
			}
		}
	}
}

// Exists is false for the zero Attr.
func (a Attr) Exists() bool { return a.doc != nil }

// Element is the element that the attribute stands on.
func (a Attr) Element() Element {
	if a.doc == nil {
		return Element{}
	}
	return Element{a.doc, a.el}
}

func (a Attr) attr() *attr { return &a.doc.attrs[a.id] }

// Local is the local name.
func (a Attr) Local() string {
	if a.doc == nil {
		return ""
	}
	return a.doc.src[a.attr().local:a.attr().localEnd]
}

// Space is the namespace name, "" for none.
func (a Attr) Space() string {
	if a.doc == nil {
		return ""
	}
	return a.doc.uris[a.attr().space]
}

// Prefix is the prefix as written.
func (a Attr) Prefix() string {
	if a.doc == nil {
		return ""
	}
	return a.doc.prefixes[a.attr().prefix]
}

// Value is the attribute's value, normalised as XML 1.0 3.3.3 says.
func (a Attr) Value() string {
	if a.doc == nil {
		return ""
	}
	return a.doc.attrValue(a.attr())
}
