package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/spf13/cobra"
)

// The files that init writes.
const (
	settingsFile    = "salesforce-flex.yaml"
	certificateFile = "salesforce-sso.crt"
)

func newInit(env *environment) *cobra.Command {
	var sso string
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write commented settings and a fresh certificate to start from",
		Long: `init writes ` + settingsFile + ` and ` + certificateFile + ` into DIR (default: the current folder),
and overwrites nothing. The settings are the documented set-up of an invented company:
replace each value by what is typed in the console, as the comment beside it says, and the
certificate by the one that Download Certificate gives in Salesforce.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			text, err := fixtures.Text("salesforce-flex-" + sso)
			if err != nil {
				return &hinted{fmt.Errorf("--sso %q is not known", sso), "it is enhanced or legacy"}
			}
			certificate, err := freshCertificate(env.now(), rand.Reader)
			if err != nil {
				return fmt.Errorf("making a certificate: %w", err)
			}
			made, err := writeNew(dir, map[string][]byte{settingsFile: text, certificateFile: certificate})
			if err != nil {
				return err
			}
			for _, name := range made {
				fmt.Fprintf(env.stdout, "wrote %s\n", printable(name))
			}
			fmt.Fprintf(env.stdout, "\nType what stands in the two consoles into %s, then:\n\n  samlproof run %s\n", settingsFile, printable(filepath.Join(dir, settingsFile)))
			return nil
		},
	}
	cmd.Flags().StringVar(&sso, "sso", "enhanced", "the generation of Flex single sign-on: enhanced or legacy")
	return cmd
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

// writeNew writes files into a folder, all or none, and never over one that is there.
func writeNew(dir string, files map[string][]byte) (made []string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder: %w", err)
	}
	for _, name := range []string{settingsFile, certificateFile} {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil {
			return nil, &hinted{fmt.Errorf("%s is there already", path), "name another folder, or take the file away"}
		}
	}
	for _, name := range []string{settingsFile, certificateFile} {
		path := filepath.Join(dir, name)
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err == nil {
			_, err = io.Copy(f, bytes.NewReader(files[name]))
			err = errors.Join(err, f.Close())
			made = append(made, path)
		}
		if err != nil {
			for _, path := range made {
				os.Remove(path)
			}
			return nil, fmt.Errorf("writing %s: %w", path, err)
		}
	}
	return made, nil
}
