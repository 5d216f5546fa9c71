package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/harness/settings/importer"
	"github.com/spf13/cobra"
)

func newExport(env *environment) *cobra.Command {
	var connected, external, metadata, force bool
	var out, app string
	cmd := &cobra.Command{
		Use:   "export --connected-app|--eca|--metadata [SETTINGS | PATH...]",
		Short: "Write the app as Salesforce deploys it, or the metadata that it publishes",
		Long: `export writes the app of the settings in Salesforce's source format, or the SAML
metadata that Salesforce publishes for it.

Without --output the file of the app goes to standard output. With it, all that belongs
to the app is written below a folder, as force-app/main/default: for a Connected App the
profiles and permission sets that grant it, for an External Client App its policies.
Settings keep nothing of an app's OAuth, canvas and other parts, so the file has none.
Nothing that is there already is overwritten, unless --force is given.`,
		Example: `  samlproof export --connected-app flex.yaml
  samlproof export --eca flex.yaml -o force-app/main/default
  samlproof export --metadata flex.yaml > samlidp.xml`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if n := count(connected, external, metadata); n != 1 {
				return &hinted{errors.New("export wants one of --connected-app, --eca and --metadata"), "see samlproof export --help"}
			}
			s, err := loadAll(env, args, app)
			if err != nil {
				return fmt.Errorf("reading settings: %w", err)
			}
			if metadata {
				return exportMetadata(env, s, out, force)
			}
			write := importer.ConnectedApp
			if external {
				write = importer.ECA
			}
			x, err := write(s)
			if err != nil {
				return fmt.Errorf("exporting: %w", err)
			}
			return exportFiles(env, x, out, force)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&connected, "connected-app", false, "a Connected App (.connectedApp-meta.xml)")
	f.BoolVar(&external, "eca", false, "an External Client App (.eca-meta.xml and its policies)")
	f.BoolVar(&metadata, "metadata", false, "the identity provider's SAML metadata")
	f.StringVarP(&out, "output", "o", "", "write below this folder, or for metadata to this file")
	f.BoolVar(&force, "force", false, "overwrite what is there")
	f.StringVar(&app, "app", "", "the app to import, by API name or label, where there are several")
	return cmd
}

func count(flags ...bool) int {
	n := 0
	for _, f := range flags {
		if f {
			n++
		}
	}
	return n
}

// exportFiles writes the files of an app, or the first one to standard output.
func exportFiles(env *environment, x *importer.Export, dir string, force bool) error {
	if dir == "" {
		if _, err := env.stdout.Write(x.Files[0].Data); err != nil {
			return fmt.Errorf("writing the app: %w", err)
		}
		if len(x.Files) > 1 {
			fmt.Fprintf(env.stderr, "samlproof: hint: %s is one of %d files of the app; --output writes them all\n", path.Base(x.Files[0].Name), len(x.Files))
		}
		notes(env, x)
		return nil
	}
	made, err := writeNew(dir, x.Files, force)
	if err != nil {
		return err
	}
	for _, name := range made {
		fmt.Fprintf(env.stdout, "wrote %s\n", printable(name))
	}
	notes(env, x)
	return nil
}

// notes tells what to see to before the files are deployed.
func notes(env *environment, x *importer.Export) {
	for _, note := range x.Notes {
		fmt.Fprintf(env.stderr, "samlproof: hint: %s\n", printable(note))
	}
}

func exportMetadata(env *environment, s *settings.Settings, file string, force bool) error {
	data, err := importer.Metadata(s, env.now())
	if err != nil {
		return fmt.Errorf("exporting: %w", err)
	}
	if file == "" {
		_, err := env.stdout.Write(data)
		return err
	}
	if _, err := os.Lstat(file); err == nil && !force {
		return &hinted{fmt.Errorf("%s is there already", file), "name another file, or use --force"}
	}
	if err := writeFile(file, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
		return fmt.Errorf("writing the metadata: %w", err)
	}
	fmt.Fprintf(env.stdout, "wrote %s\n", printable(file))
	return nil
}

// writeNew writes files below a folder, all or none, and never over one that is there,
// unless forced.
func writeNew(dir string, files []importer.File, force bool) (made []string, err error) {
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if info, err := os.Lstat(name); err == nil && (!force || !info.Mode().IsRegular()) {
			return nil, &hinted{fmt.Errorf("%s is there already", name), "name another folder, or take the file away"}
		}
	}
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err = os.MkdirAll(filepath.Dir(name), 0o755); err == nil {
			err = writeFile(name, func(w io.Writer) error { _, err := w.Write(f.Data); return err })
		}
		if err != nil {
			if !force {
				for _, name := range made {
					os.Remove(name)
				}
			}
			return nil, fmt.Errorf("writing %s: %w", name, plain(err))
		}
		made = append(made, name)
	}
	return made, nil
}
