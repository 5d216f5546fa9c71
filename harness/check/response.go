package check

import (
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// responseChecks judge the envelope, in the order in which a service provider reads it.
var responseChecks = []*Check{
	ResponseWellFormed, ResponseRoot, ResponseBinding, ResponseDeliveredTo,
	ResponseID, ResponseVersion, ResponseIssueInstant, ResponseIssueInstantClock,
	ResponseStatusCode, ResponseStatusValue, ResponseStatus, ResponseStatusSecond,
	ResponseDestination, ResponseDestinationPresent, ResponseRequestedACS, ResponseIssuerPresent, ResponseIssuer, ResponseIssuerFormat,
	ResponseInResponseTo, ResponseUnsolicited, ResponseInResponseToForm,
	ResponseUnencrypted, ResponseAssertionPresent, ResponseNoAssertionOnError, ResponseOneAssertion,
	ResponseRelayState, ResponseConsent,
}

// ResponseWellFormed wants the response to be XML.
var ResponseWellFormed = &Check{
	ID:       "response/well-formed",
	Title:    "The response is one well-formed XML document",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"XML 1.0 2.1", "SAMLCore 1.1"},
	Covers:   []string{"XML-01"},
	Since:    "0.1",
	Text: `One root element, with nothing but white space, comments and processing instructions before and after it, read to the last byte. The first place at which the strict reader stops is reported, and nothing else of the response can be judged.
What breaks the rules of encodings, namespaces and document types is told by xml/encoding, xml/namespaces and xml/no-doctype.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Hand the response on whole: look for a copy that was cut short, decoded twice or edited."},
	Follows: []string{"binding/base64", "binding/deflate", "binding/parameters"},
	Run:     onSyntax("one well-formed XML document", isMalformed),
}

// ResponseRoot wants a Response.
var ResponseRoot = &Check{
	ID:       "response/root",
	Title:    "The message is a samlp:Response",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.3.3", "SAMLProf 4.1.4.2"},
	Covers:   []string{"RSP-01"},
	Since:    "0.1",
	Text:     `What is posted to an ACS URL is a Response in the namespace of the SAML 2.0 protocol: no bare Assertion, no message of SAML 1.1, and no other document that the identity provider signed. Compared by expanded name.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Post a SAML 2.0 Response to the ACS URL."},
	Run:      onResponseCase(responseRoot),
}

func responseRoot(c *Case) []Finding {
	if c.ResponseErr != nil || c.Received != nil {
		return nil
	}
	root := c.ResponseDoc.Root()
	return one(found(root.At(), expandedName(root), "{"+saml.NSProtocol+"}Response").noted(inPlaceOfResponse(root)))
}

// inPlaceOfResponse says what stands where a Response of SAML 2.0 belongs; "" where that is
// nothing that is known.
func inPlaceOfResponse(root saml.Element) string {
	const judged = "; what is judged here is Web SSO of SAML 2.0"
	switch space := root.Space(); {
	case root.Is(saml.NSAssertion, "Assertion"):
		return "it is a bare assertion, without the Response around it, as OAuth takes one (RFC 7522): only what it says itself is judged"
	case root.Is(saml.NSAssertion, "EncryptedAssertion"):
		return "it is a bare encrypted assertion, without the Response around it"
	case space == saml10Protocol && root.Local() == "Response":
		return "it is a response of SAML 1." + orUnknown(root.Attr("MinorVersion").Value()) + judged
	case space == saml10Protocol, space == saml10Assertion:
		return "it is a message of SAML 1" + judged
	case strings.HasPrefix(root.Local(), "RequestSecurityTokenResponse"):
		return "it is an answer of WS-Federation or WS-Trust" + judged
	}
	return ""
}

// The namespaces of SAML 1.0 and 1.1.
const (
	saml10Protocol  = "urn:oasis:names:tc:SAML:1.0:protocol"
	saml10Assertion = "urn:oasis:names:tc:SAML:1.0:assertion"
)

// orUnknown is the minor version of SAML 1, or x where it is none that there is.
func orUnknown(minor string) string {
	if minor == "0" || minor == "1" {
		return minor
	}
	return "x"
}

// ResponseBinding wants the response to be posted.
var ResponseBinding = &Check{
	ID:       "response/binding",
	Title:    "The response travels by HTTP-POST",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.2", "SAML2int SDP-IDP08"},
	Covers:   []string{"RSP-20", "SDP-IDP08", "SDP-SP08", "BND-19"},
	Since:    "0.1",
	Text:     `HTTP-Redirect must not carry a Response: it does not fit, it ends up in logs and histories, and its signature would have to be taken out. HTTP-Artifact is allowed where both sides support it.`,
	Fix:      Fix{Side: IDP, Setting: "binding of the ACS", Text: "Send responses by HTTP-POST."},
	Run:      onResponseMessage(responseBinding),
}

func responseBinding(m *saml.Message, _ *Expect) []Finding {
	if m.Binding == "" || m.Binding == saml.BindingPOST || m.Binding == saml.BindingArtifact {
		return nil
	}
	return one(found(saml.Place{Path: "response"}, m.Binding, saml.BindingPOST))
}

// ResponseDeliveredTo compares where the response went with the ACS URL.
var ResponseDeliveredTo = &Check{
	ID:       "response/delivered-to",
	Title:    "The response was delivered to the service provider's ACS URL",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLBind 3.5.4"},
	Covers:   []string{"REQ-10", "BND-17"},
	Since:    "0.1",
	Text:     `The form that carries the response is posted to the ACS URL, query string and all. Behind a proxy it is the address that the browser sees which counts. Not judged where it is not known where the response went.`,
	Fix:      Fix{Side: IDP, Setting: "ACS URL of the service provider", Text: "Register the service provider's ACS URL, character by character."},
	FlexFix:  Fix{Side: Salesforce, Setting: "Connected App › Web App Settings › ACS URL", Text: "Type the ACS URL of this Flex connection exactly as Flex shows it."},
	Follows:  []string{"response/binding", "settings/acs-url", "settings/twilio-sso-url", "settings/placeholder", "settings/account-sid", "settings/connection-sid", "login/unreachable", "metadata/acs"},
	Run:      onResponseMessage(responseDeliveredTo, acsURLs),
}

func responseDeliveredTo(m *saml.Message, want *Expect) []Finding {
	if m.URL == "" || among(m.URL, want.ACSURLs) {
		return nil
	}
	return one(differs(saml.Place{Path: "response"}, m.URL, want.ACSURLs))
}

// ResponseID wants an identifier.
var ResponseID = &Check{
	ID:       "response/id",
	Title:    "The response has an ID",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2", "SAMLCore 1.3.4"},
	Covers:   []string{"RSP-02"},
	Since:    "0.1",
	Text:     `The attribute ID, in no namespace, names the response; a signature over the response refers to it. Its form is judged by xml/id-form.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Give each response a fresh ID."},
	Run:      onReceived(responseID),
}

func responseID(r *saml.Response, _ *Expect) []Finding {
	if r.Attr("ID").Exists() {
		return nil
	}
	return one(found(r.At(), "no ID", "an ID"))
}

// ResponseVersion wants SAML 2.0.
var ResponseVersion = &Check{
	ID:       "response/version",
	Title:    "The response's Version is 2.0",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2", "SAMLCore 4.1.3.2"},
	Covers:   []string{"RSP-03", "RSP-23"},
	Since:    "0.1",
	Text:     `The attribute Version is the three characters 2.0, which is also the version of every request that this program takes.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: `Write Version="2.0".`},
	Follows:  []string{"signature/digest"},
	Run:      onReceived(responseVersion),
}

func responseVersion(r *saml.Response, _ *Expect) []Finding { return versionFinding(r.Element) }

// ResponseIssueInstant wants the response to say when it was made.
var ResponseIssueInstant = &Check{
	ID:       "response/issue-instant",
	Title:    "The response says when it was issued",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2"},
	Covers:   []string{"RSP-04"},
	Since:    "0.1",
	Text:     `The attribute IssueInstant is there. Its form is judged by xml/times.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Give each response its IssueInstant."},
	Run:      onReceived(responseIssueInstant),
}

func responseIssueInstant(r *saml.Response, _ *Expect) []Finding {
	return issueInstantPresent(r.Element)
}

func issueInstantPresent(e saml.Element) []Finding {
	if e.Attr("IssueInstant").Exists() {
		return nil
	}
	return one(found(e.At(), "no IssueInstant", "IssueInstant"))
}

// ResponseIssueInstantClock holds the time of the response against the clock.
var ResponseIssueInstantClock = &Check{
	ID:       "response/issue-instant-clock",
	Title:    "The response was issued just now",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.3", "E92"},
	Covers:   []string{"RSP-05", "CND-14", "SDP-G01"},
	Since:    "0.1",
	Text:     `IssueInstant lies no further ahead of the clock than the skew allows, and no more than an hour behind it. What ends a login is the assertion's own bounds; this tells of a wrong clock or an old response.`,
	Fix:      Fix{Side: IDP, Setting: "clocks of both sides", Text: "Set both clocks by NTP; if the response is old, it was kept and sent again."},
	Follows:  []string{"conditions/not-before", "conditions/not-on-or-after", "subject/not-on-or-after", "signature/digest"},
	Run:      onResponse(responseIssueInstantClock, clock),
}

func responseIssueInstantClock(r *saml.Response, want *Expect) []Finding {
	return issueInstantClock(r.Element, want)
}

// oldest is the age beyond which a message that should be fresh is told to be old.
const oldest = time.Hour

// issueInstantClock is what is wrong with an IssueInstant against the clock.
func issueInstantClock(e saml.Element, want *Expect) []Finding {
	a := e.Attr("IssueInstant")
	t := readInstant(a)
	switch {
	case t.future(want):
		return one(clockFinding(a, t, want, "not after "))
	case t.known && t.Add(oldest+want.Skew).Before(want.At):
		return one(clockFinding(a, t, want, "shortly before ").only(Warning))
	}
	return nil
}

// ResponseConsent wants Consent to be a URI.
var ResponseConsent = &Check{
	ID:       "response/consent",
	Title:    "Consent, where it is given, is one that SAML defines",
	Severity: Note,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2", "SAMLCore 8.4"},
	Covers:   []string{"RSP-21"},
	Since:    "0.1",
	Text:     `Consent says whether the user agreed to the login. SAMLCore 8.4 defines seven values; others are allowed as absolute URIs and understood by whoever defined them.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Leave Consent out, or use a value of SAMLCore 8.4."},
	Run:      onResponse(responseConsent),
}

func responseConsent(r *saml.Response, _ *Expect) []Finding {
	a := r.Attr("Consent")
	if !a.Exists() {
		return nil
	}
	switch v := a.Value(); strings.TrimPrefix(v, "urn:oasis:names:tc:SAML:2.0:consent:") {
	case "unspecified", "obtained", "prior", "current-implicit", "current-explicit", "unavailable", "inapplicable":
		return nil
	default:
		return one(found(a.At(), v, "a value of SAMLCore 8.4"))
	}
}
