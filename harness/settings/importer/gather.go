package importer

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// What an import may cost. A large org's source tree has some ten thousand files, and
// profiles of some megabytes.
const (
	mostFiles    = 100_000   // looked at, by name
	mostRead     = 5_000     // opened
	mostBytes    = 16 << 20  // of one
	mostTotal    = 256 << 20 // of all
	mostArtefact = 1 << 20   // of a certificate or of settings
)

// artefacts are what was found, sorted by what it is.
type artefacts struct {
	apps     []document // ConnectedApp, ExtlClntAppSamlConfigurablePolicies
	parents  []document // ExternalClientApplication
	policies []document // ExtlClntAppConfigurablePolicies
	grants   []grant    // profiles and permission sets
	orgs     []document // IdentityProviderSettings, MyDomainSettings
	labels   []document // Certificate, which describes a certificate beside it
	idps     []document // metadata of identity providers
	sps      []document // metadata of service providers
	certs    []certificate
	parts    []*settings.Settings // YAML or JSON
	users    []settings.User

	looked, read, total int
}

func (a *artefacts) empty() bool {
	return len(a.apps)+len(a.parents)+len(a.grants)+len(a.orgs)+len(a.idps)+len(a.sps)+len(a.certs)+len(a.parts)+len(a.users) == 0
}

// A grant is a profile or permission set, which is read once the app is known.
type grant struct {
	path string
	data []byte
	name string // as the app's metadata would have it
	set  bool   // a permission set
}

// gather reads a file, or what is in a folder.
func (a *artefacts) gather(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return refuse(settings.Place{File: path}, "", "cannot be imported: %s", reason(err))
	case !info.IsDir():
		data, err := a.open(path)
		if err != nil {
			return err
		}
		return a.take(path, data, true)
	}
	return filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return refuse(settings.Place{File: name}, "", "cannot be imported: %s", reason(err))
		}
		if a.looked++; a.looked > mostFiles {
			return refuse(settings.Place{File: path}, "name the folder that has the app", "has more than %d files", mostFiles)
		}
		if d.IsDir() {
			if base := d.Name(); name != path && (strings.HasPrefix(base, ".") || base == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || !candidate(d.Name()) {
			return nil
		}
		data, err := a.open(name)
		if err != nil {
			return err
		}
		return a.take(name, data, false)
	})
}

// candidates are how the names of files end that are opened in a folder.
var candidates = []string{
	".connectedapp", ".eca", ".ecaplcy", ".ecasamlplcy", ".profile", ".permissionset", ".crt", ".cer", ".pem", ".der",
	"identityprovider.settings", "mydomain.settings", ".xml", ".json", ".yaml", ".yml", ".csv",
}

// candidate tells by its name whether a file in a folder may be an artefact.
func candidate(name string) bool {
	name = strings.ToLower(name)
	if base, ok := strings.CutSuffix(name, "-meta.xml"); ok {
		name = base
		for _, end := range []string{".json", ".yaml", ".yml", ".xml", ".csv", ".cer", ".pem", ".der"} {
			if strings.HasSuffix(name, end) {
				return false // a static resource
			}
		}
	}
	for _, end := range candidates {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// open reads a regular file of bounded size.
func (a *artefacts) open(path string) ([]byte, error) {
	place := settings.Place{File: path}
	if a.read++; a.read > mostRead {
		return nil, refuse(place, "name the folder that has the app", "is one file too many: more than %d", mostRead)
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err != nil {
		return nil, refuse(place, "", "cannot be imported: %s", reason(err))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, refuse(place, "", "cannot be imported: %s", reason(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	a.total += len(data)
	switch {
	case err != nil:
		return nil, refuse(place, "", "cannot be imported: %s", reason(err))
	case len(data) > mostBytes:
		return nil, refuse(place, "", "is larger than 16 MiB")
	case a.total > mostTotal:
		return nil, refuse(place, "name the folder that has the app", "with it, the artefacts are larger than 256 MiB together")
	}
	return data, nil
}

func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}

// take sorts one file. One that was named must be an artefact; in a folder others are
// passed over.
func (a *artefacts) take(path string, data []byte, named bool) error {
	place := settings.Place{File: path}
	lower := strings.ToLower(strings.TrimSuffix(path, "-meta.xml"))
	switch text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))); {
	case len(text) == 0:
		if named {
			return refuse(place, "", "is empty")
		}
		return nil
	case text[0] == '<':
		if !named && !bytes.Contains(data, []byte(sforce)) && !bytes.Contains(data, []byte(saml.NSMetadata)) {
			return nil
		}
		return a.takeXML(path, data, named)
	case strings.HasSuffix(lower, ".csv"):
		return a.takeTable(path, data, named)
	case strings.HasSuffix(lower, ".json") || strings.HasSuffix(lower, ".yaml") || strings.HasSuffix(lower, ".yml"):
		return a.takeText(path, data, named)
	case strings.HasSuffix(lower, ".xml"), strings.HasSuffix(lower, ".settings"), strings.HasSuffix(lower, ".eca"),
		strings.HasSuffix(lower, "plcy"), strings.HasSuffix(lower, ".profile"), strings.HasSuffix(lower, ".permissionset"), strings.HasSuffix(lower, ".connectedapp"):
		if named {
			return refuse(place, "is this the right file?", "is no XML")
		}
		return nil
	}
	return a.takeCertificate(path, data, named)
}

// about finds in YAML and JSON the keys that settings have.
var about = regexp.MustCompile(`(?m)(^|[{,])\s*"?(flex|salesforce|account_sid|connection_sid|sso_url|identity_provider_issuer|x509_certificate(_file)?)"?\s*:`)

// takeText reads YAML or JSON: settings, the Flex side alone, or users as the Salesforce
// CLI lists them.
func (a *artefacts) takeText(path string, data []byte, named bool) error {
	if bytes.Contains(data, []byte(`"records"`)) || bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		if found, err := a.takeRecords(path, data); found || named && err != nil {
			return err
		}
	}
	if !named && !about.Match(data) {
		return nil
	}
	if len(data) > mostArtefact {
		return refuse(settings.Place{File: path}, "", "is larger than 1 MiB")
	}
	dir := filepath.Dir(path)
	part, err := settings.ReadPart(path, data, func(name string) ([]byte, error) {
		name = filepath.FromSlash(name)
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		info, err := os.Stat(name)
		if err == nil && (!info.Mode().IsRegular() || info.Size() > mostArtefact) {
			err = errors.New("it is no regular file of at most 1 MiB")
		}
		if err != nil {
			return nil, err
		}
		return os.ReadFile(name)
	})
	if err != nil {
		return err
	}
	a.parts = append(a.parts, part)
	return nil
}

// component is the name of a component by its file: without folder and suffix, and with
// the escapes of file names undone.
func component(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), "-meta.xml")
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}
