package mocksp_test

import (
	"crypto"
	"encoding/base64"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// now is the time of all tests.
var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	account    = "AC0123456789abcdef0123456789abcdef"
	connection = "JQ0123456789abcdef0123456789abcdef"
	issuer     = "https://acme.my.salesforce.com"
	ssoURL     = issuer + "/idp/endpoint/HttpRedirect"
	link       = "https://flex.twilio.com/dancing-owl-1234"

	enhancedACS    = "https://login.flex.us1.twilio.com/login/callback?connection=" + connection
	enhancedEntity = "urn:flex:" + connection
	legacyACS      = "https://iam.twilio.com/v1/Accounts/" + account + "/saml2"
	legacyEntity   = legacyACS + "/metadata"
)

func text(v string) settings.Text { return settings.Text{Value: v, Set: true} }

// half is a Flex half that fits what a mint issues.
func half(t testing.TB, sso string) settings.Flex {
	return settings.Flex{
		AccountSID: text(account), SSO: text(sso), ConnectionSID: text(connection),
		X509Certificate:        settings.File{Data: certificate(t, 0, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))},
		IdentityProviderIssuer: text(issuer), SSOURL: text(ssoURL),
		DefaultRedirectURL: text(link), LoginLink: text(link),
	}
}

func signer(t testing.TB, n int) crypto.Signer {
	s, err := keys.For(keys.RSA, 2048)[n].Signer()
	require.NoError(t, err)
	return s
}

func certificate(t testing.TB, n int, from, to time.Time) []byte {
	pem, err := keys.SelfSigned(keys.Certificate{
		Label: "SalesforceSSO", OrganizationID: "00D0A0000000Acm", Serial: big.NewInt(int64(n) + 1), NotBefore: from, NotAfter: to,
	}, signer(t, n))
	require.NoError(t, err)
	return pem
}

// A mint makes responses. Its zero fields are right ones.
type mint struct {
	sso          string
	inResponseTo string // "" for an unasked response
	issuer       string
	destination  string
	audience     string // the content of Conditions; {} stands for nothing
	recipient    string
	nameID       string
	assertionID  string
	attributes   string // the content of AttributeStatement
	session      string // attributes of AuthnStatement
	at           time.Time
	unsigned     string // "Response", "Assertion" or "both"
	key          int
	method       string              // of the signatures; "" for RSA-SHA256
	edit         func(string) string // before signing
	after        func(string) string // after signing
}

func or(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}

func attribute(name string, values ...string) string {
	var b strings.Builder
	b.WriteString(`<saml:Attribute Name="` + name + `" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified">`)
	for _, v := range values {
		b.WriteString(`<saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:anyType">` + v + `</saml:AttributeValue>`)
	}
	return b.String() + `</saml:Attribute>`
}

// right are the attributes of a good login.
var right = attribute("userId", "0050A0000000001") + attribute("username", "ada@acme.example") + attribute("email", "ada@acme.example") +
	attribute("is_portal_user", "false") + attribute("full_name", "Ada Agent") + attribute("roles", "agent, supervisor")

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (m mint) xml(t testing.TB) string {
	acs, entity := enhancedACS, enhancedEntity
	if m.sso == settings.SSOLegacy {
		acs, entity = legacyACS, legacyEntity
	}
	at := m.at
	if at.IsZero() {
		at = now
	}
	var answers string
	if m.inResponseTo != "" {
		answers = ` InResponseTo="` + m.inResponseTo + `"`
	}
	end := stamp(at.Add(5 * time.Minute))
	conditions := or(m.audience, `<saml:AudienceRestriction><saml:Audience>`+entity+`</saml:Audience></saml:AudienceRestriction>`)
	doc := `<?xml version="1.0" encoding="UTF-8"?>` +
		`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="` + or(m.destination, acs) + `" ID="_r` + or(m.assertionID, "1") + `"` + answers + ` IssueInstant="` + stamp(at) + `" Version="2.0">` +
		`<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">` + or(m.issuer, issuer) + `</saml:Issuer>` +
		`<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
		`<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a` + or(m.assertionID, "1") + `" IssueInstant="` + stamp(at) + `" Version="2.0">` +
		`<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">` + or(m.issuer, issuer) + `</saml:Issuer>` +
		`<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">` + or(m.nameID, "ada@acme.example") + `</saml:NameID>` +
		`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData` + answers + ` NotOnOrAfter="` + end + `" Recipient="` + or(m.recipient, acs) + `"/></saml:SubjectConfirmation></saml:Subject>` +
		`<saml:Conditions NotBefore="` + stamp(at.Add(-30*time.Second)) + `" NotOnOrAfter="` + end + `">` + conditions + `</saml:Conditions>` +
		`<saml:AuthnStatement AuthnInstant="` + stamp(at) + `"` + m.session + `><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
		`<saml:AttributeStatement>` + or(m.attributes, right) + `</saml:AttributeStatement></saml:Assertion></samlp:Response>`
	if m.edit != nil {
		doc = m.edit(doc)
	}
	if m.unsigned != "both" && m.unsigned != "Assertion" {
		doc = m.sign(t, doc, "Assertion")
	}
	if m.unsigned != "both" && m.unsigned != "Response" {
		doc = m.sign(t, doc, "Response")
	}
	if m.after != nil {
		doc = m.after(doc)
	}
	return doc
}

// sign puts an enveloped signature after the Issuer of the root or of its assertion.
func (m mint) sign(t testing.TB, doc, what string) string {
	tree := etree.NewDocument()
	require.NoError(t, tree.ReadFromString(doc))
	el := tree.Root()
	if what == "Assertion" {
		if el = el.SelectElement("Assertion"); el == nil {
			return doc
		}
	}
	context, err := dsig.NewSigningContext(signer(t, m.key), [][]byte{der(t, m.key)})
	require.NoError(t, err)
	context.IdAttribute = "ID"
	context.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	require.NoError(t, context.SetSignatureMethod(or(m.method, dsig.RSASHA256SignatureMethod)))
	signature, err := context.ConstructSignature(el.Copy(), true) // it changes what it is given
	require.NoError(t, err)
	el.InsertChildAt(el.SelectElement("Issuer").Index()+1, signature)
	out, err := tree.WriteToString()
	require.NoError(t, err)
	return out
}

func der(t testing.TB, n int) []byte {
	cert, err := saml.ParseCertificate(certificate(t, n, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0)))
	require.NoError(t, err)
	return cert.Raw
}

// message is a response as the ACS decodes it.
func (m mint) message(t testing.TB) *saml.Message {
	return &saml.Message{Binding: saml.BindingPOST, XML: []byte(m.xml(t)), Param: "SAMLResponse", RelayState: "state", HasRelayState: true}
}

// form is a response as a browser posts it.
func (m mint) form(t testing.TB, relay string) string {
	f := "SAMLResponse=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(m.xml(t))))
	if relay != "" {
		f += "&RelayState=" + url.QueryEscape(relay)
	}
	return f
}
