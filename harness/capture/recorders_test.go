package capture

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

// harOf is a HAR file of these entries, as a program of this name writes it.
func harOf(t testing.TB, maker string, list []any) []byte {
	t.Helper()
	data, err := json.Marshal(obj{"log": obj{"version": "1.2", "creator": obj{"name": maker, "version": "1"}, "entries": list}})
	require.NoError(t, err)
	return data
}

// changed are the entries of one login after a change to the last, which posts the
// response.
func changed(change func(entry, request, response obj)) []any {
	list := entries(loginHops("_q1", "_r1", hop{status: 200, answer: "<title>Welcome</title>"})...)
	last := list[len(list)-1].(obj)
	change(last, last["request"].(obj), last["response"].(obj))
	return list
}

// However a recorder keeps what was posted, the response is the same.
func TestRecordersKeepBodiesInTheirWays(t *testing.T) {
	t.Parallel()
	form := post(responseXML("_r1", "_q1"))
	plain := []any{obj{"name": "SAMLResponse", "value": std(responseXML("_r1", "_q1"))}, obj{"name": "RelayState", "value": "100%25+1"}}
	for name, c := range map[string]struct {
		change func(entry, request, response obj)
		relay  string
	}{
		"text":                {func(_, _, _ obj) {}, "state"},
		"base64":              {func(_, r, _ obj) { r["postData"] = obj{"text": std([]byte(form)), "encoding": "base64"} }, "state"},
		"parameters, decoded": {func(_, r, _ obj) { r["postData"] = obj{"text": "", "params": plain} }, "100%25+1"},
		"parameters, as sent": {func(_, r, _ obj) { r["postData"] = obj{"params": sent(form)} }, "state"},
		"HTTP/2's own headers": {func(_, r, _ obj) {
			r["headers"] = []any{obj{"name": ":method", "value": "POST"}, obj{"name": ":path", "value": "/acs"}}
		}, "state"},
		"headers as an object":   {func(_, r, _ obj) { r["headers"] = obj{"Content-Type": "application/x-www-form-urlencoded"} }, "state"},
		"no type of the content": {func(_, r, _ obj) { r["headers"] = []any{}; r["postData"] = obj{"text": form} }, "state"},
		"more about the request": {func(e, _, _ obj) {
			e["_initiator"] = obj{"type": "parser", "stack": obj{"callFrames": []any{}}}
			e["_priority"] = "VeryHigh"
		}, "state"},
		"a page's id":    {func(e, _, _ obj) { e["pageref"] = "page_7" }, "state"},
		"status as text": {func(_, _, r obj) { r["status"] = "200" }, "state"},
		"a form that was offered": {func(_, r, _ obj) {
			delete(r, "postData")
			r["bodySize"] = 4711
		}, relayState},
	} {
		got, err := Read("x", harOf(t, "WebInspector", changed(c.change)), Limits{})
		require.NoError(t, err, name)
		require.Len(t, got.Logins, 1, name)
		x := got.Logins[0]
		require.NotNil(t, x.Response, name)
		want := responseXML("_r1", "_q1")
		if name == "a form that was offered" {
			want = response
		}
		assert.Equal(t, string(want), string(x.Response.XML), name)
		assert.Equal(t, c.relay, x.Response.RelayState, name)
		assert.Equal(t, acs, x.Response.URL, name)
		assert.Nil(t, x.Stop, name)
		if name != "status as text" {
			require.NotNil(t, x.Verdict, name)
			assert.True(t, x.Verdict.Accepted, name)
		}
	}
}

// sent are the parameters of a form as they were sent.
func sent(form string) (list []any) {
	for part := range strings.SplitSeq(form, "&") {
		name, value, _ := strings.Cut(part, "=")
		list = append(list, obj{"name": name, "value": value})
	}
	return list
}

// What was not recorded is not taken for what did not happen.
func TestAnswersThatWereNotRecorded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer  obj
		reason  string
		verdict bool
	}{
		"nothing answered":         {obj{"status": 0, "headers": []any{}, "content": obj{}, "_error": "net::ERR_CONNECTION_REFUSED"}, "the service provider could not be reached: nothing answered: net::ERR_CONNECTION_REFUSED", false},
		"no status, but headers":   {obj{"status": 0, "headers": []any{obj{"name": "Server", "value": "x"}}}, "", false},
		"no status, but a place":   {obj{"status": 0, "redirectURL": "/home"}, "", false},
		"no status, but a content": {obj{"status": 0, "content": obj{"text": "<html>"}}, "", false},
		"page in base64":           {obj{"status": 401, "content": obj{"mimeType": "application/json", "encoding": "base64", "text": std([]byte(`{"code":70251,"message":"x"}`))}}, "", true},
		"base64 without a word":    {obj{"status": 401, "content": obj{"mimeType": "application/json", "text": std([]byte(`{"code":70251,"message":"x"}`))}}, "", true},
	} {
		list := changed(func(e, _, _ obj) { e["response"] = c.answer })
		got, err := Read("x", harOf(t, "Firefox", list), Limits{})
		require.NoError(t, err, name)
		x := got.Logins[0]
		if c.reason != "" {
			require.NotNil(t, x.Stop, name)
			assert.Equal(t, c.reason, x.Stop.Reason, name)
			assert.Equal(t, acs, x.Stop.Unreachable, name)
			continue
		}
		assert.Nil(t, x.Stop, name)
		require.Equal(t, c.verdict, x.Verdict != nil, name)
		if c.verdict {
			assert.Equal(t, "70251", x.Verdict.Code, name)
		} else {
			assert.True(t, x.Steps[len(x.Steps)-1].Unrecorded, name)
		}
	}
}

// A list that a person had sorted by another column is read in the order of time, which
// recorders write in several ways.
func TestEntriesOutOfOrder(t *testing.T) {
	t.Parallel()
	in := entries(loginHops("_q1", "_r1", hop{status: 302, location: "/home"})...)
	in = append(in, entries(hop{method: "GET", url: "https://sp.example/home", status: 200, answer: "<title>Home</title>"})...)
	for i, layout := range []string{"2006-01-02T15:04:05.000Z07:00", "2006-01-02T15:04:05.0000000Z0700", "2006-01-02T15:04:05.000", "2006-01-02T15:04:05-07:00", time.RFC3339, time.RFC3339Nano} {
		at := t0.Add(time.Duration(i) * time.Second)
		if strings.HasSuffix(layout, "7:00") || strings.HasSuffix(layout, "0700") {
			at = at.In(time.FixedZone("", (i+1)*3600))
		}
		in[i].(obj)["startedDateTime"] = at.Format(layout)
	}
	straight, err := Read("x", harOf(t, "Firefox", in), Limits{})
	require.NoError(t, err)
	slices.SortFunc(in, func(a, b any) int {
		return strings.Compare(a.(obj)["request"].(obj)["url"].(string), b.(obj)["request"].(obj)["url"].(string))
	})
	sorted, err := Read("x", harOf(t, "Firefox", in), Limits{})
	require.NoError(t, err)
	assert.Contains(t, sorted.Decoded, "the requests are not in the order of their times; they are read in that order")
	require.Len(t, sorted.Logins, 1)
	assert.Equal(t, straight.Logins[0].Steps, sorted.Logins[0].Steps)
	assert.Equal(t, straight.Logins[0].Verdict, sorted.Logins[0].Verdict)
	assert.Equal(t, t0.Add(4*time.Second-time.Minute), sorted.Logins[0].At.UTC())
}

// Where a login stopped, the reason says what the capture could not hold.
func TestWhatACaptureCannotHold(t *testing.T) {
	t.Parallel()
	whole := loginHops("_q1", "_r1", hop{status: 200, answer: "<title>Home</title>"})
	const stopped = "the capture holds the request and no response to it: the login stopped at "
	for name, c := range map[string]struct {
		maker string
		hops  []hop
		want  string
	}{
		"an artifact": {"WebInspector", append(whole[:2:2], hop{method: "GET", url: acs + "?SAMLart=AAQAAMh48", status: 200}),
			stopped + "GET " + acs + "?SAMLart=AAQAAMh48, which answered 200; request 3 carries " + anArtifact},
		"WS-Federation": {"WebInspector", []hop{{method: "POST", url: acs, body: "wa=wsignin1.0&wresult=%3Ct%3E", status: 200}},
			"the HAR file holds no SAML message: the login stopped at POST " + acs + ", which answered 200; request 1 posts a token of WS-Federation (wresult), which is no SAML 2.0 response"},
		"a body": {"WebInspector", append(whole[:2:2], hop{method: "POST", url: acs, status: 200}),
			stopped + "POST " + acs + ", which answered 200; request 3, POST " + acs + ", was recorded without what it posted, which may have been the response"},
		"requests before redirects": {"WebKit Web Inspector", whole[:2],
			stopped + "GET " + idpSSO + ", which answered 200 with a login page; Safari keeps no request that was answered by a redirect: record the login with another browser"},
	} {
		got, err := Read("x", harOf(t, c.maker, entries(c.hops...)), Limits{})
		require.NoError(t, err, name)
		require.Len(t, got.Logins, 1, name)
		require.NotNil(t, got.Logins[0].Stop, name)
		assert.Equal(t, c.want, got.Logins[0].Stop.Reason, name)
	}
}

// Safari shows the page on which a form's redirects ended in place of the form.
func TestSafariMergesRedirects(t *testing.T) {
	t.Parallel()
	hops := loginHops("_q1", "_r1", hop{})
	hops[4] = hop{method: "GET", url: "https://sp.example/home", status: 200, answer: "<title>Home</title>"}
	got, err := Read("x", harOf(t, "WebKit Web Inspector", entries(hops...)), Limits{})
	require.NoError(t, err)
	require.Len(t, got.Logins, 1)
	x := got.Logins[0]
	assert.Equal(t, string(response), string(x.Response.XML))
	assert.Nil(t, x.Stop)
	assert.Equal(t, "Home", x.Verdict.Text)
	assert.Contains(t, strings.Join(got.Decoded, "\n"), "Safari recorded where the form on the page before led to, and not what was posted; it is taken from the form")

	got, err = Read("x", harOf(t, "Firefox", entries(hops...)), Limits{})
	require.NoError(t, err)
	assert.Contains(t, got.Logins[0].Stop.Reason, "in a form that was never posted")
}

// Pictures and scripts that fail are no step of a login.
func TestWhatIsNoPage(t *testing.T) {
	t.Parallel()
	list := entries(loginHops("_q1", "_r1", hop{status: 200})[:2]...)
	icon := obj{"startedDateTime": "2026-01-31T12:00:09Z", "request": obj{"method": "GET", "url": "https://idp.example/favicon.ico", "headers": []any{obj{"name": "Sec-Fetch-Dest", "value": "image"}}}, "response": obj{"status": 0}}
	socket := obj{"startedDateTime": "2026-01-31T12:00:10Z", "_resourceType": "websocket", "_webSocketMessages": []any{}, "request": obj{"method": "GET", "url": "wss://idp.example/s", "headers": []any{}}, "response": obj{"status": 101}}
	got, err := Read("x", harOf(t, "Firefox", append(list, icon, socket)), Limits{})
	require.NoError(t, err)
	assert.Equal(t, "the capture holds the request and no response to it: the login stopped at GET "+idpSSO+", which answered 200 with a login page", got.Logins[0].Stop.Reason)
	assert.Len(t, got.Logins[0].Steps, 2)
}

// masked is a SAML-tracer export with values replaced as it replaces them.
func masked(t *testing.T, how, protocol string) []byte {
	t.Helper()
	n := 0
	value := func() string {
		n++
		if how == "hash" {
			return fmt.Sprintf("{hash:%040x}", n)
		}
		return fmt.Sprintf("{obf:alternative_%d}", n)
	}
	octets := make([]rune, 0, len(response))
	for _, c := range responseXML("_r1", "_q1") {
		octets = append(octets, rune(c))
	}
	text := string(octets) // each octet by itself
	if protocol == "new" {
		text = string(responseXML("_r1", "_q1"))
	}
	data, err := json.Marshal(obj{"requests": []any{
		obj{"requestId": "1", "method": "GET", "url": sendTo("_q1"), "requestHeaders": []any{}, "get": [][]string{{"SAMLRequest", "x"}}, "saml": string(requestXML("_q1")), "protocol": "SAML-P",
			"responseStatus": 302, "responseHeaders": []any{obj{"name": "Set-Cookie", "value": "s=" + value() + "; Path=" + value() + "; Secure; SameSite=" + value()}}},
		obj{"requestId": "2", "method": "POST", "url": acs, "requestHeaders": []any{obj{"name": "Cookie", "value": "t=" + value()}}, "postData": "{overwritten}",
			"post": [][]string{{"SAMLResponse", value()}, {"RelayState", value()}}, "saml": text, "protocol": "SAML-P", "responseStatus": 200, "responseHeaders": []any{}},
	}, "timestamp": "2026-01-31T13:00:00.000Z"})
	require.NoError(t, err)
	return data
}

// What SAML-tracer masks is unknown, and nothing else; what it decodes wrongly is put
// right.
func TestSAMLTracersMasks(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"hash", "obf"} {
		for _, protocol := range []string{"old", "new"} {
			got, err := Read("x", masked(t, how, protocol), Limits{})
			require.NoError(t, err)
			require.Len(t, got.Logins, 1)
			x := got.Logins[0]
			assert.Equal(t, string(responseXML("_r1", "_q1")), string(x.Response.XML), protocol)
			assert.Equal(t, saml.BindingPOST, x.Response.Binding)
			assert.False(t, x.Response.HasRelayState)
			assert.Equal(t, "RelayState is masked in the capture", x.Response.NoRelayState)
			assert.Equal(t, "state", x.Request.RelayState)
			assert.Equal(t, "the SAML-tracer export masks what its cookies were set with", x.NoCookies)
			assert.Empty(t, x.Steps[0].Set)
			assert.Equal(t, []string{"t"}, x.Steps[1].Sent)
		}
	}
}

// Version 1.5 kept large forms percent-encoded.
func TestSAMLTracersLargeForms(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(obj{"requests": []any{obj{"requestId": "2", "method": "POST", "url": acs, "requestHeaders": []any{}, "responseHeaders": []any{}, "responseStatus": "",
		"post": [][]string{{"SAMLResponse", url.QueryEscape(std(response))}, {"RelayState", "a%2Fb"}}}}})
	require.NoError(t, err)
	got, err := Read("x", data, Limits{})
	require.NoError(t, err)
	x := got.Logins[0]
	assert.Equal(t, string(response), string(x.Response.XML))
	assert.Equal(t, "a/b", x.Response.RelayState)
	assert.Nil(t, x.Verdict)
	assert.True(t, x.Steps[0].Unrecorded)
}

func TestIsMasked(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"{hash:2fd4e1c6}", "{obf:alternative_0}", "{overwritten}", "***", "[redacted]", "REDACTED", "[SAMLResponse redacted]", "<masked>", "[FILTERED]", "•••••"} {
		assert.True(t, isMasked(s), s)
	}
	for _, s := range []string{"", "PHNhbWw=", "https://sp.example/redacted", "redacted-page", "state", "a removed"} {
		assert.False(t, isMasked(s), s)
	}
}

// A redacted response and one that is there with its RelayState redacted.
func TestHARFilesWithoutSecrets(t *testing.T) {
	t.Parallel()
	list := changed(func(_, r, _ obj) {
		r["postData"].(obj)["text"] = "SAMLResponse=" + url.QueryEscape(std(responseXML("_r1", "_q1"))) + "&RelayState=%5BRelayState%20redacted%5D"
	})
	got, err := Read("x", harOf(t, "WebInspector", list), Limits{})
	require.NoError(t, err)
	assert.NotNil(t, got.Logins[0].Response)
	assert.Equal(t, "RelayState is masked in the capture", got.Logins[0].Response.NoRelayState)
}

// The files of an export in other ways than a HAR file's.
func TestEmptyRecords(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"log":{"version":"1.2","entries":[]}}`: "it is a HAR file without a request",
		`{"log":{"version":"1.2","entries":[`:    "it is a HAR file that ends before its first request (it is cut short)",
		`{"log":{"entries":[{"a":1},3,null]}}`:   "it is a HAR file without a request",
	} {
		_, err := Read("x", []byte(in), Limits{})
		assert.EqualError(t, err, want, in)
	}
}
