package formula

import "fmt"

// Eval is the text that the formula gives. The function fields says what a merge
// field holds, by the name that it is typed with, as $User.FirstName; its second result
// tells an empty field from one that does not exist. What goes wrong is told as an *Error.
func (e *Expr) Eval(fields func(name string) (string, bool)) (string, error) {
	return e.eval(e.root, fields)
}

func (e *Expr) eval(n *node, fields func(name string) (string, bool)) (string, error) {
	switch n.kind {
	case nodeText:
		return n.text, nil
	case nodeField:
		v, ok := fields(n.text)
		if !ok {
			return "", errorAt(e.text, n.pos, fmt.Sprintf("Field %s does not exist.", n.text), "")
		}
		return v, nil
	case nodeBinary:
		if n.text != "+" && n.text != "&" {
			break
		}
		left, err := e.eval(n.args[0], fields)
		if err != nil {
			return "", err
		}
		right, err := e.eval(n.args[1], fields)
		return left + right, err
	}
	return "", errorAt(e.text, n.pos, fmt.Sprintf("%s is not understood here.", e.text[n.pos:n.end]),
		"Texts in quotes and fields, joined by + or &, are.")
}
