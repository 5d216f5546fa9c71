package formula

import (
	"strings"
	"time"
	"unicode/utf16"
)

// A Type is what kind of value a formula gives.
type Type int

// The types of the language. A picklist is a text that only some functions take.
const (
	Blank Type = iota + 1 // NULL, and what is computed with it
	Text
	Number
	Boolean
	Date
	DateTime
	Time
	Picklist
	MultiPicklist
	Unknown // of a custom field, which may be anything
)

// String names the type as an administrator would.
func (t Type) String() string {
	switch t {
	case Blank:
		return "nothing"
	case Text:
		return "a text"
	case Number:
		return "a number"
	case Boolean:
		return "true or false"
	case Date:
		return "a date"
	case DateTime:
		return "a date with time"
	case Time:
		return "a time"
	case Picklist:
		return "a picklist"
	case MultiPicklist:
		return "a multi-select picklist"
	}
	return "a value"
}

// A value is what a part of a formula gives. A text is blank where it is empty, as on
// the database that Salesforce computes on; the other types are blank where blank is set.
type value struct {
	kind   Type
	blank  bool
	text   string // of Text, Picklist, MultiPicklist and Unknown
	number decimal
	truth  bool
	when   time.Time // UTC; of a date midnight, of a time on the day zero
}

func blankOf(t Type) value         { return value{kind: t, blank: true} }
func textOf(s string) value        { return value{kind: Text, text: s, blank: s == ""} }
func numberOf(d decimal) value     { return value{kind: Number, number: d} }
func intOf(n int) value            { return numberOf(whole(int64(n))) }
func truthOf(b bool) value         { return value{kind: Boolean, truth: b} }
func dateOf(t time.Time) value     { return value{kind: Date, when: midnight(t)} }
func dateTimeOf(t time.Time) value { return value{kind: DateTime, when: t.UTC().Truncate(time.Second)} }
func timeOf(since time.Duration) value {
	since = (since%day + day) % day
	return value{kind: Time, when: time.Time{}.Add(since.Truncate(time.Millisecond))}
}

const day = 24 * time.Hour

// midnight is the day of a time as it stands on the calendar there.
func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// sinceMidnight is the time of day.
func (v value) sinceMidnight() time.Duration { return v.when.Sub(midnight(v.when)) }

// isTrue reports whether a condition holds; one that is blank does not.
func (v value) isTrue() bool { return !v.blank && v.truth }

// String is the value as an attribute carries it, and as TEXT writes it.
func (v value) String() string {
	if v.blank {
		return ""
	}
	switch v.kind {
	case Number:
		return v.number.String()
	case Boolean:
		if v.truth {
			return "true"
		}
		return "false"
	case Date:
		return v.when.Format("2006-01-02")
	case DateTime:
		return v.when.UTC().Format("2006-01-02 15:04:05") + "Z"
	case Time:
		return v.when.Format("15:04:05.000")
	}
	return v.text
}

// as makes the value of a field, which is known only as it is written, a value of the
// type that is wanted there. It reports false where it is none.
func (v value) as(t Type) (value, bool) {
	if v.kind == t || t == Unknown {
		return v, true
	}
	if v.blank {
		return blankOf(t), true
	}
	if v.kind != Unknown {
		return v, true
	}
	return read(v.text, t)
}

// read is a value of a type as fields hold it: numbers in digits, true or false, dates as
// 2006-01-02, dates with time as ISO 8601 has them.
func read(s string, t Type) (value, bool) {
	if s == "" {
		return blankOf(t), true
	}
	switch t {
	case Number:
		d, ok := parseDecimal(strings.TrimSpace(s))
		return numberOf(d), ok && !d.tooLarge()
	case Boolean:
		switch strings.ToLower(s) {
		case "true", "1":
			return truthOf(true), true
		case "false", "0":
			return truthOf(false), true
		}
		return value{}, false
	case Date:
		when, err := time.Parse("2006-01-02", s)
		return dateOf(when), err == nil && when.Year() > 0
	case DateTime:
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.000-0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05"} {
			if when, err := time.Parse(layout, s); err == nil {
				return dateTimeOf(when), true
			}
		}
		return value{}, false
	case Time:
		return readTime(s)
	}
	return value{kind: t, text: s}, true
}

// readTime reads a time of day.
func readTime(s string) (value, bool) {
	when, err := time.Parse("15:04:05.999", strings.TrimSuffix(s, "Z"))
	if err != nil {
		return value{}, false
	}
	return timeOf(when.Sub(midnight(when))), true
}

// units are the UTF-16 code units of a text, by which Salesforce counts characters. A
// character beyond the Basic Multilingual Plane, as an emoji, counts as two.
func units(s string) []uint16 { return utf16.Encode([]rune(s)) }

// fromUnits is the text of code units. Half a character, left by a cut through an emoji,
// becomes a question mark, as where such a text is written as UTF-8.
func fromUnits(u []uint16) string {
	var b strings.Builder
	for i := 0; i < len(u); i++ {
		r := rune(u[i])
		if utf16.IsSurrogate(r) {
			if i+1 < len(u) {
				if both := utf16.DecodeRune(r, rune(u[i+1])); both != '\ufffd' {
					b.WriteRune(both)
					i++
					continue
				}
			}
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}
