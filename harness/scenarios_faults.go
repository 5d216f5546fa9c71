package harness

import (
	_ "embed"
	"strings"

	"github.com/samlproof/samlproof/mockidp"
)

// faultsText says for each fault of the mock Salesforce which checks fail, in lines of
//
//	fault: causes > follows ! warnings
//
// in the order of mockidp.Faults. A line that begins with # is a comment.
//
//go:embed faults.txt
var faultsText string

// faultScenarios are one for each way in which the mock Salesforce can issue a wrong
// response, or an unusual one.
func faultScenarios() []*Scenario {
	outcomes := faultOutcomes(faultsText)
	var list []*Scenario
	for _, f := range mockidp.Faults() {
		o := outcomes[f.ID]
		list = append(list, &Scenario{
			ID: f.ID, Title: f.Title, Life: f.Life, Fault: f,
			Causes: o.causes, Follows: o.follows, Warns: o.warns,
		})
	}
	return list
}

type faultOutcome struct{ causes, follows, warns []string }

// faultOutcomes reads lines as those of faultsText.
func faultOutcomes(text string) map[string]faultOutcome {
	outcomes := map[string]faultOutcome{}
	for line := range strings.Lines(text) {
		id, rest, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		rest, warns, _ := strings.Cut(rest, "!")
		causes, follows, _ := strings.Cut(rest, ">")
		outcomes[id] = faultOutcome{ids(causes), ids(follows), ids(warns)}
	}
	return outcomes
}
