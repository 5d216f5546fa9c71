package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type opening func(io.Writer, *report.Report, report.Options) (report.Stream, error)

// streamed writes a report login by login, masked where there is a redactor.
func streamed(w io.Writer, r *report.Report, open opening, opt report.Options, mask *report.Redactor) (report.Summary, error) {
	head, tail := *r, *r
	head.Logins, tail.Logins = nil, nil
	head.Incomplete, head.Decoded = nil, nil // not known yet
	first, last := &head, &tail
	if mask != nil {
		first = mask.Report(first)
	}
	s, err := open(w, first, opt)
	if err != nil {
		return report.Summary{}, err
	}
	for _, l := range r.Logins {
		if mask != nil {
			l = mask.Login(l)
		}
		if err := s.Login(l); err != nil {
			return report.Summary{}, err
		}
	}
	if mask != nil {
		last = mask.Report(last)
	}
	return s.Close(last)
}

// A stream of JSON is the document that JSON writes, also where everything is masked.
func TestJSONStream(t *testing.T) {
	require.NotEmpty(t, samples)
	for name, sample := range samples {
		if len(sample().Metadata) > 0 {
			continue // is no stream
		}
		for _, failOn := range []check.Severity{check.Error, check.Note} {
			opt := report.Options{FailOn: failOn}
			var whole, parts bytes.Buffer
			require.NoError(t, report.JSON(&whole, sample(), opt))
			sum, err := streamed(&parts, sample(), report.JSONStream, opt, nil)
			require.NoError(t, err)
			assert.JSONEq(t, whole.String(), parts.String(), name)
			assert.Equal(t, sample().Verdict(failOn), sum.Verdict, name)
			for i, c := range sample().Summary(failOn).Causes {
				assert.Equal(t, c.Result.Check.ID, sum.Causes[i].Result.Check.ID, name)
			}

			if name == "hostile" {
				continue // its settings name somebody who is known from a login alone
			}
			whole.Reset()
			parts.Reset()
			require.NoError(t, report.JSON(&whole, report.Redact(sample()), opt))
			_, err = streamed(&parts, sample(), report.JSONStream, opt, report.NewRedactor(sample()))
			require.NoError(t, err)
			assert.JSONEq(t, whole.String(), parts.String(), name)
		}
	}
}

// Each login takes a line of its own, so that the document can be read by lines.
func TestJSONStreamLines(t *testing.T) {
	var b bytes.Buffer
	_, err := streamed(&b, several(), report.JSONStream, report.Options{}, nil)
	require.NoError(t, err)
	logins := 0
	for _, line := range strings.Split(b.String(), "\n") {
		if strings.HasPrefix(line, "    {") {
			logins++
			require.True(t, json.Valid([]byte(strings.TrimSuffix(strings.TrimSpace(line), ","))))
		}
	}
	assert.Equal(t, len(several().Logins), logins)
}

// A stream of JUnit XML has the suites that JUnit writes.
func TestJUnitStream(t *testing.T) {
	type suites struct {
		Name   string `xml:"name,attr"`
		Suites []struct {
			Text  string     `xml:",innerxml"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"testsuite"`
	}
	for name, sample := range samples {
		if len(sample().Metadata) > 0 {
			continue
		}
		var whole, parts bytes.Buffer
		require.NoError(t, report.JUnit(&whole, sample(), report.Options{}))
		_, err := streamed(&parts, sample(), report.JUnitStream, report.Options{}, nil)
		require.NoError(t, err)
		var want, got suites
		require.NoError(t, xml.Unmarshal(whole.Bytes(), &want))
		require.NoError(t, xml.Unmarshal(parts.Bytes(), &got))
		assert.Equal(t, want, got, name)
	}
}

// A value has the same mask in every login, and a new one has the next number.
func TestRedactorKeepsMasks(t *testing.T) {
	r := &report.Report{}
	for _, name := range []string{"ada@acme.example", "grace@acme.example", "ada@acme.example"} {
		r.Logins = append(r.Logins, report.Login{Exchange: &saml.Exchange{Name: name + ", SP-initiated", User: name}})
	}
	var b bytes.Buffer
	_, err := streamed(&b, r, report.JSONStream, report.Options{}, report.NewRedactor(r))
	require.NoError(t, err)
	var got struct{ Logins []struct{ Name, User string } }
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	var users []string
	for _, l := range got.Logins {
		users = append(users, l.User)
		assert.Equal(t, l.User+", SP-initiated", l.Name)
	}
	assert.Equal(t, []string{"user-1@redacted", "user-2@redacted", "user-1@redacted"}, users)
}

// How a failure is mended is told once, however many logins it touches, and the end
// names the first of them.
func TestTextStreamIsShort(t *testing.T) {
	r := &report.Report{Tool: "samlproof", Profile: check.SAML}
	for i := range 1000 {
		l := report.Login{Exchange: &saml.Exchange{Name: fmt.Sprintf("line %d", i+1)}, Results: passes(digest, audience)}
		if i%10 == 3 {
			l.Results[1] = fails(audience, nil, check.Finding{At: "/Response", Line: 1, Column: 2, Got: "x", Want: "y"})
		}
		r.Logins = append(r.Logins, l)
	}
	var b bytes.Buffer
	sum, err := streamed(&b, r, report.TextStream, report.Options{}, nil)
	require.NoError(t, err)
	assert.Equal(t, report.Fail, sum.Verdict)
	out := b.String()
	assert.Equal(t, 1, strings.Count(out, "     fix  "))
	assert.Equal(t, 100, strings.Count(out, "✗ Login line "))
	assert.Equal(t, 100, strings.Count(out, "     got  x\n"))
	assert.NotContains(t, out, "line 5:")
	assert.Contains(t, out, "FAIL: 100 of 1000 logins fail, by 1 cause\n   1. assertion/audience: got x, want y (in 100 logins, the first line 4)\n")
	assert.Contains(t, out, "1000 logins, 100 failing, 100 errors, 1900 passed.\n")
}

// What was left unread, or broke, outweighs what passed.
func TestStreamIsPartial(t *testing.T) {
	for _, open := range []opening{report.TextStream, report.JSONStream, report.JUnitStream} {
		r := green()
		r.Incomplete = []string{"notes.txt: no capture"}
		var b bytes.Buffer
		sum, err := streamed(&b, r, open, report.Options{}, nil)
		require.NoError(t, err)
		assert.Equal(t, report.Partial, sum.Verdict)
		assert.Contains(t, b.String(), "notes.txt: no capture")

		r = green()
		r.Logins[0].Results = append(r.Logins[0].Results, check.Result{Check: digest, Status: check.Broken, Reason: "index out of range"})
		b.Reset()
		sum, err = streamed(&b, r, open, report.Options{}, nil)
		require.NoError(t, err)
		assert.Equal(t, report.Partial, sum.Verdict)
		assert.Contains(t, b.String(), "index out of range")
	}
}

type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

// A full disk is an error, wherever in the report it shows.
func TestStreamToAFullDisk(t *testing.T) {
	for _, open := range []opening{report.TextStream, report.JSONStream, report.JUnitStream} {
		var b bytes.Buffer
		_, err := streamed(&b, several(), open, report.Options{}, nil)
		require.NoError(t, err)
		for room := 0; room < b.Len(); room += 1 + b.Len()/20 {
			_, err := streamed(&full{room}, several(), open, report.Options{}, nil)
			assert.ErrorContains(t, err, "no space left")
		}
	}
}
