package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// subjectChecks judge whom the assertion is about, and who may bring it.
var subjectChecks = []*Check{
	SubjectPresent, SubjectNameID, SubjectNameIDWhiteSpace, SubjectNameIDFormat, SubjectRequestedFormat, SubjectRequested,
	SubjectEmailForm, SubjectNameIDLength, SubjectQualifiers, SubjectEntityQualifiers, SubjectEncryptedID, SubjectTransient,
	SubjectConfirmationMethod, SubjectConfirmationData, SubjectRecipient, SubjectNotOnOrAfter, SubjectNotBefore, SubjectWindowOrder,
	SubjectInResponseTo, SubjectAnswerAgrees, SubjectAddress, SubjectWindowInside, SubjectWindowLength,
}

// SubjectPresent wants one subject.
var SubjectPresent = &Check{
	ID:       "subject/present",
	Title:    "The assertion has exactly one Subject",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLCore 2.4.1", "SAMLCore 2.7.2"},
	Covers:   []string{"AST-09", "SUB-01"},
	Since:    "0.1",
	Text:     `An assertion for Web SSO is about a subject, and about one: without it nobody logs in, and of two, one reader takes the first and another the last.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Issue the assertion with one Subject."},
	FlexFix:  mend("salesforce.connected_app.subject_type", "Choose what the subject is made of; a user without that value gets none."),
	Follows:  []string{"settings/subject-type", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(subjectPresent),
}

func subjectPresent(a *saml.Assertion, _ *Expect) []Finding {
	if n := countChildren(a.Element, saml.NSAssertion, "Subject"); n != 1 {
		return one(found(a.At(), counted(n, "Subject"), "one Subject"))
	}
	return nil
}

// SubjectNameID wants an identifier of the user.
var SubjectNameID = &Check{
	ID:       "subject/name-id",
	Title:    "The subject has one NameID, and it is not blank",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.4.1", "SAMLCore 1.3.1", "SAML2int SDP-SP13"},
	Covers:   []string{"SUB-02", "SUB-03", "XML-07", "SDP-SP13"},
	Since:    "0.1",
	Text: `A blank NameID, or more than one identifier, is an error: nobody can say who logs in. A subject without any identifier is allowed by the standard, and a service provider may take the user from an attribute: that is a note.
Flex knows a user by the NameID alone, so that under its profile a missing one is an error.`,
	Fix:     Fix{Side: IDP, Setting: "subject", Text: "Send a NameID, from a field that every user has."},
	FlexFix: mend("salesforce.connected_app.subject_type", "Choose Username, which every user has."),
	Follows: []string{"settings/subject-type", "settings/user-fields", "subject/present", "subject/encrypted-id", "signature/digest", "signature/wrapping"},
	Run:     onEachAssertion(subjectNameID),
}

func subjectNameID(_ *Case, a *saml.Assertion, want *Expect) Outcome {
	if !a.Subject.Exists() {
		return skip("the assertion has no Subject")
	}
	n, encrypted := 0, false
	for e := range a.Subject.Children() {
		if e.Space() == saml.NSAssertion && (e.Local() == "NameID" || e.Local() == "BaseID" || e.Local() == "EncryptedID") {
			n++
			encrypted = encrypted || e.Local() == "EncryptedID"
		}
	}
	switch {
	case n == 0:
		f := found(a.Subject.At(), "no NameID", "a NameID")
		if want.Profile != Flex {
			f = f.only(Note)
		}
		return Outcome{Findings: one(f)}
	case n > 1:
		return Outcome{Findings: one(found(a.Subject.At(), severalOf(n, "identifiers"), "one"))}
	case encrypted:
		return skip("the identifier is encrypted: see subject/encrypted-id")
	case a.NameID.Exists() && blank(a.NameID.Text()):
		return Outcome{Findings: one(found(a.NameID.At(), a.NameID.Text(), "the user's identifier"))}
	}
	return Outcome{}
}

// SubjectNameIDWhiteSpace looks for white space around the NameID.
var SubjectNameIDWhiteSpace = &Check{
	ID:       "subject/name-id-white-space",
	Title:    "No white space surrounds the NameID",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.1", "SAMLCore 8.3"},
	Covers:   []string{"SUB-04"},
	Since:    "0.1",
	Text:     `A service provider takes the NameID as it stands. With a space or a line break before or after it, it names another user than without; an identity provider that indents its XML adds them.`,
	Fix:      Fix{Side: IDP, Setting: "subject", Text: "Trim the field that the NameID is made of, and do not indent the XML."},
	Follows:  []string{"signature/digest", "signature/wrapping", "subject/name-id"},
	Run:      onAssertion(nameIDWhiteSpace),
}

func nameIDWhiteSpace(a *saml.Assertion, _ *Expect) []Finding {
	v := a.NameID.Text()
	if !padded(v) || blank(v) {
		return nil
	}
	return one(found(a.NameID.At(), v, strings.Trim(v, " \t\r\n")))
}

// SubjectNameIDFormat compares the NameID's format with the agreed one.
var SubjectNameIDFormat = &Check{
	ID:       "subject/name-id-format",
	Title:    "The NameID has the agreed format",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 8.3", "SAMLMeta 2.4.2"},
	Covers:   []string{"SUB-05", "MDI-05", "IIP-SSO05"},
	Since:    "0.1",
	Text: `Format is what both sides agreed on; one that is missing means urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified. Another format means another identifier, and so another user.
Where settings say nothing, metadata of either side may list the formats that it supports; one that is not among them is a warning. A list with unspecified in it allows every format. What a request asked for is judged by subject/requested-format.`,
	Fix:     Fix{Side: IDP, Setting: "NameID format", Text: "Choose the agreed format for this service provider."},
	FlexFix: mend("salesforce.connected_app.name_id_format", "Choose "+saml.FormatUnspecified+"."),
	Follows: []string{"settings/name-id-format", "settings/placeholder", "signature/digest", "signature/wrapping"},
	Run:     onEachAssertion(agreedFormat),
}

func agreedFormat(c *Case, a *saml.Assertion, want *Expect) Outcome {
	if want.NameIDFormat == "" && !c.listsFormats() {
		return skip("the agreed NameID format is not known")
	}
	if !a.NameID.Exists() {
		return skip("the assertion has no NameID")
	}
	got := formatOf(a.NameID)
	if want.NameIDFormat == "" {
		return Outcome{Findings: c.supportedFormat(got, a.NameID)}
	}
	if got == want.NameIDFormat {
		return Outcome{}
	}
	return Outcome{Findings: one(differs(formatAt(a.NameID), got, []string{want.NameIDFormat}))}
}

// listsFormats reports whether metadata of either side lists NameID formats.
func (c *Case) listsFormats() bool {
	for _, p := range [...]*peer{&c.idp, &c.sp} {
		for _, m := range p.chosen {
			if len(m.NameIDFormats()) > 0 {
				return true
			}
		}
	}
	return false
}

// supportedFormat warns of a format that the metadata of a side does not list.
func (c *Case) supportedFormat(got string, n saml.Element) (list []Finding) {
	for _, p := range [...]*peer{&c.idp, &c.sp} {
		for _, m := range p.chosen {
			var formats []string
			for _, e := range m.NameIDFormats() {
				formats = append(formats, strings.TrimSpace(e.Text()))
			}
			if len(formats) > 0 && !among(got, formats) && !among(saml.FormatUnspecified, formats) {
				list = append(list, differs(formatAt(n), got, formats).only(Warning))
			}
		}
	}
	return list
}

// formatOf is the format of a NameID, unspecified where none is stated (SAMLCore 2.2.2).
func formatOf(n saml.Element) string {
	if f := n.Attr("Format"); f.Exists() {
		return f.Value()
	}
	return saml.FormatUnspecified
}

// formatAt is where the format of a NameID is told, or would be.
func formatAt(n saml.Element) saml.Place {
	if f := n.Attr("Format"); f.Exists() {
		return f.At()
	}
	return n.At()
}

// formatEncrypted asks for an encrypted identifier (SAMLCore 3.4.1.1).
const formatEncrypted = "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted"

// SubjectRequestedFormat compares the NameID's format with what the request asks for.
var SubjectRequestedFormat = &Check{
	ID:       "subject/requested-format",
	Title:    "The NameID has the format that the request asked for",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.4.1.1", "E14", "E15"},
	Covers:   []string{"SUB-05", "REQ-16"},
	Since:    "0.1",
	Text: `A request that asks by NameIDPolicy for a format other than unspecified gets it, or the answer InvalidNameIDPolicy. The same holds for SPNameQualifier.
Legacy Flex asks for emailAddress and takes unspecified, as documented: that is a known deviation and a note.`,
	Fix:     Fix{Side: SP, Setting: "authentication request", Text: "Do not ask for a format, or have the identity provider send the one that is asked for."},
	Follows: []string{"settings/name-id-format", "signature/digest", "signature/wrapping"},
	Run:     onAnswer(requestedFormat),
}

// onAnswer hands a check the request and each assertion that answers it.
func onAnswer(f func(r *saml.AuthnRequest, a *saml.Assertion, want *Expect) []Finding) func(*Case) Outcome {
	return onEachAssertion(func(c *Case, a *saml.Assertion, want *Expect) Outcome {
		switch {
		case c.noRequest != "":
			return skip(c.noRequest)
		case c.Request == nil:
			return skip("the request could not be read")
		}
		return Outcome{Findings: f(c.Request, a, want)}
	})
}

func requestedFormat(r *saml.AuthnRequest, a *saml.Assertion, want *Expect) (list []Finding) {
	if !a.NameID.Exists() {
		return nil
	}
	asked := r.NameIDPolicy.Attr("Format").Value()
	got := formatOf(a.NameID)
	if asked != "" && asked != saml.FormatUnspecified && asked != formatEncrypted && asked != got {
		list = append(list, deviating(want, "subject/requested-format", found(formatAt(a.NameID), got, asked)))
	}
	if q := r.NameIDPolicy.Attr("SPNameQualifier"); q.Exists() {
		if is := a.NameID.Attr("SPNameQualifier"); is.Value() != q.Value() {
			list = append(list, found(a.NameID.At(), is.Value(), q.Value()))
		}
	}
	return list
}

// SubjectRequested compares the user with the one that the request names.
var SubjectRequested = &Check{
	ID:       "subject/requested",
	Title:    "The assertion is about the user that the request names",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.1", "SAMLCore 3.4.1.4", "SAMLCore 3.3.4"},
	Covers:   []string{"REQ-15"},
	Since:    "0.1",
	Text:     `A request may name a user by a Subject. The assertion then is about that user, by value, format and qualifiers, or the answer is an error without an assertion.`,
	Fix:      Fix{Side: IDP, Setting: "subject", Text: "Answer with UnknownPrincipal where another user is logged in."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAnswer(requestedSubject),
}

func requestedSubject(r *saml.AuthnRequest, a *saml.Assertion, _ *Expect) []Finding {
	asked := r.Child(saml.NSAssertion, "Subject").Child(saml.NSAssertion, "NameID")
	if !asked.Exists() || !a.NameID.Exists() || sameName(asked, a.NameID) {
		return nil
	}
	return one(found(a.NameID.At(), a.NameID.Text(), asked.Text()))
}

// SubjectEncryptedID wants an encrypted identifier to hold one.
var SubjectEncryptedID = &Check{
	ID:       "subject/encrypted-id",
	Title:    "An encrypted identifier decrypts to a NameID",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.2.4", "SAMLCore 6"},
	Covers:   []string{"SUB-25", "SDP-IDP11"},
	Since:    "0.1",
	Text:     `An EncryptedID that no key opens, or that holds anything but one NameID, BaseID or Assertion, is a failure and not the same as no NameID. Judged where a decryption key was given.`,
	Fix:      Fix{Side: IDP, Setting: "encryption certificate of the service provider", Text: "Encrypt to the service provider's current key."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onEachAssertion(encryptedID),
}

func encryptedID(_ *Case, a *saml.Assertion, want *Expect) Outcome {
	e := a.Subject.Child(saml.NSAssertion, "EncryptedID")
	if !e.Exists() {
		return Outcome{}
	}
	if len(want.Decryption) == 0 {
		return skip("no decryption key is known")
	}
	d, _, err := saml.Decrypt(e, want.Decryption)
	if err != nil {
		return Outcome{Findings: one(found(e.At(), "it cannot be decrypted", "a NameID").noted(err.Error()))}
	}
	root := d.Root()
	switch {
	case root.Is(saml.NSAssertion, "BaseID"), root.Is(saml.NSAssertion, "Assertion"):
	case !root.Is(saml.NSAssertion, "NameID"):
		return Outcome{Findings: one(found(e.At(), expandedName(root), "NameID, BaseID or Assertion"))}
	case blank(root.Text()):
		return Outcome{Findings: one(found(e.At(), "a blank NameID", "the user's identifier"))}
	}
	return Outcome{}
}
