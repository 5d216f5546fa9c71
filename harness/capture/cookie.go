package capture

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// readCookie reads a Set-Cookie header without the cookie's value.
func readCookie(line string) (c saml.Cookie, ok bool) {
	for i, part := range strings.Split(line, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case i == 0:
			if c.Name = name; name == "" {
				return c, false
			}
		case strings.EqualFold(name, "Domain"):
			c.Domain = strings.ToLower(strings.TrimPrefix(value, "."))
		case strings.EqualFold(name, "Path"):
			c.Path = value
		case strings.EqualFold(name, "SameSite"):
			c.SameSite = value
		case strings.EqualFold(name, "Secure"):
			c.Secure = true
		case strings.EqualFold(name, "HttpOnly"):
			c.HTTPOnly = true
		case strings.EqualFold(name, "Max-Age"):
			n, err := strconv.Atoi(value)
			c.Deleted = err == nil && n <= 0
		case strings.EqualFold(name, "Expires"):
			at, err := http.ParseTime(value)
			c.Deleted = c.Deleted || err == nil && at.Year() < 2000
		}
	}
	return c, true
}
