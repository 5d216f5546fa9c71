package mocksp

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ServeHTTP answers as Flex and Twilio's login hosts do. What they do not have in a
// login is answered with a page that says so: 421 for a host of somebody else, 404 for
// a path.
func (p *SP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Server", "samlproof mock of Twilio Flex")
	header.Set("Cache-Control", "no-cache, no-store")
	header.Set("Pragma", "no-cache")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", p.contentPolicy())

	at := address{hostOf(r.Host), r.URL.EscapedPath()}
	if at.path == "" {
		at.path = "/"
	}
	if !p.site.has(at.host) {
		p.say(w, http.StatusMisdirectedRequest, "Not a host of this mock", "The mock of Flex does not answer for "+at.host+".")
		return
	}
	serve, methods := p.route(at)
	switch {
	case serve == nil && r.Method == http.MethodPost:
		p.misdirected(w, r)
	case serve == nil:
		p.notFound(w, at)
	case !slices.Contains(methods, r.Method):
		header.Set("Allow", strings.Join(methods, ", "))
		p.say(w, http.StatusMethodNotAllowed, "Method not allowed", "This address takes "+strings.Join(methods, " and ")+", not "+r.Method+".")
	default:
		serve(w, r)
	}
}

// contentPolicy is that of every page. In Single Logout the button to log out leads to the
// identity provider by redirects, and browsers hold those to form-action, too.
func (p *SP) contentPolicy() string {
	forms := "'self'"
	if p.half.ServiceProvider.LogsOut() {
		forms += " https:"
	}
	return "default-src 'none'; style-src 'unsafe-inline'; form-action " + forms + "; frame-ancestors 'none'; base-uri 'none'"
}

var (
	reading = []string{http.MethodGet, http.MethodHead}
	posting = []string{http.MethodPost}
	either  = []string{http.MethodGet, http.MethodHead, http.MethodPost}
)

// route is what answers at an address, nil where nothing does, and which methods it
// takes.
func (p *SP) route(at address) (http.HandlerFunc, []string) {
	s := p.site
	switch {
	case at == s.acs:
		return p.acs, posting
	case s.isHome(at), at == s.desktop:
		return p.home, reading
	case at == s.under("login"):
		return p.login, reading
	case at == s.under("logout"):
		return p.logout, posting
	case at == s.logout && at != address{}:
		return p.singleLogout, p.singleLogoutMethods()
	}
	if legacy(&p.half) {
		switch at {
		case s.start:
			return p.authenticate, either
		case address{iamHost, "/v1/Accounts/" + url.PathEscape(p.half.AccountSID.Value) + "/Tokens/validate"}:
			return p.validateToken, posting
		}
		return nil, nil
	}
	switch at {
	case address{servicesHost, configPath}:
		return p.config, reading
	case address{servicesHost, authorizePath}:
		return p.authorize, reading
	case address{s.acs.host, connectPath}:
		return p.connect, reading
	case address{s.acs.host, resumePath}:
		return p.resume, reading
	case address{servicesHost, callbackPath}:
		return p.callback, reading
	}
	return nil, nil
}

func (p *SP) notFound(w http.ResponseWriter, at address) {
	text := "The mock of Flex has nothing at https://" + at.host + at.path + "."
	if at.host == flexHost {
		text += " The login link of these settings is " + p.site.link + "."
	}
	p.say(w, http.StatusNotFound, "Nothing here", text)
}

// Cookies. That of a browser must come back with a POST from another site, so it says
// SameSite=None; the others need only survive a redirect from there.
const (
	browserCookie  = "twilio_sso_browser"
	verifierCookie = "flex_code_verifier"
	sessionCookie  = "flex_session"
	outCookie      = "flex_logged_out"
)

func setCookie(w http.ResponseWriter, name, value string, seconds int, same http.SameSite) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: same})
}

func dropCookie(w http.ResponseWriter, name string) {
	setCookie(w, name, "", -1, http.SameSiteLaxMode)
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// redirect sends a browser on without a page.
func redirect(w http.ResponseWriter, status int, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(status)
}
