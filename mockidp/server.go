package mockidp

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// How much of a request the mock reads.
const (
	mostQuery = 128 << 10
	mostBody  = 1 << 20
)

// The addresses of an org that the mock knows.
const (
	pathRedirect = "/idp/endpoint/HttpRedirect"
	pathPost     = "/idp/endpoint/HttpPost"
	pathLogin    = "/idp/login"
	pathMetadata = "/.well-known/samlidp.xml"
	pathMetaDir  = "/.well-known/samlidp/"
	pathLog      = "/setup/secur/idp/IdpErrorLog.apexp"
	pathLogout   = "/secur/logout.jsp"
	pathSLO      = "/services/auth/idp/saml2/logout"
)

// ServeHTTP answers as the org's My Domain does.
func (p *IDP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache, no-store, must-revalidate, private")
	h.Set("Pragma", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", contentPolicy)
	switch {
	case !p.answersTo(r.Host):
		p.plain(w, http.StatusMisdirectedRequest, "This is a mock of the Salesforce org "+p.half.MyDomain.Value+". It does not answer for "+r.Host+".")
		return
	case len(r.URL.RawQuery) > mostQuery:
		p.plain(w, http.StatusRequestURITooLong, "The query of the address is too long.")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostBody)
	switch path := r.URL.Path; {
	case path == pathRedirect:
		p.serveRedirect(w, r)
	case path == pathPost:
		p.servePost(w, r)
	case strings.HasPrefix(path, "/idp/endpoint/"):
		p.refused(w, nil, because(InvalidIdpEndpoint, "there is no endpoint %s", path), saml.FlowSP)
	case path == pathLogin:
		p.serveStart(w, r)
	case path == pathMetadata, strings.HasPrefix(path, pathMetaDir):
		p.serveMetadata(w, r)
	case path == "/":
		p.serveLogin(w, r)
	case path == pathLogout:
		p.serveLogout(w, r)
	case path == pathSLO:
		p.serveSingleLogout(w, r)
	case path == pathLog:
		p.serveLog(w, r)
	default:
		p.missing(w, r)
	}
}

// answersTo tells whether a Host header names the org. A My Domain that is typed
// without a port is reached through any.
func (p *IDP) answersTo(host string) bool {
	own := p.half.MyDomain.Value
	if own == "" {
		return true
	}
	for _, own := range p.Hosts() {
		if strings.EqualFold(host, own) {
			return true
		}
		if name, _, err := net.SplitHostPort(host); err == nil && strings.EqualFold(name, own) {
			return true
		}
	}
	return false
}

// sidCookie is the name of Salesforce's session cookie.
const sidCookie = "sid"

// A session is one user who is logged in with one browser.
type session struct {
	user  string
	index string // SessionIndex at the app; "" where the user did not go there
}

// signIn begins a session for a user.
func (p *IDP) signIn(w http.ResponseWriter, u *settings.User) error {
	b, err := p.random(32)
	if err != nil {
		return err
	}
	sid := shortID(p.half.OrganizationID.Value) + "!" + hexadecimal(b)
	p.mu.Lock()
	p.sessions.put(sid, session{user: u.Username.Value})
	p.mu.Unlock()
	http.SetCookie(w, p.cookie(sid))
	return nil
}

// cookie is the session cookie. Its SameSite=None lets it travel with the POST of an
// AuthnRequest from another site.
func (p *IDP) cookie(value string) *http.Cookie {
	return &http.Cookie{Name: sidCookie, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode}
}

// signedIn is who is logged in here; nil where nobody is.
func (p *IDP) signedIn(r *http.Request) *settings.User {
	s, ok := p.session(r)
	if !ok {
		return nil
	}
	u := p.User(s.user)
	if u == nil || !u.Active.Value {
		return nil
	}
	return u
}

// session is that of a request.
func (p *IDP) session(r *http.Request) (session, bool) {
	c, err := r.Cookie(sidCookie)
	if err != nil {
		return session{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sessions.at(c.Value)
}

// participate is the SessionIndex of a request's session at the app, fresh at the first
// login there; "" where the app has no Single Logout.
func (p *IDP) participate(r *http.Request) (string, error) {
	s, ok := p.session(r)
	if !ok || !p.logsOut() || s.index != "" {
		return s.index, nil
	}
	var err error
	if s.index, err = p.messageID(p.opt.Now()); err != nil {
		return "", err
	}
	c, err := r.Cookie(sidCookie)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sessions.put(c.Value, s)
	return s.index, nil
}

// signOut ends the session of a request.
func (p *IDP) signOut(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(sidCookie); err == nil {
		p.mu.Lock()
		p.sessions.drop(c.Value)
		p.mu.Unlock()
	}
	gone := p.cookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
}

// local is an address within the org to go on to after a login, or "" for anything
// else: a login page must not send its visitors elsewhere.
func local(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(address, "/") ||
		strings.HasPrefix(address, "//") || strings.ContainsAny(address, "\\\r\n\t") {
		return ""
	}
	return address
}
