package report_test

import (
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
)

// The checks of the samples, shaped as those of the catalogue are.
var (
	entityID = &check.Check{
		ID: "settings/entity-id", Title: "Entity Id is the entity ID that Flex answers to", Severity: check.Error,
		Sources: []string{"Twilio, Configure Salesforce SSO with Flex"},
		Fix: check.Fix{
			Side: check.Salesforce, Setting: "Connected App › Web App Settings › Entity Id",
			Text: "Type the entity ID of the connection, urn:flex: and its SID, without anything behind it.",
		},
	}
	audience = &check.Check{
		ID: "assertion/audience", Title: "Audience names the service provider", Severity: check.Error,
		Sources: []string{"SAMLCore 2.5.1.4", "SAMLProf 4.1.4.2"},
		Fix:     check.Fix{Side: check.Salesforce, Setting: "Connected App › Web App Settings › Entity Id", Text: "Make Entity Id the entity ID of Flex."},
		Follows: []string{"settings/entity-id"},
	}
	accepted = &check.Check{
		ID: "login/accepted", Title: "Flex accepts the login", Severity: check.Error,
		Sources: []string{"SAMLProf 4.1.4.3"},
		Fix:     check.Fix{Side: check.FlexSide, Text: "See the other failures."},
	}
	digest = &check.Check{
		ID: "signature/digest", Title: "What was signed is unchanged", Severity: check.Error,
		Sources: []string{"XMLDSig 3.2.1"},
		Fix:     check.Fix{Side: check.SP, Text: "Hand on the response byte for byte, as it was received."},
	}
	algorithm = &check.Check{
		ID: "signature/algorithm", Title: "Signatures use SHA-256 or better", Severity: check.Warning,
		Sources: []string{"RFC 9231", "NIST SP 800-131A"},
		Fix:     check.Fix{Side: check.Salesforce, Setting: "Connected App › Web App Settings › Signing Algorithm", Text: "Choose SHA256."},
	}
	issuer = &check.Check{
		ID: "settings/issuer", Title: "Both consoles name the same issuer", Severity: check.Error,
		Sources: []string{"SAMLProf 4.1.4.2"},
		Fix:     check.Fix{Side: check.FlexSide, Setting: "Single Sign-On › Identity Provider Issuer", Text: "Copy Issuer from the Connected App."},
	}
	binding = &check.Check{ID: "request/binding", Title: "The request travels by HTTP-Redirect", Severity: check.Error, Sources: []string{"SAMLBind 3.4"}}
)

func passes(checks ...*check.Check) []check.Result {
	var out []check.Result
	for _, c := range checks {
		out = append(out, check.Result{Check: c, Status: check.Pass, Severity: c.Severity})
	}
	return out
}

func fails(c *check.Check, follows []string, findings ...check.Finding) check.Result {
	return check.Result{Check: c, Status: check.Fail, Severity: c.Severity, Findings: findings, Follows: follows}
}

func skips(c *check.Check, reason string) check.Result {
	return check.Result{Check: c, Status: check.Skip, Severity: c.Severity, Reason: reason}
}

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func green() *report.Report {
	x := &saml.Exchange{
		Name: "ada@acme.example, SP-initiated", User: "ada@acme.example", Flow: saml.FlowSP, At: noon, AtSource: "clock",
		Verdict: &saml.Verdict{Accepted: true, Status: 303, Subject: "ada@acme.example"},
	}
	y := &saml.Exchange{
		User: "ada@acme.example", Flow: saml.FlowIDP, At: noon, AtSource: "clock",
		Verdict: &saml.Verdict{Accepted: true, Status: 303, Subject: "ada@acme.example"},
	}
	return &report.Report{
		Tool: "samlproof 0.1.0", Settings: "acme.yaml", Profile: check.Flex, At: noon, AtSource: "clock", Replayed: true,
		SettingsResults: passes(entityID, issuer),
		Logins: []report.Login{
			{Exchange: x, Results: passes(binding, digest, algorithm, audience, accepted)},
			{Exchange: y, Results: append([]check.Result{skips(binding, "the login is IdP-initiated, so there is no request")}, passes(digest, algorithm, audience, accepted)...)},
		},
	}
}

// slash is a single wrong setting with its consequences.
func slash() *report.Report {
	r := green()
	const right = "urn:flex:JQ0123456789abcdef0123456789abcdef"
	r.SettingsResults[0] = fails(entityID, nil, check.Finding{
		At: "salesforce.connected_app.entity_id", File: "acme.yaml", Line: 18, Column: 16,
		Got: right + "/", Want: right, Note: "got has a slash at the end that want has not",
	})
	for i := range r.Logins {
		l := &r.Logins[i]
		l.Exchange.Verdict = &saml.Verdict{Status: 401, Code: "70004", Text: "Audience is invalid. Configured: " + right}
		for j := range l.Results {
			switch l.Results[j].Check {
			case audience:
				l.Results[j] = fails(audience, []string{"settings/entity-id"}, check.Finding{
					At: "Response/Assertion/Conditions/AudienceRestriction/Audience", Line: 1, Column: 5120 + i,
					Got: right + "/", Want: right, Note: "got has a slash at the end that want has not",
				})
			case accepted:
				l.Results[j] = fails(accepted, []string{"assertion/audience"}, check.Finding{Got: "70004", Want: "303 See Other"})
			}
		}
	}
	return r
}
