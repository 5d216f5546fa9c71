package capture

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// A Line is one line of a file that holds a response per line.
type Line struct {
	Number   int // from 1
	Exchange *saml.Exchange
	Err      error // why it could not be read; Exchange is then nil
}

// maxLine is the most characters that a line may have.
const maxLine = 16 << 20

// Lines reads a file of one encoded message per line, as base64, one after the other:
// no more than one line is held at a time. Empty lines are passed over, and a heading. A line that
// cannot be read is told and the next one follows; an error of the reader ends it.
func Lines(r io.Reader) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		in := bufio.NewReaderSize(r, 64<<10)
		first := true
		for n := 1; ; n++ {
			line, err := readLine(in)
			if err != nil && !errors.Is(err, io.EOF) {
				yield(Line{Number: n, Err: fmt.Errorf("line %d: %w", n, err)})
				return
			}
			text := strings.TrimSpace(line)
			heading := first && IsHeading(text)
			first = first && text == ""
			if text != "" && !heading {
				out := Line{Number: n}
				if x, err := oneLine(text); err != nil {
					out.Err = fmt.Errorf("line %d: %w", n, err)
				} else {
					x.Name = fmt.Sprintf("line %d", n)
					out.Exchange = x
				}
				if !yield(out) {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}
}

// readLine reads up to the line end; a longer line than allowed is an error.
func readLine(in *bufio.Reader) (string, error) {
	part, err := in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return string(part), err
	}
	var b bytes.Buffer
	b.Write(part)
	for {
		part, err := in.ReadSlice('\n')
		b.Write(part)
		switch {
		case b.Len() > maxLine:
			return "", fmt.Errorf("it has more than %d characters", maxLine)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		}
		return b.String(), err
	}
}

// oneLine reads a line as a capture of one login, plain base64 without detours.
func oneLine(text string) (*saml.Exchange, error) {
	if data, _, err := saml.DecodeBase64(text); err == nil && looksLikeXML(data) && !isHTML(data) {
		root := sniff(data)
		if err := root.refuseMessage(data); err != nil {
			return nil, err
		}
		return alone(&saml.Message{XML: data}, root), nil
	}
	c, err := Read("", []byte(text), Limits{Bytes: maxLine})
	if err != nil {
		return nil, err
	}
	x := c.Logins[0]
	for _, m := range []*saml.Message{x.Request, x.Response} {
		if m != nil {
			m.File = ""
		}
	}
	return x, nil
}

// IsLines tells from the beginning of a file whether it holds one encoded message per
// line: whether its first two lines are each base64 of XML, or, behind a heading, the next
// three. sure is false where more of the file is needed to tell.
func IsLines(head []byte) (is, sure bool) {
	most := 2
	rest := bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for n := 0; n < most; n++ {
		rest = bytes.TrimLeft(rest, "\r\n")
		line, after, found := bytes.Cut(rest, []byte("\n"))
		if len(line) < maxBegin && !found {
			return false, false
		}
		switch {
		case beginsMessage(string(line[:min(len(line), maxBegin)])):
		case n == 0 && found && IsHeading(string(line)):
			most = 4
		default:
			return false, true
		}
		if rest = after; !found {
			return n+1 == most, n+1 == most
		}
	}
	return true, true
}

// maxBegin is how much of a line tells that it begins with a message.
const maxBegin = 64

// IsHeading tells whether the first line of a file of one message per line is about the
// others: a name or a comment, which is short.
func IsHeading(line string) bool {
	const most = 100
	line = strings.TrimSpace(line)
	return line != "" && len(line) <= most && !beginsMessage(line)
}

// beginsMessage tells whether a line begins with base64 of an XML document's begin, also
// in quotes or as a parameter.
func beginsMessage(line string) bool {
	line = strings.TrimLeft(line, " \t\"'")
	line = strings.TrimPrefix(line, "SAMLResponse=")
	if len(line) < 24 || line[0] != 'P' {
		return false
	}
	data, _, err := saml.DecodeBase64(line[:24])
	return err == nil && looksLikeXML(data)
}

// readLines reads one message per line, where the text is that.
func (r *reader) readLines(text string) (done bool, err error) {
	if is, _ := IsLines([]byte(text)); !is {
		return false, nil
	}
	r.c.Form = "one message per line"
	r.c.note("one message per line")
	if heading := firstLine(text); IsHeading(heading) {
		r.c.note("the first line, %s, taken for a heading", show(heading))
	}
	for line := range Lines(strings.NewReader(text)) {
		if line.Err != nil {
			return true, line.Err
		}
		if line.Exchange.Response != nil && !r.hold(line.Exchange.Response.XML) {
			return true, nil
		}
		r.login(line.Exchange)
	}
	return true, nil
}
