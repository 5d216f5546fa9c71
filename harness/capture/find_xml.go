package capture

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// xml finds messages as XML, also with HTML's or JSON's escapes.
func (f *finder) xml() {
	for i := 0; i < len(f.text); {
		next := strings.IndexAny(f.text[i:], "<&")
		if next < 0 {
			return
		}
		i += next
		open := "<"
		if f.text[i] == '&' {
			if open = "&lt;"; !strings.HasPrefix(f.text[i:], open) {
				i++
				continue
			}
		}
		name := messageName(f.text[i+len(open):])
		if name == "" {
			name = enclosingName(f.text[i+len(open):])
		}
		if name == "" {
			i++
			continue
		}
		if !f.spend(0) {
			return
		}
		if to := f.document(i, open, name); to > 0 {
			i = to
		} else {
			i += len(open)
		}
	}
}

// messageName is the qualified name at the begin of the text where it is a message's.
func messageName(text string) string { return nameAmong(text, messageNames[:]) }

// enclosingName is the qualified name at the begin of the text where it is that of an
// element that a response may be inside of.
func enclosingName(text string) string { return nameAmong(text, enclosingNames[:]) }

func nameAmong(text string, names []string) string {
	end := strings.IndexAny(text[:min(len(text), 80)], " \t\r\n\\>/&")
	if end <= 0 {
		return ""
	}
	prefix, local, found := strings.Cut(text[:end], ":")
	if !found {
		local, prefix = prefix, ""
	}
	for _, n := range names {
		if local == n && !strings.ContainsAny(prefix, "<>\"'=") {
			return text[:end]
		}
	}
	return ""
}

// document takes the element that begins at i, with the XML declaration before it, and
// answers with its end; 0 where it is none of SAML's.
func (f *finder) document(i int, open, name string) int {
	head := f.text[i:min(len(f.text), i+8<<10)]
	tag, _, _ := strings.Cut(head, ">")
	if open == "&lt;" {
		tag, _, _ = strings.Cut(head, "&gt;")
		tag = html.UnescapeString(tag)
	}
	levels := 0
	for levels < maxEscapes && (strings.Contains(tag, `=\`)) {
		tag = unescapeJSON(tag)
		levels++
	}
	doubled := levels == 0 && isDoubled(tag)
	if doubled {
		tag = strings.ReplaceAll(tag, `""`, `"`)
	}
	root := sniff([]byte(tag + ">"))
	if !f.spend(len(tag)) || !strings.HasPrefix(root.space, "urn:oasis:names:tc:SAML:") && !root.encloses() {
		return 0
	}
	to, whole := f.closing(i, open, name)
	if !f.spend(to - i) {
		return 0
	}
	step := "XML"
	from := f.declaration(i, open)
	xml := f.text[from:to]
	if levels == 0 && f.literal(from, to) {
		levels = 1
	}
	if open == "&lt;" {
		xml = html.UnescapeString(xml)
		step = "XML with HTML character references, decoded"
	}
	for range levels {
		xml = unescapeJSON(xml)
	}
	if levels > 0 {
		step += " with backslash escapes, decoded"
	}
	if doubled {
		xml = strings.ReplaceAll(xml, `""`, `"`)
		step += " with doubled quotes, halved"
	}
	if !whole {
		xml = strings.TrimRight(xml, " \t\r\n")
		step += ", cut short"
	}
	if root.encloses() {
		if in, refused, _ := f.enclosed(i, []byte(xml)); refused {
			return to
		} else if in == nil {
			return 0 // what is inside may be a message by itself
		}
	}
	f.saw(sighting{at: i, to: to, m: &saml.Message{XML: []byte(xml)}, decoded: true, steps: []string{step}})
	return to
}

// enclosed is the response inside of a document that stands at a place of the text; nil
// where there is none, or the document is malformed. Where there is something like one,
// but not by the rules, it is refused, and kept as what cannot be read.
func (f *finder) enclosed(at int, xml []byte) (in *saml.Enclosed, refused bool, err error) {
	if !f.spend(parsed*len(xml) + at) {
		return nil, false, errors.New("the text asks for more work than it may cost")
	}
	if in, err = unwrap(xml); err != nil && answers(xml) {
		f.r.unreadable(fmt.Sprintf("the document that begins at line %d: %v", 1+strings.Count(f.text[:at], "\n"), err))
		refused = true
	}
	return in, refused, err
}

// parsed is how much more parsing costs than searching.
const parsed = 4

// answers tells whether the start tag of a response or an assertion stands in the data.
func answers(data []byte) bool {
	for i := bytes.IndexByte(data, '<'); i >= 0; {
		data = data[i+1:]
		if nameAmong(string(data[:min(len(data), 80)]), []string{"Response", "Assertion"}) != "" {
			return true
		}
		i = bytes.IndexByte(data, '<')
	}
	return false
}

// isDoubled tells whether each quote in a start tag stands there twice, as it does in
// tables of comma-separated values and in strings of some languages.
func isDoubled(tag string) bool {
	n := strings.Count(tag, `"`)
	return n > 0 && n == 2*strings.Count(tag, `""`) && strings.Contains(tag, `=""`)
}

// maxEscapes bounds how often strings are inside of strings.
const maxEscapes = 3

// literal tells whether the text between two places stands in quotes, and has line breaks
// as backslash escapes only, as the strings of programs do.
func (f *finder) literal(from, to int) bool {
	if from == 0 || to == len(f.text) || f.text[from-1] != f.text[to] || strings.IndexByte("'\"`", f.text[to]) < 0 {
		return false
	}
	inner := f.text[from:to]
	return strings.Contains(inner, `\n`) && strings.IndexByte(inner, '\n') < 0
}

// closing is where the element ends; at the end of the text, where it does not.
func (f *finder) closing(i int, open, name string) (to int, whole bool) {
	tag := open + "/" + name
	end := strings.Index(f.text[i:], tag)
	if end < 0 {
		tag = open + `\/` + name // as JSON may write it
		end = strings.Index(f.text[i:], tag)
	}
	if end < 0 {
		return len(f.text), false
	}
	gt := ">"
	if open == "&lt;" {
		gt = "&gt;"
	}
	rest := f.text[i+end : min(len(f.text), i+end+len(tag)+40)]
	stop := strings.Index(rest, gt)
	if stop < 0 {
		return len(f.text), false
	}
	return i + end + stop + len(gt), true
}

// declaration is where the XML declaration right before i begins; i where there is none.
func (f *finder) declaration(i int, open string) int {
	from := max(0, i-200)
	back := strings.LastIndex(f.text[from:i], open+"?xml")
	if back < 0 {
		return i
	}
	back += from
	between := strings.TrimSpace(strings.NewReplacer(`\n`, "", `\r`, "").Replace(f.text[back:i]))
	if strings.HasSuffix(between, "?>") || strings.HasSuffix(between, "?&gt;") {
		return back
	}
	return i
}
