package check

import (
	"net/url"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

var logoutBindings = []string{settings.LogoutRedirect, settings.LogoutPOST}

// SettingsSingleLogout wants Single Logout typed in full, or not at all.
var SettingsSingleLogout = &Check{
	ID:       "settings/single-logout",
	Title:    "Each Single Logout URL is an address over TLS, and has a binding",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, refECA},
	Since:    "0.1",
	Text: `Where a Single Logout URL is given, Salesforce sends a LogoutRequest there when a user logs out, by the binding chosen beside it. The address must be absolute and begin with https://. Flex documents no Single Logout, so the documented set-up leaves both empty.
The address is read, the binding is compared with HTTP Redirect and HTTP POST, and one without the other is told. The same holds for a service provider that says where it takes messages of logout, which may leave its binding open.`,
	Fix: mend("salesforce.connected_app.single_logout_url", "Leave Enable Single Logout empty, or copy the address and its binding from the service provider."),
	Run: onAppFor(func(a *settings.ConnectedApp, own *settings.ServiceProvider) Outcome {
		found := logoutTyped(a.SingleLogoutURL, a.SingleLogoutBinding)
		if a.SingleLogoutBinding.Value == "" && a.SingleLogoutURL.Value != "" {
			found = append(found, typed(a.SingleLogoutBinding, "", strings.Join(logoutBindings, " or ")).noted("the address has no binding").
				fixed(mend(a.SingleLogoutBinding.Path, "Choose HTTP Redirect or HTTP POST.")))
		}
		return fails(append(found, logoutTyped(own.SingleLogoutURL, own.SingleLogoutBinding)...)...)
	}),
}

// logoutTyped is what is wrong with an address for logout and its binding by themselves.
func logoutTyped(address, binding settings.Text) (found []Finding) {
	copied := mend(address.Path, "Type the address as the service provider names it.")
	if address.Value != "" && awaits(address) == "" {
		u, err := url.Parse(address.Value)
		switch {
		case err != nil || u.Host == "" || strings.TrimSpace(address.Value) != address.Value:
			found = append(found, typed(address, address.Value, "an absolute address, as https://sp.example/logout").fixed(copied))
		case !strings.EqualFold(u.Scheme, "https"):
			found = append(found, typed(address, address.Value, "an address that begins with https://").noted("its scheme is "+u.Scheme).fixed(copied))
		}
	}
	switch {
	case binding.Value != "" && !among(binding.Value, logoutBindings):
		found = append(found, typed(binding, binding.Value, strings.Join(logoutBindings, " or ")).
			noted(Difference(binding.Value, nearest(binding.Value, logoutBindings))).fixed(mend(binding.Path, "Choose HTTP Redirect or HTTP POST.")))
	case binding.Value != "" && address.Value == "":
		found = append(found, typed(binding, binding.Value, "no binding").noted("there is no Single Logout URL that it is for").
			fixed(mend(binding.Path, "Remove the binding, or type the Single Logout URL.")))
	}
	return found
}

// SettingsSingleLogoutSides wants Single Logout on both sides or on neither.
var SettingsSingleLogoutSides = &Check{
	ID:       "settings/single-logout-sides",
	Title:    "Single Logout is set up on both sides, or on neither",
	Severity: Error,
	Basis:    Normative,
	Profile:  Flex,
	Sources:  []string{"SAMLProf 4.4.3", refApp, pageSSO},
	Since:    "0.1",
	Text:     `A logout that one side starts ends at the other, and comes back. Flex documents no Single Logout: with a Single Logout URL in Salesforce, who logs out of Salesforce is sent to an address at which Flex does not answer. That Flex has none is read from its silence, so this is a warning. The other way round, a service provider that sends its users to Salesforce to log out has them refused where the app has no Single Logout URL.`,
	Fix:      mend("salesforce.connected_app.single_logout_url", "Leave Enable Single Logout empty for Flex; for a service provider that has Single Logout, copy its address."),
	Run: onBoth(func(s *settings.Salesforce, x *settings.Flex, _ *Expect) Outcome {
		own, at := &x.ServiceProvider, s.ConnectedApp.SingleLogoutURL
		switch {
		case at.Value != "" && !own.LogsOut():
			return fails(typed(at, at.Value, "no address").only(Warning).
				noted("Flex documents no Single Logout; a service provider that has it says so under flex.service_provider"))
		case at.Value == "" && own.LogsOut():
			f := own.SingleLogoutURL
			if f.Value == "" {
				f = own.IdentityProviderLogoutURL
			}
			return fails(typed(at, "", own.SingleLogoutURL.Value).noted("the service provider has Single Logout: " + f.Path + " is " + f.Value).
				fixed(mend(at.Path, "Type the address at which the service provider takes messages of logout, and choose its binding.")))
		case own.LogsOut() && own.SingleLogoutURL.Value == "":
			return fails(typed(own.SingleLogoutURL, "", "the address at which it takes messages of logout").
				fixed(mend(own.SingleLogoutURL.Path, "Type the address that the service provider names.")))
		}
		return pass()
	}),
}

// onLogoutSettings hands a check both halves, where each has Single Logout.
func onLogoutSettings(f func(s *settings.Salesforce, own *settings.ServiceProvider) Outcome) func(*Case) Outcome {
	return onBoth(func(s *settings.Salesforce, x *settings.Flex, _ *Expect) Outcome {
		switch own := &x.ServiceProvider; {
		case !own.LogsOut() && s.ConnectedApp.SingleLogoutURL.Value == "":
			return skip("neither side has Single Logout")
		case !own.LogsOut() || s.ConnectedApp.SingleLogoutURL.Value == "":
			return skip("one side alone has Single Logout, which settings/single-logout-sides reports")
		default:
			return f(s, own)
		}
	})
}

// SettingsSingleLogoutURL compares where Salesforce sends messages of logout with where
// the service provider takes them.
var SettingsSingleLogoutURL = &Check{
	ID:       "settings/single-logout-url",
	Title:    "Single Logout URL in Salesforce is where the service provider takes messages of logout",
	Severity: Error,
	Basis:    Normative,
	Profile:  Flex,
	Sources:  []string{"SAMLMeta 2.4.2", "SAMLProf 4.4.5", refApp},
	Since:    "0.1",
	Text: `Salesforce sends its LogoutRequests there, and its answers to those of the service provider. At another address nobody takes them, the session at the service provider goes on, and the browser ends there.
Compared character by character.`,
	Fix:     mend("salesforce.connected_app.single_logout_url", "Copy the address from the service provider."),
	Follows: []string{"settings/placeholder", "settings/single-logout"},
	Run: onLogoutSettings(func(s *settings.Salesforce, own *settings.ServiceProvider) Outcome {
		f := s.ConnectedApp.SingleLogoutURL
		switch {
		case own.SingleLogoutURL.Value == "":
			return skip("the address is not known, which settings/single-logout-sides reports")
		case awaits(f, own.SingleLogoutURL) != "":
			return skip(awaits(f, own.SingleLogoutURL))
		}
		return compared(f, own.SingleLogoutURL.Value)
	}),
}

// SettingsSingleLogoutBinding compares the bindings.
var SettingsSingleLogoutBinding = &Check{
	ID:       "settings/single-logout-binding",
	Title:    "Single Logout Binding in Salesforce is the one that the service provider takes",
	Severity: Error,
	Basis:    Normative,
	Profile:  Flex,
	Sources:  []string{"SAMLMeta 2.4.2", "SAMLProf 4.4.3.1", refApp},
	Since:    "0.1",
	Text: `An address takes messages of logout by the binding that is published with it. By another one they arrive where nobody looks for them: in a query where a form is wanted, or the other way round.
Compared where the service provider names its binding.`,
	Fix:     mend("salesforce.connected_app.single_logout_binding", "Choose the binding that the service provider names."),
	Follows: []string{"settings/single-logout"},
	Run: onLogoutSettings(func(s *settings.Salesforce, own *settings.ServiceProvider) Outcome {
		f := s.ConnectedApp.SingleLogoutBinding
		switch {
		case own.SingleLogoutBinding.Value == "":
			return skip("the service provider names no binding")
		case !among(f.Value, logoutBindings) || !among(own.SingleLogoutBinding.Value, logoutBindings):
			return skip("a binding is none of the two, which settings/single-logout reports")
		}
		return compared(f, own.SingleLogoutBinding.Value)
	}),
}

// SettingsIdentityProviderLogoutURL compares where the service provider sends messages of
// logout with where Salesforce takes them.
var SettingsIdentityProviderLogoutURL = &Check{
	ID:       "settings/identity-provider-logout-url",
	Title:    "The service provider sends messages of logout to the org's endpoint",
	Severity: Error,
	Basis:    Normative,
	Profile:  Flex,
	Sources:  []string{"SAMLMeta 2.4.2", "Salesforce Help, Salesforce as an identity provider with Single Logout"},
	Since:    "0.1",
	Text: `Salesforce takes messages of logout at /services/auth/idp/saml2/logout of its My Domain, by either binding, and its metadata names the address. Anywhere else the logout ends with an error page, and the session in Salesforce goes on.
Compared character by character.`,
	Fix:     mend("flex.service_provider.identity_provider_logout_url", "Type https://, My Domain and /services/auth/idp/saml2/logout."),
	Follows: []string{"settings/placeholder", "settings/my-domain"},
	Run: onLogoutSettings(func(s *settings.Salesforce, own *settings.ServiceProvider) Outcome {
		f := own.IdentityProviderLogoutURL
		if s.MyDomain.Value == "" {
			return skip("My Domain is not known, which settings/my-domain reports")
		}
		if why := awaits(f, s.MyDomain); why != "" {
			return skip(why)
		}
		return compared(f, s.LogoutURL())
	}),
}

// SettingsLogoutSigning wants a service provider with Single Logout to sign.
var SettingsLogoutSigning = &Check{
	ID:       "settings/logout-signing",
	Title:    "A service provider that logs users out signs its messages",
	Severity: Error,
	Basis:    Normative,
	Profile:  Flex,
	Sources:  []string{"SAMLProf 4.4.3.1", "SAMLProf 4.4.4.1"},
	Since:    "0.1",
	Text:     `Messages of logout pass through the browser, where any page can make one; so they must be signed. The service provider needs a key and its certificate for that. Salesforce verifies them where Verify Request Signatures is ticked.`,
	Fix:      mend("flex.service_provider.signing_certificate", "Have the service provider sign, and name its certificate here."),
	Run: onLogoutSettings(func(_ *settings.Salesforce, own *settings.ServiceProvider) Outcome {
		if f := own.SigningCertificate; len(f.Data) == 0 {
			return fails(typed(f.Text, f.Value, "the certificate that it signs with"))
		}
		return pass()
	}),
}
