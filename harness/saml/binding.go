package saml

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// EncodingDeflate is the one SAMLEncoding that SAMLBind 3.4.4.1 defines.
const EncodingDeflate = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

// MaxRelayState is the most octets that a RelayState may have (SAMLBind 3.4.3, 3.5.3).
const MaxRelayState = 80

// maxQuery is the length of a query beyond which common servers and proxies refuse it.
const maxQuery = 8 << 10

// RedirectQuery is the query of an unsigned HTTP-Redirect message: param is
// SAMLRequest or SAMLResponse; relay is nil for no RelayState.
func RedirectQuery(param string, xml []byte, relay *string) string {
	q := param + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(Deflate(xml)))
	if relay != nil {
		q += "&RelayState=" + url.QueryEscape(*relay)
	}
	return q
}

// DecodeRedirect reads a message from a raw query, strictly (SAMLBind 3.4.4). What
// departs from the binding but leaves the message readable is in its Deviations; the
// error says why nothing could be read. Whether a signature of the query is valid is
// for VerifyQuery to say.
func DecodeRedirect(rawQuery string) (*Message, error) {
	rawQuery = strings.TrimPrefix(rawQuery, "?")
	m := &Message{Binding: BindingRedirect, Query: rawQuery}
	f, err := m.read(rawQuery)
	if err != nil {
		return nil, err
	}
	for i := range len(rawQuery) {
		if c := rawQuery[i]; c <= ' ' || c >= 0x7f {
			f.note(DeviationEscape, "the query holds the byte 0x%02X, which a URL must percent-encode", c)
			break
		}
	}
	if len(rawQuery) > maxQuery {
		f.note(DeviationLength, "the query has %d characters; many servers take no more than %d", len(rawQuery), maxQuery)
	}
	encoding, given := f.value("SAMLEncoding")
	if given && encoding != EncodingDeflate {
		f.note(DeviationEncoding, "SAMLEncoding is %s, not %s", quoteText(encoding), EncodingDeflate)
	}
	f.checkSignatureParameters(m.Param)

	data, devs, err := DecodeBase64(m.Encoded)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Param, err)
	}
	f.deviations = append(f.deviations, devs...)
	xml, devs, err := Inflate(data)
	switch {
	case err == nil:
		m.XML = xml
	case looksLikeXML(data):
		m.XML = data
		devs = []Deviation{{DeviationDeflate, "the message is not deflated, as HTTP-Redirect wants it"}}
	default:
		return nil, fmt.Errorf("%s: %w", m.Param, err)
	}
	m.Deviations = append(f.deviations, devs...)
	return m, nil
}

// DecodePOST reads a message from the body of a form, strictly (SAMLBind 3.5.4). What
// departs from the binding but leaves the message readable is in its Deviations; the
// error says why nothing could be read.
func DecodePOST(body string) (*Message, error) {
	m := &Message{Binding: BindingPOST}
	f, err := m.read(body)
	if err != nil {
		return nil, err
	}
	data, devs, err := DecodeBase64(m.Encoded)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Param, err)
	}
	for _, d := range devs {
		if d.Kind != DeviationLineBreaks {
			f.deviations = append(f.deviations, d)
		}
	}
	m.XML, m.Deviations = data, f.deviations
	if !looksLikeXML(data) {
		if xml, _, err := Inflate(data); err == nil && looksLikeXML(xml) {
			m.XML = xml
			m.Deviations = append(m.Deviations, Deviation{DeviationDeflate, "the message is deflated, as HTTP-POST must not be"})
		} else if errors.Is(err, ErrInflate) {
			return nil, fmt.Errorf("%s: %w", m.Param, err)
		}
	}
	return m, nil
}

// read finds the message and the RelayState among the parameters.
func (m *Message) read(raw string) (*form, error) {
	f, err := splitForm(raw)
	if err != nil {
		return nil, err
	}
	for _, name := range f.order {
		if name == "SAMLRequest" || name == "SAMLResponse" {
			m.Param = name
			break
		}
	}
	if m.Param == "" {
		for _, d := range f.deviations {
			if d.Kind == DeviationDisguised {
				return nil, errors.New("there is neither a SAMLRequest nor a SAMLResponse: " + d.Text)
			}
		}
		return nil, errors.New("there is neither a SAMLRequest nor a SAMLResponse")
	}
	m.Encoded, _ = f.value(m.Param)
	if m.Encoded == "" {
		return nil, fmt.Errorf("%s is empty", m.Param)
	}
	m.RelayState, m.HasRelayState = f.value("RelayState")
	if n := len(m.RelayState); n > MaxRelayState {
		f.note(DeviationRelayState, "RelayState has %d octets, more than the %d that the binding allows", n, MaxRelayState)
	}
	if !utf8.ValidString(m.RelayState) {
		f.note(DeviationEscape, "RelayState is not UTF-8")
	}
	return f, nil
}

// checkSignatureParameters notes what is odd about SigAlg and Signature as parameters.
func (f *form) checkSignatureParameters(param string) {
	alg, sig := f.count["SigAlg"] > 0, f.count["Signature"] > 0
	switch {
	case sig && !alg:
		f.note(DeviationSigAlg, "there is a Signature without SigAlg")
	case alg && !sig:
		f.note(DeviationSigAlg, "there is a SigAlg without Signature")
	case sig:
		want := []string{param, "RelayState", "SigAlg", "Signature"}
		var got []string
		for _, name := range f.order {
			if name == param || name == "RelayState" || name == "SigAlg" || name == "Signature" {
				got = append(got, name)
			}
		}
		if f.count["RelayState"] == 0 {
			want = []string{param, "SigAlg", "Signature"}
		}
		if strings.Join(got, "&") != strings.Join(want, "&") {
			f.note(DeviationOrder, "the parameters stand in the order %s, the signed octets in the order %s",
				strings.Join(got, ", "), strings.Join(want[:len(want)-1], ", "))
		}
	}
}
