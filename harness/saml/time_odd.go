package saml

import (
	"strings"
	"time"
)

// oddTime reads a time from left to right and keeps the gravest deviation.
type oddTime struct {
	rest    string
	problem TimeProblem
	text    string
	schema  bool // nothing so far that the schema forbids
}

// note keeps a deviation; one that the schema forbids outweighs one that it allows.
func (p *oddTime) note(problem TimeProblem, text string, schema bool) {
	if p.problem == "" {
		p.problem, p.text, p.schema = problem, text, schema
	} else if p.schema && !schema {
		p.problem, p.text, p.schema = problem, text, false
	}
}

// bad keeps what makes the value unusable, over everything noted before.
func (p *oddTime) bad(problem TimeProblem, text string) (time.Time, bool) {
	p.problem, p.text, p.schema = problem, text, false
	return time.Time{}, false
}

// number takes n digits and the separator after them.
func (p *oddTime) number(n int, after string) (int, bool) {
	if len(p.rest) < n+len(after) || p.rest[n:n+len(after)] != after {
		return 0, false
	}
	v, ok := digits(p.rest[:n])
	p.rest = p.rest[n+len(after):]
	return v, ok
}

func (p *oddTime) read() (time.Time, bool) {
	width := strings.IndexByte(p.rest, '-')
	if width < 4 {
		return time.Time{}, false
	}
	if width > 4 {
		if _, ok := digits(p.rest[:width]); ok {
			if p.rest[0] == '0' {
				return p.bad(TimeYearDigits, "has a year of more than four digits with a leading zero")
			}
			return p.bad(TimeRange, "has a year beyond 9999")
		}
		return time.Time{}, false
	}
	var n [6]int
	var ok bool
	for i, f := range [...]struct {
		n     int
		after string
	}{{4, "-"}, {2, "-"}, {2, ""}} {
		if n[i], ok = p.number(f.n, f.after); !ok {
			return time.Time{}, false
		}
	}
	if p.rest == "" {
		p.note(TimeDateOnly, "is a date without a time of day", false)
		return p.moment(n, 0, 0)
	}
	switch p.rest[0] {
	case 'T':
	case 't':
		p.note(TimeLowerCase, "has a lower-case t", false)
	case ' ':
		p.note(TimeSeparator, "has a space where T must stand", false)
	default:
		return time.Time{}, false
	}
	p.rest = p.rest[1:]
	if n[3], ok = p.number(2, ":"); !ok {
		return time.Time{}, false
	}
	if n[4], ok = p.number(2, ""); !ok {
		return time.Time{}, false
	}
	nano := 0
	if strings.HasPrefix(p.rest, ":") {
		p.rest = p.rest[1:]
		if n[5], ok = p.number(2, ""); !ok {
			return time.Time{}, false
		}
		if nano, ok = p.fraction(); !ok {
			return time.Time{}, false
		}
	} else {
		p.note(TimeSeconds, "has no seconds", false)
	}
	offset, ok := p.zone()
	if !ok {
		return time.Time{}, false
	}
	return p.moment(n, nano, offset)
}

// fraction takes what stands between the seconds and the zone.
func (p *oddTime) fraction() (int, bool) {
	if p.rest == "" || p.rest[0] != '.' && p.rest[0] != ',' {
		return 0, true
	}
	end := 1
	for end < len(p.rest) && p.rest[end] >= '0' && p.rest[end] <= '9' {
		end++
	}
	if p.rest[0] == ',' {
		p.note(TimeFraction, "has a comma where the decimal point must stand", false)
	}
	digits := p.rest[1:end]
	p.rest = p.rest[end:]
	if digits == "" {
		p.note(TimeFraction, "has a decimal point without digits", false)
		return 0, true
	}
	return fraction("." + digits)
}

// zone takes the zone as minutes east of Greenwich.
func (p *oddTime) zone() (int, bool) {
	switch p.rest {
	case "":
		p.note(TimeNoZone, "has no time zone where Z must stand; it is taken as UTC", true)
		return 0, true
	case "Z":
		return 0, true
	case "z":
		p.note(TimeLowerCase, "has a lower-case z", false)
		return 0, true
	}
	sign := 1
	written := p.rest
	if p.rest[0] == '-' {
		sign = -1
	} else if p.rest[0] != '+' {
		return 0, false
	}
	p.rest = p.rest[1:]
	h, ok := p.number(2, ":")
	if !ok {
		return 0, false
	}
	m, ok := p.number(2, "")
	if !ok || p.rest != "" {
		return 0, false
	}
	if h > 14 || m > 59 || h == 14 && m > 0 {
		p.bad(TimeRange, "has the offset "+written+", which no time zone has")
		return 0, false
	}
	p.note(TimeOffset, "has the offset "+written+" where Z must stand", true)
	return sign * (h*60 + m), true
}

// moment puts the parts together.
func (p *oddTime) moment(n [6]int, nano, offset int) (time.Time, bool) {
	var more time.Duration
	switch {
	case n[3] == 24 && n[4] == 0 && n[5] == 0 && nano == 0:
		p.note(TimeEndOfDay, "has the hour 24, which means midnight of the next day", true)
		n[3], more = 0, 24*time.Hour
	case n[5] == 60 && n[4] <= 59 && n[3] <= 23:
		p.note(TimeLeapSecond, "has a leap second, which SAML forbids", false)
		n[5], more = 59, time.Second
	}
	t, ok := dateTime(n, nano)
	if !ok {
		return p.bad(TimeRange, "names a date or a time of day that does not exist")
	}
	return t.Add(more - time.Duration(offset)*time.Minute), true
}
