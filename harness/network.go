package harness

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A network is a set of hosts that live on one loopback listener over TLS and are
// reached under their own names, with certificates of a throw-away authority.
type network struct {
	hosts     map[string]http.Handler
	authority *authority
	listener  net.Listener
	server    *http.Server
}

// listen starts serving hosts on 127.0.0.1. Certificates are valid around now.
func listen(hosts map[string]http.Handler, now func() time.Time) (*network, error) {
	ca, err := newAuthority(now)
	if err != nil {
		return nil, fmt.Errorf("making certificates for the mocks: %w", err)
	}
	n := &network{hosts: hosts, authority: ca}
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a port on loopback: %w", err)
	}
	n.listener = plain
	n.server = &http.Server{
		Handler:           n,
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    256 << 10,
		ErrorLog:          quiet,
	}
	go func() {
		_ = n.server.Serve(tls.NewListener(plain, &tls.Config{GetCertificate: ca.certificate, MinVersion: tls.VersionTLS12}))
	}()
	return n, nil
}

// close stops serving.
func (n *network) close() { _ = n.server.Close() }

// ServeHTTP hands a request to the host that it names.
func (n *network) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := hostOf(r.Host)
	if h, ok := n.hosts[host]; ok {
		h.ServeHTTP(w, r)
		return
	}
	http.Error(w, "No mock answers to the host "+host+".", http.StatusMisdirectedRequest)
}

// knows tells whether an address, as host:port, is one of the network's.
func (n *network) knows(address string) bool {
	host, port, err := net.SplitHostPort(address)
	return err == nil && port == "443" && n.hosts[strings.ToLower(host)] != nil
}

// transport carries requests to the network's hosts and to nowhere else.
func (n *network) transport(now func() time.Time) *http.Transport {
	var dialer net.Dialer
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if !n.knows(address) {
				return nil, errUnreachable
			}
			return dialer.DialContext(ctx, network, n.listener.Addr().String())
		},
		TLSClientConfig:       &tls.Config{RootCAs: n.authority.pool(), Time: now, MinVersion: tls.VersionTLS12},
		ResponseHeaderTimeout: 30 * time.Second,
		MaxIdleConnsPerHost:   2,
	}
}

// hostOf is the host of a Host header, without its port and in lower case.
func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		hostport = host
	}
	return strings.ToLower(hostport)
}

// An authority is a certificate authority that lives as long as one run.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	now  func() time.Time

	mu     sync.Mutex
	leaves map[string]*tls.Certificate
}

func newAuthority(now func() time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(now().UnixNano()),
		Subject:               pkix.Name{CommonName: "samlproof throw-away authority"},
		NotBefore:             now().Add(-time.Hour),
		NotAfter:              now().Add(30 * 24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &authority{key: key, cert: cert, now: now, leaves: map[string]*tls.Certificate{}}, nil
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

const mostLeaves = 1000 // certificates that are kept

// certificate is a certificate for the name that a client asks for.
func (a *authority) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(hello.ServerName)
	if name == "" {
		name = "localhost"
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if leaf, ok := a.leaves[name]; ok {
		return leaf, nil
	}
	if len(a.leaves) >= mostLeaves {
		return nil, errors.New("too many host names")
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(len(a.leaves)) + 2),
		Subject:      pkix.Name{CommonName: name},
		DNSNames:     []string{name},
		NotBefore:    a.cert.NotBefore,
		NotAfter:     a.cert.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, a.key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	leaf := &tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: a.key}
	a.leaves[name] = leaf
	return leaf, nil
}
