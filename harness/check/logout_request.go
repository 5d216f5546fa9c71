package check

import (
	"github.com/samlproof/samlproof/harness/saml"
)

// identifierOf is the identifier of a LogoutRequest, and how many there are.
func identifierOf(l *logoutMessage) (id saml.Element, n int) {
	for e := range l.root.Children() {
		if e.Space() == saml.NSAssertion && (e.Local() == "NameID" || e.Local() == "BaseID" || e.Local() == "EncryptedID") {
			id = e
			n++
		}
	}
	return id, n
}

// LogoutIdentifier wants one identifier.
var LogoutIdentifier = &Check{
	ID:       "logout/identifier",
	Title:    "A LogoutRequest has exactly one identifier",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.7.1"},
	Covers:   []string{"SLO-06"},
	Since:    "0.1",
	Text:     `Exactly one of NameID, BaseID and EncryptedID says whose session ends.`,
	Fix:      Fix{Side: IDP, Setting: "single logout", Text: "Send the NameID of the login."},
	Run: onLogoutRequest(func(_ *Case, l *logoutMessage) []Finding {
		if id, n := identifierOf(l); n != 1 {
			return one(found(l.root.At(), severalOf(n, "identifiers"), "one"))
		} else if id.Local() == "NameID" && blank(id.Text()) {
			return one(found(id.At(), id.Text(), "the user's identifier"))
		}
		return nil
	}),
}

// LogoutSameSubject compares the identifier with that of the login.
var LogoutSameSubject = &Check{
	ID:       "logout/same-subject",
	Title:    "The identifier of a LogoutRequest is that of the login",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.3.4", "SAMLProf 4.4.4.1", "SAML2int SDP-SP29"},
	Covers:   []string{"SLO-11", "SDP-SP25"},
	Since:    "0.1",
	Text:     `Value, format and both qualifiers are those of the NameID in the assertion; otherwise the other side finds no session. Judged where the login is part of the same record.`,
	Fix:      Fix{Side: SP, Setting: "single logout", Text: "Send the NameID exactly as it came."},
	Follows:  []string{"logout/identifier"},
	Run:      onLogoutRequest(logoutSameSubject),
}

func logoutSameSubject(c *Case, l *logoutMessage) []Finding {
	id, n := identifierOf(l)
	if n != 1 || id.Local() != "NameID" || len(c.Assertions) == 0 || !c.Assertions[0].NameID.Exists() {
		return nil
	}
	if was := c.Assertions[0].NameID; !sameName(id, was) {
		f := found(id.At(), id.Text(), was.Text())
		if id.Text() == was.Text() {
			f.Note = "the format or a qualifier differs"
		}
		return one(f)
	}
	return nil
}

// LogoutSessionIndex compares SessionIndex with that of the login.
var LogoutSessionIndex = &Check{
	ID:       "logout/session-index",
	Title:    "SessionIndex of a LogoutRequest is that of the login",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.7.1", "SAMLProf 4.4.4.1", "E38"},
	Covers:   []string{"SLO-12", "AUT-04"},
	Since:    "0.1",
	Text:     `Where the login had a SessionIndex, the LogoutRequest that ends it names it; without any it ends all sessions of the user, which is allowed. An identity provider that supports logout puts one into every assertion, so that a logout without is a warning. Judged where the login is part of the same record.`,
	Fix:      Fix{Side: SP, Setting: "single logout", Text: "Send the SessionIndex of the login."},
	Run:      onLogoutRequest(logoutSessionIndex),
}

func logoutSessionIndex(c *Case, l *logoutMessage) []Finding {
	if len(c.Assertions) == 0 || len(c.Assertions[0].Statements) == 0 {
		return nil
	}
	was := c.Assertions[0].Statements[0].Attr("SessionIndex")
	sent := l.root.All(saml.NSProtocol, "SessionIndex")
	switch {
	case !was.Exists():
		return one(found(c.Assertions[0].Statements[0].At(), "no SessionIndex", "SessionIndex").noted("the identity provider supports logout").only(Warning))
	case len(sent) == 0:
		return nil
	}
	for _, e := range sent {
		if e.Text() == was.Value() {
			return nil
		}
	}
	return one(found(sent[0].At(), sent[0].Text(), was.Value()))
}

// LogoutNotOnOrAfter wants a request that has not ended.
var LogoutNotOnOrAfter = &Check{
	ID:       "logout/not-on-or-after",
	Title:    "A LogoutRequest has not ended",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.7.1", "SAMLCore 3.7.3.2"},
	Covers:   []string{"SLO-05"},
	Since:    "0.1",
	Text:     `Where NotOnOrAfter is there, the clock, less the skew, is before it.`,
	Fix:      Fix{Side: IDP, Setting: "clocks of both sides", Text: "Set both clocks by NTP."},
	Run: onLogoutRequest(func(c *Case, l *logoutMessage) []Finding {
		a := l.root.Attr("NotOnOrAfter")
		if t := readInstant(a); t.past(c.Expect) {
			return one(clockFinding(a, t, c.Expect, "after "))
		}
		return nil
	}, clock),
}

// LogoutReason wants a reason that is a URI.
var LogoutReason = &Check{
	ID:       "logout/reason",
	Title:    "Reason, where it is given, is a URI",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.7.1", "E10"},
	Covers:   []string{"SLO-14"},
	Since:    "0.1",
	Text:     `SAMLCore 3.7.3 names the reasons user and admin; others are absolute URIs.`,
	Fix:      Fix{Side: IDP, Setting: "single logout", Text: "Write urn:oasis:names:tc:SAML:2.0:logout:user, or leave Reason out."},
	Run: onLogoutRequest(func(_ *Case, l *logoutMessage) []Finding {
		if a := l.root.Attr("Reason"); a.Exists() && !isAbsoluteURI(a.Value()) {
			return one(found(a.At(), a.Value(), "an absolute URI"))
		}
		return nil
	}),
}
