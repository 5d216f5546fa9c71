// Package formula reads and evaluates the formulas that a Salesforce Connected App
// takes as values of its custom attributes, as $User.FirstName + " " + $User.LastName.
// It knows no settings and no users: what a merge field holds, the caller says.
//
// # What it rests on
//
// Which functions the value of a custom attribute may use is not documented. The
// language is that of Salesforce Help, "Formula Operators and Functions", without the
// functions that need a page or a record. Where Help is silent, on grammar, on blank
// values and on arithmetic, the package does what Salesforce's published engine does
// (github.com/salesforce/formula-engine): a blank text is an empty one; a comparison with a
// blank number or date is neither true nor false and IF takes it for false; numbers are
// decimal with 39 digits; characters are counted as UTF-16 code units.
//
// Inferred rather than documented is that the formula is refused when it is saved for
// the same errors of type as other formulas are, how values other than texts are
// written, and that the day is that of the user's time zone.
package formula

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxLength is how many characters Salesforce takes for a formula.
const maxLength = 3900

// An Expr is a formula that was read without an error. It is safe for concurrent use.
type Expr struct {
	text string
	root *node
}

// Parse reads a formula. What is wrong with it is told as an *Error.
func Parse(text string) (*Expr, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errorAt(text, 0, "The formula is empty.",
			`Type a merge field such as $User.Email, or a text in quotes such as "agent".`)
	}
	if err := invalid(text); err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(text); n > maxLength {
		return nil, errorAt(text, 0, fmt.Sprintf("The formula has %d characters; Salesforce takes %d.", n, maxLength), "Shorten it.")
	}
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	root, err := parse(text, tokens)
	if err != nil {
		return nil, err
	}
	if err := (&checker{text: text}).check(root); err != nil {
		return nil, err
	}
	return &Expr{text: text, root: root}, nil
}

// Eval reads a formula and evaluates it, as Parse and Expr.Eval do.
func Eval(text string, fields func(name string) (string, bool)) (string, error) {
	e, err := Parse(text)
	if err != nil {
		return "", err
	}
	return e.Eval(fields)
}

// Type is what kind of value the formula gives. An attribute carries a text whatever it is.
func (e *Expr) Type() Type { return e.root.typ }

// Fields are the merge fields that the formula refers to, each once, in the order in
// which they first occur and as Salesforce spells them.
func (e *Expr) Fields() []string {
	var names []string
	seen := map[string]bool{}
	e.root.walk(func(n *node) {
		if n.kind == nodeField && !seen[n.field] {
			seen[n.field] = true
			names = append(names, n.field)
		}
	})
	return names
}

// String is the formula as it was typed.
func (e *Expr) String() string { return e.text }
