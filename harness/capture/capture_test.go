package capture

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

// response is a message with everything that encodings trip over: + and / in its
// base64, characters beyond ASCII, quotes, ampersands and an odd length.
var response = []byte(`<?xml version="1.0" encoding="UTF-8"?><samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="https://sp.example/acs?a=1&amp;b=2" ID="_r1" InResponseTo="_q1" IssueInstant="2026-01-31T12:00:00.000Z" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.example/ÿûþ~~~???&gt;&gt;</saml:Issuer><x> ` + "\n\t" + `'quoted' "text"  </x></samlp:Response>`)

const relayState = "token/+= ü&x"

func std(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func wrap(s string, width int, sep string) string {
	var lines []string
	for ; len(s) > width; s = s[width:] {
		lines = append(lines, s[:width])
	}
	return strings.Join(append(lines, s), sep)
}

// body is the login as the browser posts it.
func body() string {
	return "SAMLResponse=" + url.QueryEscape(std(response)) + "&RelayState=" + url.QueryEscape(relayState)
}

func redirectURL() string {
	r := relayState
	return "https://sp.example/acs?tenant=1&" + saml.RedirectQuery("SAMLResponse", response, &r)
}

func page() string {
	r := relayState
	return string(saml.PostForm("https://sp.example/acs", "SAMLResponse", response, &r))
}

func TestEveryFormGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	all := forms()
	maps.Copy(all, copied())
	maps.Copy(all, kept())
	maps.Copy(all, pasted())
	maps.Copy(all, broken())
	maps.Copy(all, logged())
	require.Greater(t, len(all), 200)
	for name, text := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := Read("capture.txt", []byte(text), Limits{})
			require.NoError(t, err)
			require.Len(t, c.Logins, 1, "%v", c.Decoded)
			x := c.Logins[0]
			require.NotNil(t, x.Response)
			assert.Equal(t, string(response), string(x.Response.XML), "%v", c.Decoded)
			assert.Equal(t, saml.FlowSP, x.Flow)
			assert.Equal(t, "capture.txt", x.Name)
			assert.Equal(t, "capture.txt", x.Response.File)
			assert.Nil(t, x.Request)
			assert.NotEmpty(t, c.Form)
			assert.NotEmpty(t, c.Decoded)
		})
	}
}

func TestReadSaysWhatItIsInstead(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("no message here ", 100)
	for name, c := range map[string]struct{ in, want string }{
		"empty":        {"", "it is empty"},
		"white space":  {" \r\n", "it is empty"},
		"PDF":          {"%PDF-1.7\n%âãÏÓ", "it looks like a PDF file; " + wanted},
		"PNG":          {"\x89PNG\r\n\x1a\n", "it looks like an image (PNG); " + wanted},
		"gzip":         {"\x1f\x8b\x08\x00", "it is a gzip file that cannot be unpacked: unexpected EOF"},
		"ZIP":          {"PK\x03\x04 and nothing", "it is a ZIP file that cannot be unpacked: zip: not a valid zip file"},
		"DER":          {"\x30\x82\x03\x01\x30", "it looks like DER, as of a certificate or a key; " + wanted},
		"zeros":        {"\x00\x01\x02\x03", "it looks like a binary file; " + wanted},
		"base64 PDF":   {std([]byte("%PDF-1.7 and so on and so on and so on")), "there is no SAML message in it: it is base64 of a PDF file; " + wanted},
		"metadata":     {`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>`, `it is SAML metadata ("EntityDescriptor"), not a message`},
		"metadata b64": {std([]byte(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>`)), `it is SAML metadata ("EntityDescriptor"), not a message`},
		"SOAP":         {`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>`, "no Response can be judged: the SOAP envelope has no Body (line 1, column 1)"},
		"WS-Fed":       {`<t:RequestSecurityTokenResponse xmlns:t="http://schemas.xmlsoap.org/ws/2005/02/trust"/>`, "it is an answer of WS-Federation (wresult: RequestSecurityTokenResponse); what is judged is Web SSO of SAML 2.0"},
		"a page":       {"<!DOCTYPE html><html><body>Sign in</body></html>", "it is an HTML page without a SAML message; " + wanted},
		"a URL":        {"https://sp.example/?a=b", "it is a URL that carries no SAML message"},
		"text":         {long, `there is no SAML message in it: it starts with ` + fmt.Sprintf("%q…", long[:80]) + `; ` + wanted},
		"too large":    {strings.Repeat("A", 2000), "2000 bytes are more than the 1000 that a capture may have"},
	} {
		lim := Limits{}
		if name == "too large" {
			lim.Bytes = 1000
		}
		_, err := Read("x", []byte(c.in), lim)
		assert.EqualError(t, err, c.want, name)
	}
}

// What was sent as a message is judged, however damaged: bytes that the reader refuses
// with a reason, and other documents that carry a message or assertion.
func TestDamagedMessagesAreHandedOn(t *testing.T) {
	t.Parallel()
	wide := func(s string) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return string(b)
	}
	const old = `<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol"/>`
	const declared = `<?xml version="1.0" encoding="UTF-16"?><a/>`
	carrier := `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + string(response) + `</md:EntityDescriptor>`
	soap := `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>` + string(response) + `</s:Body></s:Envelope>`
	b := std(response)
	for name, c := range map[string]struct{ in, want string }{
		"a response of SAML 1.1":               {old, old},
		"one in base64":                        {std([]byte(old)), old},
		"metadata with an assertion":           {carrier, carrier},
		"metadata with an assertion in base64": {std([]byte(carrier)), carrier},
		"a response in a SOAP envelope":        {soap, soap},
		"text before it, in base64":            {std([]byte("x" + string(response))), "x" + string(response)},
		"UTF-16 in base64":                     {std([]byte("\xff\xfe" + wide(string(response)))), "\xff\xfe" + wide(string(response))},
		"UTF-16 without a mark in base64":      {std([]byte(wide(string(response)))), wide(string(response))},
		"UTF-16 that says so":                  {"\xff\xfe" + wide(declared), "\xff\xfe" + wide(declared)},
		"UTF-16 without a mark":                {wide(string(response)), wide(string(response))},
		"base64 cut within an octet":           {b[:len(b)/8*4+1], string(response[:len(b)/8*3])},
		"a form whose base64 is cut":           {"SAMLResponse=" + url.QueryEscape(b[:len(b)/8*4+1]), string(response[:len(b)/8*3])},
	} {
		got, err := Read("x", []byte(c.in), Limits{})
		if assert.NoError(t, err, name) && assert.Len(t, got.Logins, 1, name) && assert.NotNil(t, got.Logins[0].Response, name) {
			assert.Equal(t, c.want, string(got.Logins[0].Response.XML), name)
		}
	}
}

func TestRequestsAndTheirResponses(t *testing.T) {
	t.Parallel()
	c, err := Read("x", []byte(sendTo("_q1")), Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 1)
	x := c.Logins[0]
	assert.Nil(t, x.Response)
	assert.Nil(t, x.Stop)
	assert.Equal(t, string(requestXML("_q1")), string(x.Request.XML))
	assert.Equal(t, idpSSO, x.Request.URL)
	assert.Equal(t, "state", x.Request.RelayState)
	assert.Equal(t, saml.BindingRedirect, x.Request.Binding)

	// A log of two logins, the second of them unsolicited.
	log := "GET " + sendTo("_q1") + "\nPOST /acs " + post(responseXML("_r1", "_q1")) + "\nGET " + sendTo("_q2") + "\n" + post(responseXML("_r3", "_q3")) + "\n" + post(responseXML("_r4", ""))
	c, err = Read("x", []byte(log), Limits{})
	require.NoError(t, err)
	var got []string
	for _, x := range c.Logins {
		s := string(x.Flow)
		for _, m := range []*saml.Message{x.Request, x.Response} {
			if m != nil {
				s += " " + sniff(m.XML).attr("ID")
			}
		}
		got = append(got, s)
	}
	assert.Equal(t, []string{"sp _q1 _r1", "sp _q2", "sp _r3", "idp _r4"}, got)
}

// A message that is damaged is a capture all the same: what is wrong is for checks to say.
func TestDamagedMessagesAreRead(t *testing.T) {
	t.Parallel()
	for _, xml := range []string{
		string(response[:len(response)-30]),
		`<!DOCTYPE x [<!ENTITY e "e">]>` + string(response),
		"<nonsense/>",
		"<samlp:Response",
		string(response) + "<second/>",
	} {
		c, err := Read("x", []byte(xml), Limits{})
		require.NoError(t, err, xml)
		assert.Equal(t, xml, string(c.Logins[0].Response.XML))
		c, err = Read("x", []byte(std([]byte(xml))), Limits{})
		require.NoError(t, err, xml)
		assert.Equal(t, xml, string(c.Logins[0].Response.XML))
	}
}

// A parameter whose name is percent-encoded is a parameter all the same: its value was
// not encoded once more.
func TestNamesAreKnownInDisguise(t *testing.T) {
	t.Parallel()
	plus := append(slices.Clone(response), "<!-- >>>???~~~ -->"...)
	require.Contains(t, std(plus), "+")
	for _, text := range []string{
		"%53AMLResponse=" + url.QueryEscape(std(plus)),
		"RelayState=x&SAML%52esponse=" + url.QueryEscape(std(plus)),
		"https://sp.example/acs?%53%41%4d%4cResponse=" + url.QueryEscape(std(saml.Deflate(plus))),
	} {
		c, err := Read("x", []byte(text), Limits{})
		require.NoError(t, err, text)
		m := c.Logins[0].Response
		assert.Equal(t, string(plus), string(m.XML))
		require.Len(t, m.Deviations, 1, text)
		assert.Equal(t, saml.DeviationDisguised, m.Deviations[0].Kind, text)
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	second := []byte(strings.Replace(string(response), "_r1", "_r2", 1))
	file := std(response) + "\r\n\r\n" + url.QueryEscape(std(second)) + "\nnot base64!\n" + string(response)
	var got []string
	for line := range Lines(strings.NewReader(strings.ReplaceAll(file, "\n\t", "  "))) {
		switch {
		case line.Err != nil:
			got = append(got, line.Err.Error())
		default:
			got = append(got, fmt.Sprintf("%d %s %d", line.Number, line.Exchange.Name, len(line.Exchange.Response.XML)))
		}
	}
	assert.Equal(t, []string{
		fmt.Sprintf("1 line 1 %d", len(response)),
		fmt.Sprintf("3 line 3 %d", len(response)),
		`line 4: there is no SAML message in it: it starts with "not base64!"; ` + wanted,
		fmt.Sprintf("5 line 5 %d", len(response)),
	}, got)

	c, err := Read("many.txt", []byte(std(response)+"\n"+std(second)+"\n"), Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 2)
	assert.Equal(t, "line 2", c.Logins[1].Name)
	assert.Equal(t, second, c.Logins[1].Response.XML)

	for head, want := range map[string][2]bool{
		wrap(std(response), 76, "\n"):                      {false, true},
		std(response):                                      {false, false},
		std(response) + "\n":                               {false, false},
		std(response) + "\r\n\r\n" + std(second):           {true, true},
		"response\n" + std(response) + "\n" + std(second):  {false, false},
		"# both\n" + strings.Repeat(std(response)+"\n", 3): {true, true},
		"# both\n" + std(response) + "\n" + std(second) + "\nregards, the undersigned...": {false, false},
		"\xef\xbb\xbf\"" + std(response) + "\"\n\"" + std(second) + "\"":                  {true, true},
		body() + "\n" + body(): {true, true},
	} {
		is, sure := IsLines([]byte(head))
		assert.Equal(t, want, [2]bool{is, sure}, head[:min(len(head), 100)])
	}
	c, err = Read("many.txt", []byte("response\n"+strings.Repeat(body()+"\n", 3)), Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 3)
	assert.Equal(t, "line 2", c.Logins[0].Name)
	assert.Equal(t, relayState, c.Logins[0].Response.RelayState)
	assert.Equal(t, []string{"one message per line", `the first line, "response", taken for a heading`}, c.Decoded)
}

func BenchmarkLines(b *testing.B) {
	big := strings.Replace(string(response), "<x>", "<x>"+strings.Repeat("0123456789abcdef", 500), 1)
	line := std([]byte(big)) + "\n"
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	file := strings.Repeat(line, 100)
	for n := 0; b.Loop(); n++ {
		for l := range Lines(strings.NewReader(file)) {
			if l.Err != nil {
				b.Fatal(l.Err)
			}
		}
	}
}

// What is left out of a message, and what is no message but has to do with one, is named.
func TestReadSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	b := std(response)
	for in, want := range map[string]string{
		b[:200] + "…" + b[400:]:                    `line 1: base64 decoded: 200 characters to 150 bytes, it breaks off before "…`,
		"SAMLResponse: " + b[:200] + "[truncated]": `it breaks off before "[truncated]"`,
	} {
		c, err := Read("x", []byte(in), Limits{})
		require.NoError(t, err, in)
		assert.Contains(t, c.Decoded[0], want)
	}
	for in, want := range map[string]string{
		"SAMLResponse=[REDACTED]&RelayState=x":            `it was masked before the capture was shared: it reads "[REDACTED]"`,
		"https://sp.example/acs?SAMLart=AAQAAMFbLinlXaCM": "it carries a SAML artifact (SAMLart) in place of the message: the message itself goes from server to server, where no browser sees it; wanted is the ArtifactResponse that the service provider gets at the back channel",
	} {
		_, err := Read("x", []byte(in), Limits{})
		assert.EqualError(t, err, want)
	}
}
