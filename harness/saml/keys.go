package saml

import (
	"crypto"
	"crypto/x509"
)

// A Certificate is a certificate that signatures are verified with, and what it is
// called: "Flex › X.509 Certificate", "idp.xml, second signing key".
type Certificate struct {
	X509 *x509.Certificate
	Name string
}

// A PrivateKey is a decryption key and what it is called. It never reaches a report.
type PrivateKey struct {
	Key  crypto.Decrypter
	Name string
}

// ParseCertificate reads one certificate: PEM (also with Windows line ends, text
// around it, or without its BEGIN and END lines) or DER.
func ParseCertificate(data []byte) (*x509.Certificate, error) { panic("todo") }
