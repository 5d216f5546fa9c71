package mocksp

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"time"
)

// leave sends the browser from the ACS towards the page that the login ends at: legacy
// SSO straight there with a token, enhanced SSO by way of its own host and the callback
// with a code.
func (p *SP) leave(w http.ResponseWriter, status int, t ticket) {
	token := p.random.token()
	p.state.issue(token, t, p.opt.Now())
	if legacy(&p.half) {
		p.land(w, status, "Token", token)
		return
	}
	redirect(w, status, resumePath+"?"+url.Values{"state": {token}}.Encode())
}

// resume is the step of enhanced SSO after the ACS, on the same host.
func (p *SP) resume(w http.ResponseWriter, r *http.Request) {
	t, ok := p.state.redeem(r.URL.Query().Get("state"), p.opt.Now())
	if !ok {
		p.showUsed(w)
		return
	}
	code := p.random.token()
	p.state.issue(code, t, p.opt.Now())
	redirect(w, http.StatusFound, address{servicesHost, callbackPath}.url(url.Values{"code": {code}}))
}

// callback is the last step of enhanced SSO before the page.
func (p *SP) callback(w http.ResponseWriter, r *http.Request) {
	p.land(w, http.StatusFound, "code", r.URL.Query().Get("code"))
}

// land sends the browser to where a login ends, with what the page there exchanges for
// a session. A page that is not Flex's gets nothing that could be used.
func (p *SP) land(w http.ResponseWriter, status int, parameter, token string) {
	t, ok := p.state.redeem(token, p.opt.Now())
	if !ok {
		p.showUsed(w)
		return
	}
	u, err := webURL(t.target)
	if err != nil {
		p.say(w, http.StatusInternalServerError, "Logged in, but there is nowhere to go", "Default Redirect URL is "+quoted(t.target)+": "+err.Error()+".")
		return
	}
	if at := addressOf(t.target); p.site.isHome(at) || at == p.site.desktop || p.returnsTo(t.target) {
		p.state.issue(token, t, p.opt.Now())
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += parameter + "=" + url.QueryEscape(token)
	}
	redirect(w, status, u.String())
}

// exchange gives a session for a token or code and takes it out of the address. A code
// works only in the browser that began the login, where Flex began it.
func (p *SP) exchange(w http.ResponseWriter, r *http.Request, token string) {
	t, ok := p.state.redeem(token, p.opt.Now())
	if !ok {
		p.showUsed(w)
		return
	}
	if t.challenge != "" && subtle.ConstantTimeCompare([]byte(t.challenge), []byte(challengeOf(cookie(r, verifierCookie)))) != 1 {
		p.say(w, http.StatusForbidden, "Another browser began this login", "The code verifier of the page that began the login is not there.")
		return
	}
	now := p.opt.Now()
	if !now.Before(t.session.ends) {
		p.say(w, http.StatusOK, "Logged in, and out again", "The response's SessionNotOnOrAfter, "+t.session.ends.UTC().Format(time.RFC3339)+", is past.")
		return
	}
	id := p.random.token()
	p.state.open(id, t.session, now)
	seconds := int(t.session.ends.Sub(now).Seconds())
	setCookie(w, sessionCookie, id, max(seconds, 1), http.SameSiteLaxMode)
	for _, name := range []string{verifierCookie, outCookie} {
		if cookie(r, name) != "" {
			dropCookie(w, name)
		}
	}
	redirect(w, http.StatusSeeOther, p.site.link)
}

// logout ends the session here, and in Single Logout goes on to the identity provider;
// Flex documents none. The login link then shows the login view.
func (p *SP) logout(w http.ResponseWriter, r *http.Request) {
	s, ok := p.state.session(cookie(r, sessionCookie), p.opt.Now())
	p.state.close(cookie(r, sessionCookie))
	dropCookie(w, sessionCookie)
	setCookie(w, outCookie, "1", int(sessionLife.Seconds()), http.SameSiteLaxMode)
	if ok && p.half.ServiceProvider.LogsOut() {
		p.logOutThere(w, s)
		return
	}
	redirect(w, http.StatusSeeOther, p.site.link)
}
