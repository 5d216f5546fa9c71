package check

import (
	"testing"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
)

// A chain of checks for linking: login/c follows request/b, which follows settings/a.
var (
	linkA = &Check{ID: "settings/a", Severity: Error}
	linkB = &Check{ID: "request/b", Severity: Error, Follows: []string{"settings/a"}}
	linkC = &Check{ID: "login/c", Severity: Error, Follows: []string{"request/*", "settings/w"}}
	linkW = &Check{ID: "settings/w", Severity: Warning}
)

func result(ch *Check, status Status, found ...Finding) Result {
	r := Result{Check: ch, Status: status, Severity: ch.Severity, Findings: found}
	if status == Fail {
		if len(found) == 0 {
			r.Findings = []Finding{{}}
		}
		r.Severity = worst(r.Findings, ch.Severity)
	}
	return r
}

func TestLink(t *testing.T) {
	for _, tt := range []struct {
		title    string
		of       *saml.Exchange
		settings []Result
		login    []Result
		want     [][]string // Follows of each result of the login
	}{
		{"a cause", nil, []Result{result(linkA, Pass)}, []Result{result(linkB, Fail), result(linkC, Pass)}, [][]string{nil, nil}},
		{"a chain", nil, []Result{result(linkA, Fail)}, []Result{result(linkB, Fail), result(linkC, Fail)}, [][]string{{"settings/a"}, {"request/b"}}},
		{"what passed clears its causes", nil, []Result{result(linkA, Fail)}, []Result{result(linkB, Pass), result(linkC, Fail)}, [][]string{nil, nil}},
		{"what was skipped is explained through", nil, []Result{result(linkA, Fail)}, []Result{result(linkB, Skip), result(linkC, Fail)}, [][]string{nil, {"settings/a"}}},
		{"what broke is explained through", nil, []Result{result(linkA, Fail)}, []Result{result(linkB, Broken), result(linkC, Fail)}, [][]string{nil, {"settings/a"}}},
		{"a warning explains no error", nil, []Result{result(linkW, Fail)}, []Result{result(linkC, Fail)}, [][]string{nil}},
		{"a warning explains a warning", nil, []Result{result(linkW, Fail)}, []Result{result(linkC, Fail, Finding{Severity: Warning})}, [][]string{{"settings/w"}}},
		{"an error whose findings are warnings explains no error", nil,
			[]Result{result(linkA, Fail, Finding{Severity: Warning})}, []Result{result(linkB, Fail)}, [][]string{nil}},
		{"another user's", &saml.Exchange{User: "ada", Flow: saml.FlowSP}, []Result{result(linkA, Fail, Finding{User: "grace"})}, []Result{result(linkB, Fail)}, [][]string{nil}},
		{"the user's", &saml.Exchange{User: "ada", Flow: saml.FlowSP}, []Result{result(linkA, Fail, Finding{User: "grace"}, Finding{User: "ada"})},
			[]Result{result(linkB, Fail)}, [][]string{{"settings/a"}}},
		{"the user's, though it matters less than another's", &saml.Exchange{User: "ada", Flow: saml.FlowSP},
			[]Result{result(linkA, Fail, Finding{User: "grace"}, Finding{User: "ada", Severity: Warning})},
			[]Result{result(linkB, Fail)}, [][]string{nil}},
		{"of the other flow", &saml.Exchange{User: "ada", Flow: saml.FlowIDP}, []Result{result(linkA, Fail, Finding{Flow: saml.FlowSP})}, []Result{result(linkB, Fail)}, [][]string{nil}},
		{"of a login that is not known", nil, []Result{result(linkA, Fail, Finding{User: "ada", Flow: saml.FlowSP})}, []Result{result(linkB, Fail)}, [][]string{{"settings/a"}}},
		{"a finding that follows less than its check", nil, []Result{result(linkA, Fail)},
			[]Result{result(linkB, Fail, Finding{Follows: []string{}})}, [][]string{nil}},
		{"a finding that follows something, and one that does not", nil, []Result{result(linkA, Fail)},
			[]Result{result(linkB, Fail, Finding{}, Finding{Follows: []string{}})}, [][]string{nil}},
		{"a lesser finding that follows nothing", nil, []Result{result(linkA, Fail)},
			[]Result{result(linkB, Fail, Finding{}, Finding{Follows: []string{}, Severity: Note})}, [][]string{{"settings/a"}}},
	} {
		t.Run(tt.title, func(t *testing.T) {
			Link(tt.of, tt.settings, tt.login)
			for i, r := range tt.login {
				assert.Equal(t, tt.want[i], r.Follows, r.Check.ID)
			}
			for _, r := range tt.settings {
				assert.Nil(t, r.Follows)
			}
		})
	}
}

// A login is linked anew, whatever it was linked with before.
func TestLinkAgain(t *testing.T) {
	login := []Result{result(linkB, Fail)}
	Link(nil, []Result{result(linkA, Fail)}, login)
	assert.Equal(t, []string{"settings/a"}, login[0].Follows)
	Link(nil, nil, login)
	assert.Nil(t, login[0].Follows)
}

func TestLinkCycle(t *testing.T) {
	a := &Check{ID: "x/a", Severity: Error, Follows: []string{"x/b"}}
	b := &Check{ID: "x/b", Severity: Error, Follows: []string{"x/a"}}
	results := []Result{result(a, Fail), result(b, Skip)}
	Link(nil, nil, results)
	assert.Nil(t, results[0].Follows)
}
