package harness_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// awkwardOptions are those of a replay whose report is the same on every run.
var awkwardOptions = harness.Options{At: harness.ScenarioTime, Users: []string{"ada@acme.example"}}

// ofAwkward is the user of a report that is awkward in this way.
func ofAwkward(t *testing.T, a *report.Awkward, name string) report.AwkwardUser {
	t.Helper()
	for _, u := range a.Users {
		if u.Name == name {
			return u
		}
	}
	require.Failf(t, "no such user", "%s", name)
	return report.AwkwardUser{}
}

// oddOnes are the awkward users who did not end as they should.
func oddOnes(a *report.Awkward) (names []string) {
	for _, u := range a.Users {
		if !u.AsExpected() {
			names = append(names, u.Name)
		}
	}
	return names
}

func TestAwkwardUsersOfAGoodSetUp(t *testing.T) {
	if underRace {
		t.Skip("what runs side by side here does so in TestAwkwardUsersFindWhatBreaks, too")
	}
	t.Parallel()
	for _, name := range []string{"enhanced", "legacy", "as-documented"} {
		a, err := harness.ReplayAwkward(context.Background(), example(t, name), awkwardOptions)
		require.NoError(t, err)
		assert.Empty(t, oddOnes(a))
		assert.Equal(t, report.Pass, a.Verdict(check.Error))
		require.Len(t, a.Users, 19)
		for _, c := range []struct{ name, attribute, value string }{
			{"no first name", "full_name", " Agent"},
			{"Chinese characters", "full_name", "小明 王"},
			{"letters from right to left", "full_name", "مريم כהן"},
			{"quotes", "full_name", `Ada "Countess" O'Neill`},
			{"ampersands", "full_name", "R&D Smith &amp; Sons &#65;"},
			{"angle brackets", "full_name", "<b>Ada</b> </saml:AttributeValue><admin/>"},
			{"a comment and the end of a CDATA section", "full_name", "Ada<!-- --> Agent]]>"},
			{"emoji", "full_name", "Ada 👩‍💻 Agent 🎧"},
			{"spaces around the names", "full_name", " Ada   Agent "},
			{"several roles with odd commas", "roles", "agent|supervisor"},
			{"several roles without spaces", "roles", "agent|supervisor|admin"},
			{"roles with semicolons", "roles", "agent;supervisor"},
			{"no e-mail address", "email", ""},
		} {
			found := false
			for _, at := range ofAwkward(t, a, c.name).Attributes {
				if at.Name == c.attribute {
					found = true
					assert.Equal(t, c.value, strings.Join(at.Values, "|"), c.name)
				}
			}
			assert.True(t, found, c.name)
		}
		assert.Equal(t, "client:o_27neill_2Bflex_40awkward_2Eexample", ofAwkward(t, a, "an apostrophe and a plus sign in the addresses").ContactURI)
		assert.Len(t, ofAwkward(t, a, "255 characters").Attributes[4].Values[0], len("Ada ")+255)
		assert.Equal(t, []string{"attributes/full-name-spaces"}, ofAwkward(t, a, "no first name").Warnings)
		assert.Equal(t, report.AwkwardByFlex, ofAwkward(t, a, "no e-mail address").Got)
		for _, name := range []string{"not active", "a profile without access to the app"} {
			u := ofAwkward(t, a, name)
			assert.Equal(t, report.AwkwardBySalesforce, u.Got)
			assert.Empty(t, u.Attributes, "nothing reaches Flex")
		}
	}
}

// What is wrong with a set-up for some users only is told, and fails.
func TestAwkwardUsersFindWhatBreaks(t *testing.T) {
	t.Parallel()
	raw := &mockidp.Fault{Before: func(x []byte) ([]byte, error) {
		return bytes.ReplaceAll(bytes.ReplaceAll(x, []byte("&lt;"), []byte("<")), []byte("&gt;"), []byte(">")), nil
	}}
	swallowed := &mockidp.Fault{Before: func(x []byte) ([]byte, error) {
		return bytes.ReplaceAll(x, []byte("小明"), []byte("??")), nil
	}}
	for _, c := range []struct {
		what  string
		fault *mockidp.Fault
		edit  func(*settings.Settings)
		odd   []string
	}{
		{"markup that is not escaped", raw, nil, []string{"angle brackets", "a comment and the end of a CDATA section"}},
		{"letters that are lost", swallowed, nil, []string{"Chinese characters"}},
		{"a name that not everybody has", nil, func(s *settings.Settings) {
			s.Salesforce.ConnectedApp.CustomAttributes[0].Value.Value = "$User.FirstName"
		}, []string{"no first name"}},
		{"the app open to every profile", nil, func(s *settings.Settings) {
			s.Salesforce.ConnectedApp.Profiles = append(s.Salesforce.ConnectedApp.Profiles, settings.Text{Value: "Profile Without Access"})
		}, []string{"a profile without access to the app"}},
	} {
		if underRace && c.edit != nil {
			continue // what runs side by side is the same for each
		}
		s := example(t, "enhanced")
		if c.edit != nil {
			c.edit(s)
		}
		opt := awkwardOptions
		opt.Fault = c.fault
		a, err := harness.ReplayAwkward(context.Background(), s, opt)
		require.NoError(t, err)
		assert.Equal(t, report.Pass, a.Report.Verdict(check.Error), c.what)
		assert.Equal(t, report.Fail, a.Verdict(check.Error), c.what)
		assert.Equal(t, c.odd, oddOnes(a), c.what)
	}
}

// Where nobody gets in, awkward users would fail for the same reason and tell nothing.
func TestAwkwardUsersNeedASetUpThatWorks(t *testing.T) {
	t.Parallel()
	s := example(t, "enhanced")
	s.Flex.IdentityProviderIssuer.Value += "/"
	a, err := harness.ReplayAwkward(context.Background(), s, awkwardOptions)
	require.NoError(t, err)
	assert.Empty(t, a.Users)
	assert.NotEmpty(t, a.Skipped)
	assert.Equal(t, report.Fail, a.Verdict(check.Error))
}

func TestAwkwardReport(t *testing.T) {
	t.Parallel()
	a, err := harness.ReplayAwkward(context.Background(), example(t, "enhanced"), awkwardOptions)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, report.AwkwardText(&b, a, report.Options{}))
	_, shown, found := strings.Cut(b.String(), "Awkward users, with what Flex receives\n")
	require.True(t, found)
	const file = "testdata/drill/awkward.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(shown), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), shown)

	b.Reset()
	require.NoError(t, report.AwkwardJSON(&b, a.Redact(), report.Options{}))
	assert.NotContains(t, b.String(), "ada@acme.example")
	var doc struct {
		Schema, Verdict string
		Users           []struct {
			Name       string
			AsExpected bool `json:"as_expected"`
		}
		Report struct{ Schema string }
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &doc))
	assert.Equal(t, report.AwkwardFormat, doc.Schema)
	assert.Equal(t, report.Format, doc.Report.Schema)
	assert.Equal(t, "pass", doc.Verdict)
	require.Len(t, doc.Users, 19)
	assert.True(t, doc.Users[0].AsExpected)
}

// Access by permission set counts as that by profile does, and one app beside another has
// an id of its own.
func TestAccessByPermissionSet(t *testing.T) {
	t.Parallel()
	s := example(t, "legacy")
	app := &s.Salesforce.ConnectedApp
	app.Profiles, app.PermissionSets = nil, []settings.Text{{Value: "Flex"}}
	app.AppID.Value = "0sp0A0000000001"
	for i := range s.Salesforce.Users {
		s.Salesforce.Users[i].PermissionSets = []settings.Text{{Value: "Flex"}}
	}
	a, err := harness.ReplayAwkward(context.Background(), s, awkwardOptions)
	require.NoError(t, err)
	assert.Empty(t, oddOnes(a))
	assert.Equal(t, report.AwkwardBySalesforce, ofAwkward(t, a, "a profile without access to the app").Got)

	d, err := harness.DrillMigrate(context.Background(), s, harness.MigrateOptions{Options: drillTime})
	require.NoError(t, err)
	assert.Equal(t, report.Pass, d.Verdict())
	assert.True(t, way(t, d, "A second app").Safe)
}

// A field that an awkward user has from one of the set-up's own is masked with theirs.
func TestAwkwardUsersAreRedacted(t *testing.T) {
	if underRace {
		t.Skip("what runs side by side here does so in TestAwkwardUsersFindWhatBreaks, too")
	}
	t.Parallel()
	s := example(t, "enhanced")
	app := &s.Salesforce.ConnectedApp
	app.CustomAttributes = append(app.CustomAttributes, settings.CustomAttribute{Key: settings.Text{Value: "phone"}, Value: settings.Text{Value: "$User.Phone"}})
	s.Salesforce.Users[0].Fields = []settings.UserField{{Name: settings.Text{Value: "Phone"}, Value: settings.Text{Value: "+49 30 901820"}}}
	a, err := harness.ReplayAwkward(context.Background(), s, awkwardOptions)
	require.NoError(t, err)
	var open, masked bytes.Buffer
	require.NoError(t, report.AwkwardText(&open, a, report.Options{}))
	require.NoError(t, report.AwkwardText(&masked, a.Redact(), report.Options{}))
	assert.Contains(t, open.String(), "+49 30 901820")
	assert.NotContains(t, masked.String(), "+49 30 901820")
}
