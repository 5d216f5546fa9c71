package capture

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// reading is a reader for one decoder by itself.
func reading() *reader {
	return &reader{c: &Capture{}, lim: Limits{}.withDefaults(), room: 32 << 20}
}

// seeds adds the forms whose names hold one of the words.
func seeds(f *testing.F, words ...string) {
	n := 0
	for _, some := range []map[string]string{forms(), copied(), kept(), broken(), logged()} {
		for name, text := range some {
			for _, w := range words {
				if strings.Contains(name, w) {
					f.Add(text)
					n++
				}
			}
		}
	}
	if n == 0 {
		f.Fatal("no seeds")
	}
}

// Tidying only takes away, and what is tidy stays so.
func FuzzTidy(f *testing.F) {
	seeds(f, "lines", "strings", "quoted", "mail", "invisible", "string", "block", "comment")
	f.Fuzz(func(t *testing.T, text string) {
		once := reading().tidy(text)
		if len(once) > len(text)+1 {
			t.Fatalf("%d characters of %d", len(once), len(text))
		}
		if utf8.ValidString(text) && !strings.Contains(text, "=") && !utf8.ValidString(once) {
			t.Fatalf("%q became %q", text, once)
		}
	})
}

func FuzzHTTP(f *testing.F) {
	seeds(f, "HTTP", "curl shows")
	f.Fuzz(func(t *testing.T, text string) {
		r := reading()
		for _, e := range r.httpEntries(text) {
			if e.url == "" || e.method == "" {
				t.Fatalf("a request to nobody: %+v", e)
			}
		}
		if done, err := r.readHTTP(text); done && err == nil && len(r.c.Logins) == 0 {
			t.Fatal("done without a login")
		}
	})
}

func FuzzCommands(f *testing.F) {
	seeds(f, "fetch", "PowerShell")
	f.Fuzz(func(t *testing.T, text string) {
		for _, list := range [][]*entry{fetchCalls(text), powerShellCalls(text)} {
			n := 0
			for _, e := range list {
				n += len(e.body) + len(e.url)
			}
			if n > 3*len(text) { // an octet that is no UTF-8 becomes a character of three
				t.Fatalf("%d characters of %d", n, len(text))
			}
		}
	})
}

func FuzzMail(f *testing.F) {
	seeds(f, "mail", "page")
	f.Fuzz(func(t *testing.T, text string) {
		r := reading()
		if isMail(text) && r.readMail(text) != (len(r.c.Logins) > 0) {
			t.Fatalf("%d logins", len(r.c.Logins))
		}
	})
}

func FuzzHex(f *testing.F) {
	seeds(f, "hex", "words")
	f.Fuzz(func(t *testing.T, text string) {
		if data, _ := hexDump(text); len(data) > len(text)/2 {
			t.Fatalf("%d octets of %d characters", len(data), len(text))
		}
		r := reading()
		if r.readHex(text) != (len(r.c.Logins) > 0) {
			t.Fatalf("%d logins", len(r.c.Logins))
		}
	})
}

func FuzzArchive(f *testing.F) {
	f.Add(zipped(f, "a.txt", std(response), "b.txt", "nothing"))
	f.Add(zipped(f, "a.har", `{"log":{"entries":[{"request":{"method":"POST","url":"https://a","postData":{"_file":"b"}}}]}}`, "b", body()))
	f.Add(zipped(f, "raw/1_c.txt", "POST https://sp.example/acs HTTP/1.1\r\n\r\n"+body(), "raw/1_s.txt", "HTTP/1.1 200 OK\r\n\r\n"))
	f.Add([]byte(gzipped(string(response))))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := reading()
		members, err := r.unzip(data)
		n := 0
		for _, m := range members {
			n += len(m.data)
		}
		if err == nil && n > unpackFloor+unpackRatio*len(data) {
			t.Fatalf("%d octets of %d", n, len(data))
		}
		if plain, err := r.unpack(data); err == nil && len(plain) > unpackFloor+100*len(data) {
			t.Fatalf("%d octets of %d", len(plain), len(data))
		}
		if err := r.readZIP("x", data); err == nil && len(r.c.Logins) == 0 {
			t.Fatal("an archive of nothing")
		}
	})
}

func FuzzBurp(f *testing.F) {
	seeds(f, "Burp")
	f.Fuzz(func(t *testing.T, text string) {
		r := reading()
		if r.readBurp([]byte(text)) == nil && len(r.c.Logins) == 0 {
			t.Fatal("items of nothing")
		}
	})
}
