package saml

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"strings"
)

const (
	defaultWork = 256 << 20 // octets
	valueWork   = 64 << 10  // what one signature value counts for
	mostFaults  = 24        // of one signature
	mostCerts   = 8         // that one KeyInfo is read for
)

// Verify verifies every ds:Signature of the document, wherever it stands.
func (v *Verifier) Verify(d *Document) []*Signature {
	if d == nil {
		return nil
	}
	found := d.Signatures()
	if len(found) == 0 {
		return nil
	}
	x := &verification{Verifier: v, d: d, ids: d.IDs(), left: v.Work, diagnosis: v.Diagnosis}
	if x.diagnosis == 0 {
		x.diagnosis = defaultDiagnosis
	}
	if x.left <= 0 {
		x.left = defaultWork
	}
	x.canon = borrowCanonicalizer(d)
	defer x.canon.giveBack()
	all := make([]Signature, len(found))
	sigs := make([]*Signature, len(found))
	for i, e := range found {
		sigs[i] = &all[i]
		sigs[i].Element, sigs[i].Parent = e, e.Parent()
		x.verify(sigs[i])
	}
	if x.failed != nil {
		x.diagnose(sigs)
	}
	return sigs
}

// A verification is the verifying of one document.
type verification struct {
	*Verifier
	d         *Document
	ids       []Attr
	byID      map[string][]Attr // made when there are many
	match     []Attr
	left      int // work that may still be done
	diagnosis int // octets that diagnoses may still digest
	canon     *canonicalizer
	whole     *Signature // a valid one of the root
	sum       []byte
	read      []embedded // certificates read from KeyInfos
	failed    *reading   // the last signature whose digest or value does not agree
}

// An embedded certificate is kept by its text, which most signatures of one document share.
type embedded struct {
	text string
	cert *x509.Certificate
}

// A reading is one signature and its parts.
type reading struct {
	*verification
	s *Signature

	info, value, keyInfo                 Element
	c14n, method, reference              Element
	transforms, digestMethod, digestInfo Element

	form, infoForm form14 // of what is signed, of SignedInfo
	formed         bool   // form is known
	infoFormed     bool
	enveloped      bool

	how    scheme
	hash   crypto.Hash
	salt   int // of RSASSA-PSS
	digest []byte
	octets []byte
	usable int    // trusted keys of the kind that the algorithm wants
	signed string // the canonical form, where its digest agrees

	before    *reading // the one before it that does not agree either
	undo      *undoing // what was found to have been edited in SignedInfo
	exhausted bool     // there was not enough work left to try every key
}

// verify verifies one signature. A panic, which nothing is known to cause, makes it
// invalid.
func (x *verification) verify(s *Signature) {
	r := &reading{verification: x, s: s}
	defer func() {
		if p := recover(); p != nil {
			s.Key, s.Signed, s.Within = nil, nil, nil
			r.fault(FaultStructure, s.Element, "", "", "verifying the signature failed inside the program: %v", p)
		}
	}()
	r.place()
	r.structure()
	r.resolve()
	r.readTransforms()
	r.algorithms()
	r.decode()
	r.embedded()
	if x.left <= 0 {
		r.fault(FaultLimit, s.Element, "", "", "the signature is not verified: those before it took all the work that one document may cost")
		return
	}
	r.verifyDigest()
	r.verifyValue()
	if r.disagrees() {
		r.before, x.failed = x.failed, r
	} else if len(s.Faults) == 0 {
		r.reread()
	}
}

// fault notes what is wrong at an element.
func (r *reading) fault(kind FaultKind, at Element, got, want, format string, args ...any) *SignatureFault {
	return r.faultAt(kind, at.At(), got, want, format, args...)
}

func (r *reading) faultAt(kind FaultKind, at Place, got, want, format string, args ...any) *SignatureFault {
	f := SignatureFault{Kind: kind, At: at, Got: got, Want: want, Note: fmt.Sprintf(format, args...)}
	if len(r.s.Faults) == mostFaults {
		return &f
	}
	r.s.Faults = append(r.s.Faults, f)
	return &r.s.Faults[len(r.s.Faults)-1]
}

// spend counts work and tells whether there was enough left.
func (x *verification) spend(n int) bool {
	x.left -= n
	return x.left > 0
}

// verifyDigest compares the digest of what is signed (XMLDSig 3.2.1).
func (r *reading) verifyDigest() {
	h := digestHash(r.s.DigestMethod)
	if !r.s.Covers.Exists() && r.formed && h != 0 && r.digest != nil {
		r.amongSeveral(h)
		return
	}
	if !r.s.Covers.Exists() || !r.formed || h == 0 || r.digest == nil {
		return
	}
	if err := r.canonicalize(r.s.Covers, r.omitted(), r.form); err != nil {
		r.fault(FaultCanonical, r.s.Covers, "", "", "there is no canonical form: %v", err)
		return
	}
	r.sum = sumInto(r.sum[:0], h, r.canon.buf)
	r.s.Digest = Differs
	agrees := string(r.sum) == string(r.digest)
	if !agrees && r.form.comments {
		agrees = r.withoutComments(h)
	}
	if agrees {
		r.s.Digest = Agrees
		if r.outside() {
			r.signed = string(r.canon.buf)
		}
	}
}

// withoutComments tells whether the digest agrees when comments are left out, and leaves
// that canonical form. A reference by ID names an element without its comments, so that
// a canonicalization with comments finds none (XMLDSig 4.4.3.3); signers that follow
// this and signers that do not agree as long as there is no comment. A comment inside a
// value is the exception: what a signature with comments says of it, its two readings
// tell differently, and nobody should have to choose.
func (r *reading) withoutComments(h crypto.Hash) bool {
	with := r.form
	r.form.comments = false
	if r.canonicalize(r.s.Covers, r.omitted(), r.form) == nil {
		if string(sumInto(nil, h, r.canon.buf)) == string(r.digest) && !commented(r.s.Covers) {
			return true
		}
	}
	r.form = with
	return false
}

// commented tells whether a comment or an instruction stands inside a value somewhere in
// an element.
func commented(e Element) bool {
	for d := range e.Descendants() {
		if d.Interrupted() && !hasChildren(d) && d.hasText() {
			return true
		}
	}
	return false
}

// amongSeveral says which of several elements with the ID that the Reference names is
// the one that was signed.
func (r *reading) amongSeveral(h crypto.Hash) {
	const most = 8
	name, _ := strings.CutPrefix(r.reference.Attr("URI").Value(), "#")
	ids := r.named(name)
	for i, id := range ids {
		if i == most || r.left <= 0 {
			return
		}
		if r.canonicalize(id.Element(), r.omitted(), r.form) != nil || string(sumInto(nil, h, r.canon.buf)) != string(r.digest) {
			continue
		}
		r.s.Digest = Agrees
		for j := range r.s.Faults {
			if f := &r.s.Faults[j]; f.Kind == FaultReference && f.Cause == CauseWrapping {
				f.Note += fmt.Sprintf("; what was signed is the one at %s (wrapping)", id.Element().At().Path)
			}
		}
		return
	}
}

// omitted is what the enveloped-signature transform leaves out.
func (r *reading) omitted() Element {
	if r.enveloped {
		return r.s.Element
	}
	return Element{}
}

// canonicalize leaves the canonical form in canon.buf.
func (x *verification) canonicalize(e, omit Element, f form14) error {
	if err := x.canon.write(e, omit, f); err != nil {
		return err
	}
	x.spend(len(x.canon.buf))
	return nil
}

// verifyValue tries the trusted keys on the signature value (XMLDSig 3.2.2).
func (r *reading) verifyValue() {
	if r.octets == nil || !r.infoFormed || !r.info.Exists() || r.how == schemeNone {
		return
	}
	if err := r.canonicalize(r.info, Element{}, r.infoForm); err != nil {
		r.fault(FaultCanonical, r.info, "", "", "SignedInfo has no canonical form: %v", err)
		return
	}
	r.sum = sumInto(r.sum[:0], r.hash, r.canon.buf)
	r.s.Key = r.findKey(r.sum)
	if r.s.Key != nil {
		r.s.Value = Agrees
	} else if r.usable > 0 {
		r.s.Value = Differs
	}
}

// findKey is the trusted certificate whose key made the value; the one that the
// signature carries is tried first.
func (r *reading) findKey(sum []byte) *Certificate {
	first := -1
	for i := range r.Trusted {
		if len(r.s.Embedded) > 0 && r.Trusted[i].X509 == r.s.Embedded[0] {
			first = i
			break
		}
	}
	for i := -1; i < len(r.Trusted); i++ {
		n := i
		if i < 0 {
			n = first
		} else if i == first {
			continue
		}
		if n < 0 {
			continue
		}
		pub := r.Trusted[n].PublicKey()
		if !r.how.fits(pub) {
			continue
		}
		r.usable++
		if !r.spend(valueWork) {
			r.exhausted = true
			return nil
		}
		if r.verifies(pub, sum, r.octets) {
			return &r.Trusted[n]
		}
	}
	return nil
}

// disagrees tells whether the cryptography showed anything that wants an explanation.
func (r *reading) disagrees() bool { return r.s.Digest == Differs || r.strays() || r.valueDisagrees() }

// strays tells whether the Reference leads to another element than the signature stands in.
func (r *reading) strays() bool {
	return r.s.Covers != r.s.Parent && r.digest != nil && r.formed
}

func (r *reading) valueDisagrees() bool {
	switch {
	case r.s.Value == Agrees || r.octets == nil || !r.infoFormed || r.how == schemeNone || !r.info.Exists():
		return false
	case r.usable == 0 && len(r.Trusted) > 0 && len(r.s.Embedded) == 0 && len(r.Hints) == 0: // told already
		return false
	}
	return true
}

// outside tells whether what the signature covers is not read from the canonical bytes of
// a signature around it.
func (r *reading) outside() bool {
	return r.whole == nil || r.whole.Element.Contains(r.s.Covers)
}

// reread reads the canonical bytes that were digested as a document of its own, the
// only one to judge the message by.
func (r *reading) reread() {
	if !r.outside() {
		r.s.Within = r.whole
		return
	}
	lim := Limits{Bytes: 1 << 30, Elements: len(r.d.nodes) + 1, Attributes: 1 << 20, AllAttributes: 1 << 30, Namespaces: 1 << 20}
	lim.defaults()
	signed, err := parse(r.signed, lim)
	if err != nil {
		r.fault(FaultCanonical, r.s.Covers, "", "", "the canonical form cannot be read: %v", err)
		return
	}
	signed.origin = origin{r.s.Covers, r.omitted()}
	root := signed.Root()
	if !root.Is(r.s.Covers.Space(), r.s.Covers.Local()) || root.Attr("ID").Value() != r.s.Covers.Attr("ID").Value() {
		r.fault(FaultCanonical, r.s.Covers, root.Local(), r.s.Covers.Local(), "the canonical form is that of another element")
		return
	}
	r.s.Signed = signed
	if r.s.Covers == r.d.Root() {
		r.whole = r.s
	}
}
