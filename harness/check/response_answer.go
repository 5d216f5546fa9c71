package check

import (
	"github.com/samlproof/samlproof/harness/saml"
)

// ResponseInResponseTo compares InResponseTo with the request.
var ResponseInResponseTo = &Check{
	ID:       "response/in-response-to",
	Title:    "The response answers the request that was sent",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2", "SAMLProf 4.1.4.3"},
	Covers:   []string{"RSP-16", "RPL-03", "RPL-05"},
	Since:    "0.1",
	Text: `The answer to a request names it: InResponseTo is there and equals the request's ID, character by character. One that answers another request, or none, was made for somebody else's login or is being used again.
Not judged where the identity provider started the login, or where no request is known.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Copy the ID of the request into InResponseTo. If that is what happens, the response belongs to another login."},
	Follows: []string{"request/id", "signature/digest", "signature/wrapping"},
	Run:     judgeInResponseTo,
}

func judgeInResponseTo(c *Case) Outcome {
	if c.noResponse == "" && c.Exchange.Flow == saml.FlowIDP {
		return skip("a login that the identity provider starts answers no request")
	}
	return onResponse(responseInResponseTo, requestIDs)(c)
}

func responseInResponseTo(r *saml.Response, want *Expect) []Finding {
	a := r.Attr("InResponseTo")
	switch {
	case !a.Exists():
		return one(found(r.At(), "no InResponseTo", want.RequestIDs[0]))
	case !among(a.Value(), want.RequestIDs):
		return one(differs(a.At(), a.Value(), want.RequestIDs))
	}
	return nil
}

// ResponseUnsolicited wants an unsolicited response to answer nothing.
var ResponseUnsolicited = &Check{
	ID:       "response/unsolicited",
	Title:    "A response that nobody asked for names no request",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.5", "SAMLCore 3.2.2"},
	Covers:   []string{"RSP-17", "RPL-05"},
	Since:    "0.1",
	Text:     `Where the identity provider starts the login there is no request, so that InResponseTo is left out, in the response and in the confirmation of its subject. A service provider that finds one looks for a request that does not exist. Judged only where it is known who started the login.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Leave InResponseTo out of responses that answer no request."},
	Run:      judgeUnsolicited,
}

func judgeUnsolicited(c *Case) Outcome {
	if why := c.unread(); why != "" {
		return skip(why)
	}
	if c.Exchange.Flow != saml.FlowIDP {
		return skip("it is not known that the identity provider started the login")
	}
	if a := c.Response.Attr("InResponseTo"); a.Exists() {
		return Outcome{Findings: one(found(a.At(), a.Value(), "no InResponseTo"))}
	}
	return Outcome{}
}

// ResponseInResponseToForm tells of a request id that is no xs:NCName.
var ResponseInResponseToForm = &Check{
	ID:       "response/in-response-to-form",
	Title:    "InResponseTo begins with a letter or an underscore",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2", "XML Schema 2 3.3.7"},
	Covers:   []string{"XML-05", "REQ-02"},
	Since:    "0.1",
	Text: `InResponseTo is an xs:NCName, so a request's ID that begins with a digit makes the response that echoes it invalid by the schema. That is the request's fault and therefore a warning here;
service providers that validate refuse the response all the same.`,
	Fix:     Fix{Side: SP, Setting: "authentication request", Text: "Put an underscore before the random part of the request's ID."},
	Follows: []string{"request/id"},
	Run:     onReceived(inResponseToForm),
}

func inResponseToForm(r *saml.Response, _ *Expect) (list []Finding) {
	list = ncNameFinding(list, r.Attr("InResponseTo"))
	for _, a := range r.Assertions {
		for _, c := range a.Confirmations {
			list = ncNameFinding(list, c.Data.Attr("InResponseTo"))
		}
	}
	return list
}

func ncNameFinding(list []Finding, a saml.Attr) []Finding {
	if !a.Exists() || isNCName(a.Value()) {
		return list
	}
	return append(list, found(a.At(), a.Value(), "an xs:NCName: a letter or underscore, then letters, digits, hyphens, dots and underscores"))
}

// ResponseRelayState wants RelayState back as it was sent.
var ResponseRelayState = &Check{
	ID:       "response/relay-state",
	Title:    "RelayState comes back as it was sent",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.3", "SAMLBind 3.5.3"},
	Covers:   []string{"BND-15", "BND-13"},
	Since:    "0.1",
	Text:     `What the request carried as RelayState the identity provider returns with the response, byte for byte. Service providers look up by it where the login belongs; one that is lost or changed ends in an error or on the wrong page. Judged where both messages are known with the way they travelled.`,
	Fix:      Fix{Side: IDP, Setting: "RelayState", Text: "Return RelayState unchanged; look for a proxy that decodes or cuts it."},
	Run:      judgeRelayState,
}

func judgeRelayState(c *Case) Outcome {
	switch {
	case c.noResponse != "":
		return skip(c.noResponse)
	case c.noRequest != "":
		return skip(c.noRequest)
	case c.Exchange.Request.Binding == "":
		return skip("it is not known how the request travelled")
	case c.Exchange.Response.Binding == "":
		return skip("it is not known how the response travelled")
	case c.Exchange.Response.NoRelayState != "":
		return skip(c.Exchange.Response.NoRelayState)
	}
	sent, back := c.Exchange.Request, c.Exchange.Response
	at := saml.Place{Path: "RelayState"}
	switch {
	case !sent.HasRelayState:
		return Outcome{} // the identity provider may then send one of its own
	case back.HasRelayState && sent.RelayState == back.RelayState:
		return Outcome{}
	case !back.HasRelayState:
		return Outcome{Findings: one(found(at, "no RelayState", sent.RelayState))}
	}
	f := found(at, back.RelayState, sent.RelayState)
	f.Note = Difference(back.RelayState, sent.RelayState)
	return Outcome{Findings: one(f)}
}
