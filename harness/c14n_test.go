package harness_test

import (
	"os/exec"
	"testing"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// xmllint's exclusive canonical form of every vector is the project's own.
func TestVectorsAgreeWithXmllintC14N(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	tool, err := exec.LookPath("xmllint")
	if err != nil {
		lacking(t, "xmllint: apt-get install libxml2-utils")
	}
	outside := map[string]string{
		"trailing-comment": "a comment follows the root",
		"stylesheet":       "a processing instruction stands before the root",
	}
	readable(t, func(name, file string, doc *saml.Document, _ *check.Expect) {
		if outside[name] != "" {
			return
		}
		want, err := exec.Command(tool, "--nonet", "--exc-c14n", file).Output()
		require.NoError(t, err, name)
		got, err := saml.Canonical(doc.Root(), saml.Element{}, nil, true)
		require.NoError(t, err, name)
		assert.Equal(t, string(want), string(got), name)
	})
}
