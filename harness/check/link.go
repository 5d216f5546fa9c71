package check

import (
	"cmp"
	"slices"
	"sync"

	"github.com/samlproof/samlproof/harness/saml"
)

// Link fills Follows of a login's results with what explains them, in the results of the
// settings that it was judged under as well as in its own. It changes nothing of the
// settings' results: Run has linked those among themselves. The exchange says whose
// login it is; nil is nobody's.
//
// A failure explains another if the other's check says that it follows it, if it is at
// least as severe, and if it touches that login: what is wrong with one user's settings
// explains nothing of another's. Where an explaining check was skipped or did not run,
// what explains it explains the failure, too; where it passed, it clears its own causes.
func Link(x *saml.Exchange, settings, login []Result) {
	link(x, login, settings, login)
}

// link fills Follows of the results of a login over these lists, of which they are one.
func link(x *saml.Exchange, results []Result, lists ...[]Result) {
	some := false
	for i := range results {
		some = some || results[i].mayFollow()
	}
	if !some {
		return
	}
	l := linker{graph: allGraph()}
	if x != nil {
		l.user, l.flow = x.User, x.Flow
	}
	if !l.place(lists) {
		l.graph = graphOf(lists)
		l.place(lists)
	}
	for i := range results {
		if r := &results[i]; r.Status == Fail {
			r.Follows = l.causes(r)
		}
	}
}

// place puts the results where their checks stand in the graph; false where one of them
// is no check of the graph. Lists in the graph's order are placed in one pass.
func (l *linker) place(lists [][]Result) bool {
	l.results = make([]*Result, len(l.graph.checks))
	for _, list := range lists {
		at := 0
		for i := range list {
			ch := list[i].Check
			for at < len(l.graph.checks) && l.graph.checks[at] != ch {
				at++
			}
			if at == len(l.graph.checks) {
				var ok bool
				if at, ok = l.graph.at[ch.ID]; !ok || l.graph.checks[at] != ch {
					return false
				}
			}
			l.results[at] = &list[i]
		}
	}
	return true
}

// A graph is checks in order, with which of them each one follows.
type graph struct {
	checks  []*Check
	at      map[string]int // by id
	follows [][]int
}

// allGraph is the graph of the catalogue, made once.
var allGraph = sync.OnceValue(func() *graph { return newGraph(All) })

// graphOf is a graph of the checks of some results, and of the catalogue's others.
func graphOf(lists [][]Result) *graph {
	var checks []*Check
	given := map[string]bool{}
	for _, list := range lists {
		for i := range list {
			checks = append(checks, list[i].Check)
			given[list[i].Check.ID] = true
		}
	}
	for _, ch := range All {
		if !given[ch.ID] {
			checks = append(checks, ch)
		}
	}
	return newGraph(checks)
}

func newGraph(checks []*Check) *graph {
	g := &graph{checks: checks, at: make(map[string]int, len(checks)), follows: make([][]int, len(checks))}
	for i, ch := range checks {
		g.at[ch.ID] = i
	}
	for i, ch := range checks {
		g.follows[i] = g.resolve(ch.Follows)
	}
	return g
}

// resolve is where the checks stand that ids and patterns name, in the order in which
// they are named.
func (g *graph) resolve(follows []string) (list []int) {
	for _, id := range follows {
		if at, ok := g.at[id]; ok {
			list = append(list, at)
			continue
		}
		for at, ch := range g.checks {
			if matches(id, ch.ID) {
				list = append(list, at)
			}
		}
	}
	return list
}

// A linker holds results where their checks stand in the graph.
type linker struct {
	graph   *graph
	results []*Result
	user    string // whose login it is; "" where that is not known
	flow    saml.Flow
	marks   []bool // room for searches
}

// causes are the ids of the failures that explain a failure, in the order of the
// results. It is a consequence if each of its most severe findings is one.
func (l *linker) causes(r *Result) (ids []string) {
	self := l.graph.at[r.Check.ID]
	n := len(l.results)
	if l.marks == nil {
		l.marks = make([]bool, 2*n)
	}
	seen, causes := l.marks[:n], l.marks[n:]
	clear(causes)
	var searched []effect
	for _, f := range r.Findings {
		if f.severity(r.Severity) < r.Severity {
			continue
		}
		follows := l.graph.follows[self]
		if f.Follows != nil {
			follows = l.graph.resolve(f.Follows)
		}
		if f.Also != nil {
			follows = append(slices.Clip(follows), l.graph.resolve(f.Also)...)
		}
		e := effect{follows: follows, signature: r.Check.Family() == "signature", severity: r.Severity, user: cmp.Or(l.user, f.User), flow: cmp.Or(l.flow, f.Flow)}
		if slices.ContainsFunc(searched, e.same) {
			continue
		}
		searched = append(searched, e)
		clear(seen)
		seen[self] = true
		if !l.search(e, follows, seen, causes) {
			return nil
		}
	}
	for at, is := range causes {
		if is {
			ids = append(ids, l.graph.checks[at].ID)
		}
	}
	return ids
}

// An effect is what of a finding decides what explains it.
type effect struct {
	follows   []int
	signature bool // it is one of a signature
	severity  Severity
	user      string // "" for every one
	flow      saml.Flow
}

func (e effect) same(other effect) bool {
	return e.user == other.user && e.flow == other.flow && slices.Equal(e.follows, other.follows)
}

// search marks the failures among these checks that explain an effect, and tells
// whether there are any.
func (l *linker) search(e effect, follows []int, seen, causes []bool) (some bool) {
	for _, at := range follows {
		if seen[at] {
			continue
		}
		seen[at] = true
		b := l.results[at]
		switch {
		case b == nil || b.Status == Skip || b.Status == Broken:
			some = l.search(e, l.graph.follows[at], seen, causes) || some
		case b.Status == Fail && b.explains(e):
			causes[at] = true
			some = true
		}
	}
	return some
}

// mayFollow reports whether a result is a failure that another might explain.
func (r *Result) mayFollow() bool {
	if r.Status != Fail {
		return false
	}
	if len(r.Check.Follows) > 0 {
		return true
	}
	for i := range r.Findings {
		if f := &r.Findings[i]; len(f.Follows)+len(f.Also) > 0 {
			return true
		}
	}
	return false
}

// explains reports whether a failure is as severe as an effect and touches its login.
func (r *Result) explains(e effect) bool {
	most := Severity(0)
	for _, f := range r.Findings {
		if f.touches(e.user, e.flow) && (e.signature || !f.Apart) {
			most = max(most, f.severity(r.Severity))
		}
	}
	return most >= e.severity
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
