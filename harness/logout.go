package harness

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// withLogouts are the logins, each once for a logout that either side starts where the
// settings have Single Logout on both, and as they are where they have not.
func withLogouts(s *settings.Settings, logins []login) []login {
	if s.Salesforce.ConnectedApp.SingleLogoutURL.Value == "" || !s.Flex.ServiceProvider.LogsOut() {
		return logins
	}
	var all []login
	for _, l := range logins {
		for _, l.out = range []saml.Flow{saml.FlowSP, saml.FlowIDP} {
			all = append(all, l)
		}
	}
	return all
}

// leaving names the way out of a login.
func (l login) leaving() string {
	switch l.out {
	case saml.FlowSP:
		return ", logged out at Flex"
	case saml.FlowIDP:
		return ", logged out at Salesforce"
	}
	return ""
}

// sessions are how many sessions go on at either side.
func (st *stage) sessions() map[saml.Flow]int {
	return map[saml.Flow]int{saml.FlowSP: len(st.sp.SignedIn()), saml.FlowIDP: len(st.idp.SignedIn())}
}

// leave logs the user of a login out at the side that the login names, by the same
// browser, and writes down what became of it. before is how many sessions went on at
// either side before the login.
func (st *stage) leave(ctx context.Context, in *browser, x *saml.Exchange, l login, before map[saml.Flow]int) error {
	st.heard.events = nil
	out := &browser{transport: in.transport, now: in.now, cookies: in.cookies}
	var err error
	if l.out == saml.FlowIDP {
		err = out.open(ctx, st.idp.LogoutURL())
	} else if button := in.button("logout"); button != nil {
		err = out.walk(ctx, button)
	}
	if err != nil {
		return err
	}
	after := st.sessions()
	home := st.sp.Hosts()
	if l.out == saml.FlowIDP {
		home = st.idp.Hosts()
	}
	end := &saml.LoggedOut{
		Started: l.out, SP: after[saml.FlowSP] <= before[saml.FlowSP], IDP: after[saml.FlowIDP] <= before[saml.FlowIDP],
		Returned: out.status == http.StatusOK && slices.ContainsFunc(home, func(name string) bool { return hostOf(name) == hostOf(out.at.Host) }),
		Steps:    out.steps, Events: st.heard.events,
	}
	end.Reason, end.Unreachable = st.ended(in, out)
	x.LoggedOut, x.Logout = end, out.logoutMessages()
	return nil
}

// ended says where a logout ended.
func (st *stage) ended(in, out *browser) (reason, unreachable string) {
	if out.unreachable != "" {
		bare := bareURL(out.unreachable)
		return "nothing of these settings answers at " + bare, bare
	}
	for i := len(st.heard.events) - 1; i >= 0; i-- {
		if e := st.heard.events[i]; e.Code != "Success" {
			return "Salesforce logs " + strings.TrimSpace(e.Code+" "+e.Text), ""
		}
	}
	if len(out.steps) == 0 {
		return fmt.Sprintf("the page at %s has no button to log out with", in.at), ""
	}
	reason = fmt.Sprintf("the browser ended at %s with status %d", bareURL(out.at.String()), out.status)
	if words := out.last.text; words != "" {
		reason += ": " + words[:min(len(words), 200)]
	}
	return strings.ToValidUTF8(reason, ""), ""
}

// button is the request that a form of the last page makes, whose action ends with a
// name; nil where the page has none.
func (b *browser) button(name string) *hop {
	for i := range b.last.forms {
		f := &b.last.forms[i]
		to, err := b.at.Parse(f.action)
		if err != nil || !strings.HasSuffix(strings.TrimSuffix(to.Path, "/"), "/"+name) {
			continue
		}
		next := &hop{method: f.method, url: to, initiator: b.at, referer: referer(b.at, to, "")}
		if f.method == http.MethodPost {
			next.body = f.values(nil)
		} else {
			next.url = &url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path, RawQuery: f.values(nil)}
		}
		return next
	}
	return nil
}

// logoutMessages are the messages of logout that the browser carried, and those that
// nobody can read. A login that began again on the way is none.
func (b *browser) logoutMessages() []*saml.Message {
	var list []*saml.Message
	for _, m := range b.messages {
		doc, err := saml.Parse(m.XML, saml.Limits{})
		if err == nil && (doc.Root().Is(saml.NSProtocol, "AuthnRequest") || doc.Root().Is(saml.NSProtocol, "Response")) {
			continue
		}
		list = append(list, m)
	}
	return list
}
