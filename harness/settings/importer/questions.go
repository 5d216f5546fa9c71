package importer

import "fmt"

// questions asks for what no artefact said. What settings have a default for is asked
// where the default may be wrong and nothing else would tell.
func (b *builder) questions(c *chosenApp) {
	sf := &b.s.Salesforce
	if sf.Set {
		b.salesforceQuestions(c)
	}
	if b.s.Flex.Set || !b.s.ForFlex() {
		return
	}
	b.note("nothing about the Flex side was found: fill it in, or add a file with it")
	for _, key := range flexKeys {
		b.ask("flex." + key)
	}
}

func (b *builder) salesforceQuestions(c *chosenApp) {
	sf, a := &b.s.Salesforce, &b.s.Salesforce.ConnectedApp
	missing := func(set bool, path string, lines ...string) {
		if !set && b.im.Asks["salesforce."+path] == nil {
			b.ask("salesforce."+path, lines...)
		}
	}
	missing(sf.MyDomain.Set, "my_domain", "Nothing that was imported says it.")
	missing(sf.OrganizationID.Set, "organization_id", "Nothing that was imported says it.")
	missing(len(sf.Certificates) > 0, "certificates",
		"No certificate was imported: an entry has label, and as file what Download",
		"Certificate gave.")
	missing(sf.IdentityProvider.Enabled.Set, "identity_provider.enabled", "Nothing that was imported says it: true or false.")
	missing(sf.IdentityProvider.Certificate.Set, "identity_provider.certificate", "Nothing that was imported says it: a label of the list above.")
	missing(a.IDPCertificate.Set, "connected_app.idp_certificate",
		"An app's metadata does not say it: a label of the list above. Left out it is",
		"Default IdP Certificate, that of the page Identity Provider.")
	missing(a.VerifyRequestSignatures.Set, "connected_app.verify_request_signatures",
		"An app's metadata has no field for the box, only for the certificate, and there is",
		"none. Left out it is false.")
	if a.VerifyRequestSignatures.Set && a.RequestCertificate.Set && c != nil && a.VerifyRequestSignatures.Place.File == c.path {
		b.ask("salesforce.connected_app.verify_request_signatures",
			"The app's metadata has the certificate, which switches the box on. Is it so?")
	}
	missing(a.SigningAlgorithm.Set, "connected_app.signing_algorithm", "Nothing that was imported says it. Left out it is SHA1, as in older apps.")
	missing(len(a.Profiles)+len(a.PermissionSets) > 0, "connected_app.profiles", "No profile or permission set was found that grants the app. Who may use it?")
	if c == nil {
		for _, f := range []struct {
			set bool
			key string
		}{
			{a.Name.Set, "name"}, {a.ContactEmail.Set, "contact_email"}, {a.StartURL.Set, "start_url"},
			{a.EnableSAML.Set, "enable_saml"}, {a.EntityID.Set, "entity_id"}, {a.ACSURL.Set, "acs_url"},
		} {
			missing(f.set, "connected_app."+f.key, "No app was imported that says it.")
		}
	}
	missing(len(sf.Users) > 0, "users", "Nobody was found who may use the app. Whom to try it with?")
	for i, u := range sf.Users {
		if i < len(b.users) && !u.License.Set {
			b.ask(fmt.Sprintf("salesforce.users[%d].license", i), "The list does not say it.")
		}
	}
}

// flexKeys are the settings of the Flex half that every set-up has.
var flexKeys = []string{
	"account_sid", "sso", "connection_sid", "friendly_name", "x509_certificate", "identity_provider_issuer", "sso_url",
	"default_redirect_url", "login_link",
}
