package saml

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	mostCandidates = 256 // values that are tried in the place of others
	nameFormats    = "urn:oasis:names:tc:SAML:2.0:attrname-format:"
	claims         = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
)

// byValue looks for one value that was edited: each expected value, and each other value
// of the message, is put in the place of each value that the digest covers.
func (t *trials) byValue(f *SignatureFault) bool {
	candidates, expected := t.candidates()
	for i := range t.spans {
		s := &t.spans[i]
		was := t.spanValue(s)
		if was == "" && s.attr < 0 || isBlank(was) && was != "" || t.octetSpan(s) {
			continue
		}
		twins := t.twins(i, was)
		kind := kindOfValue(was)
		for n, now := range candidates {
			if now == was || n >= expected && kindOfValue(now) != kind {
				continue
			}
			if t.oneOrAll(f, *s, twins, was, now) {
				source := ""
				if n < expected {
					source = ", as expected,"
				}
				return found(f, CauseEdited, "%s was edited after signing: the digest agrees when it reads %s%s and not %s", f.At.called(), quoteText(f.Want), source, quoteText(f.Got))
			}
		}
		for _, now := range shifted(was) {
			if t.oneOrAll(f, *s, twins, was, now) {
				return found(f, CauseEdited, "%s was edited after signing: the digest agrees when this time reads %s and not %s", f.At.called(), quoteText(f.Want), quoteText(f.Got))
			}
		}
	}
	return false
}

// oneOrAll tries a value in the place of a span and of all that show the same, and points
// there.
func (t *trials) oneOrAll(f *SignatureFault, s span, twins []span, was, now string) bool {
	switch {
	case t.spanAs(&s, now):
		t.pointTo(f, s, was, now)
	case len(twins) > 1 && t.spansAs(twins, now):
		t.pointToAll(f, twins, now)
	default:
		return false
	}
	return true
}

// A valueKind sorts values that may have stood in each other's place.
type valueKind uint8

const (
	kindWord valueKind = iota
	kindURI
	kindInstant
)

func kindOfValue(s string) valueKind {
	switch {
	case len(s) > 11 && s[4] == '-' && s[7] == '-' && s[10] == 'T':
		return kindInstant
	case hasScheme(s):
		return kindURI
	}
	return kindWord
}

// octetSpan tells whether a span is base64, which nobody edits by hand.
func (t *trials) octetSpan(s *span) bool {
	return s.attr < 0 && t.inSignature(t.d.nodes[s.node].parent)
}

// twins is the spans from i on that show the same value.
func (t *trials) twins(i int, value string) []span {
	var twins []span
	for j := range t.spans {
		if t.spanValue(&t.spans[j]) == value {
			if j < i {
				return nil // they were tried before
			}
			twins = append(twins, t.spans[j])
		}
	}
	return twins
}

// candidates is what may have stood in the place of a value: first what is expected,
// then the values of the message, then identifiers that SAML defines.
func (t *trials) candidates() (all []string, expected int) {
	add := func(s string) {
		if len(all) < mostCandidates && len(s) <= 1024 && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	for _, v := range t.Values {
		add(v)
	}
	expected = len(all)
	for e := range t.d.Elements() {
		if len(all) == mostCandidates {
			break
		}
		if e.Space() == NSSignature {
			continue
		}
		for a := range e.Attrs() {
			add(a.Value())
		}
		if !hasChildren(e) {
			add(e.Text())
		}
	}
	for _, v := range t.addresses() {
		add(v)
	}
	for _, v := range [...]string{
		StatusSuccess, "urn:oasis:names:tc:SAML:2.0:status:Responder", "urn:oasis:names:tc:SAML:2.0:status:Requester",
		MethodBearer, FormatUnspecified, FormatEmailAddress, FormatEntity, FormatPersistent, FormatTransient,
		"urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified", "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
		"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", "2.0", "true", "false", "",
		"userId", "username", "email", "is_portal_user", "full_name", "roles", "agent", "supervisor", "admin",
		"agent, supervisor, admin", "xs:string", "xs:anyType",
		nameFormats + "unspecified", nameFormats + "basic", nameFormats + "uri",
		"mail", "emailAddress", "Email", "uid", "cn", "sn", "givenName", "displayName", "firstName", "lastName", "FirstName", "LastName", "name", "user", "role", "Role", "groups", "memberOf", "eduPersonAffiliation", "eduPersonPrincipalName",
		"urn:oid:0.9.2342.19200300.100.1.3", "urn:oid:0.9.2342.19200300.100.1.1", "urn:oid:2.5.4.3", "urn:oid:2.5.4.4", "urn:oid:2.5.4.42", "urn:oid:2.16.840.1.113730.3.1.241",
		"urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "urn:oid:1.3.6.1.4.1.5923.1.1.1.7", "urn:oid:1.3.6.1.4.1.5923.1.1.1.9",
		claims + "emailaddress", claims + "givenname", claims + "surname", claims + "name", claims + "upn", claims + "nameidentifier",
		"http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
		"urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken", "urn:oasis:names:tc:SAML:2.0:ac:classes:X509", "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos", "urn:federation:authentication:windows",
	} {
		add(v)
	}
	return all, expected
}

// addresses are what the user may be called after the names in attributes, alone and as
// an e-mail address of a domain that the message names.
func (t *trials) addresses() (all []string) {
	const most = 3
	var names, domains []string
	domain := func(s string) {
		if strings.Contains(s, ".") && !slices.Contains(domains, s) && len(domains) < most {
			domains = append(domains, s)
		}
	}
	for e := range t.d.Elements() {
		v := e.Text()
		switch {
		case e.Is(NSAssertion, "AttributeValue") && len(v) < 64 && len(strings.Fields(v)) == 2 && len(names) < most:
			names = append(names, strings.ToLower(unaccented(v)))
		case e.Is(NSAssertion, "Issuer"), e.Is(NSAssertion, "Audience"):
			if u, err := url.Parse(v); err == nil {
				host := u.Hostname()
				domain(host)
				if _, rest, ok := strings.Cut(host, "."); ok {
					domain(rest)
				}
			}
		}
		if _, host, ok := strings.Cut(v, "@"); ok && (e.Is(NSAssertion, "AttributeValue") || e.Is(NSAssertion, "NameID")) {
			domain(host)
		}
	}
	for _, name := range names {
		first, last, _ := strings.Cut(name, " ")
		last = strings.TrimSpace(last)
		for _, local := range [...]string{first + "." + last, first, last, first[:1] + last, first[:1] + "." + last, first + last, first + "_" + last, last + "." + first} {
			all = append(all, local)
			for _, d := range domains {
				all = append(all, local+"@"+d)
			}
		}
	}
	return all
}

// shifted is an instant moved by the amounts by which people move them.
func shifted(s string) []string {
	if len(s) < len("2006-01-02T15:04:05Z") || s[len(s)-1] != 'Z' {
		return nil
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return nil
	}
	form := "2006-01-02T15:04:05Z"
	if dot := len(form) - 1; s[dot] == '.' {
		form = form[:dot] + "." + zeros(len(s)-dot-2) + "Z"
	}
	var all []string
	for _, d := range [...]time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute,
		30 * time.Minute, time.Hour, 2 * time.Hour, 8 * time.Hour, 10 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 365 * 24 * time.Hour} {
		all = append(all, at.Add(-d).Format(form), at.Add(d).Format(form))
	}
	for _, years := range [...]int{1, 2, 5, 10, 50, 100} {
		all = append(all, at.AddDate(-years, 0, 0).Format(form), at.AddDate(years, 0, 0).Format(form))
	}
	return all
}

func zeros(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0'
	}
	return string(b)
}

const (
	mostCharacterOctets = 64 << 10 // of a canonical form in which single characters are sought
	mostCharacterValue  = 80       // octets of such a value
)

// byCharacter looks for characters that were inserted, and for one that was changed,
// taken away, added or exchanged with the next one, in the name identifier or an attribute's value.
func (t *trials) byCharacter(f *SignatureFault) bool {
	if len(t.base) > mostCharacterOctets {
		return false
	}
	for i := range t.spans {
		s := &t.spans[i]
		was := t.spanValue(s)
		if len(was) > mostCharacterValue || isBlank(was) || !t.personal(s) {
			continue
		}
		if now, ok := t.shorter(s, was); ok {
			t.pointTo(f, *s, was, now)
			return found(f, CauseEdited, "%s was edited after signing: the digest agrees when it reads %s and not %s, into which characters were inserted", f.At.called(), quoteText(f.Want), quoteText(f.Got))
		}
		if now, ok := t.oneCharacter(s, was); ok {
			t.pointTo(f, *s, was, now)
			return found(f, CauseEdited, "%s was edited after signing: the digest agrees when it reads %s and not %s, of which one character was changed", f.At.called(), quoteText(f.Want), quoteText(f.Got))
		}
	}
	return false
}

// personal tells whether a span is the text of a NameID or an AttributeValue.
func (t *trials) personal(s *span) bool {
	if s.attr >= 0 {
		return false
	}
	p := Element{t.d, t.d.nodes[s.node].parent}
	return p.Is(NSAssertion, "NameID") || p.Is(NSAssertion, "AttributeValue")
}

// shorter tries all values that lack a part of one that is not long.
func (t *trials) shorter(s *span, was string) (string, bool) {
	const most = 40
	for from := 0; from < len(was) && len(was) <= most; from++ {
		for to := from + 1; to <= len(was); to++ {
			if now := was[:from] + was[to:]; t.spanAs(s, now) {
				return now, true
			}
		}
	}
	return "", false
}

// oneCharacter tries all values that one edit of a character leads to.
func (t *trials) oneCharacter(s *span, was string) (string, bool) {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.@-_+, "
	b := make([]byte, 0, len(was)+1)
	try := func() (string, bool) { return string(b), t.spanAs(s, string(b)) }
	for i := 0; i <= len(was) && t.diagnosis > 0; i++ {
		if i < len(was) {
			b = append(append(b[:0], was[:i]...), was[i+1:]...)
			if v, ok := try(); ok {
				return v, true
			}
		}
		if i+1 < len(was) {
			b = append(b[:0], was...)
			b[i], b[i+1] = b[i+1], b[i]
			if v, ok := try(); ok {
				return v, true
			}
		}
		for j := range len(alphabet) {
			if i < len(was) {
				b = append(append(append(b[:0], was[:i]...), alphabet[j]), was[i+1:]...)
				if v, ok := try(); ok {
					return v, true
				}
			}
			b = append(append(append(b[:0], was[:i]...), alphabet[j]), was[i:]...)
			if v, ok := try(); ok {
				return v, true
			}
		}
	}
	return "", false
}
