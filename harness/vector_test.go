package harness_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/fixtures/vectors"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allVectors are all of them; none is fatal.
func allVectors(t testing.TB) []*vectors.Vector {
	t.Helper()
	all, err := vectors.All()
	require.NoError(t, err)
	require.Greater(t, len(all), 400)
	return all
}

// received is a vector as a login that reached the service provider, and what its header
// holds it to.
func received(t testing.TB, v *vectors.Vector) (*saml.Exchange, *check.Expect) {
	t.Helper()
	s, err := fixtures.Settings(v.Settings)
	require.NoError(t, err, v.Name)
	want := check.FromSettings(s)
	want.Profile, want.At = check.Profile(v.Profile), v.At
	for _, h := range []struct {
		text string
		to   *[]string
	}{{v.Audience, &want.Audiences}, {v.ACSURL, &want.ACSURLs}, {v.Issuer, &want.Issuers}} {
		if h.text != "" {
			*h.to = []string{h.text}
		}
	}
	switch v.NameIDFormat {
	case "":
	case vectors.AnyFormat:
		want.NameIDFormat = ""
	default:
		want.NameIDFormat = v.NameIDFormat
	}
	if v.Signed != "" {
		want.Signed = check.Sign(v.Signed)
	}
	if v.Certificate != "" {
		der, err := base64.StdEncoding.DecodeString(v.Certificate)
		require.NoError(t, err, v.Name)
		cert, err := x509.ParseCertificate(der)
		require.NoError(t, err, v.Name)
		want.Certificates = []saml.Certificate{{X509: cert, Name: "the vector's"}}
	}
	if v.DecryptionKey != "" {
		want.Decryption = []saml.PrivateKey{{Key: poolKey(t, v.DecryptionKey), Name: v.DecryptionKey}}
	}
	x := &saml.Exchange{Name: v.Name, Flow: saml.FlowIDP, At: v.At, AtSource: "capture"}
	if v.InResponseTo != "" {
		x.Flow, want.RequestIDs = saml.FlowSP, []string{v.InResponseTo}
	}
	to := want.ACSURLs[0]
	if v.PostedTo != "" {
		to = v.PostedTo
	}
	x.Response = &saml.Message{
		Binding: saml.BindingPOST, Param: "SAMLResponse", URL: to,
		XML: v.XML, Encoded: base64.StdEncoding.EncodeToString(v.XML),
	}
	return x, want
}

func poolKey(t testing.TB, name string) crypto.Decrypter {
	t.Helper()
	for _, key := range keys.Pool() {
		if key.Name == name {
			signer, err := key.Signer()
			require.NoError(t, err)
			return signer.(crypto.Decrypter)
		}
	}
	require.Fail(t, "no such key", name)
	return nil
}

// ofResponse are the checks that judge a response alone.
func ofResponse(c *check.Check) bool {
	return !slices.Contains([]string{"settings", "request", "login", "metadata", "logout"}, c.Family())
}

// Every vector fails exactly the checks of its header.
func TestVectors(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	for _, v := range allVectors(t) {
		x, want := received(t, v)
		r, err := harness.Inspect(context.Background(), nil, []*saml.Exchange{x}, want, harness.Options{})
		require.NoError(t, err, v.Name)
		causes, follows, warns := harness.Outcome(r)
		assert.Equal(t, strings.Join(v.Expect, " "), strings.Join(slices.Concat(causes, follows, warns), " "), v.Name)
		for _, res := range r.Logins[0].Results {
			assert.NotEqual(t, check.Broken, res.Status, "%s: %s: %s", v.Name, res.Check.ID, res.Reason)
		}
	}
}

// A vector is there for every scenario that has one, and says what its scenario says.
func TestVectorsAreKnown(t *testing.T) {
	t.Parallel()
	var names, wanted []string
	comments := map[string]string{}
	for _, v := range allVectors(t) {
		names = append(names, v.Name)
		comments[v.Name] = v.Comment
	}
	for _, sc := range harness.Scenarios() {
		if sc.Life != "" && (sc.Fault == nil || !sc.Fault.InTransit()) {
			wanted = append(wanted, sc.ID)
			assert.Equal(t, strings.Join(strings.Fields(sc.Title+". "+sc.Life), " "), comments[sc.ID], sc.ID)
		}
	}
	assert.ElementsMatch(t, wanted, names)
	onDisk, err := fs.Glob(os.DirFS("../fixtures/vectors"), "*.txt")
	require.NoError(t, err)
	assert.Len(t, onDisk, len(names), "a vector that is not built in")
}

// The settings' own certificate is one whose key is public, or no vector could be made.
func TestVectorsAreOfPublicKeys(t *testing.T) {
	t.Parallel()
	s, err := fixtures.Default()
	require.NoError(t, err)
	block, _ := pem.Decode(s.Flex.X509Certificate.Data)
	require.NotNil(t, block)
	cert, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	known := false
	for _, key := range keys.Pool() {
		signer, err := key.Signer()
		require.NoError(t, err)
		public, err := x509.MarshalPKIXPublicKey(signer.Public())
		require.NoError(t, err)
		known = known || bytes.Equal(public, cert.RawSubjectPublicKeyInfo)
	}
	assert.True(t, known)
}

// unseen are the checks that fail on no vector, by id or as family/*.
var unseen = map[string]string{
	"binding/parameters":               "the form is no part of a vector; a replay shows it",
	"binding/one-message":              "the form is no part of a vector; a replay shows it",
	"binding/base64":                   "the form is no part of a vector; a replay shows it",
	"binding/deflate":                  "the form is no part of a vector; a replay shows it",
	"binding/url-length":               "the form is no part of a vector; a replay shows it",
	"response/binding":                 "the form is no part of a vector; a replay shows it",
	"response/relay-state":             "the form is no part of a vector; a replay shows it",
	"binding/parameter":                "the form is no part of a vector",
	"binding/percent-encoding":         "the form is no part of a vector",
	"binding/relay-state-length":       "the form is no part of a vector",
	"binding/http-status":              "the way is no part of a vector",
	"binding/saml-encoding":            "it is of HTTP-Redirect, by which no response travels",
	"binding/embedded-signature":       "it is of HTTP-Redirect, by which no response travels",
	"binding/signature-parameters":     "it is of HTTP-Redirect, by which no response travels",
	"binding/query-signature":          "it is of HTTP-Redirect, by which no response travels",
	"subject/requested-format":         "the request is no part of a vector",
	"subject/requested":                "the request is no part of a vector",
	"authentication/force-authn":       "the request is no part of a vector",
	"authentication/requested-context": "the request is no part of a vector",
	"response/requested-acs":           "the request is no part of a vector",
	"attributes/requested":             "metadata is no part of a vector",
	"attributes/announced":             "metadata is no part of a vector",
	"signature/canonical":              "the reader refuses before what has no canonical form",
}

// together are the checks that are the only cause of no vector.
var together = map[string]string{
	"response/no-assertion-on-error": "follows the status, which is a failure",
	"signature/coverage":             "follows whatever is wrong with the signature",
	"signature/parameters":           "follows the algorithm whose parameters they are",
	"assertion/same-issuer":          "follows an issuer that is not the expected one",
	"assertion/same-subject":         "follows a second assertion",
	"subject/window-order":           "follows NotBefore, which must not be there",
	"subject/in-response-to-agrees":  "follows an InResponseTo that is not the request's",
	"binding/https":                  "follows an ACS URL that is not the service provider's",
}

// Every check of a response fails on a vector, if it can as its only cause, and passes on
// a right one.
func TestVectorsShowEveryCheck(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	failed, alone, passed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, v := range allVectors(t) {
		x, want := received(t, v)
		causes := map[check.Severity]int{}
		for _, r := range check.Run(messageChecks(want.Profile), check.NewCase(nil, x, want)) {
			failed[r.Check.ID] = failed[r.Check.ID] || r.Status == check.Fail
			passed[r.Check.ID] = passed[r.Check.ID] || r.Status == check.Pass && len(v.Expect) == 0
			if r.Status == check.Fail && len(r.Follows) == 0 {
				causes[r.Severity]++
			}
		}
		if causes[check.Error] == 1 || causes[check.Error] == 0 && causes[check.Warning] == 1 {
			alone[v.Expect[0]] = true
		}
	}
	for _, c := range check.All {
		if !ofResponse(c) || c.Severity == check.Note {
			continue
		}
		assert.NotEqual(t, unseen[c.ID] != "", failed[c.ID], "%s fails on a vector", c.ID)
		if failed[c.ID] {
			assert.NotEqual(t, together[c.ID] != "", alone[c.ID], "%s is the only cause of a vector", c.ID)
			assert.NotEqual(t, c.ID == "signature/required", passed[c.ID], "%s passes on a right vector", c.ID)
		}
	}
	for id, why := range unseen {
		if strings.HasSuffix(why, "a replay shows it") {
			assert.True(t, slices.ContainsFunc(scenarios(t, true), func(sc *harness.Scenario) bool {
				return sc.Fault.InTransit() && (slices.Contains(sc.Causes, id) || slices.Contains(sc.Follows, id) || slices.Contains(sc.Warns, id))
			}), "%s is seen in no replay", id)
		}
	}
}
