package main

import (
	"fmt"
	"slices"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/spf13/cobra"
)

func newChecks(env *environment) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "checks [ID]",
		Short: "List the checks, or explain one",
		Long: `checks lists what a login is held to, in the order in which a login unfolds, or
explains one check: why it matters, what exactly is compared, where it is mended and
on which source it rests. ID may be a pattern, as settings/*; those that probe alone
makes are probe/*.`,
		Example: `  samlproof checks
  samlproof checks assertion/audience
  samlproof checks --format json 'signature/*'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			some, explain := check.All, false
			if len(args) == 1 {
				var err error
				if some, err = check.Select(slices.Concat(check.All, harness.ProbeChecks()), args[0]); err != nil {
					return &hinted{err, "samlproof checks lists their ids"}
				}
				explain = len(some) == 1
			}
			switch format {
			case "text":
				if explain {
					return report.Explain(env.stdout, some[0], report.Options{Color: env.colour, Width: env.width})
				}
				return report.List(env.stdout, some, report.Options{Color: env.colour, Width: env.width})
			case "json":
				return report.ChecksJSON(env.stdout, some)
			case "markdown":
				return check.Markdown(env.stdout, some)
			}
			return &hinted{fmt.Errorf("--format %q is not known", format), "it is text, json or markdown"}
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json or markdown")
	return cmd
}
