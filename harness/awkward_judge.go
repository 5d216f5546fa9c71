package harness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// codeMissing is Flex's code for a login without full_name, email or roles.
const codeMissing = "45050"

// judgeAwkward says in what an awkward user's login is not as it should be: it ends
// otherwise, or Flex got something else than what the user's fields hold. What is expected
// of full_name is taken from the login of the set-up's own user: where that one's full_name
// holds both names, everybody's must.
func judgeAwkward(u *report.AwkwardUser, user *settings.User, x, model *saml.Exchange, s *settings.Settings) {
	wrong := func(format string, args ...any) { u.Reasons = append(u.Reasons, fmt.Sprintf(format, args...)) }
	if u.Got == report.AwkwardIn && user.Email.Value == "" && valueOf(u.Attributes, "email") != "" {
		u.Want = report.AwkwardIn // the app supplies an e-mail address of its own
	}
	switch {
	case u.Got != u.Want:
		wrong("this user should be %s", u.Want)
		return
	case u.Got == report.AwkwardBySalesforce && x.Response != nil:
		wrong("Salesforce issued a response all the same")
	case u.Got == report.AwkwardByFlex && x.Verdict.Code != codeMissing:
		wrong("Flex should answer %s, and answers %s", codeMissing, x.Verdict.Code)
	}
	if u.Got != report.AwkwardIn {
		return
	}
	same := func(what, got, want string) {
		if got != want {
			wrong("%s is %q, and the user's is %q", what, got, want)
		}
	}
	if user.Email.Value != "" {
		same("email", valueOf(u.Attributes, "email"), user.Email.Value)
	}
	switch s.Salesforce.ConnectedApp.SubjectType.Value {
	case settings.SubjectUsername:
		same("the NameID", u.FriendlyName, user.Username.Value)
	case settings.SubjectFederationID:
		same("the NameID", u.FriendlyName, user.FederationID.Value)
	}
	own := userNamed(s, model.User)
	full := valueOf(attributesOf(model), "full_name")
	if own == nil || !holds(full, own.FirstName.Value) || !holds(full, own.LastName.Value) {
		return
	}
	got := valueOf(u.Attributes, "full_name")
	for _, part := range []string{user.FirstName.Value, user.LastName.Value} {
		if !strings.Contains(got, part) {
			wrong("full_name is %q, without %q", got, part)
		}
	}
}

func holds(full, part string) bool { return part != "" && strings.Contains(full, part) }

func userNamed(s *settings.Settings, name string) *settings.User {
	for i := range s.Salesforce.Users {
		if u := &s.Salesforce.Users[i]; u.Username.Value == name {
			return u
		}
	}
	return nil
}

// compareResults notes what the checks find of an awkward user and of none of the
// set-up's own: an error in a login that should succeed counts against it, a warning is
// told.
func compareResults(u *report.AwkwardUser, results []check.Result, base *report.Report) {
	var known []string
	for _, l := range base.Logins {
		for _, r := range l.Results {
			if r.Status == check.Fail {
				known = append(known, r.Check.ID)
			}
		}
	}
	for _, r := range results {
		id := r.Check.ID
		switch {
		case r.Status == check.Broken:
			u.Reasons = append(u.Reasons, "the check "+id+" broke: "+r.Reason)
		case r.Status != check.Fail || slices.Contains(known, id):
		case r.Severity == check.Error && u.Want == report.AwkwardIn:
			text := id
			if f := r.Findings[0]; f.Note != "" {
				text += ": " + f.Note
			} else if f.Got != "" {
				text += ": got " + f.Got
			}
			u.Reasons = append(u.Reasons, text)
		case r.Severity == check.Warning:
			u.Warnings = append(u.Warnings, id)
		}
	}
}

// attributesOf are the attributes of a login's response, none where it cannot be read.
func attributesOf(x *saml.Exchange) []report.AwkwardAttribute {
	if x.Response == nil {
		return nil
	}
	doc, err := saml.Parse(x.Response.XML, saml.Limits{})
	if err != nil {
		return nil
	}
	r := saml.ReadResponse(doc)
	if r == nil || len(r.Assertions) == 0 {
		return nil
	}
	var all []report.AwkwardAttribute
	for _, at := range r.Assertions[0].Attributes {
		a := report.AwkwardAttribute{Name: at.Name, Array: len(at.Values) > 1}
		for _, v := range at.Values {
			a.Values = append(a.Values, v.Text())
		}
		all = append(all, a)
	}
	return all
}

// valueOf is an attribute's value where it is a single one.
func valueOf(all []report.AwkwardAttribute, name string) string {
	for _, a := range all {
		if a.Name == name && !a.Array && len(a.Values) == 1 {
			return a.Values[0]
		}
	}
	return ""
}
