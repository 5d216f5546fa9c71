package mockidp

import (
	"crypto"
	"crypto/rsa"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

// opened is the assertion of a response with an encrypted one, which verifies by itself.
func opened(t testing.TB, response []byte, key crypto.Decrypter) *saml.Assertion {
	t.Helper()
	doc, err := saml.Parse(response, saml.Limits{})
	require.NoError(t, err)
	r := saml.ReadResponse(doc)
	require.Len(t, r.Encrypted, 1)
	require.Empty(t, r.Assertions)
	_, _, cert := poolKey(0)
	trusted := []saml.Certificate{{X509: cert}}
	for _, s := range saml.VerifySignatures(doc, trusted, nil) {
		require.Empty(t, s.Faults)
	}
	plain, _, err := saml.Decrypt(r.Encrypted[0], []saml.PrivateKey{{Key: key}})
	require.NoError(t, err)
	signatures := saml.VerifySignatures(plain, trusted, nil)
	require.Len(t, signatures, 1)
	require.Empty(t, signatures[0].Faults)
	return saml.ReadAssertion(plain.Root())
}

func TestEncryptSAMLResponse(t *testing.T) {
	t.Parallel()
	key, pem, _ := poolKey(2)
	for setting, algorithm := range map[string]string{"AES128": saml.AES128CBC, "AES256": saml.AES256CBC, "": saml.AES128CBC} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			half := acme()
			app := &half.ConnectedApp
			app.EncryptSAMLResponse.Value, app.EncryptionAlgorithm.Value, app.EncryptionCertificate.Data = true, setting, pem
			response, event := New(half, options()).Issue(&half.Users[0], Request{ID: "_r"})
			require.Equal(t, "Success", event.Code, event.Text)
			assert.Contains(t, string(response), `<xenc:EncryptionMethod Algorithm="`+algorithm+`"/>`)
			assert.NotContains(t, string(response), "ada@acme.example")
			a := opened(t, response, key.(crypto.Decrypter))
			assert.Equal(t, "ada@acme.example", a.NameID.Text())
		})
	}
}

// Without a certificate in the half, the assertion is encrypted to the key of the
// options, or to nobody's.
func TestEncryptTo(t *testing.T) {
	t.Parallel()
	key, _, _ := poolKey(2)
	half, opt := acme(), options()
	half.ConnectedApp.EncryptSAMLResponse.Value = true
	response, event := New(half, opt).Issue(&half.Users[0], Request{})
	require.Equal(t, "Success", event.Code, event.Text)
	doc, err := saml.Parse(response, saml.Limits{})
	require.NoError(t, err)
	_, _, err = saml.Decrypt(saml.ReadResponse(doc).Encrypted[0], []saml.PrivateKey{{Key: key.(crypto.Decrypter)}})
	require.ErrorIs(t, err, saml.ErrDecrypt)

	opt.EncryptTo = key.Public().(*rsa.PublicKey)
	response, event = New(half, opt).Issue(&half.Users[0], Request{})
	require.Equal(t, "Success", event.Code, event.Text)
	assert.Equal(t, "ada@acme.example", opened(t, response, key.(crypto.Decrypter)).NameID.Text())
}

func TestEncryptionsThatAreRight(t *testing.T) {
	t.Parallel()
	key, _, _ := poolKey(2)
	n := 0
	for _, f := range Faults() {
		if f.Encrypts && f.Verdict == Accept {
			n++
			t.Run(f.ID, func(t *testing.T) {
				t.Parallel()
				assert.Equal(t, "ada@acme.example", opened(t, issued(t, f), key.(crypto.Decrypter)).NameID.Text())
			})
		}
	}
	assert.Equal(t, 8, n)
}
