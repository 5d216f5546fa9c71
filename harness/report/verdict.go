package report

import "github.com/samlproof/samlproof/harness/check"

// Verdict is the whole report in one word.
type Verdict string

// The verdicts.
const (
	Pass    Verdict = "pass"    // no failure at or above the severity asked for
	Fail    Verdict = "fail"    // at least one
	Partial Verdict = "partial" // something broke or could not be told
)

// Verdict judges the report as a whole. A severity of zero means check.Error. What
// broke, or could not be told, outweighs what failed, and a report in which nothing
// was judged is never a pass.
func (r *Report) Verdict(failOn check.Severity) Verdict {
	failOn = orError(failOn)
	judged, failed := false, false
	for _, res := range r.results() {
		switch res.Status {
		case check.Broken:
			return Partial
		case check.Fail:
			judged = true
			failed = failed || res.Severity >= failOn
		case check.Pass:
			judged = true
		}
	}
	switch {
	case len(r.Incomplete) > 0 || !judged:
		return Partial
	case failed:
		return Fail
	}
	return Pass
}

// results are all results, those of the settings first.
func (r *Report) results() []check.Result {
	all := append([]check.Result(nil), r.SettingsResults...)
	for _, l := range r.Logins {
		all = append(all, l.Results...)
	}
	for _, m := range r.Metadata {
		all = append(all, m.Results...)
	}
	return all
}

// A Tally counts results by their outcome; failures also by severity.
type Tally struct {
	Pass, Fail, Skip, Broken int
	Errors, Warnings, Notes  int
}

// add counts results.
func (t *Tally) add(results []check.Result) {
	for _, res := range results {
		switch res.Status {
		case check.Pass:
			t.Pass++
		case check.Skip:
			t.Skip++
		case check.Broken:
			t.Broken++
		case check.Fail:
			t.Fail++
			switch res.Severity {
			case check.Error:
				t.Errors++
			case check.Warning:
				t.Warnings++
			default:
				t.Notes++
			}
		}
	}
}

// tally counts results.
func tally(results []check.Result) Tally {
	var t Tally
	t.add(results)
	return t
}

// A Summary is the report in numbers, and the causes of its failures.
type Summary struct {
	Verdict Verdict
	Tally   Tally
	// Logins counts the logins; Accepted and Refused those of them that the service
	// provider was asked about.
	Logins, Accepted, Refused int
	// Logouts counts the logins after which a logout was tried, and LoggedOut those of
	// them in which it ended both sessions and came back.
	Logouts, LoggedOut int
	// Causes are the failures at or above the severity asked for that no other failure
	// explains, each once, in the order of the report, but for those about how values are
	// written, which come last.
	Causes []Cause
}

// Summary sums the report up. A severity of zero means check.Error.
func (r *Report) Summary(failOn check.Severity) Summary {
	s := Summary{Verdict: r.Verdict(failOn), Tally: tally(r.results()), Logins: len(r.Logins)}
	for _, l := range r.Logins {
		if l.Exchange == nil || l.Exchange.Verdict == nil {
			continue
		}
		if l.Exchange.Verdict.Accepted {
			s.Accepted++
		} else {
			s.Refused++
		}
		if out := l.Exchange.LoggedOut; out != nil {
			s.Logouts++
			if out.Complete() {
				s.LoggedOut++
			}
		}
	}
	s.Causes = r.causes(orError(failOn))
	return s
}
