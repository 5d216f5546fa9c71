package settings

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// What a settings file may be at most. A real one has some kilobytes, and a thousand
// users fit. The YAML library takes time that grows with the square of some of these
// counts: it trims the blank lines behind a block of text one by one, looks from each
// tab within double quotes to the end of the line, makes room for each value that is
// left out, and gives every value a path of all the keys above it. Within these bounds
// any file is read in well under a second.
const (
	mostText   = 256 << 10 // bytes of the settings
	mostBytes  = 1 << 20   // bytes of each file named in them
	mostNamed  = 16 << 20  // bytes of all files named in them together
	mostLine   = 64 << 10  // characters of a line
	mostBlank  = 100       // blank lines in a row
	mostTabs   = 500       // tabs
	mostTokens = 40_000    // words, brackets, colons, commas and dashes
	mostDepth  = 16        // levels of nesting
	mostKeys   = 2_000     // keys of one mapping
	mostKey    = 128       // bytes of a key
	mostListed = 5_000     // entries of one list
)

// decode gives the content as the YAML library is to see it: without a byte order mark,
// and with a line feed at the end of each line, for the library loses lines that end
// otherwise. What is no text at all is refused here, and so are the characters that some
// readers take for line breaks and others do not. Lines and columns stay what they are in
// the file.
func (r *reader) decode(data []byte) (string, bool) {
	line, column := 1, 1
	refuse := func(text, hint string) (string, bool) {
		r.fail(Place{r.name, line, column}, text, hint)
		return "", false
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return refuse("this is UTF-16 text", "save the file as UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	if last := data[bytes.LastIndexByte(data, '\n')+1:]; bytes.IndexByte(last, '!') >= 0 {
		data = append(bytes.Clone(data), '\n') // the library overlooks a tag that nothing follows
	}
	blank, tabs := 0, 0
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			return refuse(fmt.Sprintf("this is no UTF-8 text: byte 0x%02X", data[i]), "is this the right file? If so, save it as UTF-8")
		case c == 0x85, c == 0x2028, c == 0x2029, c == 0xfeff:
			return refuse(fmt.Sprintf("the invisible character U+%04X", c), "remove it")
		case c < ' ' && c != '\n' && c != '\t', c >= 0x7f && c < 0xa0, c == 0xfffe, c == 0xffff:
			return refuse(fmt.Sprintf("this is no text: character U+%04X", c), "is this the right file?")
		}
		i += size
		column++
		switch c {
		case '\n':
			line, column = line+1, 1
			if blank++; blank > mostBlank+1 {
				return refuse(fmt.Sprintf("more than %d blank lines in a row", mostBlank), "remove them")
			}
			continue
		case '\t':
			if tabs++; tabs > mostTabs {
				return refuse(fmt.Sprintf("more than %d tabs", mostTabs), "YAML is indented with spaces")
			}
		case ' ':
		default:
			blank = 0
		}
		if column > mostLine {
			return refuse(fmt.Sprintf("a line of more than %d characters", mostLine), "is this the right file?")
		}
	}
	return string(data), true
}

// The parts of YAML that settings do without. Each would let one place of the file
// stand for another, and then a finding could not name the place that must be edited.
var refused = map[token.Type]string{
	token.AnchorType:     "anchors (&) are not read here",
	token.AliasType:      "aliases (*) are not read here",
	token.TagType:        "tags (!) are not read here",
	token.MergeKeyType:   "merge keys (<<) are not read here",
	token.MappingKeyType: "complex keys (?) are not read here",
	token.DirectiveType:  "directives (%) are not read here",
}

const asText = "if it is meant as text, put the whole value in quotes"

// A level is a mapping or a list that the tokens seen last are inside of.
type level struct {
	flow          bool
	column        int // of a block's first token
	keys, entries int
}

// admit refuses the tokens that are not read here, and more of them, or deeper nested,
// than the parser may see: it recurses once per level and once per key of a mapping.
func (r *reader) admit(tokens token.Tokens) bool {
	refuse := func(t *token.Token, text, hint string) bool {
		r.fail(r.at(t), text, hint)
		return false
	}
	levels, content := []level{{}}, false
	var last *token.Token
	for i, t := range tokens {
		if t.Type == token.CommentType || t.Type == token.SpaceType {
			continue
		}
		if t.Type == token.InvalidType {
			return true // the parser says why
		}
		if why, ok := refused[t.Type]; ok {
			return refuse(t, why, asText)
		}
		if t.Type == token.DocumentHeaderType && content {
			return refuse(t, "a second document begins here", "settings are one document: remove the line ---")
		}
		if i >= mostTokens {
			return refuse(t, fmt.Sprintf("more than %d words, brackets, colons, commas and dashes", mostTokens), "")
		}
		if t.Type == token.MappingValueType && last != nil && len(last.Value) > mostKey {
			return refuse(last, fmt.Sprintf("a key of more than %d characters", mostKey), "")
		}
		if last != nil && (last.Type == token.LiteralType || last.Type == token.FoldedType) {
			last = t // a block of text, which begins nothing
			continue
		}
		begins := last == nil || t.Position.Line != last.Position.Line || last.Type == token.SequenceEntryType
		content, last = true, t
		top := &levels[len(levels)-1]
		if !top.flow && begins {
			for len(levels) > 1 && levels[len(levels)-1].column > t.Position.Column {
				levels = levels[:len(levels)-1]
			}
			if levels[len(levels)-1].column < t.Position.Column {
				levels = append(levels, level{column: t.Position.Column})
			}
			top = &levels[len(levels)-1]
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			levels = append(levels, level{flow: true})
		case token.SequenceEndType, token.MappingEndType:
			if top.flow {
				levels = levels[:len(levels)-1]
			}
		case token.MappingValueType:
			top.keys++
		case token.SequenceEntryType, token.CollectEntryType:
			top.entries++
		}
		switch {
		case len(levels) > mostDepth:
			return refuse(t, fmt.Sprintf("more than %d levels of nesting", mostDepth), "")
		case top.keys > mostKeys:
			return refuse(t, fmt.Sprintf("a mapping with more than %d keys", mostKeys), "")
		}
	}
	return true
}
