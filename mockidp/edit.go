package mockidp

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A change makes one message of another.
type change = func(x []byte) ([]byte, error)

// The parts of a response that changes name, as paths of local names below the root;
// "" is the root itself.
const (
	pathAssertion    = "Assertion"
	pathNameID       = "Assertion/Subject/NameID"
	pathConfirmation = "Assertion/Subject/SubjectConfirmation"
	pathConfirmData  = pathConfirmation + "/SubjectConfirmationData"
	pathConditions   = "Assertion/Conditions"
	pathRestriction  = pathConditions + "/AudienceRestriction"
	pathAudience     = pathRestriction + "/Audience"
	pathAuthn        = "Assertion/AuthnStatement"
	pathAttributes   = "Assertion/AttributeStatement"
)

// at finds the element of a path.
func (t *tree) at(path string) (*span, error) {
	s := t.root()
	if path == "" {
		return s, nil
	}
	for name := range strings.SplitSeq(path, "/") {
		if s = s.child(name); s == nil {
			return nil, fmt.Errorf("the response has no %s", path)
		}
	}
	return s, nil
}

// edit is a change that is made of the bytes and one element in them.
func edit(path string, f func(x []byte, s *span) ([]byte, error)) change {
	return func(x []byte) ([]byte, error) {
		t, err := scan(x)
		if err != nil {
			return nil, err
		}
		s, err := t.at(path)
		if err != nil {
			return nil, err
		}
		return f(x, s)
	}
}

// all makes several changes, one after the other.
func all(changes ...change) change {
	return func(x []byte) (_ []byte, err error) {
		for _, c := range changes {
			if x, err = c(x); err != nil {
				return nil, err
			}
		}
		return x, nil
	}
}

// setInner puts XML between an element's tags.
func setInner(path, content string) change {
	return mapInner(path, func(string) string { return content })
}

// setText puts text between an element's tags.
func setText(path, s string) change { return setInner(path, text(s)) }

// mapInner changes the XML between an element's tags.
func mapInner(path string, f func(string) string) change {
	return edit(path, func(x []byte, s *span) ([]byte, error) {
		if s.close == s.open && s.end == s.open { // <a/>
			tag := strings.TrimSuffix(string(s.tag(x)), "/>")
			return splice(x, s.start, s.end, tag+">"+f("")+"</"+s.qualified()+">"), nil
		}
		return splice(x, s.open, s.close, f(string(s.inner(x)))), nil
	})
}

// mapOuter changes an element as written.
func mapOuter(path string, f func(string) string) change {
	return edit(path, func(x []byte, s *span) ([]byte, error) {
		return splice(x, s.start, s.end, f(string(s.outer(x)))), nil
	})
}

// drop removes an element.
func drop(path string) change { return mapOuter(path, func(string) string { return "" }) }

// double puts an element there twice.
func double(path string) change {
	return mapOuter(path, func(outer string) string { return outer + outer })
}

// before and after put XML beside an element, prepend and add inside it.
func before(path, content string) change {
	return mapOuter(path, func(outer string) string { return content + outer })
}

func after(path, content string) change {
	return mapOuter(path, func(outer string) string { return outer + content })
}

func prepend(path, content string) change {
	return mapInner(path, func(inner string) string { return content + inner })
}

func add(path, content string) change {
	return mapInner(path, func(inner string) string { return inner + content })
}

// move takes an element from its place and puts it after another, or before it.
func move(path, where string, behind bool) change {
	return func(x []byte) ([]byte, error) {
		t, err := scan(x)
		if err != nil {
			return nil, err
		}
		from, err := t.at(path)
		if err != nil {
			return nil, err
		}
		to, err := t.at(where)
		if err != nil {
			return nil, err
		}
		moved, at := string(from.outer(x)), to.start
		if behind {
			at = to.end
		}
		if at > from.start {
			x = splice(x, at, at, moved)
			return splice(x, from.start, from.end, ""), nil
		}
		x = splice(x, from.start, from.end, "")
		return splice(x, at, at, moved), nil
	}
}

// mapTag changes an element's start tag.
func mapTag(path string, f func(string) (string, error)) change {
	return edit(path, func(x []byte, s *span) ([]byte, error) {
		tag, err := f(string(s.tag(x)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		return splice(x, s.start, s.open, tag), nil
	})
}

// addAttr adds an attribute, given as written, behind those that are there.
func addAttr(path, written string) change {
	return mapTag(path, func(tag string) (string, error) {
		end := ">"
		if strings.HasSuffix(tag, "/>") {
			end = "/>"
		}
		return strings.TrimSuffix(tag, end) + " " + written + end, nil
	})
}

// setAttr sets an attribute, mapAttr changes its value as written, dropAttr removes it.
func setAttr(path, name, value string) change {
	return mapAttr(path, name, func(string) string { return attr(value) })
}

func mapAttr(path, name string, f func(string) string) change {
	return mapTag(path, func(tag string) (string, error) {
		_, value, end, err := attrAt(tag, name)
		if err != nil {
			return "", err
		}
		return tag[:value] + f(tag[value:end]) + tag[end:], nil
	})
}

func dropAttr(path, name string) change {
	return mapTag(path, func(tag string) (string, error) {
		start, _, end, err := attrAt(tag, name)
		if err != nil {
			return "", err
		}
		return tag[:start] + tag[end+1:], nil
	})
}

// attrAt finds an attribute in a start tag: the space before it and the ends of its value.
func attrAt(tag, name string) (start, value, end int, err error) {
	start = strings.Index(tag, " "+name+`="`)
	if start < 0 {
		return 0, 0, 0, fmt.Errorf("there is no attribute %s", name)
	}
	value = start + len(name) + 3
	length := strings.IndexByte(tag[value:], '"')
	if length < 0 {
		return 0, 0, 0, errors.New("a start tag without an end")
	}
	return start, value, value + length, nil
}

// shift moves an instant in an attribute.
func shift(path, name string, by time.Duration) change {
	return mapTag(path, func(tag string) (string, error) {
		_, value, end, err := attrAt(tag, name)
		if err != nil {
			return "", err
		}
		at, err := time.Parse(time.RFC3339Nano, tag[value:end])
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		return tag[:value] + instant(at.Add(by)) + tag[end:], nil
	})
}

// replace puts one text in the place of another, which must be there.
func replace(old, by string) change {
	return func(x []byte) ([]byte, error) {
		if !bytes.Contains(x, []byte(old)) {
			return nil, fmt.Errorf("the response does not hold %q", old)
		}
		return bytes.Replace(x, []byte(old), []byte(by), 1), nil
	}
}

// replaceAll does so wherever it is there.
func replaceAll(old, by string) change {
	return func(x []byte) ([]byte, error) {
		if !bytes.Contains(x, []byte(old)) {
			return nil, fmt.Errorf("the response does not hold %q", old)
		}
		return bytes.ReplaceAll(x, []byte(old), []byte(by)), nil
	}
}

// qualified is the element's name as written.
func (s *span) qualified() string {
	if s.prefix == "" {
		return s.name
	}
	return s.prefix + ":" + s.name
}
