package harness

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/samlproof/samlproof/harness/saml"
)

// mostMetadata is the largest metadata that is read, in bytes; an org's has some three
// thousand.
const mostMetadata = 1 << 20

// An orgMetadata is metadata that Salesforce published, of the org or of one app.
type orgMetadata struct {
	name         string // what a finding calls it
	url          string
	status       int
	err          error // why it could not be read
	entityID     string
	endpoints    []endpoint
	certificates []saml.Certificate
	certErr      error
}

type endpoint struct{ binding, location string }

// read tells whether there is metadata to compare with.
func (m *orgMetadata) read() bool {
	return m != nil && m.err == nil && m.status == http.StatusOK
}

// locations are where the metadata says that requests are taken.
func (m *orgMetadata) locations() []string {
	var all []string
	for _, e := range m.endpoints {
		if !slices.Contains(all, e.location) {
			all = append(all, e.location)
		}
	}
	return all
}

// takesAt tells whether the metadata states an endpoint for a binding at an address.
func (m *orgMetadata) takesAt(binding, location string) bool {
	return slices.Contains(m.endpoints, endpoint{binding, location})
}

// metadata fetches the org's metadata and that of the app, which states the app's own
// issuer and certificate.
func (p *prober) metadata(ctx context.Context) {
	if !p.s.Salesforce.Set {
		return
	}
	host := p.s.Salesforce.MyDomain.Value
	if u, err := url.Parse("https://" + host + "/"); err != nil || u.Host != host || host == "" {
		p.org = &orgMetadata{name: "the org's metadata", err: fmt.Errorf("the My Domain %q is no host name", host)}
		return
	}
	p.org = p.fetchMetadata(ctx, "the org's metadata", "https://"+host+"/.well-known/samlidp.xml")
	if name := p.s.Salesforce.ConnectedApp.APIName.Value; name != "" && p.org.status != 0 {
		p.app = p.fetchMetadata(ctx, "the app's metadata", "https://"+host+"/.well-known/samlidp/"+url.PathEscape(name)+".xml")
	}
}

func (p *prober) fetchMetadata(ctx context.Context, name, address string) *orgMetadata {
	answer := p.fetch(ctx, http.MethodGet, address, "", mostMetadata)
	m := &orgMetadata{name: name, url: address, status: answer.status, err: answer.err}
	if m.err == nil && m.status == http.StatusOK {
		m.err = m.parse(answer.body, p.s.Salesforce.ConnectedApp.Issuer.Value, p.s.Flex.IdentityProviderIssuer.Value)
	}
	return m
}

// parse reads metadata of one identity provider or of several (SAMLMeta 2.3), of which it
// takes the one that either half has as issuer.
func (m *orgMetadata) parse(data []byte, issuers ...string) error {
	doc, err := saml.Parse(data, saml.Limits{})
	if err != nil {
		return fmt.Errorf("it is not XML that can be read: %w", err)
	}
	root := doc.Root()
	if !root.Is(saml.NSMetadata, "EntityDescriptor") && !root.Is(saml.NSMetadata, "EntitiesDescriptor") {
		return fmt.Errorf("it is no metadata: its root is %q", root.Local())
	}
	var providers []saml.Element
	for e := range doc.Elements() {
		if e.Is(saml.NSMetadata, "EntityDescriptor") && e.Child(saml.NSMetadata, "IDPSSODescriptor").Exists() {
			providers = append(providers, e)
		}
	}
	entity := root
	if len(providers) > 0 {
		entity = providers[0]
		known := slices.IndexFunc(providers, func(e saml.Element) bool {
			id := e.Attr("entityID").Value()
			return id != "" && slices.Contains(issuers, id)
		})
		switch {
		case known >= 0:
			entity = providers[known]
		case len(providers) > 1:
			return fmt.Errorf("it describes %d identity providers, and none of them has the issuer of the settings as its entityID", len(providers))
		}
	}
	m.entityID = entity.Attr("entityID").Value()
	for role := range entity.Children() {
		if !role.Is(saml.NSMetadata, "IDPSSODescriptor") {
			continue
		}
		for _, e := range role.All(saml.NSMetadata, "SingleSignOnService") {
			m.endpoints = append(m.endpoints, endpoint{e.Attr("Binding").Value(), e.Attr("Location").Value()})
		}
	}
	all, err := saml.CertificatesFromMetadata(doc, m.name)
	m.certErr = err
	for _, c := range all {
		if c.Entity == m.entityID {
			m.certificates = append(m.certificates, c)
		}
	}
	if m.certErr == nil && len(m.certificates) == 0 {
		m.certErr = fmt.Errorf("it has no signing certificate of %s that can be read", m.entityID)
	}
	return nil
}
