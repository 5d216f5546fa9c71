package harness

import (
	"bytes"
	"fmt"
	"html"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A localPort is one host of the mocks under an address of localhost.
type localPort struct {
	host, base string // acme.my.salesforce.com, http://localhost:41234
	server     *http.Server
}

// Localhost opens one port of localhost for each host of the mocks, for browsers that
// can use neither a resolver rule nor a proxy. Links, forms and redirects are rewritten
// on the way; the messages still carry the URLs as typed, and every page says so.
func (s *Site) Localhost() error {
	for _, host := range s.Hosts() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("opening a port for %s: %w", host, err)
		}
		p := localPort{host: host, base: "http://localhost:" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port)}
		p.server = &http.Server{Handler: s.rewriting(host), ErrorLog: quiet, ReadHeaderTimeout: 10 * time.Second}
		s.local = append(s.local, p)
		go func() { _ = p.server.Serve(l) }()
	}
	return nil
}

// Local is a URL of the mocks under its address of localhost, or the URL itself where
// it has none.
func (s *Site) Local(address string) string {
	for _, p := range s.local {
		if rest, ok := strings.CutPrefix(address, "https://"+p.host); ok && (rest == "" || strings.ContainsAny(rest[:1], "/?#")) {
			return p.base + rest
		}
	}
	return address
}

// rewriting serves one host of the mocks with its links rewritten.
func (s *Site) rewriting(host string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in := r.Clone(r.Context())
		in.Host = host
		in.URL.Scheme, in.URL.Host = "https", host
		rec := &recorder{header: http.Header{}, status: http.StatusOK}
		s.stage.network.hosts[host].ServeHTTP(rec, in)
		for name, values := range rec.header {
			for _, v := range values {
				switch name {
				case "Location":
					v = s.Local(v)
				case "Set-Cookie":
					v = plainCookie(v)
				case "Content-Length", "Strict-Transport-Security", "Content-Security-Policy":
					continue
				}
				w.Header().Add(name, v)
			}
		}
		body := rec.body.Bytes()
		if strings.HasPrefix(rec.header.Get("Content-Type"), "text/html") {
			body = s.localPage(body)
		}
		w.WriteHeader(rec.status)
		w.Write(body)
	})
}

// localPage rewrites the addresses in a page's attributes and says so at its top.
func (s *Site) localPage(body []byte) []byte {
	for _, p := range s.local {
		for _, attribute := range []string{"action", "href"} {
			body = bytes.ReplaceAll(body, []byte(attribute+`="https://`+p.host), []byte(attribute+`="`+p.base))
		}
	}
	note := "<p style=\"background:#fe9;margin:0;padding:.5em\">" + html.EscapeString("Rewritten for localhost: links, forms and redirects of this page lead to ports of localhost. The SAML messages carry the URLs as typed.") + "</p>"
	if i := bytes.Index(body, []byte("<body")); i >= 0 {
		if j := bytes.IndexByte(body[i:], '>'); j >= 0 {
			return bytes.Join([][]byte{body[:i+j+1], body[i+j+1:]}, []byte(note))
		}
	}
	return append([]byte(note), body...)
}

// localLocations rewrites the endpoints of metadata to their addresses of localhost.
func (s *Site) localLocations(metadata []byte) []byte {
	for _, p := range s.local {
		metadata = bytes.ReplaceAll(metadata, []byte(`Location="https://`+p.host+"/"), []byte(`Location="`+p.base+"/"))
	}
	return metadata
}

// plainCookie is a Set-Cookie value that works over http on localhost, where all ports
// are one site.
func plainCookie(v string) string {
	var kept []string
	for part := range strings.SplitSeq(v, ";") {
		name, _, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.ToLower(name) {
		case "secure", "samesite", "domain":
		default:
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ";")
}

// A recorder keeps an answer so that it can be rewritten.
type recorder struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

// LocalStart is the address of localhost at which a login begins at Flex.
func (s *Site) LocalStart() string { return s.Local(s.Start()) }
