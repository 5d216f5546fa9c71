package settings

import (
	"strings"
	"unicode"
)

// DefaultIDPCertificate is what the app's IdP Certificate shows until one is chosen:
// the certificate of Setup › Identity Provider.
const DefaultIDPCertificate = "Default IdP Certificate"

// NameIDFormatUnspecified is the Name ID Format that a new app shows.
const NameIDFormatUnspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"

// preset gives the settings that were not typed the values that the consoles show for
// them (Salesforce, "Certificate" in the Metadata API; Twilio, "Configure Salesforce SSO
// with Flex"). Boxes that are not ticked and fields that stay empty keep their zero
// values, and so does all of a half that the file leaves out. That the preset of Signing
// Algorithm is SHA1 was seen in set-ups of 2022 and is documented nowhere.
func (s *Settings) preset() {
	for i := range s.Salesforce.Certificates {
		c := &s.Salesforce.Certificates[i]
		preset(&c.UniqueName, uniqueName(c.Label.Value))
		preset(&c.KeySize, 2048)
		preset(&c.ExportablePrivateKey, true)
	}
	if s.Salesforce.Set {
		a := &s.Salesforce.ConnectedApp
		preset(&a.Kind, KindConnectedApp)
		preset(&a.APIName, uniqueName(a.Name.Value))
		preset(&a.SubjectType, SubjectUsername)
		preset(&a.NameIDFormat, NameIDFormatUnspecified)
		if s.Salesforce.MyDomain.Value != "" {
			preset(&a.Issuer, s.Salesforce.Origin())
		}
		preset(&a.IDPCertificate, DefaultIDPCertificate)
		preset(&a.SigningAlgorithm, "SHA1")
		preset(&a.EncryptionAlgorithm, "AES128")
	}
	for i := range s.Salesforce.Users {
		preset(&s.Salesforce.Users[i].Active, true)
	}
	if s.Flex.Set {
		preset(&s.Flex.SSO, SSOEnhanced)
	}
}

func preset[T any](f *Field[T], value T) {
	if !f.Set {
		f.Value = value
	}
}

// uniqueName is the name that Setup fills in after a label was typed: letters, digits
// and single underscores, beginning with a letter and not ending with an underscore.
func uniqueName(label string) string {
	words := strings.FieldsFunc(label, func(c rune) bool {
		return c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
	name := strings.Join(words, "_")
	if name != "" && unicode.IsDigit(rune(name[0])) {
		name = "X" + name
	}
	return name
}
