package report

import (
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
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
	if l := x.LoggedOut; l != nil {
		word += ", " + leftOf(l)
		if !l.Complete() {
			details = append(details, "The logout: "+prose(l.Reason))
		}
	}
	if v.Inferred != "" && !v.Accepted && !mentioned(l.Results, v.Inferred) {
		details = append(details, "Inferred, not documented: "+prose(v.Inferred))
	}
	return word, details
}

// leftOf says in a few words what became of a logout.
func leftOf(l *saml.LoggedOut) string {
	switch {
	case l.Complete():
		return "logged out on both sides"
	case l.SP && l.IDP:
		return "logged out on both sides, with an error page at the end"
	case l.SP:
		return "logged out at the service provider only"
	case l.IDP:
		return "logged out at the identity provider only"
	}
	return "not logged out"
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

// lost reports whether a login ended without the user being logged in, or could not be
// ended where that was tried.
func lost(l Login) bool {
	x := l.Exchange
	return x != nil && (x.Stop != nil || x.Verdict != nil && !x.Verdict.Accepted || x.LoggedOut != nil && !x.LoggedOut.Complete())
}

// way writes the browser's way and the identity provider's log.
func (t *text) way(l Login) {
	if l.Exchange == nil {
		return
	}
	t.steps(l.Exchange.Steps, l.Exchange.Events)
	if out := l.Exchange.LoggedOut; out != nil {
		t.line("    logout")
		t.steps(out.Steps, out.Events)
	}
}

// steps writes the requests of a browser, and what the identity provider logged.
func (t *text) steps(steps []saml.Step, events []saml.Event) {
	for _, s := range steps {
		status := "no answer"
		switch {
		case s.Status != 0:
			status = fmt.Sprint(s.Status)
		case s.Unrecorded:
			status = "its answer was not recorded"
		}
		t.line("    ", visible(s.Method), " ", shorten(visible(s.URL), t.opt.width()-20), " → ", status)
		if s.Note != "" {
			t.paragraph("      ", "      ", prose(s.Note))
		}
	}
	for _, e := range events {
		t.paragraph("    log: ", "      ", strings.TrimSpace(visible(e.Code)+" "+prose(e.Text)))
	}
}
