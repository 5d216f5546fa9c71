package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
)

func compiled(t testing.TB) *jsonschema.Schema { return compiledOf(t, "report") }

// compiledOf is the schema with this name, which needs no other.
func compiledOf(t testing.TB, name string) *jsonschema.Schema {
	at := slices.IndexFunc(report.Schemas(), func(s report.SchemaFile) bool { return s.Name == name })
	require.GreaterOrEqual(t, at, 0, name)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schemas()[at].Text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("report.json", doc))
	schema, err := c.Compile("report.json")
	require.NoError(t, err)
	return schema
}

func valid(t testing.TB, schema *jsonschema.Schema, text []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	return schema.Validate(v)
}

func TestJSONKeepsItsSchema(t *testing.T) {
	schema := compiled(t)
	for name, sample := range samples {
		for _, r := range []*report.Report{sample(), report.Redact(sample())} {
			var b bytes.Buffer
			require.NoError(t, report.JSON(&b, r, report.Options{FailOn: check.Warning}))
			require.NoError(t, valid(t, schema, b.Bytes()), name)
			require.NotContains(t, b.String(), "null,\n      \"results\"")
		}
	}
}

// The schema would be worth nothing if it let wrong reports through.
func TestSchemaRefuses(t *testing.T) {
	schema := compiled(t)
	var b bytes.Buffer
	require.NoError(t, report.JSON(&b, slash(), report.Options{}))
	for _, change := range [][2]string{
		{`"schema": "samlproof.report/1"`, `"schema": "samlproof.report/2"`},
		{`"verdict": "fail"`, `"verdict": "failed"`},
		{`"follows": []`, `"follows": null`},
		{`"flow": "sp"`, `"flow": "saml"`},
		{`"id": "settings/entity-id"`, `"id": "Entity Id"`},
		{`"line": 18`, `"line": -1`},
		{`"at": "2026-03-04T12:00:00Z"`, `"at": "noon"`},
		{`"accepted": false`, `"accepted": "no"`},
		{`"status": "skip"`, `"status": "fail"`},
		{`"tool":`, `"program":`},
	} {
		text := strings.Replace(b.String(), change[0], change[1], 1)
		require.NotEqual(t, b.String(), text, change[0])
		require.Error(t, valid(t, schema, []byte(text)), change[1])
	}
}

// Every string survives JSON as it is, but for bytes that are no UTF-8.
func TestJSONKeepsStrings(t *testing.T) {
	var b bytes.Buffer
	r := hostile()
	require.NoError(t, report.JSON(&b, r, report.Options{}))
	var got struct{ Tool string }
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	require.Equal(t, strings.ToValidUTF8(r.Tool, "\ufffd"), got.Tool)
}

// No output acts on a terminal, hides a character or is no UTF-8.
func TestOutputIsPrintable(t *testing.T) {
	for name, sample := range samples {
		for format, write := range map[string]func(io.Writer, *report.Report, report.Options) error{
			"text": report.Text, "json": report.JSON, "junit": report.JUnit,
		} {
			for _, opt := range []report.Options{{}, {Verbose: true}, {Width: 1}} {
				var b bytes.Buffer
				require.NoError(t, write(&b, sample(), opt))
				require.True(t, utf8.Valid(b.Bytes()), "%s as %s", name, format)
				for _, r := range b.String() {
					require.True(t, r == '\n' || unicode.IsPrint(r), "%s as %s has %U", name, format, r)
				}
			}
		}
	}
}

func TestJUnitIsWellFormed(t *testing.T) {
	type suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	for name, sample := range samples {
		var b bytes.Buffer
		require.NoError(t, report.JUnit(&b, sample(), report.Options{}))
		var got struct {
			XMLName xml.Name `xml:"testsuites"`
			suite
			Suites []struct {
				suite
				Cases []struct {
					Failure *struct{} `xml:"failure"`
					Error   *struct{} `xml:"error"`
					Skipped *struct{} `xml:"skipped"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		require.NoError(t, xml.Unmarshal(b.Bytes(), &got), name)
		var sum suite
		for _, s := range got.Suites {
			var counted suite
			for _, c := range s.Cases {
				counted.Tests++
				switch {
				case c.Failure != nil:
					counted.Failures++
				case c.Error != nil:
					counted.Errors++
				case c.Skipped != nil:
					counted.Skipped++
				}
			}
			require.Equal(t, counted, s.suite, name)
			sum = suite{sum.Tests + s.Tests, sum.Failures + s.Failures, sum.Errors + s.Errors, sum.Skipped + s.Skipped}
		}
		require.Equal(t, sum, got.suite, name)
		green := sum.Failures+sum.Errors == 0
		require.Equal(t, sample().Verdict(0) == report.Pass, green, name)
	}
}

// Failures below the severity asked for are told, but do not fail the pipeline.
func TestJUnitWarnings(t *testing.T) {
	r := green()
	r.SettingsResults[0] = fails(algorithm, nil, check.Finding{Got: "SHA1", Want: "SHA256"})
	var b bytes.Buffer
	require.NoError(t, report.JUnit(&b, r, report.Options{}))
	require.NotContains(t, b.String(), "<failure")
	require.Contains(t, b.String(), "<system-out><![CDATA[warning: Signatures use SHA-256 or better: got SHA1, want SHA256")
	b.Reset()
	require.NoError(t, report.JUnit(&b, r, report.Options{FailOn: check.Warning}))
	require.Contains(t, b.String(), `type="warning"`)
}

func TestVerdict(t *testing.T) {
	warn := func(s check.Severity) *report.Report {
		r := green()
		res := fails(algorithm, nil, check.Finding{})
		res.Severity = s
		r.Logins[0].Results[2] = res
		return r
	}
	skipped := green()
	for i, res := range skipped.SettingsResults {
		skipped.SettingsResults[i] = skips(res.Check, "x")
	}
	skipped.Logins = nil
	incomplete := slash()
	incomplete.Incomplete = []string{"x"}
	for _, test := range []struct {
		name   string
		r      *report.Report
		failOn check.Severity
		want   report.Verdict
	}{
		{"green", green(), 0, report.Pass},
		{"an error", slash(), 0, report.Fail},
		{"a warning", warn(check.Warning), 0, report.Pass},
		{"a warning that counts", warn(check.Warning), check.Warning, report.Fail},
		{"a note", warn(check.Note), check.Warning, report.Pass},
		{"a note that counts", warn(check.Note), check.Note, report.Fail},
		{"broken", partial(), 0, report.Partial},
		{"failed and incomplete", incomplete, 0, report.Partial},
		{"nothing judged", nothing(), 0, report.Partial},
		{"everything skipped", skipped, 0, report.Partial},
	} {
		require.Equal(t, test.want, test.r.Verdict(test.failOn), test.name)
		require.Equal(t, test.want, test.r.Summary(test.failOn).Verdict, test.name)
	}
}

func TestSummaryNamesCauses(t *testing.T) {
	names := func(r *report.Report, failOn check.Severity) []string {
		var all []string
		for _, c := range r.Summary(failOn).Causes {
			all = append(all, c.Result.Check.ID)
		}
		return all
	}
	require.Empty(t, names(green(), 0))
	require.Equal(t, []string{"settings/entity-id"}, names(slash(), 0), "what follows through another check has the same cause")
	require.Equal(t, []string{"settings/entity-id", "settings/issuer"}, names(several(), 0))
	require.Equal(t, []string{"settings/entity-id", "settings/issuer", "signature/algorithm"}, names(several(), check.Warning))
	require.Equal(t, []int{0, 1}, several().Summary(check.Warning).Causes[2].Logins, "one cause in both logins")

	// What is about how values are written comes after what no reader passes over.
	r := several()
	formal := *r.SettingsResults[0].Check
	formal.Formal = true
	r.SettingsResults[0].Check = &formal
	require.Equal(t, []string{"settings/issuer", "settings/entity-id"}, names(r, 0))

	// An error that follows from a warning has the warning as its cause.
	r = slash()
	r.SettingsResults[0].Severity = check.Warning
	require.Equal(t, []string{"settings/entity-id"}, names(r, 0))

	// Results that explain each other in a circle, or by a check that did not fail, are
	// not lost.
	r = green()
	r.SettingsResults[0] = fails(entityID, []string{"settings/issuer"}, check.Finding{})
	r.SettingsResults[1] = fails(issuer, []string{"settings/entity-id"}, check.Finding{})
	require.Equal(t, []string{"settings/entity-id", "settings/issuer"}, names(r, 0))
	r.SettingsResults[1] = fails(issuer, []string{"settings/start-url"}, check.Finding{})
	require.Equal(t, []string{"settings/issuer"}, names(r, 0))
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWritersReportErrors(t *testing.T) {
	require.EqualError(t, report.Text(broken{}, green(), report.Options{}), "disk full")
	require.EqualError(t, report.JSON(broken{}, green(), report.Options{}), "disk full")
	require.EqualError(t, report.JUnit(broken{}, green(), report.Options{}), "disk full")
}
