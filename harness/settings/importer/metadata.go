package importer

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// takeMetadata sorts SAML metadata by the roles that it describes (SAMLMeta 2.4). A
// federation's, which describes several entities of a role, says nothing of which is meant.
func (a *artefacts) takeMetadata(d document, named bool) error {
	idps, sps := d.entities("IDPSSODescriptor"), d.entities("SPSSODescriptor")
	several := func(n int, what string) error {
		if !named {
			return nil
		}
		return refuse(d.at(d.root), "save the EntityDescriptor of the one that is meant as a file of its own, and name that", "this metadata describes %d %s", n, what)
	}
	switch {
	case len(idps) > 1:
		return several(len(idps), "identity providers")
	case len(idps) == 0 && len(sps) > 1:
		return several(len(sps), "service providers")
	case len(idps) == 1:
		a.idps = append(a.idps, d)
	case len(sps) == 1:
		a.sps = append(a.sps, d)
	case named:
		return refuse(d.at(d.root), "", "this metadata describes neither an identity provider nor a service provider")
	}
	if len(idps) == 0 {
		return nil
	}
	found, err := saml.CertificatesFromMetadata(d.root.Document(), d.path)
	if err != nil {
		return refuse(d.at(d.root), "", "the certificate of this metadata: %s", err)
	}
	found = slices.DeleteFunc(found, func(c saml.Certificate) bool { return c.X509 == nil })
	if len(found) == 0 {
		return refuse(d.at(d.root), "", "this metadata has the identity provider's bare key, and settings want a certificate")
	}
	for i, c := range found {
		name := component(d.path)
		if i > 0 {
			name = fmt.Sprintf("%s_%d", name, i+1)
		}
		a.certs = append(a.certs, certificate{x509: c.X509, at: d.at(d.role("IDPSSODescriptor")), name: name, metadata: true, further: i > 0})
	}
	return nil
}

// entities are the entities that have a role.
func (d document) entities(role string) []saml.Element {
	var all []saml.Element
	for e := range d.root.Document().Elements() {
		if e.Is(saml.NSMetadata, role) && (len(all) == 0 || all[len(all)-1] != e.Parent()) {
			all = append(all, e.Parent())
		}
	}
	return all
}

// role is the first descriptor of this kind.
func (d document) role(local string) saml.Element {
	for e := range d.root.Document().Elements() {
		if e.Is(saml.NSMetadata, local) {
			return e
		}
	}
	return saml.Element{}
}

// metadata sets what SAML metadata says.
func (b *builder) metadata() error {
	for i, d := range b.idps {
		if i > 0 {
			b.note("%s: more metadata of an identity provider, of which only the certificate was taken", d.path)
			continue
		}
		b.identityProvider(d)
	}
	switch {
	case len(b.sps) > 1:
		return refuse(b.sps[1].at(b.sps[1].root), "name one of the two files", "is metadata of a second service provider, after %s", b.sps[0].path)
	case len(b.sps) == 1:
		b.serviceProvider(b.sps[0])
	}
	return nil
}

// identityProvider sets what Salesforce publishes of the org.
func (b *builder) identityProvider(d document) {
	sf := &b.s.Salesforce
	role := d.role("IDPSSODescriptor")
	b.half(d, d.root)
	b.note("metadata of the identity provider (%s)", d.path)
	if !sf.IdentityProvider.Enabled.Set {
		typed(&sf.IdentityProvider.Enabled, true, d.at(role))
	}
	for _, e := range role.All(saml.NSMetadata, "SingleSignOnService") {
		u, err := url.Parse(e.Attr("Location").Value())
		if err == nil && u.Host != "" && strings.Contains(u.Path, "/idp/endpoint/") && !sf.MyDomain.Set {
			typed(&sf.MyDomain, u.Host, d.at(e))
		}
	}
	entity := role.Parent().Attr("entityID")
	if id := entity.Value(); id != "" && id != sf.Origin() && !sf.ConnectedApp.Issuer.Set {
		p := entity.At()
		typed(&sf.ConnectedApp.Issuer, id, settings.Place{File: d.path, Line: p.Line, Column: p.Column})
	}
}

// serviceProvider sets what is typed into an app from a service provider's metadata.
func (b *builder) serviceProvider(d document) {
	a := &b.s.Salesforce.ConnectedApp
	role := d.role("SPSSODescriptor")
	b.half(d, d.root)
	b.note("metadata of the service provider (%s)", d.path)
	attr := func(to *settings.Text, from saml.Attr) {
		if from.Value() != "" && !to.Set {
			p := from.At()
			typed(to, from.Value(), settings.Place{File: d.path, Line: p.Line, Column: p.Column})
		}
	}
	attr(&a.EntityID, role.Parent().Attr("entityID"))
	attr(&a.ACSURL, consumer(role).Attr("Location"))
	if !a.EnableSAML.Set {
		typed(&a.EnableSAML, true, d.at(role))
	}
	if e := role.Child(saml.NSMetadata, "NameIDFormat"); value(e) != "" && !a.NameIDFormat.Set {
		typed(&a.NameIDFormat, value(e), d.at(e))
	}
	b.serviceLogout(role)
	b.serviceKeys(role)
}

// serviceLogout offers the service provider's address for logout.
func (b *builder) serviceLogout(role saml.Element) {
	if b.s.Salesforce.ConnectedApp.SingleLogoutURL.Set {
		return
	}
	bindings := map[string]string{saml.BindingRedirect: settings.LogoutRedirect, saml.BindingPOST: settings.LogoutPOST}
	for _, e := range role.All(saml.NSMetadata, "SingleLogoutService") {
		if binding, ok := bindings[e.Attr("Binding").Value()]; ok {
			b.ask("salesforce.connected_app.single_logout_url", "The service provider takes logout at "+e.Attr("Location").Value(),
				"by "+binding+". Is that typed here?")
			return
		}
	}
}

// consumer is the default endpoint for responses by HTTP-POST (SAMLMeta 2.2.3).
func consumer(role saml.Element) saml.Element {
	var first, undenied saml.Element
	for _, e := range role.All(saml.NSMetadata, "AssertionConsumerService") {
		if e.Attr("Binding").Value() != saml.BindingPOST {
			continue
		}
		switch e.Attr("isDefault").Value() {
		case "true", "1":
			return e
		case "":
			if !undenied.Exists() {
				undenied = e
			}
		}
		if !first.Exists() {
			first = e
		}
	}
	if undenied.Exists() {
		return undenied
	}
	return first
}

// serviceKeys offers the keys of a service provider, whose certificates are written
// beside the settings: whether Salesforce uses them, its metadata cannot say.
func (b *builder) serviceKeys(role saml.Element) {
	a := &b.s.Salesforce.ConnectedApp
	if !a.VerifyRequestSignatures.Set {
		signs := "does not say that it signs its requests"
		if v := role.Attr("AuthnRequestsSigned").Value(); v == "true" || v == "1" {
			signs = "says that it signs its requests"
		}
		b.ask("salesforce.connected_app.verify_request_signatures",
			append([]string{"The service provider's metadata " + signs + ". Is the box ticked? Then write true, and"},
				b.offer(role, "signing", "request_certificate")...)...)
	}
	if !a.EncryptSAMLResponse.Set && keyFor(role, "encryption").Exists() {
		b.ask("salesforce.connected_app.encrypt_saml_response",
			append([]string{"The service provider can decrypt. Is the box ticked? Then write true, and"},
				b.offer(role, "encryption", "encryption_certificate")...)...)
	}
}

// keyFor is the first KeyDescriptor for a use, or for any (SAMLMeta 2.4.1.1).
func keyFor(role saml.Element, use string) saml.Element {
	for _, k := range role.All(saml.NSMetadata, "KeyDescriptor") {
		if v := k.Attr("use").Value(); v == "" || v == use {
			return k
		}
	}
	return saml.Element{}
}

// offer puts the certificate of a key beside the settings, and says how to name it there.
func (b *builder) offer(role saml.Element, use, key string) []string {
	for e := range keyFor(role, use).Descendants() {
		if !e.Is(saml.NSSignature, "X509Certificate") {
			continue
		}
		x, err := saml.ParseCertificate([]byte(value(e)))
		if err != nil {
			break
		}
		name := "service-provider-" + use + ".crt"
		b.im.Files = append(b.im.Files, File{Name: name, Data: encode(x)})
		return []string{"name the certificate of its metadata, which stands beside this file:", "    " + key + ": " + name}
	}
	return []string{"name its certificate under " + key + ": its metadata has none that can be read."}
}
