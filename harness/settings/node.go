package settings

import (
	"fmt"
	"strconv"
)

// mapping reads the entries of o from a node. A nil node is a mapping that the file
// leaves out: its settings then have their paths, and the place of what lacks them.
func (r *reader) mapping(n *node, o object, path string, at Place) {
	if n != nil && n.shape != mapping && n.shape != absent {
		r.fail(n.place, subject(path)+" wants keys and values, not "+kind(n), "")
		return
	}
	typed := map[string]pair{}
	if n != nil {
		if o.set != nil {
			*o.set, *o.place = true, at
		}
		for _, p := range n.pairs {
			key := p.key.text
			if !known(o.entries, key) {
				hint := ""
				if len(r.errs) < mostErrors {
					hint = suggestion(o.entries, key)
				}
				r.fail(p.key.place, unknown(path, key), hint)
				continue
			}
			typed[key] = p
		}
	}
	for _, e := range o.entries {
		r.entry(typed, e, under(path, e.key), at)
	}
}

// entry reads one key of a mapping; at is the place of the mapping.
func (r *reader) entry(typed map[string]pair, e entry, path string, at Place) {
	v, ok := typed[e.key]
	if ok {
		at = v.key.place
	}
	switch to := e.to.(type) {
	case *Text:
		r.text(v.value, to, path, at)
	case *Flag:
		r.flag(v.value, to, path, at)
	case *Number:
		r.number(v.value, to, path, at)
	case *File:
		r.file(v.value, to, path, at)
	case inline:
		r.inline(v, typed[e.key+"_file"], to.File, path, at)
	case object:
		r.mapping(v.value, to, path, at)
	case listed:
		r.list(v.value, to, path)
	}
}

// typed notes what was typed for a setting and where: at is the place of its key, or of
// the mapping that lacks it where n is nil.
func typed[T any](r *reader, n *node, to *Field[T], path string, at Place) {
	to.Path, to.Place, to.Set = path, at, n != nil
	if n != nil && n.shape != absent {
		to.Place = n.place
	}
}

// text reads a text exactly as it was typed, whatever type YAML would see in it: 00123
// keeps its zeros, and null is a family name. Nothing after the colon is an empty text.
func (r *reader) text(n *node, to *Text, path string, at Place) {
	typed(r, n, to, path, at)
	switch {
	case n == nil || n.shape == absent:
	case n.shape != scalar:
		r.fail(to.Place, subject(path)+" wants one text, not "+kind(n), "")
	default:
		to.Value = n.text
	}
}

func (r *reader) flag(n *node, to *Flag, path string, at Place) {
	typed(r, n, to, path, at)
	switch {
	case n == nil:
	case n.shape == scalar && n.plain && n.text == "true":
		to.Value = true
	case n.shape == scalar && n.plain && n.text == "false":
	default:
		r.fail(to.Place, subject(path)+" wants true or false, not "+kind(n), "true is a ticked box; without quotes and in small letters")
	}
}

func (r *reader) number(n *node, to *Number, path string, at Place) {
	typed(r, n, to, path, at)
	if n == nil {
		return
	}
	value, err := strconv.ParseInt(n.text, 10, 32)
	if err != nil || n.shape != scalar || !n.plain {
		r.fail(to.Place, subject(path)+" wants a whole number, not "+kind(n), "in digits, without quotes")
		return
	}
	to.Value = int(value)
}

// file reads a setting that names a file, and the file.
func (r *reader) file(n *node, to *File, path string, at Place) {
	r.text(n, &to.Text, path, at)
	if to.Value == "" {
		return
	}
	unreadable := func(why, hint string) {
		r.fail(to.Place, fmt.Sprintf("%s: cannot read the file %s: %s", path, quoted(to.Value), why), hint)
	}
	if r.open == nil {
		unreadable("no files are read here", "")
		return
	}
	data, err := r.open(to.Value)
	r.named += len(data)
	switch {
	case err != nil:
		unreadable(reason(err), "files are named relative to the settings file, or absolutely")
	case len(data) > mostBytes:
		unreadable("it is larger than 1 MiB", "")
	case r.named > mostNamed:
		unreadable("with it, the files named here are larger than 16 MiB together", "")
	default:
		to.Data = append([]byte{}, data...)
	}
}

// inline reads a file whose content stands under its key, or whose name stands under
// the key with _file.
func (r *reader) inline(content, name pair, to *File, path string, at Place) {
	switch {
	case content.key != nil && name.key != nil:
		r.fail(name.key.place, fmt.Sprintf("%s and %s are both there", path, path+"_file"), "keep the one that is meant")
	case name.key != nil:
		r.file(name.value, to, path+"_file", name.key.place)
	default:
		r.text(content.value, &to.Text, path, at)
		if content.key != nil {
			to.Data, to.Value = []byte(to.Value), ""
		}
	}
}

func (r *reader) list(n *node, to listed, path string) {
	switch {
	case n == nil || n.shape == absent:
		return
	case n.shape != list:
		r.fail(n.place, subject(path)+" wants a list, not "+kind(n), "begin each entry with a dash and a space")
		return
	case len(n.items) > mostListed:
		r.fail(n.items[mostListed].place, fmt.Sprintf("%s has more than %d entries", path, mostListed), "")
		return
	}
	for i, item := range n.items {
		to.grow()
		path := fmt.Sprintf("%s[%d]", path, i)
		to.named(i, path)
		if entries, text := to.entry(i); text != nil {
			r.text(item, text, path, item.place)
		} else {
			r.mapping(item, object{entries: entries}, path, item.place)
		}
	}
}

// kind is what a node is, in a message.
func kind(n *node) string {
	switch n.shape {
	case mapping:
		return "keys and values"
	case list:
		return "a list"
	case scalar:
		return "the text " + quoted(n.text)
	}
	return "nothing"
}
