package formula

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// An Error says in an administrator's words what is wrong with a formula, and where.
type Error struct {
	Offset int // in bytes, from 0
	Line   int // from 1
	Column int // in characters of the line, from 1
	Text   string
	Hint   string // what to type instead; "" where nothing is known
}

// Error is the text with its place, and the hint.
func (e *Error) Error() string {
	s := fmt.Sprintf("column %d: %s", e.Column, e.Text)
	if e.Line > 1 {
		s = fmt.Sprintf("line %d, %s", e.Line, s)
	}
	if e.Hint != "" {
		s += " " + e.Hint
	}
	return s
}

// errorAt is an error at a byte offset of the formula.
func errorAt(text string, offset int, what, hint string) *Error {
	offset = min(offset, len(text))
	before := text[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return &Error{
		Offset: offset,
		Line:   strings.Count(before, "\n") + 1,
		Column: utf8.RuneCountInString(before[start:]) + 1,
		Text:   what,
		Hint:   hint,
	}
}
