package mockidp

import (
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// A draft is what an unsigned response says.
type draft struct {
	responseID, assertionID string
	at                      Instants
	inResponseTo            string // "" for none
	destination             string // also the Recipient
	issuer, audience        string
	nameID, nameIDFormat    string
	sessionIndex            string        // "" for none
	early                   time.Duration // NotBefore is so long before
	attributes              []attribute
}

// How long Salesforce's assertions are valid, before and after they are made.
const (
	validBefore = 30 * time.Second
	validAfter  = 5 * time.Minute
)

const (
	statusResponder = "urn:oasis:names:tc:SAML:2.0:status:Responder"
	statusNoPassive = "urn:oasis:names:tc:SAML:2.0:status:NoPassive"

	contextUnspecified    = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
	nameFormatUnspecified = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
)

// instant is a time as Salesforce writes it: UTC, with milliseconds.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// xml is the response in Salesforce's layout, all in one line: the order of the
// attributes is alphabetical, and the prefix saml is declared on the response's Issuer
// and once more on the Assertion instead of on the root.
func (d *draft) xml() []byte {
	var b strings.Builder
	w := func(parts ...string) {
		for _, s := range parts {
			b.WriteString(s)
		}
	}
	inResponseTo := ""
	if d.inResponseTo != "" {
		inResponseTo = ` InResponseTo="` + attr(d.inResponseTo) + `"`
	}
	until := instant(d.at.Conditions.Add(validAfter))

	w(`<?xml version="1.0" encoding="UTF-8"?>`,
		`<samlp:Response xmlns:samlp="`, saml.NSProtocol, `" Destination="`, attr(d.destination), `" ID="`, attr(d.responseID), `"`,
		inResponseTo, ` IssueInstant="`, instant(d.at.Response), `" Version="2.0">`,
		`<saml:Issuer xmlns:saml="`, saml.NSAssertion, `" Format="`, saml.FormatEntity, `">`, text(d.issuer), `</saml:Issuer>`,
		`<samlp:Status><samlp:StatusCode Value="`, saml.StatusSuccess, `"/></samlp:Status>`)

	w(`<saml:Assertion xmlns:saml="`, saml.NSAssertion, `" ID="`, attr(d.assertionID), `" IssueInstant="`, instant(d.at.Assertion), `" Version="2.0">`,
		`<saml:Issuer Format="`, saml.FormatEntity, `">`, text(d.issuer), `</saml:Issuer>`)

	w(`<saml:Subject><saml:NameID Format="`, attr(d.nameIDFormat), `">`, text(d.nameID), `</saml:NameID>`,
		`<saml:SubjectConfirmation Method="`, saml.MethodBearer, `"><saml:SubjectConfirmationData`, inResponseTo,
		` NotOnOrAfter="`, until, `" Recipient="`, attr(d.destination), `"/></saml:SubjectConfirmation></saml:Subject>`)

	w(`<saml:Conditions NotBefore="`, instant(d.at.Conditions.Add(-d.early)), `" NotOnOrAfter="`, until, `">`,
		`<saml:AudienceRestriction><saml:Audience>`, text(d.audience), `</saml:Audience></saml:AudienceRestriction></saml:Conditions>`)

	index := ""
	if d.sessionIndex != "" {
		index = ` SessionIndex="` + attr(d.sessionIndex) + `"`
	}
	w(`<saml:AuthnStatement AuthnInstant="`, instant(d.at.Authn), `"`, index, `><saml:AuthnContext><saml:AuthnContextClassRef>`, contextUnspecified,
		`</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`)

	w(`<saml:AttributeStatement>`)
	for _, a := range d.attributes {
		w(attributeXML(a))
	}
	w(`</saml:AttributeStatement></saml:Assertion></samlp:Response>`)
	return []byte(b.String())
}

// attributeXML is one attribute; its value is one AttributeValue, commas and all.
func attributeXML(a attribute) string {
	value := "/>"
	if a.value != "" {
		value = ">" + text(a.value) + "</saml:AttributeValue>"
	}
	return `<saml:Attribute Name="` + attr(a.name) + `" NameFormat="` + nameFormatUnspecified + `">` +
		`<saml:AttributeValue xmlns:xs="` + saml.NSSchema + `" xmlns:xsi="` + saml.NSInstance + `" xsi:type="xs:anyType"` +
		value + `</saml:Attribute>`
}

// statusXML is a response that tells of no success: the second-level code says why
// (SAMLCore 3.2.2.2).
func (d *draft) statusXML(top, second string) []byte {
	inResponseTo := ""
	if d.inResponseTo != "" {
		inResponseTo = ` InResponseTo="` + attr(d.inResponseTo) + `"`
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` +
		`<samlp:Response xmlns:samlp="` + saml.NSProtocol + `" Destination="` + attr(d.destination) + `" ID="` + attr(d.responseID) + `"` +
		inResponseTo + ` IssueInstant="` + instant(d.at.Response) + `" Version="2.0">` +
		`<saml:Issuer xmlns:saml="` + saml.NSAssertion + `" Format="` + saml.FormatEntity + `">` + text(d.issuer) + `</saml:Issuer>` +
		`<samlp:Status><samlp:StatusCode Value="` + top + `"><samlp:StatusCode Value="` + second + `"/></samlp:StatusCode></samlp:Status></samlp:Response>`)
}
