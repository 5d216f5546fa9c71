package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// Bounds of what a stream of text shows of one login.
const (
	mostCauses        = 4 // of its causes
	mostCauseFindings = 2 // of one cause's findings
)

// TextStream writes the report for a reader, login by login: a short block for each
// login in which something fails, and at the end the verdict with all causes and how
// many logins each of them touches. How a failure is mended is told where it is first
// met. With opt.Verbose there is a line for every other login, too.
func TextStream(w io.Writer, r *Report, opt Options) (Stream, error) {
	s := &textStream{w: w, totals: newTotals(r, opt)}
	s.text = text{r: r, opt: opt, shown: map[string]bool{}, told: map[string]bool{}}
	if len(r.SettingsResults) > 0 {
		s.text.settings()
		s.text.line()
	}
	return s, s.text.flush(w)
}

type textStream struct {
	w      io.Writer
	text   text
	totals *totals
}

func (s *textStream) Login(l Login) error {
	causes, failing := s.totals.add(l)
	if !failing && !s.text.opt.Verbose {
		return nil
	}
	t := &s.text
	outcome, _ := outcomeOf(l)
	t.heading("Login "+visible(l.Name()), outcome, tally(l.Results), lost(l))
	if !failing {
		return t.flush(s.w)
	}
	var consequences []string
	own := 0
	for _, res := range l.Results {
		switch {
		case res.Status == check.Broken:
			t.broken(res)
		case res.Status != check.Fail || res.Severity < s.totals.failOn:
		case slices.ContainsFunc(causes, func(c Cause) bool { return len(c.Logins) > 0 && id(c.Result) == id(res) }):
			if own++; own <= mostCauses || t.opt.Verbose {
				s.cause(res)
			}
		default:
			consequences = append(consequences, id(res))
		}
	}
	if own > mostCauses && !t.opt.Verbose {
		t.line("  ", fmt.Sprintf("and %s", plural(own-mostCauses, "more cause")))
	}
	if len(consequences) > 0 {
		why := "  So do: "
		if own == 0 {
			why = "  Follows from the settings: "
		}
		t.paragraph(why, "    ", visible(strings.Join(consequences, ", ")))
	}
	for _, listing := range l.Listings {
		t.listing(listing)
	}
	return t.flush(s.w)
}

// cause writes a failure: in full where its check fails for the first time.
func (s *textStream) cause(res check.Result) {
	t := &s.text
	if t.shown[id(res)] {
		if len(res.Findings) > mostCauseFindings && !t.opt.Verbose {
			res.Findings = res.Findings[:mostCauseFindings]
		}
		t.consequence(res, nil, "")
		return
	}
	t.shown[id(res)] = true
	t.failure(res, effect{})
}

func (s *textStream) Close(r *Report) (Summary, error) {
	sum := s.totals.summary(r)
	t := &s.text
	t.r = r
	if s.totals.failing > 0 || t.opt.Verbose {
		t.line()
	}
	t.verdict(sum.Verdict, s.totals.headline(r, sum))
	for i, c := range s.totals.all() {
		t.paragraph(fmt.Sprintf("  %2d. ", i+1), "      ", headlineOf(c.result)+" ("+c.where()+")")
	}
	t.line()
	t.paragraph("", "  ", s.totals.counts())
	t.incomplete()
	var minor []string
	slices.SortStableFunc(s.totals.minor, func(a, b *streamCause) int { return int(b.result.Severity - a.result.Severity) })
	for _, c := range s.totals.minor {
		minor = append(minor, fmt.Sprintf("%s: not so: %s (%s, %s)", severityWord(c.result.Severity), title(c.result), id(c.result), c.where()))
	}
	t.list("Not decisive (samlproof checks ID explains one)", minor)
	t.list("Not checked", r.Unchecked)
	t.list("Read as", r.Decoded)
	t.list("Even a green run does not prove", r.Unproven())
	t.footer()
	return sum, t.flush(s.w)
}

// where tells the logins of a cause.
func (c *streamCause) where() string {
	switch c.logins {
	case 0:
		return "in the settings"
	case 1:
		return "in " + visible(c.first)
	}
	return fmt.Sprintf("in %d logins, the first %s", c.logins, visible(c.first))
}

// headline says in one line what the matter is with all logins.
func (t *totals) headline(r *Report, s Summary) string {
	if s.Verdict == Partial {
		return t.untold(r)
	}
	what := fmt.Sprintf("%d of %s fail", t.failing, plural(t.logins, "login"))
	if t.failing == 0 {
		what = plural(t.logins, "login") + " judged, none fails"
	}
	if n := len(s.Causes); n > 0 {
		what += ", by " + plural(n, "cause")
	}
	return what
}

// counts is how many results there are of each kind.
func (t *totals) counts() string {
	parts := []string{plural(t.logins, "login"), fmt.Sprintf("%d failing", t.failing)}
	for _, p := range []string{
		count(t.accepted, "accepted by the service provider"), count(t.refused, "refused by it"),
		failureCounts(t.tally), count(t.tally.Pass, "passed"), count(t.tally.Skip, "skipped"), count(t.tally.Broken, "broken"),
	} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ") + "."
}

// untold says in short why the report is partial.
func (t *totals) untold(r *Report) string {
	if len(r.Incomplete) == 0 && t.broken != nil {
		r = &Report{SettingsResults: []check.Result{*t.broken}}
	}
	whole := text{r: r}
	return whole.untold()
}
