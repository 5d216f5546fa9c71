package capture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

// readJSON reads a HAR file, a SAML-tracer export or, of any other JSON, the message
// that stands somewhere in it. Entries are read one by one.
func (r *reader) readJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	w := &web{r: r}
	err := walk(d, w)
	if w.form == "" {
		if found := r.find(string(text)); len(found) > 0 {
			r.c.Form = "JSON with a message in it"
			return r.messages(found)
		}
		if err != nil {
			return fmt.Errorf("there is no SAML message in it, and it is no JSON either (%s); %s", plainJSON(err), wanted)
		}
		return errors.New("it is JSON without a SAML message: neither a HAR file nor a SAML-tracer export; " + wanted)
	}
	r.c.Form = w.form
	if err != nil {
		r.c.note("the file is damaged (%s); what stands before is read", plainJSON(err))
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

// walk finds the entries: log.entries of a HAR file, requests of a SAML-tracer export.
func walk(d *json.Decoder, w *web) error {
	return object(d, func(key string) error {
		switch key {
		case "log":
			return object(d, func(key string) error {
				switch key {
				case "entries":
					w.form = "HAR file"
					return each(d, func() error {
						var raw harEntry
						if err := lenient(d.Decode(&raw)); err != nil {
							return err
						}
						w.add(raw.entry())
						return nil
					})
				case "creator", "browser":
					var who struct{ Name, Version string }
					if err := lenient(d.Decode(&who)); err != nil {
						return err
					}
					w.maker = strings.TrimSpace(w.maker + " " + who.Name)
					return nil
				}
				return skip(d)
			})
		case "requests":
			w.form = "SAML-tracer export"
			return each(d, func() error {
				var raw tracerEntry
				if err := lenient(d.Decode(&raw)); err != nil {
					return err
				}
				w.add(raw.entry())
				return nil
			})
		}
		return skip(d)
	})
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
	_, err = d.Token()
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

// A harEntry is an entry of a HAR file (HTTP Archive 1.2), as far as it is looked at.
type harEntry struct {
	StartedDateTime string
	Request         struct {
		Method, URL string
		Headers     headers
		Cookies     []struct{ Name string }
		PostData    struct {
			MimeType, Text string
			Params         []struct{ Name, Value string }
		}
	}
	Response struct {
		Status      float64
		Headers     headers
		RedirectURL string
		Content     struct{ MimeType, Text, Encoding string }
		Error       string `json:"_error"`
	}
	ResourceType string `json:"_resourceType"`
}

func (h *harEntry) entry() *entry {
	e := &entry{method: strings.ToUpper(h.Request.Method), url: h.Request.URL, body: h.Request.PostData.Text, status: max(0, int(h.Response.Status)), kind: h.ResourceType}
	e.at, _ = time.Parse(time.RFC3339Nano, h.StartedDateTime)
	e.request(h.Request.Headers)
	if e.contentType == "" {
		e.contentType = h.Request.PostData.MimeType
	}
	if len(e.sent) == 0 {
		for _, c := range h.Request.Cookies {
			if len(e.sent) < mostCookies {
				e.sent = append(e.sent, c.Name)
			}
		}
	}
	if e.body == "" && len(h.Request.PostData.Params) > 0 {
		var parts []string
		for _, p := range h.Request.PostData.Params {
			value := p.Value
			if !hasPercent(value) { // Chrome keeps them as they were sent, others decoded
				value = url.QueryEscape(value)
			}
			parts = append(parts, p.Name+"="+value)
		}
		e.body = strings.Join(parts, "&")
	}
	e.mime = h.Response.Content.MimeType
	e.response(h.Response.Headers)
	if e.location == "" {
		e.location = h.Response.RedirectURL
	}
	if e.status == 0 {
		if e.failure = "nothing answered"; h.Response.Error != "" {
			e.failure += ": " + h.Response.Error
		}
	}
	e.keepAnswer(h.Response.Content.Text, h.Response.Content.Encoding)
	return e
}

// A tracerEntry is a request of a SAML-tracer export, as far as it is looked at. Old
// exports write headers as pairs.
type tracerEntry struct {
	Method, URL                     string
	RequestHeaders, ResponseHeaders headers
	ResponseStatus                  float64
	Post                            headers
	SAML                            string
}

func (t *tracerEntry) entry() *entry {
	e := &entry{method: strings.ToUpper(t.Method), url: t.URL, status: max(0, int(t.ResponseStatus)), decoded: t.SAML}
	e.request(t.RequestHeaders)
	e.response(t.ResponseHeaders)
	e.at = e.date
	var parts []string
	for _, p := range t.Post {
		parts = append(parts, url.QueryEscape(p[0])+"="+url.QueryEscape(p[1]))
	}
	e.body = strings.Join(parts, "&")
	if e.contentType == "" || strings.HasPrefix(e.contentType, "multipart/") {
		e.contentType = "application/x-www-form-urlencoded"
	}
	return e
}
