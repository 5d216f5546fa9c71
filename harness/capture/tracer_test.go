package capture

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tracer writes hops as SAML-tracer exports them.
func tracer(t testing.TB, legacy bool, hops ...hop) []byte {
	t.Helper()
	header := func(name, value string) any {
		if legacy {
			return []string{name, value}
		}
		return obj{"name": name, "value": value}
	}
	var list []any
	for i, h := range hops {
		one := obj{"method": h.method, "url": h.url, "requestHeaders": []any{header("Host", "x")}, "responseStatus": h.status, "responseStatusText": "HTTP/1.1",
			"responseHeaders": []any{header("Content-Type", "text/html"), header("Location", h.location), header("Date", t0.Add(time.Duration(i)*time.Second).Format("Mon, 02 Jan 2006 15:04:05 GMT"))}}
		if legacy {
			one["id"] = i
		} else {
			one["requestId"] = fmt.Sprint("request-", i)
		}
		if h.body != "" {
			values, err := url.ParseQuery(h.body)
			require.NoError(t, err)
			var pairs [][]string
			for _, name := range []string{"SAMLResponse", "RelayState", "un"} {
				if values.Has(name) {
					pairs = append(pairs, []string{name, values.Get(name)})
				}
			}
			one["post"] = pairs
		}
		list = append(list, one)
	}
	data, err := json.Marshal(obj{"requests": list, "timestamp": "2026-01-31T13:00:00.000Z"})
	require.NoError(t, err)
	return data
}

func TestSAMLTracer(t *testing.T) {
	t.Parallel()
	for _, legacy := range []bool{false, true} {
		c, err := Read("trace.json", tracer(t, legacy, loginHops("_q1", "_r1", hop{status: 302, location: "/home"})...), Limits{})
		require.NoError(t, err)
		assert.Equal(t, "SAML-tracer export", c.Form)
		require.Len(t, c.Logins, 1)
		x := c.Logins[0]
		assert.Equal(t, string(requestXML("_q1")), string(x.Request.XML))
		assert.Equal(t, string(responseXML("_r1", "_q1")), string(x.Response.XML))
		assert.Equal(t, "state", x.Response.RelayState)
		assert.Equal(t, acs, x.Response.URL)
		assert.Equal(t, t0.Add(4*time.Second), x.At.UTC())
		assert.Equal(t, "the SAML-tracer export holds no cookies", x.NoCookies)
		assert.True(t, x.Verdict.Accepted)
	}
}

// Exports with masked values keep the decoded message.
func TestSAMLTracerWithMaskedValues(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(obj{"requests": []any{obj{"method": "POST", "url": acs, "requestHeaders": []any{}, "responseHeaders": []any{}, "responseStatus": 200,
		"post": [][]string{{"SAMLResponse", "***"}, {"RelayState", "***"}}, "protocol": "SAML-P", "saml": string(response)}}})
	require.NoError(t, err)
	c, err := Read("x", data, Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 1)
	assert.Equal(t, string(response), string(c.Logins[0].Response.XML))
	assert.Contains(t, strings.Join(c.Decoded, "\n"), "its encoded form is masked")
}
