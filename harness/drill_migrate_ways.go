package harness

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// The moves in the two consoles.
func (m *migration) entityID(s *settings.Settings) {
	s.Salesforce.ConnectedApp.EntityID.Value = m.final.Salesforce.ConnectedApp.EntityID.Value
}

func (m *migration) acsURL(s *settings.Settings) {
	s.Salesforce.ConnectedApp.ACSURL.Value = m.final.Salesforce.ConnectedApp.ACSURL.Value
}

func (m *migration) salesforce(s *settings.Settings) { m.entityID(s); m.acsURL(s) }

func (m *migration) flex(s *settings.Settings) {
	f := &m.final.Flex
	s.Flex.SSO, s.Flex.ConnectionSID, s.Flex.TwilioSSOURL, s.Flex.TrustedURLs = f.SSO, f.ConnectionSID, f.TwilioSSOURL, slices.Clone(f.TrustedURLs)
}

// lattice replays every combination of the three fields.
func (m *migration) lattice(ctx context.Context) error {
	moves := []func(*settings.Settings){m.entityID, m.acsURL, m.flex}
	names := []string{"Entity Id", "ACS URL", "Flex"}
	for _, set := range [][]int{nil, {0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}} {
		s := m.base.Clone()
		var parts []string
		for i, edit := range moves {
			age := "old"
			if slices.Contains(set, i) {
				edit(s)
				age = "new"
			}
			parts = append(parts, names[i]+" "+age)
		}
		done := slices.DeleteFunc(slices.Clone(set), func(i int) bool { return i == 2 })
		if slices.Contains(set, 2) {
			done = append(done, m.flexChanges()...)
		}
		state, err := m.state(ctx, strings.Join(parts, ", "), done, s, m.out.At)
		if err != nil {
			return err
		}
		m.out.States = append(m.out.States, state)
	}
	return nil
}

// orders replays what one can choose between.
func (m *migration) orders(ctx context.Context) error {
	if err := m.secondApp(ctx); err != nil {
		return err
	}
	for _, w := range []struct {
		name, note string
		moves      []move
	}{
		{"Both consoles at once", "For who cannot have a second app: two people press Save together.", []move{
			{do: "nothing changed"}, {do: "Salesforce saved, Flex not yet: the seconds between the two clicks", edit: m.salesforce, brief: true}, {do: "both saved", edit: m.flex},
		}},
		{"Salesforce first, then Flex", "", []move{
			{do: "nothing changed"}, {do: "Entity Id and ACS URL changed in Salesforce", edit: m.salesforce}, {do: "Flex changed, too", edit: m.flex},
		}},
		{"Flex first, then Salesforce", "", []move{
			{do: "nothing changed"}, {do: "Flex changed", edit: m.flex}, {do: "Entity Id and ACS URL changed in Salesforce, too", edit: m.salesforce},
		}},
	} {
		way, err := m.way(ctx, report.DrillWay{Name: w.name, Note: w.note}, false, w.moves...)
		if err != nil {
			return err
		}
		m.out.Ways = append(m.out.Ways, way)
	}
	return nil
}

// wrongTurns replays what goes wrong in life.
func (m *migration) wrongTurns(ctx context.Context) error {
	type turn struct {
		name, note string
		moves      []move
	}
	turns := []turn{
		{"The ACS URL is left as it was", "", []move{{do: "Entity Id and Flex changed", edit: func(s *settings.Settings) { m.entityID(s); m.flex(s) }}}},
		{"The Entity Id is left as it was", "", []move{{do: "ACS URL and Flex changed", edit: func(s *settings.Settings) { m.acsURL(s); m.flex(s) }}}},
	}
	if m.to == GenerationIAM {
		turns = append(turns, turn{"The Entity Id gets the new host and not /metadata", "", []move{{do: "everything else changed", edit: func(s *settings.Settings) {
			m.salesforce(s)
			m.flex(s)
			s.Salesforce.ConnectedApp.EntityID.Value = strings.TrimSuffix(s.Salesforce.ConnectedApp.EntityID.Value, "/metadata")
		}}}})
	} else {
		turns = append(turns, turn{"The new ACS URL is typed into Entity Id as well", "That is how the addresses of preview.twilio.com were typed.", []move{{do: "everything else changed", edit: func(s *settings.Settings) {
			m.salesforce(s)
			m.flex(s)
			s.Salesforce.ConnectedApp.EntityID.Value = m.final.Salesforce.ConnectedApp.ACSURL.Value
		}}}})
	}
	for _, t := range turns {
		way, err := m.way(ctx, report.DrillWay{Name: t.name, Note: t.note, Wrong: true}, false, t.moves...)
		if err != nil {
			return err
		}
		m.out.Ways = append(m.out.Ways, way)
	}
	return nil
}

// sitThrough replays what becomes of those who were there before.
func (m *migration) sitThrough(ctx context.Context) error {
	both := append([]int{0, 1}, m.flexChanges()...)
	return m.sessions(ctx,
		sitting{"A second app in Salesforce beside the first, Flex new", both, []func(*settings.Settings){m.flex}, func(st *stage) {
			if o := m.beside(st); m.logins[0].flow == saml.FlowIDP {
				st.idp = o.apps[1] // the app to begin with from now on
			}
		}},
		sitting{"Salesforce old, Flex new", m.flexChanges(), []func(*settings.Settings){m.flex}, nil},
		sitting{"Salesforce new, Flex old", []int{0, 1}, []func(*settings.Settings){m.salesforce}, nil},
		sitting{"Salesforce new, Flex new", both, []func(*settings.Settings){m.salesforce, m.flex}, nil},
	)
}

// flexChanges are the indexes of the changes in Flex, which are all those after the two in
// Salesforce and are saved together.
func (m *migration) flexChanges() (list []int) {
	for i := 2; i < len(m.out.Changes); i++ {
		list = append(list, i)
	}
	return list
}

// conclude says what to do.
func (m *migration) conclude(ctx context.Context) error {
	o := m.out
	worse, err := m.worsened(ctx, m.final)
	if err != nil {
		return err
	}
	second, atOnce := &o.Ways[0], &o.Ways[1]
	switch {
	case len(worse) > 0:
		second.Safe, atOnce.Safe = false, false
		o.Result = "No order ends with everybody logged in: samlproof run finds then " + strings.Join(worse, ", ") + "."
		return nil
	case second.Safe:
		second.Advised = true
		o.Result = "Make a second app in Salesforce with the new addresses first, then change Flex: nobody who starts at Flex is locked out at any moment."
	case atOnce.Safe:
		atOnce.Advised = true
		o.Result = "Change both consoles at once: every other order locks users out meanwhile."
	default:
		o.Result = "No order was found that locks nobody out."
		return nil
	}
	if m.there {
		o.Result = "Nothing is left to do, the settings are at " + m.to + " already. The way there would be: " + strings.ToLower(o.Result[:1]) + o.Result[1:]
	}
	is := &m.final.Salesforce.ConnectedApp
	where := pageFlex + " › Twilio SSO URL"
	first := "Write the new addresses down from this checklist, and have samlproof run try settings with all of them changed."
	if m.to == GenerationEnhanced {
		where = pageFlex
		first = "In Flex Console, create the connection of enhanced SSO and copy its Entity ID and ACS URL; have samlproof run try settings with all of the checklist changed."
	}
	o.Steps = []string{
		first,
		"Before: in Salesforce, make a second app beside the one in use: Entity Id " + is.EntityID.Value + ", ACS URL " + is.ACSURL.Value + ", and everything else as in the first: Issuer, IdP Certificate, Subject Type, Name ID Format, Custom Attributes, profiles. Salesforce finds the app by the entity ID in Flex's request, so the first goes on working.",
		"Then, at a quiet hour, change Flex: " + where + ". From now on Flex's requests lead to the second app. Who has Salesforce's login page open at that moment has to begin again at Flex's link.",
		"Right after, log in once from Flex's link, and once from Salesforce with the second app. If that fails, change Flex back: the first app is still there.",
		"Have those who start at Salesforce use the second app from that moment: the first leads them to an address that no longer takes them in.",
		"When that has worked for some days, delete the first app.",
	}
	if m.to == GenerationEnhanced {
		o.Steps = append(o.Steps, "A Flex UI that is hosted elsewhere takes oauth (connection, clientId, redirectUrl) in its appConfig in place of sso (accountSid).")
	}
	o.Notes = append(o.Notes,
		"New connected apps are blocked by default since Spring '26: the second app is then an External Client App, or “Allow creation of connected apps” is switched on.",
		"How long Twilio takes to apply what is saved, and whether the old address takes responses for a while after the change, is not documented; the mock does not.",
		"NameID stays the same, so no second worker comes into being: a Subject Type or Name ID Format changed on the way would make one.",
	)
	return nil
}

// secondApp replays an org with two apps: one with the old addresses and one with the
// new.
func (m *migration) secondApp(ctx context.Context) error {
	w := report.DrillWay{
		Name: "A second app in Salesforce, then Flex, then the first app deleted",
		Note: "Started at Salesforce, a login works with the app that has Flex's addresses of the moment, and not with the other.",
		Safe: true,
	}
	flexChanged := m.base.Clone()
	m.flex(flexChanged)
	for _, c := range []struct {
		do  string
		s   *settings.Settings
		now int // the app that fits
	}{
		{"the second app made", m.base, 0},
		{"Flex changed", flexChanged, 1},
	} {
		state, err := m.playTwo(ctx, c.do, c.s)
		if err != nil {
			return fmt.Errorf("%s: %w", w.Name, err)
		}
		for _, l := range state.Logins {
			if l.Flow == saml.FlowIDP && l.Start != tiles[c.now] {
				continue
			}
			w.Safe = w.Safe && l.Accepted
		}
		w.Moments = append(w.Moments, report.DrillMoment{Do: c.do, State: state})
	}
	last, err := m.state(ctx, "the first app deleted", nil, m.final, m.out.At)
	if err != nil {
		return err
	}
	w.Safe = w.Safe && len(last.Locked()) == 0
	w.Moments = append(w.Moments, report.DrillMoment{Do: last.Name, State: last})
	m.out.Ways = append(m.out.Ways, w)
	return nil
}

// tiles say with which app a login began at Salesforce.
var tiles = []string{"started at Salesforce with the first app", "started at Salesforce with the second app"}
