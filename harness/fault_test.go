package harness_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/mockidp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An issue is what became of a scenario of a fault for one generation of Flex.
type issue struct {
	scenario *harness.Scenario
	exchange *saml.Exchange
	want     *check.Expect
	results  []check.Result // of the checks of messages
	err      error
}

// messageChecks are the checks of a login's messages under a profile: what became of the
// login is the service provider's to say.
func messageChecks(p check.Profile) []*check.Check {
	return slices.DeleteFunc(check.ForProfile(check.All, p), func(c *check.Check) bool {
		return c.Family() == "settings" || c.Family() == "login"
	})
}

// make issues the response and judges it. What shows in transit alone is replayed.
func (i *issue) make() {
	if i.scenario.Fault.InTransit() {
		r, err := i.scenario.Play(context.Background())
		if err != nil {
			i.err = err
			return
		}
		i.exchange = r.Logins[0].Exchange
		i.results = slices.DeleteFunc(r.Logins[0].Results, func(r check.Result) bool { return r.Check.Family() == "login" })
		return
	}
	if i.exchange, i.want, i.err = i.scenario.Issue(); i.err == nil {
		i.results = check.Run(messageChecks(i.want.Profile), check.NewCase(nil, i.exchange, i.want))
	}
}

// outcome is what fails, as harness.Outcome has it.
func (i *issue) outcome() (causes, follows, warns []string) {
	return harness.Outcome(&report.Report{Logins: []report.Login{{Exchange: i.exchange, Results: i.results}}})
}

// issues are those of every fault, for enhanced SSO and then for legacy SSO, made once.
var issues = sync.OnceValue(func() []*issue {
	var all []*issue
	for _, settings := range []string{"", "salesforce-flex-legacy.yaml"} {
		for _, sc := range harness.Scenarios() {
			if sc.Fault != nil && (settings == "" || !sc.Fault.InTransit()) {
				copied := *sc
				copied.Settings = settings
				all = append(all, &issue{scenario: &copied})
			}
		}
	}
	next := make(chan *issue)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				i.make()
			}
		})
	}
	for _, i := range all {
		next <- i
	}
	close(next)
	wg.Wait()
	return all
})

// Under each fault exactly the checks of the table fail, and what a strict service
// provider must refuse fails some check.
func TestFaultScenarios(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	n := 0
	for _, i := range issues() {
		sc := i.scenario
		if sc.Settings != "" {
			continue
		}
		n++
		require.NoError(t, i.err)
		causes, follows, warns := i.outcome()
		assert.Equal(t, sc.Causes, causes, "%s: causes", sc.ID)
		assert.Equal(t, sc.Follows, follows, "%s: what follows", sc.ID)
		assert.Equal(t, sc.Warns, warns, "%s: warnings", sc.ID)
		switch sc.Fault.Verdict {
		case mockidp.Reject:
			assert.NotEmpty(t, causes, "%s: to be refused", sc.ID)
		case mockidp.Accept:
			assert.Empty(t, causes, "%s: to be accepted", sc.ID)
		}
		for _, r := range i.results {
			assert.NotEqual(t, check.Broken, r.Status, "%s: %s: %s", sc.ID, r.Check.ID, r.Reason)
		}
	}
	assert.Greater(t, n, 400)
}

// What fails depends on the fault and not on the generation of Flex, but for what the two
// settings say of themselves.
func TestFaultsAreTheSameForLegacySSO(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	for _, i := range issues() {
		if i.scenario.Settings == "" {
			continue
		}
		require.NoError(t, i.err)
		causes, _, _ := i.outcome()
		assert.Equal(t, i.scenario.Causes, causes, "%s: causes", i.scenario.ID)
	}
}

// A fault shows over HTTP as it does in a response that is issued at once.
func TestFaultsReplayed(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"unsigned", "inner-nameid-changed", "attacker-certificate", "sha1", "nameid-changed", "reindented", "neutral-line-ends", "xsw3", "same-id-twice",
		"reference-empty", "doctype", "utf-16", "two-documents", "many-attributes", "destination-slash", "status-responder", "no-assertion",
		"unknown-in-response-to", "nameid-empty", "recipient-other-host", "expired", "audience-other", "times-offset-east",
		"authn-statement-missing", "attribute-missing", "value-hostile", "only-assertion-signed",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			sc := scenario(t, id)
			r, err := sc.Play(context.Background())
			require.NoError(t, err)
			i := issue{scenario: sc, exchange: r.Logins[0].Exchange, results: r.Logins[0].Results}
			i.results = slices.DeleteFunc(i.results, func(r check.Result) bool { return r.Check.Family() == "login" })
			causes, follows, warns := i.outcome()
			assert.Equal(t, sc.Causes, causes, "causes")
			assert.Equal(t, sc.Follows, follows, "what follows")
			assert.Equal(t, sc.Warns, warns, "warnings")
			require.NotNil(t, i.exchange.Response)
		})
	}
}
