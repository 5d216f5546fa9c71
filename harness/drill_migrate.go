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
	there      bool // the settings are at the new addresses already
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
	if m.there = m.from != generationOf(&s.Flex); m.there {
		d.out.Facts = append(d.out.Facts, report.DrillFact{Name: "these settings", Text: "are at " + generationOf(&s.Flex) + " already; what is drilled is the way there, from the addresses of " + m.from + " as they follow from the Account SID"})
	}
	if d.out.Blocked != "" {
		return d.out, nil
	}
	m.drill = d
	m.final = generation(base, m.to, m.connection)
	m.describe()
	for _, step := range []func(context.Context) error{m.lattice, m.orders, m.wrongTurns, m.sitThrough, m.conclude} {
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
	return base, notes, nil
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
		o.Changes = append(o.Changes,
			change(check.FlexSide, pageFlex, "flex.sso", settings.SSOLegacy, settings.SSOEnhanced, "A new connection, "+m.connection+", with fields of its own. Whether Flex takes over what stands in the old ones is not documented, so look at each."),
			same("X.509 Certificate", from.Flex.X509Certificate.Text, "the certificate that stands there now"),
			same("Identity Provider Issuer", from.Flex.IdentityProviderIssuer, ""),
			same("Single Sign-On URL", from.Flex.SSOURL, ""),
			same("Default Redirect URL", from.Flex.DefaultRedirectURL, ""),
			change(check.FlexSide, pageFlex+" › Twilio SSO URL", "flex.twilio_sso_url", from.Flex.ACSURL(), "", "Is gone: the addresses follow from the connection."),
		)
		for _, u := range from.Flex.TrustedURLs {
			if wildcard(u) {
				o.Changes = append(o.Changes, change(check.FlexSide, pageFlex+" › Trusted URLs", u.Path, u.Value, "each address written out", "Enhanced SSO takes no wildcards."))
			}
		}
		if len(from.Flex.TrustedURLs) > 0 {
			o.Changes = append(o.Changes, change(check.FlexSide, "appConfig of a Flex UI that is hosted elsewhere", "flex.trusted_urls", "sso (accountSid)", "oauth (connection, clientId, redirectUrl)", "Only for who hosts the Flex UI himself."))
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

// same is a field that has to hold the old value in the new place, too.
func same(label string, f settings.Text, instead string) report.DrillChange {
	value := f.Value
	if instead != "" {
		value = instead
	}
	return change(check.FlexSide, pageFlex+" › "+label, f.Path, value, value, "The same as before, in the new connection.")
}
