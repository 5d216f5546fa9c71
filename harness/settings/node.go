package settings

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// mapping reads the entries of o from a node. A nil node is a mapping that the file
// leaves out: its fields then have their paths, and the place of what they are missing from.
func (r *reader) mapping(n ast.Node, o object, path string, at Place) {
	values, ok := pairs(n)
	if !ok {
		r.fail(r.place(n), subject(path)+" wants keys and values, not "+kind(n), "")
		return
	}
	if o.set != nil {
		*o.set = n != nil
	}
	if o.place != nil && n != nil {
		*o.place = at
	}
	typed := make(map[string]*ast.MappingValueNode, len(values))
	for _, v := range values {
		key := v.Key.GetToken()
		name, ok := scalar(v.Key)
		switch {
		case !ok:
			r.fail(r.at(key), "a key is a word, not "+kind(v.Key), "")
		case typed[name] != nil:
			r.fail(r.at(key), fmt.Sprintf("%s is there twice", quoted(name)), fmt.Sprintf("the first is on line %d", r.at(typed[name].Key.GetToken()).Line))
		case !known(o.entries, name):
			r.fail(r.at(key), unknown(path, name), suggestion(o.entries, name))
		default:
			typed[name] = v
		}
	}
	for _, e := range o.entries {
		r.entry(typed, e, under(path, e.key), at)
	}
}

// entry reads one key of a mapping; at is the place of the mapping.
func (r *reader) entry(typed map[string]*ast.MappingValueNode, e entry, path string, at Place) {
	v := typed[e.key]
	var n ast.Node
	if v != nil {
		n, at = v.Value, r.at(v.Key.GetToken())
	}
	switch to := e.to.(type) {
	case *Text:
		r.scalar(n, to, path, at)
	case *Flag:
		r.flag(n, to, path, at)
	case *Number:
		r.number(n, to, path, at)
	case *File:
		r.file(n, to, path, at)
	case inline:
		r.inline(v, typed[e.key+"_file"], to.File, path, at)
	case object:
		r.mapping(n, to, path, at)
	case listed:
		r.list(n, to, path)
	}
}

// scalar reads a text: a string, or whatever else stands there as one word, literally
// as it was typed. So 00123 keeps its zeros and null is a family name.
func (r *reader) scalar(n ast.Node, to *Text, path string, at Place) {
	to.Path, to.Place, to.Set = path, at, n != nil
	if n == nil {
		return
	}
	text, ok := scalar(n)
	if !ok {
		r.fail(r.place(n), subject(path)+" wants one text, not "+kind(n), "")
		return
	}
	to.Value = text
	if !absent(n) {
		to.Place = r.place(n)
	}
}

func (r *reader) flag(n ast.Node, to *Flag, path string, at Place) {
	to.Path, to.Place, to.Set = path, at, n != nil
	if n == nil {
		return
	}
	to.Place = r.place(n)
	word, ok := scalar(n)
	switch {
	case ok && n.Type() == ast.BoolType && word == "true":
		to.Value = true
	case ok && n.Type() == ast.BoolType && word == "false":
	case ok && !absent(n):
		r.fail(to.Place, fmt.Sprintf("%s wants true or false, not %s", subject(path), quoted(word)), "true is a ticked box; without quotes, in small letters")
	default:
		r.fail(to.Place, subject(path)+" wants true or false, not "+kind(n), "")
	}
}

func (r *reader) number(n ast.Node, to *Number, path string, at Place) {
	to.Path, to.Place, to.Set = path, at, n != nil
	if n == nil {
		return
	}
	to.Place = r.place(n)
	word, ok := scalar(n)
	if !ok || absent(n) {
		r.fail(to.Place, subject(path)+" wants a whole number, not "+kind(n), "")
		return
	}
	value, err := strconv.ParseInt(word, 10, 32)
	if err != nil || n.Type() != ast.IntegerType {
		r.fail(to.Place, fmt.Sprintf("%s wants a whole number, not %s", subject(path), quoted(word)), "in digits, without quotes")
		return
	}
	to.Value = int(value)
}

// file reads a setting that names a file, and the file.
func (r *reader) file(n ast.Node, to *File, path string, at Place) {
	before := len(r.errs)
	r.scalar(n, &to.Text, path, at)
	if len(r.errs) > before || to.Value == "" {
		return
	}
	if r.open == nil {
		r.fail(to.Place, fmt.Sprintf("%s names the file %s, and no files can be read here", subject(path), quoted(to.Value)), "")
		return
	}
	data, err := r.open(to.Value)
	r.named += len(data)
	switch {
	case err != nil:
		r.fail(to.Place, fmt.Sprintf("cannot read the file %s: %s", quoted(to.Value), reason(err)), "files are named relative to the settings file, or absolutely")
	case len(data) > mostBytes:
		r.fail(to.Place, fmt.Sprintf("cannot read the file %s: it is larger than 1 MiB", quoted(to.Value)), "")
	case r.named > mostNamed:
		r.fail(to.Place, "the files named up to here are larger than 16 MiB together", "")
	default:
		to.Data = append([]byte{}, data...)
	}
}

// inline reads a file whose content stands under its key, or whose name stands under
// the key with _file.
func (r *reader) inline(content, name *ast.MappingValueNode, to *File, path string, at Place) {
	switch {
	case content != nil && name != nil:
		r.fail(r.at(name.Key.GetToken()), fmt.Sprintf("both %s and %s are there", path, path+"_file"), "keep the one that is meant")
	case name != nil:
		r.file(name.Value, to, path+"_file", r.at(name.Key.GetToken()))
	case content != nil:
		r.scalar(content.Value, &to.Text, path, at)
		to.Data, to.Value = []byte(to.Value), ""
	default:
		r.scalar(nil, &to.Text, path, at)
	}
}

func (r *reader) list(n ast.Node, to listed, path string) {
	if n == nil || absent(n) {
		return
	}
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fail(r.place(n), subject(path)+" wants a list, not "+kind(n), "begin each entry with a dash")
		return
	}
	for i, v := range seq.Values {
		to.grow()
		path := fmt.Sprintf("%s[%d]", path, i)
		to.named(i, path)
		entries, text := to.entry(i)
		if text != nil {
			r.scalar(v, text, path, r.place(v))
			continue
		}
		if absent(v) {
			v = nil
		}
		r.mapping(v, object{entries: entries}, path, r.place(seq.Values[i]))
	}
}

// place is where a node begins.
func (r *reader) place(n ast.Node) Place {
	switch v := n.(type) {
	case *ast.MappingNode:
		if !v.IsFlowStyle && len(v.Values) > 0 {
			return r.place(v.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return r.place(v.Key)
	}
	return r.at(n.GetToken())
}

// pairs are the keys and values of a mapping. Where there is nothing there are none.
func pairs(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch v := n.(type) {
	case nil:
		return nil, true
	case *ast.MappingNode:
		return v.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{v}, true
	}
	return nil, absent(n)
}

// absent tells nothing at all, as after "key:", from a typed null.
func absent(n ast.Node) bool {
	return n.Type() == ast.NullType && n.GetToken().Type == token.ImplicitNullType
}

// scalar is a node's text where it is one value: of a string what YAML makes of it, of
// anything else the characters that stand in the file.
func scalar(n ast.Node) (string, bool) {
	var text string
	switch v := n.(type) {
	case *ast.StringNode:
		text = v.Value
	case *ast.LiteralNode:
		text = v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		text = n.GetToken().Value
	case *ast.NullNode:
		if !absent(n) {
			text = n.GetToken().Value
		}
	default:
		return "", false
	}
	return strings.ToValidUTF8(text, string(utf8.RuneError)), true
}

// kind is what a node is, in a message.
func kind(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys and values"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	}
	if text, ok := scalar(n); ok {
		return "the text " + quoted(text)
	}
	return "something else"
}
