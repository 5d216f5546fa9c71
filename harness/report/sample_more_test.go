package report_test

import (
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
)

// captured is a response that was re-indented on its way, judged without settings or a clock.
func captured() *report.Report {
	x := &saml.Exchange{Name: "response.b64", Response: &saml.Message{XML: []byte(
		"<Response><Assertion><Subject><NameID>ada@acme.example</NameID></Subject></Assertion></Response>")}}
	sha1 := fails(algorithm, nil, check.Finding{
		At: "Response/Signature/SignedInfo/SignatureMethod/@Algorithm", Line: 1, Column: 640,
		Got: "http://www.w3.org/2000/09/xmldsig#rsa-sha1", Want: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
	})
	return &report.Report{
		Tool: "samlproof 0.1.0", Profile: check.SAML,
		Logins: []report.Login{{Exchange: x, Results: slices.Concat([]check.Result{
			skips(binding, "no request was seen"),
			fails(digest, nil, check.Finding{
				At: "Response/Signature/SignedInfo/Reference/DigestValue", Line: 1, Column: 812,
				Got: "l5oFcDZbxfTIkZzmTrQbEQRVQ0E=", Want: "8Ws0yZ8hVPFVHqkTBtgqaqFCo9w=",
				Note: "white space was changed after signing: without the line ends and indents between the elements the digest matches",
			}),
			sha1,
			fails(audience, nil, check.Finding{
				At: "Response/Assertion/Conditions/AudienceRestriction/Audience", Line: 1, Column: 2210,
				Got: "https://sp.example", Want: "https://sp.example/", From: "sp.xml:1:70, /EntityDescriptor/@entityID", Note: "the trailing slash is missing",
			}),
		}), HeldTo: []string{"https://idp.example (idp.xml:1:1)", "https://sp.example/ (sp.xml:1:1)"}}},
		Unchecked: []string{"the audience: give --audience", "the clock: give --at"},
		Decoded:   []string{"base64, wrapped at 76 columns", "XML, 8787 bytes"},
	}
}

// several has two independent causes, of which one is in the messages, beside a warning
// that both logins share.
func several() *report.Report {
	r := slash()
	r.SettingsResults[1] = fails(issuer, nil, check.Finding{
		At: "flex.identity_provider_issuer", File: "acme.yaml", Line: 41, Column: 27,
		Got: "https://acme.my.salesforce.com", Want: "https://аcme.my.salesforce.com", Note: "want has а (U+0430, Cyrillic) where got has a",
	})
	for i := range r.Logins {
		for j := range r.Logins[i].Results {
			if r.Logins[i].Results[j].Check == algorithm {
				w := fails(algorithm, nil, check.Finding{At: "Response/Signature", Got: "rsa-sha1", Want: "rsa-sha256"})
				w.Severity = check.Warning
				r.Logins[i].Results[j] = w
			}
		}
	}
	return r
}

// stopped is a login that never reached the service provider.
func stopped() *report.Report {
	r := green()
	x := r.Logins[0].Exchange
	x.Verdict = nil
	x.Stop = &saml.Stop{Reason: "https://acme.my.salesforce.com/idp/endpoint/HttpRedirct leads to neither console",
		Unreachable: "https://acme.my.salesforce.com/idp/endpoint/HttpRedirct"}
	x.Steps = []saml.Step{
		{At: noon, Method: "GET", URL: "https://flex.twilio.com/dancing-owl-1234", Status: 302, Location: "https://acme.my.salesforce.com/idp/endpoint/HttpRedirct"},
		{At: noon, Method: "GET", URL: "https://acme.my.salesforce.com/idp/endpoint/HttpRedirct"},
	}
	for i, res := range r.Logins[0].Results {
		r.Logins[0].Results[i] = skips(res.Check, "no response came into being")
	}
	r.Logins[1].Exchange.Verdict = nil
	r.Logins[1].Exchange.Stop = &saml.Stop{Reason: "Salesforce refused", Event: &saml.Event{
		At: noon, Code: "NoAccess", Text: "User does not have access to this service provider", User: "ada@acme.example"}}
	unreachable := &check.Check{
		ID: "login/unreachable", Title: "Every URL of the login leads to one of the two consoles", Severity: check.Error,
		Sources: []string{"SAMLBind 3.4"}, Fix: check.Fix{Side: check.FlexSide, Setting: "Single Sign-On › Single Sign-On URL", Text: "Copy the URL from Salesforce."},
	}
	f := fails(unreachable, nil, check.Finding{At: "step 2", Got: x.Stop.Unreachable, Want: "a URL of Salesforce or of Flex"})
	r.Logins[0].Results = append(r.Logins[0].Results, f)
	return r
}

// partial has a check that broke, and evidence that could not be read.
func partial() *report.Report {
	r := green()
	r.Logins[0].Results[1] = check.Result{Check: digest, Status: check.Broken, Severity: check.Error, Reason: "index out of range [3] with length 2"}
	r.Incomplete = []string{"notes.txt is no capture", "photo.jpg is no capture"}
	return r
}

// nothing has no results at all.
func nothing() *report.Report { return &report.Report{Tool: "samlproof 0.1.0"} }

// hostile has in every string what an attacker would put there.
func hostile() *report.Report {
	const evil = "\x1b]0;pwned\x07\x1b[2J\u202eelpmaxe.emca\u2066\u200b\x00\xff\u009b31m<b>&\"']]>\r\n--\ufffe"
	c := &check.Check{ID: "settings/user-email", Title: "Each user has an e-mail address", Severity: check.Error,
		Sources: []string{"a " + evil}, Fix: check.Fix{Side: check.Salesforce, Setting: evil, Text: evil}}
	finding := check.Finding{At: evil, File: evil, Line: 3, Column: 4, Got: evil, Want: evil + "!", From: evil, Note: evil}
	long := check.Finding{At: "x", Got: strings.Repeat("A", 40000) + "b" + strings.Repeat("C", 100000), Want: strings.Repeat("A", 40000) + "B" + strings.Repeat("C", 100000)}
	alone := check.Finding{At: "y", Got: strings.Repeat("Z", 5000), Want: "a word", Severity: check.Note}
	cjk := check.Finding{At: "z", Got: "山田 太郎さん", Want: "山田 太朗さん"}
	space := check.Finding{At: "s", Got: "agent ", Want: "agent"}
	return &report.Report{
		Tool: evil, Settings: evil, Profile: check.Flex, At: time.Date(2026, 3, 4, 12, 0, 0, 5, time.UTC), AtSource: evil,
		SettingsResults: []check.Result{
			{Check: c, Status: check.Fail, Severity: check.Error, Findings: []check.Finding{finding, long, alone, cjk, space}},
			{Check: issuer, Status: check.Skip, Severity: check.Error, Reason: evil},
			{Check: entityID, Status: check.Broken, Severity: check.Error, Reason: evil},
		},
		Logins: []report.Login{
			{Exchange: &saml.Exchange{Name: evil, User: evil, Flow: saml.FlowSP, AtSource: evil,
				Verdict: &saml.Verdict{Code: evil, Text: evil, Subject: evil, Inferred: evil},
				Steps:   []saml.Step{{Method: evil, URL: evil, Location: evil, Note: evil}},
				Events:  []saml.Event{{Code: evil, Text: evil, User: evil, EntityID: evil}},
				LoggedOut: &saml.LoggedOut{
					Started: saml.FlowSP, Reason: evil, Unreachable: evil,
					Steps:  []saml.Step{{Method: evil, URL: evil, Location: evil, Note: evil}},
					Events: []saml.Event{{Code: evil, Text: evil, User: evil, EntityID: evil}},
				}},
				Results: []check.Result{{Status: check.Pass}}, HeldTo: []string{evil}},
			{},
		},
		Unchecked: []string{evil}, Decoded: []string{evil}, Incomplete: []string{evil, evil},
	}
}

// departed is two logins after which a logout was tried, one of them in vain.
func departed() *report.Report {
	r := green()
	complete := &check.Check{
		ID: "logout/complete", Title: "The logout ends the sessions on both sides", Severity: check.Error,
		Sources: []string{"SAMLCore 3.7.3.1"}, Fix: check.Fix{Side: check.IDP, Setting: "single logout", Text: "See the other failures."},
	}
	step := saml.Step{At: noon, Method: "GET", URL: "https://acme.my.salesforce.com/secur/logout.jsp", Status: 302, Note: "carries a SAMLRequest"}
	r.Logins[0].Exchange.LoggedOut = &saml.LoggedOut{
		Started: saml.FlowIDP, SP: true, IDP: true, Returned: true, Reason: "the browser ended at https://acme.my.salesforce.com/ with status 200",
		Steps: []saml.Step{step}, Events: []saml.Event{{At: noon, Code: "Success", User: "ada@acme.example", Initiated: saml.FlowIDP}},
	}
	r.Logins[0].Results = append(r.Logins[0].Results, passes(complete)...)
	r.Logins[1].Exchange.LoggedOut = &saml.LoggedOut{
		Started: saml.FlowIDP, IDP: true, Reason: "nothing of these settings answers at https://sp.acme.example/logout",
		Unreachable: "https://sp.acme.example/logout", Steps: []saml.Step{step},
	}
	r.Logins[1].Results = append(r.Logins[1].Results, fails(complete, nil, check.Finding{
		At: "the session at Flex", Got: "it goes on", Want: "it has ended", Note: "nothing of these settings answers at https://sp.acme.example/logout",
	}))
	return r
}

// metadata is two files of metadata, of which one is wrong, and a consequence of that.
func metadata() *report.Report {
	index := &check.Check{ID: "metadata/index", Title: "Every endpoint has an index of its own", Severity: check.Error, Sources: []string{"SAMLMeta 2.2.3"},
		Fix: check.Fix{Side: check.SP, Setting: "metadata", Text: "Number the endpoints."}}
	schema := &check.Check{ID: "metadata/schema", Title: "The metadata is valid by the schema", Severity: check.Error, Sources: []string{"SAMLMeta 2"}}
	at := check.Finding{At: "/EntityDescriptor/SPSSODescriptor/AssertionConsumerService", Line: 1, Column: 155, Got: "no index", Want: "index"}
	return &report.Report{
		Tool: "samlproof 0.1.0", Profile: check.SAML, At: noon, AtSource: "clock",
		Metadata: []report.Metadata{
			{Name: "idp.xml", Results: passes(index, schema)},
			{Name: "sp.xml", Results: []check.Result{fails(index, nil, at), fails(schema, []string{"metadata/index"}, at)}},
		},
	}
}
