package formula

import "fmt"

// logicFunctions are those of Salesforce Help, "Logical Functions", except NOT, which the
// grammar has.
var logicFunctions = []function{
	{name: "AND", usage: "AND(condition, condition, …)", least: 1, most: -1, params: []Type{Boolean}, result: Boolean,
		lazy: func(e *evaluator, n *node) (value, error) { return e.any(n, false) }},
	{name: "OR", usage: "OR(condition, condition, …)", least: 1, most: -1, params: []Type{Boolean}, result: Boolean,
		lazy: func(e *evaluator, n *node) (value, error) { return e.any(n, true) }},
	{name: "IF", usage: "IF(condition, value_if_true, value_if_false)", least: 3, most: 3, types: ifTypes, lazy: ifValue},
	{name: "CASE", usage: "CASE(expression, value1, result1, …, else_result)", least: 4, most: -1, types: caseTypes, lazy: caseValue},
	{name: "ISBLANK", usage: "ISBLANK(value)", least: 1, most: 1, types: blankTypes,
		call: func(_ *evaluator, _ *node, args []value) (value, error) { return truthOf(args[0].blank), nil }},
	// A text is never null for ISNULL and NULLVALUE, even where it is empty.
	{name: "ISNULL", usage: "ISNULL(value)", least: 1, most: 1, types: blankTypes,
		call: func(_ *evaluator, n *node, args []value) (value, error) {
			return truthOf(args[0].blank && n.args[0].typ != Text), nil
		}},
	{name: "BLANKVALUE", usage: "BLANKVALUE(value, substitute)", least: 2, most: 2, types: substituteTypes, lazy: substitute},
	{name: "NULLVALUE", usage: "NULLVALUE(value, substitute)", least: 2, most: 2, types: substituteTypes, lazy: substitute},
	{name: "ISNUMBER", usage: "ISNUMBER(text)", least: 1, most: 1, params: []Type{Text}, result: Boolean,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			_, ok := parseDecimal(args[0].text)
			return truthOf(ok), nil
		}},
}

// any reports whether one of the arguments is decisive: true for OR, false for AND. The
// arguments after it are not evaluated, and one that is blank counts as false.
func (e *evaluator) any(n *node, decisive bool) (value, error) {
	for _, a := range n.args {
		v, err := e.arg(a, Boolean)
		if err != nil {
			return value{}, err
		}
		if v.isTrue() == decisive {
			return truthOf(decisive), nil
		}
	}
	return truthOf(!decisive), nil
}

func ifTypes(c *checker, n *node) (Type, error) {
	if err := c.want(n, n.args[0], Boolean); err != nil {
		return 0, err
	}
	t, ok := alike(n.args[1].typ, n.args[2].typ)
	if !ok {
		return 0, errorAt(c.text, n.args[2].start(), fmt.Sprintf("IF gives %s if the condition holds and %s if not; both must be of one type.",
			n.args[1].typ, n.args[2].typ), c.convert(n.args[2], n.args[1].typ))
	}
	return t, nil
}

func ifValue(e *evaluator, n *node) (value, error) {
	condition, err := e.arg(n.args[0], Boolean)
	if err != nil {
		return value{}, err
	}
	if condition.isTrue() {
		return e.arg(n.args[1], n.typ)
	}
	return e.arg(n.args[2], n.typ)
}

// caseTypes holds the values to the type of the expression, and the results to one type.
// A picklist is compared with texts.
func caseTypes(c *checker, n *node) (Type, error) {
	if len(n.args)%2 != 0 {
		return 0, errorAt(c.text, n.pos, fmt.Sprintf("CASE takes an even number of arguments, not %d: each value has its result, and the result for all others comes last.", len(n.args)),
			"Type it as "+n.function.usage+".")
	}
	of, result := n.args[0].typ, Blank
	for i, a := range n.args {
		if a.typ == Boolean || a.typ == MultiPicklist {
			return 0, errorAt(c.text, a.start(), fmt.Sprintf("CASE does not take %s.", a.typ), "Use IF.")
		}
		var ok bool
		switch {
		case i == 0:
		case i%2 == 1 && i < len(n.args)-1:
			if want := caseOf(of); want != Picklist {
				if of, ok = alike(want, a.typ); !ok {
					return 0, errorAt(c.text, a.start(), fmt.Sprintf("CASE compares %s with %s here.", n.args[0].typ, a.typ), c.convert(a, want))
				}
			}
		default:
			before := result
			if result, ok = alike(before, a.typ); !ok {
				return 0, errorAt(c.text, a.start(), fmt.Sprintf("CASE gives %s before, and %s here.", before, a.typ), c.convert(a, before))
			}
		}
	}
	return result, nil
}

// caseOf is the type that the values of a CASE have.
func caseOf(t Type) Type {
	if t == Picklist {
		return Text
	}
	return t
}

// caseValue compares the expression, which is evaluated once, with each value in turn.
func caseValue(e *evaluator, n *node) (value, error) {
	last := len(n.args) - 1
	of, err := e.eval(n.args[0])
	if err != nil {
		return value{}, err
	}
	for i := 1; i < last; i += 2 {
		kind, _ := alike(caseOf(n.args[0].typ), n.args[i].typ)
		if kind == Unknown || kind == Blank {
			kind = Text
		}
		left, err := e.cast(n.args[0], of, kind)
		if err != nil {
			return value{}, err
		}
		right, err := e.arg(n.args[i], kind)
		if err != nil {
			return value{}, err
		}
		left.kind = right.kind
		if (kind == Text || !left.blank && !right.blank) && ordered(left, right) == 0 {
			return e.arg(n.args[i+1], n.typ)
		}
	}
	return e.arg(n.args[last], n.typ)
}

func blankTypes(c *checker, n *node) (Type, error) {
	if n.args[0].typ == Boolean {
		return 0, errorAt(c.text, n.args[0].start(), n.function.name+" does not take true or false, which is never blank.", "")
	}
	return Boolean, nil
}

func substituteTypes(c *checker, n *node) (Type, error) {
	v, s := n.args[0], n.args[1]
	if v.typ == Boolean {
		return 0, errorAt(c.text, v.start(), n.function.name+" does not take true or false, which is never blank.", "")
	}
	t, ok := alike(v.typ, s.typ)
	if !ok {
		return 0, errorAt(c.text, s.start(), fmt.Sprintf("%s takes %s here, as before, not %s.", n.function.name, v.typ, s.typ), c.convert(s, v.typ))
	}
	return t, nil
}

// substitute is the first argument, or the second where the first is blank.
func substitute(e *evaluator, n *node) (value, error) {
	v, err := e.arg(n.args[0], n.typ)
	if err != nil || !v.blank || n.function.name == "NULLVALUE" && n.typ == Text {
		return v, err
	}
	return e.arg(n.args[1], n.typ)
}
