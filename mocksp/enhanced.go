package mocksp

import (
	"crypto/x509"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// judgeEnhanced is what Auth0's library finds wrong with a response, in its order and
// words; "" where nothing is. Before it Auth0 looks up what the response answers, and
// after it Flex compares the issuer, which the library does not.
func judgeEnhanced(c *matter, library answer, _ *x509.Certificate) string {
	for _, rule := range []func(*matter) string{enhancedState, enhancedEnvelope, enhancedSigned} {
		if text := rule(c); text != "" {
			return text
		}
	}
	if library.kind == answerSignature {
		return "Signature check errors: invalid signature"
	}
	for _, rule := range []func(*matter) string{enhancedAssertion, enhancedSubject, enhancedIssuer} {
		if text := rule(c); text != "" {
			return text
		}
	}
	switch library.kind {
	case answerGood:
		return ""
	case answerExpired:
		return "assertion has expired."
	case answerEarly:
		return "assertion is not yet valid."
	}
	return "SAMLResponse was not accepted"
}

// enhancedState is Auth0's: a response without InResponseTo or without RelayState is
// taken for one that the identity provider sent unasked.
func enhancedState(c *matter) string {
	id := c.r.Attr("InResponseTo").Value()
	if id != "" && !slices.Contains(c.requests, id) {
		return "The request " + id + " that the response answers is not known here"
	}
	if id == "" || c.message.RelayState == "" {
		return c.unasked()
	}
	return ""
}

// What Auth0's library says of the top-level and second-level status codes.
var statusTexts = map[string]string{
	"urn:oasis:names:tc:SAML:2.0:status:VersionMismatch": "The SAML responder could not process the request because the version of the request message was incorrect.",
	"urn:oasis:names:tc:SAML:2.0:status:Requester":       "The request could not be performed due to an error on the part of the requester",
	"urn:oasis:names:tc:SAML:2.0:status:Responder":       "The request could not be performed due to an error on the part of the SAML responder or SAML authority",
	"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed":     "The responding provider was unable to successfully authenticate the principal",
}

func enhancedEnvelope(c *matter) string {
	if to := c.r.Attr("Destination").Value(); to != "" && to != c.acs {
		return "Destination endpoint " + to + " did not match " + c.acs
	}
	code := c.r.StatusCode.Attr("Value").Value()
	text := statusTexts[c.r.StatusCode.Child(saml.NSProtocol, "StatusCode").Attr("Value").Value()]
	if text == "" {
		text = statusTexts[code]
	}
	if text != "" {
		if m := c.r.Status.Child(saml.NSProtocol, "StatusMessage"); m.Text() != "" {
			return m.Text()
		}
		return text
	}
	if c.count("Assertion") > 1 {
		return "A SAMLResponse can contain only one Assertion element."
	}
	if len(c.r.Assertions) != 1 {
		return "saml response does not contain an Assertion element (Status: " + code + ")"
	}
	c.a = c.r.Assertions[0]
	return ""
}

func enhancedSigned(c *matter) string {
	if !c.r.Signature.Exists() && !c.a.Signature.Exists() {
		return "neither the response nor the assertion are signed"
	}
	return ""
}

func enhancedAssertion(c *matter) string {
	if c.a.Attr("Version").Value() != "2.0" {
		return "SAML Assertion version not supported, or not defined"
	}
	if t, ok := moment(c.a.Conditions.Attr("NotOnOrAfter")); ok && c.now.After(t.Add(skew)) {
		return "assertion has expired."
	}
	var audience saml.Element // the first one only
	for _, restriction := range c.a.Audiences {
		if audience = restriction.Child(saml.NSAssertion, "Audience"); audience.Exists() {
			break
		}
	}
	if !audience.Exists() || audience.Text() != c.entityID {
		return "Audience is invalid. Configured: " + c.entityID
	}
	for _, confirmation := range c.a.Confirmations {
		if !confirmation.Data.Exists() {
			continue
		}
		if to := confirmation.Data.Attr("Recipient").Value(); to != "" && to != c.acs {
			return "Recipient is invalid. Configured: " + c.acs
		}
		break // the first one only
	}
	return ""
}

func enhancedSubject(c *matter) string {
	if strings.TrimSpace(c.a.NameID.Text()) == "" {
		return "There is no NameID"
	}
	if f := c.a.NameID.Attr("Format").Value(); f != saml.FormatPersistent && f != saml.FormatTransient {
		return ""
	}
	if q := c.a.NameID.Attr("NameQualifier").Value(); q != "" && q != c.a.Issuer.Text() {
		return "NameQualifier attribute in the NameID element does not match " + c.a.Issuer.Text()
	}
	if q := c.a.NameID.Attr("SPNameQualifier").Value(); q != "" && q != c.entityID {
		return "SPNameQualifier attribute in the NameID element does not match " + c.entityID
	}
	return ""
}

func enhancedIssuer(c *matter) string {
	want := c.half.IdentityProviderIssuer.Value
	for _, e := range []saml.Element{c.r.Issuer, c.a.Issuer} {
		if e.Exists() && e.Text() != want {
			return issuerText(e.Text(), want)
		}
	}
	return ""
}
