package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// incomplete says what could not be told. A single reason is the headline already.
func (t *text) incomplete() {
	if len(t.r.Incomplete) > 1 {
		t.list("Could not be told", t.r.Incomplete)
	}
}

// list writes a list under a title; nothing where it is empty.
func (t *text) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	t.line()
	t.line(t.opt.paint(title, bold))
	for _, s := range items {
		t.paragraph("  - ", "    ", prose(s))
	}
}

// mostReasons is how many reasons for skipping are told unless all are asked for.
const mostReasons = 6

// skipped sums up what was skipped, by reason, the most frequent first.
func (t *text) skipped() {
	type group struct {
		reason string
		checks int
		logins int
		last   int
	}
	var groups []*group
	byReason := map[string]*group{}
	for _, s := range t.r.scopes() {
		for _, res := range s.results {
			if res.Status != check.Skip {
				continue
			}
			reason := prose(reason(res))
			g := byReason[reason]
			if g == nil {
				g = &group{reason: reason, last: -1}
				byReason[reason] = g
				groups = append(groups, g)
			}
			g.checks++
			if s.login > g.last {
				g.last = s.login
				g.logins++
			}
		}
	}
	if len(groups) == 0 {
		return
	}
	t.line()
	t.line(t.opt.paint("Skipped", bold))
	slices.SortStableFunc(groups, func(a, b *group) int { return b.checks - a.checks })
	rest := 0
	for i, g := range groups {
		if i >= mostReasons && !t.opt.Verbose {
			rest += g.checks
			continue
		}
		s := plural(g.checks, "check")
		if g.logins > 1 {
			s += fmt.Sprintf(" in %d logins", g.logins)
		}
		t.paragraph("  - ", "    ", s+": "+g.reason)
	}
	if rest > 0 {
		t.line(fmt.Sprintf("  - %s for %s, which --verbose lists", plural(rest, "check"), plural(len(groups)-mostReasons, "other reason")))
	}
}

// failureCounts names the failures by severity, as "2 errors, 1 warning".
func failureCounts(n Tally) string {
	var parts []string
	for _, c := range []struct {
		n    int
		noun string
	}{{n.Errors, "error"}, {n.Warnings, "warning"}, {n.Notes, "note"}} {
		if c.n > 0 {
			parts = append(parts, plural(c.n, c.noun))
		}
	}
	return strings.Join(parts, ", ")
}

// count is a number with a word that has no plural; "" for none.
func count(n int, word string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", n, word)
}

// plural is a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
