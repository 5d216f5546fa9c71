package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// DrillText writes a drill for a reader at a terminal: the outcome, what to do, what
// changes where, who gets in at every moment of each order, and what becomes of those who
// were logged in before.
func DrillText(w io.Writer, d *Drill, opt Options) error {
	t := &text{r: &Report{}, opt: opt}
	word, color := "PASS", green
	if d.Verdict() != Pass {
		word, color = "FAIL", red
	}
	what := d.Result
	if d.Blocked != "" {
		what = d.Blocked
	}
	t.paragraph(opt.paint(word, bold, color)+": ", "      ", prose(what), bold)
	t.line()
	t.paragraph("", "", prose(d.Title)+", with "+visible(d.Settings), dim)
	t.facts(d)
	if len(d.Steps) > 0 {
		t.line()
		t.line(opt.paint("What to do", bold))
		for i, s := range d.Steps {
			t.paragraph(fmt.Sprintf("  %d. ", i+1), "     ", prose(s))
		}
	}
	t.changes(d)
	t.measures(d)
	t.ways(d)
	t.sessions(d)
	t.states(d)
	t.list("What the replay does not show", d.Notes)
	t.line()
	at := "at " + d.At.UTC().Format(time.RFC3339)
	if d.AtSource != "" {
		at += " (" + d.AtSource + ")"
	}
	t.paragraph("", "", visible(d.Tool+", drill "+d.Name+", "+at), dim)
	_, err := io.WriteString(w, t.b.String())
	return err
}

// facts writes what is known before.
func (t *text) facts(d *Drill) {
	for _, f := range d.Facts {
		t.paragraph("  "+prose(f.Name)+": ", "    ", prose(f.Text))
	}
}

// changes writes the checklist.
func (t *text) changes(d *Drill) {
	if len(d.Changes) == 0 {
		return
	}
	t.line()
	t.line(t.opt.paint("What changes", bold))
	for i, c := range d.Changes {
		head := fmt.Sprintf("  [ ] %d. ", i+1)
		t.paragraph(head, "         ", visible(string(c.Side))+", "+prose(c.Setting))
		if c.Old != "" && c.Old == c.New {
			t.line("        keep  ", shorten(quote(c.Old, ""), 200))
			c.Old, c.New = "", ""
		}
		if c.Old != "" {
			t.line("         old  ", shorten(quote(c.Old, c.New), 200))
		}
		if c.New != "" {
			t.line("         new  ", shorten(quote(c.New, c.Old), 200))
		}
		if c.Note != "" {
			t.paragraph("         ", "         ", prose(c.Note), dim)
		}
	}
}

// states writes every combination of changes, with who gets in.
func (t *text) states(d *Drill) {
	if len(d.States) == 0 {
		return
	}
	t.line()
	t.line(t.opt.paint("New logins in every state on the way, replayed", bold))
	for _, s := range d.States {
		t.state("  ", s, s.Name, false)
	}
}

// sessions writes what becomes of those who were there before the change.
func (t *text) sessions(d *Drill) {
	if len(d.Sessions) == 0 {
		return
	}
	t.line()
	t.line(t.opt.paint("Who was there before the change, replayed", bold))
	for _, s := range d.Sessions {
		t.paragraph("  ", "  ", prose(s.Name))
		for _, try := range s.Tries {
			mark, color, word := "✓", green, "works"
			if !try.Works {
				mark, color, word = "✗", red, "does not work"
			}
			if len(try.Inferred) > 0 {
				word += " (inferred)"
			}
			t.paragraph("    "+t.opt.paint(mark, color)+" ", "      ", "who "+prose(try.Do)+": "+word)
			if try.Sees != "" {
				t.paragraph("      they see: ", "        ", prose(try.Sees), dim)
			}
		}
	}
	t.inferences(d)
}

// inferences says once each why something about sessions is inferred.
func (t *text) inferences(d *Drill) {
	var told []string
	for _, s := range d.Sessions {
		for _, try := range s.Tries {
			for _, why := range try.Inferred {
				if !slices.Contains(told, why) {
					told = append(told, why)
					t.paragraph("  inferred: ", "    ", prose(why), dim)
				}
			}
		}
	}
}

// state writes one state in a line, and what those see who are locked out below it. In a
// way that is safe all the same, as because the state lasts seconds, that is no failure.
func (t *text) state(indent string, s DrillState, name string, harmless bool) {
	mark, color := "✓", green
	switch {
	case len(s.Locked()) > 0 && harmless:
		mark, color = "!", yellow
	case len(s.Locked()) > 0:
		mark, color = "✗", red
	}
	inner := indent + "    "
	t.paragraph(indent+t.opt.paint(mark, color)+" ", inner, prose(name)+": "+prose(s.Who()))
	for _, seen := range s.Seen() {
		t.paragraph(inner+"they see: ", inner+"  ", prose(seen), dim)
	}
}

// measures writes how far clocks may drift.
func (t *text) measures(d *Drill) {
	if len(d.Measures) == 0 {
		return
	}
	t.line()
	t.line(t.opt.paint("How far the clocks may differ", bold))
	for _, m := range d.Measures {
		mark, color := "✓", green
		if !m.Sound() {
			mark, color = "✗", red
		}
		text := fmt.Sprintf("accepted up to %s, refused from %s on", span(m.Accepted), span(m.Refused))
		if m.Unlimited() {
			text = "accepted as far as was tried, " + span(m.Accepted)
		}
		t.paragraph("  "+t.opt.paint(mark, color)+" ", "    ", prose(m.Name)+": "+text+fmt.Sprintf(" (%s)", plural(m.Tries, "login")))
		if m.Bound != "" {
			t.paragraph("    ", "      ", prose(tolerance(m)))
		}
		if m.Sees != "" {
			t.paragraph("    beyond it: ", "      ", prose(m.Sees), dim)
		}
	}
}

// tolerance says what a measure amounts to beyond what the message grants.
func tolerance(m DrillMeasure) string {
	if m.Unlimited() {
		return fmt.Sprintf("%s grants %s, and the service provider does not hold to it", m.Bound, span(m.Window))
	}
	s := fmt.Sprintf("%s grants %s; the service provider adds %s", m.Bound, span(m.Window), span(m.Tolerance))
	switch {
	case m.Expected == 0:
	case m.Tolerance == m.Expected:
		s += ", as it is known to"
	default:
		s += ", and is known to add " + span(m.Expected)
	}
	return s
}

// span is a duration as people say it, to the second.
func span(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	return sign + strings.TrimPrefix(d.Round(time.Second).String(), "-")
}

// ways writes the orders, moment by moment.
func (t *text) ways(d *Drill) {
	for _, group := range []struct {
		title string
		wrong bool
	}{{"Orders of the two consoles' changes", false}, {"Wrong turns", true}} {
		first := true
		for _, w := range d.Ways {
			if w.Wrong != group.wrong {
				continue
			}
			if first {
				t.line()
				t.line(t.opt.paint(group.title, bold))
				first = false
			}
			t.order(w)
		}
	}
}

// order writes one order.
func (t *text) order(w DrillWay) {
	mark, color, word := "✓", green, "locks nobody out"
	for _, m := range w.Moments {
		switch {
		case len(m.State.Locked()) == 0:
		case m.Brief:
			word = "locks nobody out but for seconds"
		default:
			word = "locks nobody out who begins in the right place"
		}
	}
	if !w.Safe {
		mark, color, word = "✗", red, "locks users out"
	}
	if w.Advised {
		word += ", advised"
	}
	t.paragraph("  "+t.opt.paint(mark, color)+" ", "    ", t.opt.paint(prose(w.Name), bold)+": "+word)
	if w.Note != "" {
		t.paragraph("    ", "    ", prose(w.Note))
	}
	for _, m := range w.Moments {
		t.state("    ", m.State, hour(m)+prose(m.Do), w.Safe)
	}
}

// hour says when a moment is: hours after the beginning while they are few, and the time.
func hour(m DrillMoment) string {
	if m.State.At.IsZero() {
		return ""
	}
	at := m.State.At.UTC().Format("2006-01-02 15:04")
	if m.After >= 0 && m.After < 24*time.Hour {
		return fmt.Sprintf("hour %d, %s, ", int(m.After.Hours()), at)
	}
	return at + ", "
}
