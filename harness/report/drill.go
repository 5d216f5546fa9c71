package report

import (
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
)

// A Drill is a change to a set-up that was tried on the mocks before anybody makes it:
// the states on the way, the orders in which one can get there, and whom each locks out.
type Drill struct {
	Name     string // rotate, migrate or clock
	Title    string // what is drilled, as a sentence's subject
	Tool     string
	Settings string
	At       time.Time
	AtSource string

	// Blocked says why there was nothing to drill, as settings that let nobody in; "" where
	// there was.
	Blocked string
	Result  string // the outcome in a sentence

	Facts    []DrillFact    // what is known before: certificates and their days, deadlines
	Changes  []DrillChange  // every field that changes, in the order of the consoles
	States   []DrillState   // every combination of what is changed and what is not
	Ways     []DrillWay     // orders of the changes, the recommended one first
	Sessions []DrillSession // what becomes of those who were there before the change
	Measures []DrillMeasure // of the drill clock
	Steps    []string       // what to do, in order
	Notes    []string       // what the replay does not show, and what rests on inference
}

// A DrillFact is a name with what is known of it.
type DrillFact struct{ Name, Text string }

// A DrillChange is one field to change in one console.
type DrillChange struct {
	Side     check.Side
	Setting  string // the console's own labels
	Path     string // of the setting in the file
	Old, New string
	Note     string
}

// A DrillState is the set-up in the middle of the change, with every login tried in it.
type DrillState struct {
	Name   string
	At     time.Time
	Done   []int // indexes of the changes that are made
	Logins []DrillLogin
}

// A DrillLogin is how one login ended in a state.
type DrillLogin struct {
	User     string
	Flow     saml.Flow
	Start    string // where it began, in words
	Accepted bool
	By       string // who refused: "Flex" or "Salesforce"; "" for nobody
	Status   int    // HTTP, of a refusal by Flex
	Code     string // the refusal's code
	Sees     string // what the user is shown
	Inferred bool   // that rests on inference
}

// A DrillWay is one order of the changes.
type DrillWay struct {
	Name    string
	Safe    bool // no moment locks anybody out
	Advised bool // the one to take
	Wrong   bool // shown for what it does, not as a choice
	Moments []DrillMoment
	Note    string
}

// A DrillMoment is a state that a way passes through, and what was done to get there.
type DrillMoment struct {
	Do    string
	After time.Duration // since the drill began
	// Brief tells of a moment that lasts seconds, as that between two clicks: what happens
	// in it does not make a way unsafe.
	Brief bool
	State DrillState
}

// A DrillSession is a state of the change, with what people do in it who were logged in,
// or about to log in, before it.
type DrillSession struct {
	Name  string
	Done  []int // indexes of the changes that are made
	Tries []DrillTry
}

// A DrillTry is one thing that somebody tries who was there before.
type DrillTry struct {
	Do       string // who does it: "is logged in to Flex, and opens it again"
	Works    bool
	Sees     string   // what is shown where it does not work
	Inferred []string // why that is inferred; none where it is not
}

// A DrillMeasure is one direction in which clocks drift, and how far they may.
type DrillMeasure struct {
	Name      string
	Bound     string        // which of the message's times it runs against
	Window    time.Duration // what the message itself grants
	Accepted  time.Duration // the largest drift that is accepted
	Refused   time.Duration // the smallest that is not; zero where none was found
	Tolerance time.Duration // what the service provider adds to the window
	Expected  time.Duration // what it is known to add
	Sees      string
	Tries     int
}

// Unlimited tells that no drift was refused.
func (m DrillMeasure) Unlimited() bool { return m.Refused == 0 }

// Sound tells whether the service provider holds to the message's bound and adds at least
// what it is known to add.
func (m DrillMeasure) Sound() bool {
	return m.Expected == 0 || !m.Unlimited() && m.Tolerance >= m.Expected
}

// Verdict is pass where an advised way locks nobody out, or where every measure is sound,
// and fail otherwise.
func (d *Drill) Verdict() Verdict {
	switch {
	case d.Blocked != "":
		return Fail
	case slices.ContainsFunc(d.Ways, func(w DrillWay) bool { return w.Safe && w.Advised }):
		return Pass
	case len(d.Ways) == 0 && len(d.Measures) > 0:
		for _, m := range d.Measures {
			if !m.Sound() {
				return Fail
			}
		}
		return Pass
	}
	return Fail
}

// Locked are the logins of a state that are refused.
func (s DrillState) Locked() []DrillLogin {
	var locked []DrillLogin
	for _, l := range s.Logins {
		if !l.Accepted {
			locked = append(locked, l)
		}
	}
	return locked
}

// Who says in words who gets in.
func (s DrillState) Who() string {
	locked := s.Locked()
	switch {
	case len(s.Logins) == 0:
		return "nobody tried"
	case len(locked) == 0:
		return "everybody gets in"
	case len(locked) == len(s.Logins):
		return "nobody gets in"
	}
	by := map[string][2]int{} // of a start: refused, all
	var starts, users []string
	for _, l := range s.Logins {
		n := by[l.Start]
		if !slices.Contains(starts, l.Start) {
			starts = append(starts, l.Start)
		}
		if n[1]++; !l.Accepted {
			n[0]++
		}
		by[l.Start] = n
	}
	var out []string
	whole := true
	for _, start := range starts {
		switch n := by[start]; n[0] {
		case 0:
		case n[1]:
			out = append(out, start)
		default:
			whole = false
		}
	}
	if whole {
		return "locked out are logins " + enumerate(out)
	}
	for _, l := range locked {
		users = append(users, l.User+" "+l.Start)
	}
	return "locked out: " + enumerate(users)
}

// Seen are the different things that those who are locked out see.
func (s DrillState) Seen() []string {
	var seen []string
	for _, l := range s.Locked() {
		text := l.Sees
		if l.Inferred {
			text += " (inferred)"
		}
		if !slices.Contains(seen, text) {
			seen = append(seen, text)
		}
	}
	return seen
}

// Redact is a copy of the drill that names no user.
func (d *Drill) Redact(personal []string) *Drill {
	r := &Report{Personal: personal}
	m := newMask(r)
	c := *d
	c.Blocked, c.Result = m.text(d.Blocked), m.text(d.Result)
	state := func(s DrillState) DrillState {
		s.Logins = slices.Clone(s.Logins)
		for i := range s.Logins {
			l := &s.Logins[i]
			l.User, l.Sees = m.text(l.User), m.text(l.Sees)
		}
		return s
	}
	c.States = slices.Clone(d.States)
	for i := range c.States {
		c.States[i] = state(c.States[i])
	}
	c.Ways = slices.Clone(d.Ways)
	for i := range c.Ways {
		w := &c.Ways[i]
		w.Moments = slices.Clone(w.Moments)
		for j := range w.Moments {
			w.Moments[j].State = state(w.Moments[j].State)
		}
	}
	c.Sessions = slices.Clone(d.Sessions)
	for i := range c.Sessions {
		s := &c.Sessions[i]
		s.Tries = slices.Clone(s.Tries)
		for j := range s.Tries {
			s.Tries[j].Sees = m.text(s.Tries[j].Sees)
		}
	}
	c.Measures = slices.Clone(d.Measures)
	for i := range c.Measures {
		c.Measures[i].Sees = m.text(c.Measures[i].Sees)
	}
	c.Notes, c.Steps = m.texts(d.Notes), m.texts(d.Steps)
	return &c
}

// enumerate joins words as a sentence does.
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
