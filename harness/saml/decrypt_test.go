package saml

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"errors"
	"io"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const aPlaintext = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0" IssueInstant="2026-01-31T12:00:00Z"><saml:Issuer>https://idp.example/ü</saml:Issuer></saml:Assertion>`

func parseXML(t testing.TB, xml string) *Document {
	t.Helper()
	d, err := Parse([]byte(xml), Limits{})
	require.NoError(t, err, xml)
	return d
}

// decryptionKeys are a key that does not fit and one that does.
func decryptionKeys(t testing.TB) []PrivateKey {
	t.Helper()
	return []PrivateKey{{Key: parseKey(t, "other.key"), Name: "other"}, {Key: parseKey(t, "rsa.key"), Name: "right"}}
}

// fixedRandom gives the same bytes each time.
func fixedRandom() io.Reader { return mrand.NewChaCha8([32]byte{1}) }

// encryptedAssertion is a response around an encrypted element and its surroundings.
func encryptedAssertion(inside string) string {
	return `<samlp:Response xmlns:samlp="` + NSProtocol + `" xmlns:saml="` + NSAssertion + `" xmlns:xs="` + NSSchema + `"><saml:EncryptedAssertion>` + inside + `</saml:EncryptedAssertion></samlp:Response>`
}

func theEncrypted(t testing.TB, xml string) Element {
	t.Helper()
	e := parseXML(t, xml).Root().Child(NSAssertion, "EncryptedAssertion")
	require.True(t, e.Exists())
	return e
}

func TestDecryptWhatOtherProgramsEncrypted(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "encrypted", "*.xml"))
	require.NoError(t, err)
	require.Len(t, files, 10)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		x := ReadEncrypted(parseXML(t, string(data)).Root())
		require.Empty(t, x.Faults, name)
		require.Len(t, x.Keys, 1, name)
		got, err := x.Decrypt(decryptionKeys(t))
		require.NoError(t, err, name)
		assert.Equal(t, "right", got.Key.Name, name)
		assert.Equal(t, aPlaintext, strings.TrimSpace(got.Document.Source()), name)
		assert.False(t, got.Surroundings, name)
		if base := filepath.Base(name); !strings.HasPrefix(base, "oaep") && base != "label.xml" {
			assert.True(t, strings.HasSuffix(x.Algorithm, strings.TrimSuffix(base, ".xml")), name)
		}
	}
}

func TestEncryptRoundTrip(t *testing.T) {
	t.Parallel()
	pub := &parseKey(t, "rsa.key").PublicKey
	for _, o := range []Encryption{
		{}, {Data: AES128CBC}, {Data: AES192CBC}, {Data: AES256CBC}, {Data: AES128GCM}, {Data: AES192GCM}, {Data: AES256GCM},
		{Digest: DigestSHA256}, {Transport: RSAOAEP}, {Transport: RSAOAEP, Digest: DigestSHA256, MGF: NSXMLEnc11 + "mgf1sha256"},
		{Transport: RSAOAEP, MGF: NSXMLEnc11 + "mgf1sha512"}, {Beside: true}, {Recipient: `https://sp.example/?a&"b`},
	} {
		for n := range 17 { // every length of padding
			plain := strings.Replace(aPlaintext, "_a1", "_"+strings.Repeat("a", n), 1)
			if n > 0 && o.Data != AES256CBC {
				continue
			}
			xml, err := o.Encrypt([]byte(plain), pub, fixedRandom())
			require.NoError(t, err)
			again, err := o.Encrypt([]byte(plain), pub, fixedRandom())
			require.NoError(t, err)
			assert.Equal(t, string(xml), string(again))
			x := ReadEncrypted(theEncrypted(t, encryptedAssertion(string(xml))))
			require.Empty(t, x.Faults)
			require.Len(t, x.Keys, 1)
			k := x.Keys[0]
			assert.Equal(t, TypeElement, x.Type)
			assert.Equal(t, o.Recipient, k.Recipient)
			assert.Equal(t, !o.Beside, k.Nested)
			assert.Equal(t, o.MGF, k.MGF)
			got, err := x.Decrypt(decryptionKeys(t))
			require.NoError(t, err)
			assert.Equal(t, plain, got.Document.Source())
			assert.Equal(t, k.Element, got.Through.Element)
			doc, key, err := Decrypt(x.Element, decryptionKeys(t))
			require.NoError(t, err)
			assert.Equal(t, plain, doc.Source())
			assert.Equal(t, "right", key.Name)
		}
	}
	xml, err := Encrypt([]byte(aPlaintext), pub, AES256CBC, fixedRandom())
	require.NoError(t, err)
	assert.Contains(t, string(xml), `Algorithm="`+AES256CBC+`"`)
	assert.Contains(t, string(xml), `<xenc:EncryptionMethod Algorithm="`+RSAOAEPMGF1P+`"><ds:DigestMethod xmlns:ds="`+NSSignature+`" Algorithm="`+DigestSHA1+`"/></xenc:EncryptionMethod>`)
}

func TestEncryptErrors(t *testing.T) {
	t.Parallel()
	pub := &parseKey(t, "rsa.key").PublicKey
	for want, o := range map[string]Encryption{
		`encrypting: the algorithm "http://www.w3.org/2001/04/xmlenc#tripledes-cbc" is not written here`: {Data: TripleDESCBC},
		`encrypting: the algorithm "x" is not written here`:                                              {Data: "x"},
		`encrypting: the key transport "http://www.w3.org/2001/04/xmlenc#rsa-1_5" is not understood`:     {Transport: RSA15},
		`encrypting: the digest "x" of RSA-OAEP is not understood`:                                       {Digest: "x"},
		`encrypting: http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p has no mask function to choose`:     {MGF: NSXMLEnc11 + "mgf1sha1"},
		`encrypting: the mask function "x" of RSA-OAEP is not understood`:                                {Transport: RSAOAEP, MGF: "x"},
	} {
		_, err := o.Encrypt([]byte(aPlaintext), pub, fixedRandom())
		assert.EqualError(t, err, want)
	}
	for _, n := range []int64{0, 10, 36, 50} {
		_, err := Encryption{}.Encrypt([]byte(aPlaintext), pub, io.LimitReader(fixedRandom(), n))
		assert.Error(t, err)
	}
}

// seal encrypts any octets as content.
func sealed(t testing.TB, o Encryption, plain string) string {
	t.Helper()
	xml, err := o.Encrypt([]byte(plain), &parseKey(t, "rsa.key").PublicKey, fixedRandom())
	require.NoError(t, err)
	return string(xml)
}

func TestSeveralKeysAndReferences(t *testing.T) {
	t.Parallel()
	right := sealed(t, Encryption{Beside: true, Recipient: "https://sp.example"}, aPlaintext)
	data, key, found := strings.Cut(right, "</xenc:EncryptedData>")
	require.True(t, found)
	data += "</xenc:EncryptedData>"
	foreign, err := Encryption{Beside: true, Recipient: "https://other.example"}.Encrypt([]byte(aPlaintext), &parseKey(t, "rsa.key").PublicKey, mrand.NewChaCha8([32]byte{2}))
	require.NoError(t, err)
	_, otherKey, _ := strings.Cut(string(foreign), "</xenc:EncryptedData>")
	info := func(inside string) string {
		return strings.Replace(data, "<xenc:CipherData>", `<ds:KeyInfo xmlns:ds="`+NSSignature+`">`+inside+`</ds:KeyInfo><xenc:CipherData>`, 1)
	}
	named := strings.Replace(key, "<xenc:EncryptedKey", `<xenc:EncryptedKey Id="k"`, 1)
	retrieval := `<ds:RetrievalMethod Type="` + TypeKey + `" URI="#k"/>`
	for name, c := range map[string]struct {
		xml  string
		keys int
	}{
		"beside":                         {encryptedAssertion(data + key), 1},
		"another recipient's first":      {encryptedAssertion(data + otherKey + key), 2},
		"another recipient's inside":     {encryptedAssertion(info(otherKey) + key), 2},
		"retrieval of the one beside":    {encryptedAssertion(info(retrieval) + named), 1},
		"retrieval from elsewhere":       {strings.Replace(encryptedAssertion(info(retrieval)), "<saml:EncryptedAssertion>", "<x>"+named+"</x><saml:EncryptedAssertion>", 1), 1},
		"key beside a reference outside": {encryptedAssertion(info(`<ds:RetrievalMethod URI="https://evil.example/k"/>`) + key), 1},
	} {
		x := ReadEncrypted(theEncrypted(t, c.xml))
		require.Empty(t, x.Faults, name)
		assert.Len(t, x.Keys, c.keys, name)
		got, err := x.Decrypt(decryptionKeys(t))
		require.NoError(t, err, name)
		assert.Equal(t, aPlaintext, got.Document.Source(), name)
		assert.Equal(t, "https://sp.example", got.Through.Recipient, name)
	}
}

func TestOutlinesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	good := sealed(t, Encryption{}, aPlaintext)
	beside := sealed(t, Encryption{Beside: true}, aPlaintext)
	data, key, _ := strings.Cut(beside, "</xenc:EncryptedData>")
	data += "</xenc:EncryptedData>"
	info := func(inside string) string {
		return strings.Replace(data, "<xenc:CipherData>", `<ds:KeyInfo xmlns:ds="`+NSSignature+`">`+inside+`</ds:KeyInfo><xenc:CipherData>`, 1)
	}
	replace := func(old, by string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, by, 1)
	}
	between := func(from, to string) string {
		_, rest, _ := strings.Cut(good, from)
		inside, _, _ := strings.Cut(rest, to)
		return from + inside + to
	}
	wrapped := between("<xenc:CipherValue>", "</xenc:CipherValue>")
	for name, c := range map[string]struct{ xml, want string }{
		"nothing":               {"", "there is no EncryptedData"},
		"twice":                 {good + good, "there are 2 EncryptedData where one may stand"},
		"no algorithm":          {replace(` Algorithm="`+AES256GCM+`"`, ""), "no algorithm of the content is named"},
		"unknown algorithm":     {replace(AES256GCM, "urn:rot13"), `the algorithm "urn:rot13" of the content is not understood`},
		"content, no element":   {replace(TypeElement, TypeContent), `the content is said to be "http://www.w3.org/2001/04/xmlenc#Content", not an element`},
		"reference":             {strings.Replace(data+key, "<xenc:CipherValue>", `<xenc:CipherReference URI="file:///etc/passwd"/><xenc:CipherValue>`, 1), "a CipherReference is never followed"},
		"no value":              {strings.Replace(data, data[strings.Index(data, "<xenc:CipherValue>"):strings.Index(data, "</xenc:CipherData>")], "", 1) + key, "there is no CipherValue"},
		"no base64":             {strings.Replace(data, "<xenc:CipherValue>", "<xenc:CipherValue>*", 1) + key, "CipherValue is no base64: '*' at character 1"},
		"no key":                {data, "there is no EncryptedKey: the content key does not come with the message"},
		"reference outside":     {info(`<ds:RetrievalMethod URI="https://evil.example/k"/>`), `a RetrievalMethod names "https://evil.example/k", which is never followed: only an Id of the same document is`},
		"dangling reference":    {info(`<ds:RetrievalMethod URI="#k"/>`), `a RetrievalMethod names the Id "k", which no EncryptedKey of the document has`},
		"reference, transforms": {info(`<ds:RetrievalMethod URI="#k"><ds:Transforms/></ds:RetrievalMethod>`), "a RetrievalMethod with Transforms is not followed"},
		"unknown transport":     {replace(RSAOAEPMGF1P, "urn:x"), `the key transport "urn:x" is not understood`},
		"unknown digest":        {replace(`Algorithm="`+DigestSHA1+`"`, `Algorithm="urn:x"`), `the digest "urn:x" of RSA-OAEP is not understood`},
		"key not base64":        {replace(wrapped, "<xenc:CipherValue>QUJ</xenc:CipherValue>"), "CipherValue is no base64: the base64 lacks 1 of its padding characters (=)"},
		"key without value":     {replace(wrapped, ""), "there is no CipherValue"},
	} {
		x := ReadEncrypted(theEncrypted(t, encryptedAssertion(c.xml)))
		_, err := x.Decrypt(decryptionKeys(t))
		var ee *EncryptionError
		require.ErrorAs(t, err, &ee, name)
		assert.Equal(t, c.want, ee.Text, name)
		assert.NotZero(t, ee.At.Line, name)
	}
	_, err := ReadEncrypted(theEncrypted(t, encryptedAssertion(good))).Decrypt(nil)
	assert.EqualError(t, err, "no decryption key is given")
	_, _, err = Decrypt(Element{}, decryptionKeys(t))
	assert.EqualError(t, err, "there is no EncryptedData")
}

// Whatever is wrong with what only a key can open, the answer is the same.
func TestOneAnswerToEveryFailure(t *testing.T) {
	t.Parallel()
	changed := func(o Encryption, plain string, change func(sealed []byte) []byte) string {
		xml := sealed(t, o, plain)
		at := strings.LastIndex(xml, "<xenc:CipherValue>") + len("<xenc:CipherValue>")
		end := at + strings.Index(xml[at:], "<")
		value, err := base64.StdEncoding.DecodeString(xml[at:end])
		require.NoError(t, err)
		return xml[:at] + base64.StdEncoding.EncodeToString(change(value)) + xml[end:]
	}
	cut := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:n] } }
	flip := func(i int) func([]byte) []byte {
		return func(b []byte) []byte { b[(i+len(b))%len(b)] ^= 0x55; return b }
	}
	cbc, gcm := Encryption{Data: AES128CBC}, Encryption{Data: AES128GCM}
	for name, xml := range map[string]string{
		"padding":                changed(cbc, aPlaintext, flip(-1)),
		"17 octets":              changed(cbc, aPlaintext, cut(17)),
		"one block":              changed(cbc, aPlaintext, cut(16)),
		"few octets":             changed(cbc, aPlaintext, cut(3)),
		"no whole blocks":        changed(cbc, aPlaintext, cut(40)),
		"first block":            changed(cbc, aPlaintext, flip(0)),
		"tag":                    changed(gcm, aPlaintext, flip(-1)),
		"gcm: 11 octets":         changed(gcm, aPlaintext, cut(11)),
		"gcm: 27 octets":         changed(gcm, aPlaintext, cut(27)),
		"gcm: nothing":           sealed(t, gcm, ""),
		"another algorithm":      strings.Replace(sealed(t, gcm, aPlaintext), AES128GCM, AES256GCM, 1),
		"3DES and a key of AES":  strings.Replace(sealed(t, cbc, aPlaintext), AES128CBC, TripleDESCBC, 1),
		"RSA 1.5 where OAEP is":  strings.Replace(sealed(t, gcm, aPlaintext), RSAOAEPMGF1P, RSA15, 1),
		"another digest of OAEP": strings.Replace(sealed(t, gcm, aPlaintext), DigestSHA1, DigestSHA256, 1),
	} {
		_, err := ReadEncrypted(theEncrypted(t, encryptedAssertion(xml))).Decrypt(decryptionKeys(t))
		assert.Equal(t, ErrDecrypt, err, name)
	}
	// What is authentic and no document is told apart; who asks learns nothing of the key.
	for name, plain := range map[string]string{
		"a comment":         "<!-- nothing -->",
		"two elements":      "<a/><b/>",
		"DOCTYPE":           `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`,
		"undeclared prefix": `<nowhere:a/>`,
		"no UTF-8":          "<a>\xff</a>",
	} {
		_, err := ReadEncrypted(theEncrypted(t, encryptedAssertion(sealed(t, gcm, plain)))).Decrypt(decryptionKeys(t))
		var unread *PlaintextError
		require.ErrorAs(t, err, &unread, name)
		assert.ErrorContains(t, err, "what was encrypted cannot be read: line 1", name)
		_, err = ReadEncrypted(theEncrypted(t, encryptedAssertion(sealed(t, cbc, plain)))).Decrypt(decryptionKeys(t))
		assert.Equal(t, ErrDecrypt, err, name)
	}
	_, err := ReadEncrypted(theEncrypted(t, encryptedAssertion(sealed(t, gcm, aPlaintext)))).Decrypt(decryptionKeys(t)[:1])
	assert.Equal(t, ErrDecrypt, err)
	_, err = ReadEncrypted(theEncrypted(t, encryptedAssertion(sealed(t, gcm, aPlaintext)))).Decrypt([]PrivateKey{{Key: panicking{}, Name: "bad"}})
	assert.Equal(t, ErrDecrypt, err)
}

type panicking struct{}

func (panicking) Public() crypto.PublicKey { return nil }
func (panicking) Decrypt(io.Reader, []byte, crypto.DecrypterOpts) ([]byte, error) {
	panic("no key at all")
}

func TestPlaintextAndItsSurroundings(t *testing.T) {
	t.Parallel()
	// What stands around is used only where the plaintext cannot be read without.
	for name, c := range map[string]struct {
		plain, source string
		surroundings  bool
	}{
		"by itself":           {`<saml:a xmlns:saml="urn:x"/>`, `<saml:a xmlns:saml="urn:x"/>`, false},
		"prefix from outside": {`<saml:a/>`, `<saml:a xmlns:saml="` + NSAssertion + `"/>`, true},
		"prefix of a value": {`<saml:a><b xmlns="urn:y" t="xs:string"/></saml:a>`,
			`<saml:a xmlns:saml="` + NSAssertion + `" xmlns:xs="` + NSSchema + `"><b xmlns="urn:y" t="xs:string"/></saml:a>`, true},
		"declared inside too": {`<!-- a > b --><a xmlns:saml = 'urn:x' t="xmlns:samlp="><saml:b/><samlp:c/></a>`,
			`<!-- a > b --><a xmlns:samlp="` + NSProtocol + `" xmlns:saml = 'urn:x' t="xmlns:samlp="><saml:b/><samlp:c/></a>`, true},
	} {
		x := ReadEncrypted(theEncrypted(t, encryptedAssertion(sealed(t, Encryption{}, c.plain))))
		got, err := x.Decrypt(decryptionKeys(t))
		require.NoError(t, err, name)
		assert.Equal(t, c.source, got.Document.Source(), name)
		assert.Equal(t, c.surroundings, got.Surroundings, name)
	}
	x := ReadEncrypted(theEncrypted(t, encryptedAssertion(sealed(t, Encryption{}, `<saml:a xmlns:saml="urn:x"/>`))))
	alone, err := x.Decrypt(decryptionKeys(t))
	require.NoError(t, err)
	assert.Equal(t, `<saml:a xmlns:xenc="`+NSXMLEnc+`" xmlns:samlp="`+NSProtocol+`" xmlns:xs="`+NSSchema+`" xmlns:saml="urn:x"/>`, alone.InPlace(x.Data).Source())
	assert.Equal(t, `<saml:a xmlns:samlp="`+NSProtocol+`" xmlns:xs="`+NSSchema+`" xmlns:saml="urn:x"/>`, alone.InPlace(x.Data.Parent()).Source())
	assert.Nil(t, alone.InPlace(Element{}))
	outside := strings.Replace(encryptedAssertion(sealed(t, Encryption{}, `<Assertion/>`)), "<saml:EncryptedAssertion>", `<saml:EncryptedAssertion xmlns="`+NSAssertion+`">`, 1)
	got, err := ReadEncrypted(theEncrypted(t, outside)).Decrypt(decryptionKeys(t))
	require.NoError(t, err)
	assert.True(t, got.Surroundings)
	assert.True(t, got.Document.Root().Is(NSAssertion, "Assertion"))
}

// A message cannot make the reader try keys without end.
func TestTrialsAreBounded(t *testing.T) {
	t.Parallel()
	xml := sealed(t, Encryption{Beside: true}, aPlaintext)
	data, key, _ := strings.Cut(xml, "</xenc:EncryptedData>")
	x := ReadEncrypted(theEncrypted(t, encryptedAssertion(data+"</xenc:EncryptedData>"+strings.Repeat(key, 1000))))
	assert.Len(t, x.Keys, maxEncryptedKeys)
	n := 0
	counting := countingKey{&n}
	_, err := x.Decrypt([]PrivateKey{{Key: counting}, {Key: counting}, {Key: counting}})
	assert.Equal(t, ErrDecrypt, err)
	assert.Equal(t, maxKeyTrials, n)
}

type countingKey struct{ n *int }

func (countingKey) Public() crypto.PublicKey { return nil }
func (k countingKey) Decrypt(io.Reader, []byte, crypto.DecrypterOpts) ([]byte, error) {
	*k.n++
	return nil, errors.New("no")
}

func FuzzDecrypt(f *testing.F) {
	keys := decryptionKeys(f)
	for _, o := range []Encryption{{}, {Data: AES128CBC, Beside: true}, {Transport: RSAOAEP}} {
		f.Add([]byte(encryptedAssertion(sealed(f, o, aPlaintext))))
	}
	files, err := filepath.Glob(filepath.Join("testdata", "encrypted", "*.xml"))
	require.NoError(f, err)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data, Limits{Bytes: 1 << 20})
		if err != nil {
			return
		}
		for e := range d.Elements() {
			if e.Local() != "EncryptedData" && e.Local() != "EncryptedAssertion" {
				continue
			}
			x := ReadEncrypted(e)
			got, err := x.Decrypt(keys)
			var ee *EncryptionError
			var unread *PlaintextError
			if err == nil && got.Document.Root() == (Element{}) || err != nil && err != ErrDecrypt && !errors.As(err, &ee) && !errors.As(err, &unread) {
				t.Fatalf("%v", err)
			}
		}
	})
}

// FuzzPlaintext holds the reading of plaintext in its surroundings to two properties: it
// never panics, and what it reads is what the reader reads.
func FuzzPlaintext(f *testing.F) {
	d := parseXML(f, encryptedAssertion(`<x xmlns="urn:d"/>`))
	place := d.Root().Child(NSAssertion, "EncryptedAssertion")
	for _, s := range []string{`<saml:a/>`, `<!-- > --><a xmlns:saml = 'urn:x' t="xmlns:samlp="><samlp:c/></a>`, `<?p <a> ?><xs:a b='>'/>`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, plain []byte) {
		doc, around, err := readPlaintext(place, plain)
		if err != nil {
			return
		}
		if !around && doc.Source() != string(plain) {
			t.Fatalf("%q became %q", plain, doc.Source())
		}
		if around && len(doc.Source()) > len(plain)+maxPrefixes*200 || !bytes.Contains([]byte(doc.Source()), []byte("<")) {
			t.Fatalf("%q became %q", plain, doc.Source())
		}
	})
}
