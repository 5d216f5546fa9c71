package harness

import (
	"context"
	"crypto"
	"crypto/x509"
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp"
	"github.com/samlproof/samlproof/mocksp"
)

// A pair is both mocks with behaviour that the documented procedure does not have, and
// what they said.
type pair struct {
	t        *testing.T
	settings *settings.Settings
	idp      *mockidp.IDP
	sp       *mocksp.SP
	network  *network
	verdicts []saml.Verdict
	events   []saml.Event
}

// A way is what a pair does beyond the documented procedure.
type way struct {
	legacy bool
	edit   func(*settings.Settings)
	idp    mockidp.Options
	sp     mocksp.Options
}

var (
	scene   = func() time.Time { return ScenarioTime }
	bothSSO = map[string]bool{"enhanced": false, "legacy": true}
)

func put(f *settings.Text, v string) { f.Value, f.Set = v, true }

// poolKey is the nth RSA key of 2048 bits, with a certificate that is valid for long.
func poolKey(t testing.TB, n int) (crypto.Signer, []byte) {
	t.Helper()
	key, err := keys.For(keys.RSA, 2048)[n].Signer()
	require.NoError(t, err)
	cert, err := keys.SelfSigned(keys.Certificate{
		Label: "ServiceProvider", OrganizationID: organization, Serial: big.NewInt(int64(n) + 1), NotBefore: longAgo, NotAfter: farOff,
	}, key)
	require.NoError(t, err)
	return key, cert
}

// stagePair sets a pair up: Salesforce signs with the key 0 of the pool.
func stagePair(t *testing.T, w way) *pair {
	t.Helper()
	name := fixtures.Names()[0]
	if w.legacy {
		name = legacySettings
	}
	s, err := fixtures.Settings(name)
	require.NoError(t, err)
	signer, cert := poolKey(t, 0)
	s.Salesforce.Certificates[0].File.Data, s.Flex.X509Certificate.Data = cert, cert
	if w.edit != nil {
		w.edit(s)
	}
	p := &pair{t: t, settings: s}
	w.idp.Now, w.sp.Now = scene, scene
	w.idp.Key = func(c *x509.Certificate) crypto.Signer {
		if equal, ok := c.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); ok && equal.Equal(signer.Public()) {
			return signer
		}
		return nil
	}
	w.idp.Notify = func(e saml.Event) { p.events = append(p.events, e) }
	w.sp.Notify = func(v saml.Verdict) { p.verdicts = append(p.verdicts, v) }
	p.idp, p.sp = mockidp.New(s.Salesforce, w.idp), mocksp.New(s.Flex, w.sp)
	hosts := map[string]http.Handler{}
	for _, name := range p.sp.Hosts() {
		hosts[hostOf(name)] = p.sp
	}
	for _, name := range p.idp.Hosts() {
		hosts[hostOf(name)] = p.idp
	}
	p.network, err = listen(hosts, scene)
	require.NoError(t, err)
	t.Cleanup(p.network.close)
	return p
}

// browser is one that logs in as the first user when asked.
func (p *pair) browser() *browser {
	transport := p.network.transport(scene)
	p.t.Cleanup(transport.CloseIdleConnections)
	return &browser{transport: transport, now: scene, user: p.settings.Salesforce.Users[0].Username.Value}
}

// login logs the first user in and is the browser with its exchange.
func (p *pair) login(flow saml.Flow) (*browser, *saml.Exchange) {
	p.t.Helper()
	b := p.browser()
	start := p.settings.Flex.LoginLink.Value
	if flow == saml.FlowIDP {
		start = p.idp.LoginURL()
	}
	require.NoError(p.t, b.open(context.Background(), start))
	return b, &saml.Exchange{Flow: flow, At: ScenarioTime, AtSource: "flag", Request: b.request, Response: b.response}
}

// verdict is the last one.
func (p *pair) verdict() saml.Verdict {
	p.t.Helper()
	require.NotEmpty(p.t, p.verdicts)
	return p.verdicts[len(p.verdicts)-1]
}

// errors are the ids of the checks of messages that fail with an error.
func (p *pair) errors(x *saml.Exchange, more func(*check.Expect)) (failed []string) {
	want := check.FromSettings(p.settings)
	want.At = ScenarioTime
	if more != nil {
		more(want)
	}
	for _, r := range check.Run(family(check.All, "settings/", false), check.NewCase(p.settings, x, want)) {
		if r.Status == check.Broken || r.Status == check.Fail && r.Severity == check.Error {
			failed = append(failed, r.Check.ID)
		}
	}
	return failed
}

// logout ends a session: at Flex by its button, at Salesforce by its link. It is the
// browser that saw the messages.
func (p *pair) logout(b *browser, atFlex bool) *browser {
	p.t.Helper()
	out := &browser{transport: b.transport, now: scene, cookies: b.cookies}
	next := &hop{method: http.MethodGet, url: address(p.t, p.settings.Salesforce.Origin()+"/secur/logout.jsp")}
	if atFlex {
		link := address(p.t, p.settings.Flex.LoginLink.Value)
		next = &hop{method: http.MethodPost, url: link.JoinPath("logout"), initiator: link}
	}
	for n := 0; next != nil; n++ {
		require.Less(p.t, n, mostHops)
		var err error
		next, err = out.step(context.Background(), next)
		require.NoError(p.t, err)
	}
	return out
}
