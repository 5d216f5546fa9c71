package check

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCoverageIsGenerated(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Coverage(&b))
	have, err := os.ReadFile("COVERAGE.md")
	require.NoError(t, err)
	assert.Equal(t, b.String(), string(have), "run go generate ./harness/check")
}

func TestEveryRequirementHasAnAnswer(t *testing.T) {
	covering := map[string]int{}
	for _, ch := range All {
		for _, row := range ch.Covers {
			covering[row]++
		}
	}
	seen := map[string]bool{}
	covered := 0
	for _, r := range Requirements {
		assert.False(t, seen[r.ID], "%s stands there twice", r.ID)
		seen[r.ID] = true
		assert.NotEmpty(t, r.Title, r.ID)
		if covering[r.ID] > 0 {
			covered++
			assert.Empty(t, r.Beyond, "%s is covered and has a reason not to be", r.ID)
		} else {
			assert.NotEmpty(t, r.Beyond, "%s has neither a check nor a reason", r.ID)
		}
		assert.False(t, strings.Contains(r.Title+r.Beyond, "|"), r.ID)
	}
	assert.Len(t, Requirements, 336)
	assert.GreaterOrEqual(t, covered, 200)
	for _, ch := range All {
		for _, row := range ch.Covers {
			assert.True(t, seen[row], "%s covers %s, which is no requirement", ch.ID, row)
		}
	}
}

func TestKnownDeviationsNameChecks(t *testing.T) {
	require.NotEmpty(t, KnownDeviations)
	for _, d := range KnownDeviations {
		_, err := Lookup(d.Check)
		assert.NoError(t, err)
		assert.NotEmpty(t, d.Product)
		assert.NotEmpty(t, d.Text)
		assert.NotEmpty(t, d.Source)
	}
}
