package mocksp

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// Single Logout (SAMLProf 4.4) with the identity provider. Flex documents none and has no
// setting for it: this part of the mock is that of an ordinary service provider, to try an
// identity provider from both sides.

// singleLogoutMethods are what the service provider takes messages of logout by.
func (p *SP) singleLogoutMethods() []string {
	switch p.half.ServiceProvider.SingleLogoutBinding.Value {
	case settings.LogoutRedirect:
		return reading
	case settings.LogoutPOST:
		return posting
	}
	return either
}

const inferredLogout = "Flex documents no Single Logout. What this page does is that of an ordinary service provider."

// logOutThere asks the identity provider to end the session there and at all others.
func (p *SP) logOutThere(w http.ResponseWriter, s session) {
	id, now := "_"+p.random.hex(20), p.opt.Now()
	p.state.depart(id, now)
	format := ""
	if s.format != "" {
		format = ` Format="` + escape(s.format) + `"`
	}
	index := ""
	if s.index != "" {
		index = "<samlp:SessionIndex>" + escape(s.index) + "</samlp:SessionIndex>"
	}
	p.sendLogout(w, "SAMLRequest", []byte(`<samlp:LogoutRequest xmlns:samlp="`+saml.NSProtocol+`" xmlns:saml="`+saml.NSAssertion+`"`+
		` ID="`+id+`" Version="2.0" IssueInstant="`+now.UTC().Format(instant)+`" Destination="`+escape(p.half.ServiceProvider.IdentityProviderLogoutURL.Value)+`"`+
		` NotOnOrAfter="`+now.Add(pendingLife).UTC().Format(instant)+`"><saml:Issuer>`+escape(p.half.EntityID())+`</saml:Issuer>`+
		`<saml:NameID`+format+`>`+escape(s.nameID)+`</saml:NameID>`+index+`</samlp:LogoutRequest>`), nil)
}

// answerLogout answers a LogoutRequest (SAMLProf 4.4.3.4).
func (p *SP) answerLogout(w http.ResponseWriter, request *saml.LogoutRequest, relay *string, known bool) {
	status := `<samlp:StatusCode Value="` + saml.StatusSuccess + `"/>`
	if !known {
		status = `<samlp:StatusCode Value="` + statusRequester + `"><samlp:StatusCode Value="` + statusUnknownPrincipal + `"/></samlp:StatusCode>`
	}
	p.sendLogout(w, "SAMLResponse", []byte(`<samlp:LogoutResponse xmlns:samlp="`+saml.NSProtocol+`" xmlns:saml="`+saml.NSAssertion+`"`+
		` ID="_`+p.random.hex(20)+`" Version="2.0" IssueInstant="`+p.opt.Now().UTC().Format(instant)+`" Destination="`+escape(p.half.ServiceProvider.IdentityProviderLogoutURL.Value)+`"`+
		` InResponseTo="`+escape(request.Attr("ID").Value())+`"><saml:Issuer>`+escape(p.half.EntityID())+`</saml:Issuer>`+
		`<samlp:Status>`+status+`</samlp:Status></samlp:LogoutResponse>`), relay)
}

const (
	statusRequester        = "urn:oasis:names:tc:SAML:2.0:status:Requester"
	statusUnknownPrincipal = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal"
)

// sendLogout sends a message of logout to the identity provider, signed where there is
// a key.
func (p *SP) sendLogout(w http.ResponseWriter, param string, message []byte, relay *string) {
	to := p.half.ServiceProvider.IdentityProviderLogoutURL.Value
	if _, err := webURL(to); err != nil {
		p.say(w, http.StatusInternalServerError, "Logged out here only", "The identity provider's logout URL is "+quoted(to)+": "+err.Error()+".")
		return
	}
	if p.half.ServiceProvider.SingleLogoutBinding.Value != settings.LogoutPOST {
		location, err := p.redirectURL(to, param, message, relay)
		if err != nil {
			p.say(w, http.StatusInternalServerError, "Logged out here only", "The message could not be signed: "+err.Error()+".")
			return
		}
		redirect(w, http.StatusSeeOther, location)
		return
	}
	if p.opt.Key != nil {
		signed, err := signMessage(message, p.opt.Key, p.random)
		if err != nil {
			p.say(w, http.StatusInternalServerError, "Logged out here only", "The message could not be signed: "+err.Error()+".")
			return
		}
		message = signed
	}
	sum := sha256.Sum256([]byte("document.forms[0].submit();"))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'; frame-ancestors 'none'; base-uri 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(saml.PostForm(to, param, message, relay)) // a browser that is gone needs no answer
}

// singleLogout takes both messages of logout by both bindings.
func (p *SP) singleLogout(w http.ResponseWriter, r *http.Request) {
	var m *saml.Message
	var err error
	if r.Method == http.MethodPost {
		var body string
		var ok bool
		if body, ok = p.form(w, r); !ok {
			return
		}
		m, err = saml.DecodePOST(body)
	} else {
		m, err = saml.DecodeRedirect(r.URL.RawQuery)
	}
	if err != nil {
		p.refuseLogout(w, "there is no message of logout: "+err.Error())
		return
	}
	doc, err := saml.Parse(m.XML, saml.Limits{})
	if err != nil {
		p.refuseLogout(w, err.Error())
		return
	}
	if request := saml.ReadLogoutRequest(doc); request != nil && m.Param == "SAMLRequest" {
		p.logOutHere(w, m, doc, request)
		return
	}
	if response := saml.ReadLogoutResponse(doc); response != nil && m.Param == "SAMLResponse" {
		p.loggedOut(w, m, doc, response)
		return
	}
	p.refuseLogout(w, "the "+m.Param+" is "+doc.Root().Local()+", no message of logout")
}

// logOutHere ends the sessions that a LogoutRequest names, and answers it.
func (p *SP) logOutHere(w http.ResponseWriter, m *saml.Message, doc *saml.Document, request *saml.LogoutRequest) {
	why := p.distrust(m, doc, request.Element, request.Issuer, request.Signature)
	end, ends := moment(request.Attr("NotOnOrAfter"))
	now := p.opt.Now()
	switch {
	case why != "":
	case request.Attr("ID").Value() == "":
		why = "it has no ID"
	case !request.NameID.Is(saml.NSAssertion, "NameID") || request.NameID.Text() == "":
		why = "it has no NameID"
	case ends && !now.Before(end.Add(skew)):
		why = "it ended at " + request.Attr("NotOnOrAfter").Value()
	}
	if why != "" {
		p.refuseLogout(w, "the LogoutRequest was refused: "+why)
		return
	}
	var indexes []string
	for _, e := range request.SessionIndexes {
		indexes = append(indexes, e.Text())
	}
	known := p.state.end(request.NameID.Text(), indexes, now) > 0
	var relay *string
	if m.HasRelayState {
		relay = &m.RelayState
	}
	p.answerLogout(w, request, relay, known)
}

// loggedOut is the end of a logout that began here.
func (p *SP) loggedOut(w http.ResponseWriter, m *saml.Message, doc *saml.Document, response *saml.LogoutResponse) {
	why, id := p.distrust(m, doc, response.Element, response.Issuer, response.Signature), response.Attr("InResponseTo").Value()
	if why == "" && !p.state.departed(id, p.opt.Now()) {
		why = "no LogoutRequest " + id + " awaits an answer"
	}
	if why != "" {
		p.refuseLogout(w, "the LogoutResponse was refused: "+why)
		return
	}
	if code := response.StatusCode.Attr("Value").Value(); code != saml.StatusSuccess {
		text := "The identity provider answered " + strings.TrimSuffix(code+", "+response.SecondCode.Attr("Value").Value(), ", ") + "."
		p.show(w, http.StatusOK, view{Title: "Logged out here only", Text: []string{text}, Notes: []string{inferredLogout}})
		return
	}
	p.show(w, http.StatusOK, view{
		Title: "Logged out", Text: []string{"The session ended here and at the identity provider."},
		LoginURL: p.site.link, Notes: []string{inferredLogout},
	})
}

// distrust says why a message of logout is not taken for the identity provider's; ""
// where it is.
func (p *SP) distrust(m *saml.Message, doc *saml.Document, root, issuer, signature saml.Element) string {
	c := &matter{half: &p.half, now: p.opt.Now()}
	cert, err := c.certificate()
	if err != nil {
		return "there is no certificate to verify it with: " + err.Error()
	}
	trusted := []saml.Certificate{{X509: cert, Name: "Flex › X.509 Certificate"}}
	destination := root.Attr("Destination")
	switch {
	case root.Attr("Version").Value() != "2.0":
		return "its Version is " + quoted(root.Attr("Version").Value())
	case issuer.Text() != p.half.IdentityProviderIssuer.Value:
		return issuerText(issuer.Text(), p.half.IdentityProviderIssuer.Value)
	case destination.Exists() && destination.Value() != p.half.ServiceProvider.SingleLogoutURL.Value:
		return "it was received at " + p.half.ServiceProvider.SingleLogoutURL.Value + " instead of " + destination.Value()
	}
	if m.Binding == saml.BindingRedirect {
		switch s := saml.VerifyQuery(m.Query, trusted, nil); {
		case s == nil:
			return "it is not signed"
		case !s.Valid():
			return "its signature is not valid: " + s.Faults[0].Note
		}
		return ""
	}
	if !signature.Exists() {
		return "it is not signed"
	}
	for _, s := range saml.VerifySignatures(doc, trusted, nil) {
		switch {
		case len(s.Faults) > 0:
			return "its signature is not valid: " + s.Faults[0].Note
		case !s.Valid() || s.Element != signature || s.Covers != root:
			return "its signature is not that of the message itself"
		}
	}
	return ""
}

func (p *SP) refuseLogout(w http.ResponseWriter, why string) {
	p.show(w, http.StatusBadRequest, view{
		Title: "Logout refused", Text: []string{strings.ToUpper(why[:1]) + why[1:] + "."}, Notes: []string{inferredLogout},
	})
}

var _ io.Reader = (*source)(nil)
