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
	return newSeal("Response", identity, p.half.ConnectedApp.SigningAlgorithm.Value).apply(d.statusXML(statusResponder, statusNoPassive))
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
	key  crypto.Signer
	cert *x509.Certificate
}

// identity is that of the app's IdP Certificate; an app that names none has the
// identity provider's.
func (p *IDP) identity() (*identity, error) {
	name := p.half.ConnectedApp.IDPCertificate.Value
	if name == "" {
		name = p.half.IdentityProvider.Certificate.Value
	}
	cert, err := p.certificate(name)
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
	return &identity{key, cert}, nil
}

// certificate is the one of Certificate and Key Management with this label or name.
func (p *IDP) certificate(name string) (*x509.Certificate, error) {
	entry := p.half.Certificate(name)
	if entry == nil {
		return nil, because(InvalidSettings, "there is no certificate %q", name)
	}
	cert, err := saml.ParseCertificate(entry.File.Data)
	if err != nil {
		return nil, because(InvalidSettings, "the certificate %q cannot be read: %s", name, err)
	}
	return cert, nil
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
	if fault.Signs.assertion() {
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
	if fault.Signs.response() {
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
	if fault.seal != nil {
		fault.seal(s)
	}
	return s.apply(x)
}
