package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func verify(t testing.TB, doc string, trusted ...Certificate) []*Signature {
	t.Helper()
	return VerifySignatures(mustParse(t, doc), trusted, nil)
}

func requireValid(t testing.TB, sigs []*Signature, n int) {
	t.Helper()
	require.Len(t, sigs, n)
	for _, s := range sigs {
		require.Empty(t, s.Faults)
		require.True(t, s.Valid())
	}
}

func TestVerifyBothSignatures(t *testing.T) {
	t.Parallel()
	doc := salesforceLike(t)
	trusted := certificate(t, "rsa-2048-1")
	d := mustParse(t, doc)
	sigs := VerifySignatures(d, []Certificate{certificate(t, "rsa-2048-2"), trusted}, nil)
	requireValid(t, sigs, 2)
	r, a := sigs[0], sigs[1]
	assert.Equal(t, d.Root(), r.Covers)
	assert.Equal(t, d.Root(), r.Parent)
	assert.Equal(t, byID(d, "_a1"), a.Covers)
	assert.Equal(t, RSASHA256, r.Method)
	assert.Equal(t, DigestSHA256, r.DigestMethod)
	assert.Equal(t, C14NExclusive, r.Canonicalization)
	assert.Equal(t, []string{TransformEnveloped, C14NExclusive}, r.Transforms)
	assert.Equal(t, "rsa-2048-1", r.Key.Name)
	assert.Same(t, trusted.X509, r.Embedded[0])
	assert.Equal(t, [2]Agreement{Agrees, Agrees}, [2]Agreement{a.Digest, a.Value})

	signed := ReadResponse(r.Signed)
	require.NotNil(t, signed)
	assert.False(t, signed.Signature.Exists(), "what is signed is read without the signature")
	assert.True(t, signed.Assertions[0].Signature.Exists())
	for name, pair := range map[string][2]Element{
		"root":   {signed.Element, d.Root()},
		"NameID": {signed.Assertions[0].NameID, ReadAssertion(byID(d, "_a1")).NameID},
		"value":  {signed.Assertions[0].Attributes[2].Values[0], ReadAssertion(byID(d, "_a1")).Attributes[2].Values[0]},
	} {
		assert.NotEqual(t, pair[0], pair[1], name)
		assert.Equal(t, pair[1], pair[0].Received(), name)
		assert.Equal(t, pair[1].At(), pair[0].At(), name)
		assert.Equal(t, pair[1].Text(), pair[0].Text(), name)
	}
	assert.Equal(t, d.Root().Attr("Destination").At(), signed.Attr("Destination").At())
	assert.Equal(t, "/Response/@Destination", signed.Attr("Destination").At().Path)
	uri, ok := signed.Assertions[0].Attributes[0].Values[0].Namespace("xs")
	assert.True(t, ok, "a prefix of the list is declared where it is signed")
	assert.Equal(t, NSSchema, uri)
}

func TestVerifyEveryAlgorithm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, key string }{
		{RSASHA1, "rsa-2048-1"}, {RSASHA224, "rsa-2048-1"}, {RSASHA256, "rsa-1024-1"}, {RSASHA384, "rsa-3072-1"}, {RSASHA512, "rsa-4096-1"},
		{RSAPSSSHA1, "rsa-2048-1"}, {RSAPSSSHA224, "rsa-2048-1"}, {RSAPSSSHA256, "rsa-2048-1"}, {RSAPSSSHA384, "rsa-2048-1"}, {RSAPSSSHA512, "rsa-2048-1"},
		{ECDSASHA1, "ec-256-1"}, {ECDSASHA224, "ec-256-1"}, {ECDSASHA256, "ec-256-1"}, {ECDSASHA384, "ec-384-1"}, {ECDSASHA512, "ec-384-1"},
	} {
		for _, digest := range digestURIs {
			doc := sign(t, unsignedResponse, signing{id: "_r1", key: c.key, method: c.method, digest: digest})
			requireValid(t, verify(t, doc, certificate(t, c.key)), 1)
			v := Verifier{Trusted: []Certificate{certificate(t, c.key)}, Diagnosis: -1}
			other := v.Verify(mustParse(t, strings.Replace(doc, "zoë", "zoe", 1)))[0]
			assert.Equal(t, [2]Agreement{Differs, Agrees}, [2]Agreement{other.Digest, other.Value}, c.method)
		}
	}
}

func TestVerifyPSSParameters(t *testing.T) {
	t.Parallel()
	key := certificate(t, "rsa-2048-1")
	params := func(content string) string {
		return `<pss:RSAPSSParams xmlns:pss="` + nsMore2007 + `">` + content + `</pss:RSAPSSParams>`
	}
	method := func(digest string) string { return `<ds:DigestMethod Algorithm="` + digest + `"/>` }
	for _, c := range []struct {
		name, content, as string
		ok                bool
	}{
		{"defaults", "", RSAPSSSHA256, true},
		{"empty", params(""), RSAPSSSHA256, true},
		{"digest", params(method(DigestSHA512)), RSAPSSSHA512, true},
		{"all", params(method(DigestSHA384) + `<pss:MaskGenerationFunction Algorithm="` + nsMore2007 + `MGF1">` + method(DigestSHA384) + `</pss:MaskGenerationFunction><pss:SaltLength>48</pss:SaltLength><pss:TrailerField>1</pss:TrailerField>`), RSAPSSSHA384, true},
		{"other salt", params("<pss:SaltLength>20</pss:SaltLength>"), RSAPSSSHA256, false},
		{"no salt", params("<pss:SaltLength>0</pss:SaltLength>"), RSAPSSSHA256, false},
		{"negative salt", params("<pss:SaltLength>-1</pss:SaltLength>"), RSAPSSSHA256, false},
		{"other trailer", params("<pss:TrailerField>2</pss:TrailerField>"), RSAPSSSHA256, false},
		{"other mask", params(`<pss:MaskGenerationFunction Algorithm="` + nsMore2007 + `MGF1">` + method(DigestSHA1) + `</pss:MaskGenerationFunction>`), RSAPSSSHA256, false},
		{"unknown parameter", params("<pss:Other/>"), RSAPSSSHA256, false},
		{"stranger", "<x/>", RSAPSSSHA256, false},
	} {
		// The value is made with the algorithm that the parameters spell out.
		doc := sign(t, unsignedResponse, signing{id: "_r1", method: c.as, info: func(s string) string {
			return strings.Replace(s, `<ds:SignatureMethod Algorithm="`+c.as+`">`, `<ds:SignatureMethod Algorithm="`+RSAPSS+`">`+c.content, 1)
		}})
		s := verify(t, doc, key)[0]
		assert.Equal(t, c.ok, s.Valid(), "%s: %v", c.name, s.Faults)
	}
}

func TestVerifyForms(t *testing.T) {
	t.Parallel()
	key := certificate(t, "rsa-2048-1")
	inclusive := func(list string) string {
		return `<ec:InclusiveNamespaces xmlns:ec="` + NSExcC14N + `" PrefixList="` + list + `"/>`
	}
	for name, s := range map[string]signing{
		"no PrefixList":            {list: "-"},
		"empty PrefixList":         {list: " "},
		"#default":                 {list: "#default samlp"},
		"PrefixList of SignedInfo": {inner: inclusive("samlp #default ds")},
		"with comments":            {c14n: C14NExclusiveComments, form: C14NExclusiveComments},
		"inclusive":                {form: C14NInclusive, list: "-"},
		"inclusive 1.1":            {form: C14N11, list: "-"},
		"inclusive SignedInfo":     {c14n: C14NInclusive},
		"inclusive throughout":     {form: C14NInclusiveComments, list: "-", c14n: C14N11},
		"enveloped alone":          {form: C14NInclusive, list: "-", info: replacedOnce(`<ds:Transform Algorithm="`+C14NInclusive+`"></ds:Transform>`, "")},
		"no KeyInfo":               {cert: "-"},
		"KeyInfo of another":       {cert: "rsa-2048-2"},
		"wrapped values": {outer: func(s string) string {
			return strings.NewReplacer(valueSlot, " "+valueSlot+"&#13;\n\t", "<ds:X509Certificate>", "<ds:X509Certificate>&#13;\n").Replace(s)
		}},
		"values in CDATA":         {outer: func(s string) string { return strings.Replace(s, valueSlot, "<![CDATA["+valueSlot+"]]>", 1) }},
		"comments outside values": {outer: func(s string) string { return strings.Replace(s, "<ds:KeyInfo>", "<!-- a --><ds:KeyInfo>", 1) }},
	} {
		for _, id := range [...]string{"_r1", "_a1"} {
			s.id = id
			sigs := verify(t, sign(t, unsignedResponse, s), key)
			assert.True(t, sigs[0].Valid(), "%s of %s: %v", name, id, sigs[0].Faults)
		}
	}
}

// A signature with comments is taken whether its signer left comments out of a reference
// by ID, as XMLDSig 4.4.3.3 has it, or not; but not where a comment stands inside a value
// that it was not computed with.
func TestVerifyComments(t *testing.T) {
	t.Parallel()
	key := certificate(t, "rsa-2048-1")
	const between, inside = "<samlp:Status>", "https://idp.example<"
	require.Contains(t, unsignedResponse, between)
	require.Contains(t, unsignedResponse, inside)
	comment := func(at string) func(string) string {
		return func(s string) string {
			return strings.Replace(s, at, strings.TrimSuffix(at, "<")+"<!-- a -->"+at[len(strings.TrimSuffix(at, "<")):], 1)
		}
	}
	with := signing{id: "_r1", form: C14NExclusiveComments}
	for name, c := range map[string]struct {
		document string
		after    func(string) string
		valid    bool
	}{
		"between, computed with":         {document: comment(between)(unsignedResponse), valid: true},
		"between, not computed with":     {document: unsignedResponse, after: comment(between), valid: true},
		"in a value, computed with":      {document: comment(inside)(unsignedResponse), valid: true},
		"in a value, not computed with":  {document: unsignedResponse, after: comment(inside)},
		"between, and the text changed":  {document: unsignedResponse, after: func(s string) string { return strings.Replace(comment(between)(s), "idp.example<", "idp.evil<", 1) }},
		"an instruction is not left out": {document: unsignedResponse, after: func(s string) string { return strings.Replace(s, between, "<?a?>"+between, 1) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := sign(t, c.document, with)
			if c.after != nil {
				doc = c.after(doc)
			}
			s := verify(t, doc, key)[0]
			assert.Equal(t, c.valid, s.Valid(), "%v", s.Faults)
			if !c.valid {
				assert.Contains(t, kindsOf(s), "digest")
			}
		})
	}
}

func TestVerifyReadsPastWhatCanonicalizationRemoves(t *testing.T) {
	t.Parallel()
	key := certificate(t, "rsa-2048-1")
	doc := salesforceLike(t)
	for name, edit := range map[string][2]string{
		"order of attributes":   {`Name="roles" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"`, `NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified" Name="roles"`},
		"quotes":                {`Name="roles"`, `Name='roles'`},
		"empty-element form":    {`Success"/>`, `Success"></samlp:StatusCode>`},
		"CDATA":                 {">agent, supervisor<", "><![CDATA[agent, supervisor]]><"},
		"character reference":   {">agent,", ">&#97;gent,"},
		"white space in a tag":  {`Name="roles"`, "\n  Name = \"roles\""},
		"comment":               {">agent,", ">ag<!-- -->ent,"},
		"unused declaration":    {`<samlp:Response `, `<samlp:Response xmlns:unused="urn:unused" `},
		"line ends":             {"\n", "\r\n"},
		"white space in base64": {"</ds:SignatureValue>\n<ds:KeyInfo>", " \t</ds:SignatureValue>\n<ds:KeyInfo>"},
		"declaration of XML":    {`<?xml version="1.0" encoding="UTF-8"?>`, ""},
		"comment before root":   {`<samlp:Response `, "<!-- a -->\n<samlp:Response "},
	} {
		edited := strings.ReplaceAll(doc, edit[0], edit[1])
		if name == "white space in base64" { // the inner one is covered by the outer signature
			edited = strings.Replace(doc, edit[0], edit[1], 1)
		}
		require.NotEqual(t, doc, edited, name)
		for _, s := range verify(t, edited, key) {
			assert.True(t, s.Valid(), "%s: %v", name, s.Faults)
		}
	}
}

func TestVerifyWeakKeys(t *testing.T) {
	t.Parallel()
	t.Run("512 bits, which crypto/rsa refuses", func(t *testing.T) {
		t.Parallel()
		k := weakKey(t, 512, 65537)
		doc := sign(t, unsignedResponse, signing{id: "_r1", method: RSASHA1, cert: "-"})
		doc = resign(t, doc, k, crypto.SHA1)
		cert := Certificate{X509: &x509.Certificate{PublicKey: &k.pub, Raw: []byte("weak")}, Name: "weak"}
		requireValid(t, verify(t, doc, cert), 1)
		s := verify(t, strings.Replace(doc, "Version", "Version ", 1), cert)[0]
		assert.True(t, s.Valid())
		s = verify(t, strings.Replace(doc, "_q1", "_q2", 1), cert)[0]
		assert.Equal(t, [2]Agreement{Differs, Agrees}, [2]Agreement{s.Digest, s.Value})
	})
	t.Run("a forgery for exponent 3", func(t *testing.T) {
		t.Parallel()
		large := weak{pub: rsa.PublicKey{N: signer(t, "rsa-2048-1").Public().(*rsa.PublicKey).N, E: 3}}
		for _, k := range []weak{weakKey(t, 768, 3), large} {
			doc := sign(t, unsignedResponse, signing{id: "_r1", method: RSASHA1, cert: "-"})
			doc = forgeCube(t, doc, k)
			s := verify(t, doc, Certificate{X509: &x509.Certificate{PublicKey: &k.pub, Raw: []byte("e=3")}})[0]
			assert.Equal(t, Differs, s.Value, "garbage behind the digest (Bleichenbacher 2006)")
			assert.Nil(t, s.Key)
			assert.Nil(t, s.Signed)
		}
	})
}

func TestSignatureValueRefuses(t *testing.T) {
	t.Parallel()
	rsaKey, ecKey := signer(t, "rsa-2048-1"), signer(t, "ec-256-1")
	_, err := SignatureValue(nil, "u:none", rsaKey, nil)
	assert.EqualError(t, err, `no signature algorithm is named "u:none"`)
	_, err = SignatureValue(nil, ECDSASHA256, rsaKey, nil)
	assert.EqualError(t, err, "RSA 2048 cannot sign with "+ECDSASHA256)
	_, err = SignatureValue(nil, RSASHA256, ecKey, nil)
	assert.EqualError(t, err, "EC P-256 cannot sign with "+RSASHA256)
	_, err = SignatureValue(nil, RSAPSSSHA256, rsaKey, nil)
	assert.EqualError(t, err, "RSASSA-PSS needs randomness")
	_, err = Digest(nil, "u:none")
	assert.EqualError(t, err, `no digest is named "u:none"`)
}

// goxmldsig verifies what was signed here. It wants certificates that are valid, and a
// Signature below the element.
func TestGoxmldsigVerifiesOurSignatures(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"rsa-2048-1", "rsa-4096-1"} {
		for _, method := range []string{RSASHA1, RSASHA256, RSASHA384, RSASHA512} {
			doc := sign(t, unsignedResponse, signing{id: "_r1", key: key, method: method})
			tree := etree.NewDocument()
			require.NoError(t, tree.ReadFromString(doc))
			ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{certificate(t, key).X509}})
			ctx.Clock = dsig.NewFakeClockAt(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
			_, err := ctx.Validate(tree.Root())
			require.NoError(t, err, method)
			tree.Root().FindElement("//NameID").SetText("mallory")
			_, err = ctx.Validate(tree.Root())
			require.Error(t, err)
		}
	}
}

// What goxmldsig signs verifies here but for where it puts the signature.
func TestVerifyGoxmldsigsSignatures(t *testing.T) {
	t.Parallel()
	for name, canonicalizer := range map[string]dsig.Canonicalizer{
		C14NExclusive: dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""), C14NExclusiveComments: dsig.MakeC14N10ExclusiveWithCommentsCanonicalizerWithPrefixList(""),
	} {
		tree := etree.NewDocument()
		require.NoError(t, tree.ReadFromString(unsignedResponse))
		ctx := dsig.NewDefaultSigningContext(dsig.TLSCertKeyStore(tls.Certificate{Certificate: [][]byte{certificate(t, "rsa-2048-1").X509.Raw}, PrivateKey: signer(t, "rsa-2048-1")}))
		ctx.Canonicalizer = canonicalizer
		require.NoError(t, ctx.SetSignatureMethod(dsig.RSASHA256SignatureMethod))
		signed, err := ctx.SignEnveloped(tree.Root())
		require.NoError(t, err)
		out := etree.NewDocument()
		out.SetRoot(signed)
		text, err := out.WriteToString()
		require.NoError(t, err)
		s := verify(t, text, certificate(t, "rsa-2048-1"))[0]
		assert.Equal(t, [2]Agreement{Agrees, Agrees}, [2]Agreement{s.Digest, s.Value}, "%s: %v", name, s.Faults)
		require.Len(t, s.Faults, 1)
		assert.Equal(t, FaultPlace, s.Faults[0].Kind)
	}
}

// xmlsec1 agrees on every algorithm that version 1.2 knows, and on what is broken.
func TestXmlsecAgrees(t *testing.T) {
	t.Parallel()
	xmlsec1 := tool(t, "xmlsec1", "xmlsec1")
	dir := t.TempDir()
	check := func(name, doc, key string, n int) bool {
		file, pub := filepath.Join(dir, name+".xml"), filepath.Join(dir, key+".pem")
		require.NoError(t, os.WriteFile(file, []byte(doc), 0o600))
		require.NoError(t, os.WriteFile(pub, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate(t, key).X509.Raw}), 0o600))
		out, err := exec.Command(xmlsec1, "--verify", "--enabled-key-data", "key-name", "--pubkey-cert-pem", pub,
			"--id-attr:ID", NSProtocol+":Response", "--id-attr:ID", NSAssertion+":Assertion",
			"--node-xpath", "(//*[local-name()='Signature'])["+strconv.Itoa(n)+"]", file).CombinedOutput()
		if err != nil {
			require.NotContains(t, string(out), "Usage:")
		}
		return err == nil
	}
	doc := salesforceLike(t)
	assert.True(t, check("both", doc, "rsa-2048-1", 1))
	assert.True(t, check("both", doc, "rsa-2048-1", 2))
	assert.False(t, check("other", doc, "rsa-2048-2", 1))
	assert.False(t, check("edited", strings.Replace(doc, "zoë", "zoe", 1), "rsa-2048-1", 2))
	for i, c := range []struct{ method, key string }{
		{RSASHA1, "rsa-2048-1"}, {RSASHA224, "rsa-2048-1"}, {RSASHA256, "rsa-2048-1"}, {RSASHA384, "rsa-2048-1"}, {RSASHA512, "rsa-2048-1"},
		{ECDSASHA1, "ec-256-1"}, {ECDSASHA256, "ec-256-1"}, {ECDSASHA384, "ec-384-1"}, {ECDSASHA512, "ec-384-1"},
	} {
		s := signing{id: "_r1", key: c.key, method: c.method, digest: digestURIs[i%4], list: []string{"-", "ds samlp xs", "#default xs"}[i%3],
			c14n: []string{C14NExclusive, C14NExclusiveComments, C14NInclusive, C14N11}[i%4], form: []string{C14NExclusive, C14NExclusiveComments}[i%2]}
		assert.True(t, check("algorithm", sign(t, unsignedResponse, s), c.key, 1), c.method)
	}
}

func TestVerifyECDSAEncoding(t *testing.T) {
	t.Parallel()
	der := func(octets []byte) []byte {
		half := len(octets) / 2
		b, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(octets[:half]), new(big.Int).SetBytes(octets[half:])})
		require.NoError(t, err)
		return b
	}
	s := verify(t, sign(t, unsignedResponse, signing{id: "_r1", key: "ec-256-1", method: ECDSASHA256, value: der}), certificate(t, "ec-256-1"))[0]
	require.Len(t, s.Faults, 1)
	assert.Equal(t, [2]any{FaultValue, CauseDER}, [2]any{s.Faults[0].Kind, s.Faults[0].Cause})
	assert.Equal(t, "r and s, 32 octets each", s.Faults[0].Want)
	padded := func(octets []byte) []byte {
		half := len(octets) / 2
		return append(append(append([]byte{0}, octets[:half]...), 0), octets[half:]...)
	}
	s = verify(t, sign(t, unsignedResponse, signing{id: "_r1", key: "ec-256-1", method: ECDSASHA256, value: padded}), certificate(t, "ec-256-1"))[0]
	require.Len(t, s.Faults, 1)
	assert.Equal(t, [2]any{FaultValue, CauseUnfilled}, [2]any{s.Faults[0].Kind, s.Faults[0].Cause})
	assert.Contains(t, s.Faults[0].Note, "not filled to the size of the curve")
	assert.Equal(t, 48, curveOctets(signer(t, "ec-384-1").Public().(*ecdsa.PublicKey)))
}
