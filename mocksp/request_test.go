package mocksp_test

import (
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

func clock() time.Time { return now }

// random is a reader whose bytes are always the same.
func random() io.Reader { return rand.NewChaCha8([32]byte{1}) }

func TestRequestLegacy(t *testing.T) {
	t.Parallel()
	p := mocksp.New(half(t, settings.SSOLegacy), mocksp.Options{Now: clock, Random: random()})
	xml, id := p.Request()
	assert.Regexp(t, regexp.MustCompile(`^ONELOGIN_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`), id)
	assert.Equal(t, `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="`+id+`" Version="2.0" IssueInstant="2026-03-01T12:00:00Z" ProviderName="Twilio" Destination="`+ssoURL+`" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" AssertionConsumerServiceURL="`+legacyACS+`"><saml:Issuer>`+legacyEntity+`</saml:Issuer><samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress" AllowCreate="true" /><samlp:RequestedAuthnContext Comparison="exact"><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>`, string(xml))
}

func TestRequestEnhanced(t *testing.T) {
	t.Parallel()
	p := mocksp.New(half(t, settings.SSOEnhanced), mocksp.Options{Now: clock, Random: random()})
	xml, id := p.Request()
	assert.Regexp(t, regexp.MustCompile(`^_[0-9a-f]{40}$`), id)
	assert.Equal(t, `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="`+ssoURL+`" ID="`+id+`" IssueInstant="2026-03-01T12:00:00Z" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">`+enhancedEntity+`</saml:Issuer></samlp:AuthnRequest>`, string(xml))
}

// Whatever is typed into the settings, the request is well-formed and says it.
func TestRequestEscapes(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		h := half(t, sso)
		h.SSOURL.Value = `https://idp.example/sso?a=1&b="<x>'` + "\x01\n"
		h.ConnectionSID.Value, h.AccountSID.Value = `<JQ>&"`, `<AC>&"`
		xml, _ := mocksp.New(h, mocksp.Options{}).Request()
		doc, err := saml.Parse(xml, saml.Limits{})
		require.NoError(t, err)
		r := saml.ReadAuthnRequest(doc)
		require.NotNil(t, r)
		assert.Equal(t, `https://idp.example/sso?a=1&b="<x>'`+"\uFFFD\n", r.Attr("Destination").Value())
		assert.Equal(t, h.EntityID(), r.Issuer.Text())
	}
}

// The same randomness gives the same request; a source that fails is stood in for.
func TestRequestRandom(t *testing.T) {
	t.Parallel()
	h := half(t, settings.SSOLegacy)
	_, one := mocksp.New(h, mocksp.Options{Random: random()}).Request()
	_, two := mocksp.New(h, mocksp.Options{Random: random()}).Request()
	assert.Equal(t, one, two)
	short := mocksp.New(h, mocksp.Options{Random: strings.NewReader("short")})
	_, one = short.Request()
	_, two = short.Request()
	assert.NotEqual(t, one, two)

	p, seen := mocksp.New(h, mocksp.Options{Random: random()}), map[string]bool{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			_, id := p.Request()
			mu.Lock()
			defer mu.Unlock()
			seen[id] = true
		})
	}
	all.Wait()
	assert.Len(t, seen, 50)
}

func TestHosts(t *testing.T) {
	t.Parallel()
	h := half(t, settings.SSOEnhanced)
	assert.Equal(t, []string{"flex.twilio.com", "iam.twilio.com", "login.flex.us1.twilio.com", "preview.twilio.com", "services.twilio.com"}, mocksp.New(h, mocksp.Options{}).Hosts())
	h = half(t, settings.SSOLegacy)
	h.LoginLink.Value, h.TwilioSSOURL.Value = "https://Desk.acme.example:8443/flex", "https://acs.example/saml2"
	assert.Equal(t, []string{"acs.example", "desk.acme.example", "flex.twilio.com", "iam.twilio.com", "login.flex.us1.twilio.com", "preview.twilio.com", "services.twilio.com"}, mocksp.New(h, mocksp.Options{}).Hosts())
	h.LoginLink.Value, h.TwilioSSOURL.Value = "javascript:alert(1)", "::"
	assert.Equal(t, []string{"flex.twilio.com", "iam.twilio.com", "login.flex.us1.twilio.com", "preview.twilio.com", "services.twilio.com"}, mocksp.New(h, mocksp.Options{}).Hosts())
}
