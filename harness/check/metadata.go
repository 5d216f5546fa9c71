package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// metadataChecks judge the metadata of an identity or a service provider.
var metadataChecks = []*Check{
	MetadataWellFormed, MetadataRoot, MetadataSchema, MetadataSignature, MetadataPublisher, MetadataUniqueEntity, MetadataEntityID, MetadataEntityIDMatch,
	MetadataValidUntil, MetadataValidUntilPolicy, MetadataCacheDuration, MetadataProtocol,
	MetadataKeyUse, MetadataKeys, MetadataKeySize, MetadataSigningKey, MetadataRequestKey, MetadataEncryptionKey, MetadataCertificateMatch, MetadataCertificateValidity,
	MetadataLocations, MetadataHTTPS, MetadataReachable, MetadataIndex, MetadataDefault, MetadataNameIDFormats,
	MetadataSSOService, MetadataSSORedirect, MetadataSSOMatch, MetadataWantSigned, MetadataLogoutService, MetadataAttributes,
	MetadataACS, MetadataACSBinding, MetadataAttributeService,
	MetadataUIInfo, MetadataContact, MetadataErrorURL,
}

// MetadataWellFormed wants the metadata to be XML that every reader reads alike.
var MetadataWellFormed = &Check{
	ID:       "metadata/well-formed",
	Title:    "The metadata is well-formed, namespaced XML in UTF-8 without a DOCTYPE",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"XML 1.0 2.1", "Namespaces in XML 1.0", "SAMLMeta 2"},
	Covers:   []string{"XML-01", "XML-02", "XML-03", "XML-04", "MDX-01"},
	Since:    "0.1",
	Text:     `The same strict reader as for messages: one root, declared prefixes, no attribute twice, UTF-8, no DOCTYPE. The first place at which it stops is reported; nothing else of the metadata is judged.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Take the metadata whole and unchanged from where it is published."},
	Run:      judgeMetadata,
}

func judgeMetadata(c *Case) Outcome {
	if c.metadata == nil {
		return skip("there is no metadata to judge")
	}
	c.mustBeRead()
	if c.metadata.err != nil {
		return Outcome{Findings: one(syntaxFinding("metadata", c.metadata.err))}
	}
	return Outcome{}
}

// MetadataRoot wants an entity, or a list of them.
var MetadataRoot = &Check{
	ID:       "metadata/root",
	Title:    "The root is EntityDescriptor or EntitiesDescriptor, with a role of Web SSO in it",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.3"},
	Covers:   []string{"MDX-01", "IIP-EXT01"},
	Since:    "0.1",
	Text: `Metadata of SAML 2.0 describes entities, and in each one or more roles; IDPSSODescriptor and SPSSODescriptor are those of Web SSO. Roles of other types and extensions are passed over.
Metadata that has roles of other types alone is a warning: it is of no use for Web SSO.`,
	Fix: Fix{Side: IDP, Setting: "metadata", Text: "Take the SAML 2.0 metadata."},
	Run: onMetadata(func(m *metadata, want *Expect) []Finding {
		root := m.doc.Root()
		if !root.Is(saml.NSMetadata, "EntityDescriptor") && !root.Is(saml.NSMetadata, "EntitiesDescriptor") {
			return one(found(root.At(), expandedName(root), "{"+saml.NSMetadata+"}EntityDescriptor"))
		}
		f := found(root.At(), "no role of Web SSO", "IDPSSODescriptor or SPSSODescriptor")
		for _, e := range m.entities {
			for r := range e.Children() {
				if isRole(r) {
					return nil
				}
				if isOtherRole(r) && want.Profile == SAML {
					f = f.only(Warning)
				}
			}
		}
		return one(f)
	}),
}

// MetadataSchema holds the metadata to the published schema.
var MetadataSchema = &Check{
	ID:       "metadata/schema",
	Title:    "The metadata is valid by the schema",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"saml-schema-metadata-2.0", "SAMLMeta 2"},
	Covers:   []string{"MDX-01", "MDX-02", "MDX-07", "MDX-12", "MDI-01", "MDI-03", "MDS-01", "MDS-06", "MDS-07", "XML-05"},
	Since:    "0.1",
	Text:     `Elements in their order and number, known attributes, values of their types: the same verdict as the OASIS and W3C schemas give; an xsi:type that another schema defines, as on the roles of AD FS, is passed over. Where another check names what is wrong, this one follows it.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Issue metadata as the schema has it."},
	Follows: []string{
		"metadata/root", "metadata/entity-id", "metadata/cache-duration", "metadata/valid-until", "metadata/protocol", "metadata/key-use", "metadata/keys",
		"metadata/locations", "metadata/index", "metadata/default", "metadata/sso-service", "metadata/want-signed", "metadata/acs", "metadata/attribute-service", "metadata/name-id-formats",
	},
	Run: onMetadata(func(m *metadata, _ *Expect) (list []Finding) {
		for _, f := range m.schemaFaults() {
			// A role of a type that another schema defines is passed over (IIP-EXT01).
			if f.Kind != saml.SchemaRoot && f.Kind != saml.SchemaForeign {
				list = append(list, found(f.At, f.Got, f.Want).noted(f.Text))
			}
		}
		return list
	}),
}

// schemaFaults are those of what is judged.
func (m *metadata) schemaFaults() (list []saml.SchemaFault) {
	if len(m.entities) == len(m.all) {
		return saml.ValidateSchema(m.doc)
	}
	for _, e := range m.entities {
		list = append(list, saml.ValidatePart(e)...)
	}
	return list
}

// MetadataSignature verifies a signature of metadata so far as that goes without a key.
var MetadataSignature = &Check{
	ID:       "metadata/signature",
	Title:    "A signature of the metadata fits its content",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 3", "SAMLCore 5.4"},
	Covers:   []string{"MDX-04", "SDP-MD02"},
	Since:    "0.1",
	Text: `Metadata is trusted for its signature or for the TLS connection that it came by. Where it is signed, the structure of the signature and the digest of the content are verified, and the reference may be to the whole document;
whose key it is can be told only with the publisher's certificate, which is not part of the metadata; see metadata/publisher.`,
	Fix: Fix{Side: IDP, Setting: "metadata", Text: "Take the metadata byte for byte from where it is published."},
	Run: onMetadata(metadataSignature),
}

func metadataSignature(m *metadata, _ *Expect) (list []Finding) {
	for _, s := range m.signatures {
		for _, f := range m.faults(s) {
			list = append(list, faultFinding(f))
		}
	}
	return list
}

// referenceURI is what a signature's first reference names.
func referenceURI(s *saml.Signature) string {
	return s.Child(saml.NSSignature, "SignedInfo").Child(saml.NSSignature, "Reference").Attr("URI").Value()
}

func firstChild(e saml.Element) saml.Element {
	for c := range e.Children() {
		return c
	}
	return saml.Element{}
}

// MetadataUniqueEntity wants every entity once.
var MetadataUniqueEntity = &Check{
	ID:       "metadata/unique-entity",
	Title:    "Every entityID occurs once",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.3.1", "SAMLMeta 2.3.2"},
	Covers:   []string{"MDX-02", "MDX-17"},
	Since:    "0.1",
	Text:     `In a list of entities, one is chosen by its entityID. If two have it, which one is taken depends on who reads.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Describe each entity once."},
	Run: onMetadata(func(m *metadata, _ *Expect) (list []Finding) {
		first := map[string]saml.Element{}
		for _, e := range m.entities {
			id := e.Attr("entityID")
			if other, ok := first[id.Value()]; ok && id.Exists() {
				list = append(list, found(id.At(), id.Value(), "an entityID of its own").noted("two entities have it: "+other.At().Path+" and "+e.At().Path))
				continue
			}
			first[id.Value()] = e
		}
		return list
	}),
}

// MetadataEntityID wants an entity ID that others can use.
var MetadataEntityID = &Check{
	ID:       "metadata/entity-id",
	Title:    "entityID is an absolute URI of at most 1024 characters",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.2.1", "SAMLMeta 2.3.2", "SAML2int SDP-G04"},
	Covers:   []string{"MDX-02", "MDX-03", "SDP-G04"},
	Since:    "0.1",
	Text:     `Every entity has an entityID that is not blank. One that is no URI is a warning, because some in wide use are not; SAML2int allows 256 characters.`,
	Fix:      Fix{Side: IDP, Setting: "entity ID", Text: "Use a URI of your own, such as https://idp.acme.example/saml."},
	Run:      onEntity(metadataEntityID),
}

func metadataEntityID(e saml.Element, want *Expect) (list []Finding) {
	id := e.Attr("entityID")
	switch {
	case !id.Exists():
		return one(found(e.At(), "no entityID", "entityID"))
	case blank(id.Value()):
		return one(found(id.At(), id.Value(), "an absolute URI"))
	case !isAbsoluteURI(id.Value()):
		list = append(list, found(id.At(), id.Value(), "an absolute URI").only(Warning))
	}
	most := 1024
	if want.Profile == SAML2Int {
		most = 256
	}
	if characters(id.Value()) > most {
		list = append(list, sizeFinding(id.At(), id.Value(), most))
	}
	return list
}

// MetadataEntityIDMatch compares the entity ID with what the settings have.
var MetadataEntityIDMatch = &Check{
	ID:       "metadata/entity-id-match",
	Title:    "entityID is the one that messages and settings have",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 8.3.6", "SAMLProf 4.1.4.2"},
	Covers:   []string{"MDI-07", "XML-11"},
	Since:    "0.1",
	Text:     `The entityID of an identity provider is the Issuer of its messages, and that of a service provider the audience of assertions, character by character. Judged where the settings or the flags say what is expected; of several entities, where none of them has it, by the nearest.`,
	Fix:      Fix{Side: SP, Setting: "entity ID of the other side", Text: "Use the entityID exactly as the metadata has it."},
	Follows:  []string{"metadata/entity-id", "settings/issuer", "settings/entity-id"},
	Run: onPeer("", func(r saml.Element, want *Expect) []Finding {
		id, expected := r.Parent().Attr("entityID"), want.entities(r)
		if len(expected) == 0 || !id.Exists() || among(id.Value(), expected) {
			return nil
		}
		return one(differs(id.At(), id.Value(), expected))
	}),
}

// entities are the entity IDs that are expected of a role.
func (e *Expect) entities(role saml.Element) []string {
	if role.Local() == roleSP {
		return e.Audiences
	}
	return e.Issuers
}

// tokens are the words of a list of URIs.
func tokens(s string) []string { return strings.Fields(s) }
