package capture

import (
	"encoding/json"
	"strings"
)

// readCommands reads calls of fetch and PowerShell's Invoke-WebRequest, as browsers copy
// requests. It answers false where there are none, or none with a message.
func (r *reader) readCommands(text string) (done bool, err error) {
	if !hasName(text) {
		return false, nil
	}
	if list := fetchCalls(text); len(list) > 0 {
		return r.readEntries(r.newWeb("fetch call"), list)
	}
	if list := powerShellCalls(text); len(list) > 0 {
		return r.readEntries(r.newWeb("PowerShell command"), list)
	}
	return false, nil
}

// fetchCalls finds calls of fetch("address", {…}).
func fetchCalls(text string) (list []*entry) {
	budget := 1<<16 + 4*len(text) // what is scanned, and found to have no end
	for rest := text; budget > 0 && len(list) < maxHTTP; {
		_, after, found := strings.Cut(rest, "fetch(")
		if !found {
			break
		}
		rest = after
		args := strings.TrimLeft(rest, " \t\r\n")
		address, n := jsString(args)
		if budget -= n; n == 0 || !isURL(address) {
			continue
		}
		e := &entry{method: "GET", url: address, silent: true}
		args = strings.TrimLeft(args[n:], " \t\r\n")
		if options, found := strings.CutPrefix(args, ","); found {
			options = strings.TrimLeft(options, " \t\r\n")
			end := jsObject(options, budget)
			budget -= end
			e.options(options[:end])
			args = options[end:]
		}
		rest = args
		list = append(list, e)
	}
	return list
}

// options takes the second argument of fetch.
func (e *entry) options(object string) {
	var o struct {
		Method, Body string
		Headers      map[string]string
	}
	if lenient(json.Unmarshal([]byte(object), &o)) != nil {
		return
	}
	if o.Method != "" {
		e.method = strings.ToUpper(o.Method)
	}
	e.body = o.Body
	e.contentType = "application/x-www-form-urlencoded"
	for name, value := range o.Headers { // each is looked at by name
		if strings.EqualFold(name, "content-type") {
			e.contentType = value
		}
	}
}

// jsString reads a string literal at the begin of the text, and how long it is; 0 where
// there is none.
func jsString(s string) (value string, n int) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return "", 0
	}
	for i := 1; i < len(s) && s[i] != '\n'; i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return unescapeJSON(s[1:i]), i + 1
		}
	}
	return "", 0
}

// jsObject is the end of the object literal at the begin of the text, looking at so many
// characters at most; 0 where there is none.
func jsObject(s string, most int) int {
	if !strings.HasPrefix(s, "{") {
		return 0
	}
	s = s[:min(len(s), max(0, most))]
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// powerShellCalls finds commands Invoke-WebRequest and Invoke-RestMethod.
func powerShellCalls(text string) (list []*entry) {
	for rest := text; len(list) < maxHTTP; {
		_, after, found := strings.Cut(rest, "Invoke-")
		if !found {
			break
		}
		name, _, _ := strings.Cut(after[:min(len(after), 20)], " ")
		if rest = after; name != "WebRequest" && name != "RestMethod" {
			continue
		}
		words, n := powerShellWords(after[len(name):])
		rest = after[len(name)+n:]
		e := &entry{method: "GET", contentType: "application/x-www-form-urlencoded", silent: true}
		for i := 0; i+1 < len(words); i++ {
			switch value := words[i+1]; strings.ToLower(words[i]) {
			case "-uri":
				e.url = value
			case "-method":
				e.method = strings.ToUpper(value)
			case "-body":
				e.body = value
			case "-contenttype":
				e.contentType = value
			}
		}
		if e.url != "" {
			list = append(list, e)
		}
	}
	return list
}

// powerShellWords parts a command line of PowerShell, and says where it ends. What stands
// in braces is left out.
func powerShellWords(s string) (words []string, end int) {
	var b []byte
	open, depth := false, 0
	flush := func() {
		if open && depth == 0 {
			words = append(words, string(b))
		}
		b, open = b[:0], false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '`' && i+1 < len(s):
			if i++; s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				i++
			} else if s[i] != '\n' {
				b, open = append(b, s[i]), true
			}
		case c == '"' || c == '\'':
			open = true
			for i++; i < len(s); i++ {
				if s[i] == c {
					if i+1 == len(s) || s[i+1] != c {
						break
					}
					i++ // doubled
				} else if s[i] == '`' && c == '"' && i+1 < len(s) {
					i++
				}
				b = append(b, s[i])
			}
		case c == '{':
			flush()
			depth++
		case c == '}':
			flush()
			depth = max(0, depth-1)
		case c == '\n' && depth == 0 || c == ';' && depth == 0:
			flush()
			return words, i
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			flush()
		default:
			b, open = append(b, c), true
		}
	}
	flush()
	return words, len(s)
}
