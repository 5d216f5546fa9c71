package settings

import (
	"unicode"

	"github.com/goccy/go-yaml/token"
)

// locate puts the tokens where they stand in the text. The library counts the blanks
// behind a word as if they stood before it, and tabs not at all. Between two tokens are
// only blanks, line breaks and comments, so each begins where the next other character
// is. Where that is not what the token says, its own place is left.
func locate(text string, tokens token.Tokens) {
	w := &walk{text: []rune(text), lines: []int{0}}
	for i, c := range w.text {
		if c == '\n' {
			w.lines = append(w.lines, i+1)
		}
	}
	block := false // the token is the content of a block of text
	for _, t := range tokens {
		switch {
		case t.Type == token.InvalidType:
			return
		case t.Type == token.CommentType:
		case block:
			block = false
			w.lost = true
		default:
			w.find(t)
			block = t.Type == token.LiteralType || t.Type == token.FoldedType
		}
	}
}

// A walk goes through a text, token by token.
type walk struct {
	text  []rune
	lines []int // where each line begins
	line  int   // of the place, from 0
	at    int   // the place
	lost  bool  // the place is not known; the next token begins a line
}

// find corrects the column of the next token and goes behind it.
func (w *walk) find(t *token.Token) {
	line := t.Position.Line - 1
	if line < 0 || line >= len(w.lines) {
		return
	}
	if w.lost {
		w.line, w.at, w.lost = line, w.lines[line], false
	}
	w.skip()
	start, startLine := w.at, w.line
	if startLine == line && w.pass(t) {
		t.Position.Column = start - w.lines[line] + 1
		return
	}
	w.line = line
	w.at = min(w.lines[line]+max(t.Position.Column-1, 0), len(w.text))
	w.pass(t)
}

// skip goes over blanks, line breaks and comments.
func (w *walk) skip() {
	comment := false
	for ; w.at < len(w.text); w.at++ {
		switch c := w.text[w.at]; {
		case c == '\n':
			w.line++
			comment = false
		case comment || c == ' ' || c == '\t':
		case c == '#':
			comment = true
		default:
			return
		}
	}
}

// pass goes over a token and tells whether it stands at the place; if it does not, the
// place stays.
func (w *walk) pass(t *token.Token) bool {
	line, at := w.line, w.at
	var ok bool
	switch t.Type {
	case token.SingleQuoteType:
		ok = w.quoted('\'')
	case token.DoubleQuoteType:
		ok = w.quoted('"')
	case token.LiteralType, token.FoldedType:
		return at < len(w.text) && (w.text[at] == '|' || w.text[at] == '>')
	default:
		ok = w.words(t.Value)
	}
	if !ok {
		w.line, w.at = line, at
	}
	return ok
}

// words goes over words that have any white space between them.
func (w *walk) words(value string) bool {
	space := false
	for _, c := range value {
		if unicode.IsSpace(c) {
			space = true
			continue
		}
		if space {
			w.blanks()
			space = false
		}
		if w.at >= len(w.text) || w.text[w.at] != c {
			return false
		}
		w.at++
	}
	return value != ""
}

func (w *walk) blanks() {
	for ; w.at < len(w.text) && unicode.IsSpace(w.text[w.at]); w.at++ {
		if w.text[w.at] == '\n' {
			w.line++
		}
	}
}

// quoted goes over text in quotes.
func (w *walk) quoted(quote rune) bool {
	if w.at >= len(w.text) || w.text[w.at] != quote {
		return false
	}
	for w.at++; w.at < len(w.text); w.at++ {
		switch c := w.text[w.at]; {
		case c == '\n':
			w.line++
		case c == '\\' && quote == '"':
			if w.at++; w.at < len(w.text) && w.text[w.at] == '\n' {
				w.line++
			}
		case c == quote && quote == '\'' && w.at+1 < len(w.text) && w.text[w.at+1] == quote:
			w.at++
		case c == quote:
			w.at++
			return true
		}
	}
	return false
}
