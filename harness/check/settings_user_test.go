package check

import (
	"testing"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
)

func TestSettingsUsers(t *testing.T) {
	ada := func(s *settings.Settings) *settings.User { return &s.Salesforce.Users[0] }
	testEdits(t, []edit{
		{title: "a user whose profile has no access",
			edit:  func(s *settings.Settings) { ada(s).Profile.Value = "Marketing User" },
			cause: "settings/profile-access",
			found: []Finding{{At: "salesforce.users[0].profile", Got: "Marketing User", Want: "Standard User", Note: "this profile has no access to the app", User: "ada@acme.example"}}},
		{title: "a profile mistyped",
			edit:  func(s *settings.Settings) { ada(s).Profile.Value = "Standard user" },
			cause: "settings/profile-access",
			found: []Finding{{At: "salesforce.users[0].profile", Got: "Standard user", Want: "Standard User",
				Note: "this profile has no access to the app: the letter case differs: “user” for “User”", User: "ada@acme.example"}}},
		{title: "no profile has access",
			edit:  func(s *settings.Settings) { app(s).Profiles = nil },
			cause: "settings/profile-access",
			found: []Finding{{At: "salesforce.connected_app.profiles", Want: "at least one profile", Note: "no profile has access to the app"}}},
		{title: "no e-mail address",
			edit:  func(s *settings.Settings) { ada(s).Email.Value = "" },
			cause: "settings/user-email",
			found: []Finding{{At: "salesforce.users[0].email", Want: "an e-mail address, as ada@acme.example", User: "ada@acme.example"}}},
		{title: "an e-mail address with a name",
			edit:  func(s *settings.Settings) { ada(s).Email.Value = "Ada <ada@acme.example>" },
			cause: "settings/user-email",
			found: []Finding{{At: "salesforce.users[0].email", Got: "Ada <ada@acme.example>", Want: "an e-mail address, as ada@acme.example", User: "ada@acme.example"}}},
		{title: "no last name",
			edit:  func(s *settings.Settings) { ada(s).LastName.Value = "" },
			cause: "settings/user-fields",
			found: []Finding{{At: "salesforce.users[0].last_name", Want: "a last name", User: "ada@acme.example"}},
			// “Ada ” ends with a space then.
			follows: []string{"settings/full-name-value"}},
		{title: "no profile",
			edit:    func(s *settings.Settings) { ada(s).Profile.Value = "" },
			cause:   "settings/user-fields",
			found:   []Finding{{At: "salesforce.users[0].profile", Want: "a profile, as Standard User", User: "ada@acme.example"}},
			follows: []string{"settings/profile-access"}},
		{title: "a long alias",
			edit:  func(s *settings.Settings) { ada(s).Alias.Value = "lovelaced" },
			cause: "settings/user-fields",
			found: []Finding{{At: "salesforce.users[0].alias", Got: "lovelaced", Want: "at most 8 characters", User: "ada@acme.example"}}},
		{title: "a username that has not the form of an address",
			edit:  func(s *settings.Settings) { ada(s).Username.Value = "ada" },
			cause: "settings/user-fields",
			found: []Finding{{At: "salesforce.users[0].username", Got: "ada", Want: "a username in the form of an e-mail address", User: "ada"}}},
		{title: "two users of one name",
			edit:  func(s *settings.Settings) { s.Salesforce.Users[1].Username.Value = "Ada@acme.example" },
			cause: "settings/user-unique",
			found: []Finding{{At: "salesforce.users[1].username", Got: "Ada@acme.example", Want: "a value that no other user has",
				Note: "salesforce.users[0].username is the same", User: "Ada@acme.example"}}},
		{title: "an inactive user",
			edit:  func(s *settings.Settings) { ada(s).Active.Value = false },
			cause: "settings/user-active",
			found: []Finding{{At: "salesforce.users[0].active", Got: "not ticked", Want: "ticked", User: "ada@acme.example"}}},
	})
}

// What is wrong with one user explains nothing of another's.
func TestSettingsOfUsersAreTheirOwn(t *testing.T) {
	s := embedded(t, enhanced)
	s.Salesforce.Users[0].Alias.Value = ""
	s.Salesforce.Users[1].FirstName.Value = ""
	for _, r := range judge(s) {
		if r.Status == Fail {
			assert.Empty(t, r.Follows, r.Check.ID)
		}
	}
}

func TestSettingsWithoutUsers(t *testing.T) {
	s := embedded(t, enhanced)
	s.Salesforce.Users = nil
	skipped := 0
	for _, r := range judge(s) {
		assert.NotEqual(t, Fail, r.Status, r.Check.ID)
		if r.Reason == "the settings name no users" {
			skipped++
		}
	}
	assert.Equal(t, 9, skipped)
}
