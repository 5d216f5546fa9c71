package formula

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// curly are the characters that word processors and web pages put in place of
// straight quotes, with what they are called.
var curly = map[rune]string{
	'“': "a left curly quote (U+201C)",
	'”': "a right curly quote (U+201D)",
	'„': "a low curly quote (U+201E)",
	'‟': "a reversed curly quote (U+201F)",
	'‘': "a left curly single quote (U+2018)",
	'’': "a right curly single quote (U+2019)",
	'‚': "a low curly single quote (U+201A)",
	'‛': "a reversed curly single quote (U+201B)",
	'«': "a left angle quote (U+00AB)",
	'»': "a right angle quote (U+00BB)",
	'‹': "a left single angle quote (U+2039)",
	'›': "a right single angle quote (U+203A)",
	'″': "a double prime (U+2033)",
	'′': "a prime (U+2032)",
	'＂': "a full-width quote (U+FF02)",
	'＇': "a full-width apostrophe (U+FF07)",
	'`': "a backtick (U+0060)",
	'´': "an acute accent (U+00B4)",
}

// strange says what a character is that begins no token.
func strange(text string, i int) *Error {
	r, size := utf8.DecodeRuneInString(text[i:])
	if name, ok := curly[r]; ok {
		return errorAt(text, i, fmt.Sprintf("%c is %s, which Salesforce does not take as a quote.", r, name),
			straighten(text[i:], size))
	}
	switch {
	case strings.HasPrefix(text[i:], "{!"), strings.HasPrefix(text[i:], "!}"), r == '{', r == '}':
		return errorAt(text, i, "{! and } enclose merge fields elsewhere, but not in a formula.", "Type the field alone, as $User.Email.")
	case r == '.' && i+1 < len(text) && isDigit(text[i+1]):
		return errorAt(text, i, "A number begins with a digit.", "Type 0 before the point.")
	case unicode.IsSpace(r):
		return errorAt(text, i, fmt.Sprintf("There is a special space (U+%04X) here.", r), "Type an ordinary space in its place.")
	case r == '–' || r == '—' || r == '−':
		return errorAt(text, i, fmt.Sprintf("%c (U+%04X) is a dash, not a minus.", r, r), "Type - in its place.")
	case !unicode.IsGraphic(r):
		return errorAt(text, i, fmt.Sprintf("There is an invisible character (U+%04X) here.", r), "Delete it.")
	case unicode.IsLetter(r):
		word := text[i:]
		if n := strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }); n >= 0 {
			word = word[:n]
		}
		return errorAt(text, i, fmt.Sprintf("%s is neither a field nor a function.", word), `If it is a text, type it in quotes: "`+word+`".`)
	}
	return errorAt(text, i, fmt.Sprintf("%s (U+%04X) means nothing in a formula.", show(r), r),
		"If it is part of a text, type the text in straight quotes.")
}

// invalid finds the first byte that is not UTF-8; nil where all are.
func invalid(text string) *Error {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			return errorAt(text, i, fmt.Sprintf("The byte 0x%02X is not UTF-8.", text[i]), "Save the settings as UTF-8.")
		}
		i += size
	}
	return nil
}

// straighten is the hint for a text in curly quotes: the same in straight ones.
func straighten(rest string, size int) string {
	inner := rest[size:]
	end := strings.IndexFunc(inner, func(r rune) bool { _, ok := curly[r]; return ok || r == '"' || r == '\n' })
	if end > 0 && end <= 60 && !strings.ContainsAny(inner[:end], `\$+&`) {
		return `Type straight quotes: "` + inner[:end] + `".`
	}
	return `Type a straight quote (") in its place.`
}

// show is a character as it may be printed.
func show(r rune) string {
	if unicode.IsPrint(r) {
		return string(r)
	}
	return fmt.Sprintf("U+%04X", r)
}
