package harness_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

// Where both halves have Single Logout, each login is replayed with a logout from either
// side, by the binding of the settings, and nothing is left of the sessions.
func TestReplayLogsOut(t *testing.T) {
	t.Parallel()
	for id, binding := range map[string]string{
		"single-logout": saml.BindingRedirect, "single-logout-post": saml.BindingPOST, "single-logout-legacy": saml.BindingRedirect,
	} {
		r, err := scenario(t, id).Play(t.Context())
		require.NoError(t, err)
		var names []string
		for _, l := range r.Logins {
			x := l.Exchange
			names = append(names, l.Name())
			require.NotNil(t, x.LoggedOut, l.Name())
			assert.True(t, x.LoggedOut.Complete(), x.LoggedOut)
			assert.NotEmpty(t, x.LoggedOut.Steps)
			assert.Equal(t, "Success", x.LoggedOut.Events[len(x.LoggedOut.Events)-1].Code)
			require.Len(t, x.Logout, 2, l.Name())
			assert.Equal(t, []string{"SAMLRequest", "SAMLResponse"}, []string{x.Logout[0].Param, x.Logout[1].Param})
			for _, m := range x.Logout {
				assert.Equal(t, binding, m.Binding)
			}
		}
		assert.Equal(t, []string{
			"ada@acme.example, started at Flex, logged out at Flex", "ada@acme.example, started at Flex, logged out at Salesforce",
			"ada@acme.example, started at Salesforce, logged out at Flex", "ada@acme.example, started at Salesforce, logged out at Salesforce",
		}, names)
	}
}

// What goes on after a logout that failed is told of each side.
func TestReplayOfALogoutThatFails(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]map[string]saml.LoggedOut{
		"single-logout-url-host": {
			"ada@acme.example, started at Flex, logged out at Flex":       {SP: true, IDP: true},
			"ada@acme.example, started at Flex, logged out at Salesforce": {IDP: true},
		},
		"identity-provider-logout-url": {
			"ada@acme.example, started at Flex, logged out at Flex":       {SP: true},
			"ada@acme.example, started at Flex, logged out at Salesforce": {SP: true, IDP: true},
		},
	} {
		r, err := scenario(t, id).Play(t.Context())
		require.NoError(t, err)
		for _, l := range r.Logins {
			w, ok := want[l.Name()]
			if !ok {
				continue
			}
			delete(want, l.Name())
			got := l.Exchange.LoggedOut
			assert.Equal(t, w.SP, got.SP, "%s, %s at the service provider", id, l.Name())
			assert.Equal(t, w.IDP, got.IDP, "%s, %s at the identity provider", id, l.Name())
			assert.False(t, got.Complete())
			assert.NotEmpty(t, got.Reason)
		}
		assert.Empty(t, want)
	}
}
