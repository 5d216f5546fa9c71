package report

import (
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// A Listing is a decoded message, indented for reading, with each finding at the line
// at which it stands. The message itself is not changed: lines and columns are those of
// the bytes as they were decoded.
type Listing struct {
	Name  string // "request", "response", "decrypted assertion 1"
	Lines []ListingLine
	Left  int    // how many more lines there are
	More  []Mark // findings on those
}

// A ListingLine is one tag, one text, or one element that holds nothing but text.
type ListingLine struct {
	Line, Column int // where it begins in the decoded message, from 1
	Depth        int // how many elements are around it
	// Open and Close are markup, Value is the text between them or by itself. All are
	// as they stand in the message.
	Open, Value, Close string
	Personal           bool // Value tells of a person
	Marks              []Mark
}

// A Mark is a finding at a line.
type Mark struct {
	ID, Title string // of the check
	Severity  check.Severity
	Finding   check.Finding
}

// Bounds of one listing.
const (
	mostLines = 2000
	mostMarks = 500
)

// Listings are the messages of a case, request before response, with the findings of
// these results. What could not be read as XML is listed as far as its tags can be told
// apart.
func Listings(c *check.Case, results []check.Result) []Listing {
	x := c.Exchange
	if x == nil {
		return nil
	}
	var all []Listing
	if x.Request != nil {
		all = append(all, list("request", string(x.Request.XML), c.RequestErr == nil, results))
	}
	if x.Response != nil {
		all = append(all, list("response", string(x.Response.XML), c.ResponseErr == nil, results))
	}
	for i, d := range c.Decrypted {
		if d.Doc != nil {
			all = append(all, list(fmt.Sprintf("decrypted assertion %d", i+1), d.Doc.Source(), true, results))
		}
	}
	return all
}

// list lists one message.
func list(name, src string, read bool, results []check.Result) Listing {
	l := lister{src: src, pos: positions{src: src}}
	l.run()
	out := Listing{Name: name, Lines: l.lines, Left: l.left}
	marks := 0
	for _, res := range results {
		if res.Status != check.Fail {
			continue
		}
		for _, f := range res.Findings {
			if !within(f, name, l.root, read, id(res)) {
				continue
			}
			if marks++; marks > mostMarks {
				return out
			}
			severity := f.Severity
			if severity == 0 {
				severity = res.Severity
			}
			out.mark(Mark{ID: id(res), Title: title(res), Severity: severity, Finding: f})
		}
	}
	return out
}

// within reports whether a finding stands in a message.
func within(f check.Finding, name, root string, read bool, id string) bool {
	if f.Line == 0 || f.File != "" || strings.HasPrefix(id, "settings/") {
		return false
	}
	if first, _, _ := strings.Cut(strings.TrimPrefix(f.At, "/"), "/"); strings.HasPrefix(f.At, "/") {
		first, _, _ = strings.Cut(first, "[")
		return first == root
	}
	return !read && strings.HasPrefix(id, "request/") == (name == "request")
}

// mark adds a finding to the line on which it stands.
func (l *Listing) mark(m Mark) {
	at := -1
	for i, line := range l.Lines {
		if line.Line > m.Finding.Line || line.Line == m.Finding.Line && line.Column > m.Finding.Column {
			break
		}
		at = i
	}
	switch {
	case at < 0 && len(l.Lines) > 0:
		at = 0
	case at < 0, at == len(l.Lines)-1 && l.Left > 0:
		l.More = append(l.More, m)
		return
	}
	l.Lines[at].Marks = append(l.Lines[at].Marks, m)
}

// A lister parts a message into lines.
type lister struct {
	src   string
	at    int
	pos   positions
	root  string // the local name of the root
	lines []ListingLine
	left  int

	open []string // local names of the open elements, as far as they matter
	// person tells that the Attribute around is named like one that tells of a person.
	person bool
	depth  int
}

// run reads the whole message.
func (l *lister) run() {
	l.at = len(l.src) - len(strings.TrimPrefix(l.src, "\ufeff"))
	for l.at < len(l.src) {
		start := l.at
		kind := l.token()
		text := l.src[start:l.at]
		switch kind {
		case startTag:
			l.start(start, text)
		case endTag:
			l.depth = max(l.depth-1, 0)
			if n := len(l.open); n > 0 {
				l.open = l.open[:n-1]
			}
			l.add(start, ListingLine{Close: text})
		case characters:
			if trimmed := strings.TrimSpace(text); trimmed != "" {
				l.add(start+strings.Index(text, trimmed), ListingLine{Value: trimmed, Personal: l.personal()})
			}
		default:
			l.add(start, ListingLine{Open: text})
		}
	}
}

// start takes a start tag, together with text and end tag where nothing else is inside.
func (l *lister) start(start int, tag string) {
	name := localName(tag)
	if l.root == "" {
		l.root = name
	}
	if name == "Attribute" {
		l.person = personalTag(tag)
	}
	if strings.HasSuffix(tag, "/>") {
		l.add(start, ListingLine{Open: tag})
		return
	}
	l.open = append(l.open, name)
	from := l.at
	if l.at < len(l.src) && l.src[l.at] != '<' {
		l.token()
	}
	value := l.src[from:l.at]
	if end := l.at; strings.HasPrefix(l.src[end:], "</") {
		l.token()
		l.add(start, ListingLine{Open: tag, Value: value, Close: l.src[end:l.at], Personal: l.personal()})
		l.open = l.open[:len(l.open)-1]
		return
	}
	l.at = from
	l.add(start, ListingLine{Open: tag})
	l.depth++
}

// personal reports whether text that stands here tells of a person.
func (l *lister) personal() bool {
	if len(l.open) == 0 {
		return false
	}
	switch l.open[len(l.open)-1] {
	case "NameID":
		return true
	case "AttributeValue":
		return l.person
	}
	return false
}

func (l *lister) add(offset int, line ListingLine) {
	if len(l.lines) == mostLines {
		l.left++
		return
	}
	line.Line, line.Column = l.pos.of(offset)
	line.Depth = l.depth
	l.lines = append(l.lines, line)
}
