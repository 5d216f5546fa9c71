package capture

import (
	"bytes"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// tidy undoes what copying, mailing and programming languages do to text around base64:
// signs of quotation before lines, quoted-printable, strings joined by +, line numbers.
// It leaves alone what shows none of these.
func (r *reader) tidy(text string) string {
	for _, undo := range []func(string) (string, string){unprint, unquoteMail, unlead, joinLines} {
		plain, step := undo(text)
		if step != "" {
			r.c.note("%s", step)
			text = plain
		}
	}
	return text
}

// encodes tells whether encoded base64 may hold the character.
func encodes(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("+/=-_%", c) >= 0
}

// unprint decodes quoted-printable (RFC 2045 6.7), where the text shows it: lines of at
// most 76 characters that go on behind a = at their end, and no other = than escapes.
func unprint(text string) (string, string) {
	soft, at := 0, 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) > 76 {
			return text, ""
		}
		end, ends := strings.CutSuffix(line, "=")
		if ends {
			soft++
		}
		for i := strings.IndexByte(end, '='); i >= 0; {
			if i+2 >= len(end) || !isHex(end[i+1]) || !isHex(end[i+2]) {
				return text, ""
			}
			next := strings.IndexByte(end[i+3:], '=')
			if next < 0 {
				break
			}
			i += 3 + next
		}
		at++
	}
	if soft < 2 {
		return text, ""
	}
	plain, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(text)))
	if err != nil {
		return text, ""
	}
	return string(plain), fmt.Sprintf("quoted-printable decoded: %d lines", at)
}

// maxQuotes bounds how many signs of quotation are taken away from a line.
const maxQuotes = 10

// unquoteMail takes the > away that mail programs put before the lines that they quote,
// and curl before what it sent, where several such lines follow each other.
func unquoteMail(text string) (string, string) {
	if !strings.HasPrefix(text, ">") && !strings.Contains(text, "\n>") {
		return text, ""
	}
	var b strings.Builder
	b.Grow(len(text))
	quoted, run := 0, 0
	held := "" // the line at hand where it is the first of its kind
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, ">") {
			b.WriteString(held)
			b.WriteString(line)
			held, run = "", 0
			continue
		}
		if run++; run == 1 {
			held = line
			continue
		}
		if held != "" {
			b.WriteString(unmark(held))
			held = ""
			quoted++
		}
		b.WriteString(unmark(line))
		quoted++
	}
	b.WriteString(held)
	if quoted == 0 {
		return text, ""
	}
	return b.String(), fmt.Sprintf("quoted text: > before %d lines left out", quoted)
}

// unmark takes the signs of quotation off a line.
func unmark(line string) string {
	for range maxQuotes {
		rest, found := strings.CutPrefix(line, ">")
		if !found {
			break
		}
		line = strings.TrimPrefix(rest, " ")
	}
	return line
}

// A decorated line is one that ends in base64 and things around it that are none.
type decorated struct {
	lead, run, tail string
}

// dress parts a line, without its end: run is the last of it that base64 is made of.
func dress(line string) decorated {
	s := strings.TrimRight(line, " \t\r")
	for s != "" {
		t := strings.TrimRight(s, ";,)]|\"'`\\ \t")
		if n := len(t); n > 1 && strings.IndexByte("+.&_", t[n-1]) >= 0 && strings.IndexByte(" \t\"'`", t[n-2]) >= 0 {
			t = t[:n-1] // joins strings
		}
		if len(t) < len(s) { // a line end inside of the string: "…\r\n" +
			for _, escape := range [...]string{`\n`, `\r`} {
				t = strings.TrimSuffix(t, escape)
			}
		}
		if len(t) == len(s) {
			break
		}
		s = t
	}
	i := len(s)
	for i > 0 && encodes(s[i-1]) {
		i--
	}
	return decorated{lead: s[:i], run: s[i:], tail: line[len(s):]}
}

// plainLead tells whether what stands before the base64 of a line is a decoration: line
// numbers, quotes, signs of comments and tables.
func plainLead(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && strings.IndexByte(" \t>\"'|`+*#/.:;,-()[]&_\\", c) < 0 {
			return false
		}
	}
	return true
}

// shortestRun is how long a piece of base64 in a line of its own is at least.
const shortestRun = 20

// joinLines puts base64 together that is parted into lines of equal width with things
// around each, as strings of a program, quoted or numbered lines.
func joinLines(text string) (string, string) {
	if strings.IndexByte(text, '\n') < 0 {
		return text, ""
	}
	var b bytes.Buffer
	b.Grow(len(text))
	joined := 0
	for rest := text; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		head := dress(line)
		lines, to, whole := 1, len(rest)-len(after), head.run
		if len(head.run) >= shortestRun && len(head.run) <= maxWidth && !strings.HasSuffix(head.run, "=") {
			lines, to, whole = followers(rest, after, head)
		}
		if lines == 1 {
			b.WriteString(rest[:to])
		} else {
			b.WriteString(head.lead)
			b.WriteString(whole)
			b.WriteByte('\n')
			joined += lines
		}
		rest = rest[to:]
	}
	if joined == 0 {
		return text, ""
	}
	return b.String(), fmt.Sprintf("base64 in %d lines with something around each, joined", joined)
}

// beginsRoot tells whether base64 begins with the start of a document, rather than going
// on with one.
func beginsRoot(run string) bool {
	if len(run) < 24 || run[0] != 'P' {
		return false
	}
	data, _, err := saml.DecodeBase64(run[:min(len(run), 80)/4*4])
	if err != nil {
		return false
	}
	name := messageName(strings.TrimPrefix(string(data), "<"))
	return bytes.HasPrefix(data, []byte("<?xml")) || name != "" && !strings.HasSuffix(name, "Assertion")
}

// sameLead tells whether the same stands before two lines of base64, the second of which is
// no wider than the first.
func sameLead(head, d decorated) bool {
	if len(d.run) > len(head.run) || len(d.lead) > maxLead {
		return false
	}
	for _, lead := range leads(head.lead) {
		if rest, ok := cutLead(d.lead, lead); ok && rest == "" {
			return true
		}
	}
	return false
}

// followers are the lines that carry on the base64 of the first: how many with it, where
// they end in rest, and the base64 of all. If nothing stands around them, it is one line.
func followers(rest, after string, head decorated) (lines, end int, whole string) {
	dressed := head.tail != "" && strings.Trim(head.tail, " \t\r") != ""
	width := 0
	end = len(rest) - len(after)
	parts := []string{head.run}
	for after != "" {
		line, next, _ := strings.Cut(after, "\n")
		d := dress(line)
		if !plainLead(d.lead) && !sameLead(head, d) || d.run == "" || width > 0 && len(d.run) > width || beginsRoot(d.run) || isName(d.run) || width == 0 && len(d.run) > maxWidth {
			break
		}
		if width == 0 {
			if width = len(d.run); width < shortestRun && len(head.run) < width || width != len(head.run) && !plainLead(d.lead) {
				break
			}
		}
		if strings.Trim(d.lead, " \t") != "" {
			dressed = true
		}
		parts = append(parts, d.run)
		end, after = len(rest)-len(next), next
		if len(d.run) < width || strings.HasSuffix(d.run, "=") {
			break
		}
	}
	if !dressed || len(parts) == 1 {
		return 1, end, head.run // those after it are no beginning either
	}
	return len(parts), end, strings.Join(parts, "")
}
