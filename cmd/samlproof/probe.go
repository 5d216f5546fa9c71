package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/spf13/cobra"
)

func newProbe(env *environment) *cobra.Command {
	var j judging
	var hosts []string
	var proxy, authority, link string
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "probe SETTINGS",
		Short: "Look at the real hosts of a set-up, without logging in",
		Long: `probe is the strongest check before go-live that needs no password. It contacts the
hosts that the settings name, and no others: it fetches Salesforce's metadata and
compares it with both halves, follows the login link to Salesforce's login page, where
it stops, and judges the AuthnRequest that Flex really sent, the TLS and the redirects
on the way. It logs nobody in and tries nothing twice.

A host that the settings do not name is told and not contacted, unless --allow-host names
it. Flex's page asks such a one on the way: services.twilio.com with enhanced SSO,
preview.twilio.com with legacy.

Settings whose app is for another service provider than Flex say nothing of its side:
give the address at which its logins start with --login-link. It is judged by the
standards, and by what the app believes of it.

A proxy is taken from --proxy, or else from HTTPS_PROXY and NO_PROXY.`,
		Example: `  samlproof probe flex.yaml
  samlproof probe flex.yaml --allow-host services.twilio.com
  samlproof probe other.yaml --login-link https://sp.example/secure/
  samlproof probe flex.yaml --allow-host acme.my.site.com --proxy http://proxy.example:3128`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := j.valid(); err != nil {
				return err
			}
			if timeout < time.Millisecond {
				return errors.New("--timeout is at least one millisecond")
			}
			opt := harness.ProbeOptions{
				Options:   harness.Options{Now: env.now, ExpiresWithin: j.within()},
				LoginLink: link, AllowHosts: hosts, Timeout: timeout, Proxy: http.ProxyFromEnvironment,
			}
			var err error
			if opt.At, err = j.time(); err != nil {
				return err
			}
			if j.checks != "" {
				if opt.Checks, err = check.Select(slices.Concat(check.All, harness.ProbeChecks()), j.checks); err != nil {
					return &hinted{fmt.Errorf("--checks: %w", err), "samlproof checks lists their ids; a probe's own begin with probe/"}
				}
			}
			if proxy != "" {
				u, err := url.Parse(proxy)
				if err != nil || u.Host == "" {
					return &hinted{fmt.Errorf("--proxy %q is no address", proxy), "write it as http://proxy.example:3128"}
				}
				opt.Proxy = http.ProxyURL(u)
			}
			if authority != "" {
				if opt.Roots, err = readAuthorities(authority); err != nil {
					return fmt.Errorf("--ca %s: %w", authority, err)
				}
			}
			s, err := load(args[0])
			if err != nil {
				return fmt.Errorf("reading settings: %w", err)
			}
			r, err := harness.Probe(cmd.Context(), s, opt)
			if err != nil {
				return err
			}
			return j.show(env, r)
		},
	}
	j.add(cmd)
	f := cmd.Flags()
	f.StringVar(&link, "login-link", "", "where a login starts (default the login link of the Flex half)")
	f.StringArrayVar(&hosts, "allow-host", nil, "also contact this host, as host or host:port (repeats)")
	f.StringVar(&proxy, "proxy", "", "the proxy to go through (default from HTTPS_PROXY)")
	f.StringVar(&authority, "ca", "", "trust the authorities in this PEM file besides the system's")
	f.DurationVar(&timeout, "timeout", 20*time.Second, "how long a request and its answer may take")
	return cmd
}

// readAuthorities are the system's authorities and those of a file.
func readAuthorities(name string) (*x509.CertPool, error) {
	data, err := readFile(name)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, errors.New("it holds no certificate in PEM")
	}
	return pool, nil
}
