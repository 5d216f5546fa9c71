package check

import "fmt"

// Run judges the case by each check in turn. A check that panics is Broken; the
// others go on. Results come in the order of checks, and those that explain each other
// are linked. Checks of metadata and of logout have results only where there is any.
func Run(checks []*Check, c *Case) []Result {
	n := 0
	for _, ch := range checks {
		if c.concerns(ch) {
			n++
		}
	}
	results, at := make([]Result, n), 0
	for _, ch := range checks {
		if c.concerns(ch) {
			results[at].Check = ch
			at++
		}
	}
	for done := 0; done < n; {
		done += c.judge(results[done:])
	}
	link(c.Exchange, results, results)
	return results
}

// judge fills results in turn up to the first whose check panics, and tells how many it
// filled.
func (c *Case) judge(results []Result) (filled int) {
	defer func() {
		if e := recover(); e != nil {
			r := &results[filled]
			r.Status, r.Reason, r.Findings = Broken, fmt.Sprint(e), nil
			filled++
		}
	}()
	for ; filled < len(results); filled++ {
		results[filled].fill(c)
	}
	return filled
}

// fill judges a case by the result's check.
func (r *Result) fill(c *Case) {
	ch := r.Check
	r.Severity = ch.severity(c.Expect)
	out := ch.Run(c)
	switch {
	case len(out.Findings) > 0:
		r.Status, r.Findings = Fail, out.Findings
		c.whenceAll(r.Findings)
		if c.Expect.Strict && ch.advises() {
			lift(r.Findings)
		}
		r.Severity = worst(out.Findings, r.Severity)
		if c.Expect.Profile == Flex && ch.FlexFix != (Fix{}) {
			ch.fixForFlex(r.Findings)
		}
	case out.Skip != "":
		r.Status, r.Reason = Skip, out.Skip
	default:
		r.Status = Pass
	}
}

// fixForFlex gives findings that are mended where the check says the Flex profile's words.
func (ch *Check) fixForFlex(found []Finding) {
	for i := range found {
		if found[i].Fix == nil {
			found[i].Fix = &ch.FlexFix
		}
	}
}

// SeverityUnder is how much the check matters under a profile.
func (ch *Check) SeverityUnder(p Profile) Severity {
	if s, ok := ch.In[p]; ok {
		return s
	}
	return ch.Severity
}

// severity is how much the check matters to what a login is held to.
func (ch *Check) severity(want *Expect) Severity {
	s := ch.SeverityUnder(want.Profile)
	if want.Strict && s == Warning && ch.advises() {
		return Error
	}
	return s
}

// advises reports whether what a check warns of is what a standard or a profile says
// should be so.
func (ch *Check) advises() bool { return ch.Basis == Normative || ch.Basis == Deploy }

// lift makes findings that are warnings as severe as their check.
func lift(found []Finding) {
	for i := range found {
		if found[i].Severity == Warning {
			found[i].Severity = 0
		}
	}
}

// worst is the severity of the most severe finding, none being above the check's.
func worst(found []Finding, most Severity) Severity {
	var s Severity
	for _, f := range found {
		s = max(s, f.severity(most))
	}
	return s
}

// ForProfile is the checks that apply under a profile, in order.
func ForProfile(checks []*Check, p Profile) []*Check {
	var apply []*Check
	for _, ch := range checks {
		if ch.Profile == "" || ch.Profile == p {
			apply = append(apply, ch)
		}
	}
	return apply
}
