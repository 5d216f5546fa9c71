package saml

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// federation is metadata of two entities, of which one has both roles and a role that
// speaks another protocol, and of one without an ID.
func federation(t testing.TB) string {
	t.Helper()
	right := base64.StdEncoding.EncodeToString(keyDER(t, "rsa.crt"))
	other := base64.StdEncoding.EncodeToString(keyDER(t, "other.crt"))
	role := func(name, protocol, inner string) string {
		return `<md:` + name + ` protocolSupportEnumeration="` + protocol + `">` + inner + `</md:` + name + `>`
	}
	acs := func(binding, location, rest string) string {
		return `<md:AssertionConsumerService Binding="` + binding + `" Location="` + location + `"` + rest + `/>`
	}
	return `<md:EntitiesDescriptor xmlns:md="` + NSMetadata + `" xmlns:ds="` + NSSignature + `">` +
		`<md:EntityDescriptor entityID="urn:one">` +
		role("IDPSSODescriptor", "urn:oasis:names:tc:SAML:1.1:protocol", descriptor("signing", right)) +
		strings.Replace(role("IDPSSODescriptor", "urn:oasis:names:tc:SAML:1.1:protocol "+NSProtocol, descriptor("signing", right)+descriptor("", other)+descriptor("encryption", "AAAA")+
			`<md:NameIDFormat> urn:f </md:NameIDFormat><md:SingleSignOnService Binding="`+BindingRedirect+`" Location=" https://one.example/sso " ResponseLocation=""/>`), " protocol", ` WantAuthnRequestsSigned="1" protocol`, 1) +
		role("SPSSODescriptor", NSProtocol, acs(BindingPOST, "https://one.example/acs", "")) +
		`</md:EntityDescriptor><md:EntityDescriptor entityID="urn:two">` +
		role("SPSSODescriptor", NSProtocol, `<md:SingleLogoutService Binding="`+BindingPOST+`" Location="https://two.example/slo" ResponseLocation="https://two.example/slo/r"/>`+
			acs(BindingPOST, "https://two.example/0", ` index="0" isDefault="false"`)+acs(BindingPOST, "https://two.example/1", ` index=" 1 "`)+acs(BindingPOST, "https://two.example/2", ` index="70000"`)) +
		`</md:EntityDescriptor><md:EntityDescriptor entityID=" ">` + role("SPSSODescriptor", NSProtocol, "") + `</md:EntityDescriptor></md:EntitiesDescriptor>`
}

func TestReadProviders(t *testing.T) {
	t.Parallel()
	idps, sps, err := ReadProviders([]byte(federation(t)), "fed.xml", Limits{})
	require.NoError(t, err)
	require.Len(t, idps, 1)
	require.Len(t, sps, 2)
	idp := idps[0]
	assert.Equal(t, []string{"urn:one", "urn:one", "urn:two"}, []string{idp.Entity, sps[0].Entity, sps[1].Entity})

	signing := idp.Certificates("signing")
	require.Len(t, signing, 2)
	assert.Equal(t, "CN=Signing Test,O=Example", signing[0].X509.Subject.String())
	assert.Equal(t, "urn:one", signing[0].Entity)
	assert.Regexp(t, `^fed\.xml:1:\d+, signing key$`, signing[0].Name)
	assert.Regexp(t, `^fed\.xml:1:\d+, key$`, signing[1].Name)
	encryption := idp.Certificates("encryption")
	require.Len(t, encryption, 1, "the damaged one is left out")
	assert.Equal(t, signing[1], encryption[0])

	sso := idp.Endpoints("SingleSignOnService")
	require.Len(t, sso, 1)
	assert.Equal(t, "https://one.example/sso", sso[0].Location)
	assert.Equal(t, "https://one.example/sso", sso[0].Answers)
	assert.Equal(t, -1, sso[0].Index)
	flag, on := idp.Flag("WantAuthnRequestsSigned")
	assert.True(t, on)
	assert.True(t, flag.Exists())
	_, on = sps[0].Flag("AuthnRequestsSigned")
	assert.False(t, on)
	require.Len(t, idp.NameIDFormats(), 1)
	assert.Equal(t, " urn:f ", idp.NameIDFormats()[0].Text())

	slo := sps[1].Endpoints("SingleLogoutService")
	assert.Equal(t, "https://two.example/slo/r", slo[0].Answers)
	var indexes []int
	for _, e := range sps[1].Endpoints("AssertionConsumerService") {
		indexes = append(indexes, e.Index)
	}
	assert.Equal(t, []int{0, 1, -1}, indexes)
}

func TestReadProvidersErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"-----BEGIN CERTIFICATE-----": "it is no XML, so that it is no metadata",
		"<Response/>":                 `the root is "Response", not the EntityDescriptor of SAML 2.0 metadata`,
		"<a":                          "reading metadata: line 1, column 3: the document ends while <a> is open: it is cut short",
	} {
		_, _, err := ReadProviders([]byte(text), "x", Limits{})
		assert.EqualError(t, err, want)
	}
	idps, sps, err := ReadProviders([]byte(`<EntityDescriptor xmlns="`+NSMetadata+`" entityID="urn:x"><IDPSSODescriptor/></EntityDescriptor>`), "x", Limits{})
	require.NoError(t, err)
	assert.Empty(t, idps)
	assert.Empty(t, sps)
}

// SAMLMeta 2.2.3 says which of several counts where none is named.
func TestDefault(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]int{
		"":                           -1,
		`<e/>`:                       0,
		`<e/><e isDefault="true"/>`:  1,
		`<e isDefault="1"/><e/>`:     0,
		`<e isDefault="false"/><e/>`: 1,
		`<e isDefault="0"/><e isDefault="false"/>`:                        0,
		`<e isDefault="false"/><e/><e/><e isDefault="1"/>`:                3,
		`<e isDefault="false"/><e isDefault="maybe"/><e isDefault="no"/>`: 1,
	} {
		d, err := Parse([]byte("<a>"+list+"</a>"), Limits{})
		require.NoError(t, err)
		assert.Equal(t, want, Default(d.Root().All("", "e")), list)
	}
}

// Whatever arrives as metadata, what is read of it can be asked for.
func FuzzReadProviders(f *testing.F) {
	f.Add([]byte(federation(f)))
	f.Add([]byte(`<EntityDescriptor xmlns="` + NSMetadata + `" entityID="x"><SPSSODescriptor protocolSupportEnumeration="` + NSProtocol + `"><KeyDescriptor use="signing"/><AssertionConsumerService index="-1"/></SPSSODescriptor></EntityDescriptor>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		idps, sps, err := ReadProviders(data, "fuzz.xml", Limits{Depth: 20, Elements: 500})
		if err != nil {
			require.Empty(t, append(idps, sps...))
			return
		}
		for _, p := range append(idps, sps...) {
			require.NotEmpty(t, strings.TrimSpace(p.Entity))
			for _, c := range append(p.Certificates("signing"), p.Certificates("encryption")...) {
				require.NotNil(t, c.X509)
			}
			for _, local := range []string{"SingleSignOnService", "AssertionConsumerService", "AttributeConsumingService"} {
				var list []Element
				for _, e := range p.Endpoints(local) {
					require.LessOrEqual(t, e.Index, 65535)
					list = append(list, e.Element)
				}
				require.Less(t, Default(list), max(len(list), 1))
			}
		}
	})
}
