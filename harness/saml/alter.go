package saml

import "strings"

// An alteration is one change that a diagnosis makes to a canonical form to see whether
// a signature agrees with it. The zero alteration changes nothing.
type alteration struct {
	drop     int32                           // a node to leave out; 0 for none
	dropAttr int32                           // 1 + an attribute to leave out; 0 for none
	text     func(id int32, s string) string // of text nodes
	value    func(id int32, s string) string // of attributes
	open     func(id int32) string           // to write before a start tag
	shut     func(id int32) string           // to write before an end tag
	prefix   func(id int32) string           // a prefix's other name
	bound    [2]string                       // a prefix, and the namespace that it is declared to stand for
	move     movement                        // of the declarations of a PrefixList

	track    bool
	spans    []span
	elements []extent
}

// A movement is where else the declarations of a PrefixList may have stood.
type movement uint8

const (
	stay  movement = iota
	hoist          // all on the signed element
	sink           // only where xsi:type needs them
)

// A span is where a text or attribute value lies in a canonical form.
type span struct {
	node, attr int32 // attr is -1 for text
	from, to   int
}

// An extent is where an element lies in a canonical form.
type extent struct {
	node          int32
	from, tag, to int // tag is where the > of the start tag is
}

func (a *alteration) enter(id int32, at int) {
	if a.track {
		a.elements = append(a.elements, extent{node: id, from: at})
	}
}

func (a *alteration) tagged(at int) {
	if a.track {
		a.elements[len(a.elements)-1].tag = at
	}
}

func (a *alteration) leave(id int32, at int) {
	for i := len(a.elements) - 1; i >= 0; i-- {
		if a.elements[i].node == id {
			a.elements[i].to = at
			return
		}
	}
}

func (a *alteration) skips(id int32) bool { return a.drop != 0 && a.drop == id }

func (a *alteration) textOf(id int32, s string) string {
	if a.text == nil {
		return s
	}
	return a.text(id, s)
}

func (a *alteration) valueOf(id int32, s string) string {
	if a.value == nil {
		return s
	}
	return a.value(id, s)
}

func (a *alteration) before(id int32) string {
	if a.open == nil {
		return ""
	}
	return a.open(id)
}

func (a *alteration) closing(id int32) string {
	if a.shut == nil {
		return ""
	}
	return a.shut(id)
}

func (a *alteration) mark(id, attr int32, at int) {
	if a.track {
		a.spans = append(a.spans, span{id, attr, at, at})
	}
}

func (a *alteration) end(at int) {
	if a.track {
		a.spans[len(a.spans)-1].to = at
	}
}

// declareMoved declares the listed prefixes of an element where a movement puts them.
func (c *canonicalizer) declareMoved(i int32, apex bool) {
	d := c.d
	n := &d.nodes[i]
	switch {
	case c.alter.move == hoist && apex:
		c.declareInScope(i)
		for j := n.decl0; j < int32(len(d.decls)); j++ {
			if int(n.after) < len(d.nodes) && d.decls[j].start > d.nodes[n.after].start {
				break
			}
			if dc := &d.decls[j]; c.rendered[dc.prefix] < 0 {
				c.declareListed(dc)
			}
		}
	case c.alter.move == sink:
		e := Element{d, i}
		prefix, _, ok := strings.Cut(e.AttrNS(NSInstance, "type").Value(), ":")
		if !ok {
			return
		}
		uri, _ := e.Namespace(prefix)
		for j := range d.decls {
			if dc := &d.decls[j]; d.prefixes[dc.prefix] == prefix && d.uris[dc.uri] == uri {
				c.declareListed(dc)
				return
			}
		}
	}
}
