package main

import (
	"fmt"
	"io"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/spf13/cobra"
)

// awkwardFormats are the forms of a report with awkward users by the name that --format
// takes.
var awkwardFormats = map[string]func(io.Writer, *report.Awkward, report.Options) error{
	"text": report.AwkwardText,
	"json": report.AwkwardJSON,
}

// runAwkward replays the set-up's own users and those that --users adds.
func runAwkward(cmd *cobra.Command, env *environment, j *judging, s *settings.Settings, opt harness.Options, added string) error {
	if added != "awkward" {
		return &hinted{fmt.Errorf("--users %q is not known", added), "it is awkward; --user names one of the settings' own"}
	}
	write, ok := awkwardFormats[j.format]
	if !ok {
		return &hinted{fmt.Errorf("--users awkward has no format %q", j.format), "it is text or json"}
	}
	failOn, err := j.severity()
	if err != nil {
		return err
	}
	a, err := harness.ReplayAwkward(cmd.Context(), s, opt)
	if err != nil {
		return err
	}
	if j.redact {
		a = a.Redact()
	}
	show := func(w io.Writer) error {
		return write(w, a, report.Options{FailOn: failOn, Verbose: j.verbose, Width: env.width, Color: env.colour && j.out == ""})
	}
	if j.out == "" {
		err = show(env.stdout)
	} else {
		err = writeFile(j.out, show)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	switch a.Verdict(failOn) {
	case report.Pass:
		env.status = exitPass
	case report.Fail:
		env.status = exitFail
	default:
		env.status = exitUnknown
	}
	return nil
}
