package saml

import (
	"fmt"
	"strings"
)

// A parameter is one name and value of a raw query or form body.
type parameter struct {
	name     string // decoded
	rawName  string
	rawValue string
	equals   bool // a = was there
}

// The parameters of the bindings (SAMLBind 3.4.4, 3.5.4).
var bindingParameters = [...]string{"SAMLRequest", "SAMLResponse", "RelayState", "SAMLEncoding", "SigAlg", "Signature"}

// form holds the parameters of the bindings that a raw query or body carries, as
// written, and what is odd about them.
type form struct {
	first      map[string]parameter
	count      map[string]int
	order      []string // of first occurrences
	deviations []Deviation
}

func (f *form) note(k DeviationKind, format string, args ...any) {
	f.deviations = append(f.deviations, Deviation{k, fmt.Sprintf(format, args...)})
}

// maxParameters bounds how many parameters of a query or body are looked at.
const maxParameters = 1000

// splitForm finds the binding's parameters in the raw text. Values are not decoded.
func splitForm(raw string) (*form, error) {
	f := &form{first: map[string]parameter{}, count: map[string]int{}}
	rest, n := raw, 0
	for rest != "" {
		if n++; n > maxParameters {
			return nil, fmt.Errorf("more than %d parameters", maxParameters)
		}
		var part string
		part, rest, _ = strings.Cut(rest, "&")
		f.add(part)
	}
	for _, name := range bindingParameters {
		if f.count[name] > 1 {
			f.note(DeviationDuplicate, "the parameter %s occurs %d times; the first is read", name, f.count[name])
		}
	}
	if f.count["SAMLRequest"] > 0 && f.count["SAMLResponse"] > 0 {
		f.note(DeviationBoth, "both SAMLRequest and SAMLResponse are there")
	}
	return f, nil
}

// add sorts in one name and value.
func (f *form) add(part string) {
	if part == "" {
		return
	}
	p := parameter{}
	p.rawName, p.rawValue, p.equals = strings.Cut(part, "=")
	p.name = p.rawName
	if name, ok := unescape(p.rawName); ok {
		p.name = name
	}
	for _, known := range bindingParameters {
		if _, after, found := strings.Cut(p.rawValue, ";"); found && strings.HasPrefix(after, known+"=") {
			f.note(DeviationDisguised, "a semicolon parts %s from what stands before it; some servers read a parameter there", known)
		}
		if !strings.EqualFold(p.name, known) {
			continue
		}
		switch {
		case p.name != known:
			f.note(DeviationDisguised, "the parameter %s is %s in other letter case; it is not read", quoteText(p.name), known)
			return
		case p.rawName != known:
			f.note(DeviationDisguised, "the name of the parameter %s is percent-encoded: %s", known, quoteText(p.rawName))
		}
		if f.count[known]++; f.count[known] == 1 {
			f.first[known] = p
			f.order = append(f.order, known)
		}
		return
	}
}

// value is a parameter decoded as application/x-www-form-urlencoded.
func (f *form) value(name string) (string, bool) {
	p, ok := f.first[name]
	if !ok {
		return "", false
	}
	v, clean := unescape(p.rawValue)
	if !clean {
		f.note(DeviationEscape, "the value of %s holds a %% that begins no percent-encoding", name)
	}
	return v, true
}

// unescape decodes percent-encoding and + for a space. A % that begins no escape is
// kept and answered with false.
func unescape(s string) (string, bool) {
	if !strings.ContainsAny(s, "%+") {
		return s, true
	}
	ok := true
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b = append(b, ' ')
		case c != '%':
			b = append(b, c)
		case i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			ok = false
			b = append(b, c)
		}
	}
	return string(b), ok
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
