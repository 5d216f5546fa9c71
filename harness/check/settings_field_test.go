package check

import (
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// specimen is settings in which every setting occurs.
func specimen(t testing.TB) *settings.Settings {
	s := embedded(t, enhanced)
	trust(s, "https://flex.acme.example")
	a, u := &s.Salesforce.ConnectedApp, &s.Salesforce.Users[0]
	put(&a.Kind, settings.KindExternalClientApp)
	put(&a.AppID, "0sp0A0000000Acm")
	put(&a.SingleLogoutURL, "https://flex.acme.example/logout")
	put(&a.SingleLogoutBinding, settings.LogoutPOST)
	own := &s.Flex.ServiceProvider
	attach(&own.SigningCertificate, "sp.crt", s.Flex.X509Certificate.Data)
	attach(&own.EncryptionCertificate, "sp.crt", s.Flex.X509Certificate.Data)
	put(&own.SingleLogoutURL, a.SingleLogoutURL.Value)
	put(&own.SingleLogoutBinding, a.SingleLogoutBinding.Value)
	put(&own.IdentityProviderLogoutURL, s.Salesforce.LogoutURL())
	a.PermissionSets = []settings.Text{{Value: "Flex_Users", Path: "salesforce.connected_app.permission_sets[0]", Set: true}}
	put(&u.ID, "0050A0000000Acm")
	put(&u.Role, "Service Agents")
	u.PermissionSets = []settings.Text{{Value: "Flex_Users", Path: "salesforce.users[0].permission_sets[0]", Set: true}}
	u.Fields = []settings.UserField{{
		Path:  "salesforce.users[0].fields[0]",
		Name:  settings.Text{Value: "Department", Path: "salesforce.users[0].fields[0].name", Set: true},
		Value: settings.Text{Value: "Support", Path: "salesforce.users[0].fields[0].value", Set: true},
	}}
	return s
}

// wrong is for every setting a value that one check refuses at just that place.
var wrong = []struct {
	path, id string
	edit     func(s *settings.Settings)
}{
	{"salesforce.my_domain", "settings/my-domain", func(s *settings.Settings) { s.Salesforce.MyDomain.Value = "acme" }},
	{"salesforce.organization_id", "settings/organization-id", func(s *settings.Settings) { s.Salesforce.OrganizationID.Value = "0010A0000000Acm" }},
	{"salesforce.certificates[0].label", "settings/certificate-name", func(s *settings.Settings) { s.Salesforce.Certificates[0].Label.Value = "" }},
	{"salesforce.certificates[0].unique_name", "settings/certificate-name", func(s *settings.Settings) { s.Salesforce.Certificates[0].UniqueName.Value = "2_SSO" }},
	{"salesforce.certificates[0].key_size", "settings/certificate-key-size", func(s *settings.Settings) { s.Salesforce.Certificates[0].KeySize.Value = 1024 }},
	{"salesforce.certificates[0].exportable_private_key", "settings/exportable-private-key", func(s *settings.Settings) { s.Salesforce.Certificates[0].ExportablePrivateKey.Value = false }},
	{"salesforce.certificates[0].file", "settings/certificate-readable", func(s *settings.Settings) { s.Salesforce.Certificates[0].File.Data = []byte("x") }},
	{"salesforce.identity_provider.enabled", "settings/identity-provider-enabled", func(s *settings.Settings) { s.Salesforce.IdentityProvider.Enabled.Value = false }},
	{"salesforce.identity_provider.certificate", "settings/idp-certificate", func(s *settings.Settings) { s.Salesforce.IdentityProvider.Certificate.Value = "x" }},
	{"salesforce.connected_app.kind", "settings/app-kind", func(s *settings.Settings) { app(s).Kind.Value = "Connected App" }},
	{"salesforce.connected_app.app_id", "settings/app-id", func(s *settings.Settings) { app(s).AppID.Value = "0H40A0000000Acm" }},
	{"salesforce.connected_app.name", "settings/app-name", func(s *settings.Settings) { app(s).Name.Value = "" }},
	{"salesforce.connected_app.api_name", "settings/app-name", func(s *settings.Settings) { app(s).APIName.Value = "Twilio__Flex" }},
	{"salesforce.connected_app.contact_email", "settings/contact-email", func(s *settings.Settings) { app(s).ContactEmail.Value = "" }},
	{"salesforce.connected_app.start_url", "settings/start-url", func(s *settings.Settings) { app(s).StartURL.Value = "" }},
	{"salesforce.connected_app.enable_saml", "settings/enable-saml", func(s *settings.Settings) { app(s).EnableSAML.Value = false }},
	{"salesforce.connected_app.entity_id", "settings/entity-id", func(s *settings.Settings) { app(s).EntityID.Value = "x" }},
	{"salesforce.connected_app.acs_url", "settings/acs-url", func(s *settings.Settings) { app(s).ACSURL.Value = "x" }},
	{"salesforce.connected_app.subject_type", "settings/subject-type", func(s *settings.Settings) { app(s).SubjectType.Value = settings.SubjectUserID }},
	{"salesforce.connected_app.subject_custom_attribute", "settings/subject-custom-attribute", func(s *settings.Settings) { put(&app(s).SubjectCustomAttribute, "Employee_Number__c") }},
	{"salesforce.connected_app.name_id_format", "settings/name-id-format", func(s *settings.Settings) { app(s).NameIDFormat.Value = "" }},
	{"salesforce.connected_app.issuer", "settings/issuer", func(s *settings.Settings) { app(s).Issuer.Value = "x" }},
	{"salesforce.connected_app.idp_certificate", "settings/idp-certificate", func(s *settings.Settings) { app(s).IDPCertificate.Value = "x" }},
	{"salesforce.connected_app.signing_algorithm", "settings/signing-algorithm", func(s *settings.Settings) { app(s).SigningAlgorithm.Value = "MD5" }},
	{"salesforce.connected_app.verify_request_signatures", "settings/verify-request-signatures", func(s *settings.Settings) {
		app(s).VerifyRequestSignatures.Value, s.Flex.ServiceProvider = true, settings.ServiceProvider{}
	}},
	{"salesforce.connected_app.request_certificate", "settings/request-certificate", func(s *settings.Settings) { attach(&app(s).RequestCertificate, "x", nil) }},
	{"salesforce.connected_app.encrypt_saml_response", "settings/encrypt-response", func(s *settings.Settings) {
		app(s).EncryptSAMLResponse.Value, s.Flex.ServiceProvider = true, settings.ServiceProvider{}
	}},
	{"salesforce.connected_app.encryption_certificate", "settings/encryption-certificate", func(s *settings.Settings) { attach(&app(s).EncryptionCertificate, "x", nil) }},
	{"salesforce.connected_app.encryption_algorithm", "settings/encryption-certificate", func(s *settings.Settings) { put(&app(s).EncryptionAlgorithm, "DES") }},
	{"salesforce.connected_app.single_logout_url", "settings/single-logout", func(s *settings.Settings) { app(s).SingleLogoutURL.Value = "http://flex.acme.example/logout" }},
	{"salesforce.connected_app.single_logout_binding", "settings/single-logout", func(s *settings.Settings) { app(s).SingleLogoutBinding.Value = "POST" }},
	{"salesforce.connected_app.custom_attributes[0].key", "settings/full-name-attribute", func(s *settings.Settings) { key(s, 0, "FullName") }},
	{"salesforce.connected_app.custom_attributes[0].value", "settings/formula", func(s *settings.Settings) { value(s, 0, "x") }},
	{"salesforce.connected_app.custom_attributes[1].key", "settings/roles-attribute", func(s *settings.Settings) { key(s, 1, "Roles") }},
	{"salesforce.connected_app.custom_attributes[1].value", "settings/role-names", func(s *settings.Settings) { value(s, 1, `"x"`) }},
	{"salesforce.connected_app.profiles[0]", "settings/profile-access", func(s *settings.Settings) { app(s).Profiles[0].Value = "" }},
	{"salesforce.connected_app.permission_sets[0]", "settings/permission-sets", func(s *settings.Settings) { app(s).PermissionSets[0].Value = "Flex Users" }},
	{"salesforce.users[0].first_name", "settings/full-name-value", func(s *settings.Settings) { s.Salesforce.Users[0].FirstName.Value = "" }},
	{"salesforce.users[0].last_name", "settings/user-fields", func(s *settings.Settings) { s.Salesforce.Users[0].LastName.Value = "" }},
	{"salesforce.users[0].alias", "settings/user-fields", func(s *settings.Settings) { s.Salesforce.Users[0].Alias.Value = "" }},
	{"salesforce.users[0].email", "settings/user-email", func(s *settings.Settings) { s.Salesforce.Users[0].Email.Value = "" }},
	{"salesforce.users[0].username", "settings/user-fields", func(s *settings.Settings) { s.Salesforce.Users[0].Username.Value = "" }},
	{"salesforce.users[0].nickname", "settings/user-fields", func(s *settings.Settings) { s.Salesforce.Users[0].Nickname.Value = "" }},
	{"salesforce.users[0].license", "settings/user-fields", func(s *settings.Settings) { s.Salesforce.Users[0].License.Value = "" }},
	{"salesforce.users[0].profile", "settings/user-fields", func(s *settings.Settings) { s.Salesforce.Users[0].Profile.Value = "" }},
	{"salesforce.users[0].active", "settings/user-active", func(s *settings.Settings) { s.Salesforce.Users[0].Active.Value = false }},
	{"salesforce.users[0].federation_id", "settings/federation-id", func(s *settings.Settings) { app(s).SubjectType.Value = settings.SubjectFederationID }},
	{"salesforce.users[0].id", "settings/user-id", func(s *settings.Settings) { s.Salesforce.Users[0].ID.Value = "0050A0000000Acm123" }},
	{"salesforce.users[0].role", "settings/user-role", func(s *settings.Settings) {
		s.Salesforce.Users[0].Role.Value = ""
		value(s, 0, "$User.FirstName & $UserRole.Name")
	}},
	{"salesforce.users[0].permission_sets[0]", "settings/permission-sets", func(s *settings.Settings) { s.Salesforce.Users[0].PermissionSets[0].Value = "" }},
	{"salesforce.users[0].fields[0].name", "settings/user-custom-fields", func(s *settings.Settings) { s.Salesforce.Users[0].Fields[0].Name.Value = "Email" }},
	{"salesforce.users[0].fields[0].value", "settings/user-custom-fields", func(s *settings.Settings) {
		s.Salesforce.Users[0].Fields[0].Value.Value = strings.Repeat("x", 256)
	}},
	{"flex.account_sid", "settings/account-sid", func(s *settings.Settings) { s.Flex.AccountSID.Value = "" }},
	{"flex.sso", "settings/sso", func(s *settings.Settings) { s.Flex.SSO.Value = "saml" }},
	{"flex.connection_sid", "settings/connection-sid", func(s *settings.Settings) { s.Flex.ConnectionSID.Value = "" }},
	{"flex.friendly_name", "settings/friendly-name", func(s *settings.Settings) { s.Flex.FriendlyName.Value = "" }},
	{"flex.x509_certificate_file", "settings/certificate-readable", func(s *settings.Settings) { s.Flex.X509Certificate.Data = nil }},
	{"flex.identity_provider_issuer", "settings/issuer", func(s *settings.Settings) { s.Flex.IdentityProviderIssuer.Value = "x" }},
	{"flex.sso_url", "settings/sso-url", func(s *settings.Settings) { s.Flex.SSOURL.Value = "" }},
	{"flex.default_redirect_url", "settings/default-redirect-url", func(s *settings.Settings) { s.Flex.DefaultRedirectURL.Value = "x" }},
	{"flex.twilio_sso_url", "settings/twilio-sso-url", func(s *settings.Settings) { put(&s.Flex.TwilioSSOURL, "x") }},
	{"flex.login_link", "settings/login-link", func(s *settings.Settings) { s.Flex.LoginLink.Value = "x" }},
	{"flex.trusted_urls[0]", "settings/trusted-urls", func(s *settings.Settings) { s.Flex.TrustedURLs[0].Value = "*" }},
	{"flex.login_popup", "settings/login-popup", func(s *settings.Settings) { s.Flex.LoginPopup.Value = true }},
	{"flex.service_provider.signing_certificate", "settings/logout-signing", func(s *settings.Settings) { s.Flex.ServiceProvider.SigningCertificate.Data = nil }},
	{"flex.service_provider.encryption_certificate", "settings/certificate-readable", func(s *settings.Settings) {
		s.Flex.ServiceProvider.EncryptionCertificate.Data = []byte("x")
	}},
	{"flex.service_provider.single_logout_url", "settings/single-logout", func(s *settings.Settings) { s.Flex.ServiceProvider.SingleLogoutURL.Value = "x" }},
	{"flex.service_provider.single_logout_binding", "settings/single-logout", func(s *settings.Settings) { s.Flex.ServiceProvider.SingleLogoutBinding.Value = "x" }},
	{"flex.service_provider.identity_provider_logout_url", "settings/identity-provider-logout-url", func(s *settings.Settings) {
		s.Flex.ServiceProvider.IdentityProviderLogoutURL.Value = "x"
	}},
}

func TestEverySettingHasACheckThatFails(t *testing.T) {
	covered := map[string]bool{}
	for _, tt := range wrong {
		covered[tt.path] = true
		s := specimen(t)
		for _, r := range judge(s) {
			require.NotEqual(t, Fail, r.Status, "%s: %v", r.Check.ID, r.Findings)
		}
		tt.edit(s)
		var at []string
		for _, r := range judge(s) {
			if r.Check.ID == tt.id {
				for _, f := range r.Findings {
					at = append(at, f.At)
				}
			}
		}
		assert.Contains(t, at, tt.path, tt.id)
	}
	// Of several users the first stands for the others.
	for v := range specimen(t).Values() {
		if !strings.HasPrefix(v.Path, "salesforce.users[1]") {
			assert.True(t, covered[v.Path], "no check is shown to fail at %s", v.Path)
		}
	}
}

func TestEverySettingHasALabel(t *testing.T) {
	for v := range specimen(t).Values() {
		f := mend(v.Path, "x")
		assert.NotEmpty(t, f.Setting, v.Path)
		if strings.HasPrefix(v.Path, "flex.") {
			assert.Equal(t, FlexSide, f.Side, v.Path)
		} else {
			assert.Equal(t, Salesforce, f.Side, v.Path)
		}
	}
	assert.Zero(t, mend("flex.unknown", "x"))
}

// What a check tells to mend is at a setting that there is.
func TestEveryCheckOfSettingsIsMendedSomewhere(t *testing.T) {
	for _, ch := range settingsChecks {
		assert.NotEmpty(t, ch.Fix.Setting, ch.ID)
		assert.Equal(t, Flex, ch.Profile, ch.ID)
	}
}

// Nothing that stands in a settings file makes a check panic.
func FuzzSettings(f *testing.F) {
	f.Add("https://acme.my.salesforce.com/", "“agent”", "ACxxxx", uint8(3))
	f.Add("\xff", `"agent`, "*", uint8(200))
	f.Fuzz(func(t *testing.T, a, b, c string, n uint8) {
		s := specimen(t)
		i := 0
		for _, field := range []*settings.Text{
			&s.Salesforce.MyDomain, &s.Salesforce.OrganizationID, &s.Salesforce.Certificates[0].UniqueName, &s.Salesforce.Certificates[0].Label,
			&s.Salesforce.IdentityProvider.Certificate, &app(s).APIName, &app(s).ContactEmail, &app(s).StartURL, &app(s).EntityID, &app(s).ACSURL,
			&app(s).SubjectType, &app(s).NameIDFormat, &app(s).Issuer, &app(s).IDPCertificate, &app(s).CustomAttributes[0].Key,
			&app(s).CustomAttributes[0].Value, &app(s).CustomAttributes[1].Value, &app(s).Profiles[0], &s.Salesforce.Users[0].Username,
			&s.Flex.AccountSID, &s.Flex.SSO, &s.Flex.ConnectionSID, &s.Flex.IdentityProviderIssuer, &s.Flex.SSOURL, &s.Flex.DefaultRedirectURL,
			&s.Flex.LoginLink, &s.Flex.TrustedURLs[0],
		} {
			if i++; (int(n)+i)%3 == 0 {
				put(field, []string{a, b, c}[i%3])
			}
		}
		s.Flex.X509Certificate.Data = []byte(c)
		for _, r := range judge(s) {
			assert.NotEqual(t, Broken, r.Status, "%s: %s", r.Check.ID, r.Reason)
		}
	})
}
