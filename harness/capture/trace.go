package capture

import (
	"strconv"
	"strings"
)

// readTrace reads what curl --trace and --trace-ascii write: what was sent and received,
// in lines with offsets, as hexadecimal digits or as characters; and what curl -v and
// other clients show, with a sign before each line. It answers false where the text is
// none, or none with a message.
func (r *reader) readTrace(text string) (done bool, err error) {
	form, plain := "curl trace", ""
	if strings.Contains(text, "=> Send header, ") {
		plain = untrace(text)
	} else if plain = unsign(text); plain == "" {
		return false, nil
	} else {
		form = "what a client showed of its requests"
	}
	r.unsecured = !strings.Contains(text, "TLS") && !strings.Contains(text, "SSL")
	list := r.httpEntries(plain)
	r.unsecured = false
	if len(list) == 0 {
		return false, nil
	}
	return r.readEntries(r.newWeb(form), list)
}

// unsign takes the signs off that clients put before lines: > before what was sent, < before
// what was received, | before a body; and leaves out what they say themselves. It is ""
// where no request stands in the text so.
func unsign(text string) string {
	var b strings.Builder
	sent := false
	for line := range strings.Lines(text) {
		sign, rest, _ := strings.Cut(line, " ")
		switch strings.TrimRight(sign, "\r\n") {
		case ">":
			method, _ := requestLine(strings.TrimRight(rest, "\r\n"))
			sent = sent || method != ""
			line = rest
		case "<", "|":
			line = rest
		case "*", "{", "}":
			continue
		}
		if line == "" {
			line = "\n"
		}
		b.WriteString(line)
	}
	if !sent {
		return ""
	}
	return b.String()
}

// untrace puts the sections of a trace together as they went over the wire, the head of
// each request from the begin of a line.
func untrace(text string) string {
	t := trace{digits: strings.Contains(text, "\n0000: 50 4f 53 54 ") || strings.Contains(text, "\n0000: 47 45 54 20 ")}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		n, is := sectionOf(line)
		switch is {
		case "":
			t.row(line)
		case "== Info: ", "=> Send SSL data, ", "<= Recv SSL data, ":
			t.begin(0)
		default:
			t.begin(n)
			if strings.HasPrefix(is, "=> Send header") || is[0] != t.way {
				t.b.WriteString("\r\n") // another message begins
			}
			t.way = is[0]
		}
	}
	t.begin(0)
	return t.b.String()
}

// sectionOf tells what a line begins, behind the time of day, and of how many octets it
// is; "" where it begins nothing.
func sectionOf(line string) (octets int, is string) {
	for _, is := range [...]string{"=> Send header, ", "<= Recv header, ", "=> Send data, ", "<= Recv data, ", "== Info: ", "=> Send SSL data, ", "<= Recv SSL data, "} {
		const clock = len("12:34:56.123456 ")
		if i := strings.Index(line[:min(len(line), clock+len(is))], is); i == 0 || i == clock {
			number, _, _ := strings.Cut(line[i+len(is):], " ")
			n, err := strconv.Atoi(number)
			if err != nil {
				n = 0
			}
			return n, is
		}
	}
	return 0, ""
}

// trace is a trace while it is put together.
type trace struct {
	b        strings.Builder
	digits   bool
	way      byte // = or <, the first character of the section
	size, at int  // of the section, and in it
}

// begin begins a section of so many octets. A line end that the one before it ended with
// is not shown as a character.
func (t *trace) begin(size int) {
	if t.at > 0 && t.size-t.at == 2 || t.at == 0 && t.size == 2 {
		t.b.WriteString("\r\n")
	}
	t.size, t.at = size, 0
}

// row takes a line with an offset.
func (t *trace) row(line string) {
	offset, data, found := strings.Cut(line, ": ")
	n, err := strconv.ParseUint(offset, 16, 32)
	if !found || err != nil || t.size == 0 || t.at >= t.size {
		return
	}
	if !t.digits && t.at > 0 && int(n) > t.at { // a line of what is shown ended
		t.b.WriteString("\r\n")
		t.at = int(n)
	}
	if t.digits {
		data = string(hexColumn(nil, data[:min(len(data), len("00 ")*16)]))
	}
	t.b.WriteString(data)
	t.at += len(data)
}
