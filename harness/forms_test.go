package harness_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/capture"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/mockidp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refused is a login that goes wrong in one respect, as it crossed the wire.
func refused(t *testing.T) *saml.Exchange {
	t.Helper()
	s, err := fixtures.Default()
	require.NoError(t, err)
	r, err := harness.Replay(t.Context(), s, harness.Options{
		At: harness.ScenarioTime, Random: rand.NewChaCha8([32]byte{7}), Users: []string{s.Salesforce.Users[0].Username.Value},
		Flow: saml.FlowSP, Fault: mockidp.FaultByID("audience-other"),
	})
	require.NoError(t, err)
	require.Len(t, r.Logins, 1)
	return r.Logins[0].Exchange
}

// captured are forms in which people have that login in hand.
func captured(x *saml.Exchange) map[string]string {
	b := base64.StdEncoding.EncodeToString(x.Response.XML)
	q := url.QueryEscape(b)
	body := "SAMLResponse=" + q + "&RelayState=" + url.QueryEscape(x.Response.RelayState)
	lines := func(between string) string { return regexp.MustCompile(`.{76}`).ReplaceAllString(b, "$0"+between) }
	marshal := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return string(data)
	}
	post := map[string]any{"method": "POST", "url": x.Response.URL, "headers": []any{}, "postData": map[string]any{"mimeType": "application/x-www-form-urlencoded", "text": body}}
	entry := map[string]any{"request": post, "response": map[string]any{"status": 0, "redirectURL": "/unknown"}}
	u, err := url.Parse(x.Response.URL)
	if err != nil {
		panic(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(x.Response.XML)
	z.Close()
	relay := x.Response.RelayState
	return map[string]string{
		"XML": string(x.Response.XML), "base64": b, "base64 in lines": lines("\r\n"), "base64 in mail": "> " + lines("\n> "), "base64 twice": base64.StdEncoding.EncodeToString([]byte(b)),
		"base64, URL-safe": strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(b), "spaces for plus": strings.ReplaceAll(b, "+", " "), "DEFLATE": base64.StdEncoding.EncodeToString(saml.Deflate(x.Response.XML)),
		"percent-encoded": q, "percent-encoded twice": url.QueryEscape(q), "body": body, "POST data": "SAMLResponse=" + b + "\nRelayState=" + relay, "gzip": packed.String(), "hex dump": hex.Dump(x.Response.XML),
		"page":             string(saml.PostForm(x.Response.URL, "SAMLResponse", x.Response.XML, &relay)),
		"curl":             "curl '" + x.Response.URL + "' \\\n  -H 'Content-Type: application/x-www-form-urlencoded' \\\n  --data-raw '" + body + "'",
		"curl for Windows": "curl ^\"" + x.Response.URL + "^\" ^\r\n  --data-raw ^\"" + strings.NewReplacer("%", "^%", "&", "^&").Replace(body) + "^\"",
		"fetch":            `fetch("` + x.Response.URL + `", {"headers": {"content-type": "application/x-www-form-urlencoded"}, "body": "` + body + `", "method": "POST"});`,
		"PowerShell":       "Invoke-WebRequest -UseBasicParsing -Uri \"" + x.Response.URL + "\" `\r\n-Method \"POST\" `\r\n-Body \"" + body + "\"",
		"HTTP":             "POST " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host + "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n" + body,
		"log":              "2026-03-02 09:30:00 DEBUG saml - received SAMLResponse=" + q + "&RelayState=" + url.QueryEscape(relay) + " from 10.0.0.1",
		"JSON":             marshal(map[string]string{"SAMLResponse": b, "RelayState": relay}), "XML in JSON": marshal(map[string]string{"message": string(x.Response.XML)}),
		"strings of Go": "const r = \"" + lines("\" +\n\t\"") + "\"\n", "block of YAML": "response: |\n  " + lines("\n  ") + "\n", "table": "| SAMLResponse | " + b + " |\n| RelayState | " + relay + " |\n",
		"HAR file": marshal(map[string]any{"log": map[string]any{"entries": []any{entry}}}), "HAR entry": marshal(entry),
		"SAML-tracer": marshal(map[string]any{"requests": []any{map[string]any{"requestId": "1", "method": "POST", "url": x.Response.URL, "requestHeaders": []any{}, "responseHeaders": []any{}, "responseStatus": "",
			"post": [][]string{{"SAMLResponse", b}, {"RelayState", relay}}}}}),
		"SAML-tracer, masked": marshal(map[string]any{"requests": []any{map[string]any{"requestId": "1", "method": "POST", "url": x.Response.URL, "requestHeaders": []any{}, "responseHeaders": []any{}, "responseStatus": "",
			"post": [][]string{{"SAMLResponse", "{hash:0a}"}, {"RelayState", "{hash:0b}"}}, "saml": string(x.Response.XML)}}}),
	}
}

// Whatever form a login is captured in, what is found wrong with it is the same.
func TestFormsOfOneLoginGiveTheSameFindings(t *testing.T) {
	x := refused(t)
	s, err := fixtures.Default()
	require.NoError(t, err)
	want := check.FromSettings(s)
	want.At = harness.ScenarioTime
	found := map[string][]string{}
	for name, text := range captured(x) {
		c, err := capture.Read("capture", []byte(text), capture.Limits{})
		require.NoError(t, err, name)
		require.Len(t, c.Logins, 1, name)
		r, err := harness.Inspect(context.Background(), nil, c.Logins, want, harness.Options{})
		require.NoError(t, err, name)
		for _, res := range r.Logins[0].Results {
			for _, f := range res.Findings {
				found[name] = append(found[name], fmt.Sprintf("%s %s %s | %s | %s", res.Check.ID, res.Status, f.At, f.Got, f.Want))
			}
		}
	}
	require.GreaterOrEqual(t, len(found), 30)
	require.NotEmpty(t, found["XML"])
	for name, list := range found {
		assert.Equal(t, found["XML"], list, name)
	}
}
