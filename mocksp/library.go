package mocksp

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/beevik/etree"
	crewjam "github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"

	"github.com/samlproof/samlproof/harness/saml"
)

// answer is what crewjam/saml says of a response.
type answer struct {
	kind   answerKind
	detail string // its own words; "" where it accepts
}

type answerKind int

const (
	answerGood      answerKind = iota
	answerSignature            // no signature, or one that does not verify
	answerExpired              // a time is past
	answerEarly                // a time is to come
	answerOther                // anything else, a panic among it
)

// libraryLock guards crewjam/saml's clock and tolerances, which are variables of the whole
// process. No other file changes them; a program that uses that package beside this one
// must not do so at the same time.
var libraryLock sync.Mutex

// askLibrary has crewjam/saml's ServiceProvider judge a response by Flex's half alone.
// Unlike the library's default it does not mind an old IssueInstant, which neither
// generation of Flex looks at.
func askLibrary(c *matter, cert *x509.Certificate) answer {
	acs, err := url.Parse(c.acs)
	if err != nil {
		return answer{answerOther, "the ACS URL cannot be read: " + err.Error()}
	}
	sp := &crewjam.ServiceProvider{
		EntityID: c.entityID,
		AcsURL:   *acs,
		// The library compares InResponseTo only where it does not allow unasked responses.
		AllowIDPInitiated: !c.r.Attr("InResponseTo").Exists(),
		IDPMetadata:       identityProvider(c, cert),
	}
	if c.key != nil {
		key, ok := c.key.Key.(*rsa.PrivateKey)
		if !ok {
			return answer{answerOther, "the key that decrypts the assertion is none that the library can use"}
		}
		sp.Key = key
	}
	err = asUsual(c.now, func() error {
		_, err := sp.ParseXMLResponse(c.message.XML, c.requests, *acs)
		return err
	})
	if err == nil {
		return answer{}
	}
	var invalid *crewjam.InvalidResponseError
	if errors.As(err, &invalid) && invalid.PrivateErr != nil {
		err = invalid.PrivateErr
	}
	text := err.Error()
	switch {
	case strings.HasPrefix(text, "cannot validate signature"), strings.Contains(text, "ignature element not present"):
		return answer{answerSignature, text}
	case strings.Contains(text, "expired"):
		return answer{answerExpired, text}
	case strings.Contains(text, "not yet valid"):
		return answer{answerEarly, text}
	}
	return answer{answerOther, text}
}

// identityProvider is the metadata that the half amounts to.
func identityProvider(c *matter, cert *x509.Certificate) *crewjam.EntityDescriptor {
	cert = c.embedded(cert)
	key := crewjam.KeyDescriptor{Use: "signing"}
	key.KeyInfo.X509Data.X509Certificates = []crewjam.X509Certificate{{Data: base64.StdEncoding.EncodeToString(cert.Raw)}}
	idp := crewjam.IDPSSODescriptor{
		SingleSignOnServices: []crewjam.Endpoint{{Binding: saml.BindingRedirect, Location: c.half.SSOURL.Value}},
	}
	idp.KeyDescriptors = []crewjam.KeyDescriptor{key}
	return &crewjam.EntityDescriptor{
		EntityID:          c.half.IdentityProviderIssuer.Value,
		IDPSSODescriptors: []crewjam.IDPSSODescriptor{idp},
	}
}

// mostCertificates is how many certificates of a response are looked at.
const mostCertificates = 8

// embedded is the response's certificate of the same key as the pinned one, where it has
// one, else the pinned one. The library compares certificates byte for byte; the libraries
// of Flex verify with the key of the pinned one, which a renewed certificate may share.
func (c *matter) embedded(pinned *x509.Certificate) *x509.Certificate {
	left := mostCertificates
	for e := range c.elements() {
		if !e.Is(saml.NSSignature, "X509Certificate") {
			continue
		}
		if left--; left < 0 {
			break
		}
		der, _, err := saml.DecodeBase64(e.Text())
		if err != nil {
			continue
		}
		cert, err := x509.ParseCertificate(der)
		if err == nil && bytes.Equal(cert.RawSubjectPublicKeyInfo, pinned.RawSubjectPublicKeyInfo) {
			return cert
		}
	}
	return pinned
}

// asUsual calls the library at a time and with the tolerances of Flex, and puts its
// variables back. A panic inside it is an error.
func asUsual(now time.Time, call func() error) (err error) {
	libraryLock.Lock()
	defer libraryLock.Unlock()
	timeNow, clock, delay, drift := crewjam.TimeNow, crewjam.Clock, crewjam.MaxIssueDelay, crewjam.MaxClockSkew
	defer func() {
		crewjam.TimeNow, crewjam.Clock, crewjam.MaxIssueDelay, crewjam.MaxClockSkew = timeNow, clock, delay, drift
	}()
	crewjam.TimeNow = func() time.Time { return now.UTC() }
	crewjam.Clock = dsig.NewFakeClockAt(now)
	crewjam.MaxIssueDelay = math.MaxInt64
	crewjam.MaxClockSkew = skew
	return guarded(call)
}

// guarded turns a panic into an error.
func guarded(call func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return call()
}

// verifyAssertion verifies the assertion's own signature, as java-saml does even where
// that of the response around it is good.
func verifyAssertion(c *matter, cert *x509.Certificate) bool {
	return guarded(func() error {
		xml := c.message.XML
		if len(c.inside) > 0 {
			xml = []byte(c.inside[0].Source())
		}
		doc := etree.NewDocument()
		if _, err := doc.ReadFrom(bytes.NewReader(xml)); err != nil {
			return err
		}
		var assertion *etree.Element
		for _, e := range append(doc.Root().ChildElements(), doc.Root()) {
			if e.Tag == "Assertion" && e.NamespaceURI() == saml.NSAssertion {
				assertion = e
			}
		}
		if assertion == nil {
			return errors.New("no assertion")
		}
		detached, err := detach(assertion)
		if err != nil {
			return err
		}
		context := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
		context.IdAttribute, context.Clock = "ID", dsig.NewFakeClockAt(c.now)
		_, err = context.Validate(detached)
		return err
	}) == nil
}

// detach is a copy of an element that declares every namespace it inherits.
func detach(e *etree.Element) (*etree.Element, error) {
	context, err := etreeutils.NSBuildParentContext(e)
	if err != nil {
		return nil, err
	}
	if context, err = context.SubContext(e); err != nil {
		return nil, err
	}
	return etreeutils.NSDetatch(context, e)
}
