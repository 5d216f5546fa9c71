package saml

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// samePublicKey tells whether two keys are one, of a kind that is understood.
func samePublicKey(a, b crypto.PublicKey) bool {
	k, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && b != nil && k.Equal(b)
}

// Holds tells whether an embedded or published certificate is this one or, where this is
// a bare key, one of the same key.
func (c Certificate) Holds(x *x509.Certificate) bool {
	switch {
	case x == nil:
		return false
	case c.X509 == nil:
		return samePublicKey(c.Key, x.PublicKey)
	}
	return c.X509 == x || c.X509.Equal(x)
}

// Same tells whether two are the same certificate or, where one of them is a bare key,
// have the same key.
func (c Certificate) Same(other Certificate) bool {
	if c.X509 == nil || other.X509 == nil {
		return samePublicKey(c.PublicKey(), other.PublicKey())
	}
	return c.Holds(other.X509)
}

// keyFingerprint is the SHA-256 of a key's SubjectPublicKeyInfo (RFC 5280 4.1.2.7); ""
// where the key is of a kind that is not understood.
func keyFingerprint(pub crypto.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return colons(sum[:])
}

// publicDER reads a bare public key: SubjectPublicKeyInfo (RFC 5280 4.1.2.7) or
// RSAPublicKey of PKCS #1 (RFC 8017 A.1.1). It is nil where it is neither.
func publicDER(der []byte) crypto.PublicKey {
	if pub, _, ok := readPublicKey(der); ok {
		return pub
	}
	var outer asn1.RawValue
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 || outer.Tag != asn1.TagSequence {
		return nil
	}
	var n, e asn1.RawValue
	rest, err := asn1.Unmarshal(outer.Bytes, &n)
	if err != nil {
		return nil
	}
	if rest, err = asn1.Unmarshal(rest, &e); err != nil || len(rest) > 0 || n.Tag != asn1.TagInteger || e.Tag != asn1.TagInteger {
		return nil
	}
	pub, err := rsaKey(n.Bytes, e.Bytes)
	if err != nil {
		return nil // a bare pair of integers may be a signature or Diffie-Hellman parameters
	}
	return pub
}

// leastRSABits is the least that a key of modulus and exponent alone has: what is smaller
// may be anything.
const leastRSABits = 512

// rsaKey is the key of a modulus and an exponent, both big-endian.
func rsaKey(modulus, exponent []byte) (*rsa.PublicKey, error) {
	modulus, exponent = bytes.TrimLeft(modulus, "\x00"), bytes.TrimLeft(exponent, "\x00")
	n, e := new(big.Int), new(big.Int)
	if len(modulus) > maxRSABits/8 {
		return nil, fmt.Errorf("its modulus has more than %d bits", maxRSABits)
	}
	if n.SetBytes(modulus); n.BitLen() < leastRSABits || n.Bit(0) == 0 {
		return nil, errors.New("its modulus is none of RSA")
	}
	if len(exponent) > 4 {
		return nil, errors.New("its exponent has more than 31 bits")
	}
	if e.SetBytes(exponent); e.BitLen() > 31 || e.Cmp(big.NewInt(3)) < 0 || e.Bit(0) == 0 {
		return nil, errors.New("its exponent is none of RSA")
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

// ReadKeyValue reads a bare key as XML Signature writes it: a ds:KeyValue with an
// RSAKeyValue or an ECKeyValue of a named curve (XMLDSig 1.1 4.5.2), either of these by
// itself, or a dsig11:DEREncodedKeyValue (4.5.8).
func ReadKeyValue(e Element) (crypto.PublicKey, error) {
	switch {
	case e.Is(NSSignature, "KeyValue"):
		for c := range e.Children() {
			if isBareKeyValue(c) {
				return ReadKeyValue(c)
			}
		}
		return nil, errors.New("KeyValue holds neither RSAKeyValue nor ECKeyValue")
	case e.Is(NSSignature, "RSAKeyValue"), e.Is("", "RSAKeyValue"):
		return rsaKeyValue(e)
	case e.Is(NSSignature11, "ECKeyValue"):
		return ecKeyValue(e)
	case e.Is(NSSignature11, "DEREncodedKeyValue"):
		der, err := strictBase64(e.Text())
		if err != nil {
			return nil, fmt.Errorf("DEREncodedKeyValue is no base64: %w", err)
		}
		pub, _, ok := readPublicKey(der)
		if !ok {
			return nil, errors.New("DEREncodedKeyValue holds no SubjectPublicKeyInfo of a key that is understood")
		}
		return pub, nil
	}
	return nil, fmt.Errorf("it is %s, which is no key", shorten(e.Local()))
}

// isBareKeyValue tells whether an element is what KeyValue holds.
func isBareKeyValue(e Element) bool {
	return e.Is(NSSignature, "RSAKeyValue") || e.Is("", "RSAKeyValue") || e.Is(NSSignature11, "ECKeyValue")
}

// isKeyValue tells whether a child of KeyInfo gives a bare key.
func isKeyValue(e Element) bool {
	return e.Is(NSSignature, "KeyValue") || e.Is(NSSignature11, "DEREncodedKeyValue")
}

func rsaKeyValue(e Element) (crypto.PublicKey, error) {
	var octets [2][]byte
	for i, name := range [...]string{"Modulus", "Exponent"} {
		part := e.Child(e.Space(), name)
		if !part.Exists() {
			return nil, fmt.Errorf("RSAKeyValue has no %s", name)
		}
		var err error
		if octets[i], err = strictBase64(part.Text()); err != nil {
			return nil, fmt.Errorf("%s is no base64: %w", name, err)
		}
	}
	pub, err := rsaKey(octets[0], octets[1])
	if err != nil {
		return nil, fmt.Errorf("RSAKeyValue is no key: %w", err)
	}
	return pub, nil
}

// ecKeyValue reads a point of a named curve; explicit parameters are refused, since who
// chooses the curve chooses the signatures that verify (CVE-2020-0601).
func ecKeyValue(e Element) (crypto.PublicKey, error) {
	named := e.Child(NSSignature11, "NamedCurve")
	if !named.Exists() {
		return nil, errors.New("ECKeyValue has no NamedCurve; a curve by its parameters is not taken")
	}
	uri := strings.TrimSpace(named.Attr("URI").Value())
	for _, oid := range [...]asn1.ObjectIdentifier{oidP224, oidP256, oidP384, oidP521} {
		if uri != "urn:oid:"+oid.String() {
			continue
		}
		point, err := strictBase64(e.Child(NSSignature11, "PublicKey").Text())
		if err != nil {
			return nil, fmt.Errorf("PublicKey is no base64: %w", err)
		}
		pub, err := ecdsa.ParseUncompressedPublicKey(namedCurve(oid), point)
		if err != nil {
			return nil, errors.New("PublicKey is no uncompressed point of the curve")
		}
		return pub, nil
	}
	return nil, fmt.Errorf("the NamedCurve %s is none that is known", quoteText(uri))
}
