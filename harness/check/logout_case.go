package check

import (
	"bytes"

	"github.com/samlproof/samlproof/harness/saml"
)

// A logoutMessage is a LogoutRequest or a LogoutResponse of an exchange.
type logoutMessage struct {
	*saml.Message
	doc  *saml.Document
	err  error
	root saml.Element // zero where err says why not
}

// logoutApart is the exchange with a message of logout that stands alone, where a login
// has its messages, among those of logout. One that went to where responses of logins
// go, or stands beside a message of a login, is left to the checks of logins.
func logoutApart(x *saml.Exchange, acsURLs []string) *saml.Exchange {
	m := x.Request
	if m == nil {
		m = x.Response
	}
	if m == nil || x.Request != nil && x.Response != nil || among(m.URL, acsURLs) || !bytes.Contains(m.XML, []byte("LogoutRe")) {
		return x
	}
	d, err := saml.Parse(m.XML, saml.Limits{})
	if err != nil {
		return x
	}
	l := logoutMessage{Message: m, root: d.Root()}
	if !l.isRequest() && !l.isResponse() || among(l.root.Attr("Destination").Value(), acsURLs) {
		return x
	}
	apart := *x
	apart.Request, apart.Response = nil, nil
	apart.Logout = append([]*saml.Message{m}, x.Logout...)
	return &apart
}

// readLogout reads the messages of logout once.
func (c *Case) readLogout() {
	for _, m := range c.Exchange.Logout {
		l := logoutMessage{Message: m}
		if l.doc, l.err = saml.Parse(m.XML, saml.Limits{}); l.err == nil {
			l.root = l.doc.Root()
		}
		c.logout = append(c.logout, l)
	}
}

// isRequest and isResponse tell the two messages of logout.
func (l *logoutMessage) isRequest() bool  { return l.root.Is(saml.NSProtocol, "LogoutRequest") }
func (l *logoutMessage) isResponse() bool { return l.root.Is(saml.NSProtocol, "LogoutResponse") }

// onLogout hands a check each message of logout that is one.
func onLogout(f func(c *Case, l *logoutMessage) []Finding, needs ...need) func(*Case) Outcome {
	return onLogoutKind(func(l *logoutMessage) bool { return l.isRequest() || l.isResponse() }, "no message of logout could be read", f, needs...)
}

// onLogoutRequest hands a check each LogoutRequest.
func onLogoutRequest(f func(c *Case, l *logoutMessage) []Finding, needs ...need) func(*Case) Outcome {
	return onLogoutKind((*logoutMessage).isRequest, "there is no LogoutRequest", f, needs...)
}

// onLogoutResponse hands a check each LogoutResponse.
func onLogoutResponse(f func(c *Case, l *logoutMessage) []Finding, needs ...need) func(*Case) Outcome {
	return onLogoutKind((*logoutMessage).isResponse, "there is no LogoutResponse", f, needs...)
}

func onLogoutKind(is func(*logoutMessage) bool, none string, f func(c *Case, l *logoutMessage) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if len(c.logout) == 0 {
			return skip("no logout was seen")
		}
		c.mustBeRead()
		if why := c.Expect.missing(needs); why != "" {
			return skip(why)
		}
		seen := false
		var list []Finding
		for i := range c.logout {
			if l := &c.logout[i]; is(l) {
				seen = true
				list = append(list, f(c, l)...)
			}
		}
		if !seen {
			return skip(none)
		}
		return Outcome{Findings: list}
	}
}

// peers are the entity IDs of both sides; none where one side is not known.
func (e *Expect) peers() (list []string) {
	if len(e.Issuers) == 0 || len(e.Audiences)+len(e.RequestIssuers) == 0 {
		return nil
	}
	return append(append(append(list, e.Issuers...), e.Audiences...), e.RequestIssuers...)
}

// certificatesOf are those of whoever a message says it comes from. Where no login tells
// who is who and no identity provider is named, the one trusted side is meant.
func (c *Case) certificatesOf(issuer string) []saml.Certificate {
	e := c.Expect
	alone := c.Exchange.Request == nil && c.Exchange.Response == nil && len(e.Issuers) == 0 && len(e.RequestCertificates) == 0
	if among(issuer, e.Issuers) || alone && !among(issuer, e.Audiences) {
		return e.Certificates
	}
	return e.RequestCertificates
}

// logoutAddresses are where the metadata of the other side than the sender takes a
// message of logout; none where that side publishes no logout, or is not known.
func (c *Case) logoutAddresses(l *logoutMessage) (list []string) {
	to := &c.idp
	if among(l.root.Child(saml.NSAssertion, "Issuer").Text(), c.Expect.Issuers) {
		to = &c.sp
	}
	for _, e := range to.endpoints(endpointSLO) {
		if l.Binding != "" && e.Binding != l.Binding {
			continue
		}
		if l.isResponse() {
			list = append(list, e.Answers)
		} else {
			list = append(list, e.Location)
		}
	}
	return list
}
