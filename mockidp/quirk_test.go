package mockidp

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

var (
	digestValue2012    = regexp.MustCompile(`>[A-Za-z0-9+/=]+</ds:DigestValue>`)
	signatureValue2012 = regexp.MustCompile(`>\n(?:[A-Za-z0-9+/]{76}&#13;\n)*[A-Za-z0-9+/=]{1,76}&#13;\n</ds:SignatureValue>`)
	certificate2012    = regexp.MustCompile(`>(?:[A-Za-z0-9+/]{76}\n)*[A-Za-z0-9+/=]{1,76}</ds:X509Certificate>`)
)

// quirky is a response with quirks.
func quirky(t testing.TB, q Quirks, change func(*settings.Salesforce)) []byte {
	t.Helper()
	half, opt := acme(), options()
	if change != nil {
		change(&half)
	}
	opt.Quirks = q
	response, event := New(half, opt).Issue(&half.Users[0], Request{ID: "_1"})
	require.Equal(t, "Success", event.Code, event.Text)
	return response
}

func TestLayoutOf2012(t *testing.T) {
	t.Parallel()
	response := quirky(t, Quirks2012(), func(s *settings.Salesforce) { s.ConnectedApp.SigningAlgorithm.Value = "SHA1" })
	value := signatureValue2012.ReplaceAll(response, []byte(">\nVALUE&#13;\n</ds:SignatureValue>"))
	value = digestValue2012.ReplaceAll(value, []byte(">DIGEST</ds:DigestValue>"))
	value = certificate2012.ReplaceAll(value, []byte(">CERTIFICATE</ds:X509Certificate>"))
	golden := filepath.Join("testdata", "response-2012.xml")
	if *update {
		require.NoError(t, os.WriteFile(golden, value, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(value))
	verified(t, response)
}

// Each switch changes what it is named after and nothing else.
func TestQuirks(t *testing.T) {
	t.Parallel()
	plain := string(quirky(t, Quirks{}, nil))
	tests := []struct {
		name    string
		quirks  Quirks
		has     string
		hasNot  string
		signers int
	}{
		{"only the response signed", Quirks{ResponseSignedOnly: true}, "", "", 1},
		{"NotBefore is now", Quirks{NotBeforeNow: true}, `<saml:Conditions NotBefore="2026-03-04T05:06:07.089Z"`, `NotBefore="2026-03-04T05:05:37.089Z"`, 2},
		{"carriage returns", Quirks{CarriageReturns: true}, "&#13;\n</ds:SignatureValue>", "", 2},
		{"declarations", Quirks{RepeatedDeclarations: true}, `<ds:DigestValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">`, "<ds:DigestValue>", 2},
		{"short PrefixList", Quirks{ShortPrefixList: true}, `PrefixList="ds saml samlp xs"`, ` xsi"`, 2},
		{"host of the endpoints", Quirks{EndpointHost: "acme.example"}, "", "acme.example/", 2},
		{"a chain where there is none", Quirks{WholeChain: true}, "", "", 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			response := string(quirky(t, test.quirks, nil))
			assert.Contains(t, response, test.has)
			if test.hasNot != "" {
				assert.NotContains(t, response, test.hasNot)
			}
			if test.has != "" {
				assert.NotContains(t, plain, test.has)
			}
			assert.Equal(t, test.signers, strings.Count(response, "<ds:SignatureValue"))
			verified(t, []byte(response))
		})
	}
	xmlsec(t, quirky(t, Quirks2012(), nil), quirky(t, Quirks{CarriageReturns: true}, nil), quirky(t, Quirks{RepeatedDeclarations: true}, nil))
}

func TestEndpointsOnAnotherHost(t *testing.T) {
	t.Parallel()
	opt := options()
	opt.Quirks.EndpointHost = "acme--x.my.salesforce.example"
	p := New(acme(), opt)
	assert.Equal(t, []string{"acme.my.salesforce.com", opt.Quirks.EndpointHost}, p.Hosts())
	for _, host := range p.Hosts() {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest("GET", "https://"+host+"/.well-known/samlidp.xml", nil))
		metadata := w.Body.String()
		assert.Contains(t, metadata, `entityID="https://acme.my.salesforce.com"`)
		assert.Contains(t, metadata, `Location="https://acme--x.my.salesforce.example/idp/endpoint/HttpRedirect"`)
		assert.NotContains(t, metadata, `Location="https://acme.my.salesforce.com/`)
	}
}

// chain is a certificate of the key of options that an authority signed, with those of
// the authorities above it.
func chain(t testing.TB) []*x509.Certificate {
	t.Helper()
	issue := func(n int, name string, by int, issuer *x509.Certificate) *x509.Certificate {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(n) + 1), Subject: pkix.Name{CommonName: name}, IsCA: n > 0, BasicConstraintsValid: true,
			NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
		}
		if issuer == nil {
			issuer = template
		}
		key, _, _ := poolKey(n)
		signer, _, _ := poolKey(by)
		der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), signer)
		require.NoError(t, err)
		cert, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return cert
	}
	root := issue(2, "Root", 2, nil)
	middle := issue(1, "Middle", 2, root)
	return []*x509.Certificate{issue(0, "acme", 1, middle), middle, root}
}

func TestCertificatesOfAnAuthority(t *testing.T) {
	t.Parallel()
	certs := chain(t)
	for name, order := range map[string][]int{"alone": {0}, "in order": {0, 1, 2}, "root first": {2, 1, 0}, "without the root": {1, 0}, "mixed": {1, 2, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var file []byte
			for _, n := range order {
				file = append(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certs[n].Raw})...)
			}
			put := func(s *settings.Salesforce) { s.Certificates[0].File.Data = file }
			assert.Equal(t, [][]byte{certs[0].Raw, certs[0].Raw}, embedded(t, quirky(t, Quirks{}, put)))

			var want [][]byte
			for n, c := range certs {
				if slices.Contains(order, n) {
					want = append(want, c.Raw)
				}
			}
			response := quirky(t, Quirks{WholeChain: true}, put)
			assert.Equal(t, append(want, want...), embedded(t, response))
			doc, err := saml.Parse(response, saml.Limits{})
			require.NoError(t, err)
			for _, s := range saml.VerifySignatures(doc, []saml.Certificate{{X509: certs[0]}}, nil) {
				assert.Empty(t, s.Faults)
				assert.True(t, s.Valid())
			}
			half := acme()
			put(&half)
			w := httptest.NewRecorder()
			New(half, options()).ServeHTTP(w, httptest.NewRequest("GET", origin+"/.well-known/samlidp.xml", nil))
			doc, err = saml.Parse(w.Body.Bytes(), saml.Limits{})
			require.NoError(t, err)
			published, err := saml.CertificatesFromMetadata(doc, "metadata")
			require.NoError(t, err)
			require.Len(t, published, 1)
			assert.Equal(t, certs[0].Raw, published[0].X509.Raw)
		})
	}
}

// Two certificates that each claim the other for their issuer lead nowhere in particular.
func TestChainInACircle(t *testing.T) {
	t.Parallel()
	var file []byte
	for n, names := range [][2]string{{"a", "b"}, {"b", "a"}} {
		key, _, _ := poolKey(n)
		der, err := x509.CreateCertificate(rand.Reader,
			&x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: names[0]}, NotBefore: now, NotAfter: now.Add(time.Hour)},
			&x509.Certificate{Subject: pkix.Name{CommonName: names[1]}}, key.Public(), key)
		require.NoError(t, err)
		file = append(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	response := quirky(t, Quirks{WholeChain: true}, func(s *settings.Salesforce) { s.Certificates[0].File.Data = file })
	assert.Len(t, embedded(t, response), 4)
}

// embedded are the certificates in a response, in document order.
func embedded(t testing.TB, response []byte) (all [][]byte) {
	t.Helper()
	doc, err := saml.Parse(response, saml.Limits{})
	require.NoError(t, err)
	for e := range doc.Elements() {
		if e.Is(saml.NSSignature, "X509Certificate") {
			der, _, err := saml.DecodeBase64(e.Text())
			require.NoError(t, err)
			all = append(all, bytes.Clone(der))
		}
	}
	return all
}
