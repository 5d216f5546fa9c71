package saml

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const aRequest = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>`

// b64 is a message deflated, as base64 before it is percent-encoded.
func b64(xml string) string {
	return base64.StdEncoding.EncodeToString(Deflate([]byte(xml)))
}

func relay(s string) *string { return &s }

func TestRedirectRoundTrip(t *testing.T) {
	t.Parallel()
	for _, r := range []*string{nil, relay(""), relay("a&SigAlg=x;Signature=y"), relay("töken +%2B")} {
		q := RedirectQuery("SAMLRequest", []byte(aRequest), r)
		m, err := DecodeRedirect(q)
		require.NoError(t, err)
		assert.Equal(t, aRequest, string(m.XML))
		assert.Equal(t, BindingRedirect, m.Binding)
		assert.Equal(t, "SAMLRequest", m.Param)
		assert.Equal(t, q, m.Query)
		assert.Equal(t, b64(aRequest), m.Encoded)
		assert.Empty(t, m.Deviations)
		assert.Equal(t, r != nil, m.HasRelayState)
		if r != nil {
			assert.Equal(t, *r, m.RelayState)
		}
	}
}

func TestDecodeRedirectNamesDeviations(t *testing.T) {
	t.Parallel()
	enc := url.QueryEscape(b64(aRequest))
	query := "SAMLRequest=" + enc
	var z, g bytes.Buffer
	zw := zlib.NewWriter(&z)
	zw.Write([]byte(aRequest))
	zw.Close()
	gw := gzip.NewWriter(&g)
	gw.Name = "request.xml"
	gw.Write([]byte(aRequest))
	gw.Close()
	std := base64.StdEncoding.EncodeToString
	deflated := Deflate([]byte(aRequest))
	plus := "<a>" + strings.Repeat("~", 7) + "</a>"
	for !strings.Contains(b64(plus), "+") {
		plus = strings.Replace(plus, "<a>", "<a>?", 1)
	}
	for name, c := range map[string]struct {
		query string
		xml   string
		kinds []DeviationKind
	}{
		"other parameters":    {"tenant=1&" + query + "&x=y&", aRequest, nil},
		"question mark":       {"?" + query, aRequest, nil},
		"right SAMLEncoding":  {query + "&SAMLEncoding=" + url.QueryEscape(EncodingDeflate), aRequest, nil},
		"wrong SAMLEncoding":  {query + "&SAMLEncoding=gzip", aRequest, []DeviationKind{DeviationEncoding}},
		"zlib":                {"SAMLRequest=" + url.QueryEscape(std(z.Bytes())), aRequest, []DeviationKind{DeviationDeflate}},
		"gzip":                {"SAMLRequest=" + url.QueryEscape(std(g.Bytes())), aRequest, []DeviationKind{DeviationDeflate}},
		"not deflated":        {"SAMLRequest=" + url.QueryEscape(std([]byte(aRequest))), aRequest, []DeviationKind{DeviationDeflate}},
		"bytes after":         {"SAMLRequest=" + url.QueryEscape(std(append(bytes.Clone(deflated), 0, 0))), aRequest, []DeviationKind{DeviationDeflate}},
		"no end":              {"SAMLRequest=" + url.QueryEscape(std(unfinished(t, aRequest))), aRequest, []DeviationKind{DeviationDeflate}},
		"line breaks":         {"SAMLRequest=" + url.QueryEscape(b64(aRequest)[:9]+"\r\n"+b64(aRequest)[9:]), aRequest, []DeviationKind{DeviationLineBreaks}},
		"plus not escaped":    {"SAMLRequest=" + strings.NewReplacer("=", "%3D", "/", "%2F").Replace(b64(plus)), plus, []DeviationKind{DeviationPlus}},
		"duplicate":           {query + "&SAMLRequest=xxxx", aRequest, []DeviationKind{DeviationDuplicate}},
		"both":                {query + "&SAMLResponse=xxxx", aRequest, []DeviationKind{DeviationBoth}},
		"encoded name":        {"%53AMLRequest=" + enc, aRequest, []DeviationKind{DeviationDisguised}},
		"other case beside":   {query + "&samlrequest=xxxx", aRequest, []DeviationKind{DeviationDisguised}},
		"semicolon":           {query + "&x=y;RelayState=z", aRequest, []DeviationKind{DeviationDisguised}},
		"broken escape":       {query + "&RelayState=100%", aRequest, []DeviationKind{DeviationEscape}},
		"raw non-ASCII":       {query + "&RelayState=tök", aRequest, []DeviationKind{DeviationEscape}},
		"RelayState 80":       {query + "&RelayState=" + strings.Repeat("r", 80), aRequest, nil},
		"RelayState 81":       {query + "&RelayState=" + strings.Repeat("r", 81), aRequest, []DeviationKind{DeviationRelayState}},
		"SigAlg alone":        {query + "&SigAlg=x", aRequest, []DeviationKind{DeviationSigAlg}},
		"Signature alone":     {query + "&Signature=x", aRequest, []DeviationKind{DeviationSigAlg}},
		"signed":              {query + "&SigAlg=x&Signature=x", aRequest, nil},
		"signed, RelayState":  {query + "&RelayState=r&SigAlg=x&Signature=x", aRequest, nil},
		"signed, other order": {query + "&SigAlg=x&Signature=x&RelayState=r", aRequest, []DeviationKind{DeviationOrder}},
		"long":                {query + "&x=" + strings.Repeat("r", 8<<10), aRequest, []DeviationKind{DeviationLength}},
	} {
		m, err := DecodeRedirect(c.query)
		require.NoError(t, err, name)
		assert.Equal(t, c.xml, string(m.XML), name)
		assert.Equal(t, c.kinds, kinds(m.Deviations), name)
	}
}

// unfinished is a DEFLATE stream that was flushed and never closed.
func unfinished(t *testing.T, xml string) []byte {
	t.Helper()
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write([]byte(xml))
	require.NoError(t, w.Flush())
	return z.Bytes()[2:]
}

func TestDecodeRedirectErrors(t *testing.T) {
	t.Parallel()
	bomb := url.QueryEscape(b64("<a>" + strings.Repeat(" ", 10<<20) + "</a>"))
	for name, c := range map[string]struct{ query, want string }{
		"nothing":         {"", "there is neither a SAMLRequest nor a SAMLResponse"},
		"other":           {"RelayState=x&a=b", "there is neither a SAMLRequest nor a SAMLResponse"},
		"wrong case":      {"samlrequest=x", `there is neither a SAMLRequest nor a SAMLResponse: the parameter "samlrequest" is SAMLRequest in other letter case; it is not read`},
		"empty":           {"SAMLRequest=", "SAMLRequest is empty"},
		"no value":        {"SAMLResponse", "SAMLResponse is empty"},
		"no base64":       {"SAMLRequest=%3Ca/%3E", "SAMLRequest: no base64: a < (is it XML already?) at character 1"},
		"encoded twice":   {"SAMLRequest=" + strings.ReplaceAll(url.QueryEscape(b64(aRequest)), "%", "%25"), ""},
		"neither":         {"SAMLRequest=QUJDREVG", "SAMLRequest: no DEFLATE stream (RFC 1951)"},
		"bomb":            {"SAMLRequest=" + bomb, ""},
		"many parameters": {strings.Repeat("a&", 1001), "more than 1000 parameters"},
	} {
		_, err := DecodeRedirect(c.query)
		switch {
		case name == "bomb":
			assert.ErrorIs(t, err, ErrInflate)
		case c.want == "":
			assert.ErrorContains(t, err, "no base64: a percent sign (was it percent-encoded once more?) at character ", name)
		default:
			assert.EqualError(t, err, c.want, name)
		}
	}
}

func TestDecodePOST(t *testing.T) {
	t.Parallel()
	const xml = "<samlp:Response/>"
	std := base64.StdEncoding.EncodeToString([]byte(xml))
	for name, c := range map[string]struct {
		body  string
		kinds []DeviationKind
	}{
		"plain":       {"SAMLResponse=" + url.QueryEscape(std) + "&RelayState=r", nil},
		"lines":       {"SAMLResponse=" + url.QueryEscape(std[:8]+"\r\n"+std[8:]) + "&RelayState=r", nil},
		"URL-safe":    {"RelayState=r&SAMLResponse=" + strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(std), "="), []DeviationKind{DeviationPadding}},
		"deflated":    {"RelayState=r&SAMLResponse=" + url.QueryEscape(b64(xml)), []DeviationKind{DeviationDeflate}},
		"duplicates":  {"RelayState=r&RelayState=s&SAMLResponse=" + url.QueryEscape(std), []DeviationKind{DeviationDuplicate}},
		"both":        {"RelayState=r&SAMLResponse=" + url.QueryEscape(std) + "&SAMLRequest=x", []DeviationKind{DeviationBoth}},
		"other cases": {"relaystate=x&RelayState=r&SAMLResponse=" + url.QueryEscape(std), []DeviationKind{DeviationDisguised}},
	} {
		m, err := DecodePOST(c.body)
		require.NoError(t, err, name)
		assert.Equal(t, xml, string(m.XML), name)
		assert.Equal(t, "r", m.RelayState, name)
		assert.Equal(t, BindingPOST, m.Binding, name)
		assert.Equal(t, "SAMLResponse", m.Param, name)
		assert.Equal(t, c.kinds, kinds(m.Deviations), name)
	}
	_, err := DecodePOST("SAMLResponse=" + url.QueryEscape(b64("<a>"+strings.Repeat(" ", 10<<20)+"</a>")))
	assert.ErrorIs(t, err, ErrInflate)
}

func TestInflateBounds(t *testing.T) {
	t.Parallel()
	within := "<a>" + strings.Repeat(" ", 60<<10) + "</a>" // the ratio is beyond a hundred, the size below the floor
	got, devs, err := Inflate(Deflate([]byte(within)))
	require.NoError(t, err)
	assert.Empty(t, devs)
	assert.Equal(t, within, string(got))
	_, _, err = Inflate(Deflate([]byte("<a>" + strings.Repeat(" ", 80<<10) + "</a>")))
	assert.ErrorIs(t, err, ErrInflate)
	_, _, err = Inflate(nil)
	assert.EqualError(t, err, "no DEFLATE stream: there is nothing in it")
}

func TestPostFormKeepsValuesValues(t *testing.T) {
	t.Parallel()
	long := []byte("<a>" + strings.Repeat("x", 100) + "</a>")
	page := string(PostForm(`https://sp.example/acs?a=1&b="><script>`, "SAMLResponse", long, relay("a\r\nb'\"<&>")))
	assert.Contains(t, page, `action="https://sp.example/acs?a=1&amp;b=&#34;&gt;&lt;script&gt;"`)
	assert.Contains(t, page, `name="RelayState" value="a&#13;&#10;b&#39;&#34;&lt;&amp;&gt;"`)
	assert.Contains(t, page, `name="SAMLResponse" value="`+strings.ReplaceAll(EncodePOST(long), "\r\n", "&#13;&#10;")+`"`)
	assert.NotContains(t, string(PostForm("https://sp.example/acs", "SAMLResponse", long, nil)), "RelayState")
	for line := range strings.SplitSeq(EncodePOST(long), "\r\n") {
		assert.LessOrEqual(t, len(line), 76)
	}
	m, err := DecodePOST("SAMLResponse=" + url.QueryEscape(EncodePOST(long)))
	require.NoError(t, err)
	assert.Equal(t, long, m.XML)
	assert.Empty(t, m.Deviations)
}

func FuzzDecodeRedirect(f *testing.F) {
	f.Add(RedirectQuery("SAMLRequest", []byte(aRequest), relay("r")))
	f.Add("SAMLRequest=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(aRequest))))
	f.Add("%53AMLRequest=eJw%3D&SAMLResponse=x&SigAlg=a;Signature=b&relaystate=%")
	f.Fuzz(func(t *testing.T, q string) {
		m, err := DecodeRedirect(q)
		if err == nil && (len(m.XML) > inflateFloor+inflateRatio*len(q) || m.Param == "") {
			t.Fatalf("%d octets from %d", len(m.XML), len(q))
		}
		if m, err := DecodePOST(q); err == nil && (len(m.XML) > inflateFloor+inflateRatio*len(q) || m.Param == "") {
			t.Fatalf("%d octets from %d", len(m.XML), len(q))
		}
	})
}
