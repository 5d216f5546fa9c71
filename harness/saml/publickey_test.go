package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// spki is a key's SubjectPublicKeyInfo.
func spki(t testing.TB, pub crypto.PublicKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(pub)
	require.NoError(t, err)
	return der
}

// armoured is DER as PEM.
func armoured(typ string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: der}))
}

// keyValue is a bare key as KeyInfo has it.
func keyValue(t testing.TB, pub crypto.PublicKey) string {
	t.Helper()
	b64 := base64.StdEncoding.EncodeToString
	switch k := pub.(type) {
	case *rsa.PublicKey:
		return `<ds:KeyValue xmlns:ds="` + NSSignature + `"><ds:RSAKeyValue><ds:Modulus>` + lines76(k.N.Bytes()) + `</ds:Modulus><ds:Exponent>` + b64(big.NewInt(int64(k.E)).Bytes()) + `</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		require.NoError(t, err)
		return `<ds:KeyValue xmlns:ds="` + NSSignature + `"><e:ECKeyValue xmlns:e="` + NSSignature11 + `"><e:NamedCurve URI="urn:oid:1.2.840.10045.3.1.7"/><e:PublicKey>` + b64(point) + `</e:PublicKey></e:ECKeyValue></ds:KeyValue>`
	}
	t.Fatal("no such key")
	return ""
}

func derEncoded(der []byte) string {
	return `<e:DEREncodedKeyValue xmlns:e="` + NSSignature11 + `">` + lines76(der) + `</e:DEREncodedKeyValue>`
}

func keyInfo(inside string) string {
	return `<ds:KeyInfo xmlns:ds="` + NSSignature + `">` + inside + `</ds:KeyInfo>`
}

func TestReadPublicKeyInEveryForm(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"rsa-2048-1", "ec-256-1"} {
		pub := signer(t, name).Public()
		der := spki(t, pub)
		forms := map[string]string{
			"SPKI in PEM":           armoured("PUBLIC KEY", der),
			"Windows line ends":     strings.ReplaceAll(armoured("PUBLIC KEY", der), "\n", "\r\n"),
			"text around":           "Bag Attributes\n    localKeyID: 01\n" + armoured("PUBLIC KEY", der),
			"SPKI as DER":           string(der),
			"bare base64, one line": base64.StdEncoding.EncodeToString(der),
			"bare base64, lines":    lines76(der),
			"KeyValue":              keyValue(t, pub),
			"DEREncodedKeyValue":    derEncoded(der),
			"KeyInfo":               keyInfo(keyValue(t, pub)),
			"KeyInfo, DER":          keyInfo("<ds:KeyName>x</ds:KeyName>" + derEncoded(der)),
			"metadata":              entity(`<md:KeyDescriptor use="signing">` + keyInfo(keyValue(t, pub)) + `</md:KeyDescriptor>`),
			"metadata, DER":         entity(`<md:KeyDescriptor>` + keyInfo(derEncoded(der)) + `</md:KeyDescriptor>`),
		}
		if k, ok := pub.(*rsa.PublicKey); ok {
			p1 := x509.MarshalPKCS1PublicKey(k)
			forms["PKCS #1 in PEM"] = armoured("RSA PUBLIC KEY", p1)
			forms["PKCS #1 as DER"] = string(p1)
			forms["PKCS #1 in base64"] = base64.StdEncoding.EncodeToString(p1)
			forms["PKCS #1 named otherwise"] = armoured("PUBLIC KEY", p1)
			forms[".NET's"] = "<RSAKeyValue><Modulus>" + base64.StdEncoding.EncodeToString(k.N.Bytes()) + "</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>"
		}
		for form, text := range forms {
			found, err := ReadCertificates([]byte(text), "idp.pub")
			require.NoError(t, err, form)
			require.Len(t, found, 1, form)
			c := found[0]
			assert.Nil(t, c.X509, form)
			assert.True(t, samePublicKey(pub, c.PublicKey()), form)
			if !strings.HasPrefix(form, "metadata") {
				assert.Equal(t, "idp.pub", c.Name, form)
			} else {
				assert.Equal(t, "idp.pub, signing key 1", c.Name, form)
				assert.Equal(t, "https://idp.example", c.Entity, form)
			}
		}
	}
}

func TestDescribeBareKey(t *testing.T) {
	t.Parallel()
	c := Certificate{Key: signer(t, "rsa-2048-1").Public(), Name: "idp.pub"}
	assert.Regexp(t, `^RSA 2048 public key, SPKI SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}$`, c.Describe())
	assert.Contains(t, c.Describe(), c.Fingerprint())
	cert := certificate(t, "rsa-2048-1")
	assert.True(t, c.Same(cert))
	assert.True(t, cert.Same(c))
	assert.True(t, c.Holds(cert.X509))
	assert.False(t, c.Holds(certificate(t, "rsa-2048-2").X509))
	assert.False(t, c.Holds(nil))
	assert.False(t, Certificate{}.Same(Certificate{}))
}

// A file of a certificate and of its own key is one; another key beside it is two.
func TestReadKeysBesideCertificates(t *testing.T) {
	t.Parallel()
	cert := certificate(t, "rsa-2048-1")
	file := armoured("CERTIFICATE", cert.X509.Raw)
	own, other := armoured("PUBLIC KEY", spki(t, cert.PublicKey())), armoured("PUBLIC KEY", spki(t, signer(t, "ec-256-1").Public()))
	found, err := ReadCertificates([]byte(own+file), "k")
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.NotNil(t, found[0].X509)
	found, err = ReadCertificates([]byte(file+other), "k")
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, "k, key 1", found[1].Name)
	_, _, err = ParseChain([]byte(file + other))
	assert.EqualError(t, err, "it is a public key, not a certificate")
}

// A KeyDescriptor that has a certificate is read for that alone.
func TestMetadataCertificateBeforeItsKeyValue(t *testing.T) {
	t.Parallel()
	key := certificate(t, "rsa-2048-1")
	data := `<ds:X509Data><ds:X509Certificate>%</ds:X509Certificate></ds:X509Data>`
	whole := strings.Replace(data, "%", base64.StdEncoding.EncodeToString(key.X509.Raw), 1)
	for name, c := range map[string]struct {
		info string
		bare bool
	}{
		"certificate":     {keyValue(t, key.PublicKey()) + whole, false},
		"damaged":         {keyValue(t, key.PublicKey()) + strings.Replace(data, "%", "QUJD", 1), true},
		"several of both": {keyValue(t, key.PublicKey()) + whole + derEncoded(spki(t, key.PublicKey())), false},
	} {
		xml := entity(`<md:KeyDescriptor>` + keyInfo(c.info) + `</md:KeyDescriptor>`)
		found, err := ReadCertificates([]byte(xml), "idp.xml")
		require.NoError(t, err, name)
		require.Len(t, found, 1, name)
		assert.Equal(t, c.bare, found[0].X509 == nil, name)
		idps, _, err := ReadProviders([]byte(xml), "idp.xml", Limits{})
		require.NoError(t, err, name)
		published := idps[0].Certificates("signing")
		require.Len(t, published, 1, name)
		assert.True(t, published[0].Same(found[0]), name)
		assert.Equal(t, "https://idp.example", published[0].Entity, name)
	}
}

// lockedDER is the outline of an EncryptedPrivateKeyInfo (RFC 5958 3).
func lockedDER(t testing.TB) []byte {
	t.Helper()
	der, err := asn1.Marshal(struct {
		Algorithm struct {
			OID        asn1.ObjectIdentifier
			Parameters []int
		}
		Key []byte
	}{struct {
		OID        asn1.ObjectIdentifier
		Parameters []int
	}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}, []int{1}}, make([]byte, 200)})
	require.NoError(t, err)
	return der
}

func TestReadKeyValueErrors(t *testing.T) {
	t.Parallel()
	rsaValue, ecValue := keyValue(t, signer(t, "rsa-2048-1").Public()), keyValue(t, signer(t, "ec-256-1").Public())
	rest := func(s, from, to string) string {
		i := strings.Index(s, from) + len(from)
		return s[:i] + to + s[i+strings.IndexByte(s[i:], '<'):]
	}
	private := string(keyFile(t, "rsa.key"))
	body := strings.Split(private, "\n")[3]
	p12 := "\x30\x0a\x02\x01\x03\x30\x05\x06\x03\x2a\x03\x04"
	for name, c := range map[string]struct{ in, want string }{
		"no modulus":         {rest(rsaValue, "<ds:Modulus>", ""), "key 1: Modulus is no base64: there is nothing in it"},
		"small modulus":      {rest(rsaValue, "<ds:Modulus>", "AQAB"), "key 1: RSAKeyValue is no key: its modulus is none of RSA"},
		"large modulus":      {rest(rsaValue, "<ds:Modulus>", strings.Repeat("////", 1000)), "key 1: RSAKeyValue is no key: its modulus has more than 16384 bits"},
		"large exponent":     {rest(rsaValue, "<ds:Exponent>", "//////8="), "key 1: RSAKeyValue is no key: its exponent has more than 31 bits"},
		"exponent 1":         {rest(rsaValue, "<ds:Exponent>", "AQ=="), "key 1: RSAKeyValue is no key: its exponent is none of RSA"},
		"other curve":        {strings.Replace(ecValue, "3.1.7", "3.1.1", 1), `key 1: the NamedCurve "urn:oid:1.2.840.10045.3.1.1" is none that is known`},
		"no point":           {rest(ecValue, "<e:PublicKey>", "BAAA"), "key 1: PublicKey is no uncompressed point of the curve"},
		"explicit curve":     {strings.Replace(ecValue, "NamedCurve", "ECParameters", 1), "key 1: ECKeyValue has no NamedCurve; a curve by its parameters is not taken"},
		"DSA":                {`<KeyValue xmlns="` + NSSignature + `"><DSAKeyValue/></KeyValue>`, "key 1: KeyValue holds neither RSAKeyValue nor ECKeyValue"},
		"DER of nothing":     {derEncoded([]byte("\x30\x00")), "key 1: DEREncodedKeyValue holds no SubjectPublicKeyInfo of a key that is understood"},
		"in metadata":        {entity(`<md:KeyDescriptor>` + keyInfo(rest(rsaValue, "<ds:Modulus>", "AQAB")) + `</md:KeyDescriptor>`), "signing key 1 of the metadata: RSAKeyValue is no key: its modulus is none of RSA"},
		"block of no key":    {armoured("PUBLIC KEY", []byte("\x30\x00")), `the PEM block "PUBLIC KEY" holds no RSA, EC or Ed25519 key that can be read`},
		"private key":        {private, "it is a private key, not a certificate"},
		"private, .NET's":    {`<RSAKeyValue><Modulus>AA==</Modulus><D>` + body + `</D></RSAKeyValue>`, "it is a private key, not a certificate"},
		"private, base64":    {base64.StdEncoding.EncodeToString(keyDER(t, "rsa.key")), "it is a private key, not a certificate"},
		"private, no BEGIN":  {private[strings.IndexByte(private, '\n')+1:], "it is a private key that is damaged, not a certificate"},
		"private, body":      {strings.Join(strings.Split(private, "\n")[2:5], "\n"), "it is neither PEM nor base64 of a certificate; it may be damaged"},
		"private, no END":    {private[:200], "a PEM block has no END line; it is cut short"},
		"private, END cut":   {strings.Replace(private, "-----END PRIVATE KEY-----", "-----END PRIVATE\n"+body+"-----", 1), `a PEM block begins as "PRIVATE KEY" and ends as "PRIVATE"`},
		"private, JSON":      {`{"kty":"RSA","d":"` + body + `"}`, "it is JSON, not a certificate"},
		"private, locked":    {string(keyFile(t, "rsa-locked.key")), "it is a private key, not a certificate"},
		"private, DER, lock": {string(lockedDER(t)), "it is a private key that is locked with a pass phrase, not a certificate"},
		"PuTTY's":            {"PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\n" + body, "it is a private key, not a certificate"},
		"binary":             {string(keyDER(t, "rsa-locked.key")), "it is binary, and no DER of a certificate"},
		"request":            {string(keyFile(t, "rsa.csr")), "it is a certificate request, not a certificate"},
		"PKCS #7":            {armoured("PKCS7", []byte("\x30\x00")), "it is a PKCS #7 bundle, not a certificate"},
		"PKCS #7, DER":       {"\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x02\x30\x00", "it is a PKCS #7 bundle, not a certificate"},
		"PKCS #7, BER":       {"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x00\x00\x00\x00\x00\x00", "it is a PKCS #7 bundle, not a certificate"},
		"PKCS #12":           {p12, "it is a PKCS #12 key store, not a certificate"},
		"PKCS #12, base64":   {base64.StdEncoding.EncodeToString([]byte(p12)), "it is a PKCS #12 key store, not a certificate"},
		"Java's":             {"\xfe\xed\xfe\xed\x00\x00\x00\x02", "it is a Java key store, not a certificate"},
		"OpenSSH":            {"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ== me@here", "it is an OpenSSH public key, not a certificate"},
	} {
		_, err := ReadCertificates([]byte(c.in), "k")
		require.EqualError(t, err, c.want, name)
		assert.NotContains(t, err.Error(), body[:8], name)
	}
}

// What is given as a decryption key is named, too, and never shown.
func TestDecryptionKeySaysWhatItIsInstead(t *testing.T) {
	t.Parallel()
	key := string(keyFile(t, "rsa.key"))
	for name, data := range map[string]string{
		"Bag Attributes": "Bag Attributes\n    friendlyName: sp\n    localKeyID: 54 69 6D 65\nKey Attributes: <No Attributes>\n" + key,
		"of a store":     "Bag Attributes\r\n    friendlyName: sp\r\n" + strings.ReplaceAll(string(keyFile(t, "rsa.crt"))+"Bag Attributes\n"+key, "\n", "\r\n"),
		"base64, lines":  lines76(keyDER(t, "rsa-pkcs1.key")),
		"one line":       base64.StdEncoding.EncodeToString(keyDER(t, "rsa-pkcs1.key")) + "\n",
	} {
		_, err := ParseDecryptionKey([]byte(data), "k")
		require.NoError(t, err, name)
	}
	body := strings.Split(key, "\n")[3]
	pub := spki(t, &parseKey(t, "rsa.key").PublicKey)
	for name, c := range map[string]struct{ in, want string }{
		"public key":       {armoured("PUBLIC KEY", pub), "it is a public key, not a private key"},
		"public, DER":      {string(pub), "it is a public key, not a private key"},
		"locked DER":       {string(lockedDER(t)), errLocked.Error()},
		"locked, in lines": {lines76(lockedDER(t)), errLocked.Error()},
		"locked, old":      {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n" + body + "\n-----END RSA PRIVATE KEY-----", errLocked.Error()},
		"PKCS #12":         {"\x30\x0a\x02\x01\x03\x30\x05\x06\x03\x2a\x03\x04", "it is a PKCS #12 key store, not a private key"},
		"no BEGIN":         {key[strings.IndexByte(key, '\n')+1:], "it is a private key that is damaged, not a private key"},
		"SEC 1":            {string(keyFile(t, "ec.key")), "the key is EC P-256; a decryption key must be RSA"},
		"a JSON Web Key":   {`{"kty":"RSA","d":"` + body + `"}`, "it is JSON, not a private key"},
	} {
		_, err := ParseDecryptionKey([]byte(c.in), "k")
		require.EqualError(t, err, c.want, name)
		assert.NotContains(t, err.Error(), body[:8], name)
	}
}

func TestHintsOfOtherFiles(t *testing.T) {
	t.Parallel()
	for what, want := range map[string]string{aPrivateKey: "keep the private key", aCertificateRequest: "issued for the request", aBundle: "openssl pkcs7", aStore: "-nokeys", aJavaStore: "keytool", anSSHKey: "ssh-keygen", aWebKey: ""} {
		assert.Contains(t, (&OtherError{what, aCertificate}).Hint(), want)
	}
	for what, want := range map[string]string{aBundle: "certificates alone", aStore: "-nocerts", aCertificate: "belongs to it", "a revocation list": ""} {
		assert.Contains(t, (&OtherError{what, aPrivateKey}).Hint(), want)
	}
}

// What a bare key verifies and who is blamed beside it is as with its certificate.
func TestVerifyWithBareKeys(t *testing.T) {
	t.Parallel()
	key, other, ec := certificate(t, "rsa-2048-1"), certificate(t, "rsa-2048-2"), certificate(t, "ec-256-1")
	bare := func(c Certificate) Certificate { return Certificate{Key: c.PublicKey(), Name: "bare " + c.Name} }
	flip := func(b []byte) []byte { b[9] ^= 1; return b }
	for name, c := range map[string]struct {
		s              signing
		trusted, hints []Certificate
		want, note     string
	}{
		"with its certificate":    {signing{}, []Certificate{bare(key)}, nil, "", ""},
		"without KeyInfo":         {signing{cert: "-"}, []Certificate{bare(other), bare(key)}, nil, "", ""},
		"another certificate":     {signing{cert: "rsa-2048-2"}, []Certificate{bare(key)}, nil, "", ""},
		"EC":                      {signing{key: "ec-256-1", method: ECDSASHA256}, []Certificate{bare(key), bare(ec)}, nil, "", ""},
		"beside a certificate":    {signing{}, []Certificate{other, bare(key)}, nil, "", ""},
		"other key, carried":      {signing{key: "rsa-2048-2"}, []Certificate{bare(key)}, nil, "key:other-key", "that of " + other.Describe() + ", which the message carries"},
		"other key, known":        {signing{key: "rsa-2048-2", cert: "-"}, []Certificate{bare(key)}, []Certificate{bare(other)}, "key:other-key", "that of bare rsa-2048-2: RSA 2048 public key, SPKI SHA-256 "},
		"known, with certificate": {signing{key: "rsa-2048-2", cert: "-"}, []Certificate{key}, []Certificate{bare(other)}, "key:other-key", "that of bare rsa-2048-2: "},
		"other kind":              {signing{key: "ec-256-1", method: ECDSASHA256, cert: "-"}, []Certificate{bare(key)}, nil, "algorithm", "keys of kind EC; the trusted key is RSA 2048"},
		"value changed":           {signing{value: flip}, []Certificate{bare(key)}, nil, "value", "the message names the trusted certificate, so the value was changed"},
		"over something else":     {signing{raw: func([]byte) []byte { return []byte("x") }}, []Certificate{bare(key)}, nil, "value:signed-info", "the trusted key made the signature value, but over another one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.s.id = "_r1"
			s := VerifySignatures(mustParse(t, sign(t, unsignedResponse, c.s)), c.trusted, c.hints)[0]
			require.Equal(t, c.want, kindsOf(s), "%v", s.Faults)
			if c.want == "" {
				require.True(t, s.Valid())
				assert.Nil(t, s.Key.X509)
				return
			}
			f := s.Faults[len(s.Faults)-1]
			assert.Contains(t, f.Note, c.note)
			if f.Kind == FaultKey && c.trusted[0].X509 == nil {
				assert.Equal(t, c.trusted[0].Name+": "+c.trusted[0].Describe(), f.Want)
			}
		})
	}
}
