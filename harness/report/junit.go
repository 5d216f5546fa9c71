package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
)

// JUnit writes the report as JUnit XML, as pipelines read it: one suite for the settings
// and one per login. Failures below the severity asked for are told as output of a case
// that passes, and what could not be told is an error, so that it is never green.
func JUnit(w io.Writer, r *Report, opt Options) error {
	all := suites(r, opt)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return fmt.Errorf("writing the report as JUnit XML: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Suites []junitSuite `xml:"testsuite"`
	}
	junitCounts struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	junitSuite struct {
		Name      string `xml:"name,attr"`
		Timestamp string `xml:"timestamp,attr,omitempty"`
		junitCounts
		Cases []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Skipped *junitMessage `xml:"skipped"`
		Failure *junitMessage `xml:"failure"`
		Error   *junitMessage `xml:"error"`
		Output  *junitOutput  `xml:"system-out"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
	junitOutput struct {
		Text string `xml:",cdata"`
	}
)

func suites(r *Report, opt Options) junitSuites {
	all := junitSuites{Name: visible(r.Tool)}
	add := func(s junitSuite) {
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
		all.Suites = append(all.Suites, s)
	}
	if len(r.SettingsResults) > 0 {
		add(settingsSuite(r, opt))
	}
	for _, l := range r.Logins {
		add(loginSuite(r, l, opt))
	}
	for _, m := range r.Metadata {
		s := junitSuite{Name: visible("metadata " + m.Name), Timestamp: stamp(r.At)}
		add(s.with(cases(m.Name, m.Results, opt)))
	}
	if r.Verdict(opt.FailOn) == Partial {
		t := text{r: r}
		add(untoldSuite(r, t.untold()))
	}
	return all
}

func settingsSuite(r *Report, opt Options) junitSuite {
	s := junitSuite{Name: visible(strings.TrimSpace("settings " + r.Settings)), Timestamp: stamp(r.At)}
	return s.with(cases("settings", r.SettingsResults, opt))
}

func loginSuite(r *Report, l Login, opt Options) junitSuite {
	s := junitSuite{Name: visible(l.Name()), Timestamp: stamp(r.At)}
	if l.Exchange != nil && !l.Exchange.At.IsZero() {
		s.Timestamp = stamp(l.Exchange.At)
	}
	return s.with(cases(l.Name(), l.Results, opt))
}

// untoldSuite has an error for each reason why the report is partial, or for the one
// given; what broke is one in its own suite already.
func untoldSuite(r *Report, reason string) junitSuite {
	reasons := r.Incomplete
	if len(reasons) == 0 {
		reasons = []string{reason}
	}
	var list []junitCase
	for i, reason := range reasons {
		list = append(list, junitCase{
			Class: "completeness", Name: fmt.Sprintf("everything could be told (%d)", i+1), Time: "0",
			Error: &junitMessage{Message: prose(reason), Type: "partial"},
		})
	}
	s := junitSuite{Name: "completeness", Timestamp: stamp(r.At)}
	return s.with(list)
}

// with is the suite with these cases, counted.
func (s junitSuite) with(cases []junitCase) junitSuite {
	s.Cases = cases
	for _, c := range cases {
		s.Tests++
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	return s
}

func cases(class string, results []check.Result, opt Options) []junitCase {
	var list []junitCase
	for _, res := range results {
		c := junitCase{Class: visible(class), Name: visible(id(res)), Time: "0"}
		switch res.Status {
		case check.Skip:
			c.Skipped = &junitMessage{Message: prose(reason(res))}
		case check.Broken:
			c.Error = &junitMessage{Message: prose(reason(res)), Type: "broken", Text: prose(title(res))}
		case check.Fail:
			message := prose(title(res)) + ": " + matter(res)
			if res.Severity >= opt.failOn() {
				c.Failure = &junitMessage{Message: message, Type: severityWord(res.Severity), Text: details(res)}
			} else {
				c.Output = &junitOutput{severityWord(res.Severity) + ": " + message + "\n" + details(res)}
			}
		}
		list = append(list, c)
	}
	return list
}

// details is a failed result in plain text.
func details(res check.Result) string {
	var b strings.Builder
	line := func(label, s string) {
		if s != "" {
			fmt.Fprintf(&b, "%s: %s\n", label, s)
		}
	}
	for _, f := range res.Findings {
		at := f.At
		if p := place(f); p != "" {
			at = strings.TrimSpace(at + " (" + p + ")")
		}
		line("at", visible(at))
		line("got", visible(f.Got))
		line("want", visible(f.Want))
		line("from", prose(f.From))
		line("note", prose(f.Note))
	}
	fix := fixOf(res)
	where := string(fix.Side)
	if fix.Setting != "" {
		where = strings.TrimPrefix(where+", "+fix.Setting, ", ")
	}
	line("fix", prose(strings.TrimPrefix(where+": "+fix.Text, ": ")))
	if res.Check != nil {
		line("source", prose(strings.Join(res.Check.Sources, "; ")))
	}
	line("follows from", visible(strings.Join(res.Follows, ", ")))
	return b.String()
}

// stamp is a time as JUnit XML has it, without a zone; "" where it is not known.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05")
}
