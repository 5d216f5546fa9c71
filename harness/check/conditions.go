package check

import (
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// conditionsChecks judge when and under what conditions the assertion is valid.
var conditionsChecks = []*Check{
	ConditionsPresent, ConditionsNotBefore, ConditionsNotOnOrAfter, ConditionsWindowOrder, ConditionsBounded, ConditionsLifetime,
	ConditionsAudienceValues, ConditionsUnderstood, ConditionsOneTimeUse, ConditionsProxyRestriction,
}

// ConditionsPresent wants conditions.
var ConditionsPresent = &Check{
	ID:       "conditions/present",
	Title:    "The assertion has exactly one Conditions",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLCore 2.5.1"},
	Covers:   []string{"CND-01"},
	Since:    "0.1",
	Text:     `Conditions carries the audience, which the profile requires, and the time in which the assertion is valid. Of two, one reader holds to the first and another to the last.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Issue the assertion with one Conditions."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(conditionsPresent),
}

func conditionsPresent(a *saml.Assertion, _ *Expect) []Finding {
	if n := countChildren(a.Element, saml.NSAssertion, "Conditions"); n != 1 {
		return one(found(a.At(), counted(n, "Conditions"), "one Conditions"))
	}
	return nil
}

// ConditionsNotBefore wants the assertion to be valid already.
var ConditionsNotBefore = &Check{
	ID:       "conditions/not-before",
	Title:    "The assertion is valid already",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.5.1.2", "E92"},
	Covers:   []string{"CND-02", "CND-13", "CND-14", "SDP-G01"},
	Since:    "0.1",
	Text:     `The clock and the skew together have reached NotBefore, which is itself a moment of validity. Where it is left out, the assertion is valid from its beginning. An assertion that lies ahead means that the identity provider's clock is fast or the service provider's slow.`,
	Fix:      Fix{Side: IDP, Setting: "clocks of both sides", Text: "Set both clocks by NTP."},
	Follows:  []string{"conditions/window-order", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(notBefore, clock),
}

func notBefore(a *saml.Assertion, want *Expect) []Finding {
	at := a.Conditions.Attr("NotBefore")
	if t := readInstant(at); t.future(want) {
		return one(clockFinding(at, t, want, "at or before "))
	}
	return nil
}

// ConditionsNotOnOrAfter wants the assertion to be valid still.
var ConditionsNotOnOrAfter = &Check{
	ID:       "conditions/not-on-or-after",
	Title:    "The assertion is valid still",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.5.1.2", "E92"},
	Covers:   []string{"CND-03", "CND-13", "CND-14", "SDP-G01"},
	Since:    "0.1",
	Text:     `The clock, less the skew, is before NotOnOrAfter: at that very moment the assertion is over. Where it is left out, the assertion has no end of its own. One that is over was kept too long on the way, or one of the clocks is wrong.`,
	Fix:      Fix{Side: IDP, Setting: "clocks of both sides", Text: "Set both clocks by NTP; if the response is old, log in again."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(notOnOrAfter, clock),
}

func notOnOrAfter(a *saml.Assertion, want *Expect) []Finding {
	at := a.Conditions.Attr("NotOnOrAfter")
	if t := readInstant(at); t.past(want) {
		return one(clockFinding(at, t, want, "after "))
	}
	return nil
}

// ConditionsWindowOrder wants a beginning before the end.
var ConditionsWindowOrder = &Check{
	ID:       "conditions/window-order",
	Title:    "The assertion does not end before it begins",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.5.1.2"},
	Covers:   []string{"CND-04"},
	Since:    "0.1",
	Text:     `Where both are there, NotBefore is earlier than NotOnOrAfter. A window without length is never open, not even within the skew. Judged without any clock.`,
	Fix:      Fix{Side: IDP, Setting: "lifetime of assertions", Text: "Let NotOnOrAfter lie after NotBefore."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(windowOrder),
}

func windowOrder(a *saml.Assertion, _ *Expect) []Finding {
	at := a.Conditions.Attr("NotOnOrAfter")
	begin, end := readInstant(a.Conditions.Attr("NotBefore")), readInstant(at)
	if begin.known && end.known && !begin.Before(end.Time) {
		return one(found(at.At(), at.Value(), "after "+a.Conditions.Attr("NotBefore").Value()))
	}
	return nil
}

// ConditionsBounded notes an assertion without bounds.
var ConditionsBounded = &Check{
	ID:       "conditions/bounded",
	Title:    "The assertion says from when and until when it is valid",
	Severity: Warning,
	Basis:    Hardening,
	Sources:  []string{"SAMLCore 2.5.1", "SAMLCore 2.5.1.2"},
	Covers:   []string{"CND-13"},
	Since:    "0.1",
	Text:     `NotBefore and NotOnOrAfter may be left out: the assertion is then valid without a bound on that side, and only its confirmation ends. Some service providers refuse it, which makes it a warning.`,
	Fix:      Fix{Side: IDP, Setting: "lifetime of assertions", Text: "Issue both bounds."},
	Follows:  []string{"conditions/present", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(bounded),
}

func bounded(a *saml.Assertion, _ *Expect) (list []Finding) {
	if !a.Conditions.Exists() {
		return nil
	}
	for _, name := range [...]string{"NotBefore", "NotOnOrAfter"} {
		if !a.Conditions.Attr(name).Exists() {
			list = append(list, found(a.Conditions.At(), "no "+name, name))
		}
	}
	return list
}

// longestValid is how long an assertion may be valid before it is told of.
const longestValid = time.Hour

// ConditionsLifetime wants a bounded lifetime.
var ConditionsLifetime = &Check{
	ID:       "conditions/lifetime",
	Title:    "The assertion is valid for an hour at most",
	Severity: Warning,
	Basis:    Hardening,
	Sources:  []string{"SAMLSec 7.1.1", "SAMLCore 2.5.1.2"},
	Covers:   []string{"CND-15"},
	Since:    "0.1",
	Text:     `The longer an assertion is valid, the longer it can be misused, and the longer a service provider must remember that it was used. What lasts longer than an hour and the usual skew from NotBefore, or from IssueInstant, is reported.`,
	Fix:      Fix{Side: IDP, Setting: "lifetime of assertions", Text: "Issue assertions for some minutes."},
	Follows:  []string{"conditions/window-order", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(lifetime),
}

func lifetime(a *saml.Assertion, want *Expect) []Finding {
	at := a.Conditions.Attr("NotOnOrAfter")
	begin, end := readInstant(a.Conditions.Attr("NotBefore")), readInstant(at)
	if !begin.known {
		begin = readInstant(a.Attr("IssueInstant"))
	}
	if !begin.known || !end.known || end.Sub(begin.Time) <= longestValid+max(want.Skew, 5*time.Minute) {
		return nil
	}
	return one(found(at.At(), lasting(end.Sub(begin.Time)), "at most "+lasting(longestValid)))
}

// ConditionsAudienceValues wants audiences in every restriction.
var ConditionsAudienceValues = &Check{
	ID:       "conditions/audience-values",
	Title:    "Every AudienceRestriction has an Audience that is not blank",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.5.1.4", "SAMLCore 1.3.1"},
	Covers:   []string{"CND-07", "XML-07"},
	Since:    "0.1",
	Text:     `A restriction to nobody can be met by nobody, and a blank Audience names nobody.`,
	Fix:      Fix{Side: IDP, Setting: "entity ID of the service provider", Text: "Register the service provider's entity ID."},
	FlexFix:  mend("salesforce.connected_app.entity_id", "Type the entity ID that this Flex connection answers to."),
	Follows:  []string{"settings/entity-id", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(audienceValues),
}

func audienceValues(a *saml.Assertion, _ *Expect) (list []Finding) {
	for _, r := range a.Audiences {
		n := 0
		for e := range r.Children() {
			if !e.Is(saml.NSAssertion, "Audience") {
				continue
			}
			n++
			if blank(e.Text()) {
				list = append(list, found(e.At(), e.Text(), "the entity ID of the service provider"))
			}
		}
		if n == 0 {
			list = append(list, found(r.At(), "no Audience", "at least one"))
		}
	}
	return list
}

// ConditionsUnderstood wants no condition that nobody can hold to.
var ConditionsUnderstood = &Check{
	ID:       "conditions/understood",
	Title:    "Every condition is one that SAML defines",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.5.1.1"},
	Covers:   []string{"CND-08", "AST-17"},
	Since:    "0.1",
	Text:     `A condition that a service provider does not understand leaves open whether the assertion is valid, and it must not be accepted. Known are AudienceRestriction, OneTimeUse and ProxyRestriction; a Condition of any other type is refused.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Leave out conditions of your own, unless every service provider knows them."},
	Follows:  []string{"xml/type", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(unknownConditions),
}

func unknownConditions(a *saml.Assertion, _ *Expect) (list []Finding) {
	for e := range a.Conditions.Children() {
		if e.Space() == saml.NSAssertion {
			switch e.Local() {
			case "AudienceRestriction", "OneTimeUse", "ProxyRestriction":
				continue
			}
		}
		list = append(list, found(e.At(), expandedName(e)+" "+e.AttrNS(saml.NSInstance, "type").Value(), "a condition of SAML 2.0"))
	}
	return list
}

// ConditionsOneTimeUse wants OneTimeUse at most once.
var ConditionsOneTimeUse = &Check{
	ID:       "conditions/one-time-use",
	Title:    "OneTimeUse occurs at most once",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.5.1.5"},
	Covers:   []string{"CND-09"},
	Since:    "0.1",
	Text:     `An assertion has no more than one OneTimeUse.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Write OneTimeUse once."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(oneTimeUse),
}

func oneTimeUse(a *saml.Assertion, _ *Expect) []Finding {
	if n := countChildren(a.Conditions, saml.NSAssertion, "OneTimeUse"); n > 1 {
		return one(found(a.Conditions.At(), counted(n, "OneTimeUse"), "one at most"))
	}
	return nil
}

// ConditionsProxyRestriction wants ProxyRestriction at most once.
var ConditionsProxyRestriction = &Check{
	ID:       "conditions/proxy-restriction",
	Title:    "ProxyRestriction occurs at most once",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.5.1.6"},
	Covers:   []string{"CND-11", "CND-12"},
	Since:    "0.1",
	Text:     `An assertion has no more than one ProxyRestriction, and its Count is a number that is not negative. What it restricts concerns only those who issue assertions of their own on the strength of this one.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Write ProxyRestriction once."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(proxyRestriction),
}

func proxyRestriction(a *saml.Assertion, _ *Expect) []Finding {
	if n := countChildren(a.Conditions, saml.NSAssertion, "ProxyRestriction"); n > 1 {
		return one(found(a.Conditions.At(), counted(n, "ProxyRestriction"), "one at most"))
	}
	count := a.Conditions.Child(saml.NSAssertion, "ProxyRestriction").Attr("Count")
	if count.Exists() && !isNumber(count.Value()) {
		return one(found(count.At(), count.Value(), "a number that is not negative"))
	}
	return nil
}
