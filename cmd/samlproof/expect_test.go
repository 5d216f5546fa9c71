package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

// Metadata says, beside the certificates, which issuers they vouch for.
func TestExpectationFromMetadata(t *testing.T) {
	t.Parallel()
	s, err := fixtures.Default()
	require.NoError(t, err)
	pem := s.Flex.X509Certificate.Data
	x, err := saml.ParseCertificate(pem)
	require.NoError(t, err)
	dir := t.TempDir()
	write := func(name string, data string) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(data), 0o600))
		return file
	}
	entity := func(id string) string {
		return fmt.Sprintf(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s"><md:IDPSSODescriptor><md:KeyDescriptor>`+
			`<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`+
			`</md:KeyDescriptor></md:IDPSSODescriptor></md:EntityDescriptor>`, id, base64.StdEncoding.EncodeToString(x.Raw))
	}
	plain := write("idp.crt", string(pem))
	one := write("one.xml", entity("https://one.example"))
	two := write("two.xml", `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">`+entity("https://two.example")+entity("https://one.example")+entity("https://two.example")+`</md:EntitiesDescriptor>`)
	for _, c := range []struct {
		files, issuers, want string
		settings             bool
	}{
		{plain, "", "", false},
		{one, "", "https://one.example", false},
		{two, "", "https://two.example https://one.example", false},
		{one + " " + plain, "", "", false},
		{one, "https://three.example", "https://three.example", false},
		{one, "", s.Flex.IdentityProviderIssuer.Value, true},
	} {
		e := expectation{signed: "either", certificates: strings.Fields(c.files), issuers: strings.Fields(c.issuers)}
		given := s
		if !c.settings {
			given = nil
		}
		want, err := e.expect(given)
		require.NoError(t, err)
		assert.Equal(t, c.want, strings.Join(want.Issuers, " "), "%v", c)
	}
}
