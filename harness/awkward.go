package harness

import (
	"context"
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

// An awkward is a user who hurts: how they differ from one of the set-up's own, and how
// their login should end.
type awkward struct {
	name, text string
	want       string
	edit       func(*settings.User)
	roles      string // a formula in place of that of roles; "" for the set-up's own
}

// awkwards are the users that are added, in a fixed order. Those who are named oddly must
// get in with their names unharmed; those who lack what is needed must be refused, and by
// whom is part of it.
var awkwards = []awkward{
	{name: "no first name", text: "First Name is optional in Salesforce; a formula that joins it with the last name then begins with a space.",
		want: report.AwkwardIn, edit: named("", "Agent")},
	{name: "Chinese characters", want: report.AwkwardIn, edit: named("小明", "王")},
	{name: "Cyrillic letters", want: report.AwkwardIn, edit: named("Ольга", "Иванова")},
	{name: "letters from right to left", text: "Arabic first, Hebrew last.", want: report.AwkwardIn, edit: named("مريم", "כהן")},
	{name: "decomposed letters", text: "ë and ń as a letter and a mark, as some systems write them.", want: report.AwkwardIn, edit: named("Zoe\u0308", "Gdan\u0301ska")},
	{name: "quotes", want: report.AwkwardIn, edit: named(`Ada "Countess"`, `O'Neill`)},
	{name: "ampersands", text: "One that stands alone, and one that looks like an entity.", want: report.AwkwardIn, edit: named("R&D", "Smith &amp; Sons &#65;")},
	{name: "angle brackets", text: "Markup that would end the attribute if it were not escaped.", want: report.AwkwardIn, edit: named("<b>Ada</b>", "</saml:AttributeValue><admin/>")},
	{name: "a comment and the end of a CDATA section", want: report.AwkwardIn, edit: named("Ada<!-- -->", "Agent]]>")},
	{name: "emoji", text: "One of several code points, beyond the basic plane.", want: report.AwkwardIn, edit: named("Ada 👩‍💻", "Agent 🎧")},
	{name: "255 characters", text: "Longer than Salesforce's own pages take; names may come from elsewhere.", want: report.AwkwardIn, edit: named("Ada", strings.Repeat("Longname ", 28)+"End")},
	{name: "spaces around the names", want: report.AwkwardIn, edit: named(" Ada ", " Agent ")},
	{name: "an apostrophe and a plus sign in the addresses", want: report.AwkwardIn, edit: func(u *settings.User) {
		u.Username.Value, u.Email.Value = "o'neill+flex@awkward.example", "o'neill+flex@awkward.example"
	}},
	{name: "several roles without spaces", want: report.AwkwardIn, roles: `"agent,supervisor,admin"`},
	{name: "several roles with odd commas", text: "Spaces before commas, an empty one, and one at the end.", want: report.AwkwardIn, roles: `" agent ,, supervisor, "`},
	{name: "roles with semicolons", text: "Flex splits at commas only, so this is one role that it does not know, which is as good as none.", want: report.AwkwardByFlex, roles: `"agent;supervisor"`},
	{name: "no e-mail address", text: "Flex requires email, which Salesforce sends by itself.", want: report.AwkwardByFlex, edit: func(u *settings.User) { u.Email.Value = "" }},
	{name: "not active", want: report.AwkwardBySalesforce, edit: func(u *settings.User) { u.Active.Value = false }},
	{name: "a profile without access to the app", text: "And no permission set.", want: report.AwkwardBySalesforce, edit: func(u *settings.User) {
		u.Profile.Value, u.PermissionSets = "Profile Without Access", nil
	}},
}

// named is an edit of a user's name.
func named(first, last string) func(*settings.User) {
	return func(u *settings.User) { u.FirstName.Value, u.LastName.Value = first, last }
}

// ReplayAwkward replays the set-up's own users as Replay does, and then users that are
// added because they hurt: with names that break what is not escaped, without what is
// needed, without access. Each is logged in once, from Flex unless the options say
// otherwise. Where none of the set-up's own users gets in, none is added.
func ReplayAwkward(ctx context.Context, s *settings.Settings, opt Options) (*report.Awkward, error) {
	base, err := Replay(ctx, s, opt)
	if err != nil {
		return nil, err
	}
	a := &report.Awkward{Report: base}
	model := accepted(base)
	if model == nil {
		a.Skipped = "none was tried, because none of the set-up's own users gets in"
		return a, nil
	}
	for i := range awkwards {
		u, err := tryAwkward(ctx, s, opt, base, model, i)
		if err != nil {
			return nil, fmt.Errorf("the awkward user %q: %w", awkwards[i].name, err)
		}
		if u != nil {
			a.Users = append(a.Users, *u)
		}
	}
	return a, nil
}

// accepted is the first login of a report that the service provider accepted.
func accepted(r *report.Report) *saml.Exchange {
	for _, l := range r.Logins {
		if v := l.Exchange.Verdict; v != nil && v.Accepted {
			return l.Exchange
		}
	}
	return nil
}

// tryAwkward logs one awkward user in; nil where the set-up has nothing to try on.
func tryAwkward(ctx context.Context, s *settings.Settings, opt Options, base *report.Report, model *saml.Exchange, i int) (*report.AwkwardUser, error) {
	c, kind := s.Clone(), &awkwards[i]
	user := userOf(c, model.User, i)
	if kind.edit != nil {
		kind.edit(&user)
	}
	c.Salesforce.Users = []settings.User{user}
	if kind.roles != "" && !retype(c, "roles", kind.roles) {
		return nil, nil
	}
	st, err := newStage(c, opt)
	if err != nil {
		return nil, err
	}
	defer st.close()
	flow := opt.Flow
	if flow == "" {
		flow = saml.FlowSP
	}
	x, err := st.play(ctx, login{user: user.Username.Value, flow: flow})
	if err != nil {
		return nil, err
	}
	results := check.Run(family(opt.checks(check.Flex), "settings/", false), check.NewCase(st.settings, x, st.expect(x, opt)))
	u := &report.AwkwardUser{Name: kind.name, Text: kind.text, Username: user.Username.Value, Want: kind.want}
	end := drilled(x)
	u.Sees = end.Sees
	switch {
	case end.Accepted:
		u.Got = report.AwkwardIn
	case x.Verdict != nil:
		u.Got = report.AwkwardByFlex
	default:
		u.Got = report.AwkwardBySalesforce
	}
	receive(u, x, st.sp.Workers())
	judgeAwkward(u, &user, x, model, s)
	compareResults(u, results, base)
	return u, nil
}

// userOf is a user like one of the set-up's own, under a name of its own.
func userOf(s *settings.Settings, like string, i int) settings.User {
	var u settings.User
	for _, own := range s.Salesforce.Users {
		if own.Username.Value == like {
			u = own
		}
	}
	name := fmt.Sprintf("awkward-%02d", i+1)
	u.FirstName.Value, u.LastName.Value, u.Alias.Value, u.Nickname.Value = "Ada", "Agent", name[:min(len(name), 8)], name
	u.Username.Value, u.Email.Value, u.FederationID.Value = name+"@awkward.example", name+"@awkward.example", name
	return u
}

// retype puts another formula in the place of a custom attribute's; false where there
// is none.
func retype(s *settings.Settings, key, formula string) bool {
	app, found := &s.Salesforce.ConnectedApp, false
	for i := range app.CustomAttributes {
		if app.CustomAttributes[i].Key.Value == key {
			app.CustomAttributes[i].Value.Value, found = formula, true
		}
	}
	return found
}

// receive notes what Flex got: a worker, or else the attributes of the response.
func receive(u *report.AwkwardUser, x *saml.Exchange, workers []mocksp.Worker) {
	if len(workers) > 0 {
		w := workers[len(workers)-1]
		u.FriendlyName, u.ContactURI = w.FriendlyName, w.ContactURI
		for _, at := range w.Attributes {
			a := report.AwkwardAttribute{Name: at.Name}
			switch v := at.Value.(type) {
			case nil:
			case []string:
				a.Values, a.Array = v, true
			case string:
				a.Values = []string{v}
			default:
				a.Values = []string{fmt.Sprint(v)}
			}
			u.Attributes = append(u.Attributes, a)
		}
		return
	}
	u.Attributes = attributesOf(x)
}
