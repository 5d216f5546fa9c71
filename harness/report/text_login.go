package report

import (
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// outcomeOf says in a word how a login ended, and in sentences what is behind the word.
func outcomeOf(l Login) (word string, details []string) {
	x := l.Exchange
	if x == nil {
		return "", nil
	}
	if s := x.Stop; s != nil {
		details = append(details, "Ended before the service provider could answer: "+prose(s.Reason))
		if s.Event != nil && !strings.Contains(s.Reason, s.Event.Code) {
			details = append(details, fmt.Sprintf("Salesforce logs %s: %s", visible(s.Event.Code), prose(s.Event.Text)))
		}
		return "did not arrive", details
	}
	v := x.Verdict
	if v == nil {
		return "", nil
	}
	word = "accepted"
	if v.Accepted && v.Subject != "" && !strings.Contains(l.Name(), v.Subject) {
		word += " as " + shorten(quote(v.Subject, ""), 60)
	}
	if !v.Accepted {
		word = "refused"
		if v.Code != "" {
			word += " with " + visible(v.Code)
		}
		if v.Text != "" {
			details = append(details, "The user sees: "+prose(v.Text))
		}
	}
	if v.Inferred != "" && !v.Accepted && !mentioned(l.Results, v.Inferred) {
		details = append(details, "Inferred, not documented: "+prose(v.Inferred))
	}
	return word, details
}

// mentioned reports whether a finding says something already.
func mentioned(results []check.Result, s string) bool {
	for _, res := range results {
		for _, f := range res.Findings {
			if strings.Contains(f.Note, s) {
				return true
			}
		}
	}
	return false
}

// lost reports whether a login ended without the user being logged in.
func lost(l Login) bool {
	return l.Exchange != nil && (l.Exchange.Stop != nil || l.Exchange.Verdict != nil && !l.Exchange.Verdict.Accepted)
}

// way writes the browser's way and the identity provider's log.
func (t *text) way(l Login) {
	if l.Exchange == nil {
		return
	}
	for _, s := range l.Exchange.Steps {
		status := "no answer"
		if s.Status != 0 {
			status = fmt.Sprint(s.Status)
		}
		t.line("    ", visible(s.Method), " ", shorten(visible(s.URL), t.opt.width()-20), " → ", status)
		if s.Note != "" {
			t.paragraph("      ", "      ", prose(s.Note))
		}
	}
	for _, e := range l.Exchange.Events {
		t.paragraph("    log: ", "      ", strings.TrimSpace(visible(e.Code)+" "+prose(e.Text)))
	}
}
