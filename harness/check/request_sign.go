package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// signedRequest reports whether a request carries a signature, in its XML or in the
// query that carried it.
func signedRequest(c *Case, r *saml.AuthnRequest) bool {
	return r.Signature.Exists() || querySigned(c.Exchange.Request)
}

// querySigned reports whether a query has a parameter Signature.
func querySigned(m *saml.Message) bool {
	return m.Binding == saml.BindingRedirect &&
		(strings.Contains(m.Query, "&Signature=") || strings.HasPrefix(m.Query, "Signature="))
}

// RequestUnsigned notes a signature where Flex sends none.
var RequestUnsigned = &Check{
	ID:       "request/unsigned",
	Title:    "The request is unsigned, as Flex sends it",
	Severity: Warning,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{"Twilio: Configure Salesforce SSO with Flex"},
	Covers:   []string{"BND-07"},
	Since:    "0.1",
	Text: `Flex does not sign its requests, and the documented set-up leaves Verify Request Signatures off. A request with a signature does not come from Flex as documented:
something on the way made it, or Flex has changed.`,
	Fix:     Fix{Side: Salesforce, Setting: "Connected App › Web App Settings › Verify Request Signatures", Text: "Leave it off, and find out what signs the requests."},
	Follows: []string{"settings/verify-request-signatures"},
	Run:     onRequestAndCase(requestUnsigned),
}

func requestUnsigned(c *Case, r *saml.AuthnRequest) []Finding {
	switch {
	case c.Settings != nil && c.Settings.Flex.ServiceProvider.SigningCertificate.Set:
		return nil // another service provider stands in Flex's place
	case r.Signature.Exists():
		return one(found(r.Signature.At(), "a signature", "no signature"))
	case querySigned(c.Exchange.Request):
		return one(found(saml.Place{Path: "query/Signature"}, "a signature", "no signature"))
	}
	return nil
}

// RequestSignatureRequired wants a signature where the identity provider insists on it.
var RequestSignatureRequired = &Check{
	ID:       "request/signature-required",
	Title:    "The request is signed where one of the two sides says that it is",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.3", "SAMLMeta 2.4.4", "SAML2int SDP-IDP04"},
	Covers:   []string{"REQ-09", "SDP-IDP04", "BND-07", "MDI-03", "MDS-03"},
	Since:    "0.1",
	Text: `An identity provider that was given the service provider's certificate to verify requests with refuses every request without a signature.
Whether it insists comes from its settings or, as WantAuthnRequestsSigned, from its metadata; a service provider whose metadata says AuthnRequestsSigned signs every request.`,
	Fix:     Fix{Side: IDP, Setting: "WantAuthnRequestsSigned", Text: "Do not insist on signed requests, or have the service provider sign them."},
	FlexFix: Fix{Side: Salesforce, Setting: "Connected App › Web App Settings › Verify Request Signatures", Text: "Untick it: Flex signs no requests."},
	Follows: []string{"settings/verify-request-signatures"},
	Run:     onRequestAndCase(requestSignatureRequired),
}

func requestSignatureRequired(c *Case, r *saml.AuthnRequest) []Finding {
	if signedRequest(c, r) {
		return nil
	}
	f := found(r.At(), "no signature", "a signature, in the query or in the message")
	for _, flag := range [...]struct {
		side *peer
		name string
	}{{&c.idp, "WantAuthnRequestsSigned"}, {&c.sp, "AuthnRequestsSigned"}} {
		if a, m := flag.side.flag(flag.name); m != nil && !c.Expect.settled {
			f.From = fromMetadata(m, a.At())
			return one(f)
		}
	}
	if !c.Expect.RequestsSigned {
		return nil
	}
	return one(f)
}

// RequestSignature verifies a signature in the request's XML.
var RequestSignature = &Check{
	ID:       "request/signature",
	Title:    "The request's own signature is valid",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.1", "SAMLCore 5.4", "SAML2int SDP-IDP05"},
	Covers:   []string{"REQ-07", "SDP-IDP05", "SDP-IDP32", "SIG-14"},
	Since:    "0.1",
	Text:     `A request that is signed is verified with each certificate that is known of the service provider, or refused. Each fault of the signature is a finding. Signatures in the query are judged by binding/query-signature.`,
	Fix:      Fix{Side: SP, Setting: "request signing certificate", Text: "Register the certificate that the requests are signed with, and send the request byte for byte as it was signed."},
	Follows:  []string{"settings/verify-request-signatures"},
	Run:      judgeRequestSignature,
}

func judgeRequestSignature(c *Case) Outcome {
	if c.noRequest != "" || c.RequestErr != nil || c.Request == nil {
		return onRequest(func(*saml.AuthnRequest, *Expect) []Finding { return nil })(c)
	}
	if !c.Request.Signature.Exists() {
		return skip("the request's XML has no signature")
	}
	if len(c.Expect.RequestCertificates) == 0 {
		return skip("no certificate of the service provider is known")
	}
	var list []Finding
	for _, s := range saml.VerifySignatures(c.RequestDoc, c.Expect.RequestCertificates, c.Expect.Hints) {
		for _, f := range s.Faults {
			list = append(list, faultFinding(f))
		}
	}
	return Outcome{Findings: list}
}

// RequestSignedDestination wants a signed request to say where it goes.
var RequestSignedDestination = &Check{
	ID:       "request/signed-destination",
	Title:    "A signed request names its Destination",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.5.2", "SAMLBind 3.5.5.2"},
	Covers:   []string{"REQ-08"},
	Since:    "0.1",
	Text:     `A signature without Destination lets whoever sees the request send it to another identity provider.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Set Destination to the single sign-on URL before signing."},
	Run:      onRequestAndCase(requestSignedDestination),
}

func requestSignedDestination(c *Case, r *saml.AuthnRequest) []Finding {
	if !signedRequest(c, r) || r.Attr("Destination").Value() != "" {
		return nil
	}
	return one(found(r.At(), "a signature and no Destination", "Destination"))
}
