package harness

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/mockidp"
)

// messageScenarios are about single responses in which one thing is unusual or wrong that
// no fault of the mock Salesforce shows by itself.
func messageScenarios() []*Scenario {
	fine, guess := "Nothing: it is right.", "A reader that guesses lets in what was meant for somebody else."
	list := []*Scenario{
		{
			ID: "unsolicited", Title: "A login that begins at Salesforce", Life: fine, Unsolicited: true,
			Fault: &mockidp.Fault{Verdict: mockidp.Accept},
		},
		{
			ID: "unsolicited-answer", Title: "A login that begins at Salesforce, and names a request all the same", Unsolicited: true,
			Life: "A response that was caught in another browser would be taken here.",
			Fault: &mockidp.Fault{Verdict: mockidp.Reject, Before: swaps(
				`<samlp:Response `, `<samlp:Response InResponseTo="`+ScenarioRequest+`" `,
				`<saml:SubjectConfirmationData `, `<saml:SubjectConfirmationData InResponseTo="`+ScenarioRequest+`" `,
			)},
			Causes: ids("response/unsolicited"), Follows: ids("subject/in-response-to"),
		},
		{
			ID: "request-id-digit", Title: "The request's id begins with a digit", Life: "Nothing: it is the request that is wrong.",
			Request: "5d0c3a8e7f1b4926a4d8c0e35b7f9126", Fault: &mockidp.Fault{Verdict: mockidp.Warn},
			Warns: ids("response/in-response-to-form"),
		},
		{
			ID: "one-signature-of-two", Title: "Only the assertion is signed, and both parts must be", Life: "What the response says beside the assertion could be anybody's.",
			Fault:  &mockidp.Fault{Verdict: mockidp.Reject, Signs: mockidp.SignsAssertion},
			Held:   func(want *check.Expect) { want.Signed = check.SignBoth },
			Causes: ids("signature/required"),
		},
		{
			ID: "ecdsa", Title: "Signed with ECDSA and SHA-256", Life: fine, Held: ecdsaPinned,
			Fault: &mockidp.Fault{Verdict: mockidp.Accept, Signs: mockidp.SignsResponse, After: resigned("")},
		},
		{
			ID: "ecdsa-asn1", Title: "An ECDSA signature as a structure of ASN.1", Held: ecdsaPinned,
			Life:   "Nothing, where both forms are read; a reader that guesses the form can be led to read another value.",
			Fault:  &mockidp.Fault{Verdict: mockidp.Reject, Signs: mockidp.SignsResponse, After: resigned("ASN.1")},
			Causes: ids("signature/ecdsa-form"), Follows: ids("signature/value signature/coverage"),
		},
		{
			ID: "ecdsa-unfilled", Title: "r and s of an ECDSA signature are an octet longer than the curve", Held: ecdsaPinned,
			Life:   "Nothing, where the halves are parted in the middle; a reader that takes numbers of any length can be led to take other halves.",
			Fault:  &mockidp.Fault{Verdict: mockidp.Reject, Signs: mockidp.SignsResponse, After: resigned("longer")},
			Causes: ids("signature/ecdsa-form"), Follows: ids("signature/value signature/coverage"),
		},
		{
			ID: "keyinfo-retrieval-trusted", Title: "The trusted key signed; KeyInfo says where to fetch it", Life: "The service provider would fetch what an attacker names.",
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Signs: mockidp.SignsResponse, After: becomes(`(?s)<ds:KeyInfo>.*</ds:KeyInfo>`,
				`<ds:KeyInfo><ds:RetrievalMethod URI="http://127.0.0.1:9/key" Type="http://www.w3.org/2000/09/xmldsig#X509Data"/></ds:KeyInfo>`)},
			Warns: ids("signature/key-info"),
		},
		{
			ID: "encrypted-id-for-nobody", Title: "The NameID is encrypted, without a key", Life: "What cannot be read would be passed over.",
			Fault: &mockidp.Fault{Verdict: mockidp.Reject, Before: becomes(`<saml:NameID .*</saml:NameID>`,
				`<saml:EncryptedID><xenc:EncryptedData xmlns:xenc="`+saml.NSXMLEnc+`"><xenc:EncryptionMethod Algorithm="`+saml.AES128GCM+`"/><xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedID>`)},
			Held: func(want *check.Expect) {
				want.Profile = check.SAML
				if key, err := decryptionKey(); err == nil {
					want.Decryption = []saml.PrivateKey{{Key: key, Name: ScenarioDecryptionKey}}
				}
			},
			Causes: ids("subject/encrypted-id"),
		},
		{
			ID: "encrypted-cbc-unsigned", Title: "The assertion is encrypted with AES in CBC mode, and the response is not signed",
			Life:  "The answers to many changed messages tell an attacker what they hold.",
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Encrypts: true, Signs: mockidp.SignsAssertion},
			Warns: ids("encryption/algorithms"),
		},
		{
			ID: "extensions-of-saml", Title: "Extensions hold an element of SAML", Life: "A careless search finds it, and takes it for what it looks like.",
			Fault: &mockidp.Fault{Verdict: mockidp.Reject, Before: swaps(`<samlp:Status>`,
				`<samlp:Extensions><saml:AttributeValue xmlns:saml="`+saml.NSAssertion+`">x</saml:AttributeValue></samlp:Extensions><samlp:Status>`)},
			Causes: ids("xml/extensions"),
		},
		{
			ID: "status-inner-unknown", Title: "The status is a success with an inner code that nobody knows", Life: guess,
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Before: swaps(`"`+saml.StatusSuccess+`"/>`,
				`"`+saml.StatusSuccess+`"><samlp:StatusCode Value="urn:example:fine"/></samlp:StatusCode>`)},
			Warns: ids("response/status-second-level"),
		},
		{
			ID: "assertion-id-short", Title: "The assertion's ID is a number", Life: "Who can guess it can say that he has seen it before, or has not.",
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Before: becomes(`(<saml:Assertion [^>]*\bID=")[^"]*`, `${1}_1`)},
			Warns: ids("xml/id-entropy"),
		},
		{
			ID: "assertion-id-long", Title: "The assertion's ID has 300 characters", Life: "Cut off where it is stored, two are one.",
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Before: becomes(`(<saml:Assertion [^>]*\bID=")[^"]*`, `${1}_`+strings.Repeat("0123456789", 30))},
			Warns: ids("xml/sizes"),
		},
		{
			ID: "assertion-in-attribute", Title: "An attribute's value is an assertion", Life: "A reader that searches for an assertion finds one that says whatever an attribute may.",
			Fault: &mockidp.Fault{Verdict: mockidp.Reject, Before: swaps(`>false</saml:AttributeValue>`,
				`><saml:Assertion ID="_77665544332211009988aabbccddeeff" Version="2.0" IssueInstant="2026-03-02T09:30:00Z"><saml:Issuer>https://acme.my.salesforce.com</saml:Issuer><saml:Subject><saml:NameID>`+mockidp.Mallory+`</saml:NameID></saml:Subject></saml:Assertion></saml:AttributeValue>`)},
			Causes: ids("assertion/place"),
		},
		{
			ID: "confirmation-outlasts-conditions", Title: "The confirmation ends two minutes after the Conditions", Life: "It could be brought when it is no longer valid.",
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Before: becomes(`(<saml:SubjectConfirmationData [^>]*NotOnOrAfter=")[^"]*`, `${1}2026-03-02T09:37:00.000Z`)},
			Warns: ids("subject/window-inside"),
		},
		{
			ID: "confirmation-of-an-hour", Title: "The confirmation lasts an hour", Life: "A response that was caught lets in for an hour.",
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Before: becomes(`NotOnOrAfter="[^"]*"`, `NotOnOrAfter="2026-03-02T10:30:00.000Z"`)},
			Warns: ids("subject/window-length"),
		},
		{
			ID: "session-of-half-an-hour", Title: "The session ends in half an hour", Life: "Agents are logged out in the middle of a call.",
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Before: swaps(`<saml:AuthnStatement `, `<saml:AuthnStatement SessionNotOnOrAfter="2026-03-02T10:00:00Z" `)},
			Warns: ids("authentication/session-length"),
		},
		{
			ID: "session-index-of-the-user", Title: "SessionIndex is the user's name", Life: "Whoever knows the name can log the user out.",
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Before: swaps(`<saml:AuthnStatement `, `<saml:AuthnStatement SessionIndex="ada@acme.example" `)},
			Warns: ids("authentication/session-index"),
		},
		{
			ID: "attribute-name-with-slash", Title: "The name of an attribute is not of the form that its NameFormat claims", Life: guess,
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Before: becomes(`Name="is_portal_user" NameFormat="[^"]*"`,
				`Name="is/portal/user" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"`)},
			Warns: ids("attributes/name-format"),
		},
		{
			ID: "attribute-encoding-withdrawn", Title: "A value has Encoding, as the first X.500 profile of SAML 2.0 had it", Life: "A reader that validates refuses the message; none is known that does.",
			Fault: &mockidp.Fault{Verdict: mockidp.Warn, Before: swaps(`xsi:type="xs:anyType">false</saml:AttributeValue>`,
				`xsi:type="xs:string" xmlns:x500="urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500" x500:Encoding="LDAP">false</saml:AttributeValue>`)},
			Warns: ids("xml/schema"),
		},
		{
			ID: "attribute-nil-with-value", Title: "A value is null and has content", Life: "It is there for one reader and not for another.",
			Fault:  &mockidp.Fault{Verdict: mockidp.Reject, Before: swaps(`>false</saml:AttributeValue>`, ` xsi:nil="true">false</saml:AttributeValue>`)},
			Causes: ids("attributes/nil"), Follows: ids("xml/schema"),
		},
	}
	for _, sc := range list {
		sc.Fault.ID, sc.Fault.Title, sc.Fault.Life = sc.ID, sc.Title, sc.Life
	}
	return list
}

// swaps is a change of texts, each followed by what takes its place. A text that is not
// there exactly once is an error.
func swaps(pairs ...string) func([]byte) ([]byte, error) {
	return func(x []byte) ([]byte, error) {
		s := string(x)
		for i := 0; i+1 < len(pairs); i += 2 {
			if n := strings.Count(s, pairs[i]); n != 1 {
				return nil, fmt.Errorf("%q is in the response %d times", pairs[i], n)
			}
			s = strings.Replace(s, pairs[i], pairs[i+1], 1)
		}
		return []byte(s), nil
	}
}

// becomes is a change of what a pattern matches, which must be there.
func becomes(pattern, by string) func([]byte) ([]byte, error) {
	return func(x []byte) ([]byte, error) {
		p, err := regexp.Compile(pattern)
		if err != nil {
			return nil, err
		}
		if !p.Match(x) {
			return nil, fmt.Errorf("nothing in the response is as %s", pattern)
		}
		return p.ReplaceAll(x, []byte(by)), nil
	}
}

// ecdsaIdentity is a key of the pool for ECDSA, with a certificate that is always the
// same: an RSA key signed it.
var ecdsaIdentity = sync.OnceValues(func() (crypto.Signer, *x509.Certificate) {
	key, err := keys.For(keys.EC, 256)[0].Signer()
	if err != nil {
		return nil, nil
	}
	issuer, err := keys.For(keys.RSA, 2048)[0].Signer()
	if err != nil {
		return nil, nil
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(256), Subject: pkix.Name{CommonName: "ECDSA"}, NotBefore: longAgo, NotAfter: farOff}
	der, err := x509.CreateCertificate(rand.Reader, template, &x509.Certificate{Subject: pkix.Name{CommonName: "Issuer"}}, key.Public(), issuer)
	if err != nil {
		return nil, nil
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil
	}
	return key, cert
})

func ecdsaPinned(want *check.Expect) {
	if _, cert := ecdsaIdentity(); cert != nil {
		want.Certificates = []saml.Certificate{{X509: cert, Name: "ECDSA"}}
	}
}

const ecdsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"

// resigned signs a response anew by ECDSA: r and s side by side as RFC 9231 wants them, or
// as a structure of ASN.1, or each an octet longer. Without randomness the value is that
// of RFC 6979.
func resigned(form string) func([]byte) ([]byte, error) {
	return func(x []byte) ([]byte, error) {
		key, _ := ecdsaIdentity()
		if key == nil {
			return nil, errors.New("there is no key for ECDSA")
		}
		x, err := becomes(`(<ds:SignatureMethod Algorithm=")[^"]*`, `${1}`+ecdsaSHA256)(x)
		if err != nil {
			return nil, err
		}
		doc, err := saml.Parse(x, saml.Limits{})
		if err != nil {
			return nil, err
		}
		info := doc.Root().Child(saml.NSSignature, "Signature").Child(saml.NSSignature, "SignedInfo")
		canonical, err := saml.Canonical(info, saml.Element{}, nil, false)
		if err != nil {
			return nil, err
		}
		value, err := saml.SignatureValue(canonical, ecdsaSHA256, key, nil)
		if err == nil && form == "longer" {
			half := len(value) / 2
			value = slices.Concat([]byte{0}, value[:half], []byte{0}, value[half:])
		}
		if err == nil && form == "ASN.1" {
			digest := sha256.Sum256(canonical)
			value, err = key.(*ecdsa.PrivateKey).Sign(nil, digest[:], crypto.SHA256)
		}
		if err != nil {
			return nil, err
		}
		if x, err = becomes(`(?s)<ds:KeyInfo>.*</ds:KeyInfo>`, ``)(x); err != nil {
			return nil, err
		}
		return becomes(`(<ds:SignatureValue>)[^<]*`, `${1}`+base64.StdEncoding.EncodeToString(value))(x)
	}
}
