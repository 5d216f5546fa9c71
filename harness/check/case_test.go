package check

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	caseResponse = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ` +
		`ID="_r" Version="2.0" IssueInstant="2026-01-01T00:00:00.000Z" Destination="https://sp.example/acs" InResponseTo="_q">` +
		`<saml:Issuer>https://idp.example</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>%s</samlp:Response>`
	caseAssertion = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="%s" Version="2.0" IssueInstant="2026-01-01T00:00:00.000Z">` +
		`<saml:Issuer>https://idp.example</saml:Issuer><saml:Subject><saml:NameID>%s</saml:NameID></saml:Subject></saml:Assertion>`
	caseRequest = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_q" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"/>`
)

// enveloped puts a signature into the element with this ID, after its issuer.
func enveloped(t testing.TB, doc, id string) string {
	t.Helper()
	const sha256, rsaSHA256 = "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	d, err := saml.Parse([]byte(doc), saml.Limits{})
	require.NoError(t, err)
	var target saml.Element
	for e := range d.Elements() {
		if e.Attr("ID").Value() == id {
			target = e
		}
	}
	require.True(t, target.Exists(), id)
	canonical, err := saml.Canonical(target, saml.Element{}, nil, false)
	require.NoError(t, err)
	digest, err := saml.Digest(canonical, sha256)
	require.NoError(t, err)
	info := fmt.Sprintf(`<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>`+
		`<ds:SignatureMethod Algorithm="%s"></ds:SignatureMethod><ds:Reference URI="#%s"><ds:Transforms>`+
		`<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>`+
		`</ds:Transforms><ds:DigestMethod Algorithm="%s"></ds:DigestMethod><ds:DigestValue>%s</ds:DigestValue></ds:Reference></ds:SignedInfo>`,
		rsaSHA256, id, sha256, base64.StdEncoding.EncodeToString(digest))
	key, err := keys.For(keys.RSA, 2048)[0].Signer()
	require.NoError(t, err)
	value, err := saml.SignatureValue([]byte(info), rsaSHA256, key, nil)
	require.NoError(t, err)
	signature := `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">` + info + `<ds:SignatureValue>` +
		base64.StdEncoding.EncodeToString(value) + `</ds:SignatureValue></ds:Signature>`
	at := strings.Index(doc, ` ID="`+id+`"`)
	at += strings.Index(doc[at:], "</saml:Issuer>") + len("</saml:Issuer>")
	return doc[:at] + signature + doc[at:]
}

// trusting expects signatures of the key that enveloped signs with.
func trusting(t testing.TB) *Expect {
	x, err := saml.ParseCertificate(mint(t, keys.RSA, 2048, 0, year(2025), year(2030)))
	require.NoError(t, err)
	return &Expect{Certificates: []saml.Certificate{{X509: x, Name: "idp"}}}
}

func responseOf(xml string) *saml.Exchange {
	return &saml.Exchange{Response: &saml.Message{XML: []byte(xml)}}
}

// A certificate of one identity provider's metadata does not vouch for another.
func TestCaseTrustsTheIssuersOwnCertificates(t *testing.T) {
	t.Parallel()
	signer, other := trusting(t).Certificates[0], poolCertificate(t, "rsa-2048-4")
	xml := enveloped(t, fmt.Sprintf(caseResponse, fmt.Sprintf(caseAssertion, "_a", "ada")), "_r")
	const issuer = "https://idp.example"
	require.Contains(t, xml, issuer)
	for _, tt := range []struct {
		title         string
		signer, other string // entity IDs
		issuers       []string
		trusted       bool
	}{
		{"entities unknown", "", "", nil, true},
		{"the issuer's own", issuer, "https://other.example", nil, true},
		{"the expected one's", issuer, "https://other.example", []string{issuer}, true},
		{"another's", "https://other.example", issuer, nil, false},
		{"another's, and not the expected one's", "https://other.example", issuer, []string{issuer}, false},
		{"none of the issuer's", "https://other.example", "https://third.example", nil, true},
		{"one whose entity is unknown beside the issuer's", "", issuer, nil, true},
	} {
		want := &Expect{Issuers: tt.issuers, Certificates: []saml.Certificate{
			{X509: other.X509, Name: "other", Entity: tt.other},
			{X509: signer.X509, Name: "signer", Entity: tt.signer},
		}}
		c := NewCase(nil, responseOf(xml), want)
		require.Len(t, c.Signatures, 1, tt.title)
		assert.Equal(t, tt.trusted, c.Signatures[0].Valid(), "%s: %v", tt.title, c.Signatures[0].Faults)
		if !tt.trusted {
			assert.Contains(t, c.Signatures[0].Faults[0].Note, "signer", tt.title)
		}
		assert.Len(t, want.Certificates, 2, "what was given is not changed")
	}
}

// An assertion that only advises may be signed by a key of another party.
func TestAdviceMayBeAnothers(t *testing.T) {
	t.Parallel()
	advice := strings.Replace(fmt.Sprintf(caseAssertion, "_b", "bob"), "<saml:Assertion ", "<saml:Advice><saml:Assertion ", 1) + "</saml:Advice>"
	whole := fmt.Sprintf(caseResponse, strings.Replace(fmt.Sprintf(caseAssertion, "_a", "ada"), "</saml:Subject>", "</saml:Subject>"+advice, 1))
	want := &Expect{Certificates: []saml.Certificate{poolCertificate(t, "rsa-2048-4")}, Hints: trusting(t).Certificates}
	for id, severity := range map[string]Severity{"_a": Error, "_b": Warning} {
		results := Run([]*Check{SignatureTrustedKey}, NewCase(nil, responseOf(enveloped(t, whole, id)), want))
		require.Equal(t, Fail, results[0].Status, "%s: %s", id, results[0].Reason)
		assert.Equal(t, severity, results[0].Severity, id)
	}
}

// names are the NameIDs of assertions.
func names(assertions []*saml.Assertion) []string {
	var names []string
	for _, a := range assertions {
		names = append(names, a.NameID.Text())
	}
	return names
}

// What is judged comes from signed bytes wherever a trusted signature covers it.
func TestCaseReadsWhatIsSigned(t *testing.T) {
	one := fmt.Sprintf(caseAssertion, "_a", "ad<!-- -->a")
	two := one + fmt.Sprintf(caseAssertion, "_b", "mallory")
	for _, tt := range []struct {
		title    string
		xml      string
		verified []bool
		names    []string
		whole    bool // the response is signed
		faults   int  // of all signatures
	}{
		{"nothing signed", fmt.Sprintf(caseResponse, one), []bool{false}, []string{"ada"}, false, 0},
		{"the assertion signed", enveloped(t, fmt.Sprintf(caseResponse, one), "_a"), []bool{true}, []string{"ada"}, false, 0},
		{"the response signed", enveloped(t, fmt.Sprintf(caseResponse, one), "_r"), []bool{true}, []string{"ada"}, true, 0},
		{"both signed", enveloped(t, enveloped(t, fmt.Sprintf(caseResponse, one), "_a"), "_r"), []bool{true}, []string{"ada"}, true, 0},
		{"one of two signed", enveloped(t, fmt.Sprintf(caseResponse, two), "_a"), []bool{true, false}, []string{"ada", "mallory"}, false, 0},
		{"changed afterwards", strings.Replace(enveloped(t, fmt.Sprintf(caseResponse, one), "_a"), "<saml:NameID>ad", "<saml:NameID>ind", 1),
			[]bool{false}, []string{"inda"}, false, 1},
		{"the response changed, and not the assertion",
			strings.Replace(enveloped(t, enveloped(t, fmt.Sprintf(caseResponse, one), "_a"), "_r"), `Destination="https://sp`, `Destination="https://xy`, 1),
			[]bool{true}, []string{"ada"}, false, 1},
	} {
		t.Run(tt.title, func(t *testing.T) {
			c := NewCase(nil, responseOf(tt.xml), trusting(t))
			require.NoError(t, c.ResponseErr)
			var verified []bool
			for i, a := range c.Assertions {
				verified = append(verified, a.Verified)
				assert.Equal(t, a.Verified, a.Element != c.ReceivedAssertions[i].Element)
				assert.Equal(t, c.ReceivedAssertions[i].At(), a.At(), "places are those of the document received")
			}
			assert.Equal(t, tt.verified, verified)
			assert.Equal(t, tt.names, names(c.Assertions))
			assert.Equal(t, tt.names, names(c.ReceivedAssertions))
			assert.Equal(t, tt.whole, c.Response != c.Received)
			faults := 0
			for _, s := range c.Signatures {
				faults += len(s.Faults)
			}
			assert.Equal(t, tt.faults, faults)
		})
	}
}

// A decrypted assertion is held to the same rules as a plain one.
func TestCaseDecrypts(t *testing.T) {
	signer, err := keys.For(keys.RSA, 2048)[3].Signer()
	require.NoError(t, err)
	key := signer.(*rsa.PrivateKey)
	plain := fmt.Sprintf(caseAssertion, "_a", "ada")
	encrypt := func(plaintext string) string {
		data, err := saml.Encrypt([]byte(plaintext), &key.PublicKey, "http://www.w3.org/2009/xmlenc11#aes128-gcm", rand.Reader)
		require.NoError(t, err)
		return "<saml:EncryptedAssertion>" + string(data) + "</saml:EncryptedAssertion>"
	}
	// The signature of an assertion stands in its plaintext.
	signed := enveloped(t, plain, "_a")
	for _, tt := range []struct {
		title    string
		xml      string
		keys     []saml.PrivateKey
		verified []bool
		err      string
	}{
		{"unsigned", fmt.Sprintf(caseResponse, encrypt(plain)), []saml.PrivateKey{{Key: key}}, []bool{false}, ""},
		{"signed inside", fmt.Sprintf(caseResponse, encrypt(signed)), []saml.PrivateKey{{Key: key}}, []bool{true}, ""},
		{"signed around", enveloped(t, fmt.Sprintf(caseResponse, encrypt(plain)), "_r"), []saml.PrivateKey{{Key: key}}, []bool{true}, ""},
		{"no assertion inside", fmt.Sprintf(caseResponse, encrypt("<x/>")), []saml.PrivateKey{{Key: key}}, nil, ""},
		{"no key", fmt.Sprintf(caseResponse, encrypt(plain)), nil, nil, "no decryption key was given"},
	} {
		t.Run(tt.title, func(t *testing.T) {
			want := trusting(t)
			want.Decryption = tt.keys
			c := NewCase(nil, responseOf(tt.xml), want)
			require.Len(t, c.Decrypted, 1)
			if tt.err != "" {
				assert.EqualError(t, c.Decrypted[0].Err, tt.err)
			} else {
				require.NoError(t, c.Decrypted[0].Err)
			}
			var verified []bool
			for _, a := range c.Assertions {
				verified = append(verified, a.Verified)
			}
			assert.Equal(t, tt.verified, verified)
		})
	}
}

// What is not known beforehand comes from the exchange.
func TestCaseExpects(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 1, 0, time.UTC)
	x := &saml.Exchange{At: at, Request: &saml.Message{XML: []byte(caseRequest)}}
	want := &Expect{}
	c := NewCase(nil, x, want)
	assert.Equal(t, at, c.Expect.At)
	assert.Equal(t, []string{"_q"}, c.Expect.RequestIDs)
	assert.Equal(t, &Expect{}, want, "the caller's expectation is left alone")

	c = NewCase(nil, x, &Expect{At: at.Add(time.Hour), RequestIDs: []string{"_other"}})
	assert.Equal(t, at.Add(time.Hour), c.Expect.At)
	assert.Equal(t, []string{"_other"}, c.Expect.RequestIDs)

	x.Flow = saml.FlowIDP
	assert.Empty(t, NewCase(nil, x, want).Expect.RequestIDs, "an unsolicited response answers no request")
}

func TestCaseWithoutMessages(t *testing.T) {
	stop := &saml.Stop{Reason: "nobody answered"}
	for _, tt := range []struct {
		title             string
		x                 *saml.Exchange
		request, response string
	}{
		{"no login", nil, "there is no login to judge", "there is no login to judge"},
		{"nothing seen", &saml.Exchange{}, "the request was not seen", "the response was not seen"},
		{"started by the identity provider", &saml.Exchange{Flow: saml.FlowIDP}, "a login that the identity provider starts has no request", "the response was not seen"},
		{"ended at once", &saml.Exchange{Stop: stop}, "no request was sent: nobody answered", "no response came into being: nobody answered"},
		{"not XML", &saml.Exchange{Request: &saml.Message{XML: []byte("x")}, Response: &saml.Message{XML: []byte("x")}}, "the request could not be read", "the response could not be read"},
		{"other documents", &saml.Exchange{Request: &saml.Message{XML: []byte("<x/>")}, Response: &saml.Message{XML: []byte("<x/>")}},
			"the request is no AuthnRequest", "the document is no Response"},
	} {
		t.Run(tt.title, func(t *testing.T) {
			never := func() []Finding { t.Error("there is nothing to judge"); return nil }
			checks := []*Check{
				made("x/request", onRequest(func(*saml.AuthnRequest, *Expect) []Finding { return never() })),
				made("x/response", onResponse(func(*saml.Response, *Expect) []Finding { return never() })),
				made("x/received", onReceived(func(*saml.Response, *Expect) []Finding { return never() })),
				made("x/assertion", onAssertion(func(*saml.Assertion, *Expect) []Finding { return never() })),
				made("x/received-assertion", onReceivedAssertion(func(*saml.Assertion, *Expect) []Finding { return never() })),
			}
			for i, r := range Run(checks, NewCase(nil, tt.x, nil)) {
				want := tt.response
				if i == 0 {
					want = tt.request
				}
				assert.Equal(t, Skip, r.Status, r.Check.ID)
				assert.Equal(t, want, r.Reason, r.Check.ID)
			}
		})
	}
}

// An adapter skips for the first expectation that is missing, and hands on each part.
func TestAdapters(t *testing.T) {
	xml := enveloped(t, fmt.Sprintf(caseResponse, fmt.Sprintf(caseAssertion, "_a", "ada")), "_a")
	x := responseOf(xml)
	x.Request = &saml.Message{XML: []byte(caseRequest)}
	c := NewCase(nil, x, trusting(t))
	some := []Finding{{At: "here"}}
	for name, run := range map[string]func(needs ...need) func(*Case) Outcome{
		"exchange": func(n ...need) func(*Case) Outcome {
			return onExchange(func(*saml.Exchange, *Expect) []Finding { return some }, n...)
		},
		"request message": func(n ...need) func(*Case) Outcome {
			return onRequestMessage(func(*saml.Message, *Expect) []Finding { return some }, n...)
		},
		"request case": func(n ...need) func(*Case) Outcome {
			return onRequestCase(func(*Case) []Finding { return some }, n...)
		},
		"request": func(n ...need) func(*Case) Outcome {
			return onRequest(func(*saml.AuthnRequest, *Expect) []Finding { return some }, n...)
		},
		"response message": func(n ...need) func(*Case) Outcome {
			return onResponseMessage(func(*saml.Message, *Expect) []Finding { return some }, n...)
		},
		"response case": func(n ...need) func(*Case) Outcome {
			return onResponseCase(func(*Case) []Finding { return some }, n...)
		},
		"response": func(n ...need) func(*Case) Outcome {
			return onResponse(func(*saml.Response, *Expect) []Finding { return some }, n...)
		},
		"received": func(n ...need) func(*Case) Outcome {
			return onReceived(func(*saml.Response, *Expect) []Finding { return some }, n...)
		},
		"signatures": func(n ...need) func(*Case) Outcome {
			return onSignatures(func(s []*saml.Signature, _ *Expect) []Finding { return some[:len(s)] }, n...)
		},
		"signature": func(n ...need) func(*Case) Outcome {
			return onSignature(func(*saml.Signature, *Expect) []Finding { return some }, n...)
		},
		"assertion": func(n ...need) func(*Case) Outcome {
			return onAssertion(func(*saml.Assertion, *Expect) []Finding { return some }, n...)
		},
		"received assertion": func(n ...need) func(*Case) Outcome {
			return onReceivedAssertion(func(*saml.Assertion, *Expect) []Finding { return some }, n...)
		},
	} {
		assert.Equal(t, Outcome{Findings: some}, run()(c), name)
		assert.Equal(t, Outcome{Skip: "the time of the login is not known"}, run(clock, audiences)(c), name)
	}
	assert.Equal(t, skip("there is no signature"), onSignature(func(*saml.Signature, *Expect) []Finding { return some })(
		NewCase(nil, responseOf(fmt.Sprintf(caseResponse, "")), nil)))
	assert.Equal(t, skip("the response has no assertion"), onAssertion(func(*saml.Assertion, *Expect) []Finding { return some })(
		NewCase(nil, responseOf(fmt.Sprintf(caseResponse, "")), nil)))
	assert.Equal(t, skip("no settings were given"), SettingsIssuer.Run(c))
}

// Where the reader itself fails, that is no fault of the message: what depends on it is
// broken, and no skip and no pass.
func TestCaseOfAFailedReader(t *testing.T) {
	c := NewCase(nil, responseOf(fmt.Sprintf(caseResponse, "")), nil)
	c.failure = "the reader failed"
	for _, r := range Run([]*Check{
		made("x/response", onResponse(func(*saml.Response, *Expect) []Finding { return nil })),
		made("x/assertion", onAssertion(func(*saml.Assertion, *Expect) []Finding { return nil })),
		made("x/signature", onSignature(func(*saml.Signature, *Expect) []Finding { return nil })),
	}, c) {
		assert.Equal(t, Broken, r.Status)
		assert.Equal(t, "the reader failed", r.Reason)
	}
}

// A certificate that cannot be used breaks no case.
func TestNewCaseRecovers(t *testing.T) {
	c := NewCase(nil, responseOf(enveloped(t, fmt.Sprintf(caseResponse, ""), "_r")), &Expect{Certificates: []saml.Certificate{{Name: "none"}}})
	for _, r := range Run(All, c) {
		if r.Status == Broken {
			assert.NotNil(t, c.failure, r.Check.ID)
		}
	}
}

// What judging one login costs: the passing path must not allocate for each check.
func BenchmarkLogin(b *testing.B) {
	xml := []byte(enveloped(b, enveloped(b, fmt.Sprintf(caseResponse, fmt.Sprintf(caseAssertion, "_a", "ada")), "_a"), "_r"))
	checks := ForProfile(All, Flex)
	want := trusting(b)
	want.Profile = Flex
	b.ReportAllocs()
	b.SetBytes(int64(len(xml)))
	for b.Loop() {
		Run(checks, NewCase(nil, &saml.Exchange{Response: &saml.Message{XML: xml}}, want))
	}
}
