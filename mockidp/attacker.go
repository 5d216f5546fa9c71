package mockidp

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// Mallory is who a service provider logs in when it falls for a fault that tries to
// put someone else in the user's place.
const Mallory = "mallory@evil.example"

// attackerPEM is a private key that anybody may have; nothing trusts it.
//
//go:embed attacker.pem
var attackerPEM []byte

var attackerKey = sync.OnceValues(func() (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(attackerPEM)
	if block == nil {
		return nil, errors.New("reading the attacker's key: no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading the attacker's key: %w", err)
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("reading the attacker's key: no RSA key")
	}
	return rsaKey, nil
})

// attacker is the attacker's key with a certificate of this template, issued by issuer;
// a nil issuer means that it is self-signed.
func attacker(template *x509.Certificate, issuer *identity) *identity {
	key, err := attackerKey()
	if err != nil {
		panic(err)
	}
	by := &identity{key: key, cert: template}
	if issuer != nil {
		by = issuer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, key.Public(), by.key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return &identity{key: key, cert: cert}
}

// attackerTemplate is a certificate that says whose it is.
func attackerTemplate() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(0x0bad),
		Subject:      pkix.Name{CommonName: "Attacker"},
		NotBefore:    time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2055, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// cloneTemplate is a certificate that says what another one says, but for its key.
func cloneTemplate(of *x509.Certificate) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: of.SerialNumber, RawSubject: of.RawSubject,
		NotBefore: of.NotBefore, NotAfter: of.NotAfter,
		IsCA: of.IsCA, BasicConstraintsValid: of.BasicConstraintsValid, KeyUsage: of.KeyUsage,
	}
}
