package mocksp_test

import (
	"crypto"
	"crypto/rsa"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

// encrypt puts the assertion of a response into an EncryptedAssertion, for a key of the
// pool.
func encrypt(t testing.TB, doc string, key int, data string) string {
	from := strings.Index(doc, "<saml:Assertion")
	to := strings.Index(doc, "</saml:Assertion>") + len("</saml:Assertion>")
	require.Positive(t, from)
	sealed, err := saml.Encrypt([]byte(doc[from:to]), signer(t, key).Public().(*rsa.PublicKey), data, random())
	require.NoError(t, err)
	return doc[:from] + `<saml:EncryptedAssertion xmlns:saml="` + saml.NSAssertion + `">` + string(sealed) + `</saml:EncryptedAssertion>` + doc[to:]
}

func decryption(t testing.TB, n int) saml.PrivateKey {
	return saml.PrivateKey{Key: signer(t, n).(crypto.Decrypter), Name: "key"}
}

// A service provider with keys reads what is encrypted to one of them; Flex, which has
// none, refuses.
func TestEncryptedResponses(t *testing.T) {
	t.Parallel()
	type made struct {
		data    string
		signs   string // mint.unsigned
		broken  bool   // the assertion's signature
		keys    []int
		refused string // "" where it is accepted; in the verdict's text or detail
	}
	rows := map[string]made{
		"AES-128":                   {data: saml.AES128CBC, keys: []int{2}},
		"AES-256":                   {data: saml.AES256CBC, keys: []int{2}},
		"AES-256-GCM":               {data: saml.AES256GCM, keys: []int{2}, refused: "algorithm is not implemented"},
		"second key":                {data: saml.AES128CBC, keys: []int{3, 2}},
		"only the assertion signed": {data: saml.AES256CBC, signs: "Response", keys: []int{2}},
		"only the response signed":  {data: saml.AES256CBC, signs: "Assertion", keys: []int{2}},
		"nothing signed":            {data: saml.AES256CBC, signs: "both", keys: []int{2}, refused: "sign"},
		"signed by another":         {data: saml.AES256CBC, signs: "Response", keys: []int{2}, broken: true, refused: "signature"},
		"another key":               {data: saml.AES128CBC, keys: []int{3}, refused: "could not be decrypted"},
		"no key":                    {data: saml.AES128CBC, refused: "twilio doesn't currently support encryption"},
	}
	for name, row := range rows {
		for _, sso := range bothGenerations {
			t.Run(name+"/"+sso, func(t *testing.T) {
				t.Parallel()
				var keys []saml.PrivateKey
				for _, n := range row.keys {
					keys = append(keys, decryption(t, n))
				}
				opt := mocksp.Options{Now: clock, Random: random(), Decryption: keys}
				verdicts := heard(&opt)
				p := mocksp.New(half(t, sso), opt)
				b := open(t, p)
				sent, request := b.begin()
				inner := mint{sso: sso, inResponseTo: request.Attr("ID").Value(), unsigned: "both"}
				doc := inner.xml(t)
				if row.signs != "both" && row.signs != "Assertion" {
					by := inner
					if row.broken {
						by.key = 1
					}
					doc = by.sign(t, doc, "Assertion")
				}
				doc = encrypt(t, doc, 2, row.data)
				if row.signs != "both" && row.signs != "Response" {
					doc = inner.sign(t, doc, "Response")
				}
				response, at := b.finish(acsOf(sso), form("SAMLResponse", doc, sent.RelayState))
				require.Len(t, *verdicts, 1)
				v := (*verdicts)[0]
				if row.refused == "" {
					require.True(t, v.Accepted, v.Text+" "+v.Detail)
					assert.Equal(t, "ada@acme.example", v.Subject)
					assert.Equal(t, link, at)
					assert.Equal(t, 200, response.StatusCode)
					return
				}
				assert.False(t, v.Accepted)
				assert.Contains(t, strings.ToLower(v.Text+" "+v.Detail), row.refused)
			})
		}
	}
}

// What is encrypted to the right key and is no assertion logs nobody in.
func TestEncryptedSomethingElse(t *testing.T) {
	t.Parallel()
	h := half(t, settings.SSOEnhanced)
	judge := mocksp.OrdinaryWith(decryption(t, 2))
	for name, edit := range map[string]func(string) string{
		"another element": func(s string) string {
			sealed, err := saml.Encrypt([]byte(`<Assertion xmlns="urn:other"/>`), signer(t, 2).Public().(*rsa.PublicKey), saml.AES128CBC, random())
			require.NoError(t, err)
			return strings.Replace(s, "</samlp:Status>", `</samlp:Status><saml:EncryptedAssertion xmlns:saml="`+saml.NSAssertion+`">`+string(sealed)+`</saml:EncryptedAssertion>`, 1)
		},
		"an EncryptedID beside it": func(s string) string {
			s = strings.Replace(s, "</saml:NameID>", `</saml:NameID><saml:EncryptedID/>`, 1)
			return encrypt(t, s, 2, saml.AES128CBC)
		},
		"two assertions": func(s string) string {
			from, to := strings.Index(s, "<saml:Assertion"), strings.Index(s, "</saml:Assertion>")+len("</saml:Assertion>")
			return encrypt(t, s[:to]+s[from:], 2, saml.AES128CBC)
		},
	} {
		m := mint{sso: settings.SSOEnhanced, unsigned: "both"}.xml(t)
		m = mint{}.sign(t, edit(m), "Response")
		v := judge(&h, &saml.Message{Binding: saml.BindingPOST, XML: []byte(m), Param: "SAMLResponse"}, nil, now)
		assert.False(t, v.Accepted, name)
		assert.NotContains(t, v.Text, "ignature", name)
	}
}
