package saml

import "strings"

// A layout is one way to lay out white space between elements.
type layout struct {
	name      string
	unit      string // of indentation
	lines     bool   // a line for each element
	signature int    // of signatures inside: see below
	values    int    // of the base64 in them: see below
	trim      bool   // values without the white space around them
	slot      bool   // with the line on which the omitted signature stood
	relative  bool   // depth counts from the signed element
	compact   bool   // no lines within KeyInfo and transforms
}

// How the signatures inside what is signed are laid out.
const (
	signatureLikeAll = iota
	signatureKept
	signatureLines    // a line for each element
	signatureInfoLine // the same, but for KeyInfo and transforms, as Salesforce
)

// How base64 inside them is laid out.
const (
	base64Kept = iota
	base64Joined
	base64Wrapped      // lines of 76
	base64WrappedLines // the same, SignatureValue between line breaks of its own
	base64Wrapped64
	base64Layouts
)

// byLayout looks for white space between elements that was added, removed or changed.
func (t *trials) byLayout(f *SignatureFault) bool { return t.inLayouts(f, false) }

// byTrimming looks for the same together with white space around all values.
func (t *trials) byTrimming(f *SignatureFault) bool {
	for i := t.apex.id; i < t.apex.node().after; i++ {
		if n := &t.d.nodes[i]; n.kind == kindText && !t.d.between(i) && trimSpace(t.d.value(n)) != t.d.value(n) {
			return t.inLayouts(f, true)
		}
	}
	return false // as byLayout
}

func (t *trials) inLayouts(f *SignatureFault, trim bool) bool {
	all := []int{signatureLikeAll, signatureKept, signatureInfoLine, signatureLines}
	plain := layout{name: "without white space between elements", trim: trim}
	if t.laidOut(f, plain, all, base64Layouts) {
		return true
	}
	for _, unit := range [...]string{"  ", "    ", "\t", "", "   ", " "} {
		for _, slot := range [...]bool{false, true} {
			for _, relative := range [...]bool{false, true} {
				l := layout{name: "with lines indented by " + quoteText(unit), unit: unit, lines: true, slot: slot, relative: relative, trim: trim}
				if unit == "" {
					l.name = "with a line for each element"
				}
				if unit != "" || !relative {
					if t.laidOut(f, l, []int{signatureLikeAll, signatureInfoLine, signatureLines}, base64Layouts) {
						return true
					}
				}
			}
		}
	}
	return false
}

// laidOut tries a layout with variants of the signatures inside.
func (t *trials) laidOut(f *SignatureFault, l layout, signatures []int, values int) bool {
	inner := false
	for e := range t.apex.Descendants() {
		inner = inner || e != t.omit && e.Is(NSSignature, "Signature")
	}
	if !inner {
		signatures, values = signatures[:1], 1
	}
	for _, s := range signatures {
		for v := range values {
			l.signature, l.values = s, v
			if t.diagnosis <= 0 || !t.with(t.layoutAlteration(l)) {
				continue
			}
			if v != base64Kept && s == signatureKept && !l.trim && !l.lines && !t.blanksOutside() {
				return found(f, CauseWhiteSpace, "line breaks in base64 were changed after signing: the digest agrees with others in the signature inside")
			}
			if l.trim {
				return found(f, CauseWhiteSpace, "white space was added or removed after signing, as a formatter does: the digest agrees %s and around values", l.name)
			}
			return found(f, CauseReindented, "white space was added, removed or re-indented after signing, as a formatter does: the digest agrees %s", l.name)
		}
	}
	return false
}

// blanksOutside tells whether white space stands between elements outside signatures.
func (t *trials) blanksOutside() bool {
	for i := t.apex.id; i < t.apex.node().after; i++ {
		n := &t.d.nodes[i]
		if n.kind == kindText && t.d.between(i) && !t.inSignature(n.parent) {
			return true
		}
	}
	return false
}

// between tells whether a text is white space in an element that has child elements.
func (d *Document) between(id int32) bool {
	n := &d.nodes[id]
	return isBlank(d.value(n)) && (id > 0 && n.parent > 0) && hasChildren(Element{d, n.parent})
}

// inSignature is the signature, other than the one being verified, that a node stands in.
func (t *trials) inSignature(id int32) bool {
	for ; id > t.apex.id; id = t.d.nodes[id].parent {
		if (Element{t.d, id}).Is(NSSignature, "Signature") {
			return true
		}
	}
	return false
}

// layoutAlteration makes a layout of what is signed.
func (t *trials) layoutAlteration(l layout) *alteration {
	d := t.d
	top := 0
	if l.relative {
		top = d.depth(t.apex.id)
	}
	left := t.behindOmitted()
	line := func(depth int) string {
		if !l.lines {
			return ""
		}
		return "\n" + strings.Repeat(l.unit, max(depth-top, 0))
	}
	own := func(id int32) (string, bool) { // inside a signature with a layout of its own
		if l.compact && d.compact(id, t.apex.id) {
			return "", true
		}
		if l.signature == signatureLikeAll || !t.inSignature(id) {
			return "", false
		}
		if l.signature == signatureKept {
			return "", true
		}
		if l.signature == signatureInfoLine && d.compact(id, t.apex.id) {
			return "", true
		}
		return "\n", true
	}
	return &alteration{
		text: func(id int32, s string) string {
			n := &d.nodes[id]
			inside := t.inSignature(n.parent)
			switch {
			case d.between(id):
				if inside && l.signature == signatureKept {
					return s
				}
				return ""
			case inside:
				return layBase64(l.values, Element{d, n.parent}, s)
			case l.trim:
				return trimSpace(s)
			}
			return s
		},
		open: func(id int32) string {
			p := d.nodes[id].parent
			if id == t.apex.id {
				return ""
			}
			if s, ok := own(p); ok {
				return s
			}
			s := line(d.depth(id) - 1)
			if l.slot && id == left { // the line of the signature is left
				s = line(d.depth(id)-1) + s
			}
			return s
		},
		shut: func(id int32) string {
			if !hasChildren(Element{d, id}) {
				return ""
			}
			if s, ok := own(id); ok {
				if l.signature == signatureInfoLine && (Element{d, id}).Is(NSSignature, "Signature") {
					return "" // KeyInfo came last
				}
				return s
			}
			return line(d.depth(id) - 1)
		},
	}
}

// behindOmitted is the element that follows the omitted signature; 0 where none does.
func (t *trials) behindOmitted() int32 {
	if !t.omit.Exists() {
		return 0
	}
	nodes := t.d.nodes
	n := t.omit.node()
	for i := n.after; i < nodes[n.parent].after; i = nodes[i].after {
		if nodes[i].kind == kindElement {
			return i
		}
	}
	return 0
}

// depth is 1 for the root.
func (d *Document) depth(id int32) int {
	n := 0
	for ; id > 0; id = d.nodes[id].parent {
		n++
	}
	return n
}

// compact tells whether an element stands where Salesforce breaks no lines: in KeyInfo
// and in a Transform.
func (d *Document) compact(id, apex int32) bool {
	for ; id > apex; id = d.nodes[id].parent {
		if e := (Element{d, id}); e.Is(NSSignature, "KeyInfo") || e.Is(NSSignature, "Transform") {
			return true
		}
	}
	return false
}

// layBase64 lays out the base64 of a SignatureValue or X509Certificate.
func layBase64(how int, e Element, s string) string {
	name := e.Local()
	if how == base64Kept || name != "SignatureValue" && name != "X509Certificate" && name != "DigestValue" {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if r < 0x80 && isSpace(byte(r)) {
			return -1
		}
		return r
	}, s)
	if s = wrap64(how, s); how == base64WrappedLines && name == "SignatureValue" {
		return "\n" + s + "\n"
	}
	return s
}

// wrap64 puts base64 into lines.
func wrap64(how int, s string) string {
	width := 76
	switch how {
	case base64Joined:
		return s
	case base64Wrapped64:
		width = 64
	}
	var b strings.Builder
	for len(s) > width {
		b.WriteString(s[:width] + "\n")
		s = s[width:]
	}
	return b.String() + s
}
