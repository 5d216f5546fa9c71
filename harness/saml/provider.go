package saml

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// A Provider is one role of Web SSO of an entity, as metadata describes it
// (SAMLMeta 2.4.3, 2.4.4). It is read once and may be used by several goroutines.
type Provider struct {
	Entity string  // its entity ID
	Role   Element // IDPSSODescriptor or SPSSODescriptor
	File   string  // of the metadata

	once  sync.Once
	certs []providerKey
}

type providerKey struct {
	use  string
	cert Certificate
}

// An Endpoint is one address of a Provider (SAMLMeta 2.2.2, 2.2.3).
type Endpoint struct {
	Element
	Binding, Location string
	// Answers is where responses go: ResponseLocation, or else Location.
	Answers string
	// Index numbers the endpoints of a list; negative where there is no readable number.
	Index int
}

// ReadProviders reads metadata for what it says of identity and of service providers
// that speak SAML 2.0, each in document order. name is what the metadata is called.
// Roles without that protocol are passed over, and so are entities without an ID.
func ReadProviders(data []byte, name string, limits Limits) (idps, sps []*Provider, err error) {
	if !looksLikeXML(data) {
		return nil, nil, errors.New("it is no XML, so that it is no metadata")
	}
	d, err := Parse(data, limits)
	if err != nil {
		return nil, nil, fmt.Errorf("reading metadata: %w", err)
	}
	if err := metadataRoot(d); err != nil {
		return nil, nil, err
	}
	for e := range d.Elements() {
		idp, sp := e.Is(NSMetadata, "IDPSSODescriptor"), e.Is(NSMetadata, "SPSSODescriptor")
		if !idp && !sp || !speaksSAML2(e) {
			continue
		}
		entity := e.Parent()
		id := entity.Attr("entityID").Value()
		if !entity.Is(NSMetadata, "EntityDescriptor") || strings.TrimSpace(id) == "" {
			continue
		}
		p := &Provider{Entity: id, Role: e, File: name}
		if idp {
			idps = append(idps, p)
		} else {
			sps = append(sps, p)
		}
	}
	return idps, sps, nil
}

// metadataRoot is an error where a document is no SAML 2.0 metadata.
func metadataRoot(d *Document) error {
	root := d.Root()
	if !root.Is(NSMetadata, "EntityDescriptor") && !root.Is(NSMetadata, "EntitiesDescriptor") {
		return fmt.Errorf("the root is %s, not the EntityDescriptor of SAML 2.0 metadata", quoteText(root.Local()))
	}
	return nil
}

// speaksSAML2 reports whether a role names the protocol of SAML 2.0.
func speaksSAML2(role Element) bool {
	for _, p := range strings.Fields(role.Attr("protocolSupportEnumeration").Value()) {
		if p == NSProtocol {
			return true
		}
	}
	return false
}

// Certificates are those of the provider's KeyDescriptors for a use, "signing" or
// "encryption", or their bare keys; a KeyDescriptor without use serves both (SAMLMeta
// 2.4.1.1). One that cannot be read is left out. Each is called after its place in the
// metadata.
func (p *Provider) Certificates(use string) (found []Certificate) {
	p.once.Do(p.readKeys)
	for _, k := range p.certs {
		if k.use == "" || k.use == use {
			found = append(found, k.cert)
		}
	}
	return found
}

func (p *Provider) readKeys() {
	for k := range p.Role.Children() {
		if !k.Is(NSMetadata, "KeyDescriptor") {
			continue
		}
		use := k.Attr("use")
		for _, key := range DescribedKeys(k) {
			if key.Err != nil {
				continue
			}
			what := "key"
			if use.Exists() {
				what = use.Value() + " key"
			}
			c := key.Certificate
			c.Name, c.Entity = p.At(key.At())+", "+what, p.Entity
			p.certs = append(p.certs, providerKey{use.Value(), c})
		}
	}
}

// At names a place of the metadata with its file and line.
func (p *Provider) At(at Place) string { return fmt.Sprintf("%s:%d:%d", p.File, at.Line, at.Column) }

// Endpoints are the provider's endpoints of a kind, as "SingleSignOnService", in order.
func (p *Provider) Endpoints(local string) (list []Endpoint) {
	for _, e := range p.Role.All(NSMetadata, local) {
		end := Endpoint{Element: e, Binding: e.Attr("Binding").Value(), Location: strings.TrimSpace(e.Attr("Location").Value()), Index: -1}
		if end.Answers = strings.TrimSpace(e.Attr("ResponseLocation").Value()); end.Answers == "" {
			end.Answers = end.Location
		}
		if n, err := strconv.ParseUint(strings.TrimSpace(e.Attr("index").Value()), 10, 16); err == nil {
			end.Index = int(n)
		}
		list = append(list, end)
	}
	return list
}

// Default is which of a list of elements counts where none is named: the first whose
// isDefault is true, else the first without isDefault="false", else the first (SAMLMeta
// 2.2.3). It is -1 for an empty list.
func Default(list []Element) int {
	open := -1
	for i, e := range list {
		switch v := e.Attr("isDefault").Value(); {
		case isTrue(v):
			return i
		case open < 0 && v != "false" && v != "0":
			open = i
		}
	}
	if open < 0 && len(list) > 0 {
		return 0
	}
	return open
}

// Flag is an attribute of the role, as "WantAuthnRequestsSigned", and whether it is
// true. One that is left out is false (SAMLMeta 2.4.3, 2.4.4).
func (p *Provider) Flag(name string) (Attr, bool) {
	a := p.Role.Attr(name)
	return a, isTrue(a.Value())
}

// isTrue reports whether a value is a true xs:boolean.
func isTrue(v string) bool {
	v = strings.TrimSpace(v)
	return v == "true" || v == "1"
}

// NameIDFormats are the formats that the role lists, in order.
func (p *Provider) NameIDFormats() (list []Element) {
	return p.Role.All(NSMetadata, "NameIDFormat")
}
