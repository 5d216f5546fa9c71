package mocksp

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"github.com/samlproof/samlproof/harness/settings"
)

// home is the login link: the page of the user who is logged in, or the beginning of a
// login. After a logout it waits to be asked.
func (p *SP) home(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	for _, name := range []string{"Token", "code"} {
		if token := query.Get(name); token != "" {
			p.exchange(w, r, token)
			return
		}
	}
	if s, ok := p.state.session(cookie(r, sessionCookie), p.opt.Now()); ok {
		p.showSession(w, s)
		return
	}
	if cookie(r, outCookie) != "" {
		p.showLogin(w)
		return
	}
	p.login(w, r)
}

// login begins a login, by redirects as the real pages do by script.
func (p *SP) login(w http.ResponseWriter, r *http.Request) {
	if _, err := webURL(p.half.SSOURL.Value); err != nil {
		p.showBadSSOURL(w, err)
		return
	}
	if cookie(r, outCookie) != "" {
		dropCookie(w, outCookie)
	}
	if legacy(&p.half) {
		if p.site.start == (address{}) {
			p.say(w, http.StatusInternalServerError, "Invalid SSO settings", "The Twilio SSO URL, "+p.half.ACSURL()+", is no address that a browser can be sent to.")
			return
		}
		redirect(w, http.StatusFound, p.site.start.url(url.Values{"resource": {p.site.link}}))
		return
	}
	verifier := p.random.token() + p.random.token()
	setCookie(w, verifierCookie, verifier, int(pendingLife.Seconds()), http.SameSiteLaxMode)
	redirect(w, http.StatusFound, address{servicesHost, authorizePath}.url(url.Values{
		"codeChallenge": {challengeOf(verifier)},
		"nonce":         {p.random.token()},
		"redirectUrl":   {callbackAddress},
		"ssoProfileSid": {p.half.ConnectionSID.Value},
	}))
}

// challengeOf is the code challenge of a code verifier (RFC 7636 4.2).
func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// authorize is the first step of enhanced SSO, which names the connection.
func (p *SP) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	switch {
	case q.Get("ssoProfileSid") != p.half.ConnectionSID.Value:
		p.say(w, http.StatusBadRequest, "Unknown SSO profile", "ssoProfileSid is "+q.Get("ssoProfileSid")+"; these settings know "+p.half.ConnectionSID.Value+".")
		return
	case q.Get("redirectUrl") != callbackAddress:
		p.say(w, http.StatusBadRequest, "Unknown redirectUrl", "redirectUrl is "+q.Get("redirectUrl")+"; the mock returns to "+callbackAddress+" only.")
		return
	}
	redirect(w, http.StatusFound, address{p.site.acs.host, connectPath}.url(url.Values{
		"response_type":         {"code"},
		"client_id":             {p.site.clientID},
		"connection":            {p.half.ConnectionSID.Value},
		"redirect_uri":          {callbackAddress},
		"code_challenge":        {q.Get("codeChallenge")},
		"code_challenge_method": {"S256"},
		"nonce":                 {q.Get("nonce")},
	}))
}

// connect is the second step of enhanced SSO, on the host that the response comes back
// to: there the browser gets the cookie that ties the request to it.
func (p *SP) connect(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("connection") != p.half.ConnectionSID.Value || q.Get("client_id") != p.site.clientID || q.Get("redirect_uri") != callbackAddress {
		p.say(w, http.StatusBadRequest, "Unknown connection", "connection, client_id or redirect_uri are not those of these settings.")
		return
	}
	to, err := p.send(w, r, q.Get("code_challenge"), p.site.link)
	if err != nil {
		p.showBadSSOURL(w, err)
		return
	}
	redirect(w, http.StatusFound, to)
}

// authenticate begins a login of legacy SSO. The real page posts JSON by script and is
// told where to go; the mock takes that, and a GET of its own, which is redirected.
func (p *SP) authenticate(w http.ResponseWriter, r *http.Request) {
	resource, asked := r.URL.Query().Get("resource"), r.Method == http.MethodPost
	if asked {
		var in struct {
			Products []string `json:"products"`
			Resource string   `json:"resource"`
		}
		if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
			p.say(w, http.StatusUnsupportedMediaType, "Unsupported content type", "This address takes application/json.")
			return
		}
		if err := json.NewDecoder(io.LimitReader(r.Body, 64<<10)).Decode(&in); err != nil {
			p.say(w, http.StatusBadRequest, "Not understood", "The body is no JSON object with products and resource.")
			return
		}
		resource = in.Resource
	}
	if !p.returnsTo(resource) {
		p.say(w, http.StatusBadRequest, "Untrusted resource", "The login may return to the login link or a Trusted URL, not to "+resource+".")
		return
	}
	to, err := p.send(w, r, "", resource)
	switch {
	case err != nil:
		p.showBadSSOURL(w, err)
	case asked:
		writeJSON(w, http.StatusOK, struct {
			Location string `json:"location"`
		}{to})
	default:
		redirect(w, http.StatusFound, to)
	}
}

// returnsTo tells whether a login may end at an address: the login link, or a Trusted
// URL as typed.
func (p *SP) returnsTo(to string) bool {
	return to == p.site.link || slices.ContainsFunc(p.half.TrustedURLs, func(u settings.Text) bool { return u.Value == to })
}

// send makes a request, ties it to the browser and answers where it travels.
func (p *SP) send(w http.ResponseWriter, r *http.Request, challenge, target string) (location string, err error) {
	if _, err := webURL(p.half.SSOURL.Value); err != nil {
		return "", err
	}
	now := p.opt.Now()
	request, id := p.Request()
	next := pending{id: id, browser: cookie(r, browserCookie), relay: p.relayState(), challenge: challenge, target: target, created: now}
	if len(next.browser) != tokenLength {
		next.browser = p.random.token()
	}
	setCookie(w, browserCookie, next.browser, int(pendingLife.Seconds()), http.SameSiteNoneMode)
	p.state.await(next, now)
	return p.redirectURL(p.half.SSOURL.Value, "SAMLRequest", request, &next.relay)
}
