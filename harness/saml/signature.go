package saml

import (
	"crypto/x509"
	"fmt"
)

// A Signature is one ds:Signature of a document and everything that verifying it
// showed.
type Signature struct {
	Element         // ds:Signature
	Parent  Element // the element that it is a child of
	Covers  Element // what its Reference resolves to; zero where that is nothing or several

	Method       string // SignatureMethod
	DigestMethod string
	Embedded     []*x509.Certificate // of KeyInfo: a hint, never a reason to trust

	// Canonicalization is the algorithm of SignedInfo; Transforms are those of the
	// Reference, in order.
	Canonicalization string
	Transforms       []string

	// Faults are everything that is wrong, in the order of evaluation. Empty: the
	// signature is valid and made by a trusted key.
	Faults []SignatureFault
	// Key is the pinned certificate whose key verified the value; nil where none did.
	Key *Certificate
	// Digest and Value tell how far the cryptography agreed, whatever else is wrong.
	Digest, Value Agreement
	// Within is the valid signature of the whole document, where there is one around this
	// one. What this one covers is then part of its Signed, and not read once more.
	Within *Signature
	// Signed is the document read again from the canonical bytes that were digested;
	// nil unless the signature is valid.
	Signed *Document
}

// Valid tells whether the signature has no fault and was made by a trusted key.
func (s *Signature) Valid() bool {
	return len(s.Faults) == 0 && (s.Signed != nil || s.Within != nil)
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
	Cause     Cause  // what was done to the message, where it could be told

	undo     []undoing // the values that were signed, where one or more were edited
	unproven bool      // the cause is evident, and no digest proves it
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
	FaultLimit        FaultKind = "limit"     // not verified: the document asks for too much work
)

// A Cause is what was done to a message so that a signature is not valid.
type Cause string

// The causes that can be told.
const (
	CauseUnknown     Cause = ""
	CauseReindented  Cause = "re-indented"      // white space between elements was added, removed or changed
	CauseWhiteSpace  Cause = "white-space"      // white space within values was changed
	CauseLineEnds    Cause = "line-ends"        // CR LF, &#13; and LF were exchanged
	CauseEscaping    Cause = "escaping"         // values were escaped or unescaped once too often
	CauseRecoded     Cause = "re-encoded"       // characters were read in another encoding
	CausePlus        Cause = "plus"             // plus signs became spaces
	CauseEdited      Cause = "edited"           // one value was changed
	CauseAdded       Cause = "added"            // an element, attribute, comment or instruction was added
	CauseRemoved     Cause = "removed"          // an element or attribute was taken away
	CauseOrder       Cause = "order"            // elements were put in another order
	CauseNamespaces  Cause = "namespaces"       // namespace declarations were moved, or prefixes renamed
	CausePrefixList  Cause = "prefix-list"      // signer and PrefixList disagree
	CauseComments    Cause = "comments"         // with and without comments were exchanged
	CauseC14N        Cause = "canonicalization" // signed by another canonicalization than the one named
	CauseEnveloped   Cause = "enveloped"        // the signature itself was not left out
	CauseAlgorithm   Cause = "algorithm"        // made by another algorithm than the one named
	CauseEmpty       Cause = "empty"            // the digest is that of nothing
	CauseTruncated   Cause = "truncated"        // the value is cut short
	CauseLength      Cause = "length"           // the value has another length than the algorithm makes
	CauseWrapping    Cause = "wrapping"         // what is signed stands elsewhere than what is read
	CauseOtherKey    Cause = "other-key"        // made by a key that could be named
	CauseDER         Cause = "der"              // an ECDSA value in ASN.1
	CauseUnfilled    Cause = "unfilled"         // r and s of an ECDSA value are not as long as the order of the curve
	CauseSignedInfo  Cause = "signed-info"      // SignedInfo was changed after signing
	CauseOctetsOrder Cause = "octets"           // the octets of the value are reversed
)

func (f SignatureFault) String() string {
	s := fmt.Sprintf("%s: %s", f.Kind, f.Note)
	if f.Cause != "" {
		s += fmt.Sprintf(" [%s]", f.Cause)
	}
	return s
}

// A Verifier says what signatures are held to. It may be used by several goroutines.
type Verifier struct {
	// Trusted are the certificates whose keys may sign. Their validity is not looked at
	// (SAML V2.0 Metadata Interoperability 2.6.1).
	Trusted []Certificate
	// Hints are further certificates that a fault may name as the real signer.
	Hints []Certificate
	// Values are what the message is expected to hold, as its audience or its user. Where
	// a digest differs, each is put in the place of every value that the signature covers,
	// to see whether the digest agrees again.
	Values []string
	// Work bounds the octets that are canonicalized and digested, signature values
	// counting as 64 KiB each; default 256 MiB.
	Work int
	// Diagnosis bounds the octets that are digested to find out why the digests of one
	// document differ; default 96 MiB, negative for not trying.
	Diagnosis int
}

// VerifySignatures verifies every ds:Signature of the document, wherever it stands,
// with each of the trusted certificates. What the document embeds is only a hint.
// hints are further certificates that a fault may name as the real signer.
func VerifySignatures(d *Document, trusted, hints []Certificate) []*Signature {
	v := Verifier{Trusted: trusted, Hints: hints}
	return v.Verify(d)
}

// KeepsValues tells that every value of the message is still the one that was signed:
// what was done touches how the message is written, or the signature.
func (c Cause) KeepsValues() bool {
	switch c {
	case CauseReindented, CauseLineEnds, CauseNamespaces, CausePrefixList, CauseComments, CauseC14N, CauseEnveloped, CauseAlgorithm, CauseEmpty, CauseTruncated, CauseLength, CauseOrder, CauseSignedInfo:
		return true
	}
	return false
}
