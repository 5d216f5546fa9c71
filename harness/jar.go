package harness

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// A jar keeps cookies as a browser does (RFC 6265bis), with the rules of SameSite
// that net/http/cookiejar stores but cannot enforce: a login is a chain of cross-site
// navigations, and a cookie that is left behind on the way is a common reason for it
// to fail.
type jar struct {
	cookies []cookie
}

type cookie struct {
	http.Cookie
	host     string // of the response that set it
	hostOnly bool
	created  time.Time
	expires  time.Time // zero: for the session
}

const mostCookies = 300

// navigation is what decides which cookies travel.
type navigation struct {
	to        *url.URL
	initiator *url.URL // the page that caused it; nil where the user typed the address
	method    string
}

// site is the scheme and registrable domain of a URL.
func site(u *url.URL) string {
	host := u.Hostname()
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		host = domain
	}
	return u.Scheme + "://" + host
}

func (n navigation) sameSite() bool {
	return n.initiator == nil || site(n.initiator) == site(n.to)
}

// store takes the cookies of a response, and says of each that was refused why.
func (j *jar) store(from *url.URL, header http.Header, now time.Time) (notes []string) {
	response := http.Response{Header: header}
	for _, c := range response.Cookies() {
		if why := j.set(from, c, now); why != "" {
			notes = append(notes, fmt.Sprintf("cookie %s refused: %s", c.Name, why))
		}
	}
	return notes
}

func (j *jar) set(from *url.URL, c *http.Cookie, now time.Time) (refused string) {
	secure := from.Scheme == "https" || isLoopback(from.Hostname())
	host := strings.ToLower(from.Hostname())
	kept := cookie{Cookie: *c, host: host, hostOnly: true, created: now}
	if domain := strings.TrimPrefix(strings.ToLower(c.Domain), "."); domain != "" && domain != host {
		if suffix, icann := publicsuffix.PublicSuffix(domain); suffix == domain && icann {
			return "its Domain is a public suffix"
		}
		if !strings.HasSuffix(host, "."+domain) {
			return "its Domain is not that of the page"
		}
		kept.host, kept.hostOnly = domain, false
	}
	switch {
	case c.Secure && !secure:
		return "it is Secure, and the page is not"
	case c.SameSite == http.SameSiteNoneMode && !c.Secure:
		return "it says SameSite=None without Secure"
	case strings.HasPrefix(c.Name, "__Secure-") && !c.Secure:
		return "its name says __Secure-, and it is not Secure"
	case strings.HasPrefix(c.Name, "__Host-") && (!c.Secure || c.Path != "/" || c.Domain != ""):
		return "its name says __Host-, which wants Secure, Path=/ and no Domain"
	}
	if kept.Path == "" || kept.Path[0] != '/' {
		kept.Path = defaultPath(from.Path)
	}
	switch {
	case c.MaxAge < 0:
		kept.expires = now
	case c.MaxAge > 0:
		kept.expires = now.Add(time.Duration(c.MaxAge) * time.Second)
	case !c.Expires.IsZero():
		kept.expires = c.Expires
	}
	j.cookies = slices.DeleteFunc(j.cookies, func(old cookie) bool {
		return old.Name == kept.Name && old.host == kept.host && old.Path == kept.Path
	})
	if (kept.expires.IsZero() || kept.expires.After(now)) && len(j.cookies) < mostCookies {
		j.cookies = append(j.cookies, kept)
	}
	return ""
}

// pick is the cookies that travel with a navigation, and what a reader should know
// of those that SameSite holds back. grace tells that one of them is held back only
// because it states no SameSite, where some browsers make an exception for cookies
// younger than two minutes.
func (j *jar) pick(n navigation, now time.Time) (send []*http.Cookie, notes []string, grace bool) {
	safe := n.method == http.MethodGet || n.method == http.MethodHead
	for _, c := range j.cookies {
		if !c.matches(n.to, now) {
			continue
		}
		if !n.sameSite() {
			switch c.SameSite {
			case http.SameSiteNoneMode:
			case http.SameSiteStrictMode:
				notes = append(notes, fmt.Sprintf("cookie %s was held back: SameSite=Strict, and the page before is of another site", c.Name))
				continue
			case http.SameSiteLaxMode:
				if !safe {
					notes = append(notes, fmt.Sprintf("cookie %s was held back: SameSite=Lax, and this is a cross-site POST", c.Name))
					continue
				}
			default:
				if !safe {
					notes = append(notes, fmt.Sprintf("cookie %s was held back: it states no SameSite, and this is a cross-site POST; some browsers send it for two minutes", c.Name))
					grace = true
					continue
				}
			}
		}
		send = append(send, &http.Cookie{Name: c.Name, Value: c.Value})
	}
	return send, notes, grace
}

func (c *cookie) matches(to *url.URL, now time.Time) bool {
	host := strings.ToLower(to.Hostname())
	if host != c.host && (c.hostOnly || !strings.HasSuffix(host, "."+c.host)) {
		return false
	}
	if c.Secure && to.Scheme != "https" && !isLoopback(host) {
		return false
	}
	if !c.expires.IsZero() && !c.expires.After(now) {
		return false
	}
	path := to.Path
	if path == "" {
		path = "/"
	}
	return path == c.Path || strings.HasPrefix(path, c.Path) &&
		(strings.HasSuffix(c.Path, "/") || path[len(c.Path)] == '/')
}

// defaultPath is the directory of a request path (RFC 6265 5.1.4).
func defaultPath(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

func isLoopback(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "127.0.0.1" || host == "::1"
}
