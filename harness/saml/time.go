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
	// Schema tells of a usable time that the value is a valid xs:dateTime all the same,
	// so that only SAML's own rule is broken.
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
