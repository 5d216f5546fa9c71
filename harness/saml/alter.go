package saml

// An alteration is one change that a diagnosis makes to a canonical form to see whether
// a signature agrees with it. The zero alteration changes nothing.
type alteration struct {
	drop     int32                               // a node to leave out; 0 for none
	dropAttr int32                               // 1 + an attribute to leave out; 0 for none
	text     func(id int32, s string) string     // of text nodes
	value    func(id int32, s string) string     // of attributes
	open     func(id int32) string               // to write before a start tag
	shut     func(id int32) string               // to write before an end tag
	prefixes func(prefix int32) (written string) // of names, with the colon

	track bool
	spans []span
}

// A span is where a text or attribute value lies in a canonical form.
type span struct {
	node, attr int32 // attr is -1 for text
	from, to   int
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

func (a *alteration) prefixed(prefix int32) string { return a.prefixes(prefix) }

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
