package check

import (
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// LoginUnreachable wants every address of the way to lead somewhere.
var LoginUnreachable = &Check{
	ID:       "login/unreachable",
	Title:    "Every address on the way leads to one of the two sides",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.3", "SAMLBind 3.1.2"},
	Since:    "0.1",
	Text: `The browser goes where the settings and the messages send it. An address at which neither side answers ends the login there, with an error page of the browser.
Each step of the way is looked at; where the user was already logged in, it is a warning.`,
	Fix:     Fix{Side: SP, Setting: "the setting that holds the address", Text: "Correct the host name."},
	FlexFix: Fix{Side: FlexSide, Setting: singleSignOn + "the setting that holds the address", Text: "Correct the host name of the address: My Domain in the Single Sign-On URL, flex.twilio.com and Twilio's own hosts elsewhere."},
	Follows: []string{
		"settings/placeholder", "settings/my-domain", "settings/sso-url", "settings/acs-url", "settings/login-link",
		"settings/start-url", "settings/default-redirect-url", "settings/twilio-sso-url", "settings/sso",
		"settings/connection-sid", "settings/account-sid", "settings/identity-provider-enabled",
	},
	Run: onExchange(func(x *saml.Exchange, _ *Expect) []Finding {
		if x.Stop == nil || x.Stop.Unreachable == "" {
			return nil
		}
		f := Finding{At: "the browser's way", Got: x.Stop.Unreachable, Want: "an address at which one of the two sides answers", Note: x.Stop.Reason}
		if x.Verdict != nil && x.Verdict.Accepted {
			f.Severity = Warning
		}
		return one(f)
	}),
}

// LoginIdentityProviderRefused wants the identity provider to issue a response.
var LoginIdentityProviderRefused = &Check{
	ID:       "login/identity-provider-refused",
	Title:    "The identity provider issues a response",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.3.5", refEventLog},
	Covers:   []string{"REQ-21"},
	Since:    "0.1",
	Text: `Where the identity provider refuses, no response comes into being, and the user sees a page of the identity provider. Salesforce tells the administrator why in the Identity Provider Event Log, with a code.
The code and its text are shown as they were got.`,
	Fix:     Fix{Side: IDP, Setting: "event log", Text: "Look up the code in the identity provider's log, and correct the setting that it names."},
	FlexFix: Fix{Side: Salesforce, Setting: "Setup › Identity Provider Event Log", Text: "Correct the setting that the code names."},
	Follows: []string{
		"settings/placeholder", "settings/my-domain", "settings/entity-id", "settings/acs-url", "settings/sso-url", "settings/enable-saml",
		"settings/identity-provider-enabled", "settings/idp-certificate", "settings/certificate-name", "settings/certificate-readable",
		"settings/certificate-key-size", "settings/certificate-expiry", "settings/verify-request-signatures", "settings/request-certificate",
		"settings/encrypt-response", "settings/encryption-certificate", "settings/subject-type", "settings/name-id-format",
		"settings/signing-algorithm", "settings/federation-id", "settings/subject-custom-attribute", "settings/permission-sets", "settings/app-id", "settings/profile-access", "settings/user-active", "settings/user-fields",
		"settings/user-unique", "settings/sso", "settings/connection-sid", "settings/account-sid", "settings/twilio-sso-url", "request/*",
	},
	Run: onExchange(loginIdentityProviderRefused),
}

func loginIdentityProviderRefused(x *saml.Exchange, want *Expect) []Finding {
	if x.Stop == nil || x.Stop.Event == nil {
		return nil
	}
	e := x.Stop.Event
	f := Finding{At: "the identity provider's event log", Got: strings.TrimSuffix(e.Code+": "+e.Text, ": "), Want: "Success"}
	if c, ok := eventCauses[e.Code]; ok && want.Profile == Flex {
		f.Note, f.Follows = c.means, c.follows
		f = f.fixed(mend(c.setting, c.fix))
	}
	return one(f)
}

// An eventCause is what a code of Salesforce's event log means, which checks find its
// cause, and which setting it is about.
type eventCause struct {
	means   string
	follows []string
	setting string
	fix     string
}

var eventCauses = map[string]eventCause{
	"UnableToResolve": {"no app has the issuer of the request as its Entity Id",
		[]string{"request/issuer", "settings/entity-id", "settings/enable-saml", "request/well-formed", "request/root"},
		"salesforce.connected_app.entity_id", "Copy Entity ID from Flex Console, and see that Enable SAML is ticked."},
	"NoAccess": {"neither the user's profile nor a permission set gives access to the app",
		[]string{"settings/profile-access"},
		"salesforce.connected_app.profiles", "Click Manage Profiles and tick the user's profile."},
	"AppAccessDenied": {"access to the app was denied to the user",
		[]string{"settings/profile-access"},
		"salesforce.connected_app.profiles", "Click Manage Profiles and tick the user's profile."},
	"AppBlocked": {"an administrator blocked the app for the whole org",
		[]string{}, "salesforce.connected_app.name", "Unblock the app on the page Connected Apps OAuth Usage."},
	"InvalidAuthnRequest": {"the request cannot be read, or breaks a rule of SAML",
		[]string{"request/*", "settings/sso-url"},
		"flex.sso_url", "Type the endpoint that ends in /idp/endpoint/HttpRedirect."},
	"InvalidIdpEndpoint": {"the request came to an address that is no endpoint for it",
		[]string{"settings/sso-url", "settings/my-domain", "settings/identity-provider-enabled", "request/binding", "request/destination"},
		"flex.sso_url", "Type https://, My Domain and /idp/endpoint/HttpRedirect."},
	"InvalidIssuer": {"the issuer of the request is missing or malformed",
		[]string{"request/issuer", "request/values", "settings/entity-id"},
		"salesforce.connected_app.entity_id", "Copy Entity ID from Flex Console."},
	"InvalidSignature": {"the request is not signed, or its signature is wrong, though Salesforce verifies it",
		[]string{"settings/verify-request-signatures", "settings/request-certificate", "request/*"},
		"salesforce.connected_app.verify_request_signatures", "Clear Verify Request Signatures: Flex does not sign its requests."},
	"InvalidSettings": {"the org has no certificate to sign with, or an invalid one",
		[]string{"settings/idp-certificate", "settings/identity-provider-enabled", "settings/certificate-name", "settings/certificate-readable", "settings/certificate-key-size", "settings/certificate-expiry"},
		"salesforce.identity_provider.certificate", "Select a valid certificate for the Identity Provider and the app."},
	"InvalidSp": {"a setting of the app is missing or malformed",
		[]string{"settings/enable-saml", "settings/acs-url", "settings/entity-id", "settings/name-id-format", "settings/subject-type", "settings/signing-algorithm", "settings/encrypt-response", "settings/encryption-certificate", "settings/certificate-readable"},
		"salesforce.connected_app.enable_saml", "Complete the Web App Settings of the app."},
	"NoUserFedId": {"the user has no Federation ID, which is the subject",
		[]string{"settings/federation-id", "settings/subject-type"},
		"salesforce.connected_app.subject_type", "Choose Username."},
	"NoCustomField": {"the custom attribute that is the subject does not exist",
		[]string{"settings/subject-custom-attribute", "settings/subject-type"}, "salesforce.connected_app.subject_type", "Choose Username."},
	"NoCustomAttrValue": {"the user has no value in the custom attribute that is the subject",
		[]string{"settings/subject-custom-attribute", "settings/subject-type"}, "salesforce.connected_app.subject_type", "Choose Username."},
	"NoSubdomain": {"the org has no My Domain",
		[]string{"settings/my-domain"}, "salesforce.my_domain", "Set up My Domain and deploy it to users."},
	"UserInactive": {"the user is not active",
		[]string{"settings/user-active"}, "salesforce.users.active", "Tick Active."},
}

// LoginInterrupted wants a login to go on until the service provider answers.
var LoginInterrupted = &Check{
	ID:       "login/interrupted",
	Title:    "The login goes on until the service provider answers",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.3"},
	Since:    "0.1",
	Text:     `A login may end on a page that leads no further: an error page, a redirect in a circle, a form without a message. What was seen last is shown; nothing after it can be judged.`,
	Fix:      Fix{Side: SP, Setting: "the address that the login ended at", Text: "Look at the page that is shown there, and at the setting that leads to it."},
	Follows: []string{
		"settings/placeholder", "settings/my-domain", "settings/sso-url", "settings/acs-url", "settings/entity-id", "settings/login-link",
		"settings/start-url", "settings/default-redirect-url", "settings/twilio-sso-url", "settings/sso", "settings/connection-sid",
		"settings/account-sid", "settings/identity-provider-enabled", "settings/enable-saml", "settings/certificate-readable",
		"settings/redirect-after-login", "request/*",
	},
	Run: onExchange(func(x *saml.Exchange, _ *Expect) []Finding {
		if x.Stop == nil || x.Stop.Unreachable != "" || x.Stop.Event != nil {
			return nil
		}
		f := Finding{At: "the browser's way", Got: x.Stop.Reason, Want: "an answer of the service provider"}
		if n := len(x.Steps); n > 0 && !strings.Contains(x.Stop.Reason, x.Steps[n-1].URL) {
			f.Note = fmt.Sprintf("the last of %d steps was %s %s", n, x.Steps[n-1].Method, x.Steps[n-1].URL)
		}
		if x.Verdict != nil && x.Verdict.Accepted {
			f.Severity = Warning
		}
		return one(f)
	}),
}

// LoginAccepted wants the service provider's own verdict to be a good one.
var LoginAccepted = &Check{
	ID:       "login/accepted",
	Title:    "The service provider accepts the response",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.3"},
	Since:    "0.1",
	Text:     `The service provider's own answer, with its code and text as they were got. It is an opinion besides that of the other checks: where it refuses and none of them fails, its reason is one that they do not know; where it accepts and one of them fails, it is more lenient than the rules.`,
	Fix:      Fix{Side: SP, Setting: "single sign-on", Text: "Mend what the other checks report; where there is nothing, look up the service provider's code."},
	FlexFix:  Fix{Side: FlexSide, Setting: strings.TrimSuffix(singleSignOn, " › "), Text: "Mend what the other checks report; where there is nothing, look up the code in Twilio's error dictionary."},
	Follows: []string{
		"settings/placeholder", "settings/entity-id", "settings/acs-url", "settings/issuer", "settings/certificate-readable",
		"settings/certificate-match", "settings/certificate-expiry", "settings/certificate-key-size", "settings/idp-certificate",
		"settings/encrypt-response", "settings/encryption-certificate", "settings/signing-algorithm", "settings/name-id-format",
		"settings/subject-type", "settings/full-name-attribute", "settings/roles-attribute", "settings/attribute-keys", "settings/formula",
		"settings/attribute-types", "settings/user-email", "settings/user-fields", "settings/full-name-value", "settings/role-names", "settings/sso",
		"settings/account-sid", "settings/connection-sid", "settings/twilio-sso-url", "settings/redirect-after-login",
		"response/*", "signature/*", "assertion/*", "subject/*", "conditions/*", "authentication/*", "attributes/*",
	},
	Run: func(c *Case) Outcome {
		switch {
		case c.Exchange == nil:
			return skip("there is no login to judge")
		case c.Exchange.Verdict == nil && c.Exchange.Stop != nil:
			return skip("the login ended before: " + c.Exchange.Stop.Reason)
		case c.Exchange.Verdict == nil:
			return skip("the service provider was not asked")
		case c.Exchange.Verdict.Accepted:
			return pass()
		}
		f := refusal(c.Exchange.Verdict, c.Expect.Profile)
		if missed := judgeCookies(c).Findings; len(missed) > 0 && c.Exchange.Verdict.Code == "" {
			f.Note = strings.TrimSuffix("there came "+missed[0].Got+"; "+f.Note, "; ")
		}
		return fails(f)
	},
}

// refusal is the finding of a service provider's refusal.
func refusal(v *saml.Verdict, p Profile) Finding {
	got := v.Text
	if v.Code != "" {
		got = strings.TrimSuffix(v.Code+": "+v.Text, ": ")
	}
	if v.Status != 0 {
		got = fmt.Sprintf("HTTP %d, %s", v.Status, got)
	}
	f := Finding{At: "the service provider's answer", Got: strings.TrimSuffix(got, ", "), Want: "accepted"}
	if p == Flex {
		f.Note = flexCodes[v.Code]
		if strings.Contains(v.Text, "duplicated Name") { // in java-saml's words
			f.Note = "legacy SSO refuses a response in which an attribute comes twice"
			f = f.fixed(mend("salesforce.connected_app.custom_attributes.key", "Give every custom attribute a name of its own."))
		}
	}
	if v.Inferred != "" {
		f.Note = strings.TrimPrefix(f.Note+"; this answer is inferred: "+v.Inferred, "; ")
	}
	return f
}

// flexCodes are the codes that Flex answers with, and what they mean.
var flexCodes = map[string]string{
	"45002": "an authentication error that Flex does not explain",
	"45050": "full_name, email or roles is missing or cannot be used",
	"70004": "the response does not fit the SSO configuration; the text says in what. The browser shows a dialog for a user name and a password",
	"70251": "Flex has no valid certificate for the identity provider",
}

// LoginCookieGrace warns of what works only because browsers are lenient.
var LoginCookieGrace = &Check{
	ID:       "login/cookie-grace",
	Title:    "No step depends on a browser's leniency with cookies",
	Severity: Warning,
	Basis:    Hardening,
	Sources:  []string{"RFC 6265bis 5.6.7.2", "SAMLBind 3.5.5"},
	Covers:   []string{"BND-27"},
	Since:    "0.1",
	Text: `The response comes back in a form that another site posts, and browsers send a cookie along with such a form only if it says SameSite=None and Secure. Chrome sends a cookie that says nothing for two minutes after it was set, so a quick login works and a slow one fails.
Every step that works only by that leniency is shown.`,
	Fix: Fix{Side: SP, Setting: "cookie of the pending request", Text: "Set the cookie with SameSite=None; Secure."},
	Run: onExchange(func(x *saml.Exchange, _ *Expect) []Finding {
		if len(x.Steps) == 0 {
			return nil
		}
		var found []Finding
		for i, s := range x.Steps {
			if s.Warning {
				found = append(found, Finding{
					At:  fmt.Sprintf("step %d, %s %s", i+1, s.Method, s.URL),
					Got: s.Note, Want: "a cookie with SameSite=None and Secure",
				})
			}
		}
		return found
	}),
}
