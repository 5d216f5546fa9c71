package check

import (
	"regexp"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

var (
	accountSID    = regexp.MustCompile(`AC[0-9a-fA-F]{32}`)
	connectionSID = regexp.MustCompile(`JQ[0-9a-fA-F]{32}`)
	wholeAccount  = regexp.MustCompile(`^AC[0-9a-f]{32}$`)
	wholeConnect  = regexp.MustCompile(`^JQ[0-9a-f]{32}$`)
)

// SettingsSSO wants the generation of SSO that the rest of the settings is of.
var SettingsSSO = &Check{
	ID:       "settings/sso",
	Title:    "The generation of SSO is enhanced or legacy, as the other settings have it",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO, pageMigration},
	Since:    "0.1",
	Text: `Enhanced and legacy SSO have other entity IDs and ACS URLs; which of them an account has, Flex Console shows. The setting must be one of the two.
Where Entity Id and ACS URL in Salesforce both are of the other generation, and Flex's own settings do not contradict them, it is this setting that is wrong.`,
	Fix: mend("flex.sso", "Look up in Flex Console whether the account has enhanced or legacy SSO."),
	Run: onFlexOf(settingsSSO),
}

// onFlexOf hands a check the Flex half and the settings around it.
func onFlexOf(f func(s *settings.Settings, x *settings.Flex) Outcome) func(*Case) Outcome {
	return onSettings(func(s *settings.Settings, _ *Expect) Outcome {
		if !s.Flex.Set {
			return skip("the settings have no Flex half")
		}
		return f(s, &s.Flex)
	})
}

func settingsSSO(s *settings.Settings, x *settings.Flex) Outcome {
	choices := []string{settings.SSOEnhanced, settings.SSOLegacy}
	f := x.SSO
	if !among(f.Value, choices) {
		return fails(typed(f, f.Value, "enhanced or legacy").noted(Difference(f.Value, nearest(f.Value, choices))))
	}
	other := settings.SSOLegacy
	contradicted := x.ConnectionSID.Value != ""
	if f.Value == other {
		other = settings.SSOEnhanced
		contradicted = x.TwilioSSOURL.Set || x.ConnectionSID.Value == ""
	}
	a := &s.Salesforce.ConnectedApp
	if !contradicted && strings.HasSuffix(kind(a.EntityID.Value), other+" SSO") && strings.HasSuffix(kind(a.ACSURL.Value), other+" SSO") {
		return fails(typed(f, f.Value, other).noted("Entity Id and ACS URL in Salesforce are those of " + other + " SSO"))
	}
	return pass()
}

// SettingsLegacySSO warns of the end of legacy SSO.
var SettingsLegacySSO = &Check{
	ID:       "settings/legacy-sso",
	Title:    "The account has moved from legacy to enhanced SSO",
	Severity: Warning,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageMigration},
	Since:    "0.1",
	Text:     `Twilio's migration guide has every account move to enhanced SSO; after several postponements legacy SSO was to end on 31 March 2026. The move changes Entity Id and ACS URL in Salesforce, and wants Flex UI 2.7 or later.`,
	Fix:      mend("flex.sso", "Follow the Flex SSO Migration Guide: change over in Flex Console, and type the new Entity Id and ACS URL into Salesforce."),
	Follows:  []string{"settings/sso"},
	Run: onFlex(func(x *settings.Flex) Outcome {
		if x.SSO.Value == settings.SSOLegacy {
			return fails(typed(x.SSO, x.SSO.Value, settings.SSOEnhanced).noted("legacy SSO was to end on 31 March 2026"))
		}
		return pass()
	}),
}

// SettingsAccountSID wants the SID of an account, and the one that the rest names.
var SettingsAccountSID = &Check{
	ID:       "settings/account-sid",
	Title:    "Account SID is AC and 32 hexadecimal digits, and the account that the other settings name",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, "Twilio Docs, String Identifier (SID)"},
	Since:    "0.1",
	Text: `Legacy SSO has the Account SID in its entity ID and ACS URL, so one wrong digit leads to another account.
Its form is looked at. Where the settings that contain an Account SID agree on another one, it is this setting that was mistyped.`,
	Fix:     mend("flex.account_sid", "Copy Account SID from the Twilio Console."),
	Follows: []string{"settings/placeholder"},
	Run: onFlexOf(func(s *settings.Settings, x *settings.Flex) Outcome {
		f := x.AccountSID
		if why := awaits(f); why != "" {
			return skip(why)
		}
		if !wholeAccount.MatchString(f.Value) {
			return fails(typed(f, f.Value, "AC and 32 hexadecimal digits").noted(sidFault(f.Value, "AC")))
		}
		others := []settings.Text{s.Salesforce.ConnectedApp.EntityID, s.Salesforce.ConnectedApp.ACSURL}
		if x.TwilioSSOURL.Set {
			others = append(others, x.TwilioSSOURL)
		}
		return outvoted(f, accountSID, others)
	}),
}

// SettingsConnectionSID wants the SID of a connection, and the one that the rest names.
var SettingsConnectionSID = &Check{
	ID:       "settings/connection-sid",
	Title:    "The connection is JQ and 32 hexadecimal digits, and the one that Salesforce names",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageSSO},
	Since:    "0.1",
	Text: `With enhanced SSO the entity ID and the ACS URL of Flex consist of the SID of the connection. Legacy SSO has none.
Its form is looked at. Where Entity Id and ACS URL in Salesforce agree on another connection, it is this setting that was mistyped.`,
	Fix:     mend("flex.connection_sid", "Copy Entity ID from the page Set up your identity provider, and type what follows urn:flex:."),
	Follows: []string{"settings/placeholder", "settings/sso"},
	Run: onFlexOf(func(s *settings.Settings, x *settings.Flex) Outcome {
		f := x.ConnectionSID
		switch why := awaits(f); {
		case why != "":
			return skip(why)
		case x.SSO.Value == settings.SSOLegacy && f.Value != "":
			return fails(typed(f, f.Value, "nothing: legacy SSO has no connection").only(Note))
		case x.SSO.Value == settings.SSOLegacy:
			return skip("legacy SSO has no connection")
		case !wholeConnect.MatchString(f.Value):
			return fails(typed(f, f.Value, "JQ and 32 hexadecimal digits").noted(sidFault(f.Value, "JQ")))
		}
		return outvoted(f, connectionSID, []settings.Text{s.Salesforce.ConnectedApp.EntityID, s.Salesforce.ConnectedApp.ACSURL})
	}),
}

// sidFault says in what a value is no SID with this prefix.
func sidFault(sid, prefix string) string {
	body, prefixed := strings.CutPrefix(sid, prefix)
	switch {
	case sid == "":
		return "nothing is there"
	case strings.TrimSpace(sid) != sid:
		return "it has white space around it"
	case kind(sid) != "":
		return "this is " + kind(sid)
	case !prefixed:
		return "it does not begin with " + prefix
	case strings.ToLower(sid[2:]) != sid[2:] && len(body) == 32:
		return "its digits are not in lower case"
	case len(body) < 32:
		return "it is too short"
	case len(body) > 32:
		return "it is too long"
	}
	return "it has a character that is no hexadecimal digit"
}

// outvoted is a failure where at least two other settings contain one and the same
// other SID and none contains this one.
func outvoted(f settings.Text, sid *regexp.Regexp, others []settings.Text) Outcome {
	var rival string
	var names []string
	for _, o := range others {
		switch found := sid.FindString(o.Value); {
		case found == "":
		case found == f.Value:
			return pass()
		case rival == "" || found == rival:
			rival = found
			names = append(names, o.Path)
		default:
			return pass()
		}
	}
	if len(names) < 2 {
		return pass()
	}
	return fails(typed(f, f.Value, rival).noted(Difference(f.Value, rival) + "; " + strings.Join(names, " and ") + " have the other"))
}

// SettingsFriendlyName wants a name for the connection.
var SettingsFriendlyName = &Check{
	ID:       "settings/friendly-name",
	Title:    "The SSO configuration in Flex has a friendly name",
	Severity: Warning,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce},
	Since:    "0.1",
	Text:     `Flex Console asks for a Friendly Name, by which administrators tell one configuration from another. It appears in no message.`,
	Fix:      mend("flex.friendly_name", "Type a name, as SalesforceSSO."),
	Run: onFlex(func(x *settings.Flex) Outcome {
		if strings.TrimSpace(x.FriendlyName.Value) == "" {
			return fails(typed(x.FriendlyName, x.FriendlyName.Value, "a name, as SalesforceSSO"))
		}
		return pass()
	}),
}

// SettingsTwilioSSOURL wants the address that legacy SSO has now.
var SettingsTwilioSSOURL = &Check{
	ID:       "settings/twilio-sso-url",
	Title:    "Twilio SSO URL is that of the account at iam.twilio.com",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageMigration},
	Since:    "0.1",
	Text: `Legacy SSO takes responses at https://iam.twilio.com/v1/Accounts/ and the Account SID and /saml2, and its entity ID is the same with /metadata. Before general availability both were at preview.twilio.com/iam, without /metadata: that still being selected is a warning.
Compared character by character with the address that follows from Account SID. Enhanced SSO has no such setting.`,
	Fix:     mend("flex.twilio_sso_url", "Select the Twilio SSO URL at iam.twilio.com, and type it into Salesforce as ACS URL."),
	Follows: []string{"settings/placeholder", "settings/account-sid", "settings/sso"},
	Run:     onFlex(settingsTwilioSSOURL),
}

func settingsTwilioSSOURL(x *settings.Flex) Outcome {
	f := x.TwilioSSOURL
	switch {
	case x.SSO.Value != settings.SSOLegacy && f.Set:
		return fails(typed(f, f.Value, "nothing: enhanced SSO has no Twilio SSO URL").only(Note))
	case x.SSO.Value != settings.SSOLegacy:
		return skip("enhanced SSO has no Twilio SSO URL")
	case !f.Set:
		return skip("no Twilio SSO URL was given")
	case awaits(f, x.AccountSID) != "":
		return skip(awaits(f, x.AccountSID))
	case x.AccountSID.Value == "":
		return skip("the account is not known")
	}
	want := "https://iam.twilio.com/v1/Accounts/" + x.AccountSID.Value + "/saml2"
	if f.Value == "https://preview.twilio.com/iam/Accounts/"+x.AccountSID.Value+"/saml2" {
		return fails(typed(f, f.Value, want).noted("it is the address of the time before general availability").only(Warning))
	}
	return compared(f, want)
}
