package main

import (
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness"
	"github.com/spf13/cobra"
)

// quirkFlag adds --quirk, and gives what is chosen by it once flags are read.
func quirkFlag(cmd *cobra.Command) func() (harness.Quirks, error) {
	var names []string
	cmd.Flags().StringSliceVar(&names, "quirk", nil, "have Salesforce write as it did at other times (repeats); help lists the names")
	return func() (q harness.Quirks, err error) {
		for _, name := range names {
			if name == "help" {
				return q, &hinted{fmt.Errorf("quirks of Salesforce: %s", quirkList()), "give --quirk with one of these names"}
			}
			if err := q.Set(name); err != nil {
				return q, &hinted{err, "--quirk help says what each does"}
			}
		}
		return q, nil
	}
}

func quirkList() string {
	var all []string
	for _, n := range harness.NamedQuirks() {
		all = append(all, n.Name+" ("+n.Text+")")
	}
	return strings.Join(all, "; ")
}
