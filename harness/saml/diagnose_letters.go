package saml

import (
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// composed lists letters with the letter and the marks that they are composed of.
const composed = "ÀA\u0300 ÁA\u0301 ÂA\u0302 ÃA\u0303 ÄA\u0308 ÅA\u030A ÇC\u0327 ÈE\u0300 ÉE\u0301 ÊE\u0302 ËE\u0308 ÌI\u0300 ÍI\u0301 ÎI\u0302 ÏI\u0308 ÑN\u0303 " +
	"ÒO\u0300 ÓO\u0301 ÔO\u0302 ÕO\u0303 ÖO\u0308 ÙU\u0300 ÚU\u0301 ÛU\u0302 ÜU\u0308 ÝY\u0301 àa\u0300 áa\u0301 âa\u0302 ãa\u0303 äa\u0308 åa\u030A " +
	"çc\u0327 èe\u0300 ée\u0301 êe\u0302 ëe\u0308 ìi\u0300 íi\u0301 îi\u0302 ïi\u0308 ñn\u0303 òo\u0300 óo\u0301 ôo\u0302 õo\u0303 öo\u0308 ùu\u0300 " +
	"úu\u0301 ûu\u0302 üu\u0308 ýy\u0301 ÿy\u0308 ĀA\u0304 āa\u0304 ĂA\u0306 ăa\u0306 ĄA\u0328 ąa\u0328 ĆC\u0301 ćc\u0301 ĈC\u0302 ĉc\u0302 ĊC\u0307 " +
	"ċc\u0307 ČC\u030C čc\u030C ĎD\u030C ďd\u030C ĒE\u0304 ēe\u0304 ĔE\u0306 ĕe\u0306 ĖE\u0307 ėe\u0307 ĘE\u0328 ęe\u0328 ĚE\u030C ěe\u030C ĜG\u0302 " +
	"ĝg\u0302 ĞG\u0306 ğg\u0306 ĠG\u0307 ġg\u0307 ĢG\u0327 ģg\u0327 ĤH\u0302 ĥh\u0302 ĨI\u0303 ĩi\u0303 ĪI\u0304 īi\u0304 ĬI\u0306 ĭi\u0306 ĮI\u0328 " +
	"įi\u0328 İI\u0307 ĴJ\u0302 ĵj\u0302 ĶK\u0327 ķk\u0327 ĹL\u0301 ĺl\u0301 ĻL\u0327 ļl\u0327 ĽL\u030C ľl\u030C ŃN\u0301 ńn\u0301 ŅN\u0327 ņn\u0327 " +
	"ŇN\u030C ňn\u030C ŌO\u0304 ōo\u0304 ŎO\u0306 ŏo\u0306 ŐO\u030B őo\u030B ŔR\u0301 ŕr\u0301 ŖR\u0327 ŗr\u0327 ŘR\u030C řr\u030C ŚS\u0301 śs\u0301 " +
	"ŜS\u0302 ŝs\u0302 ŞS\u0327 şs\u0327 ŠS\u030C šs\u030C ŢT\u0327 ţt\u0327 ŤT\u030C ťt\u030C ŨU\u0303 ũu\u0303 ŪU\u0304 ūu\u0304 ŬU\u0306 ŭu\u0306 " +
	"ŮU\u030A ůu\u030A ŰU\u030B űu\u030B ŲU\u0328 ųu\u0328 ŴW\u0302 ŵw\u0302 ŶY\u0302 ŷy\u0302 ŸY\u0308 ŹZ\u0301 źz\u0301 ŻZ\u0307 żz\u0307 ŽZ\u030C " +
	"žz\u030C ȘS\u0326 șs\u0326 ȚT\u0326 țt\u0326 ẠA\u0323 ạa\u0323 ẢA\u0309 ảa\u0309 ẤA\u0302\u0301 ấa\u0302\u0301 ẦA\u0302\u0300 ầa\u0302\u0300 " +
	"ẨA\u0302\u0309 ẩa\u0302\u0309 ẪA\u0302\u0303 ẫa\u0302\u0303 ẬA\u0323\u0302 ậa\u0323\u0302 ẮA\u0306\u0301 ắa\u0306\u0301 ẰA\u0306\u0300 ằa\u0306\u0300 " +
	"ẲA\u0306\u0309 ẳa\u0306\u0309 ẴA\u0306\u0303 ẵa\u0306\u0303 ẶA\u0323\u0306 ặa\u0323\u0306 ẸE\u0323 ẹe\u0323 ẺE\u0309 ẻe\u0309 ẼE\u0303 ẽe\u0303 " +
	"ẾE\u0302\u0301 ếe\u0302\u0301 ỀE\u0302\u0300 ềe\u0302\u0300 ỂE\u0302\u0309 ểe\u0302\u0309 ỄE\u0302\u0303 ễe\u0302\u0303 ỆE\u0323\u0302 ệe\u0323\u0302 " +
	"ỈI\u0309 ỉi\u0309 ỊI\u0323 ịi\u0323 ỌO\u0323 ọo\u0323 ỎO\u0309 ỏo\u0309 ỐO\u0302\u0301 ốo\u0302\u0301 ỒO\u0302\u0300 ồo\u0302\u0300 ỔO\u0302\u0309 " +
	"ổo\u0302\u0309 ỖO\u0302\u0303 ỗo\u0302\u0303 ỘO\u0323\u0302 ộo\u0323\u0302 ỚO\u031B\u0301 ớo\u031B\u0301 ỜO\u031B\u0300 ờo\u031B\u0300 ỞO\u031B\u0309 " +
	"ởo\u031B\u0309 ỠO\u031B\u0303 ỡo\u031B\u0303 ỢO\u031B\u0323 ợo\u031B\u0323 ỤU\u0323 ụu\u0323 ỦU\u0309 ủu\u0309 ỨU\u031B\u0301 ứu\u031B\u0301 " +
	"ỪU\u031B\u0300 ừu\u031B\u0300 ỬU\u031B\u0309 ửu\u031B\u0309 ỮU\u031B\u0303 ữu\u031B\u0303 ỰU\u031B\u0323 ựu\u031B\u0323 ỲY\u0300 ỳy\u0300 ỴY\u0323 " +
	"ỵy\u0323 ỶY\u0309 ỷy\u0309 ỸY\u0303 ỹy\u0303 "

// lookAlikes lists letters of other alphabets, each with the Latin one that it looks like.
const lookAlikes = "аaеeоoрpсcуyхxіiјjѕsԁdһhӏlАAВBЕEІIЈJКKМMНHОOРPСCТTХXЅSοoΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXıi"

// Letters that those who have no others write for them, and what they are written for.
var (
	umlauts = strings.NewReplacer("ae", "ä", "oe", "ö", "ue", "ü", "ss", "ß", "Ae", "Ä", "Oe", "Ö", "Ue", "Ü")
	ands    = strings.NewReplacer(" and ", " & ", " und ", " & ", "  ", " & ")
)

var (
	composer   = sync.OnceValue(func() *strings.Replacer { return composing(true) })
	decomposer = sync.OnceValue(func() *strings.Replacer { return composing(false) })
	latin      = sync.OnceValue(func() *strings.Replacer { return pairs(lookAlikes) })
	typewriter = sync.OnceValue(func() *strings.Replacer {
		return strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "…", "...", "\u00A0", " ")
	})
)

// unaccented is a text without the marks of its letters.
func unaccented(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, decomposer().Replace(s))
}

func composing(compose bool) *strings.Replacer {
	var list []string
	for pair := range strings.FieldsSeq(composed) {
		_, n := utf8.DecodeRuneInString(pair)
		if compose {
			list = append(list, pair[n:], pair[:n])
		} else {
			list = append(list, pair[:n], pair[n:])
		}
	}
	return strings.NewReplacer(list...)
}

// pairs replaces the first rune of each two by the second.
func pairs(s string) *strings.Replacer {
	var list []string
	for _, r := range s {
		list = append(list, string(r))
	}
	return strings.NewReplacer(list...)
}

// replacing is a recoding by a replacer.
func replacing(by func() *strings.Replacer) func(string) (string, bool) {
	return func(s string) (string, bool) { return by().Replace(s), true }
}

// plainAgain undoes that characters were written as references and these were escaped.
func plainAgain(s string) (string, bool) {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "&#")
		b.WriteString(before)
		if !ok {
			return b.String(), true
		}
		digits, after, ok := strings.Cut(rest, ";")
		base := 10
		if hex, is := strings.CutPrefix(strings.ToLower(digits), "x"); is {
			digits, base = hex, 16
		}
		n, err := strconv.ParseInt(digits, base, 32)
		if !ok || err != nil || !utf8.ValidRune(rune(n)) {
			return "", false
		}
		b.WriteRune(rune(n))
		s = after
	}
}

// plainAtAll undoes that all references were escaped.
func plainAtAll(s string) (string, bool) { return plainAgain(unescaper.Replace(s)) }

// asked is where question marks stand in the place of letters: beside a letter, in what
// is no URL.
func asked(s string) (at []int) {
	if hasScheme(s) {
		return nil
	}
	before := ' '
	for i, r := range s {
		after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		if r == '?' && (unicode.IsLetter(before) || unicode.IsLetter(after)) {
			at = append(at, i)
		}
		before = r
	}
	return at
}

// byQuestionMark looks for letters beyond ASCII that were turned into question marks: a
// letter that makes the digest agree or, where there are too many, the place.
func (t *trials) byQuestionMark(f *SignatureFault) bool {
	const letters = "äöüßÄÖÜéèêëàâáãåæçíìîïñóòôõøœúùûýÿÉÈÀÂÁÃÅÆÇÍÑÓÔÕØÚÛÝšžčřěůłąęśćńźżőűğışŠŽČŁŚŻŞİ"
	var spans []span
	marks := 0
	for _, s := range t.spans {
		if n := len(asked(t.spanValue(&s))); n > 0 && t.personal(&s) {
			spans = append(spans, s)
			marks += n
		}
	}
	if marks == 0 {
		return false
	}
	tried := strings.Split(letters, "")
	second := []string{""}
	if marks > 1 {
		second = tried
	}
	for _, a := range tried {
		for _, b := range second {
			n := 0
			put := func(s *span, was string) string { // in turn
				if !t.personal(s) {
					return was
				}
				var now strings.Builder
				from := 0
				for _, i := range asked(was) {
					now.WriteString(was[from:i])
					if n%2 == 0 || b == "" {
						now.WriteString(a)
					} else {
						now.WriteString(b)
					}
					from = i + 1
					n++
				}
				return now.String() + was[from:]
			}
			if marks > 2 && a != b {
				continue // one letter in the place of all
			}
			if changed, ok := t.rewritten(put); ok {
				s := t.spans[changed[0]]
				n = 0
				t.pointTo(f, s, t.spanValue(&s), put(&s, t.spanValue(&s)))
				return found(f, CauseRecoded, "characters became question marks after signing: the digest agrees when %s reads %s and not %s", f.At.called(), quoteText(f.Want), quoteText(f.Got))
			}
		}
	}
	t.pointTo(f, spans[0], t.spanValue(&spans[0]), "")
	f.unproven = true
	return found(f, CauseRecoded, "characters were lost in conversion after signing, it seems: %s reads %s, with a question mark in the place of a letter", f.At.called(), quoteText(f.Got))
}
