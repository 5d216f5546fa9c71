package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// SignaturePlace wants signatures where the schemas have them.
var SignaturePlace = &Check{
	ID:       "signature/place",
	Title:    "Every signature is a child of what it signs, after the Issuer",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 5.4.1", "saml-schema-protocol-2.0", "saml-schema-assertion-2.0"},
	Covers:   []string{"SIG-04", "RSP-25"},
	Since:    "0.1",
	Text:     `A signature of SAML is enveloped: a child of the response or the assertion that it signs, directly after the Issuer, one for each. A signature anywhere else, in extensions, an attribute value or another signature, belongs to nothing that is read, and a search that goes by name alone finds it.`,
	Fix:      Fix{Side: IDP, Setting: "signing", Text: "Put the signature directly after the Issuer of what it signs."},
	Follows:  []string{"response/root", "signature/wrapping", "xml/unique-ids"},
	Run:      onFaults(saml.FaultPlace),
}

// SignatureStructure wants the parts of a signature once each.
var SignatureStructure = &Check{
	ID:       "signature/structure",
	Title:    "Every signature has one SignedInfo, one Reference and one SignatureValue",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 5.4.2", "XMLDSig 4", "CVE-2025-29774"},
	Covers:   []string{"SIG-05", "SIG-29", "SIG-08"},
	Since:    "0.1",
	Text:     `Where parts of a signature occur twice or in another order than XML Signature has them, one reader verifies the first and another the last. Parts are found by their place, never by a search; what stands outside SignedInfo says nothing about algorithms and digests.`,
	Fix:      Fix{Side: IDP, Setting: "signing", Text: "Sign with a library for XML Signature and do not change the signature afterwards."},
	Follows:  []string{"signature/place", "signature/wrapping", "signature/object", "xml/unique-ids"},
	Run:      onFaults(saml.FaultStructure, saml.FaultLimit),
}

// SignatureObject wants no ds:Object.
var SignatureObject = &Check{
	ID:       "signature/object",
	Title:    "No signature holds a ds:Object",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"SAMLCore 5.4", "E91"},
	Covers:   []string{"SIG-12"},
	Since:    "0.1",
	Text:     `A ds:Object in a signature can hold anything, also the assertion that was really signed while a forged one stands outside. No signature of SAML needs one, and errata 91 has readers refuse it.`,
	Fix:      Fix{Side: IDP, Setting: "signing", Text: "Sign without ds:Object."},
	Follows:  []string{"response/root", "signature/wrapping"},
	Run:      onSignature(signatureObject),
}

func signatureObject(s *saml.Signature, _ *Expect) []Finding {
	o := s.Child(saml.NSSignature, "Object")
	if !o.Exists() {
		return nil
	}
	return one(found(o.At(), "ds:Object", "none"))
}

// SignatureReference wants the reference to name the signature's parent.
var SignatureReference = &Check{
	ID:       "signature/reference",
	Title:    "Every signature refers to its own parent by ID",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 5.4.2", "XMLDSig 4.4.3.2"},
	Covers:   []string{"SIG-06", "SIG-13"},
	Since:    "0.1",
	Text: `URI is # and the ID of the element that the signature is a child of, and that ID occurs once. An empty or missing URI, an XPointer, an address outside the message or the ID of another element is refused:
what is verified would not be what is read. Nothing outside the message is ever fetched.`,
	Fix:     Fix{Side: IDP, Setting: "signing", Text: "Refer to the signed element by # and its ID. If the response was changed on the way, it is an attack."},
	Follows: []string{"signature/wrapping", "signature/structure", "xml/unique-ids", "xml/id-form", "response/id", "assertion/id"},
	Run:     onFaults(saml.FaultReference),
}

// SignatureTransforms wants the two transforms of SAML.
var SignatureTransforms = &Check{
	ID:       "signature/transforms",
	Title:    "Signatures use the enveloped-signature transform and one canonicalization, no other",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 5.4.4", "SAMLCore 5.4.3", "XML Signature Best Practices 2.1"},
	Covers:   []string{"SIG-07", "SIG-28", "BND-24"},
	Since:    "0.1",
	Text: `A transform decides what of the message is signed: XPath can leave out the NameID, XSLT can run programs. SAML signs with enveloped-signature, first, and one canonicalization, at most two transforms.
Anything else is refused and never executed. That the canonicalization is exclusive is for signature/canonicalization to say.`,
	Fix:     Fix{Side: IDP, Setting: "signing", Text: "Sign with the transforms enveloped-signature and http://www.w3.org/2001/10/xml-exc-c14n#."},
	Follows: []string{"signature/enveloped", "signature/structure"},
	Run: onSignature(func(s *saml.Signature, _ *Expect) []Finding {
		return transformFindings(s, false)
	}),
}

// transformFindings are the faults of a signature's transforms that are about
// canonicalization, or all others.
func transformFindings(s *saml.Signature, canonicalization bool) (list []Finding) {
	for _, f := range s.Faults {
		if f.Kind == saml.FaultTransform && canonicalizes(f) == canonicalization {
			list = append(list, faultFinding(f))
		}
	}
	return list
}

// canonicalizes reports whether a fault is about an algorithm of canonicalization, which
// the faulty place names instead of the exclusive one.
func canonicalizes(f saml.SignatureFault) bool {
	return strings.HasSuffix(f.At.Path, "/CanonicalizationMethod") || strings.Contains(f.Got, "c14n")
}

// transformsOf is the Transforms of a signature's first Reference.
func transformsOf(s *saml.Signature) saml.Element {
	ref := s.Child(saml.NSSignature, "SignedInfo").Child(saml.NSSignature, "Reference")
	return ref.Child(saml.NSSignature, "Transforms")
}

const algorithmEnveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

// SignatureEnveloped wants the signature to leave itself out.
var SignatureEnveloped = &Check{
	ID:       "signature/enveloped",
	Title:    "Every signature has the enveloped-signature transform once",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 5.4.1", "SAMLCore 5.4.4", "XMLDSig 6.6.4"},
	Covers:   []string{"SIG-08"},
	Since:    "0.1",
	Text:     `A signature inside what it signs cannot sign itself; the transform leaves it out. Without it no digest can match; a second one makes some libraries leave out the next element as well.`,
	Fix:      Fix{Side: IDP, Setting: "signing", Text: "Use the enveloped-signature transform exactly once, first."},
	Follows:  []string{"signature/structure"},
	Run:      onSignature(signatureEnveloped),
}

func signatureEnveloped(s *saml.Signature, _ *Expect) []Finding {
	n, refs := 0, 0
	for e := range s.Child(saml.NSSignature, "SignedInfo").Children() {
		if e.Is(saml.NSSignature, "Reference") {
			refs++
		}
	}
	for t := range transformsOf(s).Children() {
		if t.Attr("Algorithm").Value() == algorithmEnveloped {
			n++
		}
	}
	if n == 1 || refs == 0 {
		return nil
	}
	return one(found(s.At(), severalOf(n, "enveloped-signature transforms"), "one"))
}

// SignatureCanonicalization wants exclusive canonicalization.
var SignatureCanonicalization = &Check{
	ID:       "signature/canonicalization",
	Title:    "Signatures canonicalize exclusively",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 5.4.3", "SAMLCore 5.4.4", "Exclusive XML Canonicalization 1.0"},
	Covers:   []string{"SIG-09", "SIG-26"},
	Since:    "0.1",
	Text: `Only exclusive canonicalization gives the same bytes when an assertion is taken out of its response or put into another document; inclusive canonicalization makes a signature depend on namespaces declared around it.
SAML advises the exclusive one, with or without comments. An inclusive one, by its name or because no canonicalization is among the transforms, is honoured where it stands, and what it covers is read; it is a warning, since a service provider may refuse it.
A canonicalization that nobody knows is an error.`,
	Fix:     Fix{Side: IDP, Setting: "signing", Text: "Canonicalize by http://www.w3.org/2001/10/xml-exc-c14n#."},
	Follows: []string{"signature/structure"},
	Run: onSignature(func(s *saml.Signature, _ *Expect) []Finding {
		return append(inclusiveFindings(s), transformFindings(s, true)...)
	}),
}

// inclusive appends a finding where the Algorithm of an element canonicalizes inclusively.
func inclusive(list []Finding, e saml.Element, note string) []Finding {
	a := e.Attr("Algorithm")
	switch a.Value() {
	case saml.C14NInclusive, saml.C14NInclusiveComments, saml.C14N11, saml.C14N11Comments:
		return append(list, found(a.At(), a.Value(), saml.C14NExclusive).noted(note).only(Warning))
	}
	return list
}

// inclusiveFindings are the places of a signature that canonicalize inclusively.
func inclusiveFindings(s *saml.Signature) (list []Finding) {
	info := s.Child(saml.NSSignature, "SignedInfo")
	list = inclusive(list, info.Child(saml.NSSignature, "CanonicalizationMethod"), "SignedInfo is canonicalized inclusively")
	ref := info.Child(saml.NSSignature, "Reference")
	if !ref.Exists() {
		return list
	}
	enveloped, others := 0, 0
	for t := range transformsOf(s).Children() {
		list = inclusive(list, t, "the canonicalization is inclusive: what stands around the signed element becomes part of it")
		if t.Attr("Algorithm").Value() == algorithmEnveloped {
			enveloped++
		} else {
			others++
		}
	}
	if enveloped > 0 && others == 0 {
		list = append(list, found(ref.At(), "", saml.C14NExclusive).noted("no canonicalization is among the transforms, so that the inclusive one holds").only(Warning))
	}
	return list
}

// SignatureCanonical wants a canonical form.
var SignatureCanonical = &Check{
	ID:       "signature/canonical",
	Title:    "What is signed has a canonical form",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"Exclusive XML Canonicalization 1.0 3", "CVE-2025-66568", "CVE-2025-66475"},
	Covers:   []string{"SIG-21", "SIG-17"},
	Since:    "0.1",
	Text:     `Libraries that fail to canonicalize and go on with nothing accept a digest of nothing for any message. A namespace that cannot be canonicalized, or a form that is empty, is a failure.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Use absolute namespace names. If the response was changed on the way, it is an attack."},
	Run:      onFaults(saml.FaultCanonical),
}
