package formula

import (
	"fmt"
	"strings"
)

// A checker gives every part of a formula its type, and refuses what Salesforce refuses
// when a formula is saved.
type checker struct{ text string }

// check sets the types of a node and of everything below it.
func (c *checker) check(n *node) error {
	for _, a := range n.args {
		if err := c.check(a); err != nil {
			return err
		}
	}
	var err error
	switch n.kind {
	case nodeText:
		n.typ = Text
	case nodeNumber:
		n.typ = Number
		d, ok := parseDecimal(n.text)
		if !ok || d.tooLarge() {
			return errorAt(c.text, n.pos, "The number is too large.", "")
		}
		n.number = d
	case nodeWord:
		n.typ = Boolean
		if strings.EqualFold(n.text, "NULL") {
			n.typ = Blank
		}
	case nodeField:
		f, ok := lookup(n.text)
		if !ok {
			return unknownField(c.text, n)
		}
		n.typ, n.field = f.kind, f.name
	case nodeCall:
		n.typ, err = c.call(n)
	case nodeUnary:
		n.typ, err = c.unary(n)
	case nodeBinary:
		n.typ, err = c.binary(n)
	}
	return err
}

// call checks the number and the types of a function's arguments.
func (c *checker) call(n *node) (Type, error) {
	f, ok := functions[strings.ToUpper(n.text)]
	if !ok {
		return 0, c.unknownFunction(n)
	}
	n.function = f
	if len(n.args) < f.least || f.most >= 0 && len(n.args) > f.most {
		return 0, errorAt(c.text, n.pos, fmt.Sprintf("%s takes %s, not %d.", f.name, f.count(), len(n.args)), "Type it as "+f.usage+".")
	}
	if f.types != nil {
		return f.types(c, n)
	}
	for i, a := range n.args {
		if err := c.want(n, a, f.params[min(i, len(f.params)-1)]); err != nil {
			return 0, err
		}
	}
	return f.result, nil
}

// want refuses an argument of a function that is not of a type.
func (c *checker) want(call, arg *node, want Type) error {
	if arg.typ == want || arg.typ == Blank || arg.typ == Unknown {
		return nil
	}
	return errorAt(c.text, arg.start(), fmt.Sprintf("%s takes %s here, not %s.", call.function.name, want, arg.typ),
		c.convert(arg, want))
}

// alike is the common type of two parts, where they have one.
func alike(a, b Type) (Type, bool) {
	switch {
	case a == b, b == Blank, b == Unknown && a != Blank:
		return a, true
	case a == Blank, a == Unknown:
		return b, true
	}
	return 0, false
}

// convert is the hint that leads from the type that a part has to the one that is wanted.
func (c *checker) convert(n *node, want Type) string {
	typed := c.source(n)
	switch {
	case want == Text && n.typ == Boolean:
		return fmt.Sprintf(`Make it a text: IF(%s, "true", "false").`, typed)
	case want == Text && n.typ == MultiPicklist:
		return "Ask for its values with INCLUDES."
	case want == Text && n.typ != Text:
		return fmt.Sprintf("Make it a text: TEXT(%s).", typed)
	case want == Number && n.typ == Text:
		return fmt.Sprintf("Make it a number: VALUE(%s).", typed)
	case want == Number && n.typ == Picklist:
		return fmt.Sprintf("Make it a number: VALUE(TEXT(%s)).", typed)
	case want == Date && (n.typ == Text || n.typ == DateTime):
		return fmt.Sprintf("Make it a date: DATEVALUE(%s).", typed)
	case want == DateTime && (n.typ == Text || n.typ == Date):
		return fmt.Sprintf("Make it a date with time: DATETIMEVALUE(%s).", typed)
	case want == Time && n.typ == Text:
		return fmt.Sprintf("Make it a time: TIMEVALUE(%s).", typed)
	case want == Boolean && n.typ == Text:
		return fmt.Sprintf(`Compare it with something, as %s = "agent".`, typed)
	case want == Boolean && n.typ == Picklist:
		return fmt.Sprintf(`Compare it with a value: ISPICKVAL(%s, "…").`, typed)
	case want == Picklist:
		return "Name a picklist field there."
	case want == MultiPicklist:
		return "Name a multi-select picklist field there."
	}
	return ""
}

// source is how a part of the formula is typed, shortened where it is long.
func (c *checker) source(n *node) string {
	s := []rune(strings.Join(strings.Fields(c.text[n.start():n.finish()]), " "))
	if len(s) > 40 {
		return string(s[:39]) + "…"
	}
	return string(s)
}

func (c *checker) unary(n *node) (Type, error) {
	arg, want := n.args[0], Number
	if n.text == "!" || strings.EqualFold(n.text, "NOT") {
		want = Boolean
	}
	if arg.typ != want && arg.typ != Blank && arg.typ != Unknown {
		return 0, errorAt(c.text, arg.start(), fmt.Sprintf("%s takes %s, not %s.", n.text, want, arg.typ), c.convert(arg, want))
	}
	return want, nil
}

func (c *checker) binary(n *node) (Type, error) {
	left, right := n.args[0], n.args[1]
	switch n.text {
	case "+", "-":
		return c.additive(n, left, right)
	case "&":
		return Text, c.both(n, Text)
	case "*", "/", "^":
		return Number, c.both(n, Number)
	case "&&", "||":
		return Boolean, c.both(n, Boolean)
	case "=", "==", "<>", "!=":
		return Boolean, c.equality(n, left, right)
	}
	return Boolean, c.order(n, left, right)
}

// both refuses operands that are not both of a type.
func (c *checker) both(n *node, want Type) error {
	for _, a := range n.args {
		if a.typ != want && a.typ != Blank && a.typ != Unknown {
			return errorAt(c.text, a.start(), fmt.Sprintf("%s takes %s on both sides; %s is %s.", n.text, want, c.source(a), a.typ), c.convert(a, want))
		}
	}
	return nil
}

// additive is the type of a sum or a difference: of numbers, of a date and the number of
// days to add, of two dates to subtract, or, with +, of texts.
func (c *checker) additive(n, left, right *node) (Type, error) {
	l, r := left.typ, right.typ
	plus := n.text == "+"
	if l == Blank || r == Blank {
		return Blank, nil
	}
	if l == Unknown && r == Unknown {
		if plus {
			return Text, nil
		}
		return Number, nil
	}
	if l == Unknown {
		l = other(r, plus)
	}
	if r == Unknown {
		r = other(l, plus)
	}
	switch moment := func(t Type) bool { return t == Date || t == DateTime || t == Time }; {
	case l == Number && r == Number:
		return Number, nil
	case plus && l == Text && r == Text:
		return Text, nil
	case moment(l) && r == Number:
		return l, nil
	case plus && l == Number && moment(r) && r != Time:
		return r, nil
	case !plus && moment(l) && l == r:
		return Number, nil
	case plus && (l == Text || r == Text):
		odd := right
		if l != Text {
			odd = left
		}
		return 0, errorAt(c.text, n.pos, fmt.Sprintf("+ cannot join %s and %s.", l, r), c.convert(odd, Text))
	}
	return 0, errorAt(c.text, n.pos, fmt.Sprintf("%s does not work on %s and %s.", n.text, l, r), c.convert(right, Number))
}

// other is the type that a custom field is taken for beside a value of a type.
func other(t Type, plus bool) Type {
	if t == Text && plus {
		return Text
	}
	return Number
}

// equality refuses to compare what is never equal.
func (c *checker) equality(n, left, right *node) error {
	for _, a := range n.args {
		switch a.typ {
		case Picklist:
			return errorAt(c.text, a.start(), fmt.Sprintf("%s is a picklist, which %s does not compare.", c.source(a), n.text),
				fmt.Sprintf(`Use ISPICKVAL(%s, "…") or TEXT(%s).`, c.source(a), c.source(a)))
		case MultiPicklist:
			return errorAt(c.text, a.start(), fmt.Sprintf("%s is a multi-select picklist, which %s does not compare.", c.source(a), n.text),
				fmt.Sprintf(`Use INCLUDES(%s, "…").`, c.source(a)))
		}
	}
	if _, ok := alike(left.typ, right.typ); !ok {
		return errorAt(c.text, n.pos, fmt.Sprintf("%s cannot compare %s with %s.", n.text, left.typ, right.typ), c.convert(right, left.typ))
	}
	return nil
}

// order refuses to put in order what has none.
func (c *checker) order(n, left, right *node) error {
	for _, a := range n.args {
		switch a.typ {
		case Number, Date, DateTime, Time, Blank, Unknown:
		default:
			return errorAt(c.text, a.start(), fmt.Sprintf("%s compares numbers and dates; %s is %s.", n.text, c.source(a), a.typ), c.convert(a, Number))
		}
	}
	if _, ok := alike(left.typ, right.typ); !ok {
		return errorAt(c.text, n.pos, fmt.Sprintf("%s cannot compare %s with %s.", n.text, left.typ, right.typ), c.convert(right, left.typ))
	}
	return nil
}

// unknownFunction says what may have been meant by a function that does not exist.
func (c *checker) unknownFunction(n *node) error {
	name := strings.ToUpper(n.text)
	if why, ok := refused[name]; ok {
		return errorAt(c.text, n.pos, fmt.Sprintf("%s cannot be used in a custom attribute: %s.", name, why), "")
	}
	switch name {
	case "TRUE", "FALSE", "NULL":
		return errorAt(c.text, n.pos, name+" is no function.", "Type "+name+" without parentheses.")
	}
	hint := ""
	if instead, ok := elsewhere[name]; ok {
		hint = "Did you mean " + instead + "?"
	} else if near := nearest(name, functionNames); near != "" {
		hint = "Did you mean " + near + "?"
	}
	return errorAt(c.text, n.pos, fmt.Sprintf("Unknown function %s.", n.text), hint)
}
