package settings_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// open knows two files.
func open(name string) ([]byte, error) {
	switch name {
	case "a.crt":
		return []byte("certificate a"), nil
	case "empty.crt":
		return []byte{}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func read(t *testing.T, text string) *settings.Settings {
	t.Helper()
	s, err := settings.Read("s.yaml", []byte(text), open)
	require.NoError(t, err)
	return s
}

const typed = `# both halves
salesforce:
  my_domain: acme.my.salesforce.com   
  organization_id: 00123
  certificates:
    - {label: "One", unique_name: One, key_size: 1024, exportable_private_key: false, file: a.crt}
  identity_provider: {enabled: true, certificate: One}
  connected_app:
    name: 'Twilio Flex'
    subject_type: Foo
    verify_request_signatures: true
    request_certificate: empty.crt
    custom_attributes:
    - key: roles
      value: '"agent"'
    profiles:
      - Standard User
      - null
    permission_sets: [Flex_Users]
  users:
    - last_name: Null
      active: false
      federation_id: 1_000
      permission_sets: [Flex_Users]
      fields: [{name: Employee_Number__c, value: 007}]
flex:
  account_sid:
  sso: legacy
  x509_certificate: |
    -----BEGIN CERTIFICATE-----
  trusted_urls: [https://a.example, "https://b.example"]
  login_popup: true
`

func TestReadFields(t *testing.T) {
	s := read(t, typed)
	at := func(line, column int) settings.Place {
		return settings.Place{File: "s.yaml", Line: line, Column: column}
	}
	text := func(value, path string, line, column int) settings.Text {
		return settings.Text{Value: value, Path: path, Place: at(line, column), Set: true}
	}
	sf, app := s.Salesforce, s.Salesforce.ConnectedApp

	assert.Equal(t, "s.yaml", s.Name)
	assert.True(t, sf.Set)
	assert.Equal(t, at(2, 1), sf.Place)
	assert.Equal(t, text("acme.my.salesforce.com", "salesforce.my_domain", 3, 14), sf.MyDomain)
	assert.Equal(t, text("00123", "salesforce.organization_id", 4, 20), sf.OrganizationID)
	require.Len(t, sf.Certificates, 1)
	assert.Equal(t, settings.Certificate{
		Path:                 "salesforce.certificates[0]",
		Label:                text("One", "salesforce.certificates[0].label", 6, 15),
		UniqueName:           text("One", "salesforce.certificates[0].unique_name", 6, 35),
		KeySize:              settings.Number{Value: 1024, Path: "salesforce.certificates[0].key_size", Place: at(6, 50), Set: true},
		ExportablePrivateKey: settings.Flag{Value: false, Path: "salesforce.certificates[0].exportable_private_key", Place: at(6, 80), Set: true},
		File:                 settings.File{Text: text("a.crt", "salesforce.certificates[0].file", 6, 93), Data: []byte("certificate a")},
	}, sf.Certificates[0])
	assert.Equal(t, settings.Flag{Value: true, Path: "salesforce.identity_provider.enabled", Place: at(7, 32), Set: true}, sf.IdentityProvider.Enabled)
	assert.Equal(t, text("Twilio Flex", "salesforce.connected_app.name", 9, 11), app.Name)
	assert.Equal(t, text("Foo", "salesforce.connected_app.subject_type", 10, 19), app.SubjectType)
	assert.Equal(t, settings.File{Text: text("empty.crt", "salesforce.connected_app.request_certificate", 12, 26), Data: []byte{}}, app.RequestCertificate)
	require.Len(t, app.CustomAttributes, 1)
	assert.Equal(t, settings.CustomAttribute{
		Path:  "salesforce.connected_app.custom_attributes[0]",
		Key:   text("roles", "salesforce.connected_app.custom_attributes[0].key", 14, 12),
		Value: text(`"agent"`, "salesforce.connected_app.custom_attributes[0].value", 15, 14),
	}, app.CustomAttributes[0])
	assert.Equal(t, []settings.Text{
		text("Standard User", "salesforce.connected_app.profiles[0]", 17, 9),
		text("null", "salesforce.connected_app.profiles[1]", 18, 9),
	}, app.Profiles)
	assert.Equal(t, []settings.Text{text("Flex_Users", "salesforce.connected_app.permission_sets[0]", 19, 23)}, app.PermissionSets)
	require.Len(t, sf.Users, 1)
	assert.Equal(t, "salesforce.users[0]", sf.Users[0].Path)
	assert.Equal(t, text("Null", "salesforce.users[0].last_name", 21, 18), sf.Users[0].LastName)
	assert.Equal(t, settings.Flag{Value: false, Path: "salesforce.users[0].active", Place: at(22, 15), Set: true}, sf.Users[0].Active)
	assert.Equal(t, text("1_000", "salesforce.users[0].federation_id", 23, 22), sf.Users[0].FederationID)

	assert.Equal(t, []settings.Text{text("Flex_Users", "salesforce.users[0].permission_sets[0]", 24, 25)}, sf.Users[0].PermissionSets)
	assert.Equal(t, []settings.UserField{{
		Path:  "salesforce.users[0].fields[0]",
		Name:  text("Employee_Number__c", "salesforce.users[0].fields[0].name", 25, 23),
		Value: text("007", "salesforce.users[0].fields[0].value", 25, 50),
	}}, sf.Users[0].Fields)

	assert.Equal(t, at(26, 1), s.Flex.Place)
	assert.Equal(t, text("", "flex.account_sid", 27, 3), s.Flex.AccountSID, "typed, though empty: the place is that of the key")
	assert.Equal(t, settings.File{Text: text("", "flex.x509_certificate", 29, 21), Data: []byte("-----BEGIN CERTIFICATE-----\n")}, s.Flex.X509Certificate)
	assert.Equal(t, []settings.Text{text("https://a.example", "flex.trusted_urls[0]", 31, 18), text("https://b.example", "flex.trusted_urls[1]", 31, 37)}, s.Flex.TrustedURLs)
	assert.Equal(t, settings.Flag{Value: true, Path: "flex.login_popup", Place: at(32, 16), Set: true}, s.Flex.LoginPopup)
}

func TestReadNamedCertificate(t *testing.T) {
	s := read(t, "flex: {x509_certificate_file: a.crt}")
	assert.Equal(t, "flex.x509_certificate_file", s.Flex.X509Certificate.Path)
	assert.Equal(t, "a.crt", s.Flex.X509Certificate.Value)
	assert.Equal(t, "certificate a", string(s.Flex.X509Certificate.Data))
}

// What is left out has what the consoles show, a path, and the place that lacks it.
func TestReadDefaults(t *testing.T) {
	s := read(t, `
salesforce:
  my_domain: acme.my.salesforce.com
  certificates: [{label: My 1st Certificate!}]
  connected_app:
    name: 2 Flex
  users:
    -
flex:
  sso: legacy
  account_sid: AC0
`)
	got := map[string]string{}
	for v := range s.Values() {
		if !v.Set && v.Text != "" {
			got[v.Path+" "+v.Place.String()] = v.Text
		}
	}
	assert.Equal(t, map[string]string{
		"salesforce.certificates[0].unique_name s.yaml:4:18":            "My_1st_Certificate",
		"salesforce.certificates[0].key_size s.yaml:4:18":               "2048",
		"salesforce.certificates[0].exportable_private_key s.yaml:4:18": "true",
		"salesforce.identity_provider.enabled s.yaml:2:1":               "false",
		"salesforce.connected_app.kind s.yaml:5:3":                      "ConnectedApp",
		"salesforce.connected_app.api_name s.yaml:5:3":                  "X2_Flex",
		"salesforce.connected_app.enable_saml s.yaml:5:3":               "false",
		"salesforce.connected_app.subject_type s.yaml:5:3":              "Username",
		"salesforce.connected_app.name_id_format s.yaml:5:3":            "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
		"salesforce.connected_app.issuer s.yaml:5:3":                    "https://acme.my.salesforce.com",
		"salesforce.connected_app.idp_certificate s.yaml:5:3":           "Default IdP Certificate",
		"salesforce.connected_app.signing_algorithm s.yaml:5:3":         "SHA1",
		"salesforce.connected_app.verify_request_signatures s.yaml:5:3": "false",
		"salesforce.connected_app.encrypt_saml_response s.yaml:5:3":     "false",
		"salesforce.connected_app.encryption_algorithm s.yaml:5:3":      "AES128",
		"salesforce.users[0].active s.yaml:8:6":                         "true",
		"flex.login_popup s.yaml:9:1":                                   "false",
	}, got)
	assert.Nil(t, s.Flex.X509Certificate.Data)
	assert.Equal(t, "flex.x509_certificate", s.Flex.X509Certificate.Path)
}

func TestReadOneHalf(t *testing.T) {
	s := read(t, "flex: {sso: enhanced}")
	assert.False(t, s.Salesforce.Set)
	assert.Zero(t, s.Salesforce.Place)
	assert.Equal(t, settings.Text{Path: "salesforce.connected_app.entity_id", Place: settings.Place{File: "s.yaml"}}, s.Salesforce.ConnectedApp.EntityID)
	assert.Empty(t, s.Salesforce.ConnectedApp.SubjectType.Value, "a console that nobody looked at shows nothing")

	s = read(t, "salesforce:\n")
	assert.True(t, s.Salesforce.Set)
	assert.False(t, s.Flex.Set)
	assert.Empty(t, s.Flex.SSO.Value)
}

func TestReadErrors(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       string // the errors, one in a line, with their hints in parentheses
	}{
		{"nothing", "", "s.yaml: the file holds no settings (settings have the keys salesforce: and flex:)"},
		{"comments", "# a\n", "s.yaml: the file holds no settings (settings have the keys salesforce: and flex:)"},
		{"a text", "hello", `s.yaml:1:1: a settings file wants keys and values, not the text "hello"`},
		{"a list", "- a", "s.yaml:1:1: a settings file wants keys and values, not a list"},
		{"a binary file", "\x89PNG\r\n\x1a\n\x00", "s.yaml:1:1: this is no UTF-8 text: byte 0x89 (is this the right file? If so, save it as UTF-8)"},
		{"syntax", "flex:\n  sso: \"enhanced\n", "s.yaml:2:8: this quotation mark is never closed (a double quote within the text is written \\\")"},
		{"a formula in double quotes", "salesforce: {connected_app: {custom_attributes: [{key: a, value: \"a\" + \"b\"}]}}",
			"s.yaml:1:70: a comma is missing before this (text with a comma, colon, bracket or quotation mark is put in quotes)"},
		{"a misspelt half", "salesfroce: {}", `s.yaml:1:1: unknown key "salesfroce" (did you mean salesforce?)`},
		{"a misspelt key", "salesforce:\n  connected_app:\n    entityid: x\n", `s.yaml:3:5: unknown key "entityid" in salesforce.connected_app (did you mean entity_id?)`},
		{"a key in other letters", "flex: {SSO-URL: x}", `s.yaml:1:8: unknown key "SSO-URL" in flex (did you mean sso_url?)`},
		{"two letters swapped", "flex: {login_ilnk: x}", `s.yaml:1:8: unknown key "login_ilnk" in flex (did you mean login_link?)`},
		{"a key of another place", "flex: {entity_id: x}", `s.yaml:1:8: unknown key "entity_id" in flex (did you mean salesforce.connected_app.entity_id?)`},
		{"a key of a list elsewhere", "flex: {first_name: x}", `s.yaml:1:8: unknown key "first_name" in flex (did you mean salesforce.users.first_name?)`},
		{"a key like no other", "salesforce: {identity_provider: {zzz: x}}", `s.yaml:1:34: unknown key "zzz" in salesforce.identity_provider (it may have enabled, certificate)`},
		{"a key that does not print", "\"a\\e[31m\": b", `s.yaml:1:1: unknown key "a\x1b[31m" (it may have salesforce, flex)`},
		{"a half that is a text", "flex: x", `s.yaml:1:7: flex wants keys and values, not the text "x"`},
		{"a text that is a list", "flex: {sso: [a]}", "s.yaml:1:13: flex.sso wants one text, not a list"},
		{"a text that is a mapping", "flex:\n  sso:\n    a: b", "s.yaml:3:5: flex.sso wants one text, not keys and values"},
		{"a list that is a text", "salesforce: {users: ada}", `s.yaml:1:21: salesforce.users wants a list, not the text "ada" (begin each entry with a dash and a space)`},
		{"an entry that is a text", "salesforce:\n  users:\n    - ada", `s.yaml:3:7: salesforce.users[0] wants keys and values, not the text "ada"`},
		{"an entry that is a mapping", "flex: {trusted_urls: [{a: b}]}", "s.yaml:1:23: flex.trusted_urls[0] wants one text, not keys and values"},
		{"yes", "flex: {login_popup: yes}", `s.yaml:1:21: flex.login_popup wants true or false, not the text "yes" (true is a ticked box; without quotes and in small letters)`},
		{"True", "flex: {login_popup: True}", `s.yaml:1:21: flex.login_popup wants true or false, not the text "True" (true is a ticked box; without quotes and in small letters)`},
		{"true in quotes", "flex: {login_popup: 'true'}", `s.yaml:1:21: flex.login_popup wants true or false, not the text "true" (true is a ticked box; without quotes and in small letters)`},
		{"no truth", "flex:\n  login_popup:\n", `s.yaml:2:3: flex.login_popup wants true or false, not nothing (true is a ticked box; without quotes and in small letters)`},
		{"a number in words", "salesforce: {certificates: [{key_size: 2048 bit}]}", `s.yaml:1:40: salesforce.certificates[0].key_size wants a whole number, not the text "2048 bit" (in digits, without quotes)`},
		{"a number in quotes", "salesforce: {certificates: [{key_size: '2048'}]}", `s.yaml:1:40: salesforce.certificates[0].key_size wants a whole number, not the text "2048" (in digits, without quotes)`},
		{"a number too large", "salesforce: {certificates: [{key_size: 99999999999}]}", `s.yaml:1:40: salesforce.certificates[0].key_size wants a whole number, not the text "99999999999" (in digits, without quotes)`},
		{"a file that is not there", "salesforce: {certificates: [{file: b.crt}]}",
			`s.yaml:1:36: salesforce.certificates[0].file: cannot read the file "b.crt": file does not exist (files are named relative to the settings file, or absolutely)`},
		{"a certificate twice", "flex:\n  x509_certificate_file: a.crt\n  x509_certificate: x\n", "s.yaml:2:3: flex.x509_certificate and flex.x509_certificate_file are both there (keep the one that is meant)"},
		{"a key twice among others", "flex:\n  sso: []\n  sso: a\n  login_popup: 1\n",
			"s.yaml:2:8: flex.sso wants one text, not a list\n" +
				`s.yaml:3:3: the key "sso" is there twice (the first is on line 2)` + "\n" +
				`s.yaml:4:16: flex.login_popup wants true or false, not the text "1" (true is a ticked box; without quotes and in small letters)`},
		{"several", "flex:\n  sso: []\n  login_popup: 1\n  acount_sid: x\nsalesforce:\n  users: {}\n",
			"s.yaml:2:8: flex.sso wants one text, not a list\n" +
				`s.yaml:3:16: flex.login_popup wants true or false, not the text "1" (true is a ticked box; without quotes and in small letters)` + "\n" +
				`s.yaml:4:3: unknown key "acount_sid" in flex (did you mean account_sid?)` + "\n" +
				"s.yaml:6:10: salesforce.users wants a list, not keys and values (begin each entry with a dash and a space)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := settings.Read("s.yaml", []byte(test.text), open)
			assert.Nil(t, s)
			var lines []string
			for _, e := range settings.Errors(err) {
				line := e.Error()
				if e.Hint != "" {
					line += " (" + e.Hint + ")"
				}
				lines = append(lines, line)
			}
			assert.Equal(t, test.want, strings.Join(lines, "\n"))
		})
	}
}

// The most that one file can make us say, read and keep.
func TestReadBounds(t *testing.T) {
	var unknown strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&unknown, "k%d: x\n", i)
	}
	_, err := settings.Read("s.yaml", []byte(unknown.String()), open)
	errs := settings.Errors(err)
	require.Len(t, errs, 21)
	assert.Equal(t, "s.yaml:21:1: and 980 more from here on", errs[20].Error())

	_, err = settings.Read("s.yaml", []byte("flex: {trusted_urls: ["+strings.Repeat("a,", 5001)+"]}"), open)
	require.ErrorContains(t, err, "flex.trusted_urls has more than 5000 entries")

	_, err = settings.Read("s.yaml", make([]byte, 1<<18+1), open)
	require.EqualError(t, err, "s.yaml: the file is larger than 256 KiB")

	big := func(string) ([]byte, error) { return make([]byte, 1<<20+1), nil }
	_, err = settings.Read("s.yaml", []byte("flex: {x509_certificate_file: big}"), big)
	require.EqualError(t, err, `s.yaml:1:31: flex.x509_certificate_file: cannot read the file "big": it is larger than 1 MiB`)

	large := func(string) ([]byte, error) { return make([]byte, 1<<20), nil }
	_, err = settings.Read("s.yaml", []byte("salesforce:\n  certificates:\n"+strings.Repeat("  - file: a\n", 17)), large)
	require.EqualError(t, err, `s.yaml:19:11: salesforce.certificates[16].file: cannot read the file "a": with it, the files named here are larger than 16 MiB together`)

	_, err = settings.Read("s.yaml", []byte("flex: {x509_certificate_file: a}"), nil)
	require.ErrorContains(t, err, "no files are read here")
}

func TestErrors(t *testing.T) {
	assert.Nil(t, settings.Errors(nil))
	assert.Nil(t, settings.Errors(fs.ErrNotExist))
	e := &settings.Error{Text: "a"}
	assert.Equal(t, []*settings.Error{e}, settings.Errors(fmt.Errorf("reading settings: %w", e)))
	assert.Equal(t, "a", e.Error())
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(typed))
	f.Add([]byte("flex: {x509_certificate_file: a.crt, sso: enhanced}\r\nsalesforce:\r\n  users: [{}]\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := settings.Read("s.yaml", data, open)
		if err != nil {
			require.Nil(t, s)
			require.NotEmpty(t, settings.Errors(err))
			for _, e := range settings.Errors(err) {
				require.NotContains(t, e.Error(), "\n")
				require.NotContains(t, e.Error(), "\x1b")
			}
			return
		}
		require.Equal(t, s, s.Clone())
		for v := range s.Values() {
			require.NotEmpty(t, v.Path)
			require.True(t, !v.Set || v.Place.Line > 0, v.Path)
		}
	})
}
