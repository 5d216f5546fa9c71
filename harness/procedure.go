package harness

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

//go:generate go run ./gen

// A Step is one thing that Twilio's page "Configure Salesforce SSO with Flex" has an
// administrator do, if it leaves a trace in a console: the setting that it is here, what
// the setting changes in a replay, and how a mistake in it is found.
type Step struct {
	Part    string // of the procedure
	Text    string // what is done, in words of this project
	Setting string // path in the settings file, without the indexes of lists
	Effect  string // on the mocks
	Check   string // id of the check that fails where the step went wrong
	// Scenario is the id of one in which it did, and Check is the only cause, or the first
	// warning where it is no error. Why says why there is none.
	Scenario, Why string
}

// Steps are the steps of the documented procedure, in its order.
func Steps() []Step { return slices.Concat(stepsAtSalesforce(), stepsAtFlex()) }

// Beyond are the settings that the documented procedure has no step for, and why the
// settings file has them.
func Beyond() []Step {
	const imported = "so that an app can be imported as it is"
	const elsewhere = "for a service provider that does what Flex does not"
	return []Step{
		{Setting: "salesforce.my_domain", Text: "every org has one; the procedure takes it for granted"},
		{Setting: "salesforce.organization_id", Text: "every org has one; it stands in the certificate and in the ids of users"},
		{Setting: "salesforce.connected_app.kind", Text: imported},
		{Setting: "salesforce.connected_app.app_id", Text: imported + "; the address of a login that Salesforce starts has it"},
		{Setting: "salesforce.connected_app.signing_algorithm", Text: "the console asks for it; the procedure says nothing"},
		{Setting: "salesforce.connected_app.request_certificate", Text: "the file of Verify Request Signatures, which the procedure leaves off"},
		{Setting: "salesforce.connected_app.encryption_certificate", Text: "the file of Encrypt SAML Response, which the procedure leaves off"},
		{Setting: "salesforce.connected_app.encryption_algorithm", Text: "of Encrypt SAML Response, which the procedure leaves off"},
		{Setting: "salesforce.connected_app.subject_custom_attribute", Text: "of another Subject Type than the documented one"},
		{Setting: "salesforce.connected_app.single_logout_url", Text: imported + "; Flex documents no Single Logout"},
		{Setting: "salesforce.connected_app.single_logout_binding", Text: imported + "; Flex documents no Single Logout"},
		{Setting: "salesforce.connected_app.permission_sets", Text: "the other way to give access, beside profiles"},
		{Setting: "salesforce.users.active", Text: "a new user is active; it is unticked later"},
		{Setting: "salesforce.users.federation_id", Text: "of another Subject Type than the documented one"},
		{Setting: "salesforce.users.id", Text: "Salesforce gives it"},
		{Setting: "salesforce.users.role", Text: "a custom attribute may read it"},
		{Setting: "salesforce.users.permission_sets", Text: "the other way to give access, beside profiles"},
		{Setting: "salesforce.users.fields.name", Text: "a custom attribute may read them"},
		{Setting: "salesforce.users.fields.value", Text: "a custom attribute may read them"},
		{Setting: "flex.trusted_urls", Text: "for Flex that somebody hosts himself"},
		{Setting: "flex.service_provider.signing_certificate", Text: elsewhere + "; with it requests and messages of logout are signed"},
		{Setting: "flex.service_provider.encryption_certificate", Text: elsewhere + "; with it encrypted responses are read"},
		{Setting: "flex.service_provider.single_logout_url", Text: elsewhere + "; with it and Salesforce's, every login is replayed with a logout from either side"},
		{Setting: "flex.service_provider.single_logout_binding", Text: elsewhere},
		{Setting: "flex.service_provider.identity_provider_logout_url", Text: elsewhere},
		{Setting: "flex.login_popup", Text: "for Flex inside a frame; `settings/login-popup` notes it"},
	}
}

const (
	twiceTyped = "the mock Flex compares with what it holds itself"
	noteOnly   = "The check is a note: it changes no login, and no scenario counts notes."
)

func stepsAtSalesforce() []Step {
	const cert, org = "1. Create a certificate in Salesforce", "2. Enable Salesforce as an identity provider"
	const app, web, manage, users = "3. Create the app", "4. Type its Web App Settings", "5. Say what Flex is told, and who may log in", "6. Create users"
	return []Step{
		{cert, "Give it a label", "salesforce.certificates.label", "the app's certificate is found by it", "settings/certificate-name", "certificate-label", ""},
		{cert, "Give it a unique name", "salesforce.certificates.unique_name", "it is found by that, too", "settings/certificate-name", "certificate-name", ""},
		{cert, "Choose 2048 as key size", "salesforce.certificates.key_size", "none: the file has the key, and stand-ins have one of its size", "settings/certificate-key-size", "certificate-key-size", ""},
		{cert, "Tick Exportable Private Key", "salesforce.certificates.exportable_private_key", "none: no login shows it", "settings/exportable-private-key", "", noteOnly},
		{cert, "Download it", "salesforce.certificates.file", "responses are signed with the key of its stand-in", "settings/certificate-readable", "certificate-headless-salesforce", ""},

		{org, "Enable Identity Provider", "salesforce.identity_provider.enabled", "without it every request is refused", "settings/identity-provider-enabled", "identity-provider-disabled", ""},
		{org, "Choose the certificate there", "salesforce.identity_provider.certificate", "it is in the metadata, and signs where the app names none", "settings/idp-certificate", "identity-provider-certificate-other", ""},

		{app, "Name the app", "salesforce.connected_app.name", "pages and refusals name it", "settings/app-name", "app-name-empty", ""},
		{app, "Keep or type its API name", "salesforce.connected_app.api_name", "the address of the app's metadata has it", "settings/app-name", "app-name", ""},
		{app, "Name whom to write to", "salesforce.connected_app.contact_email", "none: no login shows it", "settings/contact-email", "contact-email", ""},

		{web, "Type the agent desktop as Start URL", "salesforce.connected_app.start_url", "none: the app's tile in Salesforce leads there, which the mock does not have", "settings/start-url", "start-url", ""},
		{web, "Tick Enable SAML", "salesforce.connected_app.enable_saml", "without it no app answers to the request", "settings/enable-saml", "saml-disabled", ""},
		{web, "Copy Entity Id from Flex Console", "salesforce.connected_app.entity_id", "a request of another issuer is refused; it is the Audience", "settings/entity-id", "entity-id-slash", ""},
		{web, "Copy ACS URL from Flex Console", "salesforce.connected_app.acs_url", "responses are posted there; it is Destination and Recipient", "settings/acs-url", "acs-url-bare", ""},
		{web, "Choose Username as Subject Type", "salesforce.connected_app.subject_type", "it says what NameID holds", "settings/subject-type", "subject-type-user-id", ""},
		{web, "Choose unspecified as Name ID Format", "salesforce.connected_app.name_id_format", "it is the Format of NameID", "settings/name-id-format", "name-id-format-email", ""},
		{web, "Type My Domain as Issuer", "salesforce.connected_app.issuer", "it is the Issuer of the response and the assertion", "settings/issuer", "issuer-slash-salesforce", ""},
		{web, "Choose the certificate as IdP Certificate", "salesforce.connected_app.idp_certificate", "it signs", "settings/idp-certificate", "app-certificate-other", ""},
		{web, "Leave Verify Request Signatures off", "salesforce.connected_app.verify_request_signatures", "when ticked, it refuses unsigned requests, as Flex sends them", "settings/verify-request-signatures", "verify-request-signatures", ""},
		{web, "Leave Encrypt SAML Response off", "salesforce.connected_app.encrypt_saml_response", "when ticked, assertions are encrypted, which the mock Flex refuses", "settings/encrypt-response", "encrypt-response", ""},

		{manage, "Add a custom attribute full_name", "salesforce.connected_app.custom_attributes.key", "it is an Attribute of that name; without it Flex refuses", "settings/full-name-attribute", "full-name-case", ""},
		{manage, "Join the first and the last name in it", "salesforce.connected_app.custom_attributes.value", "the formula is evaluated for the user; a wrong one gives no attribute", "settings/formula", "full-name-curly", ""},
		{manage, "Add a custom attribute roles", "salesforce.connected_app.custom_attributes.key", "it is an Attribute of that name; without it Flex refuses", "settings/roles-attribute", "roles-case", ""},
		{manage, "Name the role in quotes in it", "salesforce.connected_app.custom_attributes.value", "its value, split at commas, is the roles in Flex", "settings/formula", "roles-bare", ""},
		{manage, "Name one of the roles of Flex", "salesforce.connected_app.custom_attributes.value", "a login without a documented role is refused", "settings/role-names", "roles-unknown", ""},
		{manage, "Give profiles access to the app", "salesforce.connected_app.profiles", "a user of none of them has no access", "settings/profile-access", "no-profiles", ""},

		{users, "Type the first name", "salesforce.users.first_name", "full_name is made of it", "settings/full-name-value", "user-first-name-missing", ""},
		{users, "Type the last name", "salesforce.users.last_name", "full_name is made of it", "settings/user-fields", "user-last-name-missing", ""},
		{users, "Type an alias", "salesforce.users.alias", "a formula may read it", "settings/user-fields", "user-alias-long", ""},
		{users, "Type an e-mail address", "salesforce.users.email", "it is Salesforce's own Attribute email, which Flex wants", "settings/user-email", "user-email-missing", ""},
		{users, "Type a user name", "salesforce.users.username", "the user logs in with it; it is NameID", "settings/user-fields", "username-form", ""},
		{users, "Type a nickname", "salesforce.users.nickname", "a formula may read it", "settings/user-unique", "user-nickname-twice", ""},
		{users, "Choose a license", "salesforce.users.license", "none: a license decides which profiles there are", "settings/user-fields", "user-license-missing", ""},
		{users, "Choose a profile", "salesforce.users.profile", "access to the app follows from it", "settings/profile-access", "no-access", ""},
	}
}

func stepsAtFlex() []Step {
	const sso, legacy, login = "7. Set up SSO in Flex Console", "8. Legacy SSO only", "9. Log in"
	return []Step{
		{sso, "Open the page of the account", "flex.account_sid", "addresses of legacy SSO have it", "settings/account-sid", "account-sid-short", ""},
		{sso, "See which of the two configurations it shows", "flex.sso", "the mock Flex is of that generation", "settings/sso", "sso-legacy", ""},
		{sso, "See the connection in Entity ID and ACS URL", "flex.connection_sid", "it is what the mock Flex answers to", "settings/connection-sid", "connection-sid-other", ""},
		{sso, "Type a friendly name", "flex.friendly_name", "none: no login shows it", "settings/friendly-name", "friendly-name", ""},
		{sso, "Paste the downloaded certificate", "flex.x509_certificate", "responses are verified with its stand-in", "settings/certificate-match", "certificate-other", ""},
		{sso, "Paste it whole, with its BEGIN and END lines", "flex.x509_certificate", "nothing is verified with what cannot be read", "settings/certificate-readable", "certificate-headless", ""},
		{sso, "Type the Identity Provider Issuer", "flex.identity_provider_issuer", twiceTyped, "settings/issuer", "issuer-slash-flex", ""},
		{sso, "Type the Single Sign-On URL", "flex.sso_url", "the browser is sent there with the request", "settings/sso-url", "sso-url-host", ""},
		{sso, "Type the Default Redirect URL", "flex.default_redirect_url", "a login that Salesforce starts ends there, and is refused without it", "settings/redirect-after-login", "redirect-url-missing", ""},
		{sso, "See that it leads into Flex", "flex.default_redirect_url", "a login that Salesforce starts ends there", "settings/default-redirect-url", "redirect-url-salesforce", ""},
		{sso, "Replace every placeholder of the page", "flex.account_sid", "what is left in is taken as typed", "settings/placeholder", "placeholder", ""},

		{legacy, "Choose the Twilio SSO URL", "flex.twilio_sso_url", "it is the ACS URL, and the entity ID follows from it", "settings/twilio-sso-url", "twilio-sso-url-legacy", ""},

		{login, "Open the login link", "flex.login_link", "the replay begins there", "settings/login-link", "login-link", ""},
	}
}

// Procedure writes the steps as a page in Markdown.
func Procedure(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(`# The documented procedure, step by step

Twilio's page *Configure Salesforce SSO with Flex*, as far as its steps leave a trace in one of the two consoles. Each step is a setting with an
effect in the mocks, a check that fails where it went wrong, and a scenario in which it did, in which that check is the only cause. Where the
check is a warning, the login works, and the scenario has it as the first of its warnings.

This page is generated from the steps, the checks and the scenarios (` + "`go generate ./harness`" + `).
`)
	part := ""
	for _, s := range Steps() {
		if s.Part != part {
			part = s.Part
			fmt.Fprintf(&b, "\n## %s\n\n| step | setting | in the mocks | check | scenario |\n|---|---|---|---|---|\n", part)
		}
		c, err := check.Lookup(s.Check)
		if err != nil {
			return fmt.Errorf("step %q: %w", s.Text, err)
		}
		scenario := s.Why
		if s.Scenario != "" {
			i := slices.IndexFunc(Scenarios(), func(sc *Scenario) bool { return sc.ID == s.Scenario })
			if i < 0 {
				return fmt.Errorf("step %q: there is no scenario %s", s.Text, s.Scenario)
			}
			scenario = fmt.Sprintf("`%s`: %s", s.Scenario, Scenarios()[i].Title)
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | [`%s`](check/README.md#%s) (%s) | %s |\n",
			s.Text, s.Setting, s.Effect, c.ID, strings.ReplaceAll(c.ID, "/", ""), c.Severity, scenario)
	}
	b.WriteString("\n## Settings without a step\n\n| setting | why it is there |\n|---|---|\n")
	for _, s := range Beyond() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s.Setting, s.Text)
	}
	_, err := w.Write(b.Bytes())
	return err
}
