package importer_test

import (
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/settings/importer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const connected = `<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata"><contactEmail>a@b.example</contactEmail><label>App</label><samlConfig>
<acsUrl>https://sp.example/acs</acsUrl><entityUrl> https://sp.example </entityUrl>CONFIG</samlConfig></ConnectedApp>`

func bare(t *testing.T, pemText []byte) string {
	t.Helper()
	block, _ := pem.Decode(pemText)
	require.NotNil(t, block)
	return base64.StdEncoding.EncodeToString(block.Bytes)
}

// Both spellings of enumerations are read, and a certificate in whatever form.
func TestReadConnectedApps(t *testing.T) {
	const app = "salesforce.connected_app."
	for _, test := range []struct {
		name, config string
		want         map[string]string
	}{
		{"the page's spelling", "<samlSubjectType>PersistentID</samlSubjectType><samlNameIdFormat>Persistent</samlNameIdFormat>",
			map[string]string{"subject_type": "PersistentId", "name_id_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"}},
		{"the WSDL's spelling", "<samlSubjectType>PersistentId</samlSubjectType>", map[string]string{"subject_type": "PersistentId"}},
		{"a custom attribute", "<samlSubjectType>CustomAttr</samlSubjectType><samlSubjectCustomAttr>Badge__c</samlSubjectCustomAttr>",
			map[string]string{"subject_type": "CustomAttribute", "subject_custom_attribute": "Badge__c"}},
		{"a custom attribute, by the WSDL", "<samlSubjectType>CustomAttribute</samlSubjectType>", map[string]string{"subject_type": "CustomAttribute"}},
		{"a value that is not known", "<samlSubjectType>SpokeId</samlSubjectType><samlNameIdFormat>urn:x</samlNameIdFormat>",
			map[string]string{"subject_type": "SpokeId", "name_id_format": "urn:x"}},
		{"no encryption", "<encryptionType>AES_128</encryptionType>", map[string]string{"encryption_algorithm": "AES128", "encrypt_saml_response": "not set"}},
		{"encryption named none", "<encryptionType>None</encryptionType>", map[string]string{"encryption_algorithm": "not set"}},
		{"encryption to a certificate that is not there", "<encryptionCertificate>SP</encryptionCertificate>",
			map[string]string{"encrypt_saml_response": "true", "encryption_certificate": "not set"}},
		{"a certificate in PEM", "<certificate>" + string(other) + "</certificate>",
			map[string]string{"verify_request_signatures": "true", "request_certificate": "App-requests.crt"}},
		{"a certificate without its lines", "<certificate>" + bare(t, other) + "</certificate>", map[string]string{"verify_request_signatures": "true"}},
		{"single logout", "<samlSloUrl>https://sp.example/slo</samlSloUrl><samlIdpSLOBindingEnum>PostBinding</samlIdpSLOBindingEnum>",
			map[string]string{"single_logout_url": "https://sp.example/slo", "single_logout_binding": "HTTP POST"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range []string{"App.connectedApp-meta.xml", "App.connectedApp"} {
				s := imported(t, put(t, name, strings.Replace(connected, "CONFIG", test.config, 1))).Settings
				for key, want := range test.want {
					assert.Equal(t, want, value(s, app+key), key)
				}
				assert.Equal(t, "App", value(s, app+"api_name"))
				assert.Equal(t, "https://sp.example", value(s, app+"entity_id"), "white space around a value is none of it")
				if s.Salesforce.ConnectedApp.RequestCertificate.Set {
					assert.Equal(t, string(other), string(s.Salesforce.ConnectedApp.RequestCertificate.Data))
				}
			}
		})
	}
}

// A downloaded certificate is taken in every form that people have.
func TestReadCertificates(t *testing.T) {
	crt, err := os.ReadFile(folder + "certs/SalesforceSSO.crt")
	require.NoError(t, err)
	block, _ := pem.Decode(crt)
	require.NotNil(t, block)
	for name, text := range map[string]string{
		"a.crt":        string(crt),
		"windows.crt":  strings.ReplaceAll(string(crt), "\n", "\r\n"),
		"a.der":        string(block.Bytes),
		"noheader.pem": bare(t, crt),
		"anything":     string(crt),
	} {
		im := imported(t, put(t, name, text))
		s := im.Settings
		assert.Equal(t, "SalesforceSSO", value(s, "salesforce.certificates[0].label"), name)
		assert.Equal(t, string(crt), string(s.Salesforce.Certificates[0].File.Data), name)
		assert.Equal(t, "00D0A0000000Acm", value(s, "salesforce.organization_id"))
		assert.Contains(t, im.Asks, "salesforce.identity_provider.certificate", "a file does not say what uses it")
	}
}

func TestReadServiceProvider(t *testing.T) {
	im := imported(t, put(t, "sp.xml", `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example/saml">
<md:SPSSODescriptor AuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor/><md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://sp.example/slo"/>
<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
<md:AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact" Location="https://sp.example/artifact"/>
<md:AssertionConsumerService index="1" isDefault="false" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/one"/>
<md:AssertionConsumerService index="2" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/two"/>
</md:SPSSODescriptor></md:EntityDescriptor>`))
	assert.Equal(t, []string{
		"salesforce.connected_app.enable_saml=true",
		"salesforce.connected_app.entity_id=https://sp.example/saml",
		"salesforce.connected_app.acs_url=https://sp.example/two",
		"salesforce.connected_app.name_id_format=urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
	}, values(im.Settings))
	assert.False(t, im.Settings.Flex.Set)
	for _, key := range []string{"verify_request_signatures", "encrypt_saml_response", "single_logout_url"} {
		assert.Contains(t, im.Asks, "salesforce.connected_app."+key)
	}
	assert.NotContains(t, im.Asks, "flex.sso", "another service provider is not asked for Flex")
}

func TestReadUsers(t *testing.T) {
	const csv = "Username,FirstName,Profile.Name,IsActive,Employee_Number__c,PermissionSets\nada@acme.example,Ada,Standard User,true,0042,Flex_Users; Other\nbob@acme.example,,Guest,false,,\n"
	const records = `{"status":0,"result":{"records":[{"attributes":{"type":"User"},"Username":"ada@acme.example","FirstName":"Ada","Profile":{"attributes":{},"Name":"Standard User"},"IsActive":true,"Employee_Number__c":"0042","Manager":null}]}}`
	for name, text := range map[string]string{"users.csv": csv, "users.json": records} {
		s := imported(t, folder+"connectedApps/Twilio_Flex.connectedApp-meta.xml", put(t, name, text)).Settings
		for path, want := range map[string]string{
			"username": "ada@acme.example", "first_name": "Ada", "profile": "Standard User", "active": "true",
			"fields[0].name": "Employee_Number__c", "fields[0].value": "0042",
		} {
			assert.Equal(t, want, value(s, "salesforce.users[0]."+path), name)
		}
		if name == "users.csv" {
			assert.Equal(t, "Other", value(s, "salesforce.users[0].permission_sets[1]"))
			assert.Equal(t, "false", value(s, "salesforce.users[1].active"))
			assert.Len(t, s.Salesforce.Users, 2)
		}
	}
}

// Policies without the app that they belong to name it by its label, and profiles by
// their names in metadata.
func TestReadPoliciesAlone(t *testing.T) {
	s := imported(t, put(t, "F.ecaSamlPlcy", `<ExtlClntAppSamlConfigurablePolicies xmlns="http://soap.sforce.com/2006/04/metadata">
<acsUrl>https://sp.example/acs</acsUrl><entityUrl>sp</entityUrl><externalClientApplication>Twilio Flex</externalClientApplication>
<commaSeparatedProfile>Standard User, Admin</commaSeparatedProfile><commaSeparatedPermissionSet>B,A</commaSeparatedPermissionSet>
<subjectType>CustomAttribute</subjectType><singleLogoutBindingType>RedirectBinding</singleLogoutBindingType></ExtlClntAppSamlConfigurablePolicies>`)).Settings
	a := s.Salesforce.ConnectedApp
	assert.Equal(t, "Twilio Flex", a.Name.Value)
	assert.Equal(t, "Twilio_Flex", a.APIName.Value)
	assert.False(t, a.APIName.Set)
	assert.Equal(t, "System Administrator", a.Profiles[1].Value)
	assert.Equal(t, "B", a.PermissionSets[0].Value, "what the app lists keeps its order")
	assert.Equal(t, "CustomAttribute", a.SubjectType.Value)
	assert.Equal(t, "HTTP Redirect", a.SingleLogoutBinding.Value)
}

// Of several settings the first that has certificates says which there are.
func TestReadSettingsTwice(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.yaml", "b.yaml"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("salesforce: {certificates: [{label: "+name[:1]+"}], my_domain: "+name+"}"), 0o644))
	}
	s := imported(t, dir).Settings
	assert.Equal(t, "a.yaml", s.Salesforce.MyDomain.Value)
	require.Len(t, s.Salesforce.Certificates, 1)
	assert.Equal(t, "a", s.Salesforce.Certificates[0].Label.Value)
}

// federation is metadata of several entities with one role each.
func federation(role string, ids ...string) string {
	var b strings.Builder
	b.WriteString(`<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">`)
	for _, id := range ids {
		b.WriteString(`<EntityDescriptor entityID="` + id + `"><` + role + ` protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></EntityDescriptor>`)
	}
	return b.String() + `</EntitiesDescriptor>`
}

// Of metadata with several certificates each is listed, under a name of its own, and
// which of them signs is asked.
func TestReadSeveralCertificates(t *testing.T) {
	var descriptors string
	for n := range 2 {
		signer, err := keys.For(keys.RSA, 2048)[n].Signer()
		require.NoError(t, err)
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		made, err := keys.SelfSigned(keys.Certificate{Label: "Same", OrganizationID: "00D0A0000000Acm", Serial: big.NewInt(int64(n) + 1), NotBefore: from, NotAfter: from.AddDate(1, 0, 0)}, signer)
		require.NoError(t, err)
		descriptors += `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + bare(t, made) + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`
	}
	text := strings.Replace(federation("IDPSSODescriptor", "https://acme.my.salesforce.com"), `protocol"/>`, `protocol">`+descriptors+
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"/></IDPSSODescriptor>`, 1)
	im := imported(t, put(t, "samlidp.xml", text))
	list := im.Settings.Salesforce.Certificates
	require.Len(t, list, 2)
	assert.Equal(t, "Same", list[0].Label.Value)
	assert.Equal(t, "samlidp_2", list[1].Label.Value)
	assert.NotEqual(t, list[0].File.Value, list[1].File.Value)
	assert.Equal(t, "Same", im.Settings.Salesforce.IdentityProvider.Certificate.Value)
	assert.Equal(t, []string{"The metadata has several certificates, of which this is the first. Which one signs?"}, im.Asks["salesforce.identity_provider.certificate"])
}

func TestReadRefuses(t *testing.T) {
	second := t.TempDir()
	for _, name := range []string{"A.connectedApp", "B.connectedApp"} {
		require.NoError(t, os.WriteFile(filepath.Join(second, name), []byte(strings.Replace(connected, "CONFIG", "", 1)), 0o644))
	}
	for _, test := range []struct{ path, want string }{
		{put(t, "empty.xml", " \n"), "is empty"},
		{put(t, "a.xml", "<a/>"), "a cannot be imported"},
		{put(t, "a.connectedApp", "no xml"), "is no XML"},
		{put(t, "a.connectedApp", "<ConnectedApp"), "this is no XML that can be read"},
		{put(t, "md.xml", `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>`), "describes neither"},
		{put(t, "federation.xml", federation("IDPSSODescriptor", "https://a.example", "https://b.example")), "this metadata describes 2 identity providers"},
		{put(t, "federation.xml", federation("SPSSODescriptor", "https://a.example", "https://b.example", "https://c.example")), "this metadata describes 3 service providers"},
		{put(t, "a.bin", "\x00\x01"), "is no artefact that is known"},
		{put(t, "a.csv", "a,b\n"), "is no list of users"},
		{put(t, "a.json", `{"a": 1}`), `unknown key "a"`},
		{put(t, "a.json", `{"records": [`), "this JSON cannot be read"},
		{second, "is a second app with SAML"},
		{"nothing", "cannot be imported: no such file or directory"},
	} {
		_, err := importer.Read([]string{test.path}, importer.Options{})
		assert.ErrorContains(t, err, test.want, test.path)
	}
	im, err := importer.Read([]string{second}, importer.Options{App: "b"})
	require.NoError(t, err)
	assert.Equal(t, "B", im.Settings.Salesforce.ConnectedApp.APIName.Value)
}

// Whatever stands in an artefact, reading ends, and what is read can be written.
func FuzzImport(f *testing.F) {
	for i, name := range []string{"connectedApps/Twilio_Flex.connectedApp-meta.xml", "profiles/Standard.profile-meta.xml", "settings/MyDomain.settings-meta.xml", "certs/SalesforceSSO.crt"} {
		data, err := os.ReadFile(folder + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), data)
	}
	f.Add(uint8(4), []byte(`{"records":[{"Username":"a","x":{"y":{"z":{"w":1}}}}]}`))
	f.Add(uint8(5), []byte("Username,A\n\"a,b\n"))
	suffixes := []string{"A.connectedApp", "A.profile", "A.settings", "a.crt", "a.json", "a.csv", "a.ecaSamlPlcy", "a.xml", "a.yaml"}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		path := filepath.Join(dir, suffixes[int(kind)%len(suffixes)])
		require.NoError(t, os.WriteFile(path, data, 0o644))
		im, err := importer.Read([]string{path}, importer.Options{})
		if err != nil {
			return
		}
		im.Bundle()
		_, _ = importer.ConnectedApp(im.Settings)
		_, _ = importer.ECA(im.Settings)
	})
}
