package check

import (
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
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
	Profile Profile // default SAML
	// Strict makes an error of what a standard or a profile says should be so: the
	// warnings of checks with such a basis.
	Strict bool

	// What the service provider holds a response to.
	Audiences    []string
	ACSURLs      []string
	Issuers      []string
	Certificates []saml.Certificate
	Decryption   []saml.PrivateKey
	RequestIDs   []string
	Signed       Sign // default what metadata of the service provider wants, else SignEither

	// Hints are further certificates that are known, though not trusted, so that a
	// finding can say whose key really signed.
	Hints []saml.Certificate

	// What the identity provider holds a request to.
	SSOURLs        []string // where requests are taken
	RequestIssuers []string
	RequestACSURLs []string
	// RequestCertificates are the service provider's, for signatures of requests.
	RequestCertificates []saml.Certificate
	// RequestsSigned tells that the identity provider refuses requests without a signature.
	RequestsSigned bool

	// NameIDFormat is the format that the settings promise; "" where not known.
	NameIDFormat string

	// IdentityProviders and ServiceProviders are what metadata says of the two sides, of
	// any number of entities. Each login is held to those that it names, and what of the
	// fields above is empty is then what their metadata says.
	IdentityProviders, ServiceProviders []*saml.Provider

	// RequestURLs are where the service provider's settings have requests sent.
	RequestURLs []string

	// Publisher are the certificates of whoever signs metadata, and Entity is the entityID
	// of the one that is judged where metadata describes several; "" for all.
	Publisher []saml.Certificate
	Entity    string

	// At is the time to judge at; zero where the clock is unknown, and checks
	// against the clock are then skipped.
	At   time.Time
	Skew time.Duration // tolerance in both directions; default 3 minutes, negative for none

	// ExpiresWithin is how long before its end a certificate is warned of; default 30
	// days, negative for never.
	ExpiresWithin time.Duration

	// settled tells that settings say whether requests are signed, so that metadata does not.
	settled bool
	// clock tells whose clock was off at the login, and by how much; "" where none was, or
	// where that is not known.
	clock string
}

// The defaults of Expect. Both generations of Flex allow three minutes.
const (
	DefaultSkew          = 3 * time.Minute
	DefaultExpiresWithin = 30 * 24 * time.Hour
)

// defaults fills the fields that have one.
func (e *Expect) defaults() {
	if e.Profile == "" {
		e.Profile = SAML
	}
	if e.Signed == "" {
		e.Signed = SignEither
	}
	e.Skew = duration(e.Skew, DefaultSkew)
	e.ExpiresWithin = duration(e.ExpiresWithin, DefaultExpiresWithin)
}

// duration is d, or its default where it is zero, or zero where it is negative.
func duration(d, byDefault time.Duration) time.Duration {
	switch {
	case d == 0:
		return byDefault
	case d < 0:
		return 0
	}
	return d
}

// FromSettings derives what messages are held to from the two halves: what Flex
// holds responses to from the Flex half alone, what Salesforce holds requests to from
// the Salesforce half alone. Where a half is left out, what the other one believes of it
// stands in, and where the app is not Flex's, only the standards are held up. A setting
// that was not typed, or a certificate that cannot be read, leaves its expectation empty;
// checks of settings report it.
func FromSettings(s *settings.Settings) *Expect {
	f, app := &s.Flex, &s.Salesforce.ConnectedApp
	e := &Expect{
		Profile:        Flex,
		Audiences:      known(f.EntityID()),
		ACSURLs:        known(f.ACSURL()),
		Issuers:        known(f.IdentityProviderIssuer.Value),
		Certificates:   certificate("Flex › X.509 Certificate", f.X509Certificate.Data),
		RequestURLs:    known(f.SSOURL.Value),
		RequestIssuers: known(app.EntityID.Value),
		RequestACSURLs: known(app.ACSURL.Value),
		NameIDFormat:   app.NameIDFormat.Value,
		RequestsSigned: app.VerifyRequestSignatures.Value,
		settled:        true,
	}
	if !s.ForFlex() {
		e.Profile = SAML
	}
	if app.VerifyRequestSignatures.Value {
		e.RequestCertificates = certificate("Salesforce › Connected App › request certificate", app.RequestCertificate.Data)
	}
	if s.Salesforce.MyDomain.Value != "" {
		e.SSOURLs = []string{s.Salesforce.RedirectURL(), s.Salesforce.PostURL()}
	}
	for _, c := range s.Salesforce.Certificates {
		if x := parsed(c.File); x != nil {
			e.Hints = append(e.Hints, saml.Certificate{X509: x, Name: "Salesforce › Certificate and Key Management › " + c.Label.Value})
		}
	}
	switch {
	case !s.Flex.Set && s.Salesforce.Set:
		e.Audiences, e.ACSURLs, e.Issuers = known(app.EntityID.Value), known(app.ACSURL.Value), known(app.Issuer.Value)
		e.Certificates = nil
		if c := signing(&s.Salesforce); c != nil {
			e.Certificates = certificate("Salesforce › Certificate and Key Management › "+c.Label.Value, c.File.Data)
		}
	case s.Flex.Set && !s.Salesforce.Set:
		e.RequestIssuers, e.RequestACSURLs, e.SSOURLs = e.Audiences, e.ACSURLs, known(f.SSOURL.Value)
	}
	e.Skew, e.ExpiresWithin = DefaultSkew, DefaultExpiresWithin
	return e
}

// known is a list of the value, empty where there is none.
func known(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// certificate is a list of the certificate, empty where it cannot be read.
func certificate(name string, data []byte) []saml.Certificate {
	if len(data) == 0 {
		return nil
	}
	x, err := saml.ParseCertificate(data)
	if err != nil {
		return nil
	}
	return []saml.Certificate{{X509: x, Name: name}}
}
