// Package mockidp is a mock of Salesforce as SAML identity provider: it issues what
// Salesforce would issue for the Salesforce half of the settings. It judges nothing
// beyond what Salesforce itself refuses, and it does not know the other half.
package mockidp

import (
	"crypto"
	"crypto/x509"
	"io"
	"net/http"
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
}

// IDP is the mock. It is safe for concurrent use.
type IDP struct {
	half settings.Salesforce
	opt  Options
}

// New is a mock for this half.
func New(half settings.Salesforce, opt Options) *IDP { return &IDP{half: half, opt: opt} }

// Request is what Issue answers to. The zero Request is an unsolicited login.
type Request struct {
	ID string // of the AuthnRequest
}

// Issue is the response for a user, signed as the settings say. Where Salesforce
// would refuse, the event tells why and the response is nil.
func (p *IDP) Issue(user *settings.User, req Request) (response []byte, event saml.Event) {
	panic("todo")
}

// Hosts are the host names that the mock answers to.
func (p *IDP) Hosts() []string { panic("todo") }

// LoginURL is the address of an IdP-initiated login to the app.
func (p *IDP) LoginURL() string { panic("todo") }

// ServeHTTP answers as the org's My Domain does.
func (p *IDP) ServeHTTP(w http.ResponseWriter, r *http.Request) { panic("todo") }

// A Fault is one way to issue a wrong response.
type Fault struct {
	ID     string // short and permanent, as N-B01's "nameid-changed"
	Title  string
	Before func(x []byte) ([]byte, error) // changes the response before it is signed; may be nil
	After  func(x []byte) ([]byte, error) // changes the bytes after signing; may be nil
}
