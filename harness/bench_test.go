package harness_test

import (
	"bytes"
	"context"
	"encoding/pem"
	"encoding/xml"
	"math/rand/v2"
	"net/url"
	"testing"
	"time"

	crewjam "github.com/crewjam/saml"
	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/require"
)

// login is one login of the embedded settings with what it is held to.
func login(tb testing.TB) (*saml.Exchange, *check.Expect) {
	tb.Helper()
	s, err := fixtures.Default()
	require.NoError(tb, err)
	// A run of the replay itself gives the response; its signatures are by a stand-in,
	// whose certificate the response carries.
	r, err := harness.Replay(context.Background(), s, harness.Options{
		At: harness.ScenarioTime, Users: []string{"ada@acme.example"}, Flow: saml.FlowSP, Random: rand.NewChaCha8([32]byte{}),
	})
	require.NoError(tb, err)
	x := r.Logins[0].Exchange
	doc, err := saml.Parse(x.Response.XML, saml.Limits{})
	require.NoError(tb, err)
	want := check.FromSettings(s)
	want.At = x.At
	want.Certificates = nil
	for _, sig := range saml.VerifySignatures(doc, nil, nil) {
		for _, c := range sig.Embedded {
			want.Certificates = []saml.Certificate{{X509: c, Name: "the stand-in"}}
		}
	}
	require.Len(tb, want.Certificates, 1)
	x.Verdict = nil
	return x, want
}

// BenchmarkJudge and BenchmarkCrewjam judge the same response; see also
// BenchmarkVerify in harness/saml.
func BenchmarkJudge(b *testing.B) {
	x, want := login(b)
	var checks []*check.Check // those of a login; of settings there are none here
	for _, c := range check.ForProfile(check.All, check.Flex) {
		if c.Family() != "settings" {
			checks = append(checks, c)
		}
	}
	want.Profile = check.Flex
	for _, res := range check.Run(checks, check.NewCase(nil, x, want)) {
		require.False(b, res.Status == check.Fail && res.Severity == check.Error, "%s", res.Check.ID)
	}
	b.SetBytes(int64(len(x.Response.XML)))
	b.ReportAllocs()
	for b.Loop() {
		check.Run(checks, check.NewCase(nil, x, want))
	}
}

// BenchmarkCrewjam is github.com/crewjam/saml's own judgement of the same response, for
// comparison. Its clock is a variable of the package, which this benchmark sets and
// puts back.
func BenchmarkCrewjam(b *testing.B) {
	x, want := login(b)
	defer func(now func() time.Time) { crewjam.TimeNow = now }(crewjam.TimeNow)
	crewjam.TimeNow = func() time.Time { return x.At }
	acs, err := url.Parse(want.ACSURLs[0])
	require.NoError(b, err)
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: want.Certificates[0].X509.Raw})
	var certificate bytes.Buffer
	for _, line := range bytes.Split(block, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte("-----")) {
			certificate.Write(line)
		}
	}
	metadata := `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + want.Issuers[0] + `"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + certificate.String() + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"/></IDPSSODescriptor></EntityDescriptor>`
	sp := crewjam.ServiceProvider{EntityID: want.Audiences[0], AcsURL: *acs, IDPMetadata: &crewjam.EntityDescriptor{}}
	require.NoError(b, xml.Unmarshal([]byte(metadata), sp.IDPMetadata))
	doc, err := saml.Parse(x.Request.XML, saml.Limits{})
	require.NoError(b, err)
	id := []string{doc.Root().Attr("ID").Value()}
	_, err = sp.ParseXMLResponse(x.Response.XML, id, *acs)
	require.NoError(b, err)
	b.SetBytes(int64(len(x.Response.XML)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sp.ParseXMLResponse(x.Response.XML, id, *acs); err != nil {
			b.Fatal(err)
		}
	}
}
