package settings

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// A shape tells what a node is.
type shape int

const (
	absent shape = iota // nothing at all, as after "key:"
	scalar
	mapping
	list
)

// A node is one value of the file and where it begins.
type node struct {
	shape shape
	place Place
	text  string  // of a scalar: for a plain one the characters that stand in the file
	plain bool    // whether a scalar stands without quotes
	pairs []pair  // of a mapping
	items []*node // of a list
}

// A pair is a key, which is a scalar, and its value.
type pair struct{ key, value *node }

// parse is the one document of the file. The library is guarded: where it panics, the
// file cannot be read.
func (r *reader) parse(data []byte) (root *node, ok bool) {
	if len(data) > mostText {
		r.fail(Place{File: r.name}, "the file is larger than 256 KiB", "is this the settings file?")
		return nil, false
	}
	text, ok := r.decode(data)
	if !ok {
		return nil, false
	}
	defer func() {
		if e := recover(); e != nil {
			r.fail(Place{File: r.name}, "this YAML cannot be read: "+plain(fmt.Sprint(e)), "")
			root, ok = nil, false
		}
	}()
	tokens := lexer.Tokenize(text)
	locate(text, tokens)
	if !r.admit(tokens) {
		return nil, false
	}
	// Keys that are there twice are found below, with the place of both.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil, false
	}
	for _, doc := range file.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.CommentType {
			return r.node(doc.Body, Place{}), true
		}
	}
	r.fail(Place{File: r.name}, "the file holds no settings", "settings have the keys salesforce: and flex:")
	return nil, false
}

// at is the place of a token.
func (r *reader) at(t *token.Token) Place {
	if t == nil || t.Position == nil {
		return Place{File: r.name}
	}
	return Place{r.name, t.Position.Line, t.Position.Column}
}

// node reads a node of the library. Nothing at all has the place that is given.
func (r *reader) node(n ast.Node, at Place) *node {
	to := &node{place: r.at(n.GetToken())}
	switch v := n.(type) {
	case *ast.NullNode:
		if v.Token.Type == token.ImplicitNullType {
			return &node{place: at}
		}
		to.shape, to.text, to.plain = scalar, v.Token.Value, true
	case *ast.StringNode:
		to.shape, to.text, to.plain = scalar, v.Value, v.Token.Type == token.StringType
	case *ast.LiteralNode:
		to.shape, to.text = scalar, v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		to.shape, to.text, to.plain = scalar, n.GetToken().Value, true
	case *ast.MappingValueNode:
		r.pairs(to, []*ast.MappingValueNode{v}, false)
	case *ast.MappingNode:
		r.pairs(to, v.Values, v.IsFlowStyle)
	case *ast.SequenceNode:
		to.shape = list
		for i, value := range v.Values {
			at := to.place
			if start := v.Entries[i].Start; start != nil {
				at = r.at(start)
			}
			at.Column++
			item := r.node(value, at)
			if !v.IsFlowStyle && item.shape != absent && item.place.Line != at.Line && item.place.Column < at.Column {
				// The library takes a key for the value of the empty entry above it.
				at.Column--
				r.fail(at, "an empty entry before a key in its column", "remove the dash, or indent the list further than its key")
				return to
			}
			to.items = append(to.items, item)
		}
	default:
		r.fail(to.place, "this has no meaning in settings", asText)
	}
	return to
}

// pairs reads the keys and values of a mapping into a node.
func (r *reader) pairs(to *node, values []*ast.MappingValueNode, flow bool) {
	to.shape = mapping
	first := map[string]Place{}
	for i, v := range values {
		key := r.node(v.Key, r.at(v.Key.GetToken()))
		if i == 0 && !flow {
			to.place = key.place
		}
		before, twice := first[key.text]
		switch {
		case key.shape != scalar:
			r.fail(key.place, "a key is a word", "")
			continue
		case twice:
			r.fail(key.place, fmt.Sprintf("the key %s is there twice", quoted(key.text)), fmt.Sprintf("the first is on line %d", before.Line))
			continue
		}
		first[key.text] = key.place
		to.pairs = append(to.pairs, pair{key, r.node(v.Value, key.place)})
	}
}

// syntax notes why the library does not read the file, in an administrator's words.
func (r *reader) syntax(err error) {
	at, why := Place{File: r.name}, err.Error()
	var syntax interface {
		GetMessage() string
		GetToken() *token.Token
	}
	if errors.As(err, &syntax) {
		at, why = r.at(syntax.GetToken()), syntax.GetMessage()
	}
	for _, w := range words {
		if strings.HasPrefix(why, w.theirs) {
			r.fail(at, w.text, w.hint)
			return
		}
	}
	r.fail(at, "YAML: "+plain(why), "")
}

const (
	comma  = "text with a comma, colon, bracket or quotation mark is put in quotes"
	indent = "is a line indented too far or too little, or a quotation mark missing?"
)

// words are the library's refusals, by how they begin, in an administrator's words. A
// longer beginning stands before a shorter one.
var words = []struct{ theirs, text, hint string }{
	{"value is not allowed in this context. map key-value is pre-defined", "unexpected text after the value", indent},
	{"could not find end character of double-quoted text", "this quotation mark is never closed", `a double quote within the text is written \"`},
	{"could not find end character of single-quoted text", "this quotation mark is never closed", "a single quote within the text is written twice"},
	{"found unexpected document separator", "a quotation mark is not closed before the end of the document", ""},
	{"',' or '}' must be specified", "a comma is missing before this", comma},
	{"',' or ']' must be specified", "a comma is missing before this", comma},
	{"could not find flow mapping end token '}'", "this brace is never closed", ""},
	{"sequence end token ']' not found", "this bracket is never closed", ""},
	{"could not find flow map content", "a comma or a brace is missing after this", comma},
	{"could not find '[' character corresponding to ']'", "this closes no bracket", asText},
	{"could not find '{' character corresponding to '}'", "this closes no brace", asText},
	{"expected sequence element, but found ','", "a list cannot begin with a comma", ""},
	{"value is not allowed in this context", "unexpected text after the value", "if the text is one value, put the whole of it in single quotes"},
	{"mapping value is not allowed in this context", "a second colon follows this on its line", "if the text before it belongs to the value, put the value in quotes"},
	{"block sequence entries are not allowed in this context", "a list begins on a line of its own", "begin the next line with the dash"},
	{"non-map value is specified", "a key is followed by a colon and a space", indent},
	{"unexpected key name", "a key stands on one line and is followed by a colon and a space", indent},
	{"map key definition includes an implicit line break", "a key stands on one line", indent},
	{"found an invalid key for this map", "a key is a word before a colon", indent},
	{"found character '\t' that cannot start any token", "a tab indents this line", "YAML is indented with spaces"},
	{"tab character cannot use as a map key directly", "a tab indents this line", "YAML is indented with spaces"},
	{"tab character cannot use as a sequence delimiter", "a tab indents this line", "YAML is indented with spaces"},
	{"found a tab character where an indentation space is expected", "a tab indents this line", "YAML is indented with spaces"},
	{"'@' is a reserved character", "a value cannot begin with @", asText},
	{"'`' is a reserved character", "a value cannot begin with `", asText},
	{"unexpected scalar value type", "a value is missing before this", comma},
	{"found unknown escape character", "a backslash that escapes nothing", `within double quotes a backslash is written \\; or use single quotes`},
	{"invalid header option", "unexpected text after the | or > of a block of text", "the text begins on the next line"},
	{"invalid number of indent is specified after space only", "this line is indented less than an empty line above it", "remove the blanks from the empty line"},
	{"could not find multi-line content", "a block of text is not indented", "indent each of its lines further than its key"},
}
