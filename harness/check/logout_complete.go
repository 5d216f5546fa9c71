package check

import "github.com/samlproof/samlproof/harness/saml"

// LogoutComplete wants a logout to end both sessions and to come back.
var LogoutComplete = &Check{
	ID:       "logout/complete",
	Title:    "The logout ends the sessions on both sides and comes back to where it began",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 3.7.3.1", "SAMLCore 3.7.3.2", "SAMLProf 4.4.3"},
	Covers:   []string{"SLO-08"},
	Since:    "0.1",
	Text: `Whichever side starts it, a Single Logout ends the session there, then that of the other side, and tells the first how that went. A session that goes on is one that the next person at the same browser takes over; a browser that does not come back shows its user an error.
Both sides are asked afterwards which sessions they still hold. That can be done in a replay alone.`,
	Fix:     Fix{Side: IDP, Setting: "single logout", Text: "Mend what the other checks of logout report; where there is nothing, look at the page that the browser ended on."},
	FlexFix: mend("salesforce.connected_app.single_logout_url", "Mend what the other checks report; where there is nothing, look at the page that the browser ended on."),
	Follows: append([]string{
		"logout/message", "logout/issuer", "logout/destination", "logout/signed", "logout/signature", "logout/identifier",
		"logout/same-subject", "logout/session-index", "logout/not-on-or-after", "logout/in-response-to",
	}, logoutSettings...),
	Run: func(c *Case) Outcome {
		switch {
		case c.Exchange == nil:
			return skip("there is no login to judge")
		case c.Exchange.LoggedOut == nil:
			return skip("no logout was tried")
		}
		return fails(incomplete(c.Exchange.LoggedOut, c.Expect.Profile)...)
	},
}

// logoutSettings are the checks of settings that explain a logout that fails.
var logoutSettings = []string{
	"settings/placeholder", "settings/single-logout", "settings/single-logout-sides", "settings/single-logout-url", "settings/single-logout-binding",
	"settings/identity-provider-logout-url", "settings/logout-signing", "settings/verify-request-signatures", "settings/request-certificate",
	"settings/certificate-readable",
}

func incomplete(l *saml.LoggedOut, p Profile) (list []Finding) {
	idp, sp := "the identity provider", "the service provider"
	if p == Flex {
		idp, sp = "Salesforce", "Flex"
	}
	for _, side := range []struct {
		ended bool
		name  string
	}{{l.IDP, idp}, {l.SP, sp}} {
		if !side.ended {
			list = append(list, Finding{At: "the session at " + side.name, Got: "it goes on", Want: "it has ended", Note: l.Reason})
		}
	}
	if !l.Returned && len(list) == 0 {
		starter := sp
		if l.Started == saml.FlowIDP {
			starter = idp
		}
		list = append(list, Finding{At: "the browser's way", Got: l.Reason, Want: "a page of " + starter + ", which started the logout"})
	}
	return list
}
