package saml

import (
	"bytes"
	"crypto/x509"
	"errors"
	"slices"
)

// ParseChain reads one certificate, or one with those of its authorities in any order:
// the one that no other was signed with, and then those above it, each the issuer of the
// one before. Certificates are told apart by their names; no signature is verified.
func ParseChain(data []byte) (cert *x509.Certificate, above []*x509.Certificate, err error) {
	all, err := ReadCertificates(data, "")
	switch {
	case err != nil:
		return nil, nil, err
	case len(all) == 0:
		return nil, nil, errors.New("there is no certificate")
	case slices.ContainsFunc(all, func(c Certificate) bool { return c.X509 == nil }):
		return nil, nil, &OtherError{What: aPublicKey, Wanted: aCertificate}
	}
	signs := func(a, b *x509.Certificate) bool { return a != b && bytes.Equal(a.RawSubject, b.RawIssuer) }
	for _, c := range all {
		if !slices.ContainsFunc(all, func(other Certificate) bool { return signs(c.X509, other.X509) }) {
			cert = c.X509
			break
		}
	}
	if cert == nil {
		cert = all[0].X509
	}
	for at := cert; len(above) < len(all); {
		i := slices.IndexFunc(all, func(c Certificate) bool {
			return signs(c.X509, at) && c.X509 != cert && !slices.Contains(above, c.X509)
		})
		if i < 0 {
			break
		}
		at = all[i].X509
		above = append(above, at)
	}
	if len(above)+1 < len(all) {
		return nil, nil, errors.New("there are several certificates that are no chain")
	}
	return cert, above, nil
}
