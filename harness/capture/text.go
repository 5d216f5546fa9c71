package capture

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// readText reads what is neither XML nor JSON nor HTML: a curl command, a URL, a form
// body, base64 in any wrapping, or text with a message somewhere in it.
func (r *reader) readText(text string) error {
	if !r.cleaned {
		r.cleaned = true
		if plain, step := visible(text); step != "" && strings.TrimSpace(plain) != "" {
			r.c.note("%s", step)
			return r.read([]byte(plain))
		}
	}
	if isCurl(text) {
		return r.readCurl(text)
	}
	if xml := unpercentXML(text); xml != "" {
		r.c.note("percent-encoding decoded")
		return r.read([]byte(xml))
	}
	direct, err := r.readDirectly(text)
	if direct && err == nil {
		return nil
	}
	if m, steps, err := bearer(text); m != nil || err != nil {
		return r.readBearer(m, steps, err)
	}
	if done, err := r.readLines(text); done {
		return err
	}
	why := err
	if isEncoded(text) && !hasName(text) {
		xml, steps, err := peel(text)
		if err == nil {
			return r.readPeeled(xml, steps)
		}
		if !strings.Contains(text, " ") {
			why = err
		}
	}
	if inner := unpercent(text); inner != text && !strings.ContainsAny(text, " \n<") && (isURL(inner) || isBody(inner)) {
		r.c.note("percent-encoding decoded")
		return r.readText(strings.TrimSpace(inner))
	}
	if record := recordIn(text); record != "" {
		r.c.note("what stands around the JSON left out")
		return r.readJSON([]byte(record))
	}
	if isMail(text) && r.readMail(text) || r.nested < maxMailDepth && r.readHex(text) {
		return nil
	}
	if done, err := r.readTrace(text); done {
		return err
	}
	text = r.tidy(text)
	for _, read := range []func(string) (bool, error){r.readHTTP, r.readCommands} {
		if done, err := read(text); done {
			return err
		}
	}
	if found := r.find(text); len(found) > 0 && (!direct || allWhole(found)) {
		if r.c.Form == "" {
			r.c.Form = "text with a message in it"
		}
		return r.messages(found)
	}
	switch other := instead(text); {
	case other != "" && !hasMarker(text):
		return errors.New(other)
	case direct:
		return why
	case why != nil:
		return fmt.Errorf("there is no SAML message in it: %w; %s", why, wanted)
	}
	return fmt.Errorf("there is no SAML message in it: it starts with %s; %s", show(firstLine(text)), wanted)
}

// readDirectly reads a URL, or the body of a form. It answers false where the text is
// neither by its look; it may be another thing that only looks so where that fails.
func (r *reader) readDirectly(text string) (is bool, err error) {
	decoded, form := len(r.c.Decoded), r.c.Form
	text = strings.TrimLeft(text, "?#")
	if !isURL(text) && !isBody(text) {
		return false, nil
	}
	for _, name := range [...]string{"SAML", "RelayState=", "Sig"} {
		if strings.Contains(text, "&amp;"+name) {
			text = strings.ReplaceAll(text, "&amp;", "&")
			r.c.note("&amp; between parameters taken for &")
		}
	}
	if isURL(text) {
		err = r.readURL(text)
	} else {
		err = r.readBody(text)
	}
	if err != nil {
		r.c.Decoded, r.c.Form = r.c.Decoded[:decoded], form
		if value, _ := parameter(text[strings.IndexByte(text, '?')+1:], isMessage); isMasked(value) {
			err = maskedBy(value)
		}
	}
	return true, err
}

// unpercentXML decodes XML that is percent-encoded as a whole, as parameters are or as
// encodeURIComponent does it; it is "" where the text is none.
func unpercentXML(text string) string {
	if !strings.HasPrefix(text, "%3C") && !strings.HasPrefix(text, "%3c") || strings.ContainsAny(text, "<> ") {
		return ""
	}
	if strings.Contains(text, "%20") {
		return unpercent(text)
	}
	return unpercent(strings.ReplaceAll(text, "+", " "))
}

// recordIn is the HAR file or export that stands in a text with other things around it; ""
// where there is none.
func recordIn(text string) string {
	if !strings.Contains(text, `"startedDateTime"`) && !strings.Contains(text, `"requestHeaders"`) {
		return ""
	}
	from, to := strings.Index(text, "{"), strings.LastIndex(text, "}")
	if from <= 0 || to < from {
		return ""
	}
	return text[from : to+1]
}

// allWhole tells whether each message is a document with an end.
func allWhole(found []*saml.Message) bool {
	for _, m := range found {
		if !whole(m.XML) {
			return false
		}
	}
	return true
}

// readPeeled takes a message out of its wrappings.
func (r *reader) readPeeled(xml []byte, steps []string) error {
	if isHTML(xml) {
		for _, s := range steps {
			r.c.note("%s", s)
		}
		return r.readHTML(xml)
	}
	root := sniff(xml)
	if err := root.refuseMessage(xml); err != nil {
		return err
	}
	if r.c.Form == "" {
		r.c.Form = "encoded message"
		if len(steps) > 0 && strings.HasPrefix(steps[0], "base64") {
			r.c.Form = "base64"
		}
	}
	for _, s := range steps {
		r.c.note("%s", s)
	}
	r.c.note("XML: %s, %d bytes", root.what(), len(xml))
	return r.messages([]*saml.Message{{XML: xml}})
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}

// isEncoded tells whether the text may be one encoded message and nothing else.
func isEncoded(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("+/=-_%\r\n\t \"'&#;\\", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// isURL tells whether the text is one URL and nothing else.
func isURL(s string) bool {
	lower := strings.ToLower(s[:min(len(s), 8)])
	return (strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")) && !strings.ContainsAny(s, " \t\r\n\"'<>")
}

// isBody tells whether the text is a query or the body of a form.
func isBody(s string) bool {
	return hasMarker(s) && !strings.ContainsAny(s, " \t\r\n\"'<>{}:,")
}

// hasMarker tells whether one of the two parameters stands in the text.
func hasMarker(s string) bool {
	return strings.Contains(s, "SAMLResponse=") || strings.Contains(s, "SAMLRequest=") || hasDisguised(s)
}

// hasDisguised tells whether one of the two parameters stands in a query or a body with a
// name that is percent-encoded.
func hasDisguised(s string) bool {
	if !strings.Contains(s, "%") {
		return false
	}
	for part := range strings.SplitSeq(s[strings.IndexByte(s, '?')+1:], "&") {
		if name, _, found := strings.Cut(part, "="); found && len(name) <= 3*len("SAMLResponse") && strings.Contains(name, "%") {
			if name = unpercent(name); name == "SAMLResponse" || name == "SAMLRequest" {
				return true
			}
		}
	}
	return false
}

// hasName tells whether the name of one of the two parameters stands in the text.
func hasName(s string) bool {
	return strings.Contains(s, "SAMLResponse") || strings.Contains(s, "SAMLRequest")
}

// readURL reads a message that a URL carries.
func (r *reader) readURL(text string) error {
	r.c.Form = "URL"
	m, steps, err := urlMessage(text)
	if err != nil {
		return err
	}
	r.c.note("URL of %s", hostOf(text))
	for _, s := range steps {
		r.c.note("%s", s)
	}
	return r.readMessage(m)
}

// bearer is bearerMessage for text that is the body of a form and nothing else.
func bearer(text string) (*saml.Message, []string, error) {
	if !strings.Contains(text, "saml2-bearer") || strings.ContainsAny(text, " \t\r\n\"'<>{}") {
		return nil, nil, nil
	}
	return bearerMessage(text)
}

func (r *reader) readBearer(m *saml.Message, steps []string, err error) error {
	if err != nil {
		return err
	}
	r.c.Form = "form body"
	for _, s := range steps {
		r.c.note("%s", s)
	}
	return r.readMessage(m)
}

// readMessage takes one message that was read with its parameter.
func (r *reader) readMessage(m *saml.Message) error {
	root := sniff(m.XML)
	if err := root.refuseMessage(m.XML); err != nil {
		return err
	}
	for _, d := range m.Deviations {
		r.c.note("%s", d.Text)
	}
	r.c.note("XML: %s, %d bytes", root.what(), len(m.XML))
	return r.messages([]*saml.Message{m})
}

// urlMessage is the message in the query of a URL.
func urlMessage(text string) (*saml.Message, []string, error) {
	bare, fragment, _ := strings.Cut(text, "#")
	base, query, found := strings.Cut(bare, "?")
	if fragment = strings.TrimPrefix(fragment, "?"); hasMarker(fragment) && !hasMarker(query) {
		m, steps, err := urlMessage(base + "?" + fragment)
		return m, append([]string{"the message stands in the URL's fragment, which browsers send to no server"}, steps...), err
	}
	if why := instead(query, fragment); why != "" && !hasMarker(query) {
		return nil, nil, errors.New(why)
	}
	if !found || !strings.Contains(query, "SAML") && !hasMarker(query) {
		return nil, nil, errors.New("it is a URL that carries no SAML message")
	}
	m, err := saml.DecodeRedirect(query)
	steps := []string{"HTTP-Redirect: parameter " + paramOf(m) + " percent-decoded, base64 decoded, DEFLATE undone"}
	if err != nil {
		var err2 error
		if m, steps, err2 = peelParameter(query); err2 != nil {
			return nil, nil, fmt.Errorf("the URL's message cannot be decoded: %w", err)
		}
		m.Binding, m.Query = saml.BindingRedirect, query
	}
	m.URL = base
	if rest := withoutMessage(query); rest != "" {
		m.URL += "?" + rest
	}
	return m, steps, nil
}

func paramOf(m *saml.Message) string {
	if m == nil {
		return ""
	}
	return m.Param
}

// readBody reads a message from the body of a form, or from a query without its URL.
func (r *reader) readBody(body string) error {
	m, steps, err := bodyMessage(body)
	if err != nil {
		return err
	}
	r.c.Form = "form body"
	if m.Binding == saml.BindingRedirect {
		r.c.Form = "query of a URL"
	}
	for _, s := range steps {
		r.c.note("%s", s)
	}
	return r.readMessage(m)
}

// bodyMessage is the message in the body of a form or in a bare query.
func bodyMessage(body string) (*saml.Message, []string, error) {
	m, err := saml.DecodePOST(body)
	if err == nil && looksLikeXML(m.XML) {
		for _, d := range m.Deviations {
			if d.Kind != saml.DeviationDeflate {
				continue
			}
			if q, err := saml.DecodeRedirect(body); err == nil {
				return q, []string{"query: parameter " + q.Param + " percent-decoded, base64 decoded, DEFLATE undone"}, nil
			}
		}
		return m, []string{"form body: parameter " + m.Param + " percent-decoded, base64 decoded"}, nil
	}
	if err == nil {
		err = errors.New("what the base64 holds is no XML")
	}
	m, steps, err2 := peelParameter(body)
	if err2 != nil {
		return nil, nil, fmt.Errorf("the message in the form body cannot be decoded: %w", err)
	}
	return m, steps, nil
}

// peelParameter reads a message whose parameter is encoded more often than the binding
// says.
func peelParameter(query string) (*saml.Message, []string, error) {
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if name != "SAMLResponse" && name != "SAMLRequest" {
			continue
		}
		xml, steps, err := peel(value)
		if err != nil {
			return nil, nil, err
		}
		m := &saml.Message{Param: name, XML: xml}
		for part := range strings.SplitSeq(query, "&") {
			if relay, found := strings.CutPrefix(part, "RelayState="); found {
				m.HasRelayState = true
				if m.RelayState, err = url.QueryUnescape(relay); err != nil {
					m.RelayState = relay
				}
			}
		}
		return m, append([]string{"parameter " + name}, steps...), nil
	}
	return nil, nil, errors.New("there is neither a SAMLRequest nor a SAMLResponse")
}

// withoutMessage is a query without the parameters of HTTP-Redirect, the rest as it was.
func withoutMessage(query string) string {
	var rest []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		switch name {
		case "SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding", "":
		default:
			rest = append(rest, part)
		}
	}
	return strings.Join(rest, "&")
}

// hostOf is the host of a URL, or the text where it is none.
func hostOf(text string) string {
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		return u.Host
	}
	return show(text)
}
