package capture

import (
	"fmt"
	"net/http"
	"net/url"
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

// withheld notes the cookies of the service provider that did not travel with the
// response.
func (w *web) withheld(l *login, e *entry, step *saml.Step) {
	to, err := url.Parse(e.url)
	if err != nil {
		return
	}
	sent := map[string]bool{}
	for _, name := range e.sent {
		sent[name] = true
	}
	set := map[string]saml.Cookie{}
	var order []string
	for _, s := range l.x.Steps {
		from, err := url.Parse(s.URL)
		if err != nil {
			continue
		}
		for _, c := range s.Set {
			if !reaches(c, from, to) {
				continue
			}
			if _, twice := set[c.Name]; !twice {
				order = append(order, c.Name)
			}
			set[c.Name] = c
		}
	}
	for _, name := range order {
		c := set[name]
		if sent[name] || c.Deleted || strings.EqualFold(c.SameSite, "None") && c.Secure {
			continue
		}
		same := "no SameSite"
		if c.SameSite != "" {
			same = "SameSite=" + c.SameSite
		}
		step.Note = join(step.Note, fmt.Sprintf("cookie %s (%s) was set before and not sent with the response", show(name), same))
	}
}

// reaches tells whether a cookie set at one address would travel to another, SameSite
// aside.
func reaches(c saml.Cookie, from, to *url.URL) bool {
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
