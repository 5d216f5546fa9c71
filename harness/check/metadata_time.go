package check

import (
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// onBounded hands a check every element of metadata that can have an end: entities,
// lists of them, and roles.
func onBounded(f func(e saml.Element, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return onMetadata(func(m *metadata, want *Expect) (list []Finding) {
		for e := range m.doc.Elements() {
			if e.Space() == saml.NSMetadata && (e.Attr("validUntil").Exists() || e.Attr("cacheDuration").Exists()) && m.concerns(e) {
				list = append(list, f(e, want)...)
			}
		}
		return list
	}, needs...)
}

// MetadataValidUntil wants metadata that has not ended.
var MetadataValidUntil = &Check{
	ID:       "metadata/valid-until",
	Title:    "The metadata has not ended",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.3.1", "SAMLMeta 2.3.2", "SAMLMeta 2.4.1"},
	Covers:   []string{"MDX-05"},
	Since:    "0.1",
	Text:     `After validUntil, of the role, of the entity or of anything around it, metadata must not be used.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Fetch the metadata anew."},
	Run: onBounded(func(e saml.Element, want *Expect) []Finding {
		at := e.Attr("validUntil")
		return overdue(at, want)
	}, clock),
}

// overdue is what is wrong with a validUntil that has passed; no skew is allowed it.
func overdue(at saml.Attr, want *Expect) []Finding {
	t := readInstant(at)
	if !t.known || want.At.Before(t.Time) {
		return nil
	}
	f := clockFinding(at, t, want, "after ")
	f.Note = "it passed " + lasting(want.At.Sub(t.Time)) + " ago"
	return one(f)
}

// longestMetadata is how far ahead the end of metadata may lie before SAML2int objects.
const longestMetadata = 28 * 24 * time.Hour

// MetadataValidUntilPolicy wants an end that is near.
var MetadataValidUntilPolicy = &Check{
	ID:       "metadata/valid-until-policy",
	Title:    "The metadata has an end within four weeks",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-MD03"},
	Covers:   []string{"MDX-06", "SDP-MD03"},
	Since:    "0.1",
	Text:     `Metadata that never ends, or in years, keeps a key in use that was withdrawn long ago. SAML2int refuses it. Judged on the root.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Publish metadata with a validUntil some days ahead, and renew it."},
	Follows:  []string{"metadata/valid-until"},
	Run: onMetadata(func(m *metadata, want *Expect) []Finding {
		at := m.doc.Root().Attr("validUntil")
		if !at.Exists() {
			return one(found(m.doc.Root().At(), "no validUntil", "validUntil"))
		}
		if t := readInstant(at); !want.At.IsZero() && t.known && t.Sub(want.At) > longestMetadata {
			return one(found(at.At(), at.Value(), "at most "+lasting(longestMetadata)+" ahead"))
		}
		return nil
	}),
}

// MetadataCacheDuration wants a duration.
var MetadataCacheDuration = &Check{
	ID:       "metadata/cache-duration",
	Title:    "cacheDuration is a duration",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.3.1", "XML Schema 2 3.2.6"},
	Covers:   []string{"MDX-07"},
	Since:    "0.1",
	Text:     `cacheDuration says how long metadata may be kept before it is fetched again, as PT1H; it ends nothing. It is a positive xs:duration.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Write it as PT1H or P1D."},
	Run: onBounded(func(e saml.Element, _ *Expect) []Finding {
		at := e.Attr("cacheDuration")
		if !at.Exists() || isDuration(at.Value()) {
			return nil
		}
		return one(found(at.At(), at.Value(), "a duration such as PT1H"))
	}),
}

// isDuration reports whether a value is a positive xs:duration.
func isDuration(s string) bool {
	if len(s) < 3 || s[0] != 'P' {
		return false
	}
	order, next, digits, parts := "YMD", 0, 0, 0
	fraction := false
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == '.' && digits > 0 && !fraction && order == "HMS":
			fraction, digits = true, 0
		case c == 'T' && digits == 0 && order == "YMD":
			order, next, parts = "HMS", 0, 0
		default:
			for next < len(order) && order[next] != c {
				next++
			}
			if next == len(order) || digits == 0 || fraction && c != 'S' {
				return false
			}
			next, digits, fraction = next+1, 0, false
			parts++
		}
	}
	return digits == 0 && parts > 0
}

// MetadataProtocol wants roles that speak SAML 2.0.
var MetadataProtocol = &Check{
	ID:       "metadata/protocol",
	Title:    "A role of Web SSO speaks SAML 2.0",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.1"},
	Covers:   []string{"MDX-08"},
	Since:    "0.1",
	Text: `protocolSupportEnumeration is a list, parted by white space, with urn:oasis:names:tc:SAML:2.0:protocol in it. A role without it is not used for SAML 2.0, and nothing else of it is judged: an error where no role is left, and else a note.
One that names no protocol at all is an error.`,
	Fix: Fix{Side: IDP, Setting: "metadata", Text: "Name the protocol urn:oasis:names:tc:SAML:2.0:protocol."},
	Run: onMetadata(metadataProtocol),
}

func metadataProtocol(m *metadata, _ *Expect) (list []Finding) {
	var others []Finding
	left := false
	for _, e := range m.entities {
		for r := range e.Children() {
			at := r.Attr("protocolSupportEnumeration")
			switch {
			case !isRole(r):
			case !at.Exists():
				left = true
				list = append(list, found(r.At(), "no protocolSupportEnumeration", saml.NSProtocol))
			case speaksOtherwise(r):
				others = append(others, found(at.At(), at.Value(), saml.NSProtocol))
			default:
				left = true
			}
		}
	}
	for _, f := range others {
		if left {
			f = f.only(Note)
		}
		list = append(list, f)
	}
	return list
}
