package harness_test

import (
	"testing"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	metadataHead = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">`
	metadataTail = `</md:SPSSODescriptor></md:EntityDescriptor>`
	metadataACS  = `<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/acs" index="0"/>`
)

func TestJudgeMetadata(t *testing.T) {
	opt := harness.Options{At: harness.ScenarioTime}
	files := []harness.MetadataFile{{"sp.xml", []byte(metadataHead + metadataACS + metadataTail)}, {"bare.xml", []byte(metadataHead + metadataTail)}}
	r, err := harness.JudgeMetadata(nil, files, &check.Expect{}, opt)
	require.NoError(t, err)
	require.Len(t, r.Metadata, 2)
	failing := func(i int) (ids []string) {
		for _, res := range r.Metadata[i].Results {
			assert.Equal(t, "metadata", res.Check.Family())
			assert.NotEqual(t, check.Broken, res.Status, res.Reason)
			if res.Status == check.Fail && res.Severity == check.Error {
				ids = append(ids, res.Check.ID)
			}
		}
		return ids
	}
	assert.Empty(t, failing(0))
	assert.Equal(t, []string{"metadata/schema", "metadata/acs"}, failing(1))
	var causes []string
	for _, c := range r.Summary(check.Error).Causes {
		causes = append(causes, c.Result.Check.ID)
		assert.Empty(t, c.Logins)
	}
	assert.Equal(t, []string{"metadata/acs"}, causes)

	_, err = harness.JudgeMetadata(nil, files, &check.Expect{Entity: "https://idp.example"}, opt)
	var usage *harness.UsageError
	require.ErrorAs(t, err, &usage)
	assert.Equal(t, "sp.xml describes no entity https://idp.example", usage.Text)
	assert.Equal(t, "it describes https://sp.example", usage.Hint)
}

// Whatever arrives as metadata, of whichever entity, each check comes to an outcome.
func FuzzMetadata(f *testing.F) {
	f.Add(metadataHead+metadataACS+metadataTail, "")
	f.Add(metadataHead+metadataACS+metadataTail, "https://sp.example")
	f.Add(`<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" validUntil="2026-01-01T00:00:00Z" cacheDuration="P1D">`+metadataHead+metadataTail+`</md:EntitiesDescriptor>`, "https://sp.example")
	f.Add(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID=""><md:IDPSSODescriptor><md:KeyDescriptor use="x"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>MIIB</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="a:b" Location="http://[::1"/></md:IDPSSODescriptor></md:EntityDescriptor>`, "")
	f.Fuzz(func(t *testing.T, xml, entity string) {
		for _, p := range []check.Profile{check.SAML, check.SAML2Int} {
			r, err := harness.JudgeMetadata(nil, []harness.MetadataFile{{"fuzz.xml", []byte(xml)}}, &check.Expect{Profile: p, Entity: entity}, harness.Options{At: harness.ScenarioTime})
			if err != nil {
				var usage *harness.UsageError
				require.ErrorAs(t, err, &usage)
				continue
			}
			for _, res := range r.Metadata[0].Results {
				require.NotEqual(t, check.Broken, res.Status, "%s: %s", res.Check.ID, res.Reason)
			}
		}
	})
}
