package harness_test

import (
	"encoding/base64"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/fixtures/vectors"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/require"
)

// A layoutCase is a valid response as some identity provider lays it out, and what a
// stranger holds it to by flags alone.
type layoutCase struct {
	name string
	doc  string
	want check.Expect
}

// validCaptures are valid responses in layouts that have little in common.
func validCaptures(t testing.TB) []*layoutCase {
	t.Helper()
	var all []*layoutCase
	for _, l := range []struct{ name, vector string }{
		{"both", "enhanced"}, {"assertion", "only-assertion-signed"}, {"response", "only-response-signed"}, {"encrypted", "encrypted-aes256-gcm"},
	} {
		v := vectorNamed(t, l.vector)
		_, want := received(t, v)
		want.Profile = check.SAML
		all = append(all, &layoutCase{l.name, string(v.XML), *want})
	}
	other := check.Expect{
		Profile: check.SAML, Audiences: []string{"https://sp.example/metadata"}, ACSURLs: []string{"https://sp.example/acs?a=1&b=2"}, Issuers: []string{"https://idp.example/saml"},
		Certificates: poolCertificates(t, "rsa-2048-2"), RequestIDs: []string{"_c0ffee0123456789abcdef0123456789"}, At: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC), Skew: 3 * time.Minute,
	}
	unsigned, err := os.ReadFile("testdata/firstline/unsigned.xml")
	require.NoError(t, err)
	one := strings.NewReplacer(">\n", ">", "\n", " ").Replace(string(unsigned))
	add := func(name, doc string) { all = append(all, &layoutCase{name, doc, other}) }
	add("prefixes on the root", signedBy(t, one, "a1e6", "ds", "rsa-2048-2"))
	plain := strings.NewReplacer("<saml:Assertion ", `<Assertion xmlns="`+saml.NSAssertion+`" `, "<saml:", "<", "</saml:", "</", `<saml:Issuer>`, `<Issuer xmlns="`+saml.NSAssertion+`">`).Replace(one)
	plain = strings.Replace(plain, "<Issuer>", `<Issuer xmlns="`+saml.NSAssertion+`">`, 1)
	add("default namespaces", signedBy(t, plain, "r7d0", "", "rsa-2048-2"))
	sec, err := os.ReadFile("testdata/firstline/xmlsec1.xml")
	require.NoError(t, err)
	add("xmlsec1, indented", string(sec))
	return all
}

func vectorNamed(t testing.TB, name string) *vectors.Vector {
	t.Helper()
	all := allVectors(t)
	i := slices.IndexFunc(all, func(v *vectors.Vector) bool { return v.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return all[i]
}

// poolCertificates are certificates of keys of the pool.
func poolCertificates(t testing.TB, names ...string) (list []saml.Certificate) {
	t.Helper()
	for _, name := range names {
		signer, err := keys.Key{Name: name}.Signer()
		require.NoError(t, err)
		at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
		text, err := keys.SelfSigned(keys.Certificate{Label: "Login " + name, OrganizationID: "00D000000000001", NotBefore: at, NotAfter: at.AddDate(5, 0, 0), Serial: big.NewInt(7)}, signer)
		require.NoError(t, err)
		certs, err := saml.ReadCertificates(text, name)
		require.NoError(t, err)
		list = append(list, certs...)
	}
	return list
}

// signedBy signs the element whose ID begins so, enveloped and without a line break, by
// a key of the pool.
func signedBy(t testing.TB, doc, id, prefix, key string) string {
	t.Helper()
	d, err := saml.Parse([]byte(doc), saml.Limits{})
	require.NoError(t, err)
	var at saml.Element
	for e := range d.Elements() {
		if strings.HasPrefix(e.Attr("ID").Value(), "_"+id) {
			at = e
		}
	}
	require.True(t, at.Exists(), id)
	canonical, err := saml.CanonicalAs(at, saml.Element{}, saml.C14NExclusive, nil)
	require.NoError(t, err)
	digest, err := saml.Digest(canonical, saml.DigestSHA256)
	require.NoError(t, err)
	colon, decl := "", "xmlns"
	if prefix != "" {
		colon, decl = prefix+":", "xmlns:"+prefix
	}
	tag := func(s string) string { return strings.NewReplacer("</", "</"+colon, "<", "<"+colon).Replace(s) }
	info := tag(`<SignedInfo><CanonicalizationMethod Algorithm="` + saml.C14NExclusive + `"/><SignatureMethod Algorithm="` + saml.RSASHA256 + `"/><Reference URI="#` + at.Attr("ID").Value() + `"><Transforms><Transform Algorithm="` +
		saml.TransformEnveloped + `"/><Transform Algorithm="` + saml.C14NExclusive + `"/></Transforms><DigestMethod Algorithm="` + saml.DigestSHA256 + `"/><DigestValue>` + base64.StdEncoding.EncodeToString(digest) + `</DigestValue></Reference></SignedInfo>`)
	_, end := at.Child(saml.NSAssertion, "Issuer").Extent()
	const value = "VALUE"
	cert := base64.StdEncoding.EncodeToString(poolCertificates(t, key)[0].X509.Raw)
	signature := "<" + colon + "Signature " + decl + `="` + saml.NSSignature + `">` + info + tag("<SignatureValue>"+value+"</SignatureValue><KeyInfo><X509Data><X509Certificate>"+cert+"</X509Certificate></X509Data></KeyInfo></Signature>")
	doc = doc[:end] + signature + doc[end:]
	d, err = saml.Parse([]byte(doc), saml.Limits{})
	require.NoError(t, err)
	var signedInfo saml.Element
	for _, s := range d.Signatures() {
		if strings.TrimSpace(s.Child(saml.NSSignature, "SignatureValue").Text()) == value {
			signedInfo = s.Child(saml.NSSignature, "SignedInfo")
		}
	}
	canonical, err = saml.CanonicalAs(signedInfo, saml.Element{}, saml.C14NExclusive, nil)
	require.NoError(t, err)
	signer, err := keys.Key{Name: key}.Signer()
	require.NoError(t, err)
	octets, err := saml.SignatureValue(canonical, saml.RSASHA256, signer, nil)
	require.NoError(t, err)
	return strings.Replace(doc, ">"+value+"<", ">"+base64.StdEncoding.EncodeToString(octets)+"<", 1)
}
