package mockidp

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"net/url"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// mint makes the response for a user who may have one: written, the assertion signed,
// encrypted where that is set, the whole signed. The fault of the options, if any, has
// its say before, between and after.
func (p *IDP) mint(u *settings.User, req Request) ([]byte, error) {
	identity, err := p.identity()
	if err != nil {
		return nil, err
	}
	d, err := p.draft(req)
	if err != nil {
		return nil, err
	}
	if d.nameID, err = p.subject(u); err != nil {
		return nil, err
	}
	if p.logsOut() {
		if d.sessionIndex = req.SessionIndex; d.sessionIndex == "" {
			if d.sessionIndex, err = p.messageID(d.at.Authn); err != nil {
				return nil, err
			}
		}
	}
	d.attributes = p.attributes(u)
	return p.finish(d.xml(), identity)
}

// mintNoPassive is the response to a request that nobody could be asked about.
func (p *IDP) mintNoPassive(req Request) ([]byte, error) {
	identity, err := p.identity()
	if err != nil {
		return nil, err
	}
	d, err := p.draft(req)
	if err != nil {
		return nil, err
	}
	return p.sign(d.statusXML(statusResponder, statusNoPassive), identity, "Response", 0, &Fault{})
}

// draft is a response without a subject.
func (p *IDP) draft(req Request) (*draft, error) {
	app := &p.half.ConnectedApp
	if _, err := serviceURL(app.ACSURL.Value); err != nil {
		return nil, because(InvalidSP, "the ACS URL %q is no web address", app.ACSURL.Value)
	}
	d := &draft{
		at: req.At, inResponseTo: req.ID,
		destination: app.ACSURL.Value, issuer: p.issuer(), audience: app.EntityID.Value,
		nameIDFormat: app.NameIDFormat.Value,
	}
	d.at.fill(p.opt.Now())
	if d.early = validBefore; p.opt.Quirks.NotBeforeNow {
		d.early = 0
	}
	var err error
	if d.responseID, err = p.messageID(d.at.ResponseID); err != nil {
		return nil, err
	}
	d.assertionID, err = p.messageID(d.at.AssertionID)
	return d, err
}

// issuer is the app's Issuer; a field left empty means the My Domain.
func (p *IDP) issuer() string {
	if issuer := p.half.ConnectedApp.Issuer.Value; issuer != "" {
		return issuer
	}
	return p.half.Origin()
}

// serviceURL reads a URL of the service provider that a browser may be sent to.
func serviceURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("%q is no web address", s)
	}
	return u, nil
}

// An identity is what responses are signed with.
type identity struct {
	key   crypto.Signer
	cert  *x509.Certificate
	above []*x509.Certificate // those of its authorities, as the file has them
}

// identity is that of the app's IdP Certificate; an app that names none has the
// identity provider's.
func (p *IDP) identity() (*identity, error) {
	name := p.half.ConnectedApp.IDPCertificate.Value
	if name == "" {
		name = p.half.IdentityProvider.Certificate.Value
	}
	cert, above, err := p.certificate(name)
	if err != nil {
		return nil, err
	}
	var key crypto.Signer
	if p.opt.Key != nil {
		key = p.opt.Key(cert)
	}
	if key == nil {
		return nil, because(InvalidSettings, "there is no private key of the certificate %q", name)
	}
	if _, ok := key.Public().(*rsa.PublicKey); !ok {
		return nil, because(InvalidSettings, "the key of the certificate %q is no RSA key", name)
	}
	return &identity{key, cert, above}, nil
}

// certificate is the one of Certificate and Key Management with this label or name. A
// file that holds a chain, as that of a certificate that an authority signed may, has it
// and those above it, in any order.
func (p *IDP) certificate(name string) (cert *x509.Certificate, above []*x509.Certificate, err error) {
	entry := p.half.Certificate(name)
	if entry == nil {
		return nil, nil, because(InvalidSettings, "there is no certificate %q", name)
	}
	if cert, above, err = saml.ParseChain(entry.File.Data); err != nil {
		return nil, nil, because(InvalidSettings, "the certificate %q cannot be read: %v", name, err)
	}
	return cert, above, nil
}

// finish signs a response, first the assertion and then the whole.
func (p *IDP) finish(x []byte, id *identity) ([]byte, error) {
	fault := p.opt.Fault
	if fault == nil {
		fault = &Fault{}
	}
	x, err := fault.apply("before signing", fault.Before, x)
	if err != nil {
		return nil, err
	}
	signs := fault.Signs
	if signs == SignsBoth && p.opt.Quirks.ResponseSignedOnly {
		signs = SignsResponse
	}
	if signs.assertion() {
		if x, err = p.signAssertions(x, id, fault); err != nil {
			return nil, err
		}
	}
	if x, err = fault.apply("after the assertion was signed", fault.between, x); err != nil {
		return nil, err
	}
	if x, err = p.encrypt(x, fault); err != nil {
		return nil, err
	}
	if signs.response() {
		if x, err = p.sign(x, id, "Response", 0, fault); err != nil {
			return nil, err
		}
	}
	return fault.apply("after signing", fault.After, x)
}

// signAssertions signs each assertion of a response: one, where no fault adds others.
func (p *IDP) signAssertions(x []byte, id *identity, fault *Fault) ([]byte, error) {
	t, err := scan(x)
	if err != nil {
		return nil, err
	}
	for n := range t.root().count("Assertion") {
		if x, err = p.sign(x, id, "Assertion", n, fault); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// sign signs one part with the identity, as the settings say and the fault changes it.
func (p *IDP) sign(x []byte, id *identity, part string, nth int, fault *Fault) ([]byte, error) {
	s := newSeal(part, id, p.half.ConnectedApp.SigningAlgorithm.Value)
	s.nth = nth
	p.opt.Quirks.apply(s)
	if fault.seal != nil {
		fault.seal(s)
	}
	return s.apply(x)
}
