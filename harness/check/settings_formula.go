package check

import (
	"errors"
	"regexp"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp/formula"
)

// SettingsFormula wants formulas that Salesforce would save.
var SettingsFormula = &Check{
	ID:       "settings/formula",
	Title:    "The value of each custom attribute is a formula that Salesforce understands",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, "Salesforce Help, Formula Operators and Functions"},
	Since:    "0.1",
	Text: `The value of a custom attribute is a formula: fields as $User.Email, texts in straight quotes, joined by + or &. A word without quotes is taken for a field that does not exist, and the curly quotes that web pages and word processors make of straight ones are no quotes to Salesforce.
Each formula is read and evaluated for each user; what is not understood is shown with its place.`,
	Fix: mend("salesforce.connected_app.custom_attributes.value", "Type the formula anew, with straight quotes around every text."),
	Run: onSalesforce(settingsFormula),
}

func settingsFormula(s *settings.Salesforce, _ *Expect) Outcome {
	if len(s.ConnectedApp.CustomAttributes) == 0 {
		return skip("there are no custom attributes")
	}
	var found []Finding
	for _, c := range s.ConnectedApp.CustomAttributes {
		if err := formulaFault(s, c.Value.Value); err != nil {
			found = append(found, formulaFinding(c.Value, err))
		}
	}
	return fails(found...)
}

// formulaFault is what is wrong with a formula for any user, or in itself.
func formulaFault(s *settings.Salesforce, text string) error {
	if _, err := formula.Parse(text); err != nil {
		return err
	}
	users := s.Users
	if len(users) == 0 {
		users = []settings.User{{}}
	}
	for i := range users {
		if _, err := formula.Eval(text, fieldsOf(s, &users[i])); err != nil {
			return err
		}
	}
	return nil
}

// formulaFinding tells what is not understood, with what to type instead.
func formulaFinding(f settings.Text, err error) Finding {
	finding := typed(f, f.Value, "a formula that Salesforce understands").noted(err.Error())
	var fault *formula.Error
	if errors.As(err, &fault) {
		finding.Note = fault.Error()
		if fault.Hint != "" {
			finding = finding.fixed(mend(f.Path, fault.Hint))
		}
	}
	return finding
}

// evaluated is what a formula gives for a user. Known is false where it depends on a
// field that the settings do not hold, so that its value cannot be judged.
func evaluated(s *settings.Salesforce, u *settings.User, text string) (value string, known bool) {
	e, err := formula.Parse(text)
	if err != nil {
		return "", false
	}
	for _, name := range e.Fields() {
		if _, held := fieldOf(s, u, name); !held {
			return "", false
		}
	}
	value, err = e.Eval(fieldsOf(s, u))
	return value, err == nil
}

// dependsOnUser reports whether a formula may give another value for another user.
func dependsOnUser(text string) bool {
	e, err := formula.Parse(text)
	if err != nil {
		return false
	}
	for _, name := range e.Fields() {
		if !strings.HasPrefix(strings.ToLower(name), "$organization.") {
			return true
		}
	}
	return false
}

// fieldsOf says what merge fields hold for a user, for formula.Eval.
func fieldsOf(s *settings.Salesforce, u *settings.User) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if value, held := fieldOf(s, u, name); held {
			return value, true
		}
		return "", standardField(name)
	}
}

// fieldOf is what a merge field holds, where the settings say that.
func fieldOf(s *settings.Salesforce, u *settings.User, name string) (value string, held bool) {
	switch strings.ToLower(name) {
	case "$user.firstname":
		return u.FirstName.Value, true
	case "$user.lastname":
		return u.LastName.Value, true
	case "$user.alias":
		return u.Alias.Value, true
	case "$user.email":
		return u.Email.Value, true
	case "$user.username":
		return u.Username.Value, true
	case "$user.communitynickname":
		return u.Nickname.Value, true
	case "$user.federationidentifier":
		return u.FederationID.Value, true
	case "$profile.name":
		return u.Profile.Value, true
	case "$organization.id":
		return s.OrganizationID.Value, true
	}
	return "", false
}

// customField is a field that an org added to its own users or itself; which ones there
// are is not known.
var customField = regexp.MustCompile(`(?i)^\$(user|userrole|profile|organization)\.[a-z][a-z0-9_]*__c$`)

// standardField reports whether a merge field exists in every org, or may exist in one.
func standardField(name string) bool {
	object, field, _ := strings.Cut(strings.ToLower(name), ".")
	for _, known := range strings.Fields(standardFields[object]) {
		if field == known {
			return true
		}
	}
	return customField.MatchString(name)
}

// standardFields are the fields of each object whose values the settings do not hold.
var standardFields = map[string]string{
	"$user": "id isactive profileid aboutme callcenterid city companyname contactid country department division " +
		"emailencodingkey employeenumber endday extension fax languagelocalekey localesidkey managerid middlename " +
		"mobilephone phone postalcode senderemail sendername signature startday state street suffix timezonesidkey " +
		"title userroleid usertype",
	"$userrole": "id name developername rollupdescription",
	"$profile":  "id description usertype",
	"$organization": "city country division fax name phone postalcode primarycontact state street " +
		"defaultlocalesidkey languagelocalekey organizationtype instancename",
}
