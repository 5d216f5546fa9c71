package mockidp

import (
	"crypto"
	_ "crypto/sha1" // links the digest that Salesforce's SHA1 needs
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// Identifiers of XML Signature (XMLDSig 6.1, RFC 9231 2).
const (
	rsaSHA1    = saml.NSSignature + "rsa-sha1"
	rsaSHA256  = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	rsaSHA384  = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"
	rsaSHA512  = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
	digSHA1    = saml.NSSignature + "sha1"
	digSHA256  = saml.NSXMLEnc + "sha256"
	digSHA384  = "http://www.w3.org/2001/04/xmldsig-more#sha384"
	digSHA512  = saml.NSXMLEnc + "sha512"
	enveloped  = saml.NSSignature + "enveloped-signature"
	excC14N    = saml.NSExcC14N
	transform1 = "<ds:Transform Algorithm=\"" + enveloped + "\"/>\n"
)

// A seal says how one ds:Signature is made. Its zero fields mean what Salesforce does.
type seal struct {
	part string // "Assertion", or what the root is: what is signed, and where the signature goes
	nth  int    // which of several assertions, from 0
	id   *identity

	method, digest string   // algorithms
	prefixes       []string // of the transform

	canonicalization string                        // the CanonicalizationMethod element
	infoPrefixes     []string                      // of its PrefixList
	methodContent    string                        // what SignatureMethod holds
	transforms       string                        // the Transform elements
	shape            func(signature string) string // changes the whole before SignedInfo is signed
	reference        func(uri, digest string) string
	digestOf         func(canonical []byte) []byte
	target           func(*saml.Document) saml.Element       // what is digested, where it is not the part
	uri              func(id string) string                  // the Reference's URI attribute, with its name and quotes
	value            func(signedInfo []byte) ([]byte, error) // in place of an RSA signature
	keyInfo          func(cert *x509.Certificate) string     // the KeyInfo element with what follows it

	carriageReturns bool // at the line ends of the value
	redeclares      bool // xmlns:ds, on every element of the signature
	above           bool // the certificates above the signer's are in KeyInfo
}

// newSeal is Salesforce's own way to sign a part.
func newSeal(part string, id *identity, algorithm string) *seal {
	s := &seal{part: part, id: id, method: rsaSHA256, digest: digSHA256}
	if algorithm == "SHA1" {
		s.method, s.digest = rsaSHA1, digSHA1
	}
	s.prefixes = []string{"ds", "saml", "samlp", "xs", "xsi"}
	if part == "Assertion" {
		s.prefixes = []string{"ds", "saml", "xs", "xsi"}
	}
	return s
}

// hash is the digest algorithm that an identifier ends with.
func hash(uri string) crypto.Hash {
	switch {
	case strings.HasSuffix(uri, "sha1"):
		return crypto.SHA1
	case strings.HasSuffix(uri, "sha384"):
		return crypto.SHA384
	case strings.HasSuffix(uri, "sha512"):
		return crypto.SHA512
	}
	return crypto.SHA256
}

func sum(h crypto.Hash, data []byte) []byte {
	d := h.New()
	d.Write(data)
	return d.Sum(nil)
}

// apply puts the signature into the document: a child of the part that it signs, right
// after its Issuer (SAMLCore 5.4.1).
func (s *seal) apply(x []byte) ([]byte, error) {
	doc, err := saml.Parse(x, saml.Limits{})
	if err != nil {
		return nil, fmt.Errorf("signing the %s: %w", s.part, err)
	}
	el := s.element(doc)
	if !el.Exists() {
		return nil, fmt.Errorf("signing the %s: there is none", s.part)
	}
	covered := el
	if s.target != nil {
		covered = s.target(doc)
	}
	canonical, err := saml.Canonical(covered, saml.Element{}, s.prefixes, false)
	if err != nil {
		return nil, fmt.Errorf("digesting the %s: %w", s.part, err)
	}
	before, err := s.place(x)
	if err != nil {
		return nil, err
	}
	const slot = "\x00"
	signature := s.xml(el.Attr("ID").Value(), s.digestValue(canonical))
	unsigned := splice(x, before, before, strings.Replace(signature, slot, "", 1))
	signedInfo, err := s.signedInfo(unsigned)
	if err != nil {
		return nil, err
	}
	value, err := s.sign(signedInfo)
	if err != nil {
		return nil, fmt.Errorf("signing the %s: %w", s.part, err)
	}
	lines := wrap(value)
	if s.carriageReturns {
		lines = strings.ReplaceAll(lines, "\n", "&#13;\n") + "&#13;"
	}
	return splice(x, before, before, strings.Replace(signature, slot, lines, 1)), nil
}

// element is the part in a document.
func (s *seal) element(doc *saml.Document) saml.Element {
	root := doc.Root()
	if s.part != "Assertion" {
		return root
	}
	n := s.nth
	for child := range root.Children() {
		if child.Local() != "Assertion" {
			continue
		}
		if n == 0 {
			return child
		}
		n--
	}
	return saml.Element{}
}

// place is the offset at which the signature goes.
func (s *seal) place(x []byte) (int, error) {
	t, err := scan(x)
	if err != nil {
		return 0, err
	}
	el := t.root()
	if s.part == "Assertion" {
		el = el.nth("Assertion", s.nth)
	}
	if el == nil {
		return 0, fmt.Errorf("signing the %s: there is none", s.part)
	}
	if issuer := el.child("Issuer"); issuer != nil {
		return issuer.end, nil
	}
	return el.open, nil
}

// signedInfo is the canonical form of the SignedInfo to be signed.
func (s *seal) signedInfo(x []byte) ([]byte, error) {
	doc, err := saml.Parse(x, saml.Limits{})
	if err != nil {
		return nil, fmt.Errorf("signing the %s: %w", s.part, err)
	}
	info := s.element(doc).Child(saml.NSSignature, "Signature").Child(saml.NSSignature, "SignedInfo")
	if !info.Exists() {
		return nil, fmt.Errorf("signing the %s: there is no SignedInfo", s.part)
	}
	canonical, err := saml.Canonical(info, saml.Element{}, s.infoPrefixes, false)
	if err != nil {
		return nil, fmt.Errorf("canonicalizing the SignedInfo of the %s: %w", s.part, err)
	}
	return canonical, nil
}

func (s *seal) digestValue(canonical []byte) string {
	d := sum(hash(s.digest), canonical)
	if s.digestOf != nil {
		d = s.digestOf(canonical)
	}
	return base64.StdEncoding.EncodeToString(d)
}

func (s *seal) sign(signedInfo []byte) ([]byte, error) {
	if s.value != nil {
		return s.value(signedInfo)
	}
	h := hash(s.method)
	return s.id.key.Sign(nil, sum(h, signedInfo), h)
}

// xml is the signature in Salesforce's layout, a line for each part; where its value
// goes is marked by a NUL, which no document can hold.
func (s *seal) xml(id, digest string) string {
	canonicalization := s.canonicalization
	if canonicalization == "" {
		canonicalization = `<ds:CanonicalizationMethod Algorithm="` + excC14N + `"/>`
	}
	uri := `URI="#` + attr(id) + `"`
	if s.uri != nil {
		uri = s.uri(id)
	}
	reference := s.referenceXML(uri, digest)
	if s.reference != nil {
		reference = s.reference(uri, digest)
	}
	keyInfo := keyInfoXML(s.id.cert)
	if s.above {
		keyInfo = keyInfoXML(append([]*x509.Certificate{s.id.cert}, s.id.above...)...)
	}
	if s.keyInfo != nil {
		keyInfo = s.keyInfo(s.id.cert)
	}
	method := `<ds:SignatureMethod Algorithm="` + s.method + `"/>`
	if s.methodContent != "" {
		method = strings.TrimSuffix(method, "/>") + ">" + s.methodContent + "</ds:SignatureMethod>"
	}
	signature := `<ds:Signature xmlns:ds="` + saml.NSSignature + "\">\n<ds:SignedInfo>\n" +
		canonicalization + "\n" + method + "\n" + reference +
		"</ds:SignedInfo>\n<ds:SignatureValue>\n\x00\n</ds:SignatureValue>\n" +
		keyInfo + "</ds:Signature>"
	if s.redeclares {
		signature = redeclare(signature)
	}
	if s.shape != nil {
		signature = s.shape(signature)
	}
	return signature
}

// referenceXML is the Reference with the newline after it; uri is its attribute or "".
func (s *seal) referenceXML(uri, digest string) string {
	transforms := s.transforms
	if transforms == "" {
		transforms = transform1 + `<ds:Transform Algorithm="` + excC14N + `">` +
			`<ec:InclusiveNamespaces xmlns:ec="` + saml.NSExcC14N + `" PrefixList="` + strings.Join(s.prefixes, " ") + "\"/></ds:Transform>\n"
	}
	if uri != "" {
		uri = " " + uri
	}
	return "<ds:Reference" + uri + ">\n<ds:Transforms>\n" + transforms + "</ds:Transforms>\n" +
		`<ds:DigestMethod Algorithm="` + s.digest + "\"/>\n" +
		"<ds:DigestValue>" + digest + "</ds:DigestValue>\n</ds:Reference>\n"
}

// keyInfoXML is a KeyInfo with certificates, that of the signer first.
func keyInfoXML(certs ...*x509.Certificate) string {
	var b strings.Builder
	for _, cert := range certs {
		b.WriteString(certificateXML(cert))
	}
	return "<ds:KeyInfo><ds:X509Data>" + b.String() + "</ds:X509Data></ds:KeyInfo>"
}

func certificateXML(cert *x509.Certificate) string {
	return "<ds:X509Certificate>" + wrap(cert.Raw) + "</ds:X509Certificate>"
}

// wrap is base64 in lines of 76 characters, without a newline at the end.
func wrap(data []byte) string {
	s := base64.StdEncoding.EncodeToString(data)
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\n")
		s = s[76:]
	}
	return b.String() + s
}
