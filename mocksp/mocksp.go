// Package mocksp is a mock of Twilio Flex as SAML service provider: it sends what
// Flex would send for the Flex half of the settings and accepts or refuses as an
// ordinary service provider with Flex's own rules does. It does not know the other
// half, and it explains nothing: that is for the checks.
//
// Flex has two generations of single sign-on. Legacy SSO sends an AuthnRequest whose
// layout is known from real ones, answers errors as JSON, and speaks in the words of
// OneLogin's java-saml. Of enhanced SSO no real AuthnRequest is public: its request,
// its reading of responses and its words are those of Auth0's library
// passport-wsfed-saml2, which its addresses suggest. What rests on that alone says so,
// in Verdict.Inferred and on the pages.
//
// Not modelled are the Flex user interface itself, TaskRouter beyond worker attributes
// and login by popup. Flex documents no Single Logout, supports no encryption and signs
// no requests, and so does the mock by default. Options have it sign and decrypt, and the
// half's ServiceProvider has it log out, so that an identity provider can be tried from
// both sides: what the mock then does is that of an ordinary service provider and not
// known of Flex.
package mocksp

import (
	"crypto"
	"crypto/rand"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// A Judge accepts or refuses a response that was posted to the ACS URL. requests are
// the ids of AuthnRequests that await an answer.
type Judge func(half *settings.Flex, response *saml.Message, requests []string, now time.Time) saml.Verdict

// Options are what a mock needs beside its half.
type Options struct {
	Now    func() time.Time   // default time.Now
	Random io.Reader          // of ids and tokens; default crypto/rand, which also steps in where it fails
	Judge  Judge              // default Ordinary, with the keys of Decryption
	Banner string             // shown on every page; "" for none
	Notify func(saml.Verdict) // told of every verdict, before the browser is answered; may be nil

	// Key signs requests and messages of logout with SHA-256, an RSA or an ECDSA key. Nil
	// leaves them unsigned, as the documented set-up has it.
	Key crypto.Signer
	// Decryption are RSA keys to read encrypted responses with. Without any, the mock
	// refuses whatever is encrypted, as Flex does.
	Decryption []saml.PrivateKey
}

// SP is the mock. It is safe for concurrent use.
type SP struct {
	half   settings.Flex
	opt    Options
	random *source
	site   *site
	state  *state
}

// New is a mock for this half.
func New(half settings.Flex, opt Options) *SP {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Random == nil {
		opt.Random = rand.Reader
	}
	if opt.Judge == nil {
		opt.Judge = OrdinaryWith(opt.Decryption...)
	}
	p := &SP{half: half, opt: opt, random: &source{reader: opt.Random}}
	p.site = newSite(&p.half)
	p.state = newState(p.random)
	return p
}

// With is the same account after its settings were saved anew: sessions and workers stay,
// and requests await their answers. That saving ends no session is inferred.
func (p *SP) With(half settings.Flex) *SP {
	next := &SP{half: half, opt: p.opt, random: p.random, state: p.state}
	next.site = newSite(&next.half)
	return next
}

// Hosts are the host names that the mock answers to: Twilio's own, and those of the
// login link and the ACS URL where they differ.
func (p *SP) Hosts() []string { return slices.Clone(p.site.hosts) }

// Workers are the TaskRouter workers that logins have made so far, oldest first. More
// than one for one person costs money: see Worker.Phantom.
func (p *SP) Workers() []Worker { return p.state.workers() }

// SignedIn are the NameIDs of the sessions that go on, sorted.
func (p *SP) SignedIn() []string { return p.state.signedIn(p.opt.Now()) }

// legacy tells the two generations apart.
func legacy(half *settings.Flex) bool { return half.SSO.Value == settings.SSOLegacy }

var _ http.Handler = (*SP)(nil)
