package capture

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// isCurl tells whether the text is what browsers copy as a curl command.
func isCurl(text string) bool {
	rest := strings.TrimLeft(strings.TrimPrefix(text, "$ "), " \t")
	for _, name := range []string{"curl", "curl.exe"} {
		if after, found := strings.CutPrefix(rest, name); found && len(after) > 0 && strings.IndexByte(" \t\r\n\\^", after[0]) >= 0 {
			return true
		}
	}
	return false
}

// readCurl reads one or several curl commands, one per request.
func (r *reader) readCurl(text string) error {
	r.c.Form = "curl command"
	text = strings.TrimPrefix(text, "$ ") // a prompt
	words := shellWords(text)
	if strings.Contains(text, `^"`) || strings.Contains(text, "^\n") || strings.Contains(text, "^\r\n") {
		r.c.note("curl command with the quoting of cmd")
		words = cmdWords(text)
	} else {
		r.c.note("curl command with the quoting of bash")
	}
	var list []*entry
	for len(words) > 0 && len(list) < maxHTTP {
		n := 1
		for n < len(words) && !(isCommand(words[n]) && words[n-1] == ";") {
			n++
		}
		list = append(list, curlEntry(words[:n]))
		words = words[n:]
	}
	if len(list) > 1 {
		if done, err := r.readEntries(r.newWeb("curl commands"), list); done {
			return err
		}
	} else if done, err := r.readEntry(list[0]); done {
		return err
	}
	for _, e := range list {
		if e.file != "" {
			return fmt.Errorf("it is a curl command that posts the file %s: inspect that file", show(e.file))
		}
	}
	for _, e := range list {
		query, _ := queryOf(e.url)
		if why := instead(query, e.form()); why != "" {
			return errors.New(why)
		}
	}
	return errors.New("it is a curl command that carries no SAML message")
}

// readEntry reads a request by itself. It answers false where it carries no message.
func (r *reader) readEntry(e *entry) (done bool, err error) {
	m, steps, err := e.message()
	if m == nil && err == nil {
		if m, steps, err = bearerMessage(e.form()); m != nil {
			m.URL = e.url
		}
	}
	if m == nil || err != nil {
		return err != nil, err
	}
	for _, s := range steps {
		r.c.note("%s", s)
	}
	return true, r.readMessage(m)
}

func isCommand(word string) bool { return word == "curl" || word == "curl.exe" }

// Options of curl that take a value and do not matter here.
var curlValues = map[string]bool{
	"-A": true, "--user-agent": true, "-e": true, "--referer": true, "-o": true, "--output": true, "-u": true, "--user": true,
	"-x": true, "--proxy": true, "-m": true, "--max-time": true, "-c": true, "--cookie-jar": true, "--resolve": true, "--connect-to": true,
	"--cacert": true, "-E": true, "--cert": true, "--key": true, "-w": true, "--write-out": true, "--retry": true, "--connect-timeout": true,
}

// curlEntry is the request that a curl command makes.
func curlEntry(words []string) *entry {
	e := &entry{silent: true}
	var body []string
	get := false
	for i := 1; i < len(words); i++ {
		name, value := words[i], ""
		take := func() string {
			if i+1 < len(words) {
				i++
				return words[i]
			}
			return ""
		}
		if long, after, found := strings.Cut(name, "="); found && strings.HasPrefix(name, "--") {
			name, value = long, after
			take = func() string { return value }
		} else if len(name) > 2 && name[0] == '-' && strings.IndexByte("XHdbF", name[1]) >= 0 && name[1] != '-' {
			name, value = name[:2], name[2:]
			take = func() string { return value }
		}
		switch name {
		case "-X", "--request":
			e.method = strings.ToUpper(take())
		case "-H", "--header":
			key, v, _ := strings.Cut(take(), ":")
			e.request(headers{{strings.TrimSpace(key), strings.TrimSpace(v)}})
		case "-b", "--cookie":
			e.request(headers{{"Cookie", take()}})
		case "--data-raw":
			body = append(body, take())
		case "-d", "--data", "--data-binary", "--data-ascii":
			data := take()
			if name, found := strings.CutPrefix(data, "@"); found {
				e.file = name
				continue
			}
			body = append(body, data)
		case "--data-urlencode", "-F", "--form", "--form-string":
			key, v, found := strings.Cut(take(), "=")
			if file := strings.TrimLeft(v, "@<"); found && file != v && name != "--data-urlencode" && name != "--form-string" {
				e.file = file
				continue
			}
			body = append(body, key+"="+url.QueryEscape(v))
		case "-G", "--get":
			get = true
		case "--url":
			e.url = take()
		default:
			switch {
			case curlValues[name]:
				take()
			case !strings.HasPrefix(name, "-") && e.url == "" && name != ";":
				e.url = name
			}
		}
	}
	e.body = strings.Join(body, "&")
	switch {
	case get && e.body != "":
		if strings.Contains(e.url, "?") {
			e.url += "&" + e.body
		} else {
			e.url += "?" + e.body
		}
		e.body = ""
	case e.method == "" && e.body != "":
		e.method = "POST"
	}
	if e.method == "" {
		e.method = "GET"
	}
	if e.contentType == "" {
		e.contentType = "application/x-www-form-urlencoded"
	}
	return e
}

// shellWords parts a command line as a POSIX shell does, with bash's $'…' (no
// expansions). The end of a command is a word ";".
func shellWords(s string) []string {
	var words []string
	var b []byte
	open := false
	flush := func() {
		if open {
			words = append(words, string(b))
		}
		b, open = b[:0], false
	}
	end := func() {
		flush()
		if len(words) > 0 && words[len(words)-1] != ";" {
			words = append(words, ";")
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\r':
			flush()
		case c == '\n' || c == ';' || c == '&' || c == '|':
			end()
		case c == '\\':
			if i++; i < len(s) && s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				i++
			} else if i < len(s) && s[i] != '\n' {
				b, open = append(b, s[i]), true
			}
		case c == '$' && i+1 < len(s) && s[i+1] == '\'':
			open = true
			for i += 2; i < len(s) && s[i] != '\''; i++ {
				if s[i] == '\\' && i+1 < len(s) {
					from := i
					if i++; s[i] == 'u' || s[i] == 'x' {
						for i+1 < len(s) && i-from < 5 && isHex(s[i+1]) {
							i++
						}
					}
					b = append(b, unescapeJSON(s[from:i+1])...)
					continue
				}
				b = append(b, s[i])
			}
		case c == '\'':
			open = true
			for i++; i < len(s) && s[i] != '\''; i++ {
				b = append(b, s[i])
			}
		case c == '"':
			open = true
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\"\\$`", s[i+1]) >= 0 {
					i++
				}
				b = append(b, s[i])
			}
		default:
			b, open = append(b, c), true
		}
	}
	flush()
	return words
}

// cmdWords parts a command line as browsers write it for Windows' cmd: a caret takes
// the meaning from the next character, before quotes also; inside quotes a backslash
// does so for quotes.
func cmdWords(s string) []string {
	plain := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '^' || i+1 == len(s) {
			plain = append(plain, s[i])
			continue
		}
		i++
		switch {
		case s[i] == '\r' || s[i] == '\n':
			for i+1 < len(s) && (s[i+1] == '\n' || s[i+1] == '\r') {
				i++
			}
			plain = append(plain, ' ')
		default:
			plain = append(plain, s[i])
		}
	}
	var words []string
	var b []byte
	open, quoted := false, false
	flush := func() {
		if open {
			words = append(words, string(b))
		}
		b, open = b[:0], false
	}
	for i := 0; i < len(plain); i++ {
		switch c := plain[i]; {
		case c == '\\' && i+1 < len(plain) && plain[i+1] == '"':
			i++
			b, open = append(b, '"'), true
		case c == '"':
			quoted, open = !quoted, true
		case quoted:
			b = append(b, c)
		case c == ' ' || c == '\t' || c == '\r':
			flush()
		case c == '\n' || c == '&':
			flush()
			if len(words) > 0 && words[len(words)-1] != ";" {
				words = append(words, ";")
			}
		default:
			b, open = append(b, c), true
		}
	}
	flush()
	return words
}
