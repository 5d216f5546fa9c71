package check

import (
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// Adapters make a check's Run of a function that sees just its part of the evidence.
// They turn a missing part, and a missing expectation, into a skip with its reason,
// so that no check tests for nil. The function's result is what it found; none is a
// pass. On that path nothing may allocate: no formatting, no places.

// A need is an expectation that a check cannot do without.
type need int

const (
	clock need = iota
	audiences
	acsURLs
	issuers
	certificates
	requestIDs
	ssoURLs
	requestIssuers
	requestACSURLs
	publisher
)

// missing says which of the needs is not met, "" where all are.
func (e *Expect) missing(needs []need) string {
	for _, n := range needs {
		switch n {
		case clock:
			if e.At.IsZero() {
				return "the time of the login is not known"
			}
		case audiences:
			if len(e.Audiences) == 0 {
				return "the expected audience is not known"
			}
		case acsURLs:
			if len(e.ACSURLs) == 0 {
				return "the expected ACS URL is not known"
			}
		case issuers:
			if len(e.Issuers) == 0 {
				return "the expected issuer is not known"
			}
		case certificates:
			if len(e.Certificates) == 0 {
				return "no trusted certificate is known"
			}
		case requestIDs:
			if len(e.RequestIDs) == 0 {
				return "the id of the request is not known"
			}
		case ssoURLs:
			if len(e.SSOURLs) == 0 {
				return "the identity provider's sign-on URLs are not known"
			}
		case requestIssuers:
			if len(e.RequestIssuers) == 0 {
				return "the entity ID that the identity provider knows the service provider by is not known"
			}
		case requestACSURLs:
			if len(e.RequestACSURLs) == 0 {
				return "the ACS URL that the identity provider has for the service provider is not known"
			}
		case publisher:
			if len(e.Publisher) == 0 {
				return "no certificate of the metadata's publisher is known"
			}
		}
	}
	return ""
}

// skip is the outcome of a check that could not be judged.
func skip(reason string) Outcome { return Outcome{Skip: reason} }

// onSettings hands a check the settings as typed. The check may skip by itself.
func onSettings(f func(s *settings.Settings, want *Expect) Outcome) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.Settings == nil {
			return skip("no settings were given")
		}
		return f(c.Settings, c.Expect)
	}
}

// onExchange hands a check the login as a whole.
func onExchange(f func(x *saml.Exchange, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.Exchange == nil {
			return skip("there is no login to judge")
		}
		if why := c.Expect.missing(needs); why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c.Exchange, c.Expect)}
	}
}

// onRequestMessage hands a check the request as it travelled, read or not.
func onRequestMessage(f func(m *saml.Message, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.noRequest != "" {
			return skip(c.noRequest)
		}
		if why := c.Expect.missing(needs); why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c.Exchange.Request, c.Expect)}
	}
}

// onRequestCase hands a check the whole case where a request was seen, whether it
// could be read or not: RequestErr and a nil Request are then its own to judge.
func onRequestCase(f func(c *Case) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.noRequest != "" {
			return skip(c.noRequest)
		}
		c.mustBeRead()
		if why := c.Expect.missing(needs); why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c)}
	}
}

// onRequest hands a check the AuthnRequest.
func onRequest(f func(r *saml.AuthnRequest, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.noRequest != "" {
			return skip(c.noRequest)
		}
		c.mustBeRead()
		if c.RequestErr != nil {
			return skip("the request could not be read")
		}
		if c.Request == nil {
			return skip("the request is no AuthnRequest")
		}
		if why := c.Expect.missing(needs); why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c.Request, c.Expect)}
	}
}

// onResponseMessage hands a check the response as it travelled, read or not.
func onResponseMessage(f func(m *saml.Message, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.noResponse != "" {
			return skip(c.noResponse)
		}
		if why := c.Expect.missing(needs); why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c.Exchange.Response, c.Expect)}
	}
}

// onResponseCase hands a check the whole case where a response was seen, whether it
// could be read or not: ResponseErr and a nil Response are then its own to judge.
func onResponseCase(f func(c *Case) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.noResponse != "" {
			return skip(c.noResponse)
		}
		c.mustBeRead()
		if why := c.Expect.missing(needs); why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c)}
	}
}

// onRead hands a check the whole case where there is a Response.
func onRead(f func(c *Case) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if why := c.unread(); why != "" {
			return skip(why)
		}
		if why := c.Expect.missing(needs); why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c)}
	}
}

// onResponse hands a check the response's content: from signed bytes where it is
// signed. What is said about structure and comments, onReceived judges.
func onResponse(f func(r *saml.Response, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return onRead(func(c *Case) []Finding { return f(c.Response, c.Expect) }, needs...)
}

// onReceived hands a check the response as it was received.
func onReceived(f func(r *saml.Response, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return onRead(func(c *Case) []Finding { return f(c.Received, c.Expect) }, needs...)
}

// onSignatures hands a check every signature of the response, there being at least one.
func onSignatures(f func(sigs []*saml.Signature, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return onSignedCase(func(c *Case) []Finding { return f(c.Signatures, c.Expect) }, needs...)
}

// onSignature hands a check each signature of the response in turn.
func onSignature(f func(s *saml.Signature, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return onSignedCase(func(c *Case) (found []Finding) {
		for _, s := range c.Signatures {
			found = join(found, f(s, c.Expect))
		}
		return found
	}, needs...)
}

func onSignedCase(f func(c *Case) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if c.noResponse != "" {
			return skip(c.noResponse)
		}
		c.mustBeRead()
		if c.ResponseErr != nil {
			return skip("the response could not be read")
		}
		if len(c.Signatures) == 0 {
			return skip("there is no signature")
		}
		if why := c.Expect.missing(needs); why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c)}
	}
}

// onAssertion hands a check the content of each assertion in turn.
func onAssertion(f func(a *saml.Assertion, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return onAssertions(func(c *Case) (found []Finding) {
		for _, a := range c.Assertions {
			found = join(found, f(a, c.Expect))
		}
		return found
	}, needs...)
}

// join is two lists of findings in one; where one of them is empty, it is the other.
func join(list, more []Finding) []Finding {
	if len(list) == 0 {
		return more
	}
	return append(list, more...)
}

// onReceivedAssertion hands a check each assertion as it was received, with its
// signature and with comments.
func onReceivedAssertion(f func(a *saml.Assertion, want *Expect) []Finding, needs ...need) func(*Case) Outcome {
	return onAssertions(func(c *Case) (found []Finding) {
		for _, a := range c.ReceivedAssertions {
			found = join(found, f(a, c.Expect))
		}
		return found
	}, needs...)
}

// onAssertions hands a check the whole case where there is at least one assertion, which
// may be bare: Response and Received are nil then.
func onAssertions(f func(c *Case) []Finding, needs ...need) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if why := c.withoutAssertion(needs); why != "" {
			return skip(why)
		}
		return Outcome{Findings: f(c)}
	}
}

// withoutAssertion says why there is no assertion to judge, or which of the needs is not
// met; "" where there is one and all are.
func (c *Case) withoutAssertion(needs []need) string {
	if why := c.unread(); why != "" && (c.Response != nil || len(c.Assertions) == 0) {
		return why
	}
	if len(c.Assertions) == 0 {
		if c.Sealed() {
			return "the assertion is encrypted, and no decryption key was given"
		}
		if len(c.Decrypted) > 0 {
			return "the assertion could not be decrypted"
		}
		return "the response has no assertion"
	}
	return c.Expect.missing(needs)
}

// onWhole is onAssertions for a check that compares them with the response around them.
func onWhole(f func(c *Case) []Finding) func(*Case) Outcome {
	inside := onAssertions(f)
	return func(c *Case) Outcome {
		if why := c.unread(); why != "" {
			return skip(why)
		}
		return inside(c)
	}
}

// unread says why there is no response to judge, "" where there is one.
func (c *Case) unread() string {
	switch {
	case c.noResponse != "":
		return c.noResponse
	case c.failure != nil:
		c.mustBeRead()
	case c.ResponseErr != nil:
		return "the response could not be read"
	case c.Response == nil:
		return "the document is no Response"
	}
	return ""
}

// mustBeRead breaks a check whose evidence the reader failed to read.
func (c *Case) mustBeRead() {
	if c.failure != nil {
		panic(c.failure)
	}
}
