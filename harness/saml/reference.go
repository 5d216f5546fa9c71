package saml

import (
	"strings"
)

// resolve finds what the Reference names (SAMLCore 5.4.2).
func (r *reading) resolve() {
	if !r.reference.Exists() {
		return
	}
	uri := r.reference.Attr("URI")
	if t := r.reference.Attr("Type"); strings.HasSuffix(t.Value(), "#Manifest") {
		r.faultAt(FaultReference, t.At(), t.Value(), "", "the Reference names a Manifest, which is not what SAML signs")
	}
	id := r.s.Parent.Attr("ID").Value()
	want := "#" + id
	value := uri.Value()
	name, local := strings.CutPrefix(value, "#")
	switch {
	case !uri.Exists():
		r.fault(FaultReference, r.reference, "", want, "the Reference has no URI")
		return
	case value == "":
		r.faultAt(FaultReference, uri.At(), "", want, "the Reference names the whole document, not the element by its ID")
		r.s.Covers = r.d.Root()
		return
	case !local:
		why := "the Reference names something outside the document; it is not fetched"
		if r.one(value).Exists() {
			why = "the # before the ID is missing"
		}
		r.faultAt(FaultReference, uri.At(), value, want, "%s", why)
		return
	case strings.HasPrefix(name, "xpointer(") || strings.HasPrefix(name, "element("):
		r.faultAt(FaultReference, uri.At(), value, want, "the Reference is an XPointer, not the ID of an element")
		if strings.HasPrefix(name, "xpointer(/)") {
			r.s.Covers = r.d.Root()
		}
		return
	}
	r.s.Covers = r.one(name)
	switch others := r.named(name); {
	case len(others) == 0:
		r.faultAt(FaultReference, uri.At(), value, want, "no element has this ID")
	case !r.s.Covers.Exists():
		f := r.faultAt(FaultReference, uri.At(), value, want, "%d elements have this ID: %s", len(others), places(others))
		f.Cause = CauseWrapping
	case r.s.Covers != r.s.Parent:
		f := r.faultAt(FaultReference, uri.At(), value, want, "the signature covers the element at %s, not the one that it stands in", r.s.Covers.At().Path)
		f.Cause = CauseWrapping
	case r.s.Parent.Attr("ID").Value() != name:
		r.faultAt(FaultReference, uri.At(), value, want, "the Reference names the element by another attribute than ID")
	}
}

// places lists where attributes stand.
func places(attrs []Attr) string {
	const most = 4
	var paths []string
	for i, a := range attrs {
		if i == most {
			paths = append(paths, "…")
			break
		}
		paths = append(paths, a.Element().At().Path)
	}
	return strings.Join(paths, ", ")
}

// named is the attributes of type xs:ID with a value, until it is asked again.
func (x *verification) named(id string) []Attr {
	if len(x.ids) > few && x.byID == nil {
		x.byID = make(map[string][]Attr, len(x.ids))
		for _, a := range x.ids {
			x.byID[a.Value()] = append(x.byID[a.Value()], a)
		}
	}
	if x.byID != nil {
		return x.byID[id]
	}
	x.match = x.match[:0]
	for _, a := range x.ids {
		if a.Value() == id {
			x.match = append(x.match, a)
		}
	}
	return x.match
}

// one is the element that alone has an ID.
func (x *verification) one(id string) Element {
	var one Element
	for _, a := range x.named(id) {
		if one.Exists() && one != a.Element() {
			return Element{}
		}
		one = a.Element()
	}
	return one
}
