package saml

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io"
	"math/big"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/fixtures/keys"
)

// unsignedResponse is a response in Salesforce's layout, without its signatures.
const unsignedResponse = `<?xml version="1.0" encoding="UTF-8"?><samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="https://sp.example/acs?a=1&amp;b=2" ID="_r1" InResponseTo="_q1" IssueInstant="2026-01-02T03:04:05.678Z" Version="2.0">` +
	`<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://idp.example</saml:Issuer>` +
	`<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
	`<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" IssueInstant="2026-01-02T03:04:05.679Z" Version="2.0">` +
	`<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://idp.example</saml:Issuer>` +
	`<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">zoë+sso@example.com</saml:NameID>` +
	`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="_q1" NotOnOrAfter="2026-01-02T03:09:05.680Z" Recipient="https://sp.example/acs?a=1&amp;b=2"/></saml:SubjectConfirmation></saml:Subject>` +
	`<saml:Conditions NotBefore="2026-01-02T03:03:35.680Z" NotOnOrAfter="2026-01-02T03:09:05.680Z"><saml:AudienceRestriction><saml:Audience>urn:flex:JQ1</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
	`<saml:AuthnStatement AuthnInstant="2026-01-02T03:04:05.678Z"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
	`<saml:AttributeStatement>` +
	`<saml:Attribute Name="userId" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:anyType">005000000000001</saml:AttributeValue></saml:Attribute>` +
	`<saml:Attribute Name="full_name" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:anyType">Zoë Müller &amp; Söhne</saml:AttributeValue></saml:Attribute>` +
	`<saml:Attribute Name="roles" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:anyType">agent, supervisor</saml:AttributeValue></saml:Attribute>` +
	`</saml:AttributeStatement></saml:Assertion></samlp:Response>`

// A signing is how a test signs an element. Its zero fields are Salesforce's way.
type signing struct {
	id      string
	key     string // of the pool; default rsa-2048-1
	cert    string // key whose certificate KeyInfo carries; default key, "-" for no KeyInfo
	method  string
	digest  string
	c14n    string // CanonicalizationMethod; default exclusive
	inner   string // content of CanonicalizationMethod
	form    string // canonicalization of the transforms; default exclusive
	list    string // PrefixList of the transform; "-" for none
	uri     string // default #id
	params  string // content of SignatureMethod
	last    bool   // the signature goes last in the element
	info    func(info string) string
	outer   func(signature string) string
	value   func(octets []byte) []byte
	digests func(canonical []byte) []byte
	raw     func(canonical []byte) []byte // of SignedInfo
}

const valueSlot = "VALUESLOT"

func orDefault(s, d string) string {
	if s == "" {
		return d
	}
	return s
}

// sign signs the element with an ID.
func sign(t testing.TB, doc string, s signing) string {
	t.Helper()
	s.key = orDefault(s.key, "rsa-2048-1")
	s.method, s.digest = orDefault(s.method, RSASHA256), orDefault(s.digest, DigestSHA256)
	s.c14n, s.form = orDefault(s.c14n, C14NExclusive), orDefault(s.form, C14NExclusive)
	s.list, s.uri = orDefault(s.list, "ds saml samlp xs xsi"), orDefault(s.uri, "#"+s.id)
	list := ""
	var prefixes []string
	if s.list != "-" {
		list = `<ec:InclusiveNamespaces xmlns:ec="` + NSExcC14N + `" PrefixList="` + s.list + `"/>`
		prefixes = strings.Fields(s.list)
	}
	d := mustParse(t, doc)
	el := byID(d, s.id)
	require.True(t, el.Exists(), s.id)
	canonical, err := CanonicalAs(el, Element{}, s.form, prefixes)
	require.NoError(t, err)
	var digest []byte
	if s.digests != nil {
		digest = s.digests(canonical)
	} else {
		digest, err = Digest(canonical, s.digest)
		require.NoError(t, err)
	}
	keyInfo := ""
	if s.cert != "-" {
		keyInfo = "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>" + lines76(certificate(t, orDefault(s.cert, s.key)).X509.Raw) + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
	}
	info := "<ds:SignedInfo>\n<ds:CanonicalizationMethod Algorithm=\"" + s.c14n + "\">" + s.inner + "</ds:CanonicalizationMethod>\n" +
		"<ds:SignatureMethod Algorithm=\"" + s.method + "\">" + s.params + "</ds:SignatureMethod>\n<ds:Reference URI=\"" + s.uri + "\">\n<ds:Transforms>\n" +
		"<ds:Transform Algorithm=\"" + TransformEnveloped + "\"/>\n<ds:Transform Algorithm=\"" + s.form + "\">" + list + "</ds:Transform>\n</ds:Transforms>\n" +
		"<ds:DigestMethod Algorithm=\"" + s.digest + "\"/>\n<ds:DigestValue>" + base64.StdEncoding.EncodeToString(digest) + "</ds:DigestValue>\n</ds:Reference>\n</ds:SignedInfo>"
	if s.info != nil {
		info = s.info(info)
	}
	signature := "<ds:Signature xmlns:ds=\"" + NSSignature + "\">\n" + info + "\n<ds:SignatureValue>\n" + valueSlot + "\n</ds:SignatureValue>\n" + keyInfo + "</ds:Signature>"
	_, at := el.Extent()
	switch issuer := el.Child(NSAssertion, "Issuer"); {
	case s.last:
		at -= len("</" + el.Prefix() + ":" + el.Local() + ">")
	case issuer.Exists():
		_, at = issuer.Extent()
	default:
		start, _ := el.Extent()
		at = start + strings.IndexByte(doc[start:], '>') + 1
	}
	doc = doc[:at] + signature + doc[at:]
	d = mustParse(t, doc)
	value := d.Root()
	for e := range d.Elements() {
		if e.Is(NSSignature, "SignatureValue") && strings.TrimSpace(e.Text()) == valueSlot {
			value = e
		}
	}
	signedInfo := value.Parent().Child(NSSignature, "SignedInfo")
	infoPrefixes := strings.Fields(signedInfo.Child(NSSignature, "CanonicalizationMethod").Child(NSExcC14N, "InclusiveNamespaces").Attr("PrefixList").Value())
	canonical, err = CanonicalAs(signedInfo, Element{}, s.c14n, infoPrefixes)
	require.NoError(t, err)
	if s.raw != nil {
		canonical = s.raw(canonical)
	}
	octets := []byte("none")
	if how, _ := signatureScheme(s.method); how != schemeNone {
		var random io.Reader // only RSASSA-PSS needs it
		if how == schemePSS {
			random = bytes.NewReader(make([]byte, 1024))
		}
		octets, err = SignatureValue(canonical, s.method, signer(t, s.key), random)
		require.NoError(t, err)
	}
	if s.value != nil {
		octets = s.value(octets)
	}
	text := lines76(octets)
	if s.outer != nil {
		doc = strings.Replace(doc, signature, s.outer(signature), 1)
	}
	return strings.Replace(doc, valueSlot, text, 1)
}

func mustParse(t testing.TB, doc string) *Document {
	t.Helper()
	d, err := Parse([]byte(doc), Limits{})
	require.NoError(t, err)
	return d
}

func byID(d *Document, id string) Element {
	for e := range d.Elements() {
		if e.Attr("ID").Value() == id {
			return e
		}
	}
	return Element{}
}

func lines76(octets []byte) string {
	s := base64.StdEncoding.EncodeToString(octets)
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\n")
		s = s[76:]
	}
	return b.String() + s
}

// pool keeps what the tests parse of the pool of keys.
var pool sync.Map

func signer(t testing.TB, name string) crypto.Signer {
	t.Helper()
	if s, ok := pool.Load(name); ok {
		return s.(crypto.Signer)
	}
	s, err := keys.Key{Name: name}.Signer()
	require.NoError(t, err)
	pool.Store(name, s)
	return s
}

// certificate is a certificate for a key of the pool.
func certificate(t testing.TB, name string) Certificate {
	t.Helper()
	if c, ok := pool.Load("certificate " + name); ok {
		return c.(Certificate)
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	text, err := keys.SelfSigned(keys.Certificate{Label: "Test " + name, OrganizationID: "00D000000000001", Serial: big.NewInt(1000 + int64(len(name))), NotBefore: at, NotAfter: at.AddDate(1, 0, 0)}, signer(t, name))
	require.NoError(t, err)
	block, _ := pem.Decode(text)
	x, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	c := Certificate{X509: x, Name: name}
	actual, _ := pool.LoadOrStore("certificate "+name, c)
	return actual.(Certificate)
}

// salesforceLike is the response with both signatures, the assertion's inside.
func salesforceLike(t testing.TB) string {
	t.Helper()
	return sign(t, sign(t, unsignedResponse, signing{id: "_a1", list: "ds saml xs xsi"}), signing{id: "_r1"})
}

// tool is the path of a program that a test needs besides Go. Without it the test is
// skipped, but fails where SAMLPROOF_CI is set.
func tool(t testing.TB, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("SAMLPROOF_CI") == "1" {
		t.Fatalf("%s is not installed (Debian package %s)", name, pkg)
	}
	t.Skipf("%s is not installed (Debian package %s); nothing was compared", name, pkg)
	return ""
}
