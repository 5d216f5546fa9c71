package capture

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// zipped is a ZIP file of names and contents in this order.
func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		require.NoError(t, err)
		_, err = f.Write([]byte(files[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// Every file of an archive is a capture, and what is none is named.
func TestZIPFiles(t *testing.T) {
	t.Parallel()
	two := harOf(t, "WebInspector", append(entries(loginHops("_q1", "_r1", hop{status: 200})...), entries(loginHops("_q2", "_r2", hop{status: 401})...)...))
	got, err := Read("case.zip", zipped(t, "in/", "", "in/a.txt", std(response), "notes.txt", "Meeting on Monday", "in/b.txt", gzipped(string(response)), "__MACOSX/in/._a.txt", "\x00"), Limits{})
	require.NoError(t, err)
	require.Len(t, got.Logins, 2)
	assert.Equal(t, "case.zip: in/a.txt", got.Logins[0].Name)
	assert.Equal(t, "case.zip: in/b.txt", got.Logins[1].Name)
	assert.Equal(t, "case.zip", got.Logins[1].Response.File)
	require.Len(t, got.Unreadable, 1)
	assert.Contains(t, got.Unreadable[0], `"notes.txt" in it: there is no SAML message in it: it starts with "Meeting on Monday"`)
	assert.Contains(t, got.Decoded, "ZIP file unpacked: 3 files")
	assert.Contains(t, strings.Join(got.Decoded, "\n"), `"in/b.txt": gzip file unpacked: `)

	// Beside a HAR file, other files are parts of it.
	got, err = Read("case.zip", zipped(t, "login.har", string(two), "0a1b.html", page()), Limits{})
	require.NoError(t, err)
	assert.Empty(t, got.Unreadable)
	require.Len(t, got.Logins, 2)
	assert.Equal(t, "case.zip: login.har, login 2", got.Logins[1].Name)
	assert.Equal(t, 401, got.Logins[1].Verdict.Status)
}

// Playwright keeps the bodies beside its HAR file.
func TestZIPWithBodiesBesideTheHARFile(t *testing.T) {
	t.Parallel()
	list := changed(func(_, request, response obj) {
		request["postData"] = obj{"text": "", "params": []any{}, "_file": "1.dat"}
		response["status"] = 401
		response["content"] = obj{"mimeType": "application/json", "_file": "2.json"}
	})
	har := string(harOf(t, "Playwright", list))
	got, err := Read("x.zip", zipped(t, "1.dat", post(responseXML("_r1", "_q1")), "2.json", `{"code":45050,"message":"x"}`, "har.har", har), Limits{})
	require.NoError(t, err)
	require.Len(t, got.Logins, 1)
	assert.Equal(t, string(responseXML("_r1", "_q1")), string(got.Logins[0].Response.XML))
	assert.Equal(t, "45050", got.Logins[0].Verdict.Code)

	// Without them, the reason says where they are.
	got, err = Read("x.har", harOf(t, "Playwright", append(list[:2:2], list[4])), Limits{})
	require.NoError(t, err)
	require.NotNil(t, got.Logins[0].Stop)
	assert.Contains(t, got.Logins[0].Stop.Reason, `request 3, POST https://sp.example/acs, has what it posted in another file, "1.dat": pack both as ZIP`)
}

// A session archive of Fiddler has a request and an answer in files of their own.
func TestFiddlerArchives(t *testing.T) {
	t.Parallel()
	request := func(line, body string) string {
		return line + " HTTP/1.1\r\nHost: ignored\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + fmt.Sprint(len(body)) + "\r\n\r\n" + body
	}
	answer := "HTTP/1.1 401 Unauthorized\r\nDate: Sat, 31 Jan 2026 12:00:00 GMT\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
	packed := gzipped(`{"code":70004,"message":"no"}`)
	got, err := Read("x.saz", zipped(t,
		"[Content_Types].xml", "<Types/>", "_index.htm", "<html>",
		"raw/10_c.txt", request("POST "+acs, post(responseXML("_r1", "_q1"))), "raw/10_s.txt", answer+fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(packed), packed),
		"raw/9_c.txt", request("GET "+sendTo("_q1"), ""), "raw/9_s.txt", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>",
		"raw/9_m.xml", "<Session/>", "raw/1_c.txt", "CONNECT sp.example:443 HTTP/1.1\r\n\r\n", "raw/1_s.txt", "HTTP/1.1 200 Connection Established\r\n\r\n",
	), Limits{})
	require.NoError(t, err)
	assert.Equal(t, "Fiddler archive", got.Form)
	require.Len(t, got.Logins, 1)
	x := got.Logins[0]
	assert.Equal(t, string(requestXML("_q1")), string(x.Request.XML))
	assert.Equal(t, string(responseXML("_r1", "_q1")), string(x.Response.XML))
	assert.Equal(t, "70004", x.Verdict.Code)
	assert.Equal(t, t0, x.At.UTC())
	assert.Equal(t, "Fiddler archive: 2 requests, 1 login", got.Decoded[len(got.Decoded)-2])
}

func TestArchivesThatAreNone(t *testing.T) {
	t.Parallel()
	bomb := strings.Repeat("\x00", 8<<20)
	locked := zipped(t, "a.txt", std(response))
	locked[6] |= 1 // in the local header and, below, in the directory
	locked[bytes.LastIndex(locked, []byte("PK\x01\x02"))+8] |= 1
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"Word":               {zipped(t, "word/document.xml", "<w/>"), "it is an Office document; save what it holds as plain text"},
		"nothing":            {zipped(t, "x/", ""), "it is a ZIP file without files"},
		"password":           {locked, "it is a ZIP file that cannot be unpacked: it is protected with a password"},
		"bomb":               {zipped(t, "a", bomb), "it is a ZIP file that cannot be unpacked: it unpacks to much more than a capture does; unpack it first"},
		"gzip bomb":          {[]byte(gzipped(bomb)), "it is a gzip file that cannot be unpacked: it unpacks to much more than a capture does; unpack it first"},
		"ZIP in a ZIP":       {zipped(t, "b.zip", string(zipped(t, "a.txt", std(response)))), `none of the files in it is a capture; "b.zip" in it: it looks like a ZIP file; unpack it first; ` + wanted},
		"no captures":        {zipped(t, "a.txt", "nothing"), `none of the files in it is a capture; "a.txt" in it: there is no SAML message in it: it is base64 of neither XML nor DEFLATE of XML; ` + wanted},
		"gzip of nothing":    {[]byte(gzipped("")), "it is empty"},
		"damaged gzip":       {[]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xffnot DEFLATE"), "it is a gzip file that cannot be unpacked: flate: corrupt input before offset 1"},
		"damaged ZIP":        {zipped(t, "a", "b")[:40], "it is a ZIP file that cannot be unpacked: zip: not a valid zip file"},
		"a name that clears": {zipped(t, "\x1b[2J.txt", "nothing"), `none of the files in it is a capture; "\x1b[2J.txt" in it: there is no SAML message in it: it is base64 of neither XML nor DEFLATE of XML; ` + wanted},
	} {
		_, err := Read("x", c.in, Limits{})
		assert.EqualError(t, err, c.want, name)
	}

	// What a damaged file gives up to where it breaks is read.
	half := gzipped(string(harOf(t, "x", entries(loginHops("_q1", "_r1", hop{status: 200})...))))
	got, err := Read("x", []byte(half[:len(half)-10]), Limits{})
	require.NoError(t, err)
	assert.Len(t, got.Logins, 1)
	assert.Contains(t, got.Decoded[0], "the gzip file is damaged (unexpected EOF); what stands before is read")
}
