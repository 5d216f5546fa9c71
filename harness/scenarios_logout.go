package harness

import "strings"

// popup is the last line of the Flex half.
const popup = "login_popup: false                     # Login using popup\n"

// A logoutSetUp is what is typed for Single Logout with a service provider that signs.
type logoutSetUp struct {
	url, binding     string // in Salesforce; "" for none
	certificate      string // to verify with in Salesforce; "" leaves Verify Request Signatures off
	own, ownBinding  string // at the service provider
	identityProvider string // where it sends messages of logout
	signs            string // its certificate; "" for none
}

// logoutEdits are the edits of the example for a set-up that has one thing changed; nil
// changes nothing.
func logoutEdits(change func(*logoutSetUp)) []string {
	set := logoutSetUp{
		url: "https://sp.acme.example/logout", binding: "HTTP Redirect", certificate: "for-requests.crt",
		own: "https://sp.acme.example/logout", ownBinding: "HTTP Redirect",
		identityProvider: "https://acme.my.salesforce.com/services/auth/idp/saml2/logout", signs: "for-requests.crt",
	}
	if change != nil {
		change(&set)
	}
	lines := func(pairs ...string) string {
		var b strings.Builder
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i+1] != "" {
				b.WriteString("    " + pairs[i] + ": " + pairs[i+1] + "\n")
			}
		}
		return b.String()
	}
	verify := "false"
	if set.certificate != "" {
		verify = "true"
	}
	app := lines("verify_request_signatures", verify, "request_certificate", set.certificate, "single_logout_url", set.url, "single_logout_binding", set.binding)
	return []string{
		"    " + boxVerify + "\n", app,
		popup, popup + "  service_provider:\n" + lines("signing_certificate", set.signs, "single_logout_url", set.own,
			"single_logout_binding", set.ownBinding, "identity_provider_logout_url", set.identityProvider),
	}
}

// logoutScenarios are about Single Logout with a service provider that has it, and about
// what else such a one does that Flex does not: sign and decrypt.
func logoutScenarios() []*Scenario {
	decrypts := func(uploaded string) []string {
		return []string{
			boxEncrypt, "encrypt_saml_response: true\n    encryption_algorithm: AES256" + uploaded,
			popup, popup + "  service_provider:\n    encryption_certificate: to-encrypt.crt\n",
		}
	}
	return []*Scenario{
		{
			ID: "single-logout", Title: "Single Logout by HTTP-Redirect, with a service provider that has it",
			Edits: logoutEdits(nil),
		},
		{
			ID: "single-logout-post", Title: "Single Logout by HTTP-POST",
			Edits: logoutEdits(func(l *logoutSetUp) { l.binding, l.ownBinding = "HTTP POST", "HTTP POST" }),
		},
		{
			ID: "single-logout-legacy", Title: "Single Logout in a set-up of legacy SSO",
			Settings: legacySettings,
			Edits:    logoutEdits(nil),
			Warns:    ids("settings/legacy-sso"),
		},
		{
			ID: "single-logout-url-other", Title: "Another Single Logout URL in Salesforce than the service provider's",
			Edits:   logoutEdits(func(l *logoutSetUp) { l.url = "https://sp.acme.example/slo" }),
			Causes:  ids("settings/single-logout-url"),
			Follows: ids("logout/complete"),
			Warns:   ids("logout/answered"),
		},
		{
			ID: "single-logout-url-host", Title: "A Single Logout URL in Salesforce at which nobody answers",
			Edits:   logoutEdits(func(l *logoutSetUp) { l.url = "https://sp.acme.exmaple/logout" }),
			Causes:  ids("settings/single-logout-url"),
			Follows: ids("logout/complete"),
			Warns:   ids("logout/answered"),
		},
		{
			ID: "single-logout-binding-other", Title: "Another Single Logout Binding in Salesforce than the service provider takes",
			Edits:   logoutEdits(func(l *logoutSetUp) { l.binding = "HTTP POST" }),
			Causes:  ids("settings/single-logout-binding"),
			Follows: ids("logout/complete"),
			Warns:   ids("logout/answered"),
		},
		{
			ID: "identity-provider-logout-url", Title: "The service provider sends messages of logout to Salesforce's login endpoint",
			Edits: logoutEdits(func(l *logoutSetUp) {
				l.identityProvider = "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"
			}),
			Causes:  ids("settings/identity-provider-logout-url"),
			Follows: ids("logout/complete"),
			Warns:   ids("logout/answered"),
		},
		{
			ID: "single-logout-salesforce-only", Title: "Single Logout in Salesforce, and Flex as it is",
			Edits: []string{boxEncrypt, boxEncrypt + "\n    single_logout_url: https://flex.acme.example/logout\n    single_logout_binding: HTTP Redirect"},
			Warns: ids("settings/single-logout-sides"),
		},
		{
			ID: "single-logout-service-provider-only", Title: "Single Logout at the service provider, and none in Salesforce",
			Edits:  logoutEdits(func(l *logoutSetUp) { l.url, l.binding = "", "" }),
			Causes: ids("settings/single-logout-sides"),
		},
		{
			ID: "logout-unsigned", Title: "A service provider with Single Logout that does not sign",
			Edits:   logoutEdits(func(l *logoutSetUp) { l.certificate, l.signs = "", "" }),
			Causes:  ids("settings/logout-signing"),
			Follows: ids("logout/signed"),
		},
		{
			ID: "request-certificate-other", Title: "Requests verified with another certificate than the service provider's",
			Edits:   logoutEdits(func(l *logoutSetUp) { l.certificate = "other.crt" }),
			Causes:  ids("settings/request-certificate"),
			Follows: ids("binding/query-signature login/identity-provider-refused logout/signature logout/complete"),
			Warns:   ids("logout/answered"),
		},
		{
			ID: "decrypts", Title: "Encrypt SAML Response ticked, for a service provider that decrypts",
			Edits: decrypts("\n    encryption_certificate: to-encrypt.crt"),
		},
		{
			ID: "encryption-certificate-other", Title: "Responses encrypted to another certificate than the service provider's",
			Edits:   decrypts("\n    encryption_certificate: other.crt"),
			Causes:  ids("settings/encryption-certificate"),
			Follows: ids("encryption/decrypted login/accepted"),
		},
	}
}
