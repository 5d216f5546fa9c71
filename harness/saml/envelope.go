package saml

import (
	"fmt"
	"slices"
	"strings"
)

// NSSOAP is the namespace of SOAP 1.1, which SAML's SOAP binding and PAOS use (SAMLBind
// 3.2, 3.3).
const NSSOAP = "http://schemas.xmlsoap.org/soap/envelope/"

// An Enclosed is a samlp:Response that other messages are around: a SOAP envelope, a
// samlp:ArtifactResponse, or both (SAMLBind 3.2, 3.3, 3.6).
type Enclosed struct {
	// Document is the Response as a document of its own, with the namespace declarations
	// that are in force where it stands. Its places are those in the whole.
	Document *Document
	Envelope Element // the SOAP envelope; zero where there is none
	Artifact Element // the ArtifactResponse; zero where there is none

	response Element // in the whole
}

// An EnvelopeError says why the Response inside of other messages cannot be told.
type EnvelopeError struct {
	At   Place
	Text string
}

func (e *EnvelopeError) Error() string {
	return fmt.Sprintf("%s (line %d, column %d)", e.Text, e.At.Line, e.At.Column)
}

func noResponse(at Element, format string, args ...any) error {
	return &EnvelopeError{at.At(), fmt.Sprintf(format, args...)}
}

// Encloses tells whether a root is one of those that Unwrap takes off.
func Encloses(root Element) bool {
	return root.Is(NSProtocol, "ArtifactResponse") || root.Is(NSSOAP, "Envelope")
}

// Unwrap finds the one Response that a SOAP envelope or an ArtifactResponse holds. There
// is nothing to choose: it is the only child of the Body, or the only message of the
// ArtifactResponse, and no other Response, no assertion and none of its IDs stands
// anywhere else. Everything else is an *EnvelopeError. Nothing around the Response is
// verified, and nothing of it is believed.
func Unwrap(d *Document) (*Enclosed, error) {
	root := d.Root()
	in := &Enclosed{}
	e := root
	var err error
	if root.Is(NSSOAP, "Envelope") {
		in.Envelope = root
		if e, err = soapBody(root); err != nil {
			return nil, err
		}
	}
	if e.Is(NSProtocol, "ArtifactResponse") {
		in.Artifact = e
		if e, err = artifactMessage(e); err != nil {
			return nil, err
		}
	}
	if e == root || !e.Is(NSProtocol, "Response") {
		return nil, noResponse(e, "%s", otherThanResponse(in, e))
	}
	in.response = e
	if err := in.alone(d); err != nil {
		return nil, err
	}
	if in.Document, err = in.cut(withSurroundings(e.Parent(), []byte(e.Source()), everyPrefix(e.Parent()))); err != nil {
		return nil, noResponse(e, "the Response cannot be read by itself: %v", err)
	}
	return in, nil
}

// ByItself is the Response read without the namespace declarations around it; nil where
// it needs them. What was signed before it was put there by inclusive canonicalization
// verifies only so.
func (in *Enclosed) ByItself() *Document {
	d, err := in.cut(nil)
	if err != nil {
		return nil
	}
	return d
}

// cut reads the Response with the declarations that were added to its start tag, or as it
// stands.
func (in *Enclosed) cut(added []byte) (*Document, error) {
	source := in.response.Source()
	if added == nil {
		added = []byte(source)
	}
	d, err := Parse(added, Limits{})
	if err != nil {
		return nil, err
	}
	from, _ := in.response.Extent()
	d.within = &within{parent: in.response.Parent(), from: from, to: rootTag([]byte(source)).name, added: len(added) - len(source)}
	return d, nil
}

// within says where in a larger document one stands that was cut out of it.
type within struct {
	parent Element
	from   int // offset of the root in the larger one
	to     int // offset in the cut one at which declarations were added
	added  int // octets of these
}

// offset is an offset of the cut document in the larger one.
func (w *within) offset(at int) int {
	if at > w.to {
		at = max(w.to, at-w.added)
	}
	return w.from + at
}

// soapBody is the one element in the Body of a SOAP envelope.
func soapBody(envelope Element) (Element, error) {
	var body Element
	for c := range envelope.Children() {
		switch {
		case c.Is(NSSOAP, "Body") && !body.Exists():
			body = c
		case !c.Is(NSSOAP, "Header") || body.Exists():
			return c, noResponse(c, "a SOAP envelope holds one Header at most and then one Body, and here stands <%s>", shorten(c.Local()))
		}
	}
	if !body.Exists() {
		return body, noResponse(envelope, "the SOAP envelope has no Body")
	}
	var message Element
	for c := range body.Children() {
		if message.Exists() {
			return c, noResponse(c, "the Body of a SOAP envelope holds one message (SAMLBind 3.2.2), and here stands a second element, <%s>", shorten(c.Local()))
		}
		message = c
	}
	switch {
	case !message.Exists():
		return body, noResponse(body, "the Body of the SOAP envelope is empty")
	case message.Is(NSSOAP, "Fault"):
		return message, noResponse(message, "the SOAP envelope holds a Fault and no message: %s", quoteText(strings.TrimSpace(message.Child("", "faultstring").Text())))
	}
	return message, nil
}

// artifactMessage is the message of an ArtifactResponse (SAMLCore 3.5.2).
func artifactMessage(artifact Element) (Element, error) {
	var message Element
	for c := range artifact.Children() {
		if c.Is(NSAssertion, "Issuer") || c.Is(NSSignature, "Signature") || c.Is(NSProtocol, "Extensions") || c.Is(NSProtocol, "Status") {
			continue
		}
		if message.Exists() {
			return c, noResponse(c, "an ArtifactResponse holds one message (SAMLCore 3.5.2), and here stands a second element, <%s>", shorten(c.Local()))
		}
		message = c
	}
	if message.Exists() {
		return message, nil
	}
	if status := DescribeStatus(artifact); status != "" {
		return artifact, noResponse(artifact, "the ArtifactResponse holds no message: its status is %s", status)
	}
	return artifact, noResponse(artifact, "the ArtifactResponse holds no message: the artifact is not known, was used before or is over (SAMLCore 3.5.3)")
}

// DescribeStatus tells the status of a samlp:StatusResponseType where it is not Success,
// or is not stated; "" where it is Success.
func DescribeStatus(e Element) string {
	code, second, message := readStatus(e.Child(NSProtocol, "Status"))
	value := code.Attr("Value").Value()
	if value == StatusSuccess {
		return ""
	}
	if value == "" {
		return "not stated"
	}
	text := quoteText(strings.TrimPrefix(value, "urn:oasis:names:tc:SAML:2.0:status:"))
	if v := second.Attr("Value").Value(); v != "" {
		text += ", " + quoteText(strings.TrimPrefix(v, "urn:oasis:names:tc:SAML:2.0:status:"))
	}
	if m := strings.TrimSpace(message.Text()); m != "" {
		text += ": " + quoteText(m)
	}
	return text
}

// otherThanResponse says what stands where a Response belongs.
func otherThanResponse(in *Enclosed, e Element) string {
	what := "the SOAP envelope"
	if in.Artifact.Exists() {
		what = "the ArtifactResponse"
	}
	what += " holds <" + shorten(e.Local()) + ">, not the Response of a login"
	if e.Is(NSProtocol, "ArtifactResolve") {
		what += ": it asks for the message of an artifact; the answer to it is wanted, an ArtifactResponse"
	}
	return what
}

// alone is an error where something else in the document may be taken for the Response,
// or for a part of it.
func (in *Enclosed) alone(d *Document) error {
	for e := range d.Elements() {
		if in.response.Contains(e) {
			continue
		}
		if e.Is(NSProtocol, "Response") || e.Is(NSAssertion, "Assertion") || e.Is(NSAssertion, "EncryptedAssertion") {
			return noResponse(e, "an element <%s> stands outside of the Response that would be judged", e.Local())
		}
	}
	for _, same := range d.DuplicateIDs() {
		inside := func(a Attr) bool { return in.response.Contains(a.Element()) }
		i := slices.IndexFunc(same, func(a Attr) bool { return !inside(a) })
		if i >= 0 && slices.ContainsFunc(same, inside) {
			return &EnvelopeError{same[i].At(), "an ID of the Response stands outside of it, too: " + quoteText(same[i].Value())}
		}
	}
	return nil
}
