package check

import (
	"strconv"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

const statusPrefix = "urn:oasis:names:tc:SAML:2.0:status:"

// ResponseStatusCode wants one status with one code.
var ResponseStatusCode = &Check{
	ID:       "response/status-code",
	Title:    "The response has exactly one Status with one StatusCode",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2.1", "SAMLCore 3.2.2.2"},
	Covers:   []string{"RSP-11"},
	Since:    "0.1",
	Text:     `One Status, in it one StatusCode with a Value. Readers that keep the last of two see a success where others see a refusal.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Write one Status with one StatusCode."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onResponse(responseStatusCode),
}

func responseStatusCode(r *saml.Response, _ *Expect) (list []Finding) {
	if n := countChildren(r.Element, saml.NSProtocol, "Status"); n != 1 {
		return one(found(r.At(), counted(n, "Status"), "one Status"))
	}
	if n := countChildren(r.Status, saml.NSProtocol, "StatusCode"); n != 1 {
		return one(found(r.Status.At(), counted(n, "StatusCode"), "one StatusCode"))
	}
	if !r.StatusCode.Attr("Value").Exists() {
		return one(found(r.StatusCode.At(), "no Value", "Value"))
	}
	return nil
}

// countChildren is how many children of this name an element has.
func countChildren(e saml.Element, space, local string) (n int) {
	for c := range e.Children() {
		if c.Is(space, local) {
			n++
		}
	}
	return n
}

// counted is a number of elements in words.
func counted(n int, local string) string {
	if n == 0 {
		return "no " + local
	}
	return strconv.Itoa(n) + " " + local + " elements"
}

// severalOf is a number of things in words.
func severalOf(n int, what string) string {
	if n == 0 {
		return "no " + what
	}
	return strconv.Itoa(n) + " " + what
}

// ResponseStatusValue wants a code that stands at the top.
var ResponseStatusValue = &Check{
	ID:       "response/status-value",
	Title:    "The status is one of the four that stand at the top",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2.2"},
	Covers:   []string{"RSP-12"},
	Since:    "0.1",
	Text: `The outer StatusCode is Success, Requester, Responder or VersionMismatch, as a URN in full. Other codes stand inside it and say more. A reader that takes an unknown code for success,
or that looks for the word Success anywhere in it, lets a refused user in.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Put the code of second level inside a StatusCode of Requester or Responder."},
	Follows: []string{"signature/digest"},
	Run:     onResponse(responseStatusValue),
}

func responseStatusValue(r *saml.Response, _ *Expect) []Finding {
	v := r.StatusCode.Attr("Value")
	if !v.Exists() {
		return nil
	}
	if code, ok := strings.CutPrefix(v.Value(), statusPrefix); ok {
		switch code {
		case "Success", "Requester", "Responder", "VersionMismatch":
			return nil
		}
	}
	return one(found(v.At(), v.Value(), saml.StatusSuccess+", …:Requester, …:Responder or …:VersionMismatch"))
}

// ResponseStatus wants the login to have succeeded.
var ResponseStatus = &Check{
	ID:       "response/status",
	Title:    "The identity provider answers with Success",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2.2", "SAMLProf 4.1.4.2", "SAMLCore 3.5.3"},
	Covers:   []string{"RSP-12", "RSP-15", "RSP-27", "SDP-SP11", "REQ-16"},
	Since:    "0.1",
	Text: `Only the outer StatusCode counts, and only Success lets anybody in; a Success inside a refusal does not. Where the identity provider refuses, the inner code and StatusMessage say why:
NoAuthnContext and InvalidNameIDPolicy are about what the request asked for, AuthnFailed and RequestDenied about the user, NoPassive about a login that was to stay unseen. An ArtifactResponse around the Response succeeds, too.`,
	Fix:     Fix{Side: IDP, Setting: "log of the identity provider", Text: "Look up the login there; the code says what was refused."},
	FlexFix: Fix{Side: Salesforce, Setting: "Setup › Identity Provider Event Log", Text: "Look up the login there; its error code says what was refused."},
	Follows: []string{"response/status-code", "response/status-value", "request/*", "settings/profile-access", "settings/verify-request-signatures", "signature/digest", "signature/wrapping"},
	Run:     onRead(answeredWithSuccess),
}

// answeredWithSuccess judges the status of the response, and that of an ArtifactResponse
// around it.
func answeredWithSuccess(c *Case) []Finding {
	list := responseStatus(c.Response)
	if c.enclosed == nil || !c.enclosed.Artifact.Exists() {
		return list
	}
	if got := saml.DescribeStatus(c.enclosed.Artifact); got != "" {
		at := c.enclosed.Artifact.Child(saml.NSProtocol, "Status").Child(saml.NSProtocol, "StatusCode")
		if !at.Exists() {
			at = c.enclosed.Artifact
		}
		list = append(list, found(at.At(), got, "Success").noted("the ArtifactResponse around the Response failed, and holds a message all the same"))
	}
	return list
}

func responseStatus(r *saml.Response) []Finding {
	v := r.StatusCode.Attr("Value")
	if v.Value() == saml.StatusSuccess {
		return nil
	}
	if !v.Exists() {
		return one(found(r.At(), "no status", saml.StatusSuccess))
	}
	got := v.Value()
	for inner := r.StatusCode.Child(saml.NSProtocol, "StatusCode"); inner.Exists(); inner = inner.Child(saml.NSProtocol, "StatusCode") {
		got += " › " + inner.Attr("Value").Value()
	}
	f := found(v.At(), got, saml.StatusSuccess)
	if shadowed(r.StatusCode, "Value") {
		f = f.also("xml/schema")
	}
	if m := r.Status.Child(saml.NSProtocol, "StatusMessage"); m.Exists() {
		f.Note = "StatusMessage: " + m.Text()
	}
	return one(f)
}

// ResponseStatusSecond wants inner codes to be URIs that are well known.
var ResponseStatusSecond = &Check{
	ID:       "response/status-second-level",
	Title:    "Inner status codes are ones that SAML defines",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2.2"},
	Covers:   []string{"RSP-15"},
	Since:    "0.1",
	Text:     `SAMLCore lists the codes of second level; others are allowed as URIs and mean nothing to most service providers. None of the four outer codes stands inside another, and one inner code is enough.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Use a code of SAMLCore 3.2.2.2, nested once."},
	Run:      onResponse(responseStatusSecond),
}

func responseStatusSecond(r *saml.Response, _ *Expect) []Finding {
	inner := r.StatusCode.Child(saml.NSProtocol, "StatusCode")
	if !inner.Exists() {
		return nil
	}
	v := inner.Attr("Value")
	code, known := strings.CutPrefix(v.Value(), statusPrefix)
	switch code {
	case "AuthnFailed", "InvalidAttrNameOrValue", "InvalidNameIDPolicy", "NoAuthnContext", "NoAvailableIDP", "NoPassive",
		"NoSupportedIDP", "PartialLogout", "ProxyCountExceeded", "RequestDenied", "RequestUnsupported", "RequestVersionDeprecated",
		"RequestVersionTooHigh", "RequestVersionTooLow", "ResourceNotRecognized", "TooManyResponses", "UnknownAttrProfile",
		"UnknownPrincipal", "UnsupportedBinding":
	default:
		known = false
	}
	if !known {
		return one(found(inner.At(), v.Value(), "a code of second level of SAMLCore 3.2.2.2"))
	}
	if third := inner.Child(saml.NSProtocol, "StatusCode"); third.Exists() {
		return one(found(third.At(), third.Attr("Value").Value(), "no third level").only(Note))
	}
	return nil
}

// succeeded reports whether a response says that the login succeeded.
func succeeded(r *saml.Response) bool {
	return r.StatusCode.Attr("Value").Value() == saml.StatusSuccess
}

// ResponseAssertionPresent wants a success to say who logged in.
var ResponseAssertionPresent = &Check{
	ID:       "response/assertion-present",
	Title:    "A response of success has an assertion",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2"},
	Covers:   []string{"RSP-13"},
	Since:    "0.1",
	Text:     `Where the status is Success, at least one Assertion or EncryptedAssertion stands in the response, as its child.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Issue an assertion, or answer with a status that says why there is none."},
	Follows:  []string{"response/status-code", "assertion/place", "assertion/saml-1", "signature/digest", "signature/wrapping"},
	Run:      onResponse(responseAssertionPresent),
}

func responseAssertionPresent(r *saml.Response, _ *Expect) []Finding {
	if !succeeded(r) || len(r.Assertions)+len(r.Encrypted) > 0 {
		return nil
	}
	f := found(r.At(), "no assertion", "one Assertion or EncryptedAssertion")
	for e := range r.Children() {
		if strings.Contains(e.Local(), "Assertion") { // called otherwise, which the schema tells
			f = f.also("xml/schema")
		}
	}
	return one(f)
}

// ResponseNoAssertionOnError wants a refusal to let nobody in.
var ResponseNoAssertionOnError = &Check{
	ID:       "response/no-assertion-on-error",
	Title:    "A response of refusal has no assertion",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLCore 3.2.2.2"},
	Covers:   []string{"RSP-14"},
	Since:    "0.1",
	Text:     `Where the status is not Success there is no assertion. One that stands there all the same lets a user in at a service provider that does not look at the status.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Leave the assertion out of a refusal."},
	Follows:  []string{"response/status-code", "response/status-value", "response/status", "signature/digest", "signature/wrapping"},
	Run:      onResponse(responseNoAssertionOnError),
}

func responseNoAssertionOnError(r *saml.Response, _ *Expect) []Finding {
	if succeeded(r) || len(r.Assertions)+len(r.Encrypted) == 0 {
		return nil
	}
	if len(r.Assertions) > 0 {
		return one(found(r.Assertions[0].At(), "an assertion beside the status "+r.StatusCode.Attr("Value").Value(), "none"))
	}
	return one(found(r.Encrypted[0].At(), "an encrypted assertion beside the status "+r.StatusCode.Attr("Value").Value(), "none"))
}

// ResponseOneAssertion wants one assertion.
var ResponseOneAssertion = &Check{
	ID:       "response/one-assertion",
	Title:    "The response has no more than one assertion",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"SAML2int SDP-IDP10", "SAMLProf 4.1.4.2", "CVE-2022-41912"},
	Covers:   []string{"RSP-22", "SDP-IDP10"},
	Since:    "0.1",
	Text: `The profile allows several, but practically every service provider that takes care refuses them: with two, which of them is signed and which is read can differ. Plain and encrypted ones are counted together.
None at all is told by response/assertion-present.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Put all statements into one assertion. If the response was changed on the way, it is an attack."},
	Follows: []string{"xml/unique-ids", "encryption/structure", "signature/wrapping"},
	Run:     onReceived(responseOneAssertion),
}

func responseOneAssertion(r *saml.Response, _ *Expect) []Finding {
	n := len(r.Assertions) + len(r.Encrypted)
	if n <= 1 {
		return nil
	}
	return one(found(r.At(), severalOf(n, "assertions"), "one assertion"))
}
