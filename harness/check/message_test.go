package check

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/saml"
)

// A login that nothing is wrong with, before it is signed. {{response}} and
// {{assertion}} are where the signatures go.
const (
	goodRequest = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ` +
		`ID="_4fee3b046395c4e751011e97f8900b5273d56685" Version="2.0" IssueInstant="2026-01-01T11:59:30Z" Destination="https://idp.example/sso" ` +
		`AssertionConsumerServiceURL="https://sp.example/acs" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST">` +
		`<saml:Issuer>https://sp.example</saml:Issuer></samlp:AuthnRequest>`

	goodAssertion = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_93af655219464fb403b34436cfb0c5cb1d9a5502" Version="2.0" IssueInstant="2026-01-01T12:00:00.500Z">` +
		`<saml:Issuer>https://idp.example</saml:Issuer>{{assertion}}` +
		`<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">ada@acme.example</saml:NameID>` +
		`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="_4fee3b046395c4e751011e97f8900b5273d56685" ` +
		`NotOnOrAfter="2026-01-01T12:05:00Z" Recipient="https://sp.example/acs"/></saml:SubjectConfirmation></saml:Subject>` +
		`<saml:Conditions NotBefore="2026-01-01T11:59:30Z" NotOnOrAfter="2026-01-01T12:05:00Z"><saml:AudienceRestriction><saml:Audience>https://sp.example</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
		`<saml:AuthnStatement AuthnInstant="2026-01-01T11:59:50Z" SessionIndex="_be9967abd904ddcae3c0eb4189adbe3f71e327cf"><saml:AuthnContext>` +
		`<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
		`<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>ada@acme.example</saml:AttributeValue></saml:Attribute>` +
		`<saml:Attribute Name="full_name"><saml:AttributeValue>Ada Agent</saml:AttributeValue></saml:Attribute>` +
		`<saml:Attribute Name="roles"><saml:AttributeValue>agent</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>`

	goodResponse = `<?xml version="1.0" encoding="UTF-8"?><samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ` +
		`ID="_d71a3a8e9fcc45c9e9d248ef7049393fc8f04e5f" Version="2.0" IssueInstant="2026-01-01T12:00:00Z" Destination="https://sp.example/acs" ` +
		`InResponseTo="_4fee3b046395c4e751011e97f8900b5273d56685"><saml:Issuer>https://idp.example</saml:Issuer>{{response}}` +
		`<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` + goodAssertion + `</samlp:Response>`
)

// A login is one that a test makes and changes.
type login struct {
	request, response string
	sign              string // both, response, assertion or none
	key               string // of the pool
	algorithm, digest string
	transforms        string      // in place of the two
	encrypt           string      // block algorithm; "" for a plain assertion
	encryptTo         string      // of the pool
	plaintext         string      // in place of the assertion, when it is encrypted
	redirected        bool        // the response travels by HTTP-Redirect
	der               bool        // an ECDSA signature is left in DER
	unfilled          bool        // r and s of an ECDSA signature have an octet more than the curve
	inner             [][2]string // edits after the assertion is signed and before the response is
	canonicalization  string      // CanonicalizationMethod; "" for the exclusive one
	reference         string      // URI in place of # and the ID; %s is the ID
	signQuery         string      // key of the pool that signs the request's query
	signRequest       string      // key of the pool that signs the request's XML
	flow              saml.Flow
	post              bool // the request travels by HTTP-POST
	query, body       string
	relay, returned   *string
	sentTo            string // where the response went
	steps             []saml.Step
	verdict           *saml.Verdict
	want              Expect
	metadata          map[string]string // by role, where the login is held to metadata alone
}

// goodLogin is a login that nothing is wrong with.
func goodLogin(t testing.TB) *login {
	relay := "_opaque"
	return &login{
		request: goodRequest, response: goodResponse, sign: "both", key: "rsa-2048-1", reference: "#%s",
		algorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", digest: "http://www.w3.org/2001/04/xmlenc#sha256",
		flow: saml.FlowSP, relay: &relay, returned: &relay, sentTo: "https://sp.example/acs",
		want: Expect{
			Profile: SAML, Audiences: []string{"https://sp.example"}, ACSURLs: []string{"https://sp.example/acs"}, Issuers: []string{"https://idp.example"},
			Certificates: trusting(t).Certificates, SSOURLs: []string{"https://idp.example/sso"}, RequestIssuers: []string{"https://sp.example"},
			RequestACSURLs: []string{"https://sp.example/acs"}, NameIDFormat: saml.FormatUnspecified,
			At: time.Date(2026, 1, 1, 12, 0, 1, 0, time.UTC),
		},
	}
}

// poolKey is a key of the pool by name.
func poolKey(t testing.TB, name string) crypto.Signer {
	t.Helper()
	for _, k := range keys.Pool() {
		if k.Name == name {
			s, err := k.Signer()
			require.NoError(t, err)
			return s
		}
	}
	require.Fail(t, "no such key", name)
	return nil
}

// poolCertificate is a certificate of a key of the pool.
func poolCertificate(t testing.TB, name string) saml.Certificate {
	t.Helper()
	for i, k := range keys.Pool() {
		if k.Name != name {
			continue
		}
		first := i
		for first > 0 && keys.Pool()[first-1].Kind == k.Kind && keys.Pool()[first-1].Bits == k.Bits {
			first--
		}
		x, err := saml.ParseCertificate(mint(t, k.Kind, k.Bits, i-first, year(2025), year(2030)))
		require.NoError(t, err)
		return saml.Certificate{X509: x, Name: name}
	}
	require.Fail(t, "no such key", name)
	return saml.Certificate{}
}

const (
	onlyEnveloped = `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>`
	twoTransforms = onlyEnveloped + `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>`
)

// signed is a document in which the mark is replaced by a signature of the mark's
// parent.
func (l *login) signed(t testing.TB, doc, mark string) string {
	t.Helper()
	at := strings.Index(doc, mark)
	if at < 0 {
		return doc
	}
	d, err := saml.Parse([]byte(strings.Replace(doc, mark, "<mark/>", 1)), saml.Limits{})
	require.NoError(t, err, "%s", doc)
	var target, marked saml.Element
	for e := range d.Elements() {
		if e.Local() == "mark" {
			target, marked = e.Parent(), e
		}
	}
	transforms := twoTransforms
	if l.transforms != "" {
		transforms = l.transforms
	}
	form := saml.C14NExclusive
	if l.transforms == onlyEnveloped || strings.Contains(transforms, saml.C14NInclusive) {
		form = saml.C14NInclusive
	}
	canonical, err := saml.CanonicalAs(target, marked, form, nil)
	require.NoError(t, err)
	digest, err := saml.Digest(canonical, l.digest)
	require.NoError(t, err)
	info := fmt.Sprintf(`<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>`+
		`<ds:SignatureMethod Algorithm="%s"></ds:SignatureMethod><ds:Reference URI="%s"><ds:Transforms>%s</ds:Transforms>`+
		`<ds:DigestMethod Algorithm="%s"></ds:DigestMethod><ds:DigestValue>%s</ds:DigestValue></ds:Reference></ds:SignedInfo>`,
		l.algorithm, fmt.Sprintf(l.reference, target.Attr("ID").Value()), transforms, l.digest, base64.StdEncoding.EncodeToString(digest))
	whole := func(value string) string {
		return doc[:at] + `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">` + info + `<ds:SignatureValue>` + value +
			`</ds:SignatureValue></ds:Signature>` + doc[at+len(mark):]
	}
	octets := []byte(info)
	if l.canonicalization != "" {
		info = strings.Replace(info, saml.C14NExclusive, l.canonicalization, 1)
		d, err := saml.Parse([]byte(whole("")), saml.Limits{})
		require.NoError(t, err)
		for e := range d.Elements() {
			if e.Local() != "SignedInfo" || l.canonicalization != saml.C14NInclusive {
				continue
			}
			octets, err = saml.CanonicalAs(e, saml.Element{}, l.canonicalization, nil)
			require.NoError(t, err)
		}
	}
	value := []byte("no signature")
	if !strings.Contains(l.algorithm, "hmac") {
		value, err = saml.SignatureValue(octets, l.algorithm, poolKey(t, l.key), rand.Reader)
		require.NoError(t, err)
	}
	if l.der {
		sum := sha256.Sum256([]byte(info))
		value, err = poolKey(t, l.key).Sign(rand.Reader, sum[:], crypto.SHA256)
		require.NoError(t, err)
	}
	if l.unfilled {
		half := len(value) / 2
		value = slices.Concat([]byte{0}, value[:half], []byte{0}, value[half:])
	}
	return whole(base64.StdEncoding.EncodeToString(value))
}

// xml is the response, signed and encrypted as the login says.
func (l *login) xml(t testing.TB) string {
	t.Helper()
	doc := l.response
	if l.sign == "both" || l.sign == "assertion" {
		outside := strings.Replace(doc, "{{response}}", "", 1)
		inner := l.signed(t, outside, "{{assertion}}")
		// The signature is the same whatever stands outside of the assertion.
		if i := strings.Index(inner, "<ds:Signature "); i >= 0 {
			doc = strings.Replace(doc, "{{assertion}}", inner[i:strings.Index(inner, "</ds:Signature>")+len("</ds:Signature>")], 1)
		}
	}
	doc = edited(t, strings.Replace(doc, "{{assertion}}", "", 1), l.inner)
	if l.encrypt != "" {
		from, to := strings.Index(doc, "<saml:Assertion"), strings.Index(doc, "</saml:Assertion>")+len("</saml:Assertion>")
		plain := doc[from:to]
		if l.plaintext != "" {
			plain = l.plaintext
		}
		data, err := saml.Encrypt([]byte(plain), poolKey(t, l.encryptTo).Public().(*rsa.PublicKey), l.encrypt, rand.Reader)
		require.NoError(t, err)
		doc = doc[:from] + "<saml:EncryptedAssertion>" + string(data) + "</saml:EncryptedAssertion>" + doc[to:]
	}
	if l.sign == "both" || l.sign == "response" {
		doc = l.signed(t, doc, "{{response}}")
	}
	return strings.Replace(doc, "{{response}}", "", 1)
}

// exchange is the login as it crossed the wire. The edits are of its bytes.
func (l *login) exchange(t testing.TB, edits [][2]string) *saml.Exchange {
	t.Helper()
	x := &saml.Exchange{Flow: l.flow, Name: "test", Steps: l.steps, Verdict: l.verdict}
	if l.flow == saml.FlowSP && l.request != "" {
		var err error
		if l.signRequest != "" {
			l.key = l.signRequest
			l.request = l.signed(t, strings.Replace(l.request, "</saml:Issuer>", "</saml:Issuer>{{request}}", 1), "{{request}}")
		}
		switch {
		case l.signQuery != "":
			var query string
			query, err = saml.SignQuery(saml.RedirectQuery("SAMLRequest", []byte(l.request), l.relay), l.algorithm, poolKey(t, l.signQuery), nil)
			require.NoError(t, err)
			x.Request, err = saml.DecodeRedirect(query)
		case l.query != "":
			x.Request, err = saml.DecodeRedirect(strings.Replace(l.query, "{{request}}", url.QueryEscape(base64.StdEncoding.EncodeToString(saml.Deflate([]byte(l.request)))), 1))
		case l.post:
			x.Request, err = saml.DecodePOST(form("SAMLRequest", l.request, l.relay))
		default:
			x.Request, err = saml.DecodeRedirect(saml.RedirectQuery("SAMLRequest", []byte(l.request), l.relay))
		}
		require.NoError(t, err)
		x.Request.URL = "https://idp.example/sso"
	}
	doc := edited(t, l.xml(t), edits)
	body := form("SAMLResponse", doc, l.returned)
	if l.body != "" {
		body = strings.Replace(l.body, "{{response}}", url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(doc))), 1)
	}
	var err error
	x.Response, err = saml.DecodePOST(body)
	require.NoError(t, err)
	x.Response.URL = l.sentTo
	if l.redirected {
		x.Response.Binding = saml.BindingRedirect
	}
	return x
}

// base64Of is octets in base64.
func base64Of(data []byte) string { return base64.StdEncoding.EncodeToString(data) }

// form is the body of a form.
func form(param, xml string, relay *string) string {
	body := param + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(xml)))
	if relay != nil {
		body += "&RelayState=" + url.QueryEscape(*relay)
	}
	return body
}

// edited is a text with each edit made where it first fits.
func edited(t testing.TB, text string, edits [][2]string) string {
	t.Helper()
	for _, e := range edits {
		require.Contains(t, text, e[0])
		text = strings.Replace(text, e[0], e[1], 1)
	}
	return text
}

// outcome is what the checks of messages found, one line for each failure, those under
// it that follow it named, and each finding.
func outcome(results []Result) string {
	var b strings.Builder
	for _, r := range results {
		if r.Status == Broken {
			fmt.Fprintf(&b, "broken %s: %s\n", r.Check.ID, r.Reason)
		}
		if r.Status != Fail {
			continue
		}
		fmt.Fprintf(&b, "%s %s", r.Severity, r.Check.ID)
		if len(r.Follows) > 0 {
			b.WriteString(" follows " + strings.Join(r.Follows, ", "))
		}
		b.WriteString("\n")
		for _, f := range r.Findings {
			b.WriteString("    " + f.At)
			if f.File != "" {
				b.WriteString(" in " + f.File)
			}
			if f.Line > 0 {
				fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
			}
			fmt.Fprintf(&b, " got %s want %s", strconv.Quote(f.Got), strconv.Quote(f.Want))
			if f.Severity != 0 && f.Severity != r.Check.Severity {
				fmt.Fprintf(&b, " (%s)", f.Severity)
			}
			b.WriteString("\n")
			if f.From != "" {
				b.WriteString("        from " + f.From + "\n")
			}
			if f.Note != "" {
				b.WriteString("        " + strings.ReplaceAll(f.Note, "\n", " ") + "\n")
			}
		}
	}
	return b.String()
}
