package capture

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pasted are forms that went through programs for writing, chatting and mailing, which
// put characters of their own between those that count.
func pasted() map[string]string {
	b := std(response)
	all := map[string]string{
		"body after a question mark":          "?" + body(),
		"body in parentheses":                 "SAMLResponse=(" + b + ")",
		"body in typographic quotes":          "SAMLResponse=„" + b + "“",
		"body with semicolons":                "SAMLResponse=" + url.QueryEscape(b) + ";RelayState=x",
		"body with HTML's escapes":            strings.ReplaceAll(body(), "&", "&amp;"),
		"URL with HTML's escapes":             strings.ReplaceAll(redirectURL(), "&", "&amp;"),
		"URL in the parameter of another":     "https://idp.example/go?a=b&next=" + url.QueryEscape(redirectURL()),
		"lines in typographic quotes":         "It says “" + wrap(b, 76, "\n") + "”, I think.",
		"curl with typographic quotes":        "curl ‘https://sp.example/acs’ —data-raw ‘" + body() + "’",
		"curl with dashes of one letter":      "curl ”https://sp.example/acs” –d ”" + body() + "”",
		"colours of a terminal":               "\x1b[32mSAMLResponse\x1b[0m=\x1b[1;31m" + b[:200] + "\x1b[0m\x1b[7m" + b[200:] + "\x1b[m\n",
		"XML after an invisible character":    "\u200b" + string(response),
		"JSON after an invisible character":   "\u2060" + `{"SAMLResponse":"` + b + `"}`,
		"no-break spaces between words":       "the\u00a0response\u00a0" + b + "\u00a0is",
		"lines parted by a processor's break": wrap(b, 76, "\v"),
	}
	for name, c := range map[string]string{
		"zero width space": "\u200b", "left-to-right mark": "\u200e", "left-to-right embedding": "\u202a", "isolate": "\u2068", "byte order mark": "\ufeff",
		"no-break space": "\u00a0", "narrow space": "\u202f", "ideographic space": "\u3000", "line separator": "\u2028", "next line": "\u0085", "form feed": "\f",
	} {
		all["base64 behind a "+name] = c + b
		all["lines that end in a "+name] = wrap(b, 76, c+"\n")
		all["base64 with a "+name+" inside"] = b[:500] + c + b[500:]
		all["body with a "+name+" inside"] = body()[:300] + c + body()[300:]
		all["parameter with a "+name+" inside"] = "SAMLResponse: " + b[:200] + c + b[200:]
	}
	return all
}

// What stands in the text as XML stays as it is, whatever its values hold.
func TestPastingLeavesXMLAlone(t *testing.T) {
	t.Parallel()
	xml := strings.Replace(string(response), "<x>", "<x>Ada\u200bAgent “A” —b\u00a0\u2028\x1b[0m", 1)
	for name, text := range map[string]string{
		"in a log":     "2026-01-31 received “it”\u200b: " + xml + " \u2014done",
		"after a mark": "\u200b" + xml,
		"escaped":      "“log”\u200b " + strings.NewReplacer("<", `\u003c`, ">", `\u003e`).Replace(xml),
		"in a page":    "“log”\u200b " + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(xml),
	} {
		c, err := Read("x", []byte(text), Limits{})
		require.NoError(t, err, name)
		require.Len(t, c.Logins, 1, name)
		assert.Equal(t, xml, string(c.Logins[0].Response.XML), name)
	}
}

// What looks like a form body, and is a damaged one, is refused at the place of the damage.
func TestDamagedBodiesNameThePlace(t *testing.T) {
	t.Parallel()
	q := url.QueryEscape(std(response))
	_, err := Read("x", []byte("SAMLResponse="+q[:100]+"!"+q[100:]), Limits{})
	assert.EqualError(t, err, "the message in the form body cannot be decoded: SAMLResponse: no base64: '!' at character 101")
}

func FuzzVisible(f *testing.F) {
	for _, text := range pasted() {
		f.Add(text)
	}
	f.Add("“a” " + string(response) + "\u200b—d")
	f.Fuzz(func(t *testing.T, text string) {
		plain, step := visible(text)
		if len(plain) > len(text) {
			t.Fatalf("%d characters of %d", len(plain), len(text))
		}
		if step == "" && plain != text {
			t.Fatalf("%q became %q without a word", text, plain)
		}
		for from, to := nextDocument(text, 0); from < to; from, to = nextDocument(text, to) {
			if !strings.Contains(plain, text[from:to]) {
				t.Fatalf("%q changed", text[from:to])
			}
		}
	})
}
