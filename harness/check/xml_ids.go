package check

import (
	"math/bits"

	"github.com/samlproof/samlproof/harness/saml"
)

// XMLUniqueIDs wants each identifier once.
var XMLUniqueIDs = &Check{
	ID:       "xml/unique-ids",
	Title:    "No identifier occurs twice in the response",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.4", "XML 1.0 3.3.1"},
	Covers:   []string{"XML-06", "AST-02", "SIG-13", "ENC-05"},
	Since:    "0.1",
	Text: `A signature names what it covers by an identifier. If two elements have it, the verifier may take one and the reader the other. All attributes that are identifiers somewhere
(ID, Id, AssertionID and xml:id) are compared over the whole document, inside signatures, extensions and advice, too, and with the plaintext of encrypted assertions. Where neither of two is in a namespace of SAML or of XML Security, as in values of attributes,
nobody says that they are identifiers, and it is a warning. So is the Id of a signature or key that was encrypted and repeats one outside:
no signature of SAML refers to those, and the two stand in two documents until somebody puts one into the other.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Make a fresh random identifier for every message and assertion. If the response was changed on the way, it is an attack."},
	Follows: []string{"signature/wrapping"},
	Run:     judgeUniqueIDs,
}

func judgeUniqueIDs(c *Case) Outcome {
	if why := c.unreadable(); why != "" {
		return skip(why)
	}
	var few [16]saml.Attr
	ids := collectIDs(few[:0], c.ResponseDoc)
	for i := range c.Decrypted {
		if d := c.Decrypted[i].Doc; d != nil {
			ids = collectIDs(ids, d)
		}
	}
	if len(ids) <= len(few) {
		for i, a := range ids {
			for _, b := range ids[:i] {
				if a.Value() == b.Value() {
					return Outcome{Findings: duplicateIDs(ids)}
				}
			}
		}
		return Outcome{}
	}
	return Outcome{Findings: duplicateIDs(ids)}
}

// collectIDs appends every attribute of a document that is an identifier.
func collectIDs(ids []saml.Attr, d *saml.Document) []saml.Attr {
	for e := range d.Elements() {
		for a := range e.Attrs() {
			switch a.Local() {
			case "ID", "Id", "AssertionID":
				if a.Space() == "" {
					ids = append(ids, a)
				}
			case "id":
				if a.Space() == saml.NSXML {
					ids = append(ids, a)
				}
			}
		}
	}
	return ids
}

func duplicateIDs(ids []saml.Attr) (list []Finding) {
	first := make(map[string]saml.Attr, len(ids))
	for _, a := range ids {
		if b, ok := first[a.Value()]; ok {
			f := found(a.At(), a.Value(), "an identifier of its own").noted("two elements have this identifier: " + b.Element().At().Path + " and " + a.Element().At().Path)
			if !isID(a) && !isID(b) || sealedOff(a.Element(), b.Element()) {
				f = f.only(Warning)
			}
			list = append(list, f)
			continue
		}
		first[a.Value()] = a
	}
	return list
}

// isID reports whether an attribute is known to be of the type xs:ID: that it has the
// name of one makes none of it outside of the schemas of SAML, XML Signature and XML
// Encryption.
func isID(a saml.Attr) bool {
	space := a.Element().Space()
	return a.Space() == saml.NSXML || isSAML(space) || space == saml.NSSignature || space == saml.NSXMLEnc
}

// sealedOff reports whether two elements stand in different documents, one of which was
// encrypted in the other, and are none that a signature of SAML can refer to.
func sealedOff(a, b saml.Element) bool {
	return a.Document() != b.Document() && ofSecurity(a) && ofSecurity(b)
}

func ofSecurity(e saml.Element) bool {
	return e.Space() == saml.NSSignature || e.Space() == saml.NSXMLEnc
}

// XMLIDForm wants identifiers that can be an xs:ID.
var XMLIDForm = &Check{
	ID:       "xml/id-form",
	Title:    "Every identifier in the response begins with a letter or an underscore",
	Severity: Error,
	Formal:   true,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.4", "XML Schema 2 3.3.8"},
	Covers:   []string{"XML-12", "XML-05"},
	Since:    "0.1",
	Text: `The type of ID is xs:ID: a letter or an underscore, then letters, digits, hyphens, dots and underscores. Readers that validate refuse anything else, and an identifier with quotes or brackets in it
can change an XPath expression that looks for it. White space around it is judged as part of it, because signatures refer to it without. The IDs of the response and its assertions are judged here and by their own checks together.`,
	Fix: Fix{Side: IDP, Setting: "response", Text: "Put an underscore before the random part of identifiers."},
	Run: onDocuments(idForm),
}

func idForm(d *saml.Document, _ *Expect) (list []Finding) {
	for e := range d.Elements() {
		name := "ID"
		switch {
		case isSAML(e.Space()):
		case e.Space() == saml.NSSignature, e.Space() == saml.NSXMLEnc:
			name = "Id"
		default:
			continue
		}
		if a := e.Attr(name); a.Exists() && !isNCName(a.Value()) {
			list = append(list, found(a.At(), a.Value(), "an xs:ID: a letter or underscore, then letters, digits, hyphens, dots and underscores"))
		}
	}
	return list
}

// XMLIDEntropy wants identifiers that nobody can guess.
var XMLIDEntropy = &Check{
	ID:       "xml/id-entropy",
	Title:    "The identifiers of the response are long enough to be random",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 1.3.4"},
	Covers:   []string{"XML-12", "SUB-07"},
	Since:    "0.1",
	Text: `The chance that two identifiers are the same must be at most one in 2^128, so they hold 128 random bits. One message shows only their length and alphabet:
what could hold fewer than 64 bits is reported. A counter of many digits passes unseen.`,
	Fix:     Fix{Side: IDP, Setting: "response", Text: "Make identifiers of at least 16 random bytes."},
	Follows: []string{"xml/id-form"},
	Run:     onDocuments(idEntropy),
}

func idEntropy(d *saml.Document, _ *Expect) (list []Finding) {
	for e := range d.Elements() {
		if !isSAML(e.Space()) {
			continue
		}
		if a := e.Attr("ID"); a.Exists() && capacity(a.Value()) < 64 {
			list = append(list, found(a.At(), a.Value(), "at least 128 random bits"))
		}
	}
	return list
}

// capacity is about how many bits a text of this length and alphabet can hold.
func capacity(s string) int {
	var digit, lower, upper, other, hex = false, false, false, false, true
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digit = true
		case 'a' <= c && c <= 'z':
			lower = true
			hex = hex && c <= 'f'
		case 'A' <= c && c <= 'Z':
			upper = true
			hex = hex && c <= 'F'
		default:
			other = other || c != '_' && c != '-'
		}
	}
	alphabet := 0
	if digit {
		alphabet += 10
	}
	letters := 26
	if hex {
		letters = 6
	}
	if lower {
		alphabet += letters
	}
	if upper {
		alphabet += letters
	}
	if other {
		alphabet += 2
	}
	// The base-2 logarithm in quarters of a bit, rounded up: x^4 has four times as many.
	x := uint64(alphabet)
	return len(s) * bits.Len64(x*x*x*x) / 4
}
