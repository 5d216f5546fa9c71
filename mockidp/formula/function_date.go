package formula

import (
	"fmt"
	"regexp"
	"time"
)

// dateFunctions are those of Salesforce Help, "Date and Time Functions", that deal with
// days. A blank argument gives a blank result.
var dateFunctions = []function{
	{name: "DATE", usage: "DATE(year, month, day)", least: 3, most: 3, params: []Type{Number, Number, Number}, result: Date, call: makeDate},
	{name: "DATEVALUE", usage: "DATEVALUE(text_or_date_with_time)", least: 1, most: 1, types: oneOf(Date, Text, DateTime, Date),
		call: func(e *evaluator, n *node, args []value) (value, error) {
			switch v := args[0]; {
			case v.blank:
				return blankOf(Date), nil
			case v.kind == DateTime:
				if e.env.Now.IsZero() {
					return dateOf(v.when), nil
				}
				return dateOf(v.when.In(e.env.Now.Location())), nil
			case v.kind == Date:
				return v, nil
			default:
				return e.parseDate(n, v.text)
			}
		}},
	{name: "TODAY", usage: "TODAY()", least: 0, most: 0, result: Date,
		call: func(e *evaluator, n *node, _ []value) (value, error) {
			if e.env.Now.IsZero() {
				return e.fail(n, "", "TODAY depends on the time, which is not known here.")
			}
			return dateOf(e.env.Now), nil
		}},
	{name: "ADDMONTHS", usage: "ADDMONTHS(date, months)", least: 2, most: 2, types: monthTypes, call: addMonths},
	dayPart("YEAR", func(t time.Time) int { return t.Year() }),
	dayPart("MONTH", func(t time.Time) int { return int(t.Month()) }),
	dayPart("DAY", func(t time.Time) int { return t.Day() }),
	dayPart("WEEKDAY", func(t time.Time) int { return int(t.Weekday()) + 1 }), // Sunday is 1
	dayPart("DAYOFYEAR", func(t time.Time) int { return t.YearDay() }),
	dayPart("ISOWEEK", func(t time.Time) int { _, week := t.ISOWeek(); return week }),
	dayPart("ISOYEAR", func(t time.Time) int { year, _ := t.ISOWeek(); return year }),
}

// oneOf holds a single argument to some types.
func oneOf(result Type, allowed ...Type) func(*checker, *node) (Type, error) {
	return func(c *checker, n *node) (Type, error) {
		a := n.args[0]
		if a.typ == Blank || a.typ == Unknown {
			return result, nil
		}
		for _, t := range allowed {
			if a.typ == t {
				return result, nil
			}
		}
		return 0, errorAt(c.text, a.start(), fmt.Sprintf("%s takes %s here, not %s.", n.function.name, allowed[0], a.typ), c.convert(a, allowed[0]))
	}
}

// dayPart is a function that takes a number from a date.
func dayPart(name string, f func(time.Time) int) function {
	return function{name: name, usage: name + "(date)", least: 1, most: 1, params: []Type{Date}, result: Number,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			if args[0].blank {
				return blankOf(Number), nil
			}
			return intOf(f(args[0].when)), nil
		}}
}

// makeDate refuses a day that no calendar has, as 29 February of most years.
func makeDate(e *evaluator, n *node, args []value) (value, error) {
	var parts [3]int
	for i, a := range args {
		if a.blank {
			return blankOf(Date), nil
		}
		parts[i] = a.number.integer()
	}
	year, month, dayOf := parts[0], parts[1], parts[2]
	if year < 1 || year > 9999 {
		return e.fail(n, "", "DATE knows the years 1 to 9999, not %d.", year)
	}
	t := time.Date(year, time.Month(month), dayOf, 0, 0, 0, 0, time.UTC)
	if month < 1 || month > 12 || t.Day() != dayOf || t.Month() != time.Month(month) {
		return e.fail(n, "", "There is no day %d-%d-%d.", year, month, dayOf)
	}
	return dateOf(t), nil
}

// isoDate is how DATEVALUE takes a date.
var isoDate = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}`)

// parseDate reads a date. What stands behind it, as a time, is ignored.
func (e *evaluator) parseDate(n *node, s string) (value, error) {
	t, err := time.Parse("2006-1-2", isoDate.FindString(s))
	if err != nil || t.Year() < 1 {
		return e.fail(n, "Write dates as 2026-03-31.", "%s cannot make a date of %q.", n.function.name, clip(s))
	}
	return dateOf(t), nil
}

func monthTypes(c *checker, n *node) (Type, error) {
	if a := n.args[0]; a.typ != Date && a.typ != DateTime && a.typ != Blank && a.typ != Unknown {
		return 0, errorAt(c.text, a.start(), fmt.Sprintf("ADDMONTHS takes a date here, not %s.", a.typ), c.convert(a, Date))
	}
	if n.args[0].typ == DateTime {
		return DateTime, c.want(n, n.args[1], Number)
	}
	return Date, c.want(n, n.args[1], Number)
}

// addMonths moves a date by months, to the last day of a month that is too short for its
// day. The last day of a month stays a last day, as on the database: a month after
// 28 February is 31 March.
func addMonths(e *evaluator, n *node, args []value) (value, error) {
	v, ok := args[0].as(n.typ)
	if !ok {
		return e.fail(n, "", "%q is not %s.", clip(args[0].text), n.typ)
	}
	by, ok := args[1].as(Number)
	if !ok {
		return e.fail(n, "", "%q is not %s.", clip(args[1].text), Number)
	}
	if v.blank || by.blank {
		return v, nil
	}
	t := v.when
	first := time.Date(t.Year(), t.Month(), 1, t.Hour(), t.Minute(), t.Second(), 0, time.UTC).AddDate(0, reach(by.number.integer()), 0)
	last := first.AddDate(0, 1, -1).Day()
	moved := first.AddDate(0, 0, min(t.Day(), last)-1)
	if t.AddDate(0, 0, 1).Day() == 1 {
		moved = first.AddDate(0, 0, last-1)
	}
	return e.inCalendar(n, value{kind: v.kind, when: moved})
}
