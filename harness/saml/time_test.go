package saml

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseTimeInTheRightForm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Time{
		"2017-04-27T15:03:17Z":               time.Date(2017, 4, 27, 15, 3, 17, 0, time.UTC),
		"2017-04-27T15:03:17.7Z":             time.Date(2017, 4, 27, 15, 3, 17, 700_000_000, time.UTC),
		"2017-04-27T15:03:17.746Z":           time.Date(2017, 4, 27, 15, 3, 17, 746_000_000, time.UTC),
		"2017-04-27T15:03:17.7461234Z":       time.Date(2017, 4, 27, 15, 3, 17, 746_123_400, time.UTC),
		"2017-04-27T15:03:17.123456789Z":     time.Date(2017, 4, 27, 15, 3, 17, 123_456_789, time.UTC),
		"2017-04-27T15:03:17.123456789123Z":  time.Date(2017, 4, 27, 15, 3, 17, 123_456_789, time.UTC),
		"2024-02-29T00:00:00Z":               time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"0001-01-01T00:00:00.000000000000Z":  time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
		"9999-12-31T23:59:59.9999999999999Z": time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
	} {
		got, err := ParseTime(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, got, in)
	}
}

func TestParseTimeNamesTheDeviation(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		in      string
		problem TimeProblem
		schema  bool
		want    time.Time // zero: not usable
	}{
		{"", TimeEmpty, false, time.Time{}},
		{" \n", TimeEmpty, false, time.Time{}},
		{"yesterday", TimeInvalid, false, time.Time{}},
		{"2026-01-31T12:00:00Zulu", TimeInvalid, false, time.Time{}},
		{"2026-1-31T12:00:00Z", TimeInvalid, false, time.Time{}},
		{"26-01-31T12:00:00Z", TimeInvalid, false, time.Time{}},
		{"2026/01/31T12:00:00Z", TimeInvalid, false, time.Time{}},
		{"2026-01-31T12:00:0xZ", TimeInvalid, false, time.Time{}},
		{"2026-01-31T12:00:00+0100", TimeInvalid, false, time.Time{}},
		{"2026-01-31T12:00:00.1.2Z", TimeInvalid, false, time.Time{}},
		{"2026-01-31T12:00:00 Z", TimeInvalid, false, time.Time{}},
		{"Sat, 31 Jan 2026 12:00:00 GMT", TimeInvalid, false, time.Time{}},
		{"-2026-01-31T12:00:00Z", TimeNegative, false, time.Time{}},
		{"1769860800", TimeNumber, false, time.Time{}},
		{"0000-01-31T12:00:00Z", TimeRange, false, time.Time{}},
		{"2026-02-29T12:00:00Z", TimeRange, false, time.Time{}},
		{"2026-13-01T12:00:00Z", TimeRange, false, time.Time{}},
		{"2026-01-31T25:00:00Z", TimeRange, false, time.Time{}},
		{"2026-01-31T24:00:01Z", TimeRange, false, time.Time{}},
		{"2026-01-31T12:00:61Z", TimeRange, false, time.Time{}},
		{"2026-01-31T12:00:00+15:00", TimeRange, false, time.Time{}},
		{"12026-01-31T12:00:00Z", TimeRange, false, time.Time{}},
		{"02026-01-31T12:00:00Z", TimeYearDigits, false, time.Time{}},
		{"2026-01-31T12:00:00", TimeNoZone, true, noon},
		{"2026-01-31T12:00:00+00:00", TimeOffset, true, noon},
		{"2026-01-31T12:00:00-00:00", TimeOffset, true, noon},
		{"2026-01-31T13:30:00.000+01:30", TimeOffset, true, noon},
		{"2026-01-30T22:00:00-14:00", TimeOffset, true, noon},
		{"2026-01-31T11:59:60Z", TimeLeapSecond, false, noon},
		{"2026-01-31t12:00:00Z", TimeLowerCase, false, noon},
		{"2026-01-31T12:00:00z", TimeLowerCase, false, noon},
		{"2026-01-31t13:00:00+01:00", TimeLowerCase, false, noon}, // outweighs the offset
		{"2026-01-31T12:00:00.Z", TimeFraction, false, noon},
		{"2026-01-31T12:00:00,000Z", TimeFraction, false, noon},
		{"2026-01-31 12:00:00Z", TimeSeparator, false, noon},
		{"2026-01-31T12:00Z", TimeSeconds, false, noon},
		{"2026-01-31", TimeDateOnly, false, noon.Add(-12 * time.Hour)},
		{"2026-01-30T24:00:00Z", TimeEndOfDay, true, noon.Add(-12 * time.Hour)},
		{"\n 2026-01-31T12:00:00Z\t", TimeWhiteSpace, true, noon},
		{"2026-01-31T12:00:00.00000000000000000000000000000000000000000000000000000Z", TimeTooLong, false, time.Time{}},
	} {
		got, err := ParseTime(c.in)
		var te *TimeError
		require.ErrorAs(t, err, &te, c.in)
		assert.Equal(t, c.problem, te.Problem, c.in)
		assert.Equal(t, c.schema, te.Schema, c.in)
		assert.Equal(t, !c.want.IsZero(), te.Usable, c.in)
		assert.True(t, c.want.Equal(got), "%s: %s", c.in, got)
	}
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2017-04-27T15:03:17.746Z", "2026-01-31t13:00:00+01:00", "2026-01-31", "", "-1", "12026-01-31T24:00:00,z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTime(s)
		if err == nil {
			again, err := ParseTime(got.Format(time.RFC3339Nano))
			if err != nil || !again.Equal(got) {
				t.Fatalf("%q reads as %s, which reads as %s, %v", s, got, again, err)
			}
			return
		}
		var te *TimeError
		if !errors.As(err, &te) || te.Problem == "" || te.Text == "" || te.Usable == got.IsZero() && te.Usable && got.Year() != 1 {
			t.Fatalf("%q: %#v, %s", s, err, got)
		}
	})
}
