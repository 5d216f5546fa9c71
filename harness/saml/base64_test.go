package saml

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kinds are the kinds of deviations, in order.
func kinds(devs []Deviation) []DeviationKind {
	var ks []DeviationKind
	for _, d := range devs {
		ks = append(ks, d.Kind)
	}
	return ks
}

func TestDecodeBase64NamesEveryDeviation(t *testing.T) {
	t.Parallel()
	const plain = "<a>\xfb\xff\xbe~~??>>?\xff\xfb</a>"
	text := base64.StdEncoding.EncodeToString([]byte(plain))
	require.Contains(t, text, "+")
	require.Contains(t, text, "/")
	require.True(t, strings.HasSuffix(text, "="))
	long := strings.Repeat("0123456789ab", 30)
	longText := base64.StdEncoding.EncodeToString([]byte(long))
	var wrapped []string
	for s := longText; s != ""; s = s[min(76, len(s)):] {
		wrapped = append(wrapped, s[:min(76, len(s))])
	}
	for name, c := range map[string]struct {
		in, want string
		kinds    []DeviationKind
	}{
		"canonical":           {text, plain, nil},
		"URL-safe":            {strings.NewReplacer("+", "-", "/", "_").Replace(text), plain, []DeviationKind{DeviationAlphabet}},
		"unpadded":            {strings.TrimRight(text, "="), plain, []DeviationKind{DeviationPadding}},
		"padded too much":     {text + "==", plain, []DeviationKind{DeviationPadding}},
		"plus became space":   {strings.ReplaceAll(text, "+", " "), plain, []DeviationKind{DeviationPlus}},
		"one line break":      {text[:8] + "\r\n" + text[8:], plain, []DeviationKind{DeviationLineBreaks}},
		"indented lines":      {text[:8] + "\n  " + text[8:], plain, []DeviationKind{DeviationLineBreaks}},
		"joined by spaces":    {strings.Join(wrapped, " "), long, []DeviationKind{DeviationLineBreaks}},
		"spaces around":       {"  " + text + " ", plain, []DeviationKind{DeviationLineBreaks}},
		"one space, too many": {text[:9] + " " + text[9:], plain, []DeviationKind{DeviationLineBreaks}},
		"trailing bits":       {"QR==", "A", []DeviationKind{DeviationTrailingBits}},
	} {
		got, devs, err := DecodeBase64(c.in)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, string(got), name)
		assert.Equal(t, c.kinds, kinds(devs), name)
	}
}

func TestDecodeBase64SaysWhyNot(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":           "no base64: there is nothing in it",
		" \n ":       "no base64: there is nothing in it",
		"===":        "no base64: there is nothing in it",
		"PGE-+":      "no base64: its 5 characters cannot be whole octets; the text is cut short",
		"PGE%2B":     "no base64: a percent sign (was it percent-encoded once more?) at character 4",
		"<a/>":       "no base64: a < (is it XML already?) at character 1",
		"PGE+é":      "no base64: 'é' at character 5",
		"PGE+\xff":   "no base64: the byte 0xFF at character 5",
		"QQ==QQ==":   "no base64: padding at character 4 has data after it",
		"QQ==\nQUJD": "no base64: padding at character 5 has data after it",
	} {
		_, _, err := DecodeBase64(in)
		assert.EqualError(t, err, want, in)
	}
}

func FuzzDecodeBase64(f *testing.F) {
	for _, s := range []string{"PGE+", "PGE-", "PG E ", "QR==", "P\r\nGE=", "%2B", "    ", strings.Repeat("QUJD", 19) + " QUJD"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		data, devs, err := DecodeBase64(s)
		if err != nil {
			return
		}
		if len(data) > len(s) {
			t.Fatalf("%d octets from %d characters", len(data), len(s))
		}
		again := base64.StdEncoding.EncodeToString(data)
		if (again == s) != (len(devs) == 0) {
			t.Fatalf("%q is read as %q with %v", s, again, devs)
		}
	})
}
