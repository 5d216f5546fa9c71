package formula

import (
	"fmt"
	"time"
)

// timeFunctions are those of Salesforce Help, "Date and Time Functions", that deal with
// times. A blank argument gives a blank result.
var timeFunctions = []function{
	{name: "NOW", usage: "NOW()", least: 0, most: 0, result: DateTime,
		call: func(e *evaluator, n *node, _ []value) (value, error) {
			if e.env.Now.IsZero() {
				return e.fail(n, "", "NOW depends on the time, which is not known here.")
			}
			return dateTimeOf(e.env.Now), nil
		}},
	{name: "TIMENOW", usage: "TIMENOW()", least: 0, most: 0, result: Time,
		call: func(e *evaluator, n *node, _ []value) (value, error) {
			if e.env.Now.IsZero() {
				return e.fail(n, "", "TIMENOW depends on the time, which is not known here.")
			}
			now := e.env.Now.UTC()
			return timeOf(now.Sub(midnight(now))), nil
		}},
	{name: "DATETIMEVALUE", usage: "DATETIMEVALUE(text)", least: 1, most: 1, types: oneOf(DateTime, Text, Date, DateTime),
		call: func(e *evaluator, n *node, args []value) (value, error) {
			switch v := args[0]; {
			case v.blank:
				return blankOf(DateTime), nil
			case v.kind == Date || v.kind == DateTime:
				return dateTimeOf(v.when), nil
			default:
				t, ok := read(v.text, DateTime)
				if !ok {
					return e.fail(n, "Write them as 2026-03-31 17:00:00.", "DATETIMEVALUE cannot make a date with time of %q.", clip(v.text))
				}
				return t, nil
			}
		}},
	{name: "TIMEVALUE", usage: "TIMEVALUE(text)", least: 1, most: 1, types: oneOf(Time, Text, DateTime, Time),
		call: func(e *evaluator, n *node, args []value) (value, error) {
			switch v := args[0]; {
			case v.blank:
				return blankOf(Time), nil
			case v.kind == DateTime || v.kind == Time:
				return timeOf(v.sinceMidnight()), nil
			default:
				t, ok := readTime(v.text)
				if !ok {
					return e.fail(n, "Write times as 17:00:00.000.", "TIMEVALUE cannot make a time of %q.", clip(v.text))
				}
				return t, nil
			}
		}},
	timePart("HOUR", func(t time.Time) int { return t.Hour() }),
	timePart("MINUTE", func(t time.Time) int { return t.Minute() }),
	timePart("SECOND", func(t time.Time) int { return t.Second() }),
	timePart("MILLISECOND", func(t time.Time) int { return t.Nanosecond() / int(time.Millisecond) }),
	{name: "UNIXTIMESTAMP", usage: "UNIXTIMESTAMP(date_with_time)", least: 1, most: 1, types: oneOf(Number, DateTime, Date, Time),
		call: func(e *evaluator, n *node, args []value) (value, error) {
			v, ok := args[0].as(DateTime)
			switch {
			case !ok:
				return e.fail(n, "", "%q is not %s.", clip(args[0].text), DateTime)
			case v.blank:
				return blankOf(Number), nil
			case v.kind == Time:
				return intOf(int(v.sinceMidnight() / time.Second)), nil
			}
			return numberOf(whole(v.when.Unix())), nil
		}},
	{name: "FROMUNIXTIME", usage: "FROMUNIXTIME(number)", least: 1, most: 1, params: []Type{Number}, result: DateTime,
		call: func(e *evaluator, n *node, args []value) (value, error) {
			if args[0].blank {
				return blankOf(DateTime), nil
			}
			seconds := args[0].number.truncate(0)
			if !seconds.coefficient.IsInt64() || seconds.compare(whole(253402300799)) > 0 || seconds.compare(whole(-62135596800)) < 0 {
				return e.fail(n, "", "The date is out of range.")
			}
			return dateTimeOf(time.Unix(seconds.coefficient.Int64(), 0)), nil
		}},
	{name: "FORMATDURATION", usage: "FORMATDURATION(seconds, include_days)", least: 1, most: 2, params: []Type{Number, Boolean}, result: Text, call: formatDuration},
}

// timePart is a function that takes a number from a time.
func timePart(name string, f func(time.Time) int) function {
	return function{name: name, usage: name + "(time)", least: 1, most: 1, params: []Type{Time}, result: Number,
		call: func(_ *evaluator, _ *node, args []value) (value, error) {
			if args[0].blank {
				return blankOf(Number), nil
			}
			return intOf(f(args[0].when)), nil
		}}
}

// formatDuration is a number of seconds as HH:MM:SS, or with its days as D:HH:MM:SS.
func formatDuration(e *evaluator, n *node, args []value) (value, error) {
	if args[0].blank {
		return blankOf(Text), nil
	}
	total := args[0].number.truncate(0)
	if total.sign() < 0 {
		total = total.negate()
	}
	if total.compare(whole(furthest)) >= 0 {
		return e.fail(n, "", "The duration is out of range.")
	}
	s := total.integer()
	if len(args) == 2 && args[1].isTrue() {
		return textOf(fmt.Sprintf("%d:%02d:%02d:%02d", s/86400, s/3600%24, s/60%60, s%60)), nil
	}
	return textOf(fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)), nil
}
