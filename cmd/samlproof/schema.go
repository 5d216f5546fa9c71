package main

import (
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/report"
	"github.com/spf13/cobra"
)

func newSchema(env *environment) *cobra.Command {
	var names []string
	long := "schema writes the JSON Schema (draft 2020-12) of what samlproof writes as JSON:\n\n"
	for _, s := range report.Schemas() {
		names = append(names, s.Name)
		long += fmt.Sprintf("  %-9s %s\n", s.Name, s.Of)
	}
	return &cobra.Command{
		Use:   "schema [" + strings.Join(names, "|") + "]",
		Short: "Write the JSON Schema of a report",
		Long:  long + "\nWithout a name it is that of the report. Each schema needs no other.",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := names[0]
			if len(args) == 1 {
				name = args[0]
			}
			for _, s := range report.Schemas() {
				if s.Name == name {
					_, err := env.stdout.Write(s.Text)
					return err
				}
			}
			return &hinted{fmt.Errorf("there is no schema %q", name), "they are " + strings.Join(names, ", ")}
		},
	}
}
