package report

import (
	"io"
	"slices"

	"github.com/samlproof/samlproof/harness/check"
)

// A Stream writes a report login by login, as they are judged, and holds none of them.
type Stream interface {
	// Login writes the next login.
	Login(Login) error
	// Close writes what can be told at the end only, out of the report as it then is,
	// and sums up the whole. The report has no logins.
	Close(*Report) (Summary, error)
}

// totals sum a report up while its logins pass.
type totals struct {
	failOn   check.Severity
	settings []check.Result

	tally                     Tally
	logins, accepted, refused int
	logouts, loggedOut        int
	failing                   int // logins with a failure at or above the severity asked for
	judged, failed            bool
	broken                    *check.Result // the first one
	blamed                    map[string]bool
	causes                    []*streamCause // of logins, in the order in which they come
	minor                     []*streamCause // failures below the severity asked for, likewise
}

// A streamCause is a failure that no other explains, in however many logins.
type streamCause struct {
	result check.Result // in the first of them
	first  string       // the name of that login
	logins int
}

// newTotals begins with the settings of a report.
func newTotals(r *Report, opt Options) *totals {
	t := &totals{failOn: opt.failOn(), settings: r.SettingsResults, blamed: map[string]bool{}}
	t.results(r.SettingsResults)
	head := Report{SettingsResults: r.SettingsResults}
	for _, c := range head.causes(t.failOn) {
		t.blamed[id(c.Result)] = true
	}
	return t
}

// results counts results.
func (t *totals) results(results []check.Result) {
	t.tally.add(results)
	for i, res := range results {
		switch res.Status {
		case check.Broken:
			if t.broken == nil {
				t.broken = &results[i]
			}
		case check.Fail:
			t.judged = true
			t.failed = t.failed || res.Severity >= t.failOn
		case check.Pass:
			t.judged = true
		}
	}
}

// add counts a login, and answers with the causes of its failures that count, its own
// and those in the settings; none where nothing fails or breaks.
func (t *totals) add(l Login) (causes []Cause, failing bool) {
	t.logins++
	if l.Exchange != nil && l.Exchange.Verdict != nil {
		if l.Exchange.Verdict.Accepted {
			t.accepted++
		} else {
			t.refused++
		}
	}
	if l.Exchange != nil && l.Exchange.LoggedOut != nil {
		t.logouts++
		if l.Exchange.LoggedOut.Complete() {
			t.loggedOut++
		}
	}
	t.results(l.Results)
	for _, res := range l.Results {
		if res.Status == check.Fail && res.Severity < t.failOn {
			t.minor = noted(t.minor, res, l)
		}
	}
	failing = slices.ContainsFunc(l.Results, func(res check.Result) bool {
		return res.Status == check.Broken || res.Status == check.Fail && res.Severity >= t.failOn
	})
	if !failing {
		return nil, false
	}
	t.failing++
	one := Report{SettingsResults: t.settings, Logins: []Login{l}}
	causes = one.causes(t.failOn)
	for _, c := range causes {
		if len(c.Logins) == 0 {
			t.blamed[id(c.Result)] = true
			continue
		}
		t.causes = noted(t.causes, c.Result, l)
	}
	return causes, true
}

// noted counts a failure of a login among others of the same check.
func noted(all []*streamCause, res check.Result, l Login) []*streamCause {
	for _, c := range all {
		if id(c.result) == id(res) {
			c.logins++
			return all
		}
	}
	return append(all, &streamCause{result: res, first: l.Name(), logins: 1})
}

// all are the causes of the whole report, those in the settings first.
func (t *totals) all() []streamCause {
	var all []streamCause
	for _, res := range t.settings {
		if res.Status == check.Fail && t.blamed[id(res)] {
			all = append(all, streamCause{result: res})
		}
	}
	for _, c := range t.causes {
		all = append(all, *c)
	}
	return all
}

// summary is the report in numbers.
func (t *totals) summary(r *Report) Summary {
	s := Summary{Verdict: Pass, Tally: t.tally, Logins: t.logins, Accepted: t.accepted, Refused: t.refused, Logouts: t.logouts, LoggedOut: t.loggedOut}
	switch {
	case t.broken != nil || len(r.Incomplete) > 0 || !t.judged:
		s.Verdict = Partial
	case t.failed:
		s.Verdict = Fail
	}
	for _, c := range t.all() {
		s.Causes = append(s.Causes, Cause{Result: c.result})
	}
	return s
}

// A Redactor masks a report login by login, as Redact masks a whole one: a value has the
// same mask in all of them. Other than there, a login's persons are known from itself
// and from the settings alone.
type Redactor struct {
	names    map[string]string
	personal []string
	settings []check.Result
}

// NewRedactor knows the persons of a report's settings.
func NewRedactor(r *Report) *Redactor {
	return &Redactor{names: map[string]string{}, personal: r.Personal, settings: r.SettingsResults}
}

// mask knows the persons of the settings and those of a login.
func (x *Redactor) mask(l ...Login) *mask {
	m := &mask{needles: map[string][]needle{}, names: x.names}
	m.know(x.personal, x.settings, l)
	return m
}

// Login is a masked copy of a login.
func (x *Redactor) Login(l Login) Login { return x.mask(l).login(l) }

// Report is a masked copy of a report without its logins.
func (x *Redactor) Report(r *Report) *Report {
	c := *r
	c.Logins = nil
	return x.mask().report(&c)
}

// flush writes what was gathered and empties it.
func (t *text) flush(w io.Writer) error {
	_, err := io.WriteString(w, t.b.String())
	t.b.Reset()
	return err
}
