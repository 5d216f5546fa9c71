package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxKeyFile is the most octets that a certificate or key file may have.
const maxKeyFile = 1 << 20

// A Certificate is what signatures are verified with, and what it is called: "Flex ›
// X.509 Certificate", "idp.xml, second signing key". It is a certificate or a bare key,
// of which there is neither a subject nor a validity.
type Certificate struct {
	X509 *x509.Certificate // nil for a bare key
	Key  crypto.PublicKey  // the bare key; looked at only where X509 is nil
	Name string
	// Entity is the entity ID of the identity provider in whose metadata the certificate
	// stands, for whom alone it vouches; "" where that is not known.
	Entity string
}

// PublicKey is the certificate's key, or the bare one; nil where it is of a kind that is
// not understood.
func (c Certificate) PublicKey() crypto.PublicKey {
	if c.X509 == nil {
		return c.Key
	}
	return c.X509.PublicKey
}

// Fingerprint is the SHA-256 of the certificate's DER as consoles show it: pairs of
// upper-case hexadecimal digits with colons between; of a bare key, that of its
// SubjectPublicKeyInfo.
func (c Certificate) Fingerprint() string {
	if c.X509 == nil {
		return keyFingerprint(c.Key)
	}
	sum := sha256.Sum256(c.X509.Raw)
	return colons(sum[:])
}

// Describe tells subject, serial number, fingerprint and validity in one line; of a bare
// key, its kind, size and fingerprint.
func (c Certificate) Describe() string {
	switch {
	case c.X509 != nil:
	case c.Key != nil:
		return fmt.Sprintf("%s public key, SPKI SHA-256 %s", DescribeKey(c.Key), c.Fingerprint())
	default:
		return "no certificate"
	}
	subject := c.X509.Subject.String()
	if subject == "" {
		subject = "no subject"
	}
	const day = "2006-01-02"
	return fmt.Sprintf("%s, serial %s, SHA-256 %s, valid %s to %s", subject, serial(c.X509.SerialNumber),
		c.Fingerprint(), c.X509.NotBefore.UTC().Format(day), c.X509.NotAfter.UTC().Format(day))
}

// serial is a serial number in hexadecimal, as consoles and openssl show it.
func serial(n *big.Int) string {
	if n == nil {
		return "none"
	}
	s := strings.ToUpper(new(big.Int).Abs(n).Text(16))
	if len(s)%2 != 0 {
		s = "0" + s
	}
	if n.Sign() < 0 {
		return "-" + s
	}
	return s
}

func colons(b []byte) string {
	s := make([]byte, 0, 3*len(b))
	for i, c := range b {
		if i > 0 {
			s = append(s, ':')
		}
		s = append(s, strings.ToUpper(hex.EncodeToString([]byte{c}))...)
	}
	return string(s)
}

// DescribeKey names a public key's kind and size, as "RSA 2048" or "EC P-256".
func DescribeKey(pub crypto.PublicKey) string {
	switch k := pub.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", k.N.BitLen())
	case *ecdsa.PublicKey:
		return "EC " + k.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	case nil:
		return "a key of a kind that is not understood"
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", pub), "*")
}

// A PrivateKey is a decryption key and what it is called. It never reaches a report.
type PrivateKey struct {
	Key  crypto.Decrypter
	Name string
}

// ParseCertificate reads one certificate: PEM (also with Windows line ends, text
// around it, or without its BEGIN and END lines) or DER. Certificates that crypto/x509
// refuses for what verifying a signature does not need, as a negative serial number,
// are read all the same; Oddity tells of them.
func ParseCertificate(data []byte) (*x509.Certificate, error) {
	der, err := certificateDER(data)
	if err != nil {
		return nil, err
	}
	return parseDER(der)
}

// Oddity says why an ordinary program may refuse the certificate, though it was read
// here; nil where there is no reason.
func Oddity(c *x509.Certificate) error {
	_, err := x509.ParseCertificate(c.Raw)
	return err
}

// parseDER reads a certificate with crypto/x509, or else by its few parts that matter.
func parseDER(der []byte) (*x509.Certificate, error) {
	if cert, err := x509.ParseCertificate(der); err == nil {
		if cert.PublicKey == nil { // an RSA key marked for PSS or OAEP only
			if key, alg, ok := readPublicKey(cert.RawSubjectPublicKeyInfo); ok {
				cert.PublicKey, cert.PublicKeyAlgorithm = key, alg
			}
		}
		return cert, nil
	}
	if cert, err := x509.ParseCertificate(withoutTrailer(der)); err == nil {
		return nil, fmt.Errorf("%d bytes follow the certificate (%s)", len(der)-len(cert.Raw), cert.Subject)
	}
	cert, lenient := readCertificate(der)
	if lenient == nil {
		return cert, nil
	}
	if what := otherDER(der); what != "" {
		return nil, &OtherError{What: what, Wanted: aCertificate}
	}
	return nil, fmt.Errorf("no X.509 certificate: %w", lenient)
}

// certificateDER finds the one certificate in a file of any of the known forms.
func certificateDER(data []byte) ([]byte, error) {
	text, err := keyText(data)
	if err != nil {
		return nil, err
	}
	if text == nil {
		return data, nil // DER
	}
	blocks, err := pemBlocks(text)
	if err != nil {
		return nil, err
	}
	if len(blocks) == 0 {
		return bareCertificate(string(text))
	}
	var found []*pem.Block
	for _, b := range blocks {
		switch b.Type {
		case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
			found = append(found, b)
		}
	}
	switch len(found) {
	case 0:
		return nil, &OtherError{What: blockName(blocks[0].Type), Wanted: aCertificate}
	case 1:
		if found[0].Type == "TRUSTED CERTIFICATE" {
			return withoutTrailer(found[0].Bytes), nil // openssl's own trust settings follow
		}
		return found[0].Bytes, nil
	}
	return nil, fmt.Errorf("there are several certificates (%d) where one is wanted", len(found))
}

// keyText is a key file as ASCII text; nil where it is binary.
func keyText(data []byte) ([]byte, error) {
	if len(data) > maxKeyFile {
		return nil, fmt.Errorf("%d bytes are too many for a certificate or a key", len(data))
	}
	if text, ok := fromUTF16(data); ok {
		data = text
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("it is empty")
	}
	if text[0] == 0x30 && strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\r\n\f", r) || r == 0xfffd }) {
		return nil, nil
	}
	return []byte(text), nil
}

// fromUTF16 undoes what Windows editors save as "Unicode".
func fromUTF16(data []byte) ([]byte, bool) {
	if len(data) < 4 || len(data)%2 != 0 {
		return nil, false
	}
	hi, lo := 1, 0
	switch {
	case data[0] == 0xff && data[1] == 0xfe:
	case data[0] == 0xfe && data[1] == 0xff:
		hi, lo = 0, 1
	default:
		return nil, false
	}
	var out []byte
	for i := 2; i < len(data); i += 2 {
		if data[i+hi] != 0 {
			return nil, false
		}
		out = append(out, data[i+lo])
	}
	return out, true
}

// bareCertificate reads base64 without BEGIN and END lines.
func bareCertificate(text string) ([]byte, error) {
	trimmed := strings.TrimSpace(text)
	if strings.HasPrefix(trimmed, "<") {
		return nil, errors.New("it is XML, not a certificate" + metadataHint(trimmed))
	}
	der, _, err := DecodeBase64(trimmed)
	if err != nil || len(der) < 2 || der[0] != 0x30 {
		if what := otherText(trimmed); what != "" {
			return nil, &OtherError{What: what, Wanted: aCertificate}
		}
		line, _, _ := strings.Cut(trimmed, "\n")
		switch {
		case strings.ContainsFunc(line, func(c rune) bool { return c == utf8.RuneError || unicode.IsControl(c) && !unicode.IsSpace(c) }):
			return nil, errors.New("it is binary, and no DER of a certificate")
		case secretive(line):
			return nil, errors.New("it is neither PEM nor base64 of a certificate; it may be damaged")
		}
		return nil, fmt.Errorf("no PEM: it starts with %s", quoteText(strings.TrimSpace(line)))
	}
	return der, nil
}

func metadataHint(text string) string {
	if strings.Contains(text, "EntityDescriptor") {
		return " (SAML metadata)"
	}
	return ""
}
