package mockidp

import (
	"errors"
	"fmt"
	"slices"

	"github.com/samlproof/samlproof/harness/saml"
)

// The codes of the event log. All are those of Salesforce's IdpEventLog but the last
// three: UserInactive stands for a line of the Login History, since such a user never
// reaches the event log, NoPassive for the answer of SAMLCore 3.4.1 to a passive
// request, since what Salesforce does with one is not published, and PartialLogout for
// a Single Logout that did not end all sessions (SAMLCore 3.7.3.2). That a logout is
// logged at all is inferred.
const (
	Success             = "Success"
	UnableToResolve     = "UnableToResolve"
	NoAccess            = "NoAccess"
	InvalidAuthnRequest = "InvalidAuthnRequest"
	InvalidIdpEndpoint  = "InvalidIdpEndpoint"
	InvalidSignature    = "InvalidSignature"
	InvalidSettings     = "InvalidSettings"
	InvalidSP           = "InvalidSp"
	ForceAuthNLogout    = "ForceAuthNLogout"
	NoCustomAttrValue   = "NoCustomAttrValue"
	NoCustomField       = "NoCustomField"
	NoUserFedID         = "NoUserFedId"
	NoSubdomain         = "NoSubdomain"
	InternalError       = "InternalError"

	UserInactive  = "UserInactive"
	NoPassive     = "NoPassive"
	PartialLogout = "PartialLogout"
)

// eventText is what Salesforce says with a code; where its wording is not published,
// the text says what the code means.
func eventText(code string) string {
	switch code {
	case Success:
		return ""
	case UnableToResolve:
		return "Unable to resolve request into a Service Provider"
	case NoAccess:
		return "User does not have access to this service provider"
	case InvalidAuthnRequest:
		return "Unable to parse AuthnRequest from service provider"
	case InvalidIdpEndpoint:
		return "Invalid Identity Provider Endpoint URL"
	case InvalidSignature:
		return "Invalid signature on the request of the service provider"
	case InvalidSettings:
		return "IdP certificate is invalid or does not exist"
	case InvalidSP:
		return "Misconfigured or invalid service provider"
	case ForceAuthNLogout:
		return "User logged out due to forced authentication request"
	case NoCustomAttrValue:
		return "The user has no value in the custom attribute that is the subject"
	case NoCustomField:
		return "The custom attribute that is the subject does not exist"
	case NoUserFedID:
		return "The user has no Federation ID"
	case NoSubdomain:
		return "No My Domain deployed in the org"
	case UserInactive:
		return "User is Inactive"
	case NoPassive:
		return "Nobody is logged in, and the request forbids to ask (inferred)"
	case PartialLogout:
		return "Single Logout did not end all sessions (inferred)"
	}
	return "Internal error"
}

// A refusal is why no response comes into being: as the event log has it, and with
// what the mock knows beyond that.
type refusal struct{ code, text, detail string }

func (r *refusal) Error() string { return r.code + ": " + r.full() }

// full is the text with the detail.
func (r *refusal) full() string {
	if r.detail == "" {
		return r.text
	}
	return r.text + ": " + r.detail
}

// refuse is the refusal with this code.
func refuse(code string) *refusal { return &refusal{code: code, text: eventText(code)} }

// because is the refusal with this code and what led to it.
func because(code, format string, args ...any) *refusal {
	return &refusal{code, eventText(code), fmt.Sprintf(format, args...)}
}

// asRefusal is the refusal that an error is; any other error is an internal one.
func asRefusal(err error) *refusal {
	var r *refusal
	if errors.As(err, &r) {
		return r
	}
	return because(InternalError, "%s", err)
}

// mostEvents is how many lines Salesforce shows of its Identity Provider Event Log.
const mostEvents = 50

// event is a line for the event log.
func (p *IDP) event(code string, flow saml.Flow) saml.Event {
	return saml.Event{At: p.opt.Now(), Code: code, Text: eventText(code), EntityID: p.half.ConnectedApp.EntityID.Value, Initiated: flow}
}

// log writes a line to the event log and tells whoever listens.
func (p *IDP) log(e saml.Event) {
	p.mu.Lock()
	p.events = append(p.events, e)
	if extra := len(p.events) - mostEvents; extra > 0 {
		p.events = slices.Delete(p.events, 0, extra)
	}
	p.mu.Unlock()
	if p.opt.Notify != nil {
		p.opt.Notify(e)
	}
}

// Events are the last 50 lines of the event log, oldest first.
func (p *IDP) Events() []saml.Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.events)
}
