package mockidp

import (
	"crypto/rsa"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
