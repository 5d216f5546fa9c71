package main

import (
	"fmt"
	"io"
	"os"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/spf13/cobra"
)

// mostMetadata bounds a file of metadata, in octets, as the checks do.
const mostMetadata = 128 << 20

func newMetadata(env *environment) *cobra.Command {
	var j judging
	var profile, entity string
	var certificates []string
	cmd := &cobra.Command{
		Use:   "metadata [SETTINGS] FILE|-...",
		Short: "Judge metadata of an identity or a service provider",
		Long: `metadata judges SAML 2.0 metadata: whether it is well-formed and valid, still in force,
with keys that can be read, endpoints that can be used, and what each role must have.
It may describe one entity or a federation, of which --entity-id picks one. With
--certificate it must be signed by who publishes it; the certificate comes by another
way than the metadata. With SETTINGS it is compared with what was typed into the two
consoles.

Nothing is fetched. A file may have 128 MB, four million elements and eight million
attributes; the memory that it takes is about eight times its size.`,
		Example: `  samlproof metadata idp-metadata.xml
  samlproof metadata --profile saml2int --at 2026-11-23 sp-metadata.xml
  samlproof metadata --certificate federation.crt --entity-id https://idp.example federation.xml
  curl -s https://idp.example/metadata | samlproof metadata -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := j.valid(); err != nil {
				return err
			}
			var s *settings.Settings
			var err error
			want := &check.Expect{Profile: check.SAML}
			if len(args) > 1 && areSettings(args[0]) {
				if s, err = load(args[0]); err != nil {
					return fmt.Errorf("reading settings: %w", err)
				}
				want, args = check.FromSettings(s), args[1:]
			}
			switch p := check.Profile(profile); p {
			case "":
			case check.SAML, check.SAML2Int, check.Flex:
				want.Profile = p
			default:
				return &hinted{fmt.Errorf("--profile %q is not known", profile), "it is flex, saml or saml2int"}
			}
			want.Entity = entity
			for _, name := range certificates {
				found, err := readCertificates(name)
				if err != nil {
					return err
				}
				want.Publisher = append(want.Publisher, found...)
			}
			opt := harness.Options{Now: env.now, ExpiresWithin: j.within(), Strict: j.strict}
			if opt.At, err = j.time(); err != nil {
				return err
			}
			if opt.Checks, err = j.chosen(); err != nil {
				return err
			}
			var files []harness.MetadataFile
			for _, name := range args {
				f, err := readMetadata(env, name)
				if err != nil {
					return err
				}
				files = append(files, f)
			}
			r, err := harness.JudgeMetadata(s, files, want, opt)
			if err != nil {
				return err
			}
			return j.show(env, r)
		},
	}
	j.add(cmd)
	cmd.Flags().StringVar(&profile, "profile", "", "saml (the standards; the default), saml2int (that deployment profile, too) or flex (the default with SETTINGS)")
	cmd.Flags().StringVar(&entity, "entity-id", "", "judge only the entity with this entityID")
	cmd.Flags().StringArrayVar(&certificates, "certificate", nil, "the certificate of who signs the metadata (a file; repeats)")
	return cmd
}

// readMetadata reads a file, or standard input for "-".
func readMetadata(env *environment, name string) (harness.MetadataFile, error) {
	f := harness.MetadataFile{Name: name}
	var in io.Reader = env.stdin
	if name == "-" {
		f.Name = "standard input"
	} else {
		file, err := os.Open(name)
		if err != nil {
			return f, fmt.Errorf("%s: %w", name, plain(err))
		}
		defer file.Close()
		in = file
	}
	var err error
	if f.XML, err = limited(in, mostMetadata); err != nil {
		return f, fmt.Errorf("%s: %w", f.Name, err)
	}
	if len(f.XML) == 0 {
		return f, fmt.Errorf("%s: it is empty", f.Name)
	}
	return f, nil
}
