package report

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain \\ text":       "plain \\ text",
		"a\nb\tc\r":           `a\nb\tc\r`,
		"\x1b[2J\x07\x00":     `\x1b[2J\x07\x00`,
		"\u202egnp.exe":       `\u202egnp.exe`,
		"\u009b31m":           `\u009b31m`,
		"a\u00a0b\u3000c":     `a\u00a0b\u3000c`,
		"\ufeffx\u200b\u00ad": `\ufeffx\u200b\u00ad`,
		"\u3164\u034f\ufe0f":  `\u3164\u034f\ufe0f`,
		"\U000e0041":          `\U000e0041`,
		"\xff\xc3":            `\xff\xc3`,
		"\ufffd":              "\ufffd",
		"Zoë 山田 😀 עברית":      "Zoë 山田 😀 עברית",
	} {
		require.Equal(t, want, visible(in))
	}
}

func TestProse(t *testing.T) {
	require.Equal(t, `one line of a\u00a0text`, prose(" one\r\n\tline  of a\u00a0text\n"))
}

func TestColumns(t *testing.T) {
	for s, want := range map[string]int{"abc": 3, "山田": 4, "e\u0301": 1, "\x1b[1mab\x1b[0m": 2, "😀": 2, "é": 1} {
		require.Equal(t, want, columns(s), "%q", s)
	}
}

func TestWrap(t *testing.T) {
	require.Equal(t, []string{"a bb", "ccc", "dddddddddddd", "e"}, wrap("a  bb ccc dddddddddddd e", 4, 6))
	require.Empty(t, wrap("  ", 4, 4))
}

func TestFold(t *testing.T) {
	for _, s := range []string{"", "abc", "aaaaaaaaaa", "one two  three four", "山田山田山田", strings.Repeat("x y", 40)} {
		lines := fold(s, 8)
		require.Equal(t, s, strings.Join(lines, ""))
		for _, l := range lines {
			require.LessOrEqual(t, columns(strings.TrimRight(l, " ")), 8)
		}
	}
	require.Equal(t, []string{"one two ", " three ", "four"}, fold("one two  three four", 8))
}

func TestAlign(t *testing.T) {
	for _, test := range []struct {
		got, want string
		shown     values
	}{
		{"urn:a/", "urn:a", values{"urn:a/", "urn:a", 5}},
		{"agent ", "agent", values{`"agent "`, `"agent"`, 6}},
		{"", "agent", values{"(empty)", "agent", -1}},
		{"agent", "", values{"agent", "(empty)", -1}},
		{"", "", values{"", "", -1}},
		{"70004", "303 See Other", values{"70004", "303 See Other", -1}},
		{"a\u202eb", "a\u202ec", values{`a\u202eb`, `a\u202ec`, 7}},
		{"山田1", "山田2", values{"山田1", "山田2", 4}},
		{"same", "same", values{"same", "same", -1}},
	} {
		require.Equal(t, test.shown, align(test.got, test.want, 60), "%q %q", test.got, test.want)
	}
	a, b := strings.Repeat("a", 500)+"X"+strings.Repeat("b", 500), strings.Repeat("a", 500)+"Y"+strings.Repeat("b", 501)
	v := align(a, b, 60)
	require.Equal(t, "X", string([]rune(v.got)[v.caret]))
	require.Equal(t, "Y", string([]rune(v.want)[v.caret]))
	require.Contains(t, v.got, "(1001 characters)")
	require.Contains(t, v.want, "(1002 characters)")
	require.LessOrEqual(t, columns(v.got), 60)
}

func FuzzAlign(f *testing.F) {
	f.Add("urn:a/", "urn:a", 40)
	f.Add("\xff\u202e", strings.Repeat("山", 300), 20)
	f.Fuzz(func(t *testing.T, got, want string, width int) {
		if width < 20 || width > 300 {
			return
		}
		v := align(got, want, width)
		for _, s := range []string{v.got, v.want} {
			require.True(t, utf8.ValidString(s))
			for _, r := range s {
				require.True(t, unicode.IsPrint(r), "%U in %q", r, s)
			}
			require.LessOrEqual(t, columns(s), 6*width+40)
		}
		if v.caret >= 0 {
			require.LessOrEqual(t, v.caret, columns(v.got))
			require.LessOrEqual(t, v.caret, width)
		}
	})
}
