package settings_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFlexAddresses(t *testing.T) {
	for _, test := range []struct{ name, flex, entityID, acsURL string }{
		{"enhanced", "sso: enhanced, connection_sid: JQ1, account_sid: AC1", "urn:flex:JQ1", "https://login.flex.us1.twilio.com/login/callback?connection=JQ1"},
		{"enhanced by default", "connection_sid: JQ1", "urn:flex:JQ1", "https://login.flex.us1.twilio.com/login/callback?connection=JQ1"},
		{"legacy", "sso: legacy, account_sid: AC1", "https://iam.twilio.com/v1/Accounts/AC1/saml2/metadata", "https://iam.twilio.com/v1/Accounts/AC1/saml2"},
		{"legacy as the console shows it", "sso: legacy, twilio_sso_url: https://iam.twilio.com/v1/Accounts/AC2/saml2", "https://iam.twilio.com/v1/Accounts/AC2/saml2/metadata", "https://iam.twilio.com/v1/Accounts/AC2/saml2"},
		{"preview", "sso: legacy, twilio_sso_url: https://preview.twilio.com/iam/Accounts/AC1/saml2", "https://preview.twilio.com/iam/Accounts/AC1/saml2", "https://preview.twilio.com/iam/Accounts/AC1/saml2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := read(t, "flex: {"+test.flex+"}")
			assert.Equal(t, test.entityID, s.Flex.EntityID())
			assert.Equal(t, test.acsURL, s.Flex.ACSURL())
		})
	}
}

func TestSalesforceAddresses(t *testing.T) {
	s := read(t, "salesforce: {my_domain: acme.my.salesforce.com}")
	assert.Equal(t, "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect", s.Salesforce.RedirectURL())
	assert.Equal(t, "https://acme.my.salesforce.com/idp/endpoint/HttpPost", s.Salesforce.PostURL())
}

func TestCertificateByName(t *testing.T) {
	s := read(t, `salesforce:
  certificates: [{label: A b, unique_name: A_b}, {label: C}]
  identity_provider: {certificate: C}
  connected_app: {}
`)
	for name, want := range map[string]string{"A b": "A b", "A_b": "A b", "C": "C", "Default IdP Certificate": "C"} {
		c := s.Salesforce.Certificate(name)
		require.NotNil(t, c, name)
		assert.Equal(t, want, c.Label.Value)
	}
	assert.Nil(t, s.Salesforce.Certificate(""))
	assert.Nil(t, s.Salesforce.Certificate("a b"))
	app := s.Salesforce.ConnectedApp
	assert.Equal(t, "C", s.Salesforce.Certificate(app.IDPCertificate.Value).Label.Value, "an app without a choice uses that of the identity provider")

	s = read(t, "salesforce: {certificates: [{label: ''}], identity_provider: {certificate: ''}}")
	assert.Nil(t, s.Salesforce.Certificate("Default IdP Certificate"), "a certificate without a name is not meant by a choice without one")
}
