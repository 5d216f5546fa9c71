package capture

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

// A harEntry is an entry of a HAR file (HTTP Archive 1.2), as far as it is looked at.
type harEntry struct {
	charlesParts
	StartedDateTime string
	Request         struct {
		Method, URL string
		Header      charlesHeader
		Body        charlesBody
		Headers     headers
		Cookies     []struct{ Name string }
		BodySize    quantity
		PostData    struct {
			MimeType, Text, Encoding string
			Params                   []struct{ Name, Value string }
			File                     string `json:"_file"` // Playwright keeps bodies beside the HAR file
		}
	}
	Response struct {
		Status      quantity
		Headers     headers
		RedirectURL string
		Content     struct {
			MimeType, Text, Encoding string
			File                     string `json:"_file"`
		}
		Error  string `json:"_error"`
		Header charlesHeader
		Body   charlesBody
	}
	ResourceType string `json:"_resourceType"`
}

// entry is what is kept of it; beside answers with files beside the HAR file, and may be
// nil.
func (h *harEntry) entry(beside func(string) (string, bool)) *entry {
	e := &entry{method: strings.ToUpper(h.Request.Method), url: h.Request.URL, status: max(0, int(h.Response.Status)), kind: h.ResourceType, at: harTime(h.StartedDateTime)}
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
	h.takeBody(e, beside)
	e.mime = h.Response.Content.MimeType
	e.response(h.Response.Headers)
	if e.location == "" {
		e.location = h.Response.RedirectURL
	}
	text, encoding := h.Response.Content.Text, h.Response.Content.Encoding
	if file := h.Response.Content.File; file != "" && text == "" && beside != nil {
		text, _ = beside(file)
		encoding = ""
	}
	if e.status == 0 {
		// Firefox writes no status where the export comes too early, but what it had.
		if e.location != "" || text != "" || len(h.Response.Headers) > 0 {
			e.silent = true
		} else if e.failure = "nothing answered"; h.Response.Error != "" {
			e.failure += ": " + h.Response.Error
		}
	}
	e.keepAnswer(text, encoding)
	return e
}

// takeBody takes the body of the request, in any of the ways in which recorders keep it.
func (h *harEntry) takeBody(e *entry, beside func(string) (string, bool)) {
	data := &h.Request.PostData
	e.body = data.Text
	if strings.EqualFold(data.Encoding, "base64") {
		if plain, _, err := saml.DecodeBase64(e.body); err == nil {
			e.body = string(plain)
		}
	}
	if e.body == "" && data.File != "" && beside != nil {
		e.body, _ = beside(data.File)
	}
	if e.body == "" && len(data.Params) > 0 {
		var parts []string
		encoded := false // Chrome keeps values as they were sent, others decoded; base64 has no %
		for _, p := range data.Params {
			encoded = encoded || isMessage(p.Name) && hasPercent(p.Value)
		}
		for _, p := range data.Params {
			if !encoded {
				p.Value = url.QueryEscape(p.Value)
			}
			parts = append(parts, p.Name+"="+p.Value)
		}
		e.body = strings.Join(parts, "&")
	}
	if e.body == "" && e.method == "POST" {
		e.bodiless = h.Request.BodySize > 0 || data.File != "" || !strings.HasPrefix(e.length, "0")
		e.file = data.File
	}
}

// isMessage tells whether a parameter is one of the two that carry messages.
func isMessage(name string) bool { return name == "SAMLResponse" || name == "SAMLRequest" }

// A quantity is a number that may stand in quotes, as some recorders write it.
type quantity float64

// UnmarshalJSON leaves out what is none.
func (n *quantity) UnmarshalJSON(data []byte) error {
	if f, err := strconv.ParseFloat(strings.Trim(string(data), `"`), 64); err == nil && f > -1e9 && f < 1e9 {
		*n = quantity(f)
	}
	return nil
}

// harTime reads a time as recorders write it; the zero time where it is none.
func harTime(s string) time.Time {
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at
		}
	}
	return time.Time{}
}
