package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// XMLInterrupted looks for comments and processing instructions inside values.
var XMLInterrupted = &Check{
	ID:       "xml/interrupted-values",
	Title:    "No comment or processing instruction stands inside a value",
	Severity: Warning,
	Basis:    Hardening,
	Sources:  []string{"VU#475445", "XML 1.0 2.5", "XML 1.0 2.6"},
	Covers:   []string{"XML-15"},
	Since:    "0.1",
	Text: `A comment can be put into signed text without breaking the signature, and readers that stop at it see another value: admin@acme.example<!-- -->.evil.example becomes admin@acme.example
(VU#475445 and the CVEs of 2017 and 2018 under it). This program reads the whole text. The finding shows what a careless reader would take.`,
	Fix: Fix{Side: IDP, Setting: "response", Text: "Issue values without comments. If the response was changed on the way, it is an attack."},
	Run: onDocuments(interrupted),
}

func interrupted(d *saml.Document, _ *Expect) (list []Finding) {
	for e := range d.Elements() {
		if !holdsText(e) || !e.Interrupted() {
			continue
		}
		text := e.Text()
		if blank(text) {
			continue
		}
		list = append(list, found(e.At(), text, "the same text without a break in it").noted(cutShort(e)))
	}
	return list
}

// holdsText reports whether an element's content is one value.
func holdsText(e saml.Element) bool {
	if !isSAML(e.Space()) {
		return false
	}
	switch e.Local() {
	case "NameID", "Issuer", "Audience", "AttributeValue", "AuthnContextClassRef", "AuthnContextDeclRef",
		"AuthenticatingAuthority", "SessionIndex", "StatusMessage", "AssertionIDRef", "AssertionURIRef", "BaseID":
		return true
	}
	return false
}

// cutShort says what a reader that stops at the first comment takes for the value.
func cutShort(e saml.Element) string {
	src := e.Source()
	start := strings.IndexByte(src, '>') + 1
	end := len(src)
	for _, mark := range [...]string{"<!--", "<?"} {
		if i := strings.Index(src[start:], mark); i >= 0 {
			end = min(end, start+i)
		}
	}
	if end == len(src) {
		return ""
	}
	return "a careless reader takes “" + src[start:end] + "”"
}

// XMLExtensions wants foreign content only where and as it may stand.
var XMLExtensions = &Check{
	ID:       "xml/extensions",
	Title:    "Extensions of the response are in a namespace of their own",
	Severity: Error,
	Formal:   true,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2", "SAMLCore 2.4.1.2", "SAMLCore 2.7.3.1"},
	Covers:   []string{"XML-13", "IIP-EXT01"},
	Since:    "0.1",
	Text:     `What stands in Extensions, and attributes added to SubjectConfirmationData and Attribute, are in namespaces that are not SAML's. An element of SAML there is one that a careless search finds: an assertion in Extensions is how signatures are wrapped. Foreign content is otherwise passed over.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Define extensions in a namespace of your own."},
	Follows:  []string{"signature/wrapping", "assertion/place"},
	Run:      onDocuments(extensions),
}

func extensions(d *saml.Document, _ *Expect) (list []Finding) {
	for e := range d.Elements() {
		switch {
		case e.Is(saml.NSProtocol, "Extensions"):
			for x := range e.Children() {
				if isSAML(x.Space()) || x.Space() == "" {
					list = append(list, found(x.At(), expandedName(x), "an element in a namespace of its own"))
				}
			}
		case e.Is(saml.NSAssertion, "SubjectConfirmationData"), e.Is(saml.NSAssertion, "Attribute"):
			for a := range e.Attrs() {
				if isSAML(a.Space()) {
					list = append(list, found(a.At(), "{"+a.Space()+"}"+a.Local(), "an attribute in a namespace of its own"))
				}
			}
		}
	}
	return list
}

// XMLType wants types that can be found.
var XMLType = &Check{
	ID:       "xml/type",
	Title:    "Every xsi:type in the response can be resolved",
	Severity: Error,
	Formal:   true,
	Basis:    Normative,
	Sources:  []string{"XML Schema 1 2.6.1", "SAMLCore 2.2.1", "SAMLCore 2.3.3", "SAMLCore 2.5.1"},
	Covers:   []string{"XML-14", "SIG-17"},
	Since:    "0.1",
	Text: `The value of xsi:type is a name whose prefix is declared there, where xs and xsd stand for XML Schema and nothing else, and the abstract elements BaseID, Statement and Condition have one. Exclusive canonicalization drops a declaration that only a value uses,
unless PrefixList names it: such a prefix is then declared outside of what was signed, which is a warning.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Declare the prefix of the type on the element that has it, and name it in the PrefixList of the signature."},
	Follows: []string{"signature/digest", "signature/wrapping"},
	Run:     judgeTypes,
}

func judgeTypes(c *Case) Outcome {
	out := onDocuments(xmlType)(c)
	if out.Skip != "" || len(out.Findings) > 0 {
		return out
	}
	for _, s := range c.Signatures {
		if s.Signed == nil {
			continue
		}
		for _, f := range xmlType(s.Signed, c.Expect) {
			f.Note = "the prefix is declared outside of what the signature covers, so it can be changed without breaking it"
			out.Findings = append(out.Findings, f.only(Warning))
		}
		if len(out.Findings) > 0 {
			break // the other signature covers the same, or is around it
		}
	}
	return out
}

func xmlType(d *saml.Document, _ *Expect) (list []Finding) {
	for e := range d.Elements() {
		t := e.AttrNS(saml.NSInstance, "type")
		if !t.Exists() {
			if e.Space() == saml.NSAssertion && isAbstract(e.Local()) {
				list = append(list, found(e.At(), expandedName(e)+" without xsi:type", "the type that it is"))
			}
			continue
		}
		v := strings.Trim(t.Value(), " \t\r\n")
		prefix, local, has := strings.Cut(v, ":")
		if !has {
			prefix, local = "", v
		}
		if !isNCName(local) || has && !isNCName(prefix) {
			list = append(list, found(t.At(), t.Value(), "a name, with or without a prefix"))
			continue
		}
		space, ok := e.Namespace(prefix)
		switch {
		case !ok && prefix != "":
			list = append(list, found(t.At(), t.Value(), "a prefix that is declared").noted("the prefix "+prefix+" is not declared here"))
		case (prefix == "xs" || prefix == "xsd") && !strings.HasSuffix(space, "/XMLSchema"):
			list = append(list, found(t.At(), t.Value(), "a type of "+saml.NSSchema).noted("the prefix "+prefix+" stands for "+space))
		}
	}
	return list
}

// isAbstract reports whether an element of assertions must say by xsi:type what it is.
func isAbstract(local string) bool {
	return local == "BaseID" || local == "Statement" || local == "Condition"
}
