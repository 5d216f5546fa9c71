package harness

import (
	"context"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// publishing has the org give out the same metadata everywhere, changed.
func publishing(site *Site, change func(metadata string) string) {
	own := site.stage.network.hosts["acme.my.salesforce.com"]
	site.stage.network.hosts["acme.my.salesforce.com"] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/.well-known/") {
			own.ServeHTTP(w, r)
			return
		}
		rec := &recorder{header: http.Header{}, status: http.StatusOK}
		own.ServeHTTP(rec, r)
		w.WriteHeader(rec.status)
		w.Write([]byte(change(rec.body.String())))
	})
}

// entity is the EntityDescriptor of a document, without what stands before it.
func entity(metadata string) string {
	return metadata[strings.Index(metadata, "<md:EntityDescriptor"):]
}

// other is an EntityDescriptor of another identity provider.
const other = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
	`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>`

func entities(inside ...string) string {
	return `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"><md:EntitiesDescriptor>` + strings.Join(inside, "") + `</md:EntitiesDescriptor></md:EntitiesDescriptor>`
}

// anotherCertificate is one in Salesforce's shape, in base64.
func anotherCertificate(t *testing.T) string {
	data, err := keys.Pool()[3].Signer()
	require.NoError(t, err)
	made, err := keys.SelfSigned(keys.Certificate{Label: "Next", OrganizationID: "00D0A0000000Acm", Serial: big.NewInt(7), NotBefore: ScenarioTime, NotAfter: ScenarioTime.AddDate(1, 0, 0)}, data)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(made)), "\n")
	return strings.Join(lines[1:len(lines)-1], "\n")
}

// Metadata comes in several forms, and whichever it is, the part of the org is compared.
func TestProbeReadsMetadataOfEveryForm(t *testing.T) {
	t.Parallel()
	key := func(use, certificate string) string {
		return `<md:KeyDescriptor` + use + `><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + certificate + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:KeyDescriptor use="signing">`
	}
	next := anotherCertificate(t)
	for _, c := range []struct {
		name   string
		change func(string) string
		ids    []string
		note   string
	}{
		{"of a federation", func(m string) string { return entities(other, entity(m)) }, nil, ""},
		{"of a federation without the org", func(string) string { return entities(other, strings.ReplaceAll(other, "idp.example", "idp2.example")) },
			[]string{"probe/metadata"}, "it describes 2 identity providers, and none of them has the issuer of the settings as its entityID"},
		{"of another provider alone", func(string) string { return entities(other) },
			[]string{"probe/metadata-entity-id", "probe/metadata-certificate", "probe/metadata-endpoints"}, ""},
		{"with the next certificate first", func(m string) string {
			return strings.Replace(m, `<md:KeyDescriptor use="signing">`, key(` use="signing"`, next), 1)
		}, nil, ""},
		{"with a key for encryption first", func(m string) string {
			return strings.Replace(m, `<md:KeyDescriptor use="signing">`, key(` use="encryption"`, next), 1)
		}, nil, ""},
		{"with a key for encryption alone", func(m string) string {
			return strings.Replace(m, `use="signing"`, `use="encryption"`, 1)
		}, []string{"probe/metadata-certificate"}, "no signing certificate"},
		{"of the other half's side", func(m string) string { return strings.ReplaceAll(m, "IDPSSODescriptor", "SPSSODescriptor") },
			[]string{"probe/metadata", "probe/metadata-certificate", "probe/metadata-endpoints"}, "the metadata has no IDPSSODescriptor with a SingleSignOnService"},
	} {
		site, s, opt := served(t, "enhanced", nil)
		publishing(site, c.change)
		r, err := Probe(context.Background(), s, opt)
		require.NoError(t, err)
		assert.Equal(t, c.ids, probeFailures(r), c.name)
		if c.note != "" {
			assert.Contains(t, finding(t, r, c.ids[0]).Note, c.note)
		}
	}
}

// Where the halves differ, the app's metadata tells which of them is wrong, and that is
// the cause; the two halves' difference follows from it.
func TestProbeBlamesTheHalfThatDiffers(t *testing.T) {
	t.Parallel()
	stranger := []byte("-----BEGIN CERTIFICATE-----\n" + anotherCertificate(t) + "\n-----END CERTIFICATE-----\n")
	for _, c := range []struct {
		name  string
		typed func(*settings.Settings)
		cause string
		side  check.Side
		at    string
	}{
		{"Flex's issuer", func(s *settings.Settings) { s.Flex.IdentityProviderIssuer.Value += "/" },
			"probe/metadata-entity-id", check.FlexSide, "flex.identity_provider_issuer"},
		{"Salesforce's issuer", func(s *settings.Settings) { s.Salesforce.ConnectedApp.Issuer.Value += "/" },
			"probe/metadata-entity-id", check.Salesforce, "salesforce.connected_app.issuer"},
		{"both issuers", func(s *settings.Settings) {
			s.Flex.IdentityProviderIssuer.Value += "/"
			s.Salesforce.ConnectedApp.Issuer.Value += "/"
		}, "probe/metadata-entity-id", check.FlexSide, "flex.identity_provider_issuer"},
		{"Flex's certificate", func(s *settings.Settings) { s.Flex.X509Certificate.Data = stranger },
			"probe/metadata-certificate", check.FlexSide, "flex.x509_certificate_file"},
		{"Salesforce's certificate", func(s *settings.Settings) { s.Salesforce.Certificates[0].File.Data = stranger },
			"probe/metadata-certificate", check.Salesforce, "salesforce.certificates[0].file"},
		{"the address", func(s *settings.Settings) { s.Flex.SSOURL.Value += "s" },
			"probe/metadata-endpoints", check.FlexSide, "flex.sso_url"},
	} {
		_, s, opt := served(t, "enhanced", nil)
		c.typed(s)
		r, err := Probe(context.Background(), s, opt)
		require.NoError(t, err)
		assert.Equal(t, []string{c.cause}, causes(r), c.name)
		f := finding(t, r, c.cause)
		assert.Equal(t, c.at, f.At, c.name)
		fix := r.Summary(check.Error).Causes[0].Result.Check.Fix
		if f.Fix != nil {
			fix = *f.Fix
		}
		assert.Equal(t, c.side, fix.Side, c.name)
	}
}

// What departs from the usual is right where the metadata has it so: endpoints on another
// host of the org, an issuer with a slash.
func TestProbeTakesMetadataForTrue(t *testing.T) {
	t.Parallel()
	const elsewhere = "https://login.acme.example/idp/endpoint/HttpRedirect"
	site, s, opt := served(t, "enhanced", func(s *settings.Settings) {
		s.Flex.SSOURL.Value, s.Flex.IdentityProviderIssuer.Value = elsewhere, "https://acme.my.salesforce.com/"
		s.Salesforce.ConnectedApp.Issuer.Value = "https://acme.my.salesforce.com/"
	})
	publishing(site, func(m string) string {
		return strings.ReplaceAll(m, "https://acme.my.salesforce.com/idp", "https://login.acme.example/idp")
	})
	org := site.stage.network.hosts["acme.my.salesforce.com"]
	site.stage.network.hosts["login.acme.example"] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "acme.my.salesforce.com"
		org.ServeHTTP(w, r)
	})
	r, err := Probe(context.Background(), s, opt)
	require.NoError(t, err)
	assert.Empty(t, probeFailures(r))
	for _, res := range r.SettingsResults {
		assert.NotEqual(t, check.Fail, res.Status, res.Check.ID)
		if res.Check.ID == "settings/sso-url" || res.Check.ID == "settings/issuer-form" {
			assert.Equal(t, "the app's metadata states the very same", res.Reason, res.Check.ID)
		}
	}
	require.NotNil(t, r.Logins[0].Exchange.Request)
	doc, err := saml.Parse(r.Logins[0].Exchange.Request.XML, saml.Limits{})
	require.NoError(t, err)
	assert.Equal(t, elsewhere, doc.Root().Attr("Destination").Value())
}
