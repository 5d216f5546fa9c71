package harness_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// response is a small response with an ID of its own.
func response(id int) string {
	return fmt.Sprintf(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_%d" Version="2.0" IssueInstant="2026-03-02T09:30:00Z"/>`, id)
}

func encoded(id int) string { return base64.StdEncoding.EncodeToString([]byte(response(id))) }

// read is the captures of these names with the names and the messages of their logins.
func read(t *testing.T, stdin io.Reader, names ...string) (*harness.Captures, []string, []string) {
	t.Helper()
	c, err := harness.OpenCaptures(names, stdin)
	require.NoError(t, err)
	var logins, messages []string
	for x := range c.Logins(t.Context()) {
		logins = append(logins, x.Name)
		messages = append(messages, string(x.Response.XML))
	}
	return c, logins, messages
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
}

// In a folder every regular file is a capture, and what is none is named.
func TestCapturesOfAFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, ".", map[string]string{
		"in/b.xml": response(2), "in/a.txt": encoded(1), "in/c/deep.xml": response(3),
		"in/notes.txt": "Meeting on Monday", "in/empty": "", "one.xml": response(4),
	})
	require.NoError(t, os.Symlink("b.xml", "in/link.xml"))
	c, logins, messages := read(t, nil, "in", "one.xml")
	assert.Equal(t, []string{"in/a.txt", "in/b.xml", "in/c/deep.xml", "one.xml"}, logins)
	assert.Equal(t, []string{response(1), response(2), response(3), response(4)}, messages)
	require.Len(t, c.Unreadable, 2)
	assert.Equal(t, "in/empty: it is empty", c.Unreadable[0])
	assert.Contains(t, c.Unreadable[1], `in/notes.txt: there is no SAML message in it: it starts with "Meeting on Monday"`)
	assert.Contains(t, c.Decoded, fmt.Sprintf("in/b.xml: XML: Response, %d bytes", len(response(2))))
	done, total := c.Progress()
	assert.Equal(t, total, done)
	assert.Positive(t, total)
}

func TestCapturesThatAreNotThere(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir("empty", 0o755))
	for name, want := range map[string]string{"missing": "missing: no such file or directory", "empty": "empty: the folder holds no file"} {
		_, err := harness.OpenCaptures([]string{name}, nil)
		assert.EqualError(t, err, want)
	}
	_, err := harness.OpenCaptures([]string{"-", "-"}, strings.NewReader(""))
	assert.EqualError(t, err, "-: standard input can be read only once")
}

// A file of one message per line gives a login for each; a line that holds none is
// named by its number, and those after it are read.
func TestCapturesOfLines(t *testing.T) {
	var b strings.Builder
	for i := range 500 {
		switch i {
		case 100:
			b.WriteString("\r\n  \n")
		case 200:
			b.WriteString("no message\n")
		default:
			b.WriteString(encoded(i) + "\n")
		}
	}
	text := strings.TrimSuffix(b.String(), "\n")
	for name, in := range map[string]io.Reader{"whole": strings.NewReader(text), "by bytes": iotest.OneByteReader(strings.NewReader(text))} {
		c, logins, messages := read(t, in, "-")
		require.Len(t, logins, 498, name)
		assert.Equal(t, "standard input, line 1", logins[0])
		assert.Equal(t, "standard input, line 501", logins[497]) // two blank lines stood for one
		assert.Equal(t, response(499), messages[497])
		require.Len(t, c.Unreadable, 1)
		assert.Contains(t, c.Unreadable[0], "standard input, line 202: there is no SAML message in it")
		assert.Equal(t, []string{"one message per line"}, c.Decoded)
	}
}

// Of very many captures that are none, the first are named and the others counted.
// Of very many captures, the steps of the first are told, and of the others what they were.
func TestCapturesTellOfTheFirst(t *testing.T) {
	t.Chdir(t.TempDir())
	for i := range 30 {
		write(t, "in", map[string]string{fmt.Sprintf("%02d.xml", i): response(i), fmt.Sprintf("%02d.txt", i+15): encoded(i + 100)})
	}
	c, logins, _ := read(t, nil, "in")
	require.Len(t, logins, 60)
	require.Len(t, c.Decoded, 24)
	assert.Contains(t, c.Decoded[0], "in/00.xml: XML: Response, ")
	assert.Equal(t, "and more captures: 13 XML, 27 base64", c.Decoded[23])
}

// A heading is told, and is no line that cannot be read.
func TestCapturesOfLinesUnderAHeading(t *testing.T) {
	c, logins, messages := read(t, strings.NewReader("response\n"+encoded(1)+"\n"+encoded(2)+"\n\n"+encoded(3)+"\n"), "-")
	assert.Equal(t, []string{"standard input, line 2", "standard input, line 3", "standard input, line 5"}, logins)
	assert.Equal(t, []string{response(1), response(2), response(3)}, messages)
	assert.Empty(t, c.Unreadable)
	assert.Equal(t, []string{"one message per line", `the first line, "response", taken for a heading`}, c.Decoded)
}

func TestCapturesNameTheFirstUnreadable(t *testing.T) {
	text := encoded(1) + "\n" + encoded(2) + "\n" + strings.Repeat("no message\n", 350)
	c, logins, _ := read(t, strings.NewReader(text), "-")
	assert.Len(t, logins, 2)
	require.Len(t, c.Unreadable, 101)
	assert.Equal(t, "and 250 more captures cannot be read", c.Unreadable[100])
}

// What breaks off is told, with what was read before it.
func TestCapturesOfABrokenReader(t *testing.T) {
	in := io.MultiReader(strings.NewReader(encoded(1)+"\n"+encoded(2)+"\n"), iotest.ErrReader(errors.New("connection lost")))
	c, logins, _ := read(t, in, "-")
	assert.Len(t, logins, 2)
	assert.Equal(t, []string{"standard input, line 3: connection lost"}, c.Unreadable)

	c, logins, _ = read(t, iotest.ErrReader(errors.New("connection lost")), "-")
	assert.Empty(t, logins)
	assert.Equal(t, []string{"standard input: connection lost"}, c.Unreadable)
}

// A file beyond bounds is refused, not read.
func TestCapturesAreBounded(t *testing.T) {
	t.Chdir(t.TempDir())
	f, err := os.Create("huge")
	require.NoError(t, err)
	require.NoError(t, f.Truncate(1<<30))
	require.NoError(t, f.Close())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c, _, _ := read(t, nil, "huge")
	runtime.ReadMemStats(&after)
	assert.Equal(t, []string{"huge: larger than 64 MB, which only a file of one message per line may be, or a HAR file that is named"}, c.Unreadable)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(600<<20))

	long := encoded(1) + "\n" + encoded(2) + "\n" + strings.Repeat("QUJD", 5<<20) + "\n" + encoded(4) + "\n"
	c, logins, _ := read(t, strings.NewReader(long), "-")
	assert.Len(t, logins, 2)
	assert.Equal(t, []string{"standard input, line 3: it has more than 16777216 characters, and the rest of the file is left out"}, c.Unreadable)
}

// A HAR file may be larger than what else is read, and an archive names what is none.
func TestCapturesOfRecordsAndArchives(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Chdir(t.TempDir())
	entry := `{"request":{"method":"POST","url":"https://sp.example/acs","postData":{"text":"SAMLResponse=` + url.QueryEscape(encoded(1)) + `"}},"response":{"status":200}}`
	f, err := os.Create("large.har")
	require.NoError(t, err)
	_, err = fmt.Fprintf(f, `{"log":{"entries":[{"request":{"method":"GET","url":"https://sp.example/"},"response":{"status":200,"content":{"text":"%s"}}},%s]}}`, strings.Repeat("0123456789abcdef", 5<<20), entry)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	for _, file := range [][2]string{{"r.txt", encoded(2)}, {"notes.txt", "Meeting on Monday"}} {
		m, err := w.Create(file[0])
		require.NoError(t, err)
		io.WriteString(m, file[1])
	}
	require.NoError(t, w.Close())
	write(t, ".", map[string]string{"case.zip": z.String()})
	c, logins, messages := read(t, nil, "large.har", "case.zip")
	assert.Equal(t, []string{"large.har", "case.zip: r.txt"}, logins)
	assert.Equal(t, []string{response(1), response(2)}, messages)
	require.Len(t, c.Unreadable, 1)
	assert.Contains(t, c.Unreadable[0], `case.zip: "notes.txt" in it: there is no SAML message in it`)
	done, total := c.Progress()
	assert.Equal(t, total, done)
}

// Judging logins one after the other gives what judging them together gives, and holds
// only a few of them.
func TestInspectEach(t *testing.T) {
	const n = 3000
	logins := func(yield func(*saml.Exchange) bool) {
		for i := range n {
			x := &saml.Exchange{Name: fmt.Sprint(i), Response: &saml.Message{XML: []byte(response(i) + strings.Repeat(" ", 20<<10))}}
			if !yield(x) {
				return
			}
		}
	}
	want := &check.Expect{Profile: check.SAML, Issuers: []string{"https://idp.example"}}
	one, err := harness.Inspect(context.Background(), nil, []*saml.Exchange{{Name: "0", Response: &saml.Message{XML: []byte(response(0))}}}, want, harness.Options{})
	require.NoError(t, err)
	r, judged := harness.InspectEach(context.Background(), nil, logins, want, harness.Options{})
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	begun := m.HeapAlloc
	i := 0
	for l := range judged {
		require.Equal(t, fmt.Sprint(i), l.Exchange.Name)
		for j, res := range l.Results {
			require.Equal(t, one.Logins[0].Results[j].Check.ID, res.Check.ID)
			require.Equal(t, one.Logins[0].Results[j].Status, res.Status)
		}
		if i++; i%1000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&m)
			assert.Less(t, int64(m.HeapAlloc)-int64(begun), int64(16<<20))
		}
	}
	assert.Equal(t, n, i)
	assert.Empty(t, r.Logins)
	assert.Equal(t, one.Unchecked, r.Unchecked)
}

// What the capture knows need not be given: when the login was, and what it answers.
func TestInspectKnowsWhatTheCaptureKnows(t *testing.T) {
	request := []byte(`<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_q" Version="2.0" IssueInstant="2026-03-02T09:30:00Z"/>`)
	timed := func(at int) *saml.Exchange {
		return &saml.Exchange{
			Flow: saml.FlowSP, At: harness.ScenarioTime.Add(1e9 * 60 * 1), AtSource: "capture",
			Request: &saml.Message{XML: request}, Response: &saml.Message{XML: bytes.Clone([]byte(response(at)))},
		}
	}
	untimed := &saml.Exchange{Response: &saml.Message{XML: []byte(response(3))}}
	const clock, request1 = "the clock: give --at", "which request it answers: give --in-response-to"

	r, err := harness.Inspect(context.Background(), nil, []*saml.Exchange{timed(1), timed(2)}, &check.Expect{}, harness.Options{})
	require.NoError(t, err)
	assert.NotContains(t, r.Unchecked, clock)
	assert.NotContains(t, r.Unchecked, request1)
	assert.Equal(t, "capture", r.AtSource)
	assert.Equal(t, timed(1).At, r.At)

	r, err = harness.Inspect(context.Background(), nil, []*saml.Exchange{timed(1), untimed}, &check.Expect{}, harness.Options{})
	require.NoError(t, err)
	assert.Contains(t, r.Unchecked, clock)
	assert.Contains(t, r.Unchecked, request1)
	assert.True(t, r.At.IsZero())

	r, err = harness.Inspect(context.Background(), nil, []*saml.Exchange{timed(1)}, &check.Expect{At: harness.ScenarioTime}, harness.Options{})
	require.NoError(t, err)
	assert.Equal(t, "flag", r.AtSource)
	assert.Equal(t, harness.ScenarioTime, r.Logins[0].Exchange.At)
}

// What nobody can read is said to be unread, before all else that is not checked.
func TestInspectSaysThatAnAssertionStaysEncrypted(t *testing.T) {
	sealed := strings.Replace(response(1), "/>", `><saml:EncryptedAssertion xmlns:saml="`+saml.NSAssertion+`"><xenc:EncryptedData xmlns:xenc="`+saml.NSXMLEnc+
		`"><xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion></samlp:Response>`, 1)
	parts := strings.NewReplacer("<saml:EncryptedAssertion ", `<saml:Assertion xmlns:saml="`+saml.NSAssertion+`"><saml:Subject><saml:EncryptedID `,
		"</saml:EncryptedAssertion>", "</saml:EncryptedID></saml:Subject></saml:Assertion>").Replace(sealed)
	key, err := keys.For(keys.RSA, 2048)[0].Signer()
	require.NoError(t, err)
	inspect := func(xml string, want *check.Expect) []string {
		r, err := harness.Inspect(context.Background(), nil, []*saml.Exchange{{Response: &saml.Message{XML: []byte(xml)}}}, want, harness.Options{})
		require.NoError(t, err)
		return r.Unchecked
	}
	for unread, xml := range map[string]string{
		"what the encrypted assertion says: give --decryption-key":              sealed,
		"what an encrypted identifier or attribute says: give --decryption-key": parts,
	} {
		assert.Equal(t, unread, inspect(xml, &check.Expect{})[0])
		assert.NotContains(t, inspect(xml, &check.Expect{Decryption: []saml.PrivateKey{{Key: key.(crypto.Decrypter)}}}), unread)
	}
}
