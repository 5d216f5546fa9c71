package harness

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// walk follows the login link to Salesforce's login page. Where the page at the link is
// one that goes on by script, as Flex's is, it does what the script does.
func (p *prober) walk(ctx context.Context) {
	if p.start.Value == "" {
		return
	}
	start, err := url.Parse(p.start.Value)
	if err != nil || !start.IsAbs() || start.Host == "" {
		p.stopped = fmt.Sprintf("the login link %q is no address that a browser can open", p.start.Value)
		return
	}
	p.follow(ctx, &hop{method: http.MethodGet, url: start})
	b := p.browser
	if !p.s.Flex.Set || p.reached || p.stopped != "" || b.request != nil || b.status != http.StatusOK || b.unreachable != "" || !b.last.scripted {
		p.end()
		return
	}
	if next := p.script(ctx, start); next != nil {
		p.follow(ctx, next)
		p.end()
	}
}

// follow walks on from a request until the login page, or until nothing leads on.
func (p *prober) follow(ctx context.Context, next *hop) {
	b := p.browser
	for n := 0; next != nil; n++ {
		if n == mostHops {
			p.stopped = fmt.Sprintf("given up after %d pages, one leading to the next, last %s", mostHops, brief(next.url.String()))
			return
		}
		if next.method == http.MethodPost && strings.Contains(next.body, "SAMLResponse=") || strings.Contains(next.url.RawQuery, "SAMLResponse=") {
			p.stopped = "a SAMLResponse came at " + brief(b.at.String()) + " though nobody logged in; it is not posted"
			return
		}
		silent, outside, insecure := len(p.silent), len(p.outside), len(p.insecure)
		after, err := b.step(ctx, next)
		switch {
		case err != nil:
			return // ctx ended
		case len(p.outside) > outside:
			p.stopped = "the way leads to " + brief(next.url.String()) + ", on a host that the settings do not name"
			return
		case len(p.insecure) > insecure:
			p.stopped = "the way leads to " + brief(next.url.String()) + ", which is not https"
			return
		case len(p.silent) > silent:
			p.stopped = p.silent[len(p.silent)-1]
			return
		case b.status == 0:
			p.stopped = brief(next.url.String()) + ": " + b.steps[len(b.steps)-1].Note
			return
		}
		if asksForLogin(&b.last) {
			if slices.Contains(p.orgHosts(), hostOfURL(b.at.String())) {
				p.reached = true
			} else {
				p.stopped = "a login page is at " + brief(b.at.String()) + ", not at the org"
			}
			return
		}
		next = after
	}
}

// end says where the way ended, if that is no login page and nothing has been said yet.
func (p *prober) end() {
	b := p.browser
	switch {
	case p.reached || p.stopped != "" || b.at == nil:
		return
	case b.unreachable != "":
		p.stopped = "the way leads to " + brief(b.unreachable) + ", which is no address that a browser can open"
		return
	}
	p.stopped = fmt.Sprintf("it ends at %s with status %d", brief(b.at.String()), b.status)
	for _, words := range []string{b.last.title, b.last.text} {
		if words != "" {
			p.stopped += ": " + strings.ToValidUTF8(words[:min(len(words), 200)], "")
			break
		}
	}
	switch {
	case len(b.last.targets) > 0:
		var names []string
		for _, target := range b.last.targets {
			names = append(names, brief(target))
		}
		p.stopped += "; its scripts, which are not run, name " + strings.Join(names, " and ")
	case b.last.scripted && b.request == nil:
		p.stopped += "; it has scripts, which are not run"
	}
}

// brief is a URL for a sentence: without a message, and with the beginning of a long query.
func brief(address string) string {
	const most = 60
	base, query, _ := strings.Cut(bareURL(address), "?")
	if len(query) > most {
		query = strings.ToValidUTF8(query[:most], "") + "…"
	}
	return strings.TrimSuffix(base+"?"+query, "?")
}

// orgHosts are the hosts at which a login page is Salesforce's: My Domain, and the
// endpoints' where metadata states others. Without a Salesforce half it is where Flex
// sends its users.
func (p *prober) orgHosts() []string {
	if !p.s.Salesforce.Set {
		return []string{hostOfURL(p.s.Flex.SSOURL.Value)}
	}
	hosts := []string{strings.ToLower(p.s.Salesforce.MyDomain.Value)}
	if m, _ := p.source(); m != nil {
		for _, location := range m.locations() {
			hosts = append(hosts, hostOfURL(location))
		}
	}
	return hosts
}

// userFields are names of fields for a user name, besides Salesforce's own.
var userFields = []string{userField, "username", "user", "j_username", "userid", "login", "loginfmt", "identifier", "email"}

// asksForLogin tells a page with a form for a user name or a password.
func asksForLogin(page *page) bool {
	for _, f := range page.forms {
		for _, x := range f.fields {
			named := slices.Contains(userFields, strings.ToLower(x.name)) || strings.Contains(x.hint, "username")
			if x.kind == "password" || named && x.tag == "input" && !x.silent() {
				return true
			}
		}
	}
	return false
}

// script does what the page at the login link does by script: with legacy SSO it asks
// where to go by a POST of JSON, with enhanced SSO it goes to Authorize with a code
// challenge (RFC 7636). nil where that leads nowhere, and p.stopped says why.
func (p *prober) script(ctx context.Context, from *url.URL) *hop {
	f := &p.s.Flex
	if f.SSO.Value == settings.SSOLegacy {
		body, _ := json.Marshal(map[string]any{"products": []string{"flex"}, "resource": p.start.Value})
		answer := p.fetch(ctx, http.MethodPost, "https://"+previewHost+"/iam/Accounts/"+url.PathEscape(f.AccountSID.Value)+"/authenticate", string(body), 64<<10)
		var to struct{ Location string }
		if answer.err == nil && answer.status == http.StatusOK {
			_ = json.Unmarshal(answer.body, &to) // an empty location is told below
		}
		return p.goOn(to.Location, from, answer)
	}
	random := make([]byte, 64)
	if _, err := io.ReadFull(p.opt.Random, random); err != nil {
		p.stopped = "no randomness for the code challenge: " + err.Error()
		return nil
	}
	challenge := sha256.Sum256([]byte(base64.RawURLEncoding.EncodeToString(random[:32])))
	return p.goOn("https://"+servicesHost+"/v1/Flex/Authorize?"+url.Values{
		"codeChallenge": {base64.RawURLEncoding.EncodeToString(challenge[:])},
		"nonce":         {base64.RawURLEncoding.EncodeToString(random[32:])},
		"redirectUrl":   {"https://" + servicesHost + "/v1/Flex/Authentication/Callback"},
		"ssoProfileSid": {f.ConnectionSID.Value},
	}.Encode(), from, fetched{})
}

func (p *prober) goOn(address string, from *url.URL, answer fetched) *hop {
	to, err := url.Parse(address)
	if err == nil && to.IsAbs() && to.Host != "" {
		return &hop{method: http.MethodGet, url: to, initiator: from, referer: referer(from, to, "")}
	}
	p.stopped = fmt.Sprintf("the page at the login link goes on by script, and %s does not say where to: status %d", brief(answer.url), answer.status)
	if answer.err != nil {
		p.stopped = fmt.Sprintf("the page at the login link goes on by script, and %s: %v", brief(answer.url), answer.err)
	}
	return nil
}

// A realm is what Flex publishes of an account's connections.
type realm struct {
	status int
	names  []string
	err    error
}

// connection fetches the public list of the account's connections of enhanced SSO.
func (p *prober) connection(ctx context.Context) {
	f := &p.s.Flex
	if !f.Set || f.SSO.Value == settings.SSOLegacy || f.AccountSID.Value == "" {
		return
	}
	answer := p.fetch(ctx, http.MethodGet, "https://"+servicesHost+"/v1/Flex/Authentication/Config?AccountSid="+url.QueryEscape(f.AccountSID.Value), "", 256<<10)
	p.realm = &realm{status: answer.status, err: answer.err}
	if answer.err != nil || answer.status != http.StatusOK {
		return
	}
	var doc struct {
		List []struct {
			Name string `json:"connection_name"`
		} `json:"config_list"`
	}
	if err := json.Unmarshal(answer.body, &doc); err != nil {
		p.realm.err = fmt.Errorf("it is not the JSON that is known: %w", err)
		return
	}
	for _, c := range doc.List {
		p.realm.names = append(p.realm.names, c.Name)
	}
}
