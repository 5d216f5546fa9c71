package saml

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// A gone is an attribute that may have been taken away from elements of a name.
type gone struct {
	element, attr string
	values        []string
}

// byRemoval looks for an attribute or element that was taken away and whose value can be
// known: one that is expected, or that stands elsewhere.
func (t *trials) byRemoval(f *SignatureFault) bool {
	candidates, _ := t.candidates()
	byKind := map[valueKind][]string{}
	for _, v := range candidates {
		if v != "" {
			byKind[kindOfValue(v)] = append(byKind[kindOfValue(v)], v)
		}
	}
	uris, instants, words := byKind[kindURI], t.nearInstants(byKind[kindInstant]), byKind[kindWord]
	for _, g := range [...]gone{
		{"Response", "Destination", uris}, {"Response", "InResponseTo", words}, {"Response", "Version", []string{"2.0"}}, {"Response", "IssueInstant", instants},
		{"SubjectConfirmationData", "InResponseTo", words}, {"SubjectConfirmationData", "Recipient", uris}, {"SubjectConfirmationData", "NotOnOrAfter", instants},
		{"SubjectConfirmation", "Method", []string{MethodBearer}}, {"Conditions", "NotBefore", instants}, {"Conditions", "NotOnOrAfter", instants},
		{"NameID", "Format", uris}, {"NameID", "SPNameQualifier", uris}, {"NameID", "NameQualifier", uris}, {"Issuer", "Format", []string{FormatEntity}},
		{"Assertion", "Version", []string{"2.0"}}, {"Assertion", "IssueInstant", instants}, {"AuthnStatement", "AuthnInstant", instants}, {"AuthnStatement", "SessionIndex", words},
		{"Attribute", "NameFormat", uris}, {"Attribute", "Name", words}, {"StatusCode", "Value", []string{StatusSuccess}},
	} {
		var bare []extent
		for _, x := range t.elements {
			if e := (Element{t.d, x.node}); e.Local() == g.element && !e.Attr(g.attr).Exists() {
				bare = append(bare, x)
			}
		}
		if len(bare) == 0 || len(bare) > 64 {
			continue
		}
		places := make([]int, len(bare))
		for i, x := range bare {
			places[i] = t.attributeAt(x, g.attr)
		}
		for _, v := range g.values {
			attr := " " + g.attr + `="` + string(appendValue(nil, v)) + `"`
			for n := range min(len(bare), 8) {
				if t.patched(patch{places[n], places[n], attr}) {
					e := Element{t.d, bare[n].node}
					f.At, f.Want = e.At(), g.attr+`="`+v+`"`
					return found(f, CauseRemoved, "%s/@%s was taken away after signing: the digest agrees when it is there and reads %s", f.At.called(), g.attr, quoteText(v))
				}
			}
			if len(bare) > 1 {
				all := make([]patch, len(bare))
				for i, at := range places {
					all[i] = patch{at, at, attr}
				}
				if t.patched(all...) {
					f.At, f.Want = Element{t.d, bare[0].node}.At(), g.attr+`="`+v+`"`
					return found(f, CauseRemoved, "%s was taken away from every %s after signing: the digest agrees when it is there and reads %s", g.attr, g.element, quoteText(v))
				}
			}
		}
	}
	return t.byLostElement(f, append(uris, words...))
}

// nearInstants are some times with those that may have stood beside them.
func (t *trials) nearInstants(list []string) []string {
	all := t.instants()
	for _, x := range all {
		form := instantForm(t.spanValue(&x.spans[0]))
		for _, d := range distances {
			if s := x.at.Add(d).Format(form); !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	return list
}

// attributeAt is where an attribute without a prefix belongs in a start tag.
func (t *trials) attributeAt(x extent, name string) int {
	at := x.tag
	for i := range t.spans {
		s := &t.spans[i]
		if s.node != x.node || s.attr < 0 {
			continue
		}
		a := Attr{t.d, s.node, s.attr}
		if a.Space() != "" || a.Local() > name {
			length := len(` ="`) + len(a.Local())
			if a.Prefix() != "" {
				length += len(a.Prefix()) + 1
			}
			at = s.from - length
			break
		}
	}
	return at
}

// byLostElement looks for a Status or an AudienceRestriction that was taken away.
func (t *trials) byLostElement(f *SignatureFault, values []string) bool {
	for _, x := range t.elements {
		e := Element{t.d, x.node}
		p := ""
		if e.Prefix() != "" {
			p = e.Prefix() + ":"
		}
		switch {
		case e.Is(NSProtocol, "Response") && !e.Child(NSProtocol, "Status").Exists():
			status := "<" + p + "Status><" + p + `StatusCode Value="` + StatusSuccess + `"></` + p + "StatusCode></" + p + "Status>"
			for _, y := range t.elements {
				if t.d.nodes[y.node].parent == x.node && (t.patched(patch{y.from, y.from, status}) || t.patched(patch{y.to, y.to, status})) {
					f.At = e.At()
					return found(f, CauseRemoved, "Status was taken away after signing: the digest agrees when it is there and says Success")
				}
			}
		case e.Is(NSAssertion, "Conditions") && !e.Child(NSAssertion, "AudienceRestriction").Exists():
			for _, v := range values {
				lost := "<" + p + "AudienceRestriction><" + p + "Audience>" + string(appendText(nil, v)) + "</" + p + "Audience></" + p + "AudienceRestriction>"
				if t.patched(patch{x.tag + 1, x.tag + 1, lost}) {
					f.At, f.Want = e.At(), v
					return found(f, CauseRemoved, "AudienceRestriction was taken away after signing: the digest agrees when it is there and names %s", quoteText(v))
				}
			}
		}
	}
	return false
}

// byOrder looks for two elements beside each other, or an element and all those after it,
// that changed places.
func (t *trials) byOrder(f *SignatureFault) bool {
	const most = 24 // elements of one parent
	children := map[int32][]extent{}
	for _, x := range t.elements {
		if p := t.d.nodes[x.node].parent; len(children[p]) < most && x.node != t.apex.id {
			children[p] = append(children[p], x)
		}
	}
	for _, x := range t.elements {
		list := children[x.node]
		for i := range list {
			for j := i + 1; j < len(list); j++ {
				a, b := list[i], list[j]
				one, other := string(t.base[a.from:a.to]), string(t.base[b.from:b.to])
				if one != other && t.patched(patch{a.from, a.to, other}, patch{b.from, b.to, one}) {
					return t.reordered(f, a, b, "changed places with")
				}
				if j == i+1 {
					continue
				}
				if t.patched(patch{a.from, a.from, other}, patch{b.from, b.to, ""}) {
					return t.reordered(f, b, a, "stood before")
				}
				if t.patched(patch{a.from, a.to, ""}, patch{b.to, b.to, one}) {
					return t.reordered(f, a, b, "stood after")
				}
			}
		}
	}
	return false
}

func (t *trials) reordered(f *SignatureFault, a, b extent, how string) bool {
	f.At = Element{t.d, a.node}.At()
	other := Element{t.d, b.node}.At()
	return found(f, CauseOrder, "elements were put in another order after signing: the digest agrees when %s %s %s", step(f.At.Path), map[string]string{"changed places with": "changes places with", "stood before": "stands before", "stood after": "stands after"}[how], step(other.Path))
}

// step is the last step of a path.
func step(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// byCertificate looks for a certificate or signature value inside what is signed in whose
// place another was put.
func (t *trials) byCertificate(f *SignatureFault) bool {
	var certs, values []string
	for _, c := range slices.Concat(t.Trusted, t.Hints) {
		if c.X509 != nil && len(certs) < 8 {
			certs = append(certs, base64.StdEncoding.EncodeToString(c.X509.Raw))
		}
	}
	for e := range t.d.Elements() {
		if e.Is(NSSignature, "SignatureValue") && len(values) < 8 {
			values = append(values, e.Text())
		}
	}
	for i := range t.spans {
		s := &t.spans[i]
		if s.attr >= 0 {
			continue
		}
		e := Element{t.d, t.d.nodes[s.node].parent}
		switch {
		case e.Is(NSSignature, "X509Certificate"):
			for _, c := range certs {
				for how := base64Joined; how < base64Layouts; how++ {
					for _, end := range [...][2]string{{"", ""}, {"\n", "\n"}, {"", "\n"}} {
						if t.spanAs(s, end[0]+layBase64(how, e, c)+end[1]) {
							f.At = e.At()
							return found(f, CauseEdited, "the certificate in KeyInfo of the signature inside was replaced after signing: the digest agrees with a known one")
						}
					}
				}
			}
		case e.Is(NSSignature, "SignatureValue"):
			for _, v := range values {
				if v != e.Text() && t.spanAs(s, v) {
					f.At = e.At()
					return found(f, CauseEdited, "SignatureValue of the signature inside was replaced after signing: the digest agrees with that of another signature here")
				}
			}
		}
	}
	return false
}

// A role is what several values of a message say alike, as its audience.
type role struct {
	name  string
	spans map[int]bool
	kind  valueKind
}

// bySeveral looks for expected values that were edited together: audience, addresses,
// issuer and request, each put back to what is expected.
func (t *trials) bySeveral(f *SignatureFault) bool {
	const most = 2048
	var roles []*role
	for i := range t.spans {
		s := &t.spans[i]
		was := t.spanValue(s)
		name := t.roleOf(s)
		if name == "" || slices.Contains(t.Values, was) {
			continue
		}
		at := slices.IndexFunc(roles, func(r *role) bool { return r.name == name })
		if at < 0 {
			at = len(roles)
			roles = append(roles, &role{name, map[int]bool{}, kindOfValue(was)})
		}
		roles[at].spans[i] = true
	}
	if len(roles) < 2 || len(t.Values) == 0 {
		return false
	}
	total := 1
	for range roles {
		if total *= len(t.Values) + 1; total > most {
			return false
		}
	}
	for set := 1; set < total; set++ {
		rest, now := set, make([]string, len(roles))
		for i := range roles {
			if n := rest % (len(t.Values) + 1); n > 0 {
				now[i] = t.Values[n-1]
			}
			rest /= len(t.Values) + 1
		}
		at := 0
		changed, ok := t.rewritten(func(_ *span, was string) string {
			for i, r := range roles {
				if r.spans[at] && now[i] != "" {
					was = now[i]
				}
			}
			at++
			return was
		})
		if !ok {
			continue
		}
		var names []string
		for i, r := range roles {
			if now[i] != "" {
				names = append(names, fmt.Sprintf("%s %s", r.name, quoteText(now[i])))
			}
		}
		s := t.spans[changed[0]]
		t.pointTo(f, s, t.spanValue(&s), "")
		f.Want = ""
		return found(f, CauseEdited, "several values were edited after signing: the digest agrees with %s, as expected", strings.Join(names, ", "))
	}
	return false
}

// roleOf names what a value is for, where the verifier may know what it should be.
func (t *trials) roleOf(s *span) string {
	if s.attr >= 0 {
		switch local := (Attr{t.d, s.node, s.attr}).Local(); local {
		case "Destination", "Recipient":
			return "Destination and Recipient"
		case "InResponseTo":
			return local
		}
		return ""
	}
	e := Element{t.d, t.d.nodes[s.node].parent}
	switch {
	case e.Is(NSAssertion, "Audience"), e.Is(NSAssertion, "Issuer"), e.Is(NSAssertion, "NameID"):
		return e.Local()
	}
	return ""
}
