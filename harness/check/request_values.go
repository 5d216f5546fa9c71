package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// RequestValues looks at the text and the URIs of the request.
var RequestValues = &Check{
	ID:       "request/values",
	Title:    "The request's texts are not blank and its URIs are absolute",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.1", "SAMLCore 1.3.2"},
	Covers:   []string{"XML-07", "XML-08"},
	Since:    "0.1",
	Text:     `Each string of a SAML message holds at least one character that is no white space, and each URI has a scheme. An Issuer that is no URI is a warning, since such entity IDs are in wide use.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Leave out what has no value, and write URIs in full."},
	Follows:  []string{"request/destination", "request/acs-url", "request/issuer"},
	Run:      onRequest(requestValues),
}

// RequestSchema wants the request to be valid by the schemas.
var RequestSchema = &Check{
	ID:       "request/schema",
	Title:    "The request is valid by the schemas of SAML 2.0",
	Severity: Error,
	Formal:   true,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.2", "saml-schema-protocol-2.0", "saml-schema-assertion-2.0"},
	Covers:   []string{"XML-05", "REQ-02", "REQ-04"},
	Since:    "0.1",
	Text: `Elements in their order and number, known attributes, values of their types: the same verdict as the OASIS and W3C schemas give. An identity provider that validates refuses the request, one that does not reads it in its own way.
Where another check names what is wrong, this one follows it.`,
	Fix: Fix{Side: SP, Setting: "authentication request", Text: "Write the request as the schemas have it."},
	Follows: []string{
		"request/id", "request/issue-instant", "request/values", "request/issuer", "request/issuer-format", "request/signature",
		"request/acs-index", "request/protocol-binding", "request/subject-confirmation", "request/name-id-policy", "request/authn-context", "request/attribute-index",
		"binding/embedded-signature",
	},
	Run: onRequest(func(r *saml.AuthnRequest, _ *Expect) (list []Finding) {
		for _, f := range saml.ValidateSchema(r.Document()) {
			if f.Kind != saml.SchemaForeign {
				list = append(list, schemaFinding(f))
			}
		}
		return list
	}),
}

func requestValues(r *saml.AuthnRequest, _ *Expect) (list []Finding) {
	list = blankFindings(list, r.Element)
	list = uriFindings(list, r.Element)
	for e := range r.Descendants() {
		list = blankFindings(list, e)
		list = uriFindings(list, e)
	}
	return list
}

// RequestIssuer compares the Issuer with the entity ID by which the identity provider
// knows the service provider.
var RequestIssuer = &Check{
	ID:       "request/issuer",
	Title:    "The request's Issuer is the entity ID that the identity provider knows",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.1", "SAMLCore 8.3.6"},
	Covers:   []string{"REQ-05", "XML-11"},
	Since:    "0.1",
	Text: `The identity provider finds the service provider by the Issuer of the request. It must be there and be equal, character by character, to the entity ID that was registered:
a trailing slash, letter case and white space count.`,
	Fix:     Fix{Side: IDP, Setting: "entity ID of the service provider", Text: "Register the entity ID exactly as the request's Issuer has it."},
	FlexFix: Fix{Side: Salesforce, Setting: "Connected App › Web App Settings › Entity Id", Text: "Type the entity ID of Flex exactly as its requests carry it."},
	Follows: []string{"settings/entity-id", "settings/placeholder", "settings/account-sid", "settings/connection-sid", "metadata/entity-id-match"},
	Run:     judgeRequestIssuer,
}

func judgeRequestIssuer(c *Case) Outcome {
	return onRequestValue(c, func(r *saml.AuthnRequest) []Finding {
		switch {
		case !r.Issuer.Exists():
			return one(found(r.At(), "no Issuer", anyOf(c.Expect.RequestIssuers, "the entity ID of the service provider")))
		case blank(r.Issuer.Text()):
			return one(found(r.Issuer.At(), r.Issuer.Text(), anyOf(c.Expect.RequestIssuers, "the entity ID of the service provider")))
		case len(c.Expect.RequestIssuers) > 0 && !among(r.Issuer.Text(), c.Expect.RequestIssuers):
			return one(differs(r.Issuer.At(), r.Issuer.Text(), c.Expect.RequestIssuers))
		}
		return nil
	}, requestIssuers)
}

// onRequestValue judges a value of the request whose presence can be told without
// any expectation: it is skipped only where nothing is wrong and the expectation is
// missing.
func onRequestValue(c *Case, f func(r *saml.AuthnRequest) []Finding, n need) Outcome {
	out := onRequest(func(r *saml.AuthnRequest, _ *Expect) []Finding { return f(r) })(c)
	if out.Skip == "" && len(out.Findings) == 0 {
		out.Skip = c.Expect.missing([]need{n})
	}
	return out
}

// anyOf is the first of the values, or what to say where there is none.
func anyOf(values []string, otherwise string) string {
	if len(values) == 0 {
		return otherwise
	}
	return values[0]
}

// RequestIssuerFormat wants the Issuer to be written as an entity ID.
var RequestIssuerFormat = &Check{
	ID:       "request/issuer-format",
	Title:    "The request's Issuer has the format of an entity ID and no qualifiers",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.1", "SAMLCore 8.3.6"},
	Covers:   []string{"REQ-05"},
	Since:    "0.1",
	Text:     `Format is left out or is urn:oasis:names:tc:SAML:2.0:nameid-format:entity, and NameQualifier, SPNameQualifier and SPProvidedID are left out.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Write the Issuer without attributes."},
	Run:      onRequest(requestIssuerFormat),
}

func requestIssuerFormat(r *saml.AuthnRequest, _ *Expect) []Finding {
	return issuerFormat(r.Issuer)
}

// issuerFormat is what is wrong with the attributes of an Issuer.
func issuerFormat(issuer saml.Element) (list []Finding) {
	if f := issuer.Attr("Format"); f.Exists() && f.Value() != saml.FormatEntity {
		list = append(list, found(f.At(), f.Value(), "no Format, or "+saml.FormatEntity))
	}
	for _, name := range [...]string{"NameQualifier", "SPNameQualifier", "SPProvidedID"} {
		if a := issuer.Attr(name); a.Exists() {
			list = append(list, found(a.At(), a.Value(), "no "+name))
		}
	}
	return list
}

// RequestDestination compares Destination with where the request was sent.
var RequestDestination = &Check{
	ID:       "request/destination",
	Title:    "The request's Destination is the single sign-on URL that it reaches",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.1", "SAMLBind 3.4.5.2", "SAMLBind 3.5.5.2"},
	Covers:   []string{"REQ-06", "XML-11"},
	Since:    "0.1",
	Text: `Where Destination is there, the identity provider compares it with the URL at which it takes requests and discards the message if they differ.
Compared character by character with the single sign-on URLs; where the request is known to have gone to one of them, with that one.`,
	Fix:     Fix{Side: SP, Setting: "single sign-on URL", Text: "Use the identity provider's single sign-on URL, character by character."},
	FlexFix: Fix{Side: FlexSide, Setting: "Single Sign-On › Single Sign-On URL", Text: "Type Salesforce's endpoint of this org: https://, the My Domain, /idp/endpoint/HttpRedirect."},
	Follows: []string{"settings/sso-url", "settings/placeholder", "settings/my-domain", "login/unreachable", "request/binding", "metadata/sso-match"},
	Run:     onRequestAndCase(requestDestination, ssoURLs),
}

func requestDestination(c *Case, r *saml.AuthnRequest) []Finding {
	d := r.Attr("Destination")
	if !d.Exists() {
		return nil
	}
	return whereSent(d, c.Exchange.Request.URL, c.Expect.SSOURLs)
}

// whereSent is what is wrong with an attribute that names the URL of delivery: it must
// be that URL where it is known to be one of the receiver's, else any of the receiver's.
func whereSent(a saml.Attr, sent string, urls []string) []Finding {
	v := a.Value()
	if sent != "" && among(sent, urls) {
		if v == sent {
			return nil
		}
		f := found(a.At(), v, sent)
		f.Note = Difference(v, sent)
		return one(f)
	}
	if among(v, urls) {
		return nil
	}
	return one(differs(a.At(), v, urls))
}

// RequestACSURL compares the address that the request asks for with the registered one.
var RequestACSURL = &Check{
	ID:       "request/acs-url",
	Title:    "The request asks for an answer at a registered ACS URL",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.4.1", "SAML2int SDP-IDP06", "SAML2int SDP-SP06"},
	Covers:   []string{"REQ-10", "SDP-SP06", "SDP-IDP06", "MDS-08"},
	Since:    "0.1",
	Text: `Where the request names an AssertionConsumerServiceURL, it must be one that the identity provider has for this service provider, from settings or metadata, character by character:
an identity provider that answered to any address would hand logins to whoever asks.`,
	Fix:     Fix{Side: IDP, Setting: "ACS URL of the service provider", Text: "Register the ACS URL exactly as the request has it."},
	FlexFix: Fix{Side: Salesforce, Setting: "Connected App › Web App Settings › ACS URL", Text: "Type the ACS URL of this Flex connection exactly as Flex shows it."},
	Follows: []string{"settings/acs-url", "settings/twilio-sso-url", "settings/placeholder", "settings/account-sid", "settings/connection-sid", "metadata/acs"},
	Run:     onRequest(requestACSURL, requestACSURLs),
}

func requestACSURL(r *saml.AuthnRequest, want *Expect) []Finding {
	a := r.Attr("AssertionConsumerServiceURL")
	if !a.Exists() || among(a.Value(), want.RequestACSURLs) {
		return nil
	}
	return one(differs(a.At(), a.Value(), want.RequestACSURLs))
}

// RequestACSIndex wants one way of naming the ACS.
var RequestACSIndex = &Check{
	ID:       "request/acs-index",
	Title:    "The request names its ACS by URL or by an index that is published, not by both",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.4.1"},
	Covers:   []string{"REQ-11", "MDS-01"},
	Since:    "0.1",
	Text: `AssertionConsumerServiceIndex excludes AssertionConsumerServiceURL and ProtocolBinding: two answers to one question let two readers take different ones.
Where metadata of the service provider is given, the index is one of its AssertionConsumerServices.`,
	Fix: Fix{Side: SP, Setting: "authentication request", Text: "Leave AssertionConsumerServiceIndex out, or name an index of the metadata that the identity provider holds."},
	Run: onRequestAndCase(requestACSIndex),
}

func requestACSIndex(c *Case, r *saml.AuthnRequest) []Finding {
	index := r.Attr("AssertionConsumerServiceIndex")
	if !index.Exists() {
		return nil
	}
	for _, name := range [...]string{"AssertionConsumerServiceURL", "ProtocolBinding"} {
		if a := r.Attr(name); a.Exists() {
			return one(found(a.At(), a.Value(), "no "+name+" beside AssertionConsumerServiceIndex"))
		}
	}
	services := c.sp.endpoints(endpointACS)
	if !c.acsPublished || slices.ContainsFunc(services, func(e saml.Endpoint) bool { return numbered(e.Index, index.Value()) }) {
		return nil
	}
	return one(c.fromEndpoint(found(index.At(), index.Value(), "an index of the service provider's metadata: "+indexNumbers(services)), services[0]))
}

// numbered reports whether a number is what a value says.
func numbered(n int, value string) bool {
	v, err := strconv.ParseUint(strings.TrimSpace(value), 10, 16)
	return err == nil && n == int(v)
}

// indexNumbers are the numbers of endpoints, for people.
func indexNumbers(services []saml.Endpoint) string {
	const most = 10
	var list []string
	for _, e := range services {
		if e.Index >= 0 && len(list) < most {
			list = append(list, strconv.Itoa(e.Index))
		}
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// RequestProtocolBinding wants the answer by a binding that can carry it.
var RequestProtocolBinding = &Check{
	ID:       "request/protocol-binding",
	Title:    "The request asks for an answer by HTTP-POST",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.2", "SAMLCore 3.4.1", "SAML2int SDP-SP08"},
	Covers:   []string{"REQ-10", "SDP-SP08", "SDP-IDP08"},
	Since:    "0.1",
	Text: `A response travels by HTTP-POST or HTTP-Artifact, never by HTTP-Redirect, because signed assertions do not fit into a URL.
ProtocolBinding may be left out; HTTP-Artifact is allowed and a note, since both ends must speak SOAP for it; PAOS is how enhanced clients are answered, which no browser is, and a warning. Where metadata of the service provider is given, the ACS URL that the request names is published for this binding.`,
	Fix: Fix{Side: SP, Setting: "authentication request", Text: "Set ProtocolBinding to " + saml.BindingPOST + ", or leave it out."},
	Run: onRequestAndCase(requestProtocolBinding),
}

func requestProtocolBinding(c *Case, r *saml.AuthnRequest) []Finding {
	a := r.Attr("ProtocolBinding")
	if !a.Exists() {
		return nil
	}
	if c.acsPublished {
		if list := c.publishedBinding(a, r.Attr("AssertionConsumerServiceURL").Value()); len(list) > 0 {
			return list
		}
	}
	if a.Value() == saml.BindingPOST {
		return nil
	}
	f := found(a.At(), a.Value(), saml.BindingPOST)
	switch {
	case a.Value() == saml.BindingArtifact:
		f = f.only(Note)
	case a.Value() == bindingPAOS && c.Expect.Profile == SAML:
		f = f.only(Warning)
	}
	return one(f)
}

// publishedBinding is what is wrong with the binding that a request asks for, where the
// service provider publishes the address for others alone.
func (c *Case) publishedBinding(a saml.Attr, acs string) []Finding {
	var list []Finding
	for _, e := range c.sp.endpoints(endpointACS) {
		switch {
		case acs != "" && e.Location != acs:
		case e.Binding == a.Value():
			return nil
		case len(list) == 0:
			list = one(c.fromEndpoint(found(a.At(), a.Value(), e.Binding).noted("no endpoint of the service provider's metadata is for this binding"), e))
			if acs != "" {
				list[0].Note = "the metadata has this ACS URL for " + shortBinding(e.Binding)
			}
		}
	}
	return list
}
