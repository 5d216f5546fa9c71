package harness

import (
	"context"
	"crypto/x509"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

// lattice replays the four states that old and new can be in.
func (r *rotation) lattice(ctx context.Context) error {
	for _, c := range []struct {
		name  string
		done  []int
		edits []func(*settings.Settings)
	}{
		{"Salesforce signs with the old one, Flex verifies with the old one", nil, nil},
		{"Salesforce has the new one beside the old and signs with the old one", nil, []func(*settings.Settings){r.add}},
		{"Salesforce signs with the new one, Flex verifies with the old one", []int{0}, []func(*settings.Settings){r.sign}},
		{"Salesforce signs with the old one, Flex verifies with the new one", []int{1}, []func(*settings.Settings){r.add, r.verify}},
		{"Salesforce signs with the new one, Flex verifies with the new one", []int{0, 1}, []func(*settings.Settings){r.sign, r.verify}},
	} {
		s := r.base.Clone()
		for _, edit := range c.edits {
			edit(s)
		}
		state, err := r.state(ctx, c.name, c.done, s, r.out.At)
		if err != nil {
			return err
		}
		r.out.States = append(r.out.States, state)
	}
	return nil
}

// orders replays hour by hour what one can choose between.
func (r *rotation) orders(ctx context.Context) error {
	const hour = time.Hour
	before := move{do: "the new certificate lies ready in Salesforce, nothing uses it", edit: r.add}
	for _, w := range []struct {
		name, note string
		moves      []move
	}{
		{"Both consoles at once", "Two people with both pages open press Save together.", []move{
			before, {"Salesforce saved, Flex not yet: the seconds between the two clicks", hour, r.sign, true},
			{"both saved", hour, r.verify, false}, {"an hour later", 2 * hour, nil, false},
			{"the old certificate taken out of Identity Provider and deleted", 3 * hour, r.retire, false},
		}},
		{"Salesforce first, Flex two hours later", "", []move{
			before, {"Salesforce new, Flex old", hour, r.sign, false}, {"an hour later", 2 * hour, nil, false}, {"Flex changed, too", 3 * hour, r.verify, false},
		}},
		{"Flex first, Salesforce two hours later", "", []move{
			before, {"Salesforce old, Flex new", hour, r.verify, false}, {"an hour later", 2 * hour, nil, false}, {"Salesforce changed, too", 3 * hour, r.sign, false},
		}},
	} {
		way, err := r.way(ctx, report.DrillWay{Name: w.name, Note: w.note}, true, w.moves...)
		if err != nil {
			return err
		}
		r.out.Ways = append(r.out.Ways, way)
	}
	return r.two(ctx)
}

// two replays what a service provider with room for two certificates would allow.
func (r *rotation) two(ctx context.Context) error {
	w := report.DrillWay{
		Name: "Were there room for two certificates at the service provider: added, changed over, removed",
		Note: "Flex's page has one field, so this is not to be had with Flex. It is replayed with a service provider that accepts what it accepts with either certificate.",
		Safe: true,
	}
	for _, m := range []struct {
		do    string
		after time.Duration
		signs bool
		trust []*x509.Certificate
	}{
		{"the service provider trusts old and new", 0, false, []*x509.Certificate{r.now, r.next}},
		{"Salesforce signs with the new one", time.Hour, true, []*x509.Certificate{r.now, r.next}},
		{"the service provider trusts the new one only", 2 * time.Hour, true, []*x509.Certificate{r.next}},
	} {
		state, err := r.trusting(ctx, m.do, m.signs, m.trust, m.after)
		if err != nil {
			return err
		}
		w.Safe = w.Safe && len(state.Locked()) == 0
		w.Moments = append(w.Moments, report.DrillMoment{Do: m.do, After: m.after, State: state})
	}
	r.out.Ways = append(r.out.Ways, w)
	return nil
}

// trusting replays a service provider that verifies with each of some certificates.
func (r *rotation) trusting(ctx context.Context, name string, signs bool, trust []*x509.Certificate, after time.Duration) (report.DrillState, error) {
	s := r.base.Clone()
	if r.add(s); signs {
		r.sign(s)
	} else {
		r.verify(s) // so that both are in use and have stand-ins
	}
	opt := r.opt
	opt.At = r.out.At.Add(after)
	var st *stage
	opt.Judge = func(half *settings.Flex, m *saml.Message, requests []string, now time.Time) (v saml.Verdict) {
		judge := r.opt.Judge
		if judge == nil {
			judge = mocksp.OrdinaryWith(st.stands.decryption(&st.settings.Flex.ServiceProvider.EncryptionCertificate)...)
		}
		for _, c := range trust {
			with := *half
			with.X509Certificate.Data = st.stands.pemFor(c)
			if v = judge(&with, m, requests, now); v.Accepted {
				return v
			}
		}
		return v
	}
	st, err := newStage(s, opt)
	if err != nil {
		return report.DrillState{}, err
	}
	defer st.close()
	state, err := r.play(ctx, st, name, nil)
	state.At = opt.At
	return state, err
}

// wrongTurns replays what goes wrong in life.
func (r *rotation) wrongTurns(ctx context.Context) error {
	type turn struct {
		name, note string
		moves      []move
	}
	var turns []turn
	if end := r.now.NotAfter; end.After(r.out.At) {
		turns = append(turns, turn{"Nothing is changed until the old certificate has ended", "", []move{
			{do: "an hour before its end", after: end.Add(-time.Hour).Sub(r.out.At)}, {do: "an hour after its end", after: end.Add(time.Hour).Sub(r.out.At)},
		}})
	}
	if r.own {
		turns = append(turns, turn{"The certificate is changed on the page Identity Provider only, and in Flex",
			"The app names its certificate itself, so Salesforce goes on signing with the old one.", []move{
				{do: "Identity Provider changed", edit: func(s *settings.Settings) { r.add(s); s.Salesforce.IdentityProvider.Certificate.Value = r.label }},
				{do: "Flex changed, too", after: time.Hour, edit: r.verify},
			}})
	}
	turns = append(turns, turn{"The old certificate is deleted before Salesforce signs with the new one", "", []move{
		{do: "the old one deleted", edit: func(s *settings.Settings) { r.add(s); r.retire(s); r.keep(s) }},
	}})
	for _, t := range turns {
		way, err := r.way(ctx, report.DrillWay{Name: t.name, Note: t.note, Wrong: true}, true, t.moves...)
		if err != nil {
			return err
		}
		r.out.Ways = append(r.out.Ways, way)
	}
	return nil
}

// keep has what named the old certificate name it still.
func (r *rotation) keep(s *settings.Settings) {
	if !r.own {
		s.Salesforce.IdentityProvider.Certificate.Value = r.old
	}
}

// sitThrough replays what becomes of those who were there before.
func (r *rotation) sitThrough(ctx context.Context) error {
	return r.sessions(ctx,
		sitting{"Salesforce signs with the new one, Flex verifies with the old one", []int{0}, []func(*settings.Settings){r.sign}, nil},
		sitting{"Salesforce signs with the old one, Flex verifies with the new one", []int{1}, []func(*settings.Settings){r.add, r.verify}, nil},
		sitting{"Salesforce signs with the new one, Flex verifies with the new one", []int{0, 1}, []func(*settings.Settings){r.sign, r.verify}, nil},
	)
}

// conclude says what to do.
func (r *rotation) conclude(ctx context.Context) error {
	o := r.out
	final := r.base.Clone()
	r.sign(final)
	r.verify(final)
	r.retire(final)
	worse, err := r.worsened(ctx, final)
	if err != nil {
		return err
	}
	best := &o.Ways[0]
	if best.Safe && len(worse) == 0 {
		best.Advised = true
		o.Result = "Change both consoles at once: nobody can log in for the seconds between the two clicks, and everybody can before and after. Every order with time between the two locks everybody out meanwhile, because Flex holds one certificate."
		if len(o.States[2].Locked()) == 0 && len(o.States[3].Locked()) == 0 {
			o.Result = "Any order locks nobody out: the new certificate has the old one's key."
		}
	} else {
		best.Safe = false
		o.Result = "No order ends with everybody logged in: the new certificate does not work."
		if len(worse) > 0 {
			o.Result += " samlproof run finds then: " + strings.Join(worse, ", ") + "."
		}
		return nil
	}
	page := pageIDP
	if r.own {
		page = pageApp + " › IdP Certificate"
	}
	o.Steps = []string{
		"Days before: create the new certificate in Salesforce, " + pageCertificates + ", and click Download Certificate. This changes nothing for anybody (replayed below).",
		"Days before: run samlproof drill rotate --certificate with the downloaded file, so that the file itself is tried.",
		"Hour 0, at a time when nobody has to log in, before " + r.now.NotAfter.UTC().Format("2006-01-02 15:04") + " UTC (" + days(r.now.NotAfter, o.At) + "): have an administrator of either console logged in already, since who is locked out of Flex cannot mend it through the login that fails.",
		"Hour 1: open " + page + " in Salesforce with the new certificate chosen, and " + pageFlex + " in Flex with it pasted. Save both, one right after the other; which comes first makes no difference.",
		"Hour 1, right after: log in once from Flex's link and once from Salesforce, in a private window. If that fails, put the old certificate back on both sides.",
		"Hour 3 or later: choose the new certificate under " + pageIDP + ", too, and delete the old one.",
	}
	o.Notes = append(o.Notes,
		"How long Twilio takes to apply what is saved is not documented.",
		"What users see in between is the mock Flex's answer; what is inferred about it is marked so.",
	)
	return nil
}
