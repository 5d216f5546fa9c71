package mockidp

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

//go:embed page/*.html
var pageFiles embed.FS

// pages are the mock's pages: each a file that fills in the body of layout.html.
var pages = template.Must(template.New("").ParseFS(pageFiles, "page/*.html"))

// submitScript is the one script of the mock: it posts the response to the service
// provider.
const submitScript = "document.forms[0].submit();"

// contentPolicy lets pages run that script and load nothing.
var contentPolicy = func() string {
	sum := sha256.Sum256([]byte(submitScript))
	return "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; frame-ancestors 'none'"
}()

// pageData is what pages show.
type pageData struct {
	Title, Text, Code, Detail, Path, Banner string
	MyDomain, App                           string

	// The login page.
	Users       []settings.User
	Start, Name string

	// The home page.
	User     *settings.User
	LoginURL string

	// The event log.
	Events []saml.Event
	Log    string

	// The form that is sent to the service provider.
	Delivery *delivery
	Script   template.JS
}

// show writes a page.
func (p *IDP) show(w http.ResponseWriter, status int, name string, data pageData) {
	data.Banner, data.MyDomain, data.Log = p.opt.Banner, p.half.MyDomain.Value, pathLog
	data.App = p.half.ConnectedApp.Name.Value
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name+".html", data); err != nil {
		p.plain(w, http.StatusInternalServerError, "This page of the mock could not be made: "+err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/html;charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// plain writes an answer for which there is no page.
func (p *IDP) plain(w http.ResponseWriter, status int, words string) {
	w.Header().Set("Content-Type", "text/plain;charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(words + "\n"))
}

func (p *IDP) missing(w http.ResponseWriter, r *http.Request) {
	p.show(w, http.StatusNotFound, "missing", pageData{Title: "URL No Longer Exists", Path: r.URL.Path})
}

// refused logs why there is no response, and tells the user.
func (p *IDP) refused(w http.ResponseWriter, u *settings.User, err error, flow saml.Flow) {
	r := asRefusal(err)
	e := p.event(r.code, flow)
	e.Text = r.full()
	if u != nil {
		e.User = u.Username.Value
	}
	p.log(e)
	p.refusedEvent(w, e)
}

// refusedEvent tells the user what stands in the event log.
func (p *IDP) refusedEvent(w http.ResponseWriter, e saml.Event) {
	status := http.StatusBadRequest
	switch e.Code {
	case NoAccess, UserInactive, NoUserFedID, NoCustomField, NoCustomAttrValue, InvalidSignature:
		status = http.StatusForbidden
	case InvalidSettings, InternalError, InvalidSP, NoSubdomain:
		status = http.StatusInternalServerError
	case InvalidIdpEndpoint:
		status = http.StatusNotFound
	}
	words := eventText(e.Code)
	p.show(w, status, "refused", pageData{Title: "Error", Text: words, Code: e.Code, Detail: e.Text})
}

// deliver posts a response to the app's ACS URL by way of the browser (SAMLBind 3.5.4).
func (p *IDP) deliver(w http.ResponseWriter, response []byte, request *saml.Message) {
	p.show(w, http.StatusOK, "deliver", pageData{
		Title: "Logging in", Text: "Logging in to " + p.half.ConnectedApp.Name.Value,
		Delivery: p.delivery(response, request), Script: submitScript,
	})
}

// serveLog shows the event log, the newest line first.
func (p *IDP) serveLog(w http.ResponseWriter, _ *http.Request) {
	events := p.Events()
	slices.Reverse(events)
	p.show(w, http.StatusOK, "log", pageData{Title: "Identity Provider Event Log", Events: events})
}
