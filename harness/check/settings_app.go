package check

import (
	"bytes"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// What Twilio's page has for every account.
const documentedStartURL = "https://flex.twilio.com/agent-desktop"

// SettingsAppName wants names that Salesforce takes for the app.
var SettingsAppName = &Check{
	ID:       "settings/app-name",
	Title:    "The app has a name and an API name that Salesforce takes",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, pageSalesforce},
	Since:    "0.1",
	Text: `Salesforce saves no app without Connected App Name and API Name. The API name has letters, digits and underscores only, begins with a letter, does not end with an underscore and has no two in a row; it is part of the address of the app's metadata.
Twilio's page has “Twilio Flex” and “Twilio_Flex”; other names do as well.`,
	Fix: mend("salesforce.connected_app.api_name", "Copy Connected App Name and API Name, as Twilio Flex and Twilio_Flex."),
	Run: onApp(func(a *settings.ConnectedApp) Outcome {
		var found []Finding
		if strings.TrimSpace(a.Name.Value) == "" {
			found = append(found, typed(a.Name, a.Name.Value, "a name, as Twilio Flex").
				fixed(mend(a.Name.Path, "Type a name, as Twilio Flex.")))
		}
		if fault := apiNameFault(a.APIName.Value); fault != "" && (a.APIName.Set || a.Name.Value != "") {
			found = append(found, typed(a.APIName, a.APIName.Value, "an API name, as Twilio_Flex").noted(fault))
		}
		return fails(found...)
	}),
}

// SettingsContactEmail wants an address to write to.
var SettingsContactEmail = &Check{
	ID:       "settings/contact-email",
	Title:    "Contact Email of the app is an e-mail address",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, pageSalesforce},
	Since:    "0.1",
	Text:     `Salesforce saves no app without a Contact Email. It is where Salesforce writes when something about the app changes; no login depends on it.`,
	Fix:      mend("salesforce.connected_app.contact_email", "Type the e-mail address of the people who look after the app."),
	Follows:  []string{"settings/placeholder"},
	Run: onApp(func(a *settings.ConnectedApp) Outcome {
		f := a.ContactEmail
		if why := awaits(f); why != "" {
			return skip(why)
		}
		if !address.MatchString(f.Value) {
			return fails(typed(f, f.Value, "an e-mail address, as it@acme.example"))
		}
		return pass()
	}),
}

// SettingsStartURL wants the start page that is documented.
var SettingsStartURL = &Check{
	ID:       "settings/start-url",
	Title:    "Start URL is the agent desktop of Flex",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce},
	Since:    "0.1",
	Text: `Where a user who opens the app from Salesforce's App Launcher is sent. Twilio's page has https://flex.twilio.com/agent-desktop for both generations of SSO.
Compared character by character with that.`,
	Fix:     mend("salesforce.connected_app.start_url", "Type https://flex.twilio.com/agent-desktop."),
	Follows: []string{"settings/placeholder"},
	Run: forFlex(onApp(func(a *settings.ConnectedApp) Outcome {
		if why := awaits(a.StartURL); why != "" {
			return skip(why)
		}
		return compared(a.StartURL, documentedStartURL)
	})),
}

// SettingsEnableSAML wants the app to speak SAML.
var SettingsEnableSAML = &Check{
	ID:       "settings/enable-saml",
	Title:    "SAML is enabled for the app",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce},
	Since:    "0.1",
	Text:     `Only an app with Enable SAML ticked is a service provider. Without it Salesforce does not find the app by its Entity Id and cannot resolve the request.`,
	Fix:      mend("salesforce.connected_app.enable_saml", "Tick Enable SAML and save."),
	Run: onApp(func(a *settings.ConnectedApp) Outcome {
		if !a.EnableSAML.Value {
			return fails(typed(a.EnableSAML, "not ticked", "ticked"))
		}
		return pass()
	}),
}

// SettingsSubjectType wants users to be known by their usernames.
var SettingsSubjectType = &Check{
	ID:       "settings/subject-type",
	Title:    "Subject Type is Username",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageSSO},
	Since:    "0.1",
	Text: `What stands in NameID, by which Flex knows its users. Another subject type gives every user another NameID, and each a second worker, which is billed, at the next login.
Compared with Username, as Twilio's page has it; in an app of another service provider with the types that Salesforce knows.`,
	Fix: mend("salesforce.connected_app.subject_type", "Choose Username."),
	Run: onAppOf(func(s *settings.Settings, a *settings.ConnectedApp) Outcome {
		f := a.SubjectType
		known := among(f.Value, subjectTypes)
		if f.Value == settings.SubjectUsername || known && !s.ForFlex() {
			return pass()
		}
		finding := typed(f, f.Value, settings.SubjectUsername)
		if !known {
			finding.Note = Difference(f.Value, settings.SubjectUsername)
		}
		if !s.ForFlex() {
			near := nearest(f.Value, subjectTypes)
			finding = typed(f, f.Value, near).noted(Difference(f.Value, near)).fixed(mend(f.Path, "Choose "+near+"."))
		}
		return fails(finding)
	}),
}

// subjectTypes are the choices of Subject Type.
var subjectTypes = []string{
	settings.SubjectUsername, settings.SubjectFederationID, settings.SubjectUserID, settings.SubjectCustomAttribute, settings.SubjectPersistentID,
}

// offeredFormats are the choices of Name ID Format.
var offeredFormats = []string{saml.FormatUnspecified, saml.FormatEmailAddress, saml.FormatPersistent, saml.FormatTransient}

// SettingsNameIDFormat wants the documented format.
var SettingsNameIDFormat = &Check{
	ID:       "settings/name-id-format",
	Title:    "Name ID Format is unspecified, of SAML 1.1",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce},
	Since:    "0.1",
	Text: `Twilio's page has urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified, under which a username stands as it is. The formats persistent and transient promise another kind of value, and emailAddress one that is an e-mail address.
Compared character by character; in an app of another service provider with the formats that Salesforce offers.`,
	Fix: mend("salesforce.connected_app.name_id_format", "Choose "+saml.FormatUnspecified+"."),
	Run: onAppOf(func(s *settings.Settings, a *settings.ConnectedApp) Outcome {
		f := a.NameIDFormat
		switch {
		case s.ForFlex():
			return compared(f, saml.FormatUnspecified)
		case among(f.Value, offeredFormats):
			return pass()
		}
		near := nearest(f.Value, offeredFormats)
		return fails(typed(f, f.Value, near).noted(Difference(f.Value, near)).fixed(mend(f.Path, "Choose "+near+".")))
	}),
}

// SettingsSigningAlgorithm wants SHA-256.
var SettingsSigningAlgorithm = &Check{
	ID:       "settings/signing-algorithm",
	Title:    "Responses are signed with SHA256",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, "Salesforce Help, Signing Algorithm for SAML Messages", "SAML2int 2.3 SDP-ALG01"},
	Covers:   []string{"SIG-10", "SIG-11"},
	Since:    "0.1",
	Text: `Salesforce offers SHA1 and SHA256; SHA1 is what older apps have. Collisions of SHA-1 can be made, Salesforce's own health review recommends SHA256, and Twilio asks for it where its pages name an algorithm.
SHA1 is a warning, since Flex is not known to refuse it; any other value is an error.`,
	Fix: mend("salesforce.connected_app.signing_algorithm", "Choose SHA256."),
	Run: onApp(func(a *settings.ConnectedApp) Outcome {
		f := a.SigningAlgorithm
		switch f.Value {
		case "SHA256":
			return pass()
		case "SHA1":
			return fails(typed(f, f.Value, "SHA256").only(Warning))
		}
		return fails(typed(f, f.Value, "SHA256").noted(Difference(f.Value, "SHA256")))
	}),
}

// SettingsVerifyRequestSignatures wants unsigned requests to be taken.
var SettingsVerifyRequestSignatures = &Check{
	ID:       "settings/verify-request-signatures",
	Title:    "Salesforce takes the unsigned requests that Flex sends",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, refApp},
	Covers:   []string{"REQ-09"},
	Since:    "0.1",
	Text: `Flex does not sign its authentication requests. With Verify Request Signatures ticked Salesforce wants every request signed and refuses each of Flex's (InvalidSignature).
Twilio's page leaves the box empty. A service provider that signs may have it ticked.`,
	Fix: mend("salesforce.connected_app.verify_request_signatures", "Clear Verify Request Signatures and save."),
	Run: forFlex(onAppFor(func(a *settings.ConnectedApp, own *settings.ServiceProvider) Outcome {
		if f := a.VerifyRequestSignatures; f.Value && !own.SigningCertificate.Set {
			return fails(typed(f, "ticked", "not ticked"))
		}
		return pass()
	})),
}

// SettingsRequestCertificate wants no certificate for what is not verified, and the right
// one for what is.
var SettingsRequestCertificate = &Check{
	ID:       "settings/request-certificate",
	Title:    "The certificate to verify requests with is the service provider's, and there is none while they are not verified",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp},
	Since:    "0.1",
	Text: `In the app's metadata there is no box: the presence of the service provider's certificate switches the verification of requests on, and Flex signs none. A certificate without the tick is therefore one of the two mistyped, and in an app of another service provider so is the tick without a certificate.
With the tick it must be of the key that the service provider signs with. Where that is known, the two keys are compared.`,
	Fix:     mend("salesforce.connected_app.request_certificate", "Remove the certificate, and leave Verify Request Signatures empty."),
	Follows: []string{"settings/verify-request-signatures", "settings/certificate-readable"},
	Run: onAppOf(func(s *settings.Settings, a *settings.ConnectedApp) Outcome {
		f, own := a.RequestCertificate, &s.Flex.ServiceProvider
		switch ticked := a.VerifyRequestSignatures.Value; {
		case ticked && !s.ForFlex() && len(f.Data) == 0:
			return fails(typed(f.Text, f.Value, "the service provider's certificate").noted("Verify Request Signatures is ticked").
				fixed(mend(f.Path, "Upload the certificate that the service provider signs its requests with.")))
		case ticked && s.ForFlex() && !own.SigningCertificate.Set:
			return skip("Verify Request Signatures is ticked, which settings/verify-request-signatures reports")
		case ticked && s.ForFlex():
			return ofTheKey(f, own.SigningCertificate, "signs")
		case !ticked && f.Set:
			return fails(typed(f.Text, f.Value, "no certificate"))
		}
		return pass()
	}),
}

// ofTheKey compares a certificate in Salesforce with the service provider's own.
func ofTheKey(f, own settings.File, does string) Outcome {
	want, uploaded := parsed(own), parsed(f)
	fix := mend(f.Path, "Upload the certificate of the key that the service provider "+does+" with.")
	switch {
	case want == nil || f.Set && uploaded == nil:
		return skip("a certificate cannot be read, which settings/certificate-readable reports")
	case uploaded == nil:
		return fails(typed(f.Text, "", describe(want)).noted("no certificate was given").fixed(fix))
	case !bytes.Equal(want.RawSubjectPublicKeyInfo, uploaded.RawSubjectPublicKeyInfo):
		return fails(typed(f.Text, describe(uploaded), describe(want)).noted("it is of another key than the service provider " + does + " with").fixed(fix))
	}
	return pass()
}

// SettingsEncryptResponse wants plain assertions.
var SettingsEncryptResponse = &Check{
	ID:       "settings/encrypt-response",
	Title:    "Responses are not encrypted, which Flex does not support",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, "Twilio, Configure Okta SSO with Flex"},
	Since:    "0.1",
	Text: `Flex has no key to decrypt with: Twilio does not support encryption. With Encrypt SAML Response ticked the assertion arrives as ciphertext and nobody can log in.
Twilio's page leaves the box empty. A service provider that has a key to decrypt with may have it ticked.`,
	Fix: mend("salesforce.connected_app.encrypt_saml_response", "Clear Encrypt SAML Response and save."),
	Run: forFlex(onAppFor(func(a *settings.ConnectedApp, own *settings.ServiceProvider) Outcome {
		if f := a.EncryptSAMLResponse; f.Value && !own.EncryptionCertificate.Set {
			return fails(typed(f, "ticked", "not ticked"))
		}
		return pass()
	})),
}

// SettingsEncryptionCertificate wants no certificate for what is not encrypted, and the
// right one for what is.
var SettingsEncryptionCertificate = &Check{
	ID:       "settings/encryption-certificate",
	Title:    "The certificate to encrypt with is the service provider's, and there is none while responses are not encrypted",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp},
	Since:    "0.1",
	Text: `In the app's metadata there is no box: the presence of an encryption certificate switches encryption on, and Flex supports none. The block algorithm may stand alone, but must be one that Salesforce offers.
The file is looked for while Encrypt SAML Response is not ticked; while it is, the file is compared with the certificate of a service provider that decrypts, and in an app of another service provider than Flex it must be there. The algorithm is compared with AES128 and AES256.`,
	Fix:     mend("salesforce.connected_app.encryption_certificate", "Remove the certificate, and leave Encrypt SAML Response empty."),
	Follows: []string{"settings/encrypt-response", "settings/certificate-readable"},
	Run: onAppOf(func(s *settings.Settings, a *settings.ConnectedApp) Outcome {
		own := &s.Flex.ServiceProvider
		var found []Finding
		switch f := a.EncryptionCertificate; {
		case f.Set && !a.EncryptSAMLResponse.Value:
			found = append(found, typed(f.Text, f.Value, "no certificate"))
		case own.EncryptionCertificate.Set && a.EncryptSAMLResponse.Value:
			found = append(found, ofTheKey(f, own.EncryptionCertificate, "decrypts").Findings...)
		case a.EncryptSAMLResponse.Value && !s.ForFlex() && len(f.Data) == 0:
			found = append(found, typed(f.Text, f.Value, "the service provider's certificate").noted("Encrypt SAML Response is ticked").
				fixed(mend(f.Path, "Upload the certificate that the service provider decrypts with.")))
		}
		if f := a.EncryptionAlgorithm; f.Set && f.Value != "AES128" && f.Value != "AES256" {
			found = append(found, typed(f, f.Value, "AES128 or AES256").
				noted(Difference(f.Value, nearest(f.Value, []string{"AES128", "AES256"}))).
				fixed(mend(f.Path, "Choose AES128 or AES256.")))
		}
		return fails(found...)
	}),
}
