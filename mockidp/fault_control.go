package mockidp

import (
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// controlFaults are responses that are unusual and right: whoever refuses one of them
// refuses somebody's users.
func controlFaults() []*Fault {
	fine := "Nothing: it is a matter of taste."
	list := []*Fault{
		{ID: "only-assertion-signed", Cases: rows("N-Z01 N-A04"), Title: "Only the assertion is signed", Signs: SignsAssertion},
		{ID: "only-response-signed", Cases: rows("N-Z01 N-A05"), Title: "Only the response is signed, as Salesforce did before 2017", Signs: SignsResponse},
		{
			ID: "keyinfo-key-name", Cases: rows("N-Z02"), Title: "KeyInfo has a KeyName and no certificate",
			seal: func(s *seal) {
				s.keyInfo = func(*x509.Certificate) string { return "<ds:KeyInfo><ds:KeyName>the key</ds:KeyName></ds:KeyInfo>" }
			},
		},
		{
			ID: "keyinfo-chain", Cases: rows("N-Z02"), Title: "KeyInfo has a second certificate, as of an issuer",
			seal: func(s *seal) {
				s.keyInfo = func(cert *x509.Certificate) string {
					return "<ds:KeyInfo><ds:X509Data>" + certificateXML(cert) + certificateXML(attacker(attackerTemplate(), nil).cert) + "</ds:X509Data></ds:KeyInfo>"
				}
			},
		},
		{
			ID: "keyinfo-reissued", Cases: rows("N-Z02"), Title: "KeyInfo has a newer certificate of the same key",
			seal: func(s *seal) {
				id := s.id
				s.keyInfo = func(cert *x509.Certificate) string { return keyInfoXML(reissued(id)) }
			},
		},
		{ID: "prefixes-other", Cases: rows("N-Z04"), Title: "The prefixes are saml2 and saml2p", Before: prefixes("saml2", "saml2p")},
		{ID: "prefixes-ns", Cases: rows("N-Z04"), Title: "The prefixes are ns1 and ns0", Before: prefixes("ns1", "ns0")},
		{
			ID: "prefixes-default", Cases: rows("N-Z04"), Title: "The assertion's namespace is its default namespace",
			Before: mapOuter(pathAssertion, func(a string) string {
				return strings.NewReplacer("<saml:", "<", "</saml:", "</", "xmlns:saml=", "xmlns=").Replace(a)
			}),
		},
		{ID: "indented", Cases: rows("N-Z05"), Title: "The message is indented, and signed so", Before: indent},
		{
			ID: "comments-between", Cases: rows("N-Z05"), Title: "Comments stand between elements",
			Before: all(before("Status", "<!-- status -->"), before(pathConditions, "<!-- conditions -->")),
		},
		{
			ID: "prefix-list-missing", Cases: rows("N-Z06"), Title: "The signatures have no PrefixList",
			seal: plainTransform,
		},
		{ID: "no-declaration", Cases: rows("N-Z07"), Title: "There is no XML declaration", After: replace(`<?xml version="1.0" encoding="UTF-8"?>`, "")},
		{ID: "standalone", Cases: rows("N-Z07"), Title: "The declaration says that the document stands alone", After: replace(`encoding="UTF-8"?>`, `encoding="UTF-8" standalone="yes"?>`)},
		{
			ID: "carriage-returns-in-values", Cases: rows("N-Z07"), Title: "Base64 has carriage returns as references, as some of Salesforce's has",
			After: mapInner(sigOfResponse+"/SignatureValue", func(s string) string { return strings.ReplaceAll(s, "\n", "&#13;\n") }),
		},
		{
			ID: "two-attribute-statements", Cases: rows("N-Z08"), Title: "There is a second AttributeStatement",
			Before: after(pathAttributes, "<saml:AttributeStatement>"+attributeXML(attribute{"extra", "value"})+"</saml:AttributeStatement>"),
		},
		{ID: "subject-locality", Cases: rows("N-Z08"), Title: "The AuthnStatement says where the user is", Before: prepend(pathAuthn, `<saml:SubjectLocality Address="192.0.2.1"/>`)},
		{ID: "session-index", Cases: rows("N-Z08"), Title: "The AuthnStatement has a SessionIndex", Before: addAttr(pathAuthn, `SessionIndex="_session1"`)},
		{
			ID: "response-issuer-missing-unsigned", Cases: rows("N-Z08"), Title: "Only the assertion is signed, and the response has no Issuer",
			Signs: SignsAssertion, Before: drop("Issuer"),
		},
		{
			ID: "rsa-sha384", Cases: rows("N-Z11"), Title: "Signed with RSA and SHA-384",
			seal: func(s *seal) { s.method, s.digest = rsaSHA384, digSHA384 },
		},
		{
			ID: "rsa-sha512", Cases: rows("N-Z11"), Title: "Signed with RSA and SHA-512",
			seal: func(s *seal) { s.method, s.digest = rsaSHA512, digSHA512 },
		},
		{
			ID: "long-ids", Cases: rows("N-Z12"), Title: "The IDs have 256 characters",
			Before: all(mapAttr("", "ID", lengthen), mapAttr(pathAssertion, "ID", lengthen)),
		},
	}
	for _, f := range list {
		f.Life, f.Verdict = fine, Accept
	}
	return list
}

// plainTransform signs without a PrefixList. What is signed so can be put elsewhere: no
// declaration of its surroundings becomes part of it.
func plainTransform(s *seal) {
	s.prefixes = nil
	s.transforms = transform1 + `<ds:Transform Algorithm="` + excC14N + `"/>` + "\n"
}

// prefixes gives SAML's namespaces other prefixes.
func prefixes(assertion, protocol string) change {
	return func(x []byte) ([]byte, error) {
		r := strings.NewReplacer(
			"<saml:", "<"+assertion+":", "</saml:", "</"+assertion+":", `xmlns:saml="`+saml.NSAssertion, "xmlns:"+assertion+`="`+saml.NSAssertion,
			"<samlp:", "<"+protocol+":", "</samlp:", "</"+protocol+":", `xmlns:samlp="`+saml.NSProtocol, "xmlns:"+protocol+`="`+saml.NSProtocol,
		)
		return []byte(r.Replace(string(x))), nil
	}
}

// lengthen makes 256 characters of an ID.
func lengthen(id string) string { return id + strings.Repeat("0", max(256-len(id), 0)) }

// reissued is a certificate of the same key, with another serial number and a later end.
func reissued(id *identity) *x509.Certificate {
	template := cloneTemplate(id.cert)
	template.SerialNumber = new(big.Int).Add(id.cert.SerialNumber, big.NewInt(1))
	template.NotAfter = id.cert.NotAfter.AddDate(1, 0, 0)
	der, err := x509.CreateCertificate(rand.Reader, template, template, id.key.Public(), id.key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return cert
}
