package check

import (
	"errors"
	"strconv"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// An instant is a time of a message. What is wrong with its form is for xml/times to
// say; here it only counts whether it can be compared.
type instant struct {
	time.Time
	given bool // the attribute is there
	known bool // and holds a time that can be compared
}

// readInstant reads the time of an attribute, which may be missing.
func readInstant(a saml.Attr) instant {
	if !a.Exists() {
		return instant{}
	}
	t, err := saml.ParseTime(a.Value())
	if err == nil {
		return instant{t, true, true}
	}
	var te *saml.TimeError
	return instant{t, true, errors.As(err, &te) && te.Usable}
}

// future reports whether a time lies ahead of the clock by more than the skew. A time
// that becomes valid at an instant is valid at that instant (SAMLCore 2.5.1.2).
func (i instant) future(want *Expect) bool {
	return i.known && i.After(want.At.Add(want.Skew))
}

// past reports whether a time is over by the skew or more: a time "on or after" which
// something ends is itself past the end (SAMLCore 2.5.1.2).
func (i instant) past(want *Expect) bool {
	return i.known && !i.Add(want.Skew).After(want.At)
}

// clockFinding is what is wrong with a time against the clock, with whose clock is off
// where the login tells.
func clockFinding(a saml.Attr, i instant, want *Expect, rule string) Finding {
	f := found(a.At(), a.Value(), rule+want.At.UTC().Format(time.RFC3339))
	var apart time.Duration
	if i.After(want.At) {
		apart = i.Sub(want.At)
		f.Note = "it lies " + lasting(apart) + " ahead of the clock; " + lasting(want.Skew) + " are allowed"
	} else {
		apart = want.At.Sub(i.Time)
		f.Note = "it passed " + lasting(apart) + " ago; " + lasting(want.Skew) + " are allowed"
	}
	if want.clock != "" {
		f.Note = want.clock + "; " + f.Note
	}
	return f
}

// lasting is a length of time in words, to the two greatest units.
func lasting(d time.Duration) string {
	if d < time.Second {
		return d.String()
	}
	d = d.Truncate(time.Second)
	units := [...]struct {
		name string
		unit time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}}
	text, parts := "", 0
	for _, u := range units {
		n := d / u.unit
		d -= n * u.unit
		if n == 0 {
			if parts > 0 {
				break
			}
			continue
		}
		if parts > 0 {
			text += " "
		}
		text += strconv.FormatInt(int64(n), 10) + " " + u.name
		if n > 1 {
			text += "s"
		}
		if parts++; parts == 2 {
			break
		}
	}
	return text
}
