package capture

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte(envelope(inner + inner)))
	f.Add([]byte("a " + resolved("Responder", "") + envelope("<s:Fault/>")))
	f.Add([]byte("https://sp.example/acs?SAMLart=AAQAAMh48"))
	f.Add([]byte("wa=wsignin1.0&wresult=%3Ct%3ARequestSecurityTokenResponse"))
	f.Add([]byte(tokenRequest()))
	for _, some := range []map[string]string{forms(), copied(), kept(), broken(), pasted(), logged(), enclosed()} {
		for _, text := range some {
			f.Add([]byte(text))
		}
	}
	f.Add([]byte(curlTrace(true, "")))
	f.Add([]byte(timeline()))
	f.Add(zipped(f, "a.txt", std(response), "b.txt", "nothing"))
	f.Add(zipped(f, "raw/1_c.txt", "POST https://sp.example/acs HTTP/1.1\r\n\r\n"+body(), "raw/1_s.txt", "HTTP/1.1 200 OK\r\n\r\n"))
	f.Add(har(f, loginHops("_q1", "_r1", hop{status: 302, location: "/home", setCookie: "a=b; SameSite=Lax"})...))
	f.Add(tracer(f, true, loginHops("_q1", "_r1", hop{status: 401})...))
	f.Add(tracer(f, false, loginHops("_q1", "_r1", hop{status: 401})...))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Read("x", data, Limits{})
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x00\x1b") {
				t.Fatalf("an error with raw control characters: %q", err)
			}
			return
		}
		if len(c.Logins) == 0 || c.Form == "" {
			t.Fatalf("%+v", c)
		}
		for _, x := range c.Logins {
			if x.Request == nil && x.Response == nil && x.Stop == nil {
				t.Fatalf("a login of nothing: %+v", x)
			}
		}
	})
}

func FuzzPeel(f *testing.F) {
	for _, text := range forms() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		xml, steps, err := peel(text)
		if err == nil && (len(xml) > 64<<10+100*len(text) || !looksLikeXML(xml) && !holdsMessage(xml) && (len(xml) == 0 || xml[0] != '<') || len(steps) > maxLayers+1) {
			t.Fatalf("%d bytes of %d: %v", len(xml), len(text), steps)
		}
	})
}

func FuzzCurl(f *testing.F) {
	for name, text := range forms() {
		if strings.HasPrefix(name, "curl") {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, words := range [][]string{shellWords(text), cmdWords(text)} {
			n := 0
			for _, w := range words {
				n += len(w)
			}
			if n > 3*len(text)+3 {
				t.Fatalf("%d characters of %d", n, len(text))
			}
			if len(words) > 0 {
				curlEntry(words)
			}
		}
	})
}

// Memory stays within what the package comment promises, whatever the form.
func TestMemoryIsBounded(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	if testing.Short() {
		t.Skip("measures a large input")
	}
	const size = 4 << 20
	big := "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\">" + strings.Repeat("0123456789abcdef", size/16/2) + "</samlp:Response>"
	encoded := base64.StdEncoding.EncodeToString([]byte(big))
	one := har(t, hop{method: "POST", url: acs, body: "SAMLResponse=" + strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(encoded), status: 200})
	var inside strings.Builder
	for i := range 6000 {
		fmt.Fprintf(&inside, "%d %x %s", i, i*i*i, strings.Repeat("a", 200))
	}
	bomb := saml.RedirectQuery("SAMLResponse", []byte(`<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol">`+inside.String()+"</Response>"), nil)
	var bombs []hop
	for range size / len(bomb) {
		bombs = append(bombs, hop{method: "GET", url: acs + "?" + bomb, status: 200})
	}
	unpacked := map[string]int{"ZIP": 2 * size}
	for name, data := range map[string]string{
		"bombs in a HAR": string(har(t, bombs...)),
		"bombs in a log": strings.Repeat(bomb+"\n", size/len(bomb)),
		"XML":            big,
		"base64":         encoded,
		"wrapped":        wrap(encoded, 76, "\r\n"),
		"percent":        strings.ReplaceAll(encoded, "A", "%41"),
		"form body":      "SAMLResponse=" + encoded,
		"HAR":            string(one),
		"log":            "a log line SAMLResponse: " + encoded + "\n",
		"many markers":   strings.Repeat("SAMLResponse=", size/13),
		"many tags":      strings.Repeat("<Response ", size/10),
		"many saml tags": strings.Repeat(`<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol">`, size/55),
		"many tokens":    strings.Repeat(strings.Repeat("PHNh", 16)+" ", size/65),
		"ampersands":     strings.Repeat("&lt;", size/4),
		"lines":          strings.Repeat(std(response)+"\n", size/len(response)/4*3),
		"HTML":           "<html>" + strings.Repeat("<form><input name=SAMLResponse value=PHNh>", size/50),
		"JSON":           strings.Repeat("[", size),
		"spaces":         "SAMLResponse=" + strings.Repeat("PHNhbWxw ", size/9),
		"words":          strings.Repeat("SAMLResponse=PFJlc3BvbnNlPjwvUmVzcG9uc2U+ RelayState=", size/55),
		"addresses":      strings.Repeat("x https://a/?SAMLResponse=AAAAAAAAAAAAAAAAAAAA ", size/46),
		"percent signs":  "SAMLResponse=" + strings.Repeat("%25", size/3),
		"closed tags":    "x " + strings.Repeat(`<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol"></Response>`, size/66),
		"nested forms":   "<html>" + strings.Repeat("<form>", size/6),
		"fetch calls":    strings.Repeat(`SAMLResponse fetch("https://a",{`, size/32),
		"PowerShell":     strings.Repeat(`SAMLResponse Invoke-WebRequest -Uri "`, size/37),
		"curl":           strings.Repeat("curl 'SAMLResponse=' -d 'SAMLResponse=A' ;", size/42),
		"HTTP":           strings.Repeat("POST /SAMLResponse HTTP/1.1\nHost: a\n\n", size/38),
		"mail":           strings.Repeat("Content-Type: multipart/mixed; boundary=x\n\n--x\n", size/47),
		"nested mail":    strings.Repeat("Content-Type: text/plain\n\n", size/26),
		"mail of base64": "MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n" + wrap(std([]byte(wrap(encoded, 76, "\n"))), 76, "\n"),
		"quoted":         "> " + wrap(encoded, 70, "\n> "),
		"strings":        `r = "` + wrap(encoded, 70, "\" +\n\"") + `"`,
		"invisible":      strings.Repeat("A\u200b", size/4),
		"printable":      quotedPrintable(encoded),
		"dump":           hex.Dump([]byte(big[:size/4])),
		"digits":         strings.Repeat("3c", size/2),
		"UTF-16":         utf16LE(encoded[:size/2]),
		"Burp":           `<?xml version="1.0"?><items burpVersion="1">` + strings.Repeat("<item>", size/6),
		"foreign XML":    "<log>" + strings.Repeat("SAMLResponse=A", size/14) + "</log>",
		"pages":          `{"log":{"entries":[` + strings.Repeat(`{"request":{"url":"https://a"},"response":{"status":200,"content":{"mimeType":"text/html","text":"<form><input name=SAMLResponse value=PHNhPjwvc2E+>"}}},`, size/150) + `{}]}}`,
		"ZIP":            string(zipped(t, "a", noise(size), "b", noise(size))),
		"bomb in ZIP":    string(zipped(t, "a", strings.Repeat("\x00", 16*size))),
		"bomb in gzip":   gzipped(strings.Repeat("\x00", 16*size)),
		"nested JSON":    strings.Repeat(`{"a":`, size/5),
		"cookies":        `{"log":{"entries":[` + strings.Repeat(`{"request":{"url":"https://a","headers":[{"name":"Cookie","value":"a=b;c=d"}]}},`, size/82) + `{}]}}`,
	} {
		var c *Capture
		var err error
		bound := uint64(8*max(len(data), unpacked[name]) + 32<<20)
		peak := bound
		for try := 0; peak >= bound && try < 3; try++ { // garbage is in it that a busy machine was slow to collect
			peak = peakHeap(func() { c, err = Read("x", []byte(data), Limits{}) })
		}
		t.Logf("%-14s %d MiB: %.1f times, %v", name, len(data)>>20, float64(peak)/float64(len(data)), err)
		if strings.HasPrefix(name, "bombs") {
			require.NoError(t, err, name)
			assert.Contains(t, strings.Join(c.Decoded, "\n"), "the messages grow to more than this capture may hold", name)
		}
		assert.Less(t, peak, bound, name)
	}
}

// noise is text that hardly shrinks when it is packed.
func noise(n int) string {
	random := make([]byte, n/4*3)
	rand.NewChaCha8([32]byte{1}).Read(random)
	return std(random)
}

// peakHeap is the most that the heap grew by while work ran.
func peakHeap(work func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(heap)
	before := heap[0].Value.Uint64()
	peak := before
	done := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for {
			metrics.Read(heap)
			peak = max(peak, heap[0].Value.Uint64())
			select {
			case <-done:
				return
			default:
				runtime.Gosched()
			}
		}
	}()
	work()
	close(done)
	<-finished
	return peak - before
}
