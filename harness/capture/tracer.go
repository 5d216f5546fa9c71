package capture

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// A tracerEntry is a request of a SAML-tracer export, as far as it is looked at. Exports
// from before 1.0 write headers as pairs.
type tracerEntry struct {
	Method, URL                     string
	RequestHeaders, ResponseHeaders headers
	ResponseStatus                  quantity
	Post                            headers
	SAML                            string
}

func (t *tracerEntry) entry() *entry {
	e := &entry{method: strings.ToUpper(t.Method), url: t.URL, status: max(0, int(t.ResponseStatus)), decoded: joinOctets(t.SAML)}
	e.request(t.RequestHeaders)
	e.response(t.ResponseHeaders)
	if e.status == 0 {
		e.silent = true
	}
	encoded := false // 1.5 keeps large forms of Chrome as they were sent
	for _, p := range t.Post {
		encoded = encoded || isMessage(p[0]) && hasPercent(p[1])
	}
	var parts []string
	for _, p := range t.Post {
		if !encoded {
			p[1] = url.QueryEscape(p[1])
		}
		parts = append(parts, url.QueryEscape(p[0])+"="+p[1])
	}
	e.body = strings.Join(parts, "&")
	e.bodiless = e.body == "" && e.method == "POST"
	if e.contentType == "" || strings.HasPrefix(e.contentType, "multipart/") {
		e.contentType = "application/x-www-form-urlencoded"
	}
	return e
}

// joinOctets undoes what SAML-tracer does to a message that came by HTTP-Redirect, and
// before 1.6 to every message: each octet of its UTF-8 is a character by itself.
func joinOctets(s string) string {
	octets := make([]byte, 0, len(s))
	wide := false
	for _, c := range s {
		if c > 0xff {
			return s
		}
		wide = wide || c >= 0x80
		octets = append(octets, byte(c))
	}
	if !wide || !utf8.Valid(octets) {
		return s
	}
	return string(octets)
}

// isMasked tells whether a value was replaced before the capture was shared: as
// SAML-tracer does it, and as programs do that take secrets out of HAR files.
func isMasked(value string) bool {
	for _, begin := range [...]string{"{hash:", "{obf:", "{overwritten}", "***", "•••", "XXXX"} {
		if strings.HasPrefix(value, begin) {
			return true
		}
	}
	lower := strings.ToLower(strings.Trim(value, "[]<>{}()_* "))
	for _, word := range [...]string{"redacted", "removed", "sanitized", "sanitised", "masked", "filtered", "hidden", "scrubbed"} {
		if lower == word || strings.HasSuffix(lower, " "+word) && strings.HasPrefix(value, "[") {
			return true
		}
	}
	return false
}

// maskedBy says that the message was replaced by a value.
func maskedBy(value string) error {
	return fmt.Errorf("it was masked before the capture was shared: it reads %s", show(value))
}
