package formula

import (
	"fmt"
	"strings"
	"time"
)

// maxResult is how many bytes a text may have while a formula is evaluated. Salesforce
// shows at most 3,900 characters of a formula's text; the bound only stops formulas that
// multiply a text without end.
const maxResult = 100_000

// An Env is what a formula is evaluated in.
type Env struct {
	// Fields says what a merge field holds, by its name as Salesforce spells it, as
	// $User.FirstName; its second result tells an empty field from one that is not known.
	// Numbers are in digits, flags true or false, dates with time as ISO 8601 has them.
	Fields func(name string) (string, bool)
	// Now is the time of the login, in the user's time zone, on which the day depends.
	// Where it is zero, formulas that ask for it give an error.
	Now time.Time
}

// Eval is the text that the formula gives, as EvalIn where the time is not known.
func (e *Expr) Eval(fields func(name string) (string, bool)) (string, error) {
	return e.EvalIn(Env{Fields: fields})
}

// EvalIn is the text that the formula gives, which an attribute carries. What goes wrong
// is told as an *Error. That values other than texts are written as TEXT writes them, and
// flags as true and false, is inferred from the attribute is_portal_user.
func (e *Expr) EvalIn(env Env) (string, error) {
	v, err := (&evaluator{text: e.text, env: env}).eval(e.root)
	if err != nil {
		return "", err
	}
	return v.String(), nil
}

// An evaluator computes a formula once.
type evaluator struct {
	text string
	env  Env
}

// fail is an error of the evaluation.
func (e *evaluator) fail(n *node, hint, format string, args ...any) (value, error) {
	return value{}, errorAt(e.text, n.pos, fmt.Sprintf(format, args...), hint)
}

// eval computes a node.
func (e *evaluator) eval(n *node) (value, error) {
	switch n.kind {
	case nodeText:
		return textOf(n.text), nil
	case nodeNumber:
		return numberOf(n.number), nil
	case nodeWord:
		if n.typ == Blank {
			return blankOf(Blank), nil
		}
		return truthOf(strings.EqualFold(n.text, "TRUE")), nil
	case nodeField:
		return e.field(n)
	case nodeCall:
		v, err := e.call(n)
		if err == nil && len(v.text) > maxResult {
			return e.fail(n, "", "The text becomes longer than %d bytes.", maxResult)
		}
		if err == nil && v.kind == Number && !v.blank && v.number.tooLarge() {
			return e.fail(n, "", "The number becomes too large.")
		}
		return v, err
	case nodeUnary:
		return e.unary(n)
	}
	return e.binary(n)
}

// field is what a merge field holds.
func (e *evaluator) field(n *node) (value, error) {
	var s string
	known := false
	if e.env.Fields != nil {
		s, known = e.env.Fields(n.field)
	}
	if !known {
		return e.fail(n, "", "What field %s holds is not known.", n.field)
	}
	if n.typ == Unknown {
		return value{kind: Unknown, text: s, blank: s == ""}, nil
	}
	v, ok := read(s, n.typ)
	if !ok {
		return e.fail(n, "", "Field %s holds %q, which is not %s.", n.field, clip(s), n.typ)
	}
	return v, nil
}

// clip shortens what is quoted in an error.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// arg computes an argument and makes it of the type that is wanted, where it is what a
// custom field holds.
func (e *evaluator) arg(n *node, want Type) (value, error) {
	v, err := e.eval(n)
	if err != nil {
		return v, err
	}
	return e.cast(n, v, want)
}

// cast makes what a node gave of the type that is wanted.
func (e *evaluator) cast(n *node, v value, want Type) (value, error) {
	if v.kind == Blank {
		return blankOf(want), nil
	}
	w, ok := v.as(want)
	if !ok {
		return e.fail(n, "", "%q is not %s.", clip(v.text), want)
	}
	return w, nil
}

// call computes a function.
func (e *evaluator) call(n *node) (value, error) {
	f := n.function
	if f.lazy != nil {
		return f.lazy(e, n)
	}
	args := make([]value, len(n.args))
	for i, a := range n.args {
		want := Unknown
		if f.params != nil {
			want = f.params[min(i, len(f.params)-1)]
		}
		var err error
		if args[i], err = e.arg(a, want); err != nil {
			return value{}, err
		}
	}
	return f.call(e, n, args)
}

func (e *evaluator) unary(n *node) (value, error) {
	v, err := e.arg(n.args[0], n.typ)
	if err != nil || v.blank {
		return v, err
	}
	switch n.text {
	case "-":
		return numberOf(v.number.negate()), nil
	case "+":
		return v, nil
	}
	return truthOf(!v.truth), nil
}

func (e *evaluator) binary(n *node) (value, error) {
	switch n.text {
	case "&&", "||":
		return e.logical(n)
	case "+", "-":
		return e.additive(n)
	case "&":
		return e.join(n)
	case "*", "/", "^":
		return e.arithmetic(n)
	}
	return e.compare(n)
}

// logical computes the second operand only where the first does not decide. A condition
// that is blank counts as false.
func (e *evaluator) logical(n *node) (value, error) {
	left, err := e.arg(n.args[0], Boolean)
	if err != nil || left.isTrue() == (n.text == "||") {
		return truthOf(left.isTrue()), err
	}
	right, err := e.arg(n.args[1], Boolean)
	return truthOf(right.isTrue()), err
}

// join appends a text to another.
func (e *evaluator) join(n *node) (value, error) {
	left, err := e.arg(n.args[0], Text)
	if err != nil {
		return value{}, err
	}
	right, err := e.arg(n.args[1], Text)
	if err != nil {
		return value{}, err
	}
	if len(left.text)+len(right.text) > maxResult {
		return e.fail(n, "", "The text becomes longer than %d bytes.", maxResult)
	}
	return textOf(left.text + right.text), nil
}

// arithmetic multiplies, divides and raises to a power.
func (e *evaluator) arithmetic(n *node) (value, error) {
	left, err := e.arg(n.args[0], Number)
	if err != nil {
		return value{}, err
	}
	right, err := e.arg(n.args[1], Number)
	if err != nil || left.blank || right.blank {
		return blankOf(Number), err
	}
	switch n.text {
	case "*":
		return e.bounded(n, left.number.multiply(right.number))
	case "/":
		if right.number.sign() == 0 {
			return e.fail(n, "", "Division by zero.")
		}
		return e.bounded(n, left.number.divide(right.number))
	}
	return e.power(n, left.number, right.number)
}

// power raises to a power, which must be a whole number.
func (e *evaluator) power(n *node, base, exponent decimal) (value, error) {
	times := exponent.integer()
	if whole(int64(times)).compare(exponent) != 0 || times > 1000 || times < -1000 {
		return e.fail(n, "Only whole powers can be computed.", "^ %s is out of range.", exponent)
	}
	if times < 0 && base.sign() == 0 {
		return e.fail(n, "", "Division by zero.")
	}
	result := whole(1)
	for range max(times, -times) {
		if result = result.multiply(base); result.tooLarge() {
			return e.bounded(n, result)
		}
	}
	if times < 0 {
		if result.sign() == 0 { // so small a base that its power vanished
			return e.fail(n, "", "The number becomes too large.")
		}
		result = whole(1).divide(result)
	}
	return e.bounded(n, result)
}

// bounded refuses numbers that are too large.
func (e *evaluator) bounded(n *node, d decimal) (value, error) {
	if d.tooLarge() {
		return e.fail(n, "", "The number becomes too large.")
	}
	return numberOf(d), nil
}

// additive adds and subtracts numbers, dates and texts. A date moves by whole days, a date
// with time by days and parts of them, a time by milliseconds.
func (e *evaluator) additive(n *node) (value, error) {
	if n.typ == Text {
		return e.join(n)
	}
	l, r := n.args[0].typ, n.args[1].typ
	if n.typ == Blank {
		return blankOf(Blank), nil
	}
	if l == Unknown {
		l = Number
	}
	if r == Unknown {
		r = Number
	}
	left, err := e.arg(n.args[0], l)
	if err != nil {
		return value{}, err
	}
	right, err := e.arg(n.args[1], r)
	if err != nil || left.blank || right.blank {
		return blankOf(n.typ), err
	}
	switch {
	case l == Number && r == Number:
		if n.text == "-" {
			right.number = right.number.negate()
		}
		return e.bounded(n, left.number.add(right.number))
	case l == Number:
		return e.move(n, right, left.number)
	case r == Number:
		if n.text == "-" {
			right.number = right.number.negate()
		}
		return e.move(n, left, right.number)
	case l == Time:
		between := (left.sinceMidnight() - right.sinceMidnight() + day) % day
		return intOf(int(between / time.Millisecond)), nil
	}
	return numberOf(whole(left.when.Unix() - right.when.Unix()).divide(whole(86400))), nil
}

// move is a date, or a time, moved by a number.
func (e *evaluator) move(n *node, v value, by decimal) (value, error) {
	switch v.kind {
	case Time:
		return timeOf(v.sinceMidnight() + time.Duration(by.remainder(whole(86400000)).round(0).integer())*time.Millisecond), nil
	case Date:
		return e.inCalendar(n, value{kind: Date, when: v.when.AddDate(0, 0, reach(by.truncate(0).integer()))})
	}
	days := reach(by.truncate(0).integer())
	seconds := by.add(whole(int64(-days))).multiply(whole(86400)).round(0).integer()
	return e.inCalendar(n, value{kind: DateTime, when: v.when.AddDate(0, 0, days).Add(time.Duration(seconds) * time.Second)})
}

// reach keeps a number of days or months within what a calendar has.
func reach(n int) int { return max(-5_000_000, min(5_000_000, n)) }

// inCalendar refuses a date beyond the years that dates have.
func (e *evaluator) inCalendar(n *node, v value) (value, error) {
	if y := v.when.Year(); y < 1 || y > 9999 {
		return e.fail(n, "", "The date is out of range.")
	}
	return v, nil
}

// compare computes equality and order. Texts are compared with letter case; what is blank
// equals no number and no date, and the comparison is then blank, too. Two blank texts are
// equal.
func (e *evaluator) compare(n *node) (value, error) {
	kind, _ := alike(n.args[0].typ, n.args[1].typ)
	if kind == Unknown {
		kind = Text
		if n.text[0] == '<' && n.text != "<>" || n.text[0] == '>' {
			kind = Number
		}
	}
	left, err := e.arg(n.args[0], kind)
	if err != nil {
		return value{}, err
	}
	right, err := e.arg(n.args[1], kind)
	if err != nil {
		return value{}, err
	}
	if kind != Text && (left.blank || right.blank) {
		return blankOf(Boolean), nil
	}
	switch order := ordered(left, right); n.text {
	case "=", "==":
		return truthOf(order == 0), nil
	case "<>", "!=":
		return truthOf(order != 0), nil
	case "<":
		return truthOf(order < 0), nil
	case ">":
		return truthOf(order > 0), nil
	case "<=":
		return truthOf(order <= 0), nil
	default:
		return truthOf(order >= 0), nil
	}
}

// ordered compares two values of one type, of which texts and flags are only told apart.
func ordered(a, b value) int {
	switch a.kind {
	case Number:
		return a.number.compare(b.number)
	case Boolean:
		if a.truth == b.truth {
			return 0
		}
		return 1
	case Date, DateTime, Time:
		return a.when.Compare(b.when)
	}
	return strings.Compare(a.text, b.text)
}
