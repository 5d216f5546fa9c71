package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/harness/settings/importer"
)

// load reads settings: a file, an embedded example by its name, as
// embedded:salesforce-flex-legacy.yaml, or what the consoles export; "" is the default
// example.
func load(name string) (*settings.Settings, error) {
	if name == "" {
		return fixtures.Default()
	}
	if artefact(name) {
		im, err := importer.Read([]string{name}, importer.Options{})
		if err != nil {
			return nil, err
		}
		return im.Settings, nil
	}
	if embedded, ok := strings.CutPrefix(name, "embedded:"); ok {
		s, err := fixtures.Settings(embedded)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &hinted{fmt.Errorf("no embedded settings %q", embedded), "they are " + strings.Join(fixtures.Names(), ", ")}
		}
		return s, err
	}
	return settings.Load(name)
}

// artefact tells whether a path is a folder, or a file that is no settings by its name.
func artefact(path string) bool {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return true
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xml", ".connectedapp", ".ecasamlplcy", ".eca", ".ecaplcy", ".profile", ".permissionset", ".settings", ".crt", ".cer", ".pem", ".der", ".csv":
		return true
	}
	return false
}

// loadAll reads settings as load does, or imports several paths together, and tells on
// stderr what was imported.
func loadAll(env *environment, paths []string, app string) (*settings.Settings, error) {
	if app == "" && (len(paths) == 0 || len(paths) == 1 && !artefact(paths[0])) {
		return load(first(paths))
	}
	im, err := importer.Read(paths, importer.Options{App: app})
	if err != nil {
		return nil, err
	}
	for _, note := range im.Notes {
		fmt.Fprintf(env.stderr, "samlproof: imported: %s\n", printable(note))
	}
	return im.Settings, nil
}
