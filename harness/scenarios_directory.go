package harness

// directoryScenarios are about what the documented procedure has no step for: other kinds
// of app, other ways to give access, further fields of users, and logout.
func directoryScenarios() []*Scenario {
	const app, profiles, active = "    name: Twilio Flex ", "    profiles:\n      - Standard User\n", "      active: true                       # Active\n"
	return []*Scenario{
		{
			ID: "app-kind-unknown", Title: "A kind of app that does not exist",
			Edits:  []string{app, "    kind: Connected App\n" + app},
			Causes: ids("settings/app-kind"),
		},
		{
			ID: "app-id-other", Title: "The id of an OAuth consumer as the app's",
			Edits:  []string{app, "    app_id: 0H40A0000000Acm\n" + app},
			Causes: ids("settings/app-id"),
		},
		{
			ID: "subject-custom-attribute-left", Title: "A custom attribute as subject beside Subject Type Username",
			Edits:  []string{"    subject_type: Username\n", "    subject_type: Username\n    subject_custom_attribute: Employee_Number__c\n"},
			Causes: ids("settings/subject-custom-attribute"),
		},
		{
			ID: "single-logout-http", Title: "A Single Logout URL with http",
			Edits:  []string{profiles, profiles + "    single_logout_url: http://flex.acme.example/logout\n    single_logout_binding: HTTP Redirect\n"},
			Causes: ids("settings/single-logout"),
			Warns:  ids("settings/single-logout-sides"),
		},
		{
			ID: "permission-set-label", Title: "A permission set by its label",
			Edits:  []string{profiles, profiles + "    permission_sets:\n      - Flex Users\n"},
			Causes: ids("settings/permission-sets"),
		},
		{
			ID: "user-id-long", Title: "A user's id with a wrong check at its end",
			Edits:  []string{active, active + "      id: 0050A0000000Acm123\n"},
			Causes: ids("settings/user-id"),
		},
		{
			ID: "user-role-missing", Title: "A custom attribute that reads the role of a user who has none",
			Life:  "Nothing, but for the attribute that is empty.",
			Edits: []string{rolesValue, rolesValue + "      - key: department\n        value: $UserRole.Name\n", active, active + "      role: ''\n"},
			Warns: ids("settings/user-role"),
		},
		{
			ID: "user-field-standard", Title: "A user's e-mail address among the further fields",
			Edits:  []string{active, active + "      fields:\n        - name: Email\n          value: ada@acme.example\n"},
			Causes: ids("settings/user-custom-fields"),
		},
	}
}
