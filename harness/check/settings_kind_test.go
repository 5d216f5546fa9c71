package check

import (
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// findingsOf is what one check finds in settings, as at: note.
func findingsOf(s *settings.Settings, ch *Check) []string {
	var all []string
	for _, f := range Run([]*Check{ch}, NewCase(s, nil, &Expect{Profile: Flex, At: judgedAt}))[0].Findings {
		all = append(all, strings.TrimSuffix(f.At+": "+f.Note, ": "))
	}
	return all
}

func texts(path string, values ...string) []settings.Text {
	var all []settings.Text
	for _, v := range values {
		all = append(all, settings.Text{Value: v, Path: path, Set: true})
	}
	return all
}

func TestSettingsOfOtherSetUps(t *testing.T) {
	const app = "salesforce.connected_app."
	for _, tt := range []struct {
		title string
		check *Check
		edit  func(a *settings.ConnectedApp, u *settings.User)
		found []string
	}{
		{"an external client app", SettingsAppKind, func(a *settings.ConnectedApp, _ *settings.User) { put(&a.Kind, settings.KindExternalClientApp) }, nil},
		{"a kind in other words", SettingsAppKind, func(a *settings.ConnectedApp, _ *settings.User) { put(&a.Kind, "connectedApp") },
			[]string{app + "kind: the letter case differs: “connectedApp” for “ConnectedApp”"}},
		{"an id of 18 characters", SettingsAppID, func(a *settings.ConnectedApp, _ *settings.User) {
			put(&a.AppID, "0sp0A0000000Acm"+checksum("0sp0A0000000Acm"))
		}, nil},
		{"a checksum that does not fit", SettingsAppID, func(a *settings.ConnectedApp, _ *settings.User) { put(&a.AppID, "0sp0A0000000AcmAAA") },
			[]string{app + "app_id: the last three characters do not fit the letter case of the others"}},
		{"an id with a space", SettingsAppID, func(a *settings.ConnectedApp, _ *settings.User) { put(&a.AppID, "0sp0A0000000Acm ") },
			[]string{app + "app_id: it has white space around it"}},
		{"a short id", SettingsAppID, func(a *settings.ConnectedApp, _ *settings.User) { put(&a.AppID, "0sp1") },
			[]string{app + "app_id: it has neither 15 nor 18 characters"}},
		{"an id with a dash", SettingsAppID, func(a *settings.ConnectedApp, _ *settings.User) { put(&a.AppID, "0sp0A0000-00Acm") },
			[]string{app + "app_id: it has a character that is neither a letter nor a digit"}},

		{"single logout", SettingsSingleLogout, func(a *settings.ConnectedApp, _ *settings.User) {
			put(&a.SingleLogoutURL, "https://sp.example/logout")
			put(&a.SingleLogoutBinding, settings.LogoutRedirect)
		}, nil},
		{"single logout without a binding", SettingsSingleLogout, func(a *settings.ConnectedApp, _ *settings.User) {
			put(&a.SingleLogoutURL, "https://sp.example/logout")
		}, []string{app + "single_logout_binding: the address has no binding"}},
		{"a binding without an address", SettingsSingleLogout, func(a *settings.ConnectedApp, _ *settings.User) {
			put(&a.SingleLogoutBinding, settings.LogoutPOST)
		}, []string{app + "single_logout_binding: there is no Single Logout URL that it is for"}},
		{"a logout address that is none", SettingsSingleLogout, func(a *settings.ConnectedApp, _ *settings.User) {
			put(&a.SingleLogoutURL, "/logout")
			put(&a.SingleLogoutBinding, settings.LogoutPOST)
		}, []string{app + "single_logout_url"}},

		{"a custom subject", SettingsSubjectCustomAttribute, func(a *settings.ConnectedApp, u *settings.User) {
			put(&a.SubjectType, settings.SubjectCustomAttribute)
			put(&a.SubjectCustomAttribute, "employee_number__C")
			u.Fields = []settings.UserField{{Name: settings.Text{Value: "Employee_Number__c"}, Value: settings.Text{Value: "7"}}}
		}, nil},
		{"a custom subject that has a setting of its own", SettingsSubjectCustomAttribute, func(a *settings.ConnectedApp, u *settings.User) {
			put(&a.SubjectType, settings.SubjectCustomAttribute)
			put(&a.SubjectCustomAttribute, "Alias")
		}, nil},
		{"a custom subject without a field", SettingsSubjectCustomAttribute, func(a *settings.ConnectedApp, _ *settings.User) {
			put(&a.SubjectType, settings.SubjectCustomAttribute)
		}, []string{app + "subject_custom_attribute"}},
		{"a custom subject that no org has", SettingsSubjectCustomAttribute, func(a *settings.ConnectedApp, _ *settings.User) {
			put(&a.SubjectType, settings.SubjectCustomAttribute)
			put(&a.SubjectCustomAttribute, "Employee Number")
		}, []string{app + "subject_custom_attribute: User has no such field"}},
		{"a custom subject that a user lacks", SettingsSubjectCustomAttribute, func(a *settings.ConnectedApp, _ *settings.User) {
			put(&a.SubjectType, settings.SubjectCustomAttribute)
			put(&a.SubjectCustomAttribute, "Employee_Number__c")
		}, []string{app + "subject_custom_attribute: ada@acme.example has none"}},

		{"a permission set of a package", SettingsPermissionSets, func(a *settings.ConnectedApp, _ *settings.User) {
			a.PermissionSets = texts("p", "acme__Flex_Users", "Flex_Users")
		}, nil},
		{"a permission set by its label", SettingsPermissionSets, func(a *settings.ConnectedApp, u *settings.User) {
			u.PermissionSets = texts("p", "Flex Users")
		}, []string{"p: a space, character 5, is neither a letter nor a digit nor an underscore"}},
		{"access by permission set", SettingsProfileAccess, func(a *settings.ConnectedApp, u *settings.User) {
			a.Profiles, a.PermissionSets, u.PermissionSets = nil, texts("p", "Flex_Users"), texts("q", "Other", "Flex_Users")
		}, nil},
		{"no permission set", SettingsProfileAccess, func(a *settings.ConnectedApp, u *settings.User) {
			a.Profiles, a.PermissionSets, u.PermissionSets = nil, texts("p", "Flex_Users"), texts("q", "Other")
		}, []string{"salesforce.users[0].username: no permission set of the user has access to the app"}},

		{"an id of a user", SettingsUserID, func(_ *settings.ConnectedApp, u *settings.User) { put(&u.ID, "0050A0000000Acm") }, nil},
		{"an id of an org", SettingsUserID, func(_ *settings.ConnectedApp, u *settings.User) { put(&u.ID, "00D0A0000000Acm") },
			[]string{"salesforce.users[0].id: it does not begin with 005"}},
		{"a field twice", SettingsUserCustomFields, func(_ *settings.ConnectedApp, u *settings.User) {
			u.Fields = []settings.UserField{
				{Name: settings.Text{Value: "Title", Path: "a"}}, {Name: settings.Text{Value: "title", Path: "b"}},
			}
		}, []string{"b: a is the same"}},
		{"a field of another object", SettingsUserCustomFields, func(_ *settings.ConnectedApp, u *settings.User) {
			u.Fields = []settings.UserField{{Name: settings.Text{Value: "Manager.Name", Path: "a"}}}
		}, []string{"a: User has no such field"}},
	} {
		t.Run(tt.title, func(t *testing.T) {
			s := embedded(t, enhanced)
			s.Salesforce.Users = s.Salesforce.Users[:1]
			tt.edit(&s.Salesforce.ConnectedApp, &s.Salesforce.Users[0])
			assert.Equal(t, tt.found, findingsOf(s, tt.check))
		})
	}
}

func TestSettingsUserIDsAreTheirOwn(t *testing.T) {
	s := embedded(t, enhanced)
	require.Len(t, s.Salesforce.Users, 2)
	put(&s.Salesforce.Users[0].ID, "0050A0000000Acm")
	put(&s.Salesforce.Users[1].ID, "0050A0000000Acm"+checksum("0050A0000000Acm"))
	assert.Equal(t, []string{"salesforce.users[1].id: salesforce.users[0].id is the same"}, findingsOf(s, SettingsUserID))
}

// What the settings say of a user beyond the documented fields, formulas can read.
func TestFormulasReadFurtherFields(t *testing.T) {
	s := embedded(t, enhanced)
	u := &s.Salesforce.Users[0]
	put(&u.Role, "Service Agents")
	put(&u.ID, "0050A0000000AcmAAA")
	u.Fields = []settings.UserField{{Name: settings.Text{Value: "Flex_Roles__c"}, Value: settings.Text{Value: "agent"}}}
	got, known := evaluated(&s.Salesforce, u, `$User.flex_roles__c & "," & $UserRole.Name & "," & $User.Id`, judgedAt)
	assert.True(t, known)
	assert.Equal(t, "agent,Service Agents,0050A0000000Acm", got)
}
