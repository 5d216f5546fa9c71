package saml

import (
	"crypto/rsa"
	"io"
)

// Encrypt is an xenc:EncryptedData element (XMLEnc) over plaintext for the key,
// with RSA-OAEP-MGF1P and the block algorithm (a URI of xmlenc or xmlenc11).
func Encrypt(plaintext []byte, to *rsa.PublicKey, algorithm string, random io.Reader) ([]byte, error) {
	panic("todo")
}

// Decrypt reads the plaintext of an EncryptedAssertion, EncryptedID or EncryptedAttribute
// with each key in turn. It never dereferences anything outside the document.
func Decrypt(encrypted Element, keys []PrivateKey) (*Document, *PrivateKey, error) { panic("todo") }
