package capture

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// However large a HAR file is, what it holds of logins is read in little memory.
func TestReadRecord(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	if testing.Short() {
		t.Skip("reads a large input")
	}
	whole := string(harOf(t, "WebInspector", entries(append(loginHops("_q1", "_r1", hop{status: 200}), loginHops("_q2", "_r2", hop{status: 401})...)...)))
	want, err := Read("x.har", []byte(whole), Limits{})
	require.NoError(t, err)
	got, err := ReadRecord("x.har", iotest.OneByteReader(strings.NewReader("\xef\xbb\xbf"+whole)), Limits{})
	require.NoError(t, err)
	assert.Equal(t, want, got)

	// Bodies of pages between the requests make it large.
	before, after, _ := strings.Cut(whole, `"entries":[`)
	const n = 10
	parts := []io.Reader{strings.NewReader(before + `"entries":[`)}
	for range n {
		parts = append(parts, strings.NewReader(`{"request":{"method":"GET","url":"https://sp.example/x.js"},"response":{"status":200,"content":{"mimeType":"text/javascript","text":"`),
			io.LimitReader(&endless{text: `\"\\\u00ff\n0123456789abcd`}, 26<<20), strings.NewReader(`"}}},`))
	}
	parts = append(parts, strings.NewReader(after))
	peak := peakHeap(func() { got, err = ReadRecord("x.har", io.MultiReader(parts...), Limits{}) })
	require.NoError(t, err)
	require.Len(t, got.Logins, 2)
	assert.Equal(t, want.Logins[1].Response.XML, got.Logins[1].Response.XML)
	assert.Less(t, peak, uint64(100<<20), "of %d MB", n*26)

	for in, want := range map[string]string{
		`{"a":1}`:  "it is neither a HAR file nor a SAML-tracer export, and too large for anything else",
		`{"a":`:    "it is neither a HAR file nor a SAML-tracer export, and too large for anything else (it is cut short)",
		`{"log":{`: "it is neither a HAR file nor a SAML-tracer export, and too large for anything else (it is cut short)",
	} {
		_, err := ReadRecord("x", strings.NewReader(in), Limits{})
		assert.EqualError(t, err, want, in)
	}
}

// endless repeats a text.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		k := copy(p[n:], e.text[e.at:])
		n += k
		e.at = (e.at + k) % len(e.text)
	}
	return n, nil
}

// Cutting strings keeps JSON what it is, and short strings as they are.
func TestShortener(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	for name, in := range map[string]string{
		"plain":            `{"a":"` + strings.Repeat("x", maxString+100) + `","b":"y"}`,
		"escapes":          `{"a":"` + strings.Repeat(`\"`, maxString/2+100) + `","b":"y"}`,
		"an escape at end": `{"a":"` + strings.Repeat("x", maxString-1) + `\\\\","b":"y"}`,
		"digits at end":    `{"a":"` + strings.Repeat("x", maxString-2) + `\u00ff\u00ff","b":"y"}`,
		"short":            `{"a":"\"\\\u00e9\ud83d\ude00","b":"y"}`,
	} {
		out, err := io.ReadAll(&shortener{in: bufio.NewReaderSize(strings.NewReader(in), 16)})
		require.NoError(t, err, name)
		var v struct{ A, B string }
		require.NoError(t, json.Unmarshal(out, &v), name)
		assert.Equal(t, "y", v.B, name)
		assert.LessOrEqual(t, len(out), maxString+40, name)
		if len(in) <= maxString {
			assert.Equal(t, in, string(out), name)
		} else {
			assert.GreaterOrEqual(t, len(out), maxString, name)
		}
	}
}

func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"log":{"entries":[{"request":{"method":"GET","url":"https://a"}}]}}`))
	f.Add(har(f, loginHops("_q1", "_r1", hop{status: 302})...))
	f.Add(tracer(f, true, loginHops("_q1", "_r1", hop{status: 401})...))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := io.ReadAll(&shortener{in: bufio.NewReader(strings.NewReader(string(data)))})
		if err != nil || len(data) <= maxString && string(out) != string(data) {
			t.Fatalf("%d octets of %d, %v", len(out), len(data), err)
		}
		if c, err := ReadRecord("x", strings.NewReader(string(data)), Limits{}); err == nil && len(c.Logins) == 0 {
			t.Fatal("a record of nothing")
		}
	})
}
