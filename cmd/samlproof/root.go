package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// The exit statuses.
const (
	exitPass    = 0 // nothing at or above --fail-on
	exitFail    = 1 // something
	exitUnknown = 2 // it could not be told
)

// An environment is what the command is run in.
type environment struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	colour         bool // stdout is a terminal that wants colour
	width          int  // of that terminal; 0 for none
	progress       bool // stderr is a terminal that a line may be written over on
	status         int  // what a finished subcommand exits with
}

// run is the whole command: the exit status for these arguments.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	env := &environment{stdin: stdin, stdout: stdout, stderr: stderr, now: time.Now}
	if isTerminal(stdout) {
		env.colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		env.width, _, _ = term.GetSize(int(stdout.(*os.File).Fd()))
	}
	env.progress = isTerminal(stderr) && os.Getenv("TERM") != "dumb"
	root := newRoot(env)
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		complain(stderr, err)
		return exitUnknown
	}
	return env.status
}

func newRoot(env *environment) *cobra.Command {
	root := &cobra.Command{
		Use:   "samlproof",
		Short: "Replay and judge SAML logins, and say what is wrong, where, and how to mend it",
		Long: `samlproof replays a documented single sign-on set-up from Salesforce to Twilio Flex
before go-live, judges captured logins of any SAML pair, and says of everything that
is wrong: in which console, in which field, what was got, what was wanted, why, and
how to fix it.

Exit status: 0 nothing at or above --fail-on; 1 something; 2 could not tell (usage,
unreadable input, nothing matched, a check broke).`,
		Version:           harness.Version,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              cobra.NoArgs,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.SetIn(env.stdin)
	root.SetOut(env.stdout)
	root.SetErr(env.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &hinted{err, fmt.Sprintf("see %s --help", cmd.CommandPath())}
	})
	root.AddCommand(newRun(env), newInspect(env), newMetadata(env), newServe(env), newChecks(env), newInit(env), newExport(env), newDrill(env), newProbe(env), newSchema(env), newFaults(env))
	return root
}

// A hinted error knows what its reader can do.
type hinted struct {
	err  error
	hint string
}

func (h *hinted) Error() string { return h.err.Error() }
func (h *hinted) Unwrap() error { return h.err }

// complain writes an error, and its hint where there is one, a line each.
func complain(w io.Writer, err error) {
	all := []error{err}
	if typed := settings.Errors(err); len(typed) > 1 {
		all = nil
		for _, e := range typed {
			all = append(all, e)
		}
	}
	if list, ok := err.(several); ok {
		all = list
	}
	for _, err := range all {
		fmt.Fprintf(w, "samlproof: error: %s\n", printable(err.Error()))
		if hint := hintOf(err); hint != "" {
			fmt.Fprintf(w, "samlproof: hint: %s\n", printable(hint))
		}
	}
}

// several are errors that have nothing to do with each other; each is told by itself.
type several []error

func (s several) Error() string { return errors.Join(s...).Error() }

func hintOf(err error) string {
	var h *hinted
	var usage *harness.UsageError
	var typed *settings.Error
	switch {
	case errors.As(err, &h):
		return h.hint
	case errors.As(err, &usage):
		return usage.Hint
	case errors.As(err, &typed):
		return typed.Hint // "" where there is none
	}
	return ""
}

// printable is a text in one line, safe for a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f:
			return '\ufffd'
		}
		return r
	}, s)
}
