package harness

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/settings"
)

// A Scenario is a situation in which one thing is wrong, or nothing, and exactly the
// checks that must fail in it.
type Scenario struct {
	ID       string // short and permanent
	Title    string // what somebody did
	Settings string // embedded settings; "" for the enhanced example
	// Edit does it to the settings; nil for settings as they are.
	Edit func(*settings.Settings) error
	// Cause is the id of the one failing error that nothing else explains; "" where there
	// is no error.
	Cause string
	// Follows are the other errors, and Warns everything less that fails, in the order of
	// the catalogue, over the settings and all logins.
	Follows, Warns []string
}

// ScenarioTime is when scenarios take place.
var ScenarioTime = time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)

// Play replays a scenario at its fixed time, with fixed ids, for the first user in both
// flows.
func (sc *Scenario) Play(ctx context.Context) (*report.Report, error) {
	s, err := sc.settings()
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", sc.ID, err)
	}
	return Replay(ctx, s, Options{At: ScenarioTime, Random: sc.random(), Users: usernames(s)[:1]})
}

func (sc *Scenario) settings() (*settings.Settings, error) {
	name := sc.Settings
	if name == "" {
		name = fixtures.Names()[0]
	}
	s, err := fixtures.Settings(name)
	if err != nil || sc.Edit == nil {
		return s, err
	}
	s.Name += ", " + sc.Title
	return s, sc.Edit(s)
}

// random is the scenario's own source: the same bytes on every run.
func (sc *Scenario) random() *rand.ChaCha8 {
	var seed [32]byte
	copy(seed[:], sc.ID)
	return rand.NewChaCha8(seed)
}

// Outcome is what fails in a report of a scenario, in the order of the catalogue: the
// errors that nothing explains, the other errors, and everything less.
func Outcome(r *report.Report) (causes, follows, warns []string) {
	kind := map[string]int{} // 1 warns, 2 follows, 3 causes: the most telling of all logins
	note := func(results []check.Result) {
		for _, res := range results {
			if res.Status != check.Fail {
				continue
			}
			k := 1
			if res.Severity == check.Error {
				k = 3
				if len(res.Follows) > 0 {
					k = 2
				}
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

// Scenarios are the known situations, in a fixed order.
func Scenarios() []*Scenario { return slices.Clone(scenarios) }

// another is a certificate in Salesforce's shape with a key of the pool: n tells one
// from the other.
func another(bits, n int, from, to time.Time) ([]byte, error) {
	fit := keys.For(keys.RSA, bits)
	if len(fit) <= n {
		return nil, fmt.Errorf("the pool has no RSA key %d of %d bits", n, bits)
	}
	key, err := fit[n].Signer()
	if err != nil {
		return nil, err
	}
	return keys.SelfSigned(keys.Certificate{
		Label: "SalesforceSSO", OrganizationID: "00D0A0000000Acm", Serial: big.NewInt(int64(1000*bits + n)),
		NotBefore: from, NotAfter: to,
	}, key)
}

var (
	longAgo = time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)
	farOff  = time.Date(2055, time.January, 1, 0, 0, 0, 0, time.UTC)
)
