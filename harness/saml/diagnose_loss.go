package saml

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"
)

// byLoss points to characters that were lost for good.
func (t *trials) byLoss(f *SignatureFault) bool {
	for i := range t.spans {
		if s := t.spans[i]; strings.Contains(t.spanValue(&s), "\uFFFD") {
			t.pointTo(f, s, t.spanValue(&s), "")
			f.Want, f.unproven = "", true
			return found(f, CauseRecoded, "characters were lost in conversion after signing, it seems: %s holds U+FFFD, which stands for what could not be read", f.At.called())
		}
	}
	return false
}

// byAbsence points to what most messages have and this one has not; no digest proves
// that it was ever there.
func (t *trials) byAbsence(f *SignatureFault) bool {
	if t.lacks(f, t.apex) {
		return false
	}
	for e := range t.apex.Descendants() {
		if t.lacks(f, e) {
			break
		}
	}
	return false
}

// lacks says of an element that it has not what most have.
func (t *trials) lacks(f *SignatureFault, e Element) bool {
	switch {
	case e.Is(NSAssertion, "AttributeValue") && e.Text() == "" && !hasChildren(e):
		f.Note = fmt.Sprintf("perhaps a value was taken away after signing: %s is empty; %s", e.At().called(), f.Note)
	case e.Is(NSAssertion, "Attribute") && e.Parent().Is(NSAssertion, "AttributeStatement") && !e.Child(NSAssertion, "AttributeValue").Exists():
		f.Note = fmt.Sprintf("perhaps a value was taken away after signing: %s has none; %s", e.At().called(), f.Note)
	case e.Is(NSAssertion, "Assertion") && !e.Child(NSAssertion, "AttributeStatement").Exists():
		f.Note = fmt.Sprintf("perhaps AttributeStatement was taken away after signing: the assertion has none; %s", f.Note)
	default:
		return false
	}
	return true
}

// byNewDigest looks for an edit of the content after which DigestValue was computed anew:
// with the edit undone, the SignedInfo that the key signed comes out.
func (r *reading) byNewDigest(f *SignatureFault, pub *rsa.PublicKey) bool {
	h, digest := recoverPKCS1(pub, r.octets)
	value := strings.TrimSpace(r.digestInfo.Text())
	if h == 0 || value == "" || r.diagnosis <= 0 || r.canonicalize(r.info, Element{}, r.infoForm) != nil {
		return false
	}
	before, after, ok := strings.Cut(string(r.canon.buf), value)
	if !ok {
		return false
	}
	t := &trials{reading: r, h: digestHash(r.s.DigestMethod), apex: r.s.Covers, omit: r.omitted(), info: [2]string{before, after}, infoHash: h, infoDigest: digest}
	if t.start() != nil {
		return false
	}
	for _, why := range [...]func(*SignatureFault) bool{t.byRecoding, t.byValue, t.byInstant, t.byAddition, t.byRemoval, t.byOrder, t.bySeveral, t.byCharacter} {
		if why(f) {
			if len(f.undo) > 0 {
				f.undo = append(f.undo, r.textOf(r.digestInfo, encoded(t.sum)))
			}
			f.Note += "; DigestValue was computed anew to fit, which the signature value shows"
			return true
		}
		if r.diagnosis <= 0 {
			break
		}
	}
	return false
}

// astray says of a Reference that names another element than the one that the signature
// stands in, or none, whether that one was signed all the same: then the Reference or the
// ID was edited.
func (r *reading) astray(h crypto.Hash) {
	at := slices.IndexFunc(r.s.Faults, func(f SignatureFault) bool { return f.Kind == FaultReference })
	name, _ := strings.CutPrefix(r.reference.Attr("URI").Value(), "#")
	if at < 0 || h == 0 || !r.s.Parent.Exists() || r.left <= 0 || len(r.named(name)) > 1 {
		return
	}
	agrees := func(a *alteration) bool {
		r.canon.alter = a
		err := r.canonicalize(r.s.Parent, r.omitted(), r.form)
		r.canon.alter = nil
		return err == nil && string(sumInto(nil, h, r.canon.buf)) == string(r.digest)
	}
	f := &r.s.Faults[at]
	id := r.s.Parent.Attr("ID")
	switch {
	case r.s.Value == Differs && agrees(nil):
		f.Cause = CauseSignedInfo
		f.Note = fmt.Sprintf("the Reference was edited after signing: its digest is that of the <%s> that the signature stands in; %s", shorten(r.s.Parent.Local()), f.Note)
	case len(r.named(name)) == 0 && id.Exists() && agrees(&alteration{value: func(attr int32, s string) string {
		if attr == id.id {
			return name
		}
		return s
	}}):
		f.Cause, f.At, f.Got, f.Want = CauseEdited, id.At(), id.Value(), name
		f.Note = fmt.Sprintf("the ID of the <%s> was edited after signing: the digest agrees when it reads %s", shorten(r.s.Parent.Local()), quoteText(name))
	}
}
