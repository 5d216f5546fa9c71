package check

import (
	"fmt"
	"testing"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
)

// Of a federation that has not what a login names, the nearest is told, in bounded time.
func TestNearestOfAFederation(t *testing.T) {
	t.Parallel()
	var p peer
	for i := range 5000 {
		p.given = append(p.given, &saml.Provider{Entity: fmt.Sprintf("https://%d.sp%d.example/metadata", i*i, i)})
	}
	for named, want := range map[string]string{
		"https://16.sp4.example/metadata/":          "https://16.sp4.example/metadata",
		"https://18671041.sp4321.example/metadata/": "https://18671041.sp4321.example/metadata",
		"urn:nobody": "https://0.sp0.example/metadata",
		"":           "https://0.sp0.example/metadata",
	} {
		p.chosen, p.named = nil, ""
		p.choose(nil, known(named), func(*saml.Provider) bool { return false })
		assert.Empty(t, p.chosen)
		assert.Equal(t, []string{want}, p.entities(), named)
	}
	p.choose(nil, []string{"urn:other", "https://49.sp7.example/metadata"}, func(*saml.Provider) bool { return false })
	assert.Equal(t, []string{"https://49.sp7.example/metadata"}, p.entities())
}
