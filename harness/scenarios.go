package harness

import (
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/settings"
)

// set is an edit that types another value into one text field.
func set(field func(*settings.Settings) *settings.Text, value string) func(*settings.Settings) error {
	return func(s *settings.Settings) error {
		f := field(s)
		f.Value, f.Set = value, true
		return nil
	}
}

// tick is an edit that sets one box.
func tick(field func(*settings.Settings) *settings.Flag, value bool) func(*settings.Settings) error {
	return func(s *settings.Settings) error {
		f := field(s)
		f.Value, f.Set = value, true
		return nil
	}
}

// appField picks a text of the Connected App.
func appField(field func(*settings.ConnectedApp) *settings.Text) func(*settings.Settings) *settings.Text {
	return func(s *settings.Settings) *settings.Text { return field(&s.Salesforce.ConnectedApp) }
}

// flexField picks a text of the Flex half.
func flexField(field func(*settings.Flex) *settings.Text) func(*settings.Settings) *settings.Text {
	return func(s *settings.Settings) *settings.Text { return field(&s.Flex) }
}

func entityID(a *settings.ConnectedApp) *settings.Text     { return &a.EntityID }
func acsURL(a *settings.ConnectedApp) *settings.Text       { return &a.ACSURL }
func issuer(a *settings.ConnectedApp) *settings.Text       { return &a.Issuer }
func nameIDFormat(a *settings.ConnectedApp) *settings.Text { return &a.NameIDFormat }
func subjectType(a *settings.ConnectedApp) *settings.Text  { return &a.SubjectType }
func flexIssuer(f *settings.Flex) *settings.Text           { return &f.IdentityProviderIssuer }
func ssoURL(f *settings.Flex) *settings.Text               { return &f.SSOURL }

// custom is an edit of the custom attribute with this key.
func custom(key string, edit func(*settings.CustomAttribute)) func(*settings.Settings) error {
	return func(s *settings.Settings) error {
		app := &s.Salesforce.ConnectedApp
		for i := range app.CustomAttributes {
			if app.CustomAttributes[i].Key.Value == key {
				edit(&app.CustomAttributes[i])
			}
		}
		return nil
	}
}

// without is an edit that takes the custom attribute with this key away.
func without(key string) func(*settings.Settings) error {
	return func(s *settings.Settings) error {
		app := &s.Salesforce.ConnectedApp
		var kept []settings.CustomAttribute
		for _, a := range app.CustomAttributes {
			if a.Key.Value != key {
				kept = append(kept, a)
			}
		}
		app.CustomAttributes = kept
		return nil
	}
}

// certificates is an edit of the files of the certificate: in Salesforce, in Flex, or
// in both.
func certificates(inSalesforce, inFlex bool, bits, n int, from, to time.Time) func(*settings.Settings) error {
	return func(s *settings.Settings) error {
		data, err := another(bits, n, from, to)
		if err != nil {
			return err
		}
		if inSalesforce {
			s.Salesforce.Certificates[0].File.Data = data
		}
		if inFlex {
			s.Flex.X509Certificate.Data = data
		}
		return nil
	}
}

// scenarios are the known situations.
var scenarios = []*Scenario{
	{ID: "enhanced", Title: "the documented set-up"},
	{ID: "legacy", Title: "the documented set-up of legacy SSO", Settings: "salesforce-flex-legacy.yaml"},
	{ID: "as-documented", Title: "Twilio's page typed literally", Settings: "salesforce-flex-as-documented.yaml"},

	{ID: "entity-id-slash", Title: "a slash after the Entity Id",
		Edit: func(s *settings.Settings) error { s.Salesforce.ConnectedApp.EntityID.Value += "/"; return nil }},
	{ID: "acs-url-legacy", Title: "the ACS URL of legacy SSO in an enhanced set-up",
		Edit: set(appField(acsURL), "https://iam.twilio.com/v1/Accounts/AC0123456789abcdef0123456789abcdef/saml2")},
	{ID: "issuer-slash-salesforce", Title: "a slash after the Issuer in Salesforce",
		Edit: func(s *settings.Settings) error { s.Salesforce.ConnectedApp.Issuer.Value += "/"; return nil }},
	{ID: "issuer-slash-flex", Title: "a slash after the Identity Provider Issuer in Flex",
		Edit: func(s *settings.Settings) error { s.Flex.IdentityProviderIssuer.Value += "/"; return nil }},
	{ID: "certificate-other", Title: "another certificate in Flex", Edit: certificates(false, true, 2048, 2, longAgo, farOff)},
	{ID: "certificate-expired", Title: "a certificate that has expired", Edit: certificates(true, true, 2048, 2, longAgo, longAgo.AddDate(1, 0, 0))},
	{ID: "certificate-1024", Title: "a certificate of 1024 bits",
		Edit: certificates(true, true, 1024, 1, longAgo, farOff)},
	{ID: "certificate-unreadable", Title: "a certificate without its first lines in Flex",
		Edit: func(s *settings.Settings) error {
			s.Flex.X509Certificate.Data = s.Flex.X509Certificate.Data[200:]
			return nil
		}},
	{ID: "placeholder", Title: "ACxxx left in", Edit: set(flexField(func(f *settings.Flex) *settings.Text { return &f.AccountSID }), "ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")},
	{ID: "placeholder-legacy", Title: "ACxxx left in the Entity Id of legacy SSO", Settings: "salesforce-flex-legacy.yaml",
		Edit: set(appField(entityID), "https://iam.twilio.com/v1/Accounts/ACxxx/saml2/metadata")},
	{ID: "placeholder-connection", Title: "JQxxx left in the ACS URL",
		Edit: set(appField(acsURL), "https://login.flex.us1.twilio.com/login/callback?connection=JQxxxx")},
	{ID: "verify-request-signatures", Title: "Verify Request Signatures ticked",
		Edit: tick(func(s *settings.Settings) *settings.Flag { return &s.Salesforce.ConnectedApp.VerifyRequestSignatures }, true)},
	{ID: "encrypt-response", Title: "Encrypt SAML Response ticked",
		Edit: tick(func(s *settings.Settings) *settings.Flag { return &s.Salesforce.ConnectedApp.EncryptSAMLResponse }, true)},
	{ID: "roles-bare", Title: "roles without quotes", Edit: custom("roles", func(a *settings.CustomAttribute) { a.Value.Value = "agent" })},
	{ID: "roles-curly", Title: "roles in curly quotes", Edit: custom("roles", func(a *settings.CustomAttribute) { a.Value.Value = "“agent”" })},
	{ID: "full-name-missing", Title: "no full_name", Edit: without("full_name")},
	{ID: "roles-missing", Title: "no roles", Edit: without("roles")},
	{ID: "roles-case", Title: "Roles for roles", Edit: custom("roles", func(a *settings.CustomAttribute) { a.Key.Value = "Roles" })},
	{ID: "roles-unknown", Title: "a role that Flex does not know", Edit: custom("roles", func(a *settings.CustomAttribute) { a.Value.Value = `"administrator"` })},
	{ID: "no-access", Title: "a user whose profile has no access to the app",
		Edit: func(s *settings.Settings) error { s.Salesforce.Users[0].Profile.Value = "Marketing User"; return nil }},
	{ID: "user-inactive", Title: "a user who is not active",
		Edit: tick(func(s *settings.Settings) *settings.Flag { return &s.Salesforce.Users[0].Active }, false)},
	{ID: "user-email-missing", Title: "a user without an e-mail address",
		Edit: func(s *settings.Settings) error { s.Salesforce.Users[0].Email.Value = ""; return nil }},
	{ID: "name-id-format", Title: "Name ID Format emailAddress",
		Edit: set(appField(nameIDFormat), "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")},
	{ID: "subject-type", Title: "Subject Type Federation ID", Edit: set(appField(subjectType), settings.SubjectFederationID)},
	{ID: "sso-url-post", Title: "the SSO URL of HttpPost", Edit: set(flexField(ssoURL), "https://acme.my.salesforce.com/idp/endpoint/HttpPost")},
	{ID: "sso-url-host", Title: "the SSO URL of another host", Edit: set(flexField(ssoURL), "https://acme.salesforce.com/idp/endpoint/HttpRedirect")},
	{ID: "sso-url-http", Title: "the SSO URL with http", Edit: set(flexField(ssoURL), "http://acme.my.salesforce.com/idp/endpoint/HttpRedirect")},
	{ID: "idp-certificate-other", Title: "Identity Provider enabled with another certificate",
		Edit: func(s *settings.Settings) error {
			other := s.Salesforce.Certificates[0]
			data, err := another(2048, 3, longAgo, farOff)
			if err != nil {
				return err
			}
			other.Label.Value, other.UniqueName.Value, other.File.Data = "Other", "Other", data
			s.Salesforce.Certificates = append(s.Salesforce.Certificates, other)
			s.Salesforce.IdentityProvider.Certificate.Value = "Other"
			return nil
		}},
	{ID: "identity-provider-disabled", Title: "Identity Provider not enabled",
		Edit: tick(func(s *settings.Settings) *settings.Flag { return &s.Salesforce.IdentityProvider.Enabled }, false)},
	{ID: "saml-disabled", Title: "Enable SAML not ticked",
		Edit: tick(func(s *settings.Settings) *settings.Flag { return &s.Salesforce.ConnectedApp.EnableSAML }, false)},
	{ID: "issuers-slash", Title: "a slash after the issuer on both sides",
		Edit: func(s *settings.Settings) error {
			s.Salesforce.ConnectedApp.Issuer.Value += "/"
			s.Flex.IdentityProviderIssuer.Value += "/"
			return nil
		}},
	{ID: "login-link", Title: "another link to log in with",
		Edit: set(flexField(func(f *settings.Flex) *settings.Text { return &f.LoginLink }), "https://flex.twilio.example/dancing-owl-1234")},
	{ID: "sha1", Title: "SHA1 as signing algorithm",
		Edit: set(appField(func(a *settings.ConnectedApp) *settings.Text { return &a.SigningAlgorithm }), "SHA1")},
	{ID: "issuer-look-alike", Title: "a Cyrillic letter in the Issuer",
		Edit: func(s *settings.Settings) error {
			f := &s.Salesforce.ConnectedApp.Issuer
			f.Value = strings.Replace(f.Value, "a", "а", 1)
			return nil
		}},
}
