package harness

// attributeScenarios are about the app's custom attributes.
func attributeScenarios() []*Scenario {
	nobody := "Somebody would work without what Flex must know of him."
	twice := "One reader takes the first, another the last."
	typed := "A text would be stored where a number is read."
	roles := func(formula string) []string { return []string{rolesValue, "        value: '" + formula + "'\n"} }
	fullName := func(formula string) []string { return []string{fullNameValue, "'" + formula + "'"} }
	more := func(key, formula string) []string {
		return []string{rolesValue, rolesValue + "      - key: " + key + "\n        value: '" + formula + "'\n"}
	}
	return []*Scenario{
		{
			ID: "roles-bare", Title: "roles without quotes",
			Life:    nobody,
			Edits:   roles("agent"),
			Causes:  ids("settings/formula"),
			Follows: ids("attributes/roles login/accepted"),
		},
		{
			ID: "roles-curly", Title: "roles in curly quotes",
			Life:    nobody,
			Edits:   roles("“agent”"),
			Causes:  ids("settings/formula"),
			Follows: ids("attributes/roles login/accepted"),
		},
		{
			ID: "roles-missing", Title: "No roles",
			Life:    nobody,
			Edits:   []string{"      " + rolesKey + rolesValue, ""},
			Causes:  ids("settings/roles-attribute"),
			Follows: ids("attributes/roles login/accepted"),
		},
		{
			ID: "roles-case", Title: "Roles for roles",
			Life:    nobody,
			Edits:   []string{rolesKey, "- key: Roles\n"},
			Causes:  ids("settings/roles-attribute"),
			Follows: ids("attributes/roles attributes/near-name login/accepted"),
		},
		{
			ID: "roles-unknown", Title: "A role that Flex does not know",
			Life:    nobody,
			Edits:   roles(`"administrator"`),
			Causes:  ids("settings/role-names"),
			Follows: ids("attributes/role-names login/accepted"),
		},
		{
			ID: "roles-semicolon", Title: "Roles separated by semicolons",
			Life:    nobody,
			Edits:   roles(`"agent; supervisor"`),
			Causes:  ids("settings/role-names"),
			Follows: ids("attributes/role-names login/accepted"),
		},
		{
			ID: "roles-one-unknown", Title: "A role that Flex does not know beside one that it knows",
			Life:  "He would have a role less than he was given.",
			Edits: roles(`"agent, boss"`),
			Warns: ids("settings/role-names attributes/role-names"),
		},
		{
			ID: "roles-empty", Title: "roles empty",
			Life:    nobody,
			Edits:   roles(`""`),
			Causes:  ids("settings/role-names"),
			Follows: ids("attributes/roles login/accepted"),
		},
		{
			ID: "full-name-missing", Title: "No full_name",
			Life: nobody,
			Edits: []string{
				"      " + fullNameKey + "# Attribute key\n        value: " + fullNameValue + " # Attribute value\n", "",
			},
			Causes:  ids("settings/full-name-attribute"),
			Follows: ids("attributes/full-name login/accepted"),
		},
		{
			ID: "full-name-case", Title: "Full_Name for full_name",
			Life:    nobody,
			Edits:   []string{fullNameKey, "- key: Full_Name "},
			Causes:  ids("settings/full-name-attribute"),
			Follows: ids("attributes/full-name attributes/near-name login/accepted"),
		},
		{
			ID: "full-name-curly", Title: "Curly quotes between the names",
			Life:    nobody,
			Edits:   fullName("$User.FirstName + “ “ + $User.LastName"),
			Causes:  ids("settings/formula"),
			Follows: ids("attributes/full-name login/accepted"),
		},
		{
			ID: "full-name-empty", Title: "full_name empty",
			Life:    nobody,
			Edits:   fullName(`""`),
			Causes:  ids("settings/full-name-value"),
			Follows: ids("attributes/full-name login/accepted"),
		},
		{
			ID: "full-name-same", Title: "The same full_name for everybody",
			Life:  "Nobody could tell one from the other.",
			Edits: fullName(`"Agent"`),
			Warns: ids("settings/full-name-value"),
		},
		{
			ID: "full-name-of-some", Title: "A full_name that one user has none of",
			Life:    nobody,
			Edits:   fullName(`IF($User.Alias = "aagent", "", $User.LastName)`),
			Causes:  ids("settings/full-name-value"),
			Follows: ids("attributes/full-name login/accepted"),
		},
		{
			ID: "full-name-field-unknown", Title: "A field that Salesforce does not have",
			Life:    nobody,
			Edits:   fullName("$User.Firstname2"),
			Causes:  ids("settings/formula"),
			Follows: ids("attributes/full-name login/accepted"),
		},
		{
			ID: "attribute-key-empty", Title: "A custom attribute without a key",
			Life:   "A value that has no name means what a reader likes.",
			Edits:  more("''", `"x"`),
			Causes: ids("settings/attribute-keys"),
		},
		{
			ID: "attribute-key-twice", Title: "roles twice",
			Life:  twice,
			Edits: more("roles", `"admin"`),
			Warns: ids("settings/attribute-keys attributes/duplicate-name"),
		},
		{
			ID: "attribute-key-email", Title: "A custom attribute email beside Salesforce's own",
			Life:  twice,
			Edits: more("email", "$User.Email"),
			Warns: ids("settings/attribute-keys attributes/duplicate-name"),
		},
		{
			ID: "attribute-type", Title: "A text for a number",
			Life:    typed,
			Edits:   more("seats.[int]", `"seven"`),
			Causes:  ids("settings/attribute-types"),
			Follows: ids("attributes/type-suffix login/accepted"),
		},
		{
			ID: "attribute-type-unknown", Title: "A type of attribute that Flex does not know",
			Life:    typed,
			Edits:   more("seats.[Int]", `"7"`),
			Causes:  ids("settings/attribute-types"),
			Follows: ids("attributes/type-suffix login/accepted"),
		},
	}
}

// userScenarios are about the users.
func userScenarios() []*Scenario {
	ada := func(old, new string) []string { return []string{old, new} }
	return []*Scenario{
		{
			ID: "no-access", Title: "A user whose profile has no access to the app",
			Edits: ada("nickname: ada # Nickname\n      license: Salesforce # User License\n      profile: Standard User",
				"nickname: ada\n      license: Salesforce\n      profile: Marketing User"),
			Causes:  ids("settings/profile-access"),
			Follows: ids("login/identity-provider-refused"),
		},
		{
			ID: "user-inactive", Title: "A user who is not active",
			Edits:   ada("active: true # Active", "active: false"),
			Causes:  ids("settings/user-active"),
			Follows: ids("login/identity-provider-refused"),
		},
		{
			ID: "user-email-missing", Title: "A user without an e-mail address",
			Life:    "Somebody would work without what Flex must know of him.",
			Edits:   ada(" email: ada@acme.example", " email: ''"),
			Causes:  ids("settings/user-email"),
			Follows: ids("attributes/email login/accepted"),
		},
		{
			ID: "user-alias-long", Title: "An alias of nine characters",
			Edits:  ada("alias: aagent", "alias: adaagent1"),
			Causes: ids("settings/user-fields"),
		},
		{
			ID: "user-last-name-missing", Title: "A user without a last name",
			Life:   "His name would end with a space.",
			Edits:  ada("last_name: Agent                   # Last Name", "last_name: ''"),
			Causes: ids("settings/user-fields"),
			Warns:  ids("settings/full-name-value attributes/full-name-spaces"),
		},
		{
			ID: "username-form", Title: "A user name that is no e-mail address",
			Edits:  ada(" username: ada@acme.example", " username: ada"),
			Causes: ids("settings/user-fields"),
		},
		{
			ID: "user-license-missing", Title: "A user without a license",
			Edits:  ada("license: Salesforce                # User License\n      profile: Standard User             # Profile", "license: ''\n      profile: Standard User"),
			Causes: ids("settings/user-fields"),
		},
		{
			ID: "user-nickname-twice", Title: "Two users of one nickname",
			Edits:  []string{"nickname: grace", "nickname: ada"},
			Causes: ids("settings/user-unique"),
		},
		{
			ID: "user-first-name-missing", Title: "A user without a first name",
			Life:  "His name would begin with a space.",
			Edits: ada("first_name: Ada", "first_name: ''"),
			Warns: ids("settings/full-name-value attributes/full-name-spaces"),
		},
	}
}
