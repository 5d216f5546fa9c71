package mockidp

import (
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// conditionsFaults are about the Conditions of a correctly signed assertion.
func conditionsFaults() []*Fault {
	anyone := "An assertion for one service would do for all."
	never := "An assertion that is valid at no time would be valid now."
	foreign := "Times that are read in two ways are valid for one reader and not for another."
	list := []*Fault{
		{
			ID: "conditions-missing", Cases: rows("N-G01"), Title: "The assertion has no Conditions", Life: "It would be valid everywhere and for ever.",
			Breaks: rows("CND-01 CND-05"), Verdict: Reject, Before: drop(pathConditions),
		},
		{
			ID: "two-conditions", Cases: rows("N-G02"), Title: "The assertion has two Conditions", Life: "One reader takes the first, another the last.",
			Breaks: rows("CND-01 XML-05"), Verdict: Reject, Before: double(pathConditions),
		},
		{
			ID: "not-yet-valid", Cases: rows("N-G03"), Title: "The Conditions begin in an hour", Life: "An assertion can be made in advance and kept.",
			Breaks: rows("CND-02"), Verdict: Reject,
			Before: all(shift(pathConditions, "NotBefore", time.Hour), shift(pathConditions, "NotOnOrAfter", time.Hour)),
		},
		{
			ID: "expired", Cases: rows("N-G04"), Title: "The Conditions ended an hour ago", Life: "An assertion that was caught would let in for ever.",
			Breaks: rows("CND-03"), Verdict: Reject,
			Before: all(shift(pathConditions, "NotBefore", -time.Hour-validAfter), shift(pathConditions, "NotOnOrAfter", -time.Hour-validAfter)),
		},
		{
			ID: "conditions-no-time", Cases: rows("N-G05"), Title: "The Conditions begin when they end", Life: never,
			Breaks: rows("CND-04"), Verdict: Reject, Before: shift(pathConditions, "NotBefore", validBefore+validAfter),
		},
		{
			ID: "conditions-reversed", Cases: rows("N-G05"), Title: "The Conditions begin after their end", Life: never,
			Breaks: rows("CND-04"), Verdict: Reject,
			Before: all(shift(pathConditions, "NotBefore", validBefore+time.Minute), shift(pathConditions, "NotOnOrAfter", -validAfter)),
		},
		{
			ID: "conditions-unbounded", Cases: rows("N-G06 N-Z10"), Title: "The Conditions have no begin and no end", Life: "Nothing: the SubjectConfirmationData has an end.",
			Verdict: Accept, Before: all(dropAttr(pathConditions, "NotBefore"), dropAttr(pathConditions, "NotOnOrAfter")),
		},
		{
			ID: "audience-restriction-missing", Cases: rows("N-G10"), Title: "There is no AudienceRestriction", Life: anyone,
			Breaks: rows("CND-05"), Verdict: Reject, Before: drop(pathRestriction),
		},
		{
			ID: "two-audiences-ours-first", Cases: rows("N-G12 N-Z10"), Title: "The AudienceRestriction names another service, too, at its end", Life: "Nothing: one that fits is enough.",
			Verdict: Accept, Before: after(pathAudience, otherAudience),
		},
		{
			ID: "two-audiences-ours-last", Cases: rows("N-G12"), Title: "The AudienceRestriction names another service, too, at its beginning", Life: "Nothing: one that fits is enough.",
			Verdict: Accept, Before: before(pathAudience, otherAudience),
		},
		{
			ID: "two-restrictions", Cases: rows("N-G13"), Title: "There is a second AudienceRestriction, for another service", Life: "Each restriction must fit: this assertion is for nobody.",
			Breaks: rows("CND-06"), Verdict: Reject, Before: after(pathRestriction, "<saml:AudienceRestriction>"+otherAudience+"</saml:AudienceRestriction>"),
		},
		{
			ID: "restriction-empty", Cases: rows("N-G14"), Title: "The AudienceRestriction names nobody", Life: anyone,
			Breaks: rows("CND-07 XML-05"), Verdict: Reject, Before: drop(pathAudience),
		},
		{
			ID: "audience-is-acs-url", Cases: rows("N-G15"), Title: "The Audience is the ACS URL", Life: "A common slip in the settings: the entity id is something else.",
			Breaks: rows("CND-06"), Verdict: Reject, Before: func(x []byte) ([]byte, error) {
				url, err := attributeOf(x, "", "Destination")
				if err != nil {
					return nil, err
				}
				return setInner(pathAudience, url)(x)
			},
		},
		{
			ID: "audience-is-issuer", Cases: rows("N-G15"), Title: "The Audience is the identity provider itself", Life: "A common slip in the settings: the entity id is the service provider's.",
			Breaks: rows("CND-06"), Verdict: Reject, Before: func(x []byte) ([]byte, error) {
				issuer, err := inner(x, "Issuer")
				if err != nil {
					return nil, err
				}
				return setInner(pathAudience, issuer)(x)
			},
		},
		{
			ID: "assertion-for-another", Cases: rows("N-C43"), Title: "The assertion is for another service provider in every respect", Life: "Another service could log in here as any of its users.",
			Breaks: rows("CND-06 SUB-14"), Verdict: Reject,
			Before: all(setText(pathAudience, "https://other.example/saml"), setAttr(pathConfirmData, "Recipient", "https://other.example/acs")),
		},
		{
			ID: "one-time-use", Cases: rows("N-G16"), Title: "The assertion is for one use", Life: "Nothing at its first use.",
			Verdict: Accept, Before: add(pathConditions, "<saml:OneTimeUse/>"),
		},
		{
			ID: "one-time-use-twice", Cases: rows("N-G17"), Title: "OneTimeUse is there twice", Life: "The standard forbids it, so readers differ in what they do with it.",
			Breaks: rows("CND-09"), Verdict: Reject, Before: add(pathConditions, "<saml:OneTimeUse/><saml:OneTimeUse/>"),
		},
		{
			ID: "proxy-restriction-twice", Cases: rows("N-G17"), Title: "ProxyRestriction is there twice", Life: "The standard forbids it, so readers differ in what they do with it.",
			Breaks: rows("CND-11"), Verdict: Reject, Before: add(pathConditions, `<saml:ProxyRestriction Count="1"/><saml:ProxyRestriction Count="2"/>`),
		},
		{
			ID: "proxy-restriction", Cases: rows("N-G18"), Title: "The assertion may not be passed on", Life: "Nothing: a service provider passes nothing on.",
			Verdict: Accept, Before: add(pathConditions, `<saml:ProxyRestriction Count="0">`+otherAudience+`</saml:ProxyRestriction>`),
		},
		{
			ID: "unknown-condition", Cases: rows("N-G19"), Title: "There is a condition of an unknown type", Life: "Nobody knows whether the assertion is valid: it is not to be relied on.",
			Breaks: rows("CND-08"), Verdict: Reject,
			Before: add(pathConditions, `<saml:Condition xmlns:xsi="`+saml.NSInstance+`" xmlns:x="urn:example:x" xsi:type="x:ConditionType"/>`),
		},
		{
			ID: "valid-for-years", Cases: rows("N-G20"), Title: "The Conditions are valid for ten years", Life: "A response that was caught lets in for years.",
			Breaks: rows("CND-15"), Verdict: Warn, Before: shift(pathConditions, "NotOnOrAfter", 10*365*24*time.Hour),
		},
	}
	for _, v := range nameFaults {
		list = append(list, &Fault{
			ID: "audience-" + v.id, Cases: rows("N-G11"), Title: "The Audience is " + v.title, Life: anyone,
			Breaks: rows("CND-06"), Verdict: Reject, Before: mapInner(pathAudience, v.change),
		})
	}
	for _, v := range []struct {
		id, title string
		verdict   Verdict
		row       string
		change    func(time.Time) string
	}{
		{"offset-east", "have an offset of two hours", Reject, "N-G07", inZone("+02:00", 2*time.Hour)},
		{"offset-west", "have an offset of minus five hours", Reject, "N-G07", inZone("-05:00", -5*time.Hour)},
		{"offset-zero", "have an offset of zero", Reject, "N-G07", inZone("+00:00", 0)},
		{"no-zone", "have no time zone", Reject, "N-G07", inZone("", 0)},
		{"lower-case", "are in lower case", Reject, "N-G09", func(t time.Time) string { return strings.ToLower(instant(t)) }},
		{"year-10000", "have a year of five digits", Reject, "N-G09", func(t time.Time) string { return "1" + instant(t) }},
		{"leap-second", "have a leap second", Reject, "N-G09", func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:") + "60Z" }},
		{"fraction-1", "have a fraction of one digit", Accept, "N-G08", func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0Z") }},
		{"fraction-7", "have a fraction of seven digits", Accept, "N-G08", func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }},
		{"fraction-12", "have a fraction of twelve digits", Accept, "N-G08", func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000") + "012Z" }},
		{"fraction-0", "have no fraction", Accept, "N-Z12", func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }},
	} {
		f := &Fault{
			ID: "times-" + v.id, Cases: rows(v.row), Title: "The times of the Conditions " + v.title, Life: foreign, Verdict: v.verdict,
			Before: all(rewriteTime(pathConditions, "NotBefore", v.change), rewriteTime(pathConditions, "NotOnOrAfter", v.change)),
		}
		switch {
		case v.verdict == Accept:
			f.Life = "Nothing: a time may have any number of digits after the point."
		case v.row == "N-G09":
			f.Breaks = rows("XML-09 XML-10")
		default:
			f.Breaks = rows("XML-09")
		}
		list = append(list, f)
	}
	return list
}

const otherAudience = "<saml:Audience>https://other.example/saml</saml:Audience>"

// inZone writes a time with this offset, which is so long.
func inZone(offset string, by time.Duration) func(time.Time) string {
	return func(t time.Time) string { return t.UTC().Add(by).Format("2006-01-02T15:04:05.000") + offset }
}

// rewriteTime writes an attribute's time in another way.
func rewriteTime(path, name string, f func(time.Time) string) change {
	return mapAttr(path, name, func(s string) string {
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			panic(err)
		}
		return attr(f(t))
	})
}
