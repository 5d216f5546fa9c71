package check

import (
	"regexp"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

const refECA = "Salesforce, Metadata API: ExtlClntAppSamlConfigurablePolicies"

// SettingsAppKind wants one of the two kinds of apps.
var SettingsAppKind = &Check{
	ID:       "settings/app-kind",
	Title:    "The app is a Connected App or an External Client App",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, refECA},
	Since:    "0.1",
	Text: `Salesforce has two kinds of apps that speak SAML. Connected Apps are what Twilio's page describes; since Spring ’26 new ones are blocked unless the org allows them, and External Client Apps take their place.
Both issue the same responses. The kind decides what the app is exported as.`,
	Fix: mend("salesforce.connected_app.kind", "Write ConnectedApp, or ExternalClientApp where the app is listed by the External Client App Manager."),
	Run: onApp(func(a *settings.ConnectedApp) Outcome {
		kinds := []string{settings.KindConnectedApp, settings.KindExternalClientApp}
		f := a.Kind
		if among(f.Value, kinds) {
			return pass()
		}
		return fails(typed(f, f.Value, strings.Join(kinds, " or ")).noted(Difference(f.Value, nearest(f.Value, kinds))))
	}),
}

// SettingsAppID wants an id of an app.
var SettingsAppID = &Check{
	ID:       "settings/app-id",
	Title:    "The app's id has the form of an id of a service provider",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, "Salesforce, Object Reference: ID Field Type"},
	Since:    "0.1",
	Text: `The IdP-Initiated Login URL of the app ends in app= and an id. It begins with 0sp and has 15 characters in which letter case counts, or 18, of which the last three are a checksum of the letter case of the others. With another id Salesforce knows no app, and no login that starts in Salesforce succeeds.
An id that was not given is made up for the replay, and the check is skipped.`,
	Fix: mend("salesforce.connected_app.app_id", "Copy the id from the IdP-Initiated Login URL on the app's page."),
	Run: onApp(func(a *settings.ConnectedApp) Outcome {
		if !a.AppID.Set {
			return skip("no id of the app was given")
		}
		return recordIDFault(a.AppID, "0sp")
	}),
}

var recordID = regexp.MustCompile(`^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$`)

// recordIDFault is the outcome of holding a setting to the form of a record id that
// begins with a prefix.
func recordIDFault(f settings.Text, prefix string) Outcome {
	id := f.Value
	note := ""
	switch {
	case strings.TrimSpace(id) != id:
		note = "it has white space around it"
	case !strings.HasPrefix(id, prefix):
		note = "it does not begin with " + prefix
	case len(id) != 15 && len(id) != 18:
		note = "it has neither 15 nor 18 characters"
	case !recordID.MatchString(id):
		note = "it has a character that is neither a letter nor a digit"
	case len(id) == 18 && id[15:] != checksum(id[:15]):
		return fails(typed(f, id, id[:15]+checksum(id[:15])).noted("the last three characters do not fit the letter case of the others"))
	default:
		return pass()
	}
	return fails(typed(f, id, prefix+" and 12 or 15 further letters and digits").noted(note))
}
