package saml

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"errors"
	"fmt"
)

// ErrDecrypt is the one answer to every failure that depends on the keys, so that it
// tells nobody why (XMLEnc 6.1, SAML errata E93).
var ErrDecrypt = errors.New("the content could not be decrypted with any of the keys given, or is not one well-formed element")

// A PlaintextError says why what a key opened cannot be read. It is told of authenticated
// encryption alone, where who asks learns nothing that the sender did not put in.
type PlaintextError struct{ Err error }

func (e *PlaintextError) Error() string { return "what was encrypted cannot be read: " + e.Err.Error() }

// Unwrap is the reader's error.
func (e *PlaintextError) Unwrap() error { return e.Err }

// maxKeyTrials bounds the private-key operations for one message.
const maxKeyTrials = 64

// Decrypted is what an encrypted element held.
type Decrypted struct {
	Document *Document
	Key      *PrivateKey  // that it was encrypted to
	Through  EncryptedKey // that carried the content key
	// Surroundings tells that the plaintext could not be read by itself and was read
	// with the namespace declarations that are in force where the encrypted element
	// stands, as XMLEnc 4.3 puts it back in that place.
	Surroundings bool

	plain []byte
}

// InPlace is the plaintext read with the namespace declarations that are in force at a
// place, also where it can be read without; nil where they add none. What was signed
// there by inclusive canonicalization, or with a PrefixList, verifies only so.
func (d *Decrypted) InPlace(place Element) *Document {
	around := withSurroundings(place, d.plain, everyPrefix(place))
	if around == nil {
		return nil
	}
	doc, err := Parse(around, Limits{})
	if err != nil {
		return nil
	}
	return doc
}

// Decrypt reads the plaintext of an EncryptedAssertion, EncryptedID or EncryptedAttribute
// with each key in turn. It never dereferences anything outside the document.
func Decrypt(encrypted Element, keys []PrivateKey) (*Document, *PrivateKey, error) {
	d, err := ReadEncrypted(encrypted).Decrypt(keys)
	if err != nil {
		return nil, nil, err
	}
	return d.Document, d.Key, nil
}

// Decrypt reads the plaintext with each key in turn: every key is tried with every
// EncryptedKey. What the message's outline rules out is an *EncryptionError, and
// authentic content that is no document a *PlaintextError; every failure beyond is
// ErrDecrypt. The plaintext is read as strictly as any document.
func (x *Encrypted) Decrypt(keys []PrivateKey) (*Decrypted, error) {
	if len(x.Faults) > 0 {
		return nil, x.Faults[0]
	}
	if len(keys) == 0 {
		return nil, errors.New("no decryption key is given")
	}
	sealed, err := cipherValue(x.Data)
	if err != nil {
		return nil, err
	}
	block := blockCiphers[x.Algorithm]
	trials := 0
	var refused *EncryptionError
	var failure error = ErrDecrypt
	for _, k := range x.Keys {
		if k.fault != nil {
			refused = k.fault
			continue
		}
		for i := range keys {
			if trials++; trials > maxKeyTrials {
				return nil, failure
			}
			plain := block.open(k.unwrap(keys[i].Key, block.key), sealed)
			if plain == nil {
				continue
			}
			doc, surroundings, err := readPlaintext(x.Data, plain)
			if err != nil {
				if block.gcm {
					failure = &PlaintextError{err}
				}
				continue
			}
			return &Decrypted{Document: doc, Key: &keys[i], Through: k, Surroundings: surroundings, plain: plain}, nil
		}
	}
	if trials == 0 && refused != nil {
		return nil, refused
	}
	return nil, failure
}

// unwrap is the content key of n octets; nil where the private key does not fit. With
// RSA 1.5 it is never nil for a wrong padding: a random key takes its place and fails
// later, so that the padding is not told (RFC 3218).
func (k *EncryptedKey) unwrap(key crypto.Decrypter, n int) (content []byte) {
	defer func() {
		if recover() != nil { // a Decrypter may be anyone's
			content = nil
		}
	}()
	var opt crypto.DecrypterOpts = k.oaep
	if k.Algorithm == RSA15 {
		//lint:ignore SA1019 old assertions are read with it, and its use is reported
		opt = &rsa.PKCS1v15DecryptOptions{SessionKeyLen: n}
	}
	// The randomness blinds the operation and fills the key that fails; no outcome
	// depends on it.
	content, err := key.Decrypt(rand.Reader, k.value, opt)
	if err != nil || len(content) != n {
		return nil
	}
	return content
}

// open decrypts; nil where key and content do not fit.
func (c blockCipher) open(key, sealed []byte) []byte {
	if len(key) != c.key {
		return nil
	}
	var block cipher.Block
	var err error
	if c.des {
		block, err = des.NewTripleDESCipher(key)
	} else {
		block, err = aes.NewCipher(key)
	}
	if err != nil {
		return nil
	}
	if c.gcm {
		aead, err := cipher.NewGCM(block)
		if err != nil || len(sealed) < aead.NonceSize()+aead.Overhead() {
			return nil
		}
		plain, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], nil)
		if err != nil {
			return nil
		}
		return plain
	}
	size := block.BlockSize()
	if len(sealed) < 2*size || len(sealed)%size != 0 {
		return nil
	}
	plain := make([]byte, len(sealed)-size)
	cipher.NewCBCDecrypter(block, sealed[:size]).CryptBlocks(plain, sealed[size:])
	pad := int(plain[len(plain)-1])
	if subtle.ConstantTimeLessOrEq(1, pad)&subtle.ConstantTimeLessOrEq(pad, size) != 1 {
		return nil
	}
	return plain[:len(plain)-pad]
}

// cipherValue is the octets of an EncryptedData or EncryptedKey.
func cipherValue(e Element) ([]byte, error) {
	data := e.Child(NSXMLEnc, "CipherData")
	value := data.Child(NSXMLEnc, "CipherValue")
	switch {
	case data.Child(NSXMLEnc, "CipherReference").Exists():
		return nil, &EncryptionError{data.At(), "a CipherReference is never followed"}
	case !value.Exists():
		return nil, &EncryptionError{e.At(), "there is no CipherValue"}
	}
	octets, err := decodeXMLBase64(value.Text())
	if err != nil {
		return nil, &EncryptionError{value.At(), fmt.Sprintf("CipherValue is %v", err)}
	}
	return octets, nil
}
