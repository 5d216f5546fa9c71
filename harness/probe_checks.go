package harness

import (
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// A probeCheck is a check of what a probe saw: its requirement as the catalogue has them,
// and how it is judged.
type probeCheck struct {
	check *check.Check
	judge func(p *prober, want *check.Expect) check.Outcome
}

// ProbeChecks are the checks that Probe makes besides those of the catalogue, in order.
func ProbeChecks() []*check.Check {
	var all []*check.Check
	for _, c := range probeChecks {
		all = append(all, c.check)
	}
	return all
}

// checks are those of a probe as they judge what was seen, of those that are asked for
// (nil for all): what compares the settings with metadata, and what looks at the way.
func (p *prober) checks(only []*check.Check) (ofSettings, ofWay []*check.Check) {
	for _, one := range probeChecks {
		if only != nil && !slices.Contains(only, one.check) {
			continue
		}
		c := *one.check
		c.Run = func(k *check.Case) check.Outcome { return one.judge(p, k.Expect) }
		if !strings.HasPrefix(c.ID, "probe/metadata") {
			ofWay = append(ofWay, &c)
			continue
		}
		if p.app.read() { // what metadata says of the app explains what settings say of each other
			c.Follows = slices.DeleteFunc(slices.Clone(c.Follows), func(id string) bool { return slices.Contains(compared, id) })
		}
		ofSettings = append(ofSettings, &c)
	}
	return ofSettings, ofWay
}

// compared are the checks that hold one half to the other where metadata knows better.
var compared = []string{"settings/issuer", "settings/issuer-form", "settings/certificate-match", "settings/sso-url"}

const (
	pageTwilio   = "Twilio, Configure Salesforce SSO with Flex"
	pageMetadata = "Salesforce, View and Download Identity Provider Metadata"
)

var probeChecks = []probeCheck{
	{&check.Check{
		ID: "probe/tls", Title: "Every host shows a certificate that is valid for its name, over TLS 1.2 or later",
		Severity: check.Error, Basis: check.Hardening, Profile: check.Flex, Since: "0.2",
		Sources: []string{"RFC 9525 6", "RFC 9325 3.1.1", "RFC 5280 6"},
		Text: `Both messages of a login travel through the user's browser, and TLS is what keeps them from others on the way. A browser refuses a host whose certificate does not verify, and the login ends there.
Each certificate is verified against the system's authorities, or those given with --ca; one that ends soon is warned of.`,
		Fix: check.Fix{Side: check.SP, Setting: "the host's certificate", Text: "Correct the host name in the settings, or have whoever runs the host renew its certificate. Behind a proxy that opens TLS, give its authority with --ca."},
	}, judgeTLS},
	{&check.Check{
		ID: "probe/redirects", Title: "The way to the login page stays on TLS",
		Severity: check.Error, Basis: check.Hardening, Profile: check.Flex, Since: "0.2",
		Sources: []string{"SAMLBind 3.4.5.1", "RFC 9110 15.4"},
		Text: `An address without TLS on the way shows the AuthnRequest and RelayState to the network, and lets it lead the user elsewhere.
Every redirect from the login link, and every one from the metadata's address, is looked at. One to a host that the settings do not name is not followed and makes the probe incomplete.`,
		Fix:     check.Fix{Side: check.FlexSide, Setting: "Flex Console › Single sign-on (SSO) › Single Sign-On URL", Text: "Type addresses with https://."},
		Follows: []string{"settings/sso-url", "settings/login-link"},
	}, judgeRedirects},
	{&check.Check{
		ID: "probe/login-page", Title: "The login link leads to Salesforce's login page, by an AuthnRequest",
		Severity: check.Error, Basis: check.Vendor, Profile: check.Flex, Since: "0.2",
		Sources: []string{pageTwilio, "SAMLProf 4.1.3"},
		Text: `The login link is what users open. Flex then sends them with an AuthnRequest to the Single Sign-On URL, and the org, which finds the app by the request's Issuer, shows its login page.
The way is followed as a browser does it and ends at the first page with a form for a user name or password, which is not filled in.`,
		Fix:     check.Fix{Side: check.FlexSide, Setting: "Flex Console › Single sign-on (SSO) › Single Sign-On URL", Text: "Compare the addresses of the way with both consoles: --verbose shows them."},
		Follows: []string{"settings/sso-url", "settings/login-link", "settings/entity-id", "settings/my-domain", "settings/identity-provider-enabled", "settings/enable-saml", "probe/tls", "probe/redirects", "probe/connection", "probe/metadata-endpoints", "request/*", "binding/query-signature"},
	}, judgeLoginPage},
	{&check.Check{
		ID: "probe/connection", Title: "Flex publishes the connection that the settings name",
		Severity: check.Warning, Basis: check.Vendor, Profile: check.Flex, Since: "0.2",
		Sources: []string{"Twilio, the Flex UI's request for Flex/Authentication/Config (seen in public projects, not documented)"},
		Text: `With enhanced SSO the Flex UI asks for the connections of the account before a login, without any password. The connection SID of the settings must be among them: the Entity ID and the ACS URL are made of it.
That address is inferred from public projects, so an answer of another form is only noted.`,
		Fix:     check.Fix{Side: check.FlexSide, Setting: "Flex Console › Single sign-on (SSO) › Set up your identity provider › Entity ID, after urn:flex:", Text: "Copy the connection SID and the Account SID from Flex Console."},
		Follows: []string{"settings/connection-sid", "settings/account-sid"},
	}, judgeConnection},
	{&check.Check{
		ID: "probe/metadata", Title: "Salesforce publishes metadata of the org as an identity provider",
		Severity: check.Error, Basis: check.Vendor, Profile: check.Flex, Since: "0.2",
		Sources: []string{pageMetadata, "SAMLMeta 4.1"},
		Text:    `An org that is enabled as an identity provider gives its metadata out to anybody, at /.well-known/samlidp.xml. Where there is none, Identity Provider is not enabled or the My Domain is another.`,
		Fix:     check.Fix{Side: check.Salesforce, Setting: "Setup › Identity Provider › Enable Identity Provider", Text: "Enable Identity Provider, and compare the My Domain."},
		Follows: []string{"settings/my-domain", "settings/identity-provider-enabled", "probe/tls"},
	}, judgeMetadata},
	{&check.Check{
		ID: "probe/metadata-entity-id", Title: "Both halves have the issuer that Salesforce states",
		Severity: check.Error, Basis: check.Vendor, Profile: check.Flex, Since: "0.2",
		Sources: []string{"SAMLCore 2.2.5", "SAMLMeta 2.3.2", pageTwilio},
		Text: `Flex compares the issuer of every response with Identity Provider Issuer, character by character. The app's metadata states the app's Issuer; the org's states the org's, and an app may have another, so a difference from the org's alone is a warning.
A slash at the end is part of the issuer.`,
		Fix:     check.Fix{Side: check.FlexSide, Setting: "Flex Console › Single sign-on (SSO) › Identity Provider Issuer", Text: "Copy entityID from the app's metadata (App Manager › View › Download Metadata) into Flex, and Issuer into the settings."},
		Follows: []string{"settings/placeholder", "settings/my-domain", "settings/issuer", "settings/issuer-form"},
	}, judgeEntityID},
	{&check.Check{
		ID: "probe/metadata-certificate", Title: "Both halves have the certificate that Salesforce signs with",
		Severity: check.Error, Basis: check.Vendor, Profile: check.Flex, Since: "0.2",
		Sources: []string{"SAMLMeta 2.4.1.1", pageTwilio},
		Text: `Flex verifies with the certificate that was pasted into it, and Salesforce signs with the one of the app. The app's metadata states that one; the org's states the one of the page Identity Provider, and an app may have another, so a difference from the org's alone is a warning.
Compared is the whole certificate, byte by byte; its end is looked at as well.`,
		Fix:     check.Fix{Side: check.FlexSide, Setting: "Flex Console › Single sign-on (SSO) › X.509 Certificate", Text: "Download the certificate of the app's IdP Certificate from Salesforce and paste it into Flex."},
		Follows: []string{"settings/my-domain", "settings/certificate-match", "settings/idp-certificate", "settings/certificate-readable"},
	}, judgeCertificate},
	{&check.Check{
		ID: "probe/metadata-endpoints", Title: "Flex sends requests to an endpoint that Salesforce states",
		Severity: check.Error, Basis: check.Vendor, Profile: check.Flex, Since: "0.2",
		Sources: []string{"SAMLMeta 2.4.3", pageTwilio},
		Text: `Single Sign-On URL in Flex must be the metadata's SingleSignOnService for HTTP-Redirect, which is the binding that Flex uses.
Real metadata has been seen whose endpoints are on another host of the org than its entityID.`,
		Fix:     check.Fix{Side: check.FlexSide, Setting: "Flex Console › Single sign-on (SSO) › Single Sign-On URL", Text: "Copy the Location of SingleSignOnService with the binding HTTP-Redirect."},
		Follows: []string{"settings/placeholder", "settings/my-domain", "settings/sso-url"},
	}, judgeEndpoints},
}
