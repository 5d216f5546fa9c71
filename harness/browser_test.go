package harness

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// walk opens an address among hosts that the test makes.
func walk(t *testing.T, address string, hosts map[string]http.HandlerFunc) *browser {
	t.Helper()
	handlers := map[string]http.Handler{}
	for name, h := range hosts {
		handlers[name] = h
	}
	n, err := listen(handlers, time.Now)
	require.NoError(t, err)
	t.Cleanup(n.close)
	transport := n.transport(time.Now)
	t.Cleanup(transport.CloseIdleConnections)
	b := &browser{transport: transport, now: time.Now, user: "ada"}
	require.NoError(t, b.open(context.Background(), address))
	return b
}

func page200(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, body)
	}
}

func TestBrowserLogsInAndPostsTheForm(t *testing.T) {
	var referer, origin, user, relay string
	b := walk(t, "https://idp.example/start", map[string]http.HandlerFunc{
		"idp.example": func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/start":
				http.Redirect(w, r, "/login?x=1", http.StatusFound)
			case "/login":
				page200(`<form method=post action="/in"><input name=un><input type=hidden name=state value=s></form>`)(w, r)
			default:
				user = r.PostFormValue("un") + r.PostFormValue("state")
				page200(`<form method="POST" action="https://sp.example/acs"><input type="hidden" name="SAMLResponse" value="PGEvPg=="><input type="hidden" name="RelayState" value="a&amp;b"></form>`)(w, r)
			}
		},
		"sp.example": func(w http.ResponseWriter, r *http.Request) {
			referer, origin, relay = r.Referer(), r.Header.Get("Origin"), r.PostFormValue("RelayState")
			fmt.Fprint(w, "done")
		},
	})
	assert.Equal(t, "adas", user)
	assert.Equal(t, "https://idp.example/", referer)
	assert.Equal(t, "https://idp.example", origin)
	assert.Equal(t, "a&b", relay)
	require.NotNil(t, b.response)
	assert.Equal(t, "<a/>", string(b.response.XML))
	assert.Equal(t, "https://sp.example/acs", b.response.URL)
	assert.Equal(t, 200, b.status)
	assert.Len(t, b.steps, 4)
}

func TestBrowserEndsWhereNothingAnswers(t *testing.T) {
	for _, c := range []struct{ address, unreachable string }{
		{"https://other.example/a", "https://other.example/a"},
		{"http://sp.example/", "http://sp.example/"},
		{"https://sp.example:8443/", "https://sp.example:8443/"},
		{"https://sp.example/away", "https://other.example/b"},
		{"https://sp.example/script", "javascript:alert(1)"},
		{"no address", "no address"},
		{"https://", "https://"},
	} {
		b := walk(t, c.address, map[string]http.HandlerFunc{"sp.example": func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/away":
				w.Header().Set("Location", "https://other.example/b")
			case "/script":
				w.Header().Set("Location", "javascript:alert(1)")
			}
			w.WriteHeader(http.StatusFound)
		}})
		assert.Equal(t, c.unreachable, b.unreachable, c.address)
	}
}

func TestBrowserDoesNotRunInCircles(t *testing.T) {
	b := walk(t, "https://sp.example/", map[string]http.HandlerFunc{"sp.example": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/again", http.StatusFound)
	}})
	assert.Len(t, b.steps, mostHops+1)
	assert.Contains(t, b.steps[mostHops].Note, "given up")
}

func TestBrowserReadsSoMuchAndNoMore(t *testing.T) {
	b := walk(t, "https://sp.example/", map[string]http.HandlerFunc{"sp.example": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for range 200 {
			if _, err := w.Write([]byte(strings.Repeat("<p>", 1<<15))); err != nil {
				return
			}
		}
	}})
	assert.Equal(t, 200, b.status)
}

func TestRedirectKeepsThePostWhereItMust(t *testing.T) {
	for status, method := range map[int]string{302: "GET", 303: "GET", 307: "POST", 308: "POST"} {
		var got string
		walk(t, "https://sp.example/", map[string]http.HandlerFunc{"sp.example": func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/":
				page200(`<form method="post" action="/acs"><input name="SAMLResponse" value="PGEvPg=="></form>`)(w, r)
			case "/acs":
				http.Redirect(w, r, "/end", status)
			default:
				got = r.Method
			}
		}})
		assert.Equal(t, method, got, "status %d", status)
	}
}

func TestReferer(t *testing.T) {
	from, same, other, plain := address(t, "https://a.example/p?q#f"), address(t, "https://a.example/x"), address(t, "https://b.example/"), address(t, "http://b.example/")
	assert.Equal(t, "https://a.example/p?q", referer(from, same, ""))
	assert.Equal(t, "https://a.example/", referer(from, other, ""))
	assert.Equal(t, "", referer(from, plain, ""))
	assert.Equal(t, "", referer(from, other, "no-referrer"))
	assert.Equal(t, "", referer(from, other, "same-origin"))
	assert.Equal(t, "https://a.example/p?q", referer(from, other, "unsafe-url"))
	assert.Equal(t, "https://a.example/", referer(from, same, "origin"))
	assert.Equal(t, "", referer(from, plain, "no-referrer-when-downgrade"))
}
