package mocksp

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// identity is who a response says is logging in, as Flex reads it.
type identity struct {
	nameID       string
	format       string // of the NameID
	sessionIndex string // of the first statement that has one; "" where none has
	issuer       string
	assertionID  string
	inResponseTo string
	attributes   []attribute
	unmapped     []string  // names that Flex does not map
	usable       time.Time // until when the assertion could be used again
	stated       time.Time // SessionNotOnOrAfter; zero where there is none
}

// attribute is one worker attribute of a login. A nil value clears it.
type attribute struct {
	name  string
	value any
}

// The roles that Flex documents.
var documentedRoles = []string{
	"agent", "supervisor", "admin",
	"wfo.full_access", "wfo.team_leader", "wfo.data_analyst", "wfo.data_auditor",
	"wfo.quality_manager", "wfo.quality_process_manager", "wfo.dashboard_viewer",
}

// missing names the mandatory attributes that a login does not bring, in the order in
// which Flex's page lists them. A roles value without a documented role is as good as
// none.
func (who *identity) missing() []string {
	var names []string
	for _, name := range []string{"full_name", "email", "roles"} {
		i := slices.IndexFunc(who.attributes, func(a attribute) bool { return a.name == name })
		if i < 0 || who.attributes[i].value == nil {
			names = append(names, name)
			continue
		}
		if roles, ok := who.attributes[i].value.([]string); name == "roles" && ok && !slices.ContainsFunc(roles, isDocumented) {
			names = append(names, name)
		}
	}
	return names
}

func isDocumented(role string) bool { return slices.Contains(documentedRoles, role) }

// readIdentity reads an assertion. The string names an attribute whose value does not
// have the type that its name asks for; "" where there is none. Of several Attributes
// of one name the last wins: that is how Auth0's library reads them, and legacy SSO
// refuses them before.
func readIdentity(r *saml.Response, a *saml.Assertion) (who *identity, malformed string) {
	who = &identity{
		nameID: a.NameID.Text(), issuer: a.Issuer.Text(), assertionID: a.Attr("ID").Value(),
		inResponseTo: inResponseTo(r, a), usable: usableUntil(a), stated: sessionEnd(a),
		format: a.NameID.Attr("Format").Value(),
	}
	for _, st := range a.Statements {
		if who.sessionIndex = st.Attr("SessionIndex").Value(); who.sessionIndex != "" {
			break
		}
	}
	for _, at := range a.Attributes {
		if strings.ContainsAny(at.Name, ":/") || at.Name == "" {
			who.unmapped = append(who.unmapped, at.Name)
			continue
		}
		values := make([]string, len(at.Values))
		for i, v := range at.Values {
			values[i] = v.Text()
		}
		name, kind := splitType(at.Name)
		value, ok := typed(name, kind, values)
		if !ok && malformed == "" {
			malformed = at.Name
		}
		if i := slices.IndexFunc(who.attributes, func(old attribute) bool { return old.name == name }); i >= 0 {
			who.attributes[i].value = value
		} else {
			who.attributes = append(who.attributes, attribute{name, value})
		}
	}
	return who, malformed
}

// inResponseTo is the request that a response answers: what the response itself says,
// or else the first confirmation that says so.
func inResponseTo(r *saml.Response, a *saml.Assertion) string {
	if id := r.Attr("InResponseTo").Value(); id != "" {
		return id
	}
	for _, c := range a.Confirmations {
		if id := c.Data.Attr("InResponseTo").Value(); id != "" {
			return id
		}
	}
	return ""
}

// usableUntil is when the assertion can no longer be accepted by anyone, with the
// tolerance that Flex grants.
func usableUntil(a *saml.Assertion) time.Time {
	until := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	if t, ok := moment(a.Conditions.Attr("NotOnOrAfter")); ok && t.Add(skew).Before(until) {
		until = t.Add(skew + time.Second)
	}
	return until
}

// sessionEnd is the earliest SessionNotOnOrAfter; zero where there is none.
func sessionEnd(a *saml.Assertion) time.Time {
	var end time.Time
	for _, st := range a.Statements {
		if t, ok := moment(st.Attr("SessionNotOnOrAfter")); ok && (end.IsZero() || t.Before(end)) {
			end = t
		}
	}
	return end
}

// moment reads a time; false where there is none or it has no meaning.
func moment(a saml.Attr) (time.Time, bool) {
	if !a.Exists() {
		return time.Time{}, false
	}
	t, err := saml.ParseTime(a.Value())
	if odd, ok := err.(*saml.TimeError); ok {
		return t, odd.Usable
	}
	return t, err == nil
}

// The types that a name may end in.
var kinds = []string{"string", "int", "boolean", "stringarray", "intarray", "booleanarray"}

// splitType takes the type suffix off a name: channel.chat.capacity.[int]. Whether the
// brackets of Twilio's page belong to it or stand for "one of these" is not said, so
// both are read. A name whose brackets hold anything else has the kind "?".
func splitType(name string) (base, kind string) {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 {
		return name, ""
	}
	suffix := name[i+1:]
	if bare, ok := strings.CutPrefix(suffix, "["); ok {
		if bare, ok = strings.CutSuffix(bare, "]"); ok {
			if slices.Contains(kinds, bare) {
				return name[:i], bare
			}
			return name[:i], "?"
		}
	}
	if slices.Contains(kinds, suffix) {
		return name[:i], suffix
	}
	return name, ""
}

// typed is the value as Flex stores it; nil where it is empty and so clears. ok is
// false where it is not of the type.
func typed(name, kind string, values []string) (value any, ok bool) {
	if kind == "?" {
		return nil, false
	}
	if name == "roles" {
		if list := splitList(values); len(list) > 0 {
			return list, true
		}
		return nil, true
	}
	if !slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) != "" }) {
		return nil, true
	}
	switch kind {
	case "int", "boolean":
		if len(values) != 1 {
			return nil, false
		}
		if kind == "int" {
			return single(values[0], parseInt)
		}
		return single(values[0], parseBool)
	case "stringarray":
		return splitList(values), true
	case "intarray":
		return several(splitList(values), parseInt)
	case "booleanarray":
		return several(splitList(values), parseBool)
	}
	if len(values) == 1 {
		return values[0], true
	}
	return values, true
}

// splitList is the values of a list that comes as several AttributeValue elements, as
// one with commas, or as both: trimmed, without empty ones.
func splitList(values []string) []string {
	var list []string
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
	}
	return list
}

func single[T any](v string, parse func(string) (T, bool)) (any, bool) {
	x, ok := parse(strings.TrimSpace(v))
	if !ok {
		return nil, false
	}
	return x, true
}

func several[T any](values []string, parse func(string) (T, bool)) (any, bool) {
	list := make([]T, len(values))
	for i, v := range values {
		var ok bool
		if list[i], ok = parse(v); !ok {
			return nil, false
		}
	}
	return list, true
}

func parseInt(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

func parseBool(s string) (value, ok bool) { return s == "true", s == "true" || s == "false" }
