package saml

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ReadCertificates reads the certificates and keys to verify with from what a person has in
// hand: one certificate in any form that ParseCertificate takes, a public key in PEM, DER
// or base64 (SubjectPublicKeyInfo or PKCS #1), a PEM file of several, a ds:KeyInfo that was
// cut out, or an identity provider's metadata. name is what they are called after.
func ReadCertificates(data []byte, name string) ([]Certificate, error) {
	if looksLikeXML(data) {
		d, err := Parse(data, Limits{})
		if err != nil {
			return nil, fmt.Errorf("reading metadata: %w", err)
		}
		if root := d.Root(); root.Space() == NSSignature || root.Space() == NSSignature11 || root.Is("", "RSAKeyValue") {
			return certificatesFromKeyInfo(root, name)
		}
		return CertificatesFromMetadata(d, name)
	}
	text, err := keyText(data)
	if err != nil {
		return nil, err
	}
	if text != nil {
		if blocks, err := pemBlocks(text); err == nil {
			if found, err := fromBlocks(blocks, name); len(found) > 0 || err != nil {
				return found, err
			}
		}
	}
	der, err := certificateDER(data)
	if err != nil {
		return nil, err
	}
	if pub := publicDER(der); pub != nil {
		return []Certificate{{Key: pub, Name: name}}, nil
	}
	c, err := parseDER(der)
	if err != nil {
		return nil, err
	}
	return []Certificate{{X509: c, Name: name}}, nil
}

// fromBlocks is every certificate of a PEM file, and every public key that none of them
// holds.
func fromBlocks(blocks []*pem.Block, name string) ([]Certificate, error) {
	var certs, keys []Certificate
	for _, b := range blocks {
		switch {
		case b.Type == "TRUSTED CERTIFICATE":
			b = &pem.Block{Bytes: withoutTrailer(b.Bytes)} // openssl's own trust settings follow
			fallthrough
		case strings.HasSuffix(b.Type, "CERTIFICATE"):
			c, err := parseDER(b.Bytes)
			if err != nil {
				if len(blocks) > 1 {
					err = fmt.Errorf("certificate %d: %w", len(certs)+1, err)
				}
				return nil, err
			}
			certs = append(certs, Certificate{X509: c, Name: fmt.Sprintf("%s, certificate %d", name, len(certs)+1)})
		case blockName(b.Type) == aPublicKey:
			pub := publicDER(b.Bytes)
			if pub == nil {
				return nil, fmt.Errorf("the PEM block %s holds no RSA, EC or Ed25519 key that can be read", quoteText(b.Type))
			}
			keys = append(keys, Certificate{Key: pub, Name: fmt.Sprintf("%s, key %d", name, len(keys)+1)})
		}
	}
	found := certs
	for _, k := range keys {
		if !slices.ContainsFunc(found, k.Same) {
			found = append(found, k)
		}
	}
	if len(found) == 1 {
		found[0].Name = name
	}
	return found, nil
}

// CertificatesFromMetadata is every signing certificate of every IDPSSODescriptor of the
// metadata (SAMLMeta 2.4.1.1): of KeyDescriptors with use="signing" or without use. One
// that has no certificate but a key alone gives that (Metadata Interoperability Profile
// 2.5.1). What cannot be read is left out as long as another can be.
func CertificatesFromMetadata(d *Document, name string) ([]Certificate, error) {
	if err := metadataRoot(d); err != nil {
		return nil, err
	}
	var found []Certificate
	var failed error
	roles, keys := 0, 0
	for e := range d.Elements() {
		if !e.Is(NSMetadata, "IDPSSODescriptor") {
			continue
		}
		roles++
		for k := range e.Children() {
			if use := k.Attr("use"); !k.Is(NSMetadata, "KeyDescriptor") || use.Exists() && use.Value() != "signing" {
				continue
			}
			for _, key := range DescribedKeys(k) {
				keys++
				if key.Err != nil {
					if failed == nil {
						failed = fmt.Errorf("signing key %d of the metadata: %w", keys, key.Err)
					}
					continue
				}
				c := key.Certificate
				c.Name, c.Entity = fmt.Sprintf("%s, signing key %d", name, keys), e.Parent().Attr("entityID").Value()
				found = append(found, c)
			}
		}
	}
	switch {
	case len(found) > 0:
		return found, nil
	case failed != nil:
		return nil, failed
	case roles == 0:
		return nil, errors.New("the metadata has no IDPSSODescriptor: it is not an identity provider's")
	}
	return nil, errors.New("the metadata has no signing certificate (KeyDescriptor with X509Certificate or KeyValue)")
}

// A DescribedKey is a certificate or a bare key of a KeyDescriptor, and where it stands.
type DescribedKey struct {
	Element     // X509Certificate, KeyValue or DEREncodedKeyValue
	Certificate Certificate
	Err         error // why it cannot be read
}

// DescribedKeys are the certificates of a KeyDescriptor or, where none of them can be
// read, its bare keys: KeyValue and DEREncodedKeyValue say the same key as a certificate
// beside them (Metadata Interoperability Profile 2.5.1).
func DescribedKeys(k Element) (list []DescribedKey) {
	readable := false
	for e := range k.Descendants() {
		if !e.Is(NSSignature, "X509Certificate") {
			continue
		}
		x, err := embeddedCertificate(e)
		if err != nil {
			if y, err1 := ParseCertificate([]byte(e.Text())); err1 == nil {
				x, err = y, nil
			}
		}
		readable = readable || err == nil
		list = append(list, DescribedKey{e, Certificate{X509: x}, err})
	}
	if readable {
		return list
	}
	for _, e := range k.All(NSSignature, "KeyInfo") {
		for c := range e.Children() {
			if isKeyValue(c) {
				pub, err := ReadKeyValue(c)
				list = append(list, DescribedKey{c, Certificate{Key: pub}, err})
			}
		}
	}
	return list
}

// certificatesFromKeyInfo is every certificate of a ds:KeyInfo, or of a part of one, as it
// stands alone; where there is none, every bare key.
func certificatesFromKeyInfo(root Element, name string) ([]Certificate, error) {
	var found []Certificate
	for e := range root.Document().Elements() {
		if !e.Is(NSSignature, "X509Certificate") {
			continue
		}
		x, err := embeddedCertificate(e)
		if err != nil {
			return nil, fmt.Errorf("certificate %d: %w", len(found)+1, err)
		}
		found = append(found, Certificate{X509: x, Name: fmt.Sprintf("%s, certificate %d", name, len(found)+1)})
	}
	if len(found) == 0 {
		if root.Child(root.Space(), "D").Exists() { // .NET's ToXmlString(true)
			return nil, &OtherError{What: aPrivateKey, Wanted: aCertificate}
		}
		keys := []Element{root}
		if root.Is(NSSignature, "KeyInfo") {
			keys = slices.Collect(root.Children())
		}
		for _, e := range keys {
			if !isKeyValue(e) && !isBareKeyValue(e) {
				continue
			}
			pub, err := ReadKeyValue(e)
			if err != nil {
				return nil, fmt.Errorf("key %d: %w", len(found)+1, err)
			}
			found = append(found, Certificate{Key: pub, Name: fmt.Sprintf("%s, key %d", name, len(found)+1)})
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("<%s> has no X509Certificate and no key", shorten(root.Local()))
	case 1:
		found[0].Name = name
	}
	return found, nil
}

// embeddedCertificate reads an X509Certificate: base64 of DER or, as some publish it, of
// a whole PEM file.
func embeddedCertificate(e Element) (*x509.Certificate, error) {
	octets, _, err := DecodeBase64(strings.Join(strings.Fields(e.Text()), ""))
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(octets, []byte("-----BEGIN ")) {
		return ParseCertificate(octets)
	}
	return parseDER(octets)
}
