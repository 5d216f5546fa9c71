package check

import (
	"encoding/asn1"
	"math/big"
	"testing"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each kind of fault is told by one check, also those that no message that the reader
// accepts can have.
func TestEveryFaultIsTold(t *testing.T) {
	kinds := map[saml.FaultKind]string{
		saml.FaultStructure: "signature/structure", saml.FaultPlace: "signature/place", saml.FaultReference: "signature/reference",
		saml.FaultTransform: "signature/transforms", saml.FaultAlgorithm: "signature/algorithm", saml.FaultCanonical: "signature/canonical",
		saml.FaultDigest: "signature/digest", saml.FaultValue: "signature/value", saml.FaultKey: "signature/trusted-key", saml.FaultEncoding: "signature/encoding",
		saml.FaultLimit: "signature/structure",
	}
	l := goodLogin(t)
	for kind, id := range kinds {
		c := NewCase(nil, l.exchange(t, nil), &l.want)
		require.NotEmpty(t, c.Signatures)
		fault := saml.SignatureFault{Kind: kind, At: saml.Place{Path: "/x", Line: 2, Column: 3}, Got: "got", Want: "want", Note: "why"}
		c.Signatures = []*saml.Signature{{Element: c.Signatures[0].Element, Faults: []saml.SignatureFault{fault}}}
		var told []string
		for _, r := range Run(signatureChecks, c) {
			for _, f := range r.Findings {
				if f.At == "/x" {
					told = append(told, r.Check.ID)
					assert.Equal(t, Finding{At: "/x", Line: 2, Column: 3, Got: "got", Want: "want", Note: "why", Untold: kind == saml.FaultDigest}, f)
				}
			}
		}
		assert.Equal(t, []string{id}, told, kind)
	}
}

// Whatever the reader refuses, one check of the response tells it.
func TestEveryProblemIsTold(t *testing.T) {
	for p := saml.Malformed; p <= saml.Version+10; p++ {
		c := &Case{Exchange: &saml.Exchange{}, noRequest: "none", Expect: &Expect{}, ResponseErr: &saml.SyntaxError{Problem: p, Line: 1, Column: 1, Text: "why"}}
		var told []string
		for _, r := range Run(ForProfile(messageChecks, SAML), c) {
			if r.Status == Fail {
				told = append(told, r.Check.ID)
			}
		}
		assert.Len(t, told, 1, "%d: %v", p, told)
	}
}

// Of a larger curve the length of a DER sequence takes an octet more.
func TestDERIsKnown(t *testing.T) {
	for _, size := range []int{32, 48, 66} {
		n := new(big.Int).Lsh(big.NewInt(1), uint(8*size-8))
		raw, err := asn1.Marshal(struct{ R, S *big.Int }{n, n})
		require.NoError(t, err)
		assert.True(t, isDER(raw), size)
		assert.False(t, isDER(raw[:len(raw)-1]), size)
		assert.False(t, isDER(append(n.FillBytes(make([]byte, size)), n.FillBytes(make([]byte, size))...)), size)
	}
	assert.False(t, isDER(nil))
	assert.False(t, isDER([]byte{0x30, 0x81}))
}
