package formula

import (
	"math"
	"strconv"
)

// mathFunctions are those of Salesforce Help, "Math Functions". A blank argument gives a
// blank result.
var mathFunctions = []function{
	numeric("ABS", "ABS(number)", func(d decimal) decimal {
		if d.sign() < 0 {
			return d.negate()
		}
		return d
	}),
	// CEILING and FLOOR go by the distance from zero, MCEILING and MFLOOR by the order of
	// numbers.
	numeric("CEILING", "CEILING(number)", func(d decimal) decimal { return up(d, d.sign() < 0) }),
	numeric("FLOOR", "FLOOR(number)", func(d decimal) decimal { return d.truncate(0) }),
	numeric("MCEILING", "MCEILING(number)", func(d decimal) decimal {
		if d.sign() < 0 {
			return d.truncate(0)
		}
		return up(d, false)
	}),
	numeric("MFLOOR", "MFLOOR(number)", func(d decimal) decimal {
		if d.sign() < 0 {
			return up(d, true)
		}
		return d.truncate(0)
	}),
	{name: "ROUND", usage: "ROUND(number, places)", least: 2, most: 2, params: []Type{Number, Number}, result: Number,
		call: places(decimal.round)},
	{name: "TRUNC", usage: "TRUNC(number, places)", least: 1, most: 2, params: []Type{Number, Number}, result: Number,
		call: places(decimal.truncate)},
	{name: "MOD", usage: "MOD(number, divisor)", least: 2, most: 2, params: []Type{Number, Number}, result: Number,
		call: func(e *evaluator, n *node, args []value) (value, error) {
			if args[0].blank || args[1].blank {
				return blankOf(Number), nil
			}
			if args[1].number.sign() == 0 {
				return e.fail(n, "", "Division by zero.")
			}
			return numberOf(args[0].number.remainder(args[1].number)), nil
		}},
	{name: "MAX", usage: "MAX(number, number, …)", least: 1, most: 255, params: []Type{Number}, result: Number, call: extreme(1)},
	{name: "MIN", usage: "MIN(number, number, …)", least: 1, most: 255, params: []Type{Number}, result: Number, call: extreme(-1)},
	real("SQRT", "SQRT(number)", math.Sqrt),
	real("EXP", "EXP(number)", math.Exp),
	real("LN", "LN(number)", math.Log),
	real("LOG", "LOG(number)", math.Log10),
	real("SIN", "SIN(number)", math.Sin),
	real("COS", "COS(number)", math.Cos),
	real("TAN", "TAN(number)", math.Tan),
	real("ASIN", "ASIN(number)", math.Asin),
	real("ACOS", "ACOS(number)", math.Acos),
	real("ATAN", "ATAN(number)", math.Atan),
	{name: "ATAN2", usage: "ATAN2(y, x)", least: 2, most: 2, params: []Type{Number, Number}, result: Number,
		call: func(e *evaluator, n *node, args []value) (value, error) {
			if args[0].blank || args[1].blank {
				return blankOf(Number), nil
			}
			return e.float(n, math.Atan2(args[0].number.float(), args[1].number.float()))
		}},
	{name: "PI", usage: "PI()", least: 0, most: 0, result: Number,
		call: func(e *evaluator, n *node, _ []value) (value, error) { return e.float(n, math.Pi) }},
}

// numeric is a function of one number that is computed exactly.
func numeric(name, usage string, f func(decimal) decimal) function {
	return function{name: name, usage: usage, least: 1, most: 1, params: []Type{Number}, result: Number,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			if args[0].blank {
				return args[0], nil
			}
			return numberOf(f(args[0].number)), nil
		}}
}

// real is a function of one number that is computed in binary floating point, as
// Salesforce does.
func real(name, usage string, f func(float64) float64) function {
	return function{name: name, usage: usage, least: 1, most: 1, params: []Type{Number}, result: Number,
		call: func(e *evaluator, n *node, args []value) (value, error) {
			if args[0].blank {
				return args[0], nil
			}
			return e.float(n, f(args[0].number.float()))
		}}
}

// float is a number of floating point, which must be one.
func (e *evaluator) float(n *node, f float64) (value, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return e.fail(n, "", "%s is not defined for this number.", n.function.name)
	}
	d, ok := parseDecimal(strconv.FormatFloat(f, 'g', -1, 64))
	if !ok {
		return e.fail(n, "", "The number becomes too large.")
	}
	return numberOf(d), nil
}

// float is the nearest number of floating point.
func (d decimal) float() float64 {
	f, _ := strconv.ParseFloat(d.String(), 64)
	return f
}

// up is the next whole number away from zero, or the number itself where it is whole. A
// number that misses a whole one by less than its last digits is taken for whole.
func up(d decimal, negative bool) decimal {
	if near := d.round(digits - 6); near.compare(near.truncate(0)) == 0 {
		return near.truncate(0)
	}
	if negative {
		return d.truncate(0).add(whole(-1))
	}
	return d.truncate(0).add(whole(1))
}

// places is a function of a number and of how many places are kept.
func places(f func(decimal, int) decimal) func(*evaluator, *node, []value) (value, error) {
	return func(_ *evaluator, _ *node, args []value) (value, error) {
		kept := 0
		if len(args) == 2 {
			if args[1].blank {
				return blankOf(Number), nil
			}
			kept = args[1].number.integer()
		}
		if args[0].blank {
			return args[0], nil
		}
		return numberOf(f(args[0].number, max(-2*largest, min(2*largest, kept)))), nil
	}
}

// extreme is the largest of numbers, or with -1 the smallest.
func extreme(sign int) func(*evaluator, *node, []value) (value, error) {
	return func(_ *evaluator, _ *node, args []value) (value, error) {
		best := args[0]
		for _, a := range args {
			if a.blank {
				return a, nil
			}
			if a.number.compare(best.number)*sign > 0 {
				best = a
			}
		}
		return best, nil
	}
}
