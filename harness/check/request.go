package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// requestChecks judge the AuthnRequest, in the order in which an identity provider
// reads it.
var requestChecks = []*Check{
	RequestBinding, RequestWellFormed, RequestRoot, RequestID, RequestVersion,
	RequestIssueInstant, RequestIssueInstantClock, RequestValues, RequestSchema, RequestIssuer, RequestIssuerFormat,
	RequestDestination, RequestUnsigned, RequestSignatureRequired, RequestSignature, RequestSignedDestination,
	RequestACSURL, RequestACSIndex, RequestProtocolBinding, RequestSubjectConfirmation,
	RequestNameIDPolicy, RequestAuthnContext, RequestACSURLPresent, RequestAttributeIndex, RequestRelayState,
}

// onRequestAndCase hands a check the AuthnRequest and the case around it.
func onRequestAndCase(f func(c *Case, r *saml.AuthnRequest) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		why := c.noRequest
		if why == "" {
			c.mustBeRead()
			switch {
			case c.RequestErr != nil:
				why = "the request could not be read"
			case c.Request == nil:
				why = "the request is no AuthnRequest"
			default:
				why = c.Expect.missing(needs)
			}
		}
		if why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c, c.Request)}
	}
}

// RequestBinding looks at how the request travelled.
var RequestBinding = &Check{
	ID:       "request/binding",
	Title:    "The request travels by a binding that the identity provider takes it by",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.2", "SAMLProf 4.1.3.3", "SAMLBind 3.4", "SAMLBind 3.5"},
	Covers:   []string{"SDP-SP02", "SDP-IDP02", "MDI-01"},
	Since:    "0.1",
	Text: `An AuthnRequest travels by HTTP-Redirect, HTTP-POST or HTTP-Artifact, to the endpoint that the identity provider has for that binding, which its metadata says where it is given.
Flex sends it by HTTP-Redirect, so the SSO URL typed into Flex must be the endpoint that ends in HttpRedirect; one that ends in HttpPost expects a form and reads no query.`,
	Fix:     Fix{Side: SP, Setting: "single sign-on URL and binding", Text: "Take the location and the binding from one and the same SingleSignOnService of the identity provider's metadata."},
	FlexFix: Fix{Side: FlexSide, Setting: "Single Sign-On › Single Sign-On URL", Text: "Type the endpoint of Salesforce that ends in /idp/endpoint/HttpRedirect."},
	Follows: []string{"settings/sso-url"},
	Run:     onRequestCase(judgeRequestBinding),
}

func judgeRequestBinding(c *Case) []Finding {
	if list := requestBinding(c.Exchange.Request, c.Expect); len(list) > 0 || !c.ssoPublished {
		return list
	}
	return c.requestEndpoint(c.Exchange.Request)
}

// requestEndpoint is what is wrong with the binding of a request by the metadata of the
// identity provider: it has none for the binding, or the address is for another one.
func (c *Case) requestEndpoint(m *saml.Message) []Finding {
	if m.Binding == "" {
		return nil
	}
	var here, other *saml.Endpoint
	endpoints := c.idp.endpoints(endpointSSO)
	for i := range endpoints {
		e := &endpoints[i]
		switch {
		case e.Binding == m.Binding && (here == nil || e.Location == m.URL):
			here = e
		case e.Binding != m.Binding && e.Location == m.URL:
			other = e
		}
	}
	at := saml.Place{Path: "request"}
	switch {
	case here == nil && len(endpoints) > 0:
		return one(c.fromEndpoint(found(at, m.Binding, endpoints[0].Binding).noted("the identity provider publishes no endpoint for this binding"), endpoints[0]))
	case here != nil && here.Location != m.URL && other != nil:
		return one(found(at, m.URL, here.Location).noted("the request went by " + shortBinding(m.Binding) + " to the endpoint for " + shortBinding(other.Binding)))
	}
	return nil
}

// fromEndpoint is the finding with the place of the endpoint that it is held to.
func (c *Case) fromEndpoint(f Finding, e saml.Endpoint) Finding {
	for _, p := range [...]*peer{&c.idp, &c.sp} {
		for _, m := range p.chosen {
			if m.Role.Contains(e.Element) {
				f.From = fromMetadata(m, e.At())
			}
		}
	}
	return f
}

// shortBinding is the name of a binding without what all have in common.
func shortBinding(binding string) string {
	return strings.TrimPrefix(binding, "urn:oasis:names:tc:SAML:2.0:bindings:")
}

func requestBinding(m *saml.Message, want *Expect) []Finding {
	at := saml.Place{Path: "request"}
	switch {
	case m.Binding == "":
		return nil
	case want.Profile == Flex && m.Binding != saml.BindingRedirect:
		return one(found(at, m.Binding, saml.BindingRedirect))
	case want.Profile == Flex && strings.HasSuffix(m.URL, "/idp/endpoint/HttpPost"):
		return one(found(at, m.URL, strings.TrimSuffix(m.URL, "HttpPost")+"HttpRedirect").
			noted("the request went by HTTP-Redirect to the endpoint for HTTP-POST"))
	case want.Profile == SAML2Int && m.Binding != saml.BindingRedirect:
		return one(found(at, m.Binding, saml.BindingRedirect).noted("SAML2int has requests go by HTTP-Redirect"))
	case m.Binding != saml.BindingRedirect && m.Binding != saml.BindingPOST && m.Binding != saml.BindingArtifact:
		return one(found(at, m.Binding, saml.BindingRedirect))
	}
	return nil
}

// RequestWellFormed wants the request to be XML that every reader reads alike.
var RequestWellFormed = &Check{
	ID:       "request/well-formed",
	Title:    "The request is well-formed, namespaced XML in UTF-8 without a DOCTYPE",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"XML 1.0 2.1", "Namespaces in XML 1.0", "SAMLCore 1.1"},
	Covers:   []string{"XML-01", "XML-02", "XML-03", "XML-04"},
	Since:    "0.1",
	Text: `What the strict reader refuses, some reader will read in another way than the sender meant. It wants one root element with nothing but white space and comments around it,
every prefix declared, no attribute twice, UTF-8 and no DOCTYPE. The first place at which it stops is reported; nothing else of the request is judged.`,
	Fix: Fix{Side: SP, Setting: "authentication request", Text: "Write the request with an XML library, and hand it on byte for byte."},
	Run: onRequestCase(requestWellFormed),
}

func requestWellFormed(c *Case) []Finding {
	if c.RequestErr == nil {
		return nil
	}
	return one(syntaxFinding("request", c.RequestErr))
}

// RequestRoot wants an AuthnRequest.
var RequestRoot = &Check{
	ID:       "request/root",
	Title:    "The request is a samlp:AuthnRequest",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.4.1", "SAMLProf 4.1.4.1"},
	Covers:   []string{"REQ-01"},
	Since:    "0.1",
	Text:     `The element at the root of the message that starts a login is AuthnRequest in the namespace of the SAML 2.0 protocol. Compared by expanded name; the prefix does not matter.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Send a SAML 2.0 AuthnRequest to the single sign-on URL; requests of other kinds and of SAML 1.1 go elsewhere."},
	Run:      onRequestCase(requestRoot),
}

func requestRoot(c *Case) []Finding {
	if c.RequestErr != nil || c.Request != nil {
		return nil
	}
	root := c.RequestDoc.Root()
	return one(found(root.At(), expandedName(root), "{"+saml.NSProtocol+"}AuthnRequest"))
}

// expandedName is how an element's name and namespace are shown.
func expandedName(e saml.Element) string { return "{" + e.Space() + "}" + e.Local() }

// RequestID wants an identifier that can be an xs:ID.
var RequestID = &Check{
	ID:       "request/id",
	Title:    "The request has an ID that begins with a letter or an underscore",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.1", "SAMLCore 1.3.4", "XML Schema 2 3.3.8"},
	Covers:   []string{"REQ-02"},
	Since:    "0.1",
	Text: `The response names the request by its ID, so it must be there. Its type is xs:ID: no digit, hyphen or dot at the beginning, no colon, no white space.
A bare UUID begins with a digit more often than not and then makes the response that echoes it invalid, too.`,
	Fix: Fix{Side: SP, Setting: "authentication request", Text: "Put an underscore before the random part of the ID."},
	Run: onRequest(requestID),
}

func requestID(r *saml.AuthnRequest, _ *Expect) []Finding { return idFinding(r.Element) }

// idFinding is what is wrong with the ID of a message or an assertion.
func idFinding(e saml.Element) []Finding {
	id := e.Attr("ID")
	if !id.Exists() {
		return one(found(e.At(), "no ID", "an ID"))
	}
	if v := id.Value(); !isNCName(v) {
		return one(found(id.At(), v, "an xs:ID: a letter or underscore, then letters, digits, hyphens, dots and underscores"))
	}
	return nil
}

// RequestVersion wants SAML 2.0.
var RequestVersion = &Check{
	ID:       "request/version",
	Title:    "The request's Version is 2.0",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.1", "SAMLCore 4.1.3.1"},
	Covers:   []string{"REQ-03", "RSP-23"},
	Since:    "0.1",
	Text:     `The attribute Version is the three characters 2.0. An identity provider answers other versions with VersionMismatch.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: `Write Version="2.0".`},
	Run:      onRequest(requestVersion),
}

func requestVersion(r *saml.AuthnRequest, _ *Expect) []Finding { return versionFinding(r.Element) }

// versionFinding is what is wrong with the Version of a message or an assertion.
func versionFinding(e saml.Element) []Finding {
	v := e.Attr("Version")
	switch {
	case !v.Exists():
		return one(found(e.At(), "no Version", "2.0"))
	case v.Value() != "2.0":
		return one(found(v.At(), v.Value(), "2.0"))
	}
	return nil
}

// RequestIssueInstant wants the request to say when it was made.
var RequestIssueInstant = &Check{
	ID:       "request/issue-instant",
	Title:    "The request's IssueInstant is a time in UTC",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.1", "SAMLCore 1.3.3"},
	Covers:   []string{"REQ-04", "XML-09", "XML-10"},
	Since:    "0.1",
	Text:     `IssueInstant is there and is an xs:dateTime in UTC, written with Z and with no other zone, without a leap second.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Write IssueInstant as 2026-01-31T12:00:00Z."},
	Run:      onRequest(requestIssueInstant),
}

func requestIssueInstant(r *saml.AuthnRequest, _ *Expect) []Finding {
	return presentTime(r.Element, "IssueInstant", nil)
}

// RequestIssueInstantClock holds the time of the request against the clock.
var RequestIssueInstantClock = &Check{
	ID:       "request/issue-instant-clock",
	Title:    "The request was not made in the future",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.1", "SAMLCore 1.3.3", "E92"},
	Covers:   []string{"REQ-04", "SDP-G01"},
	Since:    "0.1",
	Text: `IssueInstant lies no further ahead of the time of the login than the skew allows: otherwise a clock is wrong, and identity providers refuse the request.
A request that is an hour older than the login is a warning: nobody takes that long to log in.`,
	Fix:     Fix{Side: SP, Setting: "clock of the service provider", Text: "Set the clock by NTP."},
	Follows: []string{"conditions/not-before", "conditions/not-on-or-after", "subject/not-on-or-after"},
	Run:     onRequest(requestIssueInstantClock, clock),
}

func requestIssueInstantClock(r *saml.AuthnRequest, want *Expect) []Finding {
	a := r.Attr("IssueInstant")
	if t := readInstant(a); t.future(want) {
		return one(clockFinding(a, t, want, "not after "))
	}
	return issueInstantClock(r.Element, want)
}
