package settings

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A Writing says what is written around settings.
type Writing struct {
	// Head stands at the top as a comment, line by line.
	Head []string
	// Asks are what to ask for, by the path of a setting, in lines of a comment above it.
	// A setting that was not typed is written all the same then, as a comment to fill in.
	Asks map[string][]string
}

// YAML is the settings as a file: what was typed, in the order of the consoles, each
// setting with a comment that says on which page it stands. Read gives the same settings
// back, but for the content of files, which the caller has to write beside it.
func YAML(s *Settings, how Writing) []byte {
	w := &yamlWriter{how: how, legacy: s.Flex.SSO.Value == SSOLegacy, flex: s.Flex.Set, told: map[string]bool{}}
	for _, line := range how.Head {
		w.line(0, strings.TrimRight("# "+printableLine(line), " "))
	}
	if len(how.Head) > 0 {
		w.line(0, "")
	}
	w.entries(s.layout(), "", 0)
	return []byte(w.text.String())
}

// A yamlWriter writes settings line by line.
type yamlWriter struct {
	text   strings.Builder
	how    Writing
	legacy bool
	flex   bool            // the Flex half is there
	off    bool            // the whole half is a comment
	told   map[string]bool // the comments that were written, by path without indices
	dash   string          // what the next line begins with instead of its indentation
}

func (w *yamlWriter) line(indent int, text string) {
	if text != "" {
		if w.dash != "" {
			w.text.WriteString(w.dash)
			w.dash = ""
		} else {
			w.text.WriteString(strings.Repeat(" ", indent))
		}
		w.text.WriteString(text)
	}
	w.text.WriteByte('\n')
}

// beside is the column at which comments beside values begin, where there is room.
const beside = 41

// setting writes one line with its comment, and above it what the comment table and the
// questions have.
func (w *yamlWriter) setting(indent int, path, key, value string) {
	c := w.comments(indent, path)
	line := key + ":"
	if value != "" {
		line += " " + value
	}
	if c != "" {
		width := indent + len([]rune(line))
		line += strings.Repeat(" ", max(3, beside-width)) + "# " + c
	}
	w.line(indent, line)
}

// comments writes what stands above a setting and gives what stands beside it.
func (w *yamlWriter) comments(indent int, path string) string {
	general := withoutIndices(path)
	var c comment
	if !w.told[general] {
		w.told[general] = true
		c = commentOn(general, w.legacy)
	}
	if w.dash == "" {
		if c.gap {
			w.line(0, "")
		}
		for _, line := range c.above {
			w.line(indent, "# "+line)
		}
	}
	w.asks(indent, path)
	return c.beside
}

func (w *yamlWriter) asks(indent int, path string) {
	if w.dash != "" {
		return // the entry of a list has its questions above it
	}
	for _, line := range w.how.Asks[path] {
		w.line(indent, "# "+printableLine(line))
	}
}

func (w *yamlWriter) entries(entries []entry, path string, indent int) {
	for _, e := range entries {
		path := under(path, e.key)
		switch to := e.to.(type) {
		case *Text:
			w.value(indent, path, e.key, to.Set, quote(to.Value))
		case *Flag:
			w.value(indent, path, e.key, to.Set, strconv.FormatBool(to.Value))
		case *Number:
			w.value(indent, path, e.key, to.Set, strconv.Itoa(to.Value))
		case *File:
			w.value(indent, path, e.key, to.Set, quote(to.Value))
		case inline:
			w.inline(indent, path, e.key, to)
		case object:
			w.object(indent, path, e.key, to)
		case listed:
			w.list(indent, path, e.key, to)
		}
	}
}

// value writes a setting that was typed, or the question for one that was not.
func (w *yamlWriter) value(indent int, path, key string, set bool, value string) {
	switch {
	case set:
		w.setting(indent, path, key, value)
	case w.how.Asks[path] != nil:
		if c := w.comments(indent, path); c != "" {
			key += ":   # " + c
		} else {
			key += ":"
		}
		if !w.off {
			key = "# " + key
		}
		w.line(indent, key)
	}
}

// inline writes content as a block of text, or the name of a file.
func (w *yamlWriter) inline(indent int, path, key string, to inline) {
	if to.Value != "" || !to.Set {
		w.value(indent, path, key+"_file", to.Set, quote(to.Value))
		return
	}
	text := string(to.Data)
	if !blockable(text) {
		w.setting(indent, path, key, quote(text))
		return
	}
	w.setting(indent, path, key, "|")
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		w.line(indent+2, line)
	}
}

// blockable tells whether text can stand as a block of text with one line end behind it.
func blockable(text string) bool {
	body, ended := strings.CutSuffix(text, "\n")
	if !ended || body == "" {
		return false
	}
	for _, line := range strings.Split(body, "\n") {
		if line == "" || line[0] == ' ' || strings.IndexFunc(line, func(c rune) bool { return !unicode.IsPrint(c) }) >= 0 {
			return false
		}
	}
	return true
}

// object writes a mapping with anything in it. A half that was left out is written as a
// comment, where there are questions about it, so that it stays left out.
func (w *yamlWriter) object(indent int, path, key string, to object) {
	inner := &yamlWriter{how: w.how, legacy: w.legacy, flex: w.flex, told: w.told, off: to.set != nil && !*to.set}
	inner.entries(to.entries, path, indent+2)
	body := strings.TrimPrefix(inner.text.String(), "\n")
	if to.set == nil || *to.set {
		if body != "" || to.set != nil {
			w.setting(indent, path, key, "")
			w.text.WriteString(body)
		}
		return
	}
	if !w.asked(path) {
		return
	}
	w.comments(indent, path)
	w.line(indent, "# "+key+":")
	for line := range strings.Lines(body) {
		w.text.WriteString(strings.TrimRight("# "+line, " \n") + "\n")
	}
}

// asked tells whether there is a question about anything below a path.
func (w *yamlWriter) asked(path string) bool {
	for asked := range w.how.Asks {
		if strings.HasPrefix(asked, path+".") {
			return true
		}
	}
	return false
}

func (w *yamlWriter) list(indent int, path, key string, to listed) {
	if to.length() == 0 {
		if w.how.Asks[path] != nil {
			w.value(indent, path, key, false, "")
		} else if key == "trusted_urls" && w.flex {
			w.setting(indent, path, key, "[]")
		}
		return
	}
	w.setting(indent, path, key, "")
	for i := range to.length() {
		path := fmt.Sprintf("%s[%d]", path, i)
		w.asks(indent+2, path)
		w.dash = strings.Repeat(" ", indent+2) + "- "
		entries, text := to.entry(i)
		if text != nil {
			w.line(indent+4, quote(text.Value))
			continue
		}
		w.entries(entries, path, indent+4)
		if w.dash != "" {
			w.line(0, "{}")
			w.dash = ""
		}
	}
}

// withoutIndices takes every [n] out of a path.
func withoutIndices(path string) string {
	var b strings.Builder
	for {
		head, rest, found := strings.Cut(path, "[")
		b.WriteString(head)
		if !found {
			return b.String()
		}
		_, path, _ = strings.Cut(rest, "]")
	}
}

// printableLine is text that stays in its comment.
func printableLine(s string) string {
	return strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return ' '
		}
		return c
	}, s)
}

// quote is a text as it stands in a file: by itself where no reader can take it for
// something else, else in quotes.
func quote(s string) string {
	for _, c := range s {
		if !unicode.IsPrint(c) || c == 0xfeff || c == 0xfffd {
			return doubleQuoted(s)
		}
	}
	if plainText(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// plainText tells whether a text can stand without quotes.
func plainText(s string) bool {
	switch strings.ToLower(s) {
	case "", "true", "false", "null", "~", "yes", "no", "on", "off", ".nan", ".inf":
		return false
	}
	if _, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64); err == nil {
		return false
	}
	if strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0o") || strings.HasPrefix(s, "0b") || strings.HasPrefix(s, "...") {
		return false
	}
	return !strings.ContainsAny(s[:1], "-?:,[]{}#&*!|>'\"%@`<=+ ") && !strings.HasSuffix(s, " ") && !strings.HasSuffix(s, ":") &&
		!strings.Contains(s, ": ") && !strings.Contains(s, " #") && !strings.ContainsAny(s, "'\"")
}

// doubleQuoted is a text with everything that does not print escaped.
func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(c) && c != 0xfffd:
			b.WriteRune(c)
		case c < 0x100:
			fmt.Fprintf(&b, `\x%02x`, c)
		case c < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			fmt.Fprintf(&b, `\U%08x`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
