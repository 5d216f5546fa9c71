package mockidp

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Each quirk is switched on by its name, and by that alone.
func TestNamedQuirks(t *testing.T) {
	t.Parallel()
	seen := map[Quirks]bool{{}: true}
	for _, n := range NamedQuirks() {
		var q Quirks
		name := n.Name
		if strings.HasSuffix(name, "=") {
			assert.ErrorContains(t, q.Set(strings.TrimSuffix(name, "=")), "wants a value")
			name += "other.my.salesforce.com"
		} else {
			assert.EqualError(t, q.Set(name+"=x"), "the quirk "+name+" takes no value")
		}
		assert.NoError(t, q.Set(name))
		assert.False(t, seen[q], "%s changes nothing of its own", name)
		seen[q] = true
		assert.NotEmpty(t, n.Text)
	}
	var q Quirks
	assert.NoError(t, q.Set("endpoint-host=other.my.salesforce.com"))
	assert.NoError(t, q.Set("2012"))
	assert.Equal(t, "other.my.salesforce.com", q.EndpointHost)
	assert.True(t, q.CarriageReturns)
	assert.ErrorContains(t, q.Set("sha1"), `there is no quirk "sha1"; they are response-signed-only, `)
}
