package check

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDifference(t *testing.T) {
	const issuer = "https://acme.my.salesforce.com"
	tests := []struct{ got, want, words string }{
		{issuer, issuer, ""},
		{"", issuer, "nothing is there"},
		{issuer, "", "nothing is wanted there"},

		{issuer + "/", issuer, "it has a trailing slash that should not be there"},
		{issuer + "//", issuer, "it has trailing slashes that should not be there"},
		{issuer, issuer + "/", "the trailing slash is missing"},
		{"https://Acme.my.salesforce.com", issuer, "the letter case differs: “Acme” for “acme”"},
		{"http://acme.my.salesforce.com", issuer, "it has http for https"},
		{issuer, "http://acme.my.salesforce.com", "it has https for http"},
		{issuer + ":443", issuer, "it names the default port"},
		{issuer, issuer + ":443", "the port is missing, though it is the default one"},
		{"urn%3Aflex:JQ", "urn:flex:JQ", "“%3A” is percent-encoded and should not be"},
		{"urn:flex:JQ", "urn%3Aflex:JQ", "“%3A” should be percent-encoded"},
		{"a%2fb", "a%2Fb", "the letter case differs: “2fb” for “2Fb”"},
		{"http://Acme.my.salesforce.com/", issuer,
			"the letter case differs: “Acme” for “acme”, and it has http for https, and it has a trailing slash that should not be there"},

		{issuer + " ", issuer, "it has white space at the end (a space)"},
		{issuer + "/ ", issuer, "it has white space at the end (a space), and it has a trailing slash that should not be there"},
		{"\n" + issuer, issuer, "it has white space at the beginning (a line feed)"},
		{issuer, issuer + "\t", "the white space at the end is missing"},
		{"agent,supervisor", "agent, supervisor", "the white space after “agent,” is missing"},
		{"agent, supervisor", "agent,supervisor", "it has white space inside (a space after “agent,”)"},
		{"Twilio\u00a0Flex", "Twilio Flex", "the white space after “Twilio” is U+00A0, a no-break space, not a space"},
		{"https://ac\u200bme.my.salesforce.com", issuer, "it has a character that cannot be seen, U+200B (zero width space), as character 11"},
		{issuer, "\ufeff" + issuer, "the wanted value has a character that cannot be seen, U+FEFF (byte order mark)"},

		{"https://аcme.my.salesforce.com", issuer, "character 9, “а” (U+0430, Cyrillic), only looks like “a”"},
		{"https://acmε.my.salesforce.com", issuer, "character 12 is “ε” (U+03B5, Greek), not “e”"},
		{"https://acme.my.salesfοrce.com", issuer, "character 23, “ο” (U+03BF, Greek), only looks like “o”"},
		{"ａgent", "agent", "character 1, “ａ” (U+FF41, full-width), only looks like “a”"},
		{"“agent”", `"agent"`, "character 1, a curly quote (U+201C), only looks like a straight double quote"},
		{"urn:flex:JQ–1", "urn:flex:JQ-1", "character 12, “–” (U+2013, a dash), only looks like “-”"},
		{issuer, "https://аcme.my.salesforce.com", "it has “a” where “а” (U+0430, Cyrillic), which only looks like it, is wanted"},
		{"Jose\u0301", "José", "“é” is written as U+0065 U+0301, not as U+00E9"},
		{"José", "Jose\u0301", "“é” is written as U+00E9, not as U+0065 U+0301"},

		{"https://iam.twilio.com/v1/Accounts/ACxxxx/saml2", "https://iam.twilio.com/v1/Accounts/AC0123456789abcdef0123456789abcdef/saml2",
			"the placeholder “ACxxxx” was left in"},
		{"urn:flex:JQ0123456789abcdef0123456789abcdef", "urn:flex:JQxxx", "the wanted value still holds the placeholder “JQxxx”"},
		{"https://iam.twilio.com/v1/Accounts/AC1/saml2", "https://iam.twilio.com/v1/Accounts/AC1/saml2/metadata",
			"this is the ACS URL of legacy SSO, where the entity ID of legacy SSO is wanted: “/metadata” is missing at the end"},
		{"https://login.flex.us1.twilio.com/login/callback?connection=JQ1", "urn:flex:JQ1",
			"this is the ACS URL of enhanced SSO, where the entity ID of enhanced SSO is wanted"},
		{"https://acme.my.salesforce.com/idp/endpoint/HttpRedirect", "https://acme.my.salesforce.com",
			"this is a single sign-on URL, where an issuer is wanted: “/idp/endpoint/HttpRedirect” is too much at the end"},

		{"https://acme-dev.my.salesforce.com", issuer, "“-dev” is too much after “https://acme”"},
		{"acme.my.salesforce.com", issuer, "“https://” is missing at the beginning"},
		{"https://acne.my.salesforce.com", issuer, "character 11 is “n”, not “m”"},
		{"https://amce.my.salesforce.com", issuer, "the characters “mc” are swapped after “https://a”"},
		{"https://acme.my.salesforce.com/idp/endpoint/HttpPost", "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect",
			"the path is “/idp/endpoint/HttpPost”, not “/idp/endpoint/HttpRedirect”"},
		{"https://globex.my.salesforce.com/idp/endpoint/HttpRedirect", "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect",
			"the host is “globex.my.salesforce.com”, not “acme.my.salesforce.com”"},
		{"https://a.example/x?q=1", "https://b.example/y?q=2", "the host is “a.example”, not “b.example”; the path is “/x”, not “/y”; the query is “q=1”, not “q=2”"},
		{"http://a.example/x?q=1", "https://b.example/y?q=2", "it is another address"},
		{"urn:flex:JQ22", "urn:flex:JQ3456", "“JQ22” stands where “JQ3456” is wanted"},
		{"fullName", "full_name", "they differ after “full”"},
		{"https://acme.example/", "acme.example", "“https://” before and “/” after what is wanted are too much"},
		{"abc", "xyz", "it is another value"},
		{strings.Repeat("a", 5000), strings.Repeat("a", 4999) + "b", "they differ from character 5000 on"},
	}
	for _, tt := range tests {
		t.Run(tt.words, func(t *testing.T) {
			assert.Equal(t, tt.words, Difference(tt.got, tt.want), "%q for %q", tt.got, tt.want)
		})
	}
}

func FuzzDifference(f *testing.F) {
	f.Add("https://acme.example/", "https://acme.example")
	f.Add("Jose\u0301 ", "José")
	f.Add("%", "％")
	f.Fuzz(func(t *testing.T, got, want string) {
		words := Difference(got, want)
		assert.Equal(t, got == want, words == "", "%q for %q: %q", got, want, words)
	})
}

func TestNearest(t *testing.T) {
	assert.Empty(t, nearest("a", nil))
	assert.Equal(t, "urn:b", nearest("urn:b/", []string{"urn:a", "urn:b", "urn:bcd"}))
}

func TestPlaceholder(t *testing.T) {
	for value, want := range map[string]string{
		"ACxxx": "ACxxx", "ACXXXXXXXX": "ACXXXXXXXX", "JQxxxx": "JQxxxx", "AC...": "AC...", "00D...": "00D...",
		"https://YOUR_DOMAIN.my.salesforce.com/":                 "YOUR_DOMAIN",
		"https://yourdomain.my.salesforce.com/":                  "yourdomain",
		"https://<your-salesforce-subdomain>.salesforce.com/":    "<your-salesforce-subdomain>",
		"https://flex.twilio.com/<runtime-domain>":               "<runtime-domain>",
		"https://flex.twilio.com/runtime-domain":                 "runtime-domain",
		"https://XXXX.my.salesforce.com":                         "XXXX",
		"https://iam.twilio.com/v1/Accounts/{AccountSid}/saml2":  "{AccountSid}",
		"AC0123456789abcdef0123456789abcdef":                     "",
		"https://acme.my.salesforce.com":                         "",
		"https://flex.twilio.com/dancing-owl-1234":               "",
		"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified":  "",
		"https://maxxxximum.my.salesforce.com":                   "",
		"https://yourdomainname-of-acme.my.salesforce.com/saml2": "",
	} {
		assert.Equal(t, want, placeholder(value), value)
	}
}
