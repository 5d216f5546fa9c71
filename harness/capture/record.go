package capture

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// ReadRecord reads a HAR file or a SAML-tracer export as Read does, however large it is:
// it holds no more of it than the requests that have to do with logins. Of a body longer
// than 8 MiB the rest is left out.
func ReadRecord(name string, in io.Reader, lim Limits) (*Capture, error) {
	buffered := bufio.NewReaderSize(in, 64<<10)
	if mark, err := buffered.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		buffered.Discard(3)
	}
	c := &Capture{}
	r := &reader{c: c, lim: lim.withDefaults(), room: mostBodies}
	w := r.newWeb("")
	err := w.walk(json.NewDecoder(&shortener{in: buffered}))
	if w.form == "" && err != nil {
		return nil, fmt.Errorf("it is neither a HAR file nor a SAML-tracer export, and too large for anything else (%s)", plainJSON(err))
	} else if w.form == "" {
		return nil, fmt.Errorf("it is neither a HAR file nor a SAML-tracer export, and too large for anything else")
	}
	if err := w.read(err); err != nil {
		return nil, err
	}
	c.named(name)
	return c, nil
}

// maxString is how much of a string in JSON is kept.
const maxString = 8 << 20

// A shortener cuts the strings of JSON, which passes through it, to maxString octets.
type shortener struct {
	in     *bufio.Reader
	within bool // a string
	length int  // of it, so far
	escape int  // 1 behind a backslash, 1+n where n digits of an escape follow
	drop   bool // the string is long enough
}

func (s *shortener) Read(p []byte) (int, error) {
	for {
		n, err := s.in.Read(p)
		if kept := s.cut(p[:n]); kept > 0 || err != nil {
			return kept, err
		}
	}
}

// cut moves what is kept to the front and answers with how much it is. It never parts an
// escape.
func (s *shortener) cut(p []byte) int {
	kept := 0
	for _, c := range p {
		switch {
		case !s.within:
			s.within, s.length, s.drop = c == '"', 0, false
		case s.escape == 0 && c == '"':
			s.within, s.drop = false, false
		default:
			if s.escape == 0 {
				s.drop = s.length >= maxString
			}
			s.length++
			switch {
			case s.escape == 1 && c == 'u':
				s.escape = 5
			case s.escape == 1, s.escape == 2:
				s.escape = 0
			case s.escape > 2:
				s.escape--
			case c == '\\':
				s.escape = 1
			}
		}
		if !s.drop {
			p[kept] = c
			kept++
		}
	}
	return kept
}
