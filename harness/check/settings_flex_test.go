package check

import (
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
)

func TestSettingsOfFlex(t *testing.T) {
	const account = "AC0123456789abcdef0123456789abcdef"
	const connection = "JQ0123456789abcdef0123456789abcdef"
	testEdits(t, []edit{
		{title: "SSO neither enhanced nor legacy",
			edit:  func(s *settings.Settings) { s.Flex.SSO.Value = "Enhanced" },
			cause: "settings/sso",
			found: []Finding{{At: "flex.sso", Got: "Enhanced", Want: "enhanced or legacy", Note: "the letter case differs: “Enhanced” for “enhanced”"}}},
		{title: "legacy for enhanced",
			edit:    func(s *settings.Settings) { s.Flex.SSO.Value = settings.SSOLegacy },
			cause:   "settings/sso",
			found:   []Finding{{At: "flex.sso", Got: "legacy", Want: "enhanced", Note: "Entity Id and ACS URL in Salesforce are those of enhanced SSO"}},
			follows: []string{"settings/legacy-sso", "settings/connection-sid", "settings/entity-id", "settings/acs-url"}},
		{title: "enhanced for legacy", settings: legacy,
			edit:    func(s *settings.Settings) { s.Flex.SSO.Value = settings.SSOEnhanced },
			cause:   "settings/sso",
			found:   []Finding{{At: "flex.sso", Got: "enhanced", Want: "legacy", Note: "Entity Id and ACS URL in Salesforce are those of legacy SSO"}},
			follows: []string{"settings/connection-sid", "settings/twilio-sso-url"}},
		{title: "an account that is too short",
			edit:  func(s *settings.Settings) { s.Flex.AccountSID.Value = account[:33] },
			cause: "settings/account-sid",
			found: []Finding{{At: "flex.account_sid", Got: account[:33], Want: "AC and 32 hexadecimal digits", Note: "it is too short"}}},
		{title: "another account", settings: legacy,
			edit:  func(s *settings.Settings) { s.Flex.AccountSID.Value = otherAccount },
			cause: "settings/account-sid",
			found: []Finding{{At: "flex.account_sid", Got: otherAccount, Want: account,
				Note: "it is another value; salesforce.connected_app.entity_id and salesforce.connected_app.acs_url and flex.twilio_sso_url have the other"}},
			follows: []string{"settings/twilio-sso-url"}},
		{title: "another account in Twilio SSO URL", settings: legacy,
			edit: func(s *settings.Settings) {
				s.Flex.TwilioSSOURL.Value = strings.Replace(legacyACSURL, account, otherAccount, 1)
			},
			cause: "settings/twilio-sso-url",
			found: []Finding{{At: "flex.twilio_sso_url", Got: strings.Replace(legacyACSURL, account, otherAccount, 1), Want: legacyACSURL,
				Note: "the path is “/v1/Accounts/" + otherAccount + "/saml2”, not “/v1/Accounts/" + account + "/saml2”"}},
			follows: []string{"settings/entity-id", "settings/acs-url"}},
		{title: "the preview address", settings: legacy,
			edit: func(s *settings.Settings) {
				s.Flex.TwilioSSOURL.Value = "https://preview.twilio.com/iam/Accounts/" + account + "/saml2"
				app(s).ACSURL.Value, app(s).EntityID.Value = s.Flex.TwilioSSOURL.Value, s.Flex.TwilioSSOURL.Value
			},
			cause: "settings/twilio-sso-url",
			found: []Finding{{At: "flex.twilio_sso_url", Got: "https://preview.twilio.com/iam/Accounts/" + account + "/saml2", Want: legacyACSURL,
				Note: "it is the address of the time before general availability", Severity: Warning}}},
		{title: "a Twilio SSO URL with enhanced SSO",
			edit:  func(s *settings.Settings) { put(&s.Flex.TwilioSSOURL, legacyACSURL) },
			cause: "settings/twilio-sso-url",
			found: []Finding{{At: "flex.twilio_sso_url", Got: legacyACSURL, Want: "nothing: enhanced SSO has no Twilio SSO URL", Severity: Note}}},
		{title: "no connection",
			edit:  func(s *settings.Settings) { s.Flex.ConnectionSID.Value = "" },
			cause: "settings/connection-sid",
			found: []Finding{{At: "flex.connection_sid", Want: "JQ and 32 hexadecimal digits", Note: "nothing is there"}}},
		{title: "another connection",
			edit:  func(s *settings.Settings) { s.Flex.ConnectionSID.Value = otherConnect },
			cause: "settings/connection-sid",
			found: []Finding{{At: "flex.connection_sid", Got: otherConnect, Want: connection,
				Note: "it is another value; salesforce.connected_app.entity_id and salesforce.connected_app.acs_url have the other"}},
			follows: []string{"settings/entity-id", "settings/acs-url"}},
		{title: "the account for the connection",
			edit:    func(s *settings.Settings) { s.Flex.ConnectionSID.Value = account },
			cause:   "settings/connection-sid",
			found:   []Finding{{At: "flex.connection_sid", Got: account, Want: "JQ and 32 hexadecimal digits", Note: "this is an account SID"}},
			follows: []string{"settings/entity-id", "settings/acs-url"}},
		{title: "a connection with legacy SSO", settings: legacy,
			edit:  func(s *settings.Settings) { put(&s.Flex.ConnectionSID, connection) },
			cause: "settings/connection-sid",
			found: []Finding{{At: "flex.connection_sid", Got: connection, Want: "nothing: legacy SSO has no connection", Severity: Note}}},
		{title: "no friendly name",
			edit:  func(s *settings.Settings) { s.Flex.FriendlyName.Value = "" },
			cause: "settings/friendly-name",
			found: []Finding{{At: "flex.friendly_name", Want: "a name, as SalesforceSSO"}}},
		{title: "Default Redirect URL at Salesforce",
			edit:  func(s *settings.Settings) { s.Flex.DefaultRedirectURL.Value = s.Flex.SSOURL.Value },
			cause: "settings/default-redirect-url",
			found: []Finding{{At: "flex.default_redirect_url", Got: "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect", Want: "https://flex.twilio.com/dancing-owl-1234", Flow: saml.FlowIDP,
				Note: "it leads back to Salesforce; Twilio's page prints it so, and it is likely to be a mistake of that page"}}},
		{title: "Default Redirect URL of another instance",
			edit: func(s *settings.Settings) {
				s.Flex.DefaultRedirectURL.Value = "https://flex.twilio.com/dancing-owl-1243"
			},
			cause: "settings/default-redirect-url",
			found: []Finding{{At: "flex.default_redirect_url", Got: "https://flex.twilio.com/dancing-owl-1243", Want: "https://flex.twilio.com/dancing-owl-1234", Flow: saml.FlowIDP,
				Note: "the characters “43” are swapped at the end"}}},
		{title: "no Default Redirect URL",
			edit:  func(s *settings.Settings) { s.Flex.DefaultRedirectURL.Value = "" },
			cause: "settings/redirect-after-login",
			found: []Finding{{At: "flex.default_redirect_url", Want: "the login link, as https://flex.twilio.com/dancing-owl-1234", Flow: saml.FlowIDP}}},
		{title: "the Start URL for the login link",
			edit:    func(s *settings.Settings) { s.Flex.LoginLink.Value = documentedStartURL },
			cause:   "settings/login-link",
			found:   []Finding{{At: "flex.login_link", Got: documentedStartURL, Want: instanceForm, Note: "it is the Start URL, which names no instance"}},
			follows: []string{"settings/default-redirect-url"}},
		{title: "a login link over http",
			edit:  func(s *settings.Settings) { s.Flex.LoginLink.Value = "http://flex.twilio.com/dancing-owl-1234" },
			cause: "settings/login-link",
			found: []Finding{{At: "flex.login_link", Got: "http://flex.twilio.com/dancing-owl-1234", Want: instanceForm, Note: "it has http for https"}}},
		{title: "a wildcard with enhanced SSO",
			edit:  func(s *settings.Settings) { trust(s, "https://*.acme.example") },
			cause: "settings/trusted-urls",
			found: []Finding{{At: "flex.trusted_urls[0]", Got: "https://*.acme.example", Want: "an address without a wildcard", Note: "enhanced SSO takes no wildcards"}}},
		{title: "a trusted URL without a scheme",
			edit:  func(s *settings.Settings) { trust(s, "flex.acme.example") },
			cause: "settings/trusted-urls",
			found: []Finding{{At: "flex.trusted_urls[0]", Got: "flex.acme.example", Want: "an address, as https://flex.acme.example"}}},
		{title: "a trusted URL over http",
			edit:  func(s *settings.Settings) { trust(s, "http://flex.acme.example", "http://localhost:3000") },
			cause: "settings/trusted-urls",
			found: []Finding{{At: "flex.trusted_urls[0]", Got: "http://flex.acme.example", Want: "an https address", Note: "it has http for https", Severity: Warning}}},
		{title: "login using popup",
			edit:  func(s *settings.Settings) { s.Flex.LoginPopup.Value = true },
			cause: "settings/login-popup",
			found: []Finding{{At: "flex.login_popup", Got: "on", Want: "off"}}},
	})
}

// trust types trusted URLs.
func trust(s *settings.Settings, addresses ...string) {
	for i, a := range addresses {
		s.Flex.TrustedURLs = append(s.Flex.TrustedURLs, settings.Text{Value: a, Path: "flex.trusted_urls[" + string(rune('0'+i)) + "]", Set: true})
	}
}

func TestSettingsOfSalesforce(t *testing.T) {
	testEdits(t, []edit{
		{title: "My Domain as an address",
			edit:    func(s *settings.Settings) { s.Salesforce.MyDomain.Value = "https://acme.my.salesforce.com/" },
			cause:   "settings/my-domain",
			found:   []Finding{{At: "salesforce.my_domain", Got: "https://acme.my.salesforce.com/", Want: "acme.my.salesforce.com", Note: "“https://” before and “/” after what is wanted are too much"}},
			follows: []string{"settings/issuer-form", "settings/sso-url"}},
		{title: "another My Domain",
			edit:  func(s *settings.Settings) { s.Salesforce.MyDomain.Value = "globex.my.salesforce.com" },
			cause: "settings/my-domain",
			found: []Finding{{At: "salesforce.my_domain", Got: "globex.my.salesforce.com", Want: "acme.my.salesforce.com",
				Note: "“globex” stands where “acme” is wanted; the issuers and the single sign-on URL name acme.my.salesforce.com"}},
			follows: []string{"settings/issuer-form", "settings/sso-url"}},
		{title: "no My Domain",
			edit:  func(s *settings.Settings) { s.Salesforce.MyDomain.Value = "" },
			cause: "settings/my-domain",
			found: []Finding{{At: "salesforce.my_domain", Want: "the host name of the org, as acme.my.salesforce.com"}}},
		{title: "an organization id of 16 characters",
			edit:  func(s *settings.Settings) { s.Salesforce.OrganizationID.Value = "00D0A0000000AcmX" },
			cause: "settings/organization-id",
			found: []Finding{{At: "salesforce.organization_id", Got: "00D0A0000000AcmX", Want: "00D and 12 or 15 further letters and digits", Note: "it has neither 15 nor 18 characters"}}},
		{title: "an organization id of 18 characters in lower case",
			edit: func(s *settings.Settings) {
				s.Salesforce.OrganizationID.Value = "00D0A0000000acm" + checksum("00D0A0000000Acm")
			},
			cause: "settings/organization-id",
			found: []Finding{{At: "salesforce.organization_id", Got: "00D0A0000000acmUAE", Want: "00D0A0000000acmUAA",
				Note: "the last three characters do not fit the letter case of the others"}},
			follows: []string{"settings/certificate-organization"}},
		{title: "no name of the app",
			edit:  func(s *settings.Settings) { app(s).Name.Value = "" },
			cause: "settings/app-name",
			found: []Finding{{At: "salesforce.connected_app.name", Want: "a name, as Twilio Flex"}}},
		{title: "an API name with a space",
			edit:  func(s *settings.Settings) { app(s).APIName.Value = "Twilio Flex" },
			cause: "settings/app-name",
			found: []Finding{{At: "salesforce.connected_app.api_name", Got: "Twilio Flex", Want: "an API name, as Twilio_Flex",
				Note: "a space, character 7, is neither a letter nor a digit nor an underscore"}}},
		{title: "no contact",
			edit:  func(s *settings.Settings) { app(s).ContactEmail.Value = "it" },
			cause: "settings/contact-email",
			found: []Finding{{At: "salesforce.connected_app.contact_email", Got: "it", Want: "an e-mail address, as it@acme.example"}}},
		{title: "SAML not enabled",
			edit:  func(s *settings.Settings) { app(s).EnableSAML.Value = false },
			cause: "settings/enable-saml",
			found: []Finding{{At: "salesforce.connected_app.enable_saml", Got: "not ticked", Want: "ticked"}}},
		{title: "SHA1",
			edit:  func(s *settings.Settings) { app(s).SigningAlgorithm.Value = "SHA1" },
			cause: "settings/signing-algorithm",
			found: []Finding{{At: "salesforce.connected_app.signing_algorithm", Got: "SHA1", Want: "SHA256", Severity: Warning}}},
		{title: "SHA-256",
			edit:  func(s *settings.Settings) { app(s).SigningAlgorithm.Value = "SHA-256" },
			cause: "settings/signing-algorithm",
			found: []Finding{{At: "salesforce.connected_app.signing_algorithm", Got: "SHA-256", Want: "SHA256", Note: "“-” is too much after “SHA”"}}},
		{title: "Verify Request Signatures ticked",
			edit: func(s *settings.Settings) {
				app(s).VerifyRequestSignatures.Value = true
				attach(&app(s).RequestCertificate, "flex.crt", s.Flex.X509Certificate.Data)
			},
			cause: "settings/verify-request-signatures",
			found: []Finding{{At: "salesforce.connected_app.verify_request_signatures", Got: "ticked", Want: "not ticked"}}},
		{title: "a request certificate without the tick",
			edit: func(s *settings.Settings) {
				attach(&app(s).RequestCertificate, "flex.crt", s.Flex.X509Certificate.Data)
			},
			cause: "settings/request-certificate",
			found: []Finding{{At: "salesforce.connected_app.request_certificate", Got: "flex.crt", Want: "no certificate"}}},
		{title: "Encrypt SAML Response ticked",
			edit: func(s *settings.Settings) {
				app(s).EncryptSAMLResponse.Value = true
				attach(&app(s).EncryptionCertificate, "flex.crt", s.Flex.X509Certificate.Data)
			},
			cause: "settings/encrypt-response",
			found: []Finding{{At: "salesforce.connected_app.encrypt_saml_response", Got: "ticked", Want: "not ticked"}}},
		{title: "an encryption certificate without the tick",
			edit: func(s *settings.Settings) {
				attach(&app(s).EncryptionCertificate, "flex.crt", s.Flex.X509Certificate.Data)
			},
			cause: "settings/encryption-certificate",
			found: []Finding{{At: "salesforce.connected_app.encryption_certificate", Got: "flex.crt", Want: "no certificate"}}},
		{title: "an encryption algorithm that Salesforce does not have",
			edit:  func(s *settings.Settings) { put(&app(s).EncryptionAlgorithm, "AES-128") },
			cause: "settings/encryption-certificate",
			found: []Finding{{At: "salesforce.connected_app.encryption_algorithm", Got: "AES-128", Want: "AES128 or AES256", Note: "“-” is too much after “AES”"}}},
	})
}

func TestSettingsOrganizationID(t *testing.T) {
	// Five characters give one of the checksum, the first of them its lowest bit.
	for id, want := range map[string]string{
		"000000000000000": "AAA", "A00000000000000": "BAA", "0A0000B00000C00": "CCE", "0000A0000A0000A": "QQQ", "ABCDEABCDEABCDE": "555",
	} {
		assert.Equal(t, want, checksum(id), id)
	}
}

// A half that is left out is not judged, nor is what would be compared with it.
func TestSettingsOfOneHalf(t *testing.T) {
	for _, half := range []string{"salesforce", "flex"} {
		s := embedded(t, enhanced)
		if half == "salesforce" {
			s.Flex = settings.Flex{}
		} else {
			s.Salesforce = settings.Salesforce{}
		}
		for _, r := range judge(s) {
			assert.NotEqual(t, Broken, r.Status, r.Reason)
			assert.NotEqual(t, Fail, r.Status, "%s half: %s %v", half, r.Check.ID, r.Findings)
		}
	}
}
