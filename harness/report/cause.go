package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// A Cause is a failure that no other failure explains. One that fails alike in several
// logins is one cause.
type Cause struct {
	Result check.Result
	// Logins are the logins that it fails in, by their index; empty for a cause in the
	// settings.
	Logins []int
}

// A scope is the results that belong together: those of the settings, those of one login
// and of the settings that it was judged under, or those of one file of metadata.
type scope struct {
	login    int // its index; -1 for the settings, less for metadata
	results  []check.Result
	failed   map[string]check.Result // of this part, by id
	settings map[string]check.Result // of the settings, by id
}

// scopes are the parts of the report: the settings, the logins, the metadata.
func (r *Report) scopes() []scope {
	settings := failures(r.SettingsResults)
	all := []scope{{login: -1, results: r.SettingsResults, failed: settings, settings: settings}}
	for i, l := range r.Logins {
		all = append(all, scope{login: i, results: l.Results, failed: failures(l.Results), settings: settings})
	}
	for i, m := range r.Metadata {
		all = append(all, scope{login: -2 - i, results: m.Results, failed: failures(m.Results), settings: settings})
	}
	return all
}

// failures are the failed results by id.
func failures(results []check.Result) map[string]check.Result {
	byID := map[string]check.Result{}
	for _, res := range results {
		if res.Status == check.Fail {
			byID[id(res)] = res
		}
	}
	return byID
}

// find is the failed result with an id, and whether it is one of the settings.
func (s scope) find(name string) (res check.Result, ofSettings, ok bool) {
	if res, ok = s.failed[name]; ok {
		return res, s.login == -1, true
	}
	res, ok = s.settings[name]
	return res, true, ok
}

// roots are the ids of the failures that explain a result and that nothing explains in
// turn, in order; none for a cause.
func (s scope) roots(res check.Result) []string {
	var roots []string
	seen := map[string]bool{id(res): true}
	queue := res.Follows
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		by, _, ok := s.find(name)
		switch {
		case !ok:
		case !slices.ContainsFunc(by.Follows, func(n string) bool { _, _, ok := s.find(n); return ok }):
			roots = append(roots, name)
		default:
			queue = append(slices.Clip(queue), by.Follows...)
		}
	}
	return roots
}

// causes are the failures that nothing explains and that are of a severity or more, or
// that explain one which is.
func (r *Report) causes(from check.Severity) []Cause {
	scopes := r.scopes()
	blamed := map[string]bool{} // by place: the login's index, or -1, and the id
	place := func(login int, name string) string { return fmt.Sprintf("%d %s", login, name) }
	for _, s := range scopes {
		for _, res := range s.results {
			if res.Status != check.Fail || res.Severity < from {
				continue
			}
			roots := s.roots(res)
			if len(roots) == 0 {
				blamed[place(s.login, id(res))] = true
			}
			for _, name := range roots {
				login := s.login
				if _, ofSettings, _ := s.find(name); ofSettings {
					login = -1
				}
				blamed[place(login, name)] = true
			}
		}
	}
	var causes []Cause
	at := map[string]int{}
	for _, s := range scopes {
		for _, res := range s.results {
			if res.Status != check.Fail || !blamed[place(s.login, id(res))] {
				continue
			}
			key := fingerprint(res)
			i, ok := at[key]
			if !ok {
				i = len(causes)
				at[key] = i
				causes = append(causes, Cause{Result: res})
			}
			if s.login >= 0 && !slices.Contains(causes[i].Logins, s.login) {
				causes[i].Logins = append(causes[i].Logins, s.login)
			}
		}
	}
	// What many readers pass over comes after what none does.
	slices.SortStableFunc(causes, func(a, b Cause) int { return formal(a.Result) - formal(b.Result) })
	return causes
}

// formal is 1 for a result of a check of how values are written, and 0 for all others.
func formal(res check.Result) int {
	if res.Check != nil && res.Check.Formal {
		return 1
	}
	return 0
}

// fingerprint is the same for results that say the same.
func fingerprint(res check.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\x00%d", id(res), res.Severity)
	for _, f := range res.Findings {
		fmt.Fprintf(&b, "\x00%q%q%d%d%q%q%q%q%d", f.At, f.File, f.Line, f.Column, f.Got, f.Want, f.From, f.Note, f.Severity)
	}
	return b.String()
}

// id is the id of a result's check.
func id(res check.Result) string {
	if res.Check == nil {
		return "unknown/check"
	}
	return res.Check.ID
}

// title is the title of a result's check.
func title(res check.Result) string {
	if res.Check == nil {
		return ""
	}
	return res.Check.Title
}

// reason says why a result was skipped or broke.
func reason(res check.Result) string {
	if res.Reason == "" && (res.Status == check.Skip || res.Status == check.Broken) {
		return "no reason was given"
	}
	return res.Reason
}

// An effect is what fails because of one failure, over the whole report.
type effect struct {
	ids    []string // of the checks that fail, each once
	logins int      // how many logins they fail in
}

// effects are what follows from each failure of a part, by the id of the failure.
// Those of the settings reach into every login.
func (r *Report) effects(login int) map[string]effect {
	all := map[string]effect{}
	for _, s := range r.scopes() {
		if login >= 0 && s.login != login {
			continue
		}
		counted := map[string]bool{}
		for _, res := range s.results {
			if res.Status != check.Fail {
				continue
			}
			for _, name := range s.roots(res) {
				if _, ofSettings, _ := s.find(name); ofSettings != (login == -1) {
					continue
				}
				e := all[name]
				if !slices.Contains(e.ids, id(res)) {
					e.ids = append(e.ids, id(res))
				}
				if s.login >= 0 && !counted[name] {
					counted[name] = true
					e.logins++
				}
				all[name] = e
			}
		}
	}
	return all
}

// fixOf is how a failed result is mended: as its first finding says, where every finding
// says so, and else as the check says.
func fixOf(res check.Result) check.Fix {
	var fix check.Fix
	if res.Check != nil {
		fix = res.Check.Fix
	}
	for i, f := range res.Findings {
		if f.Fix == nil {
			return fix
		}
		if i == len(res.Findings)-1 {
			return *res.Findings[0].Fix
		}
	}
	return fix
}

// severityWord names a severity.
func severityWord(s check.Severity) string {
	switch s {
	case check.Error:
		return "error"
	case check.Warning:
		return "warning"
	}
	return "note"
}
