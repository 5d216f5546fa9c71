package saml

import (
	"fmt"
	"slices"
	"strings"
)

// byNamespaces looks for declarations that were moved and prefixes that were renamed.
func (t *trials) byNamespaces(f *SignatureFault) bool {
	if len(t.form.prefixes) > 0 {
		for _, m := range [...]movement{hoist, sink} {
			if t.with(&alteration{move: m}) {
				return found(f, CauseNamespaces, "namespace declarations were moved after signing: the digest agrees when those of the PrefixList stand on %s",
					map[movement]string{hoist: "the signed element", sink: "the elements with xsi:type"}[m])
			}
		}
	}
	for i, p := range t.d.prefixes[:min(len(t.d.prefixes), 16)] {
		for _, uri := range [...]string{NSSchema, NSInstance, NSAssertion, NSProtocol, NSSignature, NSExcC14N} {
			if i != 1 && p != "" && t.with(&alteration{bound: [2]string{p, uri}}) {
				return found(f, CauseEdited, "the prefix %s was bound to another namespace after signing: the digest agrees when it stands for %s", quoteText(p), uri)
			}
		}
	}
	usual := [...]struct {
		uri   string
		names []string
	}{
		{NSAssertion, []string{"saml", "saml2", "", "ns2"}},
		{NSProtocol, []string{"samlp", "saml2p", "", "ns3"}},
		{NSSignature, []string{"ds", "", "dsig"}},
		{NSSchema, []string{"xs", "xsd"}},
	}
	total := 1
	for _, u := range usual {
		total *= len(u.names) + 1
	}
	for set := 1; set < total; set++ {
		renamed := map[string]string{}
		plain, rest := 0, set
		for _, u := range usual {
			pick := rest % (len(u.names) + 1)
			rest /= len(u.names) + 1
			if pick > 0 && slices.Contains(t.d.uris, u.uri) {
				renamed[u.uri] = u.names[pick-1]
				if u.names[pick-1] == "" {
					plain++
				}
			} else if pick > 0 {
				plain = 2 // the same as another set
			}
		}
		if plain > 1 {
			continue
		}
		names := t.prefixesOf(renamed)
		if names == nil || !t.with(&alteration{prefix: func(id int32) string { return names[id] }}) {
			continue
		}
		return found(f, CauseNamespaces, "prefixes were renamed after signing: the digest agrees with others (%s)", describeRenaming(t.d.prefixes, names))
	}
	return false
}

// prefixesOf is the prefixes of the document with those of some namespaces renamed; nil
// where nothing changes or one prefix would stand for two namespaces.
func (t *trials) prefixesOf(renamed map[string]string) []string {
	names := slices.Clone(t.d.prefixes)
	changed := false
	for i := range t.d.decls {
		dc := &t.d.decls[i]
		if name, ok := renamed[t.d.uris[dc.uri]]; ok && t.d.prefixes[dc.prefix] != name {
			names[dc.prefix] = name
			changed = true
		}
	}
	if !changed {
		return nil
	}
	return names
}

func describeRenaming(was, now []string) string {
	var parts []string
	for i := range was {
		if was[i] != now[i] {
			parts = append(parts, fmt.Sprintf("%s for %s", quoteText(now[i]), quoteText(was[i])))
		}
	}
	return strings.Join(parts, ", ")
}
