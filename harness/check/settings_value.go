package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// SettingsFullNameValue wants a name for every user.
var SettingsFullNameValue = &Check{
	ID:       "settings/full-name-value",
	Title:    "full_name gives a name for every user, without spaces around it",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO, refUser},
	Since:    "0.1",
	Text: `First Name is optional in Salesforce, and the documented formula then gives a name that begins with a space: that is a warning, since Flex shows it as it is. A formula that gives nothing for a user is an error: Flex wants full_name (error 45050). One that gives every user the same name is a warning.
The formula is evaluated for each active user.`,
	Fix:     mend("salesforce.users.first_name", `Give the user a first name, or use TRIM($User.FirstName & " " & $User.LastName).`),
	Follows: []string{"settings/formula", "settings/full-name-attribute", "settings/user-fields"},
	Run:     forFlex(onUsers(settingsFullNameValue)),
}

func settingsFullNameValue(s *settings.Salesforce, want *Expect) []Finding {
	var found []Finding
	for _, c := range s.ConnectedApp.CustomAttributes {
		if c.Key.Value != attributeFullName {
			continue
		}
		if value, known := evaluated(s, &s.Users[0], c.Value.Value, want.At); known && !dependsOnUser(c.Value.Value) {
			if strings.TrimSpace(value) == "" {
				return one(typed(c.Value, c.Value.Value, `$User.FirstName + " " + $User.LastName`).noted("it gives nothing for any user").
					fixed(mend(c.Value.Path, `Type $User.FirstName + " " + $User.LastName.`)))
			}
			return one(typed(c.Value, c.Value.Value, `$User.FirstName + " " + $User.LastName`).
				noted("every user gets the same name").only(Warning).
				fixed(mend(c.Value.Path, `Type $User.FirstName + " " + $User.LastName.`)))
		}
		for i := range s.Users {
			u := &s.Users[i]
			value, known := evaluated(s, u, c.Value.Value, want.At)
			trimmed := strings.TrimSpace(value)
			switch {
			case !known || !u.Active.Value:
			case trimmed == "":
				found = append(found, typed(c.Value, value, "a name").noted("it gives nothing for "+u.Username.Value).of(u))
			case trimmed != value:
				at := c.Value
				if u.FirstName.Value == "" {
					at = u.FirstName
				}
				found = append(found, typed(at, value, trimmed).noted(Difference(value, trimmed)).only(Warning).of(u))
			}
		}
	}
	return found
}

// The roles that Flex documents: its own, and those of Flex Insights.
var documentedRoles = []string{
	"agent", "supervisor", "admin",
	"wfo.full_access", "wfo.team_leader", "wfo.data_analyst", "wfo.data_auditor",
	"wfo.quality_manager", "wfo.quality_process_manager", "wfo.dashboard_viewer",
}

// SettingsRoleNames wants roles that Flex knows.
var SettingsRoleNames = &Check{
	ID:       "settings/role-names",
	Title:    "roles gives every user at least one role that Flex knows, and no other",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageSSO, "Twilio, errors 45050"},
	Covers:   []string{"ATR-11"},
	Since:    "0.1",
	Text: `A user needs one of agent, supervisor and admin, or of the wfo. roles of Flex Insights, in lower case. Salesforce sends the value as it is, and Flex takes it apart at commas.
The formula is evaluated for each active user. A value that yields no documented role is an error; an unknown role beside a known one is a warning.`,
	Fix:     mend("salesforce.connected_app.custom_attributes.value", `Type the roles in straight quotes and separated by commas, as "agent, supervisor".`),
	Follows: []string{"settings/formula", "settings/roles-attribute", "settings/user-fields"},
	Run:     forFlex(onUsers(settingsRoleNames)),
}

func settingsRoleNames(s *settings.Salesforce, want *Expect) []Finding {
	var found []Finding
	for _, c := range s.ConnectedApp.CustomAttributes {
		if c.Key.Value != attributeRoles {
			continue
		}
		for i := range s.Users {
			u := &s.Users[i]
			value, known := evaluated(s, u, c.Value.Value, want.At)
			if !known || !u.Active.Value {
				continue
			}
			f, bad := roleFault(c.Value, value)
			if bad && !dependsOnUser(c.Value.Value) {
				found = append(found, f)
				break
			}
			if bad {
				found = append(found, f.of(u))
			}
		}
	}
	return found
}

// roleFault says what is wrong with a value of roles.
func roleFault(at settings.Text, value string) (Finding, bool) {
	want := strings.Join(documentedRoles[:3], ", ") + " or a wfo. role"
	var known, unknown []string
	for _, role := range strings.Split(value, ",") {
		switch role = strings.TrimSpace(role); {
		case among(role, documentedRoles):
			known = append(known, role)
		case role != "":
			unknown = append(unknown, role)
		}
	}
	switch {
	case len(unknown) > 0 && len(known) > 0:
		return typed(at, value, want).noted(unknownRole(unknown[0])).only(Warning), true
	case len(unknown) > 0:
		return typed(at, value, want).noted(unknownRole(unknown[0])), true
	case len(known) == 0:
		return typed(at, value, want).noted("it gives no role"), true
	}
	return Finding{}, false
}

// unknownRole says what an unknown role may have been meant to be.
func unknownRole(role string) string {
	if fields := strings.FieldsFunc(role, func(r rune) bool { return strings.ContainsRune(";| /+&", r) }); len(fields) > 1 {
		for _, f := range fields {
			if among(f, documentedRoles) {
				return quoted(role) + " is one role to Flex: roles are separated by commas"
			}
		}
	}
	note := quoted(role) + " is no role that Flex documents"
	if near := nearest(strings.ToLower(role), documentedRoles); distance(strings.ToLower(role), near) <= 2 {
		note += ": " + Difference(role, near) + ", as " + quoted(near)
	}
	return note
}
