package saml

import (
	"fmt"
	"slices"
	"strings"
)

// diagnose explains why signatures do not agree, those inside others first: what is found
// of the inner one tells where to look in the outer one.
func (x *verification) diagnose(sigs []*Signature) {
	for r := x.failed; r != nil; r = r.before {
		r.explain(sigs)
	}
	localise(sigs)
}

// explain adds the faults of what the cryptography showed. A panic, which nothing is
// known to cause, leaves the signature invalid.
func (r *reading) explain(sigs []*Signature) {
	defer func() {
		if p := recover(); p != nil {
			r.canon.alter = nil
			r.fault(FaultStructure, r.s.Element, "", "", "explaining why the signature is not valid failed inside the program: %v", p)
		}
	}()
	if r.strays() {
		r.astray(digestHash(r.s.DigestMethod))
	}
	if r.s.Digest == Differs {
		r.explainDigest(sigs)
	}
	if r.valueDisagrees() {
		r.explainValue()
	}
}

// An undoing is a value that stood in the message when it was signed.
type undoing struct {
	node, attr int32 // attr is -1 for text, or insideEnd
	value      string
}

// insideEnd is that a text stood before the end tag of an element.
const insideEnd = -2

// inner is the signatures inside what is signed, the outermost first.
func (r *reading) inner(sigs []*Signature) (list []*Signature) {
	for _, s := range sigs {
		if s != r.s && s.Covers != r.s.Covers && s.Covers == s.Parent && s.Covers.Exists() && r.s.Covers.Contains(s.Covers) {
			list = append(list, s)
		}
	}
	return list
}

// genuine tells whether the digest that a signature holds is the one that was signed, so
// that it proves of what it covers whether that was changed.
func (s *Signature) genuine() bool { return s.Value == Agrees }

// byInner looks for what was found of a signature inside: with that undone, the digest
// agrees. It is also true where what is inside is known to have been changed and the
// change could not be undone: then nothing outside can make the digest agree.
func (t *trials) byInner(f *SignatureFault, inner []*Signature) bool {
	for _, s := range inner {
		for i := range s.Faults {
			why := &s.Faults[i]
			if len(why.undo) > 0 && t.undone(why.undo) || why.unproven && s.genuine() {
				note, _, _ := strings.Cut(why.Note, "; the digest covers")
				f.At, f.Got, f.Want, f.undo, f.unproven = why.At, why.Got, why.Want, why.undo, why.unproven
				return found(f, why.Cause, "%s", note)
			}
			if why.Kind == FaultDigest && why.Cause == CauseUnknown && s.genuine() {
				f.Note, _, _ = strings.Cut(why.Note, "; the digest covers")
				return true
			}
		}
	}
	return false
}

// undone tells whether the digest agrees when values are put back.
func (t *trials) undone(list []undoing) bool {
	var patches []patch
	for _, u := range list {
		for i := range t.spans {
			if s := &t.spans[i]; s.node == u.node && s.attr == u.attr {
				patches = append(patches, s.with(u.value))
			}
		}
		for _, x := range t.elements {
			if u.attr == insideEnd && x.node == u.node {
				at := x.from + strings.LastIndex(string(t.base[x.from:x.to]), "</")
				patches = append(patches, patch{at, at, u.value})
			}
		}
	}
	slices.SortStableFunc(patches, func(a, b patch) int { return a.from - b.from })
	return len(patches) > 0 && t.patched(patches...)
}

// localise tells of a change that could not be found whether it lies in a part with a
// signature of its own.
func localise(sigs []*Signature) {
	for _, s := range sigs {
		for i := range s.Faults {
			f := &s.Faults[i]
			if f.Kind != FaultDigest || f.Cause != CauseUnknown {
				continue
			}
			alone := s.Covers.Is(NSProtocol, "Response") && s.Covers.Child(NSAssertion, "Assertion").Exists()
			for _, inner := range sigs {
				if inner == s || inner.Covers == s.Covers || !s.Covers.Contains(inner.Covers) {
					continue
				}
				alone = false
				name := shorten(inner.Covers.Local())
				switch why := deed(inner); {
				case why != "":
					f.Note = fmt.Sprintf("the signature of the <%s> in it was changed as well, if not alone: %s; %s", name, why, f.Note)
				case inner.Digest == Agrees && inner.Value == Differs:
					f.Note += fmt.Sprintf("; the <%s> in it has a signature of its own, whose digest agrees and whose value does not, so the change may lie in that signature", name)
				case inner.Digest == Agrees:
					f.Note = strings.Replace(f.Note, unknownWhat, fmt.Sprintf("what was changed after signing outside the <%s>", name), 1)
					f.Note += fmt.Sprintf("; the <%s> in it has a signature of its own, which agrees, so the change lies outside of that", name)
				case inner.Digest == Differs && inner.genuine():
					f.Note = strings.Replace(f.Note, unknownWhat, fmt.Sprintf("what was changed after signing in the <%s>", name), 1)
					f.Note += fmt.Sprintf("; the digest of the <%s> in it does not agree either, so the change lies there", name)
				case inner.Digest == Differs:
					f.Note += fmt.Sprintf("; the digest of the <%s> in it does not agree either, so the change may lie there", name)
				}
				break
			}
			if alone {
				f.Note += "; the <Assertion> in it has no signature of its own: either it never had one, or it was taken away"
			}
		}
	}
}

// deed is what was done to SignedInfo or the value of a signature, so far as it is known.
func deed(s *Signature) string {
	for _, f := range s.Faults {
		if (f.Kind == FaultDigest || f.Kind == FaultValue) && f.Cause != CauseUnknown && f.Cause != CauseEdited {
			first, _, _ := strings.Cut(f.Note, ": ")
			return first
		}
	}
	return ""
}
