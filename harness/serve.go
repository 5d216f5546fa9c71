package harness

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/settings"
)

// A Site is both mocks, kept running for a person with a real browser. They are
// reached under the URLs as typed, through a proxy or a resolver rule, because the
// messages must carry those.
type Site struct {
	stage    *stage
	proxy    *http.Server
	listener net.Listener
	local    []localPort
}

// Serve starts the mocks on loopback, with a proxy at address (as 127.0.0.1:8080; a
// port of 0 picks one): one for each half that the settings have, or for the one that
// opt.Half names, so that the other side may be the real one. Close it when done.
func Serve(s *settings.Settings, address string, opt Options) (*Site, error) {
	st, err := newStage(s, opt)
	if err != nil {
		return nil, err
	}
	st.heard = nil // any number of browsers come at once, and what they do is not kept
	if len(st.network.hosts) == 0 {
		st.close()
		return nil, &UsageError{Text: "the settings have no half to make a mock of", Hint: "say under salesforce: or flex: what its console shows"}
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		st.close()
		return nil, fmt.Errorf("opening the proxy's port: %w", err)
	}
	site := &Site{stage: st, listener: l}
	site.proxy = &http.Server{
		Handler: http.HandlerFunc(site.serveProxy), ErrorLog: quiet,
		ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
	}
	go func() { _ = site.proxy.Serve(l) }()
	return site, nil
}

// Close stops everything.
func (s *Site) Close() {
	_ = s.proxy.Close()
	for _, p := range s.local {
		_ = p.server.Close()
	}
	s.stage.close()
}

// Address is where the mocks answer over TLS, as host:port.
func (s *Site) Address() string { return s.stage.network.listener.Addr().String() }

// Proxy is the address of the proxy, as host:port.
func (s *Site) Proxy() string { return s.listener.Addr().String() }

// Hosts are the host names that the mocks answer to, sorted.
func (s *Site) Hosts() []string {
	var names []string
	for name := range s.stage.network.hosts {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Has tells whether a half has its mock here.
func (s *Site) Has(h Half) bool {
	there := s.stage.settings.Salesforce.Set
	if h == HalfFlex {
		there = s.stage.settings.Flex.Set
	}
	return there && s.stage.opt.serves(h)
}

// Start is the address at which a login begins at Flex, and StartIDP that at which
// one begins at Salesforce; "" where that side has no mock here.
func (s *Site) Start() string {
	if !s.Has(HalfFlex) {
		return ""
	}
	return s.stage.settings.Flex.LoginLink.Value
}

// StartIDP is the address at which a login begins at Salesforce.
func (s *Site) StartIDP() string {
	if !s.Has(HalfSalesforce) {
		return ""
	}
	return s.stage.idp.LoginURL()
}

// SPKI is the SHA-256 hash of the throw-away authority's public key, in base64, as
// Chromium's --ignore-certificate-errors-spki-list takes it.
func (s *Site) SPKI() string {
	sum := sha256.Sum256(s.stage.network.authority.cert.RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// AuthorityPEM is the throw-away authority's certificate, for browsers that import one.
func (s *Site) AuthorityPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.stage.network.authority.cert.Raw})
}

// ResolverRules is the value of Chromium's --host-resolver-rules that leads the mocks'
// host names, and no others, to them.
func (s *Site) ResolverRules() string {
	var rules []string
	for _, host := range s.Hosts() {
		rules = append(rules, "MAP "+host+":443 "+s.Address())
	}
	return strings.Join(rules, ", ")
}

// PAC is a proxy auto-configuration script that sends the mocks' hosts through the
// proxy and everything else straight out.
func (s *Site) PAC() string {
	var tests []string
	for _, host := range s.Hosts() {
		tests = append(tests, fmt.Sprintf("host == %q", host))
	}
	return fmt.Sprintf("function FindProxyForURL(url, host) {\n  if (%s) return \"PROXY %s\";\n  return \"DIRECT\";\n}\n",
		strings.Join(tests, " || "), s.Proxy())
}

// serveProxy answers CONNECT for the mocks' hosts, and gives out the PAC script and
// the authority's certificate. It connects to nothing but the mocks.
func (s *Site) serveProxy(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		s.connect(w, r)
	case r.URL.Host == "" && r.URL.Path == "/proxy.pac":
		w.Header().Set("Content-Type", "application/x-ns-proxy-autoconfig")
		io.WriteString(w, s.PAC())
	case r.URL.Host == "" && r.URL.Path == "/ca.pem":
		w.Header().Set("Content-Type", "application/x-pem-file")
		w.Write(s.AuthorityPEM())
	case r.URL.Host == "" && (r.URL.Path == pathMetadataIDP || r.URL.Path == pathMetadataSP):
		s.serveMetadata(w, r)
	case r.URL.Host != "" && s.stage.network.knows(hostOf(r.URL.Host)+":443"):
		https := *r.URL
		https.Scheme = "https"
		http.Redirect(w, r, https.String(), http.StatusTemporaryRedirect)
	default:
		http.Error(w, "This proxy leads to the mocks only: CONNECT "+strings.Join(s.Hosts(), ", ")+". Its settings are at /proxy.pac, its certificate at /ca.pem, the mocks' metadata at /idp.xml and /sp.xml.", http.StatusForbidden)
	}
}

func (s *Site) connect(w http.ResponseWriter, r *http.Request) {
	if !s.stage.network.knows(r.Host) {
		http.Error(w, "This proxy leads to the mocks only.", http.StatusForbidden)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	var dialer net.Dialer
	up, err := dialer.DialContext(ctx, "tcp", s.Address())
	if err != nil {
		http.Error(w, "The mocks do not answer.", http.StatusBadGateway)
		return
	}
	defer up.Close()
	down, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "This connection cannot be handed over.", http.StatusInternalServerError)
		return
	}
	defer down.Close()
	if _, err := io.WriteString(down, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	done := make(chan struct{}, 2)
	go func() { io.Copy(up, buffered); done <- struct{}{} }()
	go func() { io.Copy(down, up); done <- struct{}{} }()
	<-done
}
