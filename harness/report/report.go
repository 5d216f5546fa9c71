// Package report shows what the checks found, in the form that a reader or a
// program wants. It judges nothing and drives nothing.
package report

import (
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
)

// A Report is the outcome of judging one set of settings, or one capture, and the
// logins under it.
type Report struct {
	Tool     string        // "samlproof 0.1.0"
	Settings string        // which settings; "" where there are none
	Profile  check.Profile // the rules that were applied
	At       time.Time     // when it was judged; zero where the clock is unknown
	AtSource string

	SettingsResults []check.Result
	Logins          []Login

	// Unchecked says what was not held to anything, as "the audience: give --audience".
	Unchecked []string
	// Decoded says, step by step, how the evidence was recognised and decoded.
	Decoded []string
	// Incomplete says why something could not be told; not empty makes the verdict partial.
	Incomplete []string
}

// A Login is one exchange with its results.
type Login struct {
	Exchange *saml.Exchange
	Results  []check.Result
}

// Verdict is the whole report in one word.
type Verdict string

// The verdicts.
const (
	Pass    Verdict = "pass"    // no failure at or above the severity asked for
	Fail    Verdict = "fail"    // at least one
	Partial Verdict = "partial" // something broke or could not be told
)
