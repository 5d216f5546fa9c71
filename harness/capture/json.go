package capture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readJSON reads a HAR file, a SAML-tracer export or, of any other JSON, the message
// that stands somewhere in it. Entries are read one by one.
func (r *reader) readJSON(text []byte) error {
	w := r.newWeb("")
	err := w.walk(json.NewDecoder(bytes.NewReader(text)))
	if w.form == "" || w.entries == 0 && err != nil {
		if found := r.find(string(text)); len(found) > 0 {
			r.c.Form = "JSON with a message in it"
			if err != nil {
				r.c.note("it is JSON only in part (%s): the messages are read, and nothing that it may tell of requests", plainJSON(err))
			}
			if bytes.Contains(text[:min(len(text), 64<<10)], []byte(`"logEventTypes"`)) {
				r.c.note("it is a net log of Chromium, which keeps addresses but seldom what is posted: record a HAR file to have responses judged")
			}
			return r.messages(found)
		}
		if w.form != "" {
			return w.read(err)
		}
		if err != nil {
			if r.readText(string(text)) == nil {
				return nil
			}
			return fmt.Errorf("there is no SAML message in it, and it is no JSON either (%s); %s", plainJSON(err), wanted)
		}
		return errors.New("it is JSON without a SAML message: neither a HAR file nor a SAML-tracer export; " + wanted)
	}
	return w.read(err)
}

// read ends the reading of a file that broke off with an error, or did not.
func (w *web) read(err error) error {
	w.r.c.Form = w.form
	if err != nil {
		w.damage = plainJSON(err)
		w.r.c.note("the file is damaged (%s); what stands before is read", w.damage)
	}
	if w.entries == 0 && err != nil {
		return fmt.Errorf("it is a %s that ends before its first request (%s)", w.form, plainJSON(err))
	} else if w.entries == 0 {
		return fmt.Errorf("it is a %s without a request", w.form)
	}
	return w.end()
}

// plainJSON is why JSON could not be read, without Go's terms.
func plainJSON(err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it is cut short"
	case errors.As(err, &syntax):
		return fmt.Sprintf("an error at byte %d", syntax.Offset)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// walk finds the entries: log.entries of a HAR file, requests of a SAML-tracer export, or
// entries of a HAR file by themselves; of one or several, in a list or one after the other.
func (w *web) walk(d *json.Decoder) error {
	for n := 0; ; n++ {
		t, err := d.Token()
		if n > 0 && errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = w.value(d, t, 0)
		}
		if err != nil {
			return err
		}
	}
}

// value finds the entries of a value that begins with t.
func (w *web) value(d *json.Decoder, t json.Token, depth int) error {
	switch {
	case t == json.Delim('[') && depth < maxLists:
		for d.More() {
			t, err := d.Token()
			if err == nil {
				err = w.value(d, t, depth+1)
			}
			if err != nil {
				return err
			}
		}
		_, err := d.Token()
		return err
	case t != json.Delim('{'):
		return rest(d, t)
	}
	var lone harEntry // whose parts stand at the top
	err := fields(d, func(key string) error {
		switch key {
		case "log":
			return object(d, func(key string) error { return w.log(d, key) })
		case "entries":
			return w.log(d, key)
		case "requests":
			return each(d, func() error {
				var raw tracerEntry
				if err := lenient(d.Decode(&raw)); err != nil {
					return err
				}
				if raw.URL != "" {
					w.form = "SAML-tracer export"
					w.add(raw.entry())
				}
				return nil
			})
		case "snapshot": // of Playwright's traces
			return lenient(d.Decode(&lone))
		case "request":
			return lenient(d.Decode(&lone.Request))
		case "response":
			return lenient(d.Decode(&lone.Response))
		case "startedDateTime":
			return lenient(d.Decode(&lone.StartedDateTime))
		}
		if part := lone.charlesParts.part(key); part != nil {
			return lenient(d.Decode(part))
		}
		return skip(d)
	})
	charles := lone.uncharles()
	if lone.Request.URL != "" && lone.Request.Method != "" {
		switch w.timed = true; {
		case charles:
			w.form = "Charles session"
		case w.form == "":
			w.form = "HAR entry"
		case w.form == "HAR entry":
			w.form = "HAR entries"
		}
		w.add(lone.entry(w.r.beside))
	}
	return err
}

// maxLists bounds how deep lists of entries may be inside of each other.
const maxLists = 3

// log takes a field of a HAR file's log.
func (w *web) log(d *json.Decoder, key string) error {
	switch key {
	case "entries":
		w.form = "HAR file"
		return each(d, func() error { return w.harEntry(d, w.form) })
	case "creator", "browser":
		var who struct{ Name, Version string }
		if err := lenient(d.Decode(&who)); err != nil {
			return err
		}
		w.maker = strings.TrimSpace(w.maker + " " + who.Name)
		return nil
	}
	return skip(d)
}

// harEntry takes the entry that follows.
func (w *web) harEntry(d *json.Decoder, form string) error {
	var raw harEntry
	if err := lenient(d.Decode(&raw)); err != nil {
		return err
	}
	if raw.Request.URL != "" {
		w.form, w.timed = form, true
		w.add(raw.entry(w.r.beside))
	}
	return nil
}

// object hands each key of the object that follows; what follows otherwise is passed
// over.
func object(d *json.Decoder, value func(key string) error) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return rest(d, t)
	}
	return fields(d, value)
}

// fields hands each key of the object that was begun.
func fields(d *json.Decoder, value func(key string) error) error {
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		if err := value(key); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// each calls for every value of the array that follows.
func each(d *json.Decoder, value func() error) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return rest(d, t)
	}
	for d.More() {
		if err := value(); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// skip passes over the value that follows.
func skip(d *json.Decoder) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	return rest(d, t)
}

// maxNesting bounds how deep the parts of a file may be nested that are passed over.
const maxNesting = 1000

// rest passes over what is left of the value that begins with t.
func rest(d *json.Decoder, t json.Token) error {
	if t != json.Delim('{') && t != json.Delim('[') {
		return nil
	}
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			if depth++; depth > maxNesting {
				return fmt.Errorf("it is nested deeper than %d", maxNesting)
			}
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}
