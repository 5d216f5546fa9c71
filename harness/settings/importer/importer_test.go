package importer_test

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/harness/settings/importer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	tree   = "testdata/acme"
	folder = tree + "/force-app/main/default/"
	flex   = "testdata/flex.yaml"
)

// imported reads paths that must be readable.
func imported(t *testing.T, paths ...string) *importer.Import {
	t.Helper()
	im, err := importer.Read(paths, importer.Options{})
	require.NoError(t, err)
	return im
}

// put writes a file into a fresh folder and gives its path.
func put(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// values are the settings that were typed, as path=text.
func values(s *settings.Settings) []string {
	var all []string
	for v := range s.Values() {
		if v.Set {
			all = append(all, v.Path+"="+v.Text)
		}
	}
	return all
}

func value(s *settings.Settings, path string) string {
	for v := range s.Values() {
		if v.Path == path && v.Set {
			return v.Text
		}
	}
	return "not set"
}

func asked(im *importer.Import) []string {
	var all []string
	for path := range im.Asks {
		all = append(all, path)
	}
	sort.Strings(all)
	return all
}

func TestReadSourceTree(t *testing.T) {
	im := imported(t, tree, flex)
	s := im.Settings
	assert.Equal(t, []string{
		"salesforce.my_domain=acme.my.salesforce.com",
		"salesforce.organization_id=00D0A0000000Acm",
		"salesforce.certificates[0].label=SalesforceSSO",
		"salesforce.certificates[0].unique_name=SalesforceSSO",
		"salesforce.certificates[0].key_size=2048",
		"salesforce.certificates[0].exportable_private_key=true",
		"salesforce.certificates[0].file=SalesforceSSO.crt",
		"salesforce.identity_provider.enabled=true",
		"salesforce.identity_provider.certificate=SalesforceSSO",
		"salesforce.connected_app.kind=ConnectedApp",
		"salesforce.connected_app.name=Twilio Flex",
		"salesforce.connected_app.api_name=Twilio_Flex",
		"salesforce.connected_app.contact_email=it@acme.example",
		"salesforce.connected_app.start_url=https://flex.twilio.com/agent-desktop",
		"salesforce.connected_app.enable_saml=true",
		"salesforce.connected_app.entity_id=urn:flex:JQ0123456789abcdef0123456789abcdef",
		"salesforce.connected_app.acs_url=https://login.flex.us1.twilio.com/login/callback?connection=JQ0123456789abcdef0123456789abcdef",
		"salesforce.connected_app.subject_type=Username",
		"salesforce.connected_app.name_id_format=urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
		"salesforce.connected_app.issuer=https://acme.my.salesforce.com",
		"salesforce.connected_app.signing_algorithm=SHA256",
		"salesforce.connected_app.custom_attributes[0].key=full_name",
		`salesforce.connected_app.custom_attributes[0].value=$User.FirstName + " " + $User.LastName`,
		"salesforce.connected_app.custom_attributes[1].key=roles",
		`salesforce.connected_app.custom_attributes[1].value="agent"`,
		"salesforce.connected_app.profiles[0]=Contact & Service Agent",
		"salesforce.connected_app.profiles[1]=Standard User",
		"salesforce.connected_app.permission_sets[0]=Flex_Users",
	}, values(s)[:28])
	assert.Equal(t, settings.Place{File: folder + "connectedApps/Twilio_Flex.connectedApp-meta.xml", Line: 16, Column: 9}, s.Salesforce.ConnectedApp.EntityID.Place)
	assert.Equal(t, settings.Place{File: folder + "profiles/Standard.profile-meta.xml", Line: 9, Column: 9}, s.Salesforce.ConnectedApp.Profiles[1].Place)
	assert.Equal(t, "AC0123456789abcdef0123456789abcdef", s.Flex.AccountSID.Value)
	assert.Equal(t, flex+":2:14", s.Flex.AccountSID.Place.String())
	assert.Equal(t, string(s.Salesforce.Certificates[0].File.Data), string(s.Flex.X509Certificate.Data))
	assert.Equal(t, []string{
		"salesforce.connected_app.idp_certificate",
		"salesforce.connected_app.verify_request_signatures",
		"salesforce.organization_id",
		"salesforce.users[0]", "salesforce.users[1]", "salesforce.users[2]",
	}, asked(im), "no field of an app's metadata holds the certificate and the box, so they are asked for")
	assert.Equal(t, []string{
		"Connected App Twilio_Flex (" + folder + "connectedApps/Twilio_Flex.connectedApp-meta.xml)",
		folder + "connectedApps/Twilio_Flex.connectedApp-meta.xml: settings do not keep description, and what export writes is without",
	}, im.Notes)

	// One person is made up for each way in.
	require.Len(t, s.Salesforce.Users, 3)
	assert.Equal(t, "Contact & Service Agent", s.Salesforce.Users[0].Profile.Value)
	assert.Equal(t, "Standard User", s.Salesforce.Users[1].Profile.Value)
	assert.Equal(t, "Flex_Users", s.Salesforce.Users[2].PermissionSets[0].Value)
	for i := range s.Salesforce.Users {
		assert.True(t, s.Salesforce.ConnectedApp.Admits(&s.Salesforce.Users[i]))
	}
}

// Exporting an app and importing it again, with everything else as it was, changes
// nothing.
func TestRoundTrip(t *testing.T) {
	full := imported(t, tree, flex)
	for _, test := range []struct {
		name   string
		export func(*settings.Settings) (*importer.Export, error)
		edit   func(a *settings.ConnectedApp)
	}{
		{"a connected app", importer.ConnectedApp, func(*settings.ConnectedApp) {}},
		{"a connected app with everything", importer.ConnectedApp, everything},
		{"an external client app", importer.ECA, func(a *settings.ConnectedApp) { a.Kind.Value = settings.KindExternalClientApp }},
		{"an external client app with everything", importer.ECA, func(a *settings.ConnectedApp) {
			everything(a)
			a.Kind.Value = settings.KindExternalClientApp
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := full.Settings.Clone()
			test.edit(&before.Salesforce.ConnectedApp)
			before.Complete()
			x, err := test.export(before)
			require.NoError(t, err)
			dir := t.TempDir()
			for _, f := range x.Files {
				path := filepath.Join(dir, filepath.FromSlash(f.Name))
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, f.Data, 0o644))
			}
			rest := []string{dir, folder + "certs", folder + "settings", flex}
			if before.Salesforce.ConnectedApp.EncryptionCertificate.Set {
				rest = append(rest, put(t, "Acme_Encryption.crt", string(before.Salesforce.ConnectedApp.EncryptionCertificate.Data)))
			}
			after := imported(t, rest...)
			assert.Equal(t, withoutUsers(before), withoutUsers(after.Settings))

			// Nor does writing the settings and reading them.
			text, files := after.Bundle()
			out := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(out, "s.yaml"), text, 0o644))
			for _, f := range files {
				require.NoError(t, os.WriteFile(filepath.Join(out, f.Name), f.Data, 0o644))
			}
			read, err := settings.Load(filepath.Join(out, "s.yaml"))
			require.NoError(t, err)
			want := after.Settings.Clone()
			for i, f := range want.Files() {
				f.Value = filepath.Base(f.Value)
				assert.Equal(t, f.Data, read.Files()[i].Data)
			}
			want.Flex.X509Certificate.Value = "SalesforceSSO.crt"
			assert.Equal(t, values(want), values(read))
			again, err := test.export(read)
			require.NoError(t, err)
			assert.Equal(t, x.Files, again.Files)
		})
	}
}

// withoutUsers are the values but for the users, who are made up for those who have access.
func withoutUsers(s *settings.Settings) []string {
	var all []string
	for _, v := range values(s) {
		if !strings.HasPrefix(v, "salesforce.users") {
			all = append(all, v)
		}
	}
	return all
}

// everything sets what an app can have beside the documented set-up.
func everything(a *settings.ConnectedApp) {
	text := func(f *settings.Text, v string) { f.Value, f.Set = v, true }
	crt, _ := os.ReadFile(folder + "certs/SalesforceSSO.crt")
	text(&a.SubjectType, settings.SubjectCustomAttribute)
	text(&a.SubjectCustomAttribute, "Employee_Number__c")
	text(&a.NameIDFormat, saml.FormatPersistent)
	text(&a.SigningAlgorithm, "SHA1")
	text(&a.SingleLogoutURL, "https://sp.example/logout?a=b&c=<d>")
	text(&a.SingleLogoutBinding, settings.LogoutRedirect)
	a.VerifyRequestSignatures.Value, a.VerifyRequestSignatures.Set = true, true
	text(&a.RequestCertificate.Text, a.APIName.Value+"-requests.crt")
	a.RequestCertificate.Data = crt
	a.EncryptSAMLResponse.Value, a.EncryptSAMLResponse.Set = true, true
	text(&a.EncryptionCertificate.Text, "Acme_Encryption.crt")
	a.EncryptionCertificate.Data = other
	text(&a.EncryptionAlgorithm, "AES256")
	a.CustomAttributes[1].Value.Value = `IF($User.IsActive && 1 < 2, "a & 'b'", "ü\"")`
	named := func(v string) settings.Text { return settings.Text{Value: v, Set: true} }
	a.Profiles = []settings.Text{a.Profiles[0], named("Custom: 50% / Sales"), a.Profiles[1], named("System Administrator")}
}

// other is a certificate that no org made.
var other = func() []byte {
	data, err := os.ReadFile("testdata/sp.crt")
	if err != nil {
		panic(err)
	}
	return data
}()

func TestMetadataRoundTrip(t *testing.T) {
	before := imported(t, tree).Settings
	data, err := importer.Metadata(before, time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.Contains(t, string(data), `validUntil="2036-03-02T09:30:00.000Z"`)
	im := imported(t, put(t, "samlidp.xml", string(data)))
	assert.Equal(t, []string{
		"salesforce.my_domain=acme.my.salesforce.com",
		"salesforce.organization_id=00D0A0000000Acm",
		"salesforce.certificates[0].label=SalesforceSSO",
		"salesforce.certificates[0].key_size=2048",
		"salesforce.certificates[0].file=SalesforceSSO.crt",
		"salesforce.identity_provider.enabled=true",
		"salesforce.identity_provider.certificate=SalesforceSSO",
	}, values(im.Settings))
	assert.Equal(t, before.Salesforce.Certificates[0].File.Data, im.Settings.Salesforce.Certificates[0].File.Data)
	again, err := importer.Metadata(im.Settings, time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.Equal(t, string(data), string(again))
}
