package check

import (
	"maps"
	"slices"

	"github.com/samlproof/samlproof/harness/saml"
)

// Link fills Follows over results that belong together: of the settings, and of one
// login judged under them. Results of the settings come first.
//
// A failure explains another if the other's check says that it follows it, if it is at
// least as severe, and if it touches that login: what is wrong with one user's settings
// explains nothing of another's. Where an explaining check was skipped or did not run,
// what explains it explains the failure, too; where it passed, it clears its own causes.
func Link(settings, login []Result) {
	l := linker{results: make(map[string]*Result, len(settings)+len(login))}
	for _, list := range [][]Result{settings, login} {
		for i := range list {
			r := &list[i]
			l.results[r.Check.ID] = r
			l.order = append(l.order, r)
		}
	}
	for _, r := range l.order {
		r.Follows = nil
		if r.Status == Fail {
			l.link(r)
		}
	}
}

// A linker holds the results by id and in order.
type linker struct {
	results map[string]*Result
	order   []*Result
}

// link fills Follows of a failure, in the order of the results. It is a consequence if
// each of its most severe findings is one.
func (l *linker) link(r *Result) {
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
			return
		}
		maps.Copy(causes, own)
	}
	for _, c := range l.order {
		if causes[c.Check.ID] {
			r.Follows = append(r.Follows, c.Check.ID)
		}
	}
}

// search marks the failures among these checks that explain r.
func (l *linker) search(r *Result, follows []string, seen, causes map[string]bool) {
	for _, id := range follows {
		for _, before := range All {
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
