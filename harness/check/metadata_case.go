package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// NewMetadataCase reads metadata once, to be judged by the checks of metadata. What it
// is compared with, and the clock, comes from want, which may be nil.
func NewMetadataCase(xml []byte, want *Expect) (c *Case) {
	var e Expect
	if want != nil {
		e = *want
	}
	e.defaults()
	c = &Case{Expect: &e, noRequest: "metadata is no login", noResponse: "metadata is no login", metadata: &metadata{}}
	defer func() { c.failure = recover() }()
	m := c.metadata
	if m.doc, m.err = saml.Parse(xml, saml.Limits{}); m.err != nil {
		return c
	}
	for el := range m.doc.Elements() {
		if el.Is(saml.NSMetadata, "EntityDescriptor") {
			m.entities = append(m.entities, el)
		}
	}
	m.signatures = saml.VerifySignatures(m.doc, nil, nil)
	return c
}

// metadata is what a case of metadata reads.
type metadata struct {
	doc        *saml.Document
	err        error
	entities   []saml.Element // EntityDescriptor
	signatures []*saml.Signature
}

// concerns reports whether a check judges anything that the case holds: checks of
// metadata and of logout are left out of logins, and all others of metadata.
func (c *Case) concerns(ch *Check) bool {
	switch {
	case strings.HasPrefix(ch.ID, "metadata/"):
		return c.metadata != nil
	case c.metadata != nil:
		return false
	case strings.HasPrefix(ch.ID, "logout/"):
		return len(c.logout) > 0
	}
	return true
}

// onMetadata hands a check the metadata that could be read.
func onMetadata(f func(m *metadata, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.metadata == nil {
			return skip("there is no metadata to judge")
		}
		c.mustBeRead()
		if c.metadata.err != nil {
			return skip("the metadata could not be read")
		}
		if why := c.Expect.missing(needs); why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c.metadata, c.Expect)}
	}
}

// onEntity hands a check each EntityDescriptor.
func onEntity(f func(e saml.Element, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return onMetadata(func(m *metadata, want *Expect) (list []Finding) {
		for _, e := range m.entities {
			list = append(list, f(e, want)...)
		}
		return list
	}, needs...)
}

// onRole hands a check each role descriptor of a kind, there being at least one.
func onRole(kind string, f func(role saml.Element, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		seen := false
		out := onEntity(func(e saml.Element, want *Expect) (list []Finding) {
			for r := range e.Children() {
				if isRole(r) && (kind == "" || r.Local() == kind) {
					seen = true
					list = append(list, f(r, want)...)
				}
			}
			return list
		}, needs...)(c)
		if out.Skip == "" && !seen {
			return skip("the metadata has no " + orRole(kind))
		}
		return out
	}
}

func orRole(kind string) string {
	if kind == "" {
		return "role of Web SSO"
	}
	return kind
}

// The two roles of Web SSO.
const (
	roleIDP = "IDPSSODescriptor"
	roleSP  = "SPSSODescriptor"
)

// isRole reports whether an element is a role of Web SSO.
func isRole(e saml.Element) bool {
	return e.Space() == saml.NSMetadata && (e.Local() == roleIDP || e.Local() == roleSP)
}

// isEndpoint reports whether an element of metadata is an endpoint.
func isEndpoint(e saml.Element) bool {
	return e.Space() == saml.NSMetadata && strings.HasSuffix(e.Local(), "Service") && e.Local() != "AttributeConsumingService"
}

// isIndexed reports whether an endpoint is one of a numbered list (SAMLMeta 2.2.3).
func isIndexed(e saml.Element) bool {
	return e.Local() == "AssertionConsumerService" || e.Local() == "ArtifactResolutionService"
}
