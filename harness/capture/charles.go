package capture

import (
	"strconv"

	"github.com/samlproof/samlproof/harness/saml"
)

// What a JSON session of Charles has of a request besides what a HAR entry has.
type (
	charlesParts struct {
		Method, Scheme, Host, Path, Query string
		ActualPort                        quantity
		Times                             struct{ Start string }
	}
	charlesHeader struct{ Headers headers }
	charlesBody   struct{ Text, Encoded string }
)

// content is the body as it was sent, as far as it was kept.
func (b charlesBody) content() string {
	if b.Text == "" && b.Encoded != "" {
		if data, _, err := saml.DecodeBase64(b.Encoded); err == nil {
			return string(data)
		}
	}
	return b.Text
}

// part is where the value of a key goes; nil where none has it.
func (c *charlesParts) part(key string) any {
	switch key {
	case "method":
		return &c.Method
	case "scheme":
		return &c.Scheme
	case "host":
		return &c.Host
	case "path":
		return &c.Path
	case "query":
		return &c.Query
	case "actualPort":
		return &c.ActualPort
	case "times":
		return &c.Times
	}
	return nil
}

// uncharles makes a HAR entry of an entry of Charles. It answers false for others, and
// leaves them alone.
func (h *harEntry) uncharles() bool {
	c := &h.charlesParts
	if h.Request.URL != "" || c.Host == "" || c.Scheme == "" || c.Method == "" || c.Method == "CONNECT" {
		return false
	}
	h.StartedDateTime, h.Request.Method = c.Times.Start, c.Method
	address := c.Scheme + "://" + c.Host
	if port := int(c.ActualPort); port > 0 && (c.Scheme != "https" || port != 443) && (c.Scheme != "http" || port != 80) {
		address += ":" + strconv.Itoa(port)
	}
	if address += c.Path; c.Query != "" {
		address += "?" + c.Query
	}
	h.Request.URL = address
	h.Request.Headers, h.Request.PostData.Text = h.Request.Header.Headers, h.Request.Body.content()
	h.Response.Headers, h.Response.Content.Text = h.Response.Header.Headers, h.Response.Body.content()
	return true
}
