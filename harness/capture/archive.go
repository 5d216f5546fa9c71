package capture

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// Bounds on unpacking: what comes out is at most fifty times what goes in, and 4 MiB.
const (
	unpackRatio = 50
	unpackFloor = 4 << 20
	maxMembers  = 1000 // files of an archive
)

// errUnpacked says that a packed file is larger than it may be.
var errUnpacked = errors.New("it unpacks to much more than a capture does; unpack it first")

// unpack undoes gzip, zlib or raw DEFLATE around a capture.
func (r *reader) unpack(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		plain, err := r.gunzip(data)
		if err != nil {
			return nil, fmt.Errorf("it is a gzip file that cannot be unpacked: %w", err)
		}
		r.c.note("gzip file unpacked: %d bytes to %d", len(data), len(plain))
		return plain, nil
	}
	if binary(data) == someBinary && !holdsMessage(data) {
		if plain, _, err := saml.Inflate(data); err == nil && looksLikeXML(plain) {
			r.c.note("DEFLATE undone: %d bytes to %d", len(data), len(plain))
			return plain, nil
		}
	}
	return data, nil
}

// mostUnpacked is how much may come out of packed data.
func (r *reader) mostUnpacked(n int) int {
	return min(r.lim.Bytes, unpackFloor+unpackRatio*n)
}

func (r *reader) gunzip(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	most := r.mostUnpacked(len(data))
	plain, err := io.ReadAll(io.LimitReader(z, int64(most)+1))
	if len(plain) > most {
		return nil, errUnpacked
	}
	if err != nil && len(plain) > 0 {
		r.c.note("the gzip file is damaged (%v); what stands before is read", err)
		return plain, nil
	}
	return plain, err
}

// A member is a file of an archive.
type member struct {
	name string
	data []byte
}

// readZIP reads the captures of a ZIP file: the HAR files, with the bodies that they keep
// beside them; or the sessions of a Fiddler archive; or else every file.
func (r *reader) readZIP(name string, data []byte) error {
	members, err := r.unzip(data)
	if err != nil {
		return fmt.Errorf("it is a ZIP file that cannot be unpacked: %w", err)
	}
	r.c.Form = "ZIP file"
	r.c.note("ZIP file unpacked: %s", count(len(members), "file"))
	has := func(name string) bool {
		return slices.ContainsFunc(members, func(m member) bool { return m.name == name })
	}
	if has("word/document.xml") || has("xl/workbook.xml") || has("ppt/presentation.xml") || has("content.xml") && has("mimetype") {
		return errors.New("it is an Office document; save what it holds as plain text")
	}
	if list := r.fiddler(members); len(list) > 0 {
		w := r.newWeb("Fiddler archive")
		r.c.Form = w.form
		for _, e := range list {
			w.add(e)
		}
		return w.end()
	}
	captures := slices.DeleteFunc(slices.Clone(members), func(m member) bool { return !strings.HasSuffix(strings.ToLower(m.name), ".har") })
	r.beside = func(name string) (string, bool) {
		for _, m := range members {
			if m.name == name || path.Base(m.name) == name {
				return string(m.data), true
			}
		}
		return "", false
	}
	if len(captures) == 0 {
		captures, r.beside = members, nil
	}
	for _, m := range captures {
		r.readMember(name, m)
	}
	if len(r.c.Logins) == 0 {
		if len(r.c.Unreadable) > 0 {
			return fmt.Errorf("none of the files in it is a capture; %s", r.c.Unreadable[0])
		}
		return errors.New("it is a ZIP file without files")
	}
	return nil
}

// readMember reads a file of an archive as a capture of its own.
func (r *reader) readMember(name string, m member) {
	inner := &reader{c: &Capture{}, lim: r.lim, room: r.room, nested: r.nested + 1, beside: r.beside}
	err := inner.readAll(m.data)
	r.room = inner.room
	if err != nil {
		r.c.Unreadable = append(r.c.Unreadable, fmt.Sprintf("%s in it: %v", show(m.name), err))
		return
	}
	for _, step := range inner.c.Decoded {
		r.c.note("%s: %s", show(m.name), step)
	}
	for _, why := range inner.c.Unreadable {
		r.c.Unreadable = append(r.c.Unreadable, fmt.Sprintf("%s in it: %s", show(m.name), why))
	}
	before := len(r.c.Logins)
	for _, x := range inner.c.Logins {
		r.login(x)
	}
	for i, x := range r.c.Logins[before:] {
		x.Name = name + ": " + m.name
		if len(inner.c.Logins) > 1 {
			x.Name += fmt.Sprintf(", login %d", i+1)
		}
	}
}

// unzip reads the regular files of a ZIP file, in its order.
func (r *reader) unzip(data []byte) ([]member, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var members []member
	most := r.mostUnpacked(len(data))
	for _, f := range z.File {
		if f.FileInfo().IsDir() || strings.HasPrefix(path.Base(f.Name), "._") {
			continue
		}
		if len(members) == maxMembers {
			return nil, fmt.Errorf("it has more than %d files", maxMembers)
		}
		if f.Flags&1 != 0 {
			return nil, errors.New("it is protected with a password")
		}
		in, err := f.Open()
		if err != nil {
			return nil, err
		}
		plain, err := io.ReadAll(io.LimitReader(in, int64(most)+1))
		in.Close()
		if most -= len(plain); most < 0 {
			return nil, errUnpacked
		}
		if err != nil {
			return nil, err
		}
		members = append(members, member{f.Name, plain})
	}
	return members, nil
}

// fiddler are the sessions of a Fiddler archive: raw/N_c.txt is what the browser sent and
// raw/N_s.txt what was answered.
func (r *reader) fiddler(members []member) (list []*entry) {
	type session struct {
		name             string
		request, respond string
	}
	var sessions []session
	at := map[string]int{}
	for _, m := range members {
		dir, file := path.Split(strings.ReplaceAll(m.name, `\`, "/"))
		number, kind, found := strings.Cut(file, "_")
		if dir != "raw/" || !found || kind != "c.txt" && kind != "s.txt" {
			continue
		}
		i, seen := at[number]
		if !seen {
			i = len(sessions)
			at[number] = i
			sessions = append(sessions, session{name: number})
		}
		if kind == "c.txt" {
			sessions[i].request = string(m.data)
		} else {
			sessions[i].respond = string(m.data)
		}
	}
	slices.SortStableFunc(sessions, func(a, b session) int {
		if len(a.name) != len(b.name) {
			return len(a.name) - len(b.name)
		}
		return strings.Compare(a.name, b.name)
	})
	for _, s := range sessions {
		request := readHTTPText(s.request)
		if method, _ := requestLine(strings.TrimSpace(request.first)); method == "" {
			continue // of a tunnel
		}
		e := r.httpEntry(request)
		if e == nil {
			continue
		}
		if answer := readHTTPText(s.respond); answer.first != "" {
			if status, ok := statusLine(answer.first); ok {
				e.answeredBy(status, answer)
			}
		}
		list = append(list, e)
	}
	return list
}
