package report_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

const response = `<samlp:Response xmlns:samlp="p" xmlns:saml="a"><saml:Assertion><saml:Subject><saml:NameID>Zoë.O'Hara</saml:NameID></saml:Subject>` +
	`<saml:AttributeStatement><saml:Attribute Name="full_name"><saml:AttributeValue>Zoë O&apos;Hara</saml:AttributeValue></saml:Attribute>` +
	`<saml:Attribute Name="email"><saml:AttributeValue>zoe@acme.example</saml:AttributeValue></saml:Attribute>` +
	`<saml:Attribute Name="roles"><saml:AttributeValue>agent, supervisor</saml:AttributeValue></saml:Attribute>` +
	`</saml:AttributeStatement></saml:Assertion></samlp:Response>`

// zoe tells of one person in every place that a report has.
func zoe() *report.Report {
	email := &check.Check{ID: "settings/user-email", Title: "Each user has an e-mail address", Severity: check.Error}
	name := &check.Check{ID: "subject/name-id", Title: "The NameID is there", Severity: check.Error}
	return &report.Report{
		Tool: "samlproof 0.1.0", Settings: "/home/zoe@acme.example/flex.yaml", Profile: check.Flex,
		Personal: []string{"zoe@acme.example", "Zoë O'Hara", "Zoë", "O'Hara", "zohara"},
		SettingsResults: []check.Result{fails(email, nil, check.Finding{
			At: "salesforce.users[0].email", Got: "zoe@acme.example ", Want: "zoe@acme.example", Note: "“zoe@acme.example” ends in a space",
			Fix: &check.Fix{Side: check.Salesforce, Text: "Make it zoe@acme.example."},
		})},
		Logins: []report.Login{{
			Exchange: &saml.Exchange{
				Name: "zohara, SP-initiated", User: "zohara",
				Request:  &saml.Message{XML: []byte("<AuthnRequest/>"), Encoded: "UEs=", Query: "SAMLRequest=UEs%3D", RelayState: "to=zoe%40acme.example"},
				Response: &saml.Message{XML: []byte(response), Encoded: "Wm/Dqw==", RelayState: "zohara|/desk"},
				Verdict:  &saml.Verdict{Status: 401, Text: "client:zoe_40acme_2Eexample is unknown", Subject: "Zoë.O'Hara"},
				Stop:     &saml.Stop{Reason: "no access for zohara", Unreachable: "https://x/?u=zoe%40acme.example", Event: &saml.Event{User: "zohara"}},
				Steps:    []saml.Step{{URL: "https://x/?login_hint=zoe%40acme.example", Location: "https://y/zohara", Note: "Set-Cookie: u=zohara"}},
				Events:   []saml.Event{{Code: "NoAccess", User: "zohara", Text: "zohara has no access"}},
			},
			Results: []check.Result{
				fails(name, nil, check.Finding{At: "Response/Assertion/Subject/NameID", Got: "Zoë.O'Hara", Want: "Zoe.O'Hara",
					Note: "“ë” where “e” is wanted; other.person@elsewhere.example was seen, too"}),
				skips(audience, "no audience for Zoë O'Hara; the agent's roles are kept"),
			},
		}},
		Incomplete: []string{"mail of zoe@acme.example is no capture"},
		Unchecked:  []string{"zohara"}, Decoded: []string{"from zoe@acme.example"},
	}
}

// No format shows a personal value of a redacted report, in any of its spellings, and
// what is not personal stays.
func TestRedact(t *testing.T) {
	r := report.Redact(zoe())
	var all strings.Builder
	for _, write := range []func(io.Writer, *report.Report, report.Options) error{report.Text, report.JSON, report.JUnit} {
		require.NoError(t, write(&all, r, report.Options{Verbose: true}))
	}
	x := r.Logins[0].Exchange
	all.WriteString(x.Request.RelayState + x.Response.RelayState + string(x.Response.XML))
	for _, secret := range []string{"zoe", "Zoë", "Zo\\u00eb", "Hara", "acme.example", "elsewhere", "_40"} {
		require.NotContains(t, all.String(), secret)
	}
	require.Contains(t, all.String(), "agent, supervisor", "roles are no secret")
	require.Contains(t, all.String(), "the agent's roles are kept")
	require.Empty(t, x.Request.Encoded+x.Request.Query+x.Response.Encoded, "what is encoded cannot be masked")
	require.Empty(t, r.Personal)
}

// One value has one mask, in every place and spelling; values that differ have masks
// that differ.
func TestRedactIsConsistent(t *testing.T) {
	r := report.Redact(zoe())
	f := r.SettingsResults[0].Findings[0]
	require.Equal(t, "/home/user-1@redacted/flex.yaml", r.Settings)
	require.Equal(t, "user-1@redacted ", f.Got, "the difference that was found stays")
	require.Equal(t, "user-1@redacted", f.Want)
	require.Equal(t, "“user-1@redacted” ends in a space", f.Note)
	require.Equal(t, "Make it user-1@redacted.", f.Fix.Text)
	x := r.Logins[0].Exchange
	require.Equal(t, "user-2, SP-initiated", x.Name)
	require.Equal(t, "to=user-1@redacted", x.Request.RelayState)
	require.Equal(t, "user-2|/desk", x.Response.RelayState)
	require.Equal(t, "client:user-1@redacted is unknown", x.Verdict.Text)
	n := r.Logins[0].Results[0].Findings[0]
	require.Equal(t, x.Verdict.Subject, n.Got)
	require.NotEqual(t, n.Got, n.Want)

	again := report.Redact(zoe())
	require.Equal(t, r, again)
	var a, b bytes.Buffer
	require.NoError(t, report.JSON(&a, r, report.Options{}))
	require.NoError(t, report.JSON(&b, report.Redact(zoe()), report.Options{}))
	require.Equal(t, a.String(), b.String())
}

// The report itself is left as it was.
func TestRedactCopies(t *testing.T) {
	r := zoe()
	report.Redact(r)
	require.Equal(t, zoe(), r)
}

// A message that cannot be read to the end is left out, since it may tell of persons
// where nobody looked.
func TestRedactBrokenMessage(t *testing.T) {
	r := zoe()
	r.Logins[0].Exchange.Response.XML = []byte(`<Response><NameID>zed</NameID><Attribute Name="full_name><AttributeValue>Zed Zedson`)
	c := report.Redact(r)
	require.Nil(t, c.Logins[0].Exchange.Response.XML)
}

// A short name is masked as a word, not in the middle of one.
func TestRedactWords(t *testing.T) {
	r := &report.Report{
		Personal:  []string{"Al", "山田", "admin"},
		Unchecked: []string{"Al and Also Al's total", "名前は山田です", "admin stays"},
	}
	require.Equal(t, []string{"user-1 and Also user-1's total", "名前はuser-2です", "admin stays"}, report.Redact(r).Unchecked)
}

func TestPersonal(t *testing.T) {
	u := settings.User{}
	u.FirstName.Value, u.LastName.Value, u.Email.Value, u.Username.Value = "Ada", "Agent", "ada@acme.example", "ada@acme.example"
	s := &settings.Settings{Salesforce: settings.Salesforce{Users: []settings.User{u, {}}}}
	require.Equal(t, []string{"ada@acme.example", "Ada Agent", "Ada", "Agent"}, report.Personal(s)[:4])
	require.NotContains(t, report.Personal(s), "")
	require.Empty(t, report.Personal(nil))
}

func FuzzRedact(f *testing.F) {
	f.Add("ada@acme.example", "mail ada@acme.example, client:ada_40acme_2Eexample", response)
	f.Add("Al", "Al\xffAl%40", "<NameID>\x00</NameID>")
	f.Fuzz(func(t *testing.T, secret, text, message string) {
		r := &report.Report{Personal: []string{secret}, Unchecked: []string{text, secret}, Logins: []report.Login{{
			Exchange: &saml.Exchange{User: secret, Response: &saml.Message{XML: []byte(message)}}}}}
		c := report.Redact(r)
		if strings.Contains(secret, "@") && strings.ContainsFunc(secret, unicode.IsLetter) && len(secret) < 1000 {
			require.NotContains(t, c.Logins[0].Exchange.User, secret)
		}
	})
}
