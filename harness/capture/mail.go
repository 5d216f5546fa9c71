package capture

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
)

// Bounds on reading mails and saved pages.
const (
	maxMailHead  = 64 << 10
	maxMailParts = 100
	maxMailDepth = 5
)

// isMail tells whether the text is a mail, a part of one or a page saved as MHTML: header
// lines, one of which says how the rest is encoded.
func isMail(text string) bool {
	head := text[:min(len(text), maxMailHead)]
	if end := blankLine(head); end >= 0 {
		head = head[:end]
	} else if len(head) < len(text) {
		return false
	}
	encoded, n := false, 0
	for line := range strings.Lines(head) {
		if line[0] == ' ' || line[0] == '\t' {
			continue
		}
		name, _, found := strings.Cut(line, ":")
		if !found || name == "" || strings.ContainsAny(name, " \t\"'<>{}=/") {
			return false
		}
		switch strings.ToLower(name) {
		case "content-type", "content-transfer-encoding", "mime-version":
			encoded = true
		}
		n++
	}
	return encoded && n > 0
}

// blankLine is where the first empty line begins; negative where there is none.
func blankLine(text string) int {
	crlf, lf := strings.Index(text, "\r\n\r\n"), strings.Index(text, "\n\n")
	if crlf >= 0 && (lf < 0 || crlf < lf) {
		return crlf
	}
	return lf
}

// readMail reads each part of a mail as a capture of its own. It answers false where none
// holds a message; the text may then hold one as it stands.
func (r *reader) readMail(text string) bool {
	if r.nested >= maxMailDepth {
		return false
	}
	in := bufio.NewReader(strings.NewReader(text))
	head, err := textproto.NewReader(in).ReadMIMEHeader()
	if err != nil {
		return false
	}
	parts := 0
	return r.readPart(head, in, 0, &parts) == nil
}

// errNone says that a part holds no message.
var errNone = errors.New("there is no SAML message in it")

// readPart reads one part of a mail with the parts inside of it.
func (r *reader) readPart(head textproto.MIMEHeader, body io.Reader, depth int, parts *int) error {
	if *parts++; *parts > maxMailParts || depth > maxMailDepth {
		return fmt.Errorf("it has more than %d parts", maxMailParts)
	}
	kind, params, err := mime.ParseMediaType(head.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		in, result := multipart.NewReader(body, params["boundary"]), errNone
		for {
			p, err := in.NextRawPart()
			if err != nil {
				return result
			}
			if r.readPart(p.Header, p, depth+1, parts) == nil {
				if result = nil; kind == "multipart/alternative" {
					return nil // the same in another form follows
				}
			}
		}
	}
	encoding := strings.ToLower(head.Get("Content-Transfer-Encoding"))
	switch encoding {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	data, err := io.ReadAll(body)
	if err != nil && len(data) == 0 {
		return err
	}
	what := fmt.Sprintf("part %d of a mail, %s", *parts, show(kind))
	if encoding != "" {
		what += ", " + show(encoding) + " decoded"
	}
	return r.readInner(what, data)
}

// readInner reads data that was inside of the capture as one of its own. What it makes of
// it is told and kept only if it holds a message.
func (r *reader) readInner(what string, data []byte) error {
	if len(strings.TrimSpace(string(data[:min(len(data), 512)]))) == 0 || binary(data) != "" && !holdsMessage(data) {
		return errNone
	}
	decoded, logins, form := len(r.c.Decoded), len(r.c.Logins), r.c.Form
	r.c.note("%s", what)
	r.nested++
	r.c.Form = ""
	err := r.read(r.toUTF8(data))
	r.nested--
	if err != nil {
		r.c.Decoded, r.c.Logins, r.c.Form = r.c.Decoded[:decoded], r.c.Logins[:logins], form
		return err
	}
	return nil
}
