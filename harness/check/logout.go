package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// logoutChecks judge the messages by which a session is ended on both sides.
var logoutChecks = []*Check{
	LogoutMessage, LogoutSchema, LogoutIssuer, LogoutDestination, LogoutSigned, LogoutSignature,
	LogoutIdentifier, LogoutSameSubject, LogoutSessionIndex, LogoutNotOnOrAfter, LogoutReason,
	LogoutStatus, LogoutInResponseTo, LogoutAnswered, LogoutComplete, LogoutBinding,
}

// LogoutMessage wants messages of logout with their attributes.
var LogoutMessage = &Check{
	ID:       "logout/message",
	Title:    "Messages of logout are well-formed, with ID, Version and IssueInstant",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.7.1", "SAMLCore 3.7.2", "SAMLCore 3.2.1", "SAMLCore 3.2.2"},
	Covers:   []string{"SLO-04", "XML-01"},
	Since:    "0.1",
	Text:     `A LogoutRequest or a LogoutResponse of SAML 2.0, read by the strict reader, with an ID that is an xs:ID, the Version 2.0 and an IssueInstant in UTC that does not lie ahead.`,
	Fix:      Fix{Side: IDP, Setting: "single logout", Text: "Issue messages of logout as the schemas have them."},
	Run:      logoutMessages,
}

func logoutMessages(c *Case) Outcome {
	if len(c.logout) == 0 {
		return skip("no logout was seen")
	}
	c.mustBeRead()
	var list []Finding
	for i := range c.logout {
		l := &c.logout[i]
		switch {
		case l.err != nil:
			list = append(list, syntaxFinding("logout", l.err))
			continue
		case !l.isRequest() && !l.isResponse():
			list = append(list, found(l.root.At(), expandedName(l.root), "LogoutRequest or LogoutResponse"))
			continue
		}
		list = append(list, idFinding(l.root)...)
		list = append(list, versionFinding(l.root)...)
		list = presentTime(l.root, "IssueInstant", list)
		if a := l.root.Attr("IssueInstant"); !c.Expect.At.IsZero() {
			if t := readInstant(a); t.future(c.Expect) {
				list = append(list, clockFinding(a, t, c.Expect, "not after "))
			}
		}
	}
	return Outcome{Findings: list}
}

// LogoutSchema holds messages of logout to the published schemas.
var LogoutSchema = &Check{
	ID:       "logout/schema",
	Title:    "Messages of logout are valid by the schemas of SAML 2.0",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.2", "saml-schema-protocol-2.0", "saml-schema-assertion-2.0"},
	Covers:   []string{"XML-05", "SLO-04"},
	Since:    "0.1",
	Text:     `Elements in their order and number, known attributes, values of their types: the same verdict as the OASIS and W3C schemas give. Where another check names what is wrong, this one follows it.`,
	Fix:      Fix{Side: IDP, Setting: "single logout", Text: "Issue messages of logout as the schemas have them."},
	Follows:  []string{"logout/message", "logout/issuer", "logout/identifier", "logout/not-on-or-after", "logout/status", "logout/in-response-to", "logout/signature"},
	Run: onLogout(func(_ *Case, l *logoutMessage) (list []Finding) {
		for _, f := range saml.ValidateSchema(l.doc) {
			if f.Kind != saml.SchemaForeign {
				list = append(list, schemaFinding(f))
			}
		}
		return list
	}),
}

// LogoutIssuer wants messages of logout to come from the peer.
var LogoutIssuer = &Check{
	ID:       "logout/issuer",
	Title:    "Messages of logout name their Issuer, one of the two sides",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.4.4.1", "SAMLProf 4.4.4.2"},
	Covers:   []string{"SLO-01", "SLO-02"},
	Since:    "0.1",
	Text:     `Issuer is there, written as an entity ID, and where both sides are known it is that of one of them, character by character.`,
	Fix:      Fix{Side: IDP, Setting: "entity ID", Text: "Use one entity ID for logins and logout."},
	Run: onLogout(func(c *Case, l *logoutMessage) []Finding {
		issuer := l.root.Child(saml.NSAssertion, "Issuer")
		if !issuer.Exists() || blank(issuer.Text()) {
			return one(found(l.root.At(), "no Issuer", "the entity ID of the sender"))
		}
		list := issuerFormat(issuer)
		if peers := c.Expect.peers(); len(peers) > 0 && !among(issuer.Text(), peers) {
			list = append(list, differs(issuer.At(), issuer.Text(), peers))
		}
		return list
	}),
}

// LogoutDestination compares Destination with where the message went.
var LogoutDestination = &Check{
	ID:       "logout/destination",
	Title:    "Messages of logout name the address that they reach",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.1", "SAMLCore 3.2.2", "SAMLBind 3.4.5.2", "SAMLBind 3.5.5.2"},
	Covers:   []string{"SLO-03"},
	Since:    "0.1",
	Text:     `A signed message has a Destination, and where it is known where the message went, Destination is that address. Where metadata of the side that it goes to is given, that has the address as a SingleLogoutService: a request goes to Location, a response to ResponseLocation where there is one.`,
	Fix:      Fix{Side: IDP, Setting: "single logout URL", Text: "Use the other side's address for logout, character by character."},
	Run: onLogout(func(c *Case, l *logoutMessage) []Finding {
		d := l.root.Attr("Destination")
		published := c.logoutAddresses(l)
		switch {
		case !d.Exists():
			if logoutSigned(l) {
				return one(found(l.root.At(), "no Destination", "the address for logout"))
			}
		case l.URL != "" && d.Value() != l.URL:
			return one(differs(d.At(), d.Value(), []string{l.URL}))
		case len(published) > 0 && !among(d.Value(), published):
			return one(differs(d.At(), d.Value(), published))
		}
		return nil
	}),
}

// logoutSigned reports whether a message of logout carries a signature.
func logoutSigned(l *logoutMessage) bool {
	return l.root.Child(saml.NSSignature, "Signature").Exists() || querySigned(l.Message)
}

// LogoutSigned wants messages of logout to be signed.
var LogoutSigned = &Check{
	ID:       "logout/signed",
	Title:    "Messages of logout are signed",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.4.3.1", "SAMLProf 4.4.4.1", "SAMLProf 4.4.4.2"},
	Covers:   []string{"SLO-10", "SDP-SP25", "SDP-IDP24", "BND-07"},
	Since:    "0.1",
	Follows:  []string{"settings/logout-signing", "settings/certificate-readable"},
	Text: `Messages of logout that pass through the browser are signed, in the query on HTTP-Redirect and in the XML on HTTP-POST: otherwise any page can log a user out.
Where it is not known how a message travelled, nor any key to verify it with, it is a warning: the signature may have been in the query.`,
	Fix: Fix{Side: IDP, Setting: "single logout", Text: "Sign messages of logout."},
	Run: onLogout(func(c *Case, l *logoutMessage) []Finding {
		switch {
		case l.Binding == saml.BindingRedirect && !querySigned(l.Message):
			return one(found(l.root.At(), "no signature in the query", "SigAlg and Signature"))
		case !logoutSigned(l):
			f := found(l.root.At(), "no signature", "a signature")
			if l.Binding == "" && len(c.Expect.Certificates) == 0 && len(c.Expect.RequestCertificates) == 0 {
				f = f.only(Warning)
			}
			return one(f)
		}
		return nil
	}),
}

// LogoutSignature verifies the signatures of messages of logout.
var LogoutSignature = &Check{
	ID:       "logout/signature",
	Title:    "Signatures of messages of logout are valid",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 5.4", "SAMLBind 3.4.4.1"},
	Covers:   []string{"SLO-10", "SLO-17", "BND-10"},
	Since:    "0.1",
	Text:     `The same rules hold as for responses: structure, place, reference, algorithms, digest, value and key. They are verified with the certificates of whichever side the Issuer names. Judged where a certificate of that side is known.`,
	Fix:      Fix{Side: IDP, Setting: "single logout", Text: "Sign with the key that the other side trusts, and hand the message on byte for byte."},
	Follows:  []string{"logout/issuer", "logout/signed", "settings/request-certificate", "settings/certificate-match", "settings/certificate-readable"},
	Run:      onLogout(logoutSignature),
}

func logoutSignature(c *Case, l *logoutMessage) (list []Finding) {
	certs := c.certificatesOf(l.root.Child(saml.NSAssertion, "Issuer").Text())
	if len(certs) == 0 {
		return nil
	}
	for _, s := range saml.VerifySignatures(l.doc, certs, c.Expect.Hints) {
		for _, f := range s.Faults {
			list = append(list, faultFinding(f))
		}
	}
	if !querySigned(l.Message) {
		return list
	}
	if q := saml.VerifyQuery(l.Query, certs, c.Expect.Hints); q != nil {
		for _, f := range q.Faults {
			list = append(list, Finding{At: f.At.Path, Got: f.Got, Want: f.Want, Note: f.Note})
		}
	}
	return list
}

// LogoutStatus wants sessions to have ended.
var LogoutStatus = &Check{
	ID:       "logout/status",
	Title:    "A LogoutResponse says that all sessions ended",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.7.3", "SAMLCore 3.2.2.1"},
	Covers:   []string{"SLO-07", "SLO-08", "SDP-IDP24"},
	Since:    "0.1",
	Text:     `One Status whose outer code is Success. PartialLogout inside it says that some other session may live on, which is a warning; any other outer code means that the logout failed.`,
	Fix:      Fix{Side: IDP, Setting: "single logout", Text: "Look up in the log of the side that answered why the session did not end."},
	Follows:  append([]string{"logout/same-subject", "logout/session-index"}, logoutSettings...),
	Run: onLogoutResponse(func(_ *Case, l *logoutMessage) []Finding {
		code := l.root.Child(saml.NSProtocol, "Status").Child(saml.NSProtocol, "StatusCode")
		inner := code.Child(saml.NSProtocol, "StatusCode").Attr("Value")
		switch v := code.Attr("Value"); {
		case !v.Exists():
			return one(found(l.root.At(), "no status", saml.StatusSuccess))
		case v.Value() != saml.StatusSuccess:
			return one(found(v.At(), v.Value(), saml.StatusSuccess))
		case strings.HasSuffix(inner.Value(), ":PartialLogout"):
			return one(found(inner.At(), inner.Value(), "no inner code").only(Warning))
		}
		return nil
	}),
}

// LogoutInResponseTo wants a response to name its request.
var LogoutInResponseTo = &Check{
	ID:       "logout/in-response-to",
	Title:    "A LogoutResponse answers the LogoutRequest",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2"},
	Covers:   []string{"SLO-09"},
	Since:    "0.1",
	Text:     `InResponseTo is there and, where the LogoutRequest is part of the same record, equals its ID. A response that stands alone is compared with the request that is expected, if any.`,
	Fix:      Fix{Side: IDP, Setting: "single logout", Text: "Copy the ID of the LogoutRequest."},
	Run: onLogoutResponse(func(c *Case, l *logoutMessage) []Finding {
		a := l.root.Attr("InResponseTo")
		if !a.Exists() {
			return one(found(l.root.At(), "no InResponseTo", "the ID of the LogoutRequest"))
		}
		var asked []string
		for i := range c.logout {
			if c.logout[i].isRequest() {
				asked = append(asked, c.logout[i].root.Attr("ID").Value())
			}
		}
		if len(asked) == 0 && c.Exchange.Response == nil {
			asked = c.Expect.RequestIDs
		}
		if len(asked) > 0 && !among(a.Value(), asked) {
			return one(differs(a.At(), a.Value(), asked))
		}
		return nil
	}),
}

// LogoutAnswered wants every request to be answered.
var LogoutAnswered = &Check{
	ID:       "logout/answered",
	Title:    "Every LogoutRequest is answered",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.4.3.5"},
	Covers:   []string{"SLO-13"},
	Since:    "0.1",
	Text:     `A LogoutResponse comes in any case, also with an error. Where none was recorded it may only not have been seen, so that it is a warning.`,
	Fix:      Fix{Side: IDP, Setting: "single logout", Text: "Find out at which side the logout ended."},
	Follows:  append([]string{"logout/issuer", "logout/destination", "logout/signed", "logout/signature", "logout/in-response-to", "logout/not-on-or-after"}, logoutSettings...),
	Run: onLogoutRequest(func(c *Case, l *logoutMessage) []Finding {
		if len(c.logout) == 1 && c.Exchange.Request == nil && c.Exchange.Response == nil {
			return nil // it was captured alone
		}
		for i := range c.logout {
			if c.logout[i].isResponse() {
				return nil
			}
		}
		return one(found(l.root.At(), "no LogoutResponse", "a LogoutResponse"))
	}),
}

// LogoutBinding notes logout by another way than SAML2int's.
var LogoutBinding = &Check{
	ID:       "logout/binding",
	Title:    "Logout travels by HTTP-Redirect with a plain NameID",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-IDP24", "SAML2int SDP-SP25"},
	Covers:   []string{"SLO-16", "SDP-SP25", "SDP-IDP24"},
	Since:    "0.1",
	Text:     `SAML2int has logout travel by HTTP-Redirect, signed in the query, with a NameID that is not encrypted.`,
	Fix:      Fix{Side: IDP, Setting: "single logout", Text: "Use HTTP-Redirect."},
	Run: onLogout(func(_ *Case, l *logoutMessage) (list []Finding) {
		if l.Binding != "" && l.Binding != saml.BindingRedirect {
			list = append(list, found(l.root.At(), l.Binding, saml.BindingRedirect))
		}
		if e := l.root.Child(saml.NSAssertion, "EncryptedID"); e.Exists() {
			list = append(list, found(e.At(), "EncryptedID", "NameID"))
		}
		return list
	}),
}
