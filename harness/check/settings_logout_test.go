package check

import (
	"testing"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is typed for Single Logout, for signing and for decrypting is compared between the
// halves, and each fault is told by one check at one setting.
func TestSettingsOfAServiceProvider(t *testing.T) {
	t.Parallel()
	const atApp, atOwn = "salesforce.connected_app.", "flex.service_provider."
	other := func(t testing.TB, n int) []byte { return mint(t, "RSA", 2048, n, year(2025), year(2030)) }
	for _, tt := range []struct {
		title, check string
		edit         func(t testing.TB, a *settings.ConnectedApp, own *settings.ServiceProvider)
		at, note     string
		severity     Severity // 0 for that of the check
	}{
		{"neither side logs out", "settings/single-logout-sides", func(_ testing.TB, a *settings.ConnectedApp, own *settings.ServiceProvider) {
			a.SingleLogoutURL, a.SingleLogoutBinding, *own = settings.Text{}, settings.Text{}, settings.ServiceProvider{}
		}, "", "", 0},
		{"Salesforce alone", "settings/single-logout-sides", func(_ testing.TB, _ *settings.ConnectedApp, own *settings.ServiceProvider) {
			*own = settings.ServiceProvider{}
		}, atApp + "single_logout_url", "Flex documents no Single Logout; a service provider that has it says so under flex.service_provider", Warning},
		{"the service provider alone", "settings/single-logout-sides", func(_ testing.TB, a *settings.ConnectedApp, _ *settings.ServiceProvider) {
			a.SingleLogoutURL.Value, a.SingleLogoutBinding.Value = "", ""
		}, atApp + "single_logout_url", "the service provider has Single Logout: flex.service_provider.single_logout_url is https://flex.acme.example/logout", 0},
		{"the service provider sends and does not take", "settings/single-logout-sides", func(_ testing.TB, _ *settings.ConnectedApp, own *settings.ServiceProvider) {
			own.SingleLogoutURL.Value, own.SingleLogoutBinding.Value = "", ""
		}, atOwn + "single_logout_url", "", 0},
		{"a slash", "settings/single-logout-url", func(_ testing.TB, a *settings.ConnectedApp, _ *settings.ServiceProvider) {
			a.SingleLogoutURL.Value += "/"
		}, atApp + "single_logout_url", "it has a trailing slash that should not be there", 0},
		{"another binding", "settings/single-logout-binding", func(_ testing.TB, a *settings.ConnectedApp, _ *settings.ServiceProvider) {
			a.SingleLogoutBinding.Value = settings.LogoutRedirect
		}, atApp + "single_logout_binding", "“Redirect” stands where “POST” is wanted", 0},
		{"no binding named", "settings/single-logout-binding", func(_ testing.TB, _ *settings.ConnectedApp, own *settings.ServiceProvider) {
			own.SingleLogoutBinding = settings.Text{}
		}, "", "", 0},
		{"logged out at the endpoint for logins", "settings/identity-provider-logout-url", func(_ testing.TB, _ *settings.ConnectedApp, own *settings.ServiceProvider) {
			own.IdentityProviderLogoutURL.Value = "https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"
		}, atOwn + "identity_provider_logout_url", "the path is “/idp/endpoint/HttpRedirect”, not “/services/auth/idp/saml2/logout”", 0},
		{"no key", "settings/logout-signing", func(_ testing.TB, _ *settings.ConnectedApp, own *settings.ServiceProvider) {
			own.SigningCertificate = settings.File{Text: settings.Text{Path: own.SigningCertificate.Path}}
		}, atOwn + "signing_certificate", "", 0},
		{"verified with the right certificate", "settings/request-certificate", func(t testing.TB, a *settings.ConnectedApp, own *settings.ServiceProvider) {
			a.VerifyRequestSignatures.Value = true
			attach(&own.SigningCertificate, "sp.crt", other(t, 1))
			attach(&a.RequestCertificate, "sp.crt", other(t, 1))
		}, "", "", 0},
		{"verified with another", "settings/request-certificate", func(t testing.TB, a *settings.ConnectedApp, own *settings.ServiceProvider) {
			a.VerifyRequestSignatures.Value = true
			attach(&own.SigningCertificate, "sp.crt", other(t, 1))
			attach(&a.RequestCertificate, "sp.crt", other(t, 2))
		}, atApp + "request_certificate", "it is of another key than the service provider signs with", 0},
		{"verified with none", "settings/request-certificate", func(_ testing.TB, a *settings.ConnectedApp, _ *settings.ServiceProvider) {
			a.VerifyRequestSignatures.Value = true
		}, atApp + "request_certificate", "no certificate was given", 0},
		{"encrypted to the right certificate", "settings/encryption-certificate", func(t testing.TB, a *settings.ConnectedApp, own *settings.ServiceProvider) {
			a.EncryptSAMLResponse.Value = true
			attach(&a.EncryptionCertificate, "sp.crt", own.EncryptionCertificate.Data)
		}, "", "", 0},
		{"encrypted to another", "settings/encryption-certificate", func(t testing.TB, a *settings.ConnectedApp, _ *settings.ServiceProvider) {
			a.EncryptSAMLResponse.Value = true
			attach(&a.EncryptionCertificate, "sp.crt", other(t, 2))
		}, atApp + "encryption_certificate", "it is of another key than the service provider decrypts with", 0},
	} {
		t.Run(tt.title, func(t *testing.T) {
			t.Parallel()
			s := specimen(t)
			s.Complete()
			tt.edit(t, app(s), &s.Flex.ServiceProvider)
			seen := false
			for _, r := range judge(s) {
				switch {
				case r.Check.ID == tt.check && tt.at == "":
					seen = true
					assert.NotEqual(t, Fail, r.Status, r.Findings)
				case r.Check.ID == tt.check:
					seen = true
					require.Len(t, r.Findings, 1, r.Reason)
					f := r.Findings[0]
					assert.Equal(t, tt.at, f.At)
					assert.Equal(t, tt.note, f.Note)
					assert.Equal(t, tt.severity, f.Severity)
				case r.Status == Fail && r.Severity == Error:
					assert.Contains(t, r.Follows, tt.check, r.Check.ID)
				}
			}
			assert.True(t, seen)
		})
	}
}
