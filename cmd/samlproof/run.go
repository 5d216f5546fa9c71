package main

import (
	"fmt"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/spf13/cobra"
)

func newRun(env *environment) *cobra.Command {
	var j judging
	var users []string
	var flow, added, app string
	var quirks func() (harness.Quirks, error)
	cmd := &cobra.Command{
		Use:   "run [SETTINGS | PATH...]",
		Short: "Replay every login of a set-up and judge it",
		Long: `run reads the settings of both consoles, judges them, logs every user in from a mock
Salesforce to a mock Flex over HTTP on loopback, and judges every message end to end.
Without SETTINGS it replays an embedded example of the documented set-up.

Instead of settings it takes what the consoles export: folders of a Salesforce source
tree, apps, SAML metadata, certificates, lists of users, and a file for the Flex side,
together. What they do not say is missing; samlproof init --from writes settings from
them, with a question for each gap.

Certificates are replaced by stand-ins, whose private keys are public; what matches in
the settings matches in the replay.`,
		Example: `  samlproof run
  samlproof run force-app samlidp.xml flex.yaml
  samlproof run flex.yaml --user ada@acme.example --flow sp
  samlproof run flex.yaml --format junit -o report.xml`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := j.valid(); err != nil {
				return err
			}
			opt := harness.Options{Users: users, Now: env.now, ExpiresWithin: j.within(), Strict: j.strict}
			var err error
			if opt.Flow, err = flowOf(flow); err != nil {
				return err
			}
			if opt.At, err = j.time(); err != nil {
				return err
			}
			if opt.Checks, err = j.chosen(); err != nil {
				return err
			}
			s, err := loadAll(env, args, app)
			if err != nil {
				return fmt.Errorf("reading settings: %w", err)
			}
			if opt.Quirks, err = quirks(); err != nil {
				return err
			}
			if added != "" {
				return runAwkward(cmd, env, &j, s, opt, added)
			}
			r, err := harness.Replay(cmd.Context(), s, opt)
			if err != nil {
				return err
			}
			return j.show(env, r)
		},
	}
	j.add(cmd)
	quirks = quirkFlag(cmd)
	cmd.Flags().StringSliceVar(&users, "user", nil, "log only this user in (repeats)")
	cmd.Flags().StringVar(&app, "app", "", "the app to import, by API name or label, where there are several")
	cmd.Flags().StringVar(&flow, "flow", "all", "who starts the login: sp, idp or all")
	cmd.Flags().StringVar(&added, "users", "", "awkward: also try users whose names and rights hurt")
	return cmd
}

func flowOf(name string) (saml.Flow, error) {
	switch name {
	case "all":
		return "", nil
	case "sp":
		return saml.FlowSP, nil
	case "idp":
		return saml.FlowIDP, nil
	}
	return "", &hinted{fmt.Errorf("--flow %q is not known", name), "it is sp, idp or all"}
}

// first is the first argument, or "".
func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
