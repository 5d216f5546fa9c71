package check

import (
	"github.com/samlproof/samlproof/harness/saml"
)

// ResponseDestination compares Destination with the ACS URL.
var ResponseDestination = &Check{
	ID:       "response/destination",
	Title:    "Destination is the ACS URL that the response reaches",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.2.2", "SAMLBind 3.5.5.2"},
	Covers:   []string{"RSP-06", "XML-11"},
	Since:    "0.1",
	Text: `Where Destination is there, it equals the URL at which the response is received, or the response is discarded: otherwise a response made for one service provider could be handed to another.
Compared character by character with the service provider's ACS URLs, query string and all; where the response is known to have gone to one of them, with that one. What the browser sees counts, not what a proxy makes of it.`,
	Fix:     Fix{Side: IDP, Setting: "ACS URL of the service provider", Text: "Register the service provider's ACS URL, character by character."},
	FlexFix: mend("salesforce.connected_app.acs_url", "Type the ACS URL of this Flex connection exactly as Flex shows it."),
	Follows: []string{"response/destination-present", "settings/acs-url", "settings/twilio-sso-url", "settings/placeholder", "settings/account-sid", "settings/connection-sid", "request/acs-url", "response/delivered-to", "signature/wrapping", "signature/digest", "metadata/acs"},
	Run:     onRead(responseDestination, acsURLs),
}

func responseDestination(c *Case) []Finding {
	d := c.Response.Attr("Destination")
	if !d.Exists() {
		return nil
	}
	list := whereSent(d, c.Exchange.Response.URL, c.Expect.ACSURLs)
	for i := range list {
		if shadowed(d.Element(), "Destination") {
			list[i] = list[i].also("xml/schema")
		}
	}
	return list
}

// ResponseDestinationPresent wants a signed response to say where it goes.
var ResponseDestinationPresent = &Check{
	ID:       "response/destination-present",
	Title:    "The response names its Destination",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.5.5.2"},
	Covers:   []string{"RSP-07"},
	Since:    "0.1",
	Text: `A response that is signed and posted names its Destination, which the signature then protects. On one that is not signed itself the attribute may be missing; that is a warning,
because many service providers want it all the same.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Set Destination to the ACS URL before signing."},
	Follows: []string{"signature/digest", "signature/wrapping"},
	Run:     onReceived(responseDestinationPresent),
}

func responseDestinationPresent(r *saml.Response, _ *Expect) []Finding {
	d := r.Attr("Destination")
	if d.Exists() && !blank(d.Value()) {
		return nil
	}
	at, got := r.At(), "no Destination"
	if d.Exists() {
		at, got = d.At(), d.Value()
	}
	f := found(at, got, "the ACS URL")
	if !r.Signature.Exists() && !d.Exists() {
		f = f.only(Warning)
	}
	return one(f)
}

// ResponseIssuerPresent wants the response to say who made it.
var ResponseIssuerPresent = &Check{
	ID:       "response/issuer-present",
	Title:    "The response names its Issuer",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLCore 3.2.2"},
	Covers:   []string{"RSP-08", "XML-07"},
	Since:    "0.1",
	Text: `A response that is signed, or whose assertion is encrypted, has an Issuer that is not blank: without it nobody knows by whose keys to read it. On another response the Issuer may be missing;
that is a warning, because some service providers want it all the same.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Write the identity provider's entity ID as the Issuer of the response."},
	Follows: []string{"signature/digest", "signature/wrapping"},
	Run:     onReceived(responseIssuerPresent),
}

func responseIssuerPresent(r *saml.Response, _ *Expect) []Finding {
	switch {
	case !r.Issuer.Exists() && !r.Signature.Exists() && len(r.Encrypted) == 0:
		return one(found(r.At(), "no Issuer", "the entity ID of the identity provider").only(Warning))
	case !r.Issuer.Exists():
		return one(found(r.At(), "no Issuer", "the entity ID of the identity provider"))
	case blank(r.Issuer.Text()):
		return one(found(r.Issuer.At(), r.Issuer.Text(), "the entity ID of the identity provider"))
	}
	return nil
}

// ResponseIssuer compares the Issuer with the expected one.
var ResponseIssuer = &Check{
	ID:       "response/issuer",
	Title:    "The response's Issuer is the identity provider that is trusted",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLCore 8.3.6"},
	Covers:   []string{"RSP-09", "RPL-07", "XML-11", "MDI-07"},
	Since:    "0.1",
	Text:     `The Issuer of the response is the entity ID that the service provider expects, character by character: a trailing slash, letter case and white space count.`,
	Fix:      Fix{Side: SP, Setting: "entity ID of the identity provider", Text: "Type it exactly as the identity provider sends it."},
	FlexFix:  mend("flex.identity_provider_issuer", "Type the Issuer exactly as the connected app sends it; both consoles must have the same text, with or without a slash at its end."),
	Follows:  []string{"settings/issuer", "settings/placeholder", "settings/my-domain", "signature/digest", "signature/wrapping", "metadata/entity-id-match"},
	Run:      onResponse(responseIssuer, issuers),
}

func responseIssuer(r *saml.Response, want *Expect) []Finding {
	if !r.Issuer.Exists() {
		return nil
	}
	if v := r.Issuer.Text(); !among(v, want.Issuers) && !blank(v) {
		return one(differs(r.Issuer.At(), v, want.Issuers))
	}
	return nil
}

// ResponseIssuerFormat wants the Issuer to be written as an entity ID.
var ResponseIssuerFormat = &Check{
	ID:       "response/issuer-format",
	Title:    "The response's Issuer has the format of an entity ID and no qualifiers",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.4.2", "SAMLCore 8.3.6"},
	Covers:   []string{"RSP-10"},
	Since:    "0.1",
	Text:     `Format is left out or is urn:oasis:names:tc:SAML:2.0:nameid-format:entity, and NameQualifier, SPNameQualifier and SPProvidedID are left out.`,
	Fix:      Fix{Side: IDP, Setting: "response", Text: "Write the Issuer without attributes, or with the format of an entity ID."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onResponse(responseIssuerFormat),
}

func responseIssuerFormat(r *saml.Response, _ *Expect) []Finding { return issuerFormat(r.Issuer) }

// ResponseUnencrypted wants plain assertions for Flex.
var ResponseUnencrypted = &Check{
	ID:       "response/unencrypted",
	Title:    "The assertion is not encrypted",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{"Twilio, Configuring SSO and IdP in Flex"},
	Since:    "0.1",
	Text:     `Twilio does not support encrypted assertions. A response with one is refused, whatever key it was made for.`,
	Fix:      mend("salesforce.connected_app.encrypt_saml_response", "Untick it."),
	Follows:  []string{"settings/encrypt-response", "signature/digest"},
	Run: func(c *Case) Outcome {
		if c.Settings != nil && c.Settings.Flex.ServiceProvider.EncryptionCertificate.Set {
			return skip("the service provider of these settings decrypts")
		}
		return onReceived(responseUnencrypted)(c)
	},
}

func responseUnencrypted(r *saml.Response, _ *Expect) []Finding {
	if len(r.Encrypted) == 0 {
		return nil
	}
	f := found(r.Encrypted[0].At(), "EncryptedAssertion", "Assertion")
	if !r.Encrypted[0].Child(saml.NSXMLEnc, "EncryptedData").Exists() {
		f = f.also("encryption/structure")
	}
	return one(f)
}
