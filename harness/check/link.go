package check

import (
	"maps"
	"slices"

	"github.com/samlproof/samlproof/harness/saml"
)

// Link fills Follows of a login's results with what explains them, in the results of the
// settings that it was judged under as well as in its own. It changes nothing of the
// settings' results: Run has linked those among themselves.
//
// A failure explains another if the other's check says that it follows it, if it is at
// least as severe, and if it touches that login: what is wrong with one user's settings
// explains nothing of another's. Where an explaining check was skipped or did not run,
// what explains it explains the failure, too; where it passed, it clears its own causes.
func Link(settings, login []Result) {
	link(login, settings, login)
}

// link fills Follows of results over these lists, of which they are one.
func link(results []Result, lists ...[]Result) {
	l := linker{results: map[string]*Result{}}
	for _, list := range lists {
		for i := range list {
			r := &list[i]
			l.results[r.Check.ID] = r
			l.order = append(l.order, r)
		}
	}
	for _, r := range l.order {
		l.checks = append(l.checks, r.Check)
	}
	for _, ch := range All {
		if l.results[ch.ID] == nil {
			l.checks = append(l.checks, ch)
		}
	}
	for i := range results {
		if r := &results[i]; r.Status == Fail {
			r.Follows = l.causes(r)
		}
	}
}

// A linker holds the results by id and in order, and the checks of those and all others.
type linker struct {
	results map[string]*Result
	order   []*Result
	checks  []*Check
}

// causes are the ids of the failures that explain a failure, in the order of the
// results. It is a consequence if each of its most severe findings is one.
func (l *linker) causes(r *Result) (ids []string) {
	causes := map[string]bool{}
	searched := [][]string{}
	for _, f := range r.Findings {
		if f.severity(r.Severity) < r.Severity {
			continue
		}
		follows := f.Follows
		if follows == nil {
			follows = r.Check.Follows
		}
		if slices.ContainsFunc(searched, func(before []string) bool { return slices.Equal(before, follows) }) {
			continue
		}
		searched = append(searched, follows)
		own := map[string]bool{}
		l.search(r, follows, map[string]bool{r.Check.ID: true}, own)
		if len(own) == 0 {
			return nil
		}
		maps.Copy(causes, own)
	}
	for _, c := range l.order {
		if causes[c.Check.ID] {
			ids = append(ids, c.Check.ID)
		}
	}
	return ids
}

// search marks the failures among these checks that explain r.
func (l *linker) search(r *Result, follows []string, seen, causes map[string]bool) {
	for _, id := range follows {
		for _, before := range l.checks {
			if seen[before.ID] || !matches(id, before.ID) {
				continue
			}
			seen[before.ID] = true
			b := l.results[before.ID]
			switch {
			case b == nil || b.Status == Skip || b.Status == Broken:
				l.search(r, before.Follows, seen, causes)
			case b.Status == Fail && b.explains(r):
				causes[before.ID] = true
			}
		}
	}
}

// explains reports whether a failure is as severe as another and touches its login.
func (r *Result) explains(other *Result) bool {
	most := Severity(0)
	for _, f := range r.Findings {
		if !f.touches(other.User, other.Flow) {
			continue
		}
		most = max(most, f.severity(r.Severity))
	}
	return most >= other.Severity
}

// touches reports whether a finding concerns a login. What is not known may be it.
func (f *Finding) touches(user string, flow saml.Flow) bool {
	return (f.User == "" || user == "" || f.User == user) && (f.Flow == "" || flow == "" || f.Flow == flow)
}

// severity is that of a finding, which is at most its check's.
func (f *Finding) severity(most Severity) Severity {
	if f.Severity == 0 {
		return most
	}
	return min(f.Severity, most)
}
