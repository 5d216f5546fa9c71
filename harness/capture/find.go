package capture

import (
	"html"
	"net/url"
	"sort"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// Bounds on searching a text for messages.
const (
	maxFound  = 10_000 // messages
	maxTries  = 20_000 // of decoding something that may be one
	minToken  = 60     // characters of a bare token that may be a message
	relayNear = 2000   // characters after a message in which its RelayState stands
)

// A sighting is a message found in a text, and where.
type sighting struct {
	at, to  int
	m       *saml.Message
	decoded bool // somebody had decoded it before, and may have changed it
	steps   []string
}

// find searches a text for messages: parameters with their values, XML, also escaped,
// and bare base64. They come in the order of the text; a message that stands there
// both encoded and decoded is taken once, encoded.
func (r *reader) find(text string) []*saml.Message {
	if strings.Contains(text, `\u003c`) || strings.Contains(text, `\u003C`) || strings.Contains(text, `\x3c`) || strings.Contains(text, `\x3C`) {
		text = unescapeJSON(text)
	}
	var all []sighting
	all = append(all, findParameters(text)...)
	all = append(all, findXML(text)...)
	all = append(all, findTokens(text, all)...)
	sort.SliceStable(all, func(i, j int) bool { return all[i].at < all[j].at })
	var found []*saml.Message
	seen := map[string]int{} // by bytes or id, the place in found
	fromDecoded := map[int]bool{}
	for _, s := range all {
		if len(found) == maxFound {
			break
		}
		root := sniff(s.m.XML)
		if root.refuse() != nil {
			continue
		}
		key := root.attr("ID")
		if key == "" {
			key = string(s.m.XML[:min(len(s.m.XML), 4096)])
		} else {
			key = root.local + " " + key
		}
		if i, twice := seen[key]; twice {
			if fromDecoded[i] && !s.decoded {
				found[i] = s.m
				fromDecoded[i] = false
			}
			continue
		}
		seen[key] = len(found)
		fromDecoded[len(found)] = s.decoded
		found = append(found, s.m)
		line := 1 + strings.Count(text[:min(s.at, len(text))], "\n")
		r.c.note("line %d: %s", line, strings.Join(s.steps, ", "))
		for _, d := range s.m.Deviations {
			r.c.note("%s", d.Text)
		}
		r.c.note("XML: %s, %d bytes", root.what(), len(s.m.XML))
	}
	return found
}

// findParameters finds SAMLRequest and SAMLResponse with their values.
func findParameters(text string) (all []sighting) {
	for at, tries := 0, 0; tries < maxTries; tries++ {
		i := strings.Index(text[at:], "SAMLRe")
		if i < 0 {
			return all
		}
		at += i
		name := ""
		for _, n := range []string{"SAMLResponse", "SAMLRequest"} {
			if strings.HasPrefix(text[at:], n) {
				name = n
			}
		}
		if name == "" {
			at += len("SAMLRe")
			continue
		}
		from := valueStart(text, at+len(name))
		if from < 0 {
			at += len(name)
			continue
		}
		to := valueEnd(text, from)
		if s, ok := parameterSighting(text, name, at, from, to); ok {
			all = append(all, s)
			at = to
			continue
		}
		at = from
	}
	return all
}

// parameterSighting reads the value of a parameter.
func parameterSighting(text, name string, at, from, to int) (s sighting, ok bool) {
	value := text[from:to]
	if len(value) < 16 {
		return s, false
	}
	xml, steps, err := peel(value)
	if err != nil {
		return s, false
	}
	m := &saml.Message{Param: name, XML: xml}
	if relay, found := relayAfter(text[to:min(len(text), to+relayNear)]); found {
		m.RelayState, m.HasRelayState = relay, true
	}
	// A URL around it is where it was sent.
	begin := strings.LastIndexAny(text[max(0, at-4096):at], " \t\r\n\"'<>`(,|") + 1 + max(0, at-4096)
	if address := text[begin:at]; isURL(address) && strings.Contains(address, "?") {
		end := to + strings.IndexFunc(text[to:]+" ", func(c rune) bool { return strings.ContainsRune(" \t\r\n\"'<>`)|", c) })
		if u, ulSteps, err := urlMessage(text[begin:end]); err == nil {
			return sighting{at: at, to: end, m: u, steps: append([]string{"URL of " + hostOf(text[begin:end])}, ulSteps...)}, true
		}
	}
	return sighting{at: at, to: to, m: m, steps: append([]string{"parameter " + name}, steps...)}, true
}

// valueStart is where a value begins after a parameter's name: behind = or : or what
// stands for them, quotes and white space; negative where no value follows.
func valueStart(text string, i int) int {
	sep := false
	for n := 0; i < len(text) && n < 40; n++ {
		rest := text[i:]
		switch {
		case rest[0] == '"' || rest[0] == '\'' || rest[0] == '\\' || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '`' || rest[0] == '[' || rest[0] == '(':
			i++
		case strings.HasPrefix(rest, "=>") || strings.HasPrefix(rest, "->"):
			sep = true
			i += 2
		case rest[0] == '=' || rest[0] == ':':
			sep = true
			i++
		case rest[0] == ',' && !sep: // ["SAMLResponse", "…"]
			sep = true
			i++
		case rest[0] == '\n' || rest[0] == '\r':
			sep = true // the name on its own line
			i++
		case strings.HasPrefix(rest, "%3D") || strings.HasPrefix(rest, "%3d"):
			sep = true
			i += 3
		case strings.HasPrefix(rest, "%253D"):
			sep = true
			i += 5
		case strings.HasPrefix(rest, "&quot;") || strings.HasPrefix(rest, "&#34;"):
			i += strings.IndexByte(rest, ';') + 1
		case strings.HasPrefix(rest, "value="): // name="SAMLResponse" value="…"
			sep = true
			i += 6
		default:
			if sep {
				return i
			}
			return -1
		}
	}
	return -1
}

// valueEnd is where a value that begins at i ends: at what no encoding of base64 holds.
// Lines that follow belong to it as long as they are base64 and full.
func valueEnd(text string, i int) int {
	end := tokenEnd(text, i)
	width := end - i
	for {
		next := end
		for next < len(text) && (text[next] == '\r' || text[next] == '\n') {
			next++
		}
		if next == end || next == len(text) {
			return end
		}
		for next < len(text) && (text[next] == ' ' || text[next] == '\t') {
			next++
		}
		to := tokenEnd(text, next)
		full := to == len(text) || text[to] == '\r' || text[to] == '\n' || text[to] == '"' || text[to] == '\''
		if !full || to-next == 0 || to-next > width || width < 40 || strings.ContainsAny(text[next:to], "%&;\\") {
			return end
		}
		if end = to; to-next < width {
			return end
		}
	}
}

// tokenEnd is the end of a run of characters that encoded base64 is made of.
func tokenEnd(text string, i int) int {
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/', c == '=', c == '-', c == '_', c == '%':
		case c == '\\':
			if i+1 >= len(text) || strings.IndexByte("nrtu/\\x", text[i+1]) < 0 {
				return i
			}
			i++
		case c == '&' && strings.HasPrefix(text[i:], "&#"):
			semi := strings.IndexByte(text[i:min(len(text), i+10)], ';')
			if semi < 0 {
				return i
			}
			i += semi
		default:
			return i
		}
	}
	return i
}

// relayAfter is the RelayState that stands behind a message.
func relayAfter(text string) (string, bool) {
	if i := strings.Index(text, "SAMLRe"); i >= 0 {
		text = text[:i]
	}
	i := strings.Index(text, "RelayState")
	if i < 0 {
		return "", false
	}
	i += len("RelayState")
	from := valueStart(text, i)
	if from < 0 {
		return "", strings.HasPrefix(text[i:], "=") || strings.HasPrefix(text[i:], ":")
	}
	if strings.ContainsAny(text[i:from], "\r\n") {
		return "", true // the line is empty
	}
	end := from + strings.IndexFunc(text[from:]+"\n", func(c rune) bool { return strings.ContainsRune("&\"'<> \t\r\n", c) })
	value := text[from:end]
	if hasPercent(value) {
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
	}
	return value, true
}

// The elements that a message may have as root.
var messageNames = [...]string{"Response", "AuthnRequest", "LogoutRequest", "LogoutResponse", "Assertion"}

// findXML finds messages as XML, also with HTML's or JSON's escapes.
func findXML(text string) (all []sighting) {
	tries := 0
	for i := 0; i < len(text) && tries < maxTries; {
		next := strings.IndexAny(text[i:], "<&")
		if next < 0 {
			return all
		}
		i += next
		open := "<"
		if text[i] == '&' {
			if open = "&lt;"; !strings.HasPrefix(text[i:], open) {
				i++
				continue
			}
		}
		name := messageName(text[i+len(open):])
		if name == "" {
			i++
			continue
		}
		tries++
		s, ok := xmlSighting(text, i, open, name)
		if !ok {
			i += len(open)
			continue
		}
		all = append(all, s)
		i = s.to
	}
	return all
}

// messageName is the qualified name at the begin of the text where it is a message's.
func messageName(text string) string {
	end := strings.IndexAny(text[:min(len(text), 80)], " \t\r\n\\>/&")
	if end <= 0 {
		return ""
	}
	prefix, local, found := strings.Cut(text[:end], ":")
	if !found {
		local, prefix = prefix, ""
	}
	for _, n := range messageNames {
		if local == n && !strings.ContainsAny(prefix, "<>\"'=") {
			return text[:end]
		}
	}
	return ""
}

// xmlSighting takes the element that begins at i, with the XML declaration before it.
func xmlSighting(text string, i int, open, name string) (s sighting, ok bool) {
	closing := open + "/" + name
	to := len(text)
	whole := false
	if end := strings.Index(text[i:], closing); end >= 0 {
		gt := ">"
		if open == "&lt;" {
			gt = "&gt;"
		}
		if stop := strings.Index(text[i+end:], gt); stop >= 0 && stop < 40+len(closing) {
			to, whole = i+end+stop+len(gt), true
		}
	}
	from := i
	declaration := open + "?xml"
	if back := strings.LastIndex(text[max(0, i-200):i], declaration); back >= 0 {
		back += max(0, i-200)
		between := strings.TrimSpace(text[back:i])
		if strings.HasSuffix(between, "?>") || strings.HasSuffix(between, "?&gt;") {
			from = back
		}
	}
	xml := text[from:to]
	steps := []string{"XML"}
	if open == "&lt;" {
		xml = html.UnescapeString(xml)
		steps[0] = "XML with HTML character references, decoded"
	}
	tag, _, _ := strings.Cut(xml[strings.Index(xml, name):], ">")
	if strings.Contains(tag, `\"`) || strings.Contains(tag, `\'`) {
		xml = unescapeJSON(xml)
		steps[0] += " with backslash escapes, decoded"
	}
	root := sniff([]byte(xml))
	if !strings.HasPrefix(root.space, "urn:oasis:names:tc:SAML:") {
		return s, false
	}
	if !whole {
		xml = strings.TrimRight(xml, " \t\r\n")
		steps[0] += ", cut short"
	}
	return sighting{at: from, to: to, m: &saml.Message{XML: []byte(xml)}, decoded: true, steps: steps}, true
}

// findTokens finds bare base64 of messages outside what was found already.
func findTokens(text string, taken []sighting) (all []sighting) {
	tries := 0
	for i := 0; i < len(text) && tries < maxTries; {
		end := tokenEnd(text, i)
		if end == i {
			i++
			continue
		}
		if end-i < minToken {
			i = end
			continue
		}
		from := i
		to := valueEnd(text, i)
		i = to
		if overlaps(taken, from, to) {
			continue
		}
		tries++
		xml, steps, err := peel(text[from:to])
		if err != nil || messageName(string(rootName(xml))) == "" {
			continue
		}
		all = append(all, sighting{at: from, to: to, m: &saml.Message{XML: xml}, steps: steps})
	}
	return all
}

// rootName is the text from the root's name on.
func rootName(xml []byte) []byte {
	root := sniff(xml)
	if root.local == "" {
		return nil
	}
	return []byte(root.local + " ")
}

func overlaps(taken []sighting, from, to int) bool {
	for _, s := range taken {
		if from < s.to && s.at < to {
			return true
		}
	}
	return false
}
