package formula

import (
	"math/big"
	"slices"
	"strings"
	"unicode"
)

// textFunctions are those of Salesforce Help, "Text Functions", that make texts and
// numbers. Those that give a part of a text give a blank one where nothing is left.
var textFunctions = []function{
	{name: "BR", usage: "BR()", least: 0, most: 0, result: Text,
		call: func(_ *evaluator, _ *node, _ []value) (value, error) { return textOf("\n"), nil }},
	{name: "LEFT", usage: "LEFT(text, count)", least: 2, most: 2, params: []Type{Text, Number}, result: Text,
		call: func(_ *evaluator, _ *node, args []value) (value, error) { return part(args[0], 0, args[1]), nil }},
	{name: "RIGHT", usage: "RIGHT(text, count)", least: 2, most: 2, params: []Type{Text, Number}, result: Text,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			if args[1].blank {
				return blankOf(Text), nil
			}
			from := len(units(args[0].text)) - max(0, args[1].number.integer())
			return part(args[0], max(0, from), args[1]), nil
		}},
	{name: "MID", usage: "MID(text, start, count)", least: 3, most: 3, params: []Type{Text, Number, Number}, result: Text,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			if args[1].blank {
				return blankOf(Text), nil
			}
			return part(args[0], max(1, args[1].number.integer())-1, args[2]), nil
		}},
	{name: "LEN", usage: "LEN(text)", least: 1, most: 1, params: []Type{Text}, result: Number,
		call: func(_ *evaluator, _ *node, args []value) (value, error) { return intOf(len(units(args[0].text))), nil }},
	{name: "UPPER", usage: "UPPER(text)", least: 1, most: 2, params: []Type{Text, Text}, result: Text,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			if turkic(args) {
				return textOf(strings.ToUpperSpecial(unicode.TurkishCase, args[0].text)), nil
			}
			return textOf(strings.ToUpper(args[0].text)), nil
		}},
	{name: "LOWER", usage: "LOWER(text)", least: 1, most: 2, params: []Type{Text, Text}, result: Text,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			if turkic(args) {
				return textOf(strings.ToLowerSpecial(unicode.TurkishCase, args[0].text)), nil
			}
			return textOf(strings.ToLower(args[0].text)), nil
		}},
	{name: "INITCAP", usage: "INITCAP(text)", least: 1, most: 1, params: []Type{Text}, result: Text,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			return textOf(initialCapitals(args[0].text)), nil
		}},
	{name: "TRIM", usage: "TRIM(text)", least: 1, most: 1, params: []Type{Text}, result: Text,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			return textOf(strings.Trim(args[0].text, " ")), nil
		}},
	{name: "REVERSE", usage: "REVERSE(text)", least: 1, most: 1, params: []Type{Text}, result: Text,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			r := []rune(args[0].text)
			slices.Reverse(r)
			return textOf(string(r)), nil
		}},
	{name: "LPAD", usage: "LPAD(text, length, pad)", least: 2, most: 3, params: []Type{Text, Number, Text}, result: Text,
		call: func(e *evaluator, n *node, args []value) (value, error) { return e.pad(n, args, true) }},
	{name: "RPAD", usage: "RPAD(text, length, pad)", least: 2, most: 3, params: []Type{Text, Number, Text}, result: Text,
		call: func(e *evaluator, n *node, args []value) (value, error) { return e.pad(n, args, false) }},
	{name: "SUBSTITUTE", usage: "SUBSTITUTE(text, old_text, new_text)", least: 3, most: 3, params: []Type{Text, Text, Text}, result: Text, call: replaceText},
	{name: "TEXT", usage: "TEXT(value)", least: 1, most: 1, types: textTypes,
		call: func(_ *evaluator, _ *node, args []value) (value, error) { return textOf(args[0].String()), nil }},
	{name: "VALUE", usage: "VALUE(text)", least: 1, most: 1, params: []Type{Text}, result: Number,
		call: func(e *evaluator, n *node, args []value) (value, error) {
			if args[0].blank {
				return blankOf(Number), nil
			}
			d, ok := parseDecimal(args[0].text)
			if !ok {
				return e.fail(n, "Ask ISNUMBER first.", "VALUE cannot make a number of %q.", clip(args[0].text))
			}
			return numberOf(d), nil
		}},
	{name: "CASESAFEID", usage: "CASESAFEID(id)", least: 1, most: 1, params: []Type{Text}, result: Text, call: caseSafeID},
	{name: "CHR", usage: "CHR(number)", least: 1, most: 1, params: []Type{Number}, result: Text,
		call: func(e *evaluator, n *node, args []value) (value, error) {
			if args[0].blank {
				return blankOf(Text), nil
			}
			code := args[0].number.integer()
			if code < 1 || code > unicode.MaxRune || 0xd800 <= code && code < 0xe000 {
				return e.fail(n, "", "CHR knows no character %d.", code)
			}
			return textOf(string(rune(code))), nil
		}},
	{name: "ASCII", usage: "ASCII(text)", least: 1, most: 1, params: []Type{Text}, result: Number,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			for _, r := range args[0].text {
				return intOf(int(r)), nil
			}
			return blankOf(Number), nil
		}},
}

// part is so many characters of a text from an offset on; blank where none are left.
func part(text value, from int, count value) value {
	if count.blank {
		return blankOf(Text)
	}
	u := units(text.text)
	n := count.number.integer()
	if n <= 0 || from >= len(u) {
		return blankOf(Text)
	}
	return textOf(fromUnits(u[from : from+min(n, len(u)-from)]))
}

// turkic reports whether a second argument names a locale with a dotless i.
func turkic(args []value) bool {
	return len(args) == 2 && (strings.HasPrefix(args[1].text, "tr") || strings.HasPrefix(args[1].text, "az"))
}

// initialCapitals makes the first letter of each word upper case and the others lower case.
func initialCapitals(s string) string {
	inWord := false
	return strings.Map(func(r rune) rune {
		switch word := unicode.IsLetter(r) || unicode.IsDigit(r); {
		case !word:
			inWord = unicode.IsMark(r) && inWord
			return r
		case inWord:
			return unicode.ToLower(r)
		}
		inWord = true
		return unicode.ToTitle(r)
	}, s)
}

// pad makes a text so many characters long, by cutting it or by filling it up with spaces
// or with what is given.
func (e *evaluator) pad(n *node, args []value, left bool) (value, error) {
	if args[0].blank || args[1].blank {
		return blankOf(Text), nil
	}
	u, length := units(args[0].text), args[1].number.integer()
	fill := units(" ")
	if len(args) == 3 {
		fill = units(args[2].text)
	}
	switch {
	case length <= 0:
		return blankOf(Text), nil
	case length <= len(u):
		return textOf(fromUnits(u[:length])), nil
	case length > maxResult:
		return e.fail(n, "", "The text becomes longer than %d bytes.", maxResult)
	case len(fill) == 0:
		return args[0], nil
	}
	var padding []uint16
	for len(padding) < length-len(u) {
		padding = append(padding, fill...)
	}
	padding = padding[:length-len(u)]
	if left {
		return textOf(fromUnits(slices.Concat(padding, u))), nil
	}
	return textOf(fromUnits(slices.Concat(u, padding))), nil
}

// replaceText puts a text in place of another wherever it stands. It gives nothing where
// there is nothing to look for, as the published engine does.
func replaceText(e *evaluator, n *node, args []value) (value, error) {
	text, before, after := args[0].text, args[1].text, args[2].text
	if before == "" {
		return blankOf(Text), nil
	}
	if len(text)+strings.Count(text, before)*(len(after)-len(before)) > maxResult {
		return e.fail(n, "", "The text becomes longer than %d bytes.", maxResult)
	}
	return textOf(strings.ReplaceAll(text, before, after)), nil
}

// textTypes holds TEXT to the types that it takes: everything but texts and flags.
func textTypes(c *checker, n *node) (Type, error) {
	switch a := n.args[0]; a.typ {
	case Text:
		return 0, errorAt(c.text, a.start(), "TEXT does not take a text.", "It is one already; leave TEXT away.")
	case Boolean, MultiPicklist:
		return 0, errorAt(c.text, a.start(), "TEXT does not take "+a.typ.String()+".", c.convert(a, Text))
	}
	return Text, nil
}

// caseSafeID makes the 18-character form of an ID of 15 characters: three more, each of
// which says which letters of its five are upper case.
func caseSafeID(e *evaluator, n *node, args []value) (value, error) {
	id := args[0].text
	if id == "" || len(id) == 18 {
		return args[0], nil
	}
	if len(id) != 15 || strings.ContainsFunc(id, func(r rune) bool { return r > 'z' || !isWord(byte(r)) || r == '_' }) {
		return e.fail(n, "", "CASESAFEID takes an ID of 15 characters, not %q.", clip(id))
	}
	for i := 0; i < 15; i += 5 {
		bits := new(big.Int)
		for j := range 5 {
			if c := id[i+j]; 'A' <= c && c <= 'Z' {
				bits.SetBit(bits, j, 1)
			}
		}
		id += string("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits.Int64()])
	}
	return textOf(id), nil
}
