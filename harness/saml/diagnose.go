package saml

import (
	"crypto"
	"encoding/base64"
	"fmt"
	"hash"
	"slices"
	"strings"
)

const defaultDiagnosis = 96 << 20 // octets

// trials tries changes to what a signature covers until its digest agrees.
type trials struct {
	*reading
	h     crypto.Hash
	apex  Element
	omit  Element
	spans []span
	base  []byte // the canonical form as it stands, with its spans
	tried []byte

	state   hash.Hash // of base up to stateOf
	stateOf *span
}

const unknownChange = "what was changed cannot be told"

// explainDigest adds the fault of a digest that differs, and why it does where that can
// be found out.
func (r *reading) explainDigest() {
	h := digestHash(r.s.DigestMethod)
	t := &trials{reading: r, h: h, apex: r.s.Covers, omit: r.omitted()}
	f := SignatureFault{Kind: FaultDigest, At: r.s.Covers.At(), Want: encoded(r.digest)}
	f.Note = unknownChange
	if r.diagnosis < 0 {
		f.Note = "what was changed was not looked for"
	} else if err := t.start(); err == nil {
		f.Got = encoded(t.sum)
		for _, why := range [...]func(*SignatureFault) bool{
			t.byLength, t.byForm, t.byElement, t.byLineEnds, t.byLayout, t.byRecoding, t.byTrimming, t.byValue, t.byAddition, t.byNamespaces, t.byCharacter,
		} {
			if why(&f) {
				break
			}
			if r.diagnosis <= 0 {
				f.Note = "the document is too large to find out what"
				break
			}
		}
	}
	switch f.Cause {
	case CauseEmpty, CauseAlgorithm, CauseTruncated, CauseLength, CauseC14N, CausePrefixList, CauseEnveloped, CauseWrapping:
		f.Note = fmt.Sprintf("the digest of %s does not agree: %s", r.coverage(), f.Note)
	default:
		f.Note = fmt.Sprintf("the digest covers %s, which was changed after signing: %s", r.coverage(), f.Note)
	}
	if len(r.s.Faults) < mostFaults {
		r.s.Faults = append(r.s.Faults, f)
	}
}

// encoded is octets as a message shows them.
func encoded(octets []byte) string { return base64.StdEncoding.EncodeToString(octets) }

// coverage says in words what the digest covers.
func (r *reading) coverage() string {
	p := r.s.Covers
	n, inner := 0, 0
	for e := range p.Descendants() {
		if n++; e.Is(NSAssertion, "Assertion") {
			inner++
		}
	}
	what := fmt.Sprintf("the whole <%s> at %s", shorten(p.Local()), p.At().Path)
	if p.Is(NSProtocol, "Response") && inner > 0 {
		what += " with its assertion"
	}
	if r.enveloped {
		what += ", all but this signature"
	}
	return what
}

// start makes the canonical form with its spans.
func (t *trials) start() error {
	a := &alteration{track: true}
	t.canon.alter = a
	err := t.canon.write(t.apex, t.omit, t.form)
	t.canon.alter = nil
	if err != nil {
		return err
	}
	t.base = slices.Clone(t.canon.buf)
	t.spans = a.spans
	t.diagnosis -= len(t.base)
	t.sum = sumInto(t.sum[:0], t.h, t.base)
	return nil
}

// agrees tells whether the digest agrees with an altered canonical form.
func (t *trials) agrees(apex, omit Element, form form14, a *alteration) bool {
	if t.diagnosis <= 0 {
		return false
	}
	t.canon.alter = a
	err := t.canon.write(apex, omit, form)
	t.canon.alter = nil
	t.diagnosis -= 2 * len(t.canon.buf) // writing costs more than digesting
	return err == nil && t.matches(t.canon.buf)
}

// with tells whether the digest agrees when the alteration is made.
func (t *trials) with(a *alteration) bool { return t.agrees(t.apex, t.omit, t.form, a) }

// localise tells of a change that could not be found whether it lies in a part with a
// signature of its own.
func localise(sigs []*Signature) {
	for _, s := range sigs {
		for i := range s.Faults {
			f := &s.Faults[i]
			if f.Kind != FaultDigest || f.Cause != CauseUnknown {
				continue
			}
			for _, inner := range sigs {
				if inner == s || inner.Covers == s.Covers || !s.Covers.Contains(inner.Covers) {
					continue
				}
				switch inner.Digest {
				case Agrees:
					f.Note += fmt.Sprintf("; the <%s> in it has a signature of its own, whose digest agrees, so the change lies outside of that", shorten(inner.Covers.Local()))
				case Differs:
					f.Note += fmt.Sprintf("; the digest of the <%s> in it does not agree either, so the change may lie there", shorten(inner.Covers.Local()))
				}
				break
			}
		}
	}
}

// matches compares the digest of octets and counts the work.
func (t *trials) matches(octets []byte) bool {
	if t.diagnosis -= len(octets) + 64; t.diagnosis <= 0 {
		return false
	}
	t.sum = sumInto(t.sum[:0], t.h, octets)
	return string(t.sum) == string(t.digest)
}

func found(f *SignatureFault, cause Cause, format string, args ...any) bool {
	f.Cause, f.Note = cause, fmt.Sprintf(format, args...)
	return true
}

var hashes = [...]crypto.Hash{crypto.SHA256, crypto.SHA1, crypto.SHA512, crypto.SHA384, crypto.SHA224}

// byLength looks for a digest by another algorithm, and for that of nothing.
func (t *trials) byLength(f *SignatureFault) bool {
	for _, h := range hashes {
		if string(sumInto(nil, h, nil)) == string(t.digest) {
			return found(f, CauseEmpty, "DigestValue is the %s digest of nothing: whoever signed had no canonical form", h)
		}
		if h != t.h && string(sumInto(nil, h, t.base)) == string(t.digest) {
			return found(f, CauseAlgorithm, "DigestValue was made with %s, though DigestMethod names %s; the content itself is unchanged", h, t.h)
		}
	}
	if len(t.digest) == t.h.Size() {
		return false
	}
	cause := CauseLength
	if len(t.digest) < t.h.Size() && string(sumInto(nil, t.h, t.base)[:len(t.digest)]) == string(t.digest) {
		cause = CauseTruncated
	}
	return found(f, cause, "DigestValue has %d octets, and a digest by %s has %d", len(t.digest), t.h, t.h.Size())
}

// byForm looks for another canonicalization than the one named.
func (t *trials) byForm(f *SignatureFault) bool {
	swapped := t.form
	swapped.comments = !swapped.comments
	if t.agrees(t.apex, t.omit, swapped, nil) {
		return found(f, CauseComments, "the digest agrees %s comments, against the canonicalization that is named: a comment was added or taken away after signing, or the signer named the wrong one",
			map[bool]string{true: "with", false: "without"}[swapped.comments])
	}
	// Where no PrefixList is given, an inclusive canonicalization explains more than a
	// list that would have the same effect.
	if t.form.prefixes == nil && t.byMethod(f) || t.byPrefixList(f) || t.byMethod(f) {
		return true
	}
	if t.enveloped {
		if t.agrees(t.apex, Element{}, t.form, nil) {
			return found(f, CauseEnveloped, "the digest agrees with the signature left in, against enveloped-signature")
		}
	} else if t.agrees(t.apex, t.s.Element, t.form, nil) {
		return found(f, CauseEnveloped, "the digest agrees with the signature left out, as enveloped-signature would do it")
	}
	return false
}

// byMethod looks for another algorithm of canonicalization.
func (t *trials) byMethod(f *SignatureFault) bool {
	for _, uri := range [...]string{C14NExclusive, C14NExclusiveComments, C14NInclusive, C14NInclusiveComments, C14N11, C14N11Comments} {
		form, _ := c14nForm(uri)
		form.prefixes = t.form.prefixes
		if t.agrees(t.apex, t.omit, form, nil) {
			return found(f, CauseC14N, "the digest agrees with the canonicalization %s, not with the one that is named", uri)
		}
	}
	return false
}

// byPrefixList looks for another PrefixList: the one that is there with a prefix more or
// less, or any other.
func (t *trials) byPrefixList(f *SignatureFault) bool {
	if t.form.inclusive {
		return false
	}
	const most = 7
	names := slices.DeleteFunc(slices.Clone(t.d.prefixes), func(p string) bool { return p == "xml" })
	for i := range names {
		if names[i] == "" {
			names[i] = "#default"
		}
	}
	names = names[:min(len(names), most)]
	form, given := t.form, t.form.prefixes
	try := func(prefixes []string) bool {
		form.prefixes = prefixes
		return t.agrees(t.apex, t.omit, form, nil)
	}
	if len(given) > 0 && try(nil) {
		return found(f, CausePrefixList, "the digest agrees without the PrefixList %s: the signer did not use it", quoteText(strings.Join(given, " ")))
	}
	for _, name := range names {
		if try(append(slices.Clone(given), name)) {
			return found(f, CausePrefixList, "the digest agrees when the PrefixList also names %s", name)
		}
		if try(slices.DeleteFunc(slices.Clone(given), func(p string) bool { return p == name })) {
			return found(f, CausePrefixList, "the digest agrees when the PrefixList does not name %s", name)
		}
	}
	for set := range 1 << len(names) {
		var prefixes []string
		for i, name := range names {
			if set&(1<<i) != 0 {
				prefixes = append(prefixes, name)
			}
		}
		if try(prefixes) {
			return found(f, CausePrefixList, "the digest agrees with the PrefixList %s, not with %s", quoteText(strings.Join(prefixes, " ")), quoteText(strings.Join(given, " ")))
		}
	}
	return false
}

// byElement looks for what was signed elsewhere in the document.
func (t *trials) byElement(f *SignatureFault) bool {
	const most = 64
	n := 0
	for e := range t.d.Elements() {
		if e == t.apex || !e.Attr("ID").Exists() && e.Parent().Exists() {
			continue
		}
		if n++; n > most {
			break
		}
		if t.agrees(e, t.omit, t.form, nil) || t.agrees(e, Element{}, t.form, nil) {
			return found(f, CauseWrapping, "what was signed is the <%s> at %s; the signature was moved to another element (wrapping)", shorten(e.Local()), e.At().Path)
		}
	}
	if t.agrees(Element{t.d, 0}, t.omit, t.form, nil) {
		return found(f, CauseC14N, "the digest agrees with the whole document, with what stands around its root")
	}
	return false
}

// byAddition looks for one element, attribute, comment or instruction that was added.
func (t *trials) byAddition(f *SignatureFault) bool {
	from, to := t.apex.id+1, t.apex.node().after
	for i := from; i < to; i++ {
		n := &t.d.nodes[i]
		if n.kind == kindText || n.kind == kindComment && !t.form.comments || i == t.omit.id {
			continue
		}
		if !t.with(&alteration{drop: i}) {
			continue
		}
		p := Element{t.d, n.parent}
		switch n.kind {
		case kindElement:
			f.At = Element{t.d, i}.At()
			return found(f, CauseAdded, "the digest agrees without the <%s> at %s: it was added after signing", shorten(t.d.localName(n)), f.At.Path)
		case kindPI:
			f.At = p.At()
			return found(f, CauseAdded, "the digest agrees without the processing instruction %s in %s: it was added after signing", quoteText(t.d.localName(n)), f.At.Path)
		}
		f.At = p.At()
		return found(f, CauseAdded, "the digest agrees without the comment in %s: it was added after signing", f.At.Path)
	}
	for i := from - 1; i < to; i++ {
		n := &t.d.nodes[i]
		if n.kind != kindElement {
			continue
		}
		for j := n.attr0; j < n.attr1; j++ {
			if t.with(&alteration{dropAttr: j + 1}) {
				a := Attr{t.d, i, j}
				f.At, f.Got = a.At(), a.Value()
				return found(f, CauseAdded, "the digest agrees without the attribute %s: it was added after signing", f.At.Path)
			}
		}
	}
	return false
}
