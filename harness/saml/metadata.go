package saml

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
)

// ReadCertificates reads the certificates to verify with from what a person has in
// hand: one certificate in any form that ParseCertificate takes, a PEM file of several, a
// ds:KeyInfo that was cut out, or an identity provider's metadata. name is what they are
// called after.
func ReadCertificates(data []byte, name string) ([]Certificate, error) {
	if looksLikeXML(data) {
		d, err := Parse(data, Limits{})
		if err != nil {
			return nil, fmt.Errorf("reading metadata: %w", err)
		}
		if root := d.Root(); root.Space() == NSSignature {
			return certificatesFromKeyInfo(root, name)
		}
		return CertificatesFromMetadata(d, name)
	}
	text, err := keyText(data)
	if err != nil {
		return nil, err
	}
	if text != nil {
		if blocks, err := pemBlocks(text); err == nil && len(blocks) > 1 {
			var found []Certificate
			for _, b := range blocks {
				if !strings.HasSuffix(b.Type, "CERTIFICATE") {
					continue
				}
				c, err := parseDER(b.Bytes)
				if err != nil {
					return nil, fmt.Errorf("certificate %d: %w", len(found)+1, err)
				}
				found = append(found, Certificate{X509: c, Name: fmt.Sprintf("%s, certificate %d", name, len(found)+1)})
			}
			if len(found) == 1 {
				found[0].Name = name
			}
			if len(found) > 0 {
				return found, nil
			}
		}
	}
	c, err := ParseCertificate(data)
	if err != nil {
		return nil, err
	}
	return []Certificate{{X509: c, Name: name}}, nil
}

// CertificatesFromMetadata is every signing certificate of every IDPSSODescriptor of the
// metadata (SAMLMeta 2.4.1.1): of KeyDescriptors with use="signing" or without use. A
// certificate that cannot be read is left out as long as another can be.
func CertificatesFromMetadata(d *Document, name string) ([]Certificate, error) {
	if err := metadataRoot(d); err != nil {
		return nil, err
	}
	var found []Certificate
	var failed error
	roles, texts := 0, 0
	for e := range d.Elements() {
		if !e.Is(NSMetadata, "IDPSSODescriptor") {
			continue
		}
		roles++
		for k := range e.Children() {
			if use := k.Attr("use"); !k.Is(NSMetadata, "KeyDescriptor") || use.Exists() && use.Value() != "signing" {
				continue
			}
			for c := range k.Descendants() {
				if !c.Is(NSSignature, "X509Certificate") {
					continue
				}
				texts++
				x, err := embeddedCertificate(c)
				if err == nil {
					found = append(found, Certificate{X509: x, Name: fmt.Sprintf("%s, signing key %d", name, texts), Entity: e.Parent().Attr("entityID").Value()})
				} else if failed == nil {
					failed = fmt.Errorf("signing key %d of the metadata: %w", texts, err)
				}
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
	return nil, errors.New("the metadata has no signing certificate (KeyDescriptor with X509Certificate)")
}

// certificatesFromKeyInfo is every certificate of a ds:KeyInfo, or of a part of one, as it
// stands alone.
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
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("<%s> has no X509Certificate", root.Local())
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
