package harness

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"io"
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
// on the way. It fills in and submits no form but one that carries an AuthnRequest, as the
// HTTP-POST binding has it. The error tells only that ctx ended.
func Probe(ctx context.Context, s *settings.Settings, opt ProbeOptions) (*report.Report, error) {
	if opt.Random == nil {
		opt.Random = rand.Reader
	}
	if opt.Timeout <= 0 {
		opt.Timeout = 20 * time.Second
	}
	p := newProber(s, opt)
	defer p.transport.CloseIdleConnections()
	checks := opt.checks(check.Flex)
	want := check.FromSettings(s)
	opt.apply(want)
	want.Strict = opt.Strict
	out := opt.report(s, check.Flex)
	out.Probed = true
	out.SettingsResults = check.Run(family(checks, "settings/", true), check.NewCase(s, nil, want))

	p.metadata(ctx)
	p.connection(ctx)
	p.walk(ctx)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	x := &saml.Exchange{
		Name: "as far as Salesforce's login page", Flow: saml.FlowSP, At: out.At, AtSource: out.AtSource,
		Request: p.browser.request, Steps: p.steps(),
	}
	results := p.results(opt.Checks, want)
	messages := slices.Concat(family(checks, "request/", true), family(checks, "binding/", true))
	results = append(results, check.Run(messages, check.NewCase(s, x, want))...)
	check.Link(x, out.SettingsResults, results)
	out.Logins = []report.Login{{Exchange: x, Results: results}}
	out.Incomplete = p.incomplete()
	out.Decoded = append(out.Decoded, "contacted: "+strings.Join(p.contacted(), ", "))
	return out, nil
}

// probeHosts are the hosts that a probe may contact: those of the addresses in the
// settings, and what is allowed besides. A host with a port stands for that port, one without for 443.
func probeHosts(s *settings.Settings, allow []string) []string {
	f := &s.Flex
	var hosts []string
	add := func(host string) {
		if host = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(host), ".")); host != "" && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	add(s.Salesforce.MyDomain.Value)
	for _, address := range []string{f.LoginLink.Value, f.SSOURL.Value, f.ACSURL(), s.Salesforce.ConnectedApp.ACSURL.Value} {
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
	fetched   []saml.Step

	outside  []string // addresses on other hosts that something led to
	insecure []string // addresses without TLS that something led to
	silent   []string // why a host did not answer
	stopped  string   // why the way ended before the login page
	reached  bool     // the login page was
	org, app *orgMetadata
	realm    *realm
}

func newProber(s *settings.Settings, opt ProbeOptions) *prober {
	p := &prober{s: s, opt: opt, hosts: probeHosts(s, opt.AllowHosts)}
	p.transport = p.newTransport()
	p.browser = &browser{transport: p, now: opt.clock()}
	return p
}

// steps are all requests in order: what was fetched, then the browser's way.
func (p *prober) steps() []saml.Step { return slices.Concat(p.fetched, p.browser.steps) }

// incomplete says what could not be told because something did not answer.
func (p *prober) incomplete() []string {
	var list []string
	for _, why := range p.silent { // first, as the way on is of no use where nothing answers
		if !slices.Contains(list, why) {
			list = append(list, why)
		}
	}
	for _, address := range p.outside {
		list = append(list, fmt.Sprintf("the way leads to %s, on a host that the settings do not name: --allow-host %s lets the probe follow it", bareURL(address), hostOfURL(address)))
	}
	return list
}

// hostOfURL is the host and port of an address.
func hostOfURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.ToLower(strings.TrimSuffix(u.Host, ":443"))
}

// fetch gets a document, following redirects as far as hosts are allowed, and notes it as
// steps. A body may have so many bytes.
func (p *prober) fetch(ctx context.Context, method, address, body string, most int64) (answer fetched) {
	for range 6 {
		step := saml.Step{At: p.opt.clock()(), Method: method, URL: address}
		answer = fetched{url: address}
		request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
		if err != nil {
			answer.err = err
			return answer
		}
		request.Header.Set("User-Agent", "samlproof")
		if method == http.MethodPost {
			request.Header.Set("Content-Type", "application/json")
		}
		response, err := p.RoundTrip(request)
		if err != nil {
			step.Note, answer.err = err.Error(), err
			p.fetched = append(p.fetched, step)
			return answer
		}
		answer.status, answer.header = response.StatusCode, response.Header
		data, err := io.ReadAll(io.LimitReader(response.Body, most+1))
		response.Body.Close()
		step.Status, step.Location = response.StatusCode, response.Header.Get("Location")
		switch {
		case err != nil:
			answer.err = fmt.Errorf("the answer broke off: %w", err)
			p.silent = append(p.silent, fmt.Sprintf("the answer of %s broke off: %v", bareURL(address), err))
		case int64(len(data)) > most:
			answer.err = fmt.Errorf("the answer is larger than %d KiB", most>>10)
		default:
			answer.body = data
		}
		if answer.err != nil {
			step.Note = answer.err.Error()
		}
		p.fetched = append(p.fetched, step)
		if response.StatusCode < 300 || response.StatusCode > 399 || step.Location == "" || method != http.MethodGet || answer.err != nil {
			return answer
		}
		to, err := request.URL.Parse(step.Location)
		if err != nil {
			answer.err = fmt.Errorf("it redirects to %q, which is no address", step.Location)
			return answer
		}
		address = to.String()
	}
	answer.err = fmt.Errorf("one redirect leads to the next, last to %s", bareURL(address))
	return answer
}

// fetched is what came of a fetch.
type fetched struct {
	url    string
	status int
	header http.Header
	body   []byte
	err    error
}
