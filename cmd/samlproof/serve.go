package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/samlproof/samlproof/harness"
	"github.com/spf13/cobra"
)

func newServe(env *environment) *cobra.Command {
	var address, half, fault string
	var localhost bool
	var quirks func() (harness.Quirks, error)
	cmd := &cobra.Command{
		Use:   "serve [SETTINGS]",
		Short: "Run both mocks for a real browser, or one of them for the real other side",
		Long: `serve runs the mock Salesforce and the mock Flex on loopback until interrupted, under
the URLs as typed in the settings. A browser reaches them with the printed Chromium
command, or through the printed proxy. With --localhost the addresses are rewritten to
ports of localhost instead, which needs neither, and every page says so.

With --half only one of them runs, and the other side is the real one: a service provider
that the mock Salesforce logs users in to, or an identity provider that logs users in to
the mock Flex. Give it the metadata from the printed address. The certificate in it is a
stand-in, as nobody has Salesforce's private key. Settings that have one half alone do the same.

With --fault the mock Salesforce issues wrong responses, which a service provider must
refuse: samlproof faults lists them, and says of each what would go wrong.`,
		Example: `  samlproof serve acme/salesforce-flex.yaml
  samlproof serve other.yaml --half salesforce --localhost
  samlproof serve other.yaml --half salesforce --fault nameid-changed`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opt := harness.Options{Now: env.now, Half: harness.Half(half)}
			if half != "" && opt.Half != harness.HalfSalesforce && opt.Half != harness.HalfFlex {
				return &hinted{fmt.Errorf("--half %q is not known", half), "it is salesforce or flex"}
			}
			if localhost && opt.Half == harness.HalfFlex {
				return &hinted{errors.New("--localhost cannot serve the mock Flex alone"), "a real identity provider posts to the ACS URL as typed: use the proxy"}
			}
			if fault != "" {
				f, err := faultOf(fault)
				if err != nil {
					return err
				}
				opt.Fault, opt.Banner = f, "Every response from here is wrong on purpose: "+f.ID+", "+f.Title+"."
			}
			var err error
			if opt.Quirks, err = quirks(); err != nil {
				return err
			}
			s, err := load(first(args))
			if err != nil {
				return fmt.Errorf("reading settings: %w", err)
			}
			site, err := harness.Serve(s, address, opt)
			if err != nil {
				return err
			}
			defer site.Close()
			if fault != "" && !site.Has(harness.HalfSalesforce) {
				return &hinted{errors.New("--fault needs the mock Salesforce"), "serve its half"}
			}
			if localhost {
				if err := site.Localhost(); err != nil {
					return err
				}
			}
			announce(env, site, s.Name, localhost)
			if opt.Fault != nil {
				fmt.Fprintf(env.stdout, "Every response is wrong on purpose: %s, %s.\n", opt.Fault.ID, opt.Fault.Title)
			}
			fmt.Fprintln(env.stdout, "Interrupt (Ctrl-C) to stop.")
			<-cmd.Context().Done()
			return nil
		},
	}
	quirks = quirkFlag(cmd)
	cmd.Flags().StringVar(&address, "proxy", "127.0.0.1:0", "where the proxy listens; a port of 0 picks one")
	cmd.Flags().BoolVar(&localhost, "localhost", false, "rewrite the addresses to ports of localhost")
	cmd.Flags().StringVar(&half, "half", "", "run only the mock of this half: salesforce or flex")
	cmd.Flags().StringVar(&fault, "fault", "", "have the mock Salesforce issue this wrong response")
	return cmd
}

// announce prints how a browser gets to the mocks, and how the real other side is set up.
func announce(env *environment, site *harness.Site, name string, localhost bool) {
	line := func(what, value string) {
		if value != "" {
			fmt.Fprintf(env.stdout, "%-23s%s\n", what+":", printable(value))
		}
	}
	start := cmp.Or(site.Start(), site.StartIDP())
	line("Settings", name)
	if localhost {
		line("Login from Flex", site.LocalStart())
		line("Login from Salesforce", site.Local(site.StartIDP()))
	} else {
		line("Login from Flex", site.Start())
		line("Login from Salesforce", site.StartIDP())
	}
	idp, sp := site.MetadataURLs()
	line("Salesforce's metadata", idp)
	line("Flex's metadata", sp)
	if localhost {
		fmt.Fprintln(env.stdout, "Addresses are rewritten to localhost; the messages carry the URLs as typed.")
		return
	}
	profile := filepath.Join(os.TempDir(), "samlproof-browser")
	fmt.Fprintf(env.stdout, `
Chromium or Chrome, with a profile of its own:

  chromium --user-data-dir=%s --no-first-run \
    --host-resolver-rules="%s" \
    --ignore-certificate-errors-spki-list=%s \
    "%s"

Any other browser:

  proxy (HTTPS):         %s
  automatic proxy (PAC): http://%s/proxy.pac
  certificate to trust:  http://%s/ca.pem (thrown away when this stops)

`, profile, site.ResolverRules(), site.SPKI(), printable(start), site.Proxy(), site.Proxy(), site.Proxy())
}
