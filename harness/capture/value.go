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
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/', c == '=', c == '-', c == '_':
		case c == '%':
			if strings.HasPrefix(text[i:], "%26") || strings.HasPrefix(text[i:], "%2526") {
				return i // an ampersand, once or twice encoded
			}
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
