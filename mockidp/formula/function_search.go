package formula

import (
	"regexp"
	"strings"
)

// searchFunctions are those of Salesforce Help, "Text Functions", that look into texts and
// picklists. All of them mind letter case.
var searchFunctions = []function{
	// Every text begins with and contains a blank one; what a blank text contains is
	// neither true nor false.
	{name: "BEGINS", usage: "BEGINS(text, compare_text)", least: 2, most: 2, params: []Type{Text, Text}, result: Boolean,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			return looked(args, strings.HasPrefix), nil
		}},
	{name: "CONTAINS", usage: "CONTAINS(text, compare_text)", least: 2, most: 2, params: []Type{Text, Text}, result: Boolean,
		call: func(_ *evaluator, _ *node, args []value) (value, error) { return looked(args, strings.Contains), nil }},
	{name: "FIND", usage: "FIND(search_text, text, start)", least: 2, most: 3, params: []Type{Text, Text, Number}, result: Number, call: find},
	{name: "REGEX", usage: "REGEX(text, regular_expression)", least: 2, most: 2, params: []Type{Text, Text}, result: Boolean, call: matches},
	{name: "ISPICKVAL", usage: `ISPICKVAL(picklist_field, "value")`, least: 2, most: 2, params: []Type{Picklist, Text}, result: Boolean,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			return truthOf(args[0].text == args[1].text), nil
		}},
	{name: "INCLUDES", usage: `INCLUDES(multiselect_picklist_field, "value")`, least: 2, most: 2, params: []Type{MultiPicklist, Text}, result: Boolean,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			for v := range strings.SplitSeq(args[0].text, ";") {
				if v == args[1].text && v != "" {
					return truthOf(true), nil
				}
			}
			return truthOf(false), nil
		}},
	{name: "PICKLISTCOUNT", usage: "PICKLISTCOUNT(multiselect_picklist_field)", least: 1, most: 1, params: []Type{MultiPicklist}, result: Number,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			if args[0].text == "" {
				return intOf(0), nil
			}
			return intOf(strings.Count(args[0].text, ";") + 1), nil
		}},
}

// looked asks a question of two texts.
func looked(args []value, ask func(text, of string) bool) value {
	switch {
	case args[1].text == "":
		return truthOf(true)
	case args[0].text == "":
		return blankOf(Boolean)
	}
	return truthOf(ask(args[0].text, args[1].text))
}

// find is the place of a text within another, from 1, and 0 where it is not there.
func find(_ *evaluator, _ *node, args []value) (value, error) {
	search, text := args[0].text, args[1].text
	if search == "" || text == "" {
		return intOf(0), nil
	}
	start := 0
	if len(args) == 3 && !args[2].blank {
		start = max(0, args[2].number.integer()-1)
	}
	u := units(text)
	if start >= len(u) {
		return intOf(0), nil
	}
	// Counted in code units, as all places are.
	rest := fromUnits(u[start:])
	i := strings.Index(rest, search)
	if i < 0 {
		return intOf(0), nil
	}
	return intOf(start + len(units(rest[:i])) + 1), nil
}

// matches holds the whole of a text to a regular expression. Salesforce reads them as Java
// does; what Java has beyond RE2, as looking ahead, cannot be told here.
func matches(e *evaluator, n *node, args []value) (value, error) {
	if len(args[1].text) > 1000 {
		return e.fail(n, "", "The regular expression is longer than 1000 bytes.")
	}
	re, err := regexp.Compile(`\A(?:` + args[1].text + `)\z`)
	if err != nil {
		return e.fail(n.args[1], "It may be valid in Salesforce all the same.", "The regular expression %q cannot be read here.", clip(args[1].text))
	}
	return truthOf(re.MatchString(args[0].text)), nil
}
