package check

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// certificateOf reads the text of an X509Certificate.
func certificateOf(e saml.Element) (*x509.Certificate, error) {
	return saml.ParseCertificate([]byte(e.Text()))
}

// onKey hands a check each KeyDescriptor of a role.
func onKey(f func(k saml.Element, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return onRole("", func(r saml.Element, want *Expect) (list []Finding) {
		for k := range r.Children() {
			if k.Is(saml.NSMetadata, "KeyDescriptor") {
				list = append(list, f(k, want)...)
			}
		}
		return list
	}, needs...)
}

// certificatesIn are the X509Certificate elements of a KeyDescriptor.
func certificatesIn(k saml.Element) (list []saml.Element) {
	for e := range k.Descendants() {
		if e.Is(saml.NSSignature, "X509Certificate") {
			list = append(list, e)
		}
	}
	return list
}

// serves reports whether a KeyDescriptor's key is for a use: one without use is for
// both (SAMLMeta 2.4.1.1).
func serves(k saml.Element, use string) bool {
	u := k.Attr("use")
	return !u.Exists() || u.Value() == use
}

// MetadataKeyUse wants uses that are known.
var MetadataKeyUse = &Check{
	ID:       "metadata/key-use",
	Title:    "Every key is for signing, for encryption or for both",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.1.1", "E62", "E68"},
	Covers:   []string{"MDX-09", "SIG-30", "IIP-MD11"},
	Since:    "0.1",
	Text:     `use is signing or encryption; left out, the key is for both. A key for encryption alone is never used here to verify a signature.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Write use as signing or encryption, or leave it out."},
	Run: onKey(func(k saml.Element, _ *Expect) []Finding {
		if u := k.Attr("use"); u.Exists() && u.Value() != "signing" && u.Value() != "encryption" {
			return one(found(u.At(), u.Value(), "signing or encryption"))
		}
		return nil
	}),
}

// MetadataKeys wants keys that can be read.
var MetadataKeys = &Check{
	ID:       "metadata/keys",
	Title:    "Every key is one certificate that can be read",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"Metadata Interoperability Profile 2.5.1", "SAML2int SDP-MD05", "E69"},
	Covers:   []string{"MDX-10", "SDP-MD05"},
	Since:    "0.1",
	Text:     `Each KeyInfo holds one X509Certificate: base64 of DER, without the BEGIN and END lines of PEM. A bare key, as KeyValue or DEREncodedKeyValue, is a note, since few read it, and an error where a deployment profile wants the certificate; several certificates in one KeyInfo are a warning, because it is for every reader to choose which one counts. One that names a key in another way, as by KeyName alone, is of use to those who know the key; it is a warning, and an error where a deployment profile wants the certificate.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Publish each key as one X.509 certificate."},
	Run:      onKey(metadataKeys),
}

func metadataKeys(k saml.Element, want *Expect) (list []Finding) {
	certs := certificatesIn(k)
	if len(certs) == 0 {
		f := found(k.At(), "no X509Certificate", "one X509Certificate")
		if keys := saml.DescribedKeys(k); len(keys) > 0 {
			return bareKeys(keys, want)
		}
		for range k.Child(saml.NSSignature, "KeyInfo").Children() {
			if want.Profile == SAML {
				f = f.only(Warning)
			}
		}
		return one(f)
	}
	if len(certs) > 1 {
		list = append(list, found(certs[1].At(), counted(len(certs), "X509Certificate"), "one").only(Warning))
	}
	for _, e := range certs {
		if strings.Contains(e.Text(), "-----") {
			list = append(list, found(e.At(), "a certificate between BEGIN and END lines", "base64 alone"))
		} else if _, err := certificateOf(e); err != nil {
			list = append(list, found(e.At(), "no certificate", "a certificate in base64").noted(err.Error()))
		}
	}
	return list
}

// bareKeys tells of keys that have no certificate, and of those that are none.
func bareKeys(keys []saml.DescribedKey, want *Expect) (list []Finding) {
	for _, k := range keys {
		f := found(k.At(), k.Certificate.Describe(), "one X509Certificate")
		switch {
		case k.Err != nil:
			f.Got, f.Want, f.Note = "no key that can be read", "a key", k.Err.Error()
		case want.Profile != SAML2Int:
			f = f.only(Note)
		}
		list = append(list, f)
	}
	return list
}

// MetadataKeySize wants keys that are long enough.
var MetadataKeySize = &Check{
	ID:       "metadata/key-size",
	Title:    "Every key is long enough",
	Severity: Warning,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Hardening,
	Sources:  []string{"SAML2int SDP-MD06", "SAML2int SDP-MD07", "NIST SP 800-131A"},
	Covers:   []string{"MDX-11", "SDP-MD06", "SDP-MD07", "SIG-19"},
	Since:    "0.1",
	Text:     `RSA keys have at least 2048 bits, those of elliptic curves 256.`,
	Fix:      Fix{Side: IDP, Setting: "signing certificate", Text: "Make a certificate with an RSA key of 2048 bits or more."},
	Follows:  []string{"metadata/keys"},
	Run: onKey(func(k saml.Element, _ *Expect) (list []Finding) {
		for _, d := range saml.DescribedKeys(k) {
			if d.Err != nil {
				continue
			}
			if short := shortKey(d.Certificate); short != "" {
				list = append(list, found(d.At(), short, "RSA with 2048 bits, or a curve of 256"))
			}
		}
		return list
	}),
}

// shortKey describes the key of a certificate, or a bare one, if it is too short.
func shortKey(c saml.Certificate) string {
	switch k := c.PublicKey().(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n < 2048 {
			return "RSA with " + strconv.Itoa(n) + " bits"
		}
	case *ecdsa.PublicKey:
		if n := k.Curve.Params().BitSize; n < 256 {
			return "an elliptic curve of " + strconv.Itoa(n) + " bits"
		}
	}
	return ""
}

// MetadataSigningKey wants an identity provider to have a key to verify with.
var MetadataSigningKey = &Check{
	ID:       "metadata/signing-key",
	Title:    "The identity provider has a signing key",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.1.1", "SAML2int SDP-MD08"},
	Covers:   []string{"MDX-11", "MDX-15", "SDP-MD08", "IIP-MD07"},
	Since:    "0.1",
	Text:     `Without a KeyDescriptor for signing no response can be verified by this metadata; a service provider that then verifies nothing believes everybody. All such keys are tried, not just the first. The standard leaves it open to hand keys over by another way, so that metadata without any is a warning; deployment profiles do not.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Publish the signing certificate."},
	Follows:  []string{"metadata/key-use"},
	Run:      onRole(roleIDP, signingKey),
}

func signingKey(r saml.Element, want *Expect) []Finding {
	f := found(r.At(), "no signing key", "a KeyDescriptor for signing")
	if want.Profile == SAML {
		f = f.only(Warning)
	}
	for k := range r.Children() {
		if !k.Is(saml.NSMetadata, "KeyDescriptor") {
			continue
		}
		if serves(k, "signing") {
			return nil
		}
		f.Severity = 0
	}
	return one(f)
}

// MetadataEncryptionKey notes a service provider that cannot be encrypted to.
var MetadataEncryptionKey = &Check{
	ID:       "metadata/encryption-key",
	Title:    "The service provider has an encryption key",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-MD08"},
	Covers:   []string{"MDX-11", "SDP-MD08", "MDS-05"},
	Since:    "0.1",
	Text:     `SAML2int has assertions encrypted, for which the service provider's metadata needs a KeyDescriptor for encryption or for both. Flex takes no encrypted assertions.`,
	Fix:      Fix{Side: SP, Setting: "metadata", Text: "Publish an encryption certificate."},
	Run: onRole(roleSP, func(r saml.Element, _ *Expect) []Finding {
		for k := range r.Children() {
			if k.Is(saml.NSMetadata, "KeyDescriptor") && serves(k, "encryption") {
				return nil
			}
		}
		return one(found(r.At(), "no encryption key", "a KeyDescriptor for encryption"))
	}),
}

// MetadataCertificateMatch compares the signing keys with the trusted ones.
var MetadataCertificateMatch = &Check{
	ID:       "metadata/certificate-match",
	Title:    "A certificate that is trusted is published for signing",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAML2int SDP-MD08", "Metadata Interoperability Profile 2.6.1"},
	Covers:   []string{"MDI-04"},
	Since:    "0.1",
	Text:     `The certificate that the service provider holds is among those that the identity provider publishes for signing. Otherwise responses will not verify, or stop doing so when the key is changed. Judged where the settings or the flags name a certificate.`,
	Fix:      Fix{Side: SP, Setting: "certificate of the identity provider", Text: "Register the certificate of the metadata."},
	FlexFix:  mend("flex.x509_certificate", "Paste the certificate of the metadata."),
	Follows:  []string{"metadata/keys", "metadata/signing-key", "metadata/entity-id-match", "settings/certificate-match"},
	Run:      onPeer(roleIDP, publishedCertificate, certificates),
}

func publishedCertificate(r saml.Element, want *Expect) []Finding {
	var published *saml.DescribedKey
	for k := range r.Children() {
		if !k.Is(saml.NSMetadata, "KeyDescriptor") || !serves(k, "signing") {
			continue
		}
		for _, d := range saml.DescribedKeys(k) {
			if d.Err != nil {
				continue
			}
			if slices.ContainsFunc(want.Certificates, d.Certificate.Same) {
				return nil
			}
			if published == nil {
				published = &d
			}
		}
	}
	if published == nil {
		return nil
	}
	return one(found(published.At(), published.Certificate.Describe(), want.Certificates[0].Describe()))
}

// MetadataCertificateValidity tells of published certificates out of their time.
var MetadataCertificateValidity = &Check{
	ID:       "metadata/certificate-validity",
	Title:    "The published certificates are valid at the time",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"Metadata Interoperability Profile 2.6.1"},
	Covers:   []string{"SIG-24", "IIP-MD12"},
	Since:    "0.1",
	Text:     `By the standard the dates of a certificate in metadata do not matter: it only carries a key. Many service providers refuse it after its end all the same. One that ends soon is a warning as well.`,
	Fix:      Fix{Side: IDP, Setting: "signing certificate", Text: "Make a new certificate and publish it beside the old one before switching over."},
	Follows:  []string{"metadata/keys"},
	Run:      onKey(publishedValidity, clock),
}

func publishedValidity(k saml.Element, want *Expect) (list []Finding) {
	for _, e := range certificatesIn(k) {
		x, err := certificateOf(e)
		if err != nil {
			continue
		}
		now := want.At.UTC().Format(time.RFC3339)
		switch {
		case want.At.After(x.NotAfter.Add(-want.ExpiresWithin)):
			list = append(list, found(e.At(), "valid until "+x.NotAfter.UTC().Format(time.RFC3339), "valid at "+now+" and for "+lasting(want.ExpiresWithin)+" more"))
		case want.At.Before(x.NotBefore):
			list = append(list, found(e.At(), "valid from "+x.NotBefore.UTC().Format(time.RFC3339), "valid at "+now))
		}
	}
	return list
}
