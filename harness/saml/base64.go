package saml

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// quoteText is a foreign value as a message may show it: quoted, escaped and cut.
func quoteText(s string) string {
	const most = 80
	if len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		return strconv.Quote(s[:cut]) + "…"
	}
	return strconv.Quote(s)
}

// DecodeBase64 reads base64 as people and programs hand it on, and tells everything in
// which the text departs from RFC 2045: the URL-safe alphabet, white space, spaces that
// once were plus signs, missing or surplus padding, bits set after the last octet.
// Line breaks are a deviation of kind DeviationLineBreaks, which HTTP-POST tolerates.
// The error says why nothing could be decoded.
func DecodeBase64(text string) ([]byte, []Deviation, error) {
	if data, ok := decodeCanonical(text); ok {
		return data, nil, nil
	}
	d := base64Text{text: text}
	return d.decode()
}

// decodeCanonical reads base64 without any deviation.
func decodeCanonical(text string) ([]byte, bool) {
	if text == "" || len(text)%4 != 0 || strings.IndexByte(text, '\n') >= 0 || strings.IndexByte(text, '\r') >= 0 { // the decoder skips line breaks
		return nil, false
	}
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	return data, err == nil
}

// base64Text is one text while it is read.
type base64Text struct {
	text       string
	deviations []Deviation
}

func (d *base64Text) note(k DeviationKind, format string, args ...any) {
	d.deviations = append(d.deviations, Deviation{k, fmt.Sprintf(format, args...)})
}

// The classes of characters in base64.
const (
	classOther byte = iota
	classPlain      // letters, digits, + and /
	classURL        // - and _
	classPad
	classSpace
	classBreak // CR, LF and TAB
)

func base64Class(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/':
		return classPlain
	case c == '-', c == '_':
		return classURL
	case c == '=':
		return classPad
	case c == ' ':
		return classSpace
	case c == '\r', c == '\n', c == '\t':
		return classBreak
	}
	return classOther
}

func (d *base64Text) decode() ([]byte, []Deviation, error) {
	plus := d.spacesWerePlus()
	clean := make([]byte, 0, len(d.text)+3)
	var breaks, spaces, url, pad, afterPad int
	for i := 0; i < len(d.text); i++ {
		c := d.text[i]
		class := base64Class(c)
		if class == classSpace && plus[0] <= i && i < plus[1] {
			c, class = '+', classPlain
		}
		switch class {
		case classOther:
			return nil, nil, d.alien(i)
		case classBreak:
			breaks++
			continue
		case classSpace:
			spaces++
			continue
		case classPad:
			pad++
			continue
		case classURL:
			url++
			if c == '-' {
				c = '+'
			} else {
				c = '/'
			}
		}
		if pad > 0 {
			afterPad++
			if afterPad == 1 {
				return nil, nil, fmt.Errorf("no base64: padding at character %d has data after it", i)
			}
		}
		clean = append(clean, c)
	}
	if len(clean) == 0 {
		return nil, nil, fmt.Errorf("no base64: there is nothing in it")
	}
	if plus[0] < plus[1] {
		d.note(DeviationPlus, "spaces stand where plus signs were: a + was not percent-encoded on the way")
	}
	switch {
	case breaks > 0:
		d.note(DeviationLineBreaks, "the base64 is broken into lines")
	case spaces > 0:
		d.note(DeviationLineBreaks, "the base64 holds spaces")
	}
	if url > 0 {
		d.note(DeviationAlphabet, "the base64 uses the URL-safe alphabet (- and _ for + and /)")
	}
	return d.finish(clean, pad)
}

// finish decodes what is left when white space and padding are gone.
func (d *base64Text) finish(clean []byte, pad int) ([]byte, []Deviation, error) {
	want := (4 - len(clean)%4) % 4
	if want == 3 {
		return nil, nil, fmt.Errorf("no base64: its %d characters cannot be whole octets; the text is cut short", len(clean))
	}
	switch {
	case pad < want:
		d.note(DeviationPadding, "the base64 lacks %d of its padding characters (=)", want-pad)
	case pad > want:
		d.note(DeviationPadding, "the base64 has %d padding characters (=) too many", pad-want)
	}
	data := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	if _, err := base64.RawStdEncoding.Strict().Decode(data, clean); err != nil {
		if _, err := base64.RawStdEncoding.Decode(data, clean); err != nil {
			return nil, nil, fmt.Errorf("no base64: %w", err)
		}
		d.note(DeviationTrailingBits, "the last character of the base64 holds bits that belong to no octet")
	}
	return data, d.deviations, nil
}

// alien says which character keeps the text from being base64.
func (d *base64Text) alien(i int) error {
	r, _ := utf8.DecodeRuneInString(d.text[i:])
	what := strconv.QuoteRune(r)
	switch {
	case r == utf8.RuneError:
		what = fmt.Sprintf("the byte 0x%02X", d.text[i])
	case r == '%':
		what = "a percent sign (was it percent-encoded once more?)"
	case r == '<':
		what = "a < (is it XML already?)"
	}
	return fmt.Errorf("no base64: %s at character %d", what, i+1)
}

// spacesWerePlus is the range of the text in which spaces stand for plus signs; empty
// where they are white space. A form decodes + as a space, so base64 whose plus signs
// were not percent-encoded arrives with spaces inside.
func (d *base64Text) spacesWerePlus() (span [2]int) {
	first := strings.IndexByte(d.text, ' ')
	if first < 0 || strings.ContainsAny(d.text, "\r\n\t") {
		return span // with line breaks about, spaces are indentation
	}
	start, end := 0, len(d.text)
	for start < end && d.text[start] == ' ' {
		start++
	}
	for end > start && d.text[end-1] == ' ' {
		end--
	}
	body := d.text[start:end]
	spaces := strings.Count(body, " ")
	if spaces == 0 || regular(body) {
		return span
	}
	plus := [2]int{start, end}
	if len(body) < len(d.text) && len(body)%4 != 0 && len(d.text)%4 == 0 && !strings.HasSuffix(body, "=") {
		plus = [2]int{0, len(d.text)} // one stood at either end, too
	}
	with, without := isUTF8(strings.ReplaceAll(d.text[plus[0]:plus[1]], " ", "+")), isUTF8(strings.ReplaceAll(body, " ", ""))
	if with == without { // as of DEFLATE: its length must tell
		with, without = (plus[1]-plus[0])%4 == 0, (len(body)-spaces)%4 == 0
	}
	if without && !with {
		return span
	}
	return plus
}

// isUTF8 tells whether a text is base64, of either alphabet and padded or not, of text.
func isUTF8(text string) bool {
	text = strings.TrimRight(text, "=")
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
		text = strings.NewReplacer("+", "-", "/", "_").Replace(text)
	}
	data, err := encoding.DecodeString(text[:len(text)/4*4])
	return err == nil && utf8.Valid(data)
}

// regular tells whether the spaces part the text into equal pieces of a length that
// encoders wrap lines at, as when line breaks were replaced by spaces.
func regular(body string) bool {
	width := strings.IndexByte(body, ' ')
	if width < 48 || width%4 != 0 {
		return false
	}
	for len(body) > width {
		if body[width] != ' ' || strings.IndexByte(body[:width], ' ') >= 0 {
			return false
		}
		body = body[width+1:]
	}
	return !strings.Contains(body, " ")
}
