package settings

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shown is a document in one line: places, and text that was not plain in quotes.
func shown(n *node) string {
	at := fmt.Sprintf("%d:%d", n.place.Line, n.place.Column)
	switch n.shape {
	case absent:
		return "-"
	case scalar:
		if n.plain {
			return fmt.Sprintf("%s=%s", at, n.text)
		}
		return fmt.Sprintf("%s=%q", at, n.text)
	case list:
		var items []string
		for _, item := range n.items {
			items = append(items, shown(item))
		}
		return at + "[" + strings.Join(items, " ") + "]"
	}
	var pairs []string
	for _, pair := range n.pairs {
		pairs = append(pairs, fmt.Sprintf("%d:%d %s: %s", pair.key.place.Line, pair.key.place.Column, pair.key.text, shown(pair.value)))
	}
	return at + "{" + strings.Join(pairs, ", ") + "}"
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a mapping", "a: b\nc: d\n", "1:1{1:1 a: 1:4=b, 2:1 c: 2:4=d}"},
		{"document marks", "---\na: b\n...\n", "2:1{2:1 a: 2:4=b}"},
		{"byte order mark and Windows line ends", "\xef\xbb\xbfa: b c\r\n\r\nd: e\r\n", "1:1{1:1 a: 1:4=b c, 3:1 d: 3:4=e}"},
		{"no value", "a:\nb: # none\nc: x", "1:1{1:1 a: -, 2:1 b: -, 3:1 c: 3:4=x}"},
		{"blanks and a comment behind a value", "a:   b c  \t# d\ne: f#g\n", "1:1{1:1 a: 1:6=b c, 2:1 e: 2:4=f#g}"},
		{"blanks before a colon", "a b : c", "1:1{1:1 a b: 1:7=c}"},
		{"colons and quotes within words", `a: https://x?y=z&"q"` + "\nb: it's", `1:1{1:1 a: 1:4=https://x?y=z&"q", 2:1 b: 2:4=it's}`},
		{"columns in characters", "é: 'ü'\n\"ö\": ß", "1:1{1:1 é: 1:4=\"ü\", 2:1 ö: 2:6=ß}"},
		{"values as typed", "a: 00123\nb: 0x1F\nc: 1_000\nd: null\ne: ~\nf: TRUE\ng: 2020-01-01",
			"1:1{1:1 a: 1:4=00123, 2:1 b: 2:4=0x1F, 3:1 c: 3:4=1_000, 4:1 d: 4:4=null, 5:1 e: 5:4=~, 6:1 f: 6:4=TRUE, 7:1 g: 7:4=2020-01-01}"},
		{"nested mappings", "a:\n  b:\n    c: d\n  e: f\n", "1:1{1:1 a: 2:3{2:3 b: 3:5{3:5 c: 3:8=d}, 4:3 e: 4:6=f}}"},
		{"a list in the column of its key", "a:\n- b\n-\n  c\nd:\n  -\n  - e", "1:1{1:1 a: 2:1[2:3=b 4:3=c], 5:1 d: 6:3[- 7:5=e]}"},
		{"mappings in a list", "- a: b\n  c: d\n-   e: f\n    g:\n    - h\n", "1:1[1:3{1:3 a: 1:6=b, 2:3 c: 2:6=d} 3:5{3:5 e: 3:8=f, 4:5 g: 5:5[5:7=h]}]"},
		{"lists in a list", "- - a\n  - b\n- c", "1:1[1:3[1:5=a 2:5=b] 3:3=c]"},
		{"plain text over lines", "a: b\n  c  \n\n\n d\ne:\n  f\n  g # h\n", "1:1{1:1 a: 1:4=b c\n\nd, 6:1 e: 7:3=f g}"},
		{"single quotes", "a: 'it''s # \"x\": '\nb: 'c\n\n  d '", "1:1{1:1 a: 1:4=\"it's # \\\"x\\\": \", 2:1 b: 2:4=\"c\\nd \"}"},
		{"double quotes", `a: "\"\\\/\t\x41\u00e9\U0001F600\n\e"`, `1:1{1:1 a: 1:4="\"\\/\tAé😀\n\x1b"}`},
		{"double quotes over lines", "a: \"b \\\n   c\n\n   d\\\n\\  e\"", `1:1{1:1 a: 1:4="b c\nd  e"}`},
		{"literal text", "a: |\n  b\n   c\n\n  d\n\ne: f", `1:1{1:1 a: 1:4="b\n c\n\nd\n", 7:1 e: 7:4=f}`},
		{"literal text among other things", "a:\n  b: |\n    c\n  d: e\n  f:\n    - |\n      g\n    - h\n",
			`1:1{1:1 a: 2:3{2:3 b: 2:6="c\n", 4:3 d: 4:6=e, 5:3 f: 6:5[6:7="g\n" 8:7=h]}}`},
		{"literal text that is empty", "a:\n  b: |\n      \n  c: d", `1:1{1:1 a: 2:3{2:3 b: 2:6="", 4:3 c: 4:6=d}}`},
		{"literal text, breaks stripped and kept", "a: |-\n  b\n\nc: |+\n  d\n\ne: |", `1:1{1:1 a: 1:4="b", 4:1 c: 4:4="d\n\n", 7:1 e: 7:4=""}`},
		{"literal text, indentation given", "a: |2- # c\n    b\n   c\n", `1:1{1:1 a: 1:4="  b\n c"}`},
		{"literal text at the end of the file", "a: |\n  b", `1:1{1:1 a: 1:4="b"}`},
		{"folded text", "a: >\n  b\n  c\n\n  d\n    e\n  f\n", `1:1{1:1 a: 1:4="b c\nd\n  e\nf\n"}`},
		{"braces and brackets", "a: {b: c, 'd': [e, \"f\"], g, h: ,}\ni: [\n  j,\n  k\n]\nl: {}\nm: []",
			`1:1{1:1 a: 1:4{1:5 b: 1:8=c, 1:11 d: 1:16[1:17=e 1:20="f"], 1:26 g: -, 1:29 h: -}, 2:1 i: 2:4[3:3=j 4:3=k], 6:1 l: 6:4{}, 7:1 m: 7:4[]}`},
		{"JSON", `{"a":"b","c":[true,1]}`, `1:1{1:2 a: 1:6="b", 1:10 c: 1:14[1:15=true 1:20=1]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &reader{}
			n, ok := r.parse([]byte(test.text))
			require.True(t, ok, r.errs)
			assert.Equal(t, test.want, shown(n))
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"an anchor", "a: &b c", "1:4: anchors (&) are not read here"},
		{"an alias", "a: b\nc: *a", "2:4: aliases (*) are not read here"},
		{"a tag", "a: !!str b", "1:4: tags (!) are not read here"},
		{"a tag that ends the file", "a:\n  !b", "2:3: tags (!) are not read here"},
		{"a merge key", "a:\n  <<: {b: c}", "2:3: merge keys (<<) are not read here"},
		{"a directive", "%YAML 1.2\n---\na: b", "1:1: directives (%) are not read here"},
		{"a complex key", "? a\n: b", "1:1: complex keys (?) are not read here"},
		{"two documents", "a: b\n---\nc: d", "2:1: a second document begins here"},
		{"two documents, the first ended", "a: b\n...\n---\nc: d", "3:1: a second document begins here"},
		{"a key twice", "a: b\nc: d\na: e", `3:1: the key "a" is there twice`},
		{"a key twice in braces", "{a: b, 'a': c}", `1:8: the key "a" is there twice`},
		{"no colon", "a: b\nc\n", "2:1: a key is followed by a colon and a space"},
		{"no blank after the colon", "a: b\nc:d\n", "2:1: a key is followed by a colon and a space"},
		{"no key", ": b", "1:1: a key stands on one line and is followed by a colon and a space"},
		{"a mapping for a key", "{a: b}: c", "1:7: a key is a word before a colon"},
		{"a key over lines", "\"a\n b\": c", "1:1: a key stands on one line and is followed by a colon and a space"},
		{"a second colon", "a: b: c", "1:4: a second colon follows this on its line"},
		{"a second colon after quotes", `a: "b": c`, "1:4: a second colon follows this on its line"},
		{"text after quotes", `a: "b" + "c"`, "1:8: unexpected text after the value"},
		{"text after a bracket", "a: [b] c", "1:8: unexpected text after the value"},
		{"an open double quote", "a: b\nc: \"d\ne: f\n", "2:4: this quotation mark is never closed"},
		{"an open single quote", "a: 'it''s", "1:4: this quotation mark is never closed"},
		{"a quote open at the end of the document", "a: 'b\n---\n'", "2:1: a quotation mark is not closed before the end of the document"},
		{"an open brace", "a: {b: c\n", "1:4: this brace is never closed"},
		{"an open bracket", "a: [b\n...\n", "1:4: this bracket is never closed"},
		{"no comma", "[a 'b', 'c' d]", "1:13: a comma is missing before this"},
		{"two commas", "[a,,b]", "1:4: a value is missing before this"},
		{"a bad escape", `a: "\q"`, "1:6: a backslash that escapes nothing"},
		{"a surrogate", `a: "\ud800"`, "1:5: YAML: not enough length for escaped UTF-16 surrogate pair"},
		{"a reserved character", "a: @b", "1:4: a value cannot begin with @"},
		{"a tab for indentation", "a:\n\tb: c", "2:1: a tab indents this line"},
		{"a tab within text over lines", "a: b\n\t\tc", "2:1: a tab indents this line"},
		{"a tab after a dash", "-\ta: b", "1:3: a tab indents this line"},
		{"indented too far", "a: b\nc:\n  d: e\n    f: g", "3:6: a second colon follows this on its line"},
		{"indented too far after quotes", "a: 'b'\n  c: d", "2:3: unexpected text after the value"},
		{"indented too little", "  a: b\nc: d", "2:1: unexpected text after the value"},
		{"an entry among keys", "a: b\n- c", "2:1: a key is followed by a colon and a space"},
		{"an entry on the line of its key", "a: - b", "1:4: a list begins on a line of its own"},
		{"an empty entry before a key of its column", "a:\n- b\n-\nc: d", "3:1: an empty entry before a key in its column"},
		{"keys behind entries", "a:\n  - b\n  c: d", "3:3: unexpected text after the value"},
		{"a bad header of text", "a: |x\n  b", "1:4: unexpected text after the | or > of a block of text"},
		{"text indented less than an empty line", "a: |\n    \n  b\n", "3:3: this line is indented less than an empty line above it"},
		{"a block of text in brackets", "[|\n a]", "1:1: this bracket is never closed"},
		{"a binary file", "\x7fELF\x02\x01", "1:1: this is no text: character U+007F"},
		{"no UTF-8", "a: b\nc: \xe9", "2:4: this is no UTF-8 text: byte 0xE9"},
		{"UTF-16", "\xff\xfea\x00", "1:1: this is UTF-16 text"},
		{"a line separator", "a: b\u2028c", "1:5: the invisible character U+2028"},
		{"too deep in brackets", strings.Repeat("[", 60_000), "1:15: more than 16 levels of nesting"},
		{"too deep in dashes", strings.Repeat("- ", 30_000), "1:31: more than 16 levels of nesting"},
		{"too long", strings.Repeat("x", 1<<16+1), "1:65537: a line of more than 65536 characters"},
		{"too many blank lines", "a: b" + strings.Repeat("\n", 102), "103:1: more than 100 blank lines in a row"},
		{"too many tabs", "a: b " + strings.Repeat("\t", 501), "1:507: more than 500 tabs"},
		{"too many words", strings.Repeat("- a\n", 20_001), "20001:1: more than 40000 words, brackets, colons, commas and dashes"},
		{"too many keys", "{" + strings.Repeat("a: , ", 2_001) + "}", "1:10003: a mapping with more than 2000 keys"},
		{"a long key", strings.Repeat("x", 129) + ": a", "1:1: a key of more than 128 characters"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &reader{name: "s"}
			r.parse([]byte(test.text))
			require.NotEmpty(t, r.errs)
			assert.Equal(t, "s:"+test.want, r.errs[0].Error())
		})
	}
}

// The costliest files that are admitted, each near a bound on what the library's time
// grows with the square of. Each takes about a tenth of a second, the blocks of text two;
// without the bounds some would not end before the test's own time is over.
func TestParseCosts(t *testing.T) {
	times := strings.Repeat
	deep, ends := times("{"+times("k", mostKey-1)+": ", mostDepth-3), times("}", mostDepth-3)
	for name, text := range map[string]string{
		"values left out":           times("-\n", mostTokens-1000),
		"values left out of a key":  "a:\n" + times(" -\n", mostTokens-1000),
		"values under long keys":    deep + "[" + times("a,", mostTokens/2-500) + "]" + ends,
		"mappings under long keys":  deep + "[" + times("{a:,b:,c:,d:},", mostTokens/15) + "]" + ends,
		"mappings in a list":        times("- a:\n  - b:\n", mostTokens/7),
		"blank lines behind a text": "a: |\n" + times(" "+times("y", mostLine-10)+"\n", 3) + times("\n", mostBlank-1),
		"texts with blank lines":    times("- |\n "+times("y", 2000)+"\n"+times("\n", mostBlank-1), 120),
		"tabs":                      "a: \"" + times("\t", mostTabs) + times("x", mostLine-1000) + "\"",
		"plain text over lines":     "a: " + times("x\n ", 80_000),
		"brackets":                  times("[\n", mostText/2),
		"pairs in brackets":         times("[a: ", mostLine/5),
		"keys":                      "{" + times("a:,", mostKeys-1) + "}",
	} {
		require.LessOrEqual(t, len(text), mostText, name)
		r := &reader{}
		r.parse([]byte(text))
	}
}
