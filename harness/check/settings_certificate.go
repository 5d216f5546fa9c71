package check

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// SettingsCertificateName wants names that Salesforce takes.
var SettingsCertificateName = &Check{
	ID:       "settings/certificate-name",
	Title:    "Each certificate has a label and a unique name that Salesforce takes",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refCertificate, pageSalesforce},
	Since:    "0.1",
	Text: `The unique name has letters, digits and underscores only, begins with a letter, does not end with an underscore, has no two in a row, and is that of no other certificate.
The Identity Provider page and the app name their certificate by it, so two certificates of one name leave open which of them signs.`,
	Fix:     mend("salesforce.certificates.unique_name", "Copy Label and Unique Name from the list of certificates."),
	Follows: []string{"settings/placeholder"},
	Run:     onSalesforce(settingsCertificateName),
}

func settingsCertificateName(s *settings.Salesforce, _ *Expect) Outcome {
	var found []Finding
	for i := range s.Certificates {
		c := &s.Certificates[i]
		if strings.TrimSpace(c.Label.Value) == "" {
			found = append(found, typed(c.Label, c.Label.Value, "a label, as SalesforceSSO").
				fixed(mend("salesforce.certificates.label", "Copy Label from the list of certificates.")))
		}
		if c.UniqueName.Value != "" || c.UniqueName.Set {
			if fault := apiNameFault(c.UniqueName.Value); fault != "" {
				found = append(found, typed(c.UniqueName, c.UniqueName.Value, "a unique name, as SalesforceSSO").noted(fault))
			}
		}
		for _, before := range s.Certificates[:i] {
			if c.UniqueName.Value != "" && strings.EqualFold(before.UniqueName.Value, c.UniqueName.Value) {
				found = append(found, typed(c.UniqueName, c.UniqueName.Value, "a name that no other certificate has").
					noted(before.UniqueName.Path+" is the same"))
			}
		}
	}
	return fails(found...)
}

// apiNameFault says why Salesforce refuses an API name, "" where it takes it.
func apiNameFault(name string) string {
	letter := func(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }
	if name == "" {
		return "it is empty"
	}
	for i, r := range name {
		if r >= 0x80 || !letter(byte(r)) && (r < '0' || r > '9') && r != '_' {
			return fmt.Sprintf("%s, character %d, is neither a letter nor a digit nor an underscore", named(r), len([]rune(name[:i]))+1)
		}
	}
	switch {
	case !letter(name[0]):
		return "it does not begin with a letter"
	case strings.HasSuffix(name, "_"):
		return "it ends with an underscore"
	case strings.Contains(name, "__"):
		return "it has two underscores in a row"
	case len(name) > 80:
		return "it is longer than 80 characters"
	}
	return ""
}

// SettingsCertificateReadable wants files that hold a certificate.
var SettingsCertificateReadable = &Check{
	ID:       "settings/certificate-readable",
	Title:    "Each certificate can be read, and the one in Flex is PEM with its BEGIN and END lines",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageSSO, "RFC 7468 5.1"},
	Since:    "0.1",
	Text: `Flex verifies every response with the certificate that was pasted into it; what is no certificate lets nobody in (HTTP 403, 70251).
Each file is read as PEM or DER; one of Salesforce may hold the certificates of its authorities, too. What is pasted into Flex must be one certificate in PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, as Download Certificate gives it. A private key belongs into neither console.`,
	Fix:     mend("flex.x509_certificate", "Paste the whole file that Download Certificate in Salesforce gave, with its BEGIN and END lines."),
	Follows: []string{"settings/idp-certificate"},
	Run:     onSettings(settingsCertificateReadable),
}

func settingsCertificateReadable(s *settings.Settings, _ *Expect) Outcome {
	var found []Finding
	for i := range s.Salesforce.Certificates {
		c := &s.Salesforce.Certificates[i]
		if f, bad := unreadable(c.File, asChain); bad {
			f = f.fixed(mend(c.File.Path, "Click Download Certificate, and name the file that it gives."))
			if !inUse(&s.Salesforce, c) {
				f = f.only(Warning)
			}
			found = append(found, f)
		}
	}
	a := &s.Salesforce.ConnectedApp
	own := &s.Flex.ServiceProvider
	for _, file := range []settings.File{a.RequestCertificate, a.EncryptionCertificate, own.SigningCertificate, own.EncryptionCertificate} {
		if file.Set {
			if f, bad := unreadable(file, asOne); bad {
				found = append(found, f.fixed(mend(file.Path, "Choose the file of the service provider's certificate.")))
			}
		}
	}
	if s.Flex.Set {
		if f, bad := unreadable(s.Flex.X509Certificate, asPEM); bad {
			found = append(found, f)
		}
	}
	return fails(found...)
}

// What a file may hold.
type holding int

const (
	asOne   holding = iota // one certificate
	asPEM                  // one in PEM
	asChain                // one, with those of its authorities
)

// unreadable says why a file cannot be used as a certificate. It shows nothing of the
// content, which may be a key.
func unreadable(file settings.File, as holding) (Finding, bool) {
	const want = "one certificate in PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----"
	got := file.Value
	switch {
	case len(bytes.TrimSpace(file.Data)) == 0 && !file.Set:
		return typed(file.Text, "", want).noted("no certificate was given"), true
	case len(bytes.TrimSpace(file.Data)) == 0:
		return typed(file.Text, got, want).noted("it is empty"), true
	case privateKey.Match(file.Data):
		return typed(file.Text, got, want).noted("it holds a private key, which must not leave Salesforce"), true
	}
	_, err := saml.ParseCertificate(file.Data)
	if as == asChain {
		_, _, err = saml.ParseChain(file.Data)
	}
	if err != nil {
		return typed(file.Text, got, want).noted("it cannot be read: " + err.Error()), true
	}
	switch n := len(beginCertificate.FindAll(file.Data, 3)); {
	case as == asPEM && n == 0:
		return typed(file.Text, got, want).noted("the BEGIN and END lines are missing"), true
	case as == asPEM && n > 1:
		return typed(file.Text, got, want).noted("it holds more than one certificate").only(Warning), true
	}
	return Finding{}, false
}

var (
	privateKey       = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----`)
	beginCertificate = regexp.MustCompile(`-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----`)
)

// SettingsCertificateKeySize wants keys that are long enough, and as long as typed.
var SettingsCertificateKeySize = &Check{
	ID:       "settings/certificate-key-size",
	Title:    "Each certificate has an RSA key of at least 2048 bits, as its Key Size says",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, refCertificate, "SAML2int 2.2 SDP-MD06"},
	Covers:   []string{"SIG-19", "SDP-MD06"},
	Since:    "0.1",
	Text: `Twilio's page keeps the default Key Size of 2048 bits, Salesforce makes keys of 2048 and 4096 bits, and a shorter key can be broken, after which anybody can sign in as anybody.
The key in each certificate is measured, and Key Size is compared with it.`,
	Fix:     mend("salesforce.certificates.key_size", "Create a certificate with Key Size 2048 or 4096, choose it for the Identity Provider and the app, and paste it into Flex."),
	Follows: []string{"settings/certificate-readable"},
	Run:     onSettings(settingsCertificateKeySize),
}

func settingsCertificateKeySize(s *settings.Settings, _ *Expect) Outcome {
	var found []Finding
	for _, c := range s.Salesforce.Certificates {
		size := c.KeySize
		x := parsed(c.File)
		if x == nil {
			if size.Value != 2048 && size.Value != 4096 {
				found = append(found, typed(size, fmt.Sprint(size.Value), "2048 or 4096"))
			}
			continue
		}
		bits := keyBits(x)
		switch {
		case weak(x):
			found = append(found, typed(c.File.Text, keyName(x), "RSA of at least 2048 bits"))
		case size.Set && size.Value != bits:
			found = append(found, typed(size, fmt.Sprint(size.Value), fmt.Sprint(bits)).noted("the certificate has "+keyName(x)))
		}
	}
	if x := parsed(s.Flex.X509Certificate); x != nil && weak(x) && !mismatched(s) {
		found = append(found, typed(s.Flex.X509Certificate.Text, keyName(x), "RSA of at least 2048 bits").
			fixed(mend("flex.x509_certificate", "Paste a certificate whose key has 2048 bits or more, after choosing it in Salesforce.")))
	}
	return fails(found...)
}

// SettingsCertificateExpiry wants certificates that are valid, and for a while yet.
var SettingsCertificateExpiry = &Check{
	ID:       "settings/certificate-expiry",
	Title:    "Each certificate is valid at the time of the login, and does not expire soon",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refCertificate, "Twilio, errors 70251", "RFC 5280 4.1.2.5"},
	Covers:   []string{"SIG-24"},
	Since:    "0.1",
	Text: `A self-signed certificate of Salesforce is valid for one year (2048 bits) or two (4096). When it expires, Flex has no valid certificate for the identity provider any more, and nobody can log in.
The validity of each certificate in use is compared with the time to judge at. One that expires within the time asked for (30 days where nothing is asked) is a warning, and so is one in the list that nothing uses.`,
	Fix:     mend("salesforce.certificates", "Create a new certificate, choose it for the Identity Provider and the app, and paste it into Flex at the same time."),
	Follows: []string{"settings/certificate-readable"},
	Run:     onSettings(settingsCertificateExpiry),
}

func settingsCertificateExpiry(s *settings.Settings, want *Expect) Outcome {
	if want.At.IsZero() {
		return skip("the time to judge at is not known")
	}
	var found []Finding
	for i := range s.Salesforce.Certificates {
		c := &s.Salesforce.Certificates[i]
		f, bad := expired(c.File, want)
		if bad && !inUse(&s.Salesforce, c) {
			f = f.only(Warning)
		}
		if bad {
			found = append(found, f)
		}
	}
	if f, bad := expired(s.Flex.X509Certificate, want); bad && !mismatched(s) {
		found = append(found, f.fixed(mend("flex.x509_certificate", "Paste the new certificate of Salesforce, when it is chosen there.")))
	}
	return fails(found...)
}

// expired says how the time to judge at lies outside a certificate's validity, or near
// its end.
func expired(file settings.File, want *Expect) (Finding, bool) {
	x := parsed(file)
	if x == nil {
		return Finding{}, false
	}
	at := want.At.UTC()
	f := typed(file.Text, "valid from "+day(x.NotBefore)+" to "+day(x.NotAfter), "valid at "+minute(at))
	switch {
	case at.Before(x.NotBefore):
		return f.noted("it is not valid before " + minute(x.NotBefore)), true
	case at.After(x.NotAfter):
		return f.noted("it expired " + days(at.Sub(x.NotAfter)) + " ago"), true
	case x.NotAfter.Sub(at) < want.ExpiresWithin:
		return f.noted("it expires in " + days(x.NotAfter.Sub(at))).only(Warning), true
	}
	return Finding{}, false
}

func day(t time.Time) string    { return t.UTC().Format("2006-01-02") }
func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// days is a duration in days, or in hours where it is less than two days.
func days(d time.Duration) string {
	if d < 48*time.Hour {
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// parsed is the certificate in a file, without those of its authorities; nil where there
// is none that can be read.
func parsed(file settings.File) *x509.Certificate {
	if len(file.Data) == 0 {
		return nil
	}
	x, _, err := saml.ParseChain(file.Data)
	if err != nil {
		return nil
	}
	return x
}

// mismatched reports whether Flex has another certificate than Salesforce signs with.
// settings/certificate-match reports that, and what is wrong with the other certificate
// is then no matter.
func mismatched(s *settings.Settings) bool {
	c := signing(&s.Salesforce)
	if c == nil {
		return false
	}
	signs, trusts := parsed(c.File), parsed(s.Flex.X509Certificate)
	return signs != nil && trusts != nil && !same(signs, trusts)
}

// inUse reports whether the Identity Provider or the app uses a certificate.
func inUse(s *settings.Salesforce, c *settings.Certificate) bool {
	return slices.Contains([]*settings.Certificate{signing(s), s.Certificate(s.IdentityProvider.Certificate.Value)}, c)
}

// signing is the certificate that signs the app's responses, nil where the one named
// is not in the list.
func signing(s *settings.Salesforce) *settings.Certificate {
	name := s.ConnectedApp.IDPCertificate.Value
	if name == "" || name == settings.DefaultIDPCertificate {
		name = s.IdentityProvider.Certificate.Value
	}
	return s.Certificate(name)
}
