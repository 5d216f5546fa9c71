package check

import (
	"slices"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// SignatureDigest wants the content as it was signed.
var SignatureDigest = &Check{
	ID:       "signature/digest",
	Title:    "The signed content is as it was when it was signed",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"XMLDSig 3.2.1", "SAMLCore 5.4"},
	Covers:   []string{"SIG-02", "SIG-14", "AST-10", "SIG-17", "SIG-26"},
	Since:    "0.1",
	Text: `The digest in the signature is compared with that of the canonical form of what it covers. If they differ, the content was changed after signing: a value edited, white space added by an editor, characters re-encoded on the way.
The finding says what the digest covers and, where it can be told, what was done. Every signature present is verified: an assertion whose own signature is broken is not believed because the response's signature holds.`,
	Fix:     Fix{Side: SP, Setting: "the way of the response", Text: "Hand the response on byte for byte: do not indent, convert or edit it between the identity provider and the service provider."},
	Follows: []string{"binding/parameters", "response/root", "xml/unique-ids", "signature/wrapping", "signature/place", "signature/reference", "signature/structure", "signature/transforms", "signature/canonicalization", "signature/enveloped", "signature/canonical", "signature/encoding", "signature/digest-algorithm"},
	Run:     onSignatureDigest,
}

var onDigestFaults = onFaults(saml.FaultDigest)

// onSignatureDigest skips where no digest could be compared, so that it clears nothing.
func onSignatureDigest(c *Case) Outcome {
	outcome := onDigestFaults(c)
	untried := func(s *saml.Signature) bool { return s.Digest == saml.NotTried }
	if outcome.Skip == "" && len(outcome.Findings) == 0 && slices.ContainsFunc(c.Signatures, untried) {
		return skip("a digest could not be compared")
	}
	return outcome
}

// SignatureValue wants the signature to match what it signs.
var SignatureValue = &Check{
	ID:       "signature/value",
	Title:    "The signature value matches what was signed",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"XMLDSig 3.2.2", "SAMLCore 5.4"},
	Covers:   []string{"SIG-02", "SIG-14", "AST-10"},
	Since:    "0.1",
	Text:     `SignatureValue is verified over the canonical form of SignedInfo. Where the digest is right and this is not, the signature itself was changed, or SignedInfo was: an algorithm, a reference or a digest that was put in later.`,
	Fix:      Fix{Side: SP, Setting: "the way of the response", Text: "Hand the response on byte for byte, and verify with the certificate of the key that signed."},
	Follows:  []string{"binding/parameters", "signature/wrapping", "signature/digest", "signature/structure", "signature/reference", "signature/transforms", "signature/canonicalization", "signature/canonical", "signature/encoding", "signature/ecdsa-form", "signature/parameters", "signature/hmac", "signature/algorithm", "signature/digest-algorithm", "settings/certificate-match", "settings/idp-certificate"},
	Run:      onFaults(saml.FaultValue),
}

// SignatureTrustedKey wants the key to be the pinned one.
var SignatureTrustedKey = &Check{
	ID:       "signature/trusted-key",
	Title:    "The signature is made by a key that the service provider trusts",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 5.4.5", "Metadata Interoperability Profile 2.6.1"},
	Covers:   []string{"SIG-03", "SIG-16", "SIG-23", "SIG-24", "IIP-MD07", "IIP-MD12", "SDP-SP37", "AST-07", "MDI-04"},
	Since:    "0.1",
	Text: `Each certificate that was given is tried, whatever the signature's KeyInfo says: what a message brings along is never a reason to trust it. The finding says whose key it really is where that is known,
with subject, serial number, fingerprint and validity of both. Metadata that publishes no key for signing, or none that can be read, says that there is none to trust: without another certificate, every signature fails.`,
	Fix:     Fix{Side: SP, Setting: "certificate of the identity provider", Text: "Register the certificate that the identity provider signs with."},
	FlexFix: mend("flex.x509_certificate", "Paste the certificate that the connected app signs with, as downloaded from Certificate and Key Management."),
	Follows: []string{"binding/parameters", "settings/certificate-match", "settings/idp-certificate", "settings/certificate-readable", "signature/hmac", "signature/algorithm", "metadata/certificate-match"},
	Run:     onTrustedKey,
}

func onTrustedKey(c *Case) Outcome {
	if len(c.Expect.Certificates) > 0 || c.noResponse != "" || c.ResponseErr != nil || len(c.Signatures) == 0 {
		return untrusted(c)
	}
	m := c.idp.keyless()
	if m == nil {
		return skip(c.Expect.missing([]need{certificates}))
	}
	out := untrusted(c)
	for i := range out.Findings {
		f := &out.Findings[i]
		f.Want, f.From = "the signature of a key that the metadata publishes for signing", fromMetadata(m, m.Role.At())
	}
	return out
}

// untrusted are the signatures by keys that are not trusted. An assertion in Advice may
// be another party's, signed by its own key; nobody has to believe it (SAMLCore 2.6).
var untrusted = onSignature(func(s *saml.Signature, _ *Expect) (list []Finding) {
	for _, f := range s.Faults {
		if f.Kind != saml.FaultKey && f.Kind != saml.FaultNoTrustedKey {
			continue
		}
		finding := faultFinding(f)
		if s.Parent.Parent().Is(saml.NSAssertion, "Advice") {
			finding = finding.only(Warning)
		}
		list = append(list, finding)
	}
	return list
})

// SignatureKeyInfo looks at what the signature says of its key.
var SignatureKeyInfo = &Check{
	ID:       "signature/key-info",
	Title:    "KeyInfo holds the certificate that the signature was verified with, or nothing",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 5.4.5", "XMLDSig 4.5"},
	Covers:   []string{"SIG-16"},
	Since:    "0.1",
	Text: `KeyInfo is a hint and is never trusted, so a certificate there other than the pinned one is a note as long as the pinned key verifies: a re-issued certificate of the same key, or a leftover. A reference that would have to be fetched
is a warning: a reader that follows it connects to wherever the message says.`,
	Fix:     Fix{Side: IDP, Setting: "signing certificate", Text: "Put the certificate of the signing key into KeyInfo, or leave KeyInfo out."},
	Follows: []string{"signature/trusted-key", "signature/wrapping"},
	Run:     onSignature(signatureKeyInfo),
}

func signatureKeyInfo(s *saml.Signature, _ *Expect) (list []Finding) {
	info := s.Child(saml.NSSignature, "KeyInfo")
	if !info.Exists() {
		return nil
	}
	for e := range info.Children() {
		if e.Local() == "RetrievalMethod" || e.Local() == "KeyInfoReference" {
			list = append(list, found(e.At(), e.Local()+" "+e.Attr("URI").Value(), "the key itself, or nothing"))
		}
	}
	if s.Key == nil || len(s.Embedded) == 0 {
		return list
	}
	for _, x := range s.Embedded {
		if s.Key.Holds(x) {
			return list
		}
	}
	embedded := saml.Certificate{X509: s.Embedded[0]}
	return append(list, found(info.At(), embedded.Describe(), s.Key.Describe()).only(Note))
}

// SignatureCertificateValidity tells of a pinned certificate out of its time.
var SignatureCertificateValidity = &Check{
	ID:       "signature/certificate-validity",
	Title:    "The certificate that the signature was verified with is valid at the time",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"Metadata Interoperability Profile 2.6.1", "SAML2int SDP-MD05"},
	Covers:   []string{"SIG-24", "IIP-MD12"},
	Since:    "0.1",
	Text: `A pinned certificate only carries a key, so that its dates say nothing about the signature: by the standard it verifies after its end, too. Many service providers refuse it all the same,
which makes it a warning.`,
	Fix:     Fix{Side: IDP, Setting: "signing certificate", Text: "Make a new certificate, register it at the service provider beside the old one, then switch over."},
	Follows: []string{"settings/certificate-expiry"},
	Run:     judgeCertificateValidity,
}

// judgeCertificateValidity judges where a certificate was given for a key that verified.
func judgeCertificateValidity(c *Case) Outcome {
	bare := false
	for _, s := range c.Signatures {
		switch {
		case s.Key == nil:
		case s.Key.X509 != nil:
			return onCertificateValidity(c)
		default:
			bare = true
		}
	}
	if bare {
		return skip("the key was given without a certificate, and a bare key has no validity")
	}
	return onCertificateValidity(c)
}

var onCertificateValidity = onSignature(signatureCertificateValidity, clock)

func signatureCertificateValidity(s *saml.Signature, want *Expect) []Finding {
	if s.Key == nil || s.Key.X509 == nil {
		return nil
	}
	const day = "2006-01-02 15:04:05 MST"
	switch x := s.Key.X509; {
	case want.At.After(x.NotAfter):
		return one(found(s.At(), "valid until "+x.NotAfter.UTC().Format(day), "valid at "+want.At.UTC().Format(time.RFC3339)).noted(s.Key.Name))
	case want.At.Before(x.NotBefore):
		return one(found(s.At(), "valid from "+x.NotBefore.UTC().Format(day), "valid at "+want.At.UTC().Format(time.RFC3339)).noted(s.Key.Name))
	}
	return nil
}

// SignatureCoverage wants everything that is believed to be covered.
var SignatureCoverage = &Check{
	ID:       "signature/coverage",
	Title:    "A valid signature of a trusted key covers every assertion",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.5", "SAMLCore 5.3"},
	Covers:   []string{"SIG-01", "SIG-15", "AST-10", "AST-16", "MDX-15"},
	Since:    "0.1",
	Text: `The sum of the other checks of signatures: each assertion was read again from the canonical bytes that a valid signature covers, its own or the response's, and only that was judged.
An assertion that none covers was judged as it was received, so that its other faults are told; it must not be believed.`,
	Fix:     Fix{Side: IDP, Setting: "signing", Text: "Mend what the other checks of signatures say."},
	Follows: []string{"signature/*", "encryption/decrypted", "encryption/plaintext", "xml/unique-ids"},
	Run:     onAssertions(signatureCoverage, certificates),
}

func signatureCoverage(c *Case) (list []Finding) {
	for i, a := range c.Assertions {
		if a.Verified {
			continue
		}
		list = append(list, found(c.ReceivedAssertions[i].At(), "an assertion that no valid signature of a trusted key covers", "one that is covered"))
	}
	return list
}
