package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// onEndpoint hands a check each endpoint of a role of Web SSO.
func onEndpoint(f func(e saml.Element) []Finding) func(*Case) Outcome {
	return onRole("", func(r saml.Element, _ *Expect) (list []Finding) {
		for e := range r.Children() {
			if isEndpoint(e) {
				list = append(list, f(e)...)
			}
		}
		return list
	})
}

// MetadataLocations wants endpoints to be addresses.
var MetadataLocations = &Check{
	ID:       "metadata/locations",
	Title:    "Every endpoint has a binding and an address",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.2.2", "CVE-2023-45683"},
	Covers:   []string{"MDI-01", "MDS-01", "BND-28", "RSP-29"},
	Since:    "0.1",
	Text:     `Binding is an absolute URI, Location and ResponseLocation are addresses of http or https: one that begins with javascript: runs in the page that posts the response. Where ResponseLocation is there, responses go to it and not to Location.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Write each endpoint's binding and full address."},
	Run: onEndpoint(func(e saml.Element) (list []Finding) {
		for _, name := range [...]string{"Binding", "Location", "ResponseLocation"} {
			a := e.Attr(name)
			switch {
			case !a.Exists() && name != "ResponseLocation":
				list = append(list, found(e.At(), "no "+name, name))
			case a.Exists() && name == "Binding" && !isAbsoluteURI(a.Value()):
				list = append(list, found(a.At(), a.Value(), "an absolute URI"))
			case a.Exists() && name != "Binding" && !isWebAddress(a.Value()):
				list = append(list, found(a.At(), a.Value(), "an address of https"))
			}
		}
		return list
	}),
}

// isWebAddress reports whether a value is an address of http or https.
func isWebAddress(s string) bool {
	return isAbsoluteURI(s) && (isHTTPS(s) || len(s) > 7 && (s[:7] == "http://" || s[:7] == "HTTP://"))
}

// MetadataHTTPS wants endpoints to be reached over TLS.
var MetadataHTTPS = &Check{
	ID:       "metadata/https",
	Title:    "Every endpoint is reached over https",
	Severity: Warning,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Normative,
	Sources:  []string{"SAMLBind 3.1.2.1", "SAML2int SDP-IDP03", "SAML2int SDP-SP09"},
	Covers:   []string{"BND-23", "SDP-SP09"},
	Since:    "0.1",
	Text:     `Over http anybody on the way reads and takes over the login. One of the own machine is passed over.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Publish addresses of https."},
	Follows:  []string{"metadata/locations"},
	Run: onEndpoint(func(e saml.Element) (list []Finding) {
		for _, name := range [...]string{"Location", "ResponseLocation"} {
			if a := e.Attr(name); isInsecure(a.Value()) {
				list = append(list, found(a.At(), a.Value(), "https"+a.Value()[4:]))
			}
		}
		return list
	}),
}

// MetadataIndex wants numbered endpoints to have a number of their own.
var MetadataIndex = &Check{
	ID:       "metadata/index",
	Title:    "Every endpoint of a numbered list has an index of its own",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.2.3"},
	Covers:   []string{"MDX-12", "MDS-06"},
	Since:    "0.1",
	Text:     `AssertionConsumerService, ArtifactResolutionService and AttributeConsumingService have an index, a number from 0 to 65535 that occurs once in its list: requests name endpoints by it.`,
	Fix:      Fix{Side: SP, Setting: "metadata", Text: "Number the endpoints."},
	Run:      onRole("", indexes),
}

func indexes(r saml.Element, _ *Expect) (list []Finding) {
	type key struct{ local, index string }
	seen := map[key]bool{}
	for e := range r.Children() {
		if e.Space() != saml.NSMetadata || !isIndexed(e) && e.Local() != "AttributeConsumingService" {
			continue
		}
		a := e.Attr("index")
		k := key{e.Local(), a.Value()}
		switch {
		case !a.Exists():
			list = append(list, found(e.At(), "no index", "index"))
		case !isNumber(a.Value()) || len(a.Value()) > 5:
			list = append(list, found(a.At(), a.Value(), "a number from 0 to 65535"))
		case seen[k]:
			list = append(list, found(a.At(), a.Value(), "an index of its own"))
		}
		seen[k] = true
	}
	return list
}

// MetadataDefault wants one default at most.
var MetadataDefault = &Check{
	ID:       "metadata/default",
	Title:    "At most one endpoint of a list is the default",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.2.3", "E37", "E87"},
	Covers:   []string{"MDS-04", "REQ-12", "MDX-12"},
	Since:    "0.1",
	Text:     `Where a request names no ACS, the identity provider answers to the one with isDefault="true", else to the first that has no isDefault="false", else to the first. Of two defaults nobody knows which.`,
	Fix:      Fix{Side: SP, Setting: "metadata", Text: `Leave isDefault="true" on one endpoint.`},
	Run: onRole("", func(r saml.Element, _ *Expect) (list []Finding) {
		defaults := map[string]bool{}
		for e := range r.Children() {
			a := e.Attr("isDefault")
			if e.Space() != saml.NSMetadata || !a.Exists() {
				continue
			}
			switch {
			case !isBoolean(a.Value()):
				list = append(list, found(a.At(), a.Value(), "true or false"))
			case a.Value() != "true" && a.Value() != "1":
			case defaults[e.Local()]:
				list = append(list, found(a.At(), a.Value(), "one default"))
			default:
				defaults[e.Local()] = true
			}
		}
		return list
	}),
}

// isBoolean reports whether a value is an xs:boolean.
func isBoolean(s string) bool { return s == "true" || s == "false" || s == "1" || s == "0" }

// MetadataNameIDFormats wants formats that are named.
var MetadataNameIDFormats = &Check{
	ID:       "metadata/name-id-formats",
	Title:    "Every NameIDFormat names a format, among them the agreed one",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.2", "SAMLCore 8.3"},
	Covers:   []string{"MDI-05", "MDS-07"},
	Since:    "0.1",
	Text:     `A NameIDFormat is an absolute URI; an empty one is invalid. Where the settings or flags name the format that is used, an identity provider that lists formats lists that one; otherwise it is a warning.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "List the formats that are issued."},
	Follows:  []string{"settings/name-id-format"},
	Run:      onRole("", nameIDFormats),
}

func nameIDFormats(r saml.Element, want *Expect) (list []Finding) {
	listed, agreed := false, false
	for e := range r.Children() {
		if !e.Is(saml.NSMetadata, "NameIDFormat") {
			continue
		}
		listed = true
		v := strings.Trim(e.Text(), " \t\r\n") // white space around a URI is none of it (XML Schema 2 3.2.17)
		agreed = agreed || v == want.NameIDFormat
		if !isAbsoluteURI(v) {
			f := found(e.At(), v, "the URI of a format")
			if r.Local() == roleSP {
				f = f.fixed(Fix{Side: SP, Setting: "metadata", Text: "List the formats that are wanted, or leave NameIDFormat out."})
			}
			list = append(list, f)
		}
	}
	if listed && !agreed && want.NameIDFormat != "" && r.Local() == roleIDP {
		list = append(list, found(r.At(), "other formats", want.NameIDFormat).only(Warning))
	}
	return list
}

// MetadataSSOService wants an identity provider to be reachable.
var MetadataSSOService = &Check{
	ID:       "metadata/sso-service",
	Title:    "The identity provider has an endpoint for requests, and no ResponseLocation on it",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.3"},
	Covers:   []string{"MDI-01"},
	Since:    "0.1",
	Text:     `At least one SingleSignOnService. Responses do not go to it, so that it has no ResponseLocation.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Publish a SingleSignOnService."},
	Run: onRole(roleIDP, func(r saml.Element, _ *Expect) (list []Finding) {
		if !r.Child(saml.NSMetadata, "SingleSignOnService").Exists() {
			return one(found(r.At(), "no SingleSignOnService", "at least one"))
		}
		for _, e := range r.All(saml.NSMetadata, "SingleSignOnService") {
			if a := e.Attr("ResponseLocation"); a.Exists() {
				list = append(list, found(a.At(), a.Value(), "no ResponseLocation"))
			}
		}
		return list
	}),
}

// MetadataSSORedirect wants requests to be taken by HTTP-Redirect.
var MetadataSSORedirect = &Check{
	ID:       "metadata/sso-redirect",
	Title:    "The identity provider takes requests by HTTP-Redirect",
	Severity: Warning,
	In:       map[Profile]Severity{SAML2Int: Error, Flex: Error},
	Basis:    Normative,
	Sources:  []string{"SAMLConf table 2", "SAML2int SDP-IDP02"},
	Covers:   []string{"MDI-02", "SDP-IDP02"},
	Since:    "0.1",
	Text:     `A conforming identity provider takes requests by HTTP-Redirect and by HTTP-POST. Many service providers, Flex among them, send them by HTTP-Redirect alone.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Publish a SingleSignOnService for HTTP-Redirect."},
	Follows:  []string{"metadata/sso-service"},
	Run: onRole(roleIDP, func(r saml.Element, _ *Expect) []Finding {
		if hasBinding(r, "SingleSignOnService", saml.BindingRedirect) {
			return nil
		}
		return one(found(r.At(), "no SingleSignOnService for HTTP-Redirect", saml.BindingRedirect))
	}),
}

// MetadataSSOMatch compares the endpoints for requests with where the settings send them.
var MetadataSSOMatch = &Check{
	ID:       "metadata/sso-match",
	Title:    "The address that requests are sent to is published for them",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.3", "SAMLBind 3.4.5.2"},
	Covers:   []string{"MDI-01", "REQ-06"},
	Since:    "0.1",
	Text:     `The single sign-on URL that the service provider holds is the Location of a SingleSignOnService, character by character, and one for HTTP-Redirect, by which it sends requests. Judged where settings say it.`,
	Fix:      Fix{Side: SP, Setting: "single sign-on URL", Text: "Use the Location of the metadata that is for HTTP-Redirect."},
	FlexFix:  mend("flex.sso_url", "Paste the Location of the metadata that is for HTTP-Redirect."),
	Follows:  []string{"metadata/sso-service", "metadata/sso-redirect", "metadata/locations", "metadata/entity-id-match", "settings/sso-url", "settings/my-domain"},
	Run:      onPeer(roleIDP, ssoMatch),
}

func ssoMatch(r saml.Element, want *Expect) []Finding {
	var published []string
	var at saml.Place
	for _, e := range r.All(saml.NSMetadata, endpointSSO) {
		if e.Attr("Binding").Value() != saml.BindingRedirect {
			continue
		}
		location := e.Attr("Location")
		if len(published) == 0 {
			at = location.At()
		}
		published = append(published, location.Value())
	}
	if len(want.RequestURLs) == 0 || len(published) == 0 {
		return nil
	}
	for _, u := range want.RequestURLs {
		if among(u, published) {
			return nil
		}
	}
	return one(differs(at, published[0], want.RequestURLs))
}

// hasBinding reports whether a role has an endpoint of a kind for a binding.
func hasBinding(r saml.Element, local, binding string) bool {
	for e := range r.Children() {
		if e.Is(saml.NSMetadata, local) && e.Attr("Binding").Value() == binding {
			return true
		}
	}
	return false
}

// MetadataWantSigned wants flags to be booleans.
var MetadataWantSigned = &Check{
	ID:       "metadata/want-signed",
	Title:    "Flags on signing are true or false",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.3", "SAMLMeta 2.4.4", "E7"},
	Covers:   []string{"MDI-03", "MDS-03", "MDX-15"},
	Since:    "0.1",
	Text:     `WantAuthnRequestsSigned, AuthnRequestsSigned and WantAssertionsSigned are xs:boolean, where 1 means true and 0 false. A flag that is left out means false and never that nothing is verified.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Write true or false."},
	Run: onRole("", func(r saml.Element, _ *Expect) (list []Finding) {
		for _, name := range [...]string{"WantAuthnRequestsSigned", "AuthnRequestsSigned", "WantAssertionsSigned"} {
			if a := r.Attr(name); a.Exists() && !isBoolean(a.Value()) {
				list = append(list, found(a.At(), a.Value(), "true or false"))
			}
		}
		return list
	}),
}

// Bindings beside those that logins of browsers use (SAMLBind 3, SAML 2.0 HTTP
// POST-SimpleSign).
const (
	bindingSOAP       = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP"
	bindingURI        = "urn:oasis:names:tc:SAML:2.0:bindings:URI"
	bindingSimpleSign = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST-SimpleSign"
)

// MetadataLogoutService wants logout by a binding that can carry it.
var MetadataLogoutService = &Check{
	ID:       "metadata/logout-service",
	Title:    "Logout endpoints are for bindings that carry logout",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLProf 4.4.3", "SAMLProf 4.4.5"},
	Covers:   []string{"MDI-06", "BND-28"},
	Since:    "0.1",
	Text:     `SingleLogoutService is for HTTP-Redirect, HTTP-POST, HTTP-POST-SimpleSign, HTTP-Artifact or SOAP. Of what SAML defines, no other binding carries logout; one that SAML does not define is a warning. Whether logout works there shows only when it is tried.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Publish logout endpoints for the bindings that are supported."},
	Follows:  []string{"metadata/locations"},
	Run: onRole("", func(r saml.Element, _ *Expect) (list []Finding) {
		for _, e := range r.All(saml.NSMetadata, "SingleLogoutService") {
			b := e.Attr("Binding")
			switch b.Value() {
			case saml.BindingRedirect, saml.BindingPOST, saml.BindingArtifact, bindingSOAP, bindingSimpleSign:
			case bindingPAOS, bindingURI:
				list = append(list, found(b.At(), b.Value(), saml.BindingRedirect))
			default:
				if isAbsoluteURI(b.Value()) {
					list = append(list, found(b.At(), b.Value(), saml.BindingRedirect).only(Warning))
				}
			}
		}
		return list
	}),
}

// MetadataAttributes notes attributes that are announced without a URI.
var MetadataAttributes = &Check{
	ID:       "metadata/attributes",
	Title:    "Attributes that are announced have names of the form that NameFormat claims",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.3", "SAMLCore 8.2"},
	Covers:   []string{"MDI-08", "ATR-03"},
	Since:    "0.1",
	Text:     `An identity provider may announce the attributes that it sends. Their names follow the same rules as in assertions: not blank, and of the form that NameFormat claims.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Announce attributes as they are sent."},
	Run: onRole(roleIDP, func(r saml.Element, _ *Expect) (list []Finding) {
		for _, e := range r.All(saml.NSAssertion, "Attribute") {
			a := saml.Attribute{Element: e, Name: e.Attr("Name").Value()}
			list = append(list, attributeName(&a, nil)...)
			list = append(list, attributeNameFormat(&a, nil)...)
		}
		return list
	}),
}
