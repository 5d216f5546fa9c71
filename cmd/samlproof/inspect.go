package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/spf13/cobra"
)

// An inspect is one call of the subcommand.
type inspect struct {
	judging
	expectation
	listing bool
}

func newInspect(env *environment) *cobra.Command {
	var in inspect
	cmd := &cobra.Command{
		Use:   "inspect [SETTINGS] FILE|FOLDER|-...",
		Short: "Judge captured logins",
		Long: `inspect judges logins that somebody captured: XML or base64, a form body, a URL, a
self-posting page, what a browser copies as cURL, fetch or PowerShell, a HAR file of any
size, a SAML-tracer export, HTTP as a proxy shows it, Burp items, a Fiddler archive, a
mail, a hex dump, a log line, or text that holds one of these; a response also inside of
the SOAP envelope or the ArtifactResponse in which it went from server to server. They come
from files, also packed with gzip or ZIP, from standard input (-), or from folders, in which
every regular file is a capture. What is none is named and the exit status is 2; the others
are judged. A file may hold one message per line; files and folders may hold any number of
logins. Of more than a hundred, each that fails is told when it is judged, and the verdict
at the end.

What a login is held to comes from SETTINGS (a YAML file, or embedded:NAME), from the
metadata of either side, or from flags. Flags win, then settings; metadata that says
otherwise than settings is a finding. Of metadata that describes several entities, the
login's own Issuer and audience choose. --certificate takes a certificate or a bare public
key in PEM, DER or base64, or the keys of metadata alone; --idp-metadata takes all that
metadata says: keys, endpoints with their bindings, what must be signed, formats,
attributes, its end. An expectation that is not given is not checked,
and the report says so. A capture that knows when the login was is judged at that time.
Where neither it nor --at tells, the clock is unknown: checks against it are skipped,
while the message's own times are still compared with each other.`,
		Example: `  samlproof inspect flex.yaml login.har
  samlproof inspect --audience urn:example:sp --certificate idp.crt --at 2026-11-23T09:00:00Z response.xml
  samlproof inspect --idp-metadata idp.xml --sp-metadata sp.xml login.har
  samlproof inspect --profile saml2int --idp-metadata federation.xml captures/
  pbpaste | samlproof inspect --show --idp-metadata idp.xml -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return in.run(cmd.Context(), env, args) },
	}
	in.judging.add(cmd)
	in.expectation.add(cmd)
	cmd.Flags().BoolVar(&in.listing, "show", false, "show the decoded messages with each finding at its line (with --format text)")
	return cmd
}

func (in *inspect) run(ctx context.Context, env *environment, args []string) error {
	if err := in.valid(); err != nil {
		return err
	}
	if in.listing && in.format != "text" {
		return &hinted{errors.New("--show is for people"), "it goes with --format text"}
	}
	var s *settings.Settings
	var err error
	if len(args) > 1 && areSettings(args[0]) {
		if s, err = load(args[0]); err != nil {
			return fmt.Errorf("reading settings: %w", err)
		}
		args = args[1:]
	} else if len(args) == 1 && areSettings(args[0]) {
		return &hinted{fmt.Errorf("%s: settings, not a capture", args[0]), "name a capture, too: samlproof inspect " + args[0] + " FILE"}
	}
	want, err := in.expect(s)
	if err != nil {
		return err
	}
	want.ExpiresWithin = in.within()
	if want.At, err = in.time(); err != nil {
		return err
	}
	opt := harness.Options{Now: env.now, ExpiresWithin: in.within(), Strict: in.strict, Listing: in.listing}
	if opt.Checks, err = in.chosen(); err != nil {
		return err
	}
	captures, err := harness.OpenCaptures(args, env.stdin)
	if err != nil {
		return err
	}
	return in.judge(ctx, env, captures, s, want, opt)
}

// mostWhole is how many logins a report holds before it is written as they come, and
// mostHeld how many octets of messages.
const (
	mostWhole = 100
	mostHeld  = 32 << 20
)

// judge judges the captures and writes the report: as a whole where it is small enough
// to begin with what matters most, else as the logins come.
func (in *inspect) judge(ctx context.Context, env *environment, captures *harness.Captures, s *settings.Settings, want *check.Expect, opt harness.Options) error {
	r, logins := harness.InspectEach(ctx, s, captures.Logins(ctx), want, opt)
	var st *streaming
	var err error
	held := 0
	p := newProgress(env, captures)
	defer p.clear()
	for l := range logins {
		p.count(l, in.failing)
		if st == nil {
			r.Logins = append(r.Logins, l)
			held += octets(l)
			if len(r.Logins) <= mostWhole && held <= mostHeld {
				continue
			}
			before := r.Logins
			r.Logins = nil
			if st, err = in.stream(env, r); err != nil {
				return err
			}
			defer st.abandon()
			for _, l := range before {
				if err := st.login(l); err != nil {
					return err
				}
			}
			continue
		}
		if p.shown && in.failing(l) {
			p.clear()
		}
		if err := st.login(l); err != nil {
			return err
		}
	}
	p.clear()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("interrupted after %d logins", p.logins)
	}
	r.Decoded, r.Incomplete = captures.Decoded, captures.Unreadable
	if p.logins == 0 && len(captures.Unreadable) > 0 {
		var all several
		for _, why := range captures.Unreadable {
			all = append(all, errors.New(why))
		}
		return all
	}
	if st != nil {
		return st.close(env, r)
	}
	return in.show(env, r)
}

// octets is the size of a login's messages.
func octets(l report.Login) int {
	n := 0
	if l.Exchange != nil {
		if l.Exchange.Request != nil {
			n += len(l.Exchange.Request.XML)
		}
		if l.Exchange.Response != nil {
			n += len(l.Exchange.Response.XML)
		}
	}
	return n
}

// failing reports whether a login fails the report.
func (in *inspect) failing(l report.Login) bool {
	from, err := in.severity()
	return err == nil && slices.ContainsFunc(l.Results, func(res check.Result) bool {
		return res.Status == check.Broken || res.Status == check.Fail && res.Severity >= from
	})
}

// settingsKey finds what settings begin with, and no capture does.
var settingsKey = regexp.MustCompile(`(?m)^(salesforce|flex)[ \t]*:`)

// areSettings tells whether an argument names settings rather than a capture: by its
// name, or else by what the file holds.
func areSettings(name string) bool {
	if strings.HasPrefix(name, "embedded:") {
		return true
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		return true
	}
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 64<<10))
	return err == nil && settingsKey.Match(head)
}
