package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// signatureChecks judge the signatures, in the order in which verifying proceeds.
var signatureChecks = []*Check{
	SignaturePresent, SignatureResponse, SignatureRequired, SignatureWrapping,
	SignaturePlace, SignatureStructure, SignatureObject, SignatureReference, SignatureTransforms, SignatureEnveloped, SignatureCanonicalization,
	SignatureAlgorithm, SignatureDigestAlgorithm, SignatureHMAC, SignatureParameters, SignatureKeySize, SignatureEncoding, SignatureECDSAForm, SignatureCanonical,
	SignatureDigest, SignatureValue, SignatureTrustedKey, SignatureKeyInfo, SignatureCertificateValidity,
	SignatureCoverage,
}

// faultFinding is a fault of a signature as a finding.
func faultFinding(f saml.SignatureFault) Finding {
	finding := found(f.At, f.Got, f.Want).noted(f.Note)
	finding.Untold = f.Kind == saml.FaultDigest && f.Cause == saml.CauseUnknown
	finding.Apart = f.Kind == saml.FaultDigest && f.Cause.KeepsValues()
	return finding
}

// onFaults hands a check the faults of the kinds that are its own.
func onFaults(kinds ...saml.FaultKind) func(*Case) Outcome {
	return onSignedCase(func(c *Case) (list []Finding) {
		for _, s := range c.Signatures {
			for _, f := range s.Faults {
				for _, k := range kinds {
					if f.Kind == k {
						list = append(list, faultFinding(f))
					}
				}
			}
		}
		return list
	})
}

// SignaturePresent wants a signature.
var SignaturePresent = &Check{
	ID:       "signature/present",
	Title:    "The response or its assertion is signed",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.5", "SAMLCore 5.1", "E26"},
	Covers:   []string{"SIG-01", "AST-16", "SIG-25", "IIP-SSO04"},
	Since:    "0.1",
	Text: `A response that passes through the browser is believed for its signature alone: each assertion has one of its own, or the response around it has. Encryption is no substitute: anybody can encrypt to a public key.
A response of refusal may be unsigned. Whether a signature is valid is for the other checks to say.`,
	Fix:     Fix{Side: IDP, Setting: "signing", Text: "Switch on signing of responses, assertions or both. If the identity provider signs, the signature was taken out on the way."},
	FlexFix: mend("salesforce.connected_app.idp_certificate", "Choose the certificate to sign with. Salesforce signs both parts, so a signature that is missing was taken out on the way."),
	Follows: []string{"xml/unique-ids", "settings/idp-certificate", "settings/identity-provider-enabled", "signature/wrapping", "binding/parameters"},
	Run:     onReceivedAssertions(signaturePresent),
}

// onReceivedAssertions hands a check the case where there is an assertion, readable or
// not.
func onReceivedAssertions(f func(c *Case) []Finding) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if why := c.unread(); why != "" {
			return skip(why)
		}
		if len(c.Received.Assertions)+len(c.Received.Encrypted) == 0 {
			return skip("the response has no assertion")
		}
		return Outcome{Findings: f(c)}
	}
}

func signaturePresent(c *Case) (list []Finding) {
	if c.Received.Signature.Exists() {
		return nil
	}
	for _, a := range c.ReceivedAssertions {
		if !a.Signature.Exists() {
			list = append(list, found(a.At(), "no signature on the assertion and none on the response", "a signature on either"))
		}
	}
	return list
}

// SignatureResponse wants the response itself signed.
var SignatureResponse = &Check{
	ID:       "signature/response",
	Title:    "The response itself is signed",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-IDP09", "IIP-SP13"},
	Covers:   []string{"SIG-25", "SDP-IDP09", "IIP-SP13", "IIP-SSO04"},
	Since:    "0.1",
	Text:     `SAML2int has the response itself signed, because a signature on the assertion alone leaves status, destination and the answered request open to change. SAML takes either; what one service provider insists on is judged by signature/required.`,
	Fix:      Fix{Side: IDP, Setting: "signing", Text: "Switch on signing of responses."},
	Follows:  []string{"signature/present"},
	Run:      onReceivedAssertions(signatureResponse),
}

func signatureResponse(c *Case) []Finding {
	if c.Received.Signature.Exists() {
		return nil
	}
	return one(found(c.Received.At(), "no signature on the response", "a signature"))
}

// SignatureRequired wants signed what the service provider insists on.
var SignatureRequired = &Check{
	ID:       "signature/required",
	Title:    "The parts that the service provider insists on are signed",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.4", "SAMLProf 4.1.4.5"},
	Covers:   []string{"SIG-25", "IIP-SSO04", "IIP-SP13", "MDS-03"},
	Since:    "0.1",
	Text:     `A service provider may insist on a signature on the assertion (WantAssertionsSigned), on the response, or on both. Judged where --require-signed asks for more than either, or metadata of the service provider says WantAssertionsSigned.`,
	Fix:      Fix{Side: IDP, Setting: "signing", Text: "Switch on signing of the part that the service provider insists on."},
	Follows:  []string{"signature/present", "signature/wrapping"},
	Run:      judgeRequiredSignatures,
}

func judgeRequiredSignatures(c *Case) Outcome {
	if c.Expect.Signed == SignEither {
		return skip("a signature on either part is enough")
	}
	return onReceivedAssertions(requiredSignatures)(c)
}

func requiredSignatures(c *Case) (list []Finding) {
	if c.Expect.Signed != SignAssertion && !c.Received.Signature.Exists() {
		list = append(list, found(c.Received.At(), "no signature on the response", "a signature, as the service provider insists on one"))
	}
	if c.Expect.Signed == SignResponse {
		return list
	}
	for _, a := range c.ReceivedAssertions {
		if a.Signature.Exists() {
			continue
		}
		f := found(a.At(), "no signature on the assertion", "a signature, as the service provider insists on one")
		if flag, m := c.sp.flag("WantAssertionsSigned"); m != nil {
			f.From = fromMetadata(m, flag.At())
		}
		list = append(list, f)
	}
	return list
}

// SignatureWrapping recognises a genuine signature that vouches for something else than
// what is read.
var SignatureWrapping = &Check{
	ID:       "signature/wrapping",
	Title:    "What is signed is what a reader takes",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"On Breaking SAML (USENIX Security 2012)", "SAMLCore 5.4.2"},
	Covers:   []string{"SIG-06", "SIG-13", "SIG-15", "AST-12", "AST-14", "SIG-01"},
	Since:    "0.1",
	Text: `Signature wrapping moves what was really signed to where only the verifier looks, and puts a forged copy where the reader looks. It is recognised by a signature that refers to another element than
its own parent (an empty reference, which means the whole document, is told by signature/reference), or one that is neither the response nor one of its assertions, and by a genuine one that leaves an assertion of the same response uncovered.`,
	Fix:     Fix{Side: SP, Setting: "log of the ACS", Text: "Treat the response as an attack: the identity provider signed something else than what is read. Keep the message."},
	Follows: []string{"binding/parameters"},
	Run:     onSignedCase(signatureWrapping),
}

func signatureWrapping(c *Case) (list []Finding) {
	genuine := false
	var moved, hidden []Finding // what stands outside of what it signs tells more
	for _, s := range c.Signatures {
		what := "a signature"
		if isGenuine(s) {
			what = "a genuine signature"
			genuine = genuine || s.Covers.Exists() && s.Covers == s.Parent
		}
		switch {
		case !s.Covers.Exists(), misdirected(s):
		case s.Covers != s.Parent && !coversWhole(s):
			moved = append(moved, found(s.At(), what+" over "+s.Covers.At().Path, "one over "+s.Parent.At().Path).noted(wrappingOf(s)))
		case !takenByReaders(c, s.Covers):
			hidden = append(hidden, found(s.Covers.At(), what+" over "+article(s.Covers.Local())+" where no reader looks", "the signed element where the unsigned one stands").noted(wrappingOf(s)))
		}
	}
	list = append(moved, hidden...)
	if !genuine || len(list) > 0 || c.Received == nil {
		return list
	}
	for i, a := range c.ReceivedAssertions {
		if !a.Signature.Exists() && !c.Assertions[i].Verified && !covered(c, a) {
			list = append(list, found(a.At(), "an assertion that no signature covers", "none beside what is signed").noted("an unsigned assertion was put beside the signed one (wrapping, XSW3)"))
		}
	}
	return list
}

// misdirected reports whether a signature names another element than it signs because its
// Reference was edited: nothing was moved then.
func misdirected(s *saml.Signature) bool {
	for _, f := range s.Faults {
		if f.Kind == saml.FaultReference && f.Cause == saml.CauseSignedInfo {
			return true
		}
	}
	return false
}

// wrappingOf names what was done by where the signed element stands (On Breaking SAML,
// section 4): XSW1 to XSW8 are the names that testing tools have for the usual ways.
func wrappingOf(s *saml.Signature) string {
	is, in := s.Covers, s.Parent
	root := !in.Parent().Exists()
	way := ""
	switch {
	case is == in && is.Parent().Is(saml.NSAssertion, "Assertion"):
		way = "into an unsigned assertion (wrapping, XSW4)"
	case is == in:
		way = "to where no reader looks (wrapping)"
	case is.Contains(in):
		return "the signature was moved within what it signs, or its Reference was edited (wrapping)"
	case is.Parent() == s.Element && root:
		way = "into its own signature (wrapping, XSW1)"
	case is.Parent() == s.Element:
		way = "into its own signature (wrapping, XSW6)"
	case s.Element.Contains(is):
		way = "into an Object of its own signature (wrapping, XSW8)"
	case is.Parent() == in && root && is.Local() == in.Local():
		way = "beside its own signature, into an unsigned response (wrapping, XSW2)"
	case is.Parent() == in.Parent() && in.Local() == "Assertion":
		return "the signature was moved into an unsigned assertion, beside the one that it signs (wrapping, XSW5)"
	case root && is.Parent() == in:
		return "the signature was moved out of the assertion, to the response (wrapping)"
	default:
		return "the signature was moved out of what it signs (wrapping)"
	}
	return "what was signed was moved " + way
}

// article is a name with its article.
func article(name string) string {
	if name != "" && strings.ContainsRune("AEIOU", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

// coversWhole reports whether a signature refers to the whole document by an empty URI,
// and so to what it stands in, too: nothing is moved by that.
func coversWhole(s *saml.Signature) bool {
	ref := s.Child(saml.NSSignature, "SignedInfo").Child(saml.NSSignature, "Reference")
	return ref.Attr("URI").Value() == "" && s.Covers == s.Parent.Document().Root()
}

// isGenuine reports whether the cryptography of a signature agrees, so far as it could
// be tried, by a key that is trusted or where no key is known.
func isGenuine(s *saml.Signature) bool {
	return s.Digest == saml.Agrees && (s.Value == saml.Agrees && s.Key != nil || s.Value == saml.NotTried && hasFault(s.Faults, saml.FaultNoTrustedKey))
}

// hasFault reports whether a fault of a kind is among them.
func hasFault(faults []saml.SignatureFault, kind saml.FaultKind) bool {
	for _, f := range faults {
		if f.Kind == kind {
			return true
		}
	}
	return false
}

// takenByReaders reports whether an element is the response, one of its assertions, or
// an assertion that only advises.
func takenByReaders(c *Case, e saml.Element) bool {
	if c.Received == nil || e == c.Received.Element || e.Parent().Is(saml.NSAssertion, "Advice") || e.Parent().Is(saml.NSAssertion, "Evidence") {
		return true
	}
	for _, a := range c.ReceivedAssertions {
		if a.Element == e {
			return true
		}
	}
	return e.Document() != c.ResponseDoc && !e.Parent().Exists()
}

// covered reports whether a genuine signature covers an assertion or the response
// around it.
func covered(c *Case, a *saml.Assertion) bool {
	for _, s := range c.Signatures {
		if isGenuine(s) && s.Covers == s.Parent && (s.Covers == a.Element || s.Covers == c.Received.Element) {
			return true
		}
	}
	return false
}
