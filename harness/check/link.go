package check

import "github.com/samlproof/samlproof/harness/saml"

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

// link fills Follows of a failure, in the order of the results.
func (l *linker) link(r *Result) {
	causes := map[string]bool{}
	seen := map[string]bool{r.Check.ID: true}
	l.search(r, r.Check, seen, causes)
	for _, c := range l.order {
		if causes[c.Check.ID] {
			r.Follows = append(r.Follows, c.Check.ID)
		}
	}
}

// search marks the failures that explain r, from the checks that ch follows.
func (l *linker) search(r *Result, ch *Check, seen, causes map[string]bool) {
	for _, id := range ch.Follows {
		for _, before := range All {
			if seen[before.ID] || !matches(id, before.ID) {
				continue
			}
			seen[before.ID] = true
			b := l.results[before.ID]
			switch {
			case b == nil || b.Status == Skip || b.Status == Broken:
				l.search(r, before, seen, causes)
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
		s := r.Severity
		if f.Severity != 0 {
			s = min(s, f.Severity)
		}
		most = max(most, s)
	}
	return most >= other.Severity
}

// touches reports whether a finding concerns a login. What is not known may be it.
func (f *Finding) touches(user string, flow saml.Flow) bool {
	return (f.User == "" || user == "" || f.User == user) && (f.Flow == "" || flow == "" || f.Flow == flow)
}
