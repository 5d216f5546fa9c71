package check

import (
	"github.com/samlproof/samlproof/harness/saml"
)

// A logoutMessage is a LogoutRequest or a LogoutResponse of an exchange.
type logoutMessage struct {
	*saml.Message
	doc  *saml.Document
	err  error
	root saml.Element // zero where err says why not
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

// peers are the entity IDs of both sides, so far as they are known.
func (e *Expect) peers() (list []string) {
	return append(append(append(list, e.Issuers...), e.Audiences...), e.RequestIssuers...)
}

// certificatesOf are those of whoever a message says it comes from.
func (e *Expect) certificatesOf(issuer string) []saml.Certificate {
	if among(issuer, e.Issuers) {
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
