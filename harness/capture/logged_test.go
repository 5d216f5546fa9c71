package capture

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logged are forms in which logs and databases keep messages.
func logged() map[string]string {
	b := std(response)
	prefixed := func(format, text string) string {
		var out strings.Builder
		for i, line := range strings.Split(text, "\n") {
			fmt.Fprintf(&out, format+"%s\n", i+8, line)
		}
		return out.String()
	}
	lines := wrap(b, 76, "\n")
	return map[string]string{
		"log with a time before each line":    prefixed("2026-01-31T12:00:00.%dZ stdout F ", lines),
		"log with a process before each line": prefixed("Jan 31 12:00:%02d host app[123]: ", "starting\nSAMLResponse:\n"+lines+"\ndone"),
		"log of a container":                  prefixed("web_%d  | ", "Got: "+lines),
		"lines with the name of the file":     prefixed("response.txt:%d:", lines),
		"lines with numbers and a letter":     prefixed("L%d: ", lines),
		"XML in a log with times":             prefixed("2026-01-31T12:00:00.%dZ stdout F ", string(response)),
		"XML in a log with processes":         prefixed("Jan 31 12:00:%02d host shibd[123]: ", "starting\nDEBUG decoded: "+string(response)+"\ndone"),
		"XML in lines with numbers":           prefixed("%3d  ", string(response)),
		"XML in a table":                      "id,message\n1,\"" + strings.ReplaceAll(string(response), `"`, `""`) + "\"\n",
		"XML in a string of C#":               "var s = @\"" + strings.ReplaceAll(string(response), `"`, `""`) + "\";",
		"XML in a CDATA section":              "<log><![CDATA[" + string(response) + "]]></log>",
		"XML escaped twice":                   escapeHTML(escapeHTML(string(response))),
		"XML percent-encoded":                 url.PathEscape(string(response)),
		"XML percent-encoded as a parameter":  url.QueryEscape(string(response)),
		"octets of a database":                "0x" + strings.ToUpper(hex.EncodeToString(response)),
		"octets of another database":          `\x` + hex.EncodeToString(response),
		"octets with colons":                  strings.TrimRight(wrap(hex.EncodeToString(response), 2, ":"), ":"),
		"event of a gateway":                  `{"httpMethod":"POST","isBase64Encoded":true,"body":"` + std([]byte(body())) + `"}`,
		"section of settings":                 "[saml]\nresponse=" + b + "\n",
		"chat that begins with a time":        "[31.01.26, 12:00:00] Ada: " + wrap(b, 70, "\u200b\n"),
	}
}

func escapeHTML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

// Where something else stands before the next line, it is the next line of the log, and
// of the message are none left out that only begin alike.
func TestLeads(t *testing.T) {
	t.Parallel()
	b := std(response)
	for name, text := range map[string]string{
		"a line after the message":  "12:00:00 DEBUG SAMLResponse " + strings.TrimRight(b, "=") + "\n12:00:01 DEBUG done\n",
		"base64 of another message": "12:00:00 DEBUG " + b + "\n12:00:01 DEBUG token " + std([]byte(strings.Repeat("no message, ", 20))) + "\n",
		"XML with numbers in it":    "1 of 2: " + strings.Replace(string(response), "<x>", "<x>\n1 of 2", 1) + "\n",
	} {
		c, err := Read("x", []byte(text), Limits{})
		require.NoError(t, err, name)
		require.Len(t, c.Logins, 1, name)
		assert.Contains(t, text+string(response), string(c.Logins[0].Response.XML), name)
	}
	assert.Equal(t, []string{"12:00 a [b] c", "12:00 a [b] ", "12:00 a [b]", "12:00 a ", "12:00 ", "12:"}, leads("12:00 a [b] c"))
	rest, ok := cutLead(" 9  <a>", "12  ")
	assert.True(t, ok)
	assert.Equal(t, "<a>", rest)
	_, ok = cutLead("x", "12")
	assert.False(t, ok)
}

func FuzzLead(f *testing.F) {
	for name, text := range logged() {
		if strings.Contains(name, "line") || strings.Contains(name, "log") {
			f.Add(text)
		}
	}
	f.Add(" J<samlp:Response \nJ</samlp:Response><Response \nJ") // two documents on one line
	f.Fuzz(func(t *testing.T, text string) {
		plain, step := unlead(text)
		if len(plain) > len(text) || step == "" && plain != text {
			t.Fatalf("%d characters of %d: %s", len(plain), len(text), step)
		}
		if strings.Count(plain, "\n") != strings.Count(text, "\n") {
			t.Fatal("lines got lost")
		}
	})
}
