package check

import (
	"github.com/samlproof/samlproof/harness/saml"
)

// MetadataACS wants a service provider to be reachable.
var MetadataACS = &Check{
	ID:       "metadata/acs",
	Title:    "The service provider takes responses by HTTP-POST, at the expected address",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.4", "SAMLProf 4.1.2", "SAML2int SDP-SP08"},
	Covers:   []string{"MDS-01", "MDS-08", "SDP-SP08"},
	Since:    "0.1",
	Text: `At least one AssertionConsumerService, one of them for HTTP-POST; a service provider that takes responses by HTTP-Artifact or PAOS alone is a warning, since few identity providers send them so. Deployment profiles require HTTP-POST.
Where the settings or the flags name ACS URLs, one of those is published, character by character.`,
	Fix:     Fix{Side: SP, Setting: "metadata", Text: "Publish an AssertionConsumerService for HTTP-POST."},
	Follows: []string{"metadata/entity-id-match", "settings/acs-url", "settings/twilio-sso-url"},
	Run:     judgeMetadataACS,
}

// bindingPAOS carries a response to an enhanced client (SAMLProf 4.2).
const bindingPAOS = "urn:oasis:names:tc:SAML:2.0:bindings:PAOS"

func judgeMetadataACS(c *Case) Outcome {
	out := onRole(roleSP, publishedACS)(c)
	if out.Skip != "" || worst(out.Findings, Error) == Error {
		return out
	}
	expected := onPeer(roleSP, expectedACS)(c)
	expected.Findings = append(out.Findings, expected.Findings...)
	return expected
}

// publishedACS wants an endpoint for HTTP-POST.
func publishedACS(r saml.Element, want *Expect) []Finding {
	services := r.All(saml.NSMetadata, "AssertionConsumerService")
	switch {
	case len(services) == 0:
		return one(found(r.At(), "no AssertionConsumerService", "at least one"))
	case !hasBinding(r, "AssertionConsumerService", saml.BindingPOST):
		f := found(r.At(), "no AssertionConsumerService for HTTP-POST", saml.BindingPOST)
		if want.Profile == SAML && (hasBinding(r, "AssertionConsumerService", saml.BindingArtifact) || hasBinding(r, "AssertionConsumerService", bindingPAOS)) {
			f = f.only(Warning)
		}
		return one(f)
	}
	return nil
}

// expectedACS wants one of the expected ACS URLs to be published.
func expectedACS(r saml.Element, want *Expect) []Finding {
	if len(want.ACSURLs) == 0 {
		return nil
	}
	services := r.All(saml.NSMetadata, "AssertionConsumerService")
	for _, e := range services {
		if among(e.Attr("Location").Value(), want.ACSURLs) {
			return nil
		}
	}
	a := services[0].Attr("Location")
	return one(differs(a.At(), a.Value(), want.ACSURLs))
}

// MetadataACSBinding wants no ACS for HTTP-Redirect.
var MetadataACSBinding = &Check{
	ID:       "metadata/acs-binding",
	Title:    "No AssertionConsumerService is for HTTP-Redirect",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.1.2"},
	Covers:   []string{"MDS-02", "RSP-20"},
	Since:    "0.1",
	Text:     `Responses must not travel by HTTP-Redirect, so that no endpoint for them is published.`,
	Fix:      Fix{Side: SP, Setting: "metadata", Text: "Leave the endpoint for HTTP-Redirect out."},
	Run: onRole(roleSP, func(r saml.Element, _ *Expect) (list []Finding) {
		for _, e := range r.All(saml.NSMetadata, "AssertionConsumerService") {
			if b := e.Attr("Binding"); b.Value() == saml.BindingRedirect {
				list = append(list, found(b.At(), b.Value(), saml.BindingPOST))
			}
		}
		return list
	}),
}

// MetadataAttributeService wants lists of attributes to be complete.
var MetadataAttributeService = &Check{
	ID:       "metadata/attribute-service",
	Title:    "A list of requested attributes has a name and at least one attribute",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.4.1"},
	Covers:   []string{"MDS-06"},
	Since:    "0.1",
	Text:     `AttributeConsumingService has at least one ServiceName, with xml:lang, and at least one RequestedAttribute.`,
	Fix:      Fix{Side: SP, Setting: "metadata", Text: "Complete the AttributeConsumingService, or leave it out."},
	Run: onRole(roleSP, func(r saml.Element, _ *Expect) (list []Finding) {
		for _, e := range r.All(saml.NSMetadata, "AttributeConsumingService") {
			name := e.Child(saml.NSMetadata, "ServiceName")
			switch {
			case !name.Exists():
				list = append(list, found(e.At(), "no ServiceName", "ServiceName"))
			case !name.AttrNS(saml.NSXML, "lang").Exists():
				list = append(list, found(name.At(), "no xml:lang", "xml:lang"))
			}
			if !e.Child(saml.NSMetadata, "RequestedAttribute").Exists() {
				list = append(list, found(e.At(), "no RequestedAttribute", "at least one"))
			}
		}
		return list
	}),
}

const nsMetadataUI = "urn:oasis:names:tc:SAML:metadata:ui"

// MetadataUIInfo wants names to show to people.
var MetadataUIInfo = &Check{
	ID:       "metadata/ui-info",
	Title:    "Every role has UIInfo with a display name and a logo",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-MD09"},
	Covers:   []string{"MDX-13", "SDP-MD09", "SDP-IDP33"},
	Since:    "0.1",
	Text:     `mdui:UIInfo in the role's Extensions, with DisplayName and Logo, tells people which side they are dealing with; a service provider adds PrivacyStatementURL.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Add UIInfo."},
	Run: onRole("", func(r saml.Element, _ *Expect) (list []Finding) {
		info := r.Child(saml.NSMetadata, "Extensions").Child(nsMetadataUI, "UIInfo")
		if !info.Exists() {
			return one(found(r.At(), "no UIInfo", "UIInfo"))
		}
		for _, name := range [...]string{"DisplayName", "Logo", "PrivacyStatementURL"} {
			if !info.Child(nsMetadataUI, name).Exists() && (name != "PrivacyStatementURL" || r.Local() == roleSP) {
				list = append(list, found(info.At(), "no "+name, name))
			}
		}
		return list
	}),
}

// MetadataContact wants somebody to write to.
var MetadataContact = &Check{
	ID:       "metadata/contact",
	Title:    "Every entity has a technical contact with an e-mail address",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-MD11"},
	Covers:   []string{"MDX-13", "SDP-MD11", "SDP-IDP33"},
	Since:    "0.1",
	Text:     `A ContactPerson of the type technical with an EmailAddress, of the entity or of its role, is who can be asked when logins fail.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Add a technical ContactPerson."},
	Run: onEntity(func(e saml.Element, _ *Expect) []Finding {
		for d := range e.Descendants() {
			if d.Is(saml.NSMetadata, "ContactPerson") && d.Attr("contactType").Value() == "technical" && !blank(d.Child(saml.NSMetadata, "EmailAddress").Text()) {
				return nil
			}
		}
		return one(found(e.At(), "no technical ContactPerson", "one with an EmailAddress"))
	}),
}

// MetadataErrorURL wants a page to send users to.
var MetadataErrorURL = &Check{
	ID:       "metadata/error-url",
	Title:    "The identity provider names a page for errors",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-MD12"},
	Covers:   []string{"MDX-13", "SDP-MD12", "SDP-IDP33"},
	Since:    "0.1",
	Text:     `errorURL, an address of https, is where a service provider sends users whose attributes are not enough.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Add errorURL to IDPSSODescriptor."},
	Run: onRole(roleIDP, func(r saml.Element, _ *Expect) []Finding {
		a := r.Attr("errorURL")
		switch {
		case !a.Exists():
			return one(found(r.At(), "no errorURL", "an address of https"))
		case !isHTTPS(a.Value()):
			return one(found(a.At(), a.Value(), "an address of https"))
		}
		return nil
	}),
}
