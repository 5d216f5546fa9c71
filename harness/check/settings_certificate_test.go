package check

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func year(n int) time.Time { return time.Date(n, 6, 1, 12, 0, 0, 0, time.UTC) }

func TestSettingsCertificates(t *testing.T) {
	weak := mint(t, keys.RSA, 1024, 0, year(2025), year(2030))
	past := mint(t, keys.RSA, 2048, 1, year(2020), year(2021))
	future := mint(t, keys.RSA, 2048, 1, year(2027), year(2030))
	soon := mint(t, keys.RSA, 2048, 1, year(2025), judgedAt.Add(12*24*time.Hour))
	other := mint(t, keys.RSA, 2048, 2, year(2025), year(2030))
	curve := mint(t, keys.EC, 256, 0, year(2025), year(2030))
	second := func(s *settings.Settings, data []byte) {
		c := settings.Certificate{Path: "salesforce.certificates[1]"}
		c.Label = settings.Text{Value: "Old", Path: "salesforce.certificates[1].label", Set: true}
		c.UniqueName = settings.Text{Value: "Old", Path: "salesforce.certificates[1].unique_name", Set: true}
		c.KeySize = settings.Number{Value: 2048, Path: "salesforce.certificates[1].key_size", Set: true}
		c.ExportablePrivateKey.Value = true
		c.File.Path = "salesforce.certificates[1].file"
		attach(&c.File, "old.crt", data)
		s.Salesforce.Certificates = append(s.Salesforce.Certificates, c)
	}
	described := func(data []byte) string {
		x, err := saml.ParseCertificate(data)
		require.NoError(t, err)
		return describe(x)
	}
	own := described(embedded(t, enhanced).Flex.X509Certificate.Data)

	testEdits(t, []edit{
		{title: "another certificate in Flex",
			edit:  func(s *settings.Settings) { attach(&s.Flex.X509Certificate, "other.crt", other) },
			cause: "settings/certificate-match",
			found: []Finding{{At: "flex.x509_certificate_file", Got: described(other), Want: own, Note: "it is of another key"}}},
		{title: "the certificate of the list that is not the app's in Flex",
			edit: func(s *settings.Settings) {
				second(s, other)
				attach(&s.Flex.X509Certificate, "old.crt", other)
			},
			cause: "settings/certificate-match",
			found: []Finding{{At: "flex.x509_certificate_file", Got: described(other), Want: own, Note: "it is the certificate Old, while the app signs with SalesforceSSO"}}},
		{title: "an expired certificate in Flex, and a new one in Salesforce",
			edit:  func(s *settings.Settings) { attach(&s.Flex.X509Certificate, "past.crt", past) },
			cause: "settings/certificate-match",
			found: []Finding{{At: "flex.x509_certificate_file", Got: described(past), Want: own, Note: "it is of another key"}}},
		{title: "a renewed certificate of the same key",
			edit: func(s *settings.Settings) {
				both(s, mint(t, keys.RSA, 2048, 1, year(2025), year(2030)))
				attach(&s.Flex.X509Certificate, "soon.crt", soon)
			},
			cause: "settings/certificate-match",
			found: []Finding{{At: "flex.x509_certificate_file", Got: described(soon), Want: described(mint(t, keys.RSA, 2048, 1, year(2025), year(2030))),
				Note: "both are of the same key: the certificate was renewed", Severity: Warning}}},
		{title: "an expired certificate",
			edit:  func(s *settings.Settings) { both(s, past) },
			cause: "settings/certificate-expiry",
			found: []Finding{
				{At: "salesforce.certificates[0].file", Got: "valid from 2020-06-01 to 2021-06-01", Want: "valid at 2026-01-01 00:00 UTC", Note: "it expired 1674 days ago"},
				{At: "flex.x509_certificate_file", Got: "valid from 2020-06-01 to 2021-06-01", Want: "valid at 2026-01-01 00:00 UTC", Note: "it expired 1674 days ago"}}},
		{title: "a certificate that is not valid yet",
			edit:  func(s *settings.Settings) { both(s, future) },
			cause: "settings/certificate-expiry",
			found: []Finding{
				{At: "salesforce.certificates[0].file", Got: "valid from 2027-06-01 to 2030-06-01", Want: "valid at 2026-01-01 00:00 UTC", Note: "it is not valid before 2027-06-01 12:00 UTC"},
				{At: "flex.x509_certificate_file", Got: "valid from 2027-06-01 to 2030-06-01", Want: "valid at 2026-01-01 00:00 UTC", Note: "it is not valid before 2027-06-01 12:00 UTC"}}},
		{title: "a certificate that expires soon",
			edit:  func(s *settings.Settings) { both(s, soon) },
			cause: "settings/certificate-expiry",
			found: []Finding{
				{At: "salesforce.certificates[0].file", Got: "valid from 2025-06-01 to 2026-01-13", Want: "valid at 2026-01-01 00:00 UTC", Note: "it expires in 12 days", Severity: Warning},
				{At: "flex.x509_certificate_file", Got: "valid from 2025-06-01 to 2026-01-13", Want: "valid at 2026-01-01 00:00 UTC", Note: "it expires in 12 days", Severity: Warning}}},
		{title: "an expired certificate that nothing uses",
			edit:  func(s *settings.Settings) { second(s, past) },
			cause: "settings/certificate-expiry",
			found: []Finding{{At: "salesforce.certificates[1].file", Got: "valid from 2020-06-01 to 2021-06-01", Want: "valid at 2026-01-01 00:00 UTC",
				Note: "it expired 1674 days ago", Severity: Warning}}},
		{title: "a key of 1024 bits",
			edit:  func(s *settings.Settings) { both(s, weak); s.Salesforce.Certificates[0].KeySize.Value = 1024 },
			cause: "settings/certificate-key-size",
			found: []Finding{
				{At: "salesforce.certificates[0].file", Got: "RSA of 1024 bits", Want: "RSA of at least 2048 bits"},
				{At: "flex.x509_certificate_file", Got: "RSA of 1024 bits", Want: "RSA of at least 2048 bits"}}},
		{title: "an elliptic curve",
			edit:  func(s *settings.Settings) { both(s, curve) },
			cause: "settings/certificate-key-size",
			found: []Finding{
				{At: "salesforce.certificates[0].file", Got: "ECDSA of 256 bits", Want: "RSA of at least 2048 bits"},
				{At: "flex.x509_certificate_file", Got: "ECDSA of 256 bits", Want: "RSA of at least 2048 bits"}}},
		{title: "a key size that is not the certificate's",
			edit:  func(s *settings.Settings) { s.Salesforce.Certificates[0].KeySize.Value = 4096 },
			cause: "settings/certificate-key-size",
			found: []Finding{{At: "salesforce.certificates[0].key_size", Got: "4096", Want: "2048", Note: "the certificate has RSA of 2048 bits"}}},
		{title: "text in Flex that is no certificate",
			edit:  func(s *settings.Settings) { attach(&s.Flex.X509Certificate, "x.crt", []byte("hello")) },
			cause: "settings/certificate-readable",
			found: []Finding{{At: "flex.x509_certificate_file", Got: "x.crt", Want: pemForm, Note: unreadableNote([]byte("hello"))}}},
		{title: "no certificate in Flex",
			edit: func(s *settings.Settings) {
				s.Flex.X509Certificate = settings.File{Text: settings.Text{Path: "flex.x509_certificate"}}
			},
			cause: "settings/certificate-readable",
			found: []Finding{{At: "flex.x509_certificate", Want: pemForm, Note: "no certificate was given"}}},
		{title: "an empty certificate in Flex",
			edit:  func(s *settings.Settings) { attach(&s.Flex.X509Certificate, "x.crt", []byte(" \n")) },
			cause: "settings/certificate-readable",
			found: []Finding{{At: "flex.x509_certificate_file", Got: "x.crt", Want: pemForm, Note: "it is empty"}}},
		{title: "a certificate in Flex without its BEGIN and END lines",
			edit: func(s *settings.Settings) {
				lines := strings.Split(strings.TrimSpace(string(s.Flex.X509Certificate.Data)), "\n")
				s.Flex.X509Certificate.Data = []byte(strings.Join(lines[1:len(lines)-1], "\n"))
			},
			cause: "settings/certificate-readable",
			found: []Finding{{At: "flex.x509_certificate_file", Got: "salesforce-sso.crt", Want: pemForm, Note: "the BEGIN and END lines are missing"}}},
		{title: "two certificates in Flex",
			edit: func(s *settings.Settings) {
				s.Flex.X509Certificate.Data = append(s.Flex.X509Certificate.Data, other...)
			},
			cause: "settings/certificate-readable",
			found: []Finding{{At: "flex.x509_certificate_file", Got: "salesforce-sso.crt", Want: pemForm, Note: unreadableNote(append(embedded(t, enhanced).Flex.X509Certificate.Data, other...)), Severity: severityOfTwo(t, other)}}},
		{title: "a private key in Flex",
			edit: func(s *settings.Settings) {
				s.Flex.X509Certificate.Data = []byte("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n")
			},
			cause: "settings/certificate-readable",
			found: []Finding{{At: "flex.x509_certificate_file", Got: "salesforce-sso.crt", Want: pemForm, Note: "it holds a private key, which must not leave Salesforce"}}},
		{title: "a file in Salesforce that is no certificate",
			edit:  func(s *settings.Settings) { s.Salesforce.Certificates[0].File.Data = []byte("hello") },
			cause: "settings/certificate-readable",
			found: []Finding{{At: "salesforce.certificates[0].file", Got: "salesforce-sso.crt", Want: pemForm, Note: unreadableNote([]byte("hello"))}}},
		{title: "the certificate of another org",
			edit:  func(s *settings.Settings) { s.Salesforce.OrganizationID.Value = "00D0A0000000Zzz" },
			cause: "settings/certificate-organization",
			found: []Finding{
				{At: "salesforce.certificates[0].file", Got: "OU=00D0A0000000Acm", Want: "OU=00D0A0000000Zzz", Note: "they differ after “00D0A0000000”"},
				{At: "flex.x509_certificate_file", Got: "OU=00D0A0000000Acm", Want: "OU=00D0A0000000Zzz", Note: "they differ after “00D0A0000000”"}}},
		{title: "a key that cannot be exported",
			edit:  func(s *settings.Settings) { s.Salesforce.Certificates[0].ExportablePrivateKey.Value = false },
			cause: "settings/exportable-private-key",
			found: []Finding{{At: "salesforce.certificates[0].exportable_private_key", Got: "not ticked", Want: "ticked"}}},
		{title: "identity provider not enabled",
			edit:  func(s *settings.Settings) { s.Salesforce.IdentityProvider.Enabled.Value = false },
			cause: "settings/identity-provider-enabled",
			found: []Finding{{At: "salesforce.identity_provider.enabled", Got: "not enabled", Want: "enabled"}}},
		{title: "identity provider enabled with another certificate",
			edit:  func(s *settings.Settings) { second(s, other); s.Salesforce.IdentityProvider.Certificate.Value = "Old" },
			cause: "settings/idp-certificate",
			found: []Finding{{At: "salesforce.identity_provider.certificate", Got: "Old", Want: "SalesforceSSO", Note: "the other page has SalesforceSSO"}}},
		{title: "app with another certificate",
			edit:    func(s *settings.Settings) { second(s, other); app(s).IDPCertificate.Value = "Old" },
			cause:   "settings/idp-certificate",
			found:   []Finding{{At: "salesforce.connected_app.idp_certificate", Got: "Old", Want: "SalesforceSSO", Note: "the other page has SalesforceSSO"}},
			follows: []string{"settings/certificate-match"}},
		{title: "app with a certificate that is not in the list",
			edit:  func(s *settings.Settings) { app(s).IDPCertificate.Value = "SalesforceSso" },
			cause: "settings/idp-certificate",
			found: []Finding{{At: "salesforce.connected_app.idp_certificate", Got: "SalesforceSso", Want: "SalesforceSSO",
				Note: "no certificate has this label or unique name: the letter case differs: “SalesforceSso” for “SalesforceSSO”"}}},
		{title: "no certificates at all",
			edit:  func(s *settings.Settings) { s.Salesforce.Certificates = nil },
			cause: "settings/idp-certificate",
			found: []Finding{
				{At: "salesforce.identity_provider.certificate", Got: "SalesforceSSO", Want: "a certificate of the list", Note: "no certificates were given"},
				{At: "salesforce.connected_app.idp_certificate", Got: "SalesforceSSO", Want: "a certificate of the list", Note: "no certificates were given"}}},
		{title: "a unique name with a hyphen",
			edit:  func(s *settings.Settings) { s.Salesforce.Certificates[0].UniqueName.Value = "Salesforce-SSO" },
			cause: "settings/certificate-name",
			found: []Finding{{At: "salesforce.certificates[0].unique_name", Got: "Salesforce-SSO", Want: "a unique name, as SalesforceSSO",
				Note: "“-”, character 11, is neither a letter nor a digit nor an underscore"}}},
		{title: "no label",
			edit:  func(s *settings.Settings) { s.Salesforce.Certificates[0].Label.Value = " " },
			cause: "settings/certificate-name",
			found: []Finding{{At: "salesforce.certificates[0].label", Got: " ", Want: "a label, as SalesforceSSO"}}},
		{title: "two certificates of one name",
			edit: func(s *settings.Settings) {
				second(s, other)
				s.Salesforce.Certificates[1].UniqueName.Value = "salesforcesso"
			},
			cause: "settings/certificate-name",
			found: []Finding{{At: "salesforce.certificates[1].unique_name", Got: "salesforcesso", Want: "a name that no other certificate has",
				Note: "salesforce.certificates[0].unique_name is the same"}}},
	})
}

func unreadableNote(data []byte) string {
	if _, err := saml.ParseCertificate(data); err != nil {
		return "it cannot be read: " + err.Error()
	}
	return "it holds more than one certificate"
}

// Two certificates may be read as the first of them or not at all.
func severityOfTwo(t *testing.T, second []byte) Severity {
	if strings.HasPrefix(unreadableNote(append(embedded(t, enhanced).Flex.X509Certificate.Data, second...)), "it cannot") {
		return 0
	}
	return Warning
}

func TestSettingsCertificateExpiryNeedsTheClock(t *testing.T) {
	c := NewCase(embedded(t, enhanced), nil, &Expect{Profile: Flex})
	r := Run([]*Check{SettingsCertificateExpiry}, c)[0]
	assert.Equal(t, Skip, r.Status)
	assert.Equal(t, "the time to judge at is not known", r.Reason)
}

// How long before its end a certificate is warned of can be asked for.
func TestSettingsCertificateExpiresWithin(t *testing.T) {
	s := embedded(t, enhanced)
	both(s, mint(t, keys.RSA, 2048, 1, year(2025), judgedAt.Add(40*24*time.Hour)))
	for within, want := range map[time.Duration]Status{0: Pass, 40 * 24 * time.Hour: Pass, 40*24*time.Hour + time.Second: Fail, -1: Pass} {
		r := Run([]*Check{SettingsCertificateExpiry}, NewCase(s, nil, &Expect{Profile: Flex, At: judgedAt, ExpiresWithin: within}))[0]
		assert.Equal(t, want, r.Status, within)
	}
}

// The app may name the certificate of the Identity Provider page instead of one.
func TestSettingsDefaultIDPCertificate(t *testing.T) {
	s := embedded(t, enhanced)
	app(s).IDPCertificate.Value = settings.DefaultIDPCertificate
	for _, r := range judge(s) {
		assert.NotEqual(t, Fail, r.Status, r.Check.ID)
	}
	assert.Same(t, &s.Salesforce.Certificates[0], signing(&s.Salesforce))
}

func TestDescribeKey(t *testing.T) {
	assert.Equal(t, "Ed25519", keyName(&x509.Certificate{PublicKeyAlgorithm: x509.Ed25519}))
	assert.Zero(t, keyBits(&x509.Certificate{}))
	assert.True(t, weak(&x509.Certificate{}))
}
