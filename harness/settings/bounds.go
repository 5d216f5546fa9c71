package settings

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// What a settings file may be at most. A real one has some kilobytes; a thousand users
// fit well. The bounds keep the work on a hostile file to about a second, because the
// YAML library takes time that grows with the square of some of these counts and
// recurses once per level.
const (
	mostBytes    = 1 << 20 // of the settings, and of each file named in them
	mostNamed    = 1 << 24 // of all files named in them together
	mostMarks    = 60_000  // bytes that can begin or end a token
	mostBlank    = 1_000   // blank lines in a row
	mostDepth    = 16      // levels of nesting
	mostKeys     = 200     // keys of one mapping
	mostListed   = 5_000   // entries of one list
	mostMarkText = "is too intricate for a settings file: it has more than 60,000 brackets, quotes, colons and lines"
)

// text is the content as YAML text: without a byte order mark, with Unix line ends.
// What is no text at all is refused here, before anything else reads it.
func (r *reader) text(data []byte) (string, bool) {
	if len(data) > mostBytes {
		r.fail(Place{File: r.name}, "is larger than 1 MiB", "is this the settings file?")
		return "", false
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		r.fail(Place{r.name, 1, 1}, "is UTF-16 text", "save the file as UTF-8")
		return "", false
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	at, marks, blank := Place{r.name, 1, 1}, 0, 0
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			r.fail(at, fmt.Sprintf("is no UTF-8 text: byte 0x%02x", data[i]), "save the file as UTF-8")
			return "", false
		case c < ' ' && c != '\n' && c != '\t', c >= 0x7f && c < 0xa0 && c != 0x85, c == 0xfffe, c == 0xffff:
			r.fail(at, fmt.Sprintf("is no YAML text: character U+%04X", c), "is this the settings file?")
			return "", false
		}
		if size == 1 && bytes.IndexByte([]byte("\n,[]{}:?-!&*#\"'%|>@`"), data[i]) >= 0 {
			if marks++; marks > mostMarks {
				r.fail(at, mostMarkText, "")
				return "", false
			}
		}
		i += size
		switch c {
		case '\n':
			at.Line, at.Column = at.Line+1, 1
			if blank++; blank > mostBlank {
				r.fail(at, "has more than 1,000 blank lines in a row", "")
				return "", false
			}
			continue
		case ' ', '\t':
		default:
			blank = 0
		}
		at.Column++
	}
	return string(data), true
}

// The parts of YAML that settings do without. Each would let one place of the file
// stand for another, and then a finding could not name the place that must be edited.
var refused = map[token.Type]string{
	token.AnchorType:     "anchors (&) are not taken here",
	token.AliasType:      "aliases (*) are not taken here",
	token.TagType:        "tags (!) are not taken here",
	token.MergeKeyType:   "merge keys (<<) are not taken here",
	token.MappingKeyType: "complex keys (?) are not taken here",
	token.DirectiveType:  "directives (%) are not taken here",
}

// A level is a mapping or list that the scan of tokens is inside of.
type level struct {
	flow          bool
	column        int // of a block's first token
	keys, entries int
}

// admissible scans the tokens for what is refused and for what the parser must not
// see: it recurses once per level and compares every key with every other.
func (r *reader) admissible(tokens token.Tokens) bool {
	levels, content, ended := []level{{}}, false, false
	line, begins := 0, true // of the last token; whether this one begins a line or an entry
	for _, t := range tokens {
		at := r.at(t)
		if t.Type == token.CommentType || t.Type == token.SpaceType {
			continue
		}
		if t.Type == token.DocumentHeaderType && (content || ended) || ended && t.Type != token.DocumentEndType {
			r.fail(at, "a second document begins here", "settings are one document: remove the line ---")
			return false
		}
		content, ended = true, ended || t.Type == token.DocumentEndType
		if why, ok := refused[t.Type]; ok {
			r.fail(at, why, "write the value out, or in quotes if it is meant as text")
			return false
		}
		begins = begins || at.Line != line
		line = at.Line
		top := &levels[len(levels)-1]
		opens := t.Type == token.SequenceStartType || t.Type == token.MappingStartType
		closes := t.Type == token.SequenceEndType || t.Type == token.MappingEndType
		if !top.flow && begins {
			for len(levels) > 1 && levels[len(levels)-1].column > at.Column {
				levels = levels[:len(levels)-1]
			}
			if levels[len(levels)-1].column < at.Column {
				levels = append(levels, level{column: at.Column})
			}
			top = &levels[len(levels)-1]
		}
		begins = t.Type == token.SequenceEntryType
		switch {
		case opens:
			levels = append(levels, level{flow: true})
		case closes && top.flow:
			levels = levels[:len(levels)-1]
		case t.Type == token.MappingValueType:
			top.keys++
		case t.Type == token.SequenceEntryType || t.Type == token.CollectEntryType:
			top.entries++
		}
		switch {
		case len(levels) > mostDepth:
			r.fail(at, fmt.Sprintf("nests more than %d levels deep", mostDepth), "")
			return false
		case top.keys > mostKeys:
			r.fail(at, fmt.Sprintf("a mapping with more than %d keys", mostKeys), "")
			return false
		case top.entries > mostListed:
			r.fail(at, fmt.Sprintf("a list of more than %d entries", mostListed), "")
			return false
		}
	}
	return true
}
