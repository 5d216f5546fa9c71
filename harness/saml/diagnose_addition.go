package saml

// byAddition looks for one element, attribute, comment or instruction that was added.
func (t *trials) byAddition(f *SignatureFault) bool {
	return t.byAddedElement(f) || t.byAddedMarkup(f) || t.byAddedAttribute(f)
}

func (t *trials) byAddedElement(f *SignatureFault) bool {
	for _, x := range t.elements {
		if x.node == t.apex.id || !t.patched(patch{x.from, x.to, ""}) {
			continue
		}
		e := Element{t.d, x.node}
		f.At = e.At()
		return found(f, CauseAdded, "an element <%s> was added after signing: the digest agrees without the one at %s", shorten(e.Local()), f.At.Path)
	}
	return false
}

// byAddedMarkup looks for a comment or instruction.
func (t *trials) byAddedMarkup(f *SignatureFault) bool {
	for i := t.apex.id + 1; i < t.apex.node().after; i++ {
		n := &t.d.nodes[i]
		if n.kind != kindPI && (n.kind != kindComment || !t.form.comments) || !t.with(&alteration{drop: i}) {
			continue
		}
		f.At = Element{t.d, n.parent}.At()
		if n.kind == kindPI {
			return found(f, CauseAdded, "a processing instruction was added after signing: the digest agrees without %s in %s", quoteText(t.d.localName(n)), f.At.Path)
		}
		return found(f, CauseAdded, "a comment was added after signing: the digest agrees without the one in %s", f.At.Path)
	}
	return false
}

func (t *trials) byAddedAttribute(f *SignatureFault) bool {
	for i := range t.spans {
		s := &t.spans[i]
		if s.attr < 0 {
			continue
		}
		a := Attr{t.d, s.node, s.attr}
		if a.Prefix() != "" { // a declaration may go with it
			if !t.with(&alteration{dropAttr: s.attr + 1}) {
				continue
			}
		} else if !t.patched(patch{s.from - len(` =""`) - len(a.Local()) + 1, s.to + 1, ""}) {
			continue
		}
		f.At, f.Got = a.At(), a.Value()
		return found(f, CauseAdded, "an XML attribute was added after signing: the digest agrees without %s", f.At.Path)
	}
	return false
}
