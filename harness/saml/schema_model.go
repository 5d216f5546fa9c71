package saml

import (
	"fmt"
	"slices"
	"strings"
)

// A content model says which children an element has, in which order and number. It
// is written as a regular expression over names, as in
//
//	saml:Issuer ds:Signature? (saml:AuthnStatement|saml:AttributeStatement)*
//
// where any is an element of any namespace, other one of a namespace other than the
// schema's own, other! one of these that a schema declares, and ds:P=base64Binary a
// local element with its type. It is compiled into the positions of its names and
// which position may follow which (Glushkov); the schemas' models are deterministic
// (XML Schema 1 3.8.6), so one position is the whole state.
type model struct {
	positions []position
	first     []uint8
	nullable  bool
}

type position struct {
	qname
	prefixed string // as it is written, for messages
	typ      *schemaType
	nillable bool
	wild     wildcard
	strict   bool
	notSpace string // for wildOther: the namespace that is left out
	follow   []uint8
	last     bool
}

type wildcard uint8

const (
	notWild wildcard = iota
	wildAny
	wildOther
)

type qname struct{ space, local string }

// step is the position of a child after a state, -1 where it may not stand there. The
// state before the first child is -1.
func (m *model) step(state int, c Element) int {
	next := m.first
	if state >= 0 {
		next = m.positions[state].follow
	}
	space, local := c.Space(), c.Local()
	for _, i := range next {
		switch p := &m.positions[i]; p.wild {
		case notWild:
			if p.local == local && p.space == space {
				return int(i)
			}
		case wildAny:
			return int(i)
		case wildOther:
			if space != p.notSpace && space != "" {
				return int(i)
			}
		}
	}
	return -1
}

// accepts tells whether the children may end in a state.
func (m *model) accepts(state int) bool {
	if state < 0 {
		return m.nullable
	}
	return m.positions[state].last
}

// expected is what may stand after a state, in words.
func (m *model) expected(state int) string {
	next := m.first
	if state >= 0 {
		next = m.positions[state].follow
	}
	var names []string
	for _, i := range next {
		if name := m.positions[i].prefixed; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if m.accepts(state) {
		names = append(names, "nothing more")
	}
	return strings.Join(names, " or ")
}

// A compiler makes a model of an expression.
type compiler struct {
	set   *schemaSet
	space string // of the schema
	in    string
	m     *model
}

// fragment is a part of an expression: where it begins and ends.
type fragment struct {
	first, last []uint8
	nullable    bool
}

func compile(set *schemaSet, space, expression string) *model {
	c := &compiler{set: set, space: space, in: expression, m: &model{}}
	f := c.choice()
	if strings.TrimSpace(c.in) != "" {
		panic(fmt.Sprintf("content model %q: %q is left over", expression, c.in))
	}
	c.m.first, c.m.nullable = f.first, f.nullable
	for _, i := range f.last {
		c.m.positions[i].last = true
	}
	return c.m
}

func (c *compiler) peek() byte {
	c.in = strings.TrimLeft(c.in, " \n\t")
	if c.in == "" {
		return 0
	}
	return c.in[0]
}

func (c *compiler) choice() fragment {
	f := c.sequence()
	for c.peek() == '|' {
		c.in = c.in[1:]
		g := c.sequence()
		f = fragment{append(f.first, g.first...), append(f.last, g.last...), f.nullable || g.nullable}
	}
	return f
}

func (c *compiler) sequence() fragment {
	f := fragment{nullable: true}
	for b := c.peek(); b != 0 && b != '|' && b != ')'; b = c.peek() {
		g := c.repeated()
		c.connect(f.last, g.first)
		joined := fragment{first: f.first, last: g.last, nullable: f.nullable && g.nullable}
		if f.nullable {
			joined.first = append(slices.Clone(f.first), g.first...)
		}
		if g.nullable {
			joined.last = append(slices.Clone(f.last), g.last...)
		}
		f = joined
	}
	return f
}

func (c *compiler) repeated() fragment {
	var f fragment
	if c.peek() == '(' {
		c.in = c.in[1:]
		f = c.choice()
		if c.peek() != ')' {
			panic("content model: a bracket is open")
		}
		c.in = c.in[1:]
	} else {
		f = c.name()
	}
	switch c.peek() {
	case '?':
		f.nullable = true
	case '*':
		f.nullable = true
		c.connect(f.last, f.first)
	case '+':
		c.connect(f.last, f.first)
	default:
		return f
	}
	c.in = c.in[1:]
	return f
}

func (c *compiler) name() fragment {
	end := strings.IndexAny(c.in, " \n\t|()?*+")
	if end < 0 {
		end = len(c.in)
	}
	word := c.in[:end]
	c.in = c.in[end:]
	p := position{prefixed: word}
	switch word {
	case "any":
		p.wild, p.prefixed = wildAny, "any element"
	case "other", "other!":
		p.wild, p.notSpace, p.strict = wildOther, c.space, word == "other!"
		p.prefixed = "an element of another namespace"
	default:
		name, local, isLocal := strings.Cut(word, "=")
		p.qname, p.prefixed = c.set.name(name), name
		if isLocal {
			p.typ = c.set.typeNamed(local)
		} else if decl := c.set.elements[p.qname]; decl != nil {
			p.typ, p.nillable = decl.typ, decl.nillable
		} else {
			panic("content model: no element " + name)
		}
	}
	i := uint8(len(c.m.positions))
	c.m.positions = append(c.m.positions, p)
	return fragment{first: []uint8{i}, last: []uint8{i}}
}

func (c *compiler) connect(from, to []uint8) {
	for _, i := range from {
		p := &c.m.positions[i]
		for _, j := range to {
			if !slices.Contains(p.follow, j) {
				p.follow = append(p.follow, j)
			}
		}
	}
}
