package check

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

// failedIDs are the checks that fail, and those that break.
func failedIDs(t *testing.T, c *Case) (ids []string) {
	t.Helper()
	for _, r := range Run(All, c) {
		require.NotEqual(t, Broken, r.Status, "%s: %s", r.Check.ID, r.Reason)
		if r.Status == Fail && r.Severity == Error {
			ids = append(ids, r.Check.ID)
		}
	}
	return ids
}

// An assertion without the response around it is judged for what it says itself.
func TestBareAssertion(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old, new string
		want     []string
	}{
		"good":             {"", "", []string{"response/root"}},
		"another audience": {"<saml:Audience>", "<saml:Audience>x", []string{"response/root", "signature/digest", "signature/coverage", "assertion/audience"}},
	} {
		l := goodLogin(t)
		l.set(t, "sign", "assertion")
		xml := bareAssertion(l.xml(t))
		require.Contains(t, xml, c.old, name)
		xml = strings.Replace(xml, c.old, c.new, 1)
		want := l.want
		found := NewCase(nil, &saml.Exchange{Response: &saml.Message{XML: []byte(xml)}}, &want)
		require.Len(t, found.Assertions, 1, name)
		assert.Equal(t, c.old == "", found.Assertions[0].Verified, name)
		assert.ElementsMatch(t, c.want, failedIDs(t, found), name)
	}
}

// What is no response of SAML 2.0 is named.
func TestResponseRootNamesWhatItIs(t *testing.T) {
	t.Parallel()
	for xml, want := range map[string]string{
		`<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol" MinorVersion="1"/>`:                          "it is a response of SAML 1.1; what is judged here is Web SSO of SAML 2.0",
		`<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol" MinorVersion="no"/>`:                         "it is a response of SAML 1.x; ",
		`<Assertion xmlns="urn:oasis:names:tc:SAML:1.0:assertion"/>`:                                         "it is a message of SAML 1; ",
		`<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>`:                                         "it is a bare assertion, without the Response around it",
		`<EncryptedAssertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>`:                                "it is a bare encrypted assertion",
		`<RequestSecurityTokenResponseCollection xmlns="http://docs.oasis-open.org/ws-sx/ws-trust/200512"/>`: "it is an answer of WS-Federation or WS-Trust; ",
		`<Response/>`: "",
	} {
		found := responseRoot(NewCase(nil, &saml.Exchange{Response: &saml.Message{XML: []byte(xml)}}, nil))
		require.Len(t, found, 1, xml)
		assert.True(t, strings.HasPrefix(found[0].Note, want), "%s: %s", xml, found[0].Note)
	}
}
