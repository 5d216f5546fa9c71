package check

import (
	"github.com/samlproof/samlproof/harness/saml"
)

// assertionChecks judge the assertion as a whole.
var assertionChecks = []*Check{
	AssertionPlace, AssertionSAML1, AssertionID, AssertionVersion, AssertionIssueInstant, AssertionIssueInstantClock,
	AssertionIssuerPresent, AssertionIssuer, AssertionIssuerFormat, AssertionSameIssuer, AssertionSameSubject,
	AssertionAudienceRestriction, AssertionAudience, AssertionStatements,
}

// AssertionPlace wants assertions only where they may stand.
var AssertionPlace = &Check{
	ID:       "assertion/place",
	Title:    "Assertions stand only where SAML has them",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"SAMLCore 3.3.3", "SAMLCore 2.6", "On Breaking SAML (USENIX Security 2012)"},
	Covers:   []string{"AST-01", "AST-14", "AST-12"},
	Since:    "0.1",
	Text: `An Assertion is a child of the Response, or of Advice or Evidence in another assertion, where it says nothing about who logs in, or it is the plaintext of an EncryptedAssertion. Anywhere else it is found only by a reader that searches for it by name,
which is what signature wrapping lives on. The whole tree is searched.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Put the assertion directly into the response. If the response was changed on the way, it is an attack."},
	Follows: []string{"encryption/structure", "signature/wrapping", "xml/unique-ids", "response/root", "encryption/structure"},
	Run:     onDocuments(assertionPlace),
}

func assertionPlace(d *saml.Document, _ *Expect) (list []Finding) {
	for e := range d.Elements() {
		if !e.Is(saml.NSAssertion, "Assertion") {
			continue
		}
		p := e.Parent()
		switch {
		case !p.Exists():
			// The root of a plaintext; a message with this root is no Response.
		case p.Is(saml.NSProtocol, "Response") && !p.Parent().Exists():
		case p.Is(saml.NSAssertion, "Advice"), p.Is(saml.NSAssertion, "Evidence"):
		default:
			f := found(e.At(), "an Assertion in "+p.Local(), "none there")
			if p.Is(saml.NSProtocol, "Extensions") {
				f.Note = "an assertion was put into Extensions, where a careless reader finds it (wrapping, XSW7)"
			}
			list = append(list, f)
		}
	}
	return list
}

// AssertionSAML1 wants no assertion of SAML 1.
var AssertionSAML1 = &Check{
	ID:       "assertion/saml-1",
	Title:    "The response has no assertion of SAML 1",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 4.1.3.3"},
	Covers:   []string{"AST-13", "AST-01"},
	Since:    "0.1",
	Text:     `An Assertion in a namespace other than that of SAML 2.0 is not one: those of SAML 1.0 and 1.1 have other rules, and a namespace of one's own lets a reader that goes by local names take it.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Issue assertions of SAML 2.0."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onReceived(assertionSAML1),
}

func assertionSAML1(r *saml.Response, _ *Expect) (list []Finding) {
	for e := range r.Children() {
		if e.Local() == "Assertion" && e.Space() != saml.NSAssertion {
			list = append(list, found(e.At(), expandedName(e), "{"+saml.NSAssertion+"}Assertion"))
		}
	}
	return list
}

// AssertionID wants an identifier.
var AssertionID = &Check{
	ID:       "assertion/id",
	Title:    "The assertion has an ID",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.3.3", "SAMLCore 1.3.4"},
	Covers:   []string{"AST-02", "RPL-02"},
	Since:    "0.1",
	Text:     `The attribute ID, in no namespace, names the assertion: a signature over it refers to it, and a service provider remembers it so that the assertion cannot be used twice. Its form is judged by xml/id-form.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Give each assertion a fresh ID."},
	Run:      onAssertion(assertionID),
}

func assertionID(a *saml.Assertion, _ *Expect) []Finding {
	if a.Attr("ID").Exists() {
		return nil
	}
	return one(found(a.At(), "no ID", "an ID"))
}

// AssertionVersion wants SAML 2.0.
var AssertionVersion = &Check{
	ID:       "assertion/version",
	Title:    "The assertion's Version is 2.0",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.3.3", "SAMLCore 4.1"},
	Covers:   []string{"AST-03", "AST-13"},
	Since:    "0.1",
	Text:     `The attribute Version is the three characters 2.0.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: `Write Version="2.0".`},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(assertionVersion),
}

func assertionVersion(a *saml.Assertion, _ *Expect) []Finding { return versionFinding(a.Element) }

// AssertionIssueInstant wants the assertion to say when it was made.
var AssertionIssueInstant = &Check{
	ID:       "assertion/issue-instant",
	Title:    "The assertion says when it was issued",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.3.3"},
	Covers:   []string{"AST-04"},
	Since:    "0.1",
	Text:     `The attribute IssueInstant is there. Its form is judged by xml/times.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Give each assertion its IssueInstant."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(assertionIssueInstant),
}

func assertionIssueInstant(a *saml.Assertion, _ *Expect) []Finding {
	return issueInstantPresent(a.Element)
}

// AssertionIssueInstantClock holds the time of the assertion against the clock.
var AssertionIssueInstantClock = &Check{
	ID:       "assertion/issue-instant-clock",
	Title:    "The assertion was not issued in the future",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.3", "E92"},
	Covers:   []string{"AST-05", "CND-14", "SDP-G01"},
	Since:    "0.1",
	Text:     `IssueInstant lies no further ahead of the clock than the skew allows. How old an assertion may be is for its own bounds to say.`,
	Fix:      Fix{Side: IDP, Setting: "clocks of both sides", Text: "Set both clocks by NTP."},
	Follows:  []string{"conditions/not-before", "response/issue-instant-clock", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(assertionIssueInstantClock, clock),
}

func assertionIssueInstantClock(a *saml.Assertion, want *Expect) []Finding {
	at := a.Attr("IssueInstant")
	if t := readInstant(at); t.future(want) {
		return one(clockFinding(at, t, want, "not after "))
	}
	return nil
}

// AssertionStatements notes statements that a service provider passes over.
var AssertionStatements = &Check{
	ID:       "assertion/statements",
	Title:    "The assertion has no statement that service providers pass over",
	Severity: Note,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.3.3", "SAMLCore 2.7.4"},
	Covers:   []string{"AST-17", "IIP-SSO07"},
	Since:    "0.1",
	Text:     `Statements of types that are not SAML's are ignored, and decisions about authorization (AuthzDecisionStatement) have no place in Web SSO. What they say reaches nobody.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Say it by attributes."},
	Run:      onAssertion(assertionStatements),
}

func assertionStatements(a *saml.Assertion, _ *Expect) (list []Finding) {
	for e := range a.Children() {
		if e.Is(saml.NSAssertion, "Statement") || e.Is(saml.NSAssertion, "AuthzDecisionStatement") {
			list = append(list, found(e.At(), e.Local(), "AuthnStatement and AttributeStatement"))
		}
	}
	return list
}
