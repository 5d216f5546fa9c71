package check

import (
	"strconv"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// attributeTypes are the types that the name of an attribute may end in.
var attributeTypes = []string{"string", "int", "boolean", "stringarray", "intarray", "booleanarray"}

// attributeType is the type that a name ends in, as channel.chat.capacity.[int]. Whether
// the brackets of Twilio's page belong to it or stand for “one of these” is not said, so
// both are read. Typed is false where the name ends in none; one in brackets may be
// unknown to Flex.
func attributeType(name string) (kind string, typed bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 1 {
		return "", false
	}
	kind = name[i+1:]
	if inner, ok := strings.CutPrefix(kind, "["); ok {
		return strings.CutSuffix(inner, "]")
	}
	return kind, among(kind, attributeTypes)
}

// fitsType reports whether Flex can store a value as a type. An empty value clears the
// attribute, whatever its type.
func fitsType(value, kind string) bool {
	if strings.TrimSpace(value) == "" {
		return true
	}
	base, array := strings.CutSuffix(kind, "array")
	if !array {
		return fitsBase(value, base)
	}
	for part := range strings.SplitSeq(value, ",") {
		if strings.TrimSpace(part) != "" && !fitsBase(part, base) {
			return false
		}
	}
	return true
}

func fitsBase(value, base string) bool {
	value = strings.TrimSpace(value)
	switch base {
	case "int":
		_, err := strconv.ParseInt(value, 10, 64)
		return err == nil
	case "boolean":
		return value == "true" || value == "false"
	}
	return base == "string"
}

// SettingsAttributeTypes wants values that fit the type that their key ends in.
var SettingsAttributeTypes = &Check{
	ID:       "settings/attribute-types",
	Title:    "Each custom attribute whose key ends in a type gives values of it",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO},
	Since:    "0.1",
	Text: `A key may end in a type, as channel.chat.capacity.[int]; Flex then stores the value as string, int, boolean or as a list of them, separated by commas. A value that is none of that type is answered by “400 Error invalid attribute format”, and nobody is logged in.
The type must be one of string, int, boolean, stringarray, intarray and booleanarray, in lower case; the formula is evaluated for each active user.`,
	Fix:     mend("salesforce.connected_app.custom_attributes.value", "Give a value of the type that the key ends in, or drop the type from the key."),
	Follows: []string{"settings/formula"},
	Run:     forFlex(onSalesforce(settingsAttributeTypes)),
}

func settingsAttributeTypes(s *settings.Salesforce, want *Expect) Outcome {
	var found []Finding
	any := false
	for _, c := range s.ConnectedApp.CustomAttributes {
		kind, typedKey := attributeType(c.Key.Value)
		if !typedKey {
			continue
		}
		any = true
		if !among(kind, attributeTypes) {
			near := nearest(kind, attributeTypes)
			found = append(found, typed(c.Key, c.Key.Value, "a type of "+strings.Join(attributeTypes, ", ")).
				noted(quoted(kind)+" is no type that Flex knows; the nearest is "+near).
				fixed(mend(c.Key.Path, "Type a type that Flex knows, as "+near+", or drop it.")))
			continue
		}
		for i := range s.Users {
			u := &s.Users[i]
			value, known := evaluated(s, u, c.Value.Value, want.At)
			if !known || !u.Active.Value || fitsType(value, kind) {
				continue
			}
			f := typed(c.Value, value, "a value of the type "+kind)
			if !dependsOnUser(c.Value.Value) {
				found = append(found, f)
				break
			}
			found = append(found, f.of(u))
		}
	}
	if !any {
		return skip("no custom attribute has a type")
	}
	return fails(found...)
}
