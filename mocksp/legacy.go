package mocksp

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// judgeLegacy is what java-saml finds wrong with a response, in its order and words; ""
// where nothing is.
func judgeLegacy(c *matter, library answer, cert *x509.Certificate) string {
	for _, rule := range []func(*matter) string{
		legacyEnvelope, legacySignatures, legacyInResponseTo, legacyAssertion, legacyReceiver, legacyIssuers,
		legacySession, legacyConfirmation,
	} {
		if text := rule(c); text != "" {
			return text
		}
	}
	const broken = "Signature validation failed. SAML Response rejected"
	switch {
	case !c.r.Signature.Exists() && !c.a.Signature.Exists():
		return "No Signature found. SAML Response rejected"
	case library.kind == answerSignature:
		return broken
	case c.r.Signature.Exists() && c.a.Signature.Exists() && !verifyAssertion(c, c.embedded(cert)):
		return broken // the library looks no further once the response's is good
	}
	if text := legacySubject(c); text != "" {
		return text
	}
	if library.kind != answerGood {
		return "SAML Response rejected"
	}
	return ""
}

func legacyEnvelope(c *matter) string {
	status := c.r.Status
	switch {
	case c.r.Attr("Version").Value() != "2.0":
		return "Unsupported SAML Version."
	case !c.r.Attr("ID").Exists():
		return "Missing ID attribute on SAML Response."
	case len(c.r.All(saml.NSProtocol, "Status")) != 1:
		return "Missing Status on response"
	case len(status.All(saml.NSProtocol, "StatusCode")) != 1:
		return "Missing Status Code on response"
	}
	if code := c.r.StatusCode.Attr("Value").Value(); code != saml.StatusSuccess {
		text := "The status code of the Response was not Success, was " + code
		if m := status.Child(saml.NSProtocol, "StatusMessage"); m.Exists() {
			text += " -> " + m.Text()
		}
		return text
	}
	if c.count("Assertion") != 1 || len(c.r.Assertions) != 1 {
		return "SAML Response must contain 1 Assertion."
	}
	c.a = c.r.Assertions[0]
	return ""
}

// legacySignatures looks at where signatures stand and what they refer to.
func legacySignatures(c *matter) string {
	var ids []string
	for e := range c.elements() {
		if !e.Is(saml.NSSignature, "Signature") {
			continue
		}
		parent := e.Parent()
		if !parent.Is(saml.NSProtocol, "Response") && !parent.Is(saml.NSAssertion, "Assertion") {
			return fmt.Sprintf("Invalid Signature Element {%s}%s SAML Response rejected", parent.Space(), parent.Local())
		}
		id := parent.Attr("ID").Value()
		if id == "" {
			return "Signed Element must contain an ID. SAML Response rejected"
		}
		if slices.Contains(ids, id) {
			return "Duplicated ID. SAML Response rejected"
		}
		ids = append(ids, id)
		references := e.Child(saml.NSSignature, "SignedInfo").All(saml.NSSignature, "Reference")
		if len(references) != 1 {
			return "Unexpected number of Reference nodes found for signature. SAML Response rejected."
		}
		if uri := references[0].Attr("URI").Value(); uri != "" && uri != "#"+id {
			return "Found an invalid Signed Element. SAML Response rejected"
		}
	}
	return ""
}

// legacyInResponseTo compares what the response answers with what was asked.
func legacyInResponseTo(c *matter) string {
	at := c.r.Attr("InResponseTo")
	if !at.Exists() {
		if inResponseTo(c.r, c.a) != "" {
			return noConfirmation + ": SubjectConfirmationData has an invalid InResponseTo value"
		}
		return c.unasked()
	}
	if slices.Contains(c.requests, at.Value()) {
		return ""
	}
	sent := "null"
	if len(c.requests) > 0 {
		sent = strings.Join(c.requests, ", ")
	}
	return "The InResponseTo of the Response: " + at.Value() + ", does not match the ID of the AuthNRequest sent by the SP: " + sent
}

func legacyAssertion(c *matter) string {
	if len(c.a.All(saml.NSAssertion, "Conditions")) != 1 {
		return "The Assertion must include a Conditions element"
	}
	if t, ok := moment(c.a.Conditions.Attr("NotBefore")); ok && t.Add(-skew).After(c.now) {
		return "Could not validate timestamp: not yet valid. Check system clock."
	}
	if t, ok := moment(c.a.Conditions.Attr("NotOnOrAfter")); ok && !c.now.Before(t.Add(skew)) {
		return "Could not validate timestamp: expired. Check system clock."
	}
	if len(c.a.Statements) != 1 {
		return "The Assertion must include an AuthnStatement element"
	}
	return ""
}

// legacyReceiver looks at where the response went and for whom it is meant.
func legacyReceiver(c *matter) string {
	if at := c.r.Attr("Destination"); at.Exists() {
		switch at.Value() {
		case c.acs:
		case "":
			return "The response has an empty Destination value"
		default:
			return "The response was received at " + c.acs + " instead of " + at.Value()
		}
	}
	var audiences []string
	for _, restriction := range c.a.Audiences {
		for _, e := range restriction.All(saml.NSAssertion, "Audience") {
			if v := strings.TrimSpace(e.Text()); v != "" {
				audiences = append(audiences, v)
			}
		}
	}
	if len(audiences) > 0 && !slices.Contains(audiences, c.entityID) {
		return c.entityID + " is not a valid audience for this Response"
	}
	return ""
}

// legacyIssuers compares both issuers, character by character.
func legacyIssuers(c *matter) string {
	var issuers []string
	switch all := c.r.All(saml.NSAssertion, "Issuer"); len(all) {
	case 0:
	case 1:
		issuers = append(issuers, all[0].Text())
	default:
		return "Issuer of the Response is multiple."
	}
	all := c.a.All(saml.NSAssertion, "Issuer")
	if len(all) != 1 {
		return "Issuer of the Assertion not found or multiple."
	}
	for _, issuer := range append(issuers, all[0].Text()) {
		if issuer == "" || issuer != c.half.IdentityProviderIssuer.Value {
			return issuerText(issuer, c.half.IdentityProviderIssuer.Value)
		}
	}
	return ""
}

const issuerHead = "Invalid issuer in the Assertion/Response. Was '"

func issuerText(got, want string) string {
	return issuerHead + got + "', but expected '" + want + "'"
}

func isIssuerText(text string) bool { return strings.HasPrefix(text, issuerHead) }

func legacySession(c *matter) string {
	if end := sessionEnd(c.a); !end.IsZero() && !c.now.Before(end.Add(skew)) {
		return "The attributes have expired, based on the SessionNotOnOrAfter of the AttributeStatement of this Response"
	}
	return ""
}

const noConfirmation = "A valid SubjectConfirmation was not found on this Response"

// legacyConfirmation wants one bearer confirmation that fits; what is wrong with the
// others does not matter.
func legacyConfirmation(c *matter) string {
	var issues []string
	for _, confirmation := range c.a.Confirmations {
		if m := confirmation.Attr("Method"); m.Exists() && m.Value() != saml.MethodBearer {
			continue
		}
		for _, data := range confirmation.All(saml.NSAssertion, "SubjectConfirmationData") {
			issue := legacyConfirmationData(c, data)
			if issue == "" {
				return ""
			}
			issues = append(issues, issue)
		}
	}
	if len(issues) == 0 {
		return noConfirmation
	}
	return noConfirmation + ": " + strings.Join(issues, ", ")
}

func legacyConfirmationData(c *matter, data saml.Element) string {
	recipient, request, end := data.Attr("Recipient"), data.Attr("InResponseTo"), data.Attr("NotOnOrAfter")
	answers := c.r.Attr("InResponseTo")
	switch {
	case !recipient.Exists():
		return "SubjectConfirmationData doesn't contain a Recipient"
	case recipient.Value() != c.acs:
		return "SubjectConfirmationData doesn't match a valid Recipient"
	case request.Exists() != answers.Exists() || request.Value() != answers.Value():
		return "SubjectConfirmationData has an invalid InResponseTo value"
	case !end.Exists():
		return "SubjectConfirmationData doesn't contain a NotOnOrAfter attribute"
	}
	if t, ok := moment(end); !ok || !c.now.Before(t.Add(skew)) {
		return "SubjectConfirmationData is no longer valid"
	}
	if begin := data.Attr("NotBefore"); begin.Exists() {
		if t, ok := moment(begin); !ok || t.Add(-skew).After(c.now) {
			return "SubjectConfirmationData is not yet valid"
		}
	}
	return ""
}

// legacySubject reads who is meant, and what is said of them, only after the signature.
func legacySubject(c *matter) string {
	all := c.a.Subject.All(saml.NSAssertion, "NameID")
	switch {
	case len(all) != 1:
		return "No name id found in Document."
	case all[0].Text() == "":
		return "An empty NameID value found"
	}
	if q := all[0].Attr("SPNameQualifier"); q.Exists() && q.Value() != c.entityID {
		return "The SPNameQualifier value mistmatch the SP entityID value."
	}
	seen := map[string]bool{}
	for _, a := range c.a.Attributes {
		if seen[a.Name] {
			return "Found an Attribute element with duplicated Name"
		}
		seen[a.Name] = true
	}
	return ""
}
