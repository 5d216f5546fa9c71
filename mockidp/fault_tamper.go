package mockidp

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/samlproof/samlproof/harness/saml"
)

// tamperFaults change a response after it was signed.
func tamperFaults() []*Fault {
	covered := "What the identity provider said and what the service provider reads are two things."
	return []*Fault{
		{
			ID: "nameid-changed", Cases: rows("N-B01"), Title: "The NameID is another user's",
			Life:   "Whoever can log in as himself can log in as anybody.",
			Breaks: rows("SIG-02"), Verdict: Reject, After: setText(pathNameID, Mallory),
		},
		{
			ID: "attribute-value-changed", Cases: rows("N-B02"), Title: "The value of the last attribute is changed",
			Life:   "An agent makes himself an administrator.",
			Breaks: rows("SIG-02"), Verdict: Reject, After: lastAttribute(withValue("admin")),
		},
		{
			ID: "attribute-name-changed", Cases: rows("N-B02"), Title: "The name of the last attribute is changed",
			Life:   "A value that means little under one name means much under another.",
			Breaks: rows("SIG-02"), Verdict: Reject, After: lastAttribute(func(a string) string { return strings.Replace(a, ` Name="`, ` Name="x`, 1) }),
		},
		{
			ID: "audience-changed", Cases: rows("N-B03"), Title: "The Audience is another service provider",
			Life:   "A response for one service would do for all.",
			Breaks: rows("SIG-02"), Verdict: Reject, After: setText(pathAudience, "https://other.example/saml"),
		},
		{
			ID: "recipient-changed", Cases: rows("N-B03"), Title: "The Recipient is another address",
			Life:   "A response for one service would do for all.",
			Breaks: rows("SIG-02"), Verdict: Reject, After: setAttr(pathConfirmData, "Recipient", "https://other.example/acs"),
		},
		{
			ID: "destination-changed", Cases: rows("N-B03"), Title: "The Destination is another address",
			Life:   covered,
			Breaks: rows("SIG-02"), Verdict: Reject, After: setAttr("", "Destination", "https://other.example/acs"),
		},
		{
			ID: "in-response-to-changed", Cases: rows("N-B03"), Title: "The request that the assertion answers is another one",
			Life:   "A response that was caught elsewhere would be an answer to this browser's request.",
			Breaks: rows("SIG-02"), Verdict: Reject, After: putAttr(pathConfirmData, "InResponseTo", "_00000000000000000000000000000000"),
		},
		{
			ID: "validity-extended", Cases: rows("N-B04"), Title: "The assertion is valid for a year longer",
			Life:   "A response that was caught would let in for ever.",
			Breaks: rows("SIG-02"), Verdict: Reject,
			After: all(shift(pathConditions, "NotOnOrAfter", 365*24*time.Hour), shift(pathConfirmData, "NotOnOrAfter", 365*24*time.Hour)),
		},
		{
			ID: "status-changed-unsigned", Cases: rows("N-B05"), Title: "The status is a failure, and only the assertion is signed",
			Life:   "A login that the identity provider calls failed would succeed.",
			Breaks: rows("RSP-14"), Verdict: Reject, Signs: SignsAssertion, After: replace(saml.StatusSuccess, statusResponder),
		},
		{
			ID: "destination-changed-unsigned", Cases: rows("N-B06"), Title: "The Destination is another address, and only the assertion is signed",
			Life:   "A response that was meant for another service would be taken here.",
			Breaks: rows("RSP-06"), Verdict: Reject, Signs: SignsAssertion, After: setAttr("", "Destination", "https://other.example/acs"),
		},
		{
			ID: "in-response-to-changed-unsigned", Cases: rows("N-B06"), Title: "The response answers another request than the assertion, and only the assertion is signed",
			Life:   "A response to one browser's request would be taken from another browser.",
			Breaks: rows("SUB-19 RSP-16"), Verdict: Reject, Signs: SignsAssertion,
			After: putAttr("", "InResponseTo", "_00000000000000000000000000000000"),
		},
		{
			ID: "digest-recomputed", Cases: rows("N-B07"), Title: "The NameID is another user's and the digest is made anew, the signature value is not",
			Life:   "A reader that compares the digest and not the signature lets anybody be anybody.",
			Breaks: rows("SIG-02"), Verdict: Reject, Signs: SignsAssertion,
			After: all(setText(pathNameID, Mallory), redigest),
		},
		{
			ID: "reindented", Cases: rows("N-B08"), Title: "The message is indented anew",
			Life:   "White space is content to a signature: a log viewer's pretty copy is another message.",
			Breaks: rows("SIG-02"), Verdict: Reject, After: indent,
		},
		{
			ID: "neutral-attribute-order", Cases: rows("N-B09"), Title: "The root's attributes stand in another order",
			Life:    "Nothing: canonicalization sorts them.",
			Verdict: Accept, After: mapTag("", func(tag string) (string, error) {
				at := strings.Index(tag, ` Version="2.0"`)
				return "<samlp:Response" + tag[at:at+14] + tag[len("<samlp:Response"):at] + tag[at+14:], nil
			}),
		},
		{
			ID: "neutral-quotes", Cases: rows("N-B09"), Title: "Start tags have apostrophes for quotation marks",
			Life:    "Nothing: canonicalization makes them quotation marks.",
			Verdict: Accept, After: onTags(strings.NewReplacer(`'`, "&apos;", `"`, `'`).Replace),
		},
		{
			ID: "neutral-empty-elements", Cases: rows("N-B09"), Title: "Empty elements have an end tag",
			Life:    "Nothing: canonicalization gives them one.",
			Verdict: Accept, After: func(x []byte) ([]byte, error) {
				return emptyElement.ReplaceAll(x, []byte("<$1$2></$1>")), nil
			},
		},
		{
			ID: "neutral-cdata", Cases: rows("N-B09"), Title: "The Audience is written as CDATA",
			Life:    "Nothing: canonicalization makes it plain text.",
			Verdict: Accept, After: mapInner(pathAudience, func(s string) string {
				return "<![CDATA[" + strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s) + "]]>"
			}),
		},
		{
			ID: "neutral-line-ends", Cases: rows("N-B09"), Title: "Line ends are carriage return and newline",
			Life:    "Nothing: XML reads them as newlines.",
			Verdict: Accept, After: replaceAll("\n", "\r\n"),
		},
		{
			ID: "neutral-character-reference", Cases: rows("N-B17"), Title: "A character of the NameID is written as a reference",
			Life:    "Nothing: it is the same character.",
			Verdict: Accept, After: mapInner(pathNameID, refer),
		},
		{
			ID: "prefix-renamed", Cases: rows("N-B10"), Title: "The assertion's prefix is another",
			Life:   "The prefix is part of what was signed, though not of what it means.",
			Breaks: rows("SIG-02"), Verdict: Reject,
			After: mapOuter(pathAssertion, func(a string) string {
				return strings.NewReplacer("<saml:", "<x:", "</saml:", "</x:", "xmlns:saml=", "xmlns:x=").Replace(a)
			}),
		},
		{
			ID: "unused-namespace-added", Cases: rows("N-B11"), Title: "The root declares a namespace that nothing uses",
			Life:    "Nothing: exclusive canonicalization leaves out what is not used.",
			Verdict: Accept, After: addAttr("", `xmlns:foo="urn:example:foo"`),
		},
		{
			ID: "type-prefix-rebound", Cases: rows("N-B12"), Title: "The prefix of xsi:type is bound to another namespace, where the signature does not cover it",
			Life:   "The type of a value is what an attacker says, under a valid signature.",
			Breaks: rows("SIG-17 XML-14 XML-05"), Verdict: Warn,
			seal:  func(s *seal) { s.prefixes = []string{"ds", "saml", "samlp"} },
			After: replaceAll(`xmlns:xs="`+saml.NSSchema+`"`, `xmlns:xs="urn:example:other"`),
		},
		{
			ID: "comment-in-nameid", Cases: rows("N-B13"), Title: "A comment parts the NameID",
			Life:   "A reader that stops at the comment reads another user's name, under a valid signature (VU#475445).",
			Breaks: rows("XML-15"), Verdict: Warn,
			Before: add(pathNameID, ".evil.example"),
			After:  replace(".evil.example</saml:NameID>", "<!---->.evil.example</saml:NameID>"),
		},
		{
			ID: "comment-in-nameid-covered", Cases: rows("N-B14"), Title: "A comment parts the NameID, and the signature names the canonicalization with comments",
			Life:   "A reader that stops at the comment reads another user's name.",
			Breaks: rows("XML-15"), Verdict: Reject,
			Before: add(pathNameID, ".evil.example"),
			seal:   withComments,
			After:  replace(".evil.example</saml:NameID>", "<!---->.evil.example</saml:NameID>"),
		},
		{
			ID: "instruction-in-nameid", Cases: rows("N-B15"), Title: "A processing instruction parts the NameID",
			Life:   "A reader that stops at it reads another user's name.",
			Breaks: rows("SIG-02"), Verdict: Reject,
			Before: add(pathNameID, ".evil.example"),
			After:  replace(".evil.example</saml:NameID>", "<?x?>.evil.example</saml:NameID>"),
		},
		{
			ID: "cdata-in-nameid", Cases: rows("N-B16"), Title: "A part of the NameID is written as CDATA",
			Life:    "Nothing, where the whole text is read; a reader that stops at it reads another user's name.",
			Verdict: Accept, Before: add(pathNameID, ".evil.example"),
			After: replace(".evil.example</saml:NameID>", "<![CDATA[.evil]]>.example</saml:NameID>"),
		},
		{
			ID: "zero-width-in-nameid", Cases: rows("N-B18"), Title: "The NameID ends with a zero-width space",
			Life:   "It is another user, who looks the same; whoever normalises names gives him the first one's account.",
			Breaks: rows("XML-11"), Verdict: Warn, Before: add(pathNameID, "\u200b"),
		},
		{
			ID: "doctype-default-attribute", Cases: rows("N-B19 N-D06"), Title: "A DTD gives the root an attribute by default",
			Life:   "Readers with and without a DTD see two messages (CVE-2025-25291).",
			Breaks: rows("XML-03"), Verdict: Reject,
			After: doctype(`<!DOCTYPE samlp:Response [<!ATTLIST samlp:Response Consent CDATA "urn:oasis:names:tc:SAML:2.0:consent:obtained">]>`),
		},
		{
			ID: "declared-latin1", Cases: rows("N-B20 N-D20"), Title: "The declaration says ISO-8859-1",
			Life:   "Two readers see two texts.",
			Breaks: rows("XML-04"), Verdict: Reject, After: replace(`encoding="UTF-8"`, `encoding="ISO-8859-1"`),
		},
		{
			ID: "utf-16", Cases: rows("N-B20 N-D19"), Title: "The message is written in UTF-16",
			Life:   "A filter that reads UTF-8 sees nothing of it.",
			Breaks: rows("XML-04"), Verdict: Reject, After: utf16,
		},
	}
}

var emptyElement = regexp.MustCompile(`<([A-Za-z0-9:]+)((?: [^<>]*)?)/>`)

var startTag = regexp.MustCompile(`<[A-Za-z][^<>]*>`)

// onTags changes every start tag.
func onTags(f func(string) string) change {
	return func(x []byte) ([]byte, error) {
		return startTag.ReplaceAllFunc(x, func(tag []byte) []byte { return []byte(f(string(tag))) }), nil
	}
}

// lastAttribute changes the last Attribute as written.
func lastAttribute(f func(string) string) change {
	return mapInner(pathAttributes, func(all string) string {
		at := strings.LastIndex(all, "<saml:Attribute ")
		return all[:at] + f(all[at:])
	})
}

// refer writes the first letter or digit of a text as a character reference.
func refer(s string) string {
	inReference := false
	for i, r := range s {
		switch {
		case r == '&':
			inReference = true
		case r == ';':
			inReference = false
		case !inReference && r > ' ':
			return fmt.Sprintf("%s&#%d;%s", s[:i], r, s[i+utf8.RuneLen(r):])
		}
	}
	return s
}

// putAttr sets an attribute, or adds it where it is not there.
func putAttr(path, name, value string) change {
	return mapTag(path, func(tag string) (string, error) {
		if _, from, to, err := attrAt(tag, name); err == nil {
			return tag[:from] + attr(value) + tag[to:], nil
		}
		end := ">"
		if strings.HasSuffix(tag, "/>") {
			end = "/>"
		}
		return strings.TrimSuffix(tag, end) + " " + name + `="` + attr(value) + `"` + end, nil
	})
}

// redigest puts the digest of the assertion as it is now into its signature.
func redigest(x []byte) ([]byte, error) {
	doc, err := saml.Parse(x, saml.Limits{})
	if err != nil {
		return nil, err
	}
	a := doc.Root().Child(saml.NSAssertion, "Assertion")
	s := newSeal("Assertion", nil, "")
	canonical, err := saml.Canonical(a, a.Child(saml.NSSignature, "Signature"), s.prefixes, false)
	if err != nil {
		return nil, err
	}
	method := a.Child(saml.NSSignature, "Signature").Child(saml.NSSignature, "SignedInfo").
		Child(saml.NSSignature, "Reference").Child(saml.NSSignature, "DigestMethod").Attr("Algorithm").Value()
	digest := base64.StdEncoding.EncodeToString(sum(hash(method), canonical))
	return setInner(sigOfAssertion+"/SignedInfo/Reference/DigestValue", digest)(x)
}

// indent puts every element outside the signatures on a line of its own.
func indent(x []byte) ([]byte, error) {
	t, err := scan(x)
	if err != nil {
		return nil, err
	}
	for i := len(t.elements) - 1; i > 0; i-- {
		s, depth, inside := t.elements[i], 0, false
		for up := s.parent; up != nil; up = up.parent {
			depth++
			inside = inside || up.name == "Signature"
		}
		if !inside {
			x = splice(x, s.start, s.start, "\n"+strings.Repeat("  ", depth))
		}
	}
	return x, nil
}

// withComments names the canonicalization with comments. A reference by ID leaves
// comments out even so (XMLDSig 4.4.3.3), which many verifiers do not know.
func withComments(s *seal) {
	s.transforms = transform1 + `<ds:Transform Algorithm="` + excC14N + `WithComments">` +
		`<ec:InclusiveNamespaces xmlns:ec="` + saml.NSExcC14N + `" PrefixList="` + strings.Join(s.prefixes, " ") + "\"/></ds:Transform>\n"
}

// doctype puts a document type declaration before the root.
func doctype(declaration string) change { return before("", declaration) }

// utf16 writes a message in UTF-16, with a byte order mark.
func utf16(x []byte) ([]byte, error) {
	s := strings.Replace(string(x), `encoding="UTF-8"`, `encoding="UTF-16"`, 1)
	out := []byte{0xFE, 0xFF}
	for _, r := range s {
		if r > 0xFFFF {
			r -= 0x10000
			out = append(out, byte(0xD8|r>>18), byte(r>>10), byte(0xDC|r>>8&3), byte(r))
			continue
		}
		out = append(out, byte(r>>8), byte(r))
	}
	return out, nil
}
