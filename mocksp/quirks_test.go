package mocksp_test

import (
	"regexp"
	"testing"

	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/assert"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

func replace(pattern, by string) func(string) string {
	re := regexp.MustCompile(pattern)
	return func(s string) string { return re.ReplaceAllString(s, by) }
}

// What crewjam/saml refuses though it is valid. A row that turns into an acceptance is
// to be struck from the doc comment of Ordinary.
func TestOrdinaryRefusesValid(t *testing.T) {
	t.Parallel()
	const entity = "<saml:Audience>" + enhancedEntity + "</saml:Audience>"
	rows := map[string]struct {
		mint   mint
		detail string
	}{
		"two audiences": {mint{audience: "<saml:AudienceRestriction>" + entity + "<saml:Audience>other</saml:Audience></saml:AudienceRestriction>"},
			`assertion Conditions AudienceRestriction does not contain "` + enhancedEntity + `"`},
		"no NotOnOrAfter": {mint{edit: replace(`(<saml:Conditions [^>]*) NotOnOrAfter="[^"]*"`, "$1")}, "assertion Conditions is expired"},
		"second confirmation": {mint{edit: replace(`</saml:Subject>`, `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="https://other/" NotOnOrAfter="2026-03-01T12:05:00Z"/></saml:SubjectConfirmation></saml:Subject>`)},
			"assertion SubjectConfirmation Recipient is not " + enhancedACS},
		"unreadable KeyInfo":    {mint{after: replace(`(<ds:X509Certificate>)[^<]*`, "${1}AAAA")}, "cannot validate signature on Response: x509: malformed certificate"},
		"spaced SignatureValue": {mint{after: replace(`(<ds:SignatureValue>....)`, "$1 ")}, "cannot validate signature on Response: Could not decode signature"},
		"bound anew":            {mint{attributes: right + attribute("x", `<saml:y xmlns:saml="urn:other"/>`)}, "expected element <Assertion> in name space"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, h := row.mint, half(t, settings.SSOEnhanced)
			m.sso = settings.SSOEnhanced
			v := mocksp.Ordinary(&h, m.message(t), nil, now)
			assert.False(t, v.Accepted)
			assert.Contains(t, v.Detail, row.detail)
		})
	}
}

// A certificate that was renewed for the same key verifies what the old one did.
func TestOrdinaryKnowsTheKey(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		m, h := mint{sso: sso}, half(t, sso)
		h.X509Certificate.Data = certificate(t, 0, now.AddDate(-2, 0, 0), now.AddDate(0, 0, 1))
		v := mocksp.Ordinary(&h, m.message(t), nil, now)
		assert.True(t, v.Accepted, v.Text+" "+v.Detail)
		h.X509Certificate.Data = certificate(t, 1, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
		assert.False(t, mocksp.Ordinary(&h, m.message(t), nil, now).Accepted)
	}
}

// What an ordinary service provider lets pass, though a strict one must not.
func TestOrdinaryAcceptsWrong(t *testing.T) {
	t.Parallel()
	rows := map[string]mint{
		"SHA-1":                 {method: dsig.RSASHA1SignatureMethod},
		"old IssueInstant":      {edit: replace(` IssueInstant="[^"]*"`, ` IssueInstant="2020-01-01T00:00:00Z"`)},
		"unknown condition":     {edit: replace(`</saml:Conditions>`, `<saml:Condition xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:x="urn:x" xsi:type="x:y"/></saml:Conditions>`)},
		"NotBefore of a bearer": {edit: replace(`(<saml:SubjectConfirmationData)`, `$1 NotBefore="2026-03-01T11:00:00Z"`)},
		"Issuer format":         {edit: replace(`nameid-format:entity`, `nameid-format:persistent`)},
	}
	for name, m := range rows {
		for _, sso := range bothGenerations {
			t.Run(name+"/"+sso, func(t *testing.T) {
				t.Parallel()
				m, h := m, half(t, sso)
				m.sso = sso
				v := mocksp.Ordinary(&h, m.message(t), nil, now)
				assert.True(t, v.Accepted, v.Text+" "+v.Detail)
			})
		}
	}
}

// FuzzOrdinary holds that nobody but the one in the signed response is logged in,
// whatever is done to it.
func FuzzOrdinary(f *testing.F) {
	halves := map[bool]settings.Flex{true: half(f, settings.SSOLegacy), false: half(f, settings.SSOEnhanced)}
	for _, sso := range bothGenerations {
		for _, unsigned := range []string{"", "Assertion", "Response", "both"} {
			f.Add(sso == settings.SSOLegacy, mint{sso: sso, unsigned: unsigned}.xml(f))
		}
	}
	f.Fuzz(func(t *testing.T, old bool, xml string) {
		h := halves[old]
		m := &saml.Message{Binding: saml.BindingPOST, XML: []byte(xml), Param: "SAMLResponse"}
		v := mocksp.Ordinary(&h, m, []string{request}, now)
		if v.Accepted != (v.Subject == "ada@acme.example") {
			t.Fatalf("%+v", v)
		}
		if v.Accepted == (v.Text != "") {
			t.Fatalf("%+v", v)
		}
	})
}
