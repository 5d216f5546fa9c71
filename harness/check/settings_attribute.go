package check

import (
	"strings"
	"unicode"

	"github.com/samlproof/samlproof/harness/settings"
)

// The attributes that Flex cannot do without, of which the app must send two:
// Salesforce sends email by itself.
const (
	attributeFullName = "full_name"
	attributeRoles    = "roles"
)

// ownAttributes are those that Salesforce puts before the app's own.
var ownAttributes = []string{"userId", "username", "email", "is_portal_user"}

// SettingsFullNameAttribute wants the attribute full_name.
var SettingsFullNameAttribute = &Check{
	ID:       "settings/full-name-attribute",
	Title:    "The app sends the attribute full_name",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageSSO, "Twilio, errors 45050"},
	Covers:   []string{"ATR-11"},
	Since:    "0.1",
	Text: `Flex refuses a login without full_name (error 45050). Names of attributes are case-sensitive, and a name with a namespace in front does not count.
Among the keys of the custom attributes exactly full_name is looked for; one that comes near is named.`,
	Fix: mend("salesforce.connected_app.custom_attributes", `Add a custom attribute with the key full_name and the value $User.FirstName + " " + $User.LastName.`),
	Run: forFlex(onSalesforce(wanted(attributeFullName))),
}

// SettingsRolesAttribute wants the attribute roles.
var SettingsRolesAttribute = &Check{
	ID:       "settings/roles-attribute",
	Title:    "The app sends the attribute roles",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageSSO, "Twilio, errors 45050"},
	Covers:   []string{"ATR-11"},
	Since:    "0.1",
	Text: `Flex refuses a login without roles (error 45050). Names of attributes are case-sensitive: Roles is another attribute, which Flex stores and does not read.
Among the keys of the custom attributes exactly roles is looked for; one that comes near is named.`,
	Fix: mend("salesforce.connected_app.custom_attributes", `Add a custom attribute with the key roles and the value "agent", with its straight quotes.`),
	Run: forFlex(onSalesforce(wanted(attributeRoles))),
}

// wanted looks for the custom attribute with this key.
func wanted(key string) func(*settings.Salesforce, *Expect) Outcome {
	return func(s *settings.Salesforce, _ *Expect) Outcome {
		var near *settings.CustomAttribute
		for i := range s.ConnectedApp.CustomAttributes {
			c := &s.ConnectedApp.CustomAttributes[i]
			if c.Key.Value == key {
				return pass()
			}
			if skeleton(c.Key.Value) == skeleton(key) || distance(c.Key.Value, key) == 1 {
				near = c
			}
		}
		if near != nil {
			return fails(typed(near.Key, near.Key.Value, key).noted(Difference(near.Key.Value, key)).
				fixed(mend(near.Key.Path, "Rename the key to "+key+".")))
		}
		return fails(Finding{
			At:   "salesforce.connected_app.custom_attributes",
			File: s.Place.File, Line: s.Place.Line, Column: s.Place.Column,
			Want: key,
			Note: "there is no custom attribute of this name",
		})
	}
}

// skeleton is what people keep of the name of an attribute: letters and digits, whatever
// their case and what is between them, without a namespace in front.
func skeleton(name string) string {
	name = strings.TrimRight(name, "/#: ")
	if i := strings.LastIndexAny(name, "/#:"); i >= 0 {
		name = name[i+1:]
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, lookAlike(name))
}

// SettingsAttributeKeys wants names that arrive once, and as Flex reads them.
var SettingsAttributeKeys = &Check{
	ID:       "settings/attribute-keys",
	Title:    "The keys of the custom attributes are plain names, each of them once",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, pageSSO, "SAMLCore 2.7.3.1"},
	Covers:   []string{"ATR-05"},
	Since:    "0.1",
	Text: `Salesforce sends two attributes of one key as two Attribute elements of one name, and a custom attribute email beside its own email. Legacy Flex is likely to refuse that, enhanced Flex to take the last one; neither is documented, so it is a warning.
An empty key is an error. A name with a namespace or a URI is stored by Flex and read by nothing, which is a warning.`,
	Fix: mend("salesforce.connected_app.custom_attributes.key", "Give every custom attribute a plain name of its own."),
	Run: onAppOf(settingsAttributeKeys),
}

func settingsAttributeKeys(s *settings.Settings, a *settings.ConnectedApp) Outcome {
	var found []Finding
	attributes := a.CustomAttributes
	for i, c := range attributes {
		key := c.Key.Value
		if strings.TrimSpace(key) == "" {
			found = append(found, typed(c.Key, key, "a name, as full_name"))
			continue
		}
		if strings.TrimSpace(key) != key {
			found = append(found, keyFinding(c.Key, strings.TrimSpace(key), Difference(key, strings.TrimSpace(key))))
		}
		if among(key, ownAttributes) {
			found = append(found, keyFinding(c.Key, "a name that Salesforce does not send by itself", "Salesforce sends its own "+key+", so that it would arrive twice").
				fixed(mend(c.Key.Path, "Delete this attribute: Salesforce sends "+key+" without it.")))
		}
		if s.ForFlex() && (strings.Contains(key, "://") || strings.HasPrefix(key, "urn:")) {
			found = append(found, keyFinding(c.Key, "a plain name", "Flex does not map names with a namespace"))
		}
		for _, before := range attributes[:i] {
			if before.Key.Value == key {
				found = append(found, keyFinding(c.Key, "a name that no other custom attribute has", before.Key.Path+" is the same"))
				break
			}
		}
	}
	return fails(found...)
}

// keyFinding is the warning of a key that arrives otherwise than it was meant. Where it
// was meant to be one that Flex needs, the missing one explains it.
func keyFinding(key settings.Text, want, note string) Finding {
	f := typed(key, key.Value, want).noted(note).only(Warning)
	needed := []string{attributeFullName, attributeRoles}
	if s := skeleton(key.Value); !among(key.Value, needed) && (s == skeleton(needed[0]) || s == skeleton(needed[1])) {
		f.Follows = []string{"settings/full-name-attribute", "settings/roles-attribute"}
	}
	return f
}
