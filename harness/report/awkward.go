package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// AwkwardFormat names the layout of the JSON form of a report with awkward users.
const AwkwardFormat = "samlproof.awkward/1"

// Awkward is the report of a set-up's own users, and beside it what became of users that
// were added because they hurt: with odd names, without what is needed, or without access.
type Awkward struct {
	Report *Report
	Users  []AwkwardUser
	// Skipped says why no such user was tried, "" where they were.
	Skipped string
}

// An AwkwardUser is one of the users that were added, and how their login ended.
type AwkwardUser struct {
	Name     string // what is awkward: "no first name"
	Text     string // why that is tried, or what is to be known of it
	Username string
	Want     string   // how the login should end: AwkwardIn, AwkwardByFlex or AwkwardBySalesforce
	Got      string   // how it ended
	Sees     string   // what a user who is refused is shown
	Reasons  []string // why this is not as it should be; none where it is
	Warnings []string // ids of checks that warn of this user and of no other

	// What Flex received: the worker that came of it, or the attributes of the response
	// that Flex refused. Empty where nothing reached Flex.
	FriendlyName, ContactURI string
	Attributes               []AwkwardAttribute
}

// An AwkwardAttribute is one attribute as Flex has it.
type AwkwardAttribute struct {
	Name   string
	Values []string // several where Flex keeps an array
	Array  bool
}

// How a login ends.
const (
	AwkwardIn           = "logged in"
	AwkwardByFlex       = "refused by Flex"
	AwkwardBySalesforce = "refused by Salesforce"
)

// AsExpected tells whether the login ended as it should, with the user's values unharmed.
func (u AwkwardUser) AsExpected() bool { return len(u.Reasons) == 0 }

// Verdict is that of the report of the set-up's own users, unless an awkward user did not
// end as expected, which fails it. Warnings about awkward users never fail: they are what
// such users are tried for. Nothing outweighs what could not be told.
func (a *Awkward) Verdict(failOn check.Severity) Verdict {
	v := a.Report.Verdict(failOn)
	if v != Pass {
		return v
	}
	for _, u := range a.Users {
		if !u.AsExpected() {
			return Fail
		}
	}
	return v
}

// odd are those who did not end as expected.
func (a *Awkward) odd() (n int) {
	for _, u := range a.Users {
		if !u.AsExpected() {
			n++
		}
	}
	return n
}

// Redact is a copy in which the set-up's own users are masked. Those who were added are
// invented, but for fields that they have from one of the own.
func (a *Awkward) Redact() *Awkward {
	c, m := *a, newMask(a.Report)
	c.Report = Redact(a.Report)
	c.Users = slices.Clone(a.Users)
	for i := range c.Users {
		u := &c.Users[i]
		u.Sees, u.Reasons = m.text(u.Sees), m.texts(u.Reasons)
		u.FriendlyName, u.ContactURI = m.text(u.FriendlyName), m.text(u.ContactURI)
		u.Attributes = slices.Clone(u.Attributes)
		for j := range u.Attributes {
			u.Attributes[j].Values = m.texts(u.Attributes[j].Values)
		}
	}
	return &c
}

// AwkwardText writes the report, and after it each awkward user with what Flex received.
func AwkwardText(w io.Writer, a *Awkward, opt Options) error {
	t := &text{r: a.Report, opt: opt}
	switch n := a.odd(); {
	case a.Skipped != "":
		t.paragraph(opt.paint("Awkward users", bold)+": ", "      ", prose(a.Skipped))
	case n > 0:
		t.paragraph(opt.paint("FAIL", bold, red)+": ", "      ", fmt.Sprintf("%d of %s did not end as they should, below; the set-up's own users:", n, plural(len(a.Users), "awkward user")), bold)
	default:
		t.paragraph(opt.paint("PASS", bold, green)+": ", "      ", fmt.Sprintf("%s ended as they should, below; the set-up's own users:", plural(len(a.Users), "awkward user")), bold)
	}
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return err
	}
	if err := Text(w, a.Report, opt); err != nil {
		return err
	}
	t.b.Reset()
	if len(a.Users) > 0 {
		t.line()
		t.line(opt.paint("Awkward users, with what Flex receives", bold))
	}
	for _, u := range a.Users {
		t.line()
		t.awkward(u)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

func (t *text) awkward(u AwkwardUser) {
	mark, color := "✓", green
	if !u.AsExpected() {
		mark, color = "✗", red
	}
	t.paragraph(t.opt.paint(mark, color)+" "+t.opt.paint(prose(u.Name), bold)+": ", "    ", u.Got)
	if u.Text != "" {
		t.paragraph("    ", "    ", prose(u.Text), dim)
	}
	for _, reason := range u.Reasons {
		t.paragraph("    "+t.opt.paint("not as it should be", red)+": ", "      ", prose(reason))
	}
	if u.Sees != "" {
		t.paragraph("    they see: ", "      ", prose(u.Sees))
	}
	const room = 16
	value := func(name, value string) {
		pad := strings.Repeat(" ", max(room-columns(visible(name)), 1))
		t.line("    ", visible(name), pad, shorten(quote(value, "x"), t.opt.width()-room-6))
	}
	if u.FriendlyName != "" {
		value("friendly_name", u.FriendlyName)
	}
	if u.ContactURI != "" {
		value("contact_uri", u.ContactURI)
	}
	for _, at := range u.Attributes {
		if at.Array {
			var list []string
			for _, v := range at.Values {
				list = append(list, `"`+v+`"`)
			}
			value(at.Name, "["+strings.Join(list, ", ")+"]")
			continue
		}
		value(at.Name, strings.Join(at.Values, " · "))
	}
	if len(u.Warnings) > 0 {
		t.paragraph("    warned of: ", "      ", visible(strings.Join(u.Warnings, ", ")), dim)
	}
}

type (
	jsonAwkward struct {
		Schema  string            `json:"schema"`
		Verdict Verdict           `json:"verdict"`
		Skipped string            `json:"skipped"`
		Users   []jsonAwkwardUser `json:"users"`
		Report  jsonReport        `json:"report"`
	}
	jsonAwkwardUser struct {
		Name         string                 `json:"name"`
		Text         string                 `json:"text"`
		Username     string                 `json:"username"`
		AsExpected   bool                   `json:"as_expected"`
		Want         string                 `json:"want"`
		Got          string                 `json:"got"`
		Sees         string                 `json:"sees"`
		Reasons      []string               `json:"reasons"`
		Warnings     []string               `json:"warnings"`
		FriendlyName string                 `json:"friendly_name"`
		ContactURI   string                 `json:"contact_uri"`
		Attributes   []jsonAwkwardAttribute `json:"attributes"`
	}
	jsonAwkwardAttribute struct {
		Name   string   `json:"name"`
		Values []string `json:"values"`
		Array  bool     `json:"array"`
	}
)

// AwkwardJSON writes the same for a program; the report of the set-up's own users is a
// member of the document.
func AwkwardJSON(w io.Writer, a *Awkward, opt Options) error {
	j := jsonAwkward{
		Schema: AwkwardFormat, Verdict: a.Verdict(opt.failOn()), Skipped: a.Skipped,
		Users: []jsonAwkwardUser{}, Report: document(a.Report, opt.failOn()),
	}
	for _, u := range a.Users {
		ju := jsonAwkwardUser{
			Name: u.Name, Text: u.Text, Username: u.Username, AsExpected: u.AsExpected(), Want: u.Want, Got: u.Got, Sees: u.Sees,
			Reasons: full(u.Reasons), Warnings: full(u.Warnings), FriendlyName: u.FriendlyName, ContactURI: u.ContactURI,
			Attributes: []jsonAwkwardAttribute{},
		}
		for _, at := range u.Attributes {
			ju.Attributes = append(ju.Attributes, jsonAwkwardAttribute{at.Name, full(at.Values), at.Array})
		}
		j.Users = append(j.Users, ju)
	}
	return writeJSON(w, j, "the report")
}
