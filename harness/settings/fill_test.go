package settings_test

import (
	"testing"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Settings that are put together have paths and defaults as if they had been read.
func TestCompleteIsAsRead(t *testing.T) {
	want := read(t, typed)
	s := want.Clone()
	for _, f := range s.Files() {
		f.Path = ""
	}
	s.Salesforce.Certificates[0].Path, s.Salesforce.Users[0].Path = "", ""
	s.Salesforce.ConnectedApp.Profiles[1].Path = ""
	s.Salesforce.ConnectedApp.SubjectType = settings.Text{}
	s.Complete()
	s.Salesforce.ConnectedApp.SubjectType = want.Salesforce.ConnectedApp.SubjectType
	assert.Equal(t, valuesOf(want), valuesOf(s))
	assert.Equal(t, "salesforce.certificates[0]", s.Salesforce.Certificates[0].Path)
	assert.Equal(t, "salesforce.users[0]", s.Salesforce.Users[0].Path)

	made := &settings.Settings{Name: "made"}
	made.Flex.Set, made.Flex.Place = true, settings.Place{File: "f.json", Line: 1, Column: 1}
	made.Flex.X509Certificate.Value = "a.crt"
	made.Complete()
	assert.Equal(t, "flex.x509_certificate_file", made.Flex.X509Certificate.Path)
	assert.Equal(t, settings.Text{Value: "enhanced", Path: "flex.sso", Place: made.Flex.Place}, made.Flex.SSO)
	assert.Equal(t, settings.Place{File: "made"}, made.Salesforce.MyDomain.Place)
}

func TestFillKeepsWhatIsThere(t *testing.T) {
	s := read(t, "salesforce: {my_domain: a, connected_app: {profiles: [p]}}")
	s.Fill(read(t, typed))
	s.Complete()
	assert.Equal(t, "a", s.Salesforce.MyDomain.Value)
	assert.Equal(t, "00123", s.Salesforce.OrganizationID.Value)
	require.Len(t, s.Salesforce.ConnectedApp.Profiles, 1, "who has access is known already")
	assert.Empty(t, s.Salesforce.ConnectedApp.PermissionSets)
	assert.Len(t, s.Salesforce.ConnectedApp.CustomAttributes, 1)
	assert.Len(t, s.Salesforce.Users, 1)
	assert.True(t, s.Flex.Set)
	assert.Equal(t, "legacy", s.Flex.SSO.Value)
	assert.Len(t, s.Flex.TrustedURLs, 2)
	assert.Equal(t, "-----BEGIN CERTIFICATE-----\n", string(s.Flex.X509Certificate.Data))
}

func TestReadPart(t *testing.T) {
	for text, path := range map[string]string{
		`{"account_sid": "AC1", "sso": "legacy"}`:                "flex.account_sid",
		"account_sid: AC1\nx509_certificate_file: a.crt":         "flex.account_sid",
		"flex:\n  account_sid: AC1":                              "flex.account_sid",
		"salesforce:\n  my_domain: acme":                         "salesforce.my_domain",
		"{\n\t\"flex\": {\n\t\t\"account_sid\": \"AC1\"\n\t}\n}": "flex.account_sid",
	} {
		s, err := settings.ReadPart("f", []byte(text), open)
		require.NoError(t, err, text)
		found := false
		for v := range s.Values() {
			found = found || v.Path == path && v.Set && v.Text != "" && v.Place.Line > 0
		}
		assert.True(t, found, text)
	}
	for text, want := range map[string]string{
		`{"acount_sid": "AC1"}`:             `f:1:2: unknown key "acount_sid"`,
		`{"account_sid": "a", "ssso": "b"}`: `f:1:22: unknown key "ssso" in flex`,
		"[a]":                               "f:1:1: a settings file wants keys and values, not a list",
	} {
		_, err := settings.ReadPart("f", []byte(text), open)
		assert.EqualError(t, err, want)
	}
}
