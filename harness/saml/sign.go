package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// Digest is the octets of a ds:DigestValue over a canonical form, by the algorithm that
// a URI names.
func Digest(canonical []byte, algorithm string) ([]byte, error) {
	h := digestHash(algorithm)
	if h == 0 {
		return nil, fmt.Errorf("no digest is named %s", quoteText(algorithm))
	}
	return sumInto(nil, h, canonical), nil
}

// SignatureValue is the octets of a ds:SignatureValue over a canonical ds:SignedInfo, or
// of the Signature parameter over a query, by the algorithm that a URI names. ECDSA
// comes as r and s side by side (RFC 9231 2.3.6). Without random the signature is the
// same each time; only RSASSA-PSS needs it.
func SignatureValue(signedInfo []byte, algorithm string, key crypto.Signer, random io.Reader) ([]byte, error) {
	how, h := signatureScheme(algorithm)
	if how == schemeNone {
		return nil, fmt.Errorf("no signature algorithm is named %s", quoteText(algorithm))
	}
	digest := sumInto(nil, h, signedInfo)
	switch pub := key.Public().(type) {
	case *rsa.PublicKey:
		switch how {
		case schemePKCS1:
			return key.Sign(random, digest, h)
		case schemePSS:
			if random == nil {
				return nil, errors.New("RSASSA-PSS needs randomness")
			}
			return key.Sign(random, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: h})
		}
	case *ecdsa.PublicKey:
		if how != schemeECDSA {
			break
		}
		der, err := key.Sign(random, digest, h)
		if err != nil {
			return nil, err
		}
		return sideBySide(der, curveOctets(pub))
	}
	return nil, fmt.Errorf("%s cannot sign with %s", DescribeKey(key.Public()), algorithm)
}

// curveOctets is the length of r and of s: that of the order of the curve.
func curveOctets(pub *ecdsa.PublicKey) int {
	return (pub.Curve.Params().N.BitLen() + 7) / 8
}

// sideBySide turns an ASN.1 signature into r and s, each filled to size octets.
func sideBySide(der []byte, size int) ([]byte, error) {
	var sig struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &sig)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 || sig.R.Sign() <= 0 || sig.S.Sign() <= 0 || sig.R.BitLen() > 8*size || sig.S.BitLen() > 8*size {
		return nil, errors.New("r and s do not fit the curve")
	}
	value := make([]byte, 2*size)
	sig.R.FillBytes(value[:size])
	sig.S.FillBytes(value[size:])
	return value, nil
}
