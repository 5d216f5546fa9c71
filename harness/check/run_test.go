package check

import (
	"testing"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// made is a check that ends in a given way.
func made(id string, run func(*Case) Outcome) *Check {
	return &Check{ID: id, Severity: Error, Run: run}
}

func passing(*Case) Outcome { return pass() }

func TestRun(t *testing.T) {
	finding := Finding{At: "a", Got: "b", Want: "c"}
	checks := []*Check{
		made("x/pass", passing),
		made("x/fail", func(*Case) Outcome { return fails(finding) }),
		made("x/skip", func(*Case) Outcome { return skip("no reason") }),
		made("x/broken", func(*Case) Outcome { var s []int; _ = s[1]; return pass() }),
		// What was found counts, though more could not be judged.
		made("x/both", func(*Case) Outcome { return Outcome{Findings: []Finding{finding}, Skip: "some"} }),
		made("x/last", passing),
	}
	results := Run(checks, NewCase(nil, &saml.Exchange{User: "ada", Flow: saml.FlowSP}, nil))
	require.Len(t, results, len(checks))
	want := []struct {
		status Status
		reason string
		found  int
	}{{Pass, "", 0}, {Fail, "", 1}, {Skip, "no reason", 0}, {Broken, "runtime error: index out of range [1] with length 0", 0}, {Fail, "", 1}, {Pass, "", 0}}
	for i, r := range results {
		assert.Same(t, checks[i], r.Check)
		assert.Equal(t, want[i].status, r.Status)
		assert.Equal(t, want[i].reason, r.Reason)
		assert.Len(t, r.Findings, want[i].found)
		assert.Equal(t, Error, r.Severity)
	}
}

func TestRunSeverity(t *testing.T) {
	for _, tt := range []struct {
		check, saml Severity // of the check, and under the profile saml; 0 for the same
		found       []Severity
		want        Severity
	}{
		{Error, 0, []Severity{0}, Error},
		{Error, 0, []Severity{Warning}, Warning},
		{Error, 0, []Severity{Note, Warning}, Warning},
		{Error, 0, []Severity{Note, 0, Warning}, Error},
		{Warning, 0, []Severity{Error}, Warning}, // a finding is never more than its check
		{Error, Warning, []Severity{0}, Warning},
		{Error, Warning, []Severity{Note}, Note},
		{Note, Error, []Severity{0}, Error},
		{Error, Warning, nil, Warning},
	} {
		ch := made("x/y", func(*Case) Outcome {
			var found []Finding
			for _, s := range tt.found {
				found = append(found, Finding{Severity: s})
			}
			return fails(found...)
		})
		ch.Severity = tt.check
		if tt.saml != 0 {
			ch.In = map[Profile]Severity{SAML: tt.saml}
		}
		assert.Equal(t, tt.want, Run([]*Check{ch}, NewCase(nil, nil, nil))[0].Severity, "%+v", tt)
	}
}

// Strictly a SHOULD of a standard is an error; a vendor's advice stays what it is.
func TestRunStrict(t *testing.T) {
	for _, tt := range []struct {
		basis          Basis
		severity, want Severity
	}{
		{Normative, Warning, Error}, {Deploy, Warning, Error}, {Vendor, Warning, Warning}, {Hardening, Warning, Warning},
		{Normative, Note, Note}, {Normative, Error, Error},
	} {
		for _, of := range []Severity{0, tt.severity} { // the finding says nothing, or the same as its check
			ch := made("x/y", func(*Case) Outcome { return fails(Finding{Severity: of}) })
			ch.Basis, ch.Severity = tt.basis, tt.severity
			assert.Equal(t, tt.want, Run([]*Check{ch}, NewCase(nil, nil, &Expect{Strict: true}))[0].Severity, "%+v", tt)
			assert.Equal(t, tt.severity, Run([]*Check{ch}, NewCase(nil, nil, nil))[0].Severity, "%+v", tt)
		}
	}
}

// A finding that is a mere warning of a rule is an error where advice is taken strictly;
// a note stays one.
func TestRunStrictFindings(t *testing.T) {
	for _, tt := range []struct {
		basis    Basis
		of, want Severity
	}{{Normative, Warning, Error}, {Normative, Note, Note}, {Vendor, Warning, Warning}} {
		ch := made("x/y", func(*Case) Outcome { return fails(Finding{Severity: tt.of}) })
		ch.Basis = tt.basis
		assert.Equal(t, tt.want, Run([]*Check{ch}, NewCase(nil, nil, &Expect{Strict: true}))[0].Severity, "%+v", tt)
	}
}

// Under the Flex profile a finding is mended in the consoles' own words, unless it has
// a fix of its own.
func TestRunFlexFix(t *testing.T) {
	own := Fix{Side: SP, Setting: "own"}
	ch := made("x/y", func(*Case) Outcome { return fails(Finding{}, Finding{Fix: &own}) })
	ch.FlexFix = Fix{Side: FlexSide, Setting: "flex"}
	for profile, want := range map[Profile]*Fix{Flex: &ch.FlexFix, SAML: nil} {
		r := Run([]*Check{ch}, NewCase(nil, nil, &Expect{Profile: profile}))[0]
		assert.Equal(t, want, r.Findings[0].Fix)
		assert.Equal(t, &own, r.Findings[1].Fix)
	}
}

func TestForProfile(t *testing.T) {
	checks := []*Check{{ID: "x/all"}, {ID: "x/flex", Profile: Flex}, {ID: "x/saml2int", Profile: SAML2Int}, {ID: "x/last"}}
	assert.Equal(t, []string{"x/all", "x/last"}, ids(ForProfile(checks, SAML)))
	assert.Equal(t, []string{"x/all", "x/flex", "x/last"}, ids(ForProfile(checks, Flex)))
	assert.Equal(t, []string{"x/all", "x/saml2int", "x/last"}, ids(ForProfile(checks, SAML2Int)))
}

func TestSelect(t *testing.T) {
	checks := []*Check{{ID: "settings/issuer"}, {ID: "settings/acs-url"}, {ID: "request/issuer"}, {ID: "response/status"}}
	for patterns, want := range map[string][]string{
		"settings/*":                 {"settings/issuer", "settings/acs-url"},
		"settings":                   {"settings/issuer", "settings/acs-url"},
		"*/issuer":                   {"settings/issuer", "request/issuer"},
		"re*":                        {"request/issuer", "response/status"},
		"*":                          {"settings/issuer", "settings/acs-url", "request/issuer", "response/status"},
		"*/*":                        {"settings/issuer", "settings/acs-url", "request/issuer", "response/status"},
		"response/*, settings/a*":    {"settings/acs-url", "response/status"},
		"request/issuer":             {"request/issuer"},
		"request/[a-m]*,*/acs-ur?":   {"settings/acs-url", "request/issuer"},
		"settings/*,settings/issuer": {"settings/issuer", "settings/acs-url"},
	} {
		selected, err := Select(checks, patterns)
		require.NoError(t, err, patterns)
		assert.Equal(t, want, ids(selected), patterns)
	}
	for patterns, want := range map[string]string{
		"":                     `no check matches ""`,
		"setings/issuer":       `no check matches "setings/issuer"; the nearest is settings/issuer`,
		"settings/*,metadata":  `no check matches "metadata"`,
		"settings/[":           `"settings/[" is no pattern of check ids: a bracket or a backslash is not closed`,
		"issuer":               `no check matches "issuer"`,
		"settings/issuer/more": `no check matches "settings/issuer/more"; the nearest is settings/issuer`,
	} {
		_, err := Select(checks, patterns)
		assert.EqualError(t, err, want, patterns)
	}
	_, err := Select(nil, "*")
	assert.EqualError(t, err, `no check matches "*"`)
}

func TestLookup(t *testing.T) {
	ch, err := Lookup("settings/issuer")
	require.NoError(t, err)
	assert.Same(t, SettingsIssuer, ch)
	_, err = Lookup("settings/isuer")
	assert.EqualError(t, err, `no check matches "settings/isuer"; the nearest is settings/issuer`)
}
