package check

import (
	"math/bits"
	"net/url"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// bearerFaults are the reasons why a bearer confirmation is not satisfied (SAMLProf
// 4.1.4.2, 4.1.4.3), as a set.
type bearerFaults uint16

const (
	noConfirmationData bearerFaults = 1 << iota
	noRecipient
	wrongRecipient
	noEnd
	ended
	hasBeginning
	noAnswer
	wrongAnswer
	unwantedAnswer
	emptyWindow
)

// bestBearer is the bearer confirmation of an assertion that comes nearest to being
// satisfied, the first of several: one that is satisfied is enough, whatever is wrong
// with others (SAMLCore 2.4.1.1). ok is false where there is none.
func bestBearer(c *Case, a *saml.Assertion) (best saml.Confirmation, faults bearerFaults, ok bool) {
	for _, conf := range a.Confirmations {
		if conf.Attr("Method").Value() != saml.MethodBearer {
			continue
		}
		f := judgeBearer(c, conf.Data)
		if !ok || bits.OnesCount16(uint16(f)) < bits.OnesCount16(uint16(faults)) {
			best, faults, ok = conf, f, true
		}
		if faults == 0 {
			break
		}
	}
	return best, faults, ok
}

// judgeBearer is everything wrong with the data of one bearer confirmation.
func judgeBearer(c *Case, data saml.Element) (f bearerFaults) {
	if !data.Exists() {
		return noConfirmationData
	}
	want := c.Expect
	switch r := data.Attr("Recipient"); {
	case !r.Exists() || blank(r.Value()):
		f |= noRecipient
	case !reaches(r.Value(), c.Exchange.Response.URL, want.ACSURLs):
		f |= wrongRecipient
	}
	end := readInstant(data.Attr("NotOnOrAfter"))
	switch {
	case !end.given:
		f |= noEnd
	case !want.At.IsZero() && end.past(want):
		f |= ended
	}
	if begin := readInstant(data.Attr("NotBefore")); begin.given {
		f |= hasBeginning
		if begin.known && end.known && !begin.Before(end.Time) {
			f |= emptyWindow
		}
	}
	answer := data.Attr("InResponseTo")
	switch {
	case c.Exchange.Flow == saml.FlowIDP:
		if answer.Exists() {
			f |= unwantedAnswer
		}
	case len(want.RequestIDs) == 0:
	case !answer.Exists():
		f |= noAnswer
	case !among(answer.Value(), want.RequestIDs):
		f |= wrongAnswer
	}
	return f
}

// reaches reports whether a URL is the one of delivery where that is known to be one of
// the receiver's, and else any of the receiver's. Without any it cannot be told.
func reaches(v, sent string, urls []string) bool {
	if len(urls) == 0 {
		return true
	}
	if sent != "" && among(sent, urls) {
		return v == sent
	}
	return among(v, urls)
}

// onBearer hands a check the best bearer confirmation of each assertion, and which of
// its faults are the check's own to tell. Where none of them is there and an
// expectation is missing, it is skipped.
func onBearer(mine bearerFaults, f func(c *Case, data saml.Element, faults bearerFaults) Finding, needs ...need) func(*Case) Outcome {
	return onEachAssertion(func(c *Case, a *saml.Assertion, want *Expect) Outcome {
		conf, faults, ok := bestBearer(c, a)
		if !ok {
			return skip("the assertion has no bearer confirmation")
		}
		if faults&mine == 0 {
			if faults&noConfirmationData != 0 {
				return skip("the bearer confirmation has no SubjectConfirmationData")
			}
			return Outcome{Skip: want.missing(needs)}
		}
		data := conf.Data
		if !data.Exists() {
			data = conf.Element
		}
		return Outcome{Findings: one(f(c, data, faults))}
	})
}

// SubjectConfirmationMethod wants a bearer confirmation.
var SubjectConfirmationMethod = &Check{
	ID:       "subject/confirmation-method",
	Title:    "The subject is confirmed as bearer",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLProf 4.1.4.3", "SAMLProf 3.3", "CVE-2020-5268"},
	Covers:   []string{"SUB-10", "SUB-11"},
	Since:    "0.1",
	Text: `At least one SubjectConfirmation has the method urn:oasis:names:tc:SAML:2.0:cm:bearer, compared character by character. Only it says that whoever brings the assertion is the user;
holder-of-key and sender-vouches want proof that a browser does not give. KeyInfo in the data of a bearer is a warning: it says two things.`,
	Fix:     Fix{Side: IDP, Setting: "profile of the service provider", Text: "Issue assertions for Web Browser SSO, with a bearer confirmation."},
	Follows: []string{"subject/present", "signature/digest", "signature/wrapping"},
	Run:     onAssertion(confirmationMethod),
}

func confirmationMethod(a *saml.Assertion, _ *Expect) []Finding {
	if !a.Subject.Exists() {
		return nil
	}
	for _, c := range a.Confirmations {
		if c.Attr("Method").Value() == saml.MethodBearer {
			return keyOfBearer(c)
		}
	}
	if len(a.Confirmations) == 0 {
		return one(found(a.Subject.At(), "no SubjectConfirmation", saml.MethodBearer))
	}
	c := a.Confirmations[0]
	if m := c.Attr("Method"); m.Exists() {
		return one(differs(m.At(), m.Value(), []string{saml.MethodBearer}))
	}
	return one(found(c.At(), "no Method", saml.MethodBearer))
}

// keyOfBearer tells of a bearer that is asked for a key, as only holder-of-key is.
func keyOfBearer(c saml.Confirmation) []Finding {
	if k := c.Data.Child(saml.NSSignature, "KeyInfo"); k.Exists() {
		return one(found(k.At(), "KeyInfo", "no key, which no bearer has to prove").only(Warning))
	}
	return nil
}

// SubjectConfirmationData wants the data of the confirmation.
var SubjectConfirmationData = &Check{
	ID:       "subject/confirmation-data",
	Title:    "The bearer confirmation has its SubjectConfirmationData",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2"},
	Covers:   []string{"SUB-12"},
	Since:    "0.1",
	Text:     `SubjectConfirmationData says where, until when and in answer to what the assertion may be used. Without it anybody may use it anywhere for ever.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Write SubjectConfirmationData with Recipient, NotOnOrAfter and InResponseTo."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run: onBearer(noConfirmationData, func(_ *Case, e saml.Element, _ bearerFaults) Finding {
		return found(e.At(), "no SubjectConfirmationData", "SubjectConfirmationData")
	}),
}

// SubjectRecipient compares Recipient with the ACS URL.
var SubjectRecipient = &Check{
	ID:       "subject/recipient",
	Title:    "Recipient is the ACS URL that the response reaches",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLProf 4.1.4.3", "SAMLCore 2.4.1.2"},
	Covers:   []string{"SUB-13", "SUB-14", "SUB-21", "XML-11"},
	Since:    "0.1",
	Text: `The bearer confirmation has a Recipient, equal to the ACS URL at which the response is delivered, character by character and query string and all. It keeps a service provider from using the assertion at another.
One bearer confirmation that is satisfied is enough; where none is, the one that comes nearest is told of.`,
	Fix:     Fix{Side: IDP, Setting: "ACS URL of the service provider", Text: "Register the service provider's ACS URL, character by character."},
	FlexFix: mend("salesforce.connected_app.acs_url", "Type the ACS URL of this Flex connection exactly as Flex shows it."),
	Follows: []string{"settings/acs-url", "settings/twilio-sso-url", "settings/placeholder", "settings/account-sid", "settings/connection-sid", "request/acs-url", "response/delivered-to", "response/destination", "signature/digest", "signature/wrapping"},
	Run:     onBearer(noRecipient|wrongRecipient, recipientFinding, acsURLs),
}

func recipientFinding(c *Case, data saml.Element, faults bearerFaults) Finding {
	r := data.Attr("Recipient")
	switch {
	case !r.Exists():
		return found(data.At(), "no Recipient", anyOf(c.Expect.ACSURLs, "the ACS URL"))
	case faults&noRecipient != 0:
		return found(r.At(), r.Value(), anyOf(c.Expect.ACSURLs, "the ACS URL"))
	}
	f := differs(r.At(), r.Value(), c.Expect.ACSURLs)
	if list := whereSent(r, c.Exchange.Response.URL, c.Expect.ACSURLs); len(list) > 0 {
		f = list[0]
	}
	if !slices.ContainsFunc(c.Expect.ACSURLs, func(u string) bool { return sameHost(u, r.Value()) }) {
		f = f.also("assertion/audience") // the assertion is for another service altogether
	}
	return f
}

// sameHost reports whether two URLs name one host.
func sameHost(a, b string) bool {
	u, err1 := url.Parse(a)
	v, err2 := url.Parse(b)
	return err1 == nil && err2 == nil && strings.EqualFold(u.Hostname(), v.Hostname())
}

// SubjectNotOnOrAfter wants an end that has not come.
var SubjectNotOnOrAfter = &Check{
	ID:       "subject/not-on-or-after",
	Title:    "The bearer confirmation has an end, and it has not come",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLProf 4.1.4.3", "SAMLCore 2.4.1.2", "E52"},
	Covers:   []string{"SUB-15", "SUB-16", "SUB-21", "CND-14", "SDP-G01"},
	Since:    "0.1",
	Text: `NotOnOrAfter is there, and the clock, less the skew, is before it: at the very instant the confirmation is over. Without the clock only its presence is judged.
One bearer confirmation that is satisfied is enough.`,
	Fix:     Fix{Side: IDP, Setting: "clocks of both sides", Text: "Set both clocks by NTP; if the response is old, log in again."},
	Follows: []string{"conditions/not-on-or-after", "signature/digest", "signature/wrapping"},
	Run:     onBearer(noEnd|ended, endFinding, clock),
}

func endFinding(c *Case, data saml.Element, _ bearerFaults) Finding {
	a := data.Attr("NotOnOrAfter")
	if !a.Exists() {
		return found(data.At(), "no NotOnOrAfter", "NotOnOrAfter")
	}
	return clockFinding(a, readInstant(a), c.Expect, "after ")
}

// SubjectNotBefore wants no beginning.
var SubjectNotBefore = &Check{
	ID:       "subject/not-before",
	Title:    "The bearer confirmation has no NotBefore",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2"},
	Covers:   []string{"SUB-17"},
	Since:    "0.1",
	Text:     `NotBefore is forbidden in a bearer confirmation: an assertion is confirmed from the moment when it is issued. When it becomes valid is for Conditions to say.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Leave NotBefore out of SubjectConfirmationData."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run: onBearer(hasBeginning, func(_ *Case, data saml.Element, _ bearerFaults) Finding {
		a := data.Attr("NotBefore")
		return found(a.At(), a.Value(), "no NotBefore")
	}),
}

// SubjectWindowOrder wants a beginning before the end.
var SubjectWindowOrder = &Check{
	ID:       "subject/window-order",
	Title:    "The confirmation does not end before it begins",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.4.1.2"},
	Covers:   []string{"SUB-22"},
	Since:    "0.1",
	Text:     `Where a confirmation has both NotBefore and NotOnOrAfter, the first is earlier than the second. A window without length is never open, not even within the skew.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Leave NotBefore out of SubjectConfirmationData."},
	Follows:  []string{"subject/not-before", "signature/digest", "signature/wrapping"},
	Run: onBearer(emptyWindow, func(_ *Case, data saml.Element, _ bearerFaults) Finding {
		a := data.Attr("NotOnOrAfter")
		return found(a.At(), a.Value(), "after "+data.Attr("NotBefore").Value())
	}),
}

// SubjectInResponseTo compares the confirmation's InResponseTo with the request.
var SubjectInResponseTo = &Check{
	ID:       "subject/in-response-to",
	Title:    "The bearer confirmation answers the request that was sent",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLProf 4.1.4.3", "SAMLProf 4.1.5"},
	Covers:   []string{"SUB-18", "RSP-17", "SUB-21"},
	Since:    "0.1",
	Text: `In the answer to a request InResponseTo is there and equals the request's ID; where the identity provider started the login it is left out. Unlike the one of the response, this one is covered by a signature over the assertion alone.
One bearer confirmation that is satisfied is enough.`,
	Fix:     Fix{Side: IDP, Setting: "assertion", Text: "Copy the ID of the request into the InResponseTo of SubjectConfirmationData, and leave it out where there is no request."},
	Follows: []string{"response/in-response-to", "response/unsolicited", "request/id", "signature/digest", "signature/wrapping"},
	Run:     judgeAnswer,
}

func judgeAnswer(c *Case) Outcome {
	if c.noResponse == "" && c.Exchange.Flow == saml.FlowIDP {
		return answeredUnasked(c)
	}
	return answered(c)
}

var (
	answered        = onBearer(noAnswer|wrongAnswer, answerFinding, requestIDs)
	answeredUnasked = onBearer(unwantedAnswer, answerFinding)
)

func answerFinding(c *Case, data saml.Element, faults bearerFaults) Finding {
	a := data.Attr("InResponseTo")
	switch {
	case faults&unwantedAnswer != 0:
		return found(a.At(), a.Value(), "no InResponseTo")
	case faults&noAnswer != 0:
		return found(data.At(), "no InResponseTo", anyOf(c.Expect.RequestIDs, "the ID of the request"))
	}
	return differs(a.At(), a.Value(), c.Expect.RequestIDs)
}

// SubjectAnswerAgrees wants the two InResponseTo to say the same.
var SubjectAnswerAgrees = &Check{
	ID:       "subject/in-response-to-agrees",
	Title:    "Response and confirmation answer the same request",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLProf 4.1.4.3"},
	Covers:   []string{"SUB-19", "RSP-17"},
	Since:    "0.1",
	Text:     `InResponseTo of the response and of a bearer confirmation are equal, or both are left out. Two that differ come from two logins: an assertion was put into another response.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Copy the ID of one request into both. If the response was changed on the way, it is an attack."},
	Follows:  []string{"response/in-response-to", "response/unsolicited", "subject/in-response-to", "signature/digest", "signature/wrapping"},
	Run:      onWhole(answersAgree),
}

func answersAgree(c *Case) (list []Finding) {
	outer := c.Response.Attr("InResponseTo")
	for _, a := range c.Assertions {
		var wrong saml.Element
		agree := false
		for _, conf := range a.Confirmations {
			if conf.Attr("Method").Value() != saml.MethodBearer || !conf.Data.Exists() {
				continue
			}
			inner := conf.Data.Attr("InResponseTo")
			if agree = inner.Exists() == outer.Exists() && inner.Value() == outer.Value(); agree {
				break
			}
			if !wrong.Exists() {
				wrong = conf.Data
			}
		}
		if agree || !wrong.Exists() {
			continue
		}
		inner := wrong.Attr("InResponseTo")
		switch {
		case !inner.Exists():
			list = append(list, found(wrong.At(), "no InResponseTo", outer.Value()))
		case !outer.Exists():
			list = append(list, found(inner.At(), inner.Value(), "no InResponseTo, as the response has none"))
		default:
			list = append(list, found(inner.At(), inner.Value(), outer.Value()))
		}
	}
	return list
}
