package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// A suspect is a key that may have made a signature value.
type suspect struct {
	pub     crypto.PublicKey
	cert    *Certificate // nil for a bare key
	trusted bool
	inside  bool // the message carries it
}

// explainValue adds the fault of a signature value that no trusted key made, and who
// made it where that can be found out. sum is the digest of SignedInfo.
func (r *reading) explainValue() {
	f := SignatureFault{Kind: FaultValue, At: r.value.At(), Want: r.trustedNames()}
	if len(r.Trusted) == 0 {
		f.Kind, f.Note = FaultNoTrustedKey, "there is no trusted key to verify the signature with"
	}
	suspects := r.suspects()
	sum := r.infoSum()
	if r.exhausted {
		r.fault(FaultLimit, r.value, "", "", "the signature value is not verified: the document asks for more work than one may cost")
		return
	}
	why := r.byOtherKey(&f, suspects, sum) || r.byOctets(&f, suspects, sum) || r.byContent(&f, suspects) || r.bySize(&f)
	switch {
	case len(r.Trusted) == 0 && f.Kind == FaultNoTrustedKey:
		if r.how != schemeNone && !why && len(r.s.Embedded) > 0 {
			f.Note += ", and the one that the message carries did not make it"
		}
	case !why && r.usable == 0: // the fault of the algorithm tells it
		return
	case !why:
		f.Note = "no trusted key made the signature value"
		switch {
		case len(r.s.Embedded) == 0:
			f.Note += "; either it was changed, or a key made it that is not known here"
		case r.isTrusted(r.s.Embedded[0]):
			f.Note += "; the message names the trusted certificate, so the value was changed or made with another key"
		default:
			f.Note += "; neither did the certificate that the message carries, " + Certificate{X509: r.s.Embedded[0]}.Describe()
		}
	}
	r.add(f)
}

// infoSum is the digest of SignedInfo.
func (r *reading) infoSum() []byte {
	if r.canonicalize(r.info, Element{}, r.infoForm) != nil {
		return nil
	}
	return sumInto(nil, r.hash, r.canon.buf)
}

func (r *reading) isTrusted(c *x509.Certificate) bool {
	return slices.ContainsFunc(r.Trusted, func(t Certificate) bool { return t.X509 == c || t.X509 == nil && t.Holds(c) })
}

// trustedNames describes the trusted certificates.
func (r *reading) trustedNames() string {
	const most = 3
	var names []string
	for i, c := range r.Trusted {
		if i == most {
			names = append(names, fmt.Sprintf("%d more", len(r.Trusted)-most))
			break
		}
		names = append(names, c.named())
	}
	return strings.Join(names, "; ")
}

// named is a certificate with what it is called.
func (c Certificate) named() string {
	if c.Name == "" {
		return c.Describe()
	}
	return c.Name + ": " + c.Describe()
}

// again tells whether two are the same one, or the same key where one of them is bare.
func (c Certificate) again(other Certificate) bool {
	if c.X509 == nil || other.X509 == nil {
		return c.Same(other)
	}
	return c.X509 == other.X509
}

// suspects is every key that is known, the trusted ones first.
func (r *reading) suspects() []suspect {
	const most = 64
	var all []suspect
	add := func(c Certificate, trusted, inside bool) {
		if len(all) < most && r.how.fits(c.PublicKey()) && !slices.ContainsFunc(all, func(s suspect) bool { return s.cert.again(c) }) {
			all = append(all, suspect{c.PublicKey(), &c, trusted, inside})
		}
	}
	for _, c := range r.Trusted {
		add(c, true, false)
	}
	for _, c := range r.Hints {
		add(c, false, false)
	}
	for _, c := range r.s.Embedded {
		add(Certificate{X509: c}, false, true)
	}
	if pub := r.bareKey(); pub != nil && r.how.fits(pub) {
		all = append(all, suspect{pub: pub, inside: true})
	}
	return all
}

// bareKey reads the first bare key of KeyInfo; nil where there is none that can be read.
func (r *reading) bareKey() crypto.PublicKey {
	for e := range r.keyInfo.Children() {
		if !isKeyValue(e) {
			continue
		}
		if pub, err := ReadKeyValue(e); err == nil {
			return pub
		}
	}
	return nil
}

// name says whose key it is.
func (s suspect) name() string {
	where := ""
	if s.inside {
		where = ", which the message carries"
	}
	if s.cert == nil {
		return "the bare key of KeyInfo, " + Certificate{Key: s.pub}.Describe() + where
	}
	return s.cert.named() + where
}

// blame makes the fault one of a key that is not trusted.
func (r *reading) blame(f *SignatureFault, s suspect, how string) bool {
	f.Got = s.name()
	f.Cause = CauseOtherKey
	if f.Kind == FaultNoTrustedKey {
		f.Note += "; it was made by the key of " + s.name()
		return true
	}
	f.Kind = FaultKey
	f.Note = "the signature was made by a key that is not trusted" + how + ": that of " + s.name()
	if s.cert == nil || s.cert.X509 == nil {
		return true
	}
	for _, t := range r.Trusted {
		if t.X509 == nil || s.cert.X509.Subject.String() != t.X509.Subject.String() {
			continue
		}
		switch {
		case s.cert.X509.NotBefore.After(t.X509.NotBefore):
			f.Note += "; it has the same subject as the trusted one and is newer, as after a renewal"
		case s.cert.X509.NotBefore.Before(t.X509.NotBefore):
			f.Note += "; it has the same subject as the trusted one and is older, as before a renewal"
		default:
			f.Note += "; it has the same subject as the trusted one, but another key"
		}
		break
	}
	return true
}

// byOtherKey looks for a known key that made the value.
func (r *reading) byOtherKey(f *SignatureFault, suspects []suspect, sum []byte) bool {
	for _, s := range suspects {
		if !s.trusted && r.spend(valueWork) && r.verifies(s.pub, sum, r.octets) {
			return r.blame(f, s, "")
		}
	}
	return false
}

// byOctets looks for a value whose octets are right but written otherwise.
func (r *reading) byOctets(f *SignatureFault, suspects []suspect, sum []byte) bool {
	for _, s := range suspects {
		if !r.spend(valueWork) {
			return false
		}
		if pub, ok := s.pub.(*ecdsa.PublicKey); ok {
			size := curveOctets(pub)
			if raw, err := sideBySide(r.octets, size); err == nil && r.verifies(pub, sum, raw) {
				f.Got, f.Want = "ASN.1 DER", fmt.Sprintf("r and s, %d octets each", size)
				return r.blameOrNote(f, s, CauseDER, "the ECDSA value is an ASN.1 structure; XML Signature wants r and s side by side (RFC 9231 2.3.6)")
			}
			if half := len(r.octets) / 2; len(r.octets)%2 == 0 && half != size && half <= size+1 {
				raw := make([]byte, 2*size)
				a, b := new(big.Int).SetBytes(r.octets[:half]), new(big.Int).SetBytes(r.octets[half:])
				if a.BitLen() <= 8*size && b.BitLen() <= 8*size {
					a.FillBytes(raw[:size])
					b.FillBytes(raw[size:])
					if r.verifies(pub, sum, raw) {
						f.Got, f.Want = fmt.Sprintf("%d octets", len(r.octets)), fmt.Sprintf("%d octets", 2*size)
						return r.blameOrNote(f, s, CauseUnfilled, "r and s of the ECDSA value are not filled to the size of the curve")
					}
				}
			}
			continue
		}
		for _, octets := range plusAgain(r.value.Text()) {
			if r.verifies(s.pub, sum, octets) {
				return r.blameOrNote(f, s, CausePlus, "plus signs became spaces after signing: the value agrees with them")
			}
		}
		reversed := slices.Clone(r.octets)
		slices.Reverse(reversed)
		if r.verifies(s.pub, sum, reversed) {
			return r.blameOrNote(f, s, CauseOctetsOrder, "the octets of the value stand in the reverse order")
		}
	}
	return false
}

// blameOrNote notes what is odd about a value that a key made.
func (r *reading) blameOrNote(f *SignatureFault, s suspect, cause Cause, note string) bool {
	if !s.trusted {
		return r.blame(f, s, " (and "+note+")")
	}
	return found(f, cause, "%s; it is the trusted key's otherwise", note)
}

// byContent looks for a key that made the value over something else than SignedInfo as
// it stands.
func (r *reading) byContent(f *SignatureFault, suspects []suspect) bool {
	for _, s := range suspects {
		if !r.spend(valueWork) {
			return false
		}
		matches := r.matcher(s)
		if matches == nil {
			continue
		}
		if note, cause, ok := r.infoVariant(matches); ok {
			if r.undo != nil {
				f.undo = []undoing{*r.undo}
				r.sayToo(note)
			}
			return r.blameOrNote(f, s, cause, note)
		}
		if _, ok := s.pub.(*ecdsa.PublicKey); ok {
			continue // whether it made the value over something else cannot be told
		}
		if s.trusted {
			if pub, ok := s.pub.(*rsa.PublicKey); ok && r.s.Digest == Agrees && r.byNewDigest(f, pub) {
				return true
			}
			found(f, CauseSignedInfo, "SignedInfo was changed after signing: the trusted key made the signature value, but over another one")
			if r.s.Digest == Agrees {
				f.Note += "; DigestValue agrees with the content, so that either it was computed anew after an edit, or another part of SignedInfo was changed"
			}
			return true
		}
		return r.blame(f, s, ", and over another SignedInfo")
	}
	return false
}

// sayToo tells of the faults of a part of SignedInfo that was edited what was done to it.
func (r *reading) sayToo(note string) {
	edited := Element{r.d, r.undo.node}.At().Path + "/"
	for i := range r.s.Faults {
		f := &r.s.Faults[i]
		if (f.Kind == FaultTransform || f.Kind == FaultAlgorithm || f.Kind == FaultReference) && f.Cause == CauseUnknown && strings.HasPrefix(f.At.Path+"/", edited) {
			f.Cause, f.Note = CauseSignedInfo, note+"; "+f.Note
		}
	}
}

// matcher tells for octets and a hash whether the key signed them. It is nil where the
// key certainly did not make the value.
func (r *reading) matcher(s suspect) func(octets []byte, h crypto.Hash) bool {
	switch pub := s.pub.(type) {
	case *rsa.PublicKey:
		if r.how != schemePKCS1 {
			return nil
		}
		h, digest := recoverPKCS1(pub, r.octets)
		if h == 0 {
			return nil
		}
		return func(octets []byte, with crypto.Hash) bool {
			return with == h && string(sumInto(nil, h, octets)) == string(digest)
		}
	case *ecdsa.PublicKey:
		return func(octets []byte, h crypto.Hash) bool {
			return r.spend(valueWork) && r.verifies(pub, sumInto(nil, h, octets), r.octets)
		}
	}
	return nil
}

// recoverPKCS1 reads the digest out of a value; the hash is 0 where the key did not
// make it.
func recoverPKCS1(pub *rsa.PublicKey, value []byte) (crypto.Hash, []byte) {
	if len(value) != pub.Size() {
		return 0, nil
	}
	em := powerRSA(pub, value)
	for _, h := range hashes {
		if len(em) < h.Size() {
			continue
		}
		digest := em[len(em)-h.Size():]
		if want := encodePKCS1(h, digest, len(em)); want != nil && string(want) == string(em) {
			return h, digest
		}
	}
	return 0, nil
}

// bySize looks for a value of a length that no trusted key makes.
func (r *reading) bySize(f *SignatureFault) bool {
	for i := range r.Trusted {
		want := 0
		switch pub := r.Trusted[i].PublicKey().(type) {
		case *rsa.PublicKey:
			want = pub.Size()
		case *ecdsa.PublicKey:
			want = 2 * curveOctets(pub)
		}
		if !r.how.fits(r.Trusted[i].PublicKey()) {
			continue
		}
		if want == len(r.octets) {
			return false
		}
		f.Got, f.Want = fmt.Sprintf("%d octets", len(r.octets)), fmt.Sprintf("%d octets", want)
	}
	if f.Got == "" {
		return false
	}
	return found(f, CauseLength, "the signature value has %s, and one by a trusted key has %s; it is cut short, or another key made it", f.Got, f.Want)
}
