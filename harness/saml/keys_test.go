package saml

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keyFile is a file of testdata/keys.
func keyFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "keys", name))
	require.NoError(t, err)
	return data
}

// keyDER is the first PEM block of such a file.
func keyDER(t testing.TB, name string) []byte {
	t.Helper()
	block, _ := pem.Decode(keyFile(t, name))
	require.NotNil(t, block)
	return block.Bytes
}

func TestParseCertificateInEveryForm(t *testing.T) {
	t.Parallel()
	file := string(keyFile(t, "rsa.crt"))
	der := keyDER(t, "rsa.crt")
	bare := strings.TrimSpace(strings.NewReplacer("-----BEGIN CERTIFICATE-----", "", "-----END CERTIFICATE-----", "").Replace(file))
	var utf16le bytes.Buffer
	utf16le.Write([]byte{0xff, 0xfe})
	for _, u := range utf16.Encode([]rune(file)) {
		utf16le.Write([]byte{byte(u), byte(u >> 8)})
	}
	for name, data := range map[string]string{
		"PEM":                   file,
		"Windows line ends":     strings.ReplaceAll(file, "\n", "\r\n"),
		"old Mac line ends":     strings.ReplaceAll(file, "\n", "\r"),
		"text around":           "subject=CN = Signing Test\nissuer=…\n" + file + "\nAnything after.",
		"indented":              "  " + strings.ReplaceAll(file, "\n", "\n    "),
		"on one line":           strings.ReplaceAll(file, "\n", " "),
		"JSON's line ends":      strings.ReplaceAll(file, "\n", `\n`),
		"byte order mark":       "\ufeff" + file,
		"UTF-16":                utf16le.String(),
		"DER":                   string(der),
		"bare base64":           bare,
		"bare base64, one line": strings.ReplaceAll(bare, "\n", ""),
		"beside its key":        string(keyFile(t, "rsa.key")) + file,
	} {
		cert, err := ParseCertificate([]byte(data))
		require.NoError(t, err, name)
		assert.Equal(t, der, cert.Raw, name)
		assert.NoError(t, Oddity(cert), name)
	}
}

func TestParseCertificateSaysWhatItIsInstead(t *testing.T) {
	t.Parallel()
	file := string(keyFile(t, "rsa.crt"))
	der := keyDER(t, "rsa.crt")
	spki, err := x509.MarshalPKIXPublicKey(&parseKey(t, "rsa.key").PublicKey)
	require.NoError(t, err)
	for name, c := range map[string]struct{ in, want string }{
		"empty":           {"", "it is empty"},
		"white space":     {" \r\n\t", "it is empty"},
		"key":             {string(keyFile(t, "rsa.key")), "it is a private key, not a certificate"},
		"EC key":          {string(keyFile(t, "ec.key")), "it is a private key, not a certificate"},
		"key as DER":      {string(keyDER(t, "rsa.key")), "it is a private key, not a certificate"},
		"request":         {string(keyFile(t, "rsa.csr")), "it is a certificate request, not a certificate"},
		"request as DER":  {string(keyDER(t, "rsa.csr")), "it is a certificate request, not a certificate"},
		"public key":      {string(spki), "it is a public key, not a certificate"},
		"two":             {file + string(keyFile(t, "other.crt")), "there are several certificates (2) where one is wanted"},
		"metadata":        {`<md:EntityDescriptor xmlns:md="x">`, "it is XML, not a certificate (SAML metadata)"},
		"text":            {"SalesforceSSO\nand more", `no PEM: it starts with "SalesforceSSO"`},
		"a path":          {"/etc/ssl/idp.crt", `no PEM: it starts with "/etc/ssl/idp.crt"`},
		"cut in the PEM":  {file[:400], "a PEM block has no END line; it is cut short"},
		"cut in the head": {"-----BEGIN CERT", "a PEM BEGIN line is cut short"},
		"wrong end":       {strings.Replace(file, "END CERTIFICATE", "END PUBLIC KEY", 1), `a PEM block begins as "CERTIFICATE" and ends as "PUBLIC KEY"`},
		"empty block":     {"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", `a PEM block "CERTIFICATE" is empty`},
		"cut DER":         {string(der[:300]), "no X.509 certificate: its ASN.1 cannot be read; it may be cut short or changed in copying"},
		"bytes after":     {string(der) + "\x00\x00", "2 bytes follow the certificate (CN=Signing Test,O=Example)"},
		"too large":       {strings.Repeat("A", 1<<20+1), "1048577 bytes are too many for a certificate or a key"},
		"alien character": {strings.Replace(file, "MIIC", "MI“C", 1), "inside the PEM block \"CERTIFICATE\": no base64: '“' at character 3"},
	} {
		_, err := ParseCertificate([]byte(c.in))
		assert.EqualError(t, err, c.want, name)
	}
}

func parseKey(t testing.TB, name string) *rsa.PrivateKey {
	t.Helper()
	key, err := ParsePrivateKey(keyFile(t, name))
	require.NoError(t, err)
	require.IsType(t, &rsa.PrivateKey{}, key)
	return key.(*rsa.PrivateKey)
}

// crypto/x509 refuses negative serial numbers, which certificates in the field have.
func TestParseCertificateReadsWhatX509Refuses(t *testing.T) {
	t.Parallel()
	der := keyDER(t, "rsa.crt")
	at := bytes.Index(der, []byte{0x02, 0x03, 0x01, 0xa2, 0xb3})
	require.Positive(t, at)
	odd := bytes.Clone(der)
	odd[at+2] = 0x81

	cert, err := ParseCertificate(odd)
	require.NoError(t, err)
	plain, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	assert.ErrorContains(t, Oddity(cert), "negative serial number")
	assert.Equal(t, big.NewInt(0x81a2b3-1<<24), cert.SerialNumber)
	assert.Equal(t, plain.Subject.String(), cert.Subject.String())
	assert.Equal(t, plain.Issuer.String(), cert.Issuer.String())
	assert.Equal(t, plain.NotBefore, cert.NotBefore)
	assert.Equal(t, plain.NotAfter, cert.NotAfter)
	assert.Equal(t, plain.PublicKey, cert.PublicKey)
	assert.Equal(t, plain.PublicKeyAlgorithm, cert.PublicKeyAlgorithm)
	assert.Equal(t, plain.RawSubjectPublicKeyInfo, cert.RawSubjectPublicKeyInfo)
	assert.Equal(t, plain.Version, cert.Version)
	assert.Contains(t, Certificate{X509: cert}.Describe(), "serial -7E5D4D,")
}

func TestReadPublicKeyOfEveryKind(t *testing.T) {
	t.Parallel()
	key, err := ParsePrivateKey(keyFile(t, "ec.key"))
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	pub, alg, ok := readPublicKey(der)
	require.True(t, ok)
	assert.Equal(t, x509.ECDSA, alg)
	assert.True(t, key.Public().(*ecdsa.PublicKey).Equal(pub))

	small := parseKey512(t)
	der, err = x509.MarshalPKIXPublicKey(small)
	require.NoError(t, err)
	pub, _, ok = readPublicKey(der)
	require.True(t, ok)
	assert.Equal(t, small, pub)
	assert.Equal(t, "RSA 512", DescribeKey(pub))

	_, _, ok = readPublicKey(append(der, 0))
	assert.False(t, ok)
}

// parseKey512 is the public half of a key that crypto/x509 may refuse to load.
func parseKey512(t *testing.T) *rsa.PublicKey {
	t.Helper()
	var p8 struct {
		Version   int
		Algorithm asn1.RawValue
		Key       []byte
	}
	_, err := asn1.Unmarshal(keyDER(t, "rsa512.key"), &p8)
	require.NoError(t, err)
	var p1 struct {
		Version int
		N       *big.Int
		E       int
		Rest    []asn1.RawValue `asn1:"-"`
	}
	seq := asn1.RawValue{}
	_, err = asn1.Unmarshal(p8.Key, &seq)
	require.NoError(t, err)
	rest := seq.Bytes
	for _, dst := range []any{&p1.Version, &p1.N, &p1.E} {
		rest, err = asn1.Unmarshal(rest, dst)
		require.NoError(t, err)
	}
	return &rsa.PublicKey{N: p1.N, E: p1.E}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	cert, err := ParseCertificate(keyFile(t, "rsa.crt"))
	require.NoError(t, err)
	c := Certificate{X509: cert, Name: "here"}
	assert.Equal(t, "CN=Signing Test,O=Example, serial 01A2B3, SHA-256 "+c.Fingerprint()+", valid 2025-01-01 to 2055-01-01", c.Describe())
	assert.Regexp(t, `^([0-9A-F]{2}:){31}[0-9A-F]{2}$`, c.Fingerprint())
	assert.Equal(t, "RSA 2048", DescribeKey(c.PublicKey()))
	assert.Equal(t, "no certificate", Certificate{}.Describe())
	assert.Empty(t, Certificate{}.Fingerprint())
	assert.Nil(t, Certificate{}.PublicKey())
}

func TestParsePrivateKeyInEveryForm(t *testing.T) {
	t.Parallel()
	want := parseKey(t, "rsa.key")
	pkcs1 := string(keyFile(t, "rsa-pkcs1.key"))
	for name, data := range map[string]string{
		"PKCS #1":              pkcs1,
		"Windows line ends":    strings.ReplaceAll(pkcs1, "\n", "\r\n"),
		"beside a certificate": string(keyFile(t, "rsa.crt")) + pkcs1,
		"PKCS #8 as DER":       string(keyDER(t, "rsa.key")),
		"PKCS #1 as DER":       string(keyDER(t, "rsa-pkcs1.key")),
		"bare base64":          base64.StdEncoding.EncodeToString(keyDER(t, "rsa.key")),
	} {
		got, err := ParsePrivateKey([]byte(data))
		require.NoError(t, err, name)
		assert.True(t, want.Equal(got), name)
	}
	k, err := ParseDecryptionKey(keyFile(t, "rsa.key"), "k")
	require.NoError(t, err)
	assert.Equal(t, "k", k.Name)
}

func TestParsePrivateKeyNeverShowsIt(t *testing.T) {
	t.Parallel()
	key := string(keyFile(t, "rsa.key"))
	body := strings.Split(key, "\n")[3]
	for name, c := range map[string]struct{ in, want string }{
		"empty":        {"", "it is empty"},
		"certificate":  {string(keyFile(t, "rsa.crt")), "it is a certificate, not a private key"},
		"cert as DER":  {string(keyDER(t, "rsa.crt")), "it is a certificate, not a private key"},
		"request":      {string(keyFile(t, "rsa.csr")), "it is a certificate request, not a private key"},
		"two":          {key + key, "there are several private keys (2) where one is wanted"},
		"locked":       {string(keyFile(t, "rsa-locked.key")), "the private key is locked with a pass phrase; give it without (openssl pkey -in KEY -out PLAIN)"},
		"alien":        {strings.Replace(key, body, body[:9]+"“"+body[10:], 1), `inside the PEM block "PRIVATE KEY": it is no base64`},
		"line missing": {strings.Replace(key, body+"\n", "", 1), "no private key of PKCS #8, PKCS #1 or SEC 1"},
		"text":         {"hello there!", "no PEM: there is no BEGIN line"},
		"OpenSSH":      {"-----BEGIN OPENSSH PRIVATE KEY-----\nQUJD\n-----END OPENSSH PRIVATE KEY-----", "it is a private key of OpenSSH, not of PKCS #8 or PKCS #1"},
	} {
		_, err := ParsePrivateKey([]byte(c.in))
		require.EqualError(t, err, c.want, name)
		assert.NotContains(t, err.Error(), body[:8], name)
	}
	_, err := ParseDecryptionKey(keyFile(t, "ec.key"), "k")
	assert.EqualError(t, err, "the key is EC P-256; a decryption key must be RSA")
}

func FuzzParseCertificate(f *testing.F) {
	for _, name := range []string{"rsa.crt", "rsa.csr"} {
		f.Add(keyFile(f, name))
		f.Add(keyDER(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		cert, err := ParseCertificate(data)
		if err != nil {
			return
		}
		c := Certificate{X509: cert}
		if c.Describe() == "" || DescribeKey(c.PublicKey()) == "" || len(cert.Raw) > 3*len(data) {
			t.Fatalf("%q", data)
		}
		_ = Oddity(cert)
	})
}

// FuzzReadCertificates: nothing panics, what is read can be described, and an error shows
// no more of the file than a line.
func FuzzReadCertificates(f *testing.F) {
	pub := signer(f, "rsa-2048-1").Public()
	der := spki(f, pub)
	for _, seed := range []string{
		armoured("PUBLIC KEY", der), armoured("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(pub.(*rsa.PublicKey))), string(der), base64.StdEncoding.EncodeToString(der),
		keyInfo(keyValue(f, pub)), keyInfo(keyValue(f, signer(f, "ec-256-1").Public())), derEncoded(der), entity(`<md:KeyDescriptor>` + keyInfo(derEncoded(der)) + `</md:KeyDescriptor>`),
		string(keyFile(f, "rsa.key")), string(keyFile(f, "rsa.crt")) + armoured("PUBLIC KEY", der), string(lockedDER(f)), "\x30\x80\x02\x01\x03", "\xfe\xed\xfe\xed", "ssh-rsa AAAA", `{"kty":"RSA"}`,
		"-----BEGIN TRUSTED CERTIFICATE-----\nMAA=\n-----END TRUSTED CERTIFICATE-----", "<RSAKeyValue><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := ReadCertificates(data, "k")
		if err != nil {
			require.NotEmpty(t, err.Error())
			require.LessOrEqual(t, len(err.Error()), 600)
			return
		}
		require.NotEmpty(t, found)
		for _, c := range found {
			require.NotEmpty(t, c.Describe())
			require.NotEmpty(t, c.Name)
			require.True(t, c.X509 != nil || c.PublicKey() != nil)
		}
	})
}

func FuzzParsePrivateKey(f *testing.F) {
	for _, name := range []string{"rsa.key", "rsa-pkcs1.key", "rsa-locked.key", "ec.key"} {
		f.Add(keyFile(f, name))
		f.Add(keyDER(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := ParsePrivateKey(data)
		if err == nil && key.Public() == nil {
			t.Fatalf("%q", data)
		}
	})
}
