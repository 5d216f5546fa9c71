package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// SettingsPermissionSets wants permission sets by the names that Salesforce compares.
var SettingsPermissionSets = &Check{
	ID:       "settings/permission-sets",
	Title:    "Permission sets are given by their API names",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, "Salesforce, Metadata API: PermissionSet"},
	Since:    "0.1",
	Text: `A permission set gives its users access to the app, beside the profiles. It has a label, which lists show, and an API name, by which the app's metadata and assignments name it: letters, digits and underscores, with a namespace before it where it comes from a package.
Each name of the app and of the users is held to that form. Whether somebody has access, settings/profile-access says.`,
	Fix: mend("salesforce.connected_app.permission_sets", "Copy API Name from the page of the permission set."),
	Run: onSalesforce(func(s *settings.Salesforce, _ *Expect) Outcome {
		found := permissionSetFaults(s.ConnectedApp.PermissionSets)
		for i := range s.Users {
			u := &s.Users[i]
			for _, f := range permissionSetFaults(u.PermissionSets) {
				found = append(found, f.of(u))
			}
		}
		return fails(found...)
	}),
}

func permissionSetFaults(names []settings.Text) []Finding {
	var found []Finding
	for _, f := range names {
		_, name, packaged := strings.Cut(f.Value, "__")
		if !packaged {
			name = f.Value
		}
		if fault := apiNameFault(name); fault != "" {
			found = append(found, typed(f, f.Value, "an API name, as Flex_Users").noted(fault).
				fixed(mend(f.Path, "Copy API Name from the page of the permission set.")))
		}
	}
	return found
}
