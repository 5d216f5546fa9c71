package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// ClockOptions choose how the tolerance of the service provider is measured: that of
// Options.Judge, by default the mock Flex's.
type ClockOptions struct {
	Options
	Most time.Duration // the largest drift that is tried; default a day
}

// DrillClock measures how far Salesforce's clock may be ahead of the service provider's
// and behind it before logins are refused: by bisection, to the second. The largest drift
// ahead tells what is added before NotBefore, the largest behind what is added after
// NotOnOrAfter.
func DrillClock(ctx context.Context, s *settings.Settings, opt ClockOptions) (*report.Drill, error) {
	d, err := newDrill(ctx, s, opt.Options, "clock", "The clocks of Salesforce and of the service provider drift apart")
	if err != nil || d.out.Blocked != "" {
		return out(d), err
	}
	most := opt.Most
	if most <= 0 {
		most = 24 * time.Hour
	}
	c := &clocks{drill: d, login: d.logins[0], most: most.Truncate(time.Second), seen: map[time.Duration]attempt{}}
	if err := c.window(ctx); err != nil {
		return nil, err
	}
	for _, m := range []struct {
		name, bound string
		sign        time.Duration
		window      time.Duration
		exclusive   bool // the bound excludes its own instant
	}{
		{"Salesforce's clock ahead", "NotBefore", 1, c.before, false},
		{"Salesforce's clock behind", "NotOnOrAfter", -1, c.after, true},
	} {
		measure, err := c.measure(ctx, m.sign, func(t attempt) (bool, string) { return t.end.Accepted, t.end.Sees })
		if err != nil {
			return nil, err
		}
		measure.Name, measure.Bound, measure.Window, measure.Expected = m.name+", by the service provider", m.bound, m.window, check.DefaultSkew
		if !measure.Unlimited() {
			measure.Tolerance = measure.Accepted - m.window
			if m.exclusive && measure.Tolerance != measure.Expected {
				measure.Tolerance = measure.Refused - m.window
			} else if m.exclusive {
				measure.Bound += ", which the service provider takes with its own instant,"
			}
		}
		d.out.Measures = append(d.out.Measures, measure)
		measure, err = c.measure(ctx, m.sign, func(t attempt) (bool, string) {
			return len(t.failed) == 0, strings.Join(t.failed, ", ")
		})
		if err != nil {
			return nil, err
		}
		measure.Name = m.name + ", by the checks of samlproof"
		if measure.Sees != "" {
			measure.Sees = "these fail: " + measure.Sees
		}
		d.out.Measures = append(d.out.Measures, measure)
	}
	c.conclude()
	return d.out, nil
}

// clocks measures with one login.
type clocks struct {
	*drill
	login         login
	most          time.Duration
	before, after time.Duration // what the message grants before and after it is made
	known         []string      // checks that fail without any drift
	seen          map[time.Duration]attempt
}

// An attempt is how the login ends under one drift.
type attempt struct {
	end    report.DrillLogin
	failed []string // ids of the errors that the drift brings about
	login  *saml.Exchange
}

// try makes the login with Salesforce's clock ahead by so much.
func (c *clocks) try(ctx context.Context, drift time.Duration) (attempt, error) {
	if t, ok := c.seen[drift]; ok {
		return t, nil
	}
	opt := c.opt
	opt.Drift = drift
	st, err := newStage(c.base, opt)
	if err != nil {
		return attempt{}, err
	}
	defer st.close()
	x, err := st.play(ctx, c.login)
	if err != nil {
		return attempt{}, fmt.Errorf("replaying the login of %s: %w", c.login.user, err)
	}
	t := attempt{end: drilled(x), login: x}
	for _, r := range check.Run(family(opt.checks(check.Flex), "settings/", false), check.NewCase(st.settings, x, st.expect(x, opt))) {
		if id := r.Check.ID; r.Status == check.Fail && r.Severity == check.Error && !strings.HasPrefix(id, "login/") && !slices.Contains(c.known, id) {
			t.failed = append(t.failed, id)
		}
	}
	c.seen[drift] = t
	return t, nil
}

// window reads off the message itself what it grants.
func (c *clocks) window(ctx context.Context) error {
	t, err := c.try(ctx, 0)
	if err != nil {
		return err
	}
	c.known, t.failed = t.failed, nil
	c.seen[0] = t
	if t.login.Response == nil {
		return errors.New("the login without drift carried no response")
	}
	doc, err := saml.Parse(t.login.Response.XML, saml.Limits{})
	if err != nil {
		return fmt.Errorf("reading the response: %w", err)
	}
	r := saml.ReadResponse(doc)
	if r == nil || len(r.Assertions) == 0 {
		return errors.New("the validity cannot be read: the response has no assertion in the clear")
	}
	conditions := r.Assertions[0].Conditions
	from, err := saml.ParseTime(conditions.Attr("NotBefore").Value())
	if err != nil {
		return fmt.Errorf("NotBefore: %w", err)
	}
	until, err := saml.ParseTime(conditions.Attr("NotOnOrAfter").Value())
	if err != nil {
		return fmt.Errorf("NotOnOrAfter: %w", err)
	}
	c.before, c.after = c.out.At.Sub(from).Round(time.Second), until.Sub(c.out.At).Round(time.Second)
	return nil
}

// measure bisects between a drift that is accepted and one that is not.
func (c *clocks) measure(ctx context.Context, sign time.Duration, good func(attempt) (bool, string)) (report.DrillMeasure, error) {
	var m report.DrillMeasure
	ask := func(drift time.Duration) (bool, error) {
		t, err := c.try(ctx, sign*drift)
		if err != nil {
			return false, err
		}
		m.Tries++
		ok, why := good(t)
		if !ok {
			m.Refused, m.Sees = drift, why
		} else {
			m.Accepted = drift
		}
		return ok, nil
	}
	if ok, err := ask(c.most); ok || err != nil {
		return m, err
	}
	for m.Refused-m.Accepted > time.Second {
		if _, err := ask((m.Accepted + (m.Refused-m.Accepted)/2).Truncate(time.Second)); err != nil {
			return m, err
		}
	}
	return m, nil
}

// conclude says what the measures come to.
func (c *clocks) conclude() {
	o := c.out
	ahead, behind := o.Measures[0], o.Measures[2]
	say := func(m report.DrillMeasure) string {
		if m.Unlimited() {
			return "as far as one likes"
		}
		return "up to " + m.Accepted.String()
	}
	o.Result = fmt.Sprintf("Salesforce's clock may be %s ahead of the service provider's and %s behind it.", say(ahead), say(behind))
	if ahead.Unlimited() || behind.Unlimited() {
		o.Result += " A bound that is not held to lets old or future messages in."
	}
	o.Facts = append(o.Facts, report.DrillFact{Name: "the message", Text: fmt.Sprintf("is valid from %s before it is made until %s after", c.before, c.after)})
	o.Steps = []string{
		"With Salesforce and Flex there is nothing to set: both vendors keep their clocks. A login that is refused as not yet valid or as expired all the same was held back on its way, as by a login page that stood open, or replayed: samlproof inspect says by how much.",
		"With an identity provider of your own: keep its clock by NTP, and have it give NotBefore and NotOnOrAfter some minutes of room rather than the service provider more tolerance.",
	}
	o.Notes = append(o.Notes,
		"Both generations of Flex are taken to allow three minutes: java-saml 180 seconds, Auth0's library three minutes. That Flex uses either is inferred.",
		"Who is measured is the mock Flex; the real one's clock and Salesforce's are not under anybody's hand here, and both are kept by their vendors.",
		"A drift within the tolerance is not harmless for the user's own clock: browsers judge cookies and TLS by it. That clock is not drifted here.",
	)
}
