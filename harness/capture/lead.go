package capture

import (
	"fmt"
	"strings"
)

// Bounds on what a log writes before each line.
const (
	maxLead  = 300 // characters
	maxLeads = 20  // of the first line's, how many shorter ones are tried
)

// leads are what may stand before the lines that follow one that begins so: the same, or
// only its first parts, as the last may be about the line itself.
func leads(first string) (list []string) {
	if len(first) > maxLead {
		return nil
	}
	for i := len(first); i > 0 && len(list) < maxLeads; i-- {
		if i < len(first) && strings.IndexByte(" \t:|>]", first[i-1]) < 0 {
			continue
		}
		if strings.TrimSpace(first[:i]) == "" {
			break
		}
		list = append(list, first[:i])
	}
	return list
}

// cutLead takes what a log writes before a line off it, which may differ in its numbers
// and in the space before them.
func cutLead(line, lead string) (rest string, ok bool) {
	line, lead = strings.TrimLeft(line, " "), strings.TrimLeft(lead, " ")
	for lead != "" {
		switch {
		case line == "":
			return "", false
		case digit(lead[0]):
			if !digit(line[0]) {
				return "", false
			}
			line, lead = strings.TrimLeft(line, "0123456789"), strings.TrimLeft(lead, "0123456789")
		case line[0] != lead[0]:
			return "", false
		default:
			line, lead = line[1:], lead[1:]
		}
	}
	return line, true
}

// unlead takes what a log writes before each of its lines off those that a message as XML
// stands in, where the same stands before all of them.
func unlead(text string) (string, string) {
	if strings.IndexByte(text, '\n') < 0 {
		return text, ""
	}
	var b strings.Builder
	f := finder{text: text}
	lines, done := 0, 0
	for from, to := nextDocument(text, 0); from < to; from, to = nextDocument(text, to) {
		if strings.IndexByte(text[from:to], '\n') < 0 {
			continue
		}
		begin := f.declaration(from, "<")
		near := max(0, begin-maxLead-1)
		if i := strings.LastIndexByte(text[near:begin], '\n'); i >= 0 || near == 0 {
			begin = near + i + 1
		} else {
			continue
		}
		if begin < done {
			continue // the document before this one ends on the same line
		}
		head := text[begin:from]
		if i := strings.IndexByte(head, '<'); i >= 0 {
			head = head[:i] // the XML declaration's
		}
		rest, n := "", 0
		for _, lead := range leads(head) {
			if rest, n = unleadLines(text[begin+len(head):to], lead); n > 0 {
				break
			}
		}
		if n > 0 {
			b.WriteString(text[done : begin+len(head)])
			b.WriteString(rest)
			lines, done = lines+n, to
		}
	}
	if lines == 0 {
		return text, ""
	}
	b.WriteString(text[done:])
	return b.String(), fmt.Sprintf("what stands before each of %d lines left out", lines)
}

// unleadLines takes the lead off every line but the first, and tells of how many; none
// where one is without it.
func unleadLines(text, lead string) (string, int) {
	first, after, found := strings.Cut(text, "\n")
	if !found {
		return text, 0
	}
	var b strings.Builder
	b.WriteString(first)
	n := 0
	for line := range strings.SplitSeq(after, "\n") {
		rest, ok := cutLead(line, lead)
		if !ok {
			return text, 0
		}
		b.WriteByte('\n')
		b.WriteString(rest)
		n++
	}
	return b.String(), n
}
