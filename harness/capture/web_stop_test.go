package capture

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Of several logins, the one that stopped has its own steps alone: the redirects that
// began the next are the next one's.
func TestWhereOneOfSeveralLoginsStopped(t *testing.T) {
	t.Parallel()
	const page = "https://acme.my.salesforce.com/?ec=302&startURL=%2Fidp%2Fendpoint%2FHttpRedirect%3F"
	stop := loginHops("_q2", "_r2", hop{})[:1]
	stop = append(stop, hop{method: "GET", url: sendTo("_q2"), status: 302, location: page + "SAMLRequest%3Dx%26RelayState%3Dy"},
		hop{method: "GET", url: page + "SAMLRequest%3Dx%26RelayState%3Dy", status: 200, answer: `<input type="password">`})
	next := append([]hop{{method: "GET", url: "https://flex.example/", status: 302, location: "/agent"}}, loginHops("_q3", "_r3", hop{status: 200})...)
	got, err := Read("x", har(t, append(append(loginHops("_q1", "_r1", hop{status: 200}), stop...), next...)...), Limits{})
	require.NoError(t, err)
	require.Len(t, got.Logins, 3)
	require.NotNil(t, got.Logins[1].Stop)
	assert.Equal(t, "the capture holds the request and no response to it: the login stopped at GET "+page+"…, which answered 200 with a login page", got.Logins[1].Stop.Reason)
	assert.Len(t, got.Logins[1].Steps, 3)
	assert.Len(t, got.Logins[2].Steps, 5)
	assert.Equal(t, "https://flex.example/", got.Logins[2].Steps[0].URL)
}
