package harness

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// hostTLS is what a host showed of its TLS.
type hostTLS struct {
	host    string
	version uint16
	leaf    *x509.Certificate
	err     error // why it was not accepted; nil where it was
}

var (
	errOutside  = errors.New("the settings do not name this host, so it is not contacted")
	errInsecure = errors.New("the address is not https, so it is not followed")
)

// newTransport is the transport below the prober's own rules. It offers old versions of
// TLS too, so that a host that takes nothing newer can be told of.
func (p *prober) newTransport() *http.Transport {
	dial := p.opt.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: 10 * time.Second}).DialContext
	}
	now := p.opt.Now
	if now == nil {
		now = time.Now
	}
	return &http.Transport{
		Proxy: p.opt.Proxy, DialContext: dial,
		TLSClientConfig:        &tls.Config{RootCAs: p.opt.Roots, MinVersion: tls.VersionTLS10, Time: now},
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  p.opt.Timeout,
		MaxResponseHeaderBytes: 256 << 10,
		MaxIdleConnsPerHost:    1,
		ForceAttemptHTTP2:      true,
		OnProxyConnectResponse: func(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode != http.StatusOK {
				return fmt.Errorf("the proxy %s answers %q", proxy.Host, answer.Status)
			}
			return nil
		},
	}
}

// RoundTrip carries a request to a host of the settings over TLS, and to no other. The
// answer and its body have the time that the options grant.
func (p *prober) RoundTrip(r *http.Request) (*http.Response, error) {
	host := strings.ToLower(strings.TrimSuffix(r.URL.Host, ":443"))
	if r.URL.Scheme != "https" {
		p.insecure = append(p.insecure, bareURL(r.URL.String()))
		return nil, errInsecure
	}
	if !p.allowed(host) {
		p.outside = append(p.outside, r.URL.String())
		return nil, errOutside
	}
	ctx, cancel := context.WithTimeout(r.Context(), p.opt.Timeout)
	response, err := p.transport.RoundTrip(r.WithContext(ctx))
	if err != nil {
		cancel()
		p.failed(host, err)
		return nil, err
	}
	if state := response.TLS; state != nil && len(state.PeerCertificates) > 0 {
		p.note(&hostTLS{host: host, version: state.Version, leaf: state.PeerCertificates[0]})
	}
	response.Body = &timedBody{response.Body, cancel}
	return response, nil
}

func (p *prober) allowed(host string) bool {
	for _, h := range p.hosts {
		if h == host {
			return true
		}
	}
	return false
}

// note keeps what a host showed, once.
func (p *prober) note(t *hostTLS) {
	for _, known := range p.tls {
		if known.host == t.host && (known.err == nil) == (t.err == nil) {
			return
		}
	}
	p.tls = append(p.tls, t)
}

// failed tells what is wrong with a host's TLS from a host that does not answer.
func (p *prober) failed(host string, err error) {
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &verification):
		t := &hostTLS{host: host, err: verification.Err}
		if len(verification.UnverifiedCertificates) > 0 {
			t.leaf = verification.UnverifiedCertificates[0]
		}
		p.note(t)
	case errors.As(err, &record), errors.As(err, &alert), strings.HasPrefix(err.Error(), "tls: "):
		p.note(&hostTLS{host: host, err: err})
	default:
		why := err.Error()
		if errors.Is(err, context.DeadlineExceeded) {
			why = "no answer within " + p.opt.Timeout.String()
		}
		p.silent = append(p.silent, fmt.Sprintf("%s does not answer: %s", host, why))
	}
}

// contacted are the hosts that answered, or whose TLS was seen.
func (p *prober) contacted() []string {
	var hosts []string
	for _, t := range p.tls {
		hosts = append(hosts, t.host)
	}
	if len(hosts) == 0 {
		return []string{"none"}
	}
	return hosts
}

// timedBody ends a request's time with its body.
type timedBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *timedBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
