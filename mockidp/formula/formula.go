// Package formula reads and evaluates the formulas that a Salesforce Connected App
// takes as values of its custom attributes, as $User.FirstName + " " + $User.LastName.
// It knows no settings and no users: what a merge field holds, the caller says.
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

// Fields are the merge fields that the formula refers to, each once, in the order in
// which they first occur and as they are typed there.
func (e *Expr) Fields() []string {
	var names []string
	seen := map[string]bool{}
	e.root.walk(func(n *node) {
		if key := strings.ToLower(n.text); n.kind == nodeField && !seen[key] {
			seen[key] = true
			names = append(names, n.text)
		}
	})
	return names
}

// String is the formula as it was typed.
func (e *Expr) String() string { return e.text }
