package saml

import (
	"slices"
	"strings"
)

// declared is the patch that declares a namespace in the start tag of an element, where
// exclusive canonicalization has it; false where the tag declares the prefix.
func (t *trials) declared(x extent, prefix, uri string) (patch, bool) {
	tag := string(t.base[x.from:x.tag])
	at := x.tag
	if i := strings.IndexByte(tag, ' '); i >= 0 {
		at = x.from + i
		for rest := tag[i:]; strings.HasPrefix(rest, " xmlns"); rest = t.rest(&at, rest) {
			name := rest[len(" xmlns"):strings.IndexByte(rest, '=')]
			if name == ":"+prefix {
				return patch{}, false
			}
			if name > ":"+prefix {
				break
			}
		}
	}
	return patch{at, at, " xmlns:" + prefix + `="` + uri + `"`}, true
}

// rest is what follows the attribute that a text begins with, whose place moves along.
func (*trials) rest(at *int, tag string) string {
	n := strings.IndexByte(tag, '"') + 1
	n += strings.IndexByte(tag[n:], '"') + 1
	*at += n
	return tag[n:]
}

// declaring is sets of elements on which declarations stand: the signed one, an assertion,
// the elements with xsi:type or values, all of them or one.
func (t *trials) declaring() (sets [][]extent) {
	var values []extent
	for _, x := range t.elements {
		e := Element{t.d, x.node}
		switch {
		case e.AttrNS(NSInstance, "type").Exists(), e.Is(NSAssertion, "AttributeValue"):
			values = append(values, x)
		case e == t.apex, e.Is(NSAssertion, "Assertion"), e.Is(NSAssertion, "AttributeStatement"):
			sets = append(sets, []extent{x})
		}
	}
	const most = 32
	if len(values) > 1 {
		sets = append(sets, values)
	}
	for _, x := range values[:min(len(values), most)] {
		sets = append(sets, []extent{x})
	}
	return sets
}

// byDeclaration looks for a declaration of a namespace of schemas that was taken away:
// nothing needs it but the values of xsi:type, so that programs lose it.
func (t *trials) byDeclaration(f *SignatureFault) bool {
	for _, c := range [...][2]string{{"xs", NSSchema}, {"xsd", NSSchema}, {"xsi", NSInstance}} {
		for _, set := range t.declaring() {
			var patches []patch
			for _, x := range set {
				if p, ok := t.declared(x, c[0], c[1]); ok {
					patches = append(patches, p)
				}
			}
			if len(patches) == 0 || !t.patched(patches...) {
				continue
			}
			e := Element{t.d, set[0].node}
			f.At, f.Want = e.At(), "xmlns:"+c[0]+`="`+c[1]+`"`
			return found(f, CauseRemoved, "the namespace declaration xmlns:%s was taken away after signing: the digest agrees when it stands on %s", c[0], f.At.called())
		}
	}
	return false
}

// byType looks for xsi:type that was taken away from every value, or from one.
func (t *trials) byType(f *SignatureFault) bool {
	var bare []extent
	for _, x := range t.elements {
		if e := (Element{t.d, x.node}); e.Is(NSAssertion, "AttributeValue") && !e.AttrNS(NSInstance, "type").Exists() && len(bare) < 64 {
			bare = append(bare, x)
		}
	}
	if len(bare) == 0 {
		return false
	}
	sets := [][]extent{bare}
	if len(bare) > 1 {
		for _, x := range bare[:min(len(bare), 8)] {
			sets = append(sets, []extent{x})
		}
	}
	for _, set := range sets {
		for _, kind := range [...]string{"xs:string", "xsd:string", "xs:anyType"} {
			prefix, _, _ := strings.Cut(kind, ":")
			for _, with := range [...][]string{{"xsi"}, {prefix, "xsi"}, {}, {prefix}} {
				if t.patched(t.typed(set, kind, with)...) {
					e := Element{t.d, set[0].node}
					f.At, f.Want = e.At(), `xsi:type="`+kind+`"`
					if len(set) > 1 {
						return found(f, CauseRemoved, "xsi:type was taken away from every AttributeValue after signing: the digest agrees when it is there and reads %s", quoteText(kind))
					}
					return found(f, CauseRemoved, "%s/@xsi:type was taken away after signing: the digest agrees when it is there and reads %s", f.At.called(), quoteText(kind))
				}
			}
		}
	}
	return false
}

// typed puts xsi:type and declarations into start tags.
func (t *trials) typed(set []extent, kind string, declare []string) (patches []patch) {
	for _, x := range set {
		for _, prefix := range declare {
			uri := NSSchema
			if prefix == "xsi" {
				uri = NSInstance
			}
			if p, ok := t.declared(x, prefix, uri); ok {
				patches = append(patches, p)
			}
		}
		patches = append(patches, patch{x.tag, x.tag, ` xsi:type="` + kind + `"`})
	}
	slices.SortStableFunc(patches, func(a, b patch) int { return a.from - b.from })
	return patches
}
