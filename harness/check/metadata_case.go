package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// MetadataLimits bound metadata, which may describe a whole federation: more than a
// message may have.
func MetadataLimits() saml.Limits {
	return saml.Limits{Bytes: 128 << 20, Elements: 4_000_000, AllAttributes: 8_000_000}
}

// NewMetadataCase reads metadata once, to be judged by the checks of metadata. What it
// is compared with, which entity of several is judged, and the clock, comes from want,
// which may be nil. Metadata may have 128 MiB, four million elements and eight million
// attributes.
func NewMetadataCase(xml []byte, want *Expect) (c *Case) {
	var e Expect
	if want != nil {
		e = *want
	}
	e.defaults()
	c = &Case{Expect: &e, noRequest: "metadata is no login", noResponse: "metadata is no login", metadata: &metadata{}}
	defer func() { c.failure = recover() }()
	m := c.metadata
	if m.doc, m.err = saml.Parse(xml, MetadataLimits()); m.err != nil {
		return c
	}
	for el := range m.doc.Elements() {
		if !el.Is(saml.NSMetadata, "EntityDescriptor") {
			continue
		}
		m.all = append(m.all, el)
		if e.Entity == "" || el.Attr("entityID").Value() == e.Entity {
			m.entities = append(m.entities, el)
		}
	}
	for _, s := range saml.VerifySignatures(m.doc, e.Publisher, nil) {
		if m.concerns(s.Parent) {
			m.signatures = append(m.signatures, s)
		}
	}
	return c
}

// NewContradictionCase is metadata that was read before, of which only what describes the
// two sides of an expectation is judged: of several entities, of each role, the one that
// is expected or is the nearest to it.
func NewContradictionCase(d *saml.Document, want *Expect) *Case {
	e := *want
	e.defaults()
	m := &metadata{doc: d}
	for el := range d.Elements() {
		if el.Is(saml.NSMetadata, "EntityDescriptor") {
			m.all = append(m.all, el)
		}
	}
	m.entities = m.all
	var ids []string
	for _, kind := range [...]string{roleIDP, roleSP} {
		if id, ok := m.peer(kind, &e); ok {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		m.entities = nil
		for _, el := range m.all {
			if among(el.Attr("entityID").Value(), ids) {
				m.entities = append(m.entities, el)
			}
		}
	}
	return &Case{Expect: &e, noRequest: "metadata is no login", noResponse: "metadata is no login", metadata: m}
}

// metadata is what a case of metadata reads.
type metadata struct {
	doc        *saml.Document
	err        error
	all        []saml.Element    // EntityDescriptor
	entities   []saml.Element    // those of all that are judged
	signatures []*saml.Signature // of those, and of what is around them
}

// concerns reports whether an element is one of the entities that are judged, part of
// one, or around one.
func (m *metadata) concerns(e saml.Element) bool {
	if len(m.entities) == len(m.all) {
		return true
	}
	for _, entity := range m.entities {
		if entity.Contains(e) || e.Contains(entity) {
			return true
		}
	}
	return false
}

// Entities are the entityIDs that metadata describes, in order, and how many of them
// are judged. There are none where the metadata could not be read.
func (c *Case) Entities() (ids []string, judged int) {
	if c.metadata == nil {
		return nil, 0
	}
	for _, e := range c.metadata.all {
		ids = append(ids, e.Attr("entityID").Value())
	}
	return ids, len(c.metadata.entities)
}

// concerns reports whether a check judges anything that the case holds: checks of
// metadata and of logout are left out of logins, and all others of metadata.
func (c *Case) concerns(ch *Check) bool {
	switch {
	case c.metadata == nil && !strings.HasPrefix(ch.ID, "m") && !strings.HasPrefix(ch.ID, "l"):
		return true // the first letter tells most of them
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

// onPeer hands a check each role descriptor of a kind that describes one side of a login:
// of several, those of the entity that is expected or, where none is, of the one whose
// ID is the nearest.
func onPeer(kind string, f func(role saml.Element, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		peers := map[string]string{} // the entity ID by kind, where one counts
		if c.metadata != nil && len(c.metadata.entities) > 1 {
			for _, k := range [...]string{roleIDP, roleSP} {
				if id, ok := c.metadata.peer(k, c.Expect); ok {
					peers[k] = id
				}
			}
		}
		return onRole(kind, func(r saml.Element, want *Expect) []Finding {
			if id, ok := peers[r.Local()]; ok && r.Parent().Attr("entityID").Value() != id {
				return nil
			}
			return f(r, want)
		}, needs...)(c)
	}
}

// peer is the entity ID among those with a role of a kind that is expected, or else the
// nearest to what is expected; false where nothing is.
func (m *metadata) peer(kind string, want *Expect) (string, bool) {
	var expected, ids []string
	for _, e := range m.entities {
		for r := range e.Children() {
			if isRole(r) && r.Local() == kind && !speaksOtherwise(r) {
				expected = want.entities(r)
				ids = append(ids, e.Attr("entityID").Value())
			}
		}
	}
	if len(expected) == 0 {
		return "", false
	}
	for _, id := range ids {
		if among(id, expected) {
			return id, true
		}
	}
	return nearest(expected[0], ids), true
}

// onRole hands a check each role descriptor of a kind that speaks SAML 2.0, there being at
// least one. A role of other protocols alone is for those to judge.
func onRole(kind string, f func(role saml.Element, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		seen := false
		out := onEntity(func(e saml.Element, want *Expect) (list []Finding) {
			for r := range e.Children() {
				if isRole(r) && (kind == "" || r.Local() == kind) && !speaksOtherwise(r) {
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

// isOtherRole reports whether an element is what an entity may have instead of a role of
// Web SSO (SAMLMeta 2.3.2).
func isOtherRole(e saml.Element) bool {
	if e.Space() != saml.NSMetadata {
		return false
	}
	switch e.Local() {
	case "RoleDescriptor", "AuthnAuthorityDescriptor", "AttributeAuthorityDescriptor", "PDPDescriptor", "AffiliationDescriptor":
		return true
	}
	return false
}

// speaksOtherwise reports whether a role names its protocols and SAML 2.0 is none of them.
func speaksOtherwise(r saml.Element) bool {
	at := r.Attr("protocolSupportEnumeration")
	return at.Exists() && !among(saml.NSProtocol, tokens(at.Value()))
}

// isEndpoint reports whether an element of metadata is an endpoint.
func isEndpoint(e saml.Element) bool {
	return e.Space() == saml.NSMetadata && strings.HasSuffix(e.Local(), "Service") && e.Local() != "AttributeConsumingService"
}

// isIndexed reports whether an endpoint is one of a numbered list (SAMLMeta 2.2.3).
func isIndexed(e saml.Element) bool {
	return e.Local() == "AssertionConsumerService" || e.Local() == "ArtifactResolutionService"
}
