package saml

import "strings"

// attributes writes the attributes in the order of namespace name, then local name.
func (c *canonicalizer) attributes(n *node, id int32, apex bool) {
	d := c.d
	c.order = c.order[:0]
	for j := n.attr0; j < n.attr1; j++ {
		c.order = append(c.order, j)
	}
	if apex && c.form.inclusive {
		c.inherit(id)
	}
	if len(c.order) > 1 {
		sortFew(c.order, func(x, y int32) int {
			a, b := &d.attrs[x], &d.attrs[y]
			if a.space != b.space {
				return strings.Compare(d.uris[a.space], d.uris[b.space])
			}
			return strings.Compare(d.src[a.local:a.localEnd], d.src[b.local:b.localEnd])
		})
	}
	for _, j := range c.order {
		if c.alter != nil && c.alter.dropAttr == j+1 {
			continue
		}
		a := &d.attrs[j]
		c.buf = append(c.buf, ' ')
		if c.alter != nil && a.prefix != 0 {
			c.buf = append(c.colon(c.buf, a.prefix), d.src[a.local:a.localEnd]...)
		} else {
			c.buf = append(c.buf, d.src[a.start:a.localEnd]...)
		}
		c.buf = append(c.buf, `="`...)
		value := d.attrValue(a)
		if c.alter == nil && a.plain(d.src) {
			c.buf = append(append(c.buf, value...), '"')
			continue
		}
		if c.alter != nil {
			value = c.alter.valueOf(j, value)
			c.alter.mark(id, j, len(c.buf))
		}
		c.buf = appendValue(c.buf, value)
		if c.alter != nil {
			c.alter.end(len(c.buf))
		}
		c.buf = append(c.buf, '"')
	}
}

// plain tells that the value stands in the source as it does in the canonical form:
// without references and white space other than spaces, and in double quotes.
func (a *attr) plain(src string) bool { return !a.extra && src[a.valueEnd] == '"' }

// inherit adds to the apex the attributes of the xml namespace that stand around it
// (Canonical XML 1.0 2.4). Version 1.1 inherits xml:lang and xml:space only.
func (c *canonicalizer) inherit(apex int32) {
	d := c.d
	for i := d.nodes[apex].parent; i > 0; i = d.nodes[i].parent {
		n := &d.nodes[i]
	next:
		for j := n.attr0; j < n.attr1; j++ {
			a := &d.attrs[j]
			local := d.src[a.local:a.localEnd]
			if a.space != 1 || c.form.eleven && local != "lang" && local != "space" {
				continue
			}
			for _, have := range c.order {
				if h := &d.attrs[have]; h.space == 1 && d.src[h.local:h.localEnd] == local {
					continue next
				}
			}
			c.order = append(c.order, j)
		}
	}
}

func (c *canonicalizer) inheritsBase(apex int32) bool {
	for i := c.d.nodes[apex].parent; i > 0; i = c.d.nodes[i].parent {
		if (Element{c.d, i}).AttrNS(NSXML, "base").Exists() {
			return true
		}
	}
	return false
}

// plain tells that a text stands in the source as it does in the canonical form.
func (n *node) plain(src string) bool {
	return !n.extra && src[n.start] != '<' && strings.IndexByte(src[n.start:n.end], '>') < 0
}

// appendText appends character data as Canonical XML 2.3 writes it.
func appendText(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		var with string
		switch s[i] {
		case '&':
			with = "&amp;"
		case '<':
			with = "&lt;"
		case '>':
			with = "&gt;"
		case '\r':
			with = "&#xD;"
		default:
			continue
		}
		b = append(append(b, s[from:i]...), with...)
		from = i + 1
	}
	return append(b, s[from:]...)
}

// appendValue appends an attribute value as Canonical XML 2.3 writes it.
func appendValue(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		var with string
		switch s[i] {
		case '&':
			with = "&amp;"
		case '<':
			with = "&lt;"
		case '"':
			with = "&quot;"
		case '\t':
			with = "&#x9;"
		case '\n':
			with = "&#xA;"
		case '\r':
			with = "&#xD;"
		default:
			continue
		}
		b = append(append(b, s[from:i]...), with...)
		from = i + 1
	}
	return append(b, s[from:]...)
}
