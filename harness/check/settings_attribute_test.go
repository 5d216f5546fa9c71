package check

import (
	"testing"
	"time"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp/formula"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	nameAt     = "salesforce.connected_app.custom_attributes[0].value"
	rolesAt    = "salesforce.connected_app.custom_attributes[1].value"
	keyAt      = "salesforce.connected_app.custom_attributes[1].key"
	understood = "a formula that Salesforce understands"
)

func value(s *settings.Settings, i int, text string) { app(s).CustomAttributes[i].Value.Value = text }
func key(s *settings.Settings, i int, text string)   { app(s).CustomAttributes[i].Key.Value = text }

// further adds a custom attribute.
func further(s *settings.Settings, key, value string) {
	const path = "salesforce.connected_app.custom_attributes[2]"
	a := app(s)
	a.CustomAttributes = append(a.CustomAttributes, settings.CustomAttribute{
		Path:  path,
		Key:   settings.Text{Value: key, Path: path + ".key", Set: true},
		Value: settings.Text{Value: value, Path: path + ".value", Set: true},
	})
}

func TestSettingsAttributes(t *testing.T) {
	testEdits(t, []edit{
		{title: "full_name missing",
			edit:  func(s *settings.Settings) { app(s).CustomAttributes = app(s).CustomAttributes[1:] },
			cause: "settings/full-name-attribute",
			found: []Finding{{At: "salesforce.connected_app.custom_attributes", Want: "full_name", Note: "there is no custom attribute of this name"}}},
		{title: "fullName for full_name",
			edit:  func(s *settings.Settings) { key(s, 0, "fullName") },
			cause: "settings/full-name-attribute",
			found: []Finding{{At: "salesforce.connected_app.custom_attributes[0].key", Got: "fullName", Want: "full_name", Note: "they differ after “full”"}}},
		{title: "Roles for roles",
			edit:  func(s *settings.Settings) { key(s, 1, "Roles") },
			cause: "settings/roles-attribute",
			found: []Finding{{At: keyAt, Got: "Roles", Want: "roles", Note: "the letter case differs: “Roles” for “roles”"}}},
		{title: "role for roles",
			edit:  func(s *settings.Settings) { key(s, 1, "role") },
			cause: "settings/roles-attribute",
			found: []Finding{{At: keyAt, Got: "role", Want: "roles", Note: "“s” is missing at the end"}}},
		{title: "a Cyrillic letter in roles",
			edit:  func(s *settings.Settings) { key(s, 1, "rоles") },
			cause: "settings/roles-attribute",
			found: []Finding{{At: keyAt, Got: "rоles", Want: "roles", Note: "character 2, “о” (U+043E, Cyrillic), only looks like “o”"}}},
		{title: "roles with white space",
			edit:    func(s *settings.Settings) { key(s, 1, "roles ") },
			cause:   "settings/roles-attribute",
			found:   []Finding{{At: keyAt, Got: "roles ", Want: "roles", Note: "it has white space at the end (a space)"}},
			follows: []string{"settings/attribute-keys"}},
		{title: "roles with a namespace",
			edit:    func(s *settings.Settings) { key(s, 1, "http://schemas.acme.example/claims/roles") },
			cause:   "settings/roles-attribute",
			found:   []Finding{{At: keyAt, Got: "http://schemas.acme.example/claims/roles", Want: "roles", Note: "“http://schemas.acme.example/claims/” is too much at the beginning"}},
			follows: []string{"settings/attribute-keys"}},
		{title: "an empty key",
			edit:  func(s *settings.Settings) { further(s, "", `"x"`) },
			cause: "settings/attribute-keys",
			found: []Finding{{At: "salesforce.connected_app.custom_attributes[2].key", Want: "a name, as full_name"}}},
		{title: "roles twice",
			edit:  func(s *settings.Settings) { further(s, "roles", `"admin"`) },
			cause: "settings/attribute-keys",
			found: []Finding{{At: "salesforce.connected_app.custom_attributes[2].key", Got: "roles", Want: "a name that no other custom attribute has",
				Note: keyAt + " is the same", Severity: Warning}}},
		{title: "an own email",
			edit:  func(s *settings.Settings) { further(s, "email", `$User.Email`) },
			cause: "settings/attribute-keys",
			found: []Finding{{At: "salesforce.connected_app.custom_attributes[2].key", Got: "email", Want: "a name that Salesforce does not send by itself",
				Note: "Salesforce sends its own email, so that it would arrive twice", Severity: Warning}}},
		{title: "a type that Flex does not know",
			edit:  func(s *settings.Settings) { further(s, "floor.[integer]", `"3"`) },
			cause: "settings/attribute-types",
			found: []Finding{{At: "salesforce.connected_app.custom_attributes[2].key", Got: "floor.[integer]", Want: "a type of string, int, boolean, stringarray, intarray, booleanarray",
				Note: "“integer” is no type that Flex knows; the nearest is int"}}},
		{title: "a value that does not fit its type",
			edit:  func(s *settings.Settings) { further(s, "floor.[int]", `"third"`) },
			cause: "settings/attribute-types",
			found: []Finding{{At: "salesforce.connected_app.custom_attributes[2].value", Got: "third", Want: "a value of the type int"}}},
		{title: "a value that does not fit its type for one user",
			edit: func(s *settings.Settings) {
				further(s, "lead.boolean", `$User.CommunityNickname`)
				s.Salesforce.Users[0].Nickname.Value = "true"
			},
			cause: "settings/attribute-types",
			found: []Finding{{At: "salesforce.connected_app.custom_attributes[2].value", Got: "grace", Want: "a value of the type boolean", User: "grace@acme.example"}}},
	})
}

func TestSettingsFormulas(t *testing.T) {
	testEdits(t, []edit{
		{title: "roles without quotes",
			edit:  func(s *settings.Settings) { value(s, 1, "agent") },
			cause: "settings/formula",
			found: []Finding{{At: rolesAt, Got: "agent", Want: understood, Note: `column 1: Field agent does not exist. If it is a text, type it in quotes: "agent".`}}},
		{title: "an unknown field",
			edit:  func(s *settings.Settings) { value(s, 0, "$User.Fullname") },
			cause: "settings/formula",
			found: []Finding{{At: nameAt, Got: "$User.Fullname", Want: understood, Note: formulaNote("$User.Fullname")}}},
		{title: "curly quotes",
			edit:  func(s *settings.Settings) { value(s, 1, "“agent”") },
			cause: "settings/formula",
			found: []Finding{{At: rolesAt, Got: "“agent”", Want: understood, Note: formulaNote("“agent”")}}},
		{title: "a formula that gives nothing for a user",
			edit: func(s *settings.Settings) {
				value(s, 0, "TEXT(VALUE($User.CommunityNickname))")
				s.Salesforce.Users[0].Nickname.Value = "1"
			},
			cause: "settings/formula",
			found: []Finding{{At: nameAt, Got: "TEXT(VALUE($User.CommunityNickname))", Want: understood, User: "grace@acme.example",
				Note: failureNote(t, "TEXT(VALUE($User.CommunityNickname))", "grace")}}},
		{title: "a formula that gives nothing for anybody",
			edit:  func(s *settings.Settings) { value(s, 0, `TEXT(1/0)`) },
			cause: "settings/formula",
			found: []Finding{{At: nameAt, Got: `TEXT(1/0)`, Want: understood, Note: failureNote(t, `TEXT(1/0)`, "")}}},
		{title: "an empty formula",
			edit:  func(s *settings.Settings) { value(s, 1, "") },
			cause: "settings/formula",
			found: []Finding{{At: rolesAt, Want: understood, Note: formulaNote("")}}},
	})
	assert.Contains(t, formulaNote("“agent”"), "curly")
}

// failureNote is what a formula says of a user with a nickname that it fails for.
func failureNote(t *testing.T, text, nickname string) string {
	e, err := formula.Parse(text)
	require.NoError(t, err)
	_, err = e.Eval(func(string) (string, bool) { return nickname, true })
	require.Error(t, err)
	return err.Error()
}

func formulaNote(text string) string {
	if err := formulaFault(text); err != nil {
		return err.Error()
	}
	return ""
}

func TestSettingsValues(t *testing.T) {
	testEdits(t, []edit{
		{title: "a role that Flex does not know",
			edit:  func(s *settings.Settings) { value(s, 1, `"flex_role"`) },
			cause: "settings/role-names",
			found: []Finding{{At: rolesAt, Got: "flex_role", Want: twoMoreRoles, Note: "“flex_role” is no role that Flex documents"}}},
		{title: "Agent for agent",
			edit:  func(s *settings.Settings) { value(s, 1, `"Agent"`) },
			cause: "settings/role-names",
			found: []Finding{{At: rolesAt, Got: "Agent", Want: twoMoreRoles,
				Note: "“Agent” is no role that Flex documents: the letter case differs: “Agent” for “agent”, as “agent”"}}},
		{title: "an unknown role beside a known one",
			edit:  func(s *settings.Settings) { value(s, 1, `"agent, supervizor"`) },
			cause: "settings/role-names",
			found: []Finding{{At: rolesAt, Got: "agent, supervizor", Want: twoMoreRoles, Severity: Warning,
				Note: "“supervizor” is no role that Flex documents: character 8 is “z”, not “s”, as “supervisor”"}}},
		{title: "roles separated by semicolons",
			edit:  func(s *settings.Settings) { value(s, 1, `"agent;admin"`) },
			cause: "settings/role-names",
			found: []Finding{{At: rolesAt, Got: "agent;admin", Want: twoMoreRoles, Note: "“agent;admin” is one role to Flex: roles are separated by commas"}}},
		{title: "no role",
			edit:  func(s *settings.Settings) { value(s, 1, `" , "`) },
			cause: "settings/role-names",
			found: []Finding{{At: rolesAt, Got: " , ", Want: twoMoreRoles, Note: "it gives no role"}}},
		{title: "roles that depend on the user",
			edit: func(s *settings.Settings) {
				value(s, 1, "$User.CommunityNickname")
				s.Salesforce.Users[0].Nickname.Value = "agent"
			},
			cause: "settings/role-names",
			found: []Finding{{At: rolesAt, Got: "grace", Want: twoMoreRoles, Note: "“grace” is no role that Flex documents", User: "grace@acme.example"}}},
		{title: "a user without a first name",
			edit:  func(s *settings.Settings) { s.Salesforce.Users[1].FirstName.Value = "" },
			cause: "settings/full-name-value",
			found: []Finding{{At: "salesforce.users[1].first_name", Got: " Agent", Want: "Agent",
				Note: "it has white space at the beginning (a space)", Severity: Warning, User: "grace@acme.example"}}},
		{title: "a name that is empty for a user",
			edit: func(s *settings.Settings) {
				value(s, 0, "$User.FirstName")
				s.Salesforce.Users[1].FirstName.Value = ""
			},
			cause: "settings/full-name-value",
			found: []Finding{{At: nameAt, Want: "a name", Note: "it gives nothing for grace@acme.example", User: "grace@acme.example"}}},
		{title: "no name for anybody",
			edit:  func(s *settings.Settings) { value(s, 0, `""`) },
			cause: "settings/full-name-value",
			found: []Finding{{At: nameAt, Got: `""`, Want: `$User.FirstName + " " + $User.LastName`, Note: "it gives nothing for any user"}}},
		{title: "one name for all",
			edit:  func(s *settings.Settings) { value(s, 0, `"Ada Agent"`) },
			cause: "settings/full-name-value",
			found: []Finding{{At: nameAt, Got: `"Ada Agent"`, Want: `$User.FirstName + " " + $User.LastName`, Note: "every user gets the same name", Severity: Warning}}},
	})
}

// What the settings do not hold cannot be judged.
func TestSettingsValuesOfUnknownFields(t *testing.T) {
	for _, text := range []string{"$User.Department", "$User.Flex_Roles__c", "$UserRole.Name"} {
		s := embedded(t, enhanced)
		value(s, 0, text)
		value(s, 1, text)
		for _, r := range judge(s) {
			assert.NotEqual(t, Fail, r.Status, "%s: %s", text, r.Check.ID)
		}
	}
}

func TestSettingsRolesOfEveryKind(t *testing.T) {
	for _, role := range documentedRoles {
		_, bad := roleFault(settings.Text{}, role+" , "+role)
		assert.False(t, bad, role)
	}
}

func TestFitsType(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		kind        string
		typed, fits bool
	}{
		{"floor", "3", "", false, false},
		{"channel.chat", "3", "chat", false, false},
		{".int", "3", "", false, false},
		{"floor.int", "3", "int", true, true},
		{"floor.[int]", " -3 ", "int", true, true},
		{"floor.[int]", "", "int", true, true},
		{"floor.[int]", "3.0", "int", true, false},
		{"floor.[Int]", "3", "Int", true, false},
		{"floor.[int", "3", "int", false, true},
		{"lead.[boolean]", "true", "boolean", true, true},
		{"lead.[boolean]", "True", "boolean", true, false},
		{"days.[intarray]", "1, 2,,3", "intarray", true, true},
		{"days.[intarray]", "1, two", "intarray", true, false},
		{"days.[booleanarray]", "true,false", "booleanarray", true, true},
		{"tags.[stringarray]", "a, b", "stringarray", true, true},
		{"tag.[string]", "anything", "string", true, true},
		{"tag.[]", "x", "", true, false},
	} {
		kind, typed := attributeType(tt.name)
		assert.Equal(t, tt.typed, typed, tt.name)
		if typed {
			assert.Equal(t, tt.kind, kind, tt.name)
			assert.Equal(t, tt.fits, fitsType(tt.value, kind), "%s: %q", tt.name, tt.value)
		}
	}
}

// What depends on the day can be judged only where the day is known.
func TestSettingsValuesAtATime(t *testing.T) {
	s := embedded(t, enhanced)
	value(s, 1, `IF(YEAR(TODAY()) < 2030, "agent", "nobody")`)
	for at, want := range map[time.Time]Status{judgedAt: Pass, judgedAt.AddDate(10, 0, 0): Fail, {}: Pass} {
		for _, r := range Run([]*Check{SettingsFormula, SettingsRoleNames}, NewCase(s, nil, &Expect{Profile: Flex, At: at})) {
			if r.Check == SettingsFormula {
				assert.Equal(t, Pass, r.Status)
			} else {
				assert.Equal(t, want, r.Status, at)
			}
		}
	}
}
