package harness

// flexScenarios are about the Flex half.
func flexScenarios() []*Scenario {
	issued := "Another identity provider's responses would be taken."
	account := "account_sid: AC0123456789abcdef0123456789abcdef"
	connection := "connection_sid: JQ0123456789abcdef0123456789abcdef"
	return []*Scenario{
		{
			ID: "sso-unknown", Title: "A generation of SSO that does not exist",
			Edits:  []string{"sso: enhanced", "sso: classic"},
			Causes: ids("settings/sso"),
		},
		{
			ID: "sso-legacy", Title: "Legacy SSO chosen in Flex, while Salesforce has the values of enhanced SSO",
			Edits:   []string{"sso: enhanced\n", "sso: legacy\n"},
			Causes:  ids("settings/sso"),
			Follows: ids("settings/entity-id settings/acs-url request/issuer request/acs-url response/delivered-to response/destination assertion/audience subject/recipient login/identity-provider-refused login/accepted"),
			Warns:   ids("settings/legacy-sso"),
		},
		{
			ID: "placeholder", Title: "ACxxx left in",
			Edits:  []string{account, "account_sid: ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
			Causes: ids("settings/placeholder"),
		},
		{
			ID: "account-sid-short", Title: "An Account SID that lacks its last digit",
			Edits:  []string{account, "account_sid: AC0123456789abcdef0123456789abcde"},
			Causes: ids("settings/account-sid"),
		},
		{
			ID: "connection-sid-other", Title: "Another connection in Flex",
			Edits:   []string{connection, "connection_sid: JQ0123456789abcdef0123456789abcdee"},
			Causes:  ids("settings/connection-sid"),
			Follows: ids("settings/entity-id settings/acs-url request/issuer response/delivered-to response/destination assertion/audience subject/recipient login/identity-provider-refused login/accepted"),
		},
		{
			ID: "friendly-name", Title: "No friendly name",
			Edits: []string{"friendly_name: SalesforceSSO", "friendly_name: ''"},
			Warns: ids("settings/friendly-name"),
		},
		{
			ID: "issuer-slash-flex", Title: "A slash after the Identity Provider Issuer in Flex",
			Life:    issued,
			Edits:   []string{flexIssuer, flexIssuer + "/"},
			Causes:  ids("settings/issuer"),
			Follows: ids("response/issuer assertion/issuer login/accepted"),
		},
		{
			ID: "issuer-empty-flex", Title: "No Identity Provider Issuer in Flex",
			Edits:   []string{flexIssuer, " identity_provider_issuer: ''"},
			Causes:  ids("settings/issuer"),
			Follows: ids("login/accepted"),
		},
		{
			ID: "sso-url-post", Title: "The SSO URL of HttpPost",
			Edits:   []string{ssoURL, "sso_url: https://acme.my.salesforce.com/idp/endpoint/HttpPost"},
			Causes:  ids("settings/sso-url"),
			Follows: ids("request/binding login/identity-provider-refused"),
		},
		{
			ID: "sso-url-host", Title: "The SSO URL of another host",
			Edits:   []string{ssoURL, "sso_url: https://acme.salesforce.com/idp/endpoint/HttpRedirect"},
			Causes:  ids("settings/sso-url"),
			Follows: ids("request/destination login/unreachable"),
		},
		{
			ID: "sso-url-http", Title: "The SSO URL with http",
			Edits:   []string{ssoURL, "sso_url: http://acme.my.salesforce.com/idp/endpoint/HttpRedirect"},
			Causes:  ids("settings/sso-url"),
			Follows: ids("request/destination binding/https login/unreachable"),
		},
		{
			ID: "sso-url-slash", Title: "A slash after the SSO URL",
			Edits:   []string{ssoURL, ssoURL + "/"},
			Causes:  ids("settings/sso-url"),
			Follows: ids("request/destination login/identity-provider-refused"),
		},
		{
			ID: "redirect-url-missing", Title: "No Default Redirect URL",
			Edits:   []string{redirectURL, "default_redirect_url: ''"},
			Causes:  ids("settings/redirect-after-login"),
			Follows: ids("login/accepted"),
		},
		{
			ID: "redirect-url-salesforce", Title: "Salesforce's own address as Default Redirect URL",
			Edits: []string{redirectURL, "default_redirect_url: https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"},
			Warns: ids("settings/default-redirect-url"),
		},
		{
			ID: "login-link", Title: "Another link to log in with",
			Edits:  []string{"login_link: https://flex.twilio.com", "login_link: https://flex.twilio.example"},
			Causes: ids("settings/login-link"),
		},
		{
			ID: "trusted-url-wildcard", Title: "A wildcard in a trusted URL",
			Edits:  []string{"trusted_urls: []", "trusted_urls: ['https://*.acme.example']"},
			Causes: ids("settings/trusted-urls"),
		},
		{
			ID: "trusted-url-http", Title: "A trusted URL with http",
			Edits: []string{"trusted_urls: []", "trusted_urls: ['http://flex.acme.example']"},
			Warns: ids("settings/trusted-urls"),
		},
	}
}

// legacyScenarios are about legacy SSO alone.
func legacyScenarios() []*Scenario {
	const sso = "https://iam.twilio.com/v1/Accounts/AC0123456789abcdef0123456789abcdef/saml2"
	another := "A response that is meant for somebody else would be taken."
	entity, acs, console := " entity_id: "+sso+"/metadata\n", " acs_url: "+sso+"\n", "twilio_sso_url: "+sso
	list := []*Scenario{
		{
			ID: "placeholder-legacy", Title: "ACxxx left in the Entity Id",
			Life:    another,
			Edits:   []string{entity, " entity_id: https://iam.twilio.com/v1/Accounts/ACxxx/saml2/metadata\n"},
			Causes:  ids("settings/placeholder"),
			Follows: ids("request/issuer assertion/audience login/identity-provider-refused login/accepted"),
			Warns:   ids("settings/legacy-sso"),
		},
		{
			ID: "entity-id-bare-legacy", Title: "The Entity Id without /metadata",
			Life:    another,
			Edits:   []string{entity, " entity_id: " + sso + "\n"},
			Causes:  ids("settings/entity-id"),
			Follows: ids("request/issuer assertion/audience login/identity-provider-refused login/accepted"),
			Warns:   ids("settings/legacy-sso"),
		},
		{
			ID: "acs-url-metadata-legacy", Title: "The ACS URL with /metadata",
			Life:    another,
			Edits:   []string{acs, " acs_url: " + sso + "/metadata\n"},
			Causes:  ids("settings/acs-url"),
			Follows: ids("request/acs-url response/delivered-to response/destination subject/recipient login/accepted"),
			Warns:   ids("settings/legacy-sso"),
		},
		{
			ID: "account-sid-other-legacy", Title: "Another Account SID in Flex",
			Edits:   []string{"account_sid: AC0123456789abcdef0123456789abcdef", "account_sid: AC0123456789abcdef0123456789abcdee"},
			Causes:  ids("settings/account-sid"),
			Follows: ids("settings/twilio-sso-url"),
			Warns:   ids("settings/legacy-sso"),
		},
		{
			ID: "twilio-sso-url-legacy", Title: "Another host in the Twilio SSO URL",
			Edits:   []string{console, "twilio_sso_url: https://iam.twilio.example/v1/Accounts/AC0123456789abcdef0123456789abcdef/saml2"},
			Causes:  ids("settings/twilio-sso-url"),
			Follows: ids("settings/entity-id settings/acs-url request/issuer request/acs-url response/delivered-to response/destination assertion/audience subject/recipient login/identity-provider-refused login/accepted"),
			Warns:   ids("settings/legacy-sso"),
		},
		{
			ID: "twilio-sso-url-preview", Title: "The Twilio SSO URL of the time before general availability, everywhere",
			Edits: []string{
				console, "twilio_sso_url: https://preview.twilio.com/iam/Accounts/AC0123456789abcdef0123456789abcdef/saml2",
				entity, " entity_id: https://preview.twilio.com/iam/Accounts/AC0123456789abcdef0123456789abcdef/saml2\n",
				acs, " acs_url: https://preview.twilio.com/iam/Accounts/AC0123456789abcdef0123456789abcdef/saml2\n",
			},
			Warns: ids("settings/legacy-sso settings/twilio-sso-url"),
		},
		{
			ID: "issuer-slash-legacy", Title: "A slash after the Issuer in Salesforce",
			Life:    "Another identity provider's responses would be taken.",
			Edits:   []string{appIssuer, appIssuer + "/"},
			Causes:  ids("settings/issuer"),
			Follows: ids("response/issuer assertion/issuer login/accepted"),
			Warns:   ids("settings/legacy-sso"),
		},
		{
			ID: "certificate-other-legacy", Title: "Another certificate in Flex",
			Life:    "Whoever has that certificate's key would be believed.",
			Edits:   []string{flexFile, " x509_certificate_file: other.crt"},
			Causes:  ids("settings/certificate-match"),
			Follows: ids("signature/trusted-key signature/coverage login/accepted"),
			Warns:   ids("settings/legacy-sso"),
		},
		{
			ID: "verify-request-signatures-legacy", Title: "Verify Request Signatures ticked",
			Edits:   []string{boxVerify, "verify_request_signatures: true"},
			Causes:  ids("settings/verify-request-signatures"),
			Follows: ids("request/signature-required login/identity-provider-refused"),
			Warns:   ids("settings/legacy-sso"),
		},
		{
			ID: "sso-enhanced", Title: "Enhanced SSO chosen in Flex, while Salesforce has the values of legacy SSO",
			Edits:   []string{"sso: legacy\n", "sso: enhanced\n"},
			Causes:  ids("settings/sso"),
			Follows: ids("settings/connection-sid request/issuer response/delivered-to response/destination assertion/audience subject/recipient login/identity-provider-refused login/accepted"),
		},
	}
	for _, sc := range list {
		sc.Settings = legacySettings
	}
	return list
}
