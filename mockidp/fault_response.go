package mockidp

import (
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// responseFaults are about the envelope of a correctly signed response.
func responseFaults() []*Fault {
	elsewhere := "A response that was meant for another service would be taken here."
	stray := "A response that was caught elsewhere would log somebody else in here."
	schema := "What no standard gives a meaning to would be given one by whoever reads it."
	otherIssuer := "One identity provider could speak for the users of another."
	year := 365 * 24 * time.Hour
	list := []*Fault{
		{
			ID: "root-is-assertion", Cases: rows("N-E01"), Title: "The root is the assertion", Life: schema,
			Breaks: rows("RSP-01"), Verdict: Reject, Signs: SignsAssertion,
			After: func(x []byte) ([]byte, error) {
				a, err := outer(x, pathAssertion)
				return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + a), err
			},
		},
		{
			ID: "root-is-logout-response", Cases: rows("N-E01"), Title: "The root is a LogoutResponse", Life: "One kind of message that the identity provider signs would do for another.",
			Breaks: rows("RSP-01"), Verdict: Reject, Before: all(replace("<samlp:Response ", "<samlp:LogoutResponse "), replace("</samlp:Response>", "</samlp:LogoutResponse>")),
		},
		{
			ID: "root-is-saml-1", Cases: rows("N-E01"), Title: "The root is a Response of SAML 1.1", Life: "Another standard's message would be read by this one's rules.",
			Breaks: rows("RSP-01"), Verdict: Reject, Before: replace(saml.NSProtocol, "urn:oasis:names:tc:SAML:1.0:protocol"),
		},
		{
			ID: "response-id-missing", Cases: rows("N-E02"), Title: "The response has no ID", Life: "A response without an ID cannot be referred to, nor recognised when it comes twice.",
			Breaks: rows("RSP-02"), Verdict: Reject, Signs: SignsAssertion, Before: dropAttr("", "ID"),
		},
		{
			ID: "response-id-empty", Cases: rows("N-E02"), Title: "The response's ID is empty", Life: "A response without an ID cannot be referred to, nor recognised when it comes twice.",
			Breaks: rows("RSP-02 XML-05"), Verdict: Reject, Signs: SignsAssertion, Before: setAttr("", "ID", ""),
		},
		{
			ID: "response-id-digit", Cases: rows("N-E02"), Title: "The response's ID begins with a digit", Life: "It is no xs:ID: a reader that validates refuses the message.",
			Breaks: rows("XML-05"), Verdict: Reject, Before: mapAttr("", "ID", func(s string) string { return "1" + s }),
		},
		{
			ID: "same-id-twice", Cases: rows("N-E02"), Title: "Response and assertion have the same ID", Life: "The signature's reference fits both.",
			Breaks: rows("XML-06 AST-02"), Verdict: Reject, Before: func(x []byte) ([]byte, error) {
				id, err := attributeOf(x, "", "ID")
				if err != nil {
					return nil, err
				}
				return setAttr(pathAssertion, "ID", id)(x)
			},
		},
		{
			ID: "version-missing", Cases: rows("N-E03"), Title: "The response has no Version", Life: schema,
			Breaks: rows("RSP-03"), Verdict: Reject, Before: dropAttr("", "Version"),
		},
		{
			ID: "issue-instant-missing", Cases: rows("N-E04"), Title: "The response has no IssueInstant", Life: "When it was made is unknown.",
			Breaks: rows("RSP-04"), Verdict: Reject, Before: dropAttr("", "IssueInstant"),
		},
		{
			ID: "issue-instant-malformed", Cases: rows("N-E04"), Title: "The response's IssueInstant is no time", Life: "When it was made is unknown.",
			Breaks: rows("RSP-04"), Verdict: Reject, Before: setAttr("", "IssueInstant", "yesterday"),
		},
		{
			ID: "issue-instant-1970", Cases: rows("N-E04"), Title: "The response was issued in 1970", Life: "A response of any age would do.",
			Breaks: rows("RSP-05"), Verdict: Warn, Before: setAttr("", "IssueInstant", "1970-01-01T00:00:00.000Z"),
		},
		{
			ID: "issue-instant-future", Cases: rows("N-E04"), Title: "The response is issued in a year", Life: "A response can be made in advance and kept.",
			Breaks: rows("RSP-05"), Verdict: Warn, Before: shift("", "IssueInstant", year),
		},
		{
			ID: "destination-missing", Cases: rows("N-E05"), Title: "The signed response has no Destination", Life: elsewhere,
			Breaks: rows("RSP-07"), Verdict: Reject, Before: dropAttr("", "Destination"),
		},
		{
			ID: "destination-empty", Cases: rows("N-E06"), Title: "The Destination is empty", Life: elsewhere,
			Breaks: rows("RSP-07 XML-08"), Verdict: Reject, Before: setAttr("", "Destination", ""),
		},
		{
			ID: "destination-other-acs", Cases: rows("N-E08"), Title: "The Destination is another address of the same service provider", Life: elsewhere,
			Breaks: rows("RSP-06"), Verdict: Reject, Before: mapAttr("", "Destination", func(s string) string { return s + "2" }),
		},
		{
			ID: "issuer-missing", Cases: rows("N-E09"), Title: "The signed response has no Issuer", Life: otherIssuer,
			Breaks: rows("RSP-08"), Verdict: Reject, Before: drop("Issuer"),
		},
		{
			ID: "issuer-format-email", Cases: rows("N-E10"), Title: "The response's Issuer has the format of an e-mail address", Life: otherIssuer,
			Breaks: rows("RSP-10"), Verdict: Reject, Before: setAttr("Issuer", "Format", saml.FormatEmailAddress),
		},
		{
			ID: "issuer-qualified", Cases: rows("N-E10"), Title: "The response's Issuer has a NameQualifier", Life: otherIssuer,
			Breaks: rows("RSP-10"), Verdict: Reject, Before: addAttr("Issuer", `NameQualifier="https://evil.example"`),
		},
		{
			ID: "issuers-differ", Cases: rows("N-E11"), Title: "The assertion's Issuer is another than the response's", Life: otherIssuer,
			Breaks: rows("RSP-18 AST-07"), Verdict: Reject, Before: setText("Assertion/Issuer", "https://other.example"),
		},
		{
			ID: "status-missing", Cases: rows("N-E12"), Title: "There is no Status", Life: "Whether the login succeeded is unknown.",
			Breaks: rows("RSP-11"), Verdict: Reject, Before: drop("Status"),
		},
		{
			ID: "status-code-missing", Cases: rows("N-E12"), Title: "Status has no StatusCode", Life: "Whether the login succeeded is unknown.",
			Breaks: rows("RSP-11"), Verdict: Reject, Before: drop("Status/StatusCode"),
		},
		{
			ID: "status-value-missing", Cases: rows("N-E12"), Title: "StatusCode has no Value", Life: "Whether the login succeeded is unknown.",
			Breaks: rows("RSP-11"), Verdict: Reject, Before: dropAttr("Status/StatusCode", "Value"),
		},
		{
			ID: "success-below-failure", Cases: rows("N-E14"), Title: "Success stands below a failure", Life: "A reader that looks for the word anywhere takes a failed login for one that succeeded.",
			Breaks: rows("RSP-14 RSP-15"), Verdict: Reject,
			Before: mapOuter("Status/StatusCode", func(s string) string {
				return `<samlp:StatusCode Value="` + statusResponder + `">` + s + `</samlp:StatusCode>`
			}),
		},
		{
			ID: "two-statuses", Cases: rows("N-E15"), Title: "There are two Status, failure and success", Life: "A reader that takes the last takes a failed login for one that succeeded.",
			Breaks: rows("RSP-11 XML-05"), Verdict: Reject,
			Before: before("Status", `<samlp:Status><samlp:StatusCode Value="`+statusResponder+`"/></samlp:Status>`),
		},
		{
			ID: "two-status-codes", Cases: rows("N-E15"), Title: "Status has two StatusCode, failure and success", Life: "A reader that takes the last takes a failed login for one that succeeded.",
			Breaks: rows("RSP-11 XML-05"), Verdict: Reject, Before: before("Status/StatusCode", `<samlp:StatusCode Value="`+statusResponder+`"/>`),
		},
		{
			ID: "no-assertion", Cases: rows("N-E16"), Title: "The response tells of success and has no assertion", Life: "Somebody would be logged in, and nobody knows who.",
			Breaks: rows("RSP-13"), Verdict: Reject, Before: drop(pathAssertion),
		},
		{
			ID: "two-assertions", Cases: rows("N-E17"), Title: "The response has a second assertion about another user, both signed", Life: "Which of them is logged in depends on who reads.",
			Breaks: rows("RSP-22 RSP-19"), Verdict: Reject,
			Before: func(x []byte) ([]byte, error) {
				first, err := outer(x, pathAssertion)
				if err != nil {
					return nil, err
				}
				if x, err = all(setText(pathNameID, Mallory), setAttr(pathAssertion, "ID", evilID))(x); err != nil {
					return nil, err
				}
				return before(pathAssertion, first)(x)
			},
		},
		{
			ID: "hostile-status-message", Cases: rows("N-E18"), Title: "An unsigned failure with markup in its message", Life: "The page that shows it would run an attacker's script.",
			Breaks: rows("RSP-28 RSP-29"), Verdict: Reject, Signs: SignsNothing,
			Before: all(drop(pathAssertion), setAttr("Status/StatusCode", "Value", statusResponder),
				add("Status", "<samlp:StatusMessage>&lt;script&gt;alert(1)&lt;/script&gt;\u202e</samlp:StatusMessage>")),
		},
		{
			ID: "no-in-response-to", Cases: rows("N-E19"), Title: "The response does not say which request it answers", Life: stray,
			Breaks: rows("RSP-16 SUB-18"), Verdict: Reject, Before: all(dropAttr("", "InResponseTo"), dropAttr(pathConfirmData, "InResponseTo")),
		},
		{
			ID: "unknown-in-response-to", Cases: rows("N-E20 N-E21"), Title: "The response answers a request that nobody sent", Life: stray,
			Breaks: rows("RSP-16 RSP-17 SUB-18"), Verdict: Reject,
			Before: all(putAttr("", "InResponseTo", "_00000000000000000000000000000000"), putAttr(pathConfirmData, "InResponseTo", "_00000000000000000000000000000000")),
		},
		{
			ID: "in-response-to-differs", Cases: rows("N-E22 N-F23"), Title: "Response and assertion answer different requests", Life: stray,
			Breaks: rows("SUB-18 SUB-19"), Verdict: Reject, Before: putAttr(pathConfirmData, "InResponseTo", "_00000000000000000000000000000000"),
		},
		{
			ID: "in-response-to-only-inside", Cases: rows("N-E23"), Title: "Only the assertion says which request it answers", Life: stray,
			Breaks: rows("RSP-16"), Verdict: Reject, Before: dropAttr("", "InResponseTo"),
		},
		{
			ID: "in-response-to-only-outside", Cases: rows("N-E23 N-F23"), Title: "Only the response says which request it answers", Life: stray,
			Breaks: rows("SUB-18"), Verdict: Reject, Before: dropAttr(pathConfirmData, "InResponseTo"),
		},
		{
			ID: "consent-and-extensions", Cases: rows("N-E24"), Title: "The response has Consent and Extensions", Life: "Nothing: both may be there.",
			Verdict: Accept,
			Before: all(addAttr("", `Consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified"`),
				before("Status", `<samlp:Extensions><x:hint xmlns:x="urn:example:x">text</x:hint></samlp:Extensions>`)),
		},
		{
			ID: "unknown-attribute", Cases: rows("N-E25"), Title: "The response has an attribute that SAML does not have", Life: schema,
			Breaks: rows("XML-05"), Verdict: Reject, Before: addAttr("", `foo="1"`),
		},
		{
			ID: "status-after-assertion", Cases: rows("N-Q03"), Title: "Status follows the assertion", Life: schema,
			Breaks: rows("RSP-24"), Verdict: Reject, Before: move("Status", pathAssertion, true),
		},
		{
			ID: "issuer-blank", Cases: rows("N-Q01"), Title: "The response's Issuer is blank", Life: otherIssuer,
			Breaks: rows("XML-07 RSP-09"), Verdict: Reject, Before: setInner("Issuer", "   "),
		},
	}
	for _, v := range []struct{ id, value string }{{"1-1", "1.1"}, {"2-00", "2.00"}, {"2-1", "2.1"}, {"space", " 2.0"}} {
		list = append(list, &Fault{
			ID: "version-" + v.id, Cases: rows("N-E03"), Title: `The response's Version is "` + v.value + `"`, Life: schema,
			Breaks: rows("RSP-03"), Verdict: Reject, Before: setAttr("", "Version", v.value),
		})
	}
	for _, v := range urlFaults {
		list = append(list, &Fault{
			ID: "destination-" + v.id, Cases: rows("N-E07"), Title: "The Destination " + v.title, Life: elsewhere,
			Breaks: rows("RSP-06"), Verdict: Reject, Before: mapAttr("", "Destination", v.change),
		})
	}
	for _, v := range nameFaults {
		list = append(list, &Fault{
			ID: "issuer-" + v.id, Cases: rows("N-E10"), Title: "Both Issuers are " + v.title, Life: otherIssuer,
			Breaks: rows("RSP-09 AST-07"), Verdict: Reject, Before: all(mapInner("Issuer", v.change), mapInner("Assertion/Issuer", v.change)),
		})
	}
	for _, v := range []struct{ id, title, value string }{
		{"requester", "says that the request was wrong", "urn:oasis:names:tc:SAML:2.0:status:Requester"},
		{"responder", "says that the identity provider failed", statusResponder},
		{"version-mismatch", "says that the version was wrong", "urn:oasis:names:tc:SAML:2.0:status:VersionMismatch"},
	} {
		list = append(list, &Fault{
			ID: "status-" + v.id, Cases: rows("N-E13"), Title: "The status " + v.title + ", and there is an assertion", Life: "A login that the identity provider calls failed would succeed.",
			Breaks: rows("RSP-14"), Verdict: Reject, Before: setAttr("Status/StatusCode", "Value", v.value),
		})
	}
	for _, v := range []struct{ id, title, value string }{
		{"unknown", "is unknown", "urn:example:status"},
		{"second-level", "is one of the second level", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"},
		{"bare-success", "is Success without its URN", "Success"},
	} {
		list = append(list, &Fault{
			ID: "status-" + v.id, Cases: rows("N-E14"), Title: "The top-level status " + v.title, Life: "What is not success would be taken for success.",
			Breaks: rows("RSP-12 RSP-14"), Verdict: Reject, Before: setAttr("Status/StatusCode", "Value", v.value),
		})
	}
	return list
}

// A variation is one way in which a value can be nearly right.
type variation struct {
	id, title string
	change    func(string) string
}

// urlFaults are addresses that look like the right one, as written in an attribute.
var urlFaults = []variation{
	{"other-host", "is on another host", func(string) string { return "https://other.example/acs" }},
	{"http", "is http", func(s string) string { return strings.Replace(s, "https://", "http://", 1) }},
	{"port", "names the port", func(s string) string { return onAuthority(s, func(a string) string { return a + ":443" }) }},
	{"slash", "ends with a slash more", func(s string) string { return s + "/" }},
	{"case", "is in capitals", func(s string) string { return strings.ToUpper(s) }},
	{"query", "has another parameter", func(s string) string {
		if strings.Contains(s, "?") {
			return s + "&amp;x=1"
		}
		return s + "?x=1"
	}},
	{"fragment", "has a fragment", func(s string) string { return s + "#x" }},
	{"userinfo", "has a user name", func(s string) string { return onAuthority(s, func(a string) string { return "x@" + a }) }},
	{"escaped", "has a letter percent-encoded", func(s string) string {
		return onAuthority(s, func(a string) string { return "%" + strings.ToUpper(hexadecimal([]byte(a[:1]))) + a[1:] })
	}},
	{"prefix", "is the beginning of the right one", func(s string) string { return s[:len(s)-1] }},
	{"space", "has a space at its end", func(s string) string { return s + " " }},
}

// nameFaults are names that look like the right one, as written in an element.
var nameFaults = []variation{
	{"other", "another's", func(string) string { return "https://other.example" }},
	{"empty", "empty", func(string) string { return "" }},
	{"slash", "written with a slash more", func(s string) string { return s + "/" }},
	{"case", "in other letter case", func(s string) string {
		if upper := strings.ToUpper(s); upper != s {
			return upper
		}
		return strings.ToLower(s)
	}},
	{"space", "surrounded by white space", func(s string) string { return "\n  " + s + "\n" }},
	{"prefix", "the beginning of the right one", func(s string) string { return s[:len(s)-1] }},
}

// onAuthority changes what stands between :// and the next slash of a URL.
func onAuthority(s string, f func(string) string) string {
	start := strings.Index(s, "://") + 3
	end := len(s)
	if i := strings.IndexAny(s[start:], "/?#"); i >= 0 {
		end = start + i
	}
	return s[:start] + f(s[start:end]) + s[end:]
}

// attributeOf is the value of an attribute, as written.
func attributeOf(x []byte, path, name string) (value string, err error) {
	_, err = mapAttr(path, name, func(s string) string { value = s; return s })(x)
	return value, err
}
