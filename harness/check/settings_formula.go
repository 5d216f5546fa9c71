package check

import (
	"errors"
	"strconv"
	"strings"
	"time"

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

func settingsFormula(s *settings.Salesforce, want *Expect) Outcome {
	if len(s.ConnectedApp.CustomAttributes) == 0 {
		return skip("there are no custom attributes")
	}
	var found []Finding
	for _, c := range s.ConnectedApp.CustomAttributes {
		if err := formulaFault(c.Value.Value); err != nil {
			found = append(found, formulaFinding(c.Value, err))
		}
		found = append(found, failures(s, c.Value, want.At)...)
	}
	return fails(found...)
}

// formulaFault is what is wrong with a formula in itself.
func formulaFault(text string) error {
	_, err := formula.Parse(text)
	return err
}

// failures are what is wrong with a formula for some users, though Salesforce saves it:
// a division by nothing, a number that is none.
func failures(s *settings.Salesforce, f settings.Text, at time.Time) []Finding {
	e, err := formula.Parse(f.Value)
	if err != nil {
		return nil
	}
	if at.IsZero() {
		at = time.Unix(0, 0) // some day, for formulas that only ask for one
	}
	var found []Finding
	for i := range s.Users {
		u := &s.Users[i]
		if !held(s, u, e) {
			continue
		}
		_, err := e.EvalIn(formula.Env{Fields: fieldsOf(s, u), Now: at})
		switch {
		case err == nil:
		case !dependsOnUser(f.Value):
			return one(formulaFinding(f, err))
		default:
			found = append(found, formulaFinding(f, err).of(u))
		}
	}
	return found
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

// evaluated is what a formula gives for a user at a time. Known is false where it depends
// on what the settings do not hold, so that its value cannot be judged, and where it
// gives nothing, which settings/formula reports.
func evaluated(s *settings.Salesforce, u *settings.User, text string, at time.Time) (value string, known bool) {
	e, err := formula.Parse(text)
	if err != nil || !held(s, u, e) {
		return "", false
	}
	value, err = e.EvalIn(formula.Env{Fields: fieldsOf(s, u), Now: at})
	return value, err == nil
}

// held reports whether the settings hold every field of a formula.
func held(s *settings.Salesforce, u *settings.User, e *formula.Expr) bool {
	for _, name := range e.Fields() {
		if _, ok := fieldOf(s, u, name); !ok {
			return false
		}
	}
	return true
}

// dependsOnUser reports whether a formula may give another value for another user.
func dependsOnUser(text string) bool {
	e, err := formula.Parse(text)
	if err != nil {
		return false
	}
	for _, name := range e.Fields() {
		if !strings.HasPrefix(name, "$Organization.") {
			return true
		}
	}
	return false
}

// fieldsOf says what merge fields hold for a user.
func fieldsOf(s *settings.Salesforce, u *settings.User) func(string) (string, bool) {
	return func(name string) (string, bool) { return fieldOf(s, u, name) }
}

// fieldOf is what a merge field, as Salesforce spells it, holds, where the settings say that.
func fieldOf(s *settings.Salesforce, u *settings.User, name string) (value string, held bool) {
	switch name {
	case "$User.FirstName":
		return u.FirstName.Value, true
	case "$User.LastName":
		return u.LastName.Value, true
	case "$User.Name":
		return strings.TrimSpace(u.FirstName.Value + " " + u.LastName.Value), true
	case "$User.Alias":
		return u.Alias.Value, true
	case "$User.Email":
		return u.Email.Value, true
	case "$User.Username":
		return u.Username.Value, true
	case "$User.CommunityNickname":
		return u.Nickname.Value, true
	case "$User.FederationIdentifier":
		return u.FederationID.Value, true
	case "$User.IsActive":
		return strconv.FormatBool(u.Active.Value), true
	case "$User.Id":
		return short(u.ID.Value), u.ID.Set
	case "$UserRole.Name":
		return u.Role.Value, u.Role.Set
	case "$Profile.Name":
		return u.Profile.Value, true
	case "$Organization.Id":
		return s.OrganizationID.Value[:min(15, len(s.OrganizationID.Value))], true
	}
	if own, ok := strings.CutPrefix(name, "$User."); ok {
		return u.Field(own)
	}
	return "", false
}
