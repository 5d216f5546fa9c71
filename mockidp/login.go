package mockidp

import (
	"net/http"
	"net/url"

	"github.com/samlproof/samlproof/harness/saml"
)

// loginFailed is what Salesforce says to every login that fails, whatever the reason.
const loginFailed = "Please check your username and password. If you still can't log in, contact your Salesforce administrator."

// toLogin sends the browser to the login page, from where it comes back to start.
func (p *IDP) toLogin(w http.ResponseWriter, r *http.Request, start string) {
	http.Redirect(w, r, "/?ec=302&startURL="+url.QueryEscape(start), http.StatusFound)
}

// serveLogin is the login page, and the home page of a user who is logged in.
func (p *IDP) serveLogin(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		p.logIn(w, r)
		return
	case http.MethodGet, http.MethodHead:
	default:
		p.plain(w, http.StatusMethodNotAllowed, "The login page takes GET and POST.")
		return
	}
	start := local(r.URL.Query().Get("startURL"))
	if u := p.signedIn(r); u != nil && start == "" {
		p.show(w, http.StatusOK, "home", pageData{Title: "Home", User: u, LoginURL: local("/idp/login?app=" + p.appID())})
		return
	}
	p.loginPage(w, start, "", "")
}

// logIn begins the session of the user that the login form names. There are no
// passwords here.
func (p *IDP) logIn(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.plain(w, http.StatusBadRequest, "The login form cannot be read.")
		return
	}
	start, name := local(r.PostForm.Get("startURL")), r.PostForm.Get("un")
	user := p.User(name)
	if user != nil && !user.Active.Value {
		e := p.event(UserInactive, "")
		e.User = user.Username.Value
		p.log(e)
		user = nil
	}
	if user == nil {
		p.loginPage(w, start, name, loginFailed)
		return
	}
	if err := p.signIn(w, user); err != nil {
		p.refused(w, user, err, saml.FlowIDP)
		return
	}
	if start == "" {
		start = "/"
	}
	http.Redirect(w, r, start, http.StatusFound)
}

func (p *IDP) loginPage(w http.ResponseWriter, start, name, failed string) {
	p.show(w, http.StatusOK, "login", pageData{Title: "Login | Salesforce", Users: p.half.Users, Start: start, Name: name, Text: failed})
}

// serveLogout ends the session, and goes on to end that at the app where it has Single
// Logout and the user went there.
func (p *IDP) serveLogout(w http.ResponseWriter, r *http.Request) {
	s, _ := p.session(r)
	user := p.signedIn(r)
	p.signOut(w, r)
	if user != nil && s.index != "" && p.logsOut() {
		p.askLogout(w, r, user, s.index)
		return
	}
	http.Redirect(w, r, "/", http.StatusFound)
}
