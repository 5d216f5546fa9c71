package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// RequestSubjectConfirmation wants no confirmation in the request.
var RequestSubjectConfirmation = &Check{
	ID:       "request/subject-confirmation",
	Title:    "A Subject in the request holds no SubjectConfirmation",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.1"},
	Covers:   []string{"REQ-14"},
	Since:    "0.1",
	Text:     `A request may ask for a certain user by a Subject, but how the answer is confirmed is for the identity provider to say.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Leave SubjectConfirmation out of the request's Subject."},
	Run:      onRequest(requestSubjectConfirmation),
}

func requestSubjectConfirmation(r *saml.AuthnRequest, _ *Expect) []Finding {
	sc := r.Child(saml.NSAssertion, "Subject").Child(saml.NSAssertion, "SubjectConfirmation")
	if !sc.Exists() {
		return nil
	}
	return one(found(sc.At(), "SubjectConfirmation", "none"))
}

// RequestNameIDPolicy wants the request to leave the NameID's format open.
var RequestNameIDPolicy = &Check{
	ID:       "request/name-id-policy",
	Title:    "The request leaves the NameID's format open",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-SP04", "SAMLCore 3.4.1.1"},
	Covers:   []string{"REQ-17", "SDP-SP04"},
	Since:    "0.1",
	Text: `A service provider that asks for a format gets an error from every identity provider that cannot give it. SAML2int has it leave NameIDPolicy out, or give AllowCreate="true" and no Format.
Legacy Flex asks for emailAddress and takes unspecified.`,
	Fix: Fix{Side: SP, Setting: "authentication request", Text: "Leave NameIDPolicy out."},
	Run: onRequest(requestNameIDPolicy),
}

func requestNameIDPolicy(r *saml.AuthnRequest, want *Expect) (list []Finding) {
	p := r.NameIDPolicy
	if !p.Exists() {
		return nil
	}
	if f := p.Attr("Format"); f.Exists() && f.Value() != saml.FormatUnspecified {
		list = append(list, deviating(want, "request/name-id-policy", found(f.At(), f.Value(), "no Format")))
	}
	if a := p.Attr("AllowCreate"); a.Value() != "true" && a.Value() != "1" {
		f := found(p.At(), "no AllowCreate", `AllowCreate="true"`)
		if a.Exists() {
			f = found(a.At(), a.Value(), "true")
		}
		list = append(list, f)
	}
	return list
}

// RequestAuthnContext wants the request to ask for no authentication context.
var RequestAuthnContext = &Check{
	ID:       "request/authn-context",
	Title:    "The request asks for no particular authentication context",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-SP07", "SAMLCore 3.3.2.2.1"},
	Covers:   []string{"REQ-17", "SDP-SP07"},
	Since:    "0.1",
	Text:     `An identity provider that cannot satisfy RequestedAuthnContext answers with NoAuthnContext. Who needs no particular way of logging in should not ask for one; an exact Password excludes every stronger way.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Leave RequestedAuthnContext out unless the service needs it."},
	Run:      onRequest(requestAuthnContext),
}

func requestAuthnContext(r *saml.AuthnRequest, want *Expect) []Finding {
	e := r.RequestedAuthnContext
	if !e.Exists() {
		return nil
	}
	asked := ""
	for ref := range e.Children() {
		asked += " " + ref.Text()
	}
	return one(deviating(want, "request/authn-context", found(e.At(), strings.TrimSpace(asked), "no RequestedAuthnContext")))
}

// RequestACSURLPresent wants the request to say where the answer goes.
var RequestACSURLPresent = &Check{
	ID:       "request/acs-url-present",
	Title:    "The request names its ACS by URL",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Warning},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-SP05"},
	Covers:   []string{"REQ-17", "SDP-SP05"},
	Since:    "0.1",
	Text:     `SAML2int has a request carry AssertionConsumerServiceURL and no AssertionConsumerServiceIndex, so that the answer does not depend on which endpoint the identity provider holds for the default.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Put the ACS URL into the request."},
	Run:      onRequest(requestACSURLPresent),
}

func requestACSURLPresent(r *saml.AuthnRequest, _ *Expect) []Finding {
	if i := r.Attr("AssertionConsumerServiceIndex"); i.Exists() {
		return one(found(i.At(), i.Value(), "AssertionConsumerServiceURL"))
	}
	if !r.Attr("AssertionConsumerServiceURL").Exists() {
		return one(found(r.At(), "no AssertionConsumerServiceURL", "AssertionConsumerServiceURL"))
	}
	return nil
}

// RequestAttributeIndex notes a request for attributes by index.
var RequestAttributeIndex = &Check{
	ID:       "request/attribute-index",
	Title:    "The request names no set of attributes by an index that is not known",
	Severity: Note,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.4.1"},
	Covers:   []string{"REQ-19"},
	Since:    "0.1",
	Text:     `AttributeConsumingServiceIndex means something only to an identity provider that holds the service provider's metadata with that index; others ignore it or refuse the request. Where that metadata is given and has the index, it is known.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Make sure that the identity provider has metadata with this index, or leave it out."},
	Run:      onRequestAndCase(requestAttributeIndex),
}

func requestAttributeIndex(c *Case, r *saml.AuthnRequest) []Finding {
	a := r.Attr("AttributeConsumingServiceIndex")
	if !a.Exists() {
		return nil
	}
	for _, e := range c.sp.endpoints("AttributeConsumingService") {
		if numbered(e.Index, a.Value()) {
			return nil
		}
	}
	if !isNumber(a.Value()) {
		return one(found(a.At(), a.Value(), "a number from 0 to 65535"))
	}
	return one(found(a.At(), a.Value(), "an index of the service provider's metadata"))
}

// isNumber reports whether a value is a short run of digits.
func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != "" && len(s) <= 9
}

// RequestRelayState wants the RelayState to say nothing to whoever reads it.
var RequestRelayState = &Check{
	ID:       "request/relay-state",
	Title:    "The request's RelayState is opaque",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.3", "SAMLBind 3.5.3", "E90"},
	Covers:   []string{"REQ-22", "BND-16"},
	Since:    "0.1",
	Text: `RelayState passes through the browser and the identity provider, and comes back from whoever posts a response. It should be a reference that means something to the service provider alone.
An address in it invites open redirects unless the service provider checks it (a note); one with a user name or a password in it, or with a javascript: or data: scheme, is a warning.`,
	Fix: Fix{Side: SP, Setting: "RelayState", Text: "Send a random reference and keep the address where the user wanted to go in the session."},
	Run: onRequestMessage(requestRelayState),
}

func requestRelayState(m *saml.Message, _ *Expect) []Finding {
	if !m.HasRelayState {
		return nil
	}
	return relayStateFinding(m.RelayState)
}

// relayStateFinding is what a RelayState gives away or invites.
func relayStateFinding(v string) []Finding {
	f := found(saml.Place{Path: "RelayState"}, v, "an opaque reference")
	switch s := scheme(v); {
	case s > 0 && (strings.EqualFold(v[:s], "javascript") || strings.EqualFold(v[:s], "data")):
		return one(f.noted("a browser that is sent there runs it"))
	case strings.ContainsAny(v, "\r\n<>"):
		return one(f.noted("line breaks and angle brackets are of use to an attacker only"))
	case strings.HasPrefix(v, "//"), s > 0 && strings.HasPrefix(v[s+1:], "//"):
		rest := v[strings.Index(v, "//")+2:]
		if end := strings.IndexAny(rest, "/?#"); end >= 0 {
			rest = rest[:end]
		}
		if strings.Contains(rest, "@") {
			return one(f.noted("the address holds a user name"))
		}
		return one(f.noted("an address; the service provider must check where it leads").only(Note))
	}
	return nil
}
