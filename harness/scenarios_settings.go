package harness

import (
	"slices"
	"strings"
)

const (
	legacySettings     = "salesforce-flex-legacy.yaml"
	documentedSettings = "salesforce-flex-as-documented.yaml"
)

// Texts of the settings files that edits begin with.
const (
	myDomain       = "my_domain: acme.my.salesforce.com"
	organizationID = "organization_id: 00D0A0000000Acm"
	entityID       = " entity_id: urn:flex:JQ0123456789abcdef0123456789abcdef"
	acsURL         = " acs_url: https://login.flex.us1.twilio.com/login/callback?connection=JQ0123456789abcdef0123456789abcdef"
	appIssuer      = " issuer: https://acme.my.salesforce.com"
	flexIssuer     = " identity_provider_issuer: https://acme.my.salesforce.com"
	nameIDFormat   = " name_id_format: urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
	orgFile        = " file: salesforce-sso.crt"
	flexFile       = " x509_certificate_file: salesforce-sso.crt"
	listEnd        = "\n  # Setup › Identity Provider\n"
	boxVerify      = "verify_request_signatures: false"
	boxEncrypt     = "encrypt_saml_response: false"
	rolesKey       = "- key: roles\n"
	rolesValue     = `        value: '"agent"'` + "\n"
	fullNameKey    = "- key: full_name "
	fullNameValue  = `'$User.FirstName + " " + $User.LastName'`
	redirectURL    = "default_redirect_url: https://flex.twilio.com/dancing-owl-1234"
	ssoURL         = "sso_url: https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"
)

// ids are the ids of checks in a list with spaces; nil for none.
func ids(list string) []string {
	if all := strings.Fields(list); len(all) > 0 {
		return all
	}
	return nil
}

// settingsScenarios are those in which a setting is wrong, or none.
func settingsScenarios() []*Scenario {
	return slices.Concat(rightScenarios(), orgScenarios(), appScenarios(), attributeScenarios(), userScenarios(), directoryScenarios(), logoutScenarios(), flexScenarios(), legacyScenarios())
}

// rightScenarios are set-ups in which every login works as it should.
func rightScenarios() []*Scenario {
	fine := "Nothing: it is right."
	return []*Scenario{
		{
			ID: "enhanced", Title: "The documented set-up",
			Life: fine,
		},
		{
			ID: "legacy", Title: "The documented set-up of legacy SSO",
			Life:     fine,
			Settings: legacySettings,
			Warns:    ids("settings/legacy-sso"),
		},
		{
			ID: "as-documented", Title: "Twilio's page typed literally",
			Life:     fine,
			Settings: documentedSettings,
			Warns:    ids("settings/issuer-form settings/default-redirect-url"),
		},
		{
			ID: "issuers-slash", Title: "Both issuers end with a slash",
			Life:  "Nothing, as long as nobody copies the issuer from Salesforce's metadata.",
			Edits: []string{appIssuer, appIssuer + "/", flexIssuer, flexIssuer + "/"},
			Warns: ids("settings/issuer-form"),
		},
	}
}
