package check

import (
	"math/big"
	"testing"
	"time"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	enhanced   = "salesforce-flex-enhanced"
	legacy     = "salesforce-flex-legacy"
	documented = "salesforce-flex-as-documented"

	legacyEntityID = "https://iam.twilio.com/v1/Accounts/AC0123456789abcdef0123456789abcdef/saml2/metadata"
	legacyACSURL   = "https://iam.twilio.com/v1/Accounts/AC0123456789abcdef0123456789abcdef/saml2"
	otherAccount   = "AC00000000000000000000000000000000"
	otherConnect   = "JQ00000000000000000000000000000000"
	instanceForm   = "https://flex.twilio.com/ and the runtime domain, as https://flex.twilio.com/dancing-owl-1234"
	pemForm        = "one certificate in PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----"
	twoMoreRoles   = "agent, supervisor, admin or a wfo. role"
)

var judgedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// embedded is a fresh copy of example settings.
func embedded(t testing.TB, name string) *settings.Settings {
	t.Helper()
	s, err := fixtures.Settings(name)
	require.NoError(t, err)
	return s
}

// put types a value into a setting.
func put[T any](f *settings.Field[T], value T) {
	f.Value, f.Set = value, true
}

// attach gives a setting a file.
func attach(f *settings.File, name string, data []byte) {
	put(&f.Text, name)
	f.Data = data
}

// mint is a self-signed certificate of Salesforce's shape.
func mint(t testing.TB, kind keys.Kind, bits, n int, from, to time.Time) []byte {
	t.Helper()
	key, err := keys.For(kind, bits)[n].Signer()
	require.NoError(t, err)
	data, err := keys.SelfSigned(keys.Certificate{
		Label: "SalesforceSSO", OrganizationID: "00D0A0000000Acm", Serial: big.NewInt(int64(bits*10 + n)), NotBefore: from, NotAfter: to,
	}, key)
	require.NoError(t, err)
	return data
}

// both puts one certificate into both consoles.
func both(s *settings.Settings, data []byte) {
	attach(&s.Salesforce.Certificates[0].File, "new.crt", data)
	attach(&s.Flex.X509Certificate, "new.crt", data)
}

// app is the connected app of settings.
func app(s *settings.Settings) *settings.ConnectedApp { return &s.Salesforce.ConnectedApp }

// judge runs the checks of settings at the time of the tests.
func judge(s *settings.Settings) []Result {
	return Run(ForProfile(settingsChecks, Flex), NewCase(s, nil, &Expect{Profile: Flex, At: judgedAt}))
}

// bare is a finding without its place and its fix, for comparing.
func bare(f Finding) Finding {
	f.File, f.Line, f.Column, f.Fix = "", 0, 0, nil
	return f
}

// An edit is one thing wrong with settings, and what must come of it.
type edit struct {
	title    string
	settings string // default enhanced
	edit     func(s *settings.Settings)
	cause    string    // the one check that names it
	found    []Finding // what it finds, without files, lines and fixes
	follows  []string  // the other checks that fail
}

// testEdits judges settings with each edit: exactly the cause and what follows fail,
// over what fails without the edit.
func testEdits(t *testing.T, edits []edit) {
	require.NotEmpty(t, edits)
	for _, tt := range edits {
		t.Run(tt.title, func(t *testing.T) {
			name := tt.settings
			if name == "" {
				name = enhanced
			}
			before := map[string]bool{}
			for _, r := range judge(embedded(t, name)) {
				before[r.Check.ID] = r.Status == Fail
			}
			s := embedded(t, name)
			tt.edit(s)
			var causes, follows []string
			for _, r := range judge(s) {
				require.NotEqual(t, Broken, r.Status, "%s: %s", r.Check.ID, r.Reason)
				switch {
				case r.Status != Fail || before[r.Check.ID] && r.Check.ID != tt.cause:
				case len(r.Follows) == 0:
					causes = append(causes, r.Check.ID)
				default:
					follows = append(follows, r.Check.ID)
				}
				if r.Check.ID == tt.cause {
					var found []Finding
					for _, f := range r.Findings {
						found = append(found, bare(f))
					}
					assert.Equal(t, tt.found, found)
				}
			}
			assert.Equal(t, []string{tt.cause}, causes)
			assert.Equal(t, tt.follows, follows)
		})
	}
}

func TestEmbeddedSettingsRaiseNoError(t *testing.T) {
	for name, want := range map[string][]string{
		enhanced:   nil,
		legacy:     {"settings/legacy-sso"},
		documented: {"settings/issuer-form", "settings/default-redirect-url"},
	} {
		var failed []string
		for _, r := range judge(embedded(t, name)) {
			if r.Status == Fail {
				failed = append(failed, r.Check.ID)
				assert.Equal(t, Warning, r.Severity, r.Check.ID)
			}
		}
		assert.Equal(t, want, failed, name)
	}
}

func TestSettingsCompared(t *testing.T) {
	testEdits(t, []edit{
		{title: "entity id with a trailing slash",
			edit:  func(s *settings.Settings) { app(s).EntityID.Value += "/" },
			cause: "settings/entity-id",
			found: []Finding{{At: "salesforce.connected_app.entity_id", Got: "urn:flex:JQ0123456789abcdef0123456789abcdef/", Want: "urn:flex:JQ0123456789abcdef0123456789abcdef",
				Note: "it has a trailing slash that should not be there"}}},
		{title: "entity id missing",
			edit:  func(s *settings.Settings) { app(s).EntityID.Value = "" },
			cause: "settings/entity-id",
			found: []Finding{{At: "salesforce.connected_app.entity_id", Want: "urn:flex:JQ0123456789abcdef0123456789abcdef", Note: "nothing is there"}}},
		{title: "entity id without metadata", settings: legacy,
			edit:  func(s *settings.Settings) { app(s).EntityID.Value = legacyACSURL },
			cause: "settings/entity-id",
			found: []Finding{{At: "salesforce.connected_app.entity_id", Got: legacyACSURL, Want: legacyEntityID,
				Note: "this is the ACS URL of legacy SSO, where the entity ID of legacy SSO is wanted: “/metadata” is missing at the end"}}},
		{title: "the ACS URL of legacy SSO",
			edit:  func(s *settings.Settings) { app(s).ACSURL.Value = legacyACSURL },
			cause: "settings/acs-url",
			found: []Finding{{At: "salesforce.connected_app.acs_url", Got: legacyACSURL,
				Want: "https://login.flex.us1.twilio.com/login/callback?connection=JQ0123456789abcdef0123456789abcdef",
				Note: "this is the ACS URL of legacy SSO, where the ACS URL of enhanced SSO is wanted"}}},
		{title: "issuer with a slash in Salesforce only",
			edit:  func(s *settings.Settings) { app(s).Issuer.Value += "/" },
			cause: "settings/issuer",
			found: []Finding{{At: "salesforce.connected_app.issuer", Got: "https://acme.my.salesforce.com/", Want: "https://acme.my.salesforce.com",
				Note: "it has a trailing slash that should not be there; flex.identity_provider_issuer has the other"}}},
		{title: "issuer with a slash in Flex only",
			edit:  func(s *settings.Settings) { s.Flex.IdentityProviderIssuer.Value += "/" },
			cause: "settings/issuer",
			found: []Finding{{At: "flex.identity_provider_issuer", Got: "https://acme.my.salesforce.com/", Want: "https://acme.my.salesforce.com",
				Note: "it has a trailing slash that should not be there; salesforce.connected_app.issuer has the other"}}},
		{title: "issuer missing in Flex",
			edit:  func(s *settings.Settings) { s.Flex.IdentityProviderIssuer.Value = "" },
			cause: "settings/issuer",
			found: []Finding{{At: "flex.identity_provider_issuer", Want: "https://acme.my.salesforce.com", Note: "nothing is there; salesforce.connected_app.issuer has the other"}}},
		{title: "both issuers with a slash",
			edit:  func(s *settings.Settings) { app(s).Issuer.Value += "/"; s.Flex.IdentityProviderIssuer.Value += "/" },
			cause: "settings/issuer-form",
			found: []Finding{{At: "salesforce.connected_app.issuer", Got: "https://acme.my.salesforce.com/", Want: "https://acme.my.salesforce.com",
				Note: "it has a trailing slash that should not be there"}}},
		{title: "SSO URL of HTTP-POST",
			edit:  func(s *settings.Settings) { s.Flex.SSOURL.Value = s.Salesforce.PostURL() },
			cause: "settings/sso-url",
			found: []Finding{{At: "flex.sso_url", Got: "https://acme.my.salesforce.com/idp/endpoint/HttpPost", Want: "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect",
				Note: "the path is “/idp/endpoint/HttpPost”, not “/idp/endpoint/HttpRedirect”", Flow: saml.FlowSP}}},
		{title: "SSO URL of another host",
			edit: func(s *settings.Settings) {
				s.Flex.SSOURL.Value = "https://globex.my.salesforce.com/idp/endpoint/HttpRedirect"
			},
			cause: "settings/sso-url",
			found: []Finding{{At: "flex.sso_url", Got: "https://globex.my.salesforce.com/idp/endpoint/HttpRedirect", Want: "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect",
				Note: "the host is “globex.my.salesforce.com”, not “acme.my.salesforce.com”", Flow: saml.FlowSP}}},
		{title: "start URL with a slash",
			edit:  func(s *settings.Settings) { app(s).StartURL.Value += "/" },
			cause: "settings/start-url",
			found: []Finding{{At: "salesforce.connected_app.start_url", Got: "https://flex.twilio.com/agent-desktop/", Want: "https://flex.twilio.com/agent-desktop",
				Note: "it has a trailing slash that should not be there"}}},
		{title: "NameID format emailAddress",
			edit:  func(s *settings.Settings) { app(s).NameIDFormat.Value = saml.FormatEmailAddress },
			cause: "settings/name-id-format",
			found: []Finding{{At: "salesforce.connected_app.name_id_format", Got: saml.FormatEmailAddress, Want: saml.FormatUnspecified,
				Note: "“emailAddress” stands where “unspecified” is wanted"}}},
		{title: "NameID format of SAML 2.0",
			edit: func(s *settings.Settings) {
				app(s).NameIDFormat.Value = "urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified"
			},
			cause: "settings/name-id-format",
			found: []Finding{{At: "salesforce.connected_app.name_id_format", Got: "urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified", Want: saml.FormatUnspecified,
				Note: "“2.0” stands where “1.1” is wanted"}}},
		{title: "subject type Federation ID",
			edit: func(s *settings.Settings) {
				app(s).SubjectType.Value = settings.SubjectFederationID
				put(&s.Salesforce.Users[0].FederationID, "ada")
			},
			cause:   "settings/subject-type",
			found:   []Finding{{At: "salesforce.connected_app.subject_type", Got: "FederationId", Want: "Username"}},
			follows: []string{"settings/federation-id"}},
		{title: "subject type in lower case",
			edit:  func(s *settings.Settings) { app(s).SubjectType.Value = "username" },
			cause: "settings/subject-type",
			found: []Finding{{At: "salesforce.connected_app.subject_type", Got: "username", Want: "Username", Note: "the letter case differs: “username” for “Username”"}}},
	})
}

func TestSettingsPlaceholders(t *testing.T) {
	const account = "the Account SID of your Twilio account, AC and 32 hexadecimal digits"
	const connection = "the SID of your SSO connection, JQ and 32 hexadecimal digits"
	const domain = "the name of your org's My Domain"
	testEdits(t, []edit{
		{title: "in Account SID", settings: legacy,
			edit:  func(s *settings.Settings) { s.Flex.AccountSID.Value = "ACxxxx" },
			cause: "settings/placeholder",
			found: []Finding{{At: "flex.account_sid", Got: "ACxxxx", Want: account, Note: "the placeholder “ACxxxx” was left in"}}},
		{title: "in Entity Id", settings: legacy,
			edit: func(s *settings.Settings) {
				app(s).EntityID.Value = "https://iam.twilio.com/v1/Accounts/ACxxxx/saml2/metadata"
			},
			cause: "settings/placeholder",
			found: []Finding{{At: "salesforce.connected_app.entity_id", Got: "https://iam.twilio.com/v1/Accounts/ACxxxx/saml2/metadata", Want: account,
				Note: "the placeholder “ACxxxx” was left in"}}},
		{title: "in the connection",
			edit:  func(s *settings.Settings) { s.Flex.ConnectionSID.Value = "JQxxxx" },
			cause: "settings/placeholder",
			found: []Finding{{At: "flex.connection_sid", Got: "JQxxxx", Want: connection, Note: "the placeholder “JQxxxx” was left in"}}},
		{title: "in ACS URL",
			edit: func(s *settings.Settings) {
				app(s).ACSURL.Value = "https://login.flex.us1.twilio.com/login/callback?connection=JQxxxx"
			},
			cause: "settings/placeholder",
			found: []Finding{{At: "salesforce.connected_app.acs_url", Got: "https://login.flex.us1.twilio.com/login/callback?connection=JQxxxx", Want: connection,
				Note: "the placeholder “JQxxxx” was left in"}}},
		{title: "in both issuers",
			edit: func(s *settings.Settings) {
				app(s).Issuer.Value = "https://YOUR_DOMAIN.my.salesforce.com/"
				s.Flex.IdentityProviderIssuer.Value = "https://<your-salesforce-subdomain>.salesforce.com/"
			},
			cause: "settings/placeholder",
			found: []Finding{
				{At: "salesforce.connected_app.issuer", Got: "https://YOUR_DOMAIN.my.salesforce.com/", Want: domain, Note: "the placeholder “YOUR_DOMAIN” was left in"},
				{At: "flex.identity_provider_issuer", Got: "https://<your-salesforce-subdomain>.salesforce.com/", Want: domain,
					Note: "the placeholder “<your-salesforce-subdomain>” was left in"}}},
		{title: "in My Domain",
			edit:  func(s *settings.Settings) { s.Salesforce.MyDomain.Value = "YOUR_DOMAIN.my.salesforce.com" },
			cause: "settings/placeholder",
			found: []Finding{{At: "salesforce.my_domain", Got: "YOUR_DOMAIN.my.salesforce.com", Want: domain, Note: "the placeholder “YOUR_DOMAIN” was left in"}}},
		{title: "in Organization ID",
			edit:  func(s *settings.Settings) { s.Salesforce.OrganizationID.Value = "00Dxxxxxxxxxxxx" },
			cause: "settings/placeholder",
			found: []Finding{{At: "salesforce.organization_id", Got: "00Dxxxxxxxxxxxx",
				Want: "the Organization ID of your org, 00D and 12 or 15 further characters", Note: "the placeholder “00Dxxxxxxxxxxxx” was left in"}}},
		{title: "in the addresses of Flex",
			edit: func(s *settings.Settings) {
				s.Flex.LoginLink.Value = "https://flex.twilio.com/<runtime-domain>"
				s.Flex.DefaultRedirectURL.Value = "https://flex.twilio.com/<runtime-domain>"
			},
			cause: "settings/placeholder",
			found: []Finding{
				{At: "flex.default_redirect_url", Got: "https://flex.twilio.com/<runtime-domain>", Want: "the runtime domain of your Flex instance, as dancing-owl-1234",
					Note: "the placeholder “<runtime-domain>” was left in"},
				{At: "flex.login_link", Got: "https://flex.twilio.com/<runtime-domain>", Want: "the runtime domain of your Flex instance, as dancing-owl-1234",
					Note: "the placeholder “<runtime-domain>” was left in"}}},
	})
}

// What a placeholder was left in is named with its place and its console.
func TestSettingsPlaceholderPlace(t *testing.T) {
	s := embedded(t, enhanced)
	s.Flex.SSOURL.Value = "https://<your-salesforce-subdomain>.salesforce.com/idp/endpoint/HttpRedirect"
	f := judge(s)[0].Findings[0]
	assert.Equal(t, s.Flex.SSOURL.Place, settings.Place{File: f.File, Line: f.Line, Column: f.Column})
	assert.NotZero(t, f.Line)
	assert.Equal(t, &Fix{Side: FlexSide, Setting: "Flex Console › Single sign-on (SSO) › Single Sign-On URL",
		Text: "Replace <your-salesforce-subdomain> by the name of your org's My Domain."}, f.Fix)
}

// Names of people and formulas may hold anything.
func TestSettingsPlaceholderSparesNames(t *testing.T) {
	s := embedded(t, enhanced)
	put(&s.Salesforce.Users[0].LastName, "<xxxx>")
	put(&s.Salesforce.Users[0].Nickname, "your-company")
	put(&app(s).Name, "Flex {test}")
	put(&app(s).CustomAttributes[0].Value, `"<your-company>"`)
	assert.Equal(t, Pass, judge(s)[0].Status)
}
