package capture

import (
	"net/url"
	"strings"
)

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

// linesEnd is where the lines end that follow the first, which is the token from i to
// end, as long as they are base64, full, and no wider.
func linesEnd(text string, i, end int) int {
	width := end - i
	if width < 40 || width > maxWidth || text[end-1] == '=' {
		return end
	}
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
		full := to == len(text) || strings.IndexByte("\r\n\"'`<|)", text[to]) >= 0
		if !full || to == next || to-next > width || strings.ContainsAny(text[next:to], "&;\\") || isName(text[next:to]) {
			return end
		}
		if end = to; to-next < width || text[to-1] == '=' {
			return end
		}
	}
}

// looseEnd is where lines of base64 end that follow the end of a token, however wide they
// are, with the begin of one more. It looks at so many characters at most.
func looseEnd(text string, end, most int) int {
	text = text[:min(len(text), end+max(0, most))]
	for text[end-1] != '=' {
		next := end + len(text[end:]) - len(strings.TrimLeft(text[end:], " \t\r\n"))
		if strings.IndexByte(text[end:next], '\n') < 0 {
			break
		}
		to := tokenEnd(text, next)
		if to == next || isName(text[next:to]) || beginsRoot(text[next:to]) {
			break
		}
		end = to
		if to < len(text) && text[to] != '\r' && text[to] != '\n' {
			break
		}
	}
	return end
}

// maxWidth is how wide lines are at most into which base64 is broken.
const maxWidth = 4096

// isName tells whether a line is a parameter of the bindings rather than base64.
func isName(line string) bool {
	for _, name := range [...]string{"RelayState", "SAMLResponse", "SAMLRequest", "SigAlg", "Signature", "SAMLEncoding"} {
		if line == name || strings.HasPrefix(line, name+"=") {
			return true
		}
	}
	return false
}

// spacedEnd is where words of base64 end that begin at a token's end, parted by single
// spaces. One more space may stand for the plus sign at the very end. It looks at so many
// characters at most.
func spacedEnd(text string, end, most int) int {
	text = text[:min(len(text), end+max(0, most))]
	for end+1 < len(text) && text[end] == ' ' {
		next := tokenEnd(text, end+1)
		if next == end+1 {
			break
		}
		end = next
	}
	if end < len(text) && text[end] == ' ' {
		end++
	}
	return end
}

// tokenEnd is the end of a run of characters that encoded base64 is made of.
func tokenEnd(text string, i int) int {
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/', c == '=', c == '-', c == '_':
		case c == '%':
			if strings.HasPrefix(text[i:], "%26") || strings.HasPrefix(text[i:], "%2526") {
				return i // an ampersand, once or twice encoded
			}
		case c == '\\':
			if i+1 >= len(text) || strings.IndexByte("nrtu/\\x", text[i+1]) < 0 || strings.HasPrefix(text[i:], `\u0026`) || strings.HasPrefix(text[i:], `\x26`) {
				return i // at an ampersand, too
			}
			i++
		case c == '&' && (strings.HasPrefix(text[i:], "&#") || strings.HasPrefix(text[i:], "&amp;#")):
			from := i + strings.IndexByte(text[i:], '#')
			semi := strings.IndexByte(text[from:min(len(text), from+10)], ';')
			if semi < 0 {
				return i
			}
			i = from + semi
		default:
			return i
		}
	}
	return i
}

// relayIn is the RelayState that stands in a text, as far as no other message begins
// there: the first, or the last one.
func relayIn(text string, last bool) (string, bool) {
	i := -1
	if last {
		if j := strings.LastIndex(text, "SAMLRe"); j >= 0 {
			text = text[j+len("SAMLRe"):]
		}
		i = strings.LastIndex(text, "RelayState")
	} else {
		if j := strings.Index(text, "SAMLRe"); j >= 0 {
			text = text[:j]
		}
		i = strings.Index(text, "RelayState")
	}
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

// The elements that a response may be inside of.
var enclosingNames = [...]string{"Envelope", "ArtifactResponse"}

// The elements that a message may have as root.
var messageNames = [...]string{"Response", "AuthnRequest", "LogoutRequest", "LogoutResponse", "Assertion"}
