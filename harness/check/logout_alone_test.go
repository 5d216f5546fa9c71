package check

import (
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
)

// A message of logout that was captured alone is judged as one, and not as a message of
// a login that it is not.
func TestLogoutAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		xml    string
		edit   [2]string
		expect func(*Expect)
		fails  []string
	}{
		"request":                    {xml: goodLogoutRequest, expect: func(e *Expect) { e.Issuers, e.Audiences = []string{"https://sp.example"}, nil }},
		"response":                   {xml: goodLogoutResponse},
		"no issuer known":            {xml: goodLogoutResponse, expect: func(e *Expect) { e.Issuers, e.Audiences = nil, nil }},
		"answer to another":          {xml: goodLogoutResponse, expect: func(e *Expect) { e.RequestIDs = []string{"_other"} }, fails: []string{"logout/in-response-to"}},
		"refused":                    {xml: goodLogoutResponse, edit: [2]string{"status:Success", "status:Requester"}, fails: []string{"logout/status"}},
		"of nobody":                  {xml: goodLogoutRequest, edit: [2]string{">ada@acme.example<", "><"}, expect: func(e *Expect) { e.Issuers = []string{"https://sp.example"} }, fails: []string{"logout/identifier"}},
		"ended":                      {xml: goodLogoutRequest, edit: [2]string{"12:05:00Z", "11:05:00Z"}, expect: func(e *Expect) { e.Issuers = []string{"https://sp.example"} }, fails: []string{"logout/not-on-or-after"}},
		"out of order":               {xml: goodLogoutResponse, edit: [2]string{"<samlp:Status>", "<samlp:Extensions/><samlp:Status>"}, fails: []string{"logout/schema"}},
		"of another":                 {xml: goodLogoutResponse, edit: [2]string{"https://idp.example<", "https://evil.example<"}, fails: []string{"logout/issuer"}},
		"in the place of a response": {xml: goodLogoutResponse, expect: func(e *Expect) { e.ACSURLs = []string{"https://sp.example/slo"} }, fails: []string{"response/root"}},
	} {
		l := goodLogin(t)
		l.key = "rsa-2048-1"
		xml := strings.Replace(edited(t, c.xml, [][2]string{c.edit}), "</saml:Issuer>", "</saml:Issuer>{{mark}}", 1)
		m := &saml.Message{XML: []byte(l.signed(t, xml, "{{mark}}"))}
		x := &saml.Exchange{At: l.exchange(t, nil).At}
		if strings.Contains(xml, "LogoutRequest") && !strings.Contains(xml, "LogoutResponse") {
			x.Request = m
		} else {
			x.Response = m
		}
		want := *l.held(t)
		want.RequestIDs = nil
		if c.expect != nil {
			c.expect(&want)
		}
		for _, tampered := range []bool{false, true} {
			fails := c.fails
			if tampered {
				m.XML = []byte(strings.Replace(string(m.XML), `ID="_`, `ID="_0`, 1))
				if len(fails) > 0 {
					continue
				}
				fails = []string{"logout/signature"}
			}
			var failed []string
			for _, r := range Run(ForProfile(All, SAML), NewCase(nil, x, &want)) {
				assert.NotEqual(t, Broken, r.Status, "%s: %s", name, r.Check.ID)
				if r.Status == Fail && r.Severity == Error {
					failed = append(failed, r.Check.ID)
				}
			}
			assert.Equal(t, fails, failed, name)
		}
	}
}

// Without a signature, a message whose way is not known may have been signed in a query.
func TestLogoutAloneUnsigned(t *testing.T) {
	t.Parallel()
	l := goodLogin(t)
	x := &saml.Exchange{Response: &saml.Message{XML: []byte(goodLogoutResponse)}}
	want := *l.held(t)
	want.RequestIDs, want.Certificates = nil, nil
	for _, severity := range []Severity{Warning, Error} {
		for _, r := range Run(logoutChecks, NewCase(nil, x, &want)) {
			if r.Check == LogoutSigned {
				assert.Equal(t, Fail, r.Status)
				assert.Equal(t, severity, r.Severity)
			}
		}
		want.Certificates = l.held(t).Certificates
	}
}
