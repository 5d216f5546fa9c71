package check

import (
	"fmt"
	"strings"
	"unicode"
)

// named is a character with its code point and, where that helps, what it is.
func named(r rune) string {
	what := ""
	switch {
	case r == '\t':
		return "a tab"
	case r == '\n':
		return "a line feed"
	case r == '\r':
		return "a carriage return"
	case r == ' ':
		return "a space"
	case r == 0xA0:
		return "U+00A0, a no-break space"
	case r == '"':
		return "a straight double quote"
	case r == '\'':
		return "a straight single quote"
	case strings.ContainsRune("“”„‟‘’‚‛", r):
		return fmt.Sprintf("a curly quote (U+%04X)", r)
	case r < 0x80:
		return quoted(string(r))
	case invisible[r] != "":
		return fmt.Sprintf("U+%04X, %s", r, invisible[r])
	case r >= 0xFF01 && r <= 0xFF5E:
		what = "full-width"
	case unicode.Is(unicode.Cyrillic, r):
		what = "Cyrillic"
	case unicode.Is(unicode.Greek, r):
		what = "Greek"
	case unicode.Is(unicode.Pd, r) || r == 0x2212:
		what = "a dash"
	case unicode.IsSpace(r):
		return fmt.Sprintf("U+%04X, white space", r)
	case !unicode.IsPrint(r):
		return fmt.Sprintf("U+%04X", r)
	}
	if what == "" {
		return fmt.Sprintf("“%c” (U+%04X)", r, r)
	}
	return fmt.Sprintf("“%c” (U+%04X, %s)", r, r, what)
}

// pairsAlike is pairs of a character and the ASCII one that it looks like.
const pairsAlike = "" +
	// Cyrillic
	"АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX аa еe оo рp сc уy хx ѕs іi јj һh ԁd ԛq ԝw ӏl " +
	// Greek
	"ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX οo νv ρp ιi κk υu " +
	// Latin letters of other alphabets
	"ıi ɑa ɡg ѵv ℓl " +
	// punctuation
	"‐- ‑- ‒- –- —- ―- −- ﹣- ˗- ⁄/ ∕/ ╱/ ∶: ꞉: ․. 。. ‘' ’' ‚' ‛' ′' ‵' “\" ”\" „\" ‟\" ″\" ‹< ›> ＿_"

// lookAlikes is pairsAlike by character.
var lookAlikes = func() map[rune]rune {
	m := map[rune]rune{}
	for _, pair := range strings.Fields(pairsAlike) {
		r := []rune(pair)
		m[r[0]] = r[1]
	}
	return m
}()

// lookAlike replaces each character that looks like an ASCII one by that.
func lookAlike(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E { // the full-width forms of ASCII
			return r - 0xFF01 + '!'
		}
		if a, ok := lookAlikes[r]; ok {
			return a
		}
		return r
	}, s)
}

// composed is each letter of Latin-1 and Latin Extended-A that can also be written as
// a letter and a combining mark (Unicode normalization forms C and D), followed by that.
const composed = "" +
	"ÀA\u0300 ÁA\u0301 ÂA\u0302 ÃA\u0303 ÄA\u0308 ÅA\u030a ÇC\u0327 ÈE\u0300 ÉE\u0301 ÊE\u0302 ËE\u0308 " +
	"ÌI\u0300 ÍI\u0301 ÎI\u0302 ÏI\u0308 ÑN\u0303 ÒO\u0300 ÓO\u0301 ÔO\u0302 ÕO\u0303 ÖO\u0308 ÙU\u0300 " +
	"ÚU\u0301 ÛU\u0302 ÜU\u0308 ÝY\u0301 àa\u0300 áa\u0301 âa\u0302 ãa\u0303 äa\u0308 åa\u030a çc\u0327 " +
	"èe\u0300 ée\u0301 êe\u0302 ëe\u0308 ìi\u0300 íi\u0301 îi\u0302 ïi\u0308 ñn\u0303 òo\u0300 óo\u0301 " +
	"ôo\u0302 õo\u0303 öo\u0308 ùu\u0300 úu\u0301 ûu\u0302 üu\u0308 ýy\u0301 ÿy\u0308 ĀA\u0304 āa\u0304 " +
	"ĂA\u0306 ăa\u0306 ĄA\u0328 ąa\u0328 ĆC\u0301 ćc\u0301 ĈC\u0302 ĉc\u0302 ĊC\u0307 ċc\u0307 ČC\u030c " +
	"čc\u030c ĎD\u030c ďd\u030c ĒE\u0304 ēe\u0304 ĔE\u0306 ĕe\u0306 ĖE\u0307 ėe\u0307 ĘE\u0328 ęe\u0328 " +
	"ĚE\u030c ěe\u030c ĜG\u0302 ĝg\u0302 ĞG\u0306 ğg\u0306 ĠG\u0307 ġg\u0307 ĢG\u0327 ģg\u0327 ĤH\u0302 " +
	"ĥh\u0302 ĨI\u0303 ĩi\u0303 ĪI\u0304 īi\u0304 ĬI\u0306 ĭi\u0306 ĮI\u0328 įi\u0328 İI\u0307 ĴJ\u0302 " +
	"ĵj\u0302 ĶK\u0327 ķk\u0327 ĹL\u0301 ĺl\u0301 ĻL\u0327 ļl\u0327 ĽL\u030c ľl\u030c ŃN\u0301 ńn\u0301 " +
	"ŅN\u0327 ņn\u0327 ŇN\u030c ňn\u030c ŌO\u0304 ōo\u0304 ŎO\u0306 ŏo\u0306 ŐO\u030b őo\u030b ŔR\u0301 " +
	"ŕr\u0301 ŖR\u0327 ŗr\u0327 ŘR\u030c řr\u030c ŚS\u0301 śs\u0301 ŜS\u0302 ŝs\u0302 ŞS\u0327 şs\u0327 " +
	"ŠS\u030c šs\u030c ŢT\u0327 ţt\u0327 ŤT\u030c ťt\u030c ŨU\u0303 ũu\u0303 ŪU\u0304 ūu\u0304 ŬU\u0306 " +
	"ŭu\u0306 ŮU\u030a ůu\u030a ŰU\u030b űu\u030b ŲU\u0328 ųu\u0328 ŴW\u0302 ŵw\u0302 ŶY\u0302 ŷy\u0302 " +
	"ŸY\u0308 ŹZ\u0301 źz\u0301 ŻZ\u0307 żz\u0307 ŽZ\u030c žz\u030c"

// compositions is composed, as pairs.
var compositions = func() [][2]string {
	var pairs [][2]string
	for _, entry := range strings.Fields(composed) {
		r := []rune(entry)
		pairs = append(pairs, [2]string{string(r[:1]), string(r[1:])})
	}
	return pairs
}()

var decomposer = func() *strings.Replacer {
	var oldNew []string
	for _, pair := range compositions {
		oldNew = append(oldNew, pair[0], pair[1])
	}
	return strings.NewReplacer(oldNew...)
}()

// decomposed writes each accented letter as the letter and its mark.
func decomposed(s string) string { return decomposer.Replace(s) }
