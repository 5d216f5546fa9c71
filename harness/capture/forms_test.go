package capture

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"unicode/utf16"

	"github.com/samlproof/samlproof/harness/saml"
)

// forms are the same login as people send it.
func forms() map[string]string {
	b := std(response)
	return map[string]string{
		"XML":                             string(response),
		"XML with a line end":             string(response) + "\r\n",
		"base64":                          b,
		"base64 in lines of 76":           wrap(b, 76, "\r\n") + "\r\n",
		"base64 in lines of 64":           wrap(b, 64, "\n"),
		"base64 lines joined by spaces":   wrap(b, 76, " "),
		"base64 URL-safe, unpadded":       base64.RawURLEncoding.EncodeToString(response),
		"base64 without padding":          strings.TrimRight(b, "="),
		"base64 quoted":                   `"` + b + `"`,
		"base64, plus turned to space":    strings.ReplaceAll(b, "+", " "),
		"base64 twice":                    std([]byte(b)),
		"base64 in UTF-16":                "\xff\xfe" + strings.Join(strings.Split(b, ""), "\x00") + "\x00",
		"base64 with JSON's escapes":      strings.ReplaceAll(wrap(b, 76, `\r\n`), "/", `\/`),
		"base64 with HTML's escapes":      strings.NewReplacer("+", "&#43;", "/", "&#x2F;", "=", "&#61;").Replace(wrap(b, 76, "&#13;&#10;")),
		"DEFLATE and base64":              std(saml.Deflate(response)),
		"percent-encoded":                 url.QueryEscape(b),
		"percent-encoded twice":           url.QueryEscape(url.QueryEscape(b)),
		"percent-encoded DEFLATE":         url.QueryEscape(std(saml.Deflate(response))),
		"form body":                       body(),
		"form body with other fields":     "a=b&" + body() + "&c=d",
		"form body, RelayState first":     "RelayState=x&SAMLResponse=" + url.QueryEscape(wrap(b, 76, "\r\n")),
		"form body percent-encoded":       url.QueryEscape(body()),
		"query":                           strings.SplitN(redirectURL(), "?", 2)[1],
		"URL":                             redirectURL(),
		"URL percent-encoded":             url.QueryEscape(redirectURL()),
		"URL with a message not deflated": "https://sp.example/acs?SAMLResponse=" + url.QueryEscape(b),
		"HTML form":                       page(),
		"HTML form of another maker": `<form method='post' action='https://sp.example/acs'><INPUT NAME=SAMLResponse TYPE=hidden VALUE='` +
			strings.NewReplacer("+", "&#x2b;", "=", "&#x3d;").Replace(b) + `'/></form>`,
		"HTML page that shows XML":         "<html><body><pre>" + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(string(response)) + "</pre></body></html>",
		"curl, bash":                       "curl 'https://sp.example/acs' \\\n  -X 'POST' \\\n  -H 'content-type: application/x-www-form-urlencoded' \\\n  -b 'sid=x' \\\n  --data-raw '" + body() + "' \\\n  --compressed",
		"curl, bash with escapes":          `curl "https://sp.example/acs" -H 'a: b' --data $'` + strings.ReplaceAll(body(), "%2B", `\u00252B`) + `'`,
		"curl, cmd":                        "curl ^\"https://sp.example/acs^\" ^\r\n  -H ^\"content-type: application/x-www-form-urlencoded^\" ^\r\n  --data-raw ^\"" + strings.ReplaceAll(strings.ReplaceAll(body(), "%", "^%"), "&", "^&") + "^\"",
		"curl after a prompt":              "$ curl https://sp.example/acs -d'" + body() + "'",
		"several curl commands":            "curl 'https://sp.example/' ;\ncurl 'https://sp.example/acs' --data-raw '" + body() + "' &&\ncurl 'https://sp.example/x.png'",
		"syslog":                           "<134>1 2026-01-31T12:00:00Z host app - - - SAMLResponse=" + url.QueryEscape(std(response)),
		"curl of a redirect":               "curl '" + redirectURL() + "' -H 'Accept: */*'",
		"PowerShell":                       "Invoke-WebRequest -UseBasicParsing -Uri \"https://sp.example/acs\" `\r\n-Method \"POST\" `\r\n-Body \"" + body() + "\"",
		"fetch":                            `fetch("https://sp.example/acs", {"headers": {"content-type": "application/x-www-form-urlencoded"}, "body": "` + body() + `", "method": "POST"});`,
		"log line":                         "2026-01-31 12:00:00,123 DEBUG [http-1] saml - received SAMLResponse=" + url.QueryEscape(b) + "&RelayState=abc from 10.0.0.1",
		"log line with XML":                "2026-01-31T12:00:00 INFO Response: " + string(response) + " (end)",
		"log line with URL":                `10.0.0.1 - - [31/Jan/2026] "GET ` + redirectURL() + ` HTTP/1.1" 302 -`,
		"log of JSON lines":                `{"level":"debug","msg":"got it","SAMLResponse":"` + wrap(b, 76, `\r\n`) + `","RelayState":"x"}` + "\n" + `{"level":"info"}`,
		"log of JSON with XML":             `{"msg":"` + strings.NewReplacer(`"`, `\"`, "\n", `\n`, "\t", `\t`, "<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(string(response)) + `"}`,
		"parameters as shown by a browser": "SAMLResponse: " + wrap(b, 76, "\n") + "\nRelayState: abc\n",
		"trace with both":                  "Assertion:\n" + wrap(b, 64, "\n") + "\n\nDecoded:\n" + strings.ReplaceAll(string(response), "><", ">\n  <") + "\n",
	}
}

// copied are forms that came about by copying: out of mails, programs, tables, terminals
// and browsers' tools.
func copied() map[string]string {
	b := std(response)
	q := url.QueryEscape(b)
	lines := func(before, between, after string) string { return before + wrap(b, 70, between) + after }
	return map[string]string{
		"plus turned to space, at the end too": strings.ReplaceAll(b, "+", " "),
		"body with spaces for plus":            "SAMLResponse=" + strings.ReplaceAll(b, "+", " "),
		"POST data of Firefox":                 "SAMLResponse=" + b + "\r\nRelayState=" + relayState,
		"RelayState first":                     "RelayState=abc\nSAMLResponse=" + b + "\n",
		"names and values by lines":            "SAMLResponse\n" + b + "\nRelayState\nabcdefgh_-01234567890\n",
		"columns":                              "SAMLResponse\t" + b + "\nRelayState\tabcd\n",
		"table of Markdown":                    "| name | value |\n|---|---|\n| SAMLResponse | " + b + " |\n| RelayState | x |\n",
		"CSV":                                  "time,name,value\n2026-01-31,SAMLResponse,\"" + b + "\"\n",
		"map of Go":                            "map[RelayState:[x] SAMLResponse:[" + b + "]]",
		"array of PHP":                         "Array\n(\n    [SAMLResponse] => " + b + "\n    [RelayState] => x\n)\n",
		"hash of Ruby":                         `{"SAMLResponse"=>"` + b + `", "RelayState"=>"x"}`,
		"query dict of Django":                 "<QueryDict: {'SAMLResponse': ['" + b + "'], 'RelayState': ['x']}>",
		"quoted mail":                          lines("> ", "\n> ", "\n"),
		"mail quoted twice":                    lines(">> ", "\n>> ", "\n> regards\n"),
		"mail with an answer":                  lines("Ada wrote:\n> Here it is:\n> \n> ", "\n> ", "\n> Ada\n"),
		"quoted parameter, broken anywhere":    "> SAMLResponse=" + wrap(q, 61, "\n> ") + "\n",
		"quoted XML":                           "> " + strings.ReplaceAll(string(response), "\n", "\n> ") + "\n",
		"numbered lines":                       numbered(b, "%5d  "),
		"numbered lines with colons":           numbered(b, "%d: "),
		"strings of Go":                        lines("const r = \"", "\" +\n\t\"", "\"\n"),
		"strings of Go with line breaks":       lines("const r = \"", "\\n\" +\n\t\"", "\"\n"),
		"strings of Java":                      lines("String r = \"", "\"\n    + \"", "\";"),
		"strings of Python":                    lines("r = (\"", "\"\n     \"", "\")\n"),
		"strings of JavaScript":                lines("const r = '", "' +\r\n  '", "';"),
		"raw string":                           lines("r := `", "\n", "`\n"),
		"string of YAML":                       lines("response: \"", "\\\n  ", "\"\n"),
		"block of YAML":                        lines("response: >-\n    ", "\n    ", "\n"),
		"comment":                              lines("// ", "\n// ", "\n"),
		"lines continued":                      lines("", "\\\n", ""),
		"bytes of Python":                      pythonBytes(response),
		"base64 in bytes of Python":            "b'" + wrap(b, 76, `\n`) + "'",
		"fence":                                "Look:\n\n```\n" + wrap(b, 80, "\n") + "```\n",
		"code":                                 "It is `" + b + "`, I think.",
		"typographic quotes":                   "SAMLResponse: “" + b + "”",
		"invisible characters":                 wrap(b, 80, "\u200b"),
		"no-break space":                       "SAMLResponse:\u00a0" + b,
		"data URL":                             "data:text/xml;base64," + b,
		"between dashes":                       "-----BEGIN RESPONSE-----\n" + wrap(b, 64, "\n") + "\n-----END RESPONSE-----\n",
		"percent-encoded three times":          url.QueryEscape(url.QueryEscape(q)),
		"named character references":           strings.NewReplacer("+", "&plus;", "/", "&sol;", "=", "&equals;").Replace(b),
		"curl with a form":                     "curl https://sp.example/acs -F 'SAMLResponse=" + b + "' -F RelayState=x",
		"curl with --data-urlencode":           "curl --location 'https://sp.example/acs' \\\n--header 'Content-Type: application/x-www-form-urlencoded' \\\n--data-urlencode 'SAMLResponse=" + b + "'",
		"wget":                                 "wget --method POST --body-data '" + body() + "' https://sp.example/acs",
		"httpie":                               "http --form POST https://sp.example/acs SAMLResponse='" + b + "'",
		"requests of Python":                   `requests.post("https://sp.example/acs", data={"SAMLResponse": "` + b + `"})`,
		"fetch of Firefox":                     "await fetch(\"https://sp.example/acs\", {\n  \"credentials\": \"include\",\n  \"headers\": {\"Content-Type\": \"application/x-www-form-urlencoded\"},\n  \"body\": \"" + body() + "\",\n  \"method\": \"POST\"\n});",
		"PowerShell with headers":              "$session = New-Object X\nInvoke-WebRequest -UseBasicParsing -Uri \"https://sp.example/acs\" `\n-Method \"POST\" `\n-Headers @{\n\"a\"=\"`\"{b`\"\"\n} `\n-ContentType \"application/x-www-form-urlencoded\" `\n-Body \"" + body() + "\"",
		"URL with the message in its fragment": "https://sp.example/acs#SAMLResponse=" + q,
		"query with escapes of nginx":          `request_body: "` + strings.ReplaceAll(body(), "%", `\x25`) + `"`,
	}
}

// kept are forms in which programs keep requests and messages.
func kept() map[string]string {
	b := std(response)
	marshal := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return string(data)
	}
	request := "POST /acs HTTP/1.1\r\nHost: sp.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + fmt.Sprint(len(body())) + "\r\n\r\n" + body()
	answer := "HTTP/1.1 302 Found\r\nLocation: /home\r\nDate: Sat, 31 Jan 2026 12:00:00 GMT\r\n\r\n"
	burp := func(encoded bool, request string) string {
		return "<?xml version=\"1.0\"?>\n<!DOCTYPE items [\n<!ELEMENT items (item*)>\n]>\n<items burpVersion=\"2024.1\" exportTime=\"x\">\n  <item>\n    <url><![CDATA[https://sp.example/acs]]></url>\n    <request base64=\"" + fmt.Sprint(encoded) +
			"\"><![CDATA[" + request + "]]></request>\n    <response base64=\"true\"><![CDATA[" + std([]byte(answer)) + "]]></response>\n  </item>\n</items>\n"
	}
	post := obj{"method": "POST", "url": acs, "postData": obj{"mimeType": "application/x-www-form-urlencoded", "text": body()}}
	return map[string]string{
		"UTF-16 without a mark":    utf16LE(b),
		"UTF-16 with XML":          "\xff\xfe" + utf16LE(string(response)),
		"body in UTF-16":           "\xff\xfe" + utf16LE(body()),
		"gzip":                     gzipped(string(response)),
		"gzip of base64":           gzipped(b),
		"base64 of gzip":           std([]byte(gzipped(string(response)))),
		"zlib":                     zlibbed(string(response)),
		"DEFLATE":                  string(saml.Deflate(response)),
		"hex":                      hex.EncodeToString(response),
		"hex in lines":             wrap(hex.EncodeToString(response), 60, "\n"),
		"hex dump":                 hex.Dump(response),
		"hex dump of base64":       hex.Dump([]byte(b)),
		"hex dump of a request":    hex.Dump([]byte(request)),
		"words of hexdump":         words(response, true),
		"words of xxd":             words(response, false),
		"quoted-printable":         quotedPrintable("SAMLResponse=" + b + "\n"),
		"quoted-printable base64":  quotedPrintable(b),
		"mail":                     "From: ada@acme.example\r\nSubject: login\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quotedPrintable("Hello,\n\n"+b+"\n"),
		"mail with an attachment":  "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"x\"\n\n--x\nContent-Type: text/plain\n\nAttached.\n--x\nContent-Type: application/octet-stream; name=r.xml\nContent-Transfer-Encoding: base64\n\n" + wrap(b, 76, "\n") + "\n--x--\n",
		"mail in two forms":        "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=\"x\"\n\n--x\nContent-Type: text/plain\n\n" + b + "\n--x\nContent-Type: text/html\n\n<p>" + b + "</p>\n--x--\n",
		"saved page":               "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quotedPrintable(page()) + "\r\n--x--\r\n",
		"HTTP request":             request,
		"HTTP request of a proxy":  strings.Replace(request, "POST /acs", "POST https://sp.example/acs", 1),
		"HTTP request and answer":  request + "\r\n\r\n" + answer,
		"what curl shows":          "> " + strings.ReplaceAll(strings.ReplaceAll(request, "\r", ""), "\n", "\n> ") + "\n",
		"Burp items":               burp(true, std([]byte(request))),
		"Burp items in plain text": burp(false, request),
		"HAR entry":                marshal(obj{"startedDateTime": "2026-01-31T12:00:00Z", "request": post, "response": obj{"status": 200}}),
		"HAR entries":              marshal([]any{obj{"startedDateTime": "2026-01-31T12:00:00Z", "request": post, "response": obj{"status": 200}}}),
		"HAR with a mark":          "\xef\xbb\xbf" + marshal(obj{"log": obj{"entries": []any{obj{"request": post, "response": obj{"status": 200}}}}}),
		"HAR in UTF-16":            "\xff\xfe" + utf16LE(marshal(obj{"log": obj{"entries": []any{obj{"request": post, "response": obj{"status": 200}}}}})),
		"Postman":                  marshal(obj{"item": []any{obj{"request": obj{"method": "POST", "body": obj{"mode": "urlencoded", "urlencoded": []any{obj{"key": "SAMLResponse", "value": b, "type": "text"}}}, "url": obj{"raw": acs}}}}}),
		"Insomnia":                 marshal(obj{"resources": []any{obj{"method": "POST", "url": acs, "body": obj{"params": []any{obj{"name": "SAMLResponse", "value": b}}}}}}),
		"Charles":                  marshal([]any{obj{"status": "COMPLETE", "request": obj{"body": obj{"text": body()}}}}),
		"JSON inside of JSON":      marshal(obj{"message": marshal(obj{"SAMLResponse": b})}),
		"XML inside of JSON twice": marshal(obj{"message": marshal(obj{"saml": string(response)})}),
		"JSON of PHP":              strings.ReplaceAll(marshal(obj{"saml": string(response)}), "/", `\/`),
		"XML that quotes XML":      "<log><entry>" + html.EscapeString(string(response)) + "</entry></log>",
		"XML with base64":          "<event><data name='r'>" + b + "</data></event>",
		"page in a page":           "<html><pre>" + html.EscapeString(page()) + "</pre></html>",
	}
}

func numbered(text, format string) string {
	var b strings.Builder
	for i, line := range strings.Split(wrap(text, 70, "\n"), "\n") {
		fmt.Fprintf(&b, format+"%s\n", i+1, line)
	}
	return b.String()
}

// pythonBytes is what Python shows of bytes.
func pythonBytes(data []byte) string {
	var b strings.Builder
	b.WriteString("b'")
	for _, c := range data {
		switch {
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "'"
}

func utf16LE(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func zlibbed(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func quotedPrintable(s string) string {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

// words is a dump by words of two octets: as numbers with octal offsets, or as they stand
// with the characters behind them.
func words(data []byte, numbers bool) string {
	var b strings.Builder
	for at := 0; at < len(data); at += 16 {
		line := data[at:min(len(data), at+16)]
		format := "%08x:"
		if numbers {
			format = "%07x"
		}
		fmt.Fprintf(&b, format, at)
		for i := 0; i < len(line); i += 2 {
			switch {
			case numbers && i+1 < len(line):
				fmt.Fprintf(&b, " %02x%02x", line[i+1], line[i])
			case numbers:
				fmt.Fprintf(&b, " 00%02x", line[i])
			default:
				fmt.Fprintf(&b, " %x", line[i:min(len(line), i+2)])
			}
		}
		if !numbers {
			b.WriteString(strings.Repeat(" ", (16-len(line))*5/2) + "  " + strings.Map(func(c rune) rune {
				if c < ' ' || c > '~' {
					return '.'
				}
				return c
			}, string(bytes.ToValidUTF8(line, []byte(".")))))
		}
		b.WriteByte('\n')
	}
	if numbers {
		fmt.Fprintf(&b, "%07x\n", len(data))
	}
	return b.String()
}
