package check

import (
	"testing"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A time that the clock forbids names the clock that is off, where the login tells.
func TestClocksExplainTimes(t *testing.T) {
	xml := []byte(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0" IssueInstant="2026-03-02T09:30:00Z"/>`)
	for want, steps := range map[string][]saml.Step{
		"the service provider's clock is 10m0s slow; it lies 10 minutes ahead of the clock; 3 minutes are allowed": clocked(0, -10*time.Minute),
		"it lies 10 minutes ahead of the clock; 3 minutes are allowed":                                             nil,
	} {
		x := &saml.Exchange{
			Request: &saml.Message{URL: "https://idp.example/sso"}, Response: &saml.Message{URL: "https://sp.example/acs", XML: xml},
			Steps: steps, At: time.Date(2026, 3, 2, 9, 20, 0, 0, time.UTC),
		}
		r := Run([]*Check{ResponseIssueInstantClock}, NewCase(nil, x, &Expect{}))[0]
		require.Len(t, r.Findings, 1)
		assert.Equal(t, want, r.Findings[0].Note)
	}
}

// A refusal in words that nobody knows names the cookie that the service provider missed.
func TestCookiesExplainRefusals(t *testing.T) {
	x := &saml.Exchange{Response: &saml.Message{URL: "https://sp.example/acs"}, Steps: recorded("other", ""), Verdict: &saml.Verdict{Status: 403, Text: "Bad state"}}
	r := Run([]*Check{LoginAccepted}, NewCase(nil, x, &Expect{}))[0]
	require.Len(t, r.Findings, 1)
	assert.Equal(t, "there came no cookie pending, which says SameSite=Lax", r.Findings[0].Note)
	x.Verdict.Code = "45050"
	r = Run([]*Check{LoginAccepted}, NewCase(nil, x, &Expect{}))[0]
	assert.Empty(t, r.Findings[0].Note)
}
