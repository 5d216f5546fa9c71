package check

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

// What legacy SSO says of an attribute that comes twice leads to the setting.
func TestRefusalOfARepeatedAttribute(t *testing.T) {
	t.Parallel()
	f := refusal(&saml.Verdict{Status: 401, Code: "70004", Text: "authentication failed: Found an Attribute element with duplicated Name", Inferred: "why"}, Flex)
	assert.Equal(t, "legacy SSO refuses a response in which an attribute comes twice; this answer is inferred: why", f.Note)
	require.NotNil(t, f.Fix)
	assert.Equal(t, appManage+"Custom Attributes › Attribute key", f.Fix.Setting)
	assert.Nil(t, refusal(&saml.Verdict{Status: 401, Code: "70004", Text: "authentication failed"}, Flex).Fix)
}
