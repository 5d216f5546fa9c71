package saml

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"strings"
)

// An OtherError says that what was given as a certificate or a key is something else.
// Nothing of it is shown.
type OtherError struct {
	What   string // "a private key"
	Wanted string // "a certificate"
}

func (e *OtherError) Error() string { return "it is " + e.What + ", not " + e.Wanted }

// Hint says what to give instead; "" where that is plain.
func (e *OtherError) Hint() string {
	switch e.What {
	case aPrivateKey, aLockedKey:
		return "keep the private key where it is, and give the certificate of it"
	case aCertificateRequest:
		return "give the certificate that was issued for the request"
	case aBundle:
		if e.Wanted == aPrivateKey {
			return "it holds certificates alone; give the private key, which is a file of its own"
		}
		return "take the certificate out of it: openssl pkcs7 -print_certs -in FILE, with -inform DER where it is binary"
	case aStore:
		if e.Wanted == aPrivateKey {
			return "take the key out of it: openssl pkcs12 -nocerts -noenc -in FILE"
		}
		return "take the certificate out of it: openssl pkcs12 -nokeys -in FILE"
	case aJavaStore:
		return "take the certificate out of it: keytool -exportcert -rfc -keystore FILE -alias NAME"
	case anSSHKey:
		return "ssh-keygen -e -m PKCS8 -f FILE writes it as PEM"
	case aCertificate, aPublicKey:
		if e.Wanted == aPrivateKey {
			return "give the private key that belongs to it"
		}
	}
	return ""
}

// What key files hold, in words.
const (
	aCertificate        = "a certificate"
	aPublicKey          = "a public key"
	aPrivateKey         = "a private key"
	aLockedKey          = "a private key that is locked with a pass phrase"
	aCertificateRequest = "a certificate request"
	aBundle             = "a PKCS #7 bundle"
	aStore              = "a PKCS #12 key store"
	aJavaStore          = "a Java key store"
	anSSHKey            = "an OpenSSH public key"
	aWebKey             = "JSON"
)

// blockName is what a PEM block of this type is, in words.
func blockName(typ string) string {
	switch typ {
	case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY":
		return aPrivateKey
	case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
		return aCertificateRequest
	case "PUBLIC KEY", "RSA PUBLIC KEY":
		return aPublicKey
	case "PKCS7", "CMS":
		return aBundle
	case "PKCS12":
		return aStore
	case "SSH2 PUBLIC KEY":
		return anSSHKey
	case "X509 CRL":
		return "a revocation list"
	}
	return "a PEM block " + quoteText(typ)
}

var (
	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidPKCS5      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5}
	oidPKCS12     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12}
)

// otherDER says what DER is; "" where that is not known.
func otherDER(der []byte) string {
	if anyPrivateKey(der) != nil {
		return aPrivateKey
	}
	if _, err := x509.ParseCertificate(der); err == nil {
		return aCertificate
	}
	if _, err := x509.ParseCertificateRequest(der); err == nil {
		return aCertificateRequest
	}
	if publicDER(der) != nil {
		return aPublicKey
	}
	var p7 struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"explicit,tag:0"`
	}
	if _, err := asn1.Unmarshal(der, &p7); err == nil && p7.Type.Equal(oidSignedData) {
		return aBundle
	}
	var pfx struct {
		Version int
		Rest    asn1.RawValue
		MAC     asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(der, &pfx); err == nil && pfx.Version == 3 {
		return aStore
	}
	var locked struct { // RFC 5958 3
		Algorithm struct {
			OID        asn1.ObjectIdentifier
			Parameters asn1.RawValue `asn1:"optional"`
		}
		Key []byte
	}
	if _, err := asn1.Unmarshal(der, &locked); err == nil {
		if under := locked.Algorithm.OID[:min(6, len(locked.Algorithm.OID))]; under.Equal(oidPKCS5) || under.Equal(oidPKCS12) {
			return aLockedKey
		}
	}
	// Some programs write both with lengths that are not told beforehand, which is no DER.
	switch {
	case bytes.HasPrefix(der, []byte("\x30\x80\x02\x01\x03")):
		return aStore
	case bytes.HasPrefix(der, []byte("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")):
		return aBundle
	}
	return ""
}

// otherText says what text without a BEGIN line is that is no base64 of a key either; ""
// where that is not known.
func otherText(text string) string {
	switch {
	case strings.HasPrefix(text, "\xfe\xed\xfe\xed"):
		return aJavaStore
	case strings.HasPrefix(text, "ssh-"), strings.HasPrefix(text, "ecdsa-sha2-"), strings.HasPrefix(text, "---- BEGIN SSH2"):
		return anSSHKey
	case strings.HasPrefix(text, "PuTTY-User-Key-File"):
		return aPrivateKey
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, "["):
		return aWebKey
	case strings.Contains(text, "PRIVATE KEY"):
		return "a private key that is damaged"
	}
	return ""
}

// mostShown is how long a run of characters of base64 is at most that is shown.
const mostShown = 32

// secretive tells whether text may be damaged base64 of a key, so that it is not shown.
func secretive(text string) bool {
	run := 0
	for i := range len(text) {
		switch base64Class(text[i]) {
		case classPlain, classURL, classPad:
			if run++; run == mostShown {
				return true
			}
		default:
			run = 0
		}
	}
	return false
}
