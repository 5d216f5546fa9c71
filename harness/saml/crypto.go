package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"math/big"
)

// maxRSABits bounds the keys that are computed with.
const maxRSABits = 16384

// fits tells whether a key is of the kind that the scheme signs with.
func (s scheme) fits(pub crypto.PublicKey) bool {
	switch pub.(type) {
	case *rsa.PublicKey:
		return s == schemePKCS1 || s == schemePSS
	case *ecdsa.PublicKey:
		return s == schemeECDSA
	}
	return false
}

// verifies tells whether the key made the value over the digest. A panic of the
// arithmetic, as on a key that is none, is a no.
func (r *reading) verifies(pub crypto.PublicKey, sum, value []byte) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		return r.verifiesRSA(pub, sum, value)
	case *ecdsa.PublicKey:
		size := curveOctets(pub)
		if len(value) != 2*size {
			return false
		}
		return ecdsa.Verify(pub, sum, new(big.Int).SetBytes(value[:size]), new(big.Int).SetBytes(value[size:]))
	}
	return false
}

func (r *reading) verifiesRSA(pub *rsa.PublicKey, sum, value []byte) bool {
	bits := pub.N.BitLen()
	switch {
	case bits > maxRSABits || len(value) != pub.Size():
		return false
	case r.how == schemePSS:
		return rsa.VerifyPSS(pub, r.hash, sum, value, &rsa.PSSOptions{SaltLength: r.salt, Hash: r.hash}) == nil
	case bits < 1024: // crypto/rsa refuses it; whether it is too weak is not for here to say
		want := encodePKCS1(r.hash, sum, pub.Size())
		return want != nil && string(powerRSA(pub, value)) == string(want)
	}
	return rsa.VerifyPKCS1v15(pub, r.hash, sum, value) == nil
}

// powerRSA is value^e mod n in as many octets as n has; nil where value is too large or
// the key no key.
func powerRSA(pub *rsa.PublicKey, value []byte) []byte {
	s := new(big.Int).SetBytes(value)
	if pub.N.Sign() <= 0 || pub.N.BitLen() > maxRSABits || pub.E < 2 || s.Cmp(pub.N) >= 0 {
		return nil
	}
	m := new(big.Int).Exp(s, big.NewInt(int64(pub.E)), pub.N)
	return m.FillBytes(make([]byte, pub.Size()))
}

// digestInfoPrefix is the DER of a DigestInfo before the digest (RFC 8017 9.2).
func digestInfoPrefix(h crypto.Hash) string {
	switch h {
	case crypto.MD5:
		return "\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10"
	case crypto.SHA1:
		return "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14"
	case crypto.SHA224:
		return "\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c"
	case crypto.SHA256:
		return "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
	case crypto.SHA384:
		return "\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30"
	case crypto.SHA512:
		return "\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"
	}
	return ""
}

// encodePKCS1 is EMSA-PKCS1-v1_5 (RFC 8017 9.2); nil where the key is too short.
func encodePKCS1(h crypto.Hash, sum []byte, size int) []byte {
	prefix := digestInfoPrefix(h)
	tail := len(prefix) + len(sum)
	if prefix == "" || size < tail+11 {
		return nil
	}
	em := make([]byte, size)
	em[1] = 1
	for i := 2; i < size-tail-1; i++ {
		em[i] = 0xff
	}
	copy(em[size-tail:], prefix)
	copy(em[size-len(sum):], sum)
	return em
}
