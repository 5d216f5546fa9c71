package importer

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// A certificate is one that was found, with what is known of it.
type certificate struct {
	x509     *x509.Certificate
	at       settings.Place
	name     string   // of the file or of the component
	label    document // Certificate, which describes it; zero where there is none
	metadata bool     // an identity provider's metadata has it
	further  bool     // as one of several, and not as the first
	named    bool     // its file was named, not found in a folder
	used     bool     // something says that it is used
}

// takeCertificate reads a certificate in any form that people have: PEM, with or without
// its BEGIN and END lines, with Windows line ends, or DER.
func (a *artefacts) takeCertificate(path string, data []byte, named bool) error {
	at := settings.Place{File: path, Line: 1, Column: 1}
	if len(data) > mostArtefact {
		if named {
			return refuse(settings.Place{File: path}, "", "is larger than 1 MiB")
		}
		return nil
	}
	x, err := saml.ParseCertificate(data)
	if err != nil {
		if named {
			return refuse(settings.Place{File: path}, "an app, SAML metadata, a certificate in PEM or DER, or settings in YAML or JSON can be imported",
				"is no artefact that is known: as a certificate, %s", err)
		}
		return nil
	}
	a.certs = append(a.certs, certificate{x509: x, at: at, name: component(path), named: named})
	return nil
}

// pemOf is a certificate as a PEM file has it. What cannot be read stays as it is, for
// the checks to judge.
func pemOf(text string) []byte {
	x, err := saml.ParseCertificate([]byte(text))
	if err != nil {
		return []byte(text)
	}
	return encode(x)
}

func encode(x *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: x.Raw})
}

// encryptionCertificate sets the certificate that the app's metadata names, which must
// be beside it.
func (b *builder) encryptionCertificate(a *settings.ConnectedApp, name string, at settings.Place) {
	for i, c := range b.certs {
		if strings.EqualFold(c.name, name) {
			typed(&a.EncryptionCertificate.Text, name+".crt", at)
			a.EncryptionCertificate.Data = encode(c.x509)
			b.certs = slices.Delete(slices.Clone(b.certs), i, i+1)
			return
		}
	}
	b.ask("salesforce.connected_app.encryption_certificate",
		"The app encrypts to the certificate "+name+" of Certificate and Key Management, which was not",
		"among what was imported. Put it beside this file, and name it here:")
}

// keys makes the list of certificates, and says which the identity provider uses, where
// something says so. Those that settings list already keep their entries.
func (b *builder) keys() {
	sf := &b.s.Salesforce
	for _, part := range b.parts {
		if len(sf.Certificates) == 0 {
			sf.Certificates = part.Clone().Salesforce.Certificates
		}
	}
	for _, c := range b.distinct() {
		at := slices.IndexFunc(sf.Certificates, func(e settings.Certificate) bool {
			x, err := saml.ParseCertificate(e.File.Data)
			return err == nil && bytes.Equal(x.Raw, c.x509.Raw)
		})
		if at < 0 {
			at = len(sf.Certificates)
			e := c.entry()
			if slices.ContainsFunc(sf.Certificates, func(o settings.Certificate) bool { return uniqueOf(o) == uniqueOf(e) }) && !e.UniqueName.Set {
				e.Label.Value = c.name // two of one name could not be told apart
				e.File.Value = c.fileName(e)
			}
			sf.Certificates = append(sf.Certificates, e)
		}
		entry := sf.Certificates[at]
		b.half(document{path: c.at.File}, saml.Element{})
		if c.metadata && !sf.IdentityProvider.Certificate.Set {
			typed(&sf.IdentityProvider.Certificate, uniqueOf(entry), c.at)
		}
		if c.further {
			b.ask("salesforce.identity_provider.certificate", "The metadata has several certificates, of which this is the first. Which one signs?")
		}
		if org := organization(c.x509); org != "" && !sf.OrganizationID.Set {
			typed(&sf.OrganizationID, org, c.at)
			b.ask("salesforce.organization_id", "The certificate "+entry.Label.Value+" has it as OU.")
		}
	}
}

// distinct are the certificates that may belong into the list, each once, with all that
// is known of it.
func (b *builder) distinct() []certificate {
	var all []certificate
	for _, c := range b.certs {
		c.label = b.described(c)
		c.used = c.metadata || c.named || c.name == b.s.Salesforce.IdentityProvider.Certificate.Value
		if !c.used && !c.label.root.Exists() && organization(c.x509) == "" {
			continue // of something else
		}
		same := slices.IndexFunc(all, func(o certificate) bool { return bytes.Equal(o.x509.Raw, c.x509.Raw) })
		if same < 0 {
			all = append(all, c)
			continue
		}
		o := &all[same]
		used, metadata := o.used || c.used, o.metadata || c.metadata
		if !o.label.root.Exists() && c.label.root.Exists() {
			*o = c
		}
		o.used, o.metadata = used, metadata
	}
	if slices.ContainsFunc(all, func(c certificate) bool { return c.used }) {
		return slices.DeleteFunc(all, func(c certificate) bool { return !c.used })
	}
	return all
}

// described is the component that describes a certificate: of its name, in its folder.
func (b *builder) described(c certificate) document {
	for _, d := range b.labels {
		if component(d.path) == c.name && filepath.Dir(d.path) == filepath.Dir(c.at.File) {
			return d
		}
	}
	return document{}
}

// entry is the certificate's line of Certificate and Key Management, as far as it is known.
func (c certificate) entry() settings.Certificate {
	var e settings.Certificate
	label := c.x509.Subject.CommonName // as Salesforce makes certificates
	if label == "" {
		label = c.name
	}
	typed(&e.Label, label, c.at)
	if d := c.label; d.root.Exists() {
		d.text(&e.Label, d.root, "masterLabel")
		typed(&e.UniqueName, c.name, d.at(d.root))
		if v := child(d.root, "privateKeyExportable"); v.Exists() {
			typed(&e.ExportablePrivateKey, value(v) == "true", d.at(v))
		}
	}
	if key, ok := c.x509.PublicKey.(*rsa.PublicKey); ok {
		typed(&e.KeySize, key.N.BitLen(), c.at)
	}
	typed(&e.File.Text, c.fileName(e), c.at)
	e.File.Data = encode(c.x509)
	return e
}

func (c certificate) fileName(e settings.Certificate) string {
	name := uniqueOf(e)
	name = strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '-'
	}, name)
	if name = strings.Trim(name, ".-"); name == "" || len(name) > 80 {
		name = "salesforce"
	}
	return name + ".crt"
}

// uniqueOf is what pages name a certificate by.
func uniqueOf(e settings.Certificate) string {
	if e.UniqueName.Set {
		return e.UniqueName.Value
	}
	return e.Label.Value
}

// organization is the id of the org that made a self-signed certificate; "" where it
// does not say.
func organization(x *x509.Certificate) string {
	if len(x.Subject.Organization) != 1 || x.Subject.Organization[0] != "Salesforce.com" || len(x.Subject.OrganizationalUnit) != 1 {
		return ""
	}
	if id := x.Subject.OrganizationalUnit[0]; len(id) == 15 && strings.HasPrefix(id, "00D") {
		return id
	}
	return ""
}
