package importer_test

import (
	"encoding/base64"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings/importer"
)

// texts are the values of a list below a path.
func texts(im *importer.Import, path string) []string {
	var all []string
	for v := range im.Settings.Values() {
		if strings.HasPrefix(v.Path, path) {
			all = append(all, v.Text)
		}
	}
	return all
}

// Exporting and importing again keeps the order of what stands in one file: custom
// attributes, and the profiles and permission sets that an External Client App lists.
// Those of a Connected App are files of their own and come by name.
func TestOrderIsKept(t *testing.T) {
	t.Parallel()
	s := imported(t, put(t, "F.ecaSamlPlcy", `<ExtlClntAppSamlConfigurablePolicies xmlns="http://soap.sforce.com/2006/04/metadata">
<acsUrl>https://sp.example/acs</acsUrl><entityUrl>sp</entityUrl><externalClientApplication>Flex</externalClientApplication>
<commaSeparatedProfile>Standard,Admin,Guest</commaSeparatedProfile><commaSeparatedPermissionSet>B,C,A</commaSeparatedPermissionSet>
<customAttributes><formula>"z"</formula><key>zebra</key></customAttributes><customAttributes><formula>"a"</formula><key>ant</key></customAttributes>
<customAttributes><formula>"m"</formula><key>mole</key></customAttributes></ExtlClntAppSamlConfigurablePolicies>`)).Settings
	s.Salesforce.ConnectedApp.ContactEmail.Value, s.Salesforce.ConnectedApp.ContactEmail.Set = "it@acme.example", true
	s.Salesforce.ConnectedApp.APIName.Set = true
	for _, write := range []struct {
		export             func() (*importer.Export, error)
		profiles, setNames []string
	}{
		{func() (*importer.Export, error) { return importer.ECA(s) }, []string{"Standard User", "System Administrator", "Guest"}, []string{"B", "C", "A"}},
		{func() (*importer.Export, error) { return importer.ConnectedApp(s) }, []string{"Guest", "Standard User", "System Administrator"}, []string{"A", "B", "C"}},
	} {
		x, err := write.export()
		require.NoError(t, err)
		dir := t.TempDir()
		writeAll(t, dir, x.Files)
		again := imported(t, dir)
		assert.Equal(t, []string{"zebra", `"z"`, "ant", `"a"`, "mole", `"m"`}, texts(again, "salesforce.connected_app.custom_attributes"))
		assert.Equal(t, write.profiles, texts(again, "salesforce.connected_app.profiles"))
		assert.Equal(t, write.setNames, texts(again, "salesforce.connected_app.permission_sets"))
	}
}

// The file of a Connected App says what it is without, and so do the notes.
func TestExportSaysWhatItIsWithout(t *testing.T) {
	t.Parallel()
	im := imported(t, put(t, "F.connectedApp", `<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata"><contactEmail>it@acme.example</contactEmail><label>Flex</label>
<canvasConfig><canvasUrl>https://x.example</canvasUrl></canvasConfig><oauthConfig><callbackUrl>https://x.example</callbackUrl></oauthConfig>
<samlConfig><acsUrl>https://sp.example/acs</acsUrl><entityUrl>sp</entityUrl><samlSubjectType>Username</samlSubjectType></samlConfig></ConnectedApp>`))
	assert.Contains(t, strings.Join(im.Notes, "\n"), "settings do not keep canvasConfig, oauthConfig, and what export writes is without")
	x, err := importer.ConnectedApp(im.Settings)
	require.NoError(t, err)
	assert.Contains(t, string(x.Files[0].Data), "<!-- Name, contact, SAML and custom attributes are all")
	assert.Contains(t, string(x.Files[0].Data), "this file takes that away")
	assert.Contains(t, x.Notes[0], "as OAuth or canvas, is taken away")
	doc, err := saml.Parse(x.Files[0].Data, saml.Limits{})
	require.NoError(t, err)
	assert.Equal(t, "ConnectedApp", doc.Root().Local())
}

// The certificates of a service provider are written beside the settings, and the
// questions name them.
func TestCertificatesOfAServiceProvider(t *testing.T) {
	t.Parallel()
	der := map[string]string{}
	for i, use := range []string{"signing", "encryption"} {
		key, err := keys.For(keys.RSA, 2048)[i].Signer()
		require.NoError(t, err)
		cert, err := keys.SelfSigned(keys.Certificate{Label: use, OrganizationID: "00D0A0000000Acm", Serial: big.NewInt(7), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1e9, 0)}, key)
		require.NoError(t, err)
		x, err := saml.ParseCertificate(cert)
		require.NoError(t, err)
		der[use] = base64.StdEncoding.EncodeToString(x.Raw)
	}
	descriptor := func(use, certificate string) string {
		return `<md:KeyDescriptor` + use + `><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>` + certificate + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
	}
	read := func(descriptors string) (string, map[string]string) {
		im := imported(t, put(t, "sp.xml", `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example/saml"><md:SPSSODescriptor AuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">`+
			descriptors+`<md:AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/acs"/></md:SPSSODescriptor></md:EntityDescriptor>`))
		yaml, files := im.Bundle("salesforce-flex.yaml")
		held := map[string]string{}
		for _, f := range files {
			x, err := saml.ParseCertificate(f.Data)
			require.NoError(t, err)
			held[f.Name] = base64.StdEncoding.EncodeToString(x.Raw)
		}
		return string(yaml), held
	}
	yaml, files := read(descriptor(` use="encryption"`, der["encryption"]) + descriptor(` use="signing"`, der["signing"]))
	assert.Equal(t, map[string]string{"service-provider-signing.crt": der["signing"], "service-provider-encryption.crt": der["encryption"]}, files)
	assert.Contains(t, yaml, "#     request_certificate: service-provider-signing.crt\n")
	assert.Contains(t, yaml, "#     encryption_certificate: service-provider-encryption.crt\n")

	yaml, files = read(descriptor("", der["signing"]))
	assert.Equal(t, der["signing"], files["service-provider-encryption.crt"], "a key without a use is for any")
	assert.Len(t, files, 2)
	assert.Contains(t, yaml, "says that it signs its requests")

	yaml, files = read(descriptor(` use="signing"`, "AAAA"))
	assert.Empty(t, files)
	assert.Contains(t, yaml, "its metadata has none that can be read")
}

// writeAll writes files below a folder.
func writeAll(t *testing.T, dir string, files []importer.File) {
	t.Helper()
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, f.Data, 0o644))
	}
}
