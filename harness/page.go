package harness

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// A page is what a browser makes of an HTML document, as far as a login needs it.
type page struct {
	title string
	text  string // the visible text but for header and footer, in one line
	forms []form

	// How it goes on by itself.
	refresh  string   // where a refresh leads, as written
	targets  []string // where its scripts go, as written
	submits  bool     // a script of it submits a form
	scripted bool     // it has scripts
	external bool     // some of them are in files of their own
}

type form struct {
	method, action string
	fields         []field
}

type field struct {
	name, value, kind string
	tag               string // input, button or select
	hint              string // autocomplete
}

const mostText = 2000 // characters of page text that are kept

// readPage finds the forms and the visible text of a document.
func readPage(body []byte) page {
	var p page
	var text, script strings.Builder
	in := func(n *html.Node, name string) bool {
		for n = n.Parent; n != nil; n = n.Parent {
			if n.Data == name {
				return true
			}
		}
		return false
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return p
	}
	open := map[*html.Node]int{} // form element → its index
	for n := range root.Descendants() {
		switch {
		case n.Type == html.TextNode && n.Parent != nil && n.Parent.Data == "title":
			p.title = strings.TrimSpace(n.Data)
		case n.Type == html.TextNode && !in(n, "script") && !in(n, "style") && !in(n, "head") && !in(n, "noscript") && !in(n, "header") && !in(n, "footer"):
			if words := strings.Fields(n.Data); len(words) > 0 && text.Len() < mostText {
				text.WriteString(strings.Join(words, " ") + " ")
			}
		case n.Type == html.ElementNode && n.Data == "meta":
			if p.refresh == "" && strings.EqualFold(attribute(n, "http-equiv"), "refresh") {
				p.refresh = refreshTarget(attribute(n, "content"))
			}
		case n.Type == html.ElementNode && n.Data == "body":
			script.WriteString(attribute(n, "onload") + "\n")
		case n.Type == html.TextNode && n.Parent != nil && n.Parent.Data == "script":
			if script.Len() < mostScript {
				script.WriteString(n.Data + "\n")
			}
		case n.Type == html.ElementNode && n.Data == "script":
			p.scripted, p.external = true, p.external || attribute(n, "src") != ""
		case n.Type == html.ElementNode && n.Data == "form":
			method := strings.ToUpper(attribute(n, "method"))
			if method != "POST" {
				method = "GET"
			}
			open[n] = len(p.forms)
			p.forms = append(p.forms, form{method: method, action: attribute(n, "action")})
		case n.Type == html.ElementNode && (n.Data == "input" || n.Data == "button" || n.Data == "select" || n.Data == "textarea"):
			for around := n.Parent; around != nil; around = around.Parent {
				if i, ok := open[around]; ok {
					p.forms[i].fields = append(p.forms[i].fields, field{
						name: attribute(n, "name"), value: attribute(n, "value"), kind: strings.ToLower(attribute(n, "type")),
						tag: n.Data, hint: strings.ToLower(attribute(n, "autocomplete")),
					})
					break
				}
			}
		}
	}
	p.text = strings.TrimSpace(text.String())
	p.targets, p.submits = scriptTargets(script.String()), submits.MatchString(script.String())
	return p
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// has tells whether the form has a field of this name.
func (f *form) has(name string) bool {
	for _, x := range f.fields {
		if x.name == name {
			return true
		}
	}
	return false
}

// values are the fields that a browser submits, in the order of the document, with
// those of fill in place of what they hold.
func (f *form) values(fill map[string]string) string {
	var b strings.Builder
	for _, x := range f.fields {
		if x.name == "" || x.kind == "submit" || x.kind == "button" || x.kind == "image" || x.kind == "reset" {
			continue
		}
		value := x.value
		if v, ok := fill[x.name]; ok {
			value = v
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(x.name) + "=" + url.QueryEscape(value))
	}
	return b.String()
}

// message is the form that carries a SAML message, which a page submits by itself.
func (p *page) message() *form {
	for i := range p.forms {
		for _, x := range p.forms[i].fields {
			if messageName(x.name) != "" {
				return &p.forms[i]
			}
		}
	}
	return nil
}

// messageName is SAMLRequest or SAMLResponse where a parameter's name is meant for one of
// them, though it may be written in a way that few readers understand; else "".
func messageName(name string) string {
	name = strings.TrimSuffix(name, "[]")
	for _, known := range []string{"SAMLResponse", "SAMLRequest"} {
		if strings.EqualFold(name, known) {
			return known
		}
	}
	return ""
}

// login is the form that asks for a user name.
func (p *page) login() *form {
	for i := range p.forms {
		if p.forms[i].has(userField) {
			return &p.forms[i]
		}
	}
	return nil
}

// userField is the name of the user name's field on Salesforce's login page.
const userField = "un"
