package mockidp

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"

	"github.com/samlproof/samlproof/harness/saml"
)

// An envelope says how an assertion is encrypted.
type envelope struct {
	saml.Encryption
	to        *rsa.PublicKey
	plaintext func(assertion string) string // in place of the assertion
	element   func(encrypted string) string // changes the EncryptedAssertion
}

// encrypt puts an EncryptedAssertion in the place of the Assertion, where the settings
// or the fault ask for it. Salesforce's AES-128 and AES-256 are those of CBC.
func (p *IDP) encrypt(x []byte, fault *Fault) ([]byte, error) {
	app := &p.half.ConnectedApp
	if !app.EncryptSAMLResponse.Value && !fault.Encrypts {
		return x, nil
	}
	to, err := p.encryptTo()
	if err != nil {
		return nil, err
	}
	e := &envelope{Encryption: saml.Encryption{Data: saml.AES128CBC}, to: to}
	if app.EncryptionAlgorithm.Value == "AES256" {
		e.Data = saml.AES256CBC
	}
	if fault.envelope != nil {
		fault.envelope(e)
	}
	t, err := scan(x)
	if err != nil {
		return nil, err
	}
	a := t.root().child("Assertion")
	if a == nil {
		return x, nil
	}
	plaintext := string(a.outer(x))
	if e.plaintext != nil {
		plaintext = e.plaintext(plaintext)
	}
	data, err := e.Encrypt([]byte(plaintext), e.to, lockedRandom{p})
	if err != nil {
		return nil, fmt.Errorf("encrypting the assertion: %w", err)
	}
	wrapped := `<saml:EncryptedAssertion xmlns:saml="` + saml.NSAssertion + `">` + string(data) + `</saml:EncryptedAssertion>`
	if e.element != nil {
		wrapped = e.element(wrapped)
	}
	return splice(x, a.start, a.end, wrapped), nil
}

// encryptTo is the key that assertions are encrypted to.
func (p *IDP) encryptTo() (*rsa.PublicKey, error) {
	if data := p.half.ConnectedApp.EncryptionCertificate.Data; len(data) > 0 {
		cert, err := saml.ParseCertificate(data)
		if err != nil {
			return nil, because(InvalidSP, "the assertion encryption certificate cannot be read: %s", err)
		}
		key, ok := cert.PublicKey.(*rsa.PublicKey)
		if !ok {
			return nil, because(InvalidSP, "the key of the assertion encryption certificate is no RSA key")
		}
		return key, nil
	}
	if p.opt.EncryptTo != nil {
		return p.opt.EncryptTo, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.nobody == nil {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, fmt.Errorf("making a key to encrypt to: %w", err)
		}
		p.nobody = &key.PublicKey
	}
	return p.nobody, nil
}
