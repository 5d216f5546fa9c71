package saml

import (
	"crypto"
	"fmt"
	"slices"
	"strings"
)

// infoVariant looks for the SignedInfo that was signed.
func (r *reading) infoVariant(matches func([]byte, crypto.Hash) bool) (note string, cause Cause, ok bool) {
	try := func(form form14, a *alteration) bool {
		r.canon.alter = a
		err := r.canon.write(r.info, Element{}, form)
		r.canon.alter = nil
		return err == nil && matches(r.canon.buf, r.hash)
	}
	if r.canon.write(r.info, Element{}, r.infoForm) != nil {
		return "", "", false
	}
	octets := slices.Clone(r.canon.buf)
	for _, h := range hashes {
		if h != r.hash && matches(octets, h) {
			return fmt.Sprintf("the signature value was made with %s, though SignatureMethod names %s", h, r.hash), CauseAlgorithm, true
		}
	}
	for _, uri := range [...]string{C14NExclusive, C14NExclusiveComments, C14NInclusive, C14NInclusiveComments, C14N11} {
		form, _ := c14nForm(uri)
		for _, prefixes := range [][]string{nil, r.infoForm.prefixes, r.form.prefixes} {
			form.prefixes = prefixes
			if try(form, nil) {
				if len(prefixes) > 0 || form.inclusive == r.infoForm.inclusive && form.comments == r.infoForm.comments {
					return fmt.Sprintf("the value agrees when SignedInfo is canonicalized with the PrefixList %s", quoteText(strings.Join(prefixes, " "))), CausePrefixList, true
				}
				return fmt.Sprintf("the value agrees with the canonicalization %s of SignedInfo, not with the one that is named", uri), CauseC14N, true
			}
		}
	}
	if note, ok := r.infoLineEnds(octets, try, matches); ok {
		return note, CauseLineEnds, true
	}
	t := &trials{reading: r, apex: r.info}
	for _, l := range infoLayouts {
		if try(r.infoForm, t.layoutAlteration(l)) {
			return "the value agrees " + l.name + " in SignedInfo: white space was added, removed or re-indented after signing, as a formatter does", CauseReindented, true
		}
	}
	if note, ok := r.infoEdit(try); ok {
		return note, CauseSignedInfo, true
	}
	return "", "", false
}

// infoLineEnds looks for line ends of SignedInfo that were changed.
func (r *reading) infoLineEnds(octets []byte, try func(form14, *alteration) bool, matches func([]byte, crypto.Hash) bool) (string, bool) {
	if matches([]byte(strings.ReplaceAll(string(octets), "\n", "\r\n")), r.hash) {
		return "the value agrees with CR LF at each line end of SignedInfo: line ends were not normalised before signing", true
	}
	for _, by := range [...]func(s string) string{
		func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		func(s string) string { return strings.ReplaceAll(s, "\r", "") },
	} {
		if try(r.infoForm, &alteration{text: func(_ int32, s string) string { return by(s) }}) {
			return "the value agrees with other line ends (&#13;) in SignedInfo: they were changed after signing", true
		}
	}
	return "", false
}

// infoEdit looks for the DigestValue or one attribute of SignedInfo that was edited.
func (r *reading) infoEdit(try func(form14, *alteration) bool) (string, bool) {
	if h := digestHash(r.s.DigestMethod); r.s.Digest == Differs && h != 0 {
		if r.canonicalize(r.s.Covers, r.omitted(), r.form) == nil {
			true64 := encoded(sumInto(nil, h, r.canon.buf))
			digest := func(id int32, s string) string {
				if r.d.nodes[id].parent == r.digestInfo.id {
					return true64
				}
				return s
			}
			if try(r.infoForm, &alteration{text: digest}) {
				r.contentKept()
				return "the value agrees when DigestValue is that of the content: DigestValue was edited after signing", true
			}
		}
	}
	for i := r.info.id; i < r.info.node().after; i++ {
		n := &r.d.nodes[i]
		if n.kind != kindElement {
			continue
		}
		for j := n.attr0; j < n.attr1; j++ {
			a := Attr{r.d, i, j}
			for _, now := range r.infoValues(a) {
				value := func(id int32, s string) string {
					if id == j {
						return now
					}
					return s
				}
				if now != a.Value() && try(r.infoForm, &alteration{value: value}) {
					return fmt.Sprintf("the value agrees when %s reads %s and not %s: it was edited after signing", a.At().Path, quoteText(now), quoteText(a.Value())), true
				}
			}
		}
	}
	return "", false
}

// infoValues is what an attribute of SignedInfo may have been.
func (r *reading) infoValues(a Attr) []string {
	switch a.Local() {
	case "URI":
		const most = 32
		values := []string{""}
		for _, id := range r.ids[:min(len(r.ids), most)] {
			values = append(values, "#"+id.Value())
		}
		return values
	case "PrefixList":
		return []string{"", "xs", "xs xsi", "ds saml xs xsi", "ds saml samlp xs xsi", "ds saml samlp xs", "ds saml xs", "#default saml ds xs xsi", "#default samlp saml ds xs xsi"}
	case "Algorithm":
		return slices.Concat(digestURIs[:], signatureURIs[:], []string{TransformEnveloped, C14NExclusive, C14NExclusiveComments, C14NInclusive, C14N11})
	}
	return nil
}

// contentKept takes back that the content was changed.
func (r *reading) contentKept() {
	for i := range r.s.Faults {
		if f := &r.s.Faults[i]; f.Kind == FaultDigest {
			f.At, f.Cause = r.digestInfo.At(), CauseSignedInfo
			f.Note = fmt.Sprintf("the digest of %s does not agree, but the content is what was signed: DigestValue itself was edited after signing", r.coverage())
		}
	}
}

// infoLayouts are the layouts in which SignedInfos are signed. Depth counts from the root
// of what is signed, so that each number of steps is its own unit.
var infoLayouts = []layout{
	{name: "without white space"},
	{name: "with a line for each element", lines: true},
	{name: "with a line for each element but within transforms", lines: true, compact: true},
	{name: "with indented lines", lines: true, unit: "  "},
	{name: "with indented lines", lines: true, unit: "    "},
	{name: "with indented lines", lines: true, unit: "\t"},
	{name: "with indented lines", lines: true, unit: " "},
	{name: "with indented lines", lines: true, unit: "  ", relative: true},
	{name: "with indented lines", lines: true, unit: "    ", relative: true},
	{name: "with indented lines", lines: true, unit: "\t", relative: true},
}
