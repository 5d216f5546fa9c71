package mocksp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

const request = "_request"

var bothGenerations = []string{settings.SSOEnhanced, settings.SSOLegacy}

func TestOrdinaryAccepts(t *testing.T) {
	t.Parallel()
	rows := map[string]mint{
		"answering":           {inResponseTo: request},
		"unasked":             {},
		"response signed":     {unsigned: "Assertion"},
		"assertion signed":    {unsigned: "Response"},
		"comment in NameID":   {nameID: "ada@acme<!-- -->.example"},
		"several values":      {attributes: attribute("full_name", "A") + attribute("email", "a@b") + attribute("roles", "agent", "admin")},
		"Insights role":       {attributes: attribute("full_name", "A") + attribute("email", "a@b") + attribute("roles", "wfo.full_access")},
		"session to come":     {session: ` SessionNotOnOrAfter="` + stamp(now.Add(9*time.Hour)) + `"`},
		"just within drift":   {at: now.Add(-8*time.Minute + time.Millisecond)},
		"ahead by the drift":  {at: now.Add(3*time.Minute + 30*time.Second)},
		"typed attributes":    {attributes: right + attribute("channel.chat.capacity.[int]", "3") + attribute("vip.boolean", "true")},
		"namespaced one more": {attributes: right + attribute("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "x")},
	}
	for name, m := range rows {
		for _, sso := range bothGenerations {
			t.Run(name+"/"+sso, func(t *testing.T) {
				t.Parallel()
				m := m
				m.sso = sso
				h := half(t, sso)
				v := mocksp.Ordinary(&h, m.message(t), []string{"_other", request}, now)
				status := 302
				if sso == settings.SSOLegacy {
					status = 303
				}
				assert.Equal(t, saml.Verdict{Accepted: true, Status: status, Subject: "ada@acme.example"}, v)
			})
		}
	}
}

// A refusal is what users of each generation see; "+" stands for acceptance.
type refusal struct {
	name             string
	mint             mint
	half             func(*settings.Flex)
	legacy, enhanced string
}

func refusals(t testing.TB) []refusal {
	return []refusal{
		{"issuer with a slash", mint{issuer: issuer + "/"}, nil,
			"Invalid issuer in the Assertion/Response. Was '" + issuer + "/', but expected '" + issuer + "'",
			"Invalid issuer in the Assertion/Response. Was '" + issuer + "/', but expected '" + issuer + "'"},
		{"audience", mint{audience: `<saml:AudienceRestriction><saml:Audience>urn:flex:JQ1</saml:Audience></saml:AudienceRestriction>`}, nil,
			legacyEntity + " is not a valid audience for this Response",
			"Audience is invalid. Configured: " + enhancedEntity},
		{"no audience", mint{audience: " "}, nil, "+", "Audience is invalid. Configured: " + enhancedEntity},
		{"destination", mint{destination: "https://example.com/acs"}, nil,
			"The response was received at " + legacyACS + " instead of https://example.com/acs",
			"Destination endpoint https://example.com/acs did not match " + enhancedACS},
		{"recipient", mint{recipient: "https://example.com/acs"}, nil,
			"A valid SubjectConfirmation was not found on this Response: SubjectConfirmationData doesn't match a valid Recipient",
			"Recipient is invalid. Configured: " + enhancedACS},
		{"another request", mint{inResponseTo: "_stranger"}, nil,
			"The InResponseTo of the Response: _stranger, does not match the ID of the AuthNRequest sent by the SP: _request",
			"The request _stranger that the response answers is not known here"},
		{"unasked and unwanted", mint{}, func(h *settings.Flex) { h.DefaultRedirectURL.Value = "" },
			"IdP-Initiated Default App Not Configured", "IdP-Initiated Default App Not Configured"},
		{"expired", mint{at: now.Add(-8 * time.Minute)}, nil,
			"Could not validate timestamp: expired. Check system clock.", "+"},
		{"long expired", mint{at: now.Add(-time.Hour)}, nil,
			"Could not validate timestamp: expired. Check system clock.", "assertion has expired."},
		{"not yet valid", mint{at: now.Add(time.Hour)}, nil,
			"Could not validate timestamp: not yet valid. Check system clock.", "assertion is not yet valid."},
		{"session over", mint{session: ` SessionNotOnOrAfter="` + stamp(now.Add(-time.Hour)) + `"`}, nil,
			"The attributes have expired, based on the SessionNotOnOrAfter of the AttributeStatement of this Response", "+"},
		{"unsigned", mint{unsigned: "both"}, nil,
			"No Signature found. SAML Response rejected", "neither the response nor the assertion are signed"},
		{"another key", mint{key: 1}, nil,
			"Signature validation failed. SAML Response rejected", "Signature check errors: invalid signature"},
		{"changed after signing", mint{after: func(s string) string { return strings.Replace(s, "Ada Agent", "Eve Agent", 1) }}, nil,
			"Signature validation failed. SAML Response rejected", "Signature check errors: invalid signature"},
		{"status", mint{edit: func(s string) string { return strings.Replace(s, "status:Success", "status:Responder", 1) }}, nil,
			"The status code of the Response was not Success, was urn:oasis:names:tc:SAML:2.0:status:Responder",
			"The request could not be performed due to an error on the part of the SAML responder or SAML authority"},
		{"no Conditions", mint{edit: cut("<saml:Conditions", "</saml:Conditions>")}, nil,
			"The Assertion must include a Conditions element", "Audience is invalid. Configured: " + enhancedEntity},
		{"no Subject", mint{edit: cut("<saml:Subject>", "</saml:Subject>")}, nil,
			"A valid SubjectConfirmation was not found on this Response", "There is no NameID"},
		{"no AuthnStatement", mint{edit: cut("<saml:AuthnStatement", "</saml:AuthnStatement>")}, nil,
			"The Assertion must include an AuthnStatement element", "+"},
		{"empty NameID", mint{edit: swapOnce(">ada@acme.example</saml:NameID>", "></saml:NameID>")}, nil,
			"An empty NameID value found", "There is no NameID"},
		{"no assertion", mint{edit: cut("<saml:Assertion", "</saml:Assertion>")}, nil,
			"SAML Response must contain 1 Assertion.",
			"saml response does not contain an Assertion element (Status: urn:oasis:names:tc:SAML:2.0:status:Success)"},
		{"two assertions", mint{unsigned: "Assertion", edit: double("<saml:Assertion", "</saml:Assertion>")}, nil,
			"SAML Response must contain 1 Assertion.", "A SAMLResponse can contain only one Assertion element."},
		{"encrypted", mint{edit: func(s string) string {
			return cut("<saml:Assertion", "</saml:Assertion>")(s[:len(s)-len("</samlp:Response>")]) + `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/></samlp:Response>`
		}}, nil, "Twilio doesn't currently support encryption", "Twilio doesn't currently support encryption"},
		{"repeated attribute", mint{attributes: right + attribute("roles", "admin")}, nil,
			"Found an Attribute element with duplicated Name", "+"},
		{"no XML", mint{after: func(string) string { return "hello" }}, nil,
			"SAML Response could not be processed", "SAMLResponse should be a valid xml"},
		{"DOCTYPE", mint{after: func(s string) string {
			return strings.Replace(s, "?>", `?><!DOCTYPE x [<!ENTITY a "b">]>`, 1)
		}}, nil, "SAML Response could not be processed", "SAMLResponse should be a valid xml"},
		{"version", mint{edit: func(s string) string { return strings.Replace(s, `Version="2.0"`, `Version="1.1"`, 1) }}, nil,
			"Unsupported SAML Version.", "+"},
		{"no ID", mint{unsigned: "Response", edit: replace(`<samlp:Response (.*?) ID="_r1"`, "<samlp:Response $1")}, nil,
			"Missing ID attribute on SAML Response.", "+"},
		{"no Status", mint{edit: cut("<samlp:Status>", "</samlp:Status>")}, nil,
			"Missing Status on response", "SAMLResponse was not accepted"},
		{"no StatusCode", mint{edit: swapOnce(`<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>`, "")}, nil,
			"Missing Status Code on response", "SAMLResponse was not accepted"},
		{"status with a message", mint{edit: swapOnce(`status:Success"/>`, `status:Requester"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy"/></samlp:StatusCode><samlp:StatusMessage>no such format</samlp:StatusMessage>`)}, nil,
			"The status code of the Response was not Success, was urn:oasis:names:tc:SAML:2.0:status:Requester -> no such format", "no such format"},
		{"two signatures", mint{unsigned: "Assertion", edit: swapOnce("<saml:Conditions", `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><saml:Conditions`)}, nil,
			"Unexpected number of Reference nodes found for signature. SAML Response rejected.", "+"},
		{"signature of a statement", mint{edit: swapOnce("<saml:AuthnContext>", `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><saml:AuthnContext>`)}, nil,
			"Invalid Signature Element {urn:oasis:names:tc:SAML:2.0:assertion}AuthnStatement SAML Response rejected", "+"},
		{"one ID twice", mint{unsigned: "Response", edit: swapOnce(`ID="_r1"`, `ID="_a1"`), after: func(s string) string {
			return mint{}.sign(t, s, "Response")
		}}, nil, "Duplicated ID. SAML Response rejected", "+"},
		{"reference elsewhere", mint{after: swapOnce(`URI="#_a1"`, `URI="#_b1"`)}, nil,
			"Found an invalid Signed Element. SAML Response rejected", "Signature check errors: invalid signature"},
		{"signed without ID", mint{after: replace(`(<saml:Assertion .*?) ID="_a1"`, "$1")}, nil,
			"Signed Element must contain an ID. SAML Response rejected", "Signature check errors: invalid signature"},
		{"empty Destination", mint{edit: replace(`Destination="[^"]*"`, `Destination=""`)}, nil,
			"The response has an empty Destination value", "SAMLResponse was not accepted"},
		{"two issuers", mint{edit: replace(`(<saml:Issuer xmlns.*?</saml:Issuer>)`, "$1$1")}, nil, "Issuer of the Response is multiple.", "+"},
		{"two issuers of the assertion", mint{edit: replace(`(<saml:Issuer Format.*?</saml:Issuer>)`, "$1$1")}, nil,
			"Issuer of the Assertion not found or multiple.", "+"},
		{"no Recipient", mint{edit: replace(` Recipient="[^"]*"`, "")}, nil,
			"A valid SubjectConfirmation was not found on this Response: SubjectConfirmationData doesn't contain a Recipient", "SAMLResponse was not accepted"},
		{"confirmation of another request", mint{inResponseTo: request, edit: replace(`(SubjectConfirmationData InResponseTo=")[^"]*`, "${1}_stranger")}, nil,
			"A valid SubjectConfirmation was not found on this Response: SubjectConfirmationData has an invalid InResponseTo value", "SAMLResponse was not accepted"},
		{"only the confirmation answers", mint{edit: swapOnce("<saml:SubjectConfirmationData", `<saml:SubjectConfirmationData InResponseTo="_request"`)}, nil,
			"A valid SubjectConfirmation was not found on this Response: SubjectConfirmationData has an invalid InResponseTo value", "+"},
		{"confirmation without end", mint{edit: replace(`(SubjectConfirmationData) NotOnOrAfter="[^"]*"`, "$1")}, nil,
			"A valid SubjectConfirmation was not found on this Response: SubjectConfirmationData doesn't contain a NotOnOrAfter attribute", "assertion has expired."},
		{"confirmation over", mint{edit: replace(`(SubjectConfirmationData NotOnOrAfter=")[^"]*`, "${1}2026-03-01T11:00:00Z")}, nil,
			"A valid SubjectConfirmation was not found on this Response: SubjectConfirmationData is no longer valid", "assertion has expired."},
		{"confirmation to come", mint{edit: swapOnce("<saml:SubjectConfirmationData", `<saml:SubjectConfirmationData NotBefore="2026-03-01T13:00:00Z"`)}, nil,
			"A valid SubjectConfirmation was not found on this Response: SubjectConfirmationData is not yet valid", "+"},
		{"no NameID", mint{edit: cut("<saml:NameID", "</saml:NameID>")}, nil, "No name id found in Document.", "There is no NameID"},
		{"qualifiers", mint{edit: replace(`<saml:NameID Format="[^"]*"`, `<saml:NameID Format="`+saml.FormatPersistent+`" SPNameQualifier="other"`)}, nil,
			"The SPNameQualifier value mistmatch the SP entityID value.", "SPNameQualifier attribute in the NameID element does not match " + enhancedEntity},
		{"qualifier of another", mint{edit: replace(`<saml:NameID Format="[^"]*"`, `<saml:NameID Format="`+saml.FormatTransient+`" NameQualifier="other"`)}, nil,
			"+", "NameQualifier attribute in the NameID element does not match " + issuer},
		{"own qualifiers", mint{edit: replace(`<saml:NameID Format="[^"]*"`, `<saml:NameID Format="`+saml.FormatTransient+`" NameQualifier="`+issuer+`"`)}, nil, "+", "+"},
		{"version of the assertion", mint{edit: replace(`(<saml:Assertion .*?) Version="2.0"`, `$1 Version="1.1"`)}, nil,
			"+", "SAML Assertion version not supported, or not defined"},
		{"no confirmation data", mint{edit: replace(`<saml:SubjectConfirmationData [^>]*/>`, "")}, nil,
			"A valid SubjectConfirmation was not found on this Response", "SAMLResponse was not accepted"},
		{"meaningless times", mint{edit: replace(`(<saml:Conditions NotBefore=")[^"]*`, "${1}soon")}, nil,
			"SAML Response rejected", "SAMLResponse was not accepted"},
		{"encrypted NameID", mint{edit: swapOnce("<saml:Subject>", "<saml:Subject><saml:EncryptedID/>")}, nil,
			"Twilio doesn't currently support encryption", "Twilio doesn't currently support encryption"},
		{"not SAML 2.0", mint{after: func(string) string { return `<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol"/>` }}, nil,
			"SAML Response could not be processed", "SAMLResponse should be a valid xml"},
		{"no expected issuer", mint{}, func(h *settings.Flex) { h.IdentityProviderIssuer.Value = "" },
			"Invalid issuer in the Assertion/Response. Was '" + issuer + "', but expected ''",
			"Invalid issuer in the Assertion/Response. Was '" + issuer + "', but expected ''"},
		{"sender-vouches", mint{edit: swapOnce("cm:bearer", "cm:sender-vouches")}, nil,
			"A valid SubjectConfirmation was not found on this Response", "+"},
	}
}

func cut(from, to string) func(string) string {
	return func(s string) string {
		i, j := strings.Index(s, from), strings.Index(s, to)
		return s[:i] + s[j+len(to):]
	}
}

func double(from, to string) func(string) string {
	return func(s string) string {
		i, j := strings.Index(s, from), strings.Index(s, to)+len(to)
		return s[:j] + strings.ReplaceAll(s[i:j], `ID="_a1"`, `ID="_a2"`) + s[j:]
	}
}

func swapOnce(from, to string) func(string) string {
	return func(s string) string { return strings.Replace(s, from, to, 1) }
}

func TestOrdinaryRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range refusals(t) {
		for _, sso := range bothGenerations {
			t.Run(row.name+"/"+sso, func(t *testing.T) {
				t.Parallel()
				m, h, want := row.mint, half(t, sso), row.enhanced
				m.sso = sso
				if row.half != nil {
					row.half(&h)
				}
				status, code := 400, "45002"
				if sso == settings.SSOLegacy {
					want, status, code = row.legacy, 401, "70004"
				}
				v := mocksp.Ordinary(&h, m.message(t), []string{request}, now)
				if want == "+" {
					assert.Equal(t, saml.Verdict{Accepted: true, Status: v.Status, Subject: "ada@acme.example"}, v)
					return
				}
				if sso == settings.SSOLegacy {
					want = "authentication failed: " + want
				}
				assert.Equal(t, want, v.Text, "library: %s", v.Detail)
				assert.False(t, v.Accepted)
				assert.Equal(t, status, v.Status)
				assert.Equal(t, code, v.Code)
				assert.Empty(t, v.Subject)
				seen := sso == settings.SSOLegacy && strings.Contains(want, "Invalid issuer")
				assert.Equal(t, !seen, v.Inferred != "")
			})
		}
	}
}

// A response whose own signature is good may hold an assertion whose signature is not:
// java-saml verifies both, Auth0's library the outer one only.
func TestOrdinaryInnerSignature(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		m := mint{sso: sso, unsigned: "Response", after: func(s string) string {
			return mint{}.sign(t, strings.Replace(s, ">ada@acme.example</saml:NameID>", ">eve@acme.example</saml:NameID>", 1), "Response")
		}}
		h := half(t, sso)
		v := mocksp.Ordinary(&h, m.message(t), nil, now)
		if sso == settings.SSOLegacy {
			assert.Equal(t, "authentication failed: Signature validation failed. SAML Response rejected", v.Text)
		} else {
			assert.Equal(t, saml.Verdict{Accepted: true, Status: 302, Subject: "eve@acme.example"}, v)
		}
	}
}

func TestOrdinaryAttributes(t *testing.T) {
	t.Parallel()
	name, email, roles := attribute("full_name", "Ada Agent"), attribute("email", "ada@acme.example"), attribute("roles", "agent")
	missing := func(what string) saml.Verdict {
		return saml.Verdict{Status: 400, Code: "45050", Text: "Authentication error - Missing User Attributes", Detail: "missing or without a valid value: " + what}
	}
	malformed := func(what string) saml.Verdict {
		return saml.Verdict{Status: 400, Text: "400 Error invalid attribute format", Detail: "the value of " + what + " does not have the type that its name states"}
	}
	rows := map[string]struct {
		attributes string
		want       saml.Verdict
	}{
		"no full_name":       {email + roles, missing("full_name")},
		"no email":           {name + roles, missing("email")},
		"no roles":           {name + email, missing("roles")},
		"nothing":            {attribute("other", "x"), missing("full_name, email, roles")},
		"empty":              {attribute("full_name", "") + attribute("email", " ") + attribute("roles"), missing("full_name, email, roles")},
		"letter case":        {attribute("Full_Name", "A") + email + attribute("Roles", "agent"), missing("full_name, roles")},
		"only commas":        {name + email + attribute("roles", " , ,"), missing("roles")},
		"unknown role":       {name + email + attribute("roles", "Agent"), missing("roles")},
		"int":                {name + email + roles + attribute("n.[int]", "three"), malformed("n.[int]")},
		"int, bare":          {name + email + roles + attribute("n.int", "1.5"), malformed("n.int")},
		"int, two":           {name + email + roles + attribute("n.[int]", "1", "2"), malformed("n.[int]")},
		"boolean":            {name + email + roles + attribute("b.[boolean]", "yes"), malformed("b.[boolean]")},
		"intarray":           {name + email + roles + attribute("a.[intarray]", "1,x"), malformed("a.[intarray]")},
		"booleanarray":       {name + email + roles + attribute("a.[booleanarray]", "true,1"), malformed("a.[booleanarray]")},
		"unknown type":       {name + email + roles + attribute("a.[Int]", "1"), malformed("a.[Int]")},
		"type before absent": {name + attribute("n.[int]", "x"), malformed("n.[int]")},
	}
	for what, row := range rows {
		for _, sso := range bothGenerations {
			t.Run(what+"/"+sso, func(t *testing.T) {
				t.Parallel()
				h := half(t, sso)
				assert.Equal(t, row.want, mocksp.Ordinary(&h, mint{sso: sso, attributes: row.attributes}.message(t), nil, now))
			})
		}
	}
}

func TestOrdinaryCertificate(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		data   []byte
		detail string
	}{
		"expired":    {certificate(t, 0, now.AddDate(-2, 0, 0), now.AddDate(-1, 0, 0)), "it expired at 2025-03-01T12:00:00Z"},
		"to come":    {certificate(t, 0, now.AddDate(1, 0, 0), now.AddDate(2, 0, 0)), "it is not valid before 2027-03-01T12:00:00Z"},
		"unreadable": {[]byte("hello"), ""},
		"none":       {nil, ""},
	}
	for name, row := range rows {
		for _, sso := range bothGenerations {
			t.Run(name+"/"+sso, func(t *testing.T) {
				t.Parallel()
				h := half(t, sso)
				h.X509Certificate.Data = row.data
				v := mocksp.Ordinary(&h, mint{sso: sso}.message(t), nil, now)
				want := "no valid certificate for identity realm " + connection
				if sso == settings.SSOLegacy {
					want = "no valid certificate for identity realm JB…"
				}
				assert.Equal(t, want, v.Text)
				assert.Equal(t, 403, v.Status)
				assert.Equal(t, "70251", v.Code)
				assert.Equal(t, sso == settings.SSOEnhanced, v.Inferred != "")
				require.NotEmpty(t, v.Detail)
				if row.detail != "" {
					assert.Equal(t, row.detail, v.Detail)
				}
			})
		}
	}
}

// The library panics on a document of many elements; that is a refusal with its reason.
func TestOrdinaryPanic(t *testing.T) {
	t.Parallel()
	h := half(t, settings.SSOEnhanced)
	v := mocksp.Ordinary(&h, mint{sso: settings.SSOEnhanced, after: func(s string) string {
		return strings.Replace(s, "</saml:AttributeStatement>", strings.Repeat("<saml:Attribute Name=\"a\"/>", 3000)+"</saml:AttributeStatement>", 1)
	}}.message(t), nil, now)
	assert.False(t, v.Accepted)
	assert.Contains(t, v.Detail, "panic: ")
}

func TestOrdinaryWithoutMessage(t *testing.T) {
	t.Parallel()
	h := half(t, settings.SSOLegacy)
	assert.Equal(t, "authentication failed: SAML Response not found, Only supported HTTP_POST Binding", mocksp.Ordinary(&h, nil, nil, now).Text)
	assert.Equal(t, "authentication failed: SAML Response could not be processed", mocksp.Ordinary(&h, &saml.Message{}, nil, now).Text)
}

// What travelled in a way that two readers may read differently is not read at all.
func TestOrdinaryDeviations(t *testing.T) {
	t.Parallel()
	for _, kind := range []saml.DeviationKind{saml.DeviationBoth, saml.DeviationDuplicate, saml.DeviationDisguised, saml.DeviationDeflate, saml.DeviationAlphabet} {
		h, m := half(t, settings.SSOEnhanced), mint{sso: settings.SSOEnhanced}.message(t)
		m.Deviations = []saml.Deviation{{Kind: kind, Text: "why"}}
		v := mocksp.Ordinary(&h, m, nil, now)
		assert.Equal(t, "SAMLResponse should be a valid xml", v.Text, kind)
		assert.Equal(t, "why", v.Detail)
	}
	h, m := half(t, settings.SSOEnhanced), mint{sso: settings.SSOEnhanced}.message(t)
	m.Deviations = []saml.Deviation{{Kind: saml.DeviationRelayState, Text: "long"}}
	assert.True(t, mocksp.Ordinary(&h, m, nil, now).Accepted)
}
