package check

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// flexInstance is an address of a Flex instance: the runtime domain is its only part.
var flexInstance = regexp.MustCompile(`^https://flex\.twilio\.com/[A-Za-z0-9][A-Za-z0-9-]*$`)

// SettingsLoginLink wants the address of the Flex instance.
var SettingsLoginLink = &Check{
	ID:       "settings/login-link",
	Title:    "The login link is flex.twilio.com and the runtime domain",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageSSO},
	Since:    "0.1",
	Text: `Where people go to log in. Flex Console shows it, read-only: https://flex.twilio.com/ and the runtime domain of the instance, as dancing-owl-1234. The agent desktop's own address is another thing: it names no instance.
The form of the address is looked at.`,
	Fix:     mend("flex.login_link", "Copy the login link that Flex Console shows."),
	Follows: []string{"settings/placeholder"},
	Run: onFlex(func(x *settings.Flex) Outcome {
		f := x.LoginLink
		switch why := awaits(f); {
		case why != "":
			return skip(why)
		case !f.Set:
			return skip("no login link was given")
		case f.Value == documentedStartURL:
			return fails(typed(f, f.Value, "https://flex.twilio.com/ and the runtime domain, as https://flex.twilio.com/dancing-owl-1234").
				noted("it is the Start URL, which names no instance"))
		case !flexInstance.MatchString(f.Value):
			return fails(typed(f, f.Value, "https://flex.twilio.com/ and the runtime domain, as https://flex.twilio.com/dancing-owl-1234").
				noted(addressFault(f.Value, "flex.twilio.com")))
		}
		return pass()
	}),
}

// addressFault says in what a value is no plain https address of a host, "" where that
// is not what is wrong with it.
func addressFault(value, host string) string {
	u, err := url.Parse(value)
	switch {
	case value == "":
		return "nothing is there"
	case strings.TrimSpace(value) != value:
		return "it has white space around it"
	case err != nil || u.Host == "":
		return "it is no address with https:// and a host"
	case u.Scheme != "https":
		return "it has " + u.Scheme + " for https"
	case u.Host != host:
		return "the host is " + quoted(u.Host) + ", not " + quoted(host)
	case strings.Trim(u.Path, "/") == "":
		return "the runtime domain is missing"
	case strings.HasSuffix(value, "/"):
		return "it has a trailing slash that should not be there"
	}
	return ""
}

// SettingsRedirectAfterLogin wants logins that begin at Salesforce to lead somewhere.
var SettingsRedirectAfterLogin = &Check{
	ID:       "settings/redirect-after-login",
	Title:    "Flex knows where to send a user whose login began at Salesforce",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageSSO},
	Since:    "0.1",
	Text:     `A user who opens the app from Salesforce's App Launcher asked Flex for nothing before, so Flex sends him to Default Redirect URL. Without one such a login fails, though one that begins at Flex works. Twilio's pages have it filled in.`,
	Fix:      mend("flex.default_redirect_url", "Type the login link, as https://flex.twilio.com/dancing-owl-1234."),
	Run: onFlex(func(x *settings.Flex) Outcome {
		if f := x.DefaultRedirectURL; strings.TrimSpace(f.Value) == "" {
			finding := typed(f, f.Value, "the login link, as https://flex.twilio.com/dancing-owl-1234")
			finding.Flow = saml.FlowIDP
			return fails(finding)
		}
		return pass()
	}),
}

// SettingsDefaultRedirectURL wants users to land in Flex.
var SettingsDefaultRedirectURL = &Check{
	ID:       "settings/default-redirect-url",
	Title:    "Default Redirect URL leads into Flex",
	Severity: Warning,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, pageSSO},
	Since:    "0.1",
	Text: `Where Flex sends a user who logged in without having asked for it, from Salesforce's App Launcher. Twilio's page for Salesforce prints Salesforce's own single sign-on URL there, every other of its pages the login link; that the former is a mistake is inferred, so it is a warning.
Compared with the login link, or with the form of one.`,
	Fix:     mend("flex.default_redirect_url", "Type the login link, as https://flex.twilio.com/dancing-owl-1234."),
	Follows: []string{"settings/placeholder", "settings/login-link"},
	Run:     onFlex(settingsDefaultRedirectURL),
}

func settingsDefaultRedirectURL(x *settings.Flex) Outcome {
	f, link := x.DefaultRedirectURL, x.LoginLink
	want := "https://flex.twilio.com/ and the runtime domain, as https://flex.twilio.com/dancing-owl-1234"
	if link.Set && flexInstance.MatchString(link.Value) && awaits(link) == "" {
		want = link.Value
	}
	finding := typed(f, f.Value, want)
	finding.Flow = saml.FlowIDP
	switch why := awaits(f); {
	case why != "":
		return skip(why)
	case strings.TrimSpace(f.Value) == "":
		return skip("there is none, which settings/redirect-after-login reports")
	case strings.Contains(f.Value, "/idp/endpoint/"):
		return fails(finding.noted("it leads back to Salesforce; Twilio's page prints it so, and it is likely to be a mistake of that page"))
	case f.Value == want:
		return pass()
	case want == link.Value:
		return fails(finding.noted(Difference(f.Value, want)))
	case !flexInstance.MatchString(f.Value):
		return fails(finding.noted(addressFault(f.Value, "flex.twilio.com")))
	}
	return pass()
}

// SettingsTrustedURLs wants addresses that can be trusted.
var SettingsTrustedURLs = &Check{
	ID:       "settings/trusted-urls",
	Title:    "Trusted URLs are https addresses without wildcards",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO, "Twilio, Self-hosted Flex: additional SSO configuration"},
	Since:    "0.1",
	Text: `Flex hands the token of a login only to addresses that it trusts. Enhanced SSO takes no wildcards. Over plain http a token can be read on the way, save on the developer's own machine.
The form of each address is looked at.`,
	Fix:     mend("flex.trusted_urls", "Type each address in full, as https://flex.acme.example."),
	Follows: []string{"settings/placeholder"},
	Run: onFlex(func(x *settings.Flex) Outcome {
		var found []Finding
		for _, f := range x.TrustedURLs {
			u, err := url.Parse(strings.ReplaceAll(f.Value, "*", "wildcard"))
			switch {
			case awaits(f) != "":
			case err != nil || u.Host == "" || strings.TrimSpace(f.Value) != f.Value:
				found = append(found, typed(f, f.Value, "an address, as https://flex.acme.example"))
			case strings.Contains(f.Value, "*") && x.SSO.Value != settings.SSOLegacy:
				found = append(found, typed(f, f.Value, "an address without a wildcard").noted("enhanced SSO takes no wildcards"))
			case u.Scheme != "https" && !local(u):
				found = append(found, typed(f, f.Value, "an https address").noted("it has "+u.Scheme+" for https").only(Warning))
			}
		}
		return fails(found...)
	}),
}

// local reports whether an address is of the developer's own machine.
func local(u *url.URL) bool {
	h := u.Hostname()
	return u.Scheme == "http" && (h == "localhost" || h == "127.0.0.1" || h == "::1")
}

// SettingsLoginPopup notes logins in a window of their own.
var SettingsLoginPopup = &Check{
	ID:       "settings/login-popup",
	Title:    "The login takes place in the window of Flex",
	Severity: Note,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO},
	Since:    "0.1",
	Text:     `Login using popup opens a window of its own for the login. It is meant for Flex inside a frame of another page, where Salesforce does not let itself be shown; elsewhere it only meets the browsers' popup blockers. Twilio's page for Salesforce leaves it off.`,
	Fix:      mend("flex.login_popup", "Turn Login using popup off, unless Flex is shown inside a frame."),
	Run: onFlex(func(x *settings.Flex) Outcome {
		if x.LoginPopup.Value {
			return fails(typed(x.LoginPopup, "on", "off"))
		}
		return pass()
	}),
}
