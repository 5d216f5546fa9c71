package check

import (
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// authenticationChecks judge what is said about how and when the user logged in.
var authenticationChecks = []*Check{
	AuthenticationStatement, AuthenticationOneStatement, AuthenticationInstant, AuthenticationInstantClock, AuthenticationForceAuthn,
	AuthenticationSessionEnd, AuthenticationSessionLength, AuthenticationSessionIndex,
	AuthenticationContext, AuthenticationRequestedContext, AuthenticationLocality,
}

// AuthenticationStatement wants to know how the user logged in.
var AuthenticationStatement = &Check{
	ID:       "authentication/statement",
	Title:    "An assertion says how and when the user logged in",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLCore 3.4.1.4"},
	Covers:   []string{"AUT-01"},
	Since:    "0.1",
	Text:     `The assertions of a login hold at least one AuthnStatement between them. Without one they say things about a user and not that the user has logged in.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Issue an AuthnStatement."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertions(authnStatement),
}

func authnStatement(c *Case) []Finding {
	for _, a := range c.Assertions {
		if len(a.Statements) > 0 {
			return nil
		}
	}
	return one(found(c.Assertions[0].At(), "no AuthnStatement", "an AuthnStatement"))
}

// AuthenticationOneStatement wants to know it once.
var AuthenticationOneStatement = &Check{
	ID:       "authentication/one-statement",
	Title:    "The assertion has one AuthnStatement and at most one AttributeStatement",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error, Flex: Warning},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-IDP10"},
	Covers:   []string{"AUT-01", "SDP-IDP10"},
	Since:    "0.1",
	Text:     `SAML allows several; which of two sessions, instants or contexts counts is then for every reader to choose. SAML2int wants exactly one AuthnStatement, and the library that legacy Flex seems to use (OneLogin's) refuses two.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Issue one AuthnStatement and one AttributeStatement."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(oneStatement),
}

func oneStatement(a *saml.Assertion, _ *Expect) (list []Finding) {
	if n := len(a.Statements); n > 1 {
		list = append(list, found(a.Statements[1].At(), counted(n, "AuthnStatement"), "one"))
	}
	if n := countChildren(a.Element, saml.NSAssertion, "AttributeStatement"); n > 1 {
		list = append(list, found(a.At(), counted(n, "AttributeStatement"), "one").only(Note))
	}
	return list
}

// AuthenticationInstant wants to know when.
var AuthenticationInstant = &Check{
	ID:       "authentication/instant",
	Title:    "AuthnStatement says when the user logged in",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.2"},
	Covers:   []string{"AUT-02"},
	Since:    "0.1",
	Text:     `The attribute AuthnInstant is there. Its form is judged by xml/times.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Write AuthnInstant."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onStatement(authnInstant),
}

// onStatement hands a check each AuthnStatement in turn.
func onStatement(f func(s saml.Element, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return onAssertions(func(c *Case) (list []Finding) {
		for _, a := range c.Assertions {
			for _, s := range a.Statements {
				list = append(list, f(s, c.Expect)...)
			}
		}
		return list
	}, needs...)
}

func authnInstant(s saml.Element, _ *Expect) []Finding {
	if s.Attr("AuthnInstant").Exists() {
		return nil
	}
	return one(found(s.At(), "no AuthnInstant", "AuthnInstant"))
}

// oldestAuthn is how long ago a user may have logged in before it is told of.
const oldestAuthn = 24 * time.Hour

// AuthenticationInstantClock holds the time of logging in against the clock.
var AuthenticationInstantClock = &Check{
	ID:       "authentication/instant-clock",
	Title:    "The user logged in not long ago, and not in the future",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.2"},
	Covers:   []string{"AUT-03", "CND-14"},
	Since:    "0.1",
	Text:     `AuthnInstant lies no further ahead of the clock than the skew allows; one that is more than a day old is a note, since a session at the identity provider may last.`,
	Fix:      Fix{Side: IDP, Setting: "clocks of both sides", Text: "Set both clocks by NTP."},
	Follows:  []string{"conditions/not-before", "conditions/not-on-or-after", "subject/not-on-or-after", "assertion/issue-instant-clock", "response/issue-instant-clock", "signature/digest", "signature/wrapping"},
	Run:      onStatement(instantClock, clock),
}

func instantClock(s saml.Element, want *Expect) []Finding {
	at := s.Attr("AuthnInstant")
	switch t := readInstant(at); {
	case t.future(want):
		return one(clockFinding(at, t, want, "not after "))
	case t.known && want.At.Sub(t.Time) > oldestAuthn+want.Skew:
		return one(clockFinding(at, t, want, "within a day before ").only(Note))
	}
	return nil
}

// AuthenticationForceAuthn wants a fresh login where one was asked for.
var AuthenticationForceAuthn = &Check{
	ID:       "authentication/force-authn",
	Title:    "The user logged in afresh where the request asked for it",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.4.1", "SAML2int SDP-IDP07"},
	Covers:   []string{"REQ-13", "AUT-03", "SDP-IDP07"},
	Since:    "0.1",
	Text:     `ForceAuthn asks the identity provider to have the user log in again whatever session there is. AuthnInstant then is not earlier than the request, but for the skew.`,
	Fix:      Fix{Side: IDP, Setting: "single sign-on", Text: "Have the user log in again where ForceAuthn is true."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAnswer(forceAuthn),
}

func forceAuthn(r *saml.AuthnRequest, a *saml.Assertion, want *Expect) (list []Finding) {
	if v := r.Attr("ForceAuthn").Value(); v != "true" && v != "1" {
		return nil
	}
	asked := readInstant(r.Attr("IssueInstant"))
	for _, s := range a.Statements {
		at := s.Attr("AuthnInstant")
		if t := readInstant(at); t.known && asked.known && t.Add(want.Skew).Before(asked.Time) {
			list = append(list, found(at.At(), at.Value(), "not before "+r.Attr("IssueInstant").Value()))
		}
	}
	return list
}

// AuthenticationSessionEnd wants a session that can begin.
var AuthenticationSessionEnd = &Check{
	ID:       "authentication/session-end",
	Title:    "The session has not ended before it begins",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.2", "E79"},
	Covers:   []string{"AUT-05"},
	Since:    "0.1",
	Text:     `Where SessionNotOnOrAfter is there, the session at the service provider ends then at the latest. One that is past, or not after AuthnInstant, leaves no session to begin.`,
	Fix:      Fix{Side: IDP, Setting: "lifetime of sessions", Text: "Let the session end some hours after the login, or leave SessionNotOnOrAfter out."},
	Follows:  []string{"conditions/not-on-or-after", "subject/not-on-or-after", "signature/digest", "signature/wrapping"},
	Run:      onStatement(sessionEnd),
}

func sessionEnd(s saml.Element, want *Expect) []Finding {
	at := s.Attr("SessionNotOnOrAfter")
	end, begin := readInstant(at), readInstant(s.Attr("AuthnInstant"))
	switch {
	case !want.At.IsZero() && end.past(want):
		return one(clockFinding(at, end, want, "after "))
	case end.known && begin.known && !begin.Before(end.Time):
		return one(found(at.At(), at.Value(), "after AuthnInstant "+s.Attr("AuthnInstant").Value()))
	}
	return nil
}

// AuthenticationSessionLength wants sessions that Flex can work with.
var AuthenticationSessionLength = &Check{
	ID:       "authentication/session-length",
	Title:    "A session that has an end lasts longer than an hour",
	Severity: Warning,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{"Twilio, Configuring SSO and IdP in Flex"},
	Since:    "0.1",
	Text:     `Flex honours SessionNotOnOrAfter and wants it more than an hour away; eight to ten hours are recommended, a shift. Salesforce sends none.`,
	Fix:      Fix{Side: IDP, Setting: "lifetime of sessions", Text: "Let sessions last eight to ten hours, or leave SessionNotOnOrAfter out."},
	Follows:  []string{"authentication/session-end", "signature/digest", "signature/wrapping"},
	Run:      onStatement(sessionLength),
}

func sessionLength(s saml.Element, _ *Expect) []Finding {
	at := s.Attr("SessionNotOnOrAfter")
	end, begin := readInstant(at), readInstant(s.Attr("AuthnInstant"))
	if !end.known || !begin.known || end.Sub(begin.Time) > time.Hour {
		return nil
	}
	return one(found(at.At(), lasting(max(end.Sub(begin.Time), 0))+" after AuthnInstant", "more than an hour"))
}

// AuthenticationSessionIndex wants a session's name to give nothing away.
var AuthenticationSessionIndex = &Check{
	ID:       "authentication/session-index",
	Title:    "SessionIndex does not name the user",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.2"},
	Covers:   []string{"AUT-08"},
	Since:    "0.1",
	Text:     `SessionIndex should be of use to this service provider alone: random, or a small number that repeats. One that is the NameID itself is the same everywhere and can be guessed. Whether it repeats over logins one message cannot show.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Make SessionIndex random for each session and service provider."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(sessionIndex),
}

func sessionIndex(a *saml.Assertion, _ *Expect) (list []Finding) {
	name := a.NameID.Text()
	for _, s := range a.Statements {
		if i := s.Attr("SessionIndex"); i.Exists() && !blank(i.Value()) && i.Value() == name {
			list = append(list, found(i.At(), i.Value(), "a value that is not the NameID"))
		}
	}
	return list
}

// AuthenticationContext wants to know how.
var AuthenticationContext = &Check{
	ID:       "authentication/context",
	Title:    "AuthnStatement says how the user logged in",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.2.2"},
	Covers:   []string{"AUT-06", "AUT-10"},
	Since:    "0.1",
	Text:     `One AuthnContext with an AuthnContextClassRef, AuthnContextDecl or AuthnContextDeclRef. Which class it is does not matter here; AuthenticatingAuthority beside it is taken as it is.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Write AuthnContext with an AuthnContextClassRef."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onStatement(authnContext),
}

func authnContext(s saml.Element, _ *Expect) []Finding {
	if n := countChildren(s, saml.NSAssertion, "AuthnContext"); n != 1 {
		return one(found(s.At(), counted(n, "AuthnContext"), "one AuthnContext"))
	}
	c := s.Child(saml.NSAssertion, "AuthnContext")
	for e := range c.Children() {
		if e.Space() == saml.NSAssertion && strings.HasPrefix(e.Local(), "AuthnContext") {
			return nil
		}
	}
	return one(found(c.At(), "an empty AuthnContext", "AuthnContextClassRef"))
}

// AuthenticationRequestedContext compares the context with what the request asks for.
var AuthenticationRequestedContext = &Check{
	ID:       "authentication/requested-context",
	Title:    "The user logged in as the request asked for",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.3.2.2.1", "E45"},
	Covers:   []string{"AUT-07", "IIP-SP07"},
	Since:    "0.1",
	Text: `Where the request has RequestedAuthnContext with the comparison exact, the context of the login is one of those asked for, or the answer is NoAuthnContext. For minimum, maximum and better there is no order that all agree on; they are not judged.
Legacy Flex asks for an exact Password and takes unspecified, as documented: that is a known deviation and a note.`,
	Fix:     Fix{Side: SP, Setting: "authentication request", Text: "Do not ask for a context, or have the identity provider log users in that way."},
	Follows: []string{"signature/digest", "signature/wrapping"},
	Run:     onAnswer(requestedContext),
}

func requestedContext(r *saml.AuthnRequest, a *saml.Assertion, want *Expect) (list []Finding) {
	asked := r.RequestedAuthnContext
	if c := asked.Attr("Comparison"); !asked.Exists() || c.Exists() && c.Value() != "exact" {
		return nil
	}
	for _, s := range a.Statements {
		ctx := s.Child(saml.NSAssertion, "AuthnContext")
		if !ctx.Exists() || contextMatches(asked, ctx) {
			continue
		}
		ref := ctx.Child(saml.NSAssertion, "AuthnContextClassRef")
		if !ref.Exists() {
			ref = ctx
		}
		classes := ""
		for e := range asked.Children() {
			classes += " " + e.Text()
		}
		list = append(list, deviating(want, "authentication/requested-context", found(ref.At(), ref.Text(), strings.TrimSpace(classes))))
	}
	return list
}

// contextMatches reports whether a context has one of the references asked for.
func contextMatches(asked, ctx saml.Element) bool {
	for ref := range asked.Children() {
		for e := range ctx.Children() {
			if e.Local() == ref.Local() && e.Text() == ref.Text() {
				return true
			}
		}
	}
	return false
}

// AuthenticationLocality wants addresses where they are promised.
var AuthenticationLocality = &Check{
	ID:       "authentication/locality",
	Title:    "SubjectLocality gives an IP address without a port",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.2.1"},
	Covers:   []string{"AUT-09"},
	Since:    "0.1",
	Text:     `SubjectLocality tells from where the user logged in. Its Address is an IP address, in version 4 or 6, without a port.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Write the address alone, or leave SubjectLocality out."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onStatement(locality),
}

func locality(s saml.Element, _ *Expect) []Finding {
	return addressFinding(nil, s.Child(saml.NSAssertion, "SubjectLocality").Attr("Address"))
}
