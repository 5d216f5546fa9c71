package mockidp

import (
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// subjectFaults are about the assertion itself and its subject, correctly signed.
func subjectFaults() []*Fault {
	schema := "What no standard gives a meaning to would be given one by whoever reads it."
	nobody := "Somebody would be logged in, and nobody knows who."
	bearer := "The assertion was not made for whoever brings it: it could have been caught on its way."
	year := 365 * 24 * time.Hour
	list := []*Fault{
		{
			ID: "assertion-id-missing", Cases: rows("N-F01"), Title: "The assertion has no ID", Life: "An assertion without an ID cannot be recognised when it comes twice.",
			Breaks: rows("AST-02"), Verdict: Reject, Signs: SignsResponse, Before: dropAttr(pathAssertion, "ID"),
		},
		{
			ID: "assertion-id-digit", Cases: rows("N-F01"), Title: "The assertion's ID begins with a digit", Life: "It is no xs:ID: a reader that validates refuses the message.",
			Breaks: rows("AST-02 XML-05"), Verdict: Reject, Before: mapAttr(pathAssertion, "ID", func(s string) string { return "1" + s }),
		},
		{
			ID: "assertion-version-1-1", Cases: rows("N-F02"), Title: "The assertion's Version is 1.1", Life: schema,
			Breaks: rows("AST-03"), Verdict: Reject, Before: setAttr(pathAssertion, "Version", "1.1"),
		},
		{
			ID: "assertion-version-missing", Cases: rows("N-F02"), Title: "The assertion has no Version", Life: schema,
			Breaks: rows("AST-03"), Verdict: Reject, Before: dropAttr(pathAssertion, "Version"),
		},
		{
			ID: "assertion-issue-instant-future", Cases: rows("N-F03"), Title: "The assertion is issued in a year", Life: "An assertion can be made in advance and kept.",
			Breaks: rows("AST-05"), Verdict: Warn, Before: shift(pathAssertion, "IssueInstant", year),
		},
		{
			ID: "assertion-issue-instant-missing", Cases: rows("N-F03"), Title: "The assertion has no IssueInstant", Life: "When it was made is unknown.",
			Breaks: rows("AST-04"), Verdict: Reject, Before: dropAttr(pathAssertion, "IssueInstant"),
		},
		{
			ID: "assertion-issuer-missing", Cases: rows("N-F04"), Title: "The assertion has no Issuer", Life: "One identity provider could speak for the users of another.",
			Breaks: rows("AST-06"), Verdict: Reject, Before: drop("Assertion/Issuer"),
		},
		{
			ID: "assertion-issuer-twice", Cases: rows("N-F04"), Title: "The assertion has two Issuers", Life: "One identity provider could speak for the users of another.",
			Breaks: rows("AST-06 XML-05"), Verdict: Reject, Before: after("Assertion/Issuer", "<saml:Issuer>https://evil.example</saml:Issuer>"),
		},
		{
			ID: "assertion-issuer-format", Cases: rows("N-F04"), Title: "The assertion's Issuer has the format of an e-mail address", Life: "One identity provider could speak for the users of another.",
			Breaks: rows("AST-08"), Verdict: Reject, Before: setAttr("Assertion/Issuer", "Format", saml.FormatEmailAddress),
		},
		{
			ID: "subject-missing", Cases: rows("N-F05"), Title: "The assertion has no Subject", Life: nobody,
			Breaks: rows("AST-09"), Verdict: Reject, Before: drop("Assertion/Subject"),
		},
		{
			ID: "nameid-missing", Cases: rows("N-F06"), Title: "The Subject has no NameID", Life: nobody,
			Breaks: rows("SUB-02"), Verdict: Warn, Before: drop(pathNameID),
		},
		{
			ID: "nameid-empty", Cases: rows("N-F07"), Title: "The NameID is empty", Life: nobody,
			Breaks: rows("SUB-03"), Verdict: Reject, Before: setInner(pathNameID, ""),
		},
		{
			ID: "nameid-blank", Cases: rows("N-F07"), Title: "The NameID is white space", Life: nobody,
			Breaks: rows("SUB-03"), Verdict: Reject, Before: setInner(pathNameID, " \n "),
		},
		{
			ID: "nameid-comment-only", Cases: rows("N-F07"), Title: "The NameID holds a comment and no text", Life: nobody,
			Breaks: rows("SUB-03"), Verdict: Reject, Before: setInner(pathNameID, "<!-- nobody -->"),
		},
		{
			ID: "nameid-spaces", Cases: rows("N-F08"), Title: "The NameID has white space around it", Life: "With it and without it are two users, or one, depending on who reads.",
			Breaks: rows("SUB-04"), Verdict: Warn, Before: mapInner(pathNameID, func(s string) string { return "\n  " + s + "\n" }),
		},
		{
			ID: "nameid-format-other", Cases: rows("N-F09"), Title: "The NameID's format is transient", Life: "A name that changes with each login makes a new user each time.",
			Breaks: rows("SUB-05"), Verdict: Reject, Before: setAttr(pathNameID, "Format", saml.FormatTransient),
		},
		{
			ID: "nameid-format-missing", Cases: rows("N-F10"), Title: "The NameID has no format", Life: "Nothing in itself: it is the unspecified one.",
			Verdict: Warn, Before: dropAttr(pathNameID, "Format"), Breaks: rows("SUB-05"),
		},
		{
			ID: "nameid-email-phrase", Cases: rows("N-F11"), Title: "The NameID has the format of an e-mail address and a display name", Life: "Two spellings of one address are two users, or one, depending on who reads.",
			Breaks: rows("SUB-06"), Verdict: Reject,
			Before: all(setAttr(pathNameID, "Format", saml.FormatEmailAddress), setText(pathNameID, "Ada Agent <ada@acme.example>")),
		},
		{
			ID: "nameid-email-no-at", Cases: rows("N-F11"), Title: "The NameID has the format of an e-mail address and no @", Life: "It is no address, and so nobody's.",
			Breaks: rows("SUB-06"), Verdict: Reject, Before: all(setAttr(pathNameID, "Format", saml.FormatEmailAddress), setText(pathNameID, "ada")),
		},
		{
			ID: "nameid-qualified-for-another", Cases: rows("N-F12"), Title: "The NameID is persistent, and one for another service provider", Life: "The same name is another user there.",
			Breaks: rows("SUB-08"), Verdict: Reject,
			Before: all(setAttr(pathNameID, "Format", saml.FormatPersistent), addAttr(pathNameID, `SPNameQualifier="https://other.example/saml"`)),
		},
		{
			ID: "nameid-qualified-by-another", Cases: rows("N-F12"), Title: "The NameID is persistent, and one of another identity provider", Life: "The same name is another user there.",
			Breaks: rows("SUB-08"), Verdict: Reject,
			Before: all(setAttr(pathNameID, "Format", saml.FormatPersistent), addAttr(pathNameID, `NameQualifier="https://other.example"`)),
		},
		{
			ID: "nameid-257-characters", Cases: rows("N-F13"), Title: "The NameID is persistent and has 257 characters", Life: "Cut off after 256, two users are one.",
			Breaks: rows("SUB-07"), Verdict: Reject,
			Before: all(setAttr(pathNameID, "Format", saml.FormatPersistent), setText(pathNameID, strings.Repeat("x", 257))),
		},
		{
			ID: "confirmation-missing", Cases: rows("N-F15"), Title: "The Subject has no SubjectConfirmation", Life: bearer,
			Breaks: rows("SUB-10"), Verdict: Reject, Before: drop(pathConfirmation),
		},
		{
			ID: "confirmation-data-missing", Cases: rows("N-F17"), Title: "The SubjectConfirmation has no data", Life: bearer,
			Breaks: rows("SUB-12"), Verdict: Reject, Before: drop(pathConfirmData),
		},
		{
			ID: "recipient-missing", Cases: rows("N-F18"), Title: "There is no Recipient", Life: "Whoever receives the assertion can bring it to another service.",
			Breaks: rows("SUB-13"), Verdict: Reject, Before: dropAttr(pathConfirmData, "Recipient"),
		},
		{
			ID: "recipient-empty", Cases: rows("N-F18"), Title: "The Recipient is empty", Life: "Whoever receives the assertion can bring it to another service.",
			Breaks: rows("SUB-14 XML-08"), Verdict: Reject, Before: setAttr(pathConfirmData, "Recipient", ""),
		},
		{
			ID: "confirmation-without-end", Cases: rows("N-F19"), Title: "The SubjectConfirmationData has no NotOnOrAfter", Life: "An assertion that was caught would let in for ever.",
			Breaks: rows("SUB-15"), Verdict: Reject, Before: dropAttr(pathConfirmData, "NotOnOrAfter"),
		},
		{
			ID: "confirmation-expired", Cases: rows("N-F20"), Title: "The SubjectConfirmationData ended an hour ago", Life: "An assertion that was caught would let in for ever.",
			Breaks: rows("SUB-16"), Verdict: Reject, Before: shift(pathConfirmData, "NotOnOrAfter", -time.Hour-validAfter),
		},
		{
			ID: "confirmation-not-before", Cases: rows("N-F21"), Title: "The SubjectConfirmationData has a NotBefore in the past", Life: "The profile forbids it, so readers differ in what they do with it.",
			Breaks: rows("SUB-17"), Verdict: Reject, Before: confirmNotBefore(-time.Hour),
		},
		{
			ID: "confirmation-not-before-future", Cases: rows("N-F21"), Title: "The SubjectConfirmationData has a NotBefore in the future", Life: "The profile forbids it, so readers differ in what they do with it.",
			Breaks: rows("SUB-17 SUB-22"), Verdict: Reject, Before: confirmNotBefore(time.Hour),
		},
		{
			ID: "confirmation-not-before-is-end", Cases: rows("N-F22"), Title: "The SubjectConfirmationData begins when it ends", Life: "It is valid at no time.",
			Breaks: rows("SUB-17 SUB-22"), Verdict: Reject, Before: confirmNotBefore(0),
		},
		{
			ID: "address-with-port", Cases: rows("N-F24"), Title: "The SubjectConfirmationData's Address has a port", Life: "It equals no browser's address: where addresses are compared, nobody gets in.",
			Breaks: rows("SUB-20"), Verdict: Warn, Before: addAttr(pathConfirmData, `Address="192.0.2.1:5555"`),
		},
		{
			ID: "bad-confirmation-first", Cases: rows("N-F25"), Title: "A SubjectConfirmation for another recipient stands before the right one", Life: "Nothing: one that fits is enough.",
			Verdict: Accept, Before: before(pathConfirmation, otherConfirmation),
		},
		{
			ID: "bad-confirmation-last", Cases: rows("N-F25"), Title: "A SubjectConfirmation for another recipient stands after the right one", Life: "Nothing: one that fits is enough.",
			Verdict: Accept, Before: after(pathConfirmation, otherConfirmation),
		},
		{
			ID: "confirmation-split", Cases: rows("N-F26"), Title: "One SubjectConfirmation has the recipient and another the end", Life: "Two halves that are each not enough would do together.",
			Breaks: rows("SUB-13 SUB-15"), Verdict: Reject,
			Before: func(x []byte) ([]byte, error) {
				whole, err := outer(x, pathConfirmation)
				if err != nil {
					return nil, err
				}
				if x, err = dropAttr(pathConfirmData, "Recipient")(x); err != nil {
					return nil, err
				}
				_, from, to, err := attrAt(whole, "NotOnOrAfter")
				if err != nil {
					return nil, err
				}
				return before(pathConfirmation, whole[:from-len(` NotOnOrAfter="`)]+whole[to+1:])(x)
			},
		},
		{
			ID: "confirmation-data-with-key", Cases: rows("N-F27"), Title: "The bearer's SubjectConfirmationData has the type of a key's", Life: "An assertion that only a key's owner may use would be anybody's.",
			Breaks: rows("SUB-11"), Verdict: Warn,
			Before: mapOuter(pathConfirmData, func(s string) string {
				return strings.TrimSuffix(s, "/>") + ` xmlns:xsi="` + saml.NSInstance + `" xsi:type="saml:KeyInfoConfirmationDataType"><ds:KeyInfo xmlns:ds="` + saml.NSSignature + `"><ds:KeyName>x</ds:KeyName></ds:KeyInfo></saml:SubjectConfirmationData>`
			}),
		},
		{
			ID: "unknown-statement", Cases: rows("N-F29"), Title: "The assertion has a statement of an unknown type", Life: "Nothing: a statement that is not understood is left alone.",
			Verdict: Warn,
			Before:  add(pathAssertion, `<saml:Statement xmlns:xsi="`+saml.NSInstance+`" xmlns:x="urn:example:x" xsi:type="x:StatementType"/>`),
		},
		{
			ID: "evil-in-advice", Cases: rows("N-F30"), Title: "The assertion's Advice holds an unsigned assertion about Mallory", Life: "Nothing, where advice is not read; a reader that takes any assertion takes Mallory's.",
			Breaks: rows("AST-12"), Verdict: Accept,
			Before: func(x []byte) ([]byte, error) {
				a, err := outer(x, pathAssertion)
				if err != nil {
					return nil, err
				}
				w := &wrapping{bare: a}
				if err := w.forge(); err != nil {
					return nil, err
				}
				return after(pathConditions, "<saml:Advice>"+w.evil+"</saml:Advice>")(x)
			},
		},
		{
			ID: "assertion-children-unordered", Cases: rows("N-Q05"), Title: "The assertion's Conditions stand before its Subject", Life: schema,
			Breaks: rows("AST-11 XML-05"), Verdict: Reject, Before: move(pathConditions, "Assertion/Subject", false),
		},
		{
			ID: "assertion-saml-1", Cases: rows("N-Q05"), Title: "The assertion is one of SAML 1.1", Life: "Another standard's assertion would be read by this one's rules.",
			Breaks: rows("AST-13 AST-01"), Verdict: Reject, Signs: SignsResponse,
			Before: replace(`<saml:Assertion xmlns:saml="`+saml.NSAssertion+`"`, `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:1.0:assertion"`),
		},
		{
			ID: "nameid-entity-qualified", Cases: rows("N-Q07"), Title: "The NameID has the format of an entity and a qualifier", Life: "The standard forbids it, so readers differ in what they do with it.",
			Breaks: rows("SUB-09"), Verdict: Reject,
			Before: all(setAttr(pathNameID, "Format", saml.FormatEntity), addAttr(pathNameID, `NameQualifier="https://other.example"`)),
		},
	}
	for _, v := range []struct{ id, title, method string }{
		{"holder-of-key", "holder-of-key", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"},
		{"sender-vouches", "sender-vouches", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"},
		{"empty", "empty", ""},
		{"bare", "the word bearer without its URN", "bearer"},
		{"case", "bearer in other letter case", "urn:oasis:names:tc:SAML:2.0:cm:Bearer"},
	} {
		list = append(list, &Fault{
			ID: "confirmation-method-" + v.id, Cases: rows("N-F16"), Title: "The confirmation method is " + v.title, Life: bearer,
			Breaks: rows("SUB-11"), Verdict: Reject, Before: setAttr(pathConfirmation, "Method", v.method),
		})
	}
	for _, v := range urlFaults {
		list = append(list, &Fault{
			ID: "recipient-" + v.id, Cases: rows("N-F18"), Title: "The Recipient " + v.title, Life: "An assertion for one service would do for another.",
			Breaks: rows("SUB-14"), Verdict: Reject, Before: mapAttr(pathConfirmData, "Recipient", v.change),
		})
	}
	return list
}

const otherConfirmation = `<saml:SubjectConfirmation Method="` + saml.MethodBearer + `"><saml:SubjectConfirmationData NotOnOrAfter="2000-01-01T00:00:00.000Z" Recipient="https://other.example/acs"/></saml:SubjectConfirmation>`

// confirmNotBefore gives the SubjectConfirmationData a NotBefore: the moment at which
// it ends, moved by so much.
func confirmNotBefore(by time.Duration) change {
	return func(x []byte) ([]byte, error) {
		end, err := attributeOf(x, pathConfirmData, "NotOnOrAfter")
		if err != nil {
			return nil, err
		}
		return all(addAttr(pathConfirmData, `NotBefore="`+end+`"`), shift(pathConfirmData, "NotBefore", by))(x)
	}
}
