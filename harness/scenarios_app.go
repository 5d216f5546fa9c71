package harness

import "strings"

// appScenarios are about the Connected App, but for its attributes.
func appScenarios() []*Scenario {
	another := "A response that is meant for somebody else would be taken."
	issued := "Another identity provider's responses would be taken."
	return []*Scenario{
		{
			ID: "app-name-empty", Title: "An app without a name",
			Edits:  []string{" name: Twilio Flex ", " name: '' "},
			Causes: ids("settings/app-name"),
		},
		{
			ID: "app-name", Title: "An API name with a space",
			Edits:  []string{"api_name: Twilio_Flex", "api_name: Twilio Flex"},
			Causes: ids("settings/app-name"),
		},
		{
			ID: "contact-email", Title: "A contact without an e-mail address",
			Edits:  []string{"it@acme.example", "it.acme.example"},
			Causes: ids("settings/contact-email"),
		},
		{
			ID: "start-url", Title: "The login link as Start URL",
			Edits:  []string{"https://flex.twilio.com/agent-desktop", "https://flex.twilio.com/dancing-owl-1234"},
			Causes: ids("settings/start-url"),
		},
		{
			ID: "saml-disabled", Title: "Enable SAML not ticked",
			Edits:   []string{"enable_saml: true", "enable_saml: false"},
			Causes:  ids("settings/enable-saml"),
			Follows: ids("login/identity-provider-refused"),
		},
		{
			ID: "entity-id-slash", Title: "A slash after the Entity Id",
			Life:    another,
			Edits:   []string{entityID, entityID + "/"},
			Causes:  ids("settings/entity-id"),
			Follows: ids("request/issuer assertion/audience login/identity-provider-refused login/accepted"),
		},
		{
			ID: "entity-id-case", Title: "The Entity Id in upper case",
			Life:    another,
			Edits:   []string{entityID, " entity_id: URN:FLEX:JQ0123456789ABCDEF0123456789ABCDEF"},
			Causes:  ids("settings/entity-id"),
			Follows: ids("request/issuer assertion/audience login/identity-provider-refused login/accepted"),
		},
		{
			ID: "entity-id-space", Title: "A space after the Entity Id",
			Life:    another,
			Edits:   []string{entityID, " entity_id: 'urn:flex:JQ0123456789abcdef0123456789abcdef '"},
			Causes:  ids("settings/entity-id"),
			Follows: ids("request/issuer assertion/audience login/identity-provider-refused login/accepted"),
		},
		{
			ID: "acs-url-legacy", Title: "The ACS URL of legacy SSO in an enhanced set-up",
			Life:    another,
			Edits:   []string{acsURL, " acs_url: https://iam.twilio.com/v1/Accounts/AC0123456789abcdef0123456789abcdef/saml2"},
			Causes:  ids("settings/acs-url"),
			Follows: ids("response/delivered-to response/destination subject/recipient login/accepted"),
		},
		{
			ID: "acs-url-bare", Title: "The ACS URL without its query string",
			Life:    another,
			Edits:   []string{acsURL, " acs_url: https://login.flex.us1.twilio.com/login/callback"},
			Causes:  ids("settings/acs-url"),
			Follows: ids("response/delivered-to response/destination subject/recipient login/accepted"),
		},
		{
			ID: "acs-url-http", Title: "The ACS URL with http",
			Life:    another,
			Edits:   []string{acsURL, strings.Replace(acsURL, "https:", "http:", 1)},
			Causes:  ids("settings/acs-url"),
			Follows: ids("binding/https response/delivered-to response/destination subject/recipient login/unreachable"),
		},
		{
			ID: "placeholder-connection", Title: "JQxxxx left in the ACS URL",
			Life:    another,
			Edits:   []string{acsURL, " acs_url: https://login.flex.us1.twilio.com/login/callback?connection=JQxxxx"},
			Causes:  ids("settings/placeholder"),
			Follows: ids("response/delivered-to response/destination subject/recipient login/accepted"),
		},
		{
			ID: "issuer-slash-salesforce", Title: "A slash after the Issuer in Salesforce",
			Life:    issued,
			Edits:   []string{appIssuer, appIssuer + "/"},
			Causes:  ids("settings/issuer"),
			Follows: ids("response/issuer assertion/issuer login/accepted"),
		},
		{
			ID: "issuer-http", Title: "The Issuer in Salesforce with http",
			Life:    issued,
			Edits:   []string{appIssuer, " issuer: http://acme.my.salesforce.com"},
			Causes:  ids("settings/issuer"),
			Follows: ids("response/issuer assertion/issuer login/accepted"),
		},
		{
			ID: "issuer-look-alike", Title: "A Cyrillic letter in the Issuer in Salesforce",
			Life:    issued,
			Edits:   []string{appIssuer, " issuer: https://\u0430cme.my.salesforce.com"},
			Causes:  ids("settings/issuer"),
			Follows: ids("response/issuer assertion/issuer login/accepted"),
		},
		{
			ID: "name-id-format-email", Title: "Name ID Format emailAddress",
			Life:   "Users would be known by what may change.",
			Edits:  []string{nameIDFormat, strings.Replace(nameIDFormat, "unspecified", "emailAddress", 1)},
			Causes: ids("settings/name-id-format"),
		},
		{
			ID: "subject-type-federation-id", Title: "Subject Type Federation ID, which no user has",
			Edits:   []string{"subject_type: Username", "subject_type: FederationId"},
			Causes:  ids("settings/subject-type"),
			Follows: ids("settings/federation-id login/identity-provider-refused"),
		},
		{
			ID: "subject-type-user-id", Title: "Subject Type User ID",
			Life:   "Every user would become another worker, which is billed.",
			Edits:  []string{"subject_type: Username", "subject_type: UserId"},
			Causes: ids("settings/subject-type"),
		},
		{
			ID: "signing-algorithm-sha1", Title: "SHA1 as signing algorithm",
			Life:  "Collisions of SHA-1 can be had for money.",
			Edits: []string{"signing_algorithm: SHA256", "signing_algorithm: SHA1"},
			Warns: ids("settings/signing-algorithm signature/algorithm signature/digest-algorithm"),
		},
		{
			ID: "signing-algorithm-unknown", Title: "SHA512 as signing algorithm, which Salesforce does not offer",
			Edits:  []string{"signing_algorithm: SHA256", "signing_algorithm: SHA512"},
			Causes: ids("settings/signing-algorithm"),
		},
		{
			ID: "verify-request-signatures", Title: "Verify Request Signatures ticked",
			Edits:   []string{boxVerify, "verify_request_signatures: true"},
			Causes:  ids("settings/verify-request-signatures"),
			Follows: ids("request/signature-required login/identity-provider-refused"),
		},
		{
			ID: "verify-request-signatures-certificate", Title: "Verify Request Signatures ticked, with a certificate",
			Edits:   []string{boxVerify, "verify_request_signatures: true\n    request_certificate: for-requests.crt"},
			Causes:  ids("settings/verify-request-signatures"),
			Follows: ids("request/signature-required login/identity-provider-refused"),
		},
		{
			ID: "request-certificate", Title: "A certificate to verify requests with, and Verify Request Signatures not ticked",
			Edits:  []string{boxVerify, boxVerify + "\n    request_certificate: for-requests.crt"},
			Causes: ids("settings/request-certificate"),
		},
		{
			ID: "encrypt-response", Title: "Encrypt SAML Response ticked",
			Edits:   []string{boxEncrypt, "encrypt_saml_response: true"},
			Causes:  ids("settings/encrypt-response"),
			Follows: ids("response/unencrypted login/accepted"),
		},
		{
			ID: "encrypt-response-certificate", Title: "Encrypt SAML Response ticked, with a certificate",
			Life:    "Nothing, if Flex could read it.",
			Edits:   []string{boxEncrypt, "encrypt_saml_response: true\n    encryption_certificate: to-encrypt.crt\n    encryption_algorithm: AES256"},
			Causes:  ids("settings/encrypt-response"),
			Follows: ids("response/unencrypted login/accepted"),
		},
		{
			ID: "encryption-certificate", Title: "A certificate to encrypt with, and Encrypt SAML Response not ticked",
			Edits:  []string{boxEncrypt, boxEncrypt + "\n    encryption_certificate: to-encrypt.crt"},
			Causes: ids("settings/encryption-certificate"),
		},
		{
			ID: "no-profiles", Title: "No profile has access to the app",
			Edits:   []string{"    profiles:\n      - Standard User\n", "    profiles: []\n"},
			Causes:  ids("settings/profile-access"),
			Follows: ids("login/identity-provider-refused"),
		},
	}
}
