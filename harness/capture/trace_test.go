package capture

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A curl trace of a login, as --trace or --trace-ascii write it.
func curlTrace(digits bool, clock string) string {
	var b strings.Builder
	section := func(what, data string) {
		fmt.Fprintf(&b, "%s%s, %d bytes (0x%x)\n", clock, what, len(data), len(data))
		width := 64
		if digits {
			width = 16
		}
		for at := 0; at < len(data); {
			line := data[at:min(len(data), at+width)]
			end := at + len(line)
			if digits {
				fmt.Fprintf(&b, "%04x: %-48s%s\n", at, fmt.Sprintf("% x ", line), shown(line))
			} else {
				if before, _, found := strings.Cut(line, "\r\n"); found {
					line, end = before, at+len(before)+2
				}
				fmt.Fprintf(&b, "%04x: %s\n", at, shown(line))
			}
			at = end
		}
	}
	b.WriteString(clock + "== Info: Connected to sp.example\n" + clock + "== Info: TLSv1.3\n")
	section("=> Send header", "POST /acs HTTP/1.1\r\nHost: sp.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "+fmt.Sprint(len(body()))+"\r\n\r\n")
	section("=> Send data", body())
	b.WriteString(clock + "== Info: upload completely sent off\n")
	for _, line := range []string{"HTTP/1.1 401 Unauthorized\r\n", "Content-Type: application/json\r\n", "\r\n"} {
		section("<= Recv header", line)
	}
	section("<= Recv data", `{"code":45050,"message":"no"}`)
	return b.String()
}

func shown(line string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '.'
		}
		return c
	}, line)
}

// timeline is what clients show of the requests that they send.
func timeline() string {
	return "* Preparing request\n* using TLS\n> POST /acs HTTP/1.1\n> Host: sp.example\n> Content-Type: application/x-www-form-urlencoded\n>\n\n| " + body() +
		"\n\n* upload done\n< HTTP/1.1 401 Unauthorized\n< Content-Type: application/json\n<\n\n{\"code\":45050,\"message\":\"no\"}\n"
}

func TestTraces(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"digits": curlTrace(true, ""), "characters": curlTrace(false, ""), "with times": curlTrace(false, "12:00:00.123456 "),
		"line ends of Windows": strings.ReplaceAll(curlTrace(true, ""), "\n", "\r\n"), "timeline": timeline(),
	} {
		c, err := Read("x", []byte(text), Limits{})
		require.NoError(t, err, name)
		require.Len(t, c.Logins, 1, name)
		x := c.Logins[0]
		require.NotNil(t, x.Response, "%s: %v", name, c.Decoded)
		assert.Equal(t, string(response), string(x.Response.XML), name)
		assert.Equal(t, "https://sp.example/acs", x.Response.URL, name)
		assert.Equal(t, relayState, x.Response.RelayState, name)
		if assert.NotNil(t, x.Verdict, name) {
			assert.Equal(t, "45050", x.Verdict.Code, name)
		}
	}
	c, err := Read("x", []byte(strings.NewReplacer("* using TLS\n", "").Replace(timeline())), Limits{})
	require.NoError(t, err)
	assert.Equal(t, "http://sp.example/acs", c.Logins[0].Response.URL)
}

func FuzzTrace(f *testing.F) {
	f.Add(curlTrace(true, ""))
	f.Add(curlTrace(false, "12:00:00.123456 "))
	f.Add(timeline())
	f.Fuzz(func(t *testing.T, text string) {
		if plain := untrace(text); len(plain) > 2*len(text)+4 {
			t.Fatalf("%d characters of %d", len(plain), len(text))
		}
		if plain := unsign(text); len(plain) > len(text) {
			t.Fatalf("%d characters of %d", len(plain), len(text))
		}
		r := reading()
		if done, err := r.readTrace(text); done && err == nil && len(r.c.Logins) == 0 {
			t.Fatal("done without a login")
		}
	})
}
