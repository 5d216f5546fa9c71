package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// labelled is the indent of what stands behind a label.
const labelled = 10

// mostFindings is how many findings of one check are shown unless all are asked for.
const mostFindings = 6

// failure writes a cause in full: what should hold, what was got instead, how to mend
// it, by which source, and what follows from it.
func (t *text) failure(res check.Result, e effect) {
	mark, color := "✗", red
	switch res.Severity {
	case check.Warning:
		mark, color = "!", yellow
	case check.Note:
		mark, color = "·", cyan
	}
	t.paragraph("  "+t.opt.paint(mark+" "+severityWord(res.Severity), bold, color)+": ", "    ",
		fmt.Sprintf("%s (%s)", prose(title(res)), visible(id(res))))
	t.findings(res)
	t.fix(fixOf(res))
	if res.Check != nil && len(res.Check.Sources) > 0 {
		t.label("source", prose(strings.Join(res.Check.Sources, "; ")))
	}
	if len(e.ids) > 0 {
		s := plural(len(e.ids), "more check") + " fail"
		if len(e.ids) == 1 {
			s += "s"
		}
		if e.logins > 0 && len(t.r.Logins) > 1 {
			s += " in " + plural(e.logins, "login")
		}
		t.label("so", s+": "+visible(strings.Join(e.ids, ", ")))
	}
}

// consequence writes what fails because of other failures, without a fix of its own. The
// cause that it stands under needs no name.
func (t *text) consequence(res check.Result, roots []string, under string) {
	s := fmt.Sprintf("%s (%s)", prose(title(res)), visible(id(res)))
	if others := slices.DeleteFunc(slices.Clone(roots), func(name string) bool { return name == under }); len(others) > 0 {
		s += ", which follows from " + visible(strings.Join(others, ", "))
		if under != "" {
			s += ", too"
		}
	}
	t.paragraph("  "+t.opt.paint("↳ "+severityWord(res.Severity), cyan)+": ", "    ", s)
	t.findings(res)
}

// findings writes where and what was got and wanted, deviation by deviation.
func (t *text) findings(res check.Result) {
	for i, f := range res.Findings {
		if i == mostFindings && !t.opt.Verbose {
			t.label("", fmt.Sprintf("and %s, which the JSON report has", plural(len(res.Findings)-i, "more finding")))
			return
		}
		t.finding(f, res)
		if f.From != "" {
			t.label("from", prose(f.From))
		}
	}
}

func (t *text) finding(f check.Finding, res check.Result) {
	at := prose(f.At)
	if p := place(f); p != "" {
		at = strings.TrimSpace(at + " (" + visible(p) + ")")
	}
	if f.Severity != 0 && f.Severity != res.Severity {
		at += ", a " + severityWord(f.Severity) + " only"
	}
	if at != "" {
		t.label("at", at)
	}
	room := t.opt.width() - labelled
	v := align(f.Got, f.Want, room)
	if v.got != "" {
		t.value("got", v.got)
	}
	if v.want != "" {
		t.value("want", v.want)
	}
	note := prose(f.Note)
	if v.caret > 0 {
		caret := t.opt.paint("^", bold, red)
		before := strings.Repeat(" ", labelled+v.caret)
		switch {
		case note != "" && v.caret+2+columns(note) <= room:
			t.line(before, caret, " ", note)
			return
		case note != "" && columns(note) < v.caret:
			t.line(strings.Repeat(" ", labelled+v.caret-1-columns(note)), note, " ", caret)
			return
		}
		t.line(before, caret)
	}
	if note != "" {
		t.label("note", note)
	}
}

// place is where a finding stands: the file, or the line of the message.
func place(f check.Finding) string {
	switch {
	case f.File == "" && f.Line == 0:
		return ""
	case f.Line == 0:
		return f.File
	case f.File == "":
		return fmt.Sprintf("line %d, column %d", f.Line, f.Column)
	case f.Column == 0:
		return fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
}

// fix writes in which console and field to change what.
func (t *text) fix(fix check.Fix) {
	where := string(fix.Side)
	if fix.Setting != "" {
		if where != "" {
			where += ", "
		}
		where += fix.Setting
	}
	label := "fix"
	if where != "" {
		t.label(label, prose(where))
		label = ""
	}
	if fix.Text != "" {
		t.label(label, prose(fix.Text))
	}
}

// label writes prose behind its label.
func (t *text) label(label, s string) {
	room := t.opt.width() - labelled
	t.lines(label, wrap(s, room, room))
}

// value writes a value behind its label, to the letter.
func (t *text) value(label, s string) { t.lines(label, fold(s, t.opt.width()-labelled)) }

// lines writes lines behind a label, or behind none.
func (t *text) lines(label string, lines []string) {
	indent := strings.Repeat(" ", labelled)
	first := indent
	if label != "" {
		first = strings.Repeat(" ", labelled-2-len(label)) + t.opt.paint(label, dim) + "  "
	}
	for i, l := range lines {
		if i > 0 {
			first = indent
		}
		t.line(first, l)
	}
}
