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
	h        crypto.Hash
	apex     Element
	omit     Element
	inside   []*Signature
	intact   Signature // one inside that agrees, so that what it covers was not edited
	spans    []span
	elements []extent // in document order
	base     []byte   // the canonical form as it stands, with its spans
	tried    []byte

	// Where DigestValue was computed anew, the digest that was signed is only known by
	// that of a SignedInfo with it.
	info       [2]string // SignedInfo around its DigestValue
	infoHash   crypto.Hash
	infoDigest []byte
	infoTried  []byte

	state   hash.Hash // of base up to stateAt
	stateAt int
	patches []patch
}

const (
	unknownWhat   = "what was changed after signing"
	unknownChange = unknownWhat + " cannot be told: not white space, line ends or encodings, no one part added or moved, no one value that is known here"
)

// explainDigest adds the fault of a digest that differs, and why it does where that can
// be found out.
func (r *reading) explainDigest(sigs []*Signature) {
	h := digestHash(r.s.DigestMethod)
	t := &trials{reading: r, h: h, apex: r.s.Covers, omit: r.omitted()}
	t.inside = r.inner(sigs)
	for _, s := range t.inside {
		if s.genuine() && s.Digest == Agrees {
			t.intact = *s
			break
		}
	}
	f := SignatureFault{Kind: FaultDigest, At: r.s.Covers.At(), Want: encoded(r.digest)}
	f.Note = unknownChange
	if r.diagnosis < 0 {
		f.Note = "something was changed after signing; what, was not looked for"
	} else if err := t.start(); err == nil {
		f.Got = encoded(t.sum)
		if t.byInner(&f, t.inside) {
			f.Note += "; the digest covers " + r.coverage()
			r.add(f)
			return
		}
		for _, why := range [...]func(*SignatureFault) bool{
			t.byLength, t.byForm, t.byElement, t.byLineEnds, t.byLayout, t.byBase64, t.byInnerValue, t.byRecoding, t.byRespelling, t.byTrimming, t.byValue, t.byInstant, t.byAddition, t.byNamespaces,
			t.byRemoval, t.byDeclaration, t.byType, t.byOrder, t.byCertificate, t.byKeyInfo, t.bySeveral, t.byCharacter, t.byQuestionMark, t.byLoss, t.byAbsence,
		} {
			if why(&f) {
				break
			}
			if r.diagnosis <= 0 {
				f.Note = "something was changed after signing; the document is too large to find out what"
				break
			}
		}
	}
	f.Note += "; the digest covers " + r.coverage()
	r.add(f)
}

func (r *reading) add(f SignatureFault) {
	if len(r.s.Faults) < mostFaults {
		r.s.Faults = append(r.s.Faults, f)
	}
}

// kept tells that a node stands in what a signature inside proves to be unchanged.
func (t *trials) kept(id int32) bool {
	in := func(e Element) bool { return e.Exists() && e.id <= id && id < e.node().after }
	return in(t.intact.Covers) && !in(t.intact.Element)
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
	t.spans = slices.DeleteFunc(a.spans, func(s span) bool { return t.kept(s.node) })
	t.elements = slices.DeleteFunc(a.elements, func(x extent) bool { return t.kept(x.node) && x.node != t.intact.Covers.id })
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
	for _, octets := range plusAgain(t.digestInfo.Text()) {
		if string(octets) == string(t.sum) {
			return found(f, CausePlus, "plus signs became spaces after signing: DigestValue agrees with them")
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
		return found(f, CauseComments, "a comment was added or taken away after signing, or the signer named the wrong canonicalization: the digest agrees %s comments",
			map[bool]string{true: "with", false: "without"}[swapped.comments])
	}
	// Where no PrefixList is given, an inclusive canonicalization explains more than a
	// list that would have the same effect.
	if t.form.prefixes == nil && t.s.Value != Differs && t.byMethod(f) || t.byPrefixList(f) || t.byMethod(f) {
		return true
	}
	if t.enveloped {
		if t.agrees(t.apex, Element{}, t.form, nil) {
			return found(f, CauseEnveloped, "the signer left the signature in, against enveloped-signature: so the digest agrees")
		}
	} else if t.agrees(t.apex, t.s.Element, t.form, nil) {
		return found(f, CauseEnveloped, "the signer left the signature out, as enveloped-signature does it, which is not named: so the digest agrees")
	}
	return false
}

// ifInfoKept says of what SignedInfo holds what the signer did, where the signature value
// agrees with SignedInfo, and else what was done to it.
func (t *trials) ifInfoKept(signer, later string) string {
	if t.s.Value == Differs {
		return later
	}
	return signer
}

// byMethod looks for another algorithm of canonicalization.
func (t *trials) byMethod(f *SignatureFault) bool {
	for _, uri := range [...]string{C14NExclusive, C14NExclusiveComments, C14NInclusive, C14NInclusiveComments, C14N11, C14N11Comments} {
		form, _ := c14nForm(uri)
		form.prefixes = t.form.prefixes
		agrees := t.agrees(t.apex, t.omit, form, nil)
		for i := 0; i < len(prefixLists) && !agrees && t.form.inclusive && !form.inclusive; i++ { // a list may have gone with it
			form.prefixes = strings.Fields(prefixLists[i])
			agrees = t.agrees(t.apex, t.omit, form, nil)
		}
		if agrees {
			return found(f, CauseC14N, "%s: the digest agrees with %s", t.ifInfoKept("the signer canonicalized otherwise than is named", "the canonicalization that is named was changed after signing"), uri)
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
		return found(f, CausePrefixList, "the PrefixList %s was %s: the digest agrees without it", quoteText(strings.Join(given, " ")), t.ifInfoKept("not used by the signer", "put in after signing"))
	}
	for _, name := range names {
		if try(append(slices.Clone(given), name)) {
			return found(f, CausePrefixList, "the PrefixList %s: the digest agrees when it also names %s", t.ifInfoKept("is not the one that the signer used", "was changed after signing"), name)
		}
		if try(slices.DeleteFunc(slices.Clone(given), func(p string) bool { return p == name })) {
			return found(f, CausePrefixList, "the PrefixList %s: the digest agrees when it does not name %s", t.ifInfoKept("is not the one that the signer used", "was changed after signing"), name)
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
			return found(f, CausePrefixList, "the PrefixList %s: the digest agrees with %s, not with %s", t.ifInfoKept("is not the one that the signer used", "was changed after signing"), quoteText(strings.Join(prefixes, " ")), quoteText(strings.Join(given, " ")))
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
			if e == t.s.Parent {
				return found(f, CauseSignedInfo, "the Reference was edited after signing: what was signed is the <%s> that the signature stands in", shorten(e.Local()))
			}
			return found(f, CauseWrapping, "the signature was moved to another element (wrapping): what was signed is the <%s> at %s", shorten(e.Local()), e.At().Path)
		}
	}
	if t.agrees(Element{t.d, 0}, t.omit, t.form, nil) {
		return found(f, CauseC14N, "the signer took the whole document, with what stands around its root: so the digest agrees")
	}
	return false
}
