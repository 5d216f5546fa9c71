package mocksp

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// Request is a fresh AuthnRequest as Flex sends it, for HTTP-Redirect: a signature, if
// there is to be one, is the query's and not in it (SAMLBind 3.4.4.1). That
// of legacy SSO has the layout of real ones. That of enhanced SSO follows Auth0's
// default template and is inferred: no real one is public.
func (p *SP) Request() (xml []byte, id string) {
	if legacy(&p.half) {
		id = "ONELOGIN_" + p.random.uuid()
		return legacyRequest(&p.half, id, p.opt.Now()), id
	}
	id = "_" + p.random.hex(20)
	return enhancedRequest(&p.half, id, p.opt.Now()), id
}

const instant = "2006-01-02T15:04:05Z"

// legacyRequest asks for an e-mail address as NameID and for a password as the way of
// authentication, exactly. Flex accepts what Salesforce sends instead.
func legacyRequest(half *settings.Flex, id string, now time.Time) []byte {
	var b strings.Builder
	b.WriteString(`<samlp:AuthnRequest xmlns:samlp="` + saml.NSProtocol + `" xmlns:saml="` + saml.NSAssertion + `"`)
	b.WriteString(` ID="` + escape(id) + `" Version="2.0" IssueInstant="` + now.UTC().Format(instant) + `" ProviderName="Twilio"`)
	b.WriteString(` Destination="` + escape(half.SSOURL.Value) + `" ProtocolBinding="` + saml.BindingPOST + `"`)
	b.WriteString(` AssertionConsumerServiceURL="` + escape(half.ACSURL()) + `">`)
	b.WriteString(`<saml:Issuer>` + escape(half.EntityID()) + `</saml:Issuer>`)
	b.WriteString(`<samlp:NameIDPolicy Format="` + saml.FormatEmailAddress + `" AllowCreate="true" />`)
	b.WriteString(`<samlp:RequestedAuthnContext Comparison="exact"><saml:AuthnContextClassRef>`)
	b.WriteString(`urn:oasis:names:tc:SAML:2.0:ac:classes:Password`)
	b.WriteString(`</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>`)
	return []byte(b.String())
}

// enhancedRequest names no ACS URL, no NameIDPolicy and no RequestedAuthnContext.
func enhancedRequest(half *settings.Flex, id string, now time.Time) []byte {
	var b strings.Builder
	b.WriteString(`<samlp:AuthnRequest xmlns:samlp="` + saml.NSProtocol + `" Destination="` + escape(half.SSOURL.Value) + `"`)
	b.WriteString(` ID="` + escape(id) + `" IssueInstant="` + now.UTC().Format(instant) + `"`)
	b.WriteString(` ProtocolBinding="` + saml.BindingPOST + `" Version="2.0">`)
	b.WriteString(`<saml:Issuer xmlns:saml="` + saml.NSAssertion + `">` + escape(half.EntityID()) + `</saml:Issuer>`)
	b.WriteString(`</samlp:AuthnRequest>`)
	return []byte(b.String())
}

// escape writes text for character data and attribute values alike; what XML 1.0
// cannot hold becomes U+FFFD.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}

// relayState is the value that must come back unchanged with the response. That of
// legacy SSO is a sealed state of 108 bytes in base64, whose first bytes are always
// the same; the rest is random here.
func (p *SP) relayState() string {
	if !legacy(&p.half) {
		return p.random.token()
	}
	const size, head = 108, "\x00\x00\x00\x01.FAS_S3_KMS_v1:::"
	return base64.StdEncoding.EncodeToString(append([]byte(head), p.random.bytes(size-len(head))...))
}

// webURL reads an address that a browser may be sent to. Anything but http and https
// with a host is an error in words, so that no setting can become a script or a
// header.
func webURL(s string) (*url.URL, error) {
	if s == "" {
		return nil, errors.New("it is empty")
	}
	u, err := url.Parse(s)
	var urlError *url.Error
	switch {
	case errors.As(err, &urlError):
		return nil, fmt.Errorf("it cannot be read as a URL: %w", urlError.Err)
	case err != nil:
		return nil, fmt.Errorf("it cannot be read as a URL: %w", err)
	case u.Scheme == "":
		return nil, errors.New("it has no https:// at its beginning")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("it begins with %s:, and a browser is sent to https: or http: only", u.Scheme)
	case u.Hostname() == "":
		return nil, errors.New("it names no host")
	}
	return u, nil
}

// redirectURL is where a message travels: the address with its own query, if it has
// one, and the message after it, signed where there is a key (SAMLBind 3.4.4.1).
func (p *SP) redirectURL(to, param string, message []byte, relay *string) (string, error) {
	u, err := webURL(to)
	if err != nil {
		return "", err
	}
	query := saml.RedirectQuery(param, message, relay)
	if p.opt.Key != nil {
		if query, err = saml.SignQuery(query, signatureMethod(p.opt.Key), p.opt.Key, p.random); err != nil {
			return "", err
		}
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += query
	return u.String(), nil
}
