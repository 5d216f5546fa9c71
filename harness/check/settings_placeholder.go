package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// SettingsPlaceholder looks for what Twilio's pages print where an own value belongs.
var SettingsPlaceholder = &Check{
	ID:       "settings/placeholder",
	Title:    "No placeholder of the documentation was left in",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageSSO},
	Since:    "0.1",
	Text: `Twilio's page prints ACxxxx, JQxxxx, YOUR_DOMAIN and <your-salesforce-subdomain> where the value of the account, the connection or the org belongs. Copied as they stand they name nothing.
Every address and identifier of both halves is searched for them. Other checks of the same setting are skipped until it is filled in.`,
	Fix: Fix{Side: Salesforce, Setting: "the setting that holds the placeholder", Text: "Replace the placeholder by your own value."},
	Run: onSettings(settingsPlaceholder),
}

func settingsPlaceholder(s *settings.Settings, _ *Expect) Outcome {
	var found []Finding
	for v := range s.Values() {
		p := ""
		if v.Set && templated(v.Path) {
			p = placeholder(v.Text)
		}
		if p == "" {
			continue
		}
		f := Finding{At: v.Path, File: v.Place.File, Line: v.Place.Line, Column: v.Place.Column, Got: v.Text, Want: meaning(p)}
		f.Note = "the placeholder “" + p + "” was left in"
		found = append(found, f.fixed(mend(v.Path, "Replace "+p+" by "+meaning(p)+".")))
	}
	return fails(found...)
}

// templated reports whether a setting is one that pages print with a placeholder:
// not a name of a person or a thing, nor a formula, which may hold anything, nor a file.
func templated(path string) bool {
	path = withoutIndex(path)
	switch path {
	case "salesforce.connected_app.name", "salesforce.connected_app.custom_attributes.key",
		"salesforce.connected_app.custom_attributes.value", "salesforce.connected_app.profiles",
		"salesforce.connected_app.request_certificate", "salesforce.connected_app.encryption_certificate",
		"flex.friendly_name", "flex.x509_certificate", "flex.x509_certificate_file":
		return false
	case "salesforce.users.username", "salesforce.users.email":
		return true
	}
	return !strings.HasPrefix(path, "salesforce.users.") && !strings.HasPrefix(path, "salesforce.certificates.")
}

// meaning is what a placeholder stands for.
func meaning(p string) string {
	l := strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(p))
	switch {
	case strings.HasPrefix(l, "ac") && !strings.HasPrefix(l, "acc"):
		return "the Account SID of your Twilio account, AC and 32 hexadecimal digits"
	case strings.Contains(l, "accountsid"):
		return "the Account SID of your Twilio account, AC and 32 hexadecimal digits"
	case strings.HasPrefix(l, "jq"):
		return "the SID of your SSO connection, JQ and 32 hexadecimal digits"
	case strings.HasPrefix(l, "00d"):
		return "the Organization ID of your org, 00D and 12 or 15 further characters"
	case strings.HasPrefix(l, "0sp"):
		return "the id of your app, 0sp and 12 or 15 further characters"
	case strings.Contains(l, "runtimedomain"):
		return "the runtime domain of your Flex instance, as dancing-owl-1234"
	case strings.Contains(l, "domain"), strings.Contains(l, "salesforce"), strings.Contains(l, "org"), strings.Contains(l, "company"):
		return "the name of your org's My Domain"
	}
	return "your own value"
}
