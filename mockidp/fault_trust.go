package mockidp

import (
	"crypto"
	"crypto/hmac"
	_ "crypto/md5" // links the digest of a fault
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// trustFaults are about whether a response is signed at all, and by whom.
func trustFaults() []*Fault {
	return []*Fault{
		{
			ID: "unsigned", Cases: rows("N-A01"), Title: "Both signatures are removed",
			Life:   "Anybody could write a response and be anybody.",
			Breaks: rows("SIG-01"), Verdict: Reject, After: all(drop(sigOfAssertion), drop(sigOfResponse)),
		},
		{
			ID: "signature-empty", Cases: rows("N-A02"), Title: "Both signatures are there and hold nothing",
			Life:   "A reader that looks for the element and not for its content lets anybody in.",
			Breaks: rows("SIG-05 SIG-02"), Verdict: Reject, After: all(mapOuter(sigOfAssertion, emptySignature), mapOuter(sigOfResponse, emptySignature)),
		},
		{
			ID: "reference-removed", Cases: rows("N-A03"), Title: "SignedInfo has no Reference",
			Life:   "A signature over nothing would count as one over everything.",
			Breaks: rows("SIG-05"), Verdict: Reject,
			seal: func(s *seal) { s.reference = func(string, string) string { return "" } },
		},
		{
			ID: "inner-signature-value-broken", Cases: rows("N-A06"), Title: "The assertion's signature value is broken under a valid signature of the response",
			Life:   "An assertion that was changed on its way into the response would be believed.",
			Breaks: rows("SIG-14"), Verdict: Reject, between: mapInner(sigOfAssertion+"/SignatureValue", flip),
		},
		{
			ID: "inner-nameid-changed", Cases: rows("N-A06"), Title: "The NameID was changed between the signing of the assertion and that of the response",
			Life:   "Another user would be logged in, though the assertion's own signature says no.",
			Breaks: rows("SIG-14"), Verdict: Reject, between: setText(pathNameID, Mallory),
		},
		{
			ID: "outer-signature-value-broken", Cases: rows("N-A07"), Title: "One bit of the response's signature value is flipped",
			Life:   "What the response says beside the assertion could be anybody's.",
			Breaks: rows("SIG-14"), Verdict: Reject, After: mapInner(sigOfResponse+"/SignatureValue", flip),
		},
		{
			ID: "other-key-same-certificate", Cases: rows("N-A08"), Title: "Signed with another key, the trusted certificate in KeyInfo",
			Life:   "Showing a certificate would be enough to be its owner.",
			Breaks: rows("SIG-02"), Verdict: Reject,
			seal: func(s *seal) { s.id = &identity{key: attacker(attackerTemplate(), nil).key, cert: s.id.cert} },
		},
		{
			ID: "attacker-certificate", Cases: rows("N-A09"), Title: "Signed with an attacker's key, with the attacker's certificate in KeyInfo",
			Life:   "Whoever brings a certificate along would be believed.",
			Breaks: rows("SIG-03 SIG-16"), Verdict: Reject,
			seal: func(s *seal) { s.id = attacker(attackerTemplate(), nil) },
		},
		{
			ID: "attacker-key-value", Cases: rows("N-A10"), Title: "Signed with an attacker's key, given as KeyValue",
			Life:   "Whoever brings a key along would be believed.",
			Breaks: rows("SIG-16"), Verdict: Reject,
			seal: func(s *seal) {
				s.id = attacker(attackerTemplate(), nil)
				s.keyInfo = func(cert *x509.Certificate) string {
					return "<ds:KeyInfo>" + keyValueXML(cert.PublicKey.(*rsa.PublicKey)) + "</ds:KeyInfo>"
				}
			},
		},
		{
			ID: "cloned-certificate", Cases: rows("N-A11"), Title: "Signed with an attacker's key, whose certificate has the names, serial number and dates of the trusted one",
			Life:   "A certificate that is looked up by its names or serial number can be forged.",
			Breaks: rows("SIG-03"), Verdict: Reject,
			seal: func(s *seal) { s.id = attacker(cloneTemplate(s.id.cert), nil) },
		},
		{
			ID: "same-authority", Cases: rows("N-A12"), Title: "Signed with an attacker's key, whose certificate the trusted certificate's issuer issued",
			Life:   "Every other customer of the same authority could log in here.",
			Breaks: rows("SIG-03"), Verdict: Reject,
			seal: func(s *seal) { s.id = attacker(attackerTemplate(), s.id) },
		},
		{
			ID: "two-certificates-attacker-first", Cases: rows("N-A14"), Title: "Signed with an attacker's key; KeyInfo has the attacker's certificate and then the trusted one",
			Life:   "A reader that finds the trusted one and verifies with the first is fooled.",
			Breaks: rows("SIG-16"), Verdict: Reject, seal: twoCertificates(true),
		},
		{
			ID: "two-certificates-attacker-last", Cases: rows("N-A14"), Title: "Signed with an attacker's key; KeyInfo has the trusted certificate and then the attacker's",
			Life:   "A reader that checks the first and verifies with the last is fooled.",
			Breaks: rows("SIG-16"), Verdict: Reject, seal: twoCertificates(false),
		},
		{
			ID: "two-keyinfo", Cases: rows("N-A15"), Title: "Signed with an attacker's key, with two KeyInfo: the trusted certificate's and the attacker's",
			Life:   "One part of a reader trusts the one and another verifies with the other.",
			Breaks: rows("XML-05 SIG-05"), Verdict: Reject,
			seal: func(s *seal) {
				trusted := keyInfoXML(s.id.cert)
				s.id = attacker(attackerTemplate(), nil)
				s.keyInfo = func(cert *x509.Certificate) string { return trusted + keyInfoXML(cert) }
			},
		},
		{
			ID: "keyinfo-missing", Cases: rows("N-A16"), Title: "There is no KeyInfo; the trusted key signed",
			Life:   "Nothing: the key is known beforehand.",
			Breaks: nil, Verdict: Accept,
			seal: func(s *seal) { s.keyInfo = func(*x509.Certificate) string { return "" } },
		},
		{
			ID: "keyinfo-unrelated", Cases: rows("N-A17"), Title: "The trusted key signed; KeyInfo has an unrelated certificate",
			Life:   "Nothing, where KeyInfo is no more than a hint.",
			Breaks: nil, Verdict: Accept,
			seal: func(s *seal) {
				s.keyInfo = func(*x509.Certificate) string { return keyInfoXML(attacker(attackerTemplate(), nil).cert) }
			},
		},
		{
			ID: "keyinfo-retrieval", Cases: rows("N-A18"), Title: "Signed with an attacker's key; KeyInfo says where to fetch it",
			Life:   "The service provider would fetch an attacker's URL, and believe what it finds there.",
			Breaks: rows("SIG-16"), Verdict: Reject,
			seal: func(s *seal) {
				s.id = attacker(attackerTemplate(), nil)
				s.keyInfo = func(*x509.Certificate) string {
					return `<ds:KeyInfo><ds:RetrievalMethod URI="http://127.0.0.1:9/key" Type="http://www.w3.org/2000/09/xmldsig#X509Data"/></ds:KeyInfo>`
				}
			},
		},
		{
			ID: "hmac-certificate-pem", Cases: rows("N-A19"), Title: "The signature is an HMAC-SHA256 with the certificate's PEM as its secret",
			Life:   "The certificate is public: with it anybody could sign.",
			Breaks: rows("SIG-18"), Verdict: Reject,
			seal: func(s *seal) {
				secret := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.id.cert.Raw})
				sealHMAC(s, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", crypto.SHA256, secret)
			},
		},
		{
			ID: "hmac-public-key", Cases: rows("N-A19"), Title: "The signature is an HMAC-SHA1 with the public key's DER as its secret",
			Life:   "The public key is public: with it anybody could sign.",
			Breaks: rows("SIG-18"), Verdict: Reject,
			seal: func(s *seal) {
				sealHMAC(s, saml.NSSignature+"hmac-sha1", crypto.SHA1, s.id.cert.RawSubjectPublicKeyInfo)
			},
		},
		{
			ID: "hmac-truncated", Cases: rows("N-A20"), Title: "The signature is an HMAC of which no bit is kept",
			Life:   "A signature of no bits is always right (CVE-2009-0217).",
			Breaks: rows("SIG-18 SIG-27"), Verdict: Reject,
			seal: func(s *seal) {
				s.method = saml.NSSignature + "hmac-sha1"
				s.methodContent = "<ds:HMACOutputLength>0</ds:HMACOutputLength>"
				s.value = func([]byte) ([]byte, error) { return nil, nil }
			},
		},
		{
			ID: "rsa-as-ecdsa", Cases: rows("N-A21"), Title: "An RSA signature that says it is ECDSA",
			Life:   "A reader that takes the algorithm from the message and the key from elsewhere gets the two mixed up.",
			Breaks: rows("SIG-11"), Verdict: Reject,
			seal: func(s *seal) { s.method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" },
		},
		{
			ID: "rsa-as-dsa", Cases: rows("N-A21"), Title: "An RSA signature that says it is DSA",
			Life:   "A reader that takes the algorithm from the message and the key from elsewhere gets the two mixed up.",
			Breaks: rows("SIG-11"), Verdict: Reject,
			seal: func(s *seal) { s.method, s.digest = saml.NSSignature+"dsa-sha1", digSHA1 },
		},
		{
			ID: "rsa-md5", Cases: rows("N-A22"), Title: "Signed with RSA and MD5",
			Life:   "MD5 collisions cost seconds: a signature for one message fits another.",
			Breaks: rows("SIG-11"), Verdict: Reject,
			seal: func(s *seal) {
				s.method = "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"
				key := s.id.key
				s.value = func(info []byte) ([]byte, error) { return key.Sign(nil, sum(crypto.MD5, info), crypto.MD5) }
			},
		},
		{
			ID: "sha1", Cases: rows("N-A23"), Title: "Signature and digest use SHA-1",
			Life:   "SHA-1 collisions can be had for money; new set-ups should not rely on it.",
			Breaks: rows("SIG-10 SIG-11"), Verdict: Warn,
			seal: func(s *seal) { s.method, s.digest = rsaSHA1, digSHA1 },
		},
		{
			ID: "sha1-digest", Cases: rows("N-A24"), Title: "The signature uses SHA-256, the digest SHA-1",
			Life:   "The chain is as weak as its weaker link.",
			Breaks: rows("SIG-10"), Verdict: Warn,
			seal: func(s *seal) { s.method, s.digest = rsaSHA256, digSHA1 },
		},
		{
			ID: "sha1-signature", Cases: rows("N-A24"), Title: "The digest uses SHA-256, the signature SHA-1",
			Life:   "The chain is as weak as its weaker link.",
			Breaks: rows("SIG-11"), Verdict: Warn,
			seal: func(s *seal) { s.method, s.digest = rsaSHA1, digSHA256 },
		},
		{
			ID: "algorithm-misspelt", Cases: rows("N-A25"), Title: "The signature algorithm has an identifier that ends like a known one",
			Life:   "A reader that compares only the end lets unknown algorithms in.",
			Breaks: rows("SIG-11"), Verdict: Reject,
			seal: func(s *seal) {
				s.method, s.digest = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha1", digSHA256
			},
		},
		{
			ID: "algorithm-unknown", Cases: rows("N-A25"), Title: "The signature algorithm has an identifier that nobody registered",
			Life:   "What is not understood would be taken for something else.",
			Breaks: rows("SIG-11"), Verdict: Reject,
			seal: func(s *seal) { s.method = "http://www.w3.org/2001/04/xmldsig-more#sha256WithRSA" },
		},
		{
			ID: "rsa-pss", Cases: rows("N-A28"), Title: "Signed with RSA-PSS and SHA-256",
			Life:   "Nothing where PSS is understood; where it is not, the response is refused as not understood.",
			Breaks: nil, Verdict: Warn,
			seal: func(s *seal) {
				s.method = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
				key := s.id.key
				s.value = func(info []byte) ([]byte, error) {
					return key.Sign(rand.Reader, sum(crypto.SHA256, info), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256})
				}
			},
		},
		{
			ID: "signature-value-empty", Cases: rows("N-A33"), Title: "Both signature values are empty",
			Life:   "A value that is not there would be one that is not wrong.",
			Breaks: rows("SIG-02 SIG-22"), Verdict: Reject, After: bothValues(func(string) string { return "" }),
		},
		{
			ID: "signature-value-short", Cases: rows("N-A33"), Title: "Both signature values lack their last octet",
			Life:   "A comparison that stops at the shorter end takes every prefix for right.",
			Breaks: rows("SIG-02"), Verdict: Reject, After: bothValues(onOctets(func(b []byte) []byte { return b[:len(b)-1] })),
		},
		{
			ID: "signature-value-long", Cases: rows("N-A33"), Title: "Both signature values have octets after their end",
			Life:   "A reader that ignores what follows ignores what an attacker writes there.",
			Breaks: rows("SIG-02"), Verdict: Reject, After: bothValues(onOctets(func(b []byte) []byte { return append(b, 0, 0) })),
		},
		{
			ID: "signature-value-not-base64", Cases: rows("N-A34"), Title: "Both signature values are no base64",
			Life:   "A verifier that answers with an error would be taken for one that answers yes (CVE-2016-9814).",
			Breaks: rows("SIG-02 SIG-22"), Verdict: Reject, After: bothValues(func(string) string { return "\n***\n" }),
		},
		{
			ID: "signature-value-huge", Cases: rows("N-A34"), Title: "Both signature values are longer than the key's modulus",
			Life:   "A verifier that answers with an error would be taken for one that answers yes (CVE-2016-9814).",
			Breaks: rows("SIG-02"), Verdict: Reject, After: bothValues(onOctets(func(b []byte) []byte { return append(b, b...) })),
		},
	}
}

// The signatures of a signed response.
const (
	sigOfResponse  = "Signature"
	sigOfAssertion = "Assertion/Signature"
)

// rows are requirement ids, given in one text.
func rows(ids string) []string { return strings.Fields(ids) }

func emptySignature(string) string { return `<ds:Signature xmlns:ds="` + saml.NSSignature + `"/>` }

// bothValues changes the content of both SignatureValue elements.
func bothValues(f func(string) string) change {
	return all(mapInner(sigOfAssertion+"/SignatureValue", f), mapInner(sigOfResponse+"/SignatureValue", f))
}

// onOctets changes what base64 stands for.
func onOctets(f func([]byte) []byte) func(string) string {
	return func(s string) string {
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
		if err != nil {
			panic(err)
		}
		return "\n" + wrap(f(b)) + "\n"
	}
}

// flip changes one bit of a base64 text.
func flip(s string) string {
	return onOctets(func(b []byte) []byte { b[len(b)/2] ^= 1; return b })(s)
}

// twoCertificates signs as the attacker and shows two certificates.
func twoCertificates(attackerFirst bool) func(*seal) {
	return func(s *seal) {
		trusted := certificateXML(s.id.cert)
		s.id = attacker(attackerTemplate(), nil)
		s.keyInfo = func(cert *x509.Certificate) string {
			first, second := trusted, certificateXML(cert)
			if attackerFirst {
				first, second = second, first
			}
			return "<ds:KeyInfo><ds:X509Data>" + first + second + "</ds:X509Data></ds:KeyInfo>"
		}
	}
}

func sealHMAC(s *seal, method string, h crypto.Hash, secret []byte) {
	s.method = method
	s.value = func(info []byte) ([]byte, error) {
		mac := hmac.New(h.New, secret)
		mac.Write(info)
		return mac.Sum(nil), nil
	}
}

func keyValueXML(key *rsa.PublicKey) string {
	return "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>" + wrap(key.N.Bytes()) + "</ds:Modulus><ds:Exponent>" +
		wrap(big.NewInt(int64(key.E)).Bytes()) + "</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
}
