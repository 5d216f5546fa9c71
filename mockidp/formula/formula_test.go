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

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		`“agent”`:                      `column 1: “ is a left curly quote (U+201C), which Salesforce does not take as a quote. Type straight quotes: "agent".`,
		`$User.FirstName + “ “`:        `column 19: “ is a left curly quote (U+201C), which Salesforce does not take as a quote. Type straight quotes: " ".`,
		`"agent”`:                      `column 7: The text begins with a straight quote and ends with ”, a right curly quote (U+201D), which Salesforce does not take as a quote. Type " in its place.`,
		`"agent`:                       `column 1: The text that begins here has no closing quote. Type " where it ends.`,
		`agent`:                        `column 1: Field agent does not exist. If it is a text, type it in quotes: "agent".`,
		`agent, supervisor`:            `column 1: Field agent does not exist. If it is a text, type it in quotes: "agent, supervisor".`,
		`User.Email`:                   `column 1: Field User.Email does not exist. Did you mean $User.Email?`,
		`$User.Nope`:                   `column 1: Field $User.Nope does not exist.`,
		`"a" "b"`:                      `column 5: There is no operator between "a" and "b". Join texts with + or &.`,
		`"a" +`:                        `column 6: Something is missing after + at the end of the formula. Type a field, a text in quotes or a function there.`,
		`("a"`:                         `column 1: This parenthesis is not closed. Type ) where it ends.`,
		"":                             `column 1: The formula is empty. Type a merge field such as $User.Email, or a text in quotes such as "agent".`,
		"\"a\" +\n  \u00a0$User.Phone": `line 2, column 3: There is a special space (U+00A0) here. Type an ordinary space in its place.`,
	} {
		_, err := formula.Eval(text, ada)
		require.EqualError(t, err, want, text)
		var e *formula.Error
		require.ErrorAs(t, err, &e)
	}
}

func TestFields(t *testing.T) {
	e, err := formula.Parse(`$User.LastName + "$User.Email" & $User.FirstName + $User.LastName`)
	require.NoError(t, err)
	require.Equal(t, []string{"$User.LastName", "$User.FirstName"}, e.Fields())
}
