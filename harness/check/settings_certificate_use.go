package check

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// SettingsCertificateOrganization wants certificates of this org.
var SettingsCertificateOrganization = &Check{
	ID:       "settings/certificate-organization",
	Title:    "The self-signed certificates were made by this org",
	Severity: Warning,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{"Salesforce's own certificates, whose OU is the id of the org"},
	Since:    "0.1",
	Text: `Sandboxes and production are orgs of their own with keys of their own, and their certificates are easily taken for each other. A self-signed certificate of Salesforce carries the 15-character id of its org as OU.
The OU of each certificate with O=Salesforce.com is compared with Organization ID; certificates of other authorities say nothing of the org.`,
	Fix:     mend("salesforce.certificates.file", "Download the certificate from the org whose My Domain is given, or correct Organization ID."),
	Follows: []string{"settings/organization-id"},
	Run:     onSettings(settingsCertificateOrganization),
}

func settingsCertificateOrganization(s *settings.Settings, _ *Expect) Outcome {
	id := s.Salesforce.OrganizationID
	if !organizationID.MatchString(id.Value) || awaits(id) != "" {
		return skip("the id of the org is not known")
	}
	var found []Finding
	for _, file := range certificateFiles(s) {
		x := parsed(file)
		if x == nil || len(x.Subject.Organization) != 1 || x.Subject.Organization[0] != "Salesforce.com" {
			continue
		}
		for _, unit := range x.Subject.OrganizationalUnit {
			if organizationID.MatchString(unit) && unit[:15] != id.Value[:15] {
				found = append(found, typed(file.Text, "OU="+unit, "OU="+id.Value[:15]).
					noted(Difference(unit[:15], id.Value[:15])).fixed(mend(file.Path, "Use the certificate of the org whose My Domain is given, or correct Organization ID.")))
			}
		}
	}
	return fails(found...)
}

// certificateFiles are the files of Salesforce's certificates, and the one in Flex
// where it is one of them.
func certificateFiles(s *settings.Settings) []settings.File {
	var files []settings.File
	for _, c := range s.Salesforce.Certificates {
		files = append(files, c.File)
	}
	if !mismatched(s) {
		files = append(files, s.Flex.X509Certificate)
	}
	return files
}

// SettingsExportablePrivateKey wants the box ticked as documented.
var SettingsExportablePrivateKey = &Check{
	ID:       "settings/exportable-private-key",
	Title:    "Exportable Private Key is ticked, as documented",
	Severity: Note,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce},
	Since:    "0.1",
	Text: `Twilio's page has the box ticked, as it is by default. A login does not depend on it; without it the key cannot be taken along to another org, and a refreshed sandbox needs a new certificate in Flex.
The box of each certificate in use is looked at.`,
	Fix: mend("salesforce.certificates.exportable_private_key", "Tick the box when the next certificate is created; it cannot be changed afterwards."),
	Run: onSalesforce(settingsExportablePrivateKey),
}

func settingsExportablePrivateKey(s *settings.Salesforce, _ *Expect) Outcome {
	var found []Finding
	for i := range s.Certificates {
		if c := &s.Certificates[i]; !c.ExportablePrivateKey.Value && inUse(s, c) {
			found = append(found, typed(c.ExportablePrivateKey, "not ticked", "ticked"))
		}
	}
	return fails(found...)
}

// SettingsIdentityProviderEnabled wants Salesforce to be an identity provider.
var SettingsIdentityProviderEnabled = &Check{
	ID:       "settings/identity-provider-enabled",
	Title:    "Salesforce is enabled as an identity provider",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce},
	Since:    "0.1",
	Text:     `An org answers authentication requests only after Enable Identity Provider was clicked on the page Identity Provider. Until then there is no endpoint that Flex could send anybody to.`,
	Fix:      mend("salesforce.identity_provider.enabled", "Click Enable Identity Provider, select the certificate and save."),
	Run: onSalesforce(func(s *settings.Salesforce, _ *Expect) Outcome {
		if f := s.IdentityProvider.Enabled; !f.Value {
			return fails(typed(f, "not enabled", "enabled"))
		}
		return pass()
	}),
}

// SettingsIDPCertificate wants one certificate, known by name, on both pages.
var SettingsIDPCertificate = &Check{
	ID:       "settings/idp-certificate",
	Title:    "The Identity Provider and the app use the same certificate of the list",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce},
	Since:    "0.1",
	Text: `The app's IdP Certificate signs the responses; the Identity Provider's certificate is what the org's metadata publishes and what an app takes by default. Twilio's page uses one certificate for both.
Both names are looked up, by label or unique name, among the certificates. Where they are two certificates, the finding is at the one that is not the certificate in Flex.`,
	Fix:     mend("salesforce.connected_app.idp_certificate", "Choose the certificate that was created for Flex."),
	Follows: []string{"settings/certificate-name", "settings/identity-provider-enabled"},
	Run:     onSettings(settingsIDPCertificate),
}

func settingsIDPCertificate(s *settings.Settings, _ *Expect) Outcome {
	if !s.Salesforce.Set {
		return skip("the settings have no Salesforce half")
	}
	if !s.Salesforce.IdentityProvider.Enabled.Value {
		return skip("Salesforce is not enabled as an identity provider, which settings/identity-provider-enabled reports")
	}
	var found []Finding
	idp, app := s.Salesforce.IdentityProvider.Certificate, s.Salesforce.ConnectedApp.IDPCertificate
	names := certificateNames(&s.Salesforce)
	published := s.Salesforce.Certificate(idp.Value)
	if published == nil {
		found = append(found, unlisted(idp, names))
	}
	signs := signing(&s.Salesforce)
	if signs == nil && (app.Value != settings.DefaultIDPCertificate && app.Value != "") {
		found = append(found, unlisted(app, names))
	}
	if published != nil && signs != nil && published != signs && s.ForFlex() {
		at, other := idp, app
		if x := parsed(s.Flex.X509Certificate); x != nil && same(x, parsed(published.File)) && !same(x, parsed(signs.File)) {
			at, other = app, idp
		}
		found = append(found, typed(at, at.Value, other.Value).noted("the other page has "+other.Value).
			fixed(mend(at.Path, "Choose "+other.Value+", as the other page has it.")))
	}
	return fails(found...)
}

// unlisted is the finding that no certificate has this name.
func unlisted(f settings.Text, names []string) Finding {
	if len(names) == 0 {
		return typed(f, f.Value, "a certificate of the list").noted("no certificates were given")
	}
	near := nearest(f.Value, names)
	return typed(f, f.Value, strings.Join(names, " or ")).
		noted("no certificate has this label or unique name: " + Difference(f.Value, near)).
		fixed(mend(f.Path, "Choose one of the certificates of the list."))
}

func certificateNames(s *settings.Salesforce) []string {
	var names []string
	for _, c := range s.Certificates {
		if c.Label.Value != "" {
			names = append(names, c.Label.Value)
		}
	}
	return names
}

// SettingsCertificateMatch compares the certificate in Flex with the one that signs.
var SettingsCertificateMatch = &Check{
	ID:       "settings/certificate-match",
	Title:    "Flex has the certificate that Salesforce signs with",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, "SAMLCore 5.4.5"},
	Covers:   []string{"SIG-03", "MDI-04"},
	Since:    "0.1",
	Text: `Flex trusts the one certificate that was pasted into it and nothing that a response carries. With another one every signature fails, though it is a good one.
The certificate under X.509 Certificate is compared, byte for byte of its DER, with the app's IdP Certificate.`,
	Fix:     mend("flex.x509_certificate", "Download the certificate that is chosen as the app's IdP Certificate, and paste it."),
	Follows: []string{"settings/certificate-readable", "settings/idp-certificate", "settings/certificate-name"},
	Run:     onBoth(settingsCertificateMatch),
}

func settingsCertificateMatch(s *settings.Salesforce, x *settings.Flex, _ *Expect) Outcome {
	c := signing(s)
	if c == nil {
		return skip("the certificate that Salesforce signs with is not in the list, which settings/idp-certificate reports")
	}
	signs, trusts := parsed(c.File), parsed(x.X509Certificate)
	if signs == nil || trusts == nil {
		return skip("a certificate cannot be read, which settings/certificate-readable reports")
	}
	if same(signs, trusts) {
		return pass()
	}
	f := typed(x.X509Certificate.Text, describe(trusts), describe(signs))
	switch {
	case bytes.Equal(signs.RawSubjectPublicKeyInfo, trusts.RawSubjectPublicKeyInfo):
		// Signatures verify all the same; what Flex does with an expired or a renewed
		// certificate of the same key is not documented.
		f = f.noted("both are of the same key: the certificate was renewed").only(Warning)
	default:
		f = f.noted("it is of another key")
		for _, other := range s.Certificates {
			if same(parsed(other.File), trusts) {
				f = f.noted("it is the certificate " + other.Label.Value + ", while the app signs with " + c.Label.Value)
			}
		}
	}
	return fails(f)
}

// same reports whether two certificates are one; a nil one is none.
func same(a, b *x509.Certificate) bool {
	return a != nil && b != nil && bytes.Equal(a.Raw, b.Raw)
}

// describe tells a certificate from others in one line.
func describe(x *x509.Certificate) string {
	sum := sha256.Sum256(x.Raw)
	return fmt.Sprintf("%s, serial %x, valid %s to %s, SHA-256 %X", x.Subject, x.SerialNumber, day(x.NotBefore), day(x.NotAfter), sum)
}

// keyBits is the length of the public key in bits, 0 where it is of an unknown kind.
func keyBits(x *x509.Certificate) int {
	switch k := x.PublicKey.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen()
	case *ecdsa.PublicKey:
		return k.Curve.Params().BitSize
	}
	return 0
}

// keyName is the kind of a public key and its length.
func keyName(x *x509.Certificate) string {
	if bits := keyBits(x); bits != 0 {
		return fmt.Sprintf("%s of %d bits", x.PublicKeyAlgorithm, bits)
	}
	return x.PublicKeyAlgorithm.String()
}

// weak reports whether a key is too short, or of a kind that Salesforce does not make.
func weak(x *x509.Certificate) bool {
	k, ok := x.PublicKey.(*rsa.PublicKey)
	return !ok || k.N.BitLen() < 2048
}
