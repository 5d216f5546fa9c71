package harness_test

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	gaps = regexp.MustCompile(`>\s+<`)
)

// edits are ways to spoil a valid response after signing, and some that must not.
func edits() []edit {
	return slices.Concat([]edit{{"unchanged", func(m *message) string { return m.doc }, `^PASS`}}, whiteSpaceEdits(), characterEdits(), valueEdits(), structureEdits(), signatureEdits(), wrappingEdits())
}

// whiteSpaceEdits change white space and line ends.
func whiteSpaceEdits() []edit {
	return []edit{
		{"re-indented by two spaces", func(m *message) string { return indented(m.doc, "  ", "\n") }, `white space was|^PASS`},
		{"re-indented by tabs", func(m *message) string { return indented(m.doc, "\t", "\n") }, `white space was|^PASS`},
		{"re-indented by four, CR LF", func(m *message) string { return indented(m.doc, "    ", "\r\n") }, `white space was|^PASS`},
		{"white space between elements taken out", func(m *message) string { return gaps.ReplaceAllString(m.doc, "><") }, `white space was`},
		{"line breaks taken out everywhere", func(m *message) string { return strings.ReplaceAll(m.doc, "\n", "") }, `white space was`},
		{"line breaks to spaces", func(m *message) string { return strings.ReplaceAll(m.doc, "\n", " ") }, `white space was`},
		{"a line break added in one place", func(m *message) string { return m.swap(m.first("Subject"), "\n"+m.first("Subject")) }, `white space was`},
		{"a line break at the end of a value", func(m *message) string { return m.text("Audience", m.all("Audience")[0].Text()+"\n") }, `white space was put around a value`},
		{"white space in NameID", func(m *message) string { return m.text("NameID", "\n    "+m.nameID()+"\n  ") }, `white space was put around a value`},
		{"&#13; at line ends", func(m *message) string {
			begin, end := m.tree.Root().Extent()
			return m.doc[:begin] + strings.ReplaceAll(m.doc[begin:end], "\n", "&#13;\n") + m.doc[end:]
		}, `line ends were changed`},
		{"CR LF at line ends", func(m *message) string { return strings.ReplaceAll(m.doc, "\n", "\r\n") }, `^PASS`},
	}
}

// characterEdits change how characters are written.
func characterEdits() []edit {
	return []edit{
		{"UTF-8 read as Latin-1", func(m *message) string { return asLatin1(m.doc) }, `UTF-8 was read as ISO-8859-1`},
		{"UTF-8 read as Latin-1 in one value", func(m *message) string { return m.text("NameID", asLatin1(m.nameID())) }, `UTF-8 was read as ISO-8859-1`},
		{"question marks for what is beyond ASCII", func(m *message) string { return beyond.ReplaceAllString(m.doc, "?") }, `a question mark in the place of a letter`},
		{"replacement characters", func(m *message) string { return beyond.ReplaceAllString(m.doc, "\uFFFD") }, `characters were lost in conversion`},
		{"accents taken away", func(m *message) string { return strings.NewReplacer("ë", "e", "ü", "u", "ö", "o").Replace(m.doc) }, `cannot be told: not white space`},
		{"accents decomposed", func(m *message) string {
			return strings.NewReplacer("ë", "e\u0308", "ü", "u\u0308", "ö", "o\u0308").Replace(m.doc)
		}, `letters were parted from their accents`},
		{"character references", func(m *message) string { return strings.NewReplacer("ë", "&#235;", "ü", "&#xFC;").Replace(m.doc) }, `^PASS`},
		{"a letter that looks alike in NameID", func(m *message) string { return m.text("NameID", strings.Replace(m.nameID(), "e", "\u0435", 1)) }, `look alike after signing|NameID was edited`},
		{"references escaped", func(m *message) string {
			return strings.NewReplacer("ë", "&amp;#235;", "ü", "&amp;#xFC;").Replace(m.doc)
		}, `escaped once too often`},
		{"escaped twice", func(m *message) string { return strings.ReplaceAll(m.doc, "&amp;", "&amp;amp;") }, `characters were escaped once too often`},
		{"plus to space in values", func(m *message) string { return m.text("NameID", strings.ReplaceAll(m.nameID(), "+", " ")) }, `plus signs became spaces`},
		{"plus to space everywhere", func(m *message) string { return strings.ReplaceAll(m.doc, "+", " ") }, `plus signs became spaces|CipherValue is no base64`},
		{"percent-encoded value", func(m *message) string { return m.text("Audience", "https%3A%2F%2Fsp.example%2Fmetadata") }, `percent-encoded after signing|Audience was edited`},
		{"NameID in lower case", func(m *message) string { return m.text("NameID", strings.ToUpper(m.nameID())) }, `in lower case when it was signed`},
		{"byte order mark", func(m *message) string { return "\uFEFF" + m.doc }, `^PASS`},
		{"XML declaration taken away", func(m *message) string { return regexp.MustCompile(`^<\?xml.*?\?>`).ReplaceAllString(m.doc, "") }, `^PASS`},
		{"declared ISO-8859-1", func(m *message) string { return strings.Replace(m.doc, `encoding="UTF-8"`, `encoding="ISO-8859-1"`, 1) }, `declared as encoded in .ISO-8859-1`},
		{"converted to ISO-8859-1", func(m *message) string { return toLatin1(m.doc) }, `byte 0xEB begins no character of UTF-8`},
		{"doctype", func(m *message) string { return m.swap("<samlp:Response", "<!DOCTYPE r>\n<samlp:Response") }, `DOCTYPE`},
	}
}

// valueEdits change what the message says.
func valueEdits() []edit {
	return []edit{
		{"NameID of another", func(m *message) string { return m.text("NameID", "mallory@evil.example") }, `NameID was edited|cannot be told`},
		{"NameID with a letter changed", func(m *message) string { return m.text("NameID", "b"+m.nameID()[1:]) }, `NameID was edited`},
		{"NameID Format changed", func(m *message) string {
			return m.attr("NameID", "Format", to("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"))
		}, `NameID/@Format was edited`},
		{"user changed everywhere", func(m *message) string {
			return strings.ReplaceAll(m.doc, ">"+m.nameID()+"<", ">mallory@evil.example<")
		}, `cannot be told|stands before the root`},
		{"last value of the last attribute", func(m *message) string {
			v := m.all("AttributeValue")
			if len(v) == 0 {
				return ""
			}
			return m.in(v[len(v)-1], v[len(v)-1].Text(), "admin")
		}, `AttributeValue.* was edited|cannot be told`},
		{"value appended to", func(m *message) string {
			v := m.all("AttributeValue")
			if len(v) == 0 {
				return ""
			}
			return m.in(v[len(v)-1], v[len(v)-1].Text(), v[len(v)-1].Text()+", admin")
		}, `AttributeValue.* was edited`},
		{"name of an attribute", func(m *message) string { return m.attr("Attribute", "Name", to("admin")) }, `/@Name was edited|cannot be told`},
		{"Audience", func(m *message) string { return m.text("Audience", "https://evil.example/sp") }, `Audience was edited`},
		{"Audience with a slash", func(m *message) string { return m.text("Audience", m.all("Audience")[0].Text()+"/") }, `a slash at its end was added or taken away`},
		{"Recipient", func(m *message) string {
			return m.attr("SubjectConfirmationData", "Recipient", to("https://evil.example/acs"))
		}, `@Recipient was edited`},
		{"Destination", func(m *message) string { return m.attr("Response", "Destination", to("https://evil.example/acs")) }, `Destination was edited|host is .evil.example`},
		{"Destination, http", func(m *message) string {
			return m.attr("Response", "Destination", func(s string) string { return strings.Replace(s, "https", "http", 1) })
		}, `http and https were exchanged|http for https`},
		{"Destination and Recipient", func(m *message) string {
			return strings.ReplaceAll(m.doc, strings.ReplaceAll(m.all("Response")[0].Attr("Destination").Value(), "&", "&amp;"), "https://evil.example/acs")
		}, `(Destination|Recipient) was edited`},
		{"Audience, Destination and Recipient", func(m *message) string {
			if len(m.all("Audience")) == 0 {
				return ""
			}
			return strings.NewReplacer(strings.ReplaceAll(m.all("Response")[0].Attr("Destination").Value(), "&", "&amp;"), "https://evil.example/acs", m.all("Audience")[0].Text(), "urn:evil").Replace(m.doc)
		}, `several values were edited`},
		{"InResponseTo of both", func(m *message) string {
			return strings.ReplaceAll(m.doc, m.all("Response")[0].Attr("InResponseTo").Value(), "_0badc0de0123456789abcdef01234567")
		}, `InResponseTo was edited`},
		{"InResponseTo of the response", func(m *message) string {
			return m.attr("Response", "InResponseTo", to("_0badc0de0123456789abcdef01234567"))
		}, `InResponseTo was edited|_0badc0de`},
		{"InResponseTo of the confirmation", func(m *message) string {
			return m.attr("SubjectConfirmationData", "InResponseTo", to("_0badc0de0123456789abcdef01234567"))
		}, `InResponseTo was edited`},
		{"InResponseTo taken away", func(m *message) string {
			return strings.Replace(m.doc, ` InResponseTo="`+m.all("Response")[0].Attr("InResponseTo").Value()+`"`, "", 1)
		}, `InResponseTo was taken away|no InResponseTo`},
		{"Destination taken away", func(m *message) string {
			return strings.Replace(m.doc, ` Destination="`+strings.ReplaceAll(m.all("Response")[0].Attr("Destination").Value(), "&", "&amp;")+`"`, "", 1)
		}, `Destination was taken away|^PASS`},
		{"Issuer of the response", func(m *message) string { return m.text("Issuer", "https://evil.example/idp") }, `Issuer was edited|host is .evil.example`},
		{"Issuer of both", func(m *message) string {
			return strings.ReplaceAll(m.doc, ">"+m.all("Issuer")[0].Text()+"<", ">https://evil.example/idp<")
		}, `Issuer was edited`},
		{"status", func(m *message) string {
			return m.attr("StatusCode", "Value", to("urn:oasis:names:tc:SAML:2.0:status:Responder"))
		}, `StatusCode/@Value was edited|status:Responder`},
		{"Conditions extended by a year", func(m *message) string { return m.attr("Conditions", "NotOnOrAfter", later(365*24*time.Hour)) }, `NotOnOrAfter was edited`},
		{"Conditions extended by 17 minutes", func(m *message) string { return m.attr("Conditions", "NotOnOrAfter", later(17*time.Minute)) }, `NotOnOrAfter was edited`},
		{"both ends extended by a day", func(m *message) string {
			c := m.all("Conditions")
			if len(c) == 0 {
				return ""
			}
			old := c[0].Attr("NotOnOrAfter").Value()
			return strings.ReplaceAll(m.doc, old, later(24*time.Hour)(old))
		}, `NotOnOrAfter was edited`},
		{"all times moved by three hours", func(m *message) string { return shiftAll(m.doc, 3*time.Hour) }, `all times were moved|cannot be told`},
		{"NotBefore of 2000", func(m *message) string { return m.attr("Conditions", "NotBefore", to("2000-01-01T00:00:00Z")) }, `NotBefore was edited`},
		{"NotBefore taken away", func(m *message) string {
			return regexp.MustCompile(` NotBefore="[^"]*"`).ReplaceAllString(m.doc, "")
		}, `NotBefore was taken away`},
		{"AuthnContextClassRef", func(m *message) string {
			return m.text("AuthnContextClassRef", "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken")
		}, `AuthnContextClassRef was edited`},
		{"SessionIndex", func(m *message) string { return m.attr("AuthnStatement", "SessionIndex", to("_other")) }, `cannot be told`},
		{"NameID and the e-mail address differ", func(m *message) string {
			m2 := newMessage(m, m.text2("NameID", "mallory@evil.example"))
			v := m2.all("AttributeValue")
			if len(v) == 0 {
				return ""
			}
			return m2.in(v[0], v[0].Text(), "admin")
		}, `cannot be told`},
	}
}
