package check

import (
	"net"
	"strconv"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// bindingChecks judge the way in which request and response travelled.
var bindingChecks = []*Check{
	BindingParameters, BindingOneMessage, BindingParameter, BindingPercentEncoding, BindingEncoding, BindingBase64, BindingDeflate,
	BindingEmbeddedSignature, BindingSignatureParameters, BindingQuerySignature,
	BindingRelayStateLength, BindingURLLength, BindingHTTPS, BindingHTTPStatus,
}

// onMessages hands a check each message that travelled in a known way, with what it is
// called.
func onMessages(f func(m *saml.Message, what string, want *Expect) []Finding) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.Exchange == nil {
			return skip(c.noResponse)
		}
		known := false
		var list []Finding
		for i, m := range [...]*saml.Message{c.Exchange.Request, c.Exchange.Response} {
			if m == nil || m.Binding == "" {
				continue
			}
			known = true
			list = append(list, f(m, [...]string{"request", "response"}[i], c.Expect)...)
		}
		if !known {
			return skip("it is not known how the messages travelled")
		}
		return Outcome{Findings: list}
	}
}

// onDeviations hands on the deviations of some kinds from the binding.
func onDeviations(want string, kinds ...saml.DeviationKind) func(*Case) Outcome {
	return onMessages(func(m *saml.Message, what string, _ *Expect) (list []Finding) {
		for _, d := range m.Deviations {
			for _, k := range kinds {
				if d.Kind == k {
					list = append(list, Finding{At: what, Got: d.Text, Want: want})
				}
			}
		}
		return list
	})
}

// BindingParameters wants every parameter once and under its own name.
var BindingParameters = &Check{
	ID:       "binding/parameters",
	Title:    "Every parameter comes once and under its own name",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"SAMLBind 3.4.4.1", "SAMLBind 3.5.4", "CVE-2025-27773"},
	Covers:   []string{"BND-12"},
	Since:    "0.1",
	Text:     `SAMLRequest, SAMLResponse, RelayState, SAMLEncoding, SigAlg and Signature come at most once, not percent-encoded, in their own letter case and parted by &. Otherwise one part of a program verifies the first and another reads the second.`,
	Fix:      Fix{Side: IDP, Setting: "form or URL", Text: "Write each parameter once."},
	Run:      onDeviations("each parameter once, as SAMLBind writes it", saml.DeviationDuplicate, saml.DeviationDisguised),
}

// BindingOneMessage wants one message at a time.
var BindingOneMessage = &Check{
	ID:       "binding/one-message",
	Title:    "A request and a response do not come together",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.4.1", "SAMLBind 3.5.4", "CVE-2025-27773"},
	Covers:   []string{"BND-11"},
	Since:    "0.1",
	Text:     `Exactly one of SAMLRequest and SAMLResponse is there. With both, which one is verified and which is read can differ.`,
	Fix:      Fix{Side: IDP, Setting: "form or URL", Text: "Send one message."},
	Run:      onDeviations("one of SAMLRequest and SAMLResponse", saml.DeviationBoth),
}

// BindingParameter wants requests and responses under their own names.
var BindingParameter = &Check{
	ID:       "binding/parameter",
	Title:    "A request travels as SAMLRequest, a response as SAMLResponse",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.4.1", "SAMLBind 3.5.4"},
	Covers:   []string{"BND-04"},
	Since:    "0.1",
	Text:     `The name of the parameter tells which kind of message it holds.`,
	Fix:      Fix{Side: IDP, Setting: "form or URL", Text: "Name the parameter after the message."},
	Run: onMessages(func(m *saml.Message, what string, _ *Expect) []Finding {
		want := "SAMLRequest"
		if what == "response" {
			want = "SAMLResponse"
		}
		if m.Param == "" || m.Param == want {
			return nil
		}
		return one(Finding{At: what, Got: m.Param, Want: want})
	}),
}

// BindingPercentEncoding wants parameters to be escaped.
var BindingPercentEncoding = &Check{
	ID:       "binding/percent-encoding",
	Title:    "Values of parameters are percent-encoded",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.4.1", "RFC 3986 2.1"},
	Covers:   []string{"BND-25"},
	Since:    "0.1",
	Text:     `What a URL or a form does not allow is percent-encoded, in RelayState as in the message: otherwise a value can bring along parameters of its own.`,
	Fix:      Fix{Side: IDP, Setting: "form or URL", Text: "Percent-encode every value."},
	Run:      onDeviations("values that are percent-encoded", saml.DeviationEscape),
}

// BindingEncoding wants the one encoding.
var BindingEncoding = &Check{
	ID:       "binding/saml-encoding",
	Title:    "SAMLEncoding is left out or DEFLATE",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.4"},
	Covers:   []string{"BND-02"},
	Since:    "0.1",
	Text:     `SAMLBind defines one encoding for HTTP-Redirect, ` + saml.EncodingDeflate + `; another is refused.`,
	Fix:      Fix{Side: SP, Setting: "URL", Text: "Leave SAMLEncoding out."},
	Run:      onDeviations(saml.EncodingDeflate, saml.DeviationEncoding),
}

// BindingBase64 wants plain base64.
var BindingBase64 = &Check{
	ID:       "binding/base64",
	Title:    "Messages are base64 of the standard alphabet, with padding",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.4.1", "SAMLBind 3.5.4", "RFC 2045 6.8"},
	Covers:   []string{"BND-03"},
	Since:    "0.1",
	Text:     `Base64 with + and /, padded by =. HTTP-POST allows line breaks, HTTP-Redirect none. Spaces where plus signs were tell that a value was not percent-encoded on the way. Bits after the last octet are a warning.`,
	Fix:      Fix{Side: IDP, Setting: "form or URL", Text: "Encode by standard base64, and percent-encode the result."},
	Run: onMessages(func(m *saml.Message, what string, _ *Expect) (list []Finding) {
		for _, d := range m.Deviations {
			f := Finding{At: what, Got: d.Text, Want: "base64 (RFC 2045)"}
			switch d.Kind {
			case saml.DeviationAlphabet, saml.DeviationPlus, saml.DeviationLineBreaks, saml.DeviationPadding:
				list = append(list, f)
			case saml.DeviationTrailingBits:
				list = append(list, f.only(Warning))
			}
		}
		return list
	}),
}

// BindingDeflate wants DEFLATE on HTTP-Redirect and none on HTTP-POST.
var BindingDeflate = &Check{
	ID:       "binding/deflate",
	Title:    "HTTP-Redirect is deflated as it should be, and HTTP-POST is not",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.4.1", "SAMLBind 3.5.4", "RFC 1951"},
	Covers:   []string{"BND-01", "BND-22", "BND-24"},
	Since:    "0.1",
	Text:     `A message on HTTP-Redirect is compressed by raw DEFLATE, without the header of zlib or gzip and with nothing after its end; one on HTTP-POST is not compressed. How much comes out is bounded, so that a small message cannot fill the memory.`,
	Fix:      Fix{Side: IDP, Setting: "form or URL", Text: "Deflate for HTTP-Redirect alone, in the raw form of RFC 1951."},
	Follows:  []string{"response/binding"},
	Run:      onDeviations("raw DEFLATE on HTTP-Redirect, none on HTTP-POST", saml.DeviationDeflate),
}

// BindingEmbeddedSignature wants no XML signature in a query.
var BindingEmbeddedSignature = &Check{
	ID:       "binding/embedded-signature",
	Title:    "A message on HTTP-Redirect holds no XML signature of its own",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.4.1"},
	Covers:   []string{"BND-05"},
	Since:    "0.1",
	Text:     `On HTTP-Redirect the signature is in the query; one in the XML is taken out before encoding, because it makes the URL too long. Judged on requests.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Sign the query."},
	Run: onRequestAndCase(func(c *Case, r *saml.AuthnRequest) []Finding {
		if c.Exchange.Request.Binding != saml.BindingRedirect || !r.Signature.Exists() {
			return nil
		}
		return one(found(r.Signature.At(), "ds:Signature", "a signature in the query, or none"))
	}),
}

// BindingSignatureParameters wants SigAlg with Signature, in order.
var BindingSignatureParameters = &Check{
	ID:       "binding/signature-parameters",
	Title:    "SigAlg and Signature come together and in order",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.4.1"},
	Covers:   []string{"BND-08", "BND-10"},
	Since:    "0.1",
	Text:     `A signed query has both; the algorithm is never taken for granted. The signature is over the message, RelayState and SigAlg in this order, whatever order the parameters stand in; another order is a warning.`,
	Fix:      Fix{Side: SP, Setting: "signing of requests", Text: "Send SAMLRequest, RelayState, SigAlg and Signature, in this order."},
	Run: onMessages(func(m *saml.Message, what string, _ *Expect) (list []Finding) {
		for _, d := range m.Deviations {
			f := Finding{At: what, Got: d.Text, Want: "SigAlg and Signature, after the message and RelayState"}
			switch d.Kind {
			case saml.DeviationSigAlg:
				list = append(list, f)
			case saml.DeviationOrder:
				list = append(list, f.only(Warning))
			}
		}
		return list
	}),
}

// BindingRelayStateLength bounds RelayState.
var BindingRelayStateLength = &Check{
	ID:       "binding/relay-state-length",
	Title:    "RelayState has at most 80 octets",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.3", "SAMLBind 3.5.3"},
	Covers:   []string{"BND-06"},
	Since:    "0.1",
	Text:     `RelayState, decoded, has no more than 80 octets. Many send more, and most others return it; a longer one in a request is an error of who made it, and in the response that returns it a warning. That of legacy Flex, of 144 octets, is a known deviation.`,
	Fix:      Fix{Side: SP, Setting: "RelayState", Text: "Send a short reference and keep the rest in the session."},
	Run: onMessages(func(m *saml.Message, what string, want *Expect) []Finding {
		for _, d := range m.Deviations {
			if d.Kind != saml.DeviationRelayState {
				continue
			}
			f := Finding{At: what + " RelayState", Got: d.Text, Want: "at most 80 octets"}
			if what == "response" {
				f = f.only(Warning)
			}
			return one(deviating(want, "binding/relay-state-length", f))
		}
		return nil
	}),
}

// BindingURLLength bounds URLs.
var BindingURLLength = &Check{
	ID:       "binding/url-length",
	Title:    "The URL of HTTP-Redirect is no longer than servers take",
	Severity: Warning,
	Basis:    Hardening,
	Sources:  []string{"RFC 9110 4.1", "SAMLBind 3.4.1"},
	Covers:   []string{"BND-26"},
	Since:    "0.1",
	Text:     `Servers, proxies and browsers cut or refuse URLs from about 8000 characters on.`,
	Fix:      Fix{Side: SP, Setting: "authentication request", Text: "Shorten the request or RelayState, or use HTTP-POST."},
	Run:      onDeviations("a shorter URL", saml.DeviationLength),
}

// BindingHTTPS wants messages to travel over TLS.
var BindingHTTPS = &Check{
	ID:       "binding/https",
	Title:    "Messages travel over https",
	Severity: Warning,
	In:       map[Profile]Severity{SAML2Int: Error, Flex: Error},
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.1.2.1", "SAML2int SDP-IDP03", "SAML2int SDP-SP09"},
	Covers:   []string{"BND-23", "SDP-SP09"},
	Since:    "0.1",
	Text:     `Over http anybody on the way reads and takes over the login, signature or not. The URLs to which the messages were sent are judged and, where these are not known, Destination and the ACS URL that is asked for. One of the own machine is passed over.`,
	Fix:      Fix{Side: SP, Setting: "URLs of both sides", Text: "Use https throughout."},
	Follows:  []string{"settings/acs-url", "settings/sso-url", "settings/twilio-sso-url", "response/destination", "request/destination", "response/delivered-to", "subject/recipient", "request/acs-url"},
	Run:      judgeHTTPS,
}

func judgeHTTPS(c *Case) Outcome {
	if c.Exchange == nil {
		return skip(c.noResponse)
	}
	var list []Finding
	if m := c.Exchange.Request; m != nil {
		if m.URL != "" {
			list = insecure(list, saml.Place{Path: "request"}, m.URL)
		}
		if c.Request != nil {
			a := c.Request.Attr("AssertionConsumerServiceURL")
			if v := a.Value(); v != "" && isInsecure(v) {
				list = insecure(list, a.At(), v)
			}
		}
	}
	if m := c.Exchange.Response; m != nil {
		if m.URL != "" {
			list = insecure(list, saml.Place{Path: "response"}, m.URL)
		} else if c.Response != nil {
			if a := c.Response.Attr("Destination"); isInsecure(a.Value()) {
				list = insecure(list, a.At(), a.Value())
			}
		}
	}
	return Outcome{Findings: list}
}

// isInsecure reports whether a URL leads over plain http to another machine.
func isInsecure(v string) bool {
	if len(v) < 7 || !strings.EqualFold(v[:7], "http://") {
		return false
	}
	host := v[7:]
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	if name, port, err := net.SplitHostPort(host); err == nil && port != "" {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	ip := net.ParseIP(host)
	return host != "localhost" && !strings.HasSuffix(host, ".localhost") && !(ip != nil && ip.IsLoopback())
}

func insecure(list []Finding, at saml.Place, v string) []Finding {
	if !isInsecure(v) {
		return list
	}
	return append(list, found(at, v, "https"+v[4:]))
}

// BindingHTTPStatus notes failures that are told by HTTP instead of SAML.
var BindingHTTPStatus = &Check{
	ID:       "binding/http-status",
	Title:    "No message is answered by an HTTP error",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.4.6", "SAMLBind 3.5.6"},
	Covers:   []string{"BND-21"},
	Since:    "0.1",
	Text:     `What goes wrong with a message is told in SAML or on a page for people, not by an HTTP status of 400 and above, which says that the exchange of messages itself failed. Flex answers refused responses by 401 and JSON, which is a known deviation. Judged where the browser's way was recorded.`,
	Fix:      Fix{Side: SP, Setting: "log of the side that answered", Text: "Look up what the status stands for."},
	Follows:  []string{"login/accepted", "login/identity-provider-refused", "login/interrupted", "login/unreachable"},
	Run:      onExchange(httpStatus),
}

func httpStatus(x *saml.Exchange, want *Expect) (list []Finding) {
	for i := range x.Steps {
		s := &x.Steps[i]
		if s.Status < 400 || !carriesMessage(x, s) {
			continue
		}
		list = append(list, deviating(want, "binding/http-status", Finding{At: s.Method + " " + s.URL, Got: strconv.Itoa(s.Status), Want: "an answer below 400"}))
	}
	return list
}

// carriesMessage reports whether a step is that of the request or the response.
func carriesMessage(x *saml.Exchange, s *saml.Step) bool {
	for _, m := range [...]*saml.Message{x.Request, x.Response} {
		if m != nil && m.URL != "" && (s.URL == m.URL || strings.HasPrefix(s.URL, m.URL+"?")) {
			return true
		}
	}
	return false
}
