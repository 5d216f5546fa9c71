package settings

import "strings"

// Origin is the base URL of the org: https:// and the My Domain as typed.
func (s *Salesforce) Origin() string { return "https://" + s.MyDomain.Value }

// RedirectURL is the org's SAML endpoint for HTTP-Redirect.
func (s *Salesforce) RedirectURL() string { return s.Origin() + "/idp/endpoint/HttpRedirect" }

// PostURL is the org's SAML endpoint for HTTP-POST.
func (s *Salesforce) PostURL() string { return s.Origin() + "/idp/endpoint/HttpPost" }

// LogoutURL is where the org takes messages of Single Logout, by either binding.
func (s *Salesforce) LogoutURL() string { return s.Origin() + "/services/auth/idp/saml2/logout" }

// Certificate is the entry of Certificate and Key Management with this label or
// unique name, or nil. DefaultIDPCertificate is that of the page Identity Provider.
func (s *Salesforce) Certificate(name string) *Certificate {
	if c := s.certificate(name); c != nil || name != DefaultIDPCertificate {
		return c
	}
	return s.certificate(s.IdentityProvider.Certificate.Value)
}

func (s *Salesforce) certificate(name string) *Certificate {
	for i := range s.Certificates {
		c := &s.Certificates[i]
		if name != "" && (c.Label.Value == name || c.UniqueName.Value == name) {
			return c
		}
	}
	return nil
}

// ForFlex tells whether the app is Flex's: where there is a Flex half, or where the app
// has no Entity Id yet, or one of those that Flex answers to. Without it the settings are
// of Salesforce and another service provider, of which they hold what the app says.
func (s *Settings) ForFlex() bool {
	id := s.Salesforce.ConnectedApp.EntityID.Value
	return s.Flex.Set || id == "" || strings.HasPrefix(id, "urn:flex:") || strings.Contains(id, "twilio.com/")
}

// EntityID is the entity ID that Flex answers to, which follows from its account or
// connection (Twilio, "Configure Salesforce SSO with Flex"). Addresses of the time
// before general availability have no /metadata.
func (f *Flex) EntityID() string {
	if f.SSO.Value != SSOLegacy {
		return "urn:flex:" + f.ConnectionSID.Value
	}
	acs := f.ACSURL()
	if strings.HasPrefix(acs, "https://preview.twilio.com/") {
		return acs
	}
	return acs + "/metadata"
}

// ACSURL is where Flex takes responses: what the legacy console shows as Twilio SSO
// URL, or what follows from the account or connection.
func (f *Flex) ACSURL() string {
	if f.SSO.Value != SSOLegacy {
		return "https://login.flex.us1.twilio.com/login/callback?connection=" + f.ConnectionSID.Value
	}
	if f.TwilioSSOURL.Value != "" {
		return f.TwilioSSOURL.Value
	}
	return "https://iam.twilio.com/v1/Accounts/" + f.AccountSID.Value + "/saml2"
}
