package mockidp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// A tree knows where the elements of a document begin and end in its bytes, so that a
// message can be changed without being written anew. It reads what the mock itself
// wrote and no more: it is no judge of XML.
type tree struct{ elements []*span }

// A span is one element: start is the offset of its <, open that after its start tag,
// close that of its end tag and end that after it. An empty-element tag has open,
// close and end in one place.
type span struct {
	name, prefix            string
	start, open, close, end int
	parent                  *span
	children                []*span
}

// scan finds the elements of a document, in document order.
func scan(x []byte) (*tree, error) {
	d := xml.NewDecoder(bytes.NewReader(x))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	t := &tree{}
	var at *span
	for {
		start := int(d.InputOffset())
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("finding the elements of a message: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			s := &span{name: token.Name.Local, prefix: token.Name.Space, start: start, open: int(d.InputOffset()), parent: at}
			if at != nil {
				at.children = append(at.children, s)
			}
			t.elements = append(t.elements, s)
			at = s
		case xml.EndElement:
			if at == nil {
				return nil, errors.New("finding the elements of a message: an end tag without its start tag")
			}
			at.close, at.end = start, int(d.InputOffset())
			at = at.parent
		}
	}
	if at != nil || len(t.elements) == 0 {
		return nil, errors.New("finding the elements of a message: it ends too early")
	}
	return t, nil
}

func (t *tree) root() *span { return t.elements[0] }

// child is the first child with this local name, nil where there is none.
func (s *span) child(name string) *span { return s.nth(name, 0) }

// nth is the child with this local name that has n such before it.
func (s *span) nth(name string, n int) *span {
	for _, c := range s.children {
		if c.name != name {
			continue
		}
		if n == 0 {
			return c
		}
		n--
	}
	return nil
}

// count is how many children have this local name.
func (s *span) count(name string) int {
	n := 0
	for _, c := range s.children {
		if c.name == name {
			n++
		}
	}
	return n
}

// outer is the element as written, inner what is between its tags, tag its start tag.
func (s *span) outer(x []byte) []byte { return x[s.start:s.end] }
func (s *span) inner(x []byte) []byte { return x[s.open:s.close] }
func (s *span) tag(x []byte) []byte   { return x[s.start:s.open] }

// splice is x with the bytes from one offset to another replaced.
func splice(x []byte, from, to int, by string) []byte {
	out := make([]byte, 0, len(x)-(to-from)+len(by))
	out = append(out, x[:from]...)
	out = append(out, by...)
	return append(out, x[to:]...)
}
