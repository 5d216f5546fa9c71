package harness

import (
	_ "embed"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
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
			Held: faultHeld[f.ID], Causes: o.causes, Follows: o.follows, Warns: o.warns,
		})
	}
	return list
}

// faultHeld are the faults that need another format of NameID than the settings promise,
// which is no part of what is wrong with them.
var faultHeld = map[string]func(*check.Expect){
	"nameid-email-phrase": anyFormat, "nameid-email-no-at": anyFormat,
	"nameid-qualified-for-another": anyFormat, "nameid-qualified-by-another": anyFormat,
	"nameid-257-characters": anyFormat, "nameid-entity-qualified": anyFormat,
}

func anyFormat(want *check.Expect) { want.NameIDFormat = "" }

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
