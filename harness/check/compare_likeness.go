package check

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func sayOuterSpace(got, want string) string {
	head, tail := outerSpace(got)
	wantHead, wantTail := outerSpace(want)
	var words []string
	for _, end := range []struct{ got, want, where string }{{head, wantHead, "beginning"}, {tail, wantTail, "end"}} {
		switch {
		case end.got == end.want:
		case end.got == "":
			words = append(words, "the white space at the "+end.where+" is missing")
		default:
			words = append(words, "it has white space at the "+end.where+" ("+named([]rune(end.got)[0])+")")
		}
	}
	return strings.Join(words, ", and ")
}

// outerSpace is the white space before and after a string.
func outerSpace(s string) (head, tail string) {
	body := strings.TrimLeftFunc(s, unicode.IsSpace)
	return s[:len(s)-len(body)], body[len(strings.TrimRightFunc(body, unicode.IsSpace)):]
}

func sayInnerSpace(got, want string) string {
	g, w := []rune(strings.TrimSpace(got)), []rune(strings.TrimSpace(want))
	i := len(commonPrefix(g, w))
	switch {
	case i < len(g) && unicode.IsSpace(g[i]) && i < len(w) && unicode.IsSpace(w[i]):
		return "the white space " + where(g, i, 1) + " is " + named(g[i]) + ", not " + named(w[i])
	case i < len(g) && unicode.IsSpace(g[i]):
		return "it has white space inside (" + named(g[i]) + " " + where(g, i, 1) + ")"
	case i < len(w) && unicode.IsSpace(w[i]):
		return "the white space " + where(g, i, 1) + " is missing"
	}
	return ""
}

// invisible are characters that take no room, by name.
var invisible = map[rune]string{
	0x00AD: "soft hyphen",
	0x200B: "zero width space",
	0x200C: "zero width non-joiner",
	0x200D: "zero width joiner",
	0x200E: "left-to-right mark",
	0x200F: "right-to-left mark",
	0x202A: "left-to-right embedding",
	0x202B: "right-to-left embedding",
	0x202C: "pop directional formatting",
	0x202D: "left-to-right override",
	0x202E: "right-to-left override",
	0x2060: "word joiner",
	0x2066: "left-to-right isolate",
	0x2067: "right-to-left isolate",
	0x2068: "first strong isolate",
	0x2069: "pop directional isolate",
	0xFEFF: "byte order mark",
}

func withoutInvisible(s string) string {
	return strings.Map(func(r rune) rune {
		if _, ok := invisible[r]; ok {
			return -1
		}
		return r
	}, s)
}

func sayInvisible(got, want string) string {
	for i, r := range []rune(got) {
		if name, ok := invisible[r]; ok && !strings.ContainsRune(want, r) {
			return fmt.Sprintf("it has a character that cannot be seen, U+%04X (%s), as character %d", r, name, i+1)
		}
	}
	for _, r := range want {
		if name, ok := invisible[r]; ok {
			return fmt.Sprintf("the wanted value has a character that cannot be seen, U+%04X (%s)", r, name)
		}
	}
	return ""
}

func sayLookAlike(got, want string) string {
	g, w := []rune(lookAlike(got)), []rune(lookAlike(want))
	if len(g) != len([]rune(got)) || len(w) != len([]rune(want)) {
		return "it has characters that look like those wanted and are others"
	}
	// The two may be of other lengths for other reasons, so what stands for each
	// character is looked for by what it looks like, not by where it stands.
	original := []rune(got)
	for i, r := range original {
		if r != g[i] && !strings.ContainsRune(want, r) {
			return fmt.Sprintf("character %d, %s, only looks like %s", i+1, named(r), named(g[i]))
		}
	}
	original = []rune(want)
	for i, r := range original {
		if r != w[i] && !strings.ContainsRune(got, r) {
			return fmt.Sprintf("it has %s where %s, which only looks like it, is wanted", named(w[i]), named(r))
		}
	}
	return ""
}

func sayDecomposed(got, want string) string {
	for _, pair := range compositions {
		one, several := pair[0], pair[1]
		switch {
		case strings.Contains(got, several) && strings.Contains(want, one):
			return fmt.Sprintf("“%s” is written as %s, not as %s", one, codePoints(several), codePoints(one))
		case strings.Contains(got, one) && strings.Contains(want, several):
			return fmt.Sprintf("“%s” is written as %s, not as %s", one, codePoints(one), codePoints(several))
		}
	}
	return ""
}

func codePoints(s string) string {
	var points []string
	for _, r := range s {
		points = append(points, fmt.Sprintf("U+%04X", r))
	}
	return strings.Join(points, " ")
}

func sayCase(got, want string) string {
	g, w := wordsOf(got), wordsOf(want)
	for i := 0; i < len(g) && i < len(w); i++ {
		if g[i] != w[i] && strings.EqualFold(g[i], w[i]) {
			return "the letter case differs: " + quoted(g[i]) + " for " + quoted(w[i])
		}
	}
	return "the letter case differs"
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !wordRune(r) })
}

func withoutS(s string) string {
	if rest, ok := strings.CutPrefix(s, "https:"); ok {
		return "http:" + rest
	}
	return s
}

func sayScheme(got, want string) string {
	g, _, _ := strings.Cut(strings.TrimSpace(got), ":")
	w, _, _ := strings.Cut(strings.TrimSpace(want), ":")
	if g == w {
		return ""
	}
	return "it has " + g + " for " + w
}

// withoutPort leaves out the default port of an address.
func withoutPort(s string) string {
	for _, d := range [][2]string{{"https://", ":443"}, {"http://", ":80"}, {"http://", ":443"}} {
		rest, ok := strings.CutPrefix(s, d[0])
		if !ok {
			continue
		}
		host, path := rest, ""
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			host, path = rest[:i], rest[i:]
		}
		if bare, ok := strings.CutSuffix(host, d[1]); ok {
			return d[0] + bare + path
		}
	}
	return s
}

func sayPort(got, want string) string {
	if withoutPort(withoutS(got)) == withoutS(got) {
		return "the port is missing, though it is the default one"
	}
	return "it names the default port"
}

func unescaped(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

func sayEscapes(got, want string) string {
	if strings.Count(got, "%") > strings.Count(want, "%") {
		i := strings.IndexByte(got, '%')
		return quoted(got[i:min(i+3, len(got))]) + " is percent-encoded and should not be"
	}
	if i := strings.IndexByte(want, '%'); i >= 0 {
		return quoted(want[i:min(i+3, len(want))]) + " should be percent-encoded"
	}
	return "it is percent-encoded in another way"
}

func withoutSlash(s string) string { return strings.TrimRight(s, "/") }

func saySlash(got, want string) string {
	g, w := strings.TrimSpace(got), strings.TrimSpace(want)
	switch a, b := len(g)-len(withoutSlash(g)), len(w)-len(withoutSlash(w)); {
	case a == b:
		return ""
	case a < b:
		return "the trailing slash is missing"
	case a-b > 1:
		return "it has trailing slashes that should not be there"
	}
	return "it has a trailing slash that should not be there"
}
