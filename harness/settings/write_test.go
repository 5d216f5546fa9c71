package settings_test

import (
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// a value as it is compared: without its place.
type typedValue struct {
	path, text string
	set        bool
}

func valuesOf(s *settings.Settings) []typedValue {
	var all []typedValue
	for v := range s.Values() {
		all = append(all, typedValue{v.Path, v.Text, v.Set})
	}
	return all
}

func TestYAMLOfTexts(t *testing.T) {
	for text, want := range map[string]string{
		"Twilio Flex":          "Twilio Flex",
		"https://a.example/?b": "https://a.example/?b",
		"":                     "''",
		"true":                 "'true'",
		"Null":                 "'Null'",
		"007":                  "'007'",
		"1e5":                  "'1e5'",
		"0x1F":                 "'0x1F'",
		`"agent"`:              `'"agent"'`,
		"it's":                 "'it''s'",
		"a: b":                 "'a: b'",
		"a #b":                 "'a #b'",
		" a":                   "' a'",
		"a ":                   "'a '",
		"- a":                  "'- a'",
		"*":                    "'*'",
		"a:":                   "'a:'",
		"...":                  "'...'",
		"a\nb":                 `"a\nb"`,
		"a\tb\\\"":             `"a\tb\\\""`,
		"a\u00a0b\u200eb":      `"a\xa0b\u200eb"`,
		"\U000e0001":           `"\U000e0001"`,
		"Zoë 陳":                "Zoë 陳",
	} {
		s := &settings.Settings{}
		s.Flex.Set = true
		s.Flex.LoginLink = settings.Text{Value: text, Set: true}
		yaml := string(settings.YAML(s, settings.Writing{}))
		assert.Contains(t, yaml, "\n  login_link: "+want+"\n")
		assert.Equal(t, text, read(t, yaml).Flex.LoginLink.Value)
	}
}

// What an import cannot tell stands where it belongs, to be filled in.
func TestYAMLAsks(t *testing.T) {
	s := read(t, "salesforce: {my_domain: acme, users: [{username: ada, last_name: A}, {username: b}]}")
	yaml := string(settings.YAML(s, settings.Writing{
		Head: []string{"Imported from a.xml", "", "twice\nover"},
		Asks: map[string][]string{
			"salesforce.my_domain":                        {"From samlidp.xml. Is it so?"},
			"salesforce.connected_app.acs_url":            {"Which is it?", "Look there."},
			"salesforce.connected_app.idp_certificate":    {"Not in the metadata."},
			"salesforce.connected_app.profiles":           {"Who has access?"},
			"salesforce.users[1]":                         {"invented"},
			"flex.x509_certificate":                       {"What was pasted?"},
			"salesforce.identity_provider.enabled":        {"Is it?"},
			"salesforce.connected_app.permission_sets[7]": {"never"},
		},
	}))
	assert.Equal(t, `# Imported from a.xml
#
# twice over

salesforce:
  # Setup › My Domain: Current My Domain URL, without https://
  # From samlidp.xml. Is it so?
  my_domain: acme

  # Setup › Identity Provider
  identity_provider:
    # Is it?
    # enabled:   # Enable Identity Provider was clicked

  # Setup › App Manager › Twilio Flex › Edit
  connected_app:
    # ACS URL: from the same page
    # Which is it?
    # Look there.
    # acs_url:
    # Not in the metadata.
    # idp_certificate:   # IdP Certificate

    # Setup › App Manager › Twilio Flex › Manage › Manage Profiles
    # Who has access?
    # profiles:

  # Setup › Users › Users: people to try the login with
  users:
    - last_name: A                       # Last Name
      username: ada                      # Username
    # invented
    - username: b

# Flex Console › Users and access › Single sign-on (SSO)
# flex:
#   # X.509 Certificate: the file whose content was pasted. The content itself may stand
#   # here instead, under x509_certificate.
#   # What was pasted?
#   x509_certificate_file:
`, yaml)
	again, err := settings.Read("s.yaml", []byte(yaml), nil)
	require.NoError(t, err)
	assert.False(t, again.Flex.Set)
	assert.Equal(t, "b", again.Salesforce.Users[1].Username.Value)
}

// Writing and reading again changes nothing.
func FuzzYAML(f *testing.F) {
	f.Add([]byte(typed))
	f.Add([]byte("flex: {x509_certificate: \"a\\n  b\\n\\n\", login_link: \"\\u2028 \\\\ '\\\" \\e\", trusted_urls: ['', '#', ' ', 'a: b']}"))
	f.Add([]byte("salesforce: {users: [{}, {fields: [{}]}, {permission_sets: [a]}], certificates: [{file: a.crt}], connected_app: {}}"))
	f.Add([]byte("salesforce:\n  users:\n  -\n  identity_provider:\nflex:\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := settings.Read("s.yaml", data, open)
		if err != nil || !s.Salesforce.Set && !s.Flex.Set {
			return
		}
		yaml := settings.YAML(s, settings.Writing{Head: []string{"a"}})
		if len(yaml) > 1<<18 || longest(yaml) > 60_000 || strings.Count(string(yaml), "\n") > 10_000 {
			return // more than a file may have
		}
		again, err := settings.Read("s.yaml", yaml, open)
		require.NoError(t, err, "%s", yaml)
		require.Equal(t, valuesOf(s), valuesOf(again))
		require.Equal(t, s.Salesforce.Set, again.Salesforce.Set)
		require.Equal(t, s.Flex.Set, again.Flex.Set)
		require.Equal(t, s.Flex.X509Certificate.Data, again.Flex.X509Certificate.Data)
	})
}

func longest(text []byte) int {
	most := 0
	for line := range strings.Lines(string(text)) {
		most = max(most, len(line))
	}
	return most
}

// What a service provider does that Flex does not is written and read like the rest, and
// is left out where nobody typed it.
func TestYAMLOfAServiceProvider(t *testing.T) {
	s, err := settings.Read("s.yaml", []byte(`flex:
  sso: enhanced
  service_provider:
    signing_certificate: sp.crt
    single_logout_url: https://sp.acme.example/logout
    single_logout_binding: HTTP POST
    identity_provider_logout_url: https://acme.my.salesforce.com/services/auth/idp/saml2/logout
`), func(string) ([]byte, error) { return []byte("c"), nil })
	require.NoError(t, err)
	own := s.Flex.ServiceProvider
	assert.True(t, own.Set && own.LogsOut())
	assert.Equal(t, "s.yaml:3:3", own.Place.String())
	assert.Equal(t, "c", string(own.SigningCertificate.Data))
	yaml := settings.YAML(s, settings.Writing{})
	again, err := settings.Read("s.yaml", yaml, func(string) ([]byte, error) { return []byte("c"), nil })
	require.NoError(t, err)
	assert.Equal(t, valuesOf(s), valuesOf(again))
	assert.NotContains(t, string(settings.YAML(read(t, "flex: {sso: enhanced}"), settings.Writing{})), "service_provider")
	assert.False(t, read(t, "flex: {sso: enhanced}").Flex.ServiceProvider.LogsOut())
}
