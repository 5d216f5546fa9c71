package main

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/settings/importer"
	"github.com/spf13/cobra"
)

// The files that init writes.
const (
	settingsFile    = "salesforce-flex.yaml"
	certificateFile = "salesforce-sso.crt"
)

func newInit(env *environment) *cobra.Command {
	var sso, app string
	var from []string
	cmd := &cobra.Command{
		Use:   "init [DIR] | init --from PATH... [DIR]",
		Short: "Write commented settings to start from, an example or what the consoles export",
		Long: `init writes ` + settingsFile + ` and ` + certificateFile + ` into DIR (default: the current folder),
and overwrites nothing. The settings are the documented set-up of an invented company:
replace each value by what is typed in the console, as the comment beside it says, and the
certificate by the one that Download Certificate gives in Salesforce.

With --from they are made of artefacts instead, of all paths together: folders or files of
a Salesforce source tree (Connected App, External Client App, profiles and permission sets
that grant it, certificates, org settings), SAML metadata of Salesforce or of a service
provider, certificates, users as CSV or as the Salesforce CLI queries them, and YAML or JSON
for the Flex side. What they do not say is asked for in the settings. --from repeats; of
several arguments without it, the last is DIR and the others are paths, too.`,
		Example: `  samlproof init acme
  samlproof init --from force-app --from samlidp.xml --from flex.json acme`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			paths, dir := split(from, args)
			switch {
			case len(paths) > 0:
				return initFrom(env, paths, dir, app)
			case len(args) > 1:
				return &hinted{fmt.Errorf("init writes one folder, not %d", len(args)), "artefacts to import are named by --from"}
			}
			return initExample(env, sso, dir)
		},
	}
	cmd.Flags().StringVar(&sso, "sso", "enhanced", "the generation of Flex single sign-on: enhanced or legacy")
	cmd.Flags().StringArrayVar(&from, "from", nil, "import this file or folder (repeats)")
	cmd.Flags().StringVar(&app, "app", "", "the app to import, by API name or label, where there are several")
	return cmd
}

// split tells what to import from the folder to write: after --from, arguments are paths
// but for the last one, unless that is a file.
func split(from, args []string) (paths []string, dir string) {
	if len(args) == 0 || len(from) == 0 {
		return from, cmp.Or(first(args), ".")
	}
	last := args[len(args)-1]
	if info, err := os.Stat(last); err == nil && !info.IsDir() {
		return slices.Concat(from, args), "."
	}
	return slices.Concat(from, args[:len(args)-1]), last
}

// initExample writes the documented set-up.
func initExample(env *environment, sso, dir string) error {
	text, err := fixtures.Text("salesforce-flex-" + sso)
	if err != nil {
		return &hinted{fmt.Errorf("--sso %q is not known", sso), "it is enhanced or legacy"}
	}
	certificate, err := freshCertificate(env.now(), rand.Reader)
	if err != nil {
		return fmt.Errorf("making a certificate: %w", err)
	}
	made, err := writeNew(dir, []importer.File{{Name: settingsFile, Data: text}, {Name: certificateFile, Data: certificate}}, false)
	if err != nil {
		return err
	}
	for _, name := range made {
		fmt.Fprintf(env.stdout, "wrote %s\n", printable(name))
	}
	fmt.Fprintf(env.stdout, "\nType what stands in the two consoles into %s, then:\n\n  samlproof run %s\n", settingsFile, printable(filepath.Join(dir, settingsFile)))
	return nil
}

// initFrom writes settings from artefacts.
func initFrom(env *environment, paths []string, dir, app string) error {
	im, err := importer.Read(paths, importer.Options{App: app})
	if err != nil {
		return fmt.Errorf("importing: %w", err)
	}
	text, files := im.Bundle(settingsFile)
	made, err := writeNew(dir, append([]importer.File{{Name: settingsFile, Data: text}}, files...), false)
	if err != nil {
		return err
	}
	for _, note := range im.Notes {
		fmt.Fprintf(env.stdout, "imported %s\n", printable(note))
	}
	for _, name := range made {
		fmt.Fprintf(env.stdout, "wrote %s\n", printable(name))
	}
	if n := len(im.Asks); n > 0 {
		fmt.Fprintf(env.stdout, "\n%d settings have a question beside them: look for it in %s, and answer it.\n", n, settingsFile)
	}
	fmt.Fprintf(env.stdout, "\nThen:\n\n  samlproof run %s\n", printable(filepath.Join(dir, settingsFile)))
	return nil
}

// freshCertificate is a certificate in Salesforce's shape, as Create Self-Signed
// Certificate makes one. Its private key is thrown away: a replay needs none.
func freshCertificate(now time.Time, random io.Reader) ([]byte, error) {
	const bits = 2048
	key, err := rsa.GenerateKey(random, bits)
	if err != nil {
		return nil, err
	}
	serial, err := keys.Serial(now, random)
	if err != nil {
		return nil, err
	}
	from, to := keys.Lifetime(now, bits)
	return keys.SelfSigned(keys.Certificate{
		Label: "SalesforceSSO", OrganizationID: "00D0A0000000Acm", Serial: serial, NotBefore: from, NotAfter: to,
	}, key)
}
