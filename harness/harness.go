// Package harness drives logins and has them judged: it replays a documented set-up
// between two mocks, and it takes captured logins through the same checks. It holds
// no rule of SAML itself and prints nothing.
package harness

import (
	"io"
	"log"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp"
	"github.com/samlproof/samlproof/mocksp"
)

// Version is the version of the tool, as reports state it.
const Version = "0.1.0"

// Options choose what is replayed and how it is judged. The zero value replays every
// user in both flows, at the time of the clock, with every check.
type Options struct {
	Users []string  // user names; empty for every user of the settings
	Flow  saml.Flow // "" for both

	At     time.Time        // the time to replay and judge at; zero for that of Now
	Now    func() time.Time // default time.Now
	Random io.Reader        // of the mocks' ids; default crypto/rand

	// Drift is how far the mock Salesforce's clock is ahead of everybody else's; negative
	// where it is behind.
	Drift time.Duration

	Checks        []*check.Check // default check.All
	ExpiresWithin time.Duration  // certificates that end sooner are warned of; default 30 days
	Strict        bool           // what a standard or a profile advises is required: a SHOULD is an error
	Listing       bool           // each inspected login comes with its decoded messages, as Listings

	Quirks Quirks         // has the mock Salesforce write as Salesforce did at other times
	Fault  *mockidp.Fault // has the mock Salesforce issue wrong responses
	Half   Half           // the half that Serve makes a mock of; "" for every one that the settings have
	Judge  mocksp.Judge   // default mocksp.Ordinary
	Banner string         // shown on every page of the mocks
}

// Half names one of the two halves.
type Half string

// The halves.
const (
	HalfSalesforce Half = "salesforce"
	HalfFlex       Half = "flex"
)

// serves tells whether a half has its mock. The zero Options serve both.
func (o *Options) serves(h Half) bool { return o.Half == "" || o.Half == h }

// A Fault is one way to issue a wrong response.
type Fault = mockidp.Fault

// keepReal puts the certificates of a side that is the real one back in the place of their
// stand-ins: its own keys sign, decrypt and are trusted.
func (o *Options) keepReal(stands, s *settings.Settings) {
	if !stands.Salesforce.Set || !o.serves(HalfSalesforce) {
		stands.Flex.X509Certificate.Data = slices.Clone(s.Flex.X509Certificate.Data)
	}
	if !stands.Flex.Set || !o.serves(HalfFlex) {
		app, typed := &stands.Salesforce.ConnectedApp, &s.Salesforce.ConnectedApp
		app.RequestCertificate.Data = slices.Clone(typed.RequestCertificate.Data)
		app.EncryptionCertificate.Data = slices.Clone(typed.EncryptionCertificate.Data)
	}
}

// Faults are the wrong responses that the mock Salesforce can issue, in an order that
// stays as it is. One of them is Options.Fault.
func Faults() []*Fault { return mockidp.Faults() }

// Quirks are ways in which the mock Salesforce writes as Salesforce did at other times;
// Set switches one on by its name. NamedQuirks are all of them.
type Quirks = mockidp.Quirks

// NamedQuirks are the quirks with their names and what they do.
func NamedQuirks() []mockidp.NamedQuirk { return mockidp.NamedQuirks() }

// A UsageError tells that what was asked for cannot be done with what was given.
type UsageError struct{ Text, Hint string }

func (e *UsageError) Error() string { return e.Text }

// quiet is where servers log what they do about broken connections.
var quiet = log.New(io.Discard, "", 0)

func (o *Options) clock() func() time.Time {
	switch {
	case !o.At.IsZero():
		return func() time.Time { return o.At }
	case o.Now != nil:
		return o.Now
	}
	return time.Now
}

func (o *Options) atSource() string {
	if o.At.IsZero() {
		return "clock"
	}
	return "flag"
}

// checks are the ones to run under a profile.
func (o *Options) checks(p check.Profile) []*check.Check {
	all := o.Checks
	if all == nil {
		all = check.All
	}
	return check.ForProfile(all, p)
}

// ofSettings are the checks of settings under a profile. They are of the consoles: where
// the app is not Flex's, those of Salesforce's console stand whatever messages are held to.
func (o *Options) ofSettings(s *settings.Settings, p check.Profile) []*check.Check {
	if s != nil && !s.ForFlex() {
		p = check.Flex
	}
	return family(o.checks(p), "settings/", true)
}

// apply carries what the options say about judging over to an expectation.
func (o *Options) apply(want *check.Expect) {
	want.At = o.clock()()
	want.Strict = o.Strict
	if o.ExpiresWithin != 0 {
		want.ExpiresWithin = o.ExpiresWithin
	}
}

func (o *Options) report(s *settings.Settings, p check.Profile) *report.Report {
	r := &report.Report{Tool: "samlproof " + Version, Profile: p, At: o.clock()(), AtSource: o.atSource()}
	if s != nil {
		r.Settings, r.Personal = s.Name, report.Personal(s)
	}
	return r
}

// family is the checks whose id begins with a prefix, or those whose id does not.
func family(checks []*check.Check, prefix string, in bool) []*check.Check {
	var some []*check.Check
	for _, c := range checks {
		if strings.HasPrefix(c.ID, prefix) == in {
			some = append(some, c)
		}
	}
	return some
}
