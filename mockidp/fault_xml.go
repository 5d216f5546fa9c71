package mockidp

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// xmlFaults are documents that two readers may read in two ways, or that cost more
// than they should.
func xmlFaults() []*Fault {
	two := "Two readers of one program see two messages, and one of them decides."
	fetch := "The service provider would read files or fetch addresses that an attacker names."
	return []*Fault{
		{
			ID: "doctype", Cases: rows("N-D01"), Title: "There is a document type declaration", Life: two,
			Breaks: rows("XML-03"), Verdict: Reject, After: doctype("<!DOCTYPE samlp:Response>"),
		},
		{
			ID: "entity-in-nameid", Cases: rows("N-D02"), Title: "The NameID is an entity of the DTD", Life: "A reader that resolves entities and one that does not read two names (CVE-2025-25291).",
			Breaks: rows("XML-03"), Verdict: Reject,
			After: all(doctype(`<!DOCTYPE samlp:Response [<!ENTITY who "`+Mallory+`">]>`), setInner(pathNameID, "&who;")),
		},
		{
			ID: "entity-external", Cases: rows("N-D03"), Title: "The NameID is an external entity", Life: fetch,
			Breaks: rows("XML-03"), Verdict: Reject,
			After: all(doctype(`<!DOCTYPE samlp:Response [<!ENTITY who SYSTEM "file:///etc/hostname">]>`), setInner(pathNameID, "&who;")),
		},
		{
			ID: "dtd-external", Cases: rows("N-D04"), Title: "The DTD is an external one", Life: fetch,
			Breaks: rows("XML-03"), Verdict: Reject, After: doctype(`<!DOCTYPE samlp:Response SYSTEM "http://127.0.0.1:9/evil.dtd">`),
		},
		{
			ID: "entity-parameter", Cases: rows("N-D04"), Title: "The DTD refers to an external parameter entity", Life: fetch,
			Breaks: rows("XML-03"), Verdict: Reject, After: doctype(`<!DOCTYPE samlp:Response [<!ENTITY % p SYSTEM "http://127.0.0.1:9/evil.dtd"> %p;]>`),
		},
		{
			ID: "entity-expansion", Cases: rows("N-D05"), Title: "The NameID is an entity of a billion characters", Life: "One message fills the service provider's memory.",
			Breaks: rows("XML-03"), Verdict: Reject, After: all(doctype(billionLaughs()), setInner(pathNameID, "&e9;")),
		},
		{
			ID: "doctype-id-attribute", Cases: rows("N-D07"), Title: "The DTD declares another attribute to be an ID", Life: "A reference finds another element, depending on who reads.",
			Breaks: rows("XML-03"), Verdict: Reject, After: doctype(`<!DOCTYPE samlp:Response [<!ATTLIST saml:NameID Format ID #IMPLIED>]>`),
		},
		{
			ID: "duplicate-attribute", Cases: rows("N-D08"), Title: "The assertion has two attributes ID", Life: two,
			Breaks: rows("XML-02"), Verdict: Reject, After: addAttr(pathAssertion, `ID="`+evilID+`"`),
		},
		{
			ID: "duplicate-attribute-by-namespace", Cases: rows("N-D09"), Title: "The assertion has the same attribute under two prefixes of one namespace", Life: two,
			Breaks: rows("XML-02"), Verdict: Reject,
			After: addAttr(pathAssertion, `xmlns:a="urn:example:a" xmlns:b="urn:example:a" a:x="1" b:x="2"`),
		},
		{
			ID: "shadow-status", Cases: rows("N-D10"), Title: "The StatusCode says failure, and success in a foreign attribute Value", Life: "A reader that ignores namespaces takes a failed login for one that succeeded.",
			Breaks: rows("XML-05 RSP-14"), Verdict: Reject,
			Before: all(setAttr("Status/StatusCode", "Value", statusResponder), addAttr("Status/StatusCode", `xmlns:x="urn:example:x" x:Value="`+saml.StatusSuccess+`"`)),
		},
		{
			ID: "shadow-destination", Cases: rows("N-D10"), Title: "The root says another Destination, and the right one in a foreign attribute", Life: "A reader that ignores namespaces takes a response that was meant for another service.",
			Breaks: rows("XML-05 RSP-06"), Verdict: Reject,
			Before: mapTag("", func(tag string) (string, error) {
				_, from, to, err := attrAt(tag, "Destination")
				if err != nil {
					return "", err
				}
				return strings.TrimSuffix(tag[:from]+"https://other.example/acs"+tag[to:], ">") + ` xmlns:x="urn:example:x" x:Destination="` + tag[from:to] + `">`, nil
			}),
		},
		{
			ID: "undeclared-prefix", Cases: rows("N-D11"), Title: "An element has a prefix that nothing declares", Life: two,
			Breaks: rows("XML-02"), Verdict: Reject, After: add(pathAssertion, "<foo:bar/>"),
		},
		{
			ID: "prefix-undeclared-again", Cases: rows("N-D12"), Title: "A prefix is bound to nothing", Life: two,
			Breaks: rows("XML-02"), Verdict: Reject, After: addAttr("Status", `xmlns:foo=""`),
		},
		{
			ID: "prefix-xml-rebound", Cases: rows("N-D12"), Title: "The prefix xml is bound to another namespace", Life: two,
			Breaks: rows("XML-02"), Verdict: Reject, After: addAttr("Status", `xmlns:xml="urn:example:xml"`),
		},
		{
			ID: "prefix-xmlns-declared", Cases: rows("N-D12"), Title: "The prefix xmlns is declared", Life: two,
			Breaks: rows("XML-02"), Verdict: Reject, After: addAttr("Status", `xmlns:xmlns="http://www.w3.org/2000/xmlns/"`),
		},
		{
			ID: "relative-namespace", Cases: rows("N-D13"), Title: "A namespace name is relative", Life: "A canonicalizer that refuses it and answers with nothing signs anything (CVE-2025-66568).",
			Breaks: rows("SIG-21 XML-02"), Verdict: Reject, After: addAttr(pathAssertion, `xmlns:rel="../a"`),
		},
		{
			ID: "two-documents", Cases: rows("N-D16"), Title: "A second response follows the first", Life: "A reader that stops at the end of the first and one that takes the last read two messages.",
			Breaks: rows("XML-01"), Verdict: Reject,
			After: func(x []byte) ([]byte, error) {
				t, err := scan(x)
				if err != nil {
					return nil, err
				}
				return append(append([]byte{}, x...), t.root().outer(x)...), nil
			},
		},
		{
			ID: "leading-text", Cases: rows("N-D17"), Title: "Text stands before the root", Life: two,
			Breaks: rows("XML-01"), Verdict: Reject, After: before("", "text"),
		},
		{
			ID: "trailing-text", Cases: rows("N-D17"), Title: "Text stands after the root", Life: two,
			Breaks: rows("XML-01"), Verdict: Reject, After: after("", "text"),
		},
		{
			ID: "trailing-comment", Cases: rows("N-D17"), Title: "A comment stands after the root", Life: "Nothing: comments may stand there.",
			Verdict: Accept, After: after("", "<!-- the end -->"),
		},
		{
			ID: "byte-order-mark", Cases: rows("N-D18"), Title: "The message begins with a byte order mark", Life: "Nothing in itself; some readers refuse it.",
			Breaks: rows("XML-04"), Verdict: Warn, After: func(x []byte) ([]byte, error) { return append([]byte("\xEF\xBB\xBF"), x...), nil },
		},
		{
			ID: "invalid-utf-8", Cases: rows("N-D21"), Title: "The NameID holds bytes that are no UTF-8", Life: two,
			Breaks: rows("XML-04"), Verdict: Reject, After: mapInner(pathNameID, func(s string) string { return s + "\xC0\xAF" }),
		},
		{
			ID: "control-character", Cases: rows("N-D21"), Title: "The NameID holds a control character", Life: "A reader that stops at it reads another name.",
			Breaks: rows("XML-04"), Verdict: Reject, After: mapInner(pathNameID, func(s string) string { return s + "\x00" }),
		},
		{
			ID: "xml-1-1", Cases: rows("N-D22"), Title: "The declaration says XML 1.1", Life: two,
			Breaks: rows("XML-04"), Verdict: Reject, After: replace(`version="1.0"`, `version="1.1"`),
		},
		{
			ID: "prefix-rebound", Cases: rows("N-D23"), Title: "A foreign element in the assertion's first value binds the prefix saml to another namespace", Life: "Nothing: prefixes are resolved where they stand.",
			Verdict: Accept, Before: setInner(pathAttributes+"/Attribute/AttributeValue", `<saml:x xmlns:saml="urn:example:x">text</saml:x>`),
		},
		{
			ID: "default-namespace-switched", Cases: rows("N-D24"), Title: "An element of the assertion is in no namespace", Life: "A reader that goes by local names reads what no standard gives a meaning to.",
			Breaks: rows("XML-05"), Verdict: Reject, Before: all(replace("<saml:AuthnContext>", `<AuthnContext xmlns="">`), replace("</saml:AuthnContext>", "</AuthnContext>")),
		},
		{
			ID: "shadow-nameid", Cases: rows("N-D25"), Title: "A foreign NameID stands before SAML's", Life: "A reader that goes by local names reads another user's name.",
			Breaks: rows("XML-05"), Verdict: Reject, Before: before(pathNameID, `<x:NameID xmlns:x="urn:example:x">`+Mallory+`</x:NameID>`),
		},
		{
			ID: "lower-case-names", Cases: rows("N-D26"), Title: "NameID is written in lower case", Life: "A reader that does not mind reads what no standard gives a meaning to.",
			Breaks: rows("XML-05"), Verdict: Reject, Before: all(replace("<saml:NameID ", "<saml:nameid "), replace("</saml:NameID>", "</saml:nameid>")),
		},
		{
			ID: "newline-in-attribute", Cases: rows("N-D27"), Title: "An attribute's name holds a literal newline", Life: "Nothing: XML reads it as a space, before canonicalization.",
			Verdict: Accept, Before: mapAttr(pathAttributes+"/Attribute", "Name", func(s string) string { return s + "\nx" }),
		},
		{
			ID: "attribute-namespaces-unordered", Cases: rows("N-D28"), Title: "Two foreign attributes whose prefixes and namespaces sort differently", Life: "Nothing: canonicalization sorts by namespace.",
			Verdict: Accept, Before: addAttr(pathAttributes+"/Attribute", `xmlns:a="urn:example:z" xmlns:b="urn:example:a" a:x="1" b:x="2"`),
		},
		{
			ID: "xml-attributes", Cases: rows("N-D29"), Title: "An element within a value states its language", Life: "Nothing with exclusive canonicalization.",
			Verdict: Accept, Before: mapInner(pathAttributes+"/Attribute/AttributeValue", func(s string) string { return `<x xml:lang="en">` + s + "</x>" }),
		},
		{
			ID: "prefix-list-default", Cases: rows("N-D30"), Title: "The PrefixList names the default namespace", Life: "Nothing: it is a name that PrefixList may hold.",
			Verdict: Accept, seal: func(s *seal) { s.prefixes = append(s.prefixes, "#default") },
		},
		{
			ID: "prefix-list-of-signedinfo", Cases: rows("N-D30"), Title: "CanonicalizationMethod has a PrefixList", Life: "Nothing: it may have one.",
			Verdict: Accept, seal: func(s *seal) {
				s.infoPrefixes = []string{"saml", "samlp"}
				s.canonicalization = `<ds:CanonicalizationMethod Algorithm="` + excC14N + `"><ec:InclusiveNamespaces xmlns:ec="` + saml.NSExcC14N + `" PrefixList="saml samlp"/></ds:CanonicalizationMethod>`
			},
		},
		{
			ID: "c14n-with-comments", Cases: rows("N-D31"), Title: "The signatures name the canonicalization with comments", Life: "Nothing: the profile allows it.",
			Verdict: Accept, seal: withComments,
		},
		{
			ID: "deep", Cases: rows("N-D40"), Title: "Elements are nested ten thousand deep", Life: "A reader that goes down by calling itself runs out of stack.",
			Breaks: rows("XML-16"), Verdict: Reject,
			After: func(x []byte) ([]byte, error) {
				return add(pathAttributes+"/Attribute/AttributeValue", strings.Repeat("<a>", 10000)+strings.Repeat("</a>", 10000))(x)
			},
		},
		{
			ID: "many-attributes", Cases: rows("N-D40"), Title: "An element has ten thousand attributes", Life: "A reader that compares each with each takes for ever.",
			Breaks: rows("XML-16"), Verdict: Reject, After: func(x []byte) ([]byte, error) { return addAttr(pathAssertion, manyAttributes(10000))(x) },
		},
		{
			ID: "many-values", Cases: rows("N-D41"), Title: "The assertion has two thousand attribute values", Life: "Nothing: users in many groups have them.",
			Verdict: Accept, Before: func(x []byte) ([]byte, error) {
				return add(pathAttributes+"/Attribute", strings.Repeat("<saml:AttributeValue>group</saml:AttributeValue>", 2000))(x)
			},
		},
		{
			ID: "id-with-spaces", Cases: rows("N-D43"), Title: "The assertion's ID has spaces around it", Life: "A reader that removes them and one that does not refer to two things.",
			Breaks: rows("XML-05"), Verdict: Reject, Signs: SignsAssertion, After: mapAttr(pathAssertion, "ID", func(s string) string { return " " + s + " " }),
		},
		{
			ID: "markup-in-value", Cases: rows("N-D44"), Title: "An attribute's value is text that looks like an assertion", Life: "Nothing: it is text. Whoever puts it into XML unescaped makes an assertion of it (CVE-2026-46490).",
			Verdict: Accept, Before: setText(pathAttributes+"/Attribute/AttributeValue", `</saml:AttributeValue><saml:Assertion ID="x">]]>`),
		},
		{
			ID: "stylesheet", Cases: rows("N-D45"), Title: "An instruction names a stylesheet", Life: fetch,
			Breaks: rows("XML-03"), Verdict: Warn, After: doctype(`<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/evil.xsl"?>`),
		},
		{
			ID: "two-issuers", Cases: rows("N-D46"), Title: "The response has a second Issuer, an evil one", Life: "A reader takes the first, another the last.",
			Breaks: rows("XML-05 RSP-24"), Verdict: Reject, Before: after("Issuer", `<saml:Issuer xmlns:saml="`+saml.NSAssertion+`">https://evil.example</saml:Issuer>`),
		},
		{
			ID: "two-nameids", Cases: rows("N-D46"), Title: "The Subject has a second NameID, Mallory's", Life: "A reader takes the first, another the last.",
			Breaks: rows("XML-05 SUB-02"), Verdict: Reject, Before: after(pathNameID, `<saml:NameID>`+Mallory+`</saml:NameID>`),
		},
		{
			ID: "two-subjects", Cases: rows("N-F28"), Title: "The assertion has a second Subject, Mallory's", Life: "A reader takes the first, another the last.",
			Breaks: rows("XML-05 SUB-01"), Verdict: Reject,
			Before: func(x []byte) ([]byte, error) {
				subject, err := outer(x, "Assertion/Subject")
				if err != nil {
					return nil, err
				}
				if x, err = setText(pathNameID, Mallory)(x); err != nil {
					return nil, err
				}
				return before("Assertion/Subject", subject)(x)
			},
		},
		{
			ID: "element-in-nameid", Cases: rows("N-D47"), Title: "The NameID holds an element", Life: "One reader skips the element's text, another reads on.",
			Breaks: rows("XML-05"), Verdict: Reject, Before: add(pathNameID, "<b>x</b>"),
		},
		{
			ID: "unknown-element", Cases: rows("N-Q02"), Title: "The assertion holds an element that SAML does not have", Life: "What is not understood would be passed over.",
			Breaks: rows("XML-05 XML-13"), Verdict: Reject, Before: add(pathAssertion, "<saml:Foo/>"),
		},
		{
			ID: "name-with-colon", Cases: rows("N-C44"), Title: "An element's name begins with a colon", Life: "Such a name is written otherwise than it was read (CVE-2020-29509).",
			Breaks: rows("XML-02"), Verdict: Reject, After: add(pathAssertion, "<:x/>"),
		},
	}
}

func billionLaughs() string {
	var b bytes.Buffer
	b.WriteString(`<!DOCTYPE samlp:Response [<!ENTITY e0 "lol">`)
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, `<!ENTITY e%d "%s">`, i, strings.Repeat(fmt.Sprintf("&e%d;", i-1), 10))
	}
	b.WriteString("]>")
	return b.String()
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d="x"`, i)
	}
	return b.String()[1:]
}
