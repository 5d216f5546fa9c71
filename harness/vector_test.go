package harness_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/fixtures/vectors"
	"github.com/samlproof/samlproof/fixtures/vectors/judged"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
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
	want, err := judged.Expect(v)
	require.NoError(t, err, v.Name)
	x, err := judged.Exchange(v, want)
	require.NoError(t, err, v.Name)
	return x, want
}

// everyVector are those of responses, of logins and of metadata.
func everyVector(t testing.TB) []*vectors.Vector {
	t.Helper()
	logins, err := vectors.Logins()
	require.NoError(t, err)
	metadata, err := vectors.Metadata()
	require.NoError(t, err)
	require.Greater(t, len(logins), 70)
	require.Greater(t, len(metadata), 35)
	return slices.Concat(allVectors(t), logins, metadata)
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

// Every vector of a login or of metadata fails exactly the checks of its header.
func TestVectorsOfMore(t *testing.T) {
	t.Parallel()
	for _, v := range everyVector(t)[len(allVectors(t)):] {
		results := judgedVector(t, v)
		causes, follows, warns := harness.Outcome(&report.Report{Logins: []report.Login{{Results: results}}})
		assert.Equal(t, strings.Join(v.Expect, " "), strings.Join(slices.Concat(causes, follows, warns), " "), v.Name)
		for _, res := range results {
			assert.NotEqual(t, check.Broken, res.Status, "%s: %s: %s", v.Name, res.Check.ID, res.Reason)
		}
	}
}

// judgedVector are the results of all checks but those of settings.
func judgedVector(t testing.TB, v *vectors.Vector) []check.Result {
	t.Helper()
	c, err := judged.Case(v)
	require.NoError(t, err, v.Name)
	return check.Run(slices.DeleteFunc(check.ForProfile(check.All, check.Profile(v.Profile)), func(c *check.Check) bool { return !ofMessages(c) }), c)
}

// ofMessages are the checks that need no settings and no host.
func ofMessages(c *check.Check) bool { return c.Family() != "settings" && c.Family() != "probe" }

// unseen are the checks that fail on no vector, and why.
var unseen = map[string]string{
	"signature/canonical": "the reader refuses before what has no canonical form",
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
}

// matters reports whether a check is an error or a warning under some profile.
func matters(c *check.Check) bool {
	return slices.ContainsFunc([]check.Profile{check.SAML, check.Flex, check.SAML2Int}, func(p check.Profile) bool { return c.SeverityUnder(p) > check.Note })
}

// Every check that is an error or a warning fails on a vector, if it can as its only
// cause, and passes on a right one.
func TestVectorsShowEveryCheck(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	failed, alone, passed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, v := range everyVector(t) {
		causes := map[check.Severity]int{}
		for _, r := range judgedVector(t, v) {
			failed[r.Check.ID] = failed[r.Check.ID] || r.Status == check.Fail && r.Severity > check.Note
			passed[r.Check.ID] = passed[r.Check.ID] || r.Status == check.Pass && len(v.Expect) == 0
			if r.Status == check.Fail && len(r.Follows) == 0 {
				causes[r.Severity]++
			}
		}
		if causes[check.Error] == 1 || causes[check.Error] == 0 && causes[check.Warning] == 1 {
			alone[v.Expect[0]] = true
		}
	}
	seen, known := 0, map[string]bool{}
	for _, c := range check.All {
		if !ofMessages(c) || !matters(c) {
			continue
		}
		assert.NotEqual(t, unseen[c.ID] != "", failed[c.ID], "%s fails on a vector", c.ID)
		if failed[c.ID] {
			seen++
			assert.NotEqual(t, together[c.ID] != "", alone[c.ID], "%s is the only cause of a vector", c.ID)
			assert.True(t, passed[c.ID], "%s passes on a right vector", c.ID)
		}
		known[c.ID] = true
	}
	for _, listed := range []map[string]string{unseen, together} {
		for id := range listed {
			assert.True(t, known[id], "%s is listed and is no such check", id)
		}
	}
	t.Logf("%d checks fail on vectors", seen)
}
