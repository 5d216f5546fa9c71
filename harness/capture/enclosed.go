package capture

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// inside is the response inside of a document that encloses one; nil where the document
// is none that does, or is malformed.
func (r *reader) inside(root root, xml []byte) (*saml.Enclosed, error) {
	if !root.encloses() {
		return nil, nil
	}
	return unwrap(xml)
}

// mostUnreadable bounds how many parts of one text are kept that cannot be read.
const mostUnreadable = 100

// unreadable keeps what is said of a part of the text that cannot be read.
func (r *reader) unreadable(why string) {
	if len(r.c.Unreadable) < mostUnreadable && !slices.Contains(r.c.Unreadable, why) {
		r.c.Unreadable = append(r.c.Unreadable, why)
	}
}

// takeOff tells what is around the response of a message, and answers with the
// response's own root. The message keeps its bytes, so that places are those in what was
// captured; who judges takes off the same (saml.Unwrap).
func (r *reader) takeOff(m *saml.Message, around root) root {
	in, _ := r.inside(around, m.XML)
	if in == nil {
		return around
	}
	if in.Envelope.Exists() {
		inside := "Response"
		if in.Artifact.Exists() {
			inside = "ArtifactResponse"
		}
		r.c.note("SOAP envelope: its Body holds %s", inside)
	}
	if in.Artifact.Exists() {
		if m.Binding == "" {
			m.Binding = saml.BindingArtifact
		}
		step := "ArtifactResponse"
		if id := in.Artifact.Attr("InResponseTo").Value(); id != "" {
			step += " to the ArtifactResolve " + show(id)
		}
		if status := saml.DescribeStatus(in.Artifact); status == "" {
			step += " with status Success"
		} else {
			step += " with the status " + status
		}
		r.c.note("%s: it holds Response", step)
	}
	r.c.note("the Response inside is judged, with lines and columns of the whole; what is around it is neither verified nor believed")
	return sniff([]byte(strings.TrimSpace(in.Document.Root().Source())))
}

// anArtifact says what SAMLart is, and what to capture in its place (SAMLBind 3.6.3).
const anArtifact = "a SAML artifact (SAMLart) in place of the message: the message itself goes from server to server, where no browser sees it; wanted is the ArtifactResponse that the service provider gets at the back channel"

// carriers are the parameters that carry something in place of a message.
var carriers = [...]string{"SAMLart", "wresult"}

// instead says what parameters carry in place of a message of SAML 2.0; "" where that is
// nothing that is known.
func instead(texts ...string) string {
	for _, text := range texts {
		switch {
		case hasParameter(text, "SAMLart"):
			return "it carries " + anArtifact
		case hasParameter(text, "wresult"):
			value, _ := parameter(text[strings.Index(text, "wresult="):], func(name string) bool { return name == "wresult" })
			return "it is " + federated([]byte(value)) + "; " + onlySAML2
		}
	}
	return ""
}

// onlySAML2 says what is judged.
const onlySAML2 = "what is judged is Web SSO of SAML 2.0"

// federated names an answer of WS-Federation or WS-Trust by the assertion in it.
func federated(xml []byte) string {
	what := "an answer of WS-Federation (wresult: RequestSecurityTokenResponse)"
	switch {
	case bytes.Contains(xml, []byte("urn:oasis:names:tc:SAML:1.0:assertion")):
		what += " with an assertion of SAML 1.1"
	case bytes.Contains(xml, []byte(assertion20)):
		what += " with an assertion of SAML 2.0"
	}
	return what
}

// bearerMessage is the assertion in the body of a request for a token of OAuth (RFC 7522
// 2.1, 2.2), nil where there is none.
func bearerMessage(body string) (*saml.Message, []string, error) {
	for _, grant := range [...]string{"grant_type", "client_assertion_type"} {
		kind, _ := parameter(body, func(name string) bool { return name == grant })
		if kind != "urn:ietf:params:oauth:grant-type:saml2-bearer" && kind != "urn:ietf:params:oauth:client-assertion-type:saml2-bearer" {
			continue
		}
		name := map[string]string{"grant_type": "assertion", "client_assertion_type": "client_assertion"}[grant]
		value, found := parameter(body, func(n string) bool { return n == name })
		if !found {
			return nil, nil, errors.New("it is a request for a token of OAuth (RFC 7522) without " + name)
		}
		xml, steps, err := peel(value)
		if err != nil {
			return nil, nil, fmt.Errorf("the assertion of a request for a token of OAuth (RFC 7522) cannot be decoded: %w", err)
		}
		return &saml.Message{XML: xml}, append([]string{"request for a token of OAuth (RFC 7522): parameter " + name}, steps...), nil
	}
	return nil, nil, nil
}

// hasParameter tells whether a parameter with a value stands in a query or a form, or in
// text that quotes one.
func hasParameter(text, name string) bool {
	for {
		i := strings.Index(text, name+"=")
		if i < 0 {
			return false
		}
		rest := text[i+len(name)+1:]
		if (i == 0 || strings.IndexByte("?&#;\"' \t\n", text[i-1]) >= 0) && tokenEnd(rest, 0) > 0 {
			return true
		}
		text = rest
	}
}
