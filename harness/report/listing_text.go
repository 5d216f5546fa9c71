package report

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// Bounds of what a listing shows of one line, in characters.
const (
	mostMarkup = 1200
	mostValue  = 100
	mostIndent = 24
)

// gutter is the width of the column in which the places stand.
const gutter = 10

// listing writes a message with its findings.
func (t *text) listing(l Listing) {
	t.line()
	t.line("  ", t.opt.paint("The "+l.Name+", decoded", bold), " (indented here; line:column of what was decoded)")
	for _, line := range l.Lines {
		t.listingLine(line)
	}
	if l.Left > 0 {
		t.line(strings.Repeat(" ", gutter+2), fmt.Sprintf("… %s not shown", plural(l.Left, "more line")))
		t.marks(l.More, 2)
	}
}

// listingLine writes one line, folded to the terminal, and its findings below it.
func (t *text) listingLine(l ListingLine) {
	s := shorten(visible(l.Open), mostMarkup) + shorten(visible(l.Value), mostValue) + visible(l.Close)
	indent := min(2*l.Depth, mostIndent)
	place := fmt.Sprintf("%d:%d", l.Line, l.Column)
	before := strings.Repeat(" ", max(gutter-len(place), 0)) + t.opt.paint(place, dim) + strings.Repeat(" ", 2+indent)
	for _, part := range fold(s, max(t.opt.width()-gutter-2-indent, 30)) {
		t.line(before, part)
		before = strings.Repeat(" ", gutter+4+indent)
	}
	t.marks(l.Marks, indent)
}

// marks writes the findings at a line, those that say the same once.
func (t *text) marks(marks []Mark, indent int) {
	said := map[string]bool{}
	for _, m := range marks {
		sign, color := "^ ✗ ", red
		switch m.Severity {
		case check.Warning:
			sign, color = "^ ! ", yellow
		case check.Note:
			sign, color = "^ · ", cyan
		}
		says := fmt.Sprintf("%s (%d:%d): %s", visible(m.ID), m.Finding.Line, m.Finding.Column, matterOf(m.Finding, m.Title))
		if said[says] {
			continue
		}
		said[says] = true
		first := strings.Repeat(" ", gutter+2+indent) + t.opt.paint(sign, bold, color)
		t.paragraph(first, strings.Repeat(" ", gutter+6+indent), says)
	}
}

// listings masks listings. A value that tells of a person is masked whole.
func (m *mask) listings(all []Listing) []Listing {
	var out []Listing
	for _, l := range all {
		c := l
		c.Lines = slices.Clone(l.Lines)
		for i := range c.Lines {
			line := &c.Lines[i]
			line.Open, line.Close = m.text(line.Open), m.text(line.Close)
			if value := strings.TrimSpace(html.UnescapeString(line.Value)); line.Personal && telling(value) {
				line.Value = m.name(value)
			} else {
				line.Value = m.text(line.Value)
			}
			line.Marks = m.marks(line.Marks)
		}
		c.More = m.marks(l.More)
		out = append(out, c)
	}
	return out
}

func (m *mask) marks(marks []Mark) []Mark {
	out := slices.Clone(marks)
	for i := range out {
		out[i].Finding = m.finding(out[i].Finding)
	}
	return out
}
