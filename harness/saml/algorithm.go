package saml

import (
	"crypto"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
)

// Canonicalizations (XMLDSig 6.5, Exc-C14N 4, C14N 1.1).
const (
	C14NExclusive         = "http://www.w3.org/2001/10/xml-exc-c14n#"
	C14NExclusiveComments = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
	C14NInclusive         = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	C14NInclusiveComments = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
	C14N11                = "http://www.w3.org/2006/12/xml-c14n11"
	C14N11Comments        = "http://www.w3.org/2006/12/xml-c14n11#WithComments"

	// TransformEnveloped leaves the signature itself out (XMLDSig 6.6.4).
	TransformEnveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
)

const nsMore2001 = "http://www.w3.org/2001/04/xmldsig-more#"
const nsMore2007 = "http://www.w3.org/2007/05/xmldsig-more#"

// Digest algorithms (XMLDSig 6.2, XMLEnc 5.7, RFC 9231 2.1).
const (
	DigestSHA1   = "http://www.w3.org/2000/09/xmldsig#sha1"
	DigestSHA224 = nsMore2001 + "sha224"
	DigestSHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
	DigestSHA384 = nsMore2001 + "sha384"
	DigestSHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
)

// Signature algorithms (XMLDSig 6.4, RFC 9231 2.3).
const (
	RSASHA1      = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
	RSASHA224    = nsMore2001 + "rsa-sha224"
	RSASHA256    = nsMore2001 + "rsa-sha256"
	RSASHA384    = nsMore2001 + "rsa-sha384"
	RSASHA512    = nsMore2001 + "rsa-sha512"
	ECDSASHA1    = nsMore2001 + "ecdsa-sha1"
	ECDSASHA224  = nsMore2001 + "ecdsa-sha224"
	ECDSASHA256  = nsMore2001 + "ecdsa-sha256"
	ECDSASHA384  = nsMore2001 + "ecdsa-sha384"
	ECDSASHA512  = nsMore2001 + "ecdsa-sha512"
	RSAPSSSHA1   = nsMore2007 + "sha1-rsa-MGF1"
	RSAPSSSHA224 = nsMore2007 + "sha224-rsa-MGF1"
	RSAPSSSHA256 = nsMore2007 + "sha256-rsa-MGF1"
	RSAPSSSHA384 = nsMore2007 + "sha384-rsa-MGF1"
	RSAPSSSHA512 = nsMore2007 + "sha512-rsa-MGF1"
	RSAPSS       = nsMore2007 + "rsa-pss" // with RSAPSSParams
)

// A scheme is how a signature algorithm signs.
type scheme uint8

const (
	schemeNone scheme = iota
	schemePKCS1
	schemePSS
	schemeECDSA
)

func (s scheme) String() string {
	switch s {
	case schemePKCS1, schemePSS:
		return "RSA"
	case schemeECDSA:
		return "EC"
	}
	return "none"
}

// c14nForm is the canonicalization that a URI names.
func c14nForm(uri string) (f form14, ok bool) {
	switch uri {
	case C14NExclusive:
		return form14{}, true
	case C14NExclusiveComments:
		return form14{comments: true}, true
	case C14NInclusive:
		return form14{inclusive: true}, true
	case C14NInclusiveComments:
		return form14{inclusive: true, comments: true}, true
	case C14N11:
		return form14{inclusive: true, eleven: true}, true
	case C14N11Comments:
		return form14{inclusive: true, eleven: true, comments: true}, true
	}
	return form14{}, false
}

// digestHash is the hash that a digest algorithm names; 0 where there is none.
func digestHash(uri string) crypto.Hash {
	switch uri {
	case DigestSHA1:
		return crypto.SHA1
	case DigestSHA224:
		return crypto.SHA224
	case DigestSHA256:
		return crypto.SHA256
	case DigestSHA384:
		return crypto.SHA384
	case DigestSHA512:
		return crypto.SHA512
	}
	return 0
}

// signatureScheme is how a signature algorithm signs which hash. The hash of RSAPSS is
// in its parameters.
func signatureScheme(uri string) (scheme, crypto.Hash) {
	switch uri {
	case RSASHA1:
		return schemePKCS1, crypto.SHA1
	case RSASHA224:
		return schemePKCS1, crypto.SHA224
	case RSASHA256:
		return schemePKCS1, crypto.SHA256
	case RSASHA384:
		return schemePKCS1, crypto.SHA384
	case RSASHA512:
		return schemePKCS1, crypto.SHA512
	case ECDSASHA1:
		return schemeECDSA, crypto.SHA1
	case ECDSASHA224:
		return schemeECDSA, crypto.SHA224
	case ECDSASHA256:
		return schemeECDSA, crypto.SHA256
	case ECDSASHA384:
		return schemeECDSA, crypto.SHA384
	case ECDSASHA512:
		return schemeECDSA, crypto.SHA512
	case RSAPSSSHA1:
		return schemePSS, crypto.SHA1
	case RSAPSSSHA224:
		return schemePSS, crypto.SHA224
	case RSAPSSSHA256:
		return schemePSS, crypto.SHA256
	case RSAPSSSHA384:
		return schemePSS, crypto.SHA384
	case RSAPSSSHA512:
		return schemePSS, crypto.SHA512
	}
	return schemeNone, 0
}

// sumInto writes the hash of data behind to.
func sumInto(to []byte, h crypto.Hash, data []byte) []byte {
	switch h {
	case crypto.SHA1:
		s := sha1.Sum(data)
		return append(to, s[:]...)
	case crypto.SHA224:
		s := sha256.Sum224(data)
		return append(to, s[:]...)
	case crypto.SHA256:
		s := sha256.Sum256(data)
		return append(to, s[:]...)
	case crypto.SHA384:
		s := sha512.Sum384(data)
		return append(to, s[:]...)
	case crypto.SHA512:
		s := sha512.Sum512(data)
		return append(to, s[:]...)
	}
	return to
}
