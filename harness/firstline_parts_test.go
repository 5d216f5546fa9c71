package harness_test

import (
	"regexp"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// structureEdits add, take away and move parts.
func structureEdits() []edit {
	return []edit{
		{"attribute added", func(m *message) string {
			a := m.first("Attribute")
			if a == "" {
				return ""
			}
			return m.swap(a, a+strings.Replace(a, ` Name="`, ` Name="x`, 1))
		}, `<Attribute> was added`},
		{"value added", func(m *message) string { a := m.first("AttributeValue"); return m.swap(a, a+a) }, `<AttributeValue> was added`},
		{"first attribute taken away", func(m *message) string { return m.swap(m.first("Attribute"), "") }, `cannot be told`},
		{"last attribute taken away", func(m *message) string {
			a := m.all("Attribute")
			if len(a) == 0 {
				return ""
			}
			return m.swap(a[len(a)-1].Source(), "")
		}, `cannot be told`},
		{"two attributes exchanged", func(m *message) string {
			a := m.all("Attribute")
			if len(a) < 2 {
				return ""
			}
			x, y := a[0].Source(), a[1].Source()
			return strings.NewReplacer(x, y, y, x).Replace(m.doc)
		}, `put in another order`},
		{"statements exchanged", func(m *message) string {
			x, y := m.first("AuthnStatement"), m.first("AttributeStatement")
			if x == "" {
				return ""
			}
			return strings.NewReplacer(x, y, y, x).Replace(m.doc)
		}, `put in another order`},
		{"AuthnStatement taken away", func(m *message) string { return m.swap(m.first("AuthnStatement"), "") }, `cannot be told`},
		{"AttributeStatement taken away", func(m *message) string { return m.swap(m.first("AttributeStatement"), "") }, `cannot be told`},
		{"Conditions taken away", func(m *message) string { return m.swap(m.first("Conditions"), "") }, `cannot be told`},
		{"AudienceRestriction taken away", func(m *message) string { return m.swap(m.first("AudienceRestriction"), "") }, `AudienceRestriction was taken away|cannot be told`},
		{"Audience added", func(m *message) string {
			a := m.first("Audience")
			if a == "" {
				return ""
			}
			return m.swap(a, a+strings.Replace(a, m.all("Audience")[0].Text(), "urn:evil", 1))
		}, `<Audience> was added`},
		{"OneTimeUse added", func(m *message) string {
			c := m.first("Conditions")
			if c == "" {
				return ""
			}
			return m.swap(c, into(c, `<x:OneTimeUse xmlns:x="`+saml.NSAssertion+`"/>`))
		}, `<OneTimeUse> was added`},
		{"XML attribute added", func(m *message) string {
			return strings.Replace(m.doc, ` Version="2.0"`, ` Version="2.0" Consent="urn:x"`, 1)
		}, `XML attribute was added|^PASS`},
		{"Format of NameID taken away", func(m *message) string {
			return regexp.MustCompile(`(NameID) Format="[^"]*"`).ReplaceAllString(m.doc, "$1")
		}, `NameID/@Format was taken away`},
		{"xsi:type taken away", func(m *message) string { return regexp.MustCompile(` xsi:type="[^"]*"`).ReplaceAllString(m.doc, "") }, `xsi:type was taken away`},
		{"xmlns:xs taken away", func(m *message) string {
			return strings.ReplaceAll(m.doc, ` xmlns:xs="http://www.w3.org/2001/XMLSchema"`, "")
		}, `declaration xmlns:xs was taken away|the prefix xs is not declared`},
		{"assertion in the default namespace", func(m *message) string {
			return regexp.MustCompile(`(</?)saml:`).ReplaceAllString(strings.ReplaceAll(m.doc, "xmlns:saml=", "xmlns="), "$1")
		}, `prefixes were renamed|^PASS`},
		{"NameFormat taken away", func(m *message) string { return regexp.MustCompile(` NameFormat="[^"]*"`).ReplaceAllString(m.doc, "") }, `NameFormat was taken away|cannot be told`},
		{"comment in NameID", func(m *message) string {
			n := m.nameID()
			if n == "" {
				return ""
			}
			return m.text("NameID", n[:2]+"<!-- -->"+n[2:])
		}, `^PASS`},
		{"NameID cut by a comment", func(m *message) string {
			n := m.nameID()
			if n == "" {
				return ""
			}
			return m.text("NameID", n+"<!-- -->.evil.example")
		}, `NameID was edited`},
		{"instruction in NameID", func(m *message) string {
			n := m.nameID()
			if n == "" {
				return ""
			}
			return m.text("NameID", n[:2]+"<?x?>"+n[2:])
		}, `instruction was added`},
		{"CDATA", func(m *message) string {
			n := m.nameID()
			if n == "" {
				return ""
			}
			return m.text("NameID", "<![CDATA["+n+"]]>")
		}, `^PASS`},
		{"zero-width space in NameID", func(m *message) string {
			n := m.nameID()
			if n == "" {
				return ""
			}
			return m.text("NameID", n[:2]+"\u200B"+n[2:])
		}, `NameID was edited`},
		{"element in NameID", func(m *message) string {
			n := m.nameID()
			if n == "" {
				return ""
			}
			return m.text("NameID", n[:2]+"<b/>"+n[2:])
		}, `<b> was added`},
		{"prefix of the response renamed", func(m *message) string {
			return strings.NewReplacer("samlp:", "p2:", "xmlns:samlp=", "xmlns:p2=").Replace(m.doc)
		}, `prefixes were renamed|^PASS`},
		{"prefix of the assertion renamed", func(m *message) string {
			return strings.NewReplacer("saml:", "saml2:", "xmlns:saml=", "xmlns:saml2=").Replace(m.doc)
		}, `prefixes were renamed|^PASS`},
		{"prefix of the signature renamed", func(m *message) string {
			return strings.NewReplacer("ds:", "dsig:", "xmlns:ds=", "xmlns:dsig=").Replace(m.doc)
		}, `prefixes were renamed`},
		{"unused namespace on the response", func(m *message) string { return m.swap(` Destination="`, ` xmlns:foo="urn:foo" Destination="`) }, `^PASS`},
		{"xs and xsi declared on the response", func(m *message) string {
			const xs, xsi = ` xmlns:xs="http://www.w3.org/2001/XMLSchema"`, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
			if !strings.Contains(m.doc, xs) {
				return ""
			}
			return strings.Replace(strings.ReplaceAll(strings.ReplaceAll(m.doc, xs, ""), xsi, ""), ` Destination="`, xs+xsi+` Destination="`, 1)
		}, `namespace declarations were moved|^PASS`},
		{"xs bound to another namespace", func(m *message) string {
			return strings.Replace(m.doc, `xmlns:xs="http://www.w3.org/2001/XMLSchema"`, `xmlns:xs="urn:x"`, 1)
		}, `bound to another namespace|prefix xs stands for urn:x`},
		{"attributes reordered, quotes, empty elements", func(m *message) string {
			return regexp.MustCompile(`<((?:\w+:)?\w+)([^<>]*)/>`).ReplaceAllString(strings.ReplaceAll(m.doc, ` Version="2.0"`, ` Version='2.0'`), "<$1$2></$1>")
		}, `^PASS`},
	}
}

// signatureEdits change signatures.
func signatureEdits() []edit {
	return []edit{
		{"all signatures taken away", func(m *message) string {
			s := m.doc
			for _, e := range m.all("Signature") {
				s = strings.Replace(s, e.Source(), "", 1)
			}
			return s
		}, `no signature on|^PASS`},
		{"signature of the response taken away", func(m *message) string { return m.swap(m.own("Response"), "") }, `no signature on|^PASS`},
		{"signature of the assertion taken away", func(m *message) string {
			if m.own("Assertion") == "" {
				return ""
			}
			return m.swap(m.own("Assertion"), "")
		}, `no signature on|cannot be told`},
		{"KeyInfo of another certificate", func(m *message) string { return m.swap(m.certificate(), otherCertificate(m)) }, `^PASS`},
		{"last KeyInfo of another certificate", func(m *message) string {
			c := m.certificate()
			if c == "" {
				return ""
			}
			at := strings.LastIndex(m.doc, c)
			return m.doc[:at] + otherCertificate(m) + m.doc[at+len(c):]
		}, `certificate in KeyInfo .* was replaced|^PASS`},
		{"KeyInfo taken away", func(m *message) string { return m.swap(m.first("KeyInfo"), "") }, `^PASS`},
		{"SignatureMethod", func(m *message) string { return m.attr("SignatureMethod", "Algorithm", to(saml.RSASHA1)) }, `SignatureMethod/@Algorithm was edited`},
		{"SignatureMethod, SHA-512", func(m *message) string { return m.attr("SignatureMethod", "Algorithm", to(saml.RSASHA512)) }, `SignatureMethod/@Algorithm was edited`},
		{"DigestMethod", func(m *message) string { return m.attr("DigestMethod", "Algorithm", to(saml.DigestSHA1)) }, `DigestValue was made with SHA-256`},
		{"CanonicalizationMethod", func(m *message) string {
			return m.attr("CanonicalizationMethod", "Algorithm", to(saml.C14NExclusiveComments))
		}, `CanonicalizationMethod/@Algorithm was edited`},
		{"CanonicalizationMethod, inclusive", func(m *message) string {
			return m.attr("CanonicalizationMethod", "Algorithm", to(saml.C14NInclusive))
		}, `CanonicalizationMethod/@Algorithm was edited`},
		{"KeyInfo of the last taken away", func(m *message) string {
			k := m.all("KeyInfo")
			if len(k) == 0 {
				return ""
			}
			return m.in(k[len(k)-1].Parent(), k[len(k)-1].Source(), "")
		}, `KeyInfo was taken away from the signature inside|^PASS|cannot be told`},
		{"canonicalization taken away", func(m *message) string {
			x := m.all("Transform")[1]
			return m.in(x.Parent(), x.Source(), "")
		}, `a Transform was taken away|canonicalization that is named was changed`},
		{"plus to space in SignatureValue", func(m *message) string {
			v := m.all("SignatureValue")[0]
			return m.in(v, v.Text(), strings.ReplaceAll(v.Text(), "+", " "))
		}, `plus signs became spaces`},
		{"DigestValue", func(m *message) string { v := m.all("DigestValue"); return m.in(v[0], v[0].Text(), bump(v[0].Text())) }, `DigestValue itself was edited`},
		{"DigestValue of the last", func(m *message) string {
			v := m.all("DigestValue")
			e := v[len(v)-1]
			return m.in(e, e.Text(), bump(e.Text()))
		}, `DigestValue itself was edited`},
		{"SignatureValue", func(m *message) string { v := m.all("SignatureValue")[0]; return m.in(v, v.Text(), bump(v.Text())) }, `no trusted key made the signature value`},
		{"SignatureValue of the last", func(m *message) string {
			v := m.all("SignatureValue")
			e := v[len(v)-1]
			return m.in(e, e.Text(), bump(e.Text()))
		}, `no trusted key made the signature value|one character of it is another|the change may lie in that signature`},
		{"SignatureValue empty", func(m *message) string { v := m.all("SignatureValue")[0]; return m.in(v, v.Text(), "") }, `SignatureValue is no base64: there is nothing`},
		{"SignatureValue cut short", func(m *message) string {
			v := m.all("SignatureValue")[0]
			s := strings.TrimSpace(v.Text())
			return m.in(v, v.Text(), s[:len(s)-4])
		}, `has 255 octets`},
		{"Reference to another ID", func(m *message) string { return m.attr("Reference", "URI", to("#_nowhere")) }, `the Reference was edited`},
		{"Reference to the other signed element", func(m *message) string {
			r, a := m.all("Response"), m.all("Assertion")
			if len(a) == 0 {
				return ""
			}
			other := r[0].Attr("ID").Value()
			if m.own("Response") != "" {
				other = a[0].Attr("ID").Value()
			}
			return m.attr("Reference", "URI", to("#"+other))
		}, `the Reference was edited`},
		{"Reference empty", func(m *message) string { return m.attr("Reference", "URI", to("")) }, `Reference names the whole document`},
		{"ID of the response", func(m *message) string { return m.attr("Response", "ID", to("_r2")) }, `the ID of the <Response> was edited|^PASS`},
		{"ID of the assertion", func(m *message) string { return m.attr("Assertion", "ID", to("_a2")) }, `the ID of the <Assertion> was edited|cannot be told`},
		{"Transforms taken away", func(m *message) string { return m.swap(m.first("Transforms"), "") }, `no enveloped-signature`},
		{"enveloped-signature taken away", func(m *message) string { return m.swap(m.first("Transform"), "") }, `no enveloped-signature`},
		{"Transform added", func(m *message) string {
			x := m.first("Transform")
			return m.swap(x, x+strings.Replace(x, saml.TransformEnveloped, saml.C14NInclusive, 1))
		}, `2 canonicalizations`},
		{"PrefixList changed", func(m *message) string { return m.attr("InclusiveNamespaces", "PrefixList", to("xs")) }, `PrefixList was edited`},
		{"PrefixList taken away", func(m *message) string { return m.swap(m.first("InclusiveNamespaces"), "") }, `PrefixList was (changed|taken away)`},
		{"PrefixList added", func(m *message) string {
			if m.first("InclusiveNamespaces") != "" {
				return ""
			}
			x := m.all("Transform")[1]
			return m.in(x, x.Source(), strings.Replace(strings.Replace(x.Source(), "/>", ">", 1), "</", "</", 1)+`<ec:InclusiveNamespaces xmlns:ec="`+saml.NSExcC14N+`" PrefixList="xs samlp"/></`+m.prefix("Transform")+`Transform>`)
		}, `PrefixList .* was put in`},
		{"signatures exchanged", func(m *message) string {
			x, y := m.own("Response"), m.own("Assertion")
			if x == "" || y == "" {
				return ""
			}
			return m.doc[:strings.Index(m.doc, x)] + y + strings.Replace(m.doc[strings.Index(m.doc, x)+len(x):], y, x, 1)
		}, `wrapping`},
		{"signature values exchanged", func(m *message) string {
			v := m.all("SignatureValue")
			if len(v) < 2 {
				return ""
			}
			return strings.NewReplacer(v[0].Text(), v[1].Text(), v[1].Text(), v[0].Text()).Replace(m.doc)
		}, `SignatureValue .* was replaced`},
		{"signature behind Subject", func(m *message) string {
			s := m.own("Assertion")
			if s == "" {
				return ""
			}
			n := newMessage(m, m.swap(s, ""))
			return n.swap(n.first("Subject"), n.first("Subject")+s)
		}, `does not stand right after the Issuer`},
		{"signature at the end of the response", func(m *message) string {
			s := m.own("Assertion")
			if s == "" {
				return ""
			}
			n := newMessage(m, m.swap(s, ""))
			return n.swap(n.first("Response"), into(n.first("Response"), s))
		}, `moved out of the assertion, to the response`},
		{"signature twice", func(m *message) string { s := m.first("Signature"); return m.swap(s, s+s) }, `does not stand right after the Issuer`},
		{"signed by another key", func(m *message) string { return resigned(m, "rsa-2048-5") }, `key that is not trusted: that of CN=Login rsa-2048-5`},
	}
}

// wrappingEdits put what is signed where only the verifier looks, or take parts away.
func wrappingEdits() []edit {
	return []edit{
		{"XSW1", func(m *message) string {
			return m.whole(func(signed, bare, s string) string {
				n := strings.Replace(bare, m.first("Assertion"), m.evil(), 1)
				n = strings.Replace(n, m.all("Response")[0].Attr("ID").Value(), "_evilr", 1)
				return afterIssuer(n, into(s, bare))
			})
		}, `XSW1`},
		{"XSW2", func(m *message) string {
			return m.whole(func(signed, bare, s string) string {
				n := strings.Replace(bare, m.first("Assertion"), m.evil(), 1)
				n = strings.Replace(n, m.all("Response")[0].Attr("ID").Value(), "_evilr", 1)
				return afterIssuer(n, bare+s)
			})
		}, `XSW2`},
		{"XSW3", func(m *message) string {
			return m.wrap(func(evil, signed, bare, s string) string { return evil + signed })
		}, `XSW3`},
		{"XSW4", func(m *message) string {
			return m.wrap(func(evil, signed, bare, s string) string { return into(evil, signed) })
		}, `XSW4`},
		{"XSW5", func(m *message) string {
			return m.wrap(func(evil, signed, bare, s string) string { return afterIssuer(evil, s) + bare })
		}, `XSW5`},
		{"XSW6", func(m *message) string {
			return m.wrap(func(evil, signed, bare, s string) string { return afterIssuer(evil, into(s, bare)) })
		}, `XSW6`},
		{"XSW7", func(m *message) string {
			return m.wrap(func(evil, signed, bare, s string) string {
				p := m.prefix("Response")
				return "<" + p + "Extensions>" + evil + "</" + p + "Extensions>" + signed
			})
		}, `was added after signing|XSW7`},
		{"XSW8", func(m *message) string {
			return m.wrap(func(evil, signed, bare, s string) string {
				return afterIssuer(evil, into(s, `<o:Object xmlns:o="`+saml.NSSignature+`">`+bare+"</o:Object>"))
			})
		}, `XSW8`},
		{"evil assertion last", func(m *message) string {
			return m.wrap(func(evil, signed, bare, s string) string { return signed + evil })
		}, `unsigned assertion was put beside`},
		{"evil assertion with the same ID", func(m *message) string {
			return m.wrap(func(evil, signed, bare, s string) string {
				return strings.Replace(evil, evilID, m.all("Assertion")[0].Attr("ID").Value(), 1) + signed
			})
		}, `unique-ids`},
		{"evil assertion in the place of the signed one", func(m *message) string {
			if m.evil() == "" {
				return ""
			}
			return m.swap(m.first("Assertion"), m.evil())
		}, `no signature on|cannot be told`},
		{"assertion twice", func(m *message) string {
			a := m.first("Assertion")
			if a == "" {
				return ""
			}
			return m.swap(a, a+a)
		}, `unique-ids`},
		{"assertion taken away", func(m *message) string { return m.swap(m.first("Assertion"), "") }, `no assertion|cannot be told`},
		{"Status taken away", func(m *message) string { return m.swap(m.first("Status"), "") }, `no Status|Status was taken away|cannot be told`},
		{"Subject taken away", func(m *message) string { return m.swap(m.first("Subject"), "") }, `cannot be told`},
		{"digest made anew after an edit", func(m *message) string {
			s := m.text("NameID", "mallory@evil.example")
			if s == "" {
				return ""
			}
			return redigested(m, s)
		}, `NameID was edited|SignedInfo was changed`},
		{"CipherValue", func(m *message) string {
			v := m.all("CipherValue")
			if len(v) == 0 {
				return ""
			}
			e := v[len(v)-1]
			return m.in(e, e.Text(), bump(e.Text()))
		}, `cannot be told`},
		{"truncated", func(m *message) string { return m.doc[:len(m.doc)*2/3] }, `is cut short`},
		{"last end tag missing", func(m *message) string { return m.doc[:strings.LastIndex(m.doc, "</")] }, `is cut short`},
		{"text behind the end", func(m *message) string { return m.doc + "garbage" }, `stands after the root`},
		{"root renamed", func(m *message) string {
			p := m.prefix("Response")
			return strings.NewReplacer("<"+p+"Response", "<"+p+"LogoutResponse", "</"+p+"Response", "</"+p+"LogoutResponse").Replace(m.doc)
		}, `LogoutResponse`},
	}
}
