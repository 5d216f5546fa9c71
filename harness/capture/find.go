package capture

import (
	"errors"
	"html"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/samlproof/samlproof/harness/saml"
)

// Bounds on searching a text for messages.
const (
	maxFound    = 10_000 // messages
	minToken    = 60     // characters of a bare token that may be a message
	minValue    = 16     // characters of a parameter's value
	relayNear   = 2000   // characters after a message in which its RelayState stands
	relayBefore = 500    // characters before it
	maxURL      = 4096   // characters of a URL before the message that it carries
)

// A sighting is a message found in a text, and where.
type sighting struct {
	at, to  int
	m       *saml.Message
	decoded bool // somebody had decoded it before, and may have changed it
	steps   []string
}

// A finder searches one text. Its budget bounds the work: twenty times the text.
type finder struct {
	r      *reader
	text   string
	budget int
	all    []sighting
}

func (f *finder) spend(n int) bool {
	f.budget -= n + 64
	return f.budget > 0
}

// saw keeps a sighting.
func (f *finder) saw(s sighting) {
	if f.r.hold(s.m.XML) {
		f.all = append(f.all, s)
	} else {
		f.budget = 0
	}
}

// find searches a text for messages: parameters with their values, XML, also escaped,
// and bare base64. They come in the order of the text; a message that stands there
// both encoded and decoded is taken once, encoded.
func (r *reader) find(text string) []*saml.Message {
	for range maxEscapes {
		if !strings.Contains(text, `\u003c`) && !strings.Contains(text, `\u003C`) && !strings.Contains(text, `\x3c`) && !strings.Contains(text, `\x3C`) {
			break
		}
		text = unescapeJSON(text)
	}
	for range maxEscapes {
		if !strings.Contains(text, "&amp;lt;") {
			break
		}
		text = html.UnescapeString(text)
	}
	f := &finder{r: r, text: text, budget: 1<<20 + 20*len(text)}
	f.parameters()
	f.xml()
	f.tokens()
	sort.SliceStable(f.all, func(i, j int) bool { return f.all[i].at < f.all[j].at })
	return r.choose(f)
}

// choose takes each message once.
func (r *reader) choose(f *finder) []*saml.Message {
	var chosen []sighting
	seen := map[string]int{} // by id or bytes, the place in chosen
	for _, s := range f.all {
		root := sniff(s.m.XML)
		if root.refuse() != nil && !root.encloses() || len(chosen) == maxFound {
			continue
		}
		if !s.decoded && root.encloses() {
			if _, _, err := f.enclosed(s.at, s.m.XML); err != nil {
				continue
			}
		}
		key := root.local + " " + root.attr("ID")
		if root.attr("ID") == "" {
			key = string(s.m.XML[:min(len(s.m.XML), maxURL)])
		}
		i, twice := seen[key]
		switch {
		case !twice:
			seen[key] = len(chosen)
			chosen = append(chosen, s)
		case chosen[i].decoded && !s.decoded:
			chosen[i] = s
		}
	}
	found := make([]*saml.Message, 0, len(chosen))
	line, counted := 1, 0
	for _, s := range chosen {
		if s.at > counted {
			line += strings.Count(f.text[counted:s.at], "\n")
			counted = s.at
		}
		r.c.note("line %d: %s", line, strings.Join(s.steps, ", "))
		for _, d := range s.m.Deviations {
			r.c.note("%s", d.Text)
		}
		r.c.note("XML: %s, %d bytes", sniff(s.m.XML).what(), len(s.m.XML))
		found = append(found, s.m)
	}
	return found
}

// parameters finds SAMLRequest and SAMLResponse with their values.
func (f *finder) parameters() {
	for at := 0; f.spend(0); {
		i := strings.Index(f.text[at:], "SAMLRe")
		if i < 0 {
			return
		}
		at += i
		name := ""
		for _, n := range []string{"SAMLResponse", "SAMLRequest"} {
			if strings.HasPrefix(f.text[at:], n) {
				name = n
			}
		}
		if name == "" {
			at += len("SAMLRe")
			continue
		}
		from := valueStart(f.text, at+len(name))
		if from < 0 {
			at += len(name)
			continue
		}
		to := tokenEnd(f.text, from)
		if !f.spend(to - from) {
			return
		}
		if to-from >= minValue {
			to = f.parameter(name, at, from, to)
		}
		at = max(to, from)
	}
}

// parameter reads the value of a parameter, and answers with where what was read ends.
func (f *finder) parameter(name string, at, from, to int) int {
	begin := max(0, at-maxURL)
	begin += strings.LastIndexAny(f.text[begin:at], " \t\r\n\"'<>`(,|") + 1
	if address := f.text[begin:at]; isURL(address) && strings.Contains(address, "?") && f.spend(maxURL) {
		end := len(f.text)
		if i := strings.IndexAny(f.text[to:], " \t\r\n\"'<>`)|"); i >= 0 {
			end = to + i
		}
		if u, steps, err := urlMessage(f.text[begin:end]); err == nil {
			f.saw(sighting{at: at, to: end, m: u, steps: append([]string{"URL of " + hostOf(f.text[begin:end])}, steps...)})
			return end
		}
		f.spend(16 * maxURL) // what is none costs as much as what is one
	}
	xml, steps, to, err := f.value(from)
	if err != nil {
		return to
	}
	m := &saml.Message{Param: name, XML: xml}
	m.RelayState, m.HasRelayState = f.relay(at, to)
	f.saw(sighting{at: at, to: to, m: m, steps: append([]string{"parameter " + name}, steps...)})
	return to
}

// value decodes the value that begins at from, and answers with where it ends: the first
// of the possible ends at which a whole document comes out, or else anything. The value
// ends with the lines that follow, as far as they look like base64 that was broken into
// lines, which are equally wide or, where somebody broke them by hand, not; or at what no
// encoding of base64 holds; or, where plus signs were turned into spaces, with the words
// that follow.
func (f *finder) value(from int) (xml []byte, steps []string, to int, err error) {
	token := tokenEnd(f.text, from)
	to, err = token, errors.New("it is too long")
	clean := false
	var ends []int
	for _, find := range [...]func() int{
		func() int { return linesEnd(f.text, from, token) },
		func() int {
			if xml == nil && strings.IndexByte(f.text[from:token], '%') < 0 {
				return token // what does not begin with a document does not go on with one
			}
			return looseEnd(f.text, token, f.budget)
		},
		func() int { return token },
		func() int { return spacedEnd(f.text, token, f.budget) },
	} {
		end := find()
		if slices.Contains(ends, end) {
			continue
		}
		if ends = append(ends, end); !f.spend(2 * (end - from)) {
			break
		}
		got, how, why := peel(f.text[from:end])
		switch {
		case why == nil && whole(got):
			return got, how, end, nil
		case why == nil && (xml == nil || !clean && utf8.Valid(got)):
			xml, steps, to, err = got, how, end, nil
			clean = utf8.Valid(got)
		case xml == nil:
			err = why
		}
	}
	if xml != nil && to < len(f.text) && strings.IndexByte("\r\n\"'`<&", f.text[to]) < 0 {
		steps = append(steps, "it breaks off before "+show(firstLine(f.text[to:min(len(f.text), to+20)])))
	}
	return xml, steps, to, err
}

// relay is the RelayState that stands behind a message or before its parameter.
func (f *finder) relay(at, to int) (string, bool) {
	if relay, found := relayIn(f.text[to:min(len(f.text), to+relayNear)], false); found {
		return relay, true
	}
	return relayIn(f.text[max(0, at-relayBefore):at], true)
}

// tokens finds bare base64 of messages outside what was found before.
func (f *finder) tokens() {
	taken := append([]sighting(nil), f.all...)
	sort.SliceStable(taken, func(i, j int) bool { return taken[i].at < taken[j].at })
	for i := 0; i < len(f.text); {
		end := tokenEnd(f.text, i)
		if end == i {
			i++
			continue
		}
		i += nameLength(f.text[i:end])
		if end-i < minToken {
			i = end
			continue
		}
		from := i
		for len(taken) > 0 && taken[0].to <= from {
			taken = taken[1:]
		}
		if i = end; len(taken) > 0 && taken[0].at < end {
			continue
		}
		xml, steps, to, err := f.value(from)
		if f.budget <= 0 {
			return
		}
		root := sniff(xml)
		if err != nil || messageName(root.local+" ") == "" && !root.encloses() {
			continue
		}
		i = to
		f.saw(sighting{at: from, to: to, m: &saml.Message{XML: xml}, steps: steps})
	}
}

// nameLength is the length of the name, with the sign after it, that a value of base64
// begins with: of RESPONSE=PD94… in settings and shells. It is 0 where there is none.
func nameLength(token string) int {
	const most = 64
	eq := strings.IndexByte(token[:min(len(token), most)], '=')
	if eq < 0 || strings.Trim(token[eq:], "=") == "" || strings.ContainsAny(token[:eq], "+/%\\") {
		return 0
	}
	return eq + 1
}
