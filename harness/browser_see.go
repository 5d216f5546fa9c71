package harness

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// see keeps the SAML message that a request carries. One that cannot be decoded is kept,
// too, without its XML.
func (b *browser) see(h *hop, now time.Time) (note string) {
	parameters, decode := h.url.RawQuery, saml.DecodeRedirect
	if h.method == http.MethodPost && carried(h.body) != "" {
		parameters, decode = h.body, saml.DecodePOST
	}
	kind := carried(parameters)
	if kind == "" {
		return ""
	}
	m, err := decode(parameters)
	if err != nil {
		m = undecoded(h, parameters, kind, err)
		note = "; it could not be decoded: " + err.Error()
	}
	m.URL = bareURL(h.url.String())
	b.messages = append(b.messages, m)
	switch {
	case kind == "SAMLResponse" && b.response == nil:
		b.response, b.responseAt = m, now
		return "carries a SAMLResponse" + note
	case kind == "SAMLRequest" && b.request == nil:
		b.request = m
		return "carries a SAMLRequest" + note
	}
	return strings.TrimPrefix(note, "; ")
}

// carried is the kind of message among the parameters of a form or query, "" where there
// is none. A response is more than a request beside it.
func carried(raw string) string {
	kind := ""
	for part := range strings.SplitSeq(raw, "&") {
		name, _, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if is := messageName(name); is != "" && kind != "SAMLResponse" {
			kind = is
		}
	}
	return kind
}

// undecoded is a message that nobody can read, with what is wrong with it.
func undecoded(h *hop, raw, kind string, err error) *saml.Message {
	m := &saml.Message{Binding: saml.BindingPOST, Param: kind}
	if h.method != http.MethodPost {
		m.Binding, m.Query = saml.BindingRedirect, raw
	}
	values, _ := url.ParseQuery(raw)
	m.Encoded = values.Get(kind)
	m.RelayState, m.HasRelayState = values.Get("RelayState"), values.Has("RelayState")
	wrong := saml.DeviationAlphabet
	switch {
	case !values.Has(kind):
		wrong = saml.DeviationDisguised
	case m.Encoded == "":
		return m // there is nothing that could be wrong
	case errors.Is(err, saml.ErrInflate):
		wrong = saml.DeviationDeflate
	}
	m.Deviations = []saml.Deviation{{Kind: wrong, Text: err.Error()}}
	return m
}
