package check

import (
	"github.com/samlproof/samlproof/harness/saml"
)

// MetadataPublisher holds signed metadata to who publishes it.
var MetadataPublisher = &Check{
	ID:       "metadata/publisher",
	Title:    "The metadata is signed by who publishes it",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 3", "SAML2int SDP-MD02"},
	Covers:   []string{"MDX-04", "SDP-MD02"},
	Since:    "0.1",
	Text: `Where the publisher's certificate is given, a signature that it verifies must cover every entity: that of the whole document, or one of the entity itself. The certificate comes by another way than the metadata; one that the
signature carries proves nothing. As SAMLMeta 3.1 allows, the reference of the document's own signature may be empty.`,
	Fix:     Fix{Side: IDP, Setting: "metadata", Text: "Take the metadata from where it is published, and the publisher's certificate from a source of its own."},
	Follows: []string{"metadata/signature"},
	Run:     onMetadata(metadataPublisher, publisher),
}

func metadataPublisher(m *metadata, _ *Expect) (list []Finding) {
	if len(m.signatures) == 0 {
		return one(found(m.doc.Root().At(), "no signature", "a signature of the publisher"))
	}
	uncovered := false
	for _, e := range m.entities {
		if !m.published(e) {
			uncovered = true
			break
		}
	}
	if !uncovered {
		return nil
	}
	for _, s := range m.signatures {
		for _, f := range s.Faults {
			if ofKey(f) {
				list = append(list, faultFinding(f))
			}
		}
	}
	if len(list) > 0 {
		return list
	}
	const most = 20 // entities that are named
	for _, e := range m.entities {
		if !m.published(e) && len(list) < most {
			list = append(list, found(e.At(), "an entity that no valid signature of the publisher covers", "one that is covered"))
		}
	}
	return list
}

// published reports whether a valid signature of the publisher covers an entity.
func (m *metadata) published(entity saml.Element) bool {
	for _, s := range m.signatures {
		if s.Key != nil && s.Digest == saml.Agrees && s.Covers == s.Parent && s.Parent.Contains(entity) && len(m.faults(s)) == 0 {
			return true
		}
	}
	return false
}

// ofKey reports whether a fault says that no key at hand made the signature.
func ofKey(f saml.SignatureFault) bool {
	return f.Kind == saml.FaultKey || f.Kind == saml.FaultNoTrustedKey || f.Kind == saml.FaultValue
}

// faults are those of a signature that do not only say that its key is not known. The
// signature of the document itself may have an empty reference, and stands first
// (SAMLMeta 3.1).
func (m *metadata) faults(s *saml.Signature) (list []saml.SignatureFault) {
	for _, f := range s.Faults {
		switch {
		case ofKey(f):
			continue
		case f.Kind == saml.FaultReference && s.Parent == m.doc.Root() && referenceURI(s) == "":
			continue
		case f.Kind == saml.FaultPlace && firstChild(s.Parent) == s.Element:
			continue
		}
		list = append(list, f)
	}
	return list
}
