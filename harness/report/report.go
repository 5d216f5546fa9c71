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
	// Replayed tells that the mocks made the logins; otherwise somebody else did and
	// they were captured. What a green run proves depends on it.
	Replayed bool
	// Probed tells that real hosts were looked at, without a login.
	Probed bool

	SettingsResults []check.Result
	Logins          []Login
	Metadata        []Metadata

	// Unchecked says what was not held to anything, as "the audience: give --audience".
	Unchecked []string
	// Decoded says, step by step, how the evidence was recognised and decoded.
	Decoded []string
	// Incomplete says why something could not be told; not empty makes the verdict partial.
	Incomplete []string

	// Personal are values that tell of persons, as Personal finds them in settings.
	// No format shows them; Redact masks them wherever they occur.
	Personal []string
}

// A Login is one exchange with its results.
type Login struct {
	Exchange *saml.Exchange
	Results  []check.Result
	// HeldTo names the entities of metadata that the login is held to, each with its place.
	HeldTo []string
	// Listings are the decoded messages with the findings beside them, where they are
	// asked for.
	Listings []Listing
}

// Metadata is one file of metadata with its results.
type Metadata struct {
	Name    string // of the file
	Results []check.Result
}

// Name is what the report calls a login: the name of its exchange, else the user and
// the flow, as far as they are known.
func (l Login) Name() string {
	x := l.Exchange
	switch {
	case x == nil:
		return "login"
	case x.Name != "":
		return x.Name
	}
	name := x.User
	if name == "" {
		name = "login"
	}
	if flow := flowWords(x.Flow); flow != "" {
		name += ", " + flow
	}
	return name
}

// flowWords names a flow for people.
func flowWords(f saml.Flow) string {
	switch f {
	case saml.FlowSP:
		return "SP-initiated"
	case saml.FlowIDP:
		return "IdP-initiated"
	}
	return ""
}

// Options are how a report is shown. The zero value works for every format.
type Options struct {
	Color   bool           // colour and weight by ANSI escapes, for terminals
	Width   int            // of the terminal in columns; default 100
	FailOn  check.Severity // the least severity that fails the report; default check.Error
	Verbose bool           // every check and step, not only what needs attention
}

// failOn is the severity asked for, or its default.
func (o Options) failOn() check.Severity { return orError(o.FailOn) }

func orError(s check.Severity) check.Severity {
	if s == 0 {
		return check.Error
	}
	return s
}

// width is the width asked for, or its default, and never too narrow for a label.
func (o Options) width() int {
	if o.Width <= 0 {
		return 100
	}
	return max(o.Width, 40)
}
