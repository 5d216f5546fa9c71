package mockidp

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// An authnQuery is an AuthnRequest on its way to an answer.
type authnQuery struct {
	message *saml.Message
	// forced tells that the session which the browser had was ended for this request,
	// so that the one it has now is the new one that ForceAuthn asks for.
	forced bool
}

// serveRedirect takes an AuthnRequest by HTTP-Redirect.
func (p *IDP) serveRedirect(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		p.refused(w, nil, because(InvalidIdpEndpoint, "%s is for HTTP-Redirect; this request came by %s", pathRedirect, r.Method), saml.FlowSP)
		return
	}
	if p.resume(w, r) {
		return
	}
	message, err := saml.DecodeRedirect(r.URL.RawQuery)
	if err != nil {
		p.refused(w, nil, because(InvalidAuthnRequest, "%s", err), saml.FlowSP)
		return
	}
	p.answer(w, r, &authnQuery{message: message})
}

// servePost takes an AuthnRequest by HTTP-POST.
func (p *IDP) servePost(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && p.resume(w, r) {
		return
	}
	if r.Method != http.MethodPost {
		p.refused(w, nil, because(InvalidIdpEndpoint, "%s is for HTTP-POST; this request came by %s", pathPost, r.Method), saml.FlowSP)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.refused(w, nil, because(InvalidAuthnRequest, "the form cannot be read: %s", err), saml.FlowSP)
		return
	}
	message, err := saml.DecodePOST(string(body))
	if err != nil {
		p.refused(w, nil, because(InvalidAuthnRequest, "%s", err), saml.FlowSP)
		return
	}
	p.answer(w, r, &authnQuery{message: message})
}

// resume goes on with a request that waited for a login, if the address names one.
func (p *IDP) resume(w http.ResponseWriter, r *http.Request) bool {
	token := r.URL.Query().Get("pending")
	if token == "" {
		return false
	}
	p.mu.Lock()
	q, ok := p.pending.at(token)
	p.mu.Unlock()
	if !ok {
		return false
	}
	if p.signedIn(r) == nil {
		p.toLogin(w, r, r.URL.RequestURI())
		return true
	}
	p.mu.Lock()
	p.pending.drop(token)
	p.mu.Unlock()
	p.answer(w, r, q)
	return true
}

// await keeps a request until its user has logged in, and is the address to go on at.
func (p *IDP) await(q *authnQuery, path string) (string, error) {
	b, err := p.random(16)
	if err != nil {
		return "", err
	}
	token := hexadecimal(b)
	p.mu.Lock()
	p.pending.put(token, q)
	p.mu.Unlock()
	return path + "?pending=" + token, nil
}

// mostStartURL is how long an address may be that travels through the login page;
// requests that are longer wait here.
const mostStartURL = 8 << 10

// answer gives an AuthnRequest its response, after a login where one is needed.
func (p *IDP) answer(w http.ResponseWriter, r *http.Request, q *authnQuery) {
	request, err := p.read(q.message)
	if err != nil {
		p.refused(w, nil, err, saml.FlowSP)
		return
	}
	user := p.signedIn(r)
	force, passive := isTrue(request.Attr("ForceAuthn").Value()), isTrue(request.Attr("IsPassive").Value())
	again := force && !q.forced
	if passive && (user == nil || again) {
		p.passive(w, request, q)
		return
	}
	if user == nil || again {
		if user != nil {
			e := p.event(ForceAuthNLogout, saml.FlowSP)
			e.User = user.Username.Value
			p.log(e)
		}
		if again {
			p.signOut(w, r)
		}
		start := r.URL.RequestURI()
		if again || r.Method != http.MethodGet || len(start) > mostStartURL {
			if start, err = p.await(&authnQuery{message: q.message, forced: force}, r.URL.Path); err != nil {
				p.refused(w, nil, err, saml.FlowSP)
				return
			}
		}
		p.toLogin(w, r, start)
		return
	}
	index, err := p.participate(r)
	if err != nil {
		p.refused(w, user, err, saml.FlowSP)
		return
	}
	response, event := p.issue(user, Request{ID: request.Attr("ID").Value(), SessionIndex: index}, saml.FlowSP)
	if asked := request.Attr("AssertionConsumerServiceURL"); response != nil && asked.Exists() && asked.Value() != p.half.ConnectedApp.ACSURL.Value {
		event.Text = "answered at the app's ACS URL, not at the request's, " + asked.Value() + " (inferred)"
	}
	p.log(event)
	if response == nil {
		p.refusedEvent(w, event)
		return
	}
	p.deliver(w, response, q.message)
}

// read is the AuthnRequest of a message, as far as Salesforce takes it.
func (p *IDP) read(m *saml.Message) (*saml.AuthnRequest, error) {
	app := &p.half.ConnectedApp
	switch {
	case p.half.MyDomain.Value == "":
		return nil, refuse(NoSubdomain)
	case !p.half.IdentityProvider.Enabled.Value:
		return nil, because(InvalidIdpEndpoint, "the org is not enabled as an identity provider")
	}
	doc, err := saml.Parse(m.XML, saml.Limits{Bytes: mostBody})
	if err != nil {
		return nil, because(InvalidAuthnRequest, "%s", err)
	}
	request := saml.ReadAuthnRequest(doc)
	switch {
	case request == nil:
		return nil, because(InvalidAuthnRequest, "it is %s, not an AuthnRequest", doc.Root().Local())
	case request.Attr("ID").Value() == "":
		return nil, because(InvalidAuthnRequest, "it has no ID")
	case request.Attr("Version").Value() != "2.0":
		return nil, because(InvalidAuthnRequest, "its Version is %q", request.Attr("Version").Value())
	}
	issuer := strings.Trim(request.Issuer.Text(), " \t\r\n")
	switch {
	case issuer == "":
		return nil, because(UnableToResolve, "the request has no Issuer")
	case issuer != app.EntityID.Value:
		return nil, because(UnableToResolve, "no app has the Entity Id %s", issuer)
	case !app.EnableSAML.Value:
		return nil, because(UnableToResolve, "Enable SAML is not ticked in the app %s", app.Name.Value)
	}
	return request, p.verify(m, doc, request.Element, request.Signature)
}

// verify holds a message of the service provider, with its root and the signature in it,
// to the app's Verify Request Signatures.
func (p *IDP) verify(m *saml.Message, doc *saml.Document, root, signature saml.Element) error {
	app := &p.half.ConnectedApp
	if !app.VerifyRequestSignatures.Value {
		return nil
	}
	redirect := m.Binding == saml.BindingRedirect
	signed := signature.Exists()
	if redirect {
		signed = saml.VerifyQuery(m.Query, nil, nil) != nil
	}
	if !signed { // whatever the certificate is like
		return because(InvalidSignature, "the request is not signed")
	}
	cert, err := saml.ParseCertificate(app.RequestCertificate.Data)
	if err != nil {
		return because(InvalidSP, "the certificate for request signatures cannot be read: %s", err)
	}
	trusted := saml.Certificate{X509: cert, Name: "Connected App › Verify Request Signatures"}
	if redirect {
		switch s := saml.VerifyQuery(m.Query, []saml.Certificate{trusted}, nil); {
		case s == nil:
			return because(InvalidSignature, "the request is not signed")
		case len(s.Faults) > 0:
			return because(InvalidSignature, "%s", s.Faults[0].Note)
		case !s.Valid() || s.Key == nil:
			return because(InvalidSignature, "it is not one of the certificate's key")
		}
		return nil
	}
	for _, s := range saml.VerifySignatures(doc, []saml.Certificate{trusted}, nil) {
		switch {
		case len(s.Faults) > 0:
			return because(InvalidSignature, "%s", s.Faults[0].Note)
		case !s.Valid() || s.Key == nil:
			return because(InvalidSignature, "it is not one of the certificate's key")
		case s.Element != signature || s.Covers != root:
			return because(InvalidSignature, "it is not that of the request itself")
		}
	}
	return nil
}

// passive tells the service provider that nobody is logged in (SAMLCore 3.4.1).
func (p *IDP) passive(w http.ResponseWriter, request *saml.AuthnRequest, q *authnQuery) {
	response, err := p.mintNoPassive(Request{ID: request.Attr("ID").Value()})
	if err != nil {
		p.refused(w, nil, err, saml.FlowSP)
		return
	}
	p.log(p.event(NoPassive, saml.FlowSP))
	p.deliver(w, response, q.message)
}

// serveStart begins an IdP-initiated login: the address names the app by its id or its
// API name.
func (p *IDP) serveStart(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		p.refused(w, nil, because(UnableToResolve, "the address cannot be read: %s", err), saml.FlowIDP)
		return
	}
	app, name := query.Get("app"), query.Get("apiName")
	byID := app != "" && (app == p.appID() || app == longID(p.appID()))
	byName := app == "" && name != "" && name == p.half.ConnectedApp.APIName.Value
	if !byID && !byName {
		p.refused(w, nil, because(UnableToResolve, "no app has this id or API name"), saml.FlowIDP)
		return
	}
	user := p.signedIn(r)
	if user == nil {
		p.toLogin(w, r, r.URL.RequestURI())
		return
	}
	index, err := p.participate(r)
	if err != nil {
		p.refused(w, user, err, saml.FlowIDP)
		return
	}
	response, event := p.issue(user, Request{SessionIndex: index}, saml.FlowIDP)
	p.log(event)
	if response == nil {
		p.refusedEvent(w, event)
		return
	}
	p.deliver(w, response, &saml.Message{RelayState: query.Get("RelayState"), HasRelayState: query.Has("RelayState")})
}

func isTrue(boolean string) bool {
	boolean = strings.Trim(boolean, " \t\r\n")
	return boolean == "true" || boolean == "1"
}
