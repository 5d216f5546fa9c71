package check

import (
	"errors"
	"strconv"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// isTime reports whether an attribute of a SAML element holds a time.
func isTime(local string) bool {
	switch local {
	case "IssueInstant", "NotBefore", "NotOnOrAfter", "AuthnInstant", "SessionNotOnOrAfter":
		return true
	}
	return false
}

// timeFindings appends what is wrong with the times of one element: leap seconds, or
// all else.
func timeFindings(list []Finding, e saml.Element, leap bool) []Finding {
	for a := range e.Attrs() {
		if !isTime(a.Local()) || a.Space() != "" {
			continue
		}
		_, err := saml.ParseTime(a.Value())
		if err == nil {
			continue
		}
		var te *saml.TimeError
		if !errors.As(err, &te) || (te.Problem == saml.TimeLeapSecond) != leap {
			continue
		}
		f := found(a.At(), a.Value(), "a time in UTC such as 2026-01-31T12:00:00Z").noted(te.Text)
		if te.Problem == saml.TimeWhiteSpace || te.Problem == saml.TimeEndOfDay {
			f = f.only(Warning)
		}
		list = append(list, f)
	}
	return list
}

// presentTime is what is wrong with a time that must be there.
func presentTime(e saml.Element, name string, list []Finding) []Finding {
	if !e.Attr(name).Exists() {
		return append(list, found(e.At(), "no "+name, name))
	}
	return timeFindings(timeFindings(list, e, false), e, true)
}

// XMLTimes wants every time in the one form.
var XMLTimes = &Check{
	ID:       "xml/times",
	Title:    "Every time in the response is in UTC and ends in Z",
	Severity: Error,
	Formal:   true,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.3", "XML Schema 2 3.2.7"},
	Covers:   []string{"XML-09", "XML-10", "RSP-04", "AST-04", "AUT-02"},
	Since:    "0.1",
	Text: `SAML times are xs:dateTime in UTC, written with Z and any number of fractional digits. +00:00 and other zones are refused by some readers and misread by others, and a time without a zone
is local to whoever reads it. The clock is judged all the same: an offset is converted, a missing zone is taken as UTC. White space around the value and the hour 24, which the schema allows, are warnings.`,
	Fix: Fix{Side: IDP, Setting: "response", Text: "Write times as 2026-01-31T12:00:00Z or with fractions of a second before the Z."},
	Run: onDocuments(xmlTimes),
}

func xmlTimes(d *saml.Document, _ *Expect) (list []Finding) {
	for e := range d.Elements() {
		if isSAML(e.Space()) {
			list = timeFindings(list, e, false)
		}
	}
	return list
}

// XMLLeapSeconds wants no leap second.
var XMLLeapSeconds = &Check{
	ID:       "xml/leap-seconds",
	Title:    "No time in the response is a leap second",
	Severity: Error,
	Formal:   true,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.3"},
	Covers:   []string{"XML-10"},
	Since:    "0.1",
	Text:     `SAML forbids times that name a leap second, because most clocks and libraries do not know them.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Write the second 59 for the second 60."},
	Run:      onDocuments(leapSeconds),
}

func leapSeconds(d *saml.Document, _ *Expect) (list []Finding) {
	for e := range d.Elements() {
		if isSAML(e.Space()) {
			list = timeFindings(list, e, true)
		}
	}
	return list
}

// blankFindings appends the blank strings of one element. Values that have a check of
// their own are left to it.
func blankFindings(list []Finding, e saml.Element) []Finding {
	if !isSAML(e.Space()) {
		return list
	}
	for a := range e.Attrs() {
		if a.Space() != "" || !blank(a.Value()) {
			continue
		}
		f := found(a.At(), a.Value(), "a value, or no "+a.Local())
		switch a.Local() {
		case "SessionIndex":
			list = append(list, f)
		case "FriendlyName", "ProviderName", "NameQualifier", "SPNameQualifier", "SPProvidedID", "Address", "DNSName":
			list = append(list, f.only(Warning))
		}
	}
	switch e.Local() {
	case "AssertionIDRef", "SessionIndex":
		if blank(e.Text()) {
			list = append(list, found(e.At(), e.Text(), "a value"))
		}
	case "StatusMessage":
		if blank(e.Text()) {
			list = append(list, found(e.At(), e.Text(), "a message, or no StatusMessage").only(Warning))
		}
	}
	return list
}

// XMLBlankValues wants strings that say something.
var XMLBlankValues = &Check{
	ID:       "xml/blank-values",
	Title:    "No string in the response is blank",
	Severity: Error,
	Formal:   true,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.1"},
	Covers:   []string{"XML-07"},
	Since:    "0.1",
	Text: `Strings of a SAML message hold at least one character that is no white space; what has no value is left out. Issuer, NameID, Audience and the names of attributes are judged by their own checks.
A blank FriendlyName, ProviderName, StatusMessage or address is a warning, since nothing is decided by them, and so is a blank qualifier of a NameID, which some libraries write where they have none.`,
	Fix: Fix{Side: IDP, Setting: "response", Text: "Leave out elements and attributes that have no value."},
	Run: onDocuments(blankValues),
}

func blankValues(d *saml.Document, _ *Expect) (list []Finding) {
	for e := range d.Elements() {
		list = blankFindings(list, e)
	}
	return list
}

// uriFindings appends the values of one element that must be absolute URIs and are not.
func uriFindings(list []Finding, e saml.Element) []Finding {
	if !isSAML(e.Space()) {
		return list
	}
	for a := range e.Attrs() {
		switch a.Local() {
		case "Destination", "Recipient", "Consent", "ProtocolBinding", "AssertionConsumerServiceURL", "Format", "NameFormat", "Reason", "Namespace":
		case "Method":
			if e.Local() != "SubjectConfirmation" {
				continue
			}
		default:
			continue
		}
		if a.Space() != "" || isAbsoluteURI(a.Value()) {
			continue
		}
		f := found(a.At(), a.Value(), "an absolute URI")
		if a.Local() == "Consent" && blank(a.Value()) {
			f = f.only(Warning)
		}
		list = append(list, f)
	}
	switch e.Local() {
	case "AuthnContextClassRef", "AuthnContextDeclRef":
		if t := e.Text(); !isAbsoluteURI(strings.Trim(t, " \t\r\n")) {
			list = append(list, found(e.At(), t, "an absolute URI"))
		}
	case "Issuer", "Audience", "AuthenticatingAuthority":
		if t := e.Text(); !blank(t) && !isAbsoluteURI(strings.Trim(t, " \t\r\n")) && entityIssuer(e) {
			list = append(list, found(e.At(), t, "an absolute URI").noted("entity IDs that are no URI are in wide use").only(Warning))
		}
	}
	return list
}

// entityIssuer reports whether an element's value is meant as an entity ID: it is where
// no other format is named.
func entityIssuer(e saml.Element) bool {
	f := e.Attr("Format")
	return !f.Exists() || f.Value() == saml.FormatEntity
}

// XMLAbsoluteURIs wants URIs in full.
var XMLAbsoluteURIs = &Check{
	ID:       "xml/absolute-uris",
	Title:    "Every URI in the response is absolute",
	Severity: Error,
	Formal:   true,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.2"},
	Covers:   []string{"XML-08", "RSP-21", "MDX-03", "SDP-G04"},
	Since:    "0.1",
	Text: `URIs of a SAML message have a scheme and are not empty. What is an entity ID (Issuer, Audience, AuthenticatingAuthority) and no URI is a warning,
because identity and service providers in wide use name themselves by a plain word. A blank Consent is one, too: nothing is decided by it. So is an ACS URL that the service provider has no other way.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Write the URI in full, with its scheme, and without white space around it."},
	Follows: []string{"response/destination", "subject/recipient", "subject/confirmation-method", "assertion/audience", "assertion/issuer", "response/issuer", "settings/entity-id", "settings/acs-url", "settings/issuer", "signature/digest", "signature/wrapping"},
	Run:     onDocuments(absoluteURIs),
}

func absoluteURIs(d *saml.Document, want *Expect) (list []Finding) {
	for e := range d.Elements() {
		list = uriFindings(list, e)
	}
	for i, f := range list {
		if among(f.Got, want.ACSURLs) {
			list[i] = f.noted("it is the ACS URL all the same, as the service provider has it").only(Warning)
		}
	}
	return list
}

// XMLSizes wants identifiers that others can store.
var XMLSizes = &Check{
	ID:       "xml/sizes",
	Title:    "No identifier in the response is longer than others can store",
	Severity: Warning,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-G02", "SAMLCore 8.3.6", "SAMLCore 8.3.7"},
	Covers:   []string{"XML-16", "SDP-G02"},
	Since:    "0.1",
	Text:     `Others take strings of 256 characters, and entity IDs of 1024. What is longer is cut off or refused somewhere. Values of attributes are not counted: nothing bounds them.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Make identifiers of at most 256 characters."},
	Run:      onDocuments(sizes),
}

func sizes(d *saml.Document, _ *Expect) (list []Finding) {
	for e := range d.Elements() {
		if !isSAML(e.Space()) {
			continue
		}
		for a := range e.Attrs() {
			most := 256
			switch a.Local() {
			case "ID", "InResponseTo", "Name", "FriendlyName", "SessionIndex", "NameQualifier", "SPNameQualifier", "SPProvidedID":
			case "Destination", "Recipient", "Format", "NameFormat", "Method":
				most = 1024
			default:
				continue
			}
			if v := a.Value(); len(v) > most && characters(v) > most {
				list = append(list, sizeFinding(a.At(), v, most))
			}
		}
		most := 1024
		switch e.Local() {
		case "NameID":
			most = 256
		case "Issuer", "Audience", "AuthenticatingAuthority", "AuthnContextClassRef":
		default:
			continue
		}
		if v := e.Text(); len(v) > most && characters(v) > most {
			list = append(list, sizeFinding(e.At(), v, most))
		}
	}
	return list
}

func sizeFinding(at saml.Place, v string, most int) Finding {
	return found(at, strconv.Itoa(characters(v))+" characters", "at most "+strconv.Itoa(most))
}
