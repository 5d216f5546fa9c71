// Package importer makes settings from what the consoles and their tools export: a
// Salesforce source tree or single files of one, metadata of identity and service
// providers, certificates, lists of users, and a file for the Flex side; and it writes
// the app back as Salesforce deploys it. It judges nothing, and it guesses nothing: what
// no artefact says is left out of the settings, with a question in its place.
package importer

import (
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// An Import is what was read.
type Import struct {
	Settings *settings.Settings
	// Asks are what to ask for, by the path of the setting, in lines of a comment.
	Asks map[string][]string
	// Notes are what was read, and what of it settings do not keep, a line each.
	Notes []string
	// Files are certificates that questions speak of and no setting names yet.
	Files []File
}

// Options choose among what is found. The zero value takes the only app there is.
type Options struct {
	App string // the API name or the label of the app
}

// Read imports the files and folders at these paths together. Places are those of the
// artefacts. An error holds one or more settings.Errors.
func Read(paths []string, opt Options) (*Import, error) {
	a := &artefacts{}
	for _, path := range paths {
		if err := a.gather(path); err != nil {
			return nil, err
		}
	}
	im := &Import{
		Settings: &settings.Settings{Name: strings.Join(paths, ", ")},
		Asks:     map[string][]string{},
	}
	b := &builder{artefacts: a, s: im.Settings, im: im}
	if err := b.build(opt); err != nil {
		return nil, err
	}
	im.Settings.Complete()
	return im, nil
}

// A builder puts settings together from artefacts.
type builder struct {
	*artefacts
	s  *settings.Settings
	im *Import
}

func (b *builder) note(format string, args ...any) {
	b.im.Notes = append(b.im.Notes, fmt.Sprintf(format, args...))
}

func (b *builder) ask(path string, lines ...string) {
	if b.im.Asks[path] == nil {
		b.im.Asks[path] = []string{}
	}
	b.im.Asks[path] = append(b.im.Asks[path], lines...)
}

func (b *builder) build(opt Options) error {
	if b.empty() {
		return &settings.Error{
			Text: "nothing to import was found",
			Hint: "an app (.connectedApp-meta.xml, .ecaSamlPlcy-meta.xml), SAML metadata, a certificate, or settings in YAML or JSON",
		}
	}
	chosen, err := b.choose(opt.App)
	if err != nil {
		return err
	}
	if chosen != nil {
		b.app(chosen)
	}
	if err := b.access(chosen); err != nil {
		return err
	}
	b.org()
	if err := b.metadata(); err != nil {
		return err
	}
	b.keys()
	b.people()
	for _, part := range b.parts {
		b.s.Fill(part)
	}
	b.questions(chosen)
	return nil
}

// typed sets a setting as if it had been typed at a place.
func typed[T any](f *settings.Field[T], value T, at settings.Place) {
	f.Value, f.Place, f.Set = value, at, true
}

// refuse is an error at a place.
func refuse(at settings.Place, hint, format string, args ...any) error {
	return &settings.Error{Place: at, Text: fmt.Sprintf(format, args...), Hint: hint}
}
