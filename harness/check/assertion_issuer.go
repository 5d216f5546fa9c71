package check

import (
	"github.com/samlproof/samlproof/harness/saml"
)

// AssertionIssuerPresent wants the assertion to say who made it.
var AssertionIssuerPresent = &Check{
	ID:       "assertion/issuer-present",
	Title:    "The assertion names exactly one Issuer",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.3.3", "SAMLCore 1.3.1"},
	Covers:   []string{"AST-06", "XML-07"},
	Since:    "0.1",
	Text:     `One Issuer that is not blank. Readers that keep the last of two believe another than those that keep the first.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Write the identity provider's entity ID as the one Issuer."},
	Follows:  []string{"response/issuer-present", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(assertionIssuerPresent),
}

func assertionIssuerPresent(a *saml.Assertion, _ *Expect) []Finding {
	if n := countChildren(a.Element, saml.NSAssertion, "Issuer"); n != 1 {
		return one(found(a.At(), counted(n, "Issuer"), "one Issuer"))
	}
	if blank(a.Issuer.Text()) {
		return one(found(a.Issuer.At(), a.Issuer.Text(), "the entity ID of the identity provider"))
	}
	return nil
}

// AssertionIssuer compares the Issuer with the expected one.
var AssertionIssuer = &Check{
	ID:       "assertion/issuer",
	Title:    "The assertion's Issuer is the identity provider that is trusted",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLProf 4.1.4.3", "SAMLCore 8.3.6"},
	Covers:   []string{"AST-07", "RSP-18", "RPL-07", "XML-11", "MDI-07"},
	Since:    "0.1",
	Text: `The Issuer of the assertion is the entity ID of the identity provider by whose keys it is verified, character by character: a trailing slash, letter case and white space count. A key that is trusted for one identity provider
says nothing about another.`,
	Fix:     Fix{Side: SP, Setting: "entity ID of the identity provider", Text: "Type it exactly as the identity provider sends it."},
	FlexFix: mend("flex.identity_provider_issuer", "Type the Issuer exactly as the connected app sends it; both consoles must have the same text, with or without a slash at its end."),
	Follows: []string{"settings/issuer", "settings/placeholder", "settings/my-domain", "response/issuer", "signature/digest", "signature/wrapping", "metadata/entity-id-match"},
	Run:     onAssertion(assertionIssuer, issuers),
}

func assertionIssuer(a *saml.Assertion, want *Expect) []Finding {
	if !a.Issuer.Exists() {
		return nil
	}
	if v := a.Issuer.Text(); !among(v, want.Issuers) && !blank(v) {
		return one(differs(a.Issuer.At(), v, want.Issuers))
	}
	return nil
}

// AssertionIssuerFormat wants the Issuer to be written as an entity ID.
var AssertionIssuerFormat = &Check{
	ID:       "assertion/issuer-format",
	Title:    "The assertion's Issuer has the format of an entity ID and no qualifiers",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLCore 8.3.6"},
	Covers:   []string{"AST-08"},
	Since:    "0.1",
	Text:     `Format is left out or is urn:oasis:names:tc:SAML:2.0:nameid-format:entity, and NameQualifier, SPNameQualifier and SPProvidedID are left out.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Write the Issuer without attributes, or with the format of an entity ID."},
	Follows:  []string{"signature/digest", "signature/wrapping", "response/issuer-format"},
	Run:      onAssertion(assertionIssuerFormat),
}

func assertionIssuerFormat(a *saml.Assertion, _ *Expect) []Finding { return issuerFormat(a.Issuer) }

// AssertionSameIssuer wants one issuer throughout.
var AssertionSameIssuer = &Check{
	ID:       "assertion/same-issuer",
	Title:    "Response and assertions have one and the same Issuer",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2"},
	Covers:   []string{"RSP-18", "RSP-09"},
	Since:    "0.1",
	Text:     `All assertions of a response are issued by the identity provider that answers, so the Issuer of the response and of each assertion are equal, character by character.`,
	Fix:      Fix{Side: IDP, Setting: "entity ID", Text: "Use one entity ID for responses and assertions."},
	Follows:  []string{"response/issuer", "assertion/issuer", "response/issuer-present", "assertion/issuer-present", "signature/digest", "signature/wrapping"},
	Run:      onWhole(assertionSameIssuer),
}

func assertionSameIssuer(c *Case) (list []Finding) {
	first := c.Response.Issuer
	if blank(first.Text()) {
		first = c.Assertions[0].Issuer
	}
	want := first.Text()
	for _, a := range c.Assertions {
		if v := a.Issuer.Text(); !blank(v) && v != want {
			f := found(a.Issuer.At(), v, want)
			f.Note = Difference(v, want)
			list = append(list, f)
		}
	}
	return list
}

// AssertionSameSubject wants one user throughout.
var AssertionSameSubject = &Check{
	ID:       "assertion/same-subject",
	Title:    "All assertions are about one and the same user",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2"},
	Covers:   []string{"RSP-19"},
	Since:    "0.1",
	Text:     `Several assertions in one response refer to the same principal. Their NameIDs are compared by value, format and qualifiers; that two different ones mean one person cannot be seen.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Put all statements about the user into one assertion."},
	Follows:  []string{"signature/wrapping", "response/one-assertion", "signature/digest"},
	Run:      onAssertions(assertionSameSubject),
}

func assertionSameSubject(c *Case) (list []Finding) {
	first := c.Assertions[0].NameID
	for _, a := range c.Assertions[1:] {
		if n := a.NameID; n.Exists() && first.Exists() && !sameName(n, first) {
			list = append(list, found(n.At(), n.Text(), first.Text()))
		}
	}
	return list
}

// sameName reports whether two NameIDs name the same (SAMLCore 2.2.2, 3.3.4).
func sameName(a, b saml.Element) bool {
	if a.Text() != b.Text() {
		return false
	}
	for _, name := range [...]string{"Format", "NameQualifier", "SPNameQualifier"} {
		if a.Attr(name).Value() != b.Attr(name).Value() {
			return false
		}
	}
	return true
}

// AssertionAudienceRestriction wants the assertion to say whom it is for.
var AssertionAudienceRestriction = &Check{
	ID:       "assertion/audience-restriction",
	Title:    "The assertion says for whom it is",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLCore 2.5.1.4"},
	Covers:   []string{"CND-05"},
	Since:    "0.1",
	Text:     `Conditions hold at least one AudienceRestriction. Without it, whoever gets the assertion can use it at any service provider that trusts the identity provider.`,
	Fix:      Fix{Side: IDP, Setting: "entity ID of the service provider", Text: "Issue assertions with an AudienceRestriction that names the service provider."},
	Follows:  []string{"conditions/present", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(assertionAudienceRestriction),
}

func assertionAudienceRestriction(a *saml.Assertion, _ *Expect) []Finding {
	if len(a.Audiences) > 0 {
		return nil
	}
	at := a.At()
	if a.Conditions.Exists() {
		at = a.Conditions.At()
	}
	return one(found(at, "no AudienceRestriction", "an AudienceRestriction"))
}

// AssertionAudience compares each AudienceRestriction with the entity IDs that the
// service provider answers to.
var AssertionAudience = &Check{
	ID:       "assertion/audience",
	Title:    "Audience names the service provider",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.5.1.4", "SAMLProf 4.1.4.2", "E46"},
	Covers:   []string{"CND-06", "XML-11"},
	Since:    "0.1",
	Text: `Every AudienceRestriction must name the service provider by one of its Audience elements: any of the audiences in a restriction will do, but each restriction must be met. Compared with the entity ID character by character;
a trailing slash, letter case and white space count. The ACS URL or the identity provider's own entity ID in its place are common mistakes.`,
	Fix:     Fix{Side: IDP, Setting: "entity ID of the service provider", Text: "Register the service provider's entity ID, character by character."},
	FlexFix: mend("salesforce.connected_app.entity_id", "Type the entity ID that this Flex connection answers to."),
	Follows: []string{"settings/entity-id", "settings/placeholder", "settings/account-sid", "settings/connection-sid", "request/issuer", "conditions/audience-values", "signature/digest", "signature/wrapping", "metadata/entity-id-match"},
	Run:     onEachAssertion(assertionAudience, audiences),
}

func assertionAudience(_ *Case, a *saml.Assertion, want *Expect) Outcome {
	if len(a.Audiences) == 0 {
		return skip("the assertion has no AudienceRestriction")
	}
	var list []Finding
	for _, r := range a.Audiences {
		met, got := false, ""
		at := r
		for e := range r.Children() {
			if !e.Is(saml.NSAssertion, "Audience") {
				continue
			}
			if met = among(e.Text(), want.Audiences); met {
				break
			}
			if got == "" {
				got, at = e.Text(), e
			} else {
				got += ", " + e.Text()
			}
		}
		if met {
			continue
		}
		f := differs(at.At(), got, want.Audiences)
		switch {
		case among(got, want.ACSURLs):
			f.Note = "this is the ACS URL, not the entity ID"
		case among(got, want.Issuers):
			f.Note = "this is the identity provider's own entity ID"
		}
		list = append(list, f)
	}
	return Outcome{Findings: list}
}

// onEachAssertion hands a check each assertion in turn, where the check may skip by
// itself. Findings in any assertion outweigh a skip.
func onEachAssertion(f func(c *Case, a *saml.Assertion, want *Expect) Outcome, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if why := c.withoutAssertion(needs); why != "" {
			return skip(why)
		}
		var all Outcome
		for _, a := range c.Assertions {
			o := f(c, a, c.Expect)
			all.Findings = join(all.Findings, o.Findings)
			if all.Skip == "" {
				all.Skip = o.Skip
			}
		}
		if len(all.Findings) > 0 {
			all.Skip = ""
		}
		return all
	}
}
