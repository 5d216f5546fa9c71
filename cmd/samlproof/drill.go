package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/spf13/cobra"
)

func newDrill(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "drill",
		Short: "Try a change to a set-up before it is made",
		Long: `drill replays a change to a set-up that works: every state on the way, every order of
the two consoles' changes, who is locked out meanwhile and what they see.

Exit status: 0 there is a way that locks nobody out; 1 there is none, or the settings
let nobody in even before; 2 could not tell.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDrillRotate(env), newDrillMigrate(env), newDrillClock(env))
	return cmd
}

// A drilling has the flags that every drill takes.
type drilling struct {
	judging
	users []string
	flow  string
}

func (d *drilling) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&d.at, "at", "", "drill at this time: 2026-11-23 or 2026-11-23T09:00:00Z")
	f.StringVar(&d.format, "format", "text", "text or json")
	f.BoolVar(&d.redact, "redact", false, "mask NameIDs, names and e-mail addresses")
	f.StringVarP(&d.out, "output", "o", "", "write the report to a file")
	f.StringSliceVar(&d.users, "user", nil, "log only this user in (repeats)")
	f.StringVar(&d.flow, "flow", "all", "who starts the logins: sp, idp or all")
}

// drillFormats are the forms of a drill by the name that --format takes.
var drillFormats = map[string]func(io.Writer, *report.Drill, report.Options) error{
	"text": report.DrillText,
	"json": report.DrillJSON,
}

// run reads the settings, drills and shows the outcome.
func (d *drilling) run(cmd *cobra.Command, env *environment, args []string, drill func(context.Context, *settings.Settings, harness.Options) (*report.Drill, error)) error {
	write, ok := drillFormats[d.format]
	if !ok {
		return &hinted{fmt.Errorf("--format %q is not known", d.format), "it is text or json"}
	}
	opt := harness.Options{Users: d.users, Now: env.now}
	var err error
	if opt.Flow, err = flowOf(d.flow); err != nil {
		return err
	}
	if opt.At, err = d.time(); err != nil {
		return err
	}
	s, err := load(first(args))
	if err != nil {
		return fmt.Errorf("reading settings: %w", err)
	}
	found, err := drill(cmd.Context(), s, opt)
	if err != nil {
		return err
	}
	if d.redact {
		found = found.Redact(report.Personal(s))
	}
	show := func(w io.Writer) error {
		return write(w, found, report.Options{Width: env.width, Color: env.colour && d.out == ""})
	}
	if d.out == "" {
		err = show(env.stdout)
	} else {
		err = writeFile(d.out, show)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if env.status = exitPass; found.Verdict() != report.Pass {
		env.status = exitFail
	}
	return nil
}

func newDrillRotate(env *environment) *cobra.Command {
	var d drilling
	var certificate string
	cmd := &cobra.Command{
		Use:   "rotate [SETTINGS]",
		Short: "The certificate that Salesforce signs with is replaced",
		Long: `rotate replays the replacing of the certificate that Salesforce signs with, hour by
hour, in each order of the two consoles' changes.

The new certificate is the file given, or else one of the settings that nothing uses
yet, or else one made up as Salesforce would make it.`,
		Example: `  samlproof drill rotate
  samlproof drill rotate flex.yaml --certificate NewCert.crt --at 2026-11-23T20:00:00Z`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.run(cmd, env, args, func(ctx context.Context, s *settings.Settings, opt harness.Options) (*report.Drill, error) {
				rotate := harness.RotateOptions{Options: opt}
				if certificate != "" {
					var err error
					if rotate.Certificate, err = readFile(certificate); err != nil {
						return nil, fmt.Errorf("--certificate %s: %w", certificate, err)
					}
				}
				return harness.DrillRotate(ctx, s, rotate)
			})
		},
	}
	d.add(cmd)
	cmd.Flags().StringVar(&certificate, "certificate", "", "the new certificate (a file)")
	return cmd
}

func newDrillMigrate(env *environment) *cobra.Command {
	var d drilling
	var to, connection string
	cmd := &cobra.Command{
		Use:   "migrate [SETTINGS]",
		Short: "Flex's addresses change: from preview to iam.twilio.com, from legacy to enhanced",
		Long: `migrate replays the move of a set-up to newer addresses of Flex: from
preview.twilio.com/iam to iam.twilio.com/v1, or from legacy to enhanced SSO. It lists
every field that changes in either console and replays every state in which some are
changed and some are not.

Without --to it is the generation after that of the settings. Settings that are there
already are drilled from the generation before.`,
		Example: `  samlproof drill migrate embedded:salesforce-flex-legacy.yaml
  samlproof drill migrate flex.yaml --to enhanced --connection-sid JQ0123456789abcdef0123456789abcdef`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.run(cmd, env, args, func(ctx context.Context, s *settings.Settings, opt harness.Options) (*report.Drill, error) {
				return harness.DrillMigrate(ctx, s, harness.MigrateOptions{Options: opt, To: to, ConnectionSID: connection})
			})
		},
	}
	d.add(cmd)
	cmd.Flags().StringVar(&to, "to", "", "where to: enhanced or iam")
	cmd.Flags().StringVar(&connection, "connection-sid", "", "the connection that Flex Console gave, JQ and 32 characters")
	return cmd
}

func newDrillClock(env *environment) *cobra.Command {
	var d drilling
	var most time.Duration
	cmd := &cobra.Command{
		Use:   "clock [SETTINGS]",
		Short: "The clocks of Salesforce and of Flex drift apart",
		Long: `clock measures how far Salesforce's clock may be ahead of the service provider's, and
how far behind, before logins are refused: by bisection, to the second. It compares
what the service provider adds with what the message itself grants.

Exit status: 0 the service provider adds at least what it is known to add; 1 it adds
less, or does not hold to a bound at all; 2 could not tell.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if most < time.Second {
				return errors.New("--most is at least one second")
			}
			return d.run(cmd, env, args, func(ctx context.Context, s *settings.Settings, opt harness.Options) (*report.Drill, error) {
				return harness.DrillClock(ctx, s, harness.ClockOptions{Options: opt, Most: most})
			})
		},
	}
	d.add(cmd)
	cmd.Flags().DurationVar(&most, "most", 24*time.Hour, "the largest drift that is tried")
	return cmd
}
