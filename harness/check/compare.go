package check

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// maxCompared bounds, in bytes, the strings whose difference is explained in detail.
const maxCompared = 4096

// Difference says in words how a string differs from the one that it should be equal
// to, "" where it does not. Identifiers of SAML are compared character by character
// (SAMLCore 1.3.1, 8.3.6), so what looks equal to a person often is not: the words name
// a trailing slash, letter case, http for https, white space, characters that cannot be
// seen or look alike, a placeholder that was left in, and values that were swapped.
func Difference(got, want string) string {
	switch {
	case got == want:
		return ""
	case got == "":
		return "nothing is there"
	case want == "":
		return "nothing is wanted there"
	case len(got) > maxCompared || len(want) > maxCompared:
		return "they differ from character " + strconv.Itoa(len(commonPrefix([]rune(got), []rune(want)))+1) + " on"
	}
	if words := nearMiss(got, want); words != "" {
		return words
	}
	if p := placeholder(got); p != "" && placeholder(want) == "" {
		return "the placeholder “" + p + "” was left in"
	}
	if p := placeholder(want); p != "" {
		return "the wanted value still holds the placeholder “" + p + "”"
	}
	swapped := swapped(got, want)
	if words := editOf(got, want); words != "" {
		if swapped != "" {
			return swapped + ": " + words
		}
		return words
	}
	if swapped != "" {
		return swapped
	}
	if words := urlParts(got, want); words != "" {
		return words
	}
	return middle(got, want)
}

// nearest is the value of want that got differs from least, "" where want is empty.
func nearest(got string, want []string) string {
	if len(want) == 0 {
		return ""
	}
	near, least := want[0], distance(got, want[0])
	for _, w := range want[1:] {
		if d := distance(got, w); d < least {
			near, least = w, d
		}
	}
	return near
}

// A likeness is one way in which two strings differ though a person takes them for
// the same.
type likeness struct {
	same func(s string) string         // makes such strings equal
	say  func(got, want string) string // says how they differ
}

// The places of white space in likenesses.
const (
	outer = 0
	inner = 1
)

// likenesses are in the order in which they are told.
var likenesses = []likeness{
	{strings.TrimSpace, sayOuterSpace},
	{withoutSpace, sayInnerSpace},
	{withoutInvisible, sayInvisible},
	{lookAlike, sayLookAlike},
	{decomposed, sayDecomposed},
	{strings.ToLower, sayCase},
	{withoutS, sayScheme},
	{withoutPort, sayPort},
	{unescaped, sayEscapes},
	{withoutSlash, saySlash},
}

// nearMiss is in which likenesses two strings differ, "" where there is more between
// them. Where one likeness alone explains it, only that is told.
func nearMiss(got, want string) string {
	if !alike(got, want, -1) {
		return ""
	}
	for _, l := range likenesses {
		if l.same(got) == l.same(want) {
			if words := l.say(got, want); words != "" {
				return words
			}
		}
	}
	var words []string
	for i, l := range likenesses {
		if !alike(got, want, i) {
			if s := l.say(got, want); s != "" {
				words = append(words, s)
			}
		}
	}
	return strings.Join(words, ", and ")
}

// alike reports whether two strings are the same by all likenesses but one.
func alike(got, want string, without int) bool {
	for i, l := range likenesses {
		// White space inside is white space anywhere: it would hide that at the ends.
		if i == without || i == inner && without == outer {
			continue
		}
		got, want = l.same(got), l.same(want)
	}
	return got == want
}

// editOf says what is missing or too much where the rest is equal, and what one
// character or two swapped ones are.
func editOf(got, want string) string {
	g, w := []rune(got), []rune(want)
	head := commonPrefix(g, w)
	tail := commonSuffix(g[len(head):], w[len(head):])
	gm, wm := g[len(head):len(g)-len(tail)], w[len(head):len(w)-len(tail)]
	switch {
	case len(head)+len(tail) == 0:
		return ""
	case len(gm) == 0:
		return quoted(string(wm)) + " is missing " + where(g, len(head), len(tail))
	case len(wm) == 0:
		return quoted(string(gm)) + " is too much " + where(g, len(head), len(tail))
	case len(gm) == 1 && len(wm) == 1:
		return "character " + strconv.Itoa(len(head)+1) + " is " + named(gm[0]) + ", not " + named(wm[0])
	case len(gm) == 2 && len(wm) == 2 && gm[0] == wm[1] && gm[1] == wm[0]:
		return "the characters " + quoted(string(gm)) + " are swapped " + where(g, len(head), len(tail))
	}
	return ""
}

// where is a place between a head and a tail of a string.
func where(s []rune, head, tail int) string {
	switch {
	case tail == 0:
		return "at the end"
	case head == 0:
		return "at the beginning"
	}
	return "after " + quoted(string(s[max(0, head-24):head]))
}

// urlParts says which parts of two absolute URLs differ.
func urlParts(got, want string) string {
	g, err1 := url.Parse(got)
	w, err2 := url.Parse(want)
	if err1 != nil || err2 != nil || g.Host == "" || w.Host == "" {
		return ""
	}
	var words []string
	part := func(what, g, w string) {
		switch {
		case g == w:
		case g == "":
			words = append(words, "the "+what+" is missing")
		case w == "":
			words = append(words, "the "+what+" "+quoted(g)+" is too much")
		default:
			words = append(words, "the "+what+" is "+quoted(g)+", not "+quoted(w))
		}
	}
	part("scheme", g.Scheme, w.Scheme)
	part("host", g.Host, w.Host)
	part("path", g.EscapedPath(), w.EscapedPath())
	part("query", g.RawQuery, w.RawQuery)
	part("fragment", g.EscapedFragment(), w.EscapedFragment())
	if len(words) > 3 {
		return "it is another address"
	}
	return strings.Join(words, "; ")
}

// middle shows the words that differ, between what is equal before and after them.
func middle(got, want string) string {
	g, w := []rune(got), []rune(want)
	head := len(commonPrefix(g, w))
	for head > 0 && wordRune(g[head-1]) {
		head--
	}
	tail := len(commonSuffix(g[head:], w[head:]))
	for tail > 0 && wordRune(g[len(g)-tail]) {
		tail--
	}
	if head+tail == 0 {
		switch start := commonPrefix(g, w); {
		case 2*len(start) >= min(len(g), len(w)):
			return "they differ after " + quoted(string(start))
		case strings.Contains(got, want):
			before, after, _ := strings.Cut(got, want)
			return quoted(before) + " before and " + quoted(after) + " after what is wanted are too much"
		}
		return "it is another value"
	}
	return quoted(string(g[head:len(g)-tail])) + " stands where " + quoted(string(w[head:len(w)-tail])) + " is wanted"
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

func commonPrefix(a, b []rune) []rune {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

func commonSuffix(a, b []rune) []rune {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return a[len(a)-n:]
}

// quoted is a string in quotation marks, its middle left out where it is long.
func quoted(s string) string {
	const most = 64
	if r := []rune(s); len(r) > most {
		s = string(r[:most/2]) + "…" + string(r[len(r)-most/2:])
	}
	return "“" + s + "”"
}
