package harness_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// get is what an address answers.
func get(t *testing.T, address string) (int, []byte) {
	t.Helper()
	response, err := http.Get(address)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, body
}

// Where the other side is the real one, its hosts are left to it, and it is set up with
// the metadata of the mock.
func TestServeOneHalf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		half   harness.Half
		edit   func(*settings.Settings)
		hosts  []string
		starts [2]string
	}{
		{"Salesforce's", harness.HalfSalesforce, nil, []string{"acme.my.salesforce.com"}, [2]string{"", "https://acme.my.salesforce.com/idp/login?app=0sp0A00000"}},
		{"the only one", "", func(s *settings.Settings) { s.Flex = settings.Flex{} }, []string{"acme.my.salesforce.com"}, [2]string{"", "https://acme.my.salesforce.com/idp/login?app=0sp0A00000"}},
		{"Flex's", harness.HalfFlex, nil,
			[]string{"flex.twilio.com", "iam.twilio.com", "login.flex.us1.twilio.com", "preview.twilio.com", "services.twilio.com"}, [2]string{"https://flex.twilio.com/dancing-owl-1234", ""}},
	} {
		s, err := fixtures.Default()
		require.NoError(t, err)
		if c.edit != nil {
			c.edit(s)
		}
		site, err := harness.Serve(s, "127.0.0.1:0", harness.Options{Half: c.half, At: harness.ScenarioTime})
		require.NoError(t, err, c.name)
		defer site.Close()
		assert.Equal(t, c.hosts, site.Hosts(), c.name)
		assert.Equal(t, c.starts[0], site.Start(), c.name)
		assert.True(t, strings.HasPrefix(site.StartIDP(), c.starts[1]) && (site.StartIDP() == "") == (c.starts[1] == ""), c.name)
		idp, sp := site.MetadataURLs()
		there, missing, role := idp, "/sp.xml", "IDPSSODescriptor"
		if c.half == harness.HalfFlex {
			there, missing, role = sp, "/idp.xml", "SPSSODescriptor"
		}
		assert.True(t, (idp == "") != (sp == ""), c.name)
		status, body := get(t, there)
		assert.Equal(t, http.StatusOK, status, c.name)
		doc, err := saml.Parse(body, saml.Limits{})
		require.NoError(t, err, c.name)
		assert.Empty(t, saml.ValidateSchema(doc), c.name)
		assert.True(t, doc.Root().Child(saml.NSMetadata, role).Exists(), c.name)
		status, _ = get(t, "http://"+site.Proxy()+missing)
		assert.Equal(t, http.StatusNotFound, status, c.name)
		if c.half == harness.HalfSalesforce {
			require.NoError(t, site.Localhost())
			_, body = get(t, there)
			assert.Contains(t, string(body), `Location="http://localhost:`)
			assert.NotContains(t, string(body), `Location="https://acme.`)
			assert.Contains(t, string(body), `entityID="https://acme.my.salesforce.com"`)
		}
	}
	_, err := harness.Serve(&settings.Settings{}, "127.0.0.1:0", harness.Options{})
	var usage *harness.UsageError
	require.ErrorAs(t, err, &usage)
	assert.Equal(t, "the settings have no half to make a mock of", usage.Text)
}
