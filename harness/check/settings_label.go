package check

import "strings"

// labels are the settings with the console that each is typed into and what it is
// called there.
var labels = []struct {
	path    string
	side    Side
	setting string
}{
	{"salesforce.my_domain", Salesforce, "Setup › My Domain › Current My Domain URL"},
	{"salesforce.organization_id", Salesforce, "Setup › Company Information › Salesforce.com Organization ID"},
	{"salesforce.certificates", Salesforce, "Setup › Certificate and Key Management"},
	{"salesforce.certificates.label", Salesforce, "Setup › Certificate and Key Management › Label"},
	{"salesforce.certificates.unique_name", Salesforce, "Setup › Certificate and Key Management › Unique Name"},
	{"salesforce.certificates.key_size", Salesforce, "Setup › Certificate and Key Management › Key Size"},
	{"salesforce.certificates.exportable_private_key", Salesforce, "Setup › Certificate and Key Management › Exportable Private Key"},
	{"salesforce.certificates.file", Salesforce, "Setup › Certificate and Key Management › Download Certificate"},
	{"salesforce.identity_provider.enabled", Salesforce, "Setup › Identity Provider › Enable Identity Provider"},
	{"salesforce.identity_provider.certificate", Salesforce, "Setup › Identity Provider › Certificate"},
	{"salesforce.connected_app.kind", Salesforce, "Setup › App Manager › App Type"},
	{"salesforce.connected_app.name", Salesforce, appBasics + "Connected App Name"},
	{"salesforce.connected_app.api_name", Salesforce, appBasics + "API Name"},
	{"salesforce.connected_app.app_id", Salesforce, appManage + "IdP-Initiated Login URL, after app="},
	{"salesforce.connected_app.contact_email", Salesforce, appBasics + "Contact Email"},
	{"salesforce.connected_app.start_url", Salesforce, appSettings + "Start URL"},
	{"salesforce.connected_app.enable_saml", Salesforce, appSettings + "Enable SAML"},
	{"salesforce.connected_app.entity_id", Salesforce, appSettings + "Entity Id"},
	{"salesforce.connected_app.acs_url", Salesforce, appSettings + "ACS URL"},
	{"salesforce.connected_app.subject_type", Salesforce, appSettings + "Subject Type"},
	{"salesforce.connected_app.subject_custom_attribute", Salesforce, appSettings + "Custom Attribute"},
	{"salesforce.connected_app.name_id_format", Salesforce, appSettings + "Name ID Format"},
	{"salesforce.connected_app.issuer", Salesforce, appSettings + "Issuer"},
	{"salesforce.connected_app.idp_certificate", Salesforce, appSettings + "IdP Certificate"},
	{"salesforce.connected_app.signing_algorithm", Salesforce, appSettings + "Signing Algorithm for SAML Messages"},
	{"salesforce.connected_app.verify_request_signatures", Salesforce, appSettings + "Verify Request Signatures"},
	{"salesforce.connected_app.request_certificate", Salesforce, appSettings + "Verify Request Signatures › Choose File"},
	{"salesforce.connected_app.encrypt_saml_response", Salesforce, appSettings + "Encrypt SAML Response"},
	{"salesforce.connected_app.encryption_certificate", Salesforce, appSettings + "Encrypt SAML Response › Choose File"},
	{"salesforce.connected_app.encryption_algorithm", Salesforce, appSettings + "Encrypt SAML Response › Block Encryption Algorithm"},
	{"salesforce.connected_app.single_logout_url", Salesforce, appSettings + "Enable Single Logout › Single Logout URL"},
	{"salesforce.connected_app.single_logout_binding", Salesforce, appSettings + "Enable Single Logout › Single Logout Binding"},
	{"salesforce.connected_app.custom_attributes", Salesforce, appManage + "Custom Attributes"},
	{"salesforce.connected_app.custom_attributes.key", Salesforce, appManage + "Custom Attributes › Attribute key"},
	{"salesforce.connected_app.custom_attributes.value", Salesforce, appManage + "Custom Attributes › Attribute value"},
	{"salesforce.connected_app.profiles", Salesforce, appManage + "Manage Profiles"},
	{"salesforce.connected_app.permission_sets", Salesforce, appManage + "Manage Permission Sets"},
	{"salesforce.users", Salesforce, "Setup › Users"},
	{"salesforce.users.first_name", Salesforce, "Setup › Users › First Name"},
	{"salesforce.users.last_name", Salesforce, "Setup › Users › Last Name"},
	{"salesforce.users.alias", Salesforce, "Setup › Users › Alias"},
	{"salesforce.users.email", Salesforce, "Setup › Users › Email"},
	{"salesforce.users.username", Salesforce, "Setup › Users › Username"},
	{"salesforce.users.nickname", Salesforce, "Setup › Users › Nickname"},
	{"salesforce.users.license", Salesforce, "Setup › Users › User License"},
	{"salesforce.users.profile", Salesforce, "Setup › Users › Profile"},
	{"salesforce.users.active", Salesforce, "Setup › Users › Active"},
	{"salesforce.users.federation_id", Salesforce, "Setup › Users › Federation ID"},
	{"salesforce.users.id", Salesforce, "Setup › Users › the id in the address of the user's page"},
	{"salesforce.users.role", Salesforce, "Setup › Users › Role"},
	{"salesforce.users.permission_sets", Salesforce, "Setup › Users › Permission Set Assignments"},
	{"salesforce.users.fields", Salesforce, "Setup › Users › the user's other fields"},
	{"salesforce.users.fields.name", Salesforce, "Setup › Object Manager › User › Fields & Relationships › Field Name"},
	{"salesforce.users.fields.value", Salesforce, "Setup › Users › the user's other fields"},
	{"flex.account_sid", FlexSide, "Console › Account Info › Account SID"},
	{"flex.sso", FlexSide, "Flex Console › Single sign-on (SSO)"},
	{"flex.connection_sid", FlexSide, singleSignOn + "Set up your identity provider › Entity ID, after urn:flex:"},
	{"flex.friendly_name", FlexSide, singleSignOn + "Friendly Name"},
	{"flex.x509_certificate", FlexSide, singleSignOn + "X.509 Certificate"},
	{"flex.identity_provider_issuer", FlexSide, singleSignOn + "Identity Provider Issuer"},
	{"flex.sso_url", FlexSide, singleSignOn + "Single Sign-On URL"},
	{"flex.default_redirect_url", FlexSide, singleSignOn + "Default Redirect URL"},
	{"flex.twilio_sso_url", FlexSide, singleSignOn + "Twilio SSO URL"},
	{"flex.login_link", FlexSide, singleSignOn + "Login Link"},
	{"flex.trusted_urls", FlexSide, singleSignOn + "Trusted URLs"},
	{"flex.login_popup", FlexSide, singleSignOn + "Login using popup"},
	{"flex.service_provider.signing_certificate", FlexSide, instead + "signing certificate"},
	{"flex.service_provider.encryption_certificate", FlexSide, instead + "encryption certificate"},
	{"flex.service_provider.single_logout_url", FlexSide, instead + "Single Logout URL"},
	{"flex.service_provider.single_logout_binding", FlexSide, instead + "Single Logout binding"},
	{"flex.service_provider.identity_provider_logout_url", FlexSide, instead + "Single Logout URL of the identity provider"},
}

// The pages that most settings are on.
const (
	appBasics    = "Setup › App Manager › Twilio Flex › Edit › Basic Information › "
	appSettings  = "Setup › App Manager › Twilio Flex › Edit › Web App Settings › "
	appManage    = "Setup › App Manager › Twilio Flex › Manage › "
	singleSignOn = "Flex Console › Single sign-on (SSO) › "
	instead      = "the service provider in Flex's place › "
)

// mend is a Fix at the setting with this path; entries of lists have no index in it.
// It is zero where there is no such setting.
func mend(path, text string) Fix {
	path = strings.TrimSuffix(withoutIndex(path), "_file")
	for _, l := range labels {
		if l.path == path {
			return Fix{Side: l.side, Setting: l.setting, Text: text}
		}
	}
	return Fix{}
}

// withoutIndex takes every [n] out of a path.
func withoutIndex(path string) string {
	for {
		head, rest, found := strings.Cut(path, "[")
		if !found {
			return path
		}
		_, tail, _ := strings.Cut(rest, "]")
		path = head + tail
	}
}
