package main

import (
	"fmt"
	"path"
	"strings"

	"github.com/samlproof/samlproof/harness"
	"github.com/spf13/cobra"
)

func newFaults(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "faults [ID]",
		Short: "List the wrong responses that serve --fault issues, or explain one",
		Long: `faults lists the ways in which the mock Salesforce can issue a wrong response, for trying
a service provider: what is done to the response and what a strict one does with it. ID may
be a pattern, as nameid-*. Some are unusual and right: those must be accepted.`,
		Example: `  samlproof faults
  samlproof faults nameid-changed`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			pattern := first(args)
			if pattern == "" {
				pattern = "*"
			}
			if _, err := path.Match(pattern, ""); err != nil {
				return fmt.Errorf("%q is no pattern: a bracket or a backslash is not closed", pattern)
			}
			var some []*harness.Fault
			for _, f := range harness.Faults() {
				if ok, _ := path.Match(pattern, f.ID); ok {
					some = append(some, f)
				}
			}
			if len(some) == 0 {
				_, err := faultOf(pattern)
				return err
			}
			if len(some) == 1 {
				f := some[0]
				fmt.Fprintf(env.stdout, "%s\n\n  %s\n  a strict service provider: %s\n", f.ID, sentence(f.Title), verdicts[string(f.Verdict)])
				if f.Life != "" {
					fmt.Fprintf(env.stdout, "  if it is accepted: %s\n", f.Life)
				}
				if len(f.Breaks) > 0 {
					fmt.Fprintf(env.stdout, "  breaks: %s (harness/check/COVERAGE.md)\n", strings.Join(f.Breaks, ", "))
				}
				return nil
			}
			for _, f := range some {
				fmt.Fprintf(env.stdout, "%-34s %-8s %s\n", f.ID, f.Verdict, f.Title)
			}
			return nil
		},
	}
}

// verdicts say what a strict service provider does.
var verdicts = map[string]string{
	"reject": "refuses it", "accept": "accepts it: it is unusual, and right", "warn": "may accept or refuse it",
}

// sentence is text that begins with a capital letter and ends with a full stop.
func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// faultOf is the fault with this id.
func faultOf(id string) (*harness.Fault, error) {
	var near string
	for _, f := range harness.Faults() {
		if f.ID == id {
			return f, nil
		}
		if near == "" && (strings.HasPrefix(f.ID, id) || strings.Contains(f.ID, id)) {
			near = f.ID
		}
	}
	hint := "samlproof faults lists them"
	if near != "" {
		hint += "; did you mean " + near + "?"
	}
	return nil, &hinted{fmt.Errorf("no fault %q is known", id), hint}
}
