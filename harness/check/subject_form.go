package check

import (
	"net/mail"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// SubjectEmailForm wants an e-mail address where one is promised.
var SubjectEmailForm = &Check{
	ID:       "subject/email-form",
	Title:    "A NameID of the format emailAddress is an e-mail address",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 8.3.2", "RFC 2822 3.4.1"},
	Covers:   []string{"SUB-06"},
	Since:    "0.1",
	Text: `The value is an addr-spec of RFC 2822, as ada@acme.example: no display name, no comment, no angle brackets.
A value that is no address at all, as a username or an opaque identifier, is a warning: whoever compares values takes it as it is, and identity providers in wide use send such values under this format. Under the profile of Flex, whose set-up has another format for such values, it is an error.`,
	Fix:     Fix{Side: IDP, Setting: "subject", Text: "Send the e-mail address alone, or another NameID format."},
	Follows: []string{"settings/name-id-format", "signature/digest", "signature/wrapping", "subject/name-id"},
	Run:     onAssertion(emailForm),
}

func emailForm(a *saml.Assertion, want *Expect) []Finding {
	if a.NameID.Attr("Format").Value() != saml.FormatEmailAddress {
		return nil
	}
	v := strings.Trim(a.NameID.Text(), " \t\r\n")
	if v == "" || isAddress(v) {
		return nil
	}
	f := found(a.NameID.At(), v, "an e-mail address such as ada@acme.example")
	if want.Profile != Flex && !strings.ContainsAny(v, "@<>() \t\r\n") {
		f = f.only(Warning)
	}
	return one(f)
}

// isAddress reports whether a value is a bare e-mail address (RFC 2822 3.4.1).
func isAddress(v string) bool {
	local, domain, ok := strings.Cut(v, "@")
	if ok && plainAtoms(local) && plainAtoms(domain) {
		return true
	}
	if strings.ContainsAny(v, "<>()") {
		return false
	}
	addr, err := mail.ParseAddress(v)
	return err == nil && addr.Name == ""
}

// plainAtoms reports whether a value is words of the usual characters with single dots
// between them.
func plainAtoms(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '+':
		case c == '.' && s[i-1] != '.':
		default:
			return false
		}
	}
	return true
}

// SubjectNameIDLength bounds persistent and transient identifiers.
var SubjectNameIDLength = &Check{
	ID:       "subject/name-id-length",
	Title:    "A persistent or transient NameID has at most 256 characters",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 8.3.7", "SAMLCore 8.3.8"},
	Covers:   []string{"SUB-07", "IIP-G02", "IIP-SSO05"},
	Since:    "0.1",
	Text:     `Longer ones must not be made, and service providers cut them off.`,
	Fix:      Fix{Side: IDP, Setting: "subject", Text: "Make shorter identifiers."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(nameIDLength),
}

func nameIDLength(a *saml.Assertion, _ *Expect) []Finding {
	switch a.NameID.Attr("Format").Value() {
	case saml.FormatPersistent, saml.FormatTransient:
	default:
		return nil
	}
	if v := a.NameID.Text(); len(v) > 256 && characters(v) > 256 {
		return one(found(a.NameID.At(), strconv.Itoa(characters(v))+" characters", "at most 256"))
	}
	return nil
}

// SubjectQualifiers compares the NameID's qualifiers with both sides.
var SubjectQualifiers = &Check{
	ID:       "subject/qualifiers",
	Title:    "The NameID's qualifiers name this pair",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.2.2", "SAMLCore 8.3.7", "E78"},
	Covers:   []string{"SUB-08"},
	Since:    "0.1",
	Text: `SPNameQualifier is the service provider for which the NameID was made, and NameQualifier the identity provider that made it: another value is an identifier of another pair. An affiliation that the service provider belongs to may stand for it.
In formats other than persistent and transient NameQualifier may name some other domain, which is a warning. Judged where the expected values are known.`,
	Fix:     Fix{Side: IDP, Setting: "subject", Text: "Leave the qualifiers out, or write the entity IDs of this pair."},
	Follows: []string{"settings/entity-id", "settings/issuer", "assertion/issuer", "assertion/audience", "signature/digest", "signature/wrapping"},
	Run:     onAssertion(qualifiers),
}

func qualifiers(a *saml.Assertion, want *Expect) (list []Finding) {
	format := a.NameID.Attr("Format").Value()
	if format == saml.FormatEntity {
		return nil
	}
	for _, q := range [...]struct {
		name string
		want []string
	}{{"SPNameQualifier", want.Audiences}, {"NameQualifier", want.Issuers}} {
		at := a.NameID.Attr(q.name)
		if !at.Exists() || len(q.want) == 0 || among(at.Value(), q.want) || blank(at.Value()) {
			continue
		}
		f := differs(at.At(), at.Value(), q.want)
		if q.name == "NameQualifier" && format != saml.FormatPersistent && format != saml.FormatTransient {
			f = f.only(Warning)
		}
		list = append(list, f)
	}
	return list
}

// SubjectEntityQualifiers wants no qualifiers where the format forbids them.
var SubjectEntityQualifiers = &Check{
	ID:       "subject/entity-qualifiers",
	Title:    "A NameID of the format entity has no qualifiers",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 8.3.6"},
	Covers:   []string{"SUB-09"},
	Since:    "0.1",
	Text:     `The format entity forbids NameQualifier, SPNameQualifier and SPProvidedID.`,
	Fix:      Fix{Side: IDP, Setting: "subject", Text: "Leave the qualifiers out, or send another NameID format."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(entityQualifiers),
}

func entityQualifiers(a *saml.Assertion, _ *Expect) []Finding {
	if a.NameID.Attr("Format").Value() != saml.FormatEntity {
		return nil
	}
	return issuerFormat(a.NameID)
}

// SubjectTransient notes identifiers that stay the same.
var SubjectTransient = &Check{
	ID:       "subject/transient",
	Title:    "The NameID is transient, so that logins cannot be linked by it",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-IDP12"},
	Covers:   []string{"SDP-IDP12"},
	Since:    "0.1",
	Text:     `SAML2int names the user by an attribute and has the NameID be transient, for logout alone. Most other pairs, Salesforce and Flex among them, name the user by the NameID.`,
	Fix:      Fix{Side: IDP, Setting: "NameID format", Text: "Send a transient NameID and name the user by subject-id or pairwise-id."},
	Run:      onAssertion(transient),
}

func transient(a *saml.Assertion, _ *Expect) []Finding {
	if !a.NameID.Exists() {
		return nil
	}
	if got := formatOf(a.NameID); got != saml.FormatTransient {
		return one(found(formatAt(a.NameID), got, saml.FormatTransient))
	}
	return nil
}

// SubjectAddress wants an IP address.
var SubjectAddress = &Check{
	ID:       "subject/address",
	Title:    "Address in the confirmation is an IP address without a port",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.3", "SAMLCore 2.4.1.2"},
	Covers:   []string{"SUB-20"},
	Since:    "0.1",
	Text:     `Where Address is there, a service provider may compare it with the browser's. With a port, or a host name in it, it never matches; and behind proxies it often does not match either, so that it is better left out.`,
	Fix:      Fix{Side: IDP, Setting: "assertion", Text: "Leave Address out."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(confirmationAddress),
}

func confirmationAddress(a *saml.Assertion, _ *Expect) (list []Finding) {
	for _, c := range a.Confirmations {
		list = addressFinding(list, c.Data.Attr("Address"))
	}
	return list
}

// addressFinding appends an Address that is no IP address. A blank one is told by
// xml/blank-values.
func addressFinding(list []Finding, at saml.Attr) []Finding {
	if !at.Exists() || blank(at.Value()) {
		return list
	}
	if _, err := netip.ParseAddr(at.Value()); err == nil {
		return list
	}
	return append(list, found(at.At(), at.Value(), "an IP address without a port"))
}

// SubjectWindowInside wants the confirmation within the conditions.
var SubjectWindowInside = &Check{
	ID:       "subject/window-inside",
	Title:    "The confirmation ends no later than the assertion",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.4.1.2"},
	Covers:   []string{"SUB-23"},
	Since:    "0.1",
	Text:     `The window of the bearer confirmation lies within that of Conditions. One that goes beyond says that the assertion may be brought when it is no longer valid.`,
	Fix:      Fix{Side: IDP, Setting: "lifetime of assertions", Text: "Let the confirmation end with the assertion, or earlier."},
	Follows:  []string{"conditions/window-order", "signature/digest", "signature/wrapping"},
	Run:      onAssertions(windowInside),
}

func windowInside(c *Case) (list []Finding) {
	for _, a := range c.Assertions {
		conf, _, ok := bestBearer(c, a)
		if !ok {
			continue
		}
		at := conf.Data.Attr("NotOnOrAfter")
		end, outer := readInstant(at), readInstant(a.Conditions.Attr("NotOnOrAfter"))
		if end.known && outer.known && end.After(outer.Time) {
			list = append(list, found(at.At(), at.Value(), "not after "+a.Conditions.Attr("NotOnOrAfter").Value()))
		}
	}
	return list
}

// longestBearer is how long a bearer confirmation may last before it is told of.
const longestBearer = 10 * time.Minute

// SubjectWindowLength wants a short window.
var SubjectWindowLength = &Check{
	ID:       "subject/window-length",
	Title:    "The confirmation lasts a few minutes",
	Severity: Warning,
	Basis:    Hardening,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLSec 7.1.1"},
	Covers:   []string{"SUB-24"},
	Since:    "0.1",
	Text:     `An assertion that is stolen on the way can be used until its confirmation ends. Getting it from one side to the other takes seconds; what lasts longer than ten minutes from IssueInstant is reported.`,
	Fix:      Fix{Side: IDP, Setting: "lifetime of assertions", Text: "Let the confirmation end five minutes after it is issued."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertions(windowLength),
}

func windowLength(c *Case) (list []Finding) {
	for _, a := range c.Assertions {
		conf, _, ok := bestBearer(c, a)
		if !ok {
			continue
		}
		at := conf.Data.Attr("NotOnOrAfter")
		end, begin := readInstant(at), readInstant(a.Attr("IssueInstant"))
		if end.known && begin.known && end.Sub(begin.Time) > longestBearer {
			list = append(list, found(at.At(), lasting(end.Sub(begin.Time))+" after IssueInstant", "at most "+lasting(longestBearer)))
		}
	}
	return list
}
