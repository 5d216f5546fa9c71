package check

import (
	"net/url"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// SettingsSingleLogout wants Single Logout typed in full, or not at all.
var SettingsSingleLogout = &Check{
	ID:       "settings/single-logout",
	Title:    "Single Logout URL is an address over TLS, and has a binding",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{refApp, refECA},
	Since:    "0.1",
	Text: `Where a Single Logout URL is given, Salesforce sends a LogoutRequest there when a user logs out, by the binding chosen beside it. The address must be absolute and begin with https://. Flex documents no Single Logout, so the documented set-up leaves both empty.
The address is read, the binding is compared with HTTP Redirect and HTTP POST, and one without the other is told.`,
	Fix: mend("salesforce.connected_app.single_logout_url", "Leave Enable Single Logout empty, or copy the address and its binding from the service provider."),
	Run: onApp(settingsSingleLogout),
}

func settingsSingleLogout(a *settings.ConnectedApp) Outcome {
	address, binding := a.SingleLogoutURL, a.SingleLogoutBinding
	bindings := []string{settings.LogoutRedirect, settings.LogoutPOST}
	var found []Finding
	if address.Value != "" {
		u, err := url.Parse(address.Value)
		switch {
		case err != nil || u.Host == "" || strings.TrimSpace(address.Value) != address.Value:
			found = append(found, typed(address, address.Value, "an absolute address, as https://sp.example/logout"))
		case !strings.EqualFold(u.Scheme, "https"):
			found = append(found, typed(address, address.Value, "an address that begins with https://").noted("its scheme is "+u.Scheme))
		}
	}
	chooses := mend(binding.Path, "Choose HTTP Redirect or HTTP POST.")
	switch {
	case binding.Value == "" && address.Value != "":
		found = append(found, typed(binding, "", strings.Join(bindings, " or ")).noted("the address has no binding").fixed(chooses))
	case binding.Value != "" && !among(binding.Value, bindings):
		found = append(found, typed(binding, binding.Value, strings.Join(bindings, " or ")).
			noted(Difference(binding.Value, nearest(binding.Value, bindings))).fixed(chooses))
	case binding.Value != "" && address.Value == "":
		found = append(found, typed(binding, binding.Value, "no binding").noted("there is no Single Logout URL that it is for").
			fixed(mend(binding.Path, "Remove the binding, or type the Single Logout URL.")))
	}
	return fails(found...)
}
