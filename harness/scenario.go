package harness

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/mockidp"
)

// A Scenario is a situation in which one thing is wrong, or nothing, and exactly the
// checks that must fail in it.
type Scenario struct {
	ID       string // short and permanent
	Title    string // what was done
	Life     string // what would go wrong in life if the response were accepted; "" where none is issued
	Settings string // embedded settings; "" for the enhanced example

	// Edits are texts of the settings file, each followed by what takes its place; none
	// for settings as they are.
	Edits []string
	// Fault has the mock Salesforce do it to the response; nil for right ones.
	Fault *mockidp.Fault
	// Unsolicited has Salesforce start the login. Request is the id of the request that is
	// answered otherwise; "" for ScenarioRequest.
	Unsolicited bool
	Request     string
	// Held changes what the response is held to, which is otherwise what the settings say;
	// nil for no change.
	Held func(*check.Expect)

	// Causes are the failing errors that nothing else explains: one where a setting is
	// wrong, none where there is no error. Follows are the other errors, and Warns the
	// warnings; each in the order of the catalogue.
	//
	// Those of a fault are of the messages of one login, as Issue makes it or, where it
	// shows in transit alone, as Play does. Those of edited settings are of the settings
	// and of the logins that Play makes.
	Causes, Follows, Warns []string
}

// ScenarioTime is when scenarios take place.
var ScenarioTime = time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)

// Play replays a scenario at its fixed time, with fixed ids, for the first user in both
// flows.
func (sc *Scenario) Play(ctx context.Context) (*report.Report, error) {
	s, err := sc.settings()
	if err != nil {
		return nil, err
	}
	return Replay(ctx, s, Options{At: ScenarioTime, Random: sc.random(), Users: usernames(s)[:1], Fault: sc.Fault})
}

// SettingsName is the name of the embedded settings that the scenario starts from.
func (sc *Scenario) SettingsName() string {
	if sc.Settings == "" {
		return fixtures.Names()[0]
	}
	return sc.Settings
}

// random is the scenario's own source: the same bytes on every run.
func (sc *Scenario) random() *rand.ChaCha8 {
	return rand.NewChaCha8(sha256.Sum256([]byte(sc.ID)))
}

// Outcome is what fails in a report of a scenario, over the settings and all logins, in
// the order of the catalogue: the errors that nothing explains, the other errors, and the
// warnings. Notes are left out.
func Outcome(r *report.Report) (causes, follows, warns []string) {
	kind := map[string]int{} // 1 warns, 2 follows, 3 causes: the most telling of all logins
	note := func(results []check.Result) {
		for _, res := range results {
			k := 0
			switch {
			case res.Status != check.Fail || res.Severity < check.Warning:
			case res.Severity == check.Warning:
				k = 1
			case len(res.Follows) > 0:
				k = 2
			default:
				k = 3
			}
			kind[res.Check.ID] = max(kind[res.Check.ID], k)
		}
	}
	note(r.SettingsResults)
	for _, l := range r.Logins {
		note(l.Results)
	}
	for _, c := range check.All {
		switch kind[c.ID] {
		case 1:
			warns = append(warns, c.ID)
		case 2:
			follows = append(follows, c.ID)
		case 3:
			causes = append(causes, c.ID)
		}
	}
	return causes, follows, warns
}

// Scenarios are the known situations, in a fixed order: those of the settings, one for
// each way in which the mock Salesforce can issue a wrong response, and further ones of
// single responses.
func Scenarios() []*Scenario {
	return slices.Concat(settingsScenarios(), faultScenarios(), messageScenarios())
}
