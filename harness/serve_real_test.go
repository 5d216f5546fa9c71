package harness

import (
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The certificates of a side that is the real one are no stand-ins: its own keys sign
// and decrypt.
func TestServeTrustsTheRealSide(t *testing.T) {
	t.Parallel()
	s, err := fixtures.Default()
	require.NoError(t, err)
	typed := s.Flex.X509Certificate.Data
	app := &s.Salesforce.ConnectedApp
	app.RequestCertificate.Data, app.EncryptionCertificate.Data = typed, typed
	for _, c := range []struct {
		half                Half
		trusted, registered bool // is the real one
	}{{"", false, false}, {HalfFlex, true, false}, {HalfSalesforce, false, true}} {
		st, err := newStage(s, Options{Half: c.half, At: ScenarioTime})
		require.NoError(t, err)
		st.close()
		app := &st.settings.Salesforce.ConnectedApp
		assert.Equal(t, c.trusted, string(typed) == string(st.settings.Flex.X509Certificate.Data), c.half)
		assert.Equal(t, c.registered, string(typed) == string(app.RequestCertificate.Data), c.half)
		assert.Equal(t, c.registered, string(typed) == string(app.EncryptionCertificate.Data), c.half)
	}
}
