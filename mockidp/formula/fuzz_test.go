package formula_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/mockidp/formula"
)

// FuzzFormula reads and evaluates anything without a panic, tells what is wrong in a
// place within the formula, and gives no text beyond its bounds.
func FuzzFormula(f *testing.F) {
	for _, test := range values {
		f.Add(test.text)
	}
	for _, test := range faults {
		f.Add(test.text)
	}
	for _, test := range failures {
		f.Add(test.text)
	}
	env := login(f)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := formula.Parse(text)
		var fault *formula.Error
		if err != nil {
			require.ErrorAs(t, err, &fault)
		} else {
			require.Equal(t, text, e.String())
			for _, name := range e.Fields() {
				require.True(t, formula.KnownField(name), name)
			}
			got, err := e.EvalIn(env)
			again, _ := e.EvalIn(env)
			require.Equal(t, got, again)
			require.LessOrEqual(t, len(got), 100_000)
			if !errors.As(err, &fault) {
				require.NoError(t, err)
				require.True(t, !utf8.ValidString(text) || utf8.ValidString(got), "%q", got)
				return
			}
		}
		require.GreaterOrEqual(t, fault.Offset, 0)
		require.LessOrEqual(t, fault.Offset, len(text))
		require.Positive(t, fault.Line)
		require.Positive(t, fault.Column)
		require.NotEmpty(t, fault.Text)
		require.True(t, utf8.ValidString(fault.Error()), "%q", fault.Error())
	})
}

// FuzzArithmetic holds sums, differences and products to those of exact fractions.
func FuzzArithmetic(f *testing.F) {
	f.Add("0.1", "0.2")
	f.Add("99999999999", "0.00000001")
	f.Add("12", "7.50")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := plain(a), plain(b)
		if x == nil || y == nil {
			return
		}
		for op, exact := range map[string]*big.Rat{
			" + ": new(big.Rat).Add(x, y), " - ": new(big.Rat).Sub(x, y), " * ": new(big.Rat).Mul(x, y),
		} {
			got, err := formula.Eval(a+op+b, nil)
			require.NoError(t, err)
			value, ok := new(big.Rat).SetString(got)
			require.True(t, ok, got)
			require.Zero(t, value.Cmp(exact), "%s%s%s = %s", a, op, b, got)
		}
		for op, want := range map[string]bool{" < ": x.Cmp(y) < 0, " = ": x.Cmp(y) == 0, " >= ": x.Cmp(y) >= 0} {
			got, err := formula.Eval(a+op+b, nil)
			require.NoError(t, err)
			require.Equal(t, want, got == "true", a+op+b)
		}
	})
}

// plain is a number as formulas write it, of few enough digits that products are exact.
func plain(s string) *big.Rat {
	before, after, point := strings.Cut(s, ".")
	if before == "" || len(s) > 18 || point && after == "" || strings.Trim(before+after, "0123456789") != "" {
		return nil
	}
	r, _ := new(big.Rat).SetString(s)
	return r
}
