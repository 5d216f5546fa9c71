package saml

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// byLineEnds looks for CR LF, &#13; and LF that were exchanged.
func (t *trials) byLineEnds(f *SignatureFault) bool {
	crlf := func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "\r", ""), "\n", "\r\n") }
	for _, c := range [...]struct {
		only string // an element's local name, "" for every text
		by   func(string) string
		note string
	}{
		{"", func(s string) string { return strings.ReplaceAll(s, "\r", "") }, "without the carriage returns (&#13;)"},
		{"SignatureValue", crlf, "with a carriage return (&#13;) at the line ends of SignatureValue"},
		{"X509Certificate", crlf, "with a carriage return (&#13;) at the line ends of X509Certificate"},
		{"base64", crlf, "with a carriage return (&#13;) at the line ends of SignatureValue and X509Certificate"},
		{"", crlf, "with a carriage return (&#13;) at each line end"},
		{"", func(s string) string { return strings.ReplaceAll(s, "\n", "\r") }, "with carriage returns in place of line feeds"},
		{"", func(s string) string { return strings.ReplaceAll(s, "\r", "\n") }, "with line feeds in place of carriage returns"},
	} {
		text := func(id int32, s string) string {
			name := t.d.localName(&t.d.nodes[t.d.nodes[id].parent])
			if c.only == "" || c.only == name || c.only == "base64" && (name == "SignatureValue" || name == "X509Certificate") {
				return c.by(s)
			}
			return s
		}
		if t.with(&alteration{text: text}) {
			return found(f, CauseLineEnds, "line ends were changed after signing: the digest agrees %s", c.note)
		}
	}
	if t.matches([]byte(strings.ReplaceAll(string(t.base), "\n", "\r\n"))) {
		return found(f, CauseLineEnds, "whoever signed did not normalise line ends as XML 1.0 2.11 says: the digest agrees with CR LF at each line end")
	}
	return false
}

// A recoding is a way in which text is damaged, undone.
type recoding struct {
	cause Cause
	undo  func(string) (string, bool)
	note  string
}

var recodings = [...]recoding{
	{CauseRecoded, fromLatin1, "UTF-8 was read as ISO-8859-1 or Windows-1252 after signing"},
	{CauseRecoded, toLatin1, "it was signed with its UTF-8 read as Windows-1252, and this was undone after signing"},
	{CauseEscaping, unescapeOnce, "characters were escaped once too often after signing"},
	{CauseEscaping, escapeOnce, "characters were unescaped once too often after signing"},
	{CauseEscaping, plainAgain, "characters were escaped once too often after signing"},
	{CauseEscaping, plainAtAll, "characters were escaped once too often after signing"},
	{CauseRecoded, replacing(composer), "letters were parted from their accents (Unicode NFD) after signing"},
	{CauseRecoded, replacing(decomposer), "letters were joined with their accents (Unicode NFC) after signing"},
	{CauseEdited, replacing(latin), "letters were replaced by others that look alike after signing"},
	{CauseEdited, replacing(typewriter), "quotation marks, dashes or spaces were replaced by typographic ones after signing"},
	{CausePlus, func(s string) (string, bool) { return strings.ReplaceAll(s, " ", "+"), true }, "plus signs became spaces after signing"},
	{CausePlus, func(s string) (string, bool) { return strings.ReplaceAll(s, "+", " "), true }, "spaces became plus signs after signing"},
	{CauseEscaping, percentDecode, "a value was percent-encoded after signing"},
	{CauseEscaping, func(s string) (string, bool) { return url.QueryEscape(s), true }, "a value was percent-decoded after signing"},
	{CauseWhiteSpace, func(s string) (string, bool) { return trimSpace(s), true }, "white space was put around a value after signing"},
	{CauseWhiteSpace, func(s string) (string, bool) { return " " + s, true }, "a space before a value was taken away after signing"},
	{CauseWhiteSpace, func(s string) (string, bool) { return s + " ", true }, "a space behind a value was taken away after signing"},
	{CauseWhiteSpace, func(s string) (string, bool) { return strings.Join(strings.Fields(s), " "), true }, "white space inside a value was changed after signing"},
	{CauseEdited, func(s string) (string, bool) { return strings.ToLower(s), true }, "a value was edited after signing, which was in lower case when it was signed"},
	{CauseEdited, func(s string) (string, bool) { return strings.ToUpper(s), true }, "a value was edited after signing, which was in upper case when it was signed"},
	{CauseEdited, toggleSlash, "a slash at its end was added or taken away after signing"},
	{CauseEdited, toggleHTTPS, "http and https were exchanged after signing"},
}

// respellings are ways in which names are damaged, undone.
var respellings = [...]recoding{
	{CauseRecoded, func(s string) (string, bool) { return umlauts.Replace(s), true }, "letters beyond ASCII were spelt out after signing"},
	{CauseEdited, func(s string) (string, bool) { return ands.Replace(s), true }, "an ampersand was replaced or taken away after signing"},
}

// byRespelling looks for names that were damaged, all of them.
func (t *trials) byRespelling(f *SignatureFault) bool {
	for _, rec := range respellings {
		undo := func(was string) string {
			now, _ := rec.undo(was)
			return now
		}
		changed, ok := t.rewritten(func(s *span, was string) string {
			if !t.personal(s) {
				return was
			}
			return undo(was)
		})
		if ok {
			t.pointToChanged(f, t.at(changed), undo)
			return found(f, rec.cause, "%s: the digest agrees when %s reads %s and not %s", rec.note, f.At.called(), quoteText(f.Want), quoteText(f.Got))
		}
	}
	return false
}

// byRecoding looks for text that was damaged: first everywhere, then in one value.
func (t *trials) byRecoding(f *SignatureFault) bool {
	for _, rec := range recodings {
		change := func(_ int32, s string) string {
			if isBlank(s) {
				return s
			}
			if u, ok := rec.undo(s); ok {
				return u
			}
			return s
		}
		if rec.cause != CauseEdited && t.with(&alteration{text: change, value: change}) {
			if changed := t.changed(change); len(changed) > 0 {
				t.pointToChanged(f, changed, func(was string) string { return change(0, was) })
				if len(changed) == 1 {
					return found(f, rec.cause, "%s: the digest agrees when %s reads %s and not %s", rec.note, f.At.called(), quoteText(f.Want), quoteText(f.Got))
				}
				return found(f, rec.cause, "%s: the digest agrees when values such as %s read %s", rec.note, quoteText(f.Got), quoteText(f.Want))
			}
		}
	}
	for i := range t.spans {
		was := t.spanValue(&t.spans[i])
		if isBlank(was) {
			continue
		}
		for _, rec := range recodings {
			now, ok := rec.undo(was)
			if ok && now != was && t.spanAs(&t.spans[i], now) {
				t.pointTo(f, t.spans[i], was, now)
				return found(f, rec.cause, "%s: the digest agrees when %s reads %s and not %s", rec.note, f.At.called(), quoteText(f.Want), quoteText(f.Got))
			}
		}
	}
	return false
}

// changed is the spans that a change changes.
func (t *trials) changed(change func(int32, string) string) (list []span) {
	for _, s := range t.spans {
		if was := t.spanValue(&s); change(0, was) != was {
			list = append(list, s)
		}
	}
	return list
}

// at is the spans with these numbers.
func (t *trials) at(numbers []int) (list []span) {
	for _, i := range numbers {
		list = append(list, t.spans[i])
	}
	return list
}

// pointToAll makes the fault one of several spans that were the same value.
func (t *trials) pointToAll(f *SignatureFault, spans []span, now string) {
	t.pointToChanged(f, spans, func(string) string { return now })
}

// pointToChanged makes the fault one of all values that a change changes.
func (t *trials) pointToChanged(f *SignatureFault, spans []span, change func(was string) string) {
	was := t.spanValue(&spans[0])
	t.pointTo(f, spans[0], was, change(was))
	for _, s := range spans[1:] {
		f.undo = append(f.undo, undoing{s.node, s.attr, change(t.spanValue(&s))})
	}
}

// pointTo makes the fault one of a value.
func (t *trials) pointTo(f *SignatureFault, s span, was, now string) {
	if f.undo = nil; now != "" {
		f.undo = []undoing{{s.node, s.attr, now}}
	}
	if f.Got, f.Want = was, now; s.attr >= 0 {
		f.At = Attr{t.d, s.node, s.attr}.At()
		return
	}
	e := Element{t.d, t.d.nodes[s.node].parent}
	f.At = e.At()
	if f.Got = e.Text(); f.Got == was { // else comments part the text
		return
	}
	f.Want = ""
	for i := e.id + 1; i < e.node().after; i = t.d.nodes[i].after {
		switch n := &t.d.nodes[i]; {
		case i == s.node:
			f.Want += now
		case n.kind == kindText:
			f.Want += t.d.value(n)
		}
	}
}

// called is what a place is called in a sentence: its last step, with the one before it
// where that alone says little.
func (p Place) called() string {
	steps := strings.Split(strings.TrimPrefix(p.Path, "/"), "/")
	n := len(steps)
	if last := steps[n-1]; n > 1 && (last[:min(len(last), 1)] == "@" || last == "Issuer" || strings.HasPrefix(last, "AttributeValue")) {
		return steps[n-2] + "/" + last
	}
	return steps[n-1]
}

// spanValue is the text or attribute value that a span shows.
func (t *trials) spanValue(s *span) string {
	if s.attr >= 0 {
		return t.d.attrValue(&t.d.attrs[s.attr])
	}
	return t.d.value(&t.d.nodes[s.node])
}

// windows1252 is what the bytes 0x80 to 0x9F stand for, 0 where for nothing.
var windows1252 = [32]rune{
	0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
	0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
}

// fromLatin1 reads the characters of s as bytes of Windows-1252 that were UTF-8.
func fromLatin1(s string) (string, bool) {
	b := make([]byte, 0, len(s))
	beyond := false
	for _, r := range s {
		if r >= 0x80 {
			beyond = true
		}
		if r < 0x100 {
			b = append(b, byte(r))
			continue
		}
		i := 0
		for i < len(windows1252) && windows1252[i] != r {
			i++
		}
		if i == len(windows1252) {
			return "", false
		}
		b = append(b, byte(0x80+i))
	}
	if !beyond || !utf8.Valid(b) {
		return "", false
	}
	return string(b), true
}

// toLatin1 reads the UTF-8 of s as bytes of Windows-1252.
func toLatin1(s string) (string, bool) {
	var b strings.Builder
	beyond := false
	for i := range len(s) {
		r := rune(s[i])
		if r >= 0x80 {
			beyond = true
		}
		if r >= 0x80 && r < 0xA0 && windows1252[r-0x80] != 0 {
			r = windows1252[r-0x80]
		}
		b.WriteRune(r)
	}
	return b.String(), beyond
}

var (
	unescaper = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&#39;", "'", "&#34;", `"`)
	escaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")
)

func unescapeOnce(s string) (string, bool) { return unescaper.Replace(s), true }

func escapeOnce(s string) (string, bool) { return escaper.Replace(s), true }

func percentDecode(s string) (string, bool) {
	u, err := url.QueryUnescape(s)
	return u, err == nil && utf8.ValidString(u)
}

func toggleSlash(s string) (string, bool) {
	if !hasScheme(s) {
		return "", false
	}
	if cut, ok := strings.CutSuffix(s, "/"); ok {
		return cut, true
	}
	return s + "/", true
}

func toggleHTTPS(s string) (string, bool) {
	if rest, ok := strings.CutPrefix(s, "https:"); ok {
		return "http:" + rest, true
	}
	rest, ok := strings.CutPrefix(s, "http:")
	return "https:" + rest, ok
}
