package check

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp/formula"
)

// SettingsUserID wants ids of users, each one's own.
var SettingsUserID = &Check{
	ID:       "settings/user-id",
	Title:    "The id of every user has the form of a Salesforce id of a user",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{"Salesforce, Object Reference: ID Field Type", refUser},
	Since:    "0.1",
	Text: `An id of a user begins with 005 and has 15 characters in which letter case counts, or 18, of which the last three are a checksum of the letter case of the others. Salesforce sends the 15 characters as the attribute userId, and as NameID with Subject Type User ID.
An id that was not given is made up for the replay. Those that were are compared with each other.`,
	Fix: mend("salesforce.users.id", "Copy the id from the address of the user's page, or leave it out."),
	Run: onUsers(func(s *settings.Salesforce, _ *Expect) []Finding {
		var found []Finding
		for i := range s.Users {
			u := &s.Users[i]
			if !u.ID.Set {
				continue
			}
			for _, f := range recordIDFault(u.ID, "005").Findings {
				found = append(found, f.of(u))
			}
			for j := range i {
				if before := s.Users[j].ID; before.Set && short(before.Value) == short(u.ID.Value) {
					found = append(found, typed(u.ID, u.ID.Value, "an id that no other user has").noted(before.Path+" is the same").of(u))
				}
			}
		}
		return found
	}),
}

// short is the 15-character form of a record id.
func short(id string) string { return id[:min(15, len(id))] }

// SettingsUserRole wants a role where a formula reads one.
var SettingsUserRole = &Check{
	ID:       "settings/user-role",
	Title:    "Every user has a role, where a custom attribute reads it",
	Severity: Warning,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refUser, "Salesforce Help, Formula Operators and Functions"},
	Since:    "0.1",
	Text: `A user in Salesforce need not have a role, and $UserRole.Name of such a user is empty: the attribute is then sent without that part. The role is the one of Salesforce's role hierarchy, not one of Flex.
Formulas that read $UserRole are looked for, and the role of each user whose role was given.`,
	Fix:     mend("salesforce.users.role", "Give the user a role, or have the formula do without."),
	Follows: []string{"settings/formula"},
	Run: onUsers(func(s *settings.Salesforce, _ *Expect) []Finding {
		reader := ""
		for _, c := range s.ConnectedApp.CustomAttributes {
			if e, err := formula.Parse(c.Value.Value); err == nil {
				for _, name := range e.Fields() {
					if strings.HasPrefix(name, "$UserRole.") && reader == "" {
						reader = c.Key.Value
					}
				}
			}
		}
		var found []Finding
		for i := range s.Users {
			if u := &s.Users[i]; reader != "" && u.Role.Set && strings.TrimSpace(u.Role.Value) == "" {
				found = append(found, typed(u.Role, u.Role.Value, "a role, as Service Agents").noted("the custom attribute "+reader+" reads it").of(u))
			}
		}
		return found
	}),
}

// SettingsUserCustomFields wants further fields that users can have.
var SettingsUserCustomFields = &Check{
	ID:       "settings/user-custom-fields",
	Title:    "Every further field of a user is one that User has, with a value that fits",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refUser, "Salesforce Help, Custom Field Types"},
	Since:    "0.1",
	Text: `Fields that have no setting of their own stand under fields, by their API names: a standard field of User, as Department, or one that the org added, which ends in __c. A text has at most 255 characters.
Each name is looked up, compared with the fields that have a setting of their own, and with the user's other fields.`,
	Fix: mend("salesforce.users.fields", "Copy Field Name from Setup › Object Manager › User › Fields & Relationships."),
	Run: onUsers(func(s *settings.Salesforce, _ *Expect) []Finding {
		var found []Finding
		for i := range s.Users {
			u := &s.Users[i]
			for j, f := range u.Fields {
				for _, finding := range userFieldFaults(s, u, j) {
					found = append(found, finding.of(u).fixed(mend(finding.At, userFieldFix(finding.At == f.Name.Path))))
				}
			}
		}
		return found
	}),
}

func userFieldFix(name bool) string {
	if name {
		return "Copy Field Name from Setup › Object Manager › User › Fields & Relationships."
	}
	return "Copy the value from the user in Salesforce."
}

// userFieldFaults is what is wrong with one further field of a user.
func userFieldFaults(s *settings.Salesforce, u *settings.User, n int) []Finding {
	var found []Finding
	f := u.Fields[n]
	name := "$User." + f.Name.Value
	bare := *u
	bare.Fields = nil
	canonical := ""
	if e, err := formula.Parse(name); err == nil && len(e.Fields()) == 1 {
		canonical = e.Fields()[0]
	}
	switch _, own := fieldOf(s, &bare, canonical); {
	case canonical == "":
		found = append(found, typed(f.Name, f.Name.Value, "the API name of a field of User, as Department").noted("User has no such field"))
	case own:
		found = append(found, typed(f.Name, f.Name.Value, "a field without a setting of its own").noted("it has a setting of its own"))
	}
	for _, before := range u.Fields[:n] {
		if strings.EqualFold(before.Name.Value, f.Name.Value) {
			found = append(found, typed(f.Name, f.Name.Value, "each field once").noted(before.Name.Path+" is the same"))
		}
	}
	if n := len(utf16.Encode([]rune(f.Value.Value))); n > 255 {
		found = append(found, typed(f.Value, f.Value.Value, "at most 255 characters").noted(fmt.Sprintf("it has %d", n)))
	}
	return found
}
