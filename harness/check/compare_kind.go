package check

import (
	"regexp"
	"strings"
)

// kinds are values that an administrator may type into the wrong field, by what they
// look like. The first that fits counts.
var kinds = []struct {
	name string
	is   func(s string) bool
}{
	{"a certificate", func(s string) bool { return strings.Contains(s, "-----BEGIN") }},
	{"the entity ID of legacy SSO", func(s string) bool {
		return strings.Contains(s, ".twilio.com/") && strings.HasSuffix(s, "/saml2/metadata")
	}},
	{"the ACS URL of legacy SSO", func(s string) bool {
		return strings.Contains(s, ".twilio.com/") && strings.HasSuffix(strings.TrimRight(s, "/"), "/saml2")
	}},
	{"the entity ID of enhanced SSO", func(s string) bool { return strings.HasPrefix(s, "urn:flex:") }},
	{"the ACS URL of enhanced SSO", func(s string) bool { return strings.Contains(s, "/login/callback?connection=") }},
	{"a single sign-on URL", func(s string) bool { return strings.Contains(s, "/idp/endpoint/") }},
	{"a metadata URL", func(s string) bool { return strings.Contains(s, "/.well-known/samlidp") }},
	{"a URL of the Flex UI", func(s string) bool { return strings.HasPrefix(s, "https://flex.twilio.com/") }},
	{"an issuer", regexp.MustCompile(`^https://[^/]+\.my\.salesforce\.com/?$`).MatchString},
	{"a NameID format", func(s string) bool { return strings.Contains(s, ":nameid-format:") }},
	{"an account SID", regexp.MustCompile(`^AC[0-9a-f]{32}$`).MatchString},
	{"a connection SID", regexp.MustCompile(`^JQ[0-9a-f]{32}$`).MatchString},
	{"an e-mail address", func(s string) bool { return address.MatchString(s) && !strings.Contains(s, "/") }},
}

// address is the form of an e-mail address, or of a Salesforce username, as strictly as
// may be without refusing one that works.
var address = regexp.MustCompile(`^[^\s@<>"(),:;\[\]\\]+@[^\s@<>"(),:;\[\]\\]+\.[^\s@<>"(),:;\[\]\\.]+$`)

// kind is what a value looks like, "" where it looks like none in particular.
func kind(s string) string {
	s = strings.TrimSpace(s)
	for _, k := range kinds {
		if k.is(s) {
			return k.name
		}
	}
	return ""
}

// swapped says that a value belongs into another field, "" where it may not.
func swapped(got, want string) string {
	g, w := kind(got), kind(want)
	if g == "" || w == "" || g == w {
		return ""
	}
	return "this is " + g + ", where " + w + " is wanted"
}

// placeholders are what Twilio's pages print where an administrator's own value
// belongs.
var placeholders = regexp.MustCompile(
	`(?i:\b(?:AC|JQ|00D|0sp)(?:x{3,}|\.{3}|…)|\bx{4,}\b)` +
		`|(?i:\byour[_-]?(?:own[_-]?)?(?:company|domain|my[_-]?domain|salesforce[a-z_-]*|subdomain|org|instance)\b)` +
		`|<[A-Za-z][A-Za-z0-9 _.-]*>` +
		`|\{\{?[A-Za-z][A-Za-z0-9 _.-]*\}?\}` +
		`|\[[A-Z][A-Z0-9 _-]*\]` +
		`|(?i:\bMyDomainName\b|\bruntime[-_]domain\b)`)

// placeholder is the first placeholder in a value, "" where there is none.
func placeholder(s string) string { return placeholders.FindString(s) }
