// Package mocksp is a mock of Twilio Flex as SAML service provider: it sends what
// Flex would send for the Flex half of the settings and accepts or refuses as an
// ordinary service provider with Flex's own rules does. It does not know the other
// half, and it explains nothing: that is for the checks.
package mocksp

import (
	"io"
	"net/http"
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
	Random io.Reader          // of ids and tokens; default crypto/rand
	Judge  Judge              // default Ordinary
	Banner string             // shown on every page; "" for none
	Notify func(saml.Verdict) // told of every verdict; may be nil
}

// SP is the mock. It is safe for concurrent use.
type SP struct {
	half settings.Flex
	opt  Options
}

// New is a mock for this half.
func New(half settings.Flex, opt Options) *SP { return &SP{half: half, opt: opt} }

// Request is a fresh AuthnRequest as Flex sends it.
func (p *SP) Request() (xml []byte, id string) { panic("todo") }

// Ordinary judges by github.com/crewjam/saml's ServiceProvider and Flex's own rules.
func Ordinary(half *settings.Flex, response *saml.Message, requests []string, now time.Time) saml.Verdict {
	panic("todo")
}

// Hosts are the host names that the mock answers to.
func (p *SP) Hosts() []string { panic("todo") }

// ServeHTTP answers as Flex and Twilio's login hosts do.
func (p *SP) ServeHTTP(w http.ResponseWriter, r *http.Request) { panic("todo") }
