package check

import (
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// Sign says which parts of a response must carry a signature.
type Sign string

// The choices of Expect.Signed.
const (
	SignEither    Sign = "either"
	SignResponse  Sign = "response"
	SignAssertion Sign = "assertion"
	SignBoth      Sign = "both"
)

// Expect is what the messages of a login are held to. An empty list means that the
// value is not known and so not checked; of several values any one may match.
type Expect struct {
	Profile Profile

	// What the service provider holds a response to.
	Audiences    []string
	ACSURLs      []string
	Issuers      []string
	Certificates []saml.Certificate
	Decryption   []saml.PrivateKey
	RequestIDs   []string
	Signed       Sign // default SignEither

	// What the identity provider holds a request to.
	SSOURLs        []string // where requests are taken
	RequestIssuers []string
	RequestACSURLs []string

	// NameIDFormat is the format that the settings promise; "" where not known.
	NameIDFormat string

	// At is the time to judge at; zero where the clock is unknown, and checks
	// against the clock are then skipped.
	At   time.Time
	Skew time.Duration // tolerance in both directions; default 3 minutes

	// ExpiresWithin is how long before its end a certificate is warned of; default 30 days.
	ExpiresWithin time.Duration
}
