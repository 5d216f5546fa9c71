package harness

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

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

// metadata fetches the org's metadata and that of the app, which states the app's own
// issuer and certificate.
func (p *prober) metadata(ctx context.Context) {
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
	if m.err != nil || m.status != http.StatusOK {
		return m
	}
	doc, err := saml.Parse(answer.body, saml.Limits{})
	if err != nil {
		m.err = fmt.Errorf("it is not XML that can be read: %w", err)
		return m
	}
	root := doc.Root()
	if !root.Is(saml.NSMetadata, "EntityDescriptor") {
		m.err = fmt.Errorf("it is no metadata: its root is %q", root.Local())
		return m
	}
	m.entityID = root.Attr("entityID").Value()
	for role := range root.Children() {
		if !role.Is(saml.NSMetadata, "IDPSSODescriptor") {
			continue
		}
		for _, e := range role.All(saml.NSMetadata, "SingleSignOnService") {
			m.endpoints = append(m.endpoints, endpoint{e.Attr("Binding").Value(), e.Attr("Location").Value()})
		}
	}
	m.certificates, m.certErr = saml.CertificatesFromMetadata(doc, name)
	return m
}
