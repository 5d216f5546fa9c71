package saml

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// trustedFile is a certificate of testdata/keys.
func trustedFile(t testing.TB, name string) Certificate {
	t.Helper()
	cert, err := ParseCertificate(keyFile(t, name))
	require.NoError(t, err)
	return Certificate{X509: cert, Name: name}
}

// ecCertificate is a certificate of the EC key.
func ecCertificate(t *testing.T) (Certificate, crypto.Signer) {
	t.Helper()
	key, err := ParsePrivateKey(keyFile(t, "ec.key"))
	require.NoError(t, err)
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "EC"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<31, 0)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	require.NoError(t, err)
	cert, err := ParseCertificate(der)
	require.NoError(t, err)
	return Certificate{X509: cert, Name: "ec"}, key
}

// faultKinds are the kinds of faults, in order.
func faultKinds(faults []SignatureFault) []FaultKind {
	var ks []FaultKind
	for _, f := range faults {
		ks = append(ks, f.Kind)
	}
	return ks
}

func TestQuerySignatureRoundTrip(t *testing.T) {
	t.Parallel()
	rsaCert, rsaKey := trustedFile(t, "rsa.crt"), parseKey(t, "rsa.key")
	ecCert, ecKey := ecCertificate(t)
	trusted := []Certificate{trustedFile(t, "other.crt"), ecCert, rsaCert}
	for alg, key := range map[string]crypto.Signer{
		RSASHA1: rsaKey, RSASHA256: rsaKey, RSASHA384: rsaKey, RSASHA512: rsaKey, RSAPSSSHA256: rsaKey, ECDSASHA256: ecKey, ECDSASHA512: ecKey,
	} {
		for _, r := range []*string{nil, relay(""), relay("state +/=&ü")} {
			q := RedirectQuery("SAMLRequest", []byte(aRequest), r)
			signed, err := SignQuery(q, alg, key, rand.Reader)
			require.NoError(t, err, alg)
			for _, sent := range []string{signed, "?" + signed, "tenant=1&" + signed + "&x=y"} {
				s := VerifyQuery(sent, trusted, nil)
				require.NotNil(t, s)
				assert.Empty(t, s.Faults, alg)
				assert.True(t, s.Valid(), alg)
				assert.Equal(t, alg, s.Method)
				assert.True(t, strings.HasPrefix(signed, s.Octets+"&Signature="), s.Octets)
				assert.Equal(t, map[bool]string{true: "ec", false: "rsa.crt"}[key == ecKey], s.Key.Name)
			}
			m, err := DecodeRedirect(signed)
			require.NoError(t, err)
			assert.Empty(t, m.Deviations)
		}
	}
	assert.Nil(t, VerifyQuery(RedirectQuery("SAMLRequest", []byte(aRequest), nil), trusted, nil))
}

// The order in the query does not matter, that of the signed octets does.
func TestQuerySignatureInOtherOrder(t *testing.T) {
	t.Parallel()
	key := parseKey(t, "rsa.key")
	signed, err := SignQuery(RedirectQuery("SAMLRequest", []byte(aRequest), relay("r")), RSASHA256, key, nil)
	require.NoError(t, err)
	parts := strings.Split(signed, "&")
	s := VerifyQuery(strings.Join([]string{parts[3], parts[2], parts[1], parts[0]}, "&"), []Certificate{trustedFile(t, "rsa.crt")}, nil)
	assert.True(t, s.Valid())
}

func TestQuerySignatureFaults(t *testing.T) {
	t.Parallel()
	key := parseKey(t, "rsa.key")
	trusted := []Certificate{trustedFile(t, "rsa.crt")}
	other := []Certificate{trustedFile(t, "other.crt")}
	ecCert, _ := ecCertificate(t)
	query := RedirectQuery("SAMLRequest", []byte(aRequest), relay("a b/ü:c"))
	signed, err := SignQuery(query, RSASHA256, key, nil)
	require.NoError(t, err)
	sigAlg := "&SigAlg=" + url.QueryEscape(RSASHA256)
	over := func(octets string) string {
		value, err := SignatureValue([]byte(octets), RSASHA256, key, nil)
		require.NoError(t, err)
		return "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value))
	}
	message, relayPart, _ := strings.Cut(query, "&")
	plain, err := url.QueryUnescape(message)
	require.NoError(t, err)
	lower := lowerEscapes(query + sigAlg)
	for name, c := range map[string]struct {
		query          string
		trusted, hints []Certificate
		kinds          []FaultKind
		note           string
	}{
		"message changed":        {strings.Replace(signed, "SAMLRequest=", "SAMLRequest=x", 1), trusted, nil, []FaultKind{FaultValue}, "the query was changed, or another key made it"},
		"RelayState changed":     {strings.Replace(signed, "RelayState=a", "RelayState=b", 1), trusted, nil, []FaultKind{FaultValue}, "the query was changed"},
		"RelayState removed":     {strings.Replace(signed, "&"+relayPart, "", 1), trusted, nil, []FaultKind{FaultValue}, "the query was changed"},
		"RelayState added":       {message + "&RelayState=x" + sigAlg + over(message+sigAlg), trusted, nil, []FaultKind{FaultValue}, "it was made without RelayState"},
		"empty RelayState":       {message + sigAlg + over(message+"&RelayState="+sigAlg), trusted, nil, []FaultKind{FaultValue}, "it was made with an empty RelayState"},
		"lower case digits":      {query + sigAlg + over(lower), trusted, nil, []FaultKind{FaultValue}, "with lower-case digits, as .NET does"},
		"re-encoded":             {lower + over(query+sigAlg), trusted, nil, []FaultKind{FaultValue}, "with upper-case digits"},
		"spaces":                 {query + sigAlg + over(strings.ReplaceAll(query+sigAlg, "+", "%20")), trusted, nil, []FaultKind{FaultValue}, "when spaces are written %20"},
		"other order":            {query + sigAlg + over(message+sigAlg+"&"+relayPart), trusted, nil, []FaultKind{FaultValue}, "SigAlg before RelayState"},
		"before encoding":        {message + sigAlg + over(plain+"&SigAlg="+RSASHA256), trusted, nil, []FaultKind{FaultValue}, "before they were percent-encoded"},
		"message alone":          {message + sigAlg + over(message), trusted, nil, []FaultKind{FaultValue}, "without SigAlg"},
		"wrong key, known":       {signed, other, trusted, []FaultKind{FaultKey}, "the signature was made with the key of rsa.crt, which is not trusted here"},
		"wrong key, unknown":     {signed, other, nil, []FaultKind{FaultValue}, "no trusted key made the signature"},
		"no key":                 {signed, nil, trusted, []FaultKind{FaultNoTrustedKey}, "it was made with the key of rsa.crt"},
		"key of another kind":    {signed, []Certificate{ecCert}, nil, []FaultKind{FaultAlgorithm}, "the algorithm does not fit any trusted key"},
		"unknown algorithm":      {strings.Replace(signed, "rsa-sha256", "rsa-md5", 1), trusted, nil, []FaultKind{FaultAlgorithm}, "SigAlg names no signature algorithm"},
		"no SigAlg":              {strings.Replace(signed, sigAlg, "", 1), trusted, nil, []FaultKind{FaultStructure}, "the query is signed and has no SigAlg"},
		"no Signature":           {query + sigAlg, trusted, nil, []FaultKind{FaultStructure}, "the query is signed and has no Signature"},
		"no message":             {relayPart + sigAlg + over("x"), trusted, nil, []FaultKind{FaultStructure}, "the query is signed and has no SAMLResponse"},
		"no base64":              {query + sigAlg + "&Signature=%3C", trusted, nil, []FaultKind{FaultEncoding}, "no base64"},
		"unpadded":               {strings.TrimRight(strings.ReplaceAll(signed, "%3D", "="), "="), trusted, nil, []FaultKind{FaultEncoding, FaultValue}, "lacks 2 of its padding"},
		"second message":         {signed + "&SAMLRequest=x", trusted, nil, []FaultKind{FaultStructure}, "occurs 2 times"},
		"a SAMLResponse as well": {"SAMLResponse=x&" + signed, trusted, nil, []FaultKind{FaultStructure}, "both SAMLRequest and SAMLResponse"},
		"disguised":              {signed + "&%53AMLRequest=x", trusted, nil, []FaultKind{FaultStructure, FaultStructure}, "percent-encoded"},
	} {
		s := VerifyQuery(c.query, c.trusted, c.hints)
		require.NotNil(t, s, name)
		assert.Equal(t, c.kinds, faultKinds(s.Faults), "%s: %v", name, s.Faults)
		assert.Contains(t, s.Faults[0].Note, c.note, name)
		assert.False(t, s.Valid(), name)
	}
}

func FuzzVerifyQuery(f *testing.F) {
	signed, err := SignQuery(RedirectQuery("SAMLRequest", []byte(aRequest), relay("r")), RSASHA256, parseKey(f, "rsa.key"), nil)
	require.NoError(f, err)
	f.Add(signed)
	trusted := []Certificate{trustedFile(f, "rsa.crt")}
	f.Fuzz(func(t *testing.T, q string) {
		s := VerifyQuery(q, trusted, nil)
		if s != nil && s.Valid() && !strings.Contains(q, strings.SplitN(signed, "&RelayState", 2)[0]) {
			t.Fatalf("valid: %q", q)
		}
	})
}
