// Package mockidp is a mock of Salesforce as SAML identity provider: it issues what
// Salesforce would issue for the Salesforce half of the settings. It judges nothing
// beyond what Salesforce itself refuses, and it does not know the other half.
package mockidp

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// Options are what a mock needs beside its half. The zero value works where the half's
// certificates need no keys.
type Options struct {
	Now    func() time.Time                      // default time.Now
	Random io.Reader                             // of ids and encryption; default crypto/rand
	Key    func(*x509.Certificate) crypto.Signer // the private key of a certificate; nil answers mean that there is none
	Fault  *Fault                                // a way to issue wrong responses; nil for right ones
	Banner string                                // shown on every page; "" for none
	Notify func(saml.Event)                      // told of every line of the event log; may be nil

	// UserID is the 15-character id of a user, 005…; an answer of "" and a nil UserID
	// leave it to the mock, which derives one from the user name.
	UserID func(*settings.User) string
	// Quirks has the mock write as Salesforce is known to have written at other times.
	Quirks Quirks
	// EncryptTo is what assertions are encrypted to where Encrypt SAML Response is
	// ticked and the half holds no certificate for it; default a fresh key that is
	// thrown away, so that nobody can read them.
	EncryptTo *rsa.PublicKey
}

// IDP is the mock. It is safe for concurrent use.
type IDP struct {
	half settings.Salesforce
	opt  Options
	*memory
}

// memory is all that the mock remembers.
type memory struct {
	mu       sync.Mutex
	events   []saml.Event      // the last ones, oldest first
	sessions ring[session]     // by the value of the sid cookie
	leaving  ring[string]      // LogoutRequests that await an answer: id → user name
	pending  ring[*authnQuery] // requests by HTTP-POST that wait for a login
	nobody   *rsa.PublicKey    // the default of Options.EncryptTo, once it is needed
}

// New is a mock for this half.
func New(half settings.Salesforce, opt Options) *IDP {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Random == nil {
		opt.Random = rand.Reader
	}
	return &IDP{half: half, opt: opt, memory: &memory{}}
}

// With is the same org after its settings were saved anew: sessions go on, and the event
// log is one.
func (p *IDP) With(half settings.Salesforce) *IDP {
	return &IDP{half: half, opt: p.opt, memory: p.memory}
}

// Request is what Issue answers to. The zero Request is an unsolicited login.
type Request struct {
	ID string // of the AuthnRequest
	// SessionIndex is stated where the app has Single Logout; "" for a fresh one.
	SessionIndex string
	At           Instants
}

// Instants are the moments that a response states. Salesforce takes the time anew for
// each of them, so that they differ by some milliseconds; a zero one is the mock's now.
type Instants struct {
	ResponseID  time.Time // in the response's ID
	Response    time.Time // its IssueInstant
	AssertionID time.Time // in the assertion's ID
	Assertion   time.Time // its IssueInstant
	Authn       time.Time // AuthnInstant
	Conditions  time.Time // what the validity is counted from
}

// fill puts now in the place of the moments that are not given.
func (t *Instants) fill(now time.Time) {
	for _, at := range []*time.Time{&t.ResponseID, &t.Response, &t.AssertionID, &t.Assertion, &t.Authn, &t.Conditions} {
		if at.IsZero() {
			*at = now
		}
	}
}

// Issue is the response for a user, signed as the settings say. Where Salesforce
// would refuse, the event tells why and the response is nil.
func (p *IDP) Issue(user *settings.User, req Request) (response []byte, event saml.Event) {
	flow := saml.FlowIDP
	if req.ID != "" {
		flow = saml.FlowSP
	}
	response, event = p.issue(user, req, flow)
	p.log(event)
	return response, event
}

// issue is Issue without an entry in the event log.
func (p *IDP) issue(user *settings.User, req Request, flow saml.Flow) (response []byte, event saml.Event) {
	event = p.event(Success, flow)
	event.User = user.Username.Value
	refused := func(err error) ([]byte, saml.Event) {
		r := asRefusal(err)
		event.Code, event.Text = r.code, r.full()
		return nil, event
	}
	defer func() {
		if cause := recover(); cause != nil {
			response, event = refused(fmt.Errorf("issuing a response: %v", cause))
		}
	}()
	if err := p.admits(user); err != nil {
		return refused(err)
	}
	response, err := p.mint(user, req)
	if err != nil {
		return refused(err)
	}
	return response, event
}

// admits tells whether Salesforce lets the user into the app, as far as that does not
// depend on the request.
func (p *IDP) admits(user *settings.User) error {
	app := &p.half.ConnectedApp
	switch {
	case p.half.MyDomain.Value == "":
		return refuse(NoSubdomain)
	case !p.half.IdentityProvider.Enabled.Value:
		return because(InvalidIdpEndpoint, "the org is not enabled as an identity provider")
	case !app.EnableSAML.Value:
		return because(InvalidSP, "Enable SAML is not ticked in the app %s", app.Name.Value)
	case !user.Active.Value:
		return refuse(UserInactive)
	}
	switch {
	case app.Admits(user):
		return nil
	case len(app.PermissionSets) > 0:
		return because(NoAccess, "neither the profile %q nor a permission set of the user is assigned to the app %s", user.Profile.Value, app.Name.Value)
	}
	return because(NoAccess, "the profile %q is not assigned to the app %s", user.Profile.Value, app.Name.Value)
}

// User is the user with this user name, which Salesforce compares without regard to
// letter case; nil where there is none.
func (p *IDP) User(name string) *settings.User {
	for i := range p.half.Users {
		if u := &p.half.Users[i]; strings.EqualFold(u.Username.Value, strings.TrimSpace(name)) {
			return u
		}
	}
	return nil
}

// Hosts are the host names that the mock answers to.
func (p *IDP) Hosts() []string {
	if p.half.MyDomain.Value == "" {
		return nil
	}
	if host := p.opt.Quirks.EndpointHost; host != "" {
		return []string{p.half.MyDomain.Value, host}
	}
	return []string{p.half.MyDomain.Value}
}

// LoginURL is the address of an IdP-initiated login to the app.
func (p *IDP) LoginURL() string {
	return p.half.Origin() + "/idp/login?app=" + p.appID()
}

// random is n bytes of the mock's randomness.
func (p *IDP) random(n int) ([]byte, error) {
	b := make([]byte, n)
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := io.ReadFull(p.opt.Random, b); err != nil {
		return nil, fmt.Errorf("reading %d random bytes: %w", n, err)
	}
	return b, nil
}

// lockedRandom reads the mock's randomness for others.
type lockedRandom struct{ p *IDP }

func (r lockedRandom) Read(b []byte) (int, error) {
	r.p.mu.Lock()
	defer r.p.mu.Unlock()
	return r.p.opt.Random.Read(b)
}
