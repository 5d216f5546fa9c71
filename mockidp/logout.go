package mockidp

import (
	"encoding/base64"
	"io"
	"net/http"
	"slices"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// Single Logout (SAMLProf 4.4) as Salesforce has it for an app with a Single Logout URL:
// by way of the browser and for the session of that browser, with a SessionIndex that it
// makes itself. So much is documented. What the messages look like, what is logged, and
// what a message with something wrong is answered is inferred from how Salesforce treats
// those of a login.

// logsOut tells whether the app has Single Logout.
func (p *IDP) logsOut() bool { return p.half.ConnectedApp.SingleLogoutURL.Value != "" }

// LogoutURL is the address at which users log out of the org.
func (p *IDP) LogoutURL() string { return p.half.Origin() + pathLogout }

// SignedIn are the names of the users whose sessions go on, sorted.
func (p *IDP) SignedIn() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var names []string
	for _, sid := range p.sessions.order {
		names = append(names, p.sessions.values[sid].user)
	}
	slices.Sort(names)
	return names
}

const (
	statusRequester        = "urn:oasis:names:tc:SAML:2.0:status:Requester"
	statusUnknownPrincipal = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal"
)

// askLogout sends a LogoutRequest to the service provider for a session that ended here.
func (p *IDP) askLogout(w http.ResponseWriter, r *http.Request, user *settings.User, index string) {
	now := p.opt.Now()
	nameID, err := p.subject(user)
	if err != nil {
		p.refused(w, user, err, saml.FlowIDP)
		return
	}
	id, err := p.messageID(now)
	if err != nil {
		p.refused(w, user, err, saml.FlowIDP)
		return
	}
	p.mu.Lock()
	p.leaving.put(id, user.Username.Value)
	p.mu.Unlock()
	p.sendLogout(w, r, "SAMLRequest", "LogoutRequest", p.logoutXML("LogoutRequest", id,
		` IssueInstant="`+instant(now)+`" NotOnOrAfter="`+instant(now.Add(validAfter))+`"`,
		`<saml:NameID xmlns:saml="`+saml.NSAssertion+`" Format="`+attr(p.half.ConnectedApp.NameIDFormat.Value)+`">`+text(nameID)+`</saml:NameID>`+
			`<samlp:SessionIndex>`+text(index)+`</samlp:SessionIndex>`), &saml.Message{})
}

// answerLogout answers a LogoutRequest of the service provider.
func (p *IDP) answerLogout(w http.ResponseWriter, r *http.Request, m *saml.Message, inResponseTo string, known bool) {
	now := p.opt.Now()
	id, err := p.messageID(now)
	if err != nil {
		p.refused(w, nil, err, saml.FlowSP)
		return
	}
	status := `<samlp:StatusCode Value="` + saml.StatusSuccess + `"/>`
	if !known {
		status = `<samlp:StatusCode Value="` + statusRequester + `"><samlp:StatusCode Value="` + statusUnknownPrincipal + `"/></samlp:StatusCode>`
	}
	p.sendLogout(w, r, "SAMLResponse", "LogoutResponse", p.logoutXML("LogoutResponse", id,
		` InResponseTo="`+attr(inResponseTo)+`" IssueInstant="`+instant(now)+`"`, `<samlp:Status>`+status+`</samlp:Status>`), m)
}

// logoutXML is a message of logout, laid out as Salesforce lays out a response.
func (p *IDP) logoutXML(name, id, attributes, content string) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><samlp:` + name + ` xmlns:samlp="` + saml.NSProtocol + `"` +
		` Destination="` + attr(p.half.ConnectedApp.SingleLogoutURL.Value) + `" ID="` + attr(id) + `"` + attributes + ` Version="2.0">` +
		`<saml:Issuer xmlns:saml="` + saml.NSAssertion + `" Format="` + saml.FormatEntity + `">` + text(p.issuer()) + `</saml:Issuer>` +
		content + `</samlp:` + name + `>`)
}

// sendLogout sends a message to the app's Single Logout URL by its binding, signed: the
// query for HTTP-Redirect (SAMLBind 3.4.4.1), the message itself for HTTP-POST.
func (p *IDP) sendLogout(w http.ResponseWriter, r *http.Request, param, name string, message []byte, to *saml.Message) {
	app := &p.half.ConnectedApp
	identity, err := p.identity()
	if err != nil {
		p.refused(w, nil, err, saml.FlowIDP)
		return
	}
	address, err := serviceURL(app.SingleLogoutURL.Value)
	if err != nil {
		p.refused(w, nil, because(InvalidSP, "the Single Logout URL %q is no web address", app.SingleLogoutURL.Value), saml.FlowIDP)
		return
	}
	if app.SingleLogoutBinding.Value != settings.LogoutPOST {
		var relay *string
		if to.HasRelayState {
			relay = &to.RelayState
		}
		method := newSeal(name, identity, app.SigningAlgorithm.Value).method
		query, err := saml.SignQuery(saml.RedirectQuery(param, message, relay), method, identity.key, nil)
		if err != nil {
			p.refused(w, nil, err, saml.FlowIDP)
			return
		}
		if address.RawQuery != "" {
			query = address.RawQuery + "&" + query
		}
		address.RawQuery = query
		http.Redirect(w, r, address.String(), http.StatusFound)
		return
	}
	if message, err = p.sign(message, identity, name, 0, &Fault{}); err != nil {
		p.refused(w, nil, err, saml.FlowIDP)
		return
	}
	d := &delivery{
		Method: "post", Action: app.SingleLogoutURL.Value, xml: message,
		Fields: []formField{{param, base64.StdEncoding.EncodeToString(message)}},
	}
	if to.HasRelayState {
		d.Fields = append(d.Fields, formField{"RelayState", to.RelayState})
	}
	p.show(w, http.StatusOK, "deliver", pageData{Title: "Logging out", Text: "Logging out of " + app.Name.Value, Delivery: d, Script: submitScript})
}

// serveSingleLogout takes both messages of logout by both bindings.
func (p *IDP) serveSingleLogout(w http.ResponseWriter, r *http.Request) {
	if err := p.serveLogoutMessage(w, r); err != nil {
		p.refused(w, nil, err, saml.FlowSP)
	}
}

func (p *IDP) serveLogoutMessage(w http.ResponseWriter, r *http.Request) error {
	if !p.logsOut() {
		return because(InvalidIdpEndpoint, "the app %s has no Single Logout URL (inferred)", p.half.ConnectedApp.Name.Value)
	}
	m, err := logoutMessage(r)
	if err != nil {
		return because(InvalidAuthnRequest, "it is no message of logout: %s (inferred)", err)
	}
	doc, err := saml.Parse(m.XML, saml.Limits{Bytes: mostBody})
	if err != nil {
		return because(InvalidAuthnRequest, "%s (inferred)", err)
	}
	if request := saml.ReadLogoutRequest(doc); request != nil && m.Param == "SAMLRequest" {
		if err := p.admitLogout(m, doc, request.Element, request.Issuer, request.Signature); err != nil {
			return err
		}
		return p.logOutHere(w, r, m, request)
	}
	if response := saml.ReadLogoutResponse(doc); response != nil && m.Param == "SAMLResponse" {
		if err := p.admitLogout(m, doc, response.Element, response.Issuer, response.Signature); err != nil {
			return err
		}
		return p.loggedOut(w, response)
	}
	return because(InvalidAuthnRequest, "the %s is %s, no message of logout (inferred)", m.Param, doc.Root().Local())
}

// logoutMessage is the message of a request.
func logoutMessage(r *http.Request) (*saml.Message, error) {
	if r.Method != http.MethodPost {
		return saml.DecodeRedirect(r.URL.RawQuery)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	return saml.DecodePOST(string(body))
}

// admitLogout holds a message of logout to what Salesforce holds a request to.
func (p *IDP) admitLogout(m *saml.Message, doc *saml.Document, root, issuer, signature saml.Element) error {
	switch {
	case root.Attr("ID").Value() == "":
		return because(InvalidAuthnRequest, "it has no ID (inferred)")
	case root.Attr("Version").Value() != "2.0":
		return because(InvalidAuthnRequest, "its Version is %q (inferred)", root.Attr("Version").Value())
	case issuer.Text() != p.half.ConnectedApp.EntityID.Value:
		return because(UnableToResolve, "no app has the Entity Id %s", issuer.Text())
	}
	if to := root.Attr("Destination"); to.Exists() && !slices.ContainsFunc(p.Hosts(), func(host string) bool { return to.Value() == "https://"+host+pathSLO }) {
		return because(InvalidAuthnRequest, "its Destination is %s (inferred)", to.Value())
	}
	return p.verify(m, doc, root, signature)
}

// logOutHere ends the session of the browser that brings a LogoutRequest, if it is the
// one that is meant, and answers.
func (p *IDP) logOutHere(w http.ResponseWriter, r *http.Request, m *saml.Message, request *saml.LogoutRequest) error {
	if end := request.Attr("NotOnOrAfter"); end.Exists() {
		if t, err := saml.ParseTime(end.Value()); err != nil || !p.opt.Now().Before(t) {
			return because(InvalidAuthnRequest, "the LogoutRequest ended at %s (inferred)", end.Value())
		}
	}
	s, _ := p.session(r)
	user := p.signedIn(r)
	known := user != nil && s.index != ""
	if known {
		nameID, err := p.subject(user)
		known = err == nil && request.NameID.Is(saml.NSAssertion, "NameID") && request.NameID.Text() == nameID
	}
	if known && len(request.SessionIndexes) > 0 {
		known = slices.ContainsFunc(request.SessionIndexes, func(e saml.Element) bool { return e.Text() == s.index })
	}
	e := p.event(PartialLogout, saml.FlowSP)
	e.Text += ": no session of this browser is that of " + request.NameID.Text()
	if known {
		p.signOut(w, r)
		e = p.event(Success, saml.FlowSP)
		e.User, e.Text = user.Username.Value, "Single Logout (inferred)"
	}
	p.log(e)
	p.answerLogout(w, r, m, request.Attr("ID").Value(), known)
	return nil
}

// loggedOut is the end of a logout that began here.
func (p *IDP) loggedOut(w http.ResponseWriter, response *saml.LogoutResponse) error {
	id := response.Attr("InResponseTo").Value()
	p.mu.Lock()
	user, ok := p.leaving.at(id)
	p.leaving.drop(id)
	p.mu.Unlock()
	if !ok {
		return because(InvalidAuthnRequest, "no LogoutRequest %s awaits an answer (inferred)", id)
	}
	code := response.StatusCode.Attr("Value").Value()
	e, title := p.event(Success, saml.FlowIDP), "Logged out of Salesforce and of "+p.half.ConnectedApp.Name.Value
	e.Text = "Single Logout (inferred)"
	if code != saml.StatusSuccess || response.SecondCode.Attr("Value").Value() == "urn:oasis:names:tc:SAML:2.0:status:PartialLogout" {
		e = p.event(PartialLogout, saml.FlowIDP)
		e.Text += ": the service provider answered " + code
		title = "Logged out of Salesforce"
	}
	e.User = user
	p.log(e)
	p.show(w, http.StatusOK, "loggedout", pageData{Title: title, Text: e.Text})
	return nil
}
