package report

import (
	"fmt"
	"strings"
)

// values are a got and a want made ready to be shown one above the other.
type values struct {
	got, want string // visible, shortened where they are long
	// caret is the column, from 0, at which they first differ; -1 where showing it
	// would not help, as the two have little in common.
	caret int
}

// align prepares two values for lines of so many columns. Both are shortened in the
// same way, so that what is alike stays in line.
func align(got, want string, width int) values {
	g, w := []rune(got), []rune(want)
	at := commonPrefix(g, w)
	if got == "" || want == "" || got == want || !alike(g, w, at) {
		return values{got: shorten(quote(got, want), width), want: shorten(quote(want, got), width), caret: -1}
	}
	quoted := needsQuotes(got) || needsQuotes(want)
	vg, vw := visible(got), visible(want)
	if max(columns(vg), columns(vw))+2 <= width {
		caret := columns(visible(string(g[:at])))
		if quoted {
			vg, vw = `"`+vg+`"`, `"`+vw+`"`
			caret++
		}
		return values{got: vg, want: vw, caret: caret}
	}
	// Too long: the part around the difference, with what stands before it cut alike.
	room := max(width-len("… … (1000000 characters)"), 16)
	from := max(0, at-room/3)
	lead := ""
	if from > 0 {
		lead = "…"
	}
	return values{
		got:   lead + window(g, from, room),
		want:  lead + window(w, from, room),
		caret: columns(lead) + columns(visible(string(g[from:at]))),
	}
}

// window is a part of a value that fits, with the length of the whole.
func window(s []rune, from, room int) string {
	part, n := "", 0
	i := from
	for ; i < len(s); i++ {
		v := visible(string(s[i]))
		if n += columns(v); n > room {
			break
		}
		part += v
	}
	if i < len(s) {
		part += "…"
	}
	return fmt.Sprintf("%s (%d characters)", part, len(s))
}

// shorten cuts a visible value that does not fit one line to its two ends, and says how
// long it is. A value of several words may take more lines, as it can be wrapped.
func shorten(s string, width int) string {
	limit := width
	if strings.Contains(s, " ") {
		limit = 5 * width
	}
	if columns(s) <= limit {
		return s
	}
	r := []rune(s)
	note := fmt.Sprintf(" (%d characters)", len(r))
	room := max(limit-len(note)-1, 16)
	head, n := 0, 0
	for head < len(r) && n+columnsOf(r[head]) <= room*2/3 {
		n += columnsOf(r[head])
		head++
	}
	tail := len(r)
	for n = 0; tail > head && n+columnsOf(r[tail-1]) <= room/3; tail-- {
		n += columnsOf(r[tail-1])
	}
	return string(r[:head]) + "…" + string(r[tail:]) + note
}

// quote makes a value visible; in quotes where its ends could not be seen otherwise.
func quote(s, other string) string {
	if s == "" {
		if other == "" {
			return ""
		}
		return "(empty)"
	}
	if needsQuotes(s) {
		return `"` + visible(s) + `"`
	}
	return visible(s)
}

// needsQuotes reports whether a value has space at an end.
func needsQuotes(s string) bool { return s != strings.Trim(s, " ") }

// commonPrefix is how many characters two values have in common at the start.
func commonPrefix(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// alike reports whether two values have enough in common for a mark under the first
// difference to help: half of the longer one, counted from both ends.
func alike(a, b []rune, prefix int) bool {
	suffix := 0
	for suffix < len(a)-prefix && suffix < len(b)-prefix && a[len(a)-1-suffix] == b[len(b)-1-suffix] {
		suffix++
	}
	return 2*(prefix+suffix) >= max(len(a), len(b))
}
