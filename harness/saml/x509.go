package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"time"
)

// The outline of a certificate (RFC 5280 4.1), with everything left raw that a wrong
// encoding might spoil.
type (
	rawCertificate struct {
		TBS       asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.RawValue
	}
	rawTBS struct {
		Version    asn1.RawValue `asn1:"optional,explicit,tag:0"`
		Serial     asn1.RawValue
		Algorithm  asn1.RawValue
		Issuer     asn1.RawValue
		Validity   asn1.RawValue
		Subject    asn1.RawValue
		PublicKey  asn1.RawValue
		Extensions asn1.RawValue `asn1:"optional,explicit,tag:3"`
	}
	rawKey struct {
		Algorithm struct {
			OID        asn1.ObjectIdentifier
			Parameters asn1.RawValue `asn1:"optional"`
		}
		Key asn1.BitString
	}
)

// withoutTrailer is the first ASN.1 value of the data.
func withoutTrailer(der []byte) []byte {
	var v asn1.RawValue
	if _, err := asn1.Unmarshal(der, &v); err != nil {
		return der
	}
	return v.FullBytes
}

// readCertificate reads what verifying and describing need from a certificate that
// crypto/x509 refuses. Parts that cannot be read stay zero; only a certificate
// without a readable outline is an error.
func readCertificate(der []byte) (*x509.Certificate, error) {
	var outer rawCertificate
	rest, err := asn1.Unmarshal(der, &outer)
	if err != nil {
		return nil, errors.New("its ASN.1 cannot be read; it may be cut short or changed in copying")
	}
	if len(rest) > 0 {
		return nil, errors.New("bytes follow it")
	}
	tbs, err := readTBS(outer.TBS)
	if err != nil {
		return nil, err
	}
	c := &x509.Certificate{
		Raw: der, RawTBSCertificate: outer.TBS.FullBytes, RawSubject: tbs.Subject.FullBytes,
		RawIssuer: tbs.Issuer.FullBytes, RawSubjectPublicKeyInfo: tbs.PublicKey.FullBytes,
		Version: 1, SerialNumber: readInteger(tbs.Serial),
		Subject: readName(tbs.Subject.FullBytes), Issuer: readName(tbs.Issuer.FullBytes),
	}
	if len(tbs.Version.Bytes) > 0 {
		c.Version = int(tbs.Version.Bytes[len(tbs.Version.Bytes)-1]) + 1
	}
	var ok bool
	if c.NotBefore, c.NotAfter, ok = readValidity(tbs.Validity); !ok {
		return nil, errors.New("its validity cannot be read")
	}
	if c.PublicKey, c.PublicKeyAlgorithm, ok = readPublicKey(tbs.PublicKey.FullBytes); !ok {
		return nil, errors.New("its public key cannot be read")
	}
	return c, nil
}

// readTBS reads the to-be-signed part field by field, since encoding/asn1 refuses
// raw optional values in the middle of a structure.
func readTBS(v asn1.RawValue) (t rawTBS, err error) {
	bad := errors.New("it has not the parts of a certificate")
	if v.Class != asn1.ClassUniversal || v.Tag != asn1.TagSequence {
		return t, bad
	}
	rest := v.Bytes
	next := func(dst *asn1.RawValue, tag int) bool {
		var r asn1.RawValue
		left, err := asn1.Unmarshal(rest, &r)
		if err != nil || r.Class != asn1.ClassUniversal || r.Tag != tag {
			return false
		}
		*dst, rest = r, left
		return true
	}
	var version asn1.RawValue
	if left, err := asn1.Unmarshal(rest, &version); err == nil && version.Class == asn1.ClassContextSpecific && version.Tag == 0 {
		t.Version, rest = version, left
	}
	if !next(&t.Serial, asn1.TagInteger) || !next(&t.Algorithm, asn1.TagSequence) || !next(&t.Issuer, asn1.TagSequence) ||
		!next(&t.Validity, asn1.TagSequence) || !next(&t.Subject, asn1.TagSequence) || !next(&t.PublicKey, asn1.TagSequence) {
		return t, bad
	}
	return t, nil
}

// readInteger is a two's-complement integer, however many octets it was given.
func readInteger(v asn1.RawValue) *big.Int {
	n := new(big.Int).SetBytes(v.Bytes)
	if len(v.Bytes) > 0 && v.Bytes[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(v.Bytes))))
	}
	return n
}

// readName is a distinguished name as far as it can be read.
func readName(der []byte) (n pkix.Name) {
	var seq pkix.RDNSequence
	if _, err := asn1.Unmarshal(der, &seq); err == nil {
		n.FillFromRDNSequence(&seq)
	}
	return n
}

// readValidity reads the two times in any of the forms that are seen in life.
func readValidity(v asn1.RawValue) (from, to time.Time, ok bool) {
	rest := v.Bytes
	var at [2]time.Time
	for i := range at {
		var r asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &r); err != nil {
			return from, to, false
		}
		if at[i], ok = readASN1Time(string(r.Bytes)); !ok {
			return from, to, false
		}
	}
	return at[0], at[1], true
}

func readASN1Time(s string) (time.Time, bool) {
	for _, layout := range []string{"060102150405Z0700", "0601021504Z0700", "20060102150405Z0700", "20060102150405.999Z0700", "200601021504Z0700"} {
		if t, err := time.Parse(layout, s); err == nil {
			if len(s) < 14 || s[12] == 'Z' || s[12] == '+' || s[12] == '-' {
				if t.Year() >= 2050 { // UTCTime (RFC 5280 4.1.2.5.1)
					t = t.AddDate(-100, 0, 0)
				}
			}
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

var (
	oidRSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidRSAPSS  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidRSAOAEP = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 7}
	oidEC      = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidEd25519 = asn1.ObjectIdentifier{1, 3, 101, 112}
	oidP224    = asn1.ObjectIdentifier{1, 3, 132, 0, 33}
	oidP256    = asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}
	oidP384    = asn1.ObjectIdentifier{1, 3, 132, 0, 34}
	oidP521    = asn1.ObjectIdentifier{1, 3, 132, 0, 35}
)

// readPublicKey reads a SubjectPublicKeyInfo; false where the key is malformed or of
// another kind than RSA, EC and Ed25519.
func readPublicKey(der []byte) (crypto.PublicKey, x509.PublicKeyAlgorithm, bool) {
	var raw rawKey
	if rest, err := asn1.Unmarshal(der, &raw); err != nil || len(rest) > 0 {
		return nil, 0, false
	}
	bits := raw.Key.RightAlign()
	oid := raw.Algorithm.OID
	switch {
	case oid.Equal(oidRSA), oid.Equal(oidRSAPSS), oid.Equal(oidRSAOAEP):
		return readRSAKey(bits)
	case oid.Equal(oidEC):
		var name asn1.ObjectIdentifier
		if _, err := asn1.Unmarshal(raw.Algorithm.Parameters.FullBytes, &name); err != nil {
			return nil, 0, false
		}
		curve := namedCurve(name)
		if curve == nil {
			return nil, 0, false
		}
		key, err := ecdsa.ParseUncompressedPublicKey(curve, bits)
		return key, x509.ECDSA, err == nil
	case oid.Equal(oidEd25519):
		return ed25519.PublicKey(bits), x509.Ed25519, len(bits) == ed25519.PublicKeySize
	}
	return nil, 0, false
}

// readRSAKey reads modulus and exponent, also where a superfluous sign octet is missing
// and the modulus looks negative.
func readRSAKey(der []byte) (crypto.PublicKey, x509.PublicKeyAlgorithm, bool) {
	var raw struct{ N, E asn1.RawValue }
	if _, err := asn1.Unmarshal(der, &raw); err != nil || raw.N.Tag != asn1.TagInteger || raw.E.Tag != asn1.TagInteger {
		return nil, 0, false
	}
	n, e := new(big.Int).SetBytes(raw.N.Bytes), new(big.Int).SetBytes(raw.E.Bytes)
	if n.Sign() <= 0 || n.BitLen() > 16384 || e.BitLen() > 31 || e.Int64() < 2 {
		return nil, 0, false
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, x509.RSA, true
}

func namedCurve(oid asn1.ObjectIdentifier) elliptic.Curve {
	switch {
	case oid.Equal(oidP224):
		return elliptic.P224()
	case oid.Equal(oidP256):
		return elliptic.P256()
	case oid.Equal(oidP384):
		return elliptic.P384()
	case oid.Equal(oidP521):
		return elliptic.P521()
	}
	return nil
}
