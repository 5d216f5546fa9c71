package harness

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// The generations of Flex's addresses, oldest first, as MigrateOptions.To names them.
const (
	GenerationPreview  = "preview"  // legacy SSO at preview.twilio.com/iam, before general availability
	GenerationIAM      = "iam"      // legacy SSO at iam.twilio.com/v1
	GenerationEnhanced = "enhanced" // enhanced SSO
)

var generations = []string{GenerationPreview, GenerationIAM, GenerationEnhanced}

// legacyEnd is the day after which legacy SSO ends (Twilio, "Migrate to enhanced SSO").
var legacyEnd = time.Date(2026, time.April, 1, 0, 0, 0, 0, time.UTC)

// MigrateOptions choose which migration of Flex's addresses is drilled.
type MigrateOptions struct {
	Options
	// To is GenerationIAM or GenerationEnhanced; "" is the generation after that of the
	// settings. Settings that are there already are drilled from the one before, which is
	// made up of their account.
	To            string
	ConnectionSID string // of the connection that Flex Console gives; default that of the settings, or one made up
}

// A migration is from one generation of addresses to another.
type migration struct {
	*drill
	from, to   string
	final      *settings.Settings
	connection string
}

// DrillMigrate replays the move of a set-up to newer addresses of Flex: every field that
// changes, every state in which some are changed and some are not, and the orders in
// which one can get there.
func DrillMigrate(ctx context.Context, s *settings.Settings, opt MigrateOptions) (*report.Drill, error) {
	m := &migration{}
	base, notes, err := m.begin(s, opt)
	if err != nil {
		return nil, err
	}
	title := "The addresses of legacy SSO move from preview.twilio.com/iam to iam.twilio.com/v1"
	if m.to == GenerationEnhanced {
		title = "Flex moves from legacy to enhanced SSO"
	}
	d, err := newDrill(ctx, base, opt.Options, "migrate", title)
	if err != nil {
		return nil, err
	}
	d.out.Notes = append(notes, d.out.Notes...)
	if d.out.Blocked != "" {
		return d.out, nil
	}
	m.drill = d
	m.final = generation(base, m.to, m.connection)
	m.describe()
	for _, step := range []func(context.Context) error{m.lattice, m.orders, m.wrongTurns, m.conclude} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return d.out, nil
}

// generationOf is the generation of a half.
func generationOf(f *settings.Flex) string {
	switch {
	case f.SSO.Value != settings.SSOLegacy:
		return GenerationEnhanced
	case strings.HasPrefix(f.ACSURL(), "https://preview.twilio.com/"):
		return GenerationPreview
	}
	return GenerationIAM
}

// generation is a copy of the settings with the addresses of a generation in both halves.
func generation(s *settings.Settings, to, connection string) *settings.Settings {
	c := s.Clone()
	f, app := &c.Flex, &c.Salesforce.ConnectedApp
	f.SSO.Value = settings.SSOLegacy
	switch to {
	case GenerationPreview:
		f.TwilioSSOURL.Value = "https://preview.twilio.com/iam/Accounts/" + f.AccountSID.Value + "/saml2"
	case GenerationIAM:
		f.TwilioSSOURL.Value = "https://iam.twilio.com/v1/Accounts/" + f.AccountSID.Value + "/saml2"
	default:
		f.SSO.Value, f.ConnectionSID.Value, f.TwilioSSOURL.Value = settings.SSOEnhanced, connection, ""
		f.TrustedURLs = slices.DeleteFunc(f.TrustedURLs, wildcard) // what they stand for is not known here
	}
	if f.SSO.Value == settings.SSOLegacy {
		f.ConnectionSID.Value = ""
	}
	app.EntityID.Value, app.ACSURL.Value = f.EntityID(), f.ACSURL()
	return c
}

// wildcard tells Trusted URLs that enhanced SSO does not take.
func wildcard(u settings.Text) bool { return strings.Contains(u.Value, "*") }

var connectionForm = regexp.MustCompile(`^JQ[0-9a-f]{32}$`)

// begin finds out from where to where, and the settings to begin with.
func (m *migration) begin(s *settings.Settings, opt MigrateOptions) (base *settings.Settings, notes []string, err error) {
	now := generationOf(&s.Flex)
	at := slices.Index(generations, now)
	switch m.to = opt.To; {
	case m.to == "":
		m.to = generations[min(at+1, len(generations)-1)]
	case m.to != GenerationIAM && m.to != GenerationEnhanced:
		return nil, nil, &UsageError{Text: fmt.Sprintf("a migration to %q is not known", m.to), Hint: "it is to enhanced or iam"}
	}
	if m.from = now; slices.Index(generations, m.to) <= at {
		m.from = generations[slices.Index(generations, m.to)-1]
	}
	if s.Flex.AccountSID.Value == "" && m.from != GenerationEnhanced && (m.from != now || m.to == GenerationIAM) {
		return nil, nil, &UsageError{Text: "the settings have no Account SID, which the addresses of legacy SSO are made of", Hint: "add flex.account_sid"}
	}
	m.connection = opt.ConnectionSID
	switch {
	case m.connection != "" && !connectionForm.MatchString(m.connection):
		return nil, nil, &UsageError{Text: fmt.Sprintf("%q is no connection SID", m.connection), Hint: "it is JQ and 32 characters of 0-9 and a-f, the part of the Entity ID after urn:flex:"}
	case m.connection == "":
		m.connection = s.Flex.ConnectionSID.Value
	}
	if m.connection == "" && m.to == GenerationEnhanced {
		sum := sha256.Sum256([]byte(s.Flex.AccountSID.Value))
		m.connection = "JQ" + hex.EncodeToString(sum[:16])
		notes = append(notes, "The connection SID "+m.connection+" is made up: Flex Console gives the real one when the connection is created, and --connection-sid takes it.")
	}
	if m.from == now {
		return s, notes, nil
	}
	base = generation(s, m.from, m.connection)
	return base, append(notes, "The settings are at "+now+" already. What is drilled is the way there, from the addresses of "+m.from+" as they follow from the Account SID."), nil
}

// describe writes the checklist.
func (m *migration) describe() {
	o, from, to := m.out, m.base, m.final
	was, is := &from.Salesforce.ConnectedApp, &to.Salesforce.ConnectedApp
	entity := "From the page “Set up your identity provider” in Flex Console."
	if m.to == GenerationIAM {
		entity = "The host and path change, and /metadata is added: before, the entity ID was the ACS URL itself."
	}
	o.Changes = append(o.Changes,
		change(check.Salesforce, pageApp+" › Entity Id", was.EntityID.Path, was.EntityID.Value, is.EntityID.Value, entity),
		change(check.Salesforce, pageApp+" › ACS URL", was.ACSURL.Path, was.ACSURL.Value, is.ACSURL.Value, "Stands on the same page, so one Save changes both."),
	)
	if m.to == GenerationIAM {
		o.Changes = append(o.Changes, change(check.FlexSide, pageFlex+" › Twilio SSO URL", "flex.twilio_sso_url",
			from.Flex.ACSURL(), to.Flex.ACSURL(), "A choice of two addresses. What Flex answers to as entity ID follows from it."))
	} else {
		o.Changes = append(o.Changes, change(check.FlexSide, pageFlex, "flex.sso", settings.SSOLegacy, settings.SSOEnhanced,
			"The new connection "+m.connection+" takes the same X.509 Certificate, Identity Provider Issuer, Single Sign-On URL and Default Redirect URL; Twilio SSO URL is gone."))
		for _, u := range from.Flex.TrustedURLs {
			if wildcard(u) {
				o.Changes = append(o.Changes, change(check.FlexSide, pageFlex+" › Trusted URLs", u.Path, u.Value, "each address written out", "Enhanced SSO takes no wildcards."))
			}
		}
	}
	if m.to == GenerationEnhanced || m.from == GenerationPreview {
		text := "legacy SSO " + days(legacyEnd, o.At)
		o.Facts = append(o.Facts, report.DrillFact{Name: "31 March 2026", Text: text})
	}
	if m.to == GenerationEnhanced {
		o.Facts = append(o.Facts,
			report.DrillFact{Name: "Flex UI", Text: "a set-up that exists is moved with version 2.7 or later"},
			report.DrillFact{Name: "way back", Text: "Flex keeps the details of legacy SSO for 30 days after the change"})
	}
}

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
		state, err := m.state(ctx, strings.Join(parts, ", "), set, s, m.out.At)
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
	both := func(s *settings.Settings) { m.salesforce(s); m.flex(s) }
	for _, w := range []struct {
		name, note string
		moves      []move
	}{
		{"Both consoles at once", "For who cannot have a second app. Between the two clicks nobody gets in.", []move{{"nothing changed", 0, nil}, {"Salesforce and Flex changed", 0, both}}},
		{"Salesforce first, then Flex", "", []move{{"nothing changed", 0, nil}, {"Entity Id and ACS URL changed in Salesforce", 0, m.salesforce}, {"Flex changed, too", 0, m.flex}}},
		{"Flex first, then Salesforce", "", []move{{"nothing changed", 0, nil}, {"Flex changed", 0, m.flex}, {"Entity Id and ACS URL changed in Salesforce, too", 0, m.salesforce}}},
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
		{"The ACS URL is left as it was", "", []move{{"Entity Id and Flex changed", 0, func(s *settings.Settings) { m.entityID(s); m.flex(s) }}}},
		{"The Entity Id is left as it was", "", []move{{"ACS URL and Flex changed", 0, func(s *settings.Settings) { m.acsURL(s); m.flex(s) }}}},
	}
	if m.to == GenerationIAM {
		turns = append(turns, turn{"The Entity Id gets the new host and not /metadata", "", []move{{"everything else changed", 0, func(s *settings.Settings) {
			m.salesforce(s)
			m.flex(s)
			s.Salesforce.ConnectedApp.EntityID.Value = strings.TrimSuffix(s.Salesforce.ConnectedApp.EntityID.Value, "/metadata")
		}}}})
	} else {
		turns = append(turns, turn{"The new ACS URL is typed into Entity Id as well", "That is how the addresses of preview.twilio.com were typed.", []move{{"everything else changed", 0, func(s *settings.Settings) {
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
	is := &m.final.Salesforce.ConnectedApp
	where := pageFlex + " › Twilio SSO URL"
	first := "Write the new addresses down from this checklist, and have samlproof run try settings with all of them changed."
	if m.to == GenerationEnhanced {
		where = pageFlex
		first = "In Flex Console, create the connection of enhanced SSO and copy its Entity ID and ACS URL; have samlproof run try settings with all of the checklist changed."
	}
	o.Steps = []string{
		first,
		"In Salesforce, make a second app beside the one in use: Entity Id " + is.EntityID.Value + ", ACS URL " + is.ACSURL.Value + ", and everything else as in the first: Issuer, IdP Certificate, Subject Type, Name ID Format, Custom Attributes, profiles. Salesforce finds the app by the entity ID in Flex's request, so the first goes on working.",
		"At a quiet hour change Flex: " + where + ". From now on Flex's requests lead to the second app.",
		"Log in once from Flex's link, and once from Salesforce with the second app.",
		"Have those who start at Salesforce use the second app from that moment: the first leads them to an address that no longer takes them in.",
		"When that has worked for some days, delete the first app.",
	}
	if m.to == GenerationEnhanced {
		o.Steps = append(o.Steps, "A Flex UI that is hosted elsewhere takes oauth (connection, clientId, redirectUrl) in its appConfig in place of sso (accountSid).")
	}
	o.Notes = append(o.Notes,
		"New connected apps are blocked by default since Spring '26: the second app is then an External Client App, or “Allow creation of connected apps” is switched on.",
		"Who is logged in to Flex already stays so; sessions are not replayed here.",
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
