package saml

import "crypto/x509"

// A Signature is one ds:Signature of a document and everything that verifying it
// showed.
type Signature struct {
	Element         // ds:Signature
	Parent  Element // the element that it is a child of
	Covers  Element // what its Reference resolves to; zero where that is nothing or several

	Method       string // SignatureMethod
	DigestMethod string
	Embedded     []*x509.Certificate // of KeyInfo: a hint, never a reason to trust

	// Faults are everything that is wrong, in the order of evaluation. Empty: the
	// signature is valid and made by a trusted key.
	Faults []SignatureFault
	// Key is the pinned certificate whose key verified the value; nil where none did.
	Key *Certificate
	// Digest and Value tell how far the cryptography agreed, whatever else is wrong.
	Digest, Value Agreement
	// Signed is the document read again from the canonical bytes that were digested;
	// nil unless the signature is valid.
	Signed *Document
}

// Agreement is whether a digest or a signature value agreed with the bytes.
type Agreement int

// The agreements.
const (
	NotTried Agreement = iota // something before it was wrong
	Agrees
	Differs
)

// A SignatureFault is one thing wrong with a signature.
type SignatureFault struct {
	Kind      FaultKind
	At        Place
	Got, Want string
	Note      string // evidence in words: why the digest differs, whose key it is
}

// FaultKind sorts what can be wrong with a signature by what a reader must do.
type FaultKind string

// The kinds of fault.
const (
	FaultStructure    FaultKind = "structure" // parts missing, twice, out of order, ds:Object
	FaultPlace        FaultKind = "place"     // not where the schema has it
	FaultReference    FaultKind = "reference" // URI names another element, nothing or several
	FaultTransform    FaultKind = "transform" // a transform or canonicalization that is not allowed
	FaultAlgorithm    FaultKind = "algorithm" // unknown, forbidden or unfit for the key
	FaultCanonical    FaultKind = "canonical" // no canonical form
	FaultDigest       FaultKind = "digest"    // the content changed after signing
	FaultValue        FaultKind = "value"     // the signature value does not match SignedInfo
	FaultKey          FaultKind = "key"       // made by a key that is not trusted here
	FaultNoTrustedKey FaultKind = "no-key"    // nothing to verify with was given
	FaultEncoding     FaultKind = "encoding"  // base64 of a value is no base64
)

// VerifySignatures verifies every ds:Signature of the document, wherever it stands,
// with each of the trusted certificates. What the document embeds is only a hint.
// hints are further certificates that a fault may name as the real signer.
func VerifySignatures(d *Document, trusted, hints []Certificate) []*Signature { panic("todo") }

// Canonical is the exclusive canonical form (Exclusive XML Canonicalization 1.0) of
// the element without the child signature omit (zero: with everything).
// prefixes is the InclusiveNamespaces PrefixList; "#default" is the default namespace.
func Canonical(e Element, omit Element, prefixes []string, comments bool) ([]byte, error) {
	panic("todo")
}
