package harness

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// ProbeOptions choose how the real hosts of a set-up are looked at. The zero value
// connects straight, trusts the system's authorities and contacts no host but those that
// the settings name.
type ProbeOptions struct {
	Options // of which At, Now, Random, Checks, ExpiresWithin and Strict are used

	// LoginLink is where a login starts; default the login link of the Flex half. Its host
	// counts as one that the settings name.
	LoginLink string

	AllowHosts []string // further hosts that redirects may lead to
	Roots      *x509.CertPool
	Proxy      func(*http.Request) (*url.URL, error) // as http.Transport.Proxy; nil for none
	Timeout    time.Duration                         // of each request and its answer; default 20 seconds
	// Dial connects, in place of a net.Dialer; for tests and tunnels.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Twilio's hosts that a login passes before it comes to the identity provider, besides
// those that the settings name: which of them follows from flex.sso. They are contacted
// where AllowHosts names them.
const (
	servicesHost = "services.twilio.com"
	previewHost  = "preview.twilio.com"
)

// Probe looks at the real hosts that the settings name, as far as nobody has to log in: it
// fetches Salesforce's metadata and compares it with both halves, follows the login link
// to Salesforce's login page, where it stops, and judges the AuthnRequest that Flex sent
// on the way. It fills in no form, and submits none but those that a page submits by
// itself, such as the one that carries an AuthnRequest by HTTP-POST. The error tells only
// that ctx ended.
func Probe(ctx context.Context, s *settings.Settings, opt ProbeOptions) (*report.Report, error) {
	if opt.Random == nil {
		opt.Random = rand.Reader
	}
	if opt.Timeout <= 0 {
		opt.Timeout = 20 * time.Second
	}
	p := newProber(s, opt)
	defer p.transport.CloseIdleConnections()
	want := check.FromSettings(s)
	opt.apply(want)
	want.Strict = opt.Strict
	out := opt.report(s, want.Profile)
	out.Probed = true

	p.metadata(ctx)
	p.connection(ctx)
	p.walk(ctx)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if m, _ := p.source(); m != nil {
		want.SSOURLs = append(want.SSOURLs, m.locations()...)
	}
	x := &saml.Exchange{
		Name: "as far as Salesforce's login page", Flow: saml.FlowSP, At: out.At, AtSource: out.AtSource,
		Request: p.browser.request, Steps: p.browser.steps,
	}
	ofSettings, ofWay := p.checks(opt.Checks)
	out.SettingsResults = check.Run(slices.Concat(p.taught(opt.ofSettings(s, want.Profile)), ofSettings), check.NewCase(s, nil, want))
	messages := opt.checks(want.Profile)
	results := check.Run(slices.Concat(ofWay, family(messages, "request/", true), family(messages, "binding/", true)), check.NewCase(s, x, want))
	check.Link(x, out.SettingsResults, results)
	out.Logins = []report.Login{{Exchange: x, Results: results}}
	out.Incomplete = p.incomplete()
	out.Decoded = append(out.Decoded, "contacted: "+strings.Join(p.contacted(), ", "))
	return out, nil
}

// probeHosts are the hosts that a probe may contact: those of the addresses in the
// settings, and what is allowed besides. A host with a port stands for that port, one without for 443.
func probeHosts(s *settings.Settings, start string, allow []string) []string {
	addresses := []string{start, s.Salesforce.ConnectedApp.ACSURL.Value}
	if f := &s.Flex; f.Set {
		addresses = []string{start, f.SSOURL.Value, f.ACSURL(), s.Salesforce.ConnectedApp.ACSURL.Value}
	}
	var hosts []string
	add := func(host string) {
		if host = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(host), ".")); host != "" && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	add(s.Salesforce.MyDomain.Value)
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil {
			add(strings.TrimSuffix(u.Host, ":443"))
		}
	}
	for _, host := range allow {
		add(strings.TrimSuffix(host, ":443"))
	}
	return hosts
}

// A prober looks at one set-up and remembers what it saw.
type prober struct {
	s         *settings.Settings
	opt       ProbeOptions
	hosts     []string
	transport *http.Transport
	tls       []*hostTLS
	browser   *browser
	start     settings.Text // where the login starts

	outside  []string // addresses on other hosts that something led to
	insecure []string // addresses without TLS that something led to
	silent   []string // why a host did not answer
	stopped  string   // why the way ended before the login page
	reached  bool     // the login page was
	org, app *orgMetadata
	realm    *realm
}

func newProber(s *settings.Settings, opt ProbeOptions) *prober {
	p := &prober{s: s, opt: opt, start: s.Flex.LoginLink}
	if opt.LoginLink != "" {
		p.start = settings.Text{Value: opt.LoginLink, Path: "--login-link", Set: true}
	}
	p.hosts = probeHosts(s, p.start.Value, opt.AllowHosts)
	p.transport = p.newTransport()
	p.browser = &browser{transport: p, now: opt.clock(), scripts: true}
	return p
}

// incomplete says what could not be told because something did not answer.
func (p *prober) incomplete() []string {
	var list []string
	for _, why := range p.silent { // first, as the way on is of no use where nothing answers
		if !slices.Contains(list, why) {
			list = append(list, why)
		}
	}
	for _, address := range p.outside {
		list = append(list, fmt.Sprintf("the way leads to %s, on a host that the settings do not name: --allow-host %s lets the probe follow it", brief(address), hostOfURL(address)))
	}
	return list
}
