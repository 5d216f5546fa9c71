package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/samlproof/samlproof/harness/saml"
)

// Bounds on reading captures.
const (
	mostCapture    = 64 << 20 // octets of one, but for a file of one message per line
	mostUnreadable = 100      // reasons that are kept
	mostDecoded    = 200      // steps that are kept
	mostTold       = 20       // captures whose steps are told; of the others, how many there are of each form
	mostHead       = 32 << 20 // octets in which two lines of messages must begin
	mostLine       = 16 << 20 // octets of one line
	roomUnit       = 1 << 20  // what is read ahead is counted in such units
)

// Captures are files, folders and standard input in which logins were captured. They
// are read while Logins is ranged over; what else was seen is there afterwards.
type Captures struct {
	// Stdin is what the name "-" stands for.
	Stdin io.Reader

	// Unreadable says of each capture that is none what it is instead.
	Unreadable []string
	// Decoded says, step by step, how the captures were recognised and decoded.
	Decoded []string
	// Several tells that there is more than one capture.
	Several bool

	files  []string
	total  int64 // octets of all files; 0 where standard input is one of them
	read   atomic.Int64
	unread int // reasons that were not kept
	told   int // captures whose steps were told
	others forms
}

// OpenCaptures finds the captures that names stand for: files, "-" for standard input,
// and folders, in which every regular file is a capture, also those further down.
func OpenCaptures(names []string, stdin io.Reader) (*Captures, error) {
	c := &Captures{Stdin: stdin}
	input := false
	for _, name := range names {
		if name == "-" {
			if input {
				return nil, errors.New("-: standard input can be read only once")
			}
			input = true
			c.files = append(c.files, name)
			continue
		}
		if err := c.find(name); err != nil {
			return nil, err
		}
	}
	if input {
		c.total = 0
	}
	c.Several = len(c.files) > 1
	return c, nil
}

// find adds a file, or the files of a folder in the order of their names.
func (c *Captures) find(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, bareError(err))
	}
	if !info.IsDir() {
		c.files = append(c.files, name)
		c.total += info.Size()
		return nil
	}
	before := len(c.files)
	err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("%s: %w", path, bareError(err))
		}
		if d.Type().IsRegular() {
			c.files = append(c.files, path)
			if info, err := d.Info(); err == nil {
				c.total += info.Size()
			}
		}
		return nil
	})
	if err == nil && len(c.files) == before {
		return fmt.Errorf("%s: the folder holds no file", name)
	}
	return err
}

// Progress is how many octets of the files were read, and of how many; the second is 0
// where that is not known. It may be asked for while Logins is ranged over.
func (c *Captures) Progress() (read, total int64) { return c.read.Load(), c.total }

// Logins yields the logins of all captures, in order. Captures are read on all cores,
// some ahead; of a file that holds one message per line no more than some lines.
func (c *Captures) Logins(ctx context.Context) iter.Seq[*saml.Exchange] {
	return func(yield func(*saml.Exchange) bool) {
		room := make(chan struct{}, mostCapture/roomUnit)
		for got := range inOrder(ctx, c.pieces(ctx, room), piece.decode) {
			c.note(got)
			c.read.Add(int64(got.octets))
			for _, x := range got.logins {
				if !yield(x) {
					return
				}
			}
			for range got.units {
				<-room
			}
		}
		if c.unread > 0 {
			c.Unreadable = append(c.Unreadable, fmt.Sprintf("and %d more captures cannot be read", c.unread))
		}
		if len(c.others) > 0 {
			c.Decoded = append(c.Decoded, "and more captures: "+c.others.String())
		}
	}
}

// note keeps what a capture was read as, or why it could not be read.
func (c *Captures) note(got decoded) {
	none := got.none
	if got.err != nil {
		none = []string{got.err.Error()}
	}
	for _, why := range none {
		if len(c.Unreadable) < mostUnreadable {
			c.Unreadable = append(c.Unreadable, got.name+": "+why)
		} else {
			c.unread++
		}
	}
	if len(got.steps) > 0 {
		if c.told++; c.told > mostTold {
			c.others.count(got.form)
			return
		}
	}
	for _, step := range got.steps {
		if c.Several {
			step = got.name + ": " + step
		}
		if len(c.Decoded) < mostDecoded {
			c.Decoded = append(c.Decoded, step)
		} else if len(c.Decoded) == mostDecoded {
			c.Decoded = append(c.Decoded, "and more steps, which are left out")
		}
	}
}

// forms are how many captures there are of each form, in the order in which they came.
type forms []struct {
	name string
	n    int
}

func (f *forms) count(name string) {
	for i := range *f {
		if (*f)[i].name == name {
			(*f)[i].n++
			return
		}
	}
	*f = append(*f, struct {
		name string
		n    int
	}{name, 1})
}

func (f forms) String() string {
	var parts []string
	for _, form := range f {
		parts = append(parts, fmt.Sprintf("%d %s", form.n, form.name))
	}
	return strings.Join(parts, ", ")
}
