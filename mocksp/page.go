package mocksp

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/saml"
)

//go:embed page.html
var pageSource string

// pages is never changed after it is made.
var pages = template.Must(template.New("page").Parse(pageSource))

// A view is what a page shows; empty parts are left out.
type view struct {
	Banner   string
	Title    string
	Text     []string
	Facts    []fact
	Notes    []string // what is inferred, and other remarks
	Session  *sessionView
	LoginURL string
}

type fact struct{ Name, Value string }

type sessionView struct {
	Worker     Worker
	Attributes []attributeView
	Roles      []fact
	Unmapped   []string
	Ends       string
	Began      string
	Others     []Worker
	LogoutURL  string
	Warnings   []string
}

type attributeView struct{ Name, Kind, Value, Change string }

// show writes a page.
func (p *SP) show(w http.ResponseWriter, status int, v view) {
	v.Banner = p.opt.Banner
	var b bytes.Buffer
	if err := pages.Execute(&b, v); err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a browser that is gone needs no answer
}

// say is a page of one sentence.
func (p *SP) say(w http.ResponseWriter, status int, title, text string) {
	p.show(w, status, view{Title: title, Text: []string{text}})
}

func (p *SP) showUsed(w http.ResponseWriter) {
	p.say(w, http.StatusForbidden, "This step of a login is over", "The token, code or state of the address was used before, has expired, or was never given out. Begin again at "+p.site.link+".")
}

func (p *SP) showBadSSOURL(w http.ResponseWriter, err error) {
	p.show(w, http.StatusInternalServerError, view{
		Title: "Invalid SSO settings",
		Text:  []string{"The browser cannot be sent to the identity provider: the Single Sign-On URL is " + quoted(p.half.SSOURL.Value) + ", and " + err.Error() + "."},
		Facts: []fact{{"Set in", "Flex Console › Single Sign-On › Single Sign-On URL"}},
	})
}

func (p *SP) showLogin(w http.ResponseWriter) {
	p.show(w, http.StatusOK, view{
		Title: "Log in to Flex", Text: []string{"Nobody is logged in."},
		LoginURL: p.site.under("login").path,
	})
}

func (p *SP) showRefusal(w http.ResponseWriter, v saml.Verdict) {
	page := view{Title: "Login refused", Text: []string{v.Text}}
	if v.Code == codeAttributes {
		page.Title = missingAttributes
		page.Text = []string{"Missing or invalid required attributes, such as full_name, email or roles."}
	}
	if v.Code != "" {
		page.Facts = append(page.Facts, fact{"Error", v.Code}, fact{"More", moreInfo(v.Code)})
	}
	if v.Inferred != "" {
		page.Notes = append(page.Notes, v.Inferred)
	}
	p.show(w, v.Status, page)
}

// showSession is what stands for Flex itself: who is logged in, and what Flex made of
// them.
func (p *SP) showSession(w http.ResponseWriter, s session) {
	var page sessionView
	for _, worker := range p.Workers() {
		if worker.FriendlyName == s.nameID {
			page.Worker = worker
		} else {
			page.Others = append(page.Others, worker)
		}
	}
	for _, a := range page.Worker.Attributes {
		kind, value := shown(a.Value)
		page.Attributes = append(page.Attributes, attributeView{a.Name, kind, value, a.Change})
	}
	for _, role := range page.Worker.Roles() {
		page.Roles = append(page.Roles, fact{role, roleText(role)})
	}
	page.Unmapped, page.Began = s.unmapped, s.began
	page.Ends = s.ends.UTC().Format(time.RFC3339)
	page.LogoutURL = p.site.under("logout").path
	if s.short() {
		page.Warnings = append(page.Warnings, "SessionNotOnOrAfter is no more than an hour away; Flex wants more, and recommends 8 to 10 hours. The session ends with it.")
	}
	p.show(w, http.StatusOK, view{Title: "Logged in to Flex", Session: &page, Notes: p.inferred()})
}

// warning is what is odd about the worker of a login beside the others; "" for nothing.
func (p *SP) warning(s session) string {
	var all []string
	if worker, ok := p.worker(s.nameID); ok {
		all = append(all, worker.Phantom)
		if worker.Clash != "" {
			all = append(all, "The worker "+worker.Clash+" has the same contact_uri, so that calls reach either.")
		}
	}
	return strings.TrimSpace(strings.Join(all, " "))
}

// inferred is what of a successful login rests on inference.
func (p *SP) inferred() []string {
	notes := []string{
		"contact_uri follows a public example; how bytes beyond ASCII are escaped is inferred.",
		"How Flex stores several values of an attribute that has no type, and what it takes for a boolean, is inferred.",
	}
	if !legacy(&p.half) {
		notes = append([]string{"The AuthnRequest of enhanced SSO follows Auth0's default template: no real one is public. What enhanced SSO checks follows Auth0's library passport-wsfed-saml2."}, notes...)
	}
	return notes
}

func roleText(role string) string {
	switch {
	case !isDocumented(role):
		return "not a role that Flex documents"
	case strings.HasPrefix(role, "wfo."):
		return "Flex Insights"
	case role == "agent":
		return "Agent Desktop; no Flex Insights"
	case role == "supervisor":
		return "Agent Desktop, Teams"
	}
	return "everything, Flex Admin included"
}

// shown is a value with its type, as the attributes of a worker show it.
func shown(value any) (kind, text string) {
	switch v := value.(type) {
	case nil:
		return "", ""
	case string:
		return "string", v
	case int64:
		return "int", strconv.FormatInt(v, 10)
	case bool:
		return "boolean", strconv.FormatBool(v)
	case []string:
		return "string array", strings.Join(v, " · ")
	}
	return "array", strings.Trim(fmt.Sprint(value), "[]")
}

// quoted is a setting's value as a sentence can hold it.
func quoted(s string) string {
	if s == "" {
		return "empty"
	}
	return strconv.Quote(s)
}
