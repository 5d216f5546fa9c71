package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
)

// Text writes the report for a reader at a terminal: the cause first, with the console
// and the field to change, then the settings, then login by login. Every string of
// theirs is escaped, so that no message can act on the terminal.
func Text(w io.Writer, r *Report, opt Options) error {
	t := &text{r: r, opt: opt, shown: map[string]bool{}, told: map[string]bool{}}
	t.headline()
	if len(r.SettingsResults) > 0 {
		t.part(t.settings)
	}
	for i := range r.Logins {
		t.part(func() { t.login(i) })
	}
	for i := range r.Metadata {
		t.part(func() { t.metadata(i) })
	}
	t.incomplete()
	t.list("Notes (--verbose shows them, samlproof checks ID explains one)", t.notes)
	t.skipped()
	t.list("Not checked", r.Unchecked)
	t.list("Read as", r.Decoded)
	t.list("Even a green run does not prove", r.Unproven())
	t.footer()
	_, err := io.WriteString(w, t.b.String())
	return err
}

// text is a report while it is written.
type text struct {
	r     *Report
	opt   Options
	b     strings.Builder
	shown map[string]bool // results that were shown in full, by what they say
	told  map[string]bool // consequences that were shown in full, by their cause and id
	notes []string        // checks that fail as notes, which are listed at the end
	short bool            // the part before was a single line
}

// line writes one line.
func (t *text) line(parts ...string) {
	t.b.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	t.b.WriteByte('\n')
}

// paragraph writes prose with a first indent and one for the lines that follow.
func (t *text) paragraph(first, rest, s string, with ...paint) {
	for i, l := range wrap(s, t.opt.width()-columns(first), t.opt.width()-columns(rest)) {
		indent := rest
		if i == 0 {
			indent = first
		}
		t.line(indent, t.opt.paint(l, with...))
	}
}

// headline says in one line what the matter is, and where to change it.
func (t *text) headline() {
	s := t.r.Summary(t.opt.FailOn)
	var what string
	switch {
	case s.Verdict == Partial:
		what = t.untold()
	case s.Verdict == Pass:
		what = passed(s)
	case len(s.Causes) == 1:
		what = t.r.headlineOf(s.Causes[0])
	default:
		what = fmt.Sprintf("%d independent causes", len(s.Causes))
	}
	t.verdict(s.Verdict, what)
	if s.Verdict == Pass || s.Verdict == Fail && len(s.Causes) == 1 {
		return
	}
	const most = 12
	for i, c := range s.Causes {
		if i == most {
			t.line(fmt.Sprintf("      and %d more", len(s.Causes)-most))
			break
		}
		t.paragraph(fmt.Sprintf("  %2d. ", i+1), "      ", t.r.headlineOf(c))
	}
}

// verdict writes the verdict and what the matter is.
func (t *text) verdict(v Verdict, what string) {
	color := red
	switch v {
	case Pass:
		color = green
	case Partial:
		color = yellow
	}
	t.paragraph(t.opt.paint(strings.ToUpper(string(v)), bold, color)+": ", "      ", what, bold)
}

// untold says in short why a report is partial.
func (t *text) untold() string {
	if len(t.r.Incomplete) > 0 {
		return prose(t.r.Incomplete[0])
	}
	for _, res := range t.r.results() {
		if res.Status == check.Broken {
			return fmt.Sprintf("the check %s broke: %s", visible(id(res)), prose(reason(res)))
		}
	}
	return "nothing was judged, so nothing can be told"
}

// passed says in short what passed.
func passed(s Summary) string {
	var parts []string
	if s.Accepted > 0 {
		parts = append(parts, fmt.Sprintf("%s accepted", plural(s.Accepted, "login")))
	}
	if s.LoggedOut > 0 {
		parts = append(parts, fmt.Sprintf("%s ended on both sides", plural(s.LoggedOut, "logout")))
	}
	parts = append(parts, fmt.Sprintf("%s passed", plural(s.Tally.Pass, "check")))
	if n := failureCounts(s.Tally); n != "" {
		parts = append(parts, n)
	}
	return strings.Join(parts, ", ")
}

// headlineOf says of a cause what is wrong and where it is mended, and in which login
// where others do not have it.
func (r *Report) headlineOf(c Cause) string {
	what := headlineOf(c.Result)
	if signs := r.signs(c); signs != "" {
		what = visible(id(c.Result)) + ": something was changed after signing, which may be what " + signs + "; " + matter(c.Result)
	}
	switch n := len(c.Logins); {
	case n == 0 || n == len(r.Logins):
		return what
	case n == 1:
		return visible(r.Logins[c.Logins[0]].Name()) + ": " + what
	default:
		return fmt.Sprintf("%s (in %d of %d logins)", what, n, len(r.Logins))
	}
}

// signs are what a cause explains that may tell what it cannot tell itself: the most
// severe failures about what the message says.
func (r *Report) signs(c Cause) string {
	if len(c.Result.Findings) == 0 || !c.Result.Findings[0].Untold || len(c.Logins) == 0 {
		return ""
	}
	s := r.scopes()[1+c.Logins[0]]
	var list []check.Result
	for _, res := range s.results {
		if res.Status == check.Fail && aboutContent(res) && slices.Contains(s.roots(res), id(c.Result)) {
			list = append(list, res)
		}
	}
	slices.SortStableFunc(list, func(a, b check.Result) int { return int(b.Severity) - int(a.Severity) })
	var parts []string
	const most = 2
	for i, res := range list {
		if i == most || res.Severity < list[0].Severity {
			break
		}
		parts = append(parts, headlineOf(res))
	}
	if len(parts) == 0 {
		return ""
	}
	return "shows in " + strings.Join(parts, ", and in ")
}

// aboutContent tells that a check is about what a message says, not about how it is written or
// signed.
func aboutContent(res check.Result) bool {
	if id(res) == "subject/window-inside" { // valid messages are off by milliseconds as well
		return false
	}
	switch res.Check.Family() {
	case "response", "assertion", "subject", "conditions", "authentication", "attributes":
		return res.Severity > check.Note || res.Check.Severity > check.Note
	}
	return id(res) == "xml/type"
}

// headlineOf says of a failure what is wrong and where it is mended.
func headlineOf(res check.Result) string {
	where := visible(id(res))
	named := strings.HasPrefix(id(res), "settings/") || strings.HasPrefix(id(res), "probe/metadata-")
	if fix := fixOf(res); named && fix.Setting != "" {
		where = prose(string(fix.Side) + ", " + fix.Setting)
	}
	return where + ": " + matter(res)
}

// matter says in short what is wrong.
func matter(res check.Result) string {
	if len(res.Findings) > 0 {
		return matterOf(res.Findings[0], title(res))
	}
	return "this does not hold: " + prose(title(res))
}

// matterOf says in short what is wrong by one finding of a check with this title.
func matterOf(f check.Finding, title string) string {
	terse := 30 // a note of fewer characters does not do without the values
	values := ""
	switch {
	case f.Got != "" && f.Want != "":
		values = fmt.Sprintf("got %s, want %s", shorten(quote(f.Got, ""), 60), shorten(quote(f.Want, ""), 60))
	case f.Want != "" && f.Note != "":
		terse, values = 60, "want "+shorten(quote(f.Want, ""), 60)
	case f.Want != "":
		values = "got nothing, want " + shorten(quote(f.Want, ""), 60)
	case f.Got != "":
		values = "got " + shorten(quote(f.Got, ""), 100)
	}
	switch {
	case f.Note != "" && values != "" && len(f.Note) < terse:
		return prose(f.Note) + ": " + values
	case f.Note != "":
		return prose(f.Note)
	case values != "":
		return values
	}
	return "this does not hold: " + prose(title)
}

// part writes a part, set off by an empty line unless it and the one before are single
// lines.
func (t *text) part(write func()) {
	before := t.b.String()
	t.b.Reset()
	write()
	part := t.b.String()
	short := strings.Count(part, "\n") == 1
	t.b.Reset()
	t.b.WriteString(before)
	if !short || !t.short {
		t.line()
	}
	t.b.WriteString(part)
	t.short = short
}

// settings writes the part on the settings.
func (t *text) settings() {
	n := tally(t.r.SettingsResults)
	name := "Settings"
	if t.r.Settings != "" {
		name += " " + visible(t.r.Settings)
	}
	t.heading(name, "", n, false)
	t.body(t.r.scopes()[0])
}

// login writes the part on one login.
func (t *text) login(i int) {
	l := t.r.Logins[i]
	n := tally(l.Results)
	outcome, details := outcomeOf(l)
	t.heading("Login "+visible(l.Name()), outcome, n, lost(l))
	for _, d := range details {
		t.paragraph("    ", "    ", d)
	}
	if len(l.HeldTo) > 0 {
		t.paragraph("    ", "    ", "Held to the metadata of "+prose(strings.Join(l.HeldTo, " and ")))
	}
	if t.opt.Verbose {
		t.way(l)
	}
	t.body(t.r.scopes()[i+1])
	for _, listing := range l.Listings {
		t.listing(listing)
	}
}

// metadata writes the part on one file of metadata.
func (t *text) metadata(i int) {
	m := t.r.Metadata[i]
	t.heading("Metadata "+visible(m.Name), "", tally(m.Results), false)
	t.body(t.r.scopes()[1+len(t.r.Logins)+i])
}

// heading writes the first line of a part, with its counts.
func (t *text) heading(name, outcome string, n Tally, lost bool) {
	mark, color := "✓", green
	switch {
	case n.Errors > 0 || n.Broken > 0 || lost:
		mark, color = "✗", red
	case n.Warnings > 0:
		mark, color = "!", yellow
	}
	var parts []string
	for _, p := range []string{outcome, failureCounts(n), count(n.Pass, "passed"), count(n.Skip, "skipped"), count(n.Broken, "broken")} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	t.paragraph(t.opt.paint(mark, color)+" "+t.opt.paint(name, bold)+": ", "    ", strings.Join(parts, ", "))
}

// footer says what judged what, when.
func (t *text) footer() {
	parts := []string{t.r.Tool}
	if t.r.Profile != "" {
		parts = append(parts, "profile "+string(t.r.Profile))
	}
	if !t.r.At.IsZero() {
		at := "at " + t.r.At.UTC().Format(time.RFC3339)
		if t.r.AtSource != "" {
			at += " (" + t.r.AtSource + ")"
		}
		parts = append(parts, at)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	t.line()
	t.paragraph("", "", visible(strings.Join(parts, ", ")), dim)
}
