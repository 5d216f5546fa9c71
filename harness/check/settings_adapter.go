package check

import "github.com/samlproof/samlproof/harness/settings"

// The pages and references that the checks of settings rest on.
const (
	pageSalesforce = "Twilio, Configure Salesforce SSO with Flex"
	pageSSO        = "Twilio, Configuring SSO and IdP in Flex"
	pageMigration  = "Twilio, Flex SSO Migration Guide"
	refApp         = "Salesforce, Metadata API: ConnectedApp"
	refCertificate = "Salesforce, Tooling API: Certificate"
	refUser        = "Salesforce, Object Reference: User"
	refEventLog    = "Salesforce, Object Reference: IdpEventLog"
)

// onSalesforce hands a check the Salesforce half.
func onSalesforce(f func(s *settings.Salesforce, want *Expect) Outcome) func(*Case) Outcome {
	return onSettings(func(s *settings.Settings, want *Expect) Outcome {
		if !s.Salesforce.Set {
			return skip("the settings have no Salesforce half")
		}
		return f(&s.Salesforce, want)
	})
}

// onApp hands a check the connected app.
func onApp(f func(a *settings.ConnectedApp) Outcome) func(*Case) Outcome {
	return onSalesforce(func(s *settings.Salesforce, _ *Expect) Outcome { return f(&s.ConnectedApp) })
}

// forFlex leaves a check out where the app is another service provider's than Flex: what
// Flex wants of it is then no rule.
func forFlex(run func(*Case) Outcome) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.Settings != nil && c.Settings.Salesforce.Set && !c.Settings.ForFlex() {
			return skip("the app is for another service provider than Flex")
		}
		return run(c)
	}
}

// onAppOf hands a check the app, and the settings that it is in.
func onAppOf(f func(s *settings.Settings, a *settings.ConnectedApp) Outcome) func(*Case) Outcome {
	return onSettings(func(s *settings.Settings, _ *Expect) Outcome {
		if !s.Salesforce.Set {
			return skip("the settings have no Salesforce half")
		}
		return f(s, &s.Salesforce.ConnectedApp)
	})
}

// onAppFor hands a check the connected app, and what the service provider can do beyond
// what Flex can.
func onAppFor(f func(a *settings.ConnectedApp, own *settings.ServiceProvider) Outcome) func(*Case) Outcome {
	return onAppOf(func(s *settings.Settings, a *settings.ConnectedApp) Outcome { return f(a, &s.Flex.ServiceProvider) })
}

// onUsers hands a check the Salesforce half, there being at least one user.
func onUsers(f func(s *settings.Salesforce, want *Expect) []Finding) func(*Case) Outcome {
	return onSalesforce(func(s *settings.Salesforce, want *Expect) Outcome {
		if len(s.Users) == 0 {
			return skip("the settings name no users")
		}
		return Outcome{Findings: f(s, want)}
	})
}

// onFlex hands a check the Flex half.
func onFlex(f func(x *settings.Flex) Outcome) func(*Case) Outcome {
	return onSettings(func(s *settings.Settings, _ *Expect) Outcome {
		if !s.Flex.Set {
			return skip("the settings have no Flex half")
		}
		return f(&s.Flex)
	})
}

// onBoth hands a check both halves, so that it can compare them.
func onBoth(f func(s *settings.Salesforce, x *settings.Flex, want *Expect) Outcome) func(*Case) Outcome {
	return onSettings(func(s *settings.Settings, want *Expect) Outcome {
		switch {
		case !s.Salesforce.Set:
			return skip("the settings have no Salesforce half")
		case !s.Flex.Set:
			return skip("the settings have no Flex half")
		}
		return f(&s.Salesforce, &s.Flex, want)
	})
}

// fails is the outcome of these findings; without any it is a pass.
func fails(found ...Finding) Outcome { return Outcome{Findings: found} }

// pass is the outcome without a finding.
func pass() Outcome { return Outcome{} }

// awaits is the reason to skip a check of settings of which one still holds a
// placeholder, "" where none does: settings/placeholder reports it, and what depends
// on it is not told twice.
func awaits(fields ...settings.Text) string {
	for _, f := range fields {
		if placeholder(f.Value) != "" {
			return f.Path + " holds a placeholder, which settings/placeholder reports"
		}
	}
	return ""
}

// compared is the outcome of comparing a setting with what it must equal.
func compared(f settings.Text, want string) Outcome {
	if f.Value == want {
		return pass()
	}
	return fails(typed(f, f.Value, want).noted(Difference(f.Value, want)))
}

// identity is the settings that Flex's entity ID and ACS URL follow from.
func identity(x *settings.Flex) []settings.Text {
	switch {
	case x.SSO.Value != settings.SSOLegacy:
		return []settings.Text{x.ConnectionSID}
	case x.TwilioSSOURL.Set:
		return []settings.Text{x.TwilioSSOURL}
	}
	return []settings.Text{x.AccountSID}
}

// unidentified is the reason to skip what is compared with Flex's entity ID or ACS
// URL, "" where they are known.
func unidentified(x *settings.Flex) string {
	for _, f := range identity(x) {
		if f.Value == "" {
			return f.Path + " is empty, so that what Flex answers to is not known"
		}
	}
	return awaits(identity(x)...)
}

// of is the finding for one user alone.
func (f Finding) of(u *settings.User) Finding {
	f.User = u.Username.Value
	return f
}
