package harness

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOneCertificateHasOneStandIn(t *testing.T) {
	s, err := fixtures.Default()
	require.NoError(t, err)
	c, stands, err := standIn(s)
	require.NoError(t, err)
	in, out := s.Salesforce.Certificates[0].File.Data, c.Salesforce.Certificates[0].File.Data
	assert.NotEqual(t, in, out)
	assert.Equal(t, out, c.Flex.X509Certificate.Data)
	original, err := saml.ParseCertificate(in)
	require.NoError(t, err)
	stand, err := saml.ParseCertificate(out)
	require.NoError(t, err)
	assert.Equal(t, original.Subject.String(), stand.Subject.String())
	assert.Equal(t, original.SerialNumber, stand.SerialNumber)
	assert.Equal(t, original.NotAfter, stand.NotAfter)
	assert.NotEqual(t, original.PublicKey, stand.PublicKey)
	require.NotNil(t, stands.key(stand))
	assert.Equal(t, stand.PublicKey, stands.key(stand).Public())
	assert.Nil(t, stands.key(original))
}

func TestTwoCertificatesHaveTwoStandIns(t *testing.T) {
	s, err := fixtures.Default()
	require.NoError(t, err)
	s.Flex.X509Certificate.Data, err = another(2048, 2, longAgo, farOff)
	require.NoError(t, err)
	c, _, err := standIn(s)
	require.NoError(t, err)
	salesforce, err := saml.ParseCertificate(c.Salesforce.Certificates[0].File.Data)
	require.NoError(t, err)
	flex, err := saml.ParseCertificate(c.Flex.X509Certificate.Data)
	require.NoError(t, err)
	assert.NotEqual(t, salesforce.PublicKey, flex.PublicKey)
}

// A certificate that was issued again for the same key verifies what the old one did.
func TestARenewedCertificateKeepsItsKey(t *testing.T) {
	s, err := fixtures.Default()
	require.NoError(t, err)
	old, err := another(2048, 2, longAgo, farOff)
	require.NoError(t, err)
	renewed, err := another(2048, 2, longAgo, farOff.AddDate(1, 0, 0))
	require.NoError(t, err)
	s.Salesforce.Certificates[0].File.Data, s.Flex.X509Certificate.Data = renewed, old
	c, _, err := standIn(s)
	require.NoError(t, err)
	salesforce, err := saml.ParseCertificate(c.Salesforce.Certificates[0].File.Data)
	require.NoError(t, err)
	flex, err := saml.ParseCertificate(c.Flex.X509Certificate.Data)
	require.NoError(t, err)
	assert.Equal(t, salesforce.PublicKey, flex.PublicKey)
	assert.NotEqual(t, salesforce.NotAfter, flex.NotAfter)
}

func TestWhatCannotBeReadStays(t *testing.T) {
	s, err := fixtures.Default()
	require.NoError(t, err)
	s.Flex.X509Certificate = settings.File{Data: []byte("no certificate")}
	c, _, err := standIn(s)
	require.NoError(t, err)
	assert.Equal(t, "no certificate", string(c.Flex.X509Certificate.Data))
}

// A file with a chain in Salesforce's list is used as it is in life: responses are signed
// with the leaf's key, Flex has the leaf, and the authorities come along where asked for.
func TestReplayWithAChain(t *testing.T) {
	t.Parallel()
	leaf, root := ofAuthority(t)
	for _, whole := range []bool{false, true} {
		s, err := fixtures.Default()
		require.NoError(t, err)
		s.Salesforce.Certificates[0].File.Data, s.Flex.X509Certificate.Data = slices.Concat(root, leaf), leaf
		r, err := Replay(t.Context(), s, Options{At: ScenarioTime, Users: []string{"ada@acme.example"}, Quirks: mockidp.Quirks{WholeChain: whole}})
		require.NoError(t, err)
		causes, _, warns := Outcome(r)
		assert.Empty(t, causes)
		assert.Empty(t, warns)
		want := 2 // one in each signature
		if whole {
			want = 4
		}
		assert.Equal(t, want, strings.Count(string(r.Logins[0].Exchange.Response.XML), "<ds:X509Certificate>"))
	}
}

// ofAuthority is a certificate that another one's key signed, and that other one.
func ofAuthority(t testing.TB) (leaf, root []byte) {
	t.Helper()
	key, _ := poolKey(t, 0)
	authority, root := poolKey(t, 4)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "acme"}, NotBefore: longAgo, NotAfter: farOff,
	}, parse(t, root), key.Public(), authority)
	require.NoError(t, err)
	leaf = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return leaf, root
}
