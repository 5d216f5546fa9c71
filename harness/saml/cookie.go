package saml

import (
	"net/url"
	"strings"
)

// Reaches tells whether a cookie that was set at one address would travel to another,
// SameSite aside (RFC 6265 5.1.3, 5.1.4).
func (c Cookie) Reaches(from, to *url.URL) bool {
	host := strings.ToLower(to.Hostname())
	if c.Domain == "" {
		if strings.ToLower(from.Hostname()) != host {
			return false
		}
	} else if host != c.Domain && !strings.HasSuffix(host, "."+c.Domain) {
		return false
	}
	path := to.Path
	if path == "" {
		path = "/"
	}
	return c.Path == "" || c.Path[0] != '/' || path == c.Path || strings.HasPrefix(path, strings.TrimSuffix(c.Path, "/")+"/")
}
