package yaml

import (
	"fmt"
	"unicode/utf8"
)

// decode is the content as characters: without a byte order mark, with line breaks as
// on Unix. Whatever is no text at all is refused (YAML 1.2 section 5.1), and so are the
// characters that some readers take for line breaks and others do not.
func decode(data []byte) []rune {
	line, column := 1, 1
	refuse := func(text, hint string) { panic(&Error{line, column, text, hint}) }
	if len(data) >= 2 && (data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff) {
		refuse("this is UTF-16 text", "save the file as UTF-8")
	}
	if len(data) >= 3 && data[0] == 0xef && data[1] == 0xbb && data[2] == 0xbf {
		data = data[3:]
	}
	text := make([]rune, 0, len(data))
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			refuse(fmt.Sprintf("this is no UTF-8 text: byte 0x%02X", data[i]), "is this the right file? If so, save it as UTF-8")
		case c == '\r':
			if i+1 < len(data) && data[i+1] == '\n' {
				size = 2
			}
			c = '\n'
		case c == 0x85, c == 0x2028, c == 0x2029, c == 0xfeff:
			refuse(fmt.Sprintf("the invisible character U+%04X", c), "remove it")
		case c < ' ' && c != '\n' && c != '\t', c >= 0x7f && c < 0xa0, c == 0xfffe, c == 0xffff:
			refuse(fmt.Sprintf("this is no text: character U+%04X", c), "is this the right file?")
		}
		text = append(text, c)
		i += size
		column++
		if c == '\n' {
			line, column = line+1, 1
		}
	}
	return text
}
