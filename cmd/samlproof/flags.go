package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/spf13/cobra"
)

// A judging has the flags that every subcommand that judges takes.
type judging struct {
	at, checks, failOn, format, out string
	expires                         time.Duration
	redact, verbose, strict         bool
}

func (j *judging) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&j.at, "at", "", "judge at this time: 2026-11-23 or 2026-11-23T09:00:00Z")
	f.StringVar(&j.checks, "checks", "", "run only the checks whose id matches, as settings/* or */audience")
	f.StringVar(&j.failOn, "fail-on", "error", "the least severity that fails: error, warning or note")
	f.BoolVar(&j.strict, "strict", false, "take what standards and profiles advise (SHOULD) for required")
	f.DurationVar(&j.expires, "expires-within", 30*24*time.Hour, "warn of certificates that end within this time")
	f.StringVar(&j.format, "format", "text", "text, json or junit")
	f.BoolVar(&j.redact, "redact", false, "mask NameIDs, names and e-mail addresses")
	f.BoolVarP(&j.verbose, "verbose", "v", false, "list every check, also those that passed")
	f.StringVarP(&j.out, "output", "o", "", "write the report to a file")
}

// time is the value of --at, zero where it is not given.
func (j *judging) time() (time.Time, error) {
	if j.at == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, j.at); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, &hinted{fmt.Errorf("--at %q is no time", j.at), "write it as 2026-11-23 or 2026-11-23T09:00:00Z"}
}

// chosen is what --checks selects, nil for every check.
func (j *judging) chosen() ([]*check.Check, error) {
	if j.checks == "" {
		return nil, nil
	}
	some, err := check.Select(check.All, j.checks)
	if err != nil {
		return nil, &hinted{fmt.Errorf("--checks: %w", err), "samlproof checks lists their ids"}
	}
	return some, nil
}

// within is --expires-within, negative for never.
func (j *judging) within() time.Duration {
	if j.expires == 0 {
		return -1
	}
	return j.expires
}

func (j *judging) severity() (check.Severity, error) {
	switch j.failOn {
	case "error":
		return check.Error, nil
	case "warning":
		return check.Warning, nil
	case "note":
		return check.Note, nil
	}
	return 0, &hinted{fmt.Errorf("--fail-on %q is no severity", j.failOn), "it is error, warning or note"}
}

// valid tells early what would otherwise fail after the work is done.
func (j *judging) valid() error {
	if _, ok := formats[j.format]; !ok {
		return &hinted{fmt.Errorf("--format %q is not known", j.format), "it is text, json or junit"}
	}
	if j.expires < 0 {
		return errors.New("--expires-within cannot be negative")
	}
	_, err := j.severity()
	return err
}

// formats are the forms of a report by the name that --format takes.
var formats = map[string]func(io.Writer, *report.Report, report.Options) error{
	"text":  report.Text,
	"json":  report.JSON,
	"junit": report.JUnit,
}

// show writes the report and sets the exit status that its verdict asks for.
func (j *judging) show(env *environment, r *report.Report) error {
	failOn, err := j.severity()
	if err != nil {
		return err
	}
	if j.redact {
		r = report.Redact(r)
	}
	opt := j.options(env, failOn)
	write := func(w io.Writer) error { return formats[j.format](w, r, opt) }
	if j.out == "" {
		err = write(env.stdout)
	} else {
		err = writeFile(j.out, write)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	env.exit(r.Verdict(failOn))
	return nil
}

// options are how the report is shown.
func (j *judging) options(env *environment, failOn check.Severity) report.Options {
	return report.Options{FailOn: failOn, Verbose: j.verbose, Width: env.width, Color: env.colour && j.out == ""}
}

// exit sets the exit status that a verdict asks for.
func (e *environment) exit(v report.Verdict) {
	switch v {
	case report.Pass:
		e.status = exitPass
	case report.Fail:
		e.status = exitFail
	default:
		e.status = exitUnknown
	}
}

// writeFile writes a file wholly or not at all.
func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".samlproof-*")
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		os.Remove(f.Name())
		return err
	}
	return keep(f, name)
}

// keep gives a temporary file its name, or takes it away where that cannot be done.
func keep(f *os.File, name string) error {
	err := errors.Join(f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
