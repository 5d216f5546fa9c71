package check

import (
	"testing"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFromSettings(t *testing.T) {
	s := embedded(t, enhanced)
	app(s).EntityID.Value = "urn:entity"
	app(s).ACSURL.Value = "https://acs.example/"
	e := FromSettings(s)
	require.Len(t, e.Certificates, 1)
	require.Len(t, e.Hints, 1)
	assert.Equal(t, "Flex › X.509 Certificate", e.Certificates[0].Name)
	assert.Equal(t, "Salesforce › Certificate and Key Management › SalesforceSSO", e.Hints[0].Name)
	assert.True(t, same(e.Certificates[0].X509, e.Hints[0].X509))
	e.Certificates, e.Hints = nil, nil
	assert.Equal(t, &Expect{
		Profile:        Flex,
		Audiences:      []string{"urn:flex:JQ0123456789abcdef0123456789abcdef"},
		ACSURLs:        []string{"https://login.flex.us1.twilio.com/login/callback?connection=JQ0123456789abcdef0123456789abcdef"},
		Issuers:        []string{"https://acme.my.salesforce.com"},
		SSOURLs:        []string{"https://acme.my.salesforce.com/idp/endpoint/HttpRedirect", "https://acme.my.salesforce.com/idp/endpoint/HttpPost"},
		RequestIssuers: []string{"urn:entity"},
		RequestACSURLs: []string{"https://acs.example/"},
		RequestURLs:    []string{"https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"},
		NameIDFormat:   saml.FormatUnspecified,
		settled:        true,
		Skew:           3 * time.Minute,
		ExpiresWithin:  30 * 24 * time.Hour,
	}, e)
}

// What was not typed, or cannot be read, is not expected.
func TestFromSettingsUnknown(t *testing.T) {
	s := embedded(t, enhanced)
	s.Flex.IdentityProviderIssuer.Value = ""
	s.Flex.X509Certificate.Data = []byte("x")
	s.Salesforce.MyDomain.Value = ""
	s.Salesforce.Certificates[0].File.Data = nil
	e := FromSettings(s)
	assert.Empty(t, e.Issuers)
	assert.Empty(t, e.Certificates)
	assert.Empty(t, e.Hints)
	assert.Empty(t, e.SSOURLs)
}

func TestExpectMissing(t *testing.T) {
	every := []need{clock, audiences, acsURLs, issuers, certificates, requestIDs, ssoURLs, requestIssuers, requestACSURLs}
	seen := map[string]bool{}
	for _, n := range every {
		reason := (&Expect{}).missing([]need{n})
		assert.NotEmpty(t, reason)
		assert.False(t, seen[reason], reason)
		seen[reason] = true
	}
	e := FromSettings(embedded(t, enhanced))
	assert.Equal(t, "the time of the login is not known", e.missing(every))
	e.At, e.RequestIDs = judgedAt, []string{"_1"}
	assert.Empty(t, e.missing(every))
}

// Durations have a default, and a negative one is none.
func TestExpectDefaults(t *testing.T) {
	c := NewCase(nil, nil, nil)
	assert.Equal(t, &Expect{Profile: SAML, Signed: SignEither, Skew: DefaultSkew, ExpiresWithin: DefaultExpiresWithin}, c.Expect)
	c = NewCase(nil, nil, &Expect{Skew: -1, ExpiresWithin: time.Hour, Signed: SignBoth, Profile: Flex})
	assert.Equal(t, &Expect{Profile: Flex, Signed: SignBoth, ExpiresWithin: time.Hour}, c.Expect)
}
