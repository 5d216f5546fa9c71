package settings

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// An Error says why settings could not be read, and where. It is never about a value
// that is merely wrong: those are read, and the checks judge them.
type Error struct {
	Place Place
	Text  string // what is wrong, without the place
	Hint  string // what to do about it; may be empty
}

// Error is file:line:column: text. The hint is left to those who print it beside.
func (e *Error) Error() string {
	if place := e.Place.String(); place != "" {
		return place + ": " + e.Text
	}
	return e.Text
}

// Errors are all the Errors inside err, in the order of the file; nil where it holds
// none. Load and Read join what they found, so errors.As alone shows the first only.
func Errors(err error) []*Error {
	switch e := err.(type) {
	case nil:
		return nil
	case *Error:
		return []*Error{e}
	case interface{ Unwrap() []error }:
		var all []*Error
		for _, one := range e.Unwrap() {
			all = append(all, Errors(one)...)
		}
		return all
	}
	return Errors(errors.Unwrap(err))
}

// mostErrors bounds what one file can make us say.
const mostErrors = 20

// joined is the errors as one, in the order of the file; nil where there are none.
func joined(errs []*Error) error {
	if len(errs) == 0 {
		return nil
	}
	slices.SortStableFunc(errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Place.Line, b.Place.Line), cmp.Compare(a.Place.Column, b.Place.Column))
	})
	var all []error
	for i, e := range errs {
		if i == mostErrors {
			all = append(all, &Error{Place: e.Place, Text: fmt.Sprintf("and %d more from here on", len(errs)-i)})
			break
		}
		all = append(all, e)
	}
	return errors.Join(all...)
}

// quoted is text from a file, made fit for one line of a message: in quotes, cut to a
// length, what does not print escaped.
func quoted(s string) string { return fmt.Sprintf("%q", clipped(s, 60)) }

// plain is a message of a library in one line of bounded length without anything that
// a terminal would obey.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, clipped(s, 160))
	return strings.Join(strings.Fields(s), " ")
}

func clipped(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if i > most {
			break
		}
		n = i
	}
	return s[:n] + "…"
}
