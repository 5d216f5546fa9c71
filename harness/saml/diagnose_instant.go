package saml

import (
	"slices"
	"time"
)

// byInstant looks for times that were edited: one, put back to where it may have stood
// beside the others, or all, moved alike.
func (t *trials) byInstant(f *SignatureFault) bool {
	type instant struct {
		at    time.Time
		spans []span
	}
	var all []instant
	for i := range t.spans {
		s := t.spans[i]
		if s.attr < 0 {
			continue
		}
		at, ok := exactInstant(t.spanValue(&s))
		if !ok {
			continue
		}
		n := slices.IndexFunc(all, func(x instant) bool { return x.at.Equal(at) })
		if n < 0 {
			if n = len(all); n == 12 {
				return false
			}
			all = append(all, instant{at: at})
		}
		all[n].spans = append(all[n].spans, s)
	}
	for _, x := range all {
		form := instantForm(t.spanValue(&x.spans[0]))
		for _, y := range all {
			for _, d := range distances {
				for _, sign := range [...]time.Duration{1, -1} {
					now := y.at.Add(sign * d).Format(form)
					for _, s := range x.spans {
						if t.spanAs(&s, now) {
							return t.edited(f, s, now)
						}
					}
					if len(x.spans) > 1 && t.spansAs(x.spans, now) {
						return t.edited(f, x.spans[0], now)
					}
				}
			}
		}
	}
	return len(all) > 1 && t.movedTogether(f)
}

// edited makes the fault one of a time that was edited.
func (t *trials) edited(f *SignatureFault, s span, now string) bool {
	t.pointTo(f, s, t.spanValue(&s), now)
	return found(f, CauseEdited, "%s was edited after signing: the digest agrees when this time reads %s and not %s", f.At.called(), quoteText(f.Want), quoteText(f.Got))
}

// movedTogether looks for one difference that was added to every time.
func (t *trials) movedTogether(f *SignatureFault) bool {
	for _, d := range shifts() {
		changed, ok := t.rewritten(func(s *span, was string) string {
			if s.attr < 0 {
				return was
			}
			at, ok := exactInstant(was)
			if !ok {
				return was
			}
			return at.Add(d).Format(instantForm(was))
		})
		if !ok {
			continue
		}
		s := t.spans[changed[0]]
		at, _ := exactInstant(t.spanValue(&s))
		t.pointTo(f, s, t.spanValue(&s), at.Add(d).Format(instantForm(t.spanValue(&s))))
		how := "later"
		if d > 0 {
			how = "earlier"
		} else {
			d = -d
		}
		return found(f, CauseEdited, "all times were moved after signing: the digest agrees when they are put back; they were made %s %s", d, how)
	}
	return false
}

// distances are those that lie between the times of one message.
var distances = func() []time.Duration {
	all := []time.Duration{0, 30 * time.Second, 90 * time.Second, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 10 * time.Hour, 12 * time.Hour, 24 * time.Hour}
	for _, minutes := range [...]time.Duration{1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 60} {
		all = append(all, minutes*time.Minute)
	}
	return all
}()

// shifts are the amounts by which all times of a message may have been moved.
func shifts() (all []time.Duration) {
	add := func(most int, unit time.Duration) {
		for n := 1; n <= most; n++ {
			all = append(all, -time.Duration(n)*unit, time.Duration(n)*unit)
		}
	}
	add(60, time.Minute)
	add(48, time.Hour)
	add(120, 24*time.Hour)
	return append(all, -365*24*time.Hour, 365*24*time.Hour)
}

// exactInstant reads a time in UTC.
func exactInstant(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || len(s) > 30 || s[4] != '-' || s[len(s)-1] != 'Z' {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	return at, err == nil
}

// instantForm is the layout that a time in UTC is written in.
func instantForm(s string) string {
	form := "2006-01-02T15:04:05Z"
	if dot := len(form) - 1; s[dot] == '.' {
		return form[:dot] + "." + zeros(len(s)-dot-2) + "Z"
	}
	return form
}
