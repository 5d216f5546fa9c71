package harness_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds what is shown of a drill to testdata/drill/<name>.txt.
func golden(t *testing.T, name string, d *report.Drill) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, report.DrillText(&b, d, report.Options{}))
	file := filepath.Join("testdata", "drill", name+".txt")
	if *update {
		require.NoError(t, os.WriteFile(file, b.Bytes(), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "go test -update writes it")
	require.NotEmpty(t, want)
	assert.Equal(t, string(want), b.String())
	var doc struct {
		Schema  string `json:"schema"`
		Verdict string `json:"verdict"`
	}
	b.Reset()
	require.NoError(t, report.DrillJSON(&b, d, report.Options{}))
	require.NoError(t, json.Unmarshal(b.Bytes(), &doc))
	assert.NoError(t, keepsSchema("drill", b.Bytes()), name)
	assert.Equal(t, report.DrillFormat, doc.Schema)
	assert.Equal(t, string(d.Verdict()), doc.Verdict)
	assert.NotContains(t, b.String(), ": null,\n        \"", "lists are never null")
}

// keepsSchema says in what a document does not keep the schema with a name.
func keepsSchema(name string, text []byte) error {
	at := slices.IndexFunc(report.Schemas(), func(s report.SchemaFile) bool { return s.Name == name })
	described, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schemas()[at].Text))
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", described); err != nil {
		return err
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return compiled.Validate(document)
}

// example is the embedded settings of this name.
func example(t *testing.T, name string) *settings.Settings {
	t.Helper()
	s, err := fixtures.Settings("salesforce-flex-" + name)
	require.NoError(t, err)
	return s
}

var drillTime = harness.Options{At: harness.ScenarioTime, Users: []string{"ada@acme.example"}}

// way is the order of a drill whose name begins so.
func way(t *testing.T, d *report.Drill, name string) report.DrillWay {
	t.Helper()
	for _, w := range d.Ways {
		if strings.HasPrefix(w.Name, name) {
			return w
		}
	}
	require.Failf(t, "no such order", "%s", name)
	return report.DrillWay{}
}

// who says of every moment of an order who gets in.
func who(w report.DrillWay) []string {
	var all []string
	for _, m := range w.Moments {
		all = append(all, m.State.Who())
	}
	return all
}

const (
	all    = "everybody gets in"
	nobody = "nobody gets in"
)

func TestRotateTellsTheOrder(t *testing.T) {
	t.Parallel()
	names := []string{"enhanced", "legacy", "as-documented"}
	if underRace {
		names = names[:1] // what runs side by side is the same for each
	}
	for _, name := range names {
		d, err := harness.DrillRotate(context.Background(), example(t, name), harness.RotateOptions{Options: drillTime})
		require.NoError(t, err)
		golden(t, "rotate-"+name, d)
		assert.Equal(t, report.Pass, d.Verdict())
		assert.Equal(t, []string{all, nobody, all, all, all}, who(way(t, d, "Both consoles at once")))
		assert.Equal(t, []string{all, nobody, nobody, all}, who(way(t, d, "Salesforce first")))
		assert.Equal(t, []string{all, nobody, nobody, all}, who(way(t, d, "Flex first")))
		assert.Equal(t, []string{all, all, all}, who(way(t, d, "Were there room for two")))
		assert.Equal(t, []string{all, nobody}, who(way(t, d, "Nothing is changed")))
		assert.Equal(t, []string{all, nobody}, who(way(t, d, "The certificate is changed on the page Identity Provider only")))
		assert.Equal(t, []string{nobody}, who(way(t, d, "The old certificate is deleted")))
	}
}

// An app that leaves its certificate to the org is changed on another page.
func TestRotateOfTheOrgsOwnCertificate(t *testing.T) {
	if underRace {
		t.Skip("what runs side by side here does so in TestRotateTellsTheOrder, too")
	}
	t.Parallel()
	s := example(t, "enhanced")
	s.Salesforce.ConnectedApp.IDPCertificate.Value = settings.DefaultIDPCertificate
	d, err := harness.DrillRotate(context.Background(), s, harness.RotateOptions{Options: drillTime})
	require.NoError(t, err)
	assert.Equal(t, report.Pass, d.Verdict())
	assert.Equal(t, "Setup › Identity Provider › Certificate", d.Changes[0].Setting)
	assert.Equal(t, []string{nobody}, who(way(t, d, "The old certificate is deleted")))
}

// The new certificate is the one given, else the one that lies ready, else made up.
func TestRotateToWhichCertificate(t *testing.T) {
	if underRace {
		t.Skip("what runs side by side here does so in TestRotateTellsTheOrder, too")
	}
	t.Parallel()
	early, late := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2055, 1, 1, 0, 0, 0, 0, time.UTC)
	given := harness.Another(t, 2048, 2, early, late)
	drillTime := drillTime
	drillTime.Flow = saml.FlowSP

	d, err := harness.DrillRotate(context.Background(), example(t, "enhanced"), harness.RotateOptions{Options: drillTime, Certificate: given})
	require.NoError(t, err)
	assert.Equal(t, report.Pass, d.Verdict())
	assert.Equal(t, "SalesforceSSO_new", d.Changes[0].New)

	s := example(t, "enhanced")
	ready := s.Salesforce.Certificates[0]
	ready.Label.Value, ready.UniqueName.Value, ready.File.Data = "Next", "Next", given
	s.Salesforce.Certificates = append(s.Salesforce.Certificates, ready)
	d, err = harness.DrillRotate(context.Background(), s, harness.RotateOptions{Options: drillTime})
	require.NoError(t, err)
	assert.Equal(t, report.Pass, d.Verdict())
	assert.Equal(t, "Next", d.Changes[0].New)

	// One that has ended lets nobody in, in whatever order.
	ended := harness.Another(t, 2048, 2, early, early.AddDate(0, 6, 0))
	d, err = harness.DrillRotate(context.Background(), example(t, "enhanced"), harness.RotateOptions{Options: drillTime, Certificate: ended})
	require.NoError(t, err)
	assert.Equal(t, report.Fail, d.Verdict())
	assert.Contains(t, d.Result, "the new certificate does not work")
	assert.Contains(t, d.Facts[1].Text, "ended 244 days ago")

	for _, c := range []struct {
		certificate []byte
		text        string
	}{
		{[]byte("nothing"), "the new certificate cannot be read"},
		{example(t, "enhanced").Flex.X509Certificate.Data, "the new certificate is the one that is in use already"},
	} {
		_, err := harness.DrillRotate(context.Background(), example(t, "enhanced"), harness.RotateOptions{Options: drillTime, Certificate: c.certificate})
		var usage *harness.UsageError
		require.ErrorAs(t, err, &usage)
		assert.Contains(t, usage.Text, c.text)
	}
}

// A drill of settings that let nobody in is blocked, and of those that let some in is
// made with them.
func TestDrillNeedsLoginsThatWork(t *testing.T) {
	if underRace {
		t.Skip("what runs side by side here does so in TestMigrateTellsTheOrder, too")
	}
	t.Parallel()
	s := example(t, "enhanced")
	s.Salesforce.ConnectedApp.EntityID.Value += "/"
	d, err := harness.DrillRotate(context.Background(), s, harness.RotateOptions{Options: drillTime})
	require.NoError(t, err)
	assert.Equal(t, report.Fail, d.Verdict())
	assert.Contains(t, d.Blocked, "The settings let nobody in even before the change: ")

	s = example(t, "enhanced")
	s.Salesforce.Users[1].Active.Value = false
	d, err = harness.DrillRotate(context.Background(), s, harness.RotateOptions{Options: harness.Options{At: harness.ScenarioTime}})
	require.NoError(t, err)
	assert.Equal(t, report.Pass, d.Verdict())
	assert.Len(t, d.States[0].Logins, 2)
	assert.Contains(t, d.Notes[0], "grace@acme.example started at Flex, grace@acme.example started at Salesforce")
	assert.NotContains(t, d.Redact(report.Personal(s)).Notes[0], "grace@acme.example")

	s.Salesforce.Users = nil
	d, err = harness.DrillRotate(context.Background(), s, harness.RotateOptions{Options: harness.Options{At: harness.ScenarioTime}})
	require.NoError(t, err)
	assert.Contains(t, d.Blocked, "The settings have no users")

	_, err = harness.DrillRotate(context.Background(), example(t, "enhanced"), harness.RotateOptions{Options: harness.Options{Users: []string{"nobody"}}})
	assert.EqualError(t, err, `no user "nobody" in the settings`)
}
