package harness

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

type fingerprint = [sha256.Size]byte

// standIns are certificates with known private keys that take the place of those in
// the settings, whose keys nobody has here. One certificate has one stand-in wherever
// it is named, and two certificates that share a key have stand-ins that share one, so
// that what matches in life matches in a replay, and nothing else does.
type standIns struct {
	made map[fingerprint]*standInFor // by the original
	keys map[fingerprint]crypto.Signer
	pick map[fingerprint]keys.Key // by the original's public key
	used map[string]bool          // names of pool keys
}

type standInFor struct {
	original, cert *x509.Certificate
	pem            []byte
}

// standIn is a copy of the settings in which every certificate that is in use and can
// be read is replaced by its stand-in. What cannot be read stays as it is.
func standIn(s *settings.Settings) (*settings.Settings, *standIns, error) {
	st := &standIns{
		made: map[fingerprint]*standInFor{}, keys: map[fingerprint]crypto.Signer{},
		pick: map[fingerprint]keys.Key{}, used: map[string]bool{},
	}
	c, err := st.in(s)
	return c, st, err
}

// in is a copy of further settings with the same stand-ins, and new ones for further
// certificates.
func (st *standIns) in(s *settings.Settings) (*settings.Settings, error) {
	c := s.Clone()
	app := &c.Salesforce.ConnectedApp
	own := &c.Flex.ServiceProvider
	files := []*settings.File{&c.Flex.X509Certificate, &app.RequestCertificate, &app.EncryptionCertificate, &own.SigningCertificate, &own.EncryptionCertificate}
	for _, name := range []string{app.IDPCertificate.Value, c.Salesforce.IdentityProvider.Certificate.Value} {
		if used := c.Salesforce.Certificate(name); used != nil && !slices.Contains(files, &used.File) {
			files = append(files, &used.File)
		}
	}
	for _, f := range files {
		if len(f.Data) == 0 {
			continue
		}
		original, _, err := saml.ParseChain(f.Data)
		if err != nil {
			continue
		}
		made, err := st.make(original)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Path, err)
		}
		f.Data = append(bytes.Clone(made.pem), others(f.Data, original)...)
	}
	return c, nil
}

// others are the certificates of a file beside one, as those of its authorities. They
// need no stand-ins, since nothing is signed with their keys here.
func others(file []byte, one *x509.Certificate) (rest []byte) {
	all, err := saml.ReadCertificates(file, "")
	if err != nil {
		return nil
	}
	for _, c := range all {
		if c.X509 != nil && !c.X509.Equal(one) {
			rest = append(rest, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.X509.Raw})...)
		}
	}
	return rest
}

func (st *standIns) make(original *x509.Certificate) (*standInFor, error) {
	id := sha256.Sum256(original.Raw)
	if made, ok := st.made[id]; ok {
		return made, nil
	}
	key, err := st.keyFor(original)
	if err != nil {
		return nil, err
	}
	signer, err := key.Signer()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial(original, id),
		RawSubject:            original.RawSubject,
		NotBefore:             original.NotBefore,
		NotAfter:              original.NotAfter,
		IsCA:                  original.IsCA,
		BasicConstraintsValid: original.BasicConstraintsValid,
		KeyUsage:              original.KeyUsage,
	}
	parent, by := template, signer
	if !bytes.Equal(original.RawIssuer, original.RawSubject) {
		issuer, err := keys.Pool()[0].Signer()
		if err != nil {
			return nil, err
		}
		parent, by = &x509.Certificate{RawSubject: original.RawIssuer}, issuer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, signer.Public(), by)
	if err != nil {
		return nil, fmt.Errorf("a stand-in for %s: %w", original.Subject, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	made := &standInFor{original, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	st.made[id] = made
	st.keys[sha256.Sum256(der)] = signer
	return made, nil
}

// serial is the original's serial number where one may still be issued; crypto/x509
// makes none that are zero or negative, or longer than 20 octets (RFC 5280 4.1.2.2).
func serial(original *x509.Certificate, id fingerprint) *big.Int {
	if n := original.SerialNumber; n != nil && n.Sign() > 0 && n.BitLen() <= 159 {
		return n
	}
	return new(big.Int).SetBytes(id[:15])
}

// keyFor picks a pool key of the original's type and size: always the same one for
// the same public key where no other certificate of the settings has it already. Where
// there are more certificates than such keys, it is one of another size.
func (st *standIns) keyFor(original *x509.Certificate) (keys.Key, error) {
	id := sha256.Sum256(original.RawSubjectPublicKeyInfo)
	if key, ok := st.pick[id]; ok {
		return key, nil
	}
	for _, fit := range [][]keys.Key{keys.Like(original.PublicKey), keys.Pool()} {
		first := int(id[0])
		for i := range fit {
			key := fit[(first+i)%len(fit)]
			if !st.used[key.Name] {
				st.used[key.Name], st.pick[id] = true, key
				return key, nil
			}
		}
	}
	return keys.Key{}, fmt.Errorf("the pool has no key left for %s", original.Subject)
}

// key is the private key of a stand-in, nil for any other certificate.
func (st *standIns) key(c *x509.Certificate) crypto.Signer {
	if key, ok := st.keys[sha256.Sum256(c.Raw)]; ok {
		return key
	}
	return nil
}

// keyOf is the private key of the stand-in in a file, nil where there is none.
func (st *standIns) keyOf(f *settings.File) crypto.Signer {
	if cert, err := saml.ParseCertificate(f.Data); err == nil {
		return st.key(cert)
	}
	return nil
}

// decryption is the key of the stand-in in a file as one that decrypts; none where the
// file has no certificate, or one of a key that decrypts nothing.
func (st *standIns) decryption(f *settings.File) []saml.PrivateKey {
	if key, ok := st.keyOf(f).(crypto.Decrypter); ok {
		return []saml.PrivateKey{{Key: key, Name: "Flex › " + f.Path}}
	}
	return nil
}

// rename has findings speak of the certificates in the settings where they speak of
// their stand-ins: a fingerprint is compared with what a console shows.
func (st *standIns) rename(results []check.Result) {
	var pairs []string
	for _, made := range st.made {
		from, to := sha256.Sum256(made.cert.Raw), sha256.Sum256(made.original.Raw)
		for _, spell := range spellings {
			pairs = append(pairs, spell(from[:]), spell(to[:]))
		}
	}
	if len(pairs) == 0 {
		return
	}
	r := strings.NewReplacer(pairs...)
	for i := range results {
		for j := range results[i].Findings {
			f := &results[i].Findings[j]
			f.Got, f.Want, f.Note = r.Replace(f.Got), r.Replace(f.Want), r.Replace(f.Note)
		}
	}
}

// spellings are the ways in which a fingerprint is written.
var spellings = []func([]byte) string{
	func(b []byte) string { return hex.EncodeToString(b) },
	func(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) },
	func(b []byte) string { return colons(strings.ToUpper(hex.EncodeToString(b))) },
	func(b []byte) string { return colons(hex.EncodeToString(b)) },
}

func colons(digits string) string {
	var b strings.Builder
	for i := 0; i < len(digits); i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(digits[i : i+2])
	}
	return b.String()
}
