package check

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// xmlChecks judge the response as an XML document, whatever it says.
var xmlChecks = []*Check{
	XMLNoDoctype, XMLEncoding, XMLByteOrderMark, XMLNamespaces, XMLLimits,
	XMLUniqueIDs, XMLIDForm, XMLIDEntropy, XMLInterrupted, XMLTimes, XMLLeapSeconds,
	XMLBlankValues, XMLAbsoluteURIs, XMLExtensions, XMLType, XMLSizes, XMLSchema,
}

// syntaxFinding says where and why the reader refused a document.
func syntaxFinding(what string, err error) Finding {
	var s *saml.SyntaxError
	if !errors.As(err, &s) {
		return Finding{At: what, Got: err.Error()}
	}
	return Finding{At: what, Line: s.Line, Column: s.Column, Got: s.Text}
}

// problemOf is the kind of a reader's refusal; -1 where it is none.
func problemOf(err error) saml.Problem {
	var s *saml.SyntaxError
	if errors.As(err, &s) {
		return s.Problem
	}
	return -1
}

// The kinds of problem that have a check of their own; every other is told by
// response/well-formed.
var (
	problemsDoctype    = []saml.Problem{saml.Doctype}
	problemsEncoding   = []saml.Problem{saml.Encoding, saml.Version}
	problemsNamespaces = []saml.Problem{saml.Namespaces, saml.Duplicate}
	problemsLimits     = []saml.Problem{saml.LimitReached}
)

// isMalformed reports whether a problem is one of none of these kinds.
func isMalformed(p saml.Problem) bool {
	for _, kind := range [...][]saml.Problem{problemsDoctype, problemsEncoding, problemsNamespaces, problemsLimits} {
		if slices.Contains(kind, p) {
			return false
		}
	}
	return true
}

// onSyntax hands a check the reader's refusal of the response if the problem is its own
// to tell. What the reader stopped before, it cannot tell.
func onSyntax(want string, own func(saml.Problem) bool) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.noResponse != "" {
			return skip(c.noResponse)
		}
		c.mustBeRead()
		if c.ResponseErr == nil {
			return Outcome{}
		}
		if !own(problemOf(c.ResponseErr)) {
			return skip("the response could not be read to its end")
		}
		f := syntaxFinding("response", c.ResponseErr)
		f.Want = want
		return Outcome{Findings: one(f)}
	}
}

// ofKind tells the problems of a list.
func ofKind(problems []saml.Problem) func(saml.Problem) bool {
	return func(p saml.Problem) bool { return slices.Contains(problems, p) }
}

// XMLNoDoctype wants no document type declaration.
var XMLNoDoctype = &Check{
	ID:       "xml/no-doctype",
	Title:    "The response has no DOCTYPE",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"SAML2int SDP-G03", "XML 1.0 2.8"},
	Covers:   []string{"XML-03", "SDP-G03"},
	Since:    "0.1",
	Text: `A DOCTYPE can define entities that expand without end, fetch files, or change what the signed text says to one reader and not to another (CVE-2025-25291).
No SAML message needs one; any is refused before anything else is read.`,
	Fix: Fix{Side: IDP, Setting: "response", Text: "Issue the response without a document type declaration."},
	Run: onSyntax("no DOCTYPE", ofKind(problemsDoctype)),
}

// XMLEncoding wants UTF-8.
var XMLEncoding = &Check{
	ID:       "xml/encoding",
	Title:    "The response is UTF-8 and says nothing else",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"XML 1.0 4.3.3", "SAMLBind 3.4.4.1", "SAMLBind 3.5.4"},
	Covers:   []string{"XML-04"},
	Since:    "0.1",
	Text:     `The bytes are valid UTF-8, and an XML declaration that names an encoding names UTF-8 and the version 1.0. Where bytes and declaration contradict each other, two readers see two texts.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Write the response in UTF-8, and hand it on without converting it."},
	Run:      onSyntax("XML 1.0 in UTF-8, declared as nothing else", ofKind(problemsEncoding)),
}

// XMLByteOrderMark notes a byte order mark.
var XMLByteOrderMark = &Check{
	ID:       "xml/byte-order-mark",
	Title:    "The response does not begin with a byte order mark",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"XML 1.0 4.3.3", "SAMLBind 3.5.4"},
	Covers:   []string{"XML-04"},
	Since:    "0.1",
	Text:     `UTF-8 needs no byte order mark. XML allows one, but service providers that look for < as the first byte refuse the message.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Write the response without a byte order mark."},
	Run:      onResponseMessage(byteOrderMark),
}

var bom = []byte("\xEF\xBB\xBF")

func byteOrderMark(m *saml.Message, _ *Expect) []Finding {
	if !bytes.HasPrefix(m.XML, bom) {
		return nil
	}
	return one(Finding{At: "response", Line: 1, Column: 1, Got: "the bytes EF BB BF", Want: "<"})
}

// XMLNamespaces wants prefixes declared and attributes unique.
var XMLNamespaces = &Check{
	ID:       "xml/namespaces",
	Title:    "The response declares every prefix and gives no attribute twice",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"Namespaces in XML 1.0 3", "Namespaces in XML 1.0 6.3", "XML 1.0 3.1"},
	Covers:   []string{"XML-02"},
	Since:    "0.1",
	Text: `An undeclared prefix, xmlns:p="", another name for xml or xmlns, or one attribute twice, by its name or by namespace and local name: many readers let these pass and take the first or the last,
which is how one message says two things.`,
	Fix: Fix{Side: IDP, Setting: "response", Text: "Write the response with an XML library that knows namespaces."},
	Run: onSyntax("declared prefixes and unique attributes", ofKind(problemsNamespaces)),
}

// XMLLimits bounds what a response may cost to read.
var XMLLimits = &Check{
	ID:       "xml/limits",
	Title:    "The response is not larger, deeper or wider than a login needs",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"SAML2int SDP-G02", "XML Signature Best Practices 2.1"},
	Covers:   []string{"XML-16", "BND-24", "SIG-28"},
	Since:    "0.1",
	Text:     `Size, depth, number of elements and attributes are bounded before anything is canonicalized, so that a message cannot exhaust who reads it. The bounds are far beyond any real login.`,
	Fix:      Fix{Side: IDP, Setting: "attributes", Text: "Send what the service provider needs, and no more."},
	Run:      onSyntax("a message within the limits", ofKind(problemsLimits)),
}

// onDocuments hands a check every document of the response: the message, and the
// plaintext of each encrypted assertion.
func onDocuments(f func(d *saml.Document, want *Expect) []Finding) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if why := c.unreadable(); why != "" {
			return skip(why)
		}
		list := f(c.ResponseDoc, c.Expect)
		for i := range c.Decrypted {
			if d := c.Decrypted[i].Doc; d != nil {
				list = append(list, f(d, c.Expect)...)
			}
		}
		return Outcome{Findings: list}
	}
}

// unreadable says why there is no document of the response, "" where there is one.
func (c *Case) unreadable() string {
	if c.noResponse != "" {
		return c.noResponse
	}
	c.mustBeRead()
	if c.ResponseErr != nil {
		return "the response could not be read"
	}
	return ""
}

// isSAML reports whether a namespace is one of SAML 2.0's own, of assertions or of the
// protocol.
func isSAML(space string) bool { return space == saml.NSAssertion || space == saml.NSProtocol }

// XMLSchema holds the response to the published schemas.
var XMLSchema = &Check{
	ID:       "xml/schema",
	Title:    "The response is valid by the schemas of SAML 2.0",
	Severity: Error,
	Formal:   true,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.2", "saml-schema-protocol-2.0", "saml-schema-assertion-2.0", "XML Schema 1 and 2"},
	Covers:   []string{"XML-05", "RSP-02", "RSP-04", "RSP-11", "RSP-24", "RSP-25", "RSP-26", "AST-02", "AST-04", "AST-06", "AST-11", "SUB-01", "CND-07", "AUT-02", "AUT-06", "ATR-01", "ATR-06", "SIG-05"},
	Since:    "0.1",
	Text: `Elements in their order and number, known attributes, values of their types: the same verdict as the OASIS and W3C schemas give, with three differences.
An InResponseTo that is no xs:NCName is the fault of the request that it echoes and a warning of response/in-response-to-form; an xsi:type that another schema defines is passed over, since SAML allows such types and whoever knows that schema can judge them;
Encoding on an AttributeValue, as the X.500/LDAP profile of SAML 2.0 once asked for, is a warning: no service provider is known to refuse it.
Where another check names what is wrong, this one follows it.`,
	Fix: Fix{Side: IDP, Setting: "response", Text: "Issue the response as the schemas have it; do not add or move elements."},
	Follows: []string{
		"response/root", "response/id", "response/version", "response/issue-instant", "response/status-code", "response/status-value",
		"assertion/id", "assertion/version", "assertion/issue-instant", "assertion/issuer-present", "assertion/place", "assertion/saml-1",
		"subject/*", "conditions/*", "authentication/*", "attributes/*", "encryption/*",
		"signature/*", "xml/id-form", "xml/unique-ids", "xml/times", "xml/leap-seconds", "xml/blank-values", "xml/absolute-uris", "xml/extensions", "xml/type",
	},
	Run: onDocuments(xmlSchema),
}

func xmlSchema(d *saml.Document, _ *Expect) (list []Finding) {
	for _, f := range saml.ValidateSchema(d) {
		if f.Kind == saml.SchemaRoot || f.Kind == saml.SchemaForeign || f.Kind == saml.SchemaValue && endsWith(f.At.Path, "/@InResponseTo") {
			continue
		}
		list = append(list, schemaFinding(f))
	}
	return list
}

// schemaFinding is a fault of a schema as a finding, whose note says what it is about.
func schemaFinding(f saml.SchemaFault) Finding {
	note := f.Text
	switch f.Kind {
	case saml.SchemaValue, saml.SchemaContent, saml.SchemaType:
		note = f.At.Path[strings.LastIndexByte(f.At.Path, '/')+1:] + ": " + note
	}
	finding := found(f.At, f.Got, f.Want).noted(note)
	if f.Kind == saml.SchemaWithdrawn {
		finding = finding.only(Warning)
	}
	return finding
}

func endsWith(s, end string) bool { return len(s) >= len(end) && s[len(s)-len(end):] == end }
