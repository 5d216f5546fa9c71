package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
)

// Format names the layout of the JSON report. A change that would break a reader
// changes the number.
const Format = "samlproof.report/1"

// JSON writes the whole report for a program, as Schema describes it. Nothing is
// shortened, lists are never null, and characters that cannot be seen are escaped.
func JSON(w io.Writer, r *Report, opt Options) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document(r, opt.failOn())); err != nil {
		return fmt.Errorf("writing the report as JSON: %w", err)
	}
	_, err := w.Write(escapeHidden(b.Bytes()))
	return err
}

// The types of the JSON report. Their order is the order of the keys.
type (
	jsonReport struct {
		Schema          string         `json:"schema"`
		Tool            string         `json:"tool"`
		Verdict         Verdict        `json:"verdict"`
		Settings        string         `json:"settings"`
		Logins          []jsonLogin    `json:"logins"`
		SettingsResults []jsonResult   `json:"settings_results"`
		Metadata        []jsonMetadata `json:"metadata"`
		Summary         jsonSummary    `json:"summary"`
	}
	jsonLogin struct {
		Name     string       `json:"name"`
		User     string       `json:"user"`
		Flow     saml.Flow    `json:"flow"`
		At       *string      `json:"at"`
		AtSource string       `json:"at_source"`
		Accepted *bool        `json:"accepted"`
		Answer   *jsonAnswer  `json:"answer"`
		Stopped  *jsonStop    `json:"stopped"`
		Logout   *jsonLogout  `json:"logout"`
		Steps    []jsonStep   `json:"steps"`
		Events   []jsonEvent  `json:"events"`
		HeldTo   []string     `json:"held_to"`
		Results  []jsonResult `json:"results"`
	}
	jsonMetadata struct {
		Name    string       `json:"name"`
		Results []jsonResult `json:"results"`
	}
	jsonAnswer struct {
		Status   int    `json:"status"`
		Code     string `json:"code"`
		Text     string `json:"text"`
		Subject  string `json:"subject"`
		Inferred string `json:"inferred"`
	}
	jsonStop struct {
		Reason      string `json:"reason"`
		Unreachable string `json:"unreachable"`
	}
	jsonLogout struct {
		Started     saml.Flow   `json:"started_by"`
		Complete    bool        `json:"complete"`
		SP          bool        `json:"service_provider_ended"`
		IDP         bool        `json:"identity_provider_ended"`
		Returned    bool        `json:"returned"`
		Reason      string      `json:"reason"`
		Unreachable string      `json:"unreachable"`
		Steps       []jsonStep  `json:"steps"`
		Events      []jsonEvent `json:"events"`
	}
	jsonStep struct {
		At       *string `json:"at"`
		Method   string  `json:"method"`
		URL      string  `json:"url"`
		Status   int     `json:"status"`
		Location string  `json:"location"`
		Note     string  `json:"note"`
		Warning  bool    `json:"warning"`
	}
	jsonEvent struct {
		At        *string   `json:"at"`
		Code      string    `json:"code"`
		Text      string    `json:"text"`
		User      string    `json:"user"`
		EntityID  string    `json:"entity_id"`
		Initiated saml.Flow `json:"initiated_by"`
	}
	jsonResult struct {
		ID       string        `json:"id"`
		Title    string        `json:"title"`
		Status   string        `json:"status"`
		Severity string        `json:"severity"`
		Reason   string        `json:"reason"`
		Findings []jsonFinding `json:"findings"`
		Fix      *jsonFix      `json:"fix"`
		Sources  []string      `json:"sources"`
		Follows  []string      `json:"follows"`
	}
	jsonFinding struct {
		At       string   `json:"at"`
		File     string   `json:"file"`
		Line     int      `json:"line"`
		Column   int      `json:"column"`
		Got      string   `json:"got"`
		Want     string   `json:"want"`
		From     string   `json:"from"`
		Note     string   `json:"note"`
		Severity string   `json:"severity"`
		Fix      *jsonFix `json:"fix"`
	}
	jsonFix struct {
		Side    check.Side `json:"side"`
		Setting string     `json:"setting"`
		Text    string     `json:"text"`
	}
	jsonSummary struct {
		Profile    check.Profile `json:"profile"`
		At         *string       `json:"at"`
		AtSource   string        `json:"at_source"`
		FailOn     string        `json:"fail_on"`
		Passed     int           `json:"passed"`
		Failed     int           `json:"failed"`
		Skipped    int           `json:"skipped"`
		Broken     int           `json:"broken"`
		Errors     int           `json:"errors"`
		Warnings   int           `json:"warnings"`
		Notes      int           `json:"notes"`
		Logins     int           `json:"logins"`
		Accepted   int           `json:"accepted"`
		Refused    int           `json:"refused"`
		Logouts    int           `json:"logouts"`
		LoggedOut  int           `json:"logged_out"`
		Causes     []string      `json:"causes"`
		Incomplete []string      `json:"incomplete"`
		Unchecked  []string      `json:"unchecked"`
		Decoded    []string      `json:"decoded"`
		Unproven   []string      `json:"unproven"`
	}
)

func document(r *Report, failOn check.Severity) jsonReport {
	s := r.Summary(failOn)
	d := jsonReport{
		Schema: Format, Tool: r.Tool, Verdict: s.Verdict, Settings: r.Settings,
		Logins: []jsonLogin{}, SettingsResults: jsonResults(r.SettingsResults), Metadata: []jsonMetadata{}, Summary: summaryOf(r, s, failOn),
	}
	for _, l := range r.Logins {
		d.Logins = append(d.Logins, loginOf(l))
	}
	for _, m := range r.Metadata {
		d.Metadata = append(d.Metadata, jsonMetadata{m.Name, jsonResults(m.Results)})
	}
	return d
}

// summaryOf is the summary of a report, of whose logins s has the numbers.
func summaryOf(r *Report, s Summary, failOn check.Severity) jsonSummary {
	d := jsonSummary{
		Profile: r.Profile, At: instant(r.At), AtSource: r.AtSource, FailOn: severityWord(failOn),
		Passed: s.Tally.Pass, Failed: s.Tally.Fail, Skipped: s.Tally.Skip, Broken: s.Tally.Broken,
		Errors: s.Tally.Errors, Warnings: s.Tally.Warnings, Notes: s.Tally.Notes,
		Logins: s.Logins, Accepted: s.Accepted, Refused: s.Refused, Logouts: s.Logouts, LoggedOut: s.LoggedOut, Causes: []string{},
		Incomplete: full(r.Incomplete), Unchecked: full(r.Unchecked), Decoded: full(r.Decoded), Unproven: full(r.Unproven()),
	}
	for _, c := range s.Causes {
		if name := id(c.Result); !slices.Contains(d.Causes, name) {
			d.Causes = append(d.Causes, name)
		}
	}
	return d
}

func loginOf(l Login) jsonLogin {
	d := jsonLogin{Name: l.Name(), Steps: []jsonStep{}, Events: []jsonEvent{}, HeldTo: full(l.HeldTo), Results: jsonResults(l.Results)}
	x := l.Exchange
	if x == nil {
		return d
	}
	d.User, d.Flow, d.At, d.AtSource = x.User, x.Flow, instant(x.At), x.AtSource
	if v := x.Verdict; v != nil {
		d.Accepted = &v.Accepted
		d.Answer = &jsonAnswer{Status: v.Status, Code: v.Code, Text: v.Text, Subject: v.Subject, Inferred: v.Inferred}
	}
	if s := x.Stop; s != nil {
		d.Stopped = &jsonStop{Reason: s.Reason, Unreachable: s.Unreachable}
	}
	if l := x.LoggedOut; l != nil {
		d.Logout = &jsonLogout{
			Started: l.Started, Complete: l.Complete(), SP: l.SP, IDP: l.IDP, Returned: l.Returned, Reason: l.Reason,
			Unreachable: l.Unreachable, Steps: stepsOf(l.Steps), Events: eventsOf(l.Events),
		}
	}
	d.Steps, d.Events = stepsOf(x.Steps), eventsOf(x.Events)
	return d
}

func stepsOf(steps []saml.Step) []jsonStep {
	list := []jsonStep{}
	for _, s := range steps {
		list = append(list, jsonStep{At: instant(s.At), Method: s.Method, URL: s.URL, Status: s.Status,
			Location: s.Location, Note: s.Note, Warning: s.Warning})
	}
	return list
}

func eventsOf(events []saml.Event) []jsonEvent {
	list := []jsonEvent{}
	for _, e := range events {
		list = append(list, jsonEvent{At: instant(e.At), Code: e.Code, Text: e.Text, User: e.User,
			EntityID: e.EntityID, Initiated: e.Initiated})
	}
	return list
}

func jsonResults(results []check.Result) []jsonResult {
	list := []jsonResult{}
	for _, res := range results {
		list = append(list, resultOf(res))
	}
	return list
}

func resultOf(res check.Result) jsonResult {
	d := jsonResult{
		ID: id(res), Title: title(res), Status: res.Status.String(), Severity: severityWord(res.Severity),
		Reason: reason(res), Findings: []jsonFinding{}, Sources: []string{}, Follows: full(res.Follows),
	}
	if res.Check != nil {
		d.Sources = full(res.Check.Sources)
	}
	if res.Status == check.Fail {
		d.Fix = fixJSON(fixOf(res))
	}
	for _, f := range res.Findings {
		severity := f.Severity
		if severity == 0 {
			severity = res.Severity
		}
		j := jsonFinding{At: f.At, File: f.File, Line: f.Line, Column: f.Column,
			Got: f.Got, Want: f.Want, From: f.From, Note: f.Note, Severity: severityWord(severity)}
		if f.Fix != nil {
			j.Fix = fixJSON(*f.Fix)
		}
		d.Findings = append(d.Findings, j)
	}
	return d
}

func fixJSON(f check.Fix) *jsonFix { return &jsonFix{Side: f.Side, Setting: f.Setting, Text: f.Text} }

// instant is a time as JSON has it, nil where it is not known.
func instant(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(time.RFC3339Nano)
	return &s
}

// full is a list that is not nil.
func full(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// escapeHidden escapes in JSON text what cannot be seen, which can stand only in its
// strings; what they mean stays the same.
func escapeHidden(text []byte) []byte {
	var b bytes.Buffer
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r < utf8.RuneSelf && r != 0x7f, !hidden(r):
			b.Write(text[:size])
		case r > 0xffff:
			hi, lo := 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		text = text[size:]
	}
	return b.Bytes()
}
