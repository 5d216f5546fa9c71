package mockidp

import (
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// statementFaults are about the statements of a correctly signed assertion.
func statementFaults() []*Fault {
	login := "Whether and when the user logged in is unknown."
	value := pathAttributes + "/Attribute/AttributeValue"
	hostile := strings.Repeat("x", 10000) + " \u05d0\u05d1 \U0001f600 </x> ]]> \\0 &amp;"
	return []*Fault{
		{
			ID: "authn-statement-missing", Cases: rows("N-H01"), Title: "There is no AuthnStatement", Life: login,
			Breaks: rows("AUT-01"), Verdict: Reject, Before: drop(pathAuthn),
		},
		{
			ID: "two-authn-statements", Cases: rows("N-H02"), Title: "There are two AuthnStatements of different contexts", Life: "One reader takes the stronger, another the weaker.",
			Breaks: rows("AUT-01"), Verdict: Warn,
			Before: mapOuter(pathAuthn, func(s string) string {
				return s + strings.Replace(s, contextUnspecified, "urn:oasis:names:tc:SAML:2.0:ac:classes:X509", 1)
			}),
		},
		{
			ID: "authn-instant-missing", Cases: rows("N-H03"), Title: "The AuthnStatement has no AuthnInstant", Life: login,
			Breaks: rows("AUT-02"), Verdict: Reject, Before: dropAttr(pathAuthn, "AuthnInstant"),
		},
		{
			ID: "authn-instant-future", Cases: rows("N-H03"), Title: "The user logs in in an hour", Life: login,
			Breaks: rows("AUT-03"), Verdict: Warn, Before: shift(pathAuthn, "AuthnInstant", time.Hour),
		},
		{
			ID: "session-over", Cases: rows("N-H04"), Title: "The session ended an hour ago", Life: "Who has logged out, or was logged out, would be logged in.",
			Breaks: rows("AUT-05"), Verdict: Reject,
			Before: func(x []byte) ([]byte, error) {
				at, err := attributeOf(x, pathAuthn, "AuthnInstant")
				if err != nil {
					return nil, err
				}
				return all(addAttr(pathAuthn, `SessionNotOnOrAfter="`+at+`"`), shift(pathAuthn, "SessionNotOnOrAfter", -time.Hour))(x)
			},
		},
		{
			ID: "authn-context-missing", Cases: rows("N-H06"), Title: "The AuthnStatement has no AuthnContext", Life: "How the user logged in is unknown.",
			Breaks: rows("AUT-06"), Verdict: Reject, Before: drop(pathAuthn + "/AuthnContext"),
		},
		{
			ID: "authn-context-empty", Cases: rows("N-H06"), Title: "The AuthnContext is empty", Life: "How the user logged in is unknown.",
			Breaks: rows("AUT-06"), Verdict: Reject, Before: drop(pathAuthn + "/AuthnContext/AuthnContextClassRef"),
		},
		{
			ID: "authn-context-no-uri", Cases: rows("N-H06"), Title: "The AuthnContextClassRef is no URI", Life: "How the user logged in is unknown.",
			Breaks: rows("AUT-06 XML-08"), Verdict: Reject, Before: setText(pathAuthn+"/AuthnContext/AuthnContextClassRef", "Password"),
		},
		{
			ID: "subject-locality-port", Cases: rows("N-H07"), Title: "The SubjectLocality's Address has a port", Life: "It is no address: where addresses are compared, nobody gets in.",
			Breaks: rows("AUT-09"), Verdict: Warn, Before: prepend(pathAuthn, `<saml:SubjectLocality Address="192.0.2.1:5555"/>`),
		},
		{
			ID: "attribute-statement-empty", Cases: rows("N-H08"), Title: "The AttributeStatement is empty", Life: "The service provider knows nothing of the user.",
			Breaks: rows("ATR-01 XML-05"), Verdict: Reject, Before: setInner(pathAttributes, ""),
		},
		{
			ID: "attribute-statement-missing", Cases: rows("N-H10"), Title: "There is no AttributeStatement", Life: "The service provider knows nothing of the user.",
			Breaks: rows("ATR-11"), Verdict: Warn, Before: drop(pathAttributes),
		},
		{
			ID: "attribute-without-name", Cases: rows("N-H09"), Title: "The first attribute has no Name", Life: "A value without a name is anything's.",
			Breaks: rows("ATR-02 XML-05"), Verdict: Reject, Before: dropAttr(pathAttributes+"/Attribute", "Name"),
		},
		{
			ID: "attribute-name-blank", Cases: rows("N-H09"), Title: "The first attribute's Name is blank", Life: "A value without a name is anything's.",
			Breaks: rows("ATR-02 XML-07"), Verdict: Reject, Before: setAttr(pathAttributes+"/Attribute", "Name", "  "),
		},
		{
			ID: "attribute-missing", Cases: rows("N-H10"), Title: "The last attribute is not there", Life: "What the service provider needs to know, it does not.",
			Breaks: rows("ATR-11"), Verdict: Reject, Before: lastAttribute(func(string) string { return "" }),
		},
		{
			ID: "attribute-blank", Cases: rows("N-H10"), Title: "The value of the last attribute is blank", Life: "What the service provider needs to know, it does not.",
			Breaks: rows("ATR-11"), Verdict: Reject, Before: lastAttribute(withValue("  ")),
		},
		{
			ID: "attribute-nil", Cases: rows("N-H10"), Title: "The value of the last attribute is nil", Life: "What the service provider needs to know, it does not.",
			Breaks: rows("ATR-11 ATR-06"), Verdict: Reject,
			Before: lastAttribute(func(a string) string {
				return strings.Replace(withValue("")(a), `xsi:type="xs:anyType"`, `xsi:nil="true"`, 1)
			}),
		},
		{
			ID: "attribute-without-value", Cases: rows("N-H10"), Title: "The last attribute has no AttributeValue", Life: "What the service provider needs to know, it does not.",
			Breaks: rows("ATR-11 ATR-06"), Verdict: Reject,
			Before: lastAttribute(func(a string) string {
				return a[:strings.Index(a, "<saml:AttributeValue")] + "</saml:Attribute>"
			}),
		},
		{
			ID: "attribute-case", Cases: rows("N-H10"), Title: "The name of the last attribute is in capitals", Life: "Names have letter case: it is another attribute.",
			Breaks: rows("ATR-11 ATR-04"), Verdict: Reject, Before: lastAttribute(onName(strings.ToUpper)),
		},
		{
			ID: "attribute-friendly-name", Cases: rows("N-H10"), Title: "The last attribute has its name as FriendlyName only", Life: "A FriendlyName is for people to read: attributes are known by their Name.",
			Breaks: rows("ATR-11 ATR-04"), Verdict: Reject,
			Before: lastAttribute(func(a string) string {
				return strings.Replace(onName(func(n string) string { return "urn:example:x" })(a), "<saml:Attribute ", `<saml:Attribute FriendlyName="`+nameOf(a)+`" `, 1)
			}),
		},
		{
			ID: "attribute-twice", Cases: rows("N-H11"), Title: "The last attribute is there twice, with another value", Life: "One reader takes the first, another the last.",
			Breaks: rows("ATR-05"), Verdict: Warn, Before: lastAttribute(func(a string) string { return a + withValue("admin")(a) }),
		},
		{
			ID: "attribute-twice-other-format", Cases: rows("N-H11"), Title: "The last attribute is there twice, with another value and another NameFormat", Life: "They are two attributes; who goes by the name alone takes one of them.",
			Breaks: rows("ATR-04"), Verdict: Warn,
			Before: lastAttribute(func(a string) string {
				return a + strings.Replace(withValue("admin")(a), nameFormatUnspecified, "urn:oasis:names:tc:SAML:2.0:attrname-format:basic", 1)
			}),
		},
		{
			ID: "attribute-two-values", Cases: rows("N-H19"), Title: "The last attribute has two values, agent and admin", Life: "One reader takes the first, another the last, another both.",
			Breaks: rows("ATR-05 ATR-11"), Verdict: Warn,
			Before: lastAttribute(func(a string) string {
				at := strings.Index(a, "<saml:AttributeValue")
				end := strings.LastIndex(a, "</saml:Attribute>")
				return withValue("agent")(a)[:len(withValue("agent")(a))-len("</saml:Attribute>")] + withValue("admin")(a[at:end]) + a[end:]
			}),
		},
		{
			ID: "name-format-missing", Cases: rows("N-H12"), Title: "The attributes have no NameFormat", Life: "Nothing: it is the unspecified one.",
			Verdict: Accept, Before: replaceAll(` NameFormat="`+nameFormatUnspecified+`"`, ""),
		},
		{
			ID: "name-format-basic", Cases: rows("N-H12"), Title: "The attributes have the basic NameFormat", Life: "Nothing, where attributes are known by their names.",
			Verdict: Accept, Before: replaceAll(nameFormatUnspecified, "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"),
		},
		{
			ID: "name-format-uri", Cases: rows("N-H12"), Title: "The attributes have the NameFormat of URIs, which their names are not", Life: "They are other attributes to a reader that takes the format seriously.",
			Breaks: rows("ATR-03"), Verdict: Warn, Before: replaceAll(nameFormatUnspecified, "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"),
		},
		{
			ID: "value-type-string", Cases: rows("N-H13"), Title: "The values are of type xs:string", Life: "Nothing: most identity providers write it so.",
			Verdict: Accept, Before: replaceAll(`xsi:type="xs:anyType"`, `xsi:type="xs:string"`),
		},
		{
			ID: "value-untyped", Cases: rows("N-H13"), Title: "The values have no type", Life: "Nothing: they need none.",
			Verdict: Accept, Before: replaceAll(` xmlns:xs="`+saml.NSSchema+`" xmlns:xsi="`+saml.NSInstance+`" xsi:type="xs:anyType"`, ""),
		},
		{
			ID: "value-with-elements", Cases: rows("N-H13"), Title: "The last attribute's value holds an element", Life: "One reader takes its text, another nothing.",
			Breaks: rows("ATR-12"), Verdict: Warn, Before: lastAttribute(withValue("<x>agent</x>")),
		},
		{
			ID: "type-prefix-undeclared", Cases: rows("N-H14"), Title: "xsi:type has a prefix that nothing declares", Life: "A reader that validates cannot tell the type, and refuses the message.",
			Breaks: rows("XML-14 XML-05"), Verdict: Reject, Before: replaceAll(` xmlns:xs="`+saml.NSSchema+`"`, ""),
		},
		{
			ID: "value-hostile", Cases: rows("N-H15"), Title: "A value has ten thousand characters, right-to-left letters, an emoji and markup", Life: "Nothing: it is text.",
			Verdict: Accept, Before: setText(value, hostile),
		},
		{
			ID: "values-packed", Cases: rows("N-H16"), Title: "The last attribute's value is a list with semicolons and commas", Life: "A role with a comma in its name is two roles.",
			Breaks: rows("ATR-08"), Verdict: Warn, Before: lastAttribute(withValue("agent;supervisor,admin")),
		},
		{
			ID: "fifty-attributes", Cases: rows("N-H17"), Title: "There are fifty attributes that nobody asked for", Life: "Nothing: what is not known is left alone.",
			Verdict: Accept, Before: add(pathAttributes, fiftyAttributes()),
		},
		{
			ID: "encrypted-attribute", Cases: rows("N-H18"), Title: "There is an EncryptedAttribute", Life: "What cannot be read would be taken for something that is there.",
			Breaks: rows("ATR-09"), Verdict: Warn,
			Before: add(pathAttributes, `<saml:EncryptedAttribute><xenc:EncryptedData xmlns:xenc="`+saml.NSXMLEnc+`" Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAttribute>`),
		},
		{
			ID: "audience-blank", Cases: rows("N-Q01"), Title: "The Audience is blank", Life: "A name of no characters is everybody's.",
			Breaks: rows("XML-07 CND-06"), Verdict: Reject, Before: setInner(pathAudience, "   "),
		},
		{
			ID: "session-index-blank", Cases: rows("N-Q01"), Title: "The SessionIndex is blank", Life: "A name of no characters is every session's.",
			Breaks: rows("XML-07"), Verdict: Reject, Before: addAttr(pathAuthn, `SessionIndex="  "`),
		},
	}
}

// withValue gives an Attribute as written this value, as written.
func withValue(value string) func(string) string {
	return func(a string) string {
		a = strings.Replace(a, `"xs:anyType"/>`, `"xs:anyType"></saml:AttributeValue>`, 1)
		end := strings.LastIndex(a, "</saml:AttributeValue>")
		start := strings.LastIndex(a[:end], `"xs:anyType">`) + len(`"xs:anyType">`)
		return a[:start] + value + a[end:]
	}
}

// onName changes the name of an Attribute as written.
func onName(f func(string) string) func(string) string {
	return func(a string) string {
		return strings.Replace(a, ` Name="`+nameOf(a)+`"`, ` Name="`+f(nameOf(a))+`"`, 1)
	}
}

func nameOf(a string) string {
	_, from, to, err := attrAt(a, "Name")
	if err != nil {
		panic(err)
	}
	return a[from:to]
}

func fiftyAttributes() string {
	var b strings.Builder
	for i := range 50 {
		b.WriteString(attributeXML(attribute{"x" + string(rune('a'+i%26)) + string(rune('a'+i/26)), "value"}))
	}
	return b.String()
}
