package check

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A service provider that signs and publishes no key at all may hand it over by another
// way; one that publishes another key alone has forgotten it.
func TestMetadataRequestKeyElsewhere(t *testing.T) {
	t.Parallel()
	const encryption = `<md:KeyDescriptor use="encryption"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyName>x</ds:KeyName></ds:KeyInfo></md:KeyDescriptor>`
	for name, c := range map[string]struct {
		profile Profile
		keys    string
		want    Severity
	}{
		"no key":                  {SAML, "", Warning},
		"no key, in a deployment": {SAML2Int, "", Error},
		"another key":             {SAML, encryption, Error},
	} {
		xml := `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example"><md:SPSSODescriptor AuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
			c.keys + `<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/acs" index="0"/></md:SPSSODescriptor></md:EntityDescriptor>`
		results := Run([]*Check{MetadataRequestKey}, NewMetadataCase([]byte(xml), &Expect{Profile: c.profile}))
		require.Len(t, results, 1, name)
		assert.Equal(t, Fail, results[0].Status, name)
		assert.Equal(t, c.want, results[0].Severity, name)
	}
}
