package mocksp

import (
	"crypto/x509"
	"net/http"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// skew is the difference between clocks that both generations of Flex allow: java-saml
// 180 seconds, Auth0's library three minutes.
const skew = 3 * time.Minute

// Ordinary judges by github.com/crewjam/saml's ServiceProvider and Flex's own rules. A
// response is accepted only where both accept; what the user is told is in the words of
// the generation of Flex, and what the library said is in Verdict.Detail.
//
// It is an ordinary service provider's opinion, not a strict one. What the library and
// Flex's libraries leave unchecked is accepted here as it is there: an assertion whose
// own signature is broken inside a response with a good one (enhanced SSO), SHA-1, an
// assertion without AudienceRestriction (legacy SSO) or without SubjectConfirmation
// (enhanced SSO), unknown conditions, an IssueInstant of any age.
//
// And it refuses some valid responses that crewjam/saml cannot read, which Flex may
// well accept:
//   - two Audience elements in one AudienceRestriction, where the last is not Flex's
//   - Conditions without NotOnOrAfter
//   - several SubjectConfirmations of which one does not match
//   - a KeyInfo with a certificate of another key, with one it cannot parse, or with one
//     of the right key that is not valid at the time
//   - a prefix that is bound anew inside the assertion
//   - InclusiveNamespaces on CanonicalizationMethod
//   - spaces in SignatureValue or DigestValue
//   - more than about 500 to 1000 elements, as with users of very many groups
//   - ECDSA signatures, which it expects as ASN.1
//   - line breaks and tabs in attribute values
func Ordinary(half *settings.Flex, response *saml.Message, requests []string, now time.Time) saml.Verdict {
	return OrdinaryWith()(half, response, requests, now)
}

// OrdinaryWith is Ordinary for a service provider that has RSA keys to decrypt with, which
// Flex has not. What is left encrypted is refused, and so is AES-GCM, which the library
// cannot read.
func OrdinaryWith(keys ...saml.PrivateKey) Judge {
	return func(half *settings.Flex, response *saml.Message, requests []string, now time.Time) saml.Verdict {
		c := &matter{half: half, requests: requests, now: now, acs: half.ACSURL(), entityID: half.EntityID()}
		c.opened.keys = keys
		return c.judge(response)
	}
}

func (c *matter) judge(response *saml.Message) saml.Verdict {
	words, half := c.words(), c.half
	cert, err := c.certificate()
	if err != nil {
		return words.noCertificate(half, err.Error())
	}
	if response == nil {
		return words.refuse(words.absent, "there is no message")
	}
	c.message = response
	if detail := c.read(); detail != "" {
		return words.refuse(words.unreadable, detail)
	}
	if text, detail := c.encrypted(); text != "" {
		return words.refuse(text, detail)
	}
	library := askLibrary(c, cert)
	if text := words.judge(c, library, cert); text != "" {
		return words.refuse(text, library.detail)
	}
	who, malformed := readIdentity(c.r, c.a)
	switch missing := who.missing(); {
	case malformed != "":
		return malformedAttribute(malformed)
	case len(missing) > 0:
		return saml.Verdict{Status: http.StatusBadRequest, Code: codeAttributes, Text: missingAttributes, Detail: "missing or without a valid value: " + strings.Join(missing, ", ")}
	}
	return saml.Verdict{Accepted: true, Status: words.success, Subject: who.nameID}
}

// malformedAttribute is Flex's answer to a typed attribute with a bad value.
func malformedAttribute(name string) saml.Verdict {
	return saml.Verdict{
		Status: http.StatusBadRequest, Text: "400 Error invalid attribute format",
		Detail: "the value of " + name + " does not have the type that its name states",
	}
}

// matter is one response and what it is judged by.
type matter struct {
	half          *settings.Flex
	message       *saml.Message
	requests      []string
	now           time.Time
	acs, entityID string

	opened
	a *saml.Assertion // the only one, nil before it is known to be
}

// certificate is the one that Flex verifies with.
func (c *matter) certificate() (*x509.Certificate, error) {
	cert, err := saml.ParseCertificate(c.half.X509Certificate.Data)
	switch {
	case err != nil:
		return nil, err
	case c.now.After(cert.NotAfter):
		return nil, certificateError("it expired at " + cert.NotAfter.UTC().Format(time.RFC3339))
	case c.now.Before(cert.NotBefore):
		return nil, certificateError("it is not valid before " + cert.NotBefore.UTC().Format(time.RFC3339))
	}
	return cert, nil
}

type certificateError string

func (e certificateError) Error() string { return string(e) }

// read finds the response; the string says why there is none to judge.
func (c *matter) read() (detail string) {
	for _, d := range c.message.Deviations {
		switch d.Kind {
		case saml.DeviationBoth, saml.DeviationDuplicate, saml.DeviationDisguised, saml.DeviationDeflate, saml.DeviationAlphabet:
			return d.Text
		}
	}
	return c.opened.read(c.message.XML)
}

// count is how often an element of the assertion namespace occurs.
func (c *matter) count(local string) int {
	n := 0
	for e := range c.elements() {
		if e.Is(saml.NSAssertion, local) {
			n++
		}
	}
	return n
}

// unasked is what Flex answers to a response that answers no request of its own; ""
// where it takes them, which is where a Default Redirect URL is set.
func (c *matter) unasked() string {
	if c.half.DefaultRedirectURL.Value != "" {
		return ""
	}
	return "IdP-Initiated Default App Not Configured"
}
