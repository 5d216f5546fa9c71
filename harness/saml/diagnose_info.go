package saml

import (
	"crypto"
	"fmt"
	"slices"
	"strings"
)

// infoVariant looks for the SignedInfo that was signed.
func (r *reading) infoVariant(matches func([]byte, crypto.Hash) bool) (note string, cause Cause, ok bool) {
	tryAs := func(h crypto.Hash, form form14, a *alteration) bool {
		r.canon.alter = a
		err := r.canon.write(r.info, Element{}, form)
		r.canon.alter = nil
		return err == nil && matches(r.canon.buf, h)
	}
	try := func(form form14, a *alteration) bool { return tryAs(r.hash, form, a) }
	if r.canon.write(r.info, Element{}, r.infoForm) != nil {
		return "", "", false
	}
	octets := slices.Clone(r.canon.buf)
	for _, h := range hashes {
		if h != r.hash && matches(octets, h) {
			return fmt.Sprintf("SignatureMethod was changed after signing, or the signer named the wrong one: the value was made with %s, not %s", h, r.hash), CauseAlgorithm, true
		}
	}
	for _, uri := range [...]string{C14NExclusive, C14NExclusiveComments, C14NInclusive, C14NInclusiveComments, C14N11} {
		form, _ := c14nForm(uri)
		for _, prefixes := range [][]string{nil, r.infoForm.prefixes, r.form.prefixes} {
			form.prefixes = prefixes
			if try(form, nil) {
				if len(prefixes) > 0 || form.inclusive == r.infoForm.inclusive && form.comments == r.infoForm.comments {
					return fmt.Sprintf("the PrefixList of CanonicalizationMethod is not the one that the signer used: the value agrees with %s", quoteText(strings.Join(prefixes, " "))), CausePrefixList, true
				}
				return fmt.Sprintf("the signer canonicalized SignedInfo otherwise than is named: the value agrees with %s", uri), CauseC14N, true
			}
		}
	}
	if note, ok := r.infoLineEnds(octets, try, matches); ok {
		return note, CauseLineEnds, true
	}
	t := &trials{reading: r, apex: r.info}
	for _, l := range infoLayouts {
		if try(r.infoForm, t.layoutAlteration(l)) {
			return "white space was added, removed or re-indented after signing, as a formatter does: the value agrees " + l.name + " in SignedInfo", CauseReindented, true
		}
	}
	for _, name := range [...]string{"ds", "", "dsig"} {
		if names := t.prefixesOf(map[string]string{NSSignature: name}); names != nil && try(r.infoForm, &alteration{prefix: func(id int32) string { return names[id] }}) {
			return "prefixes were renamed after signing: the value agrees with others (" + describeRenaming(r.d.prefixes, names) + ")", CauseNamespaces, true
		}
	}
	if note, ok := r.infoEdit(tryAs); ok {
		return note, CauseSignedInfo, true
	}
	if note, ok := r.infoPart(octets, matches); ok {
		return note, CauseSignedInfo, true
	}
	return "", "", false
}

// infoLineEnds looks for line ends of SignedInfo that were changed.
func (r *reading) infoLineEnds(octets []byte, try func(form14, *alteration) bool, matches func([]byte, crypto.Hash) bool) (string, bool) {
	if matches([]byte(strings.ReplaceAll(string(octets), "\n", "\r\n")), r.hash) {
		return "line ends were not normalised before signing: the value agrees with CR LF at each line end of SignedInfo", true
	}
	for _, by := range [...]func(s string) string{
		func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		func(s string) string { return strings.ReplaceAll(s, "\r", "") },
	} {
		if try(r.infoForm, &alteration{text: func(_ int32, s string) string { return by(s) }}) {
			return "line ends were changed after signing: the value agrees with others (&#13;) in SignedInfo", true
		}
	}
	return "", false
}

// infoEdit looks for the DigestValue or one attribute of SignedInfo that was edited.
func (r *reading) infoEdit(try func(crypto.Hash, form14, *alteration) bool) (string, bool) {
	if h := digestHash(r.s.DigestMethod); r.s.Digest == Differs && h != 0 {
		if r.canonicalize(r.s.Covers, r.omitted(), r.form) == nil {
			true64 := encoded(sumInto(nil, h, r.canon.buf))
			digest := func(id int32, s string) string {
				if r.d.nodes[id].parent == r.digestInfo.id {
					return true64
				}
				return s
			}
			if try(r.hash, r.infoForm, &alteration{text: digest}) {
				r.contentKept(true64)
				return "DigestValue was edited after signing: the value agrees when it is that of the content", true
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
				h, form := r.hash, r.infoForm
				switch a.Element() {
				case r.method:
					_, h = signatureScheme(now)
				case r.c14n:
					form, _ = c14nForm(now)
					form.prefixes = r.infoForm.prefixes
				}
				if now != a.Value() && h != 0 && try(h, form, &alteration{value: value}) {
					r.undo = &undoing{i, j, now}
					return fmt.Sprintf("%s was edited after signing: the value agrees when it reads %s and not %s", a.At().called(), quoteText(now), quoteText(a.Value())), true
				}
			}
		}
	}
	return r.infoLostList(try)
}

// infoPart looks for a Transform that was taken away from SignedInfo, and for a part that
// was added to it.
func (r *reading) infoPart(octets []byte, matches func([]byte, crypto.Hash) bool) (string, bool) {
	p := ""
	if r.info.Prefix() != "" {
		p = r.info.Prefix() + ":"
	}
	text, start, end := string(octets), "<"+p+"Transforms>", "</"+p+"Transforms>"
	for _, alg := range [...]string{TransformEnveloped, C14NExclusive, C14NExclusiveComments, C14NInclusive} {
		for i, list := range append([]string{""}, prefixLists[:]...) {
			inside := ""
			if i > 0 {
				if alg != C14NExclusive {
					break
				}
				inside = `<ec:InclusiveNamespaces xmlns:ec="` + NSExcC14N + `" PrefixList="` + list + `"></ec:InclusiveNamespaces>`
			}
			lost := "<" + p + `Transform Algorithm="` + alg + `">` + inside + "</" + p + "Transform>"
			for _, at := range [...][2]string{
				{end, lost + end}, {end, lost + "\n" + end}, {"\n" + end, lost + "\n" + end},
				{start, start + lost}, {start, start + "\n" + lost}, {start + "\n", start + "\n" + lost},
			} {
				if now := strings.Replace(text, at[0], at[1], 1); now != text && matches([]byte(now), r.hash) {
					return fmt.Sprintf("a Transform was taken away after signing: the value agrees when %s is there", alg), true
				}
			}
		}
	}
	for e := range r.info.Descendants() {
		r.canon.alter = &alteration{drop: e.id}
		err := r.canon.write(r.info, Element{}, r.infoForm)
		r.canon.alter = nil
		if err == nil && e != r.info && matches(r.canon.buf, r.hash) {
			return fmt.Sprintf("<%s> was added after signing: the value agrees without %s", shorten(e.Local()), e.At().Path), true
		}
	}
	return "", false
}

// textOf is the undoing that gives an element another text.
func (r *reading) textOf(e Element, value string) undoing {
	for i := e.id + 1; i < e.node().after; i++ {
		if r.d.nodes[i].kind == kindText {
			return undoing{i, -1, value}
		}
	}
	return undoing{}
}

// infoLostList looks for a PrefixList that was taken away.
func (r *reading) infoLostList(try func(crypto.Hash, form14, *alteration) bool) (string, bool) {
	for e := range r.info.Descendants() {
		if !e.Is(NSSignature, "Transform") && !e.Is(NSSignature, "CanonicalizationMethod") || hasChildren(e) || !strings.HasPrefix(e.Attr("Algorithm").Value(), C14NExclusive) {
			continue
		}
		for _, list := range prefixLists {
			for _, p := range [...][2]string{{"ec:", ":ec"}, {"", ""}} {
				lost := "<" + p[0] + "InclusiveNamespaces xmlns" + p[1] + `="` + NSExcC14N + `" PrefixList="` + list + `"></` + p[0] + "InclusiveNamespaces>"
				shut := func(id int32) string {
					if id == e.id {
						return lost
					}
					return ""
				}
				if try(r.hash, r.infoForm, &alteration{shut: shut}) {
					r.undo = &undoing{e.id, insideEnd, lost}
					return fmt.Sprintf("the PrefixList was taken away after signing: the value agrees when %s has %s", e.Local(), quoteText(list)), true
				}
			}
		}
	}
	return "", false
}

// prefixLists are those that signers use.
var prefixLists = [...]string{"xs", "xs xsi", "xsd", "xsd xsi", "ds saml xs xsi", "ds saml samlp xs xsi", "ds saml samlp xs", "ds saml samlp", "ds saml xs", "ds saml", "#default samlp saml ds xs xsi",
	"#default saml ds xs xsi", "#default saml ds xs", "#default", "saml samlp xs xsi", "saml2 xs", "saml2 xs xsi", "ds saml2 saml2p xs", "ds saml2 saml2p xs xsi"}

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
		return append([]string{""}, prefixLists[:]...)
	case "Algorithm":
		return slices.Concat(digestURIs[:], signatureURIs[:], []string{TransformEnveloped, C14NExclusive, C14NExclusiveComments, C14NInclusive, C14N11})
	}
	return nil
}

// contentKept takes back that the content was changed.
func (r *reading) contentKept(digest string) {
	for i := range r.s.Faults {
		if f := &r.s.Faults[i]; f.Kind == FaultDigest {
			f.undo = []undoing{r.textOf(r.digestInfo, digest)}
			f.At, f.Cause = r.digestInfo.At(), CauseSignedInfo
			f.Note = fmt.Sprintf("DigestValue itself was edited after signing, and the content is what was signed: the digest of %s", r.coverage())
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
