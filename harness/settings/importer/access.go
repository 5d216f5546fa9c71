package importer

import (
	"bytes"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// profileNames are the profiles that every org has by their names in metadata, where
// users and apps name them otherwise.
var profileNames = []struct{ file, name string }{
	{"Admin", "System Administrator"},
	{"Standard", "Standard User"},
	{"StandardAul", "Standard Platform User"},
	{"ReadOnly", "Read Only"},
	{"MarketingProfile", "Marketing User"},
	{"ContractManager", "Contract Manager"},
	{"SolutionManager", "Solution Manager"},
}

// profileName is what users and apps call a profile that metadata calls so.
func profileName(file string) string {
	for _, p := range profileNames {
		if p.file == file {
			return p.name
		}
	}
	return file
}

// profileFile is what metadata calls a profile.
func profileFile(name string) string {
	for _, p := range profileNames {
		if p.name == name {
			return p.file
		}
	}
	return name
}

// access sets who may use the app: whom its metadata names, and the profiles and
// permission sets that grant it.
func (b *builder) access(c *chosenApp) error {
	a := &b.s.Salesforce.ConnectedApp
	lists := []*[]settings.Text{&a.Profiles, &a.PermissionSets}
	if c != nil {
		if c.external {
			b.listed(c, &a.Profiles, "commaSeparatedProfile", profileName)
			b.listed(c, &a.PermissionSets, "commaSeparatedPermissionSet", nil)
		} else {
			b.listed(c, &a.Profiles, "profileName", profileName)
			b.listed(c, &a.PermissionSets, "permissionSetName", nil)
		}
	}
	named := []int{len(a.Profiles), len(a.PermissionSets)}
	for _, g := range b.grants {
		if c == nil {
			b.note("%s: passed over, because no app was found that it may grant", g.path)
			continue
		}
		if !bytes.Contains(g.data, []byte(c.api)) {
			continue
		}
		d, err := parse(g.path, g.data)
		if err != nil {
			return err
		}
		to := &a.Profiles
		if g.set {
			to = &a.PermissionSets
		}
		name := g.name
		if full := value(child(d.root, "fullName")); full != "" {
			name = full
		}
		for _, e := range children(d.root, "applicationVisibilities") {
			app := child(e, "application")
			if value(app) != c.api {
				continue
			}
			switch {
			case value(child(e, "visible")) == "true":
				add(to, name, d.at(app))
			case names(*to, name):
				b.note("%s: the app names it, and it hides the app", g.path)
			}
		}
	}
	// What the app lists keeps its order. Profiles and permission sets are files of their
	// own, which have none: they follow by name.
	for i, list := range lists {
		slices.SortStableFunc((*list)[named[i]:], func(x, y settings.Text) int { return strings.Compare(x.Value, y.Value) })
	}
	return nil
}

// listed adds the names that elements of the app's metadata hold, one each or separated
// by commas.
func (b *builder) listed(c *chosenApp, to *[]settings.Text, local string, rename func(string) string) {
	for _, e := range children(c.root, local) {
		b.split(c.document, to, e, c.external, rename)
	}
}

func (b *builder) split(d document, to *[]settings.Text, e saml.Element, commas bool, rename func(string) string) {
	parts := []string{value(e)}
	if commas {
		parts = strings.Split(value(e), ",")
	}
	for _, name := range parts {
		if name = strings.TrimSpace(name); rename != nil {
			name = rename(name)
		}
		if name != "" {
			add(to, name, d.at(e))
		}
	}
}

func names(list []settings.Text, name string) bool {
	return slices.ContainsFunc(list, func(t settings.Text) bool { return t.Value == name })
}

// add adds a name to a list that does not have it.
func add(to *[]settings.Text, name string, at settings.Place) {
	if !names(*to, name) {
		var t settings.Text
		typed(&t, name, at)
		*to = append(*to, t)
	}
}
