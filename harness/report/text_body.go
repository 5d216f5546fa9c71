package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// body writes the failures of a part: causes in full, the most severe first, each with
// what follows from it in the same part, then what follows from elsewhere.
func (t *text) body(s scope) {
	effects := map[string]effect{}
	if s.login == -1 {
		effects = t.r.effects(-1)
	}
	var again []string
	told := map[string]bool{}
	for _, severity := range []check.Severity{check.Error, check.Warning, check.Note} {
		for _, res := range s.results {
			if res.Status != check.Fail || res.Severity != severity || len(s.roots(res)) > 0 {
				continue
			}
			if t.minor(res) {
				t.aside(res)
				continue
			}
			key := fingerprint(res)
			if t.shown[key] && !t.opt.Verbose {
				again = append(again, id(res))
				told[id(res)] = true
				continue
			}
			t.shown[key] = true
			t.failure(res, effects[id(res)])
			told[id(res)] = true
			t.below(s, id(res), told)
		}
	}
	for _, res := range s.results {
		if res.Status == check.Broken {
			t.broken(res)
		}
	}
	t.elsewhere(s, &again, told)
	if len(again) > 0 {
		t.paragraph("    ", "    ", "As above: "+visible(strings.Join(again, ", ")))
	}
	if t.opt.Verbose {
		t.others(s.results)
	}
}

// broken writes a check that broke.
func (t *text) broken(res check.Result) {
	t.paragraph("  "+t.opt.paint("✗ broken", red)+": ", "    ", fmt.Sprintf("%s (%s): %s", prose(title(res)), visible(id(res)), prose(reason(res))))
}

// minor reports whether a failure is only listed at the end: notes are, unless they are
// asked for or decide the verdict.
func (t *text) minor(res check.Result) bool {
	return res.Severity == check.Note && t.opt.failOn() > check.Note && !t.opt.Verbose
}

// aside keeps a note for the list at the end, once for all logins.
func (t *text) aside(res check.Result) {
	if s := fmt.Sprintf("not so: %s (%s)", title(res), id(res)); !slices.Contains(t.notes, s) {
		t.notes = append(t.notes, s)
	}
}

// below writes what follows from a cause in the same part, where it follows from nothing
// that has not been told yet.
func (t *text) below(s scope, cause string, told map[string]bool) {
	for _, res := range s.results {
		roots := s.roots(res)
		if res.Status != check.Fail || told[id(res)] || !slices.Contains(roots, cause) || t.minor(res) ||
			slices.ContainsFunc(roots, func(name string) bool { return !told[name] }) {
			continue
		}
		told[id(res)] = true
		t.consequence(res, roots, cause)
	}
}

// elsewhere writes what follows from failures that another part shows: in full for the
// first login in which it does, later by its id alone.
func (t *text) elsewhere(s scope, again *[]string, told map[string]bool) {
	var known, causes []string // what was told of an earlier login, and why
	for _, res := range s.results {
		roots := s.roots(res)
		switch key := strings.Join(roots, ", ") + " " + id(res); {
		case res.Status != check.Fail || len(roots) == 0 || told[id(res)]:
		case t.minor(res):
			t.aside(res)
		case !t.told[key] || t.opt.Verbose:
			t.told[key] = true
			t.consequence(res, roots, "")
		case slices.ContainsFunc(roots, func(name string) bool { return slices.Contains(*again, name) }):
			*again = append(*again, id(res))
		default:
			known = append(known, id(res))
			for _, name := range roots {
				if !slices.Contains(causes, name) {
					causes = append(causes, name)
				}
			}
		}
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
