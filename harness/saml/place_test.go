package saml

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The first paths, which look at the siblings, and the later ones, for which all
// elements are numbered, are the same.
func TestPathsAreTheSameHoweverManyAreAsked(t *testing.T) {
	text := `<a><b/>t<c><d/><x:d xmlns:x="urn:x"/><e/></c><b><b/></b><!-- c --><f/></a>`
	want := []string{"/a", "/a/b[1]", "/a/c", "/a/c/d[1]", "/a/c/d[2]", "/a/c/e", "/a/b[2]", "/a/b[2]/b", "/a/f"}
	d, err := Parse([]byte(text), Limits{})
	require.NoError(t, err)
	for range fewPlaces {
		var got []string
		for e := range d.Elements() {
			got = append(got, e.At().Path)
		}
		require.Equal(t, want, got)
	}
	assert.NotNil(t, d.ordinals)
}

func TestManyPathsOfAWideDocumentAreLinear(t *testing.T) {
	d, err := Parse([]byte("<a>"+strings.Repeat("<b/>", 90_000)+"</a>"), Limits{})
	require.NoError(t, err)
	last := ""
	for e := range d.Elements() {
		last = e.At().Path
	}
	assert.Equal(t, "/a/b[90000]", last)
}
