package saml

import (
	"strings"
	"time"
)

// A TimeProblem is the kind of a TimeError.
type TimeProblem string

// What can be wrong with a time of SAML (SAMLCore 1.3.3, XML Schema 2 3.2.7).
const (
	TimeEmpty      TimeProblem = "empty"        // nothing there
	TimeInvalid    TimeProblem = "invalid"      // no xs:dateTime at all
	TimeRange      TimeProblem = "range"        // a date or hour that does not exist, or a year outside 1 to 9999
	TimeNoZone     TimeProblem = "no zone"      // without Z; taken as UTC
	TimeOffset     TimeProblem = "offset"       // a zone other than Z, also +00:00
	TimeLeapSecond TimeProblem = "leap second"  // second 60; taken as the second after
	TimeLowerCase  TimeProblem = "lower case"   // t or z
	TimeEndOfDay   TimeProblem = "end of day"   // 24:00:00; taken as midnight of the next day
	TimeWhiteSpace TimeProblem = "white space"  // around the value, which xs:dateTime allows
	TimeDateOnly   TimeProblem = "date only"    // no time of day; taken as midnight UTC
	TimeSeparator  TimeProblem = "separator"    // a space for T
	TimeFraction   TimeProblem = "fraction"     // a comma for the point, or a point without digits
	TimeYearDigits TimeProblem = "year digits"  // more than four digits with leading zeros
	TimeNegative   TimeProblem = "negative"     // a year before 1
	TimeTooLong    TimeProblem = "too long"     // more than 64 characters
	TimeSeconds    TimeProblem = "no seconds"   // hours and minutes only
	TimeNumber     TimeProblem = "unix seconds" // a bare number
)

// A TimeError says how a value departs from the form that SAML requires.
type TimeError struct {
	Problem TimeProblem
	// Usable tells that the time that came with the error is what the value means.
	Usable bool
	// Schema tells that the value is a valid xs:dateTime all the same, so that only
	// SAML's own rule is broken.
	Schema bool
	Text   string // in words, with the value
}

func (e *TimeError) Error() string { return e.Text }

// ParseTime reads an xs:dateTime as SAMLCore 1.3.3 wants it: UTC, written with Z, with
// any number of fractional digits (those beyond nanoseconds are cut). The error is
// a *TimeError; where it says Usable, the time is good for comparing all the same.
func ParseTime(s string) (time.Time, error) {
	if t, ok := parseUTC(s); ok {
		return t, nil
	}
	return parseOddTime(s)
}

// parseUTC reads the one right form, without allocation.
func parseUTC(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || len(s) > 64 ||
		s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[len(s)-1] != 'Z' {
		return time.Time{}, false
	}
	nano, ok := fraction(s[19 : len(s)-1])
	if !ok {
		return time.Time{}, false
	}
	var n [6]int
	for i, at := range [...][2]int{{0, 4}, {5, 7}, {8, 10}, {11, 13}, {14, 16}, {17, 19}} {
		if n[i], ok = digits(s[at[0]:at[1]]); !ok {
			return time.Time{}, false
		}
	}
	return dateTime(n, nano)
}

// dateTime is the moment, false where there is no such date or time of day.
func dateTime(n [6]int, nano int) (time.Time, bool) {
	if n[0] < 1 || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > daysIn(n[0], n[1]) || n[3] > 23 || n[4] > 59 || n[5] > 59 {
		return time.Time{}, false
	}
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], nano, time.UTC), true
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// digits reads a short string that holds nothing but digits.
func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}

// fraction reads "" or a point and at least one digit, as nanoseconds.
func fraction(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != '.' || len(s) < 2 {
		return 0, false
	}
	nano, unit := 0, 100_000_000
	for i := 1; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		nano += int(s[i]-'0') * unit
		unit /= 10
	}
	return nano, true
}

// parseOddTime says what keeps a value from being the one right form, and reads it
// where its meaning is plain. Of several deviations the gravest is told.
func parseOddTime(s string) (time.Time, error) {
	fail := func(p TimeProblem, text string) (time.Time, error) {
		return time.Time{}, &TimeError{Problem: p, Text: text}
	}
	if len(s) > 64 {
		return fail(TimeTooLong, "a time of more than 64 characters")
	}
	quoted := quoteText(s)
	v := strings.Trim(s, " \t\r\n")
	if v == "" {
		return fail(TimeEmpty, "an empty time")
	}
	if strings.HasPrefix(v, "-") {
		return fail(TimeNegative, quoted+" has a year before 1")
	}
	if _, ok := digits(v); ok {
		return fail(TimeNumber, quoted+" is a number, as seconds since 1970, where an xs:dateTime such as 2026-01-31T12:00:00Z must stand")
	}
	p := &oddTime{rest: v}
	t, ok := p.read()
	if !ok {
		if p.problem == "" {
			return fail(TimeInvalid, quoted+" is no xs:dateTime such as 2026-01-31T12:00:00Z")
		}
		return fail(p.problem, quoted+" "+p.text)
	}
	if p.problem == "" { // all that is left
		p.note(TimeWhiteSpace, "has white space around it, which xs:dateTime allows and many readers refuse", true)
	}
	return t, &TimeError{Problem: p.problem, Usable: true, Schema: p.schema, Text: quoted + " " + p.text}
}

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
