package formula

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The kinds of token.
type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenText
	tokenNumber
	tokenName     // a function, a keyword, or a word that stands alone
	tokenField    // a merge field, as $User.FirstName
	tokenOperator // also parentheses and the comma
)

// A token is one word of a formula.
type token struct {
	kind     tokenKind
	text     string // of a text literal what it stands for, otherwise as typed
	pos, end int    // byte offsets
}

// operators are the operators by length, longest first, so that <= is not read as <.
var operators = []string{
	"<=", ">=", "<>", "!=", "==", "&&", "||",
	"+", "-", "*", "/", "^", "&", "=", "<", ">", "!", "(", ")", ",",
}

// lex splits a formula into tokens; the last one is of kind tokenEnd.
func lex(text string) ([]token, error) {
	var tokens []token
	for i := 0; ; {
		var err error
		if i, err = skipSpace(text, i); err != nil {
			return nil, err
		}
		if i >= len(text) {
			return append(tokens, token{kind: tokenEnd, pos: i, end: i}), nil
		}
		t, err := next(text, i)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		i = t.end
	}
}

// next is the token that begins at a byte offset.
func next(text string, i int) (token, error) {
	c := text[i]
	switch {
	case c == '"' || c == '\'':
		return lexText(text, i)
	case isDigit(c):
		return lexNumber(text, i)
	case c == '$' || isLetter(c):
		return lexName(text, i)
	}
	for _, op := range operators {
		if strings.HasPrefix(text[i:], op) {
			return token{kind: tokenOperator, text: op, pos: i, end: i + len(op)}, nil
		}
	}
	return token{}, strange(text, i)
}

// skipSpace is the offset after white space and comments.
func skipSpace(text string, i int) (int, error) {
	for i < len(text) {
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f':
			i++
		case strings.HasPrefix(text[i:], "/*"):
			n := strings.Index(text[i+2:], "*/")
			if n < 0 {
				return 0, errorAt(text, i, "The comment that begins here does not end.", "End it with */.")
			}
			i += 2 + n + 2
		default:
			return i, nil
		}
	}
	return i, nil
}

// lexText reads a text literal in straight single or double quotes.
func lexText(text string, start int) (token, error) {
	quote := text[start]
	var b strings.Builder
	for i := start + 1; i < len(text); i++ {
		switch c := text[i]; c {
		case '\n', '\r':
			return token{}, errorAt(text, start, "The text that begins here goes on in the next line.", `Type \n for a new line, and close the text with `+string(quote)+".")
		case quote:
			return token{kind: tokenText, text: b.String(), pos: start, end: i + 1}, nil
		case '\\':
			i++
			if i == len(text) {
				break
			}
			switch text[i] {
			case '"', '\'', '\\':
				b.WriteByte(text[i])
			case 'n':
				b.WriteByte('\n')
			case 'r':
				b.WriteByte('\r')
			case 't':
				b.WriteByte('\t')
			default:
				r, _ := utf8.DecodeRuneInString(text[i:])
				return token{}, errorAt(text, i-1, fmt.Sprintf(`The text has \%s, which stands for nothing.`, show(r)),
					`Type \\ for a backslash, \" for a quote, \n for a new line.`)
			}
		default:
			b.WriteByte(c)
		}
	}
	return token{}, unclosed(text, start)
}

// unclosed says why a text literal has no end.
func unclosed(text string, start int) *Error {
	quote := text[start : start+1]
	for i, r := range text[start+1:] {
		if name, ok := curly[r]; ok {
			return errorAt(text, start+1+i,
				fmt.Sprintf("The text begins with a straight quote and ends with %c, %s, which Salesforce does not take as a quote.", r, name),
				"Type "+quote+" in its place.")
		}
	}
	return errorAt(text, start, "The text that begins here has no closing quote.", "Type "+quote+" where it ends.")
}

// lexNumber reads a number: digits, with a point or without.
func lexNumber(text string, start int) (token, error) {
	i, points := start, 0
	for i < len(text) && (isDigit(text[i]) || text[i] == '.') {
		if text[i] == '.' {
			points++
		}
		i++
	}
	if points > 1 || text[i-1] == '.' {
		return token{}, errorAt(text, start, fmt.Sprintf("%s is not a number.", text[start:i]), "Type it as 12 or 12.5.")
	}
	if i < len(text) && isLetter(text[i]) {
		for i < len(text) && isWord(text[i]) {
			i++
		}
		return token{}, errorAt(text, start, fmt.Sprintf("%s is neither a number nor a field.", text[start:i]),
			fmt.Sprintf(`If it is a text, type it in quotes: "%s".`, text[start:i]))
	}
	return token{kind: tokenNumber, text: text[start:i], pos: start, end: i}, nil
}

// lexName reads a word, or a merge field with its dots.
func lexName(text string, start int) (token, error) {
	i := start
	if text[i] == '$' {
		i++
	}
	for i < len(text) && (isWord(text[i]) || text[i] == '.' && i+1 < len(text) && isLetter(text[i+1])) {
		i++
	}
	t := token{kind: tokenName, text: text[start:i], pos: start, end: i}
	if text[start] == '$' {
		t.kind = tokenField
		if strings.Count(t.text, ".") == 0 {
			return token{}, errorAt(text, start, fmt.Sprintf("%s is not a whole merge field.", t.text),
				"A merge field names an object and its field, as $User.Email.")
		}
	}
	return t, nil
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) }
