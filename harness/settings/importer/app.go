package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// A naming is an enumeration of Salesforce's metadata, each value with what settings call
// it. Of several values of theirs for one of ours the first is written.
type naming []struct{ theirs, ours string }

// The page of ConnectedApp and the WSDL spell some subject types differently, and both
// occur; External Client Apps have the spelling of the WSDL.
var (
	connectedSubjects = naming{
		{"PersistentID", settings.SubjectPersistentID}, {"PersistentId", settings.SubjectPersistentID},
		{"CustomAttr", settings.SubjectCustomAttribute}, {"CustomAttribute", settings.SubjectCustomAttribute},
	}
	externalSubjects = naming{
		{"PersistentId", settings.SubjectPersistentID}, {"PersistentID", settings.SubjectPersistentID},
		{"CustomAttribute", settings.SubjectCustomAttribute}, {"CustomAttr", settings.SubjectCustomAttribute},
	}
	nameIDFormats = naming{
		{"Unspecified", saml.FormatUnspecified}, {"EmailAddress", saml.FormatEmailAddress},
		{"Persistent", saml.FormatPersistent}, {"Transient", saml.FormatTransient},
	}
	encryptionTypes = naming{{"AES_128", "AES128"}, {"AES_256", "AES256"}}
	logoutBindings  = naming{{"RedirectBinding", settings.LogoutRedirect}, {"PostBinding", settings.LogoutPOST}}
)

// ours is what settings call a value of metadata; one that is not known stays as it is,
// for the checks to judge.
func (n naming) ours(value string) string {
	for _, pair := range n {
		if pair.theirs == value {
			return pair.ours
		}
	}
	return value
}

// theirs is what metadata calls a value of settings.
func (n naming) theirs(value string) string {
	for _, pair := range n {
		if pair.ours == value {
			return pair.theirs
		}
	}
	return value
}

// fields are what an app's metadata is called, by the kind of app.
type fields struct {
	subjectType, subjectField, nameIDFormat, algorithm, logoutURL, logoutBinding, attributes string
}

var (
	connectedFields = fields{"samlSubjectType", "samlSubjectCustomAttr", "samlNameIdFormat", "samlSigningAlgoType", "samlSloUrl", "samlIdpSLOBindingEnum", "attributes"}
	externalFields  = fields{"subjectType", "subjectCustomAttribute", "nameIdFormat", "signingAlgorithmType", "singleLogoutUrl", "singleLogoutBindingType", "customAttributes"}
)

// A chosenApp is the app that settings are made of, with the names that it goes by.
type chosenApp struct {
	document
	external bool
	api      string // full name
	label    string
	parent   document // ExternalClientApplication; zero where there is none
	policy   document // ExtlClntAppConfigurablePolicies
}

func (c *chosenApp) describe() string {
	kind := "Connected App"
	if c.external {
		kind = "External Client App"
	}
	return fmt.Sprintf("%s %s (%s)", kind, cmp.Or(c.api, c.label), c.path)
}

// choose picks the app by name, or the only one there is; nil where there is none.
func (b *builder) choose(name string) (*chosenApp, error) {
	var all, chosen []*chosenApp
	for _, d := range b.apps {
		c := b.candidate(d)
		all = append(all, c)
		if name == "" || strings.EqualFold(c.api, name) || strings.EqualFold(c.label, name) {
			chosen = append(chosen, c)
		}
	}
	var names []string
	for _, c := range all {
		names = append(names, cmp.Or(c.api, c.label))
	}
	hint := "choose one with --app: " + strings.Join(names, ", ")
	switch {
	case len(chosen) == 1:
		return chosen[0], nil
	case len(chosen) > 1 && name == "":
		return nil, refuse(chosen[1].at(chosen[1].root), hint, "is a second app with SAML, after %s", chosen[0].path)
	case len(chosen) > 1:
		return nil, refuse(chosen[1].at(chosen[1].root), "name one of the two files", "is a second app of that name, after %s", chosen[0].path)
	case name != "" && len(all) > 0:
		return nil, refuse(settings.Place{}, hint, "there is no app %q", name)
	case name != "":
		return nil, refuse(settings.Place{}, "", "there is no app %q, nor any other", name)
	}
	return nil, nil
}

// candidate finds the names of an app, and the files that belong to it.
func (b *builder) candidate(d document) *chosenApp {
	c := &chosenApp{document: d, api: component(d.path)}
	if full := value(child(d.root, "fullName")); full != "" {
		c.api = full
	}
	if d.root.Local() == "ConnectedApp" {
		c.label = value(child(d.root, "label"))
		return c
	}
	c.external = true
	name := value(child(d.root, "externalClientApplication"))
	c.api, c.label = name, name
	for _, p := range b.parents {
		api, label := component(p.path), value(child(p.root, "label"))
		if name == api || name == label {
			c.parent, c.api, c.label = p, api, label
		}
	}
	for _, p := range b.policies {
		if of := value(child(p.root, "externalClientApplication")); of != "" && (of == c.api || of == c.label) {
			c.policy = p
		}
	}
	return c
}

// app sets what the app's metadata says.
func (b *builder) app(c *chosenApp) {
	a := &b.s.Salesforce.ConnectedApp
	b.half(c.document, c.root)
	b.note("%s", c.describe())
	if c.external {
		b.externalApp(c, a)
	} else {
		b.connectedApp(c, a)
	}
}

// half notes that there is a Salesforce half, and where it begins.
func (b *builder) half(d document, e saml.Element) {
	if !b.s.Salesforce.Set {
		b.s.Salesforce.Set, b.s.Salesforce.Place = true, d.at(e)
	}
}

func (b *builder) connectedApp(c *chosenApp, a *settings.ConnectedApp) {
	typed(&a.Kind, settings.KindConnectedApp, c.at(c.root))
	c.text(&a.Name, c.root, "label")
	typed(&a.APIName, c.api, c.at(c.root))
	c.text(&a.ContactEmail, c.root, "contactEmail")
	c.text(&a.StartURL, c.root, "startUrl")
	config := child(c.root, "samlConfig")
	if config.Exists() {
		typed(&a.EnableSAML, true, c.at(config))
	} else {
		typed(&a.EnableSAML, false, c.at(c.root))
	}
	b.saml(c, a, config, c.root, connectedFields)
	b.kept(c.document, c.root, "label", "fullName", "contactEmail", "startUrl", "samlConfig", "attributes", "profileName", "permissionSetName")
}

func (b *builder) externalApp(c *chosenApp, a *settings.ConnectedApp) {
	typed(&a.Kind, settings.KindExternalClientApp, c.at(c.root))
	if !strings.Contains(c.api, " ") {
		typed(&a.APIName, c.api, c.at(c.root)) // else it is the label, without the app itself
	}
	if p := c.parent; p.root.Exists() {
		p.text(&a.Name, p.root, "label")
		p.text(&a.ContactEmail, p.root, "contactEmail")
		b.kept(p, p.root, "label", "fullName", "contactEmail", "distributionState", "isProtected", "orgScopedExternalApp")
	} else {
		typed(&a.Name, c.label, c.at(c.root))
	}
	c.text(&a.StartURL, c.root, "startUrl")
	typed(&a.EnableSAML, true, c.at(c.root))
	if p := c.policy; p.root.Exists() {
		p.text(&a.StartURL, p.root, "startUrl")
		for _, name := range []string{"isEnabled", "isSamlPluginEnabled"} {
			if e := child(p.root, name); e.Exists() && value(e) == "false" {
				typed(&a.EnableSAML, false, p.at(e))
			}
		}
	}
	b.saml(c, a, c.root, c.root, externalFields)
	b.kept(c.document, c.root, "externalClientApplication", "label", "fullName", "acsUrl", "certificate", "commaSeparatedPermissionSet", "commaSeparatedProfile",
		"customAttributes", "encryptionCertificate", "encryptionType", "entityUrl", "issuer", "nameIdFormat", "signingAlgorithmType", "singleLogoutBindingType",
		"singleLogoutUrl", "startUrl", "subjectCustomAttribute", "subjectType")
}

// saml sets what both kinds of apps have.
func (b *builder) saml(c *chosenApp, a *settings.ConnectedApp, config, attributes saml.Element, names fields) {
	c.text(&a.EntityID, config, "entityUrl")
	c.text(&a.ACSURL, config, "acsUrl")
	c.choice(&a.SubjectType, config, names.subjectType, connectedSubjects)
	c.text(&a.SubjectCustomAttribute, config, names.subjectField)
	c.choice(&a.NameIDFormat, config, names.nameIDFormat, nameIDFormats)
	c.text(&a.Issuer, config, "issuer")
	c.choice(&a.SigningAlgorithm, config, names.algorithm, nil)
	c.text(&a.SingleLogoutURL, config, names.logoutURL)
	c.choice(&a.SingleLogoutBinding, config, names.logoutBinding, logoutBindings)
	if e := child(config, "encryptionType"); value(e) != "None" {
		c.choice(&a.EncryptionAlgorithm, config, "encryptionType", encryptionTypes)
	}
	if e := child(config, "certificate"); value(e) != "" {
		// The presence of the certificate switches the verification of requests on.
		typed(&a.VerifyRequestSignatures, true, c.at(e))
		typed(&a.RequestCertificate.Text, cmp.Or(a.APIName.Value, "app")+"-requests.crt", c.at(e))
		a.RequestCertificate.Data = pemOf(value(e))
	}
	if e := child(config, "encryptionCertificate"); value(e) != "" {
		typed(&a.EncryptSAMLResponse, true, c.at(e))
		b.encryptionCertificate(a, value(e), c.at(e))
	}
	for _, e := range children(attributes, names.attributes) {
		var custom settings.CustomAttribute
		for _, part := range []struct {
			to   *settings.Text
			name string
		}{{&custom.Key, "key"}, {&custom.Value, "formula"}} {
			at := c.at(e)
			if p := child(e, part.name); p.Exists() {
				at = c.at(p)
			}
			typed(part.to, value(child(e, part.name)), at)
		}
		a.CustomAttributes = append(a.CustomAttributes, custom)
	}
}

// kept notes the parts of an artefact that settings do not keep.
func (b *builder) kept(d document, e saml.Element, known ...string) {
	var lost []string
	for c := range e.Children() {
		if !slices.Contains(known, c.Local()) && !slices.Contains(lost, c.Local()) {
			lost = append(lost, c.Local())
		}
	}
	if len(lost) > 0 {
		b.note("%s: settings do not keep %s, and what export writes is without", d.path, strings.Join(lost, ", "))
	}
	if plugin := child(e, "plugin"); plugin.Exists() {
		b.note("%s: the Apex class %s may change what is issued, which the mock does not do", d.path, value(plugin))
	}
}
