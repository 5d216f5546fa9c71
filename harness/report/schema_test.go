package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
)

// The catalogue as JSON keeps its schema, and the schema lets no other through.
func TestChecksKeepTheirSchema(t *testing.T) {
	schema := compiledOf(t, "checks")
	var b bytes.Buffer
	require.NoError(t, report.ChecksJSON(&b, check.All))
	require.NoError(t, valid(t, schema, b.Bytes()))
	refuses(t, schema, b.String(),
		`"severity": "error"`, `"severity": "fatal"`,
		`"id": "settings/placeholder"`, `"id": "placeholder"`,
		`"covers": []`, `"covers": null`,
		`"basis": "vendor"`, `"basis": "mine"`,
		`"flex_fix": null`, `"flex_fix": ""`,
		`"since":`, `"from":`,
	)
}

func TestAwkwardKeepsItsSchema(t *testing.T) {
	schema := compiledOf(t, "awkward")
	a := &report.Awkward{Report: departed(), Users: []report.AwkwardUser{
		{Name: "no first name", Username: "x@awkward.example", Want: report.AwkwardIn, Got: report.AwkwardIn, FriendlyName: "x", ContactURI: "client:x",
			Attributes: []report.AwkwardAttribute{{Name: "roles", Values: []string{"agent"}, Array: true}}, Warnings: []string{"attributes/full-name"}},
		{Name: "markup", Want: report.AwkwardIn, Got: report.AwkwardByFlex, Reasons: []string{"it was refused"}},
	}}
	for _, x := range []*report.Awkward{a, a.Redact(), {Report: green(), Skipped: "there is no app"}} {
		var b bytes.Buffer
		require.NoError(t, report.AwkwardJSON(&b, x, report.Options{}))
		require.NoError(t, valid(t, schema, b.Bytes()))
	}
	var b bytes.Buffer
	require.NoError(t, report.AwkwardJSON(&b, a, report.Options{}))
	refuses(t, schema, b.String(),
		`"schema": "samlproof.report/1"`, `"schema": "samlproof.awkward/1"`,
		`"got": "logged in"`, `"got": "in"`,
		`"reasons": []`, `"reasons": ["it is odd"]`,
		`"warnings": []`, `"warnings": null`,
		`"started_by": "idp"`, `"started_by": "me"`,
		`"username":`, `"user":`,
	)
}

// drilled is a drill in which everything occurs.
func drilled() *report.Drill {
	in := report.DrillLogin{User: "ada@acme.example", Flow: saml.FlowSP, Start: "started at Flex", Accepted: true}
	out := report.DrillLogin{User: "ada@acme.example", Flow: saml.FlowIDP, Start: "started at Salesforce", By: "Flex", Status: 401, Code: "70004", Sees: "no", Inferred: true}
	state := report.DrillState{Name: "old and new", At: noon, Done: []int{0}, Logins: []report.DrillLogin{in, out}}
	return &report.Drill{
		Name: "rotate", Title: "The certificate is replaced", Tool: "samlproof 0.1.0", Settings: "acme.yaml", At: noon, AtSource: "flag", Result: "Change both.",
		Facts:    []report.DrillFact{{Name: "in use", Text: "SalesforceSSO"}},
		Changes:  []report.DrillChange{{Side: check.FlexSide, Setting: "X.509 Certificate", Path: "flex.x509_certificate", Old: "a", New: "b"}},
		States:   []report.DrillState{state, {Name: "new and new"}},
		Ways:     []report.DrillWay{{Name: "both", Safe: true, Advised: true, Moments: []report.DrillMoment{{Do: "saved", After: time.Hour, Brief: true, State: state}}}},
		Sessions: []report.DrillSession{{Name: "old and new", Done: []int{0}, Tries: []report.DrillTry{{Do: "logs in again", Sees: "no", Inferred: []string{"nobody says so"}}}}},
		Measures: []report.DrillMeasure{{Name: "ahead", Bound: "NotBefore", Window: time.Second, Accepted: time.Minute, Tries: 1}},
		Steps:    []string{"save"}, Notes: []string{"none"},
	}
}

func TestDrillKeepsItsSchema(t *testing.T) {
	schema := compiledOf(t, "drill")
	var b bytes.Buffer
	for _, d := range []*report.Drill{drilled(), drilled().Redact([]string{"ada@acme.example"}), {Name: "clock", Blocked: "The settings let nobody in."}} {
		b.Reset()
		require.NoError(t, report.DrillJSON(&b, d, report.Options{}))
		require.NoError(t, valid(t, schema, b.Bytes()))
	}
	b.Reset()
	require.NoError(t, report.DrillJSON(&b, drilled(), report.Options{}))
	refuses(t, schema, b.String(),
		`"drill": "rotate"`, `"drill": "rotation"`,
		`"done": []`, `"done": null`,
		`"result": "Change both."`, `"result": ""`,
		`"refused_by": "Flex"`, `"refused_by": "Twilio"`,
		`"sees": "no"`, `"sees": null`,
		`"tries": 1`, `"tries": 0`,
		`"brief":`, `"short":`,
		`"at": "2026-03-04T12:00:00Z"`, `"at": "noon"`,
	)
}

// refuses wants a document not to be valid any more after each change, old and new text
// in turn.
func refuses(t *testing.T, schema *jsonschema.Schema, text string, changes ...string) {
	t.Helper()
	for i := 0; i < len(changes); i += 2 {
		changed := strings.Replace(text, changes[i], changes[i+1], 1)
		require.NotEqual(t, text, changed, changes[i])
		assert.Error(t, valid(t, schema, []byte(changed)), changes[i+1])
	}
}

// Each schema has an id of its own, which says what it describes.
func TestSchemasAreNamed(t *testing.T) {
	for _, s := range report.Schemas() {
		assert.Contains(t, string(s.Text), `"$id": "urn:samlproof:schema:`+s.Name+`:1"`)
		assert.NotContains(t, string(s.Text), `"report": {}`)
		assert.NotEmpty(t, s.Of)
	}
}
