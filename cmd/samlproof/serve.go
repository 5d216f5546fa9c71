package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/samlproof/samlproof/harness"
	"github.com/spf13/cobra"
)

func newServe(env *environment) *cobra.Command {
	var address string
	var localhost bool
	cmd := &cobra.Command{
		Use:   "serve [SETTINGS]",
		Short: "Run both mocks for a real browser",
		Long: `serve runs the mock Salesforce and the mock Flex on loopback until interrupted, under
the URLs as typed in the settings. A browser reaches them with the printed Chromium
command, or through the printed proxy. With --localhost the addresses are rewritten to
ports of localhost instead, which needs neither, and every page says so.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := load(first(args))
			if err != nil {
				return fmt.Errorf("reading settings: %w", err)
			}
			site, err := harness.Serve(s, address, harness.Options{Now: env.now})
			if err != nil {
				return err
			}
			defer site.Close()
			if localhost {
				if err := site.Localhost(); err != nil {
					return err
				}
				fmt.Fprintf(env.stdout, "Settings:            %s\n", printable(s.Name))
				fmt.Fprintf(env.stdout, "Login from Flex:       %s\n", printable(site.LocalStart()))
				fmt.Fprintf(env.stdout, "Login from Salesforce: %s\n", printable(site.Local(site.StartIDP())))
				fmt.Fprintln(env.stdout, "Addresses are rewritten to localhost; the messages carry the URLs as typed.")
			} else if err := announce(env, site, s.Name); err != nil {
				return err
			}
			fmt.Fprintln(env.stdout, "Interrupt (Ctrl-C) to stop.")
			<-cmd.Context().Done()
			return nil
		},
	}
	cmd.Flags().StringVar(&address, "proxy", "127.0.0.1:0", "where the proxy listens; a port of 0 picks one")
	cmd.Flags().BoolVar(&localhost, "localhost", false, "rewrite the addresses to ports of localhost")
	return cmd
}

// announce prints how a browser gets to the mocks.
func announce(env *environment, site *harness.Site, name string) error {
	profile := filepath.Join(os.TempDir(), "samlproof-browser")
	fmt.Fprintf(env.stdout, `Settings:              %s
Login from Flex:       %s
Login from Salesforce: %s

Chromium or Chrome, with a profile of its own:

  chromium --user-data-dir=%s --no-first-run \
    --host-resolver-rules="%s" \
    --ignore-certificate-errors-spki-list=%s \
    "%s"

Any other browser:

  proxy (HTTPS):         %s
  automatic proxy (PAC): http://%s/proxy.pac
  certificate to trust:  http://%s/ca.pem (thrown away when this stops)

`, printable(name), printable(site.Start()), printable(site.StartIDP()), profile, site.ResolverRules(), site.SPKI(), printable(site.Start()),
		site.Proxy(), site.Proxy(), site.Proxy())
	return nil
}
