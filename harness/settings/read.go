package settings

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Load reads the settings file at path, and the files that it names, which are relative
// to it or absolute. An error holds one or more Errors.
func Load(path string) (*Settings, error) {
	data, err := regular(path)
	if err != nil {
		return nil, &Error{Place: Place{File: path}, Text: "cannot read the settings: " + reason(err)}
	}
	if len(data) > mostText {
		return nil, &Error{Place: Place{File: path}, Text: "cannot read the settings: it is larger than 256 KiB"}
	}
	dir := filepath.Dir(path)
	return Read(path, data, func(name string) ([]byte, error) {
		name = filepath.FromSlash(name)
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		return regular(name)
	})
}

// regular is the content of a regular file of bounded size. Devices and pipes, which
// may never end, are refused before they are opened.
func regular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	if err == nil && len(data) > mostBytes {
		err = errors.New("it is larger than 1 MiB")
	}
	return data, err
}

// reason is an error without the operation and the path, which the message around it
// has already.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return plain(err.Error())
}

// Read reads settings from data. The name is what places call the file; open gives the
// content of a file that the settings name, and may be nil where they name none. An
// error holds one or more Errors.
func Read(name string, data []byte, open func(name string) ([]byte, error)) (*Settings, error) {
	r := &reader{name: name, open: open}
	s := &Settings{Name: name}
	if root, ok := r.parse(data); ok {
		r.mapping(root, object{entries: s.layout()}, "", Place{File: name})
	}
	if err := joined(r.errs); err != nil {
		return nil, err
	}
	s.preset()
	return s, nil
}

// ReadPart reads settings of which nothing but the Flex half may stand there, without the
// key flex: and in YAML or JSON; else it is Read.
func ReadPart(name string, data []byte, open func(name string) ([]byte, error)) (*Settings, error) {
	r := &reader{name: name, open: open}
	s := &Settings{Name: name}
	if root, ok := r.parse(data); ok {
		if s.aboutFlex(root) {
			root = &node{shape: mapping, place: root.place, pairs: []pair{{&node{shape: scalar, place: root.place, text: "flex"}, root}}}
		}
		r.mapping(root, object{entries: s.layout()}, "", Place{File: name})
	}
	if err := joined(r.errs); err != nil {
		return nil, err
	}
	s.preset()
	return s, nil
}

// aboutFlex tells whether a mapping has a setting of the Flex half, and neither half.
func (s *Settings) aboutFlex(root *node) bool {
	about := false
	for _, p := range root.pairs {
		switch {
		case known(s.layout(), p.key.text):
			return false
		case known(s.Flex.layout(), p.key.text):
			about = true
		}
	}
	return about
}

// A reader reads one settings file and collects what is wrong with it.
type reader struct {
	name  string
	open  func(name string) ([]byte, error)
	named int // bytes of the files named so far
	errs  []*Error
}

func (r *reader) fail(at Place, text, hint string) {
	r.errs = append(r.errs, &Error{Place: at, Text: text, Hint: hint})
}
