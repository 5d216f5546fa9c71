package capture

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// HAR files and their entries come several in a file, and with other things around them.
func TestSeveralRecords(t *testing.T) {
	t.Parallel()
	refused := hop{status: 401, mime: "application/json", answer: `{"code":45050}`}
	first, second := loginHops("_q1", "_r1", hop{status: 200}), loginHops("_q2", "_r2", refused)
	one, two := string(har(t, first...)), string(har(t, second...))
	var lines, trace bytes.Buffer
	var charles []obj
	for _, e := range entries(append(first[:len(first):len(first)], second...)...) {
		data, err := json.Marshal(e)
		require.NoError(t, err)
		lines.Write(append(data, '\n'))
		charles = append(charles, charlesOf(t, e))
		trace.WriteString(`{"type":"resource-snapshot","snapshot":` + string(data) + "}\n")
	}
	session, err := json.Marshal(charles)
	require.NoError(t, err)
	both := string(har(t, append(first[:len(first):len(first)], second...)...))
	for name, text := range map[string]string{
		"one after the other":   one + "\n" + two,
		"without a line end":    one + two,
		"in a list":             "[" + one + "," + two + "]",
		"entries in lines":      lines.String(),
		"Playwright's trace":    trace.String(),
		"Charles' session":      string(session),
		"in a fence":            "Here:\n```json\n" + both + "\n```\nThanks",
		"statuses in quotes":    strings.ReplaceAll(both, `"status": 401`, `"status": "401"`),
		"a file name before it": "login.har: " + both,
	} {
		got, err := Read("x", []byte(text), Limits{})
		require.NoError(t, err, name)
		require.Len(t, got.Logins, 2, name)
		for i, x := range got.Logins {
			require.NotNil(t, x.Request, name)
			require.NotNil(t, x.Response, name)
			if assert.NotNil(t, x.Verdict, name) {
				assert.Equal(t, []string{"", "45050"}[i], x.Verdict.Code, name)
			}
		}
	}
}

// What a damaged record does not hold was not seen; it is not said to be missing.
func TestDamagedRecordsSaySo(t *testing.T) {
	t.Parallel()
	whole := string(har(t, loginHops("_q1", "_r1", hop{status: 200})...))
	for at, want := range map[string]string{
		`logo.png`:  "which answered 200 with a login page; the file can be read so far only (it is cut short)",
		acs + `"`:   "in a form that was never posted, as far as the file can be read (it is cut short)",
		`"request"`: "",
	} {
		cut := whole[:strings.LastIndex(whole, at)]
		if want == "" {
			cut = whole[:strings.Index(whole, at)]
		}
		got, err := Read("x", []byte(cut), Limits{})
		if want == "" {
			assert.ErrorContains(t, err, "it is a HAR file that ends before its first request (it is cut short)")
			continue
		}
		require.NoError(t, err)
		require.Len(t, got.Logins, 1)
		require.NotNil(t, got.Logins[0].Stop, at)
		assert.Contains(t, got.Logins[0].Stop.Reason, want)
	}
	got, err := Read("x", []byte(strings.Replace(whole, `"version": "537"`, `"version": NaN`, 1)), Limits{})
	require.NoError(t, err)
	assert.Equal(t, string(responseXML("_r1", "_q1")), string(got.Logins[0].Response.XML))
	assert.Contains(t, strings.Join(got.Decoded, "\n"), "it is JSON only in part (an error at byte ")
}

// charlesOf is a HAR entry as an entry of a JSON session of Charles.
func charlesOf(t *testing.T, e any) obj {
	t.Helper()
	data, err := json.Marshal(e)
	require.NoError(t, err)
	var h struct {
		StartedDateTime string
		Request         struct {
			Method, URL string
			Headers     []any
			PostData    struct{ Text string }
		}
		Response struct {
			Status  int
			Headers []any
			Content struct{ MimeType, Text string }
		}
	}
	require.NoError(t, json.Unmarshal(data, &h))
	u, err := url.Parse(h.Request.URL)
	require.NoError(t, err)
	headers := append(h.Response.Headers, obj{"name": "Content-Type", "value": h.Response.Content.MimeType})
	return obj{
		"status": "COMPLETE", "method": h.Request.Method, "scheme": u.Scheme, "host": u.Host, "actualPort": 443, "path": u.Path, "query": u.RawQuery, "times": obj{"start": h.StartedDateTime},
		"request":  obj{"header": obj{"headers": h.Request.Headers}, "body": obj{"text": h.Request.PostData.Text}},
		"response": obj{"status": h.Response.Status, "header": obj{"headers": headers}, "body": obj{"encoded": std([]byte(h.Response.Content.Text))}},
	}
}
