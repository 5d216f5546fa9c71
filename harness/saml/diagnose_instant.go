package saml

import (
	"slices"
	"time"
)

// An instant is a time of the message with where it stands.
type instant struct {
	at    time.Time
	spans []span
}

// instants are the times of what is signed, each once.
func (t *trials) instants() (all []instant) {
	const most = 12
	for _, s := range t.spans {
		if s.attr < 0 {
			continue
		}
		at, ok := exactInstant(t.spanValue(&s))
		if !ok {
			continue
		}
		n := slices.IndexFunc(all, func(x instant) bool { return x.at.Equal(at) })
		if n < 0 {
			if n = len(all); n == most {
				return all
			}
			all = append(all, instant{at: at})
		}
		all[n].spans = append(all[n].spans, s)
	}
	return all
}

// forms are the layouts that times of the message are written in, that of one value first.
func (t *trials) forms(all []instant, of string) []string {
	list := []string{instantForm(of)}
	for _, x := range all {
		if form := instantForm(t.spanValue(&x.spans[0])); !slices.Contains(list, form) && len(list) < 3 {
			list = append(list, form)
		}
	}
	return list
}

// byInstant looks for times that were edited: one, put back to where it may have stood
// beside the others, the ends of validity or all, moved alike.
func (t *trials) byInstant(f *SignatureFault) bool {
	all := t.instants()
	anchors := t.anchors(all)
	for _, x := range all {
		for _, form := range t.forms(all, t.spanValue(&x.spans[0])) {
			for _, y := range anchors {
				for _, d := range distances {
					if t.movedTo(f, x.spans, y.Add(d).Format(form)) {
						return true
					}
				}
			}
		}
	}
	return len(all) > 0 && (t.movedTogether(f, "") || t.movedTogether(f, "NotOnOrAfter") || t.nearly(f, all))
}

// anchors are the times that others may be told from: those of the whole message.
func (t *trials) anchors(all []instant) (list []time.Time) {
	for _, x := range all {
		list = append(list, x.at)
	}
	const most = 12
	for e := range t.d.Elements() {
		for a := range e.Attrs() {
			if at, ok := exactInstant(a.Value()); ok && len(list) < most && !slices.ContainsFunc(list, at.Equal) {
				list = append(list, at)
			}
		}
	}
	return list
}

// movedTo tries a time in the place of one span, and of all that show the same.
func (t *trials) movedTo(f *SignatureFault, spans []span, now string) bool {
	for i := range spans {
		if t.spanAs(&spans[i], now) {
			return t.edited(f, spans[i:i+1], now)
		}
	}
	return len(spans) > 1 && t.spansAs(spans, now) && t.edited(f, spans, now)
}

// nearly looks for a time without a fraction of a second, where others have one: who
// edits writes none. It may have stood some milliseconds beside another.
func (t *trials) nearly(f *SignatureFault, all []instant) bool {
	const milliseconds = 30
	whole := func(x instant) bool { return x.at.Nanosecond() == 0 }
	if !slices.ContainsFunc(all, func(x instant) bool { return !whole(x) }) {
		return false
	}
	for _, x := range slices.DeleteFunc(slices.Clone(all), func(x instant) bool { return !whole(x) }) {
		for _, y := range all {
			if whole(y) {
				continue
			}
			form := instantForm(t.spanValue(&y.spans[0]))
			for _, d := range [...]time.Duration{0, 30 * time.Second, time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute, time.Hour} {
				for ms := -milliseconds; ms <= milliseconds; ms++ {
					for _, sign := range [...]time.Duration{1, -1} {
						if t.movedTo(f, x.spans, y.at.Add(sign*d+time.Duration(ms)*time.Millisecond).Format(form)) {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

// edited makes the fault one of a time that was edited.
func (t *trials) edited(f *SignatureFault, spans []span, now string) bool {
	t.pointToAll(f, spans, now)
	return found(f, CauseEdited, "%s was edited after signing: the digest agrees when this time reads %s and not %s", f.At.called(), quoteText(f.Want), quoteText(f.Got))
}

// movedTogether looks for one difference that was added to every time, or to all of one
// name.
func (t *trials) movedTogether(f *SignatureFault, name string) bool {
	for _, d := range shifts() {
		changed, ok := t.rewritten(func(s *span, was string) string {
			if s.attr < 0 || name != "" && (Attr{t.d, s.node, s.attr}).Local() != name {
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
		t.pointToChanged(f, t.at(changed), func(was string) string {
			at, _ := exactInstant(was)
			return at.Add(d).Format(instantForm(was))
		})
		how := "later"
		if d > 0 {
			how = "earlier"
		} else {
			d = -d
		}
		if name != "" {
			return found(f, CauseEdited, "every %s was edited after signing: the digest agrees when they are put back; they were made %s %s", name, d, how)
		}
		return found(f, CauseEdited, "all times were moved after signing: the digest agrees when they are put back; they were made %s %s", d, how)
	}
	return false
}

// distances are those that lie between the times of one message, in either direction.
var distances = func() (both []time.Duration) {
	all := []time.Duration{30 * time.Second, 90 * time.Second, 5*time.Minute + 30*time.Second, 10*time.Minute + 30*time.Second, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 10 * time.Hour, 12 * time.Hour, 24 * time.Hour}
	for _, minutes := range [...]time.Duration{1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 60} {
		all = append(all, minutes*time.Minute)
	}
	both = append(both, 0)
	for _, d := range all {
		both = append(both, d, -d)
	}
	return both
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
