package capture

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/samlproof/samlproof/harness/saml"
)

// maxLayers bounds how many encodings around a message are undone.
const maxLayers = 8

// peel undoes the encodings around one message, from the outside to the inside, until
// XML comes out, and tells each.
func peel(text string) (xml []byte, steps []string, err error) {
	start := len(text)
	for range maxLayers {
		text = trim(unquote(trim(text)))
		switch {
		case text == "":
			return nil, nil, errors.New("it is empty")
		case looksLikeXML([]byte(text[:min(len(text), 16)])):
			return []byte(text), steps, nil
		case strings.Contains(text, "&") && strings.Contains(text, ";") && html.UnescapeString(text) != text:
			text = html.UnescapeString(text)
			steps = append(steps, "HTML character references decoded")
			continue
		case strings.Contains(text, `\`):
			plain := unescapeJSON(text)
			if plain == text {
				return nil, nil, errors.New("it holds backslashes that begin no escape of JSON")
			}
			text = plain
			steps = append(steps, "backslash escapes decoded")
			continue
		case hasPercent(text):
			text = unpercent(strings.NewReplacer("\r", "", "\n", "").Replace(text)) // a line may break within an escape
			steps = append(steps, "percent-encoding decoded")
			continue
		}
		data, deviations, err := saml.DecodeBase64(text)
		if err != nil {
			if data, err := decodeCutShort(text); err == nil {
				return data, append(steps, fmt.Sprintf("base64 decoded: %d characters to %d bytes; it is cut short, its last character belongs to no octet", len(text), len(data))), nil
			}
			return nil, nil, err
		}
		step := fmt.Sprintf("base64 decoded: %d characters to %d bytes", len(text), len(data))
		for _, d := range deviations {
			step += "; " + d.Text
		}
		steps = append(steps, step)
		if looksLikeXML(data) {
			return data, steps, nil
		}
		if out, deviations, err := saml.Inflate(data); err == nil && looksLikeXML(out) {
			step := fmt.Sprintf("DEFLATE undone: %d bytes to %d", len(data), len(out))
			for _, d := range deviations {
				step += "; " + d.Text
			}
			return out, append(steps, step), nil
		} else if errors.Is(err, saml.ErrInflate) {
			return nil, nil, err
		}
		if holdsMessage(data) {
			return data, steps, nil
		}
		if body := string(data); isBody(strings.TrimSpace(body)) { // as gateways log what they hand on
			m, inner, err := peelParameter(strings.TrimSpace(body))
			if err != nil {
				return nil, nil, err
			}
			return m.XML, append(append(steps, "form body"), inner...), nil
		}
		if what := binary(data); what != "" || len(data) > start || !isText(data) {
			if what == "" {
				what = "neither XML nor DEFLATE of XML"
			}
			return nil, nil, fmt.Errorf("it is base64 of %s", strings.TrimSuffix(what, "; unpack it first"))
		}
		text = string(data)
	}
	return nil, nil, fmt.Errorf("more than %d encodings lie around it", maxLayers)
}

// decodeCutShort reads base64 of XML whose last character alone is left of four.
func decodeCutShort(text string) ([]byte, error) {
	text = strings.TrimRight(text, "= \t\r\n")
	data, _, err := saml.DecodeBase64(text[:max(0, len(text)-1)])
	if err == nil && !looksLikeXML(data) {
		err = errors.New("what the base64 holds is no XML")
	}
	return data, err
}

// trim takes white space away, but for one space at the end of base64 in which spaces
// stand for plus signs.
func trim(s string) string {
	t := strings.TrimSpace(s)
	if len(t) < len(s) && strings.HasPrefix(s, t+" ") && len(t)%4 == 3 && strings.IndexByte(t, ' ') >= 0 && isBase64(t) {
		return t + " "
	}
	return t
}

// isBase64 tells whether the text has but letters, digits, +, /, = and spaces.
func isBase64(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/', c == '=', c == ' ':
		default:
			return false
		}
	}
	return true
}

// whole tells whether a document reaches up to the end tag of its root.
func whole(xml []byte) bool {
	local := sniff(xml).local
	tail := bytes.TrimRight(xml[max(0, len(xml)-300):], " \t\r\n\x00")
	if end := bytes.LastIndex(tail, []byte("</")); end >= 0 {
		name := bytes.TrimRight(bytes.TrimSuffix(tail[end+2:], []byte(">")), " \t\r\n")
		return tail[len(tail)-1] == '>' && (string(name) == local || bytes.HasSuffix(name, []byte(":"+local)))
	}
	return bytes.HasSuffix(tail, []byte("/>"))
}

// unquote takes one pair of quotes away.
func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'' || s[0] == '`') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

func looksLikeXML(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n")
	return len(b) > 1 && b[0] == '<' && (b[1] == '?' || b[1] == '!' || b[1] == '_' || 'a' <= b[1]|0x20 && b[1]|0x20 <= 'z' || b[1] >= 0x80)
}

// isText tells whether the data may be another encoding of the message.
func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' || c >= 0x7f {
			return false
		}
	}
	return len(b) > 0
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// hasPercent tells whether there is a percent-encoding in the text.
func hasPercent(s string) bool {
	for i := strings.IndexByte(s, '%'); i >= 0 && i+2 < len(s); {
		if isHex(s[i+1]) && isHex(s[i+2]) {
			return true
		}
		next := strings.IndexByte(s[i+1:], '%')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return false
}

// unpercent decodes percent-encoding and leaves + alone: in base64 it is a digit.
func unpercent(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

// unescapeJSON decodes the escapes of JSON and JavaScript strings; what is none stays.
func unescapeJSON(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'b', 'f':
			b = append(b, ' ')
		case '"', '\'', '\\', '/', '&', '=', '?', '<', '>', '`', '$':
			b = append(b, s[i])
		case 'u':
			u, ok := hex4(s[i+1:])
			if !ok {
				b = append(b, '\\', 'u')
				continue
			}
			i += 4
			if u >= 0xd800 && u < 0xdc00 && strings.HasPrefix(s[i+1:], `\u`) {
				if low, ok := hex4(s[i+3:]); ok && low >= 0xdc00 && low < 0xe000 {
					u = 0x10000 + (u-0xd800)<<10 + (low - 0xdc00)
					i += 6
				}
			}
			b = utf8.AppendRune(b, u)
		case 'x':
			if i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
				b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
				i += 2
				continue
			}
			b = append(b, '\\', 'x')
		default:
			b = append(b, '\\', s[i])
		}
	}
	return string(b)
}

func hex4(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var u rune
	for i := range 4 {
		if !isHex(s[i]) {
			return 0, false
		}
		u = u<<4 | rune(unhex(s[i]))
	}
	return u, true
}
