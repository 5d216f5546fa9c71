package harness

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/samlproof/samlproof/harness/capture"
	"github.com/samlproof/samlproof/harness/saml"
)

// A piece is what is decoded at one go: a file, or one line of a file that holds a
// message per line.
type piece struct {
	name   string
	steps  []string // to be told of it before it is decoded
	data   []byte
	path   string // of a file that is too large to be held
	lined  bool
	units  int   // of the room that it takes
	octets int   // of the file, where it is too large to be held
	err    error // why it could not be read
}

// A decoded piece has the logins that it holds, or why it holds none.
type decoded struct {
	name   string
	logins []*saml.Exchange
	none   []string // files inside of it that are no captures
	steps  []string
	form   string
	octets int
	units  int
	err    error
}

// decode reads a piece as a capture. A panic of a reader is a reason like another.
func (p piece) decode() (got decoded) {
	got = decoded{name: p.name, steps: p.steps, form: "one message per line", octets: len(p.data), units: p.units, err: p.err}
	if p.path != "" {
		got.octets = p.octets
	}
	if p.err != nil || p.data == nil && p.path == "" {
		return got
	}
	defer func() {
		if e := recover(); e != nil {
			got.logins, got.err = nil, fmt.Errorf("reading it failed: %v", e)
		}
	}()
	c, err := p.read()
	if err != nil {
		got.err = err
		return got
	}
	got.logins, got.none = c.Logins, c.Unreadable
	if !p.lined {
		got.steps, got.form = c.Decoded, c.Form
	}
	return got
}

// read reads the piece.
func (p piece) read() (*capture.Capture, error) {
	if p.path == "" {
		return capture.Read(p.name, p.data, capture.Limits{Bytes: mostCapture})
	}
	f, err := os.Open(p.path)
	if err != nil {
		return nil, bareError(err)
	}
	defer f.Close()
	return capture.ReadRecord(p.name, f, capture.Limits{})
}

// pieces yields the files, or their lines, in order. room bounds how much is read
// ahead: what takes some of it gives it back when its logins were handed on.
func (c *Captures) pieces(ctx context.Context, room chan struct{}) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		for _, name := range c.files {
			if !c.file(ctx, name, room, yield) {
				return
			}
		}
	}
}

// file yields what one file holds, and tells whether to go on.
func (c *Captures) file(ctx context.Context, name string, room chan struct{}, yield func(piece) bool) bool {
	in, size := c.Stdin, int64(mostCapture)
	if name == "-" {
		name = "standard input"
	} else {
		f, err := os.Open(name)
		if err != nil {
			return yield(piece{name: name, err: bareError(err)})
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
		in = f
	}
	head, rest := readHead(in, size)
	if is, _ := capture.IsLines(head); is {
		return lines(name, io.MultiReader(bytes.NewReader(head), rest), yield)
	}
	units := int(min(size, mostCapture-1)/roomUnit) + 1
	for range units {
		select {
		case room <- struct{}{}:
		case <-ctx.Done():
			return false
		}
	}
	p := piece{name: name, units: units}
	if size > mostCapture && isJSON(head) {
		p.path, p.octets = name, int(size)
		return yield(p)
	}
	p.data, p.err = readRest(head, rest)
	return yield(p)
}

// isJSON tells whether a file begins as a HAR file does, or a list of them.
func isJSON(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(head, []byte("{")) || bytes.HasPrefix(head, []byte("["))
}

// readHead reads until it can be told whether the file holds one message per line, and
// answers with what comes after that: the rest of the file, its end or an error.
func readHead(in io.Reader, size int64) (head []byte, rest io.Reader) {
	head = make([]byte, 0, min(size+1, 64<<10))
	for {
		n, err := io.ReadFull(in, head[len(head):cap(head)])
		head = head[:len(head)+n]
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return head, bytes.NewReader(nil)
		}
		if err != nil {
			return head, failing{err}
		}
		if _, sure := capture.IsLines(head); sure || len(head) >= mostHead {
			return head, in
		}
		head = append(make([]byte, 0, 2*cap(head)), head...)
	}
}

// failing is a reader that failed.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// readRest reads a file to its end, whose beginning was read before.
func readRest(head []byte, in io.Reader) ([]byte, error) {
	rest, err := io.ReadAll(io.LimitReader(in, mostCapture+1-int64(len(head))))
	if err != nil {
		return nil, bareError(err)
	}
	if len(head)+len(rest) > mostCapture {
		return nil, fmt.Errorf("larger than %d MB, which only a file of one message per line may be, or a HAR file that is named", mostCapture>>20)
	}
	return append(head, rest...), nil
}

// lines yields the lines of a file that are not blank, and tells whether to go on.
func lines(name string, in io.Reader, yield func(piece) bool) bool {
	s := bufio.NewScanner(in)
	s.Buffer(make([]byte, 64<<10), mostLine)
	n, told := 0, false
	for s.Scan() {
		n++
		if len(bytes.TrimSpace(s.Bytes())) == 0 {
			continue
		}
		if !told {
			told = true
			steps, heading := []string{"one message per line"}, capture.IsHeading(s.Text())
			if heading {
				steps = append(steps, fmt.Sprintf("the first line, %q, taken for a heading", bytes.TrimSpace(s.Bytes())))
			}
			if !yield(piece{name: name, steps: steps}) {
				return false
			}
			if heading {
				continue
			}
		}
		if !yield(piece{name: fmt.Sprintf("%s, line %d", name, n), data: bytes.Clone(s.Bytes()), lined: true}) {
			return false
		}
	}
	if err := s.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("it has more than %d characters, and the rest of the file is left out", mostLine)
		}
		return yield(piece{name: fmt.Sprintf("%s, line %d", name, n+1), err: err})
	}
	return true
}

// bareError is a file error without the name, which the caller states.
func bareError(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
