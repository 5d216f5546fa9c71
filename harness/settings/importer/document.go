package importer

import (
	"bytes"
	"errors"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// sforce is the namespace of Salesforce's metadata.
const sforce = "http://soap.sforce.com/2006/04/metadata"

// A document is an XML artefact.
type document struct {
	path string
	root saml.Element
}

// takeXML sorts an XML file by its root. Profiles and permission sets, which are large
// and many, are read only when the app is known that they may grant.
func (a *artefacts) takeXML(path string, data []byte, named bool) error {
	if kind, ok := grants(data); ok {
		g := grant{path: path, data: data, name: component(path), set: kind == "PermissionSet"}
		if !g.set {
			g.name = profileName(g.name)
		}
		a.grants = append(a.grants, g)
		return nil
	}
	d, err := parse(path, data)
	if err != nil {
		return err
	}
	switch root := d.root; {
	case root.Is(saml.NSMetadata, "EntityDescriptor"), root.Is(saml.NSMetadata, "EntitiesDescriptor"):
		return a.takeMetadata(d, named)
	case root.Space() != sforce && root.Space() != "":
	case root.Local() == "ConnectedApp":
		if named || child(root, "samlConfig").Exists() {
			a.apps = append(a.apps, d)
		}
		return nil
	case root.Local() == "ExtlClntAppSamlConfigurablePolicies":
		a.apps = append(a.apps, d)
		return nil
	case root.Local() == "ExternalClientApplication":
		a.parents = append(a.parents, d)
		return nil
	case root.Local() == "ExtlClntAppConfigurablePolicies":
		a.policies = append(a.policies, d)
		return nil
	case root.Local() == "IdentityProviderSettings", root.Local() == "MyDomainSettings":
		a.orgs = append(a.orgs, d)
		return nil
	case root.Local() == "Certificate":
		a.labels = append(a.labels, d)
		return nil
	}
	if named {
		return refuse(d.at(d.root), "an app, a profile, a permission set, org settings, a certificate or SAML metadata can be", "%s cannot be imported", d.root.Local())
	}
	return nil
}

// grants tells by its root whether a file is a profile or a permission set.
func grants(data []byte) (kind string, ok bool) {
	kind = rootName(data)
	return kind, kind == "Profile" || kind == "PermissionSet"
}

// rootName is the name of the first element as written, without reading further; "" where
// something else than comments and instructions comes first.
func rootName(data []byte) string {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	for {
		data = bytes.TrimSpace(data)
		end := ""
		switch {
		case bytes.HasPrefix(data, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(data, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(data, []byte("<")):
			name := data[1:]
			if i := bytes.IndexAny(name, " \t\r\n/>"); i >= 0 {
				return string(name[:i])
			}
			return ""
		default:
			return ""
		}
		i := bytes.Index(data, []byte(end))
		if i < 0 {
			return ""
		}
		data = data[i+len(end):]
	}
}

// parse reads XML as strictly as messages are read: a DOCTYPE is refused.
func parse(path string, data []byte) (document, error) {
	d, err := saml.Parse(data, saml.Limits{Bytes: mostBytes, Depth: 64, Elements: 1_000_000})
	if err != nil {
		at := settings.Place{File: path}
		text := err.Error()
		var syntax *saml.SyntaxError
		if errors.As(err, &syntax) {
			at.Line, at.Column, text = syntax.Line, syntax.Column, syntax.Text
		}
		return document{}, refuse(at, "", "this is no XML that can be read: %s", text)
	}
	return document{path, d.Root()}, nil
}

// at is where an element stands.
func (d document) at(e saml.Element) settings.Place {
	p := e.At()
	return settings.Place{File: d.path, Line: p.Line, Column: p.Column}
}

// child is the first child of Salesforce's metadata with this name; files that people
// wrote may lack the namespace.
func child(e saml.Element, local string) saml.Element {
	if c := e.Child(sforce, local); c.Exists() {
		return c
	}
	return e.Child("", local)
}

func children(e saml.Element, local string) []saml.Element {
	if all := e.All(sforce, local); len(all) > 0 {
		return all
	}
	return e.All("", local)
}

// value is the text of an element without the white space around it, which Salesforce
// takes off.
func value(e saml.Element) string { return strings.TrimSpace(e.Text()) }

// text sets a setting to the text of a child, where there is one.
func (d document) text(to *settings.Text, parent saml.Element, local string) {
	if e := child(parent, local); e.Exists() && value(e) != "" {
		typed(to, value(e), d.at(e))
	}
}

// choice sets a setting to what a child's value is called in settings.
func (d document) choice(to *settings.Text, parent saml.Element, local string, names naming) {
	if e := child(parent, local); e.Exists() && value(e) != "" {
		typed(to, names.ours(value(e)), d.at(e))
	}
}
