package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp/formula"
)

// SettingsSubjectCustomAttribute wants a subject for every user, where it is a field of
// the org's choice.
var SettingsSubjectCustomAttribute = &Check{
	ID:       "settings/subject-custom-attribute",
	Title:    "The custom attribute that is the subject exists, and every user has a value",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, refECA, refEventLog},
	Since:    "0.1",
	Text: `With Subject Type Custom Attribute, NameID is the value of one field of User. Salesforce refuses where the field does not exist (NoCustomField), and each user who has no value (NoCustomAttrValue). With any other Subject Type the field is to be left empty.
The field is looked up among those of User, and its value among the user's settings.`,
	Fix: mend("salesforce.connected_app.subject_custom_attribute", "Choose a field of User in which every user has a value, or choose Subject Type Username and leave it empty."),
	Run: onSalesforce(settingsSubjectCustomAttribute),
}

func settingsSubjectCustomAttribute(s *settings.Salesforce, _ *Expect) Outcome {
	f := s.ConnectedApp.SubjectCustomAttribute
	if s.ConnectedApp.SubjectType.Value != settings.SubjectCustomAttribute {
		if f.Value == "" {
			return pass()
		}
		return fails(typed(f, f.Value, "nothing").noted("Subject Type is " + s.ConnectedApp.SubjectType.Value))
	}
	name := "$User." + f.Value
	switch {
	case f.Value == "":
		return fails(typed(f, "", "the API name of a field of User, as Employee_Number__c"))
	case !formula.KnownField(name):
		return fails(typed(f, f.Value, "the API name of a field of User, as Employee_Number__c").noted("User has no such field"))
	}
	var found []Finding
	for i := range s.Users {
		u := &s.Users[i]
		value, held := fieldOf(s, u, name)
		if !held {
			value, _ = u.Field(f.Value)
		}
		if strings.TrimSpace(value) == "" {
			found = append(found, typed(f, "", "a value for every user").noted(u.Username.Value+" has none").of(u).
				fixed(mend("salesforce.users.fields", "Give the user a value in the field "+f.Value+".")))
		}
	}
	return fails(found...)
}
