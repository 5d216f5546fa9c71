package harness_test

import (
	"context"
	"testing"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMigrateTellsTheOrder(t *testing.T) {
	t.Parallel()
	cases := []struct{ settings, to, name string }{
		{"legacy", "", "migrate-enhanced"},
		{"legacy", "iam", "migrate-iam"},
		{"enhanced", "", "migrate-there-already"},
	}
	if underRace {
		cases = cases[:1] // what runs side by side is the same for each
	}
	for _, c := range cases {
		d, err := harness.DrillMigrate(context.Background(), example(t, c.settings), harness.MigrateOptions{Options: drillTime, To: c.to})
		require.NoError(t, err)
		golden(t, c.name, d)
		assert.Equal(t, report.Pass, d.Verdict())
		second := way(t, d, "A second app")
		assert.True(t, second.Advised && second.Safe)
		assert.Equal(t, []string{
			"locked out are logins started at Salesforce with the second app",
			"locked out are logins started at Salesforce with the first app", all,
		}, who(second))
		assert.Equal(t, []string{all, nobody, all}, who(way(t, d, "Both consoles at once")))
		assert.Equal(t, []string{all, nobody, all}, who(way(t, d, "Salesforce first")))
		assert.Equal(t, []string{all, nobody, all}, who(way(t, d, "Flex first")))
		assert.Equal(t, []string{nobody}, who(way(t, d, "The ACS URL is left")))
		assert.Equal(t, []string{nobody}, who(way(t, d, "The Entity Id is left")))
		require.Len(t, d.States, 8)
		for i, s := range d.States {
			want := nobody
			if i == 0 || i == 7 {
				want = all
			}
			assert.Equal(t, want, s.Who(), s.Name)
		}
	}
}

// Every value of the checklist, from the time before general availability on.
func TestMigrateListsWhatChanges(t *testing.T) {
	if underRace {
		t.Skip("what runs side by side here does so in TestMigrateTellsTheOrder, too")
	}
	t.Parallel()
	const account = "AC0123456789abcdef0123456789abcdef"
	preview := example(t, "legacy")
	old := "https://preview.twilio.com/iam/Accounts/" + account + "/saml2"
	preview.Flex.TwilioSSOURL.Value = old
	preview.Salesforce.ConnectedApp.EntityID.Value, preview.Salesforce.ConnectedApp.ACSURL.Value = old, old
	preview.Flex.TrustedURLs = []settings.Text{{Value: "https://*.acme.example", Path: "flex.trusted_urls[0]"}}

	values := func(d *report.Drill) (all [][2]string) {
		for _, c := range d.Changes {
			all = append(all, [2]string{c.Old, c.New})
		}
		return all
	}
	iam := "https://iam.twilio.com/v1/Accounts/" + account + "/saml2"
	d, err := harness.DrillMigrate(context.Background(), preview, harness.MigrateOptions{Options: drillTime})
	require.NoError(t, err)
	assert.Equal(t, report.Pass, d.Verdict())
	assert.Equal(t, [][2]string{{old, iam + "/metadata"}, {old, iam}, {old, iam}}, values(d))
	assert.Equal(t, []string{nobody}, who(way(t, d, "The Entity Id gets the new host and not /metadata")))

	const connection = "JQ00112233445566778899aabbccddeeff"
	d, err = harness.DrillMigrate(context.Background(), preview, harness.MigrateOptions{Options: drillTime, To: "enhanced", ConnectionSID: connection})
	require.NoError(t, err)
	assert.Equal(t, report.Pass, d.Verdict())
	assert.Equal(t, [][2]string{
		{old, "urn:flex:" + connection},
		{old, "https://login.flex.us1.twilio.com/login/callback?connection=" + connection},
		{"legacy", "enhanced"},
		{"the certificate that stands there now", "the certificate that stands there now"},
		{"https://acme.my.salesforce.com", "https://acme.my.salesforce.com"},
		{"https://acme.my.salesforce.com/idp/endpoint/HttpRedirect", "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"},
		{"https://flex.twilio.com/dancing-owl-1234", "https://flex.twilio.com/dancing-owl-1234"},
		{old, ""},
		{"https://*.acme.example", "each address written out"},
		{"sso (accountSid)", "oauth (connection, clientId, redirectUrl)"},
	}, values(d))
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, d.States[7].Done, "what changes in Flex is saved together")
	assert.Equal(t, "legacy SSO ends in 29 days", d.Facts[0].Text)
}

func TestMigrateThatCannotBe(t *testing.T) {
	t.Parallel()
	nameless := example(t, "enhanced")
	nameless.Flex.AccountSID.Value = ""
	for _, c := range []struct {
		s    *settings.Settings
		opt  harness.MigrateOptions
		text string
	}{
		{example(t, "legacy"), harness.MigrateOptions{To: "preview"}, `a migration to "preview" is not known`},
		{example(t, "legacy"), harness.MigrateOptions{ConnectionSID: "JQ1"}, `"JQ1" is no connection SID`},
		{nameless, harness.MigrateOptions{}, "the settings have no Account SID, which the addresses of legacy SSO are made of"},
	} {
		_, err := harness.DrillMigrate(context.Background(), c.s, c.opt)
		var usage *harness.UsageError
		require.ErrorAs(t, err, &usage)
		assert.Equal(t, c.text, usage.Text)
	}

	broken := example(t, "legacy")
	broken.Flex.IdentityProviderIssuer.Value += "/"
	d, err := harness.DrillMigrate(context.Background(), broken, harness.MigrateOptions{Options: drillTime})
	require.NoError(t, err)
	assert.Equal(t, report.Fail, d.Verdict())
	assert.Contains(t, d.Blocked, "Invalid issuer in the Assertion/Response")
}
