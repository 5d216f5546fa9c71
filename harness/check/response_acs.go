package check

import "github.com/samlproof/samlproof/harness/saml"

// ResponseRequestedACS compares where the response went with what the request asked for.
var ResponseRequestedACS = &Check{
	ID:       "response/requested-acs",
	Title:    "The response goes to the ACS that the request chose",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.4.1", "SAMLMeta 2.2.3", "E87"},
	Covers:   []string{"REQ-12", "REQ-10", "SDP-IDP06"},
	Since:    "0.1",
	Text: `A request chooses one of several endpoints by AssertionConsumerServiceURL, or by AssertionConsumerServiceIndex; where it does neither, the answer goes to the default one of the service provider's metadata:
the first whose isDefault is true, else the first that does not say false, else the first. An index and the default are judged where that metadata is given; addresses that are not registered are judged by request/acs-url and response/delivered-to.`,
	Fix:     Fix{Side: IDP, Setting: "ACS URLs of the service provider", Text: "Register every ACS URL of the service provider's metadata, and answer at the one that the request chooses."},
	FlexFix: mend("salesforce.connected_app.acs_url", "Type the ACS URL of this Flex connection exactly as Flex shows it."),
	Follows: []string{"request/acs-url", "request/acs-index", "request/protocol-binding", "response/delivered-to", "response/destination", "signature/wrapping", "signature/digest"},
	Run:     judgeRequestedACS,
}

func judgeRequestedACS(c *Case) Outcome {
	if why := c.unread(); why != "" {
		return skip(why)
	}
	switch {
	case c.noRequest != "":
		return skip(c.noRequest)
	case c.Request == nil:
		return skip("the request could not be read")
	}
	want, from := c.requestedACS()
	if want == "" {
		return skip("it is not known which ACS the request chose")
	}
	at := saml.Place{Path: "response"}
	got := c.Exchange.Response.URL
	if got == "" {
		d := c.Response.Attr("Destination")
		if !d.Exists() {
			return skip("it is not known where the response went")
		}
		at, got = d.At(), d.Value()
	}
	if got == want {
		return Outcome{}
	}
	if registered := c.Expect.RequestACSURLs; len(registered) > 0 && !among(got, registered) {
		return skip("the response went to an address that is not registered")
	}
	f := differs(at, got, []string{want})
	f.From = from
	return Outcome{Findings: one(f)}
}

// requestedACS is the address that the request chose, and where metadata has it; "" where
// it is not known, or no address that may be answered.
func (c *Case) requestedACS() (location, from string) {
	registered := c.Expect.RequestACSURLs
	if a := c.Request.Attr("AssertionConsumerServiceURL"); a.Exists() {
		if len(registered) > 0 && !among(a.Value(), registered) {
			return "", ""
		}
		return a.Value(), ""
	}
	if !c.acsPublished {
		return "", ""
	}
	services := c.sp.endpoints(endpointACS)
	index := c.Request.Attr("AssertionConsumerServiceIndex")
	binding := c.Request.Attr("ProtocolBinding").Value()
	var among []saml.Endpoint
	var elements []saml.Element
	for _, e := range services {
		switch {
		case index.Exists() && !numbered(e.Index, index.Value()):
		case !index.Exists() && binding != "" && e.Binding != binding:
		default:
			among, elements = append(among, e), append(elements, e.Element)
		}
	}
	i := saml.Default(elements)
	if i < 0 || among[i].Binding != saml.BindingPOST {
		return "", ""
	}
	return among[i].Location, c.fromEndpoint(Finding{}, among[i]).From
}
