package check

import "github.com/samlproof/samlproof/harness/saml"

// A KnownDeviation is something in which Salesforce or Flex, set up as documented,
// departs from a rule. Under the Flex profile it is a note instead of a failure.
type KnownDeviation struct {
	Check     string // the check whose finding it is
	Got, Want string // the finding's; "" for any
	Product   string // who does so
	Text      string // what is done, and why no login fails by it
	Source    string // how it is known
}

// KnownDeviations are all deviations that are known.
var KnownDeviations = []KnownDeviation{
	{
		Check: "request/name-id-policy", Got: saml.FormatEmailAddress, Product: "legacy Flex",
		Text:   "Legacy Flex asks for a NameID of the format emailAddress and accepts the format unspecified that the documented set-up sends.",
		Source: "a request of Flex as it was seen; Twilio, Configure Salesforce SSO with Flex",
	},
	{
		Check: "request/authn-context", Got: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", Product: "legacy Flex",
		Text:   "Legacy Flex asks for exactly a password and accepts the context unspecified that Salesforce states.",
		Source: "a request of Flex as it was seen",
	},
	{
		Check: "subject/requested-format", Got: saml.FormatUnspecified, Want: saml.FormatEmailAddress, Product: "legacy Flex",
		Text:   "Legacy Flex asks for emailAddress, and Salesforce answers by the format that is set for the app, unspecified. Flex accepts it.",
		Source: "Twilio, Configure Salesforce SSO with Flex",
	},
	{
		Check: "authentication/requested-context", Got: "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified", Want: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", Product: "legacy Flex",
		Text:   "Legacy Flex asks for exactly a password, and Salesforce states unspecified whatever was asked for. Flex accepts it.",
		Source: "inferred: the documented set-up is in production",
	},
	{
		Check: "binding/relay-state-length", Product: "legacy Flex",
		Text:   "Legacy Flex sends a RelayState of 144 octets where the binding allows 80. Salesforce returns it unchanged.",
		Source: "a request of Flex as it was seen",
	},
	{
		Check: "binding/http-status", Product: "Flex",
		Text:   "Flex answers a response that it refuses by an HTTP status and JSON, which a browser shows as a dialog or a bare page.",
		Source: "Twilio, Configuring SSO and IdP in Flex; errors 70004 and 70251",
	},
	{
		Check: "attributes/packed-values", Product: "Salesforce",
		Text:   "Salesforce sends several roles as one value parted by commas, and Flex takes it apart.",
		Source: "Twilio, Configure Salesforce SSO with Flex",
	},
}

// deviating is the finding of a check as a note where it is a known deviation.
func deviating(want *Expect, id string, f Finding) Finding {
	if want.Profile != Flex {
		return f
	}
	for i := range KnownDeviations {
		d := &KnownDeviations[i]
		if d.Check != id || d.Got != "" && d.Got != f.Got || d.Want != "" && d.Want != f.Want {
			continue
		}
		f.Note = d.Text
		return f.only(Note)
	}
	return f
}
