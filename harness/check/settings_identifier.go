package check

import (
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// SettingsEntityID compares the app's Entity Id with what Flex answers to.
var SettingsEntityID = &Check{
	ID:       "settings/entity-id",
	Title:    "Entity Id in Salesforce is the one that Flex answers to",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageMigration, "SAMLCore 8.3.6"},
	Covers:   []string{"XML-11"},
	Since:    "0.1",
	Text: `Salesforce finds the app by the Issuer of Flex's request and writes Entity Id into each assertion as its audience. With another value Salesforce cannot resolve the request, or Flex refuses the assertion as not meant for it.
Compared character by character with urn:flex: and the connection (enhanced SSO), or with the Twilio SSO URL and /metadata (legacy).`,
	Fix:     mend("salesforce.connected_app.entity_id", "Copy Entity ID from the page Set up your identity provider in Flex Console."),
	Follows: []string{"settings/placeholder", "settings/sso", "settings/connection-sid", "settings/account-sid", "settings/twilio-sso-url"},
	Run:     onBoth(settingsEntityID),
}

func settingsEntityID(s *settings.Salesforce, x *settings.Flex, _ *Expect) Outcome {
	f := s.ConnectedApp.EntityID
	if why := firstOf(awaits(f), unidentified(x)); why != "" {
		return skip(why)
	}
	return compared(f, x.EntityID())
}

// SettingsACSURL compares the app's ACS URL with where Flex takes responses.
var SettingsACSURL = &Check{
	ID:       "settings/acs-url",
	Title:    "ACS URL in Salesforce is where Flex takes responses",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageMigration, "SAMLCore 3.2.2", "SAMLProf 4.1.4.3"},
	Covers:   []string{"MDS-08"},
	Since:    "0.1",
	Text: `Salesforce posts the response to ACS URL and writes it into the response as Destination and Recipient, which Flex compares with its own address. The query string of enhanced SSO is part of it.
Compared character by character with the address that follows from the connection (enhanced SSO), or with the Twilio SSO URL (legacy).`,
	Fix:     mend("salesforce.connected_app.acs_url", "Copy ACS URL from the page Set up your identity provider in Flex Console."),
	Follows: []string{"settings/placeholder", "settings/sso", "settings/connection-sid", "settings/account-sid", "settings/twilio-sso-url"},
	Run:     onBoth(settingsACSURL),
}

func settingsACSURL(s *settings.Salesforce, x *settings.Flex, _ *Expect) Outcome {
	f := s.ConnectedApp.ACSURL
	if why := firstOf(awaits(f), unidentified(x)); why != "" {
		return skip(why)
	}
	return compared(f, x.ACSURL())
}

// firstOf is the first reason that is not empty.
func firstOf(reasons ...string) string {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return ""
}

// SettingsIssuer compares the two issuers.
var SettingsIssuer = &Check{
	ID:       "settings/issuer",
	Title:    "Both consoles have the same issuer",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, "SAMLProf 4.1.4.2", "SAMLCore 8.3.6"},
	Covers:   []string{"MDI-07"},
	Since:    "0.1",
	Text: `Salesforce writes Issuer into each response and assertion; Flex compares it with Identity Provider Issuer and refuses any other (“Invalid issuer in the Assertion/Response”, seen as a browser's password dialog). A trailing slash on one side only is enough.
Compared character by character. Where the two differ, the finding is at the one that is not the address of My Domain.`,
	Fix:     mend("flex.identity_provider_issuer", "Type the same issuer as in Salesforce."),
	Follows: []string{"settings/placeholder"},
	Run:     onBoth(settingsIssuer),
}

func settingsIssuer(s *settings.Salesforce, x *settings.Flex, _ *Expect) Outcome {
	mine, theirs := s.ConnectedApp.Issuer, x.IdentityProviderIssuer
	if mine.Value == "" && s.MyDomain.Value != "" {
		mine.Value = s.Origin() // what Salesforce takes where nothing is typed
	}
	if why := awaits(mine, theirs); why != "" {
		return skip(why)
	}
	if mine.Value == theirs.Value {
		if mine.Value == "" {
			return fails(typed(theirs, "", "the issuer that Salesforce has"))
		}
		return pass()
	}
	at, other := theirs, mine
	if theirs.Value == s.Origin() {
		at, other = mine, theirs
	}
	return fails(typed(at, at.Value, other.Value).noted(Difference(at.Value, other.Value) + "; " + other.Path + " has the other").
		fixed(mend(at.Path, "Type "+other.Value+", as the other console has it, and nothing else.")))
}

// SettingsIssuerForm wants the issuer that Salesforce itself has.
var SettingsIssuerForm = &Check{
	ID:       "settings/issuer-form",
	Title:    "The issuer is the address of My Domain, without a trailing slash",
	Severity: Warning,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, "Salesforce's own metadata, whose entityID has no trailing slash"},
	Since:    "0.1",
	Text: `Salesforce's own issuer, and the entityID of its metadata, is the address of My Domain without a slash. Twilio's page has one with a slash, which works only because it is typed into both consoles: whoever later copies the issuer from the metadata, or resets it, locks everybody out.
Where both consoles agree, their issuer is compared with https:// and My Domain.`,
	Fix:     mend("salesforce.connected_app.issuer", "Type the address of My Domain without a trailing slash into both consoles, at the same time."),
	Follows: []string{"settings/placeholder", "settings/my-domain", "settings/issuer"},
	Run:     onSettings(settingsIssuerForm),
}

func settingsIssuerForm(s *settings.Settings, _ *Expect) Outcome {
	if !s.Salesforce.Set {
		return skip("the settings have no Salesforce half")
	}
	f := s.Salesforce.ConnectedApp.Issuer
	switch why := awaits(f, s.Salesforce.MyDomain); {
	case why != "":
		return skip(why)
	case s.Flex.Set && f.Value != s.Flex.IdentityProviderIssuer.Value:
		return skip("the two issuers differ, which settings/issuer reports")
	case s.Salesforce.MyDomain.Value == "" || f.Value == "":
		return skip("the issuer that Salesforce would have is not known")
	}
	return compared(f, s.Salesforce.Origin())
}

// SettingsSSOURL compares where Flex sends its users with Salesforce's endpoint.
var SettingsSSOURL = &Check{
	ID:       "settings/sso-url",
	Title:    "Single Sign-On URL in Flex is Salesforce's endpoint for HTTP-Redirect",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, "SAMLBind 3.4"},
	Since:    "0.1",
	Text: `Where Flex sends a browser that wants to log in. Flex puts its request into the address, which only the endpoint HttpRedirect reads; another one shows Salesforce's login page and forgets the request, or “This XML file does not appear to have any style information”.
Compared character by character with https://, My Domain and /idp/endpoint/HttpRedirect.`,
	Fix:     mend("flex.sso_url", "Type https://, My Domain and /idp/endpoint/HttpRedirect."),
	Follows: []string{"settings/placeholder", "settings/my-domain"},
	Run:     onBoth(settingsSSOURL),
}

func settingsSSOURL(s *settings.Salesforce, x *settings.Flex, _ *Expect) Outcome {
	if why := awaits(x.SSOURL, s.MyDomain); why != "" {
		return skip(why)
	}
	if s.MyDomain.Value == "" {
		return skip("My Domain is not known")
	}
	if x.SSOURL.Value == s.RedirectURL() {
		return pass()
	}
	f := typed(x.SSOURL, x.SSOURL.Value, s.RedirectURL()).noted(Difference(x.SSOURL.Value, s.RedirectURL()))
	// A login that Salesforce starts does not come by here.
	f.Flow = saml.FlowSP
	return fails(f)
}
