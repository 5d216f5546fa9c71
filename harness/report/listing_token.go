package report

import (
	"strings"
	"unicode/utf8"
)

// tokenKind is what part of a message a token is.
type tokenKind int

const (
	characters tokenKind = iota
	startTag
	endTag
	otherMarkup // comment, instruction, CDATA section, declaration
)

// token moves behind the next part of a message. What is not closed reaches to the end,
// so that nothing of a malformed message is lost.
func (l *lister) token() tokenKind {
	rest := l.src[l.at:]
	upTo := func(end string) {
		if i := strings.Index(rest, end); i >= 0 {
			l.at += i + len(end)
		} else {
			l.at = len(l.src)
		}
	}
	switch {
	case rest[0] != '<':
		if i := strings.IndexByte(rest, '<'); i >= 0 {
			l.at += i
		} else {
			l.at = len(l.src)
		}
		return characters
	case strings.HasPrefix(rest, "<!--"):
		upTo("-->")
		return otherMarkup
	case strings.HasPrefix(rest, "<![CDATA["):
		upTo("]]>")
		return otherMarkup
	case strings.HasPrefix(rest, "<?"):
		upTo("?>")
		return otherMarkup
	case strings.HasPrefix(rest, "<!"):
		if i := strings.IndexAny(rest, "[>"); i >= 0 && rest[i] == '[' {
			upTo("]>")
		} else {
			upTo(">")
		}
		return otherMarkup
	case strings.HasPrefix(rest, "</"):
		upTo(">")
		return endTag
	}
	quote := byte(0)
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			l.at += i + 1
			return startTag
		case c == '<': // malformed: another tag begins
			l.at += i
			return startTag
		}
	}
	l.at = len(l.src)
	return startTag
}

// localName is the local name in a start tag.
func localName(tag string) string {
	name := strings.TrimPrefix(tag, "<")
	if i := strings.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return name
}

// personalTag reports whether a start tag of an Attribute names one that tells of a
// person.
func personalTag(tag string) bool {
	for _, name := range []string{"Name", "FriendlyName"} {
		for rest := tag; ; {
			i := strings.Index(rest, name)
			if i < 0 {
				break
			}
			before, after := rest[:i], strings.TrimLeft(rest[i+len(name):], " \t\r\n")
			rest = rest[i+len(name):]
			value, ok := strings.CutPrefix(after, "=")
			value = strings.TrimLeft(value, " \t\r\n")
			if !ok || value == "" || value[0] != '"' && value[0] != '\'' || !strings.HasSuffix(before, " ") && strings.TrimRight(before, "\t\r\n") == before {
				continue
			}
			if end := strings.IndexByte(value[1:], value[0]); end >= 0 && personAttribute.MatchString(value[1:1+end]) {
				return true
			}
		}
	}
	return false
}

// positions tells lines and columns of offsets, which are asked for from front to back.
// Columns count characters; a line ends with LF, CR LF or CR.
type positions struct {
	src          string
	at           int
	line, column int // of at, from 0
}

func (p *positions) of(offset int) (line, column int) {
	if p.at == 0 && strings.HasPrefix(p.src, "\ufeff") {
		p.at = len("\ufeff")
	}
	for p.at < offset {
		c := p.src[p.at]
		switch {
		case c == '\n', c == '\r' && !strings.HasPrefix(p.src[p.at+1:], "\n"):
			p.line++
			p.column = 0
		case c != '\r' && utf8.RuneStart(c):
			p.column++
		}
		p.at++
	}
	return p.line + 1, p.column + 1
}
