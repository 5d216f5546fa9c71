package formula

import (
	"math/big"
	"strings"
)

// digits is how many significant digits a number keeps: those of the database that
// Salesforce computes on.
const digits = 39

// largest is how many digits a number may have before its point. What is larger is no
// number that anybody means, and would only cost time.
const largest = 64

// A decimal is a number in exact decimal arithmetic: coefficient × 10^-scale.
type decimal struct {
	coefficient *big.Int
	scale       int
}

var ten = big.NewInt(10)

// powerOfTen is 10^n.
func powerOfTen(n int) *big.Int { return new(big.Int).Exp(ten, big.NewInt(int64(n)), nil) }

// whole is an integer as decimal.
func whole(n int64) decimal { return decimal{coefficient: big.NewInt(n)} }

// parseDecimal reads a number: a sign, digits with a point, and an exponent, the last
// three of them optional.
func parseDecimal(s string) (decimal, bool) {
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(s), "e")
	shift := 0
	if scientific {
		sign := 1
		switch {
		case strings.HasPrefix(exponent, "-"):
			sign, exponent = -1, exponent[1:]
		case strings.HasPrefix(exponent, "+"):
			exponent = exponent[1:]
		}
		if exponent == "" || len(exponent) > 4 || strings.Trim(exponent, "0123456789") != "" {
			return decimal{}, false
		}
		for _, c := range exponent {
			shift = shift*10 + int(c-'0')
		}
		shift *= sign
	}
	sign := ""
	if strings.HasPrefix(mantissa, "-") || strings.HasPrefix(mantissa, "+") {
		sign, mantissa = strings.TrimPrefix(mantissa[:1], "+"), mantissa[1:]
	}
	before, after, _ := strings.Cut(mantissa, ".")
	all := before + after
	if all == "" || len(all) > maxLength || strings.Trim(all, "0123456789") != "" {
		return decimal{}, false
	}
	n, ok := new(big.Int).SetString(sign+all, 10)
	if !ok {
		return decimal{}, false
	}
	d := decimal{coefficient: n, scale: len(after) - shift}
	if d.scale < 0 {
		d = decimal{coefficient: n.Mul(n, powerOfTen(-d.scale))}
	}
	return d.limit(), true
}

// limit rounds to the digits that a number keeps, and drops zeros at the end.
func (d decimal) limit() decimal {
	if d.scale > digits+largest {
		d = d.round(digits + largest)
	}
	if over := len(new(big.Int).Abs(d.coefficient).String()) - digits; over > 0 {
		if drop := min(over, d.scale); drop > 0 {
			d = d.round(d.scale - drop)
		}
	}
	for d.scale > 0 {
		q, r := new(big.Int).QuoRem(d.coefficient, ten, new(big.Int))
		if r.Sign() != 0 {
			break
		}
		d = decimal{q, d.scale - 1}
	}
	return d
}

// tooLarge reports whether a number has more digits than any is allowed to have.
func (d decimal) tooLarge() bool {
	return len(new(big.Int).Abs(d.coefficient).String())-d.scale > largest
}

// round rounds to so many places after the point, before it where negative, half away
// from zero.
func (d decimal) round(places int) decimal {
	if places >= d.scale {
		return d
	}
	drop := d.scale - places
	if drop > largest+digits+10 {
		return whole(0)
	}
	unit := powerOfTen(drop)
	q, r := new(big.Int).QuoRem(d.coefficient, unit, new(big.Int))
	if r.Abs(r).Lsh(r, 1).Cmp(unit) >= 0 {
		q.Add(q, big.NewInt(int64(d.coefficient.Sign())))
	}
	if places < 0 {
		return decimal{coefficient: q.Mul(q, powerOfTen(-places))}
	}
	return decimal{q, places}
}

// truncate drops what stands after so many places, towards zero.
func (d decimal) truncate(places int) decimal {
	if places >= d.scale {
		return d
	}
	if d.scale-places > largest+digits+10 {
		return whole(0)
	}
	q := new(big.Int).Quo(d.coefficient, powerOfTen(d.scale-places))
	if places < 0 {
		return decimal{coefficient: q.Mul(q, powerOfTen(-places))}
	}
	return decimal{q, places}
}

// furthest is the reach of integer.
const furthest = 1 << 30

// integer is the number without what stands after its point; a number beyond reach
// becomes the nearest one within.
func (d decimal) integer() int {
	n := d.truncate(0).coefficient
	if !n.IsInt64() || n.Int64() > furthest || n.Int64() < -furthest {
		return n.Sign() * furthest
	}
	return int(n.Int64())
}

func (d decimal) sign() int { return d.coefficient.Sign() }

func (d decimal) negate() decimal {
	return decimal{new(big.Int).Neg(d.coefficient), d.scale}
}

// same gives two numbers the same scale.
func same(a, b decimal) (x, y *big.Int, scale int) {
	x, y = a.coefficient, b.coefficient
	if a.scale < b.scale {
		x = new(big.Int).Mul(x, powerOfTen(b.scale-a.scale))
	} else if b.scale < a.scale {
		y = new(big.Int).Mul(y, powerOfTen(a.scale-b.scale))
	}
	return x, y, max(a.scale, b.scale)
}

func (d decimal) compare(o decimal) int {
	x, y, _ := same(d, o)
	return x.Cmp(y)
}

func (d decimal) add(o decimal) decimal {
	x, y, scale := same(d, o)
	return decimal{new(big.Int).Add(x, y), scale}.limit()
}

func (d decimal) multiply(o decimal) decimal {
	return decimal{new(big.Int).Mul(d.coefficient, o.coefficient), d.scale + o.scale}.limit()
}

// divide divides by a number that is not zero.
func (d decimal) divide(o decimal) decimal {
	// So many places that the quotient has all its digits, and one to round by.
	extra := digits + 1 + max(0, len(o.coefficient.String())-len(d.coefficient.String())) + max(0, o.scale-d.scale)
	x := new(big.Int).Mul(d.coefficient, powerOfTen(extra))
	return decimal{x.Quo(x, o.coefficient), d.scale - o.scale + extra}.positive().limit()
}

// positive gives a number a scale that is not negative.
func (d decimal) positive() decimal {
	if d.scale < 0 {
		return decimal{coefficient: new(big.Int).Mul(d.coefficient, powerOfTen(-d.scale))}
	}
	return d
}

// remainder is what is left of a division by a number that is not zero, with the sign of
// the dividend.
func (d decimal) remainder(o decimal) decimal {
	x, y, scale := same(d, o)
	return decimal{new(big.Int).Rem(x, y), scale}.limit()
}

// String is the number in plain digits, without zeros at the end.
func (d decimal) String() string {
	d = d.limit()
	s := new(big.Int).Abs(d.coefficient).String()
	if d.scale > 0 {
		if pad := d.scale + 1 - len(s); pad > 0 {
			s = strings.Repeat("0", pad) + s
		}
		s = s[:len(s)-d.scale] + "." + s[len(s)-d.scale:]
	}
	if d.sign() < 0 {
		s = "-" + s
	}
	return s
}
