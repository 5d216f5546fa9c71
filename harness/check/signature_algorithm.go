package check

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// aboutDigest reports whether a fault of an algorithm is about the digest's.
func aboutDigest(f saml.SignatureFault) bool { return strings.Contains(f.At.Path, "/DigestMethod") }

// SignatureAlgorithm wants an algorithm that is safe.
var SignatureAlgorithm = &Check{
	ID:       "signature/algorithm",
	Title:    "Signatures are made by an algorithm that is known and safe",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"XMLDSig 1.1 6.2", "RFC 9231 2.3", "SAML2int SDP-ALG01", "SAMLConf 4"},
	Covers:   []string{"SIG-11", "SDP-ALG01", "IIP-ALG08"},
	Since:    "0.1",
	Text: `SignatureMethod names, by its whole URI, an algorithm that fits the key: RSA or ECDSA with SHA-256, SHA-384 or SHA-512. MD5, DSA and HMAC are refused. SHA-1, on which SAML was built and which Salesforce long preset, still verifies:
it is a warning, and an error for SAML2int.`,
	Fix:     Fix{Side: IDP, Setting: "signature algorithm", Text: "Sign by RSA with SHA-256."},
	FlexFix: mend("salesforce.connected_app.signing_algorithm", "Choose SHA256."),
	Follows: []string{"settings/signing-algorithm", "signature/hmac", "signature/structure", "signature/parameters"},
	Run:     onSignature(signatureAlgorithm),
}

func signatureAlgorithm(s *saml.Signature, want *Expect) (list []Finding) {
	for _, f := range s.Faults {
		if f.Kind == saml.FaultAlgorithm && !aboutDigest(f) {
			list = append(list, faultFinding(f))
		}
	}
	if len(list) == 0 && strings.HasSuffix(s.Method, "-sha1") {
		m := s.Child(saml.NSSignature, "SignedInfo").Child(saml.NSSignature, "SignatureMethod")
		list = append(list, outdated(want, found(m.Attr("Algorithm").At(), s.Method, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")))
	}
	return list
}

// outdated is a finding about an algorithm or key that still works and should not be used.
func outdated(want *Expect, f Finding) Finding {
	if want.Profile == SAML2Int {
		return f
	}
	return f.only(Warning)
}

// SignatureDigestAlgorithm wants a digest that is safe.
var SignatureDigestAlgorithm = &Check{
	ID:       "signature/digest-algorithm",
	Title:    "Digests are made by an algorithm that is known and safe",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"XMLDSig 1.1 6.2", "SAML2int SDP-ALG01"},
	Covers:   []string{"SIG-10", "SDP-ALG01", "IIP-ALG08"},
	Since:    "0.1",
	Text:     `DigestMethod names, by its whole URI, SHA-256, SHA-384 or SHA-512. MD5 and unknown digests are refused. SHA-1 still verifies: it is a warning, and an error for SAML2int.`,
	Fix:      Fix{Side: IDP, Setting: "digest algorithm", Text: "Use SHA-256."},
	FlexFix:  mend("salesforce.connected_app.signing_algorithm", "Choose SHA256."),
	Follows:  []string{"settings/signing-algorithm", "signature/algorithm", "signature/structure"},
	Run:      onSignature(signatureDigestAlgorithm),
}

func signatureDigestAlgorithm(s *saml.Signature, want *Expect) (list []Finding) {
	for _, f := range s.Faults {
		if f.Kind == saml.FaultAlgorithm && aboutDigest(f) {
			list = append(list, faultFinding(f))
		}
	}
	if len(list) == 0 && strings.HasSuffix(s.DigestMethod, "#sha1") {
		at := s.At()
		for e := range s.Descendants() {
			if e.Is(saml.NSSignature, "DigestMethod") {
				at = e.At()
			}
		}
		list = append(list, outdated(want, found(at, s.DigestMethod, "http://www.w3.org/2001/04/xmlenc#sha256")))
	}
	return list
}

// SignatureHMAC wants no shared secret.
var SignatureHMAC = &Check{
	ID:       "signature/hmac",
	Title:    "No signature is a keyed hash",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"CVE-2021-21239", "CVE-2009-0217", "XMLDSig 6.3"},
	Covers:   []string{"SIG-18", "SIG-27"},
	Since:    "0.1",
	Text:     `An HMAC is verified with the secret that made it. A service provider that tries a certificate's public key as the secret accepts what anybody can make, and one that honours HMACOutputLength accepts a hash of no bits.`,
	Fix:      Fix{Side: IDP, Setting: "signature algorithm", Text: "Sign by RSA or ECDSA. If the response was changed on the way, it is an attack."},
	Run:      onSignature(signatureHMAC),
}

func signatureHMAC(s *saml.Signature, _ *Expect) []Finding {
	if !strings.Contains(s.Method, "#hmac") {
		return nil
	}
	return one(found(s.At(), s.Method, "a signature by RSA or ECDSA"))
}

// SignatureParameters wants no parameters that are not understood.
var SignatureParameters = &Check{
	ID:       "signature/parameters",
	Title:    "Signature algorithms have no parameters that are not understood",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"RFC 9231 2.3", "XMLDSig 4.4.2"},
	Covers:   []string{"SIG-27"},
	Since:    "0.1",
	Text:     `Elements inside SignatureMethod and DigestMethod change how the signature is computed. Where the algorithm has none, or they cannot be honoured, the signature is not judged as if they were not there.`,
	Fix:      Fix{Side: IDP, Setting: "signature algorithm", Text: "Use an algorithm without parameters, as RSA with SHA-256."},
	Follows:  []string{"signature/hmac"},
	Run:      onSignature(signatureParameters),
}

func signatureParameters(s *saml.Signature, _ *Expect) (list []Finding) {
	if s.Value == saml.Agrees {
		return nil // they were understood
	}
	for e := range s.Child(saml.NSSignature, "SignedInfo").Descendants() {
		if e.Is(saml.NSSignature, "SignatureMethod") || e.Is(saml.NSSignature, "DigestMethod") {
			for p := range e.Children() {
				list = append(list, found(p.At(), p.Local(), "no parameters"))
			}
		}
	}
	return list
}

// SignatureKeySize wants keys that are long enough.
var SignatureKeySize = &Check{
	ID:       "signature/key-size",
	Title:    "The signing key is long enough",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"SAML2int SDP-MD06", "SAML2int SDP-MD07", "NIST SP 800-131A"},
	Covers:   []string{"SIG-19", "SDP-MD06", "SDP-MD07"},
	Since:    "0.1",
	Text:     `An RSA key has at least 2048 bits, one of an elliptic curve 256. Shorter keys still verify here; they can be broken with money or time, which is a warning, and an error for SAML2int. RSA with fewer than 1024 bits can be broken by anybody: an error. Judged on the key that really verified a signature.`,
	Fix:      Fix{Side: IDP, Setting: "signing certificate", Text: "Make a certificate with an RSA key of 2048 bits or more, and register it at the service provider."},
	Follows:  []string{"settings/certificate-key-size"},
	Run:      onSignature(signatureKeySize),
}

func signatureKeySize(s *saml.Signature, want *Expect) []Finding {
	if s.Key == nil {
		return nil
	}
	switch k := s.Key.PublicKey().(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n < 2048 {
			f := found(s.At(), "RSA with "+strconv.Itoa(n)+" bits", "at least 2048 bits").noted(s.Key.Name)
			if n >= 1024 {
				f = outdated(want, f)
			}
			return one(f)
		}
	case *ecdsa.PublicKey:
		if n := k.Curve.Params().BitSize; n < 256 {
			return one(outdated(want, found(s.At(), "an elliptic curve of "+strconv.Itoa(n)+" bits", "at least 256 bits").noted(s.Key.Name)))
		}
	}
	return nil
}

// SignatureEncoding wants base64 in the values.
var SignatureEncoding = &Check{
	ID:       "signature/encoding",
	Title:    "DigestValue and SignatureValue are base64 and nothing else",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"XMLDSig 4.3", "XMLDSig 4.4.3.6", "RFC 2045", "CVE-2025-29775"},
	Covers:   []string{"SIG-22"},
	Since:    "0.1",
	Text:     `Both hold base64, in which white space is allowed and comments, other elements, missing padding and other alphabets are not, and a digest has as many octets as its algorithm gives. A comment inside a digest lets two readers see two digests.`,
	Fix:      Fix{Side: IDP, Setting: "signing", Text: "Hand the response on byte for byte; look for a copy that turned + into a space or was cut short."},
	Follows:  []string{"signature/hmac", "signature/structure"},
	Run:      onFaults(saml.FaultEncoding),
}

// SignatureECDSAForm wants r and s of ECDSA one after the other.
var SignatureECDSAForm = &Check{
	ID:       "signature/ecdsa-form",
	Title:    "An ECDSA signature is r and s, not DER",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"XMLDSig 1.1 6.4.3", "RFC 9231 2.3.6"},
	Covers:   []string{"SIG-20"},
	Since:    "0.1",
	Text:     `XML Signature writes an ECDSA signature as the two numbers r and s, each padded to the size of the curve, one after the other. The DER form that most cryptographic libraries give must be converted.`,
	Fix:      Fix{Side: IDP, Setting: "signing", Text: "Write r and s, each padded to the length of the curve's order."},
	Run:      onSignature(signatureECDSAForm),
}

func signatureECDSAForm(s *saml.Signature, _ *Expect) []Finding {
	if s.Value == saml.Agrees || !strings.Contains(s.Method, "#ecdsa-") {
		return nil
	}
	const want = "r and s, each as long as the curve's order"
	v := s.Child(saml.NSSignature, "SignatureValue")
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(v.Text()), ""))
	if err == nil && isDER(raw) {
		return one(found(v.At(), "a DER sequence", want))
	}
	for _, f := range s.Faults {
		if f.Cause == saml.CauseUnfilled {
			return one(found(v.At(), f.Got, want))
		}
	}
	return nil
}

// isDER tells whether the octets are one DER sequence, in the length of any curve.
func isDER(raw []byte) bool {
	switch {
	case len(raw) < 8 || raw[0] != 0x30:
		return false
	case raw[1] == 0x81:
		return int(raw[2]) == len(raw)-3
	}
	return int(raw[1]) == len(raw)-2
}
