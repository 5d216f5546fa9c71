package saml

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// entity is metadata of an identity provider around key descriptors.
func entity(keys string) string {
	return `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="` + NSMetadata + `" xmlns:ds="` + NSSignature + `" entityID="https://idp.example">` +
		`<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` + keys + `</md:IDPSSODescriptor>` +
		`<md:SPSSODescriptor>` + descriptor("signing", "QUJD") + `</md:SPSSODescriptor></md:EntityDescriptor>`
}

func descriptor(use, certificate string) string {
	if use != "" {
		use = ` use="` + use + `"`
	}
	return `<md:KeyDescriptor` + use + `><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + certificate + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
}

func TestCertificatesFromMetadata(t *testing.T) {
	t.Parallel()
	right := base64.StdEncoding.EncodeToString(keyDER(t, "rsa.crt"))
	other := base64.StdEncoding.EncodeToString(keyDER(t, "other.crt"))
	wrapped := "\n      " + right[:64] + "\r\n      " + right[64:] + "\n    "
	for name, c := range map[string]struct {
		keys string
		want []string
	}{
		"signing":            {descriptor("signing", right), []string{"CN=Signing Test,O=Example"}},
		"without use":        {descriptor("", right), []string{"CN=Signing Test,O=Example"}},
		"encryption as well": {descriptor("encryption", other) + descriptor("signing", wrapped), []string{"CN=Signing Test,O=Example"}},
		"two":                {descriptor("signing", right) + descriptor("signing", other), []string{"CN=Signing Test,O=Example", "CN=Other Test,O=Example"}},
		"PEM in base64":      {descriptor("signing", base64.StdEncoding.EncodeToString(keyFile(t, "rsa.crt"))), []string{"CN=Signing Test,O=Example"}},
		"one is damaged":     {descriptor("signing", "QUJD") + descriptor("signing", other), []string{"CN=Other Test,O=Example"}},
	} {
		found, err := ReadCertificates([]byte(entity(c.keys)), "idp.xml")
		require.NoError(t, err, name)
		var subjects []string
		for _, f := range found {
			subjects = append(subjects, f.X509.Subject.String())
			assert.Equal(t, "https://idp.example", f.Entity)
			assert.True(t, strings.HasPrefix(f.Name, "idp.xml, signing key "), f.Name)
		}
		assert.Equal(t, c.want, subjects, name)
	}
}

func TestCertificatesFromMetadataErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ xml, want string }{
		"no keys":     {entity(""), "the metadata has no signing certificate (KeyDescriptor with X509Certificate or KeyValue)"},
		"damaged":     {entity(descriptor("signing", "QUJD")), "signing key 1 of the metadata: no X.509 certificate: its ASN.1 cannot be read; it may be cut short or changed in copying"},
		"no base64":   {entity(descriptor("signing", "*")), "signing key 1 of the metadata: no base64: '*' at character 1"},
		"of an SP":    {`<md:EntityDescriptor xmlns:md="` + NSMetadata + `"><md:SPSSODescriptor/></md:EntityDescriptor>`, "the metadata has no IDPSSODescriptor: it is not an identity provider's"},
		"no metadata": {aResponse, `the root is "Response", not the EntityDescriptor of SAML 2.0 metadata`},
	} {
		_, err := ReadCertificates([]byte(c.xml), "idp.xml")
		assert.EqualError(t, err, c.want, name)
	}
	_, err := ReadCertificates([]byte("<a"), "idp.xml")
	var syntax *SyntaxError
	require.ErrorAs(t, err, &syntax)
	assert.Equal(t, Truncated, syntax.Problem)
}

func TestReadCertificatesFromFiles(t *testing.T) {
	t.Parallel()
	both := append(keyFile(t, "rsa.crt"), keyFile(t, "other.crt")...)
	found, err := ReadCertificates(both, "chain.pem")
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, "chain.pem, certificate 2", found[1].Name)
	found, err = ReadCertificates(append(keyFile(t, "rsa.key"), keyFile(t, "rsa.crt")...), "both.pem")
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "both.pem", found[0].Name)
	found, err = ReadCertificates(keyDER(t, "rsa.crt"), "idp.der")
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "idp.der", found[0].Name)
	_, err = ReadCertificates(keyFile(t, "rsa.key"), "idp.key")
	assert.EqualError(t, err, "it is a private key, not a certificate")
}

func TestReadCertificatesFromKeyInfo(t *testing.T) {
	t.Parallel()
	one := `<ds:X509Certificate xmlns:ds="` + NSSignature + `">` + base64.StdEncoding.EncodeToString(keyDER(t, "rsa.crt")) + `</ds:X509Certificate>`
	data := `<X509Data xmlns="` + NSSignature + `">` + one + `</X509Data>`
	for name, c := range map[string]struct {
		xml  string
		want []string
		err  string
	}{
		"certificate": {one, []string{"k.xml"}, ""},
		"data":        {data, []string{"k.xml"}, ""},
		"key info":    {"<?xml version='1.0'?>\n<ds:KeyInfo xmlns:ds='" + NSSignature + "'>" + data + data + "</ds:KeyInfo>", []string{"k.xml, certificate 1", "k.xml, certificate 2"}, ""},
		"a name":      {`<KeyInfo xmlns="` + NSSignature + `"><KeyName>x</KeyName></KeyInfo>`, nil, "<KeyInfo> has no X509Certificate and no key"},
		"no base64":   {`<X509Certificate xmlns="` + NSSignature + `">*</X509Certificate>`, nil, "certificate 1: no base64: '*' at character 1"},
	} {
		found, err := ReadCertificates([]byte(c.xml), "k.xml")
		if c.err != "" {
			assert.EqualError(t, err, c.err, name)
			continue
		}
		require.NoError(t, err, name)
		var names []string
		for _, f := range found {
			assert.Equal(t, "CN=Signing Test,O=Example", f.X509.Subject.String(), name)
			names = append(names, f.Name)
		}
		assert.Equal(t, c.want, names, name)
	}
}
