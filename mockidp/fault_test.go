package mockidp

import (
	"crypto/rsa"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

// issued is the response to a request under a fault, always the same.
func issued(t testing.TB, f *Fault) []byte {
	t.Helper()
	half, opt := acme(), options()
	opt.Fault = f
	to, _, _ := poolKey(2)
	opt.EncryptTo = to.Public().(*rsa.PublicKey)
	response, event := New(half, opt).Issue(&half.Users[0], Request{ID: "_request"})
	require.Equal(t, "Success", event.Code, event.Text)
	return response
}

func TestFaultsAreDescribed(t *testing.T) {
	t.Parallel()
	id, row, requirement := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`), regexp.MustCompile(`^N-[A-Z]\d\d$`), regexp.MustCompile(`^[A-Z]{3}-\d\d$`)
	seen := map[string]bool{}
	faults := Faults()
	require.Greater(t, len(faults), 200)
	for _, f := range faults {
		assert.Regexp(t, id, f.ID)
		assert.False(t, seen[f.ID], "%s is there twice", f.ID)
		seen[f.ID] = true
		require.NotEmpty(t, f.Cases, f.ID)
		for _, c := range f.Cases {
			assert.Regexp(t, row, c, f.ID)
		}
		assert.NotEmpty(t, f.Title, f.ID)
		assert.Regexp(t, `[.)]$`, f.Life, f.ID)
		assert.Contains(t, []Verdict{Reject, Accept, Warn}, f.Verdict, f.ID)
		if f.Verdict == Reject {
			assert.NotEmpty(t, f.Breaks, f.ID)
		}
		for _, b := range f.Breaks {
			assert.Regexp(t, requirement, b, f.ID)
		}
		assert.Equal(t, f.Title, FaultByID(f.ID).Title)
	}
	assert.Nil(t, FaultByID("no-such-fault"))
}

func TestFaultsComeInTheSameOrder(t *testing.T) {
	t.Parallel()
	first, second := Faults(), Faults()
	require.Len(t, second, len(first))
	for i := range first {
		assert.Equal(t, first[i].ID, second[i].ID)
	}
}

func TestEveryFaultChangesTheResponse(t *testing.T) {
	t.Parallel()
	right := issued(t, nil)
	seen := map[string]string{}
	for _, f := range Faults() {
		if f.InTransit() {
			continue
		}
		wrong := issued(t, f)
		assert.NotEqual(t, string(right), string(wrong), f.ID)
		if other, ok := seen[string(wrong)]; ok {
			t.Errorf("%s gives the same response as %s", f.ID, other)
		}
		seen[string(wrong)] = f.ID
		if f.ID != "rsa-pss" { // whose signatures are salted
			assert.Equal(t, string(wrong), string(issued(t, f)), "%s is not the same twice", f.ID)
		}
	}
}

// What is right verifies, everywhere.
func TestControlsVerify(t *testing.T) {
	t.Parallel()
	_, _, cert := poolKey(0)
	n := 0
	var controls [][]byte
	for _, f := range Faults() {
		if f.Verdict != Accept || f.InTransit() {
			continue
		}
		n++
		x := issued(t, f)
		doc, err := saml.Parse(x, saml.Limits{})
		require.NoError(t, err, f.ID)
		signatures := saml.VerifySignatures(doc, []saml.Certificate{{X509: cert}}, nil)
		require.NotEmpty(t, signatures, f.ID)
		for _, s := range signatures {
			assert.Empty(t, s.Faults, f.ID)
			assert.NotNil(t, s.Key, f.ID)
		}
		controls = append(controls, x)
	}
	xmlsec(t, controls...)
	assert.Greater(t, n, 40)
}

// What is changed before it is signed is signed: only its content is wrong.
func TestChangesBeforeSigningAreSigned(t *testing.T) {
	t.Parallel()
	_, _, cert := poolKey(0)
	elsewhere := map[string]string{
		"root-is-logout-response": "the signature of a LogoutResponse is not looked for after a Response's Issuer",
		"root-is-saml-1":          "there is no Response of SAML 2.0 that it could be the signature of",
		"same-id-twice":           "the reference fits two elements",
	}
	n := 0
	for _, f := range Faults() {
		if f.Before == nil || f.After != nil || f.between != nil || f.seal != nil || f.Signs == SignsNothing {
			continue
		}
		n++
		doc, err := saml.Parse(issued(t, f), saml.Limits{})
		require.NoError(t, err, f.ID)
		signatures := saml.VerifySignatures(doc, []saml.Certificate{{X509: cert}}, nil)
		require.NotEmpty(t, signatures, f.ID)
		wrong := 0
		for _, s := range signatures {
			if len(s.Faults) > 0 || s.Key == nil {
				wrong++
			}
		}
		assert.Equal(t, elsewhere[f.ID] != "", wrong > 0, f.ID)
	}
	assert.Greater(t, n, 150)
}

// The cases of the catalogue that a response can be made for.
func TestCases(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, f := range Faults() {
		for _, c := range f.Cases {
			covered[c] = true
		}
	}
	elsewhere := map[string]string{
		"N-A13": "fingerprints are a setting of the service provider", "N-A26": "key sizes are those of the settings' certificates",
		"N-A27": "Salesforce signs with RSA", "N-A29": "the use of a key is said in metadata", "N-A30": "certificates expire with the clock",
		"N-A31": "a second certificate is a setting", "N-A32": "there is one identity provider", "N-A35": "the key is that of the settings",
		"N-C09": "the library's own vector", "N-C41": "metadata and requests are signed elsewhere",
		"N-C42": "a failure has no assertion to sign", "N-C45": "any change outside of what is verified",
		"N-F14": "Salesforce sends no EncryptedID", "N-H05": "there is no Single Logout here", "N-Z03": "further keys are a setting of the service provider",
		"N-D42": "a message of that size is for tests of limits",
	}
	for group, last := range map[string]int{"A": 38, "B": 20, "C": 45, "D": 47, "E": 26, "F": 30, "G": 20, "H": 19, "I": 12, "Z": 12} {
		for n := range last {
			row := fmt.Sprintf("N-%s%02d", group, n+1)
			if _, ok := elsewhere[row]; !ok && !covered[row] {
				t.Errorf("no fault is %s", row)
			}
		}
	}
}

func TestFaultsInTransit(t *testing.T) {
	t.Parallel()
	relay := "state"
	form := func(f *Fault) string {
		half, opt := acme(), options()
		opt.Fault = f
		v := &visitor{t: t, p: New(half, opt)}
		page := body(t, v.login(v.ask("GET", redirect(authnRequest(""), &relay), ""), "ada@acme.example"))
		return page[strings.Index(page, "<form"):strings.Index(page, "</form>")]
	}
	right := form(nil)
	seen := map[string]string{right: "no fault"}
	for _, f := range Faults() {
		if !f.InTransit() {
			continue
		}
		wrong := form(f)
		assert.Empty(t, seen[wrong], f.ID)
		seen[wrong] = f.ID
	}
	assert.Len(t, seen, 20)
}
