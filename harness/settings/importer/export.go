package importer

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// An Export is an app as Salesforce's metadata has it: the file of the app itself first,
// with paths below the folder of a package, in source format.
type Export struct {
	Files []File
	Notes []string // what the files do not have, or what to see to before deploying them
}

// ConnectedApp exports the app as a ConnectedApp. Who has access stands in profiles and
// permission sets: an app's own list needs OAuth settings, which settings do not keep.
func ConnectedApp(s *settings.Settings) (*Export, error) {
	a := &s.Salesforce.ConnectedApp
	if err := exportable(s); err != nil {
		return nil, err
	}
	x := &writer{}
	x.open("ConnectedApp",
		"Name, contact, SAML and custom attributes are all that samlproof knows of an app.",
		"Deployed over an app that has more, as OAuth, canvas, mobile, session or IP settings,",
		"a logo or a plug-in, this file takes that away: put these elements into the file of",
		"that app instead.")
	for _, c := range a.CustomAttributes {
		x.group("attributes", [2]string{"formula", c.Value.Value}, [2]string{"key", c.Key.Value})
	}
	x.element("contactEmail", a.ContactEmail.Value)
	x.element("label", a.Name.Value)
	out := &Export{}
	if a.EnableSAML.Value {
		x.begin("samlConfig")
		x.element("acsUrl", a.ACSURL.Value)
		x.element("certificate", out.certificate(a))
		x.encryption(s, out)
		x.element("entityUrl", a.EntityID.Value)
		x.element("issuer", given(a.Issuer))
		x.element("samlIdpSLOBindingEnum", logoutBindings.theirs(a.SingleLogoutBinding.Value))
		x.element("samlNameIdFormat", nameIDFormats.theirs(given(a.NameIDFormat)))
		x.element("samlSigningAlgoType", given(a.SigningAlgorithm))
		x.element("samlSloUrl", a.SingleLogoutURL.Value)
		x.element("samlSubjectCustomAttr", a.SubjectCustomAttribute.Value)
		x.element("samlSubjectType", connectedSubjects.theirs(a.SubjectType.Value))
		x.end("samlConfig")
	}
	x.element("startUrl", a.StartURL.Value)
	out.add(x, "ConnectedApp", "connectedApps", a.APIName.Value, "connectedApp")
	out.note("the app's file has its name, contact, SAML and custom attributes alone; what else the app in the org has, as OAuth or canvas, is taken away by deploying it over that app")
	out.access(a)
	return out, nil
}

// ECA exports the app as an External Client App with its policies.
func ECA(s *settings.Settings) (*Export, error) {
	a := &s.Salesforce.ConnectedApp
	if err := exportable(s); err != nil {
		return nil, err
	}
	out := &Export{}
	api := a.APIName.Value
	x := &writer{}
	x.open("ExtlClntAppSamlConfigurablePolicies")
	x.element("acsUrl", a.ACSURL.Value)
	x.element("certificate", out.certificate(a))
	x.element("commaSeparatedPermissionSet", joined(a.PermissionSets))
	x.element("commaSeparatedProfile", joined(a.Profiles))
	for _, c := range a.CustomAttributes {
		x.group("customAttributes", [2]string{"formula", c.Value.Value}, [2]string{"key", c.Key.Value})
	}
	x.encryption(s, out)
	x.element("entityUrl", a.EntityID.Value)
	x.element("externalClientApplication", api)
	x.element("issuer", given(a.Issuer))
	x.element("label", a.Name.Value+" SAML")
	x.element("nameIdFormat", nameIDFormats.theirs(given(a.NameIDFormat)))
	x.element("signingAlgorithmType", given(a.SigningAlgorithm))
	x.element("singleLogoutBindingType", logoutBindings.theirs(a.SingleLogoutBinding.Value))
	x.element("singleLogoutUrl", a.SingleLogoutURL.Value)
	x.element("subjectCustomAttribute", a.SubjectCustomAttribute.Value)
	x.element("subjectType", externalSubjects.theirs(a.SubjectType.Value))
	out.add(x, "ExtlClntAppSamlConfigurablePolicies", "extlClntAppSamlConfigurablePolicies", api+"_samlPlcy", "ecaSamlPlcy")

	x = &writer{}
	x.open("ExternalClientApplication")
	x.element("contactEmail", a.ContactEmail.Value)
	x.element("distributionState", "Local") // apps with SAML cannot be packaged
	x.element("isProtected", "false")
	x.element("label", a.Name.Value)
	out.add(x, "ExternalClientApplication", "externalClientApps", api, "eca")

	x = &writer{}
	x.open("ExtlClntAppConfigurablePolicies")
	x.element("externalClientApplication", api)
	x.element("isEnabled", "true")
	x.element("isSamlPluginEnabled", fmt.Sprint(a.EnableSAML.Value))
	x.element("label", a.Name.Value+" policies")
	if a.StartURL.Value != "" {
		x.element("startPage", "Custom")
		x.element("startUrl", a.StartURL.Value)
	}
	out.add(x, "ExtlClntAppConfigurablePolicies", "extlClntAppPolicies", api+"_plcy", "ecaPlcy")
	return out, nil
}

// Metadata exports what Salesforce publishes of itself for the app, as it is given to
// the service provider: valid for ten years from now.
func Metadata(s *settings.Settings, now time.Time) ([]byte, error) {
	sf, a := &s.Salesforce, &s.Salesforce.ConnectedApp
	c := sf.Certificate(a.IDPCertificate.Value)
	switch {
	case sf.MyDomain.Value == "":
		return nil, refuse(sf.MyDomain.Place, "it is the host name of the org", "without salesforce.my_domain there is no metadata")
	case c == nil:
		return nil, refuse(a.IDPCertificate.Place, "it is a label or unique name of salesforce.certificates", "the certificate %q is not in the list", a.IDPCertificate.Value)
	}
	x, err := saml.ParseCertificate(c.File.Data)
	if err != nil {
		return nil, refuse(c.File.Place, "", "the certificate %q: %s", a.IDPCertificate.Value, err)
	}
	issuer := cmp.Or(a.Issuer.Value, sf.Origin())
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="` + saml.NSMetadata + `" entityID="` + saml.EscapeAttr(issuer) + `" validUntil="` + now.UTC().AddDate(10, 0, 0).Format("2006-01-02T15:04:05.000Z") + `" xmlns:ds="` + saml.NSSignature + `">
   <md:IDPSSODescriptor WantAuthnRequestsSigned="` + fmt.Sprint(a.VerifyRequestSignatures.Value) + `" protocolSupportEnumeration="` + saml.NSProtocol + `">
      <md:KeyDescriptor use="signing">
         <ds:KeyInfo>
            <ds:X509Data>
               <ds:X509Certificate>` + base64.StdEncoding.EncodeToString(x.Raw) + `</ds:X509Certificate>
            </ds:X509Data>
         </ds:KeyInfo>
      </md:KeyDescriptor>
` + logoutServices(sf) + `      <md:NameIDFormat>` + saml.EscapeAttr(a.NameIDFormat.Value) + `</md:NameIDFormat>
      <md:SingleSignOnService Binding="` + saml.BindingPOST + `" Location="` + saml.EscapeAttr(sf.PostURL()) + `"/>
      <md:SingleSignOnService Binding="` + saml.BindingRedirect + `" Location="` + saml.EscapeAttr(sf.RedirectURL()) + `"/>
   </md:IDPSSODescriptor>
</md:EntityDescriptor>
`), nil
}

// logoutServices are the endpoints of Single Logout, where the app has it.
func logoutServices(sf *settings.Salesforce) string {
	if sf.ConnectedApp.SingleLogoutURL.Value == "" {
		return ""
	}
	at := `" Location="` + saml.EscapeAttr(sf.Origin()+"/services/auth/idp/saml2/logout") + "\"/>\n"
	return `      <md:SingleLogoutService Binding="` + saml.BindingPOST + at + `      <md:SingleLogoutService Binding="` + saml.BindingRedirect + at
}

// exportable refuses apps that Salesforce would not deploy.
func exportable(s *settings.Settings) error {
	a := &s.Salesforce.ConnectedApp
	if !s.Salesforce.Set {
		return refuse(settings.Place{File: s.Name}, "the app is on its side", "the settings have no Salesforce half")
	}
	var errs []error
	for _, f := range []settings.Text{a.Name, a.APIName, a.ContactEmail, a.EntityID, a.ACSURL} {
		if strings.TrimSpace(f.Value) == "" {
			errs = append(errs, refuse(f.Place, "", "%s is empty, and Salesforce deploys no app without it", f.Path))
		}
	}
	if a.EncryptSAMLResponse.Value && !a.EncryptionCertificate.Set {
		errs = append(errs, refuse(a.EncryptSAMLResponse.Place, "name the certificate, whose base name is that of Certificate and Key Management",
			"salesforce.connected_app.encryption_certificate is missing, though responses are encrypted"))
	}
	if a.VerifyRequestSignatures.Value && len(a.RequestCertificate.Data) == 0 {
		errs = append(errs, refuse(a.VerifyRequestSignatures.Place, "", "salesforce.connected_app.request_certificate is missing, though requests are verified"))
	}
	for _, c := range a.CustomAttributes {
		if c.Key.Value == "" || c.Value.Value == "" {
			errs = append(errs, refuse(c.Key.Place, "", "%s has no key or no value", c.Path))
		}
	}
	return errors.Join(errs...)
}

// certificate is the service provider's certificate as the metadata has it. Its presence
// switches the verification of requests on, so it is left out where that is off.
func (x *Export) certificate(a *settings.ConnectedApp) string {
	if !a.VerifyRequestSignatures.Value {
		return ""
	}
	return strings.TrimSpace(string(pemOf(string(a.RequestCertificate.Data))))
}

// encryption writes the name of the certificate to encrypt to, as Certificate and Key
// Management has it: the base name of its file.
func (w *writer) encryption(s *settings.Settings, out *Export) {
	a := &s.Salesforce.ConnectedApp
	if a.EncryptSAMLResponse.Value {
		name := path.Base(strings.ReplaceAll(a.EncryptionCertificate.Value, `\`, "/"))
		name = strings.TrimSuffix(name, path.Ext(name))
		w.element("encryptionCertificate", name)
		out.note("the org must have the certificate %s in Certificate and Key Management: only its name is written", name)
	}
	if a.EncryptSAMLResponse.Value || a.EncryptionAlgorithm.Set {
		w.element("encryptionType", encryptionTypes.theirs(a.EncryptionAlgorithm.Value))
	}
}

func (x *Export) note(format string, args ...any) {
	x.Notes = append(x.Notes, fmt.Sprintf(format, args...))
}

// access writes profiles and permission sets that grant the app. A profile lies over the
// one in the org; a permission set takes its place, so that one must be merged by hand.
func (x *Export) access(a *settings.ConnectedApp) {
	for _, p := range a.Profiles {
		w := &writer{}
		w.open("Profile")
		w.group("applicationVisibilities", [2]string{"application", a.APIName.Value}, [2]string{"default", "false"}, [2]string{"visible", "true"})
		x.add(w, "Profile", "profiles", profileFile(p.Value), "profile")
	}
	for _, p := range a.PermissionSets {
		w := &writer{}
		w.open("PermissionSet")
		w.group("applicationVisibilities", [2]string{"application", a.APIName.Value}, [2]string{"visible", "true"})
		w.element("hasActivationRequired", "false")
		w.element("label", strings.ReplaceAll(p.Value, "_", " "))
		x.add(w, "PermissionSet", "permissionsets", p.Value, "permissionset")
		x.note("deploying the permission set %s takes away what else it grants: merge it with that of the org", p.Value)
	}
}

// add ends a document and adds its file.
func (x *Export) add(w *writer, root, folder, name, suffix string) {
	w.text.WriteString("</" + root + ">\n")
	x.Files = append(x.Files, File{folder + "/" + fileName(name) + "." + suffix + "-meta.xml", w.text.Bytes()})
}

// fileName is the name of a component as files have it: what file systems do not take
// is escaped, as the CLI does.
func fileName(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if c < ' ' || strings.IndexByte(`%/\:*?"<>|&`, c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func joined(list []settings.Text) string {
	var all []string
	for _, t := range list {
		all = append(all, t.Value)
	}
	return strings.Join(all, ",")
}

// given is the value of a setting that was typed. What was not is left to Salesforce,
// which has the same default.
func given(f settings.Text) string {
	if !f.Set {
		return ""
	}
	return f.Value
}

// A writer writes Salesforce's metadata, indented by four blanks as the CLI does.
type writer struct {
	text  bytes.Buffer
	depth int
}

// open begins a document, with a comment of these lines before its root.
func (w *writer) open(root string, comment ...string) {
	w.text.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	for i, line := range comment {
		begin, end := "     ", ""
		if i == 0 {
			begin = "<!-- "
		}
		if i == len(comment)-1 {
			end = " -->"
		}
		w.text.WriteString(begin + line + end + "\n")
	}
	w.text.WriteString("<" + root + " xmlns=\"" + sforce + "\">\n")
	w.depth = 1
}

func (w *writer) begin(name string) {
	w.text.WriteString(strings.Repeat("    ", w.depth) + "<" + name + ">\n")
	w.depth++
}

func (w *writer) end(name string) {
	w.depth--
	w.text.WriteString(strings.Repeat("    ", w.depth) + "</" + name + ">\n")
}

// element writes an element with text, or nothing without.
func (w *writer) element(name, text string) {
	if text != "" {
		w.text.WriteString(strings.Repeat("    ", w.depth) + "<" + name + ">" + escape(text) + "</" + name + ">\n")
	}
}

func (w *writer) group(name string, elements ...[2]string) {
	w.begin(name)
	for _, e := range elements {
		w.element(e[0], e[1])
	}
	w.end(name)
}

// escape is text as element content. Characters that XML cannot have are replaced.
func escape(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '&':
			b.WriteString("&amp;")
		case c == '<':
			b.WriteString("&lt;")
		case c == '>':
			b.WriteString("&gt;")
		case c == '"':
			b.WriteString("&quot;")
		case c == '\'':
			b.WriteString("&apos;")
		case c == '\r':
			b.WriteString("&#13;")
		case c < ' ' && c != '\n' && c != '\t', c == 0xfffe, c == 0xffff:
			b.WriteRune('\ufffd')
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
