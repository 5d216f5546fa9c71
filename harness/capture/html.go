package capture

import (
	"bytes"
	"errors"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"github.com/samlproof/samlproof/harness/saml"
)

// isHTML tells whether text that begins with < is a page rather than XML.
func isHTML(text []byte) bool {
	head := bytes.ToLower(text[:min(len(text), 1024)])
	if bytes.HasPrefix(head, []byte("<!doctype")) {
		return bytes.HasPrefix(bytes.TrimLeft(head[len("<!doctype"):], " \t\r\n"), []byte("html"))
	}
	if local := strings.ToLower(sniff(text).local); local != "" {
		switch local {
		case "html", "head", "body", "form", "input", "script", "noscript", "div", "title", "meta", "textarea", "pre", "p", "span", "br", "center", "table":
			return true
		}
	}
	return false
}

// A htmlForm is a form of a page with the controls that matter.
type htmlForm struct {
	action, method string
	values         map[string]string // of the first control of each name
}

// maxForms bounds how many forms of a page are looked at.
const maxForms = 100

// readForms finds the forms of a page, with controls outside any form as one more.
func readForms(page []byte) []htmlForm {
	var forms []htmlForm
	loose := htmlForm{values: map[string]string{}}
	cur := &loose
	z := html.NewTokenizer(bytes.NewReader(page))
	textarea := ""
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind == html.TextToken && textarea != "" {
			keep(cur, textarea, strings.TrimPrefix(string(z.Text()), "\n"))
			textarea = ""
			continue
		}
		if kind == html.EndTagToken {
			if name, _ := z.TagName(); string(name) == "form" {
				cur = &loose
			}
			continue
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		name, more := z.TagName()
		tag := string(name)
		if tag != "form" && tag != "input" && tag != "textarea" && tag != "button" {
			continue
		}
		attrs := map[string]string{}
		for more {
			var key, value []byte
			key, value, more = z.TagAttr()
			if _, twice := attrs[string(key)]; !twice {
				attrs[string(key)] = string(value)
			}
		}
		switch tag {
		case "form":
			if len(forms) == maxForms {
				return forms
			}
			forms = append(forms, htmlForm{action: attrs["action"], method: strings.ToUpper(attrs["method"]), values: map[string]string{}})
			cur = &forms[len(forms)-1]
		case "textarea":
			textarea = attrs["name"]
		default:
			keep(cur, attrs["name"], attrs["value"])
		}
	}
	if len(loose.values) > 0 {
		forms = append(forms, loose)
	}
	return forms
}

// keep takes the value of a control of the bindings, the first of each name.
func keep(f *htmlForm, name, value string) {
	switch name {
	case "SAMLResponse", "SAMLRequest", "RelayState", "SAMLart", "wresult":
		if _, twice := f.values[name]; !twice {
			f.values[name] = value
		}
	}
}

// message is the message that the form would send; nil where it carries none.
func (f htmlForm) message() (*saml.Message, []string, error) {
	var parts []string
	for _, name := range []string{"SAMLResponse", "SAMLRequest", "RelayState"} {
		if v, ok := f.values[name]; ok {
			parts = append(parts, name+"="+url.QueryEscape(v))
		}
	}
	body := strings.Join(parts, "&")
	if !hasMarker(body) {
		return nil, nil, nil
	}
	m, steps, err := bodyMessage(body)
	if err != nil {
		return nil, nil, err
	}
	m.URL = f.action
	return m, steps, nil
}

// instead says what the form carries in place of a message; "" where that is not known.
func (f htmlForm) instead() string {
	for _, name := range carriers {
		if v := f.values[name]; v != "" {
			if why := instead(name + "=" + url.QueryEscape(v)); why != "" {
				return why
			}
		}
	}
	return ""
}

// readHTML reads a page: the forms that post a message, or else a message in its text.
func (r *reader) readHTML(page []byte) error {
	var found []*saml.Message
	var failed error
	for _, f := range readForms(page) {
		m, _, err := f.message()
		if err != nil {
			failed = err
		}
		if m == nil || !r.hold(m.XML) {
			continue
		}
		root := sniff(m.XML)
		if err := root.refuseMessage(m.XML); err != nil {
			return err
		}
		r.c.note("HTML form to %s: hidden control %s, base64 decoded", show(f.action), m.Param)
		for _, d := range m.Deviations {
			r.c.note("%s", d.Text)
		}
		r.c.note("XML: %s, %d bytes", root.what(), len(m.XML))
		found = append(found, m)
	}
	if len(found) > 0 {
		r.c.Form = "HTML form"
		return r.messages(found)
	}
	if failed != nil {
		return failed
	}
	for _, f := range readForms(page) {
		if why := f.instead(); why != "" {
			return errors.New(why)
		}
	}
	if found := r.find(string(page)); len(found) > 0 {
		r.c.Form = "HTML page"
		return r.messages(found)
	}
	return errors.New("it is an HTML page without a SAML message; " + wanted)
}
