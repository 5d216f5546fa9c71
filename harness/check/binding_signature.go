package check

import "github.com/samlproof/samlproof/harness/saml"

// BindingQuerySignature verifies the signature of a query.
var BindingQuerySignature = &Check{
	ID:       "binding/query-signature",
	Title:    "The signature of a query is valid",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.4.1", "SAMLCore 3.2.1"},
	Covers:   []string{"BND-09", "BND-10", "BND-13", "BND-14", "REQ-07", "SDP-IDP05"},
	Since:    "0.1",
	Text: `The signature is verified over the message, RelayState and SigAlg exactly as they stand in the query, percent-encoding and all, with each certificate that is known of the sender. RelayState counts where it is there, also when it is empty;
the rest of the URL does not. SigAlg names an algorithm that is known and fits the key.`,
	Fix:     Fix{Side: SP, Setting: "signing of requests", Text: "Sign the octets that are sent, and register the certificate at the identity provider."},
	Follows: []string{"binding/signature-parameters", "binding/parameters", "settings/request-certificate"},
	Run:     judgeQuerySignature,
}

func judgeQuerySignature(c *Case) Outcome {
	switch {
	case c.noRequest != "":
		return skip(c.noRequest)
	case !querySigned(c.Exchange.Request):
		return skip("the query has no signature")
	case len(c.Expect.RequestCertificates) == 0:
		return skip("no certificate of the service provider is known")
	}
	q := saml.VerifyQuery(c.Exchange.Request.Query, c.Expect.RequestCertificates, c.Expect.Hints)
	if q == nil {
		return skip("the query has no signature")
	}
	var list []Finding
	for _, f := range q.Faults {
		at := f.At.Path
		if at == "" {
			at = "query"
		}
		list = append(list, Finding{At: at, Got: f.Got, Want: f.Want, Note: f.Note})
	}
	return Outcome{Findings: list}
}
