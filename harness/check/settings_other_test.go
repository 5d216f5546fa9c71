package check

import (
	"testing"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// elsewhere is an app for another service provider than Flex, which does all that Flex's
// must not.
func elsewhere(t *testing.T) *settings.Settings {
	s := embedded(t, enhanced)
	s.Flex = settings.Flex{}
	a := app(s)
	put(&a.EntityID, "https://sp.example/shibboleth")
	put(&a.ACSURL, "https://sp.example/Shibboleth.sso/SAML2/POST")
	put(&a.StartURL, "https://sp.example/secure/")
	put(&a.SubjectType, settings.SubjectPersistentID)
	put(&a.NameIDFormat, saml.FormatPersistent)
	put(&a.VerifyRequestSignatures, true)
	attach(&a.RequestCertificate, "sp.crt", s.Salesforce.Certificates[0].File.Data)
	put(&a.EncryptSAMLResponse, true)
	attach(&a.EncryptionCertificate, "sp.crt", s.Salesforce.Certificates[0].File.Data)
	a.CustomAttributes = a.CustomAttributes[:1]
	put(&a.CustomAttributes[0].Key, "urn:oid:2.16.840.1.113730.3.1.241")
	return s
}

// What Flex wants is no rule for the app of another service provider; what Salesforce
// itself wants is.
func TestSettingsOfAnotherServiceProvider(t *testing.T) {
	s := elsewhere(t)
	skipped := map[string]bool{}
	for _, r := range judge(s) {
		assert.NotEqual(t, Fail, r.Status, "%s: %v", r.Check.ID, r.Findings)
		skipped[r.Check.ID] = r.Reason == "the app is for another service provider than Flex"
	}
	for _, id := range []string{
		"settings/start-url", "settings/verify-request-signatures", "settings/encrypt-response", "settings/full-name-attribute",
		"settings/roles-attribute", "settings/attribute-types", "settings/full-name-value", "settings/role-names",
	} {
		assert.True(t, skipped[id], id)
	}
	for _, c := range []struct {
		id   string
		edit func(*settings.ConnectedApp)
		want Finding
	}{
		{"settings/subject-type", func(a *settings.ConnectedApp) { a.SubjectType.Value = "Federation" },
			Finding{At: "salesforce.connected_app.subject_type", Got: "Federation", Want: "FederationId", Note: Difference("Federation", "FederationId")}},
		{"settings/name-id-format", func(a *settings.ConnectedApp) { a.NameIDFormat.Value += "s" },
			Finding{At: "salesforce.connected_app.name_id_format", Got: saml.FormatPersistent + "s", Want: saml.FormatPersistent, Note: Difference(saml.FormatPersistent+"s", saml.FormatPersistent)}},
		{"settings/request-certificate", func(a *settings.ConnectedApp) { a.RequestCertificate = settings.File{} },
			Finding{Want: "the service provider's certificate", Note: "Verify Request Signatures is ticked"}},
		{"settings/encryption-certificate", func(a *settings.ConnectedApp) { a.EncryptionCertificate = settings.File{} },
			Finding{Want: "the service provider's certificate", Note: "Encrypt SAML Response is ticked"}},
	} {
		s := elsewhere(t)
		c.edit(app(s))
		var failed []string
		for _, r := range judge(s) {
			if r.Status == Fail {
				failed = append(failed, r.Check.ID)
				require.Len(t, r.Findings, 1, r.Check.ID)
				assert.Equal(t, c.want, bare(r.Findings[0]))
			}
		}
		assert.Equal(t, []string{c.id}, failed)
	}
}

// Where a half is left out, what the other one believes of it stands in.
func TestFromOneHalf(t *testing.T) {
	e := FromSettings(elsewhere(t))
	require.Len(t, e.Certificates, 1)
	assert.Equal(t, "Salesforce › Certificate and Key Management › SalesforceSSO", e.Certificates[0].Name)
	assert.Equal(t, SAML, e.Profile)
	assert.Equal(t, []string{"https://sp.example/shibboleth"}, e.Audiences)
	assert.Equal(t, []string{"https://sp.example/Shibboleth.sso/SAML2/POST"}, e.ACSURLs)
	assert.Equal(t, []string{"https://acme.my.salesforce.com"}, e.Issuers)
	assert.Equal(t, []string{"https://sp.example/shibboleth"}, e.RequestIssuers)
	assert.Len(t, e.RequestCertificates, 1)

	s := embedded(t, enhanced)
	s.Flex = settings.Flex{}
	e = FromSettings(s)
	assert.Equal(t, Flex, e.Profile, "its Entity Id is one of Flex's")
	assert.Equal(t, []string{"urn:flex:JQ0123456789abcdef0123456789abcdef"}, e.Audiences)

	s = embedded(t, enhanced)
	s.Salesforce = settings.Salesforce{}
	e = FromSettings(s)
	assert.Equal(t, Flex, e.Profile)
	assert.Equal(t, []string{"urn:flex:JQ0123456789abcdef0123456789abcdef"}, e.RequestIssuers)
	assert.Equal(t, []string{"https://login.flex.us1.twilio.com/login/callback?connection=JQ0123456789abcdef0123456789abcdef"}, e.RequestACSURLs)
	assert.Equal(t, []string{"https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"}, e.SSOURLs)
}

// Formats of a service provider are mended at the service provider.
func TestMetadataNameIDFormatOfServiceProvider(t *testing.T) {
	for role, side := range map[string]Side{"SPSSODescriptor": SP, "IDPSSODescriptor": IDP} {
		c := NewMetadataCase([]byte(`<EntityDescriptor xmlns="`+saml.NSMetadata+`" entityID="https://a.example"><`+role+` protocolSupportEnumeration="`+saml.NSProtocol+`"><NameIDFormat/></`+role+`></EntityDescriptor>`), &Expect{})
		r := Run([]*Check{MetadataNameIDFormats}, c)
		require.Len(t, r, 1)
		require.Equal(t, Fail, r[0].Status, role)
		fix := r[0].Check.Fix
		if f := r[0].Findings[0].Fix; f != nil {
			fix = *f
		}
		assert.Equal(t, side, fix.Side, role)
	}
}
