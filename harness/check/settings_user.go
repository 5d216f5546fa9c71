package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// SettingsProfileAccess wants users that may use the app.
var SettingsProfileAccess = &Check{
	ID:       "settings/profile-access",
	Title:    "Every user has access to the app, by profile or permission set",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, refEventLog},
	Since:    "0.1",
	Text: `A user whose profile was not chosen under Manage Profiles, and who has no permission set that was chosen under Manage Permission Sets, is told that he has no access to the service provider (NoAccess); no response is sent.
The profile of each user is looked for, character by character, among the app's profiles, and then the user's permission sets among the app's.`,
	Fix: mend("salesforce.connected_app.profiles", "Click Manage Profiles and tick the user's profile."),
	Run: onSalesforce(settingsProfileAccess),
}

func settingsProfileAccess(s *settings.Salesforce, _ *Expect) Outcome {
	var found []Finding
	var profiles []string
	for _, p := range s.ConnectedApp.Profiles {
		if strings.TrimSpace(p.Value) == "" {
			found = append(found, typed(p, p.Value, "the name of a profile"))
			continue
		}
		profiles = append(profiles, p.Value)
	}
	if len(profiles) == 0 && len(s.ConnectedApp.PermissionSets) == 0 && len(found) == 0 {
		found = append(found, Finding{
			At:   "salesforce.connected_app.profiles",
			File: s.Place.File, Line: s.Place.Line, Column: s.Place.Column,
			Want: "at least one profile", Note: "no profile has access to the app",
		})
	}
	if len(profiles) == 0 && len(s.ConnectedApp.PermissionSets) == 0 {
		return fails(found...)
	}
	for i := range s.Users {
		u := &s.Users[i]
		if s.ConnectedApp.Admits(u) {
			continue
		}
		if len(profiles) == 0 {
			found = append(found, typed(u.Username, u.Username.Value, "a user with one of the app's permission sets").
				noted("no permission set of the user has access to the app").of(u).
				fixed(mend("salesforce.users.permission_sets", "Assign the user one of the app's permission sets.")))
			continue
		}
		f := typed(u.Profile, u.Profile.Value, strings.Join(profiles, " or ")).noted("this profile has no access to the app").of(u)
		if near := nearest(u.Profile.Value, profiles); distance(u.Profile.Value, near) <= 2 {
			f.Note += ": " + Difference(u.Profile.Value, near)
		}
		if u.Profile.Value == "" {
			f.Follows = []string{"settings/user-fields"}
		}
		found = append(found, f)
	}
	return fails(found...)
}

// SettingsUserEmail wants an e-mail address for every user.
var SettingsUserEmail = &Check{
	ID:       "settings/user-email",
	Title:    "Every user has an e-mail address",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO, refUser, "Twilio, errors 45050"},
	Covers:   []string{"ATR-11"},
	Since:    "0.1",
	Text: `Flex wants the attribute email (error 45050). No custom attribute sends it: Salesforce adds the user's own Email to every response by itself.
Email of each user must have the form of an address.`,
	Fix:     mend("salesforce.users.email", "Type the user's e-mail address."),
	Follows: []string{"settings/placeholder"},
	Run: onUsers(func(s *settings.Salesforce, _ *Expect) []Finding {
		var found []Finding
		for i := range s.Users {
			u := &s.Users[i]
			if !address.MatchString(u.Email.Value) && awaits(u.Email) == "" {
				found = append(found, typed(u.Email, u.Email.Value, "an e-mail address, as ada@acme.example").of(u))
			}
		}
		return found
	}),
}

// SettingsUserFields wants the fields without which Salesforce saves no user.
var SettingsUserFields = &Check{
	ID:       "settings/user-fields",
	Title:    "Every user has the fields that Salesforce requires",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refUser},
	Since:    "0.1",
	Text: `Salesforce saves no user without last name, alias, username, nickname, licence and profile. The alias has at most 8 characters; the username has the form of an e-mail address, though it need not be one, and is what Flex knows the user by.
First Name is optional; what an empty one does to full_name, settings/full-name-value says.`,
	Fix:     mend("salesforce.users", "Copy the user's fields from Salesforce."),
	Follows: []string{"settings/placeholder"},
	Run:     onUsers(settingsUserFields),
}

func settingsUserFields(s *settings.Salesforce, _ *Expect) []Finding {
	var found []Finding
	for i := range s.Users {
		u := &s.Users[i]
		add := func(f settings.Text, want, note string) {
			found = append(found, typed(f, f.Value, want).noted(note).of(u).fixed(mend(f.Path, "Copy the value from the user in Salesforce.")))
		}
		for _, r := range []struct {
			field settings.Text
			want  string
		}{{u.LastName, "a last name"}, {u.Alias, "an alias"}, {u.Nickname, "a nickname"}, {u.License, "a user licence, as Salesforce"}, {u.Profile, "a profile, as Standard User"}} {
			if strings.TrimSpace(r.field.Value) == "" {
				add(r.field, r.want, "")
			}
		}
		if n := len([]rune(u.Alias.Value)); n > 8 {
			add(u.Alias, "at most 8 characters", "")
		}
		if !address.MatchString(u.Username.Value) && awaits(u.Username) == "" {
			add(u.Username, "a username in the form of an e-mail address", "")
		}
	}
	return found
}

// SettingsUserUnique wants users that cannot be taken for each other.
var SettingsUserUnique = &Check{
	ID:       "settings/user-unique",
	Title:    "No two users have the same username, nickname or Federation ID",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refUser},
	Since:    "0.1",
	Text: `Salesforce saves no two users of one username, nickname or Federation ID. Flex knows its users by NameID, which is the username: two users of one name would be one worker.
The three are compared among the users, usernames without regard to letter case.`,
	Fix: mend("salesforce.users.username", "Copy the fields from the two users in Salesforce; one of them was copied from the other here."),
	Run: onUsers(settingsUserUnique),
}

func settingsUserUnique(s *settings.Salesforce, _ *Expect) []Finding {
	var found []Finding
	for i := range s.Users {
		for j := range i {
			u, before := &s.Users[i], &s.Users[j]
			for _, pair := range [][2]settings.Text{
				{u.Username, before.Username}, {u.Nickname, before.Nickname}, {u.FederationID, before.FederationID},
			} {
				if pair[0].Value != "" && strings.EqualFold(pair[0].Value, pair[1].Value) {
					found = append(found, typed(pair[0], pair[0].Value, "a value that no other user has").
						noted(pair[1].Path+" is the same").of(u).fixed(mend(pair[0].Path, "Copy the value from the user in Salesforce.")))
				}
			}
		}
	}
	return found
}

// SettingsUserActive wants users that can log in.
var SettingsUserActive = &Check{
	ID:       "settings/user-active",
	Title:    "Every user is active",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refUser},
	Since:    "0.1",
	Text:     `An inactive user cannot log in to Salesforce, and so not to Flex either. The box Active of each user is looked at.`,
	Fix:      mend("salesforce.users.active", "Tick Active, or leave the user out."),
	Run: onUsers(func(s *settings.Salesforce, _ *Expect) []Finding {
		var found []Finding
		for i := range s.Users {
			if u := &s.Users[i]; !u.Active.Value {
				found = append(found, typed(u.Active, "not ticked", "ticked").of(u))
			}
		}
		return found
	}),
}

// SettingsFederationID wants a Federation ID where it is the subject.
var SettingsFederationID = &Check{
	ID:       "settings/federation-id",
	Title:    "Every user has a Federation ID, where that is the subject",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refEventLog, refApp},
	Since:    "0.1",
	Text:     `With Subject Type Federation ID a user without one is refused at Salesforce (NoUserFedId). With the documented Subject Type, Username, the field does not matter and the check is skipped.`,
	Fix:      mend("salesforce.users.federation_id", "Type a Federation ID, or choose Subject Type Username."),
	Follows:  []string{"settings/subject-type"},
	Run: onSalesforce(func(s *settings.Salesforce, _ *Expect) Outcome {
		if s.ConnectedApp.SubjectType.Value != settings.SubjectFederationID {
			return skip("the subject is not the Federation ID")
		}
		var found []Finding
		for i := range s.Users {
			if u := &s.Users[i]; strings.TrimSpace(u.FederationID.Value) == "" {
				found = append(found, typed(u.FederationID, u.FederationID.Value, "a Federation ID").of(u))
			}
		}
		return fails(found...)
	}),
}
