package harness_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Settings decide what a login is held to, and metadata that says otherwise is a finding
// with its file and line; what was given in place of a setting is not compared.
func TestMetadataThatContradictsSettings(t *testing.T) {
	t.Parallel()
	s, err := fixtures.Default()
	require.NoError(t, err)
	described := func(want *check.Expect, name, entity, sso string) {
		idps, _, err := saml.ReadProviders(fmt.Appendf(nil, `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><SingleSignOnService
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="%s"/></IDPSSODescriptor></EntityDescriptor>`, entity, sso), name, saml.Limits{})
		require.NoError(t, err)
		want.IdentityProviders = append(want.IdentityProviders, idps...)
	}
	issuer, sso := s.Flex.IdentityProviderIssuer.Value, s.Flex.SSOURL.Value
	failing := func(want *check.Expect) (list []string) {
		r, err := harness.Inspect(context.Background(), s, nil, want, harness.Options{At: harness.ScenarioTime})
		require.NoError(t, err)
		for _, res := range r.SettingsResults {
			for _, f := range res.Findings {
				list = append(list, fmt.Sprintf("%s %s:%d %s", res.Check.ID, f.File, f.Line, f.Note))
			}
		}
		return list
	}
	want := check.FromSettings(s)
	described(want, "right.xml", issuer, sso)
	assert.Empty(t, failing(want))
	described(want, "slash.xml", issuer+"/", sso)
	described(want, "both.xml", issuer+"/", sso+"/")
	assert.Equal(t, []string{
		"metadata/entity-id-match slash.xml:1 it has a trailing slash that should not be there",
		"metadata/entity-id-match both.xml:1 it has a trailing slash that should not be there",
		"metadata/sso-match both.xml:3 it has a trailing slash that should not be there",
	}, failing(want))
	want.Issuers = []string{"https://given.example"}
	assert.Equal(t, []string{"metadata/sso-match both.xml:3 it has a trailing slash that should not be there"}, failing(want))
}
