package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/samlproof/samlproof/harness/check"
)

// JSONStream writes the report that JSON writes, login by login: the same document with
// the same content, in which verdict and summary come after the logins, each of which
// takes a line.
func JSONStream(w io.Writer, r *Report, opt Options) (Stream, error) {
	s := &jsonStream{w: w, totals: newTotals(r, opt), known: map[resultKey][]byte{}}
	s.b.WriteString("{\n")
	for _, m := range []struct {
		key   string
		value any
	}{
		{"schema", Format}, {"tool", r.Tool}, {"settings", r.Settings}, {"settings_results", jsonResults(r.SettingsResults)},
		{"metadata", []jsonMetadata{}},
	} {
		if err := s.member(m.key, m.value); err != nil {
			return nil, err
		}
		s.b.WriteString(",\n")
	}
	s.b.WriteString(`  "logins": [`)
	return s, s.flush()
}

type jsonStream struct {
	w      io.Writer
	b      bytes.Buffer
	totals *totals
	// known are results that are the same in many logins, as they are written.
	known map[resultKey][]byte
}

// A resultKey has what a result that did not fail is written with.
type resultKey struct {
	check    *check.Check
	status   check.Status
	severity check.Severity
	reason   string
}

// mostKnown bounds how many results are kept as they are written.
const mostKnown = 4096

func (s *jsonStream) Login(l Login) error {
	if s.totals.logins > 0 {
		s.b.WriteByte(',')
	}
	s.totals.add(l)
	s.b.WriteString("\n    ")
	results := l.Results
	l.Results = nil
	head, err := encode(loginOf(l))
	if err != nil {
		return err
	}
	// The results are the last member, and were left out.
	s.b.Write(bytes.TrimSuffix(head, []byte("]}")))
	for i, res := range results {
		if i > 0 {
			s.b.WriteByte(',')
		}
		if err := s.result(res); err != nil {
			return err
		}
	}
	s.b.WriteString("]}")
	return s.flush()
}

func (s *jsonStream) result(res check.Result) error {
	key := resultKey{res.Check, res.Status, res.Severity, res.Reason}
	shared := res.Status != check.Fail && len(res.Findings) == 0
	if text, ok := s.known[key]; ok && shared {
		s.b.Write(text)
		return nil
	}
	text, err := encode(resultOf(res))
	if err != nil {
		return err
	}
	if shared && len(s.known) < mostKnown {
		s.known[key] = text
	}
	s.b.Write(text)
	return nil
}

func (s *jsonStream) Close(r *Report) (Summary, error) {
	sum := s.totals.summary(r)
	if s.totals.logins > 0 {
		s.b.WriteString("\n  ")
	}
	s.b.WriteString("],\n")
	if err := s.member("verdict", sum.Verdict); err != nil {
		return sum, err
	}
	s.b.WriteString(",\n")
	if err := s.member("summary", summaryOf(r, sum, s.totals.failOn)); err != nil {
		return sum, err
	}
	s.b.WriteString("\n}\n")
	return sum, s.flush()
}

// member writes one member of the report.
func (s *jsonStream) member(key string, value any) error {
	text, err := encode(value)
	if err == nil {
		fmt.Fprintf(&s.b, "  %q: %s", key, text)
	}
	return err
}

func (s *jsonStream) flush() error {
	_, err := s.w.Write(s.b.Bytes())
	s.b.Reset()
	return err
}

// encode is a value in one line of JSON, with what cannot be seen escaped.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, fmt.Errorf("writing the report as JSON: %w", err)
	}
	return escapeHidden(bytes.TrimRight(b.Bytes(), "\n")), nil
}
