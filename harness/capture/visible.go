package capture

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible undoes what programs for writing and chatting make of text that is pasted into
// them: invisible characters, spaces and line ends of other kinds, typographic quotes and
// dashes, a terminal's colours. Messages that stand in the text as XML stay as they are.
func visible(text string) (string, string) {
	if !strings.ContainsFunc(text, foreign) {
		return text, ""
	}
	v := cleaner{text: text}
	v.b.Grow(len(text))
	for at := 0; at < len(text); {
		from, to := nextDocument(text, at)
		v.clean(at, from)
		v.b.WriteString(text[from:to])
		at = to
	}
	if v.left+v.replaced == 0 {
		return text, ""
	}
	return v.b.String(), fmt.Sprintf("what pasting did to the text undone: %d invisible characters left out, %d spaces, line ends, quotes and dashes replaced", v.left, v.replaced)
}

// foreign tells whether a character is none that encoded text has.
func foreign(c rune) bool {
	return c >= utf8.RuneSelf || c == 0x1b || c == '\v' || c == '\f'
}

// nextDocument is where the next message that stands in a text as XML begins and ends;
// the end of the text where there is none. Of one that does not end, all that follows
// belongs to it.
func nextDocument(text string, at int) (from, to int) {
	f := finder{text: text}
	for at < len(text) {
		next := strings.IndexAny(text[at:], "<&\\")
		if next < 0 {
			break
		}
		at += next
		for _, open := range [...]string{"<", "&lt;", "&amp;lt;", `\u003c`, `\u003C`, `\x3c`, `\x3C`} {
			rest, found := strings.CutPrefix(text[at:], open)
			if !found {
				continue
			}
			if name := messageName(rest); name != "" {
				to, _ = f.closing(at, open, name)
				return at, to
			}
		}
		at++
	}
	return len(text), len(text)
}

// cleaner is a text while it is cleaned.
type cleaner struct {
	text           string
	b              strings.Builder
	left, replaced int
}

// clean cleans what stands between two places.
func (v *cleaner) clean(from, to int) {
	s := v.text[from:to]
	for s != "" {
		i := strings.IndexFunc(s, foreign)
		if i < 0 {
			v.b.WriteString(s)
			return
		}
		v.b.WriteString(s[:i])
		c, n := utf8.DecodeRuneInString(s[i:])
		after := s[i+n:]
		if c == 0x1b {
			after = v.sequence(after)
		} else {
			v.character(c, s[:i], s[i:i+n], after)
		}
		s = after
	}
}

// sequence leaves out a control sequence (ECMA-48 5.4) that begins with the escape before
// the text, and answers with what follows.
func (v *cleaner) sequence(after string) string {
	if strings.HasPrefix(after, "[") {
		end := 1 + len(after[1:]) - len(strings.TrimLeft(after[1:], "0123456789;?"))
		if end < len(after) && unicode.IsLetter(rune(after[end])) {
			v.left++
			return after[end+1:]
		}
	}
	v.b.WriteByte(0x1b)
	return after
}

// character writes what stands for one character between two others.
func (v *cleaner) character(c rune, before, as, after string) {
	switch {
	case unicode.Is(unicode.Cf, c):
		v.left++
		return
	case strings.ContainsRune("\v\f\u0085\u2028\u2029", c):
		as = "\n"
	case unicode.Is(unicode.Zs, c):
		if as = " "; amidst(before, after) {
			v.left++
			return
		}
	case strings.ContainsRune("“”„‟«»″", c):
		as = `"`
	case strings.ContainsRune("‘’‚‛′", c):
		as = "'"
	case (c == '—' || c == '–') && strings.HasSuffix(" "+before, " ") && letters(after) > 0:
		if as = "--"; letters(after) == 1 {
			as = "-"
		}
	default:
		v.b.WriteString(as)
		return
	}
	v.replaced++
	v.b.WriteString(as)
}

// amidst tells whether base64 goes on from one text to the other.
func amidst(before, after string) bool {
	if len(before) < shortestRun || len(after) < shortestRun {
		return false
	}
	for i := range shortestRun {
		if !encodes(before[len(before)-1-i]) || !encodes(after[i]) {
			return false
		}
	}
	return true
}

// letters is how many letters the text begins with.
func letters(s string) int {
	return len(s) - len(strings.TrimLeftFunc(s, func(c rune) bool { return c < utf8.RuneSelf && unicode.IsLetter(c) }))
}
