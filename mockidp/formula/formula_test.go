package formula_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/mockidp/formula"
)

func ada(name string) (string, bool) {
	v, ok := map[string]string{"$User.FirstName": "Ada", "$User.LastName": "Agent", "$User.Phone": ""}[name]
	return v, ok
}

func TestTexts(t *testing.T) {
	for text, want := range map[string]string{
		`$User.FirstName + " " + $User.LastName`:   "Ada Agent",
		`$User.FirstName & ' ' & $User.LastName`:   "Ada Agent",
		`"agent, supervisor"`:                      "agent, supervisor",
		`$User.Phone+" "+$User.LastName`:           " Agent",
		`/* the name */ ($User.FirstName)`:         "Ada",
		`'it\'s' + "\"x\\\"" `:                     `it's"x\"`,
		`"“curly” inside straight quotes is text"`: "“curly” inside straight quotes is text",
	} {
		got, err := formula.Eval(text, ada)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestFields(t *testing.T) {
	e, err := formula.Parse(`$User.LastName + "$User.Email" & $User.FirstName + $User.LastName`)
	require.NoError(t, err)
	require.Equal(t, []string{"$User.LastName", "$User.FirstName"}, e.Fields())
}
