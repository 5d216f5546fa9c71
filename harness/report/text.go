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
	word, color := strings.ToUpper(string(s.Verdict)), red
	switch s.Verdict {
	case Pass:
		color = green
	case Partial:
		color = yellow
	}
	var what string
	switch {
	case s.Verdict == Partial:
		what = t.untold()
	case s.Verdict == Pass:
		what = passed(s)
	case len(s.Causes) == 1:
		what = headlineOf(s.Causes[0].Result)
	default:
		what = fmt.Sprintf("%d independent causes", len(s.Causes))
	}
	t.paragraph(t.opt.paint(word, bold, color)+": ", "      ", what, bold)
	if s.Verdict == Pass || s.Verdict == Fail && len(s.Causes) == 1 {
		return
	}
	const most = 12
	for i, c := range s.Causes {
		if i == most {
			t.line(fmt.Sprintf("      and %d more", len(s.Causes)-most))
			break
		}
		t.paragraph(fmt.Sprintf("  %2d. ", i+1), "      ", headlineOf(c.Result))
	}
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
	parts = append(parts, fmt.Sprintf("%s passed", plural(s.Tally.Pass, "check")))
	if n := failureCounts(s.Tally); n != "" {
		parts = append(parts, n)
	}
	return strings.Join(parts, ", ")
}

// headlineOf says of a cause what is wrong and where it is mended.
func headlineOf(res check.Result) string {
	where := visible(id(res))
	if fix := fixOf(res); strings.HasPrefix(id(res), "settings/") && fix.Setting != "" {
		where = prose(string(fix.Side) + ", " + fix.Setting)
	}
	return where + ": " + matter(res)
}

// matter says in short what is wrong.
func matter(res check.Result) string {
	if len(res.Findings) > 0 {
		f := res.Findings[0]
		switch {
		case f.Note != "":
			return prose(f.Note)
		case f.Got != "" && f.Want != "":
			return fmt.Sprintf("got %s, want %s", shorten(quote(f.Got, ""), 60), shorten(quote(f.Want, ""), 60))
		case f.Got != "":
			return "got " + shorten(quote(f.Got, ""), 100)
		}
	}
	return "this does not hold: " + prose(title(res))
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
	if t.opt.Verbose {
		t.way(l)
	}
	t.body(t.r.scopes()[i+1])
}

// outcomeOf says in a word how a login ended, and in sentences what is behind the word.
func outcomeOf(l Login) (word string, details []string) {
	x := l.Exchange
	if x == nil {
		return "", nil
	}
	if s := x.Stop; s != nil {
		details = append(details, "Ended before the service provider could answer: "+prose(s.Reason))
		if s.Event != nil && !strings.Contains(s.Reason, s.Event.Code) {
			details = append(details, fmt.Sprintf("Salesforce logs %s: %s", visible(s.Event.Code), prose(s.Event.Text)))
		}
		return "did not arrive", details
	}
	v := x.Verdict
	if v == nil {
		return "", nil
	}
	word = "accepted"
	if v.Accepted && v.Subject != "" {
		word += " as " + shorten(quote(v.Subject, ""), 60)
	}
	if !v.Accepted {
		word = "refused"
		if v.Code != "" {
			word += " with " + visible(v.Code)
		}
		if v.Text != "" {
			details = append(details, "The user sees: "+prose(v.Text))
		}
	}
	if v.Inferred != "" && (!v.Accepted) {
		details = append(details, "Inferred, not documented: "+prose(v.Inferred))
	}
	return word, details
}

// lost reports whether a login ended without the user being logged in.
func lost(l Login) bool {
	return l.Exchange != nil && (l.Exchange.Stop != nil || l.Exchange.Verdict != nil && !l.Exchange.Verdict.Accepted)
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

// body writes the failures of a part: causes in full, the most severe first, then what
// follows from them.
func (t *text) body(s scope) {
	effects := t.r.effects(s.login)
	var again []string
	for _, severity := range []check.Severity{check.Error, check.Warning, check.Note} {
		for _, res := range s.results {
			if res.Status != check.Fail || res.Severity != severity || len(s.roots(res)) > 0 {
				continue
			}
			if severity == check.Note && t.opt.failOn() > check.Note && !t.opt.Verbose {
				t.aside(res)
				continue
			}
			key := fingerprint(res)
			if t.shown[key] && !t.opt.Verbose {
				again = append(again, id(res))
				continue
			}
			t.shown[key] = true
			t.failure(res, effects[id(res)])
		}
	}
	for _, res := range s.results {
		if res.Status == check.Broken {
			t.paragraph("  "+t.opt.paint("✗ broken", red)+": ", "    ", fmt.Sprintf("%s (%s): %s", prose(title(res)), visible(id(res)), prose(reason(res))))
		}
	}
	if len(again) > 0 {
		t.paragraph("    ", "    ", "As above: "+visible(strings.Join(again, ", ")))
	}
	t.consequences(s)
	if t.opt.Verbose {
		t.others(s.results)
	}
}

// aside keeps a note for the list at the end, once for all logins.
func (t *text) aside(res check.Result) {
	if s := fmt.Sprintf("not so: %s (%s)", title(res), id(res)); !slices.Contains(t.notes, s) {
		t.notes = append(t.notes, s)
	}
}

// consequences writes what fails because of other failures: in full where its cause shows
// it for the first time, later by its id alone.
func (t *text) consequences(s scope) {
	var known []string // what was told of an earlier login
	var causes []string
	for _, res := range s.results {
		roots := s.roots(res)
		if res.Status != check.Fail || len(roots) == 0 {
			continue
		}
		if res.Severity == check.Note && t.opt.failOn() > check.Note && !t.opt.Verbose {
			t.aside(res)
			continue
		}
		of := strings.Join(roots, ", ")
		key := of + " " + id(res)
		if t.told[key] && !t.opt.Verbose {
			known = append(known, id(res))
			for _, name := range roots {
				if !slices.Contains(causes, name) {
					causes = append(causes, name)
				}
			}
			continue
		}
		t.told[key] = true
		t.consequence(res, of)
	}
	if len(known) > 0 {
		t.paragraph("    ", "    ", fmt.Sprintf("Follows from %s as above: %s", visible(strings.Join(causes, ", ")), visible(strings.Join(known, ", "))))
	}
}

// others lists the checks that passed or were skipped.
func (t *text) others(results []check.Result) {
	for _, res := range results {
		switch res.Status {
		case check.Pass:
			t.paragraph("  "+t.opt.paint("✓", green)+" ", "      ", fmt.Sprintf("%s (%s)", prose(title(res)), visible(id(res))))
		case check.Skip:
			t.paragraph("  – ", "      ", fmt.Sprintf("%s (%s): skipped, %s", prose(title(res)), visible(id(res)), prose(reason(res))))
		}
	}
}

// way writes the browser's way and the identity provider's log.
func (t *text) way(l Login) {
	if l.Exchange == nil {
		return
	}
	for _, s := range l.Exchange.Steps {
		status := "no answer"
		if s.Status != 0 {
			status = fmt.Sprint(s.Status)
		}
		t.line("    ", visible(s.Method), " ", shorten(visible(s.URL), t.opt.width()-20), " → ", status)
		if s.Note != "" {
			t.paragraph("      ", "      ", prose(s.Note))
		}
	}
	for _, e := range l.Exchange.Events {
		t.paragraph("    log: ", "      ", strings.TrimSpace(visible(e.Code)+" "+prose(e.Text)))
	}
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
