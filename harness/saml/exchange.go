package saml

import "time"

// A Flow is who started a login.
type Flow string

// The two flows of the Web Browser SSO profile (SAMLProf 4.1.1, 4.1.5).
const (
	FlowSP  Flow = "sp"  // the service provider sent an AuthnRequest
	FlowIDP Flow = "idp" // the identity provider sent an unsolicited response
)

// An Exchange is one login as it crossed the wire. Parts that are not known are
// zero: a pasted response has no request, no steps and no verdict.
type Exchange struct {
	Name string // what a report calls it
	User string // who logs in, where that is known beforehand
	Flow Flow   // "" where it is not known

	// At is when the response reached the service provider, zero where that is not
	// known; AtSource says how it is known: "clock", "flag" or "capture".
	At       time.Time
	AtSource string

	Request  *Message // the AuthnRequest; nil where none was seen
	Response *Message // nil where none came into being, or none was seen
	Verdict  *Verdict // what the service provider said; nil where it was not asked
	Stop     *Stop    // why the login ended before a verdict; nil where it did not

	Logout    []*Message // LogoutRequest and LogoutResponse messages that were seen, in order
	LoggedOut *LoggedOut // what became of the logout after the login; nil where none was tried

	Steps  []Step  // the browser's way, in order
	Events []Event // what the identity provider logged

	// NoCookies says why the cookies of the login are not known though its steps are;
	// "" where they are.
	NoCookies string
}

// LoggedOut is what became of a logout, as both sides know it afterwards.
type LoggedOut struct {
	Started     Flow    // who started it
	SP, IDP     bool    // whether the session there has ended
	Returned    bool    // whether the browser came back to who started it
	Reason      string  // where it ended, in words
	Unreachable string  // the URL that led nowhere; "" where the logout ended otherwise
	Steps       []Step  // the browser's way, in order
	Events      []Event // what the identity provider logged
}

// Complete tells whether the sessions have ended on both sides and the browser came back.
func (l *LoggedOut) Complete() bool { return l.SP && l.IDP && l.Returned }

// A Message is one SAML protocol message as it travelled.
type Message struct {
	Binding string // one of the Binding… identifiers, "" where it is not known
	URL     string // where it was sent, without the message itself for HTTP-Redirect; "" where not known
	Query   string // the raw query for HTTP-Redirect
	Encoded string // the SAMLRequest or SAMLResponse parameter as it travelled, "" where not known
	XML     []byte // the decoded bytes

	RelayState    string
	HasRelayState bool
	// NoRelayState says why it is not known whether there was one; "" where it is.
	NoRelayState string

	// Param is the parameter that carried it, "SAMLRequest" or "SAMLResponse"; "" where
	// not known.
	Param string
	// Deviations are what the binding forbids about the way it travelled; it could be
	// decoded all the same.
	Deviations []Deviation

	// File is the capture that the message comes from, "" where there is none.
	File string
}

// A Verdict is a service provider's own answer to a response.
type Verdict struct {
	Accepted bool
	Status   int    // HTTP
	Code     string // the vendor's error code, as 45050; "" where there is none
	Text     string // what the user is shown
	Subject  string // who is logged in; "" where nobody is
	Inferred string // why this answer is inferred rather than documented; "" where it is documented
	Detail   string // what a library said that was asked, in its own words; no user is shown it
	Warning  string // what an accepted login brings about that its administrator may not want; "" for nothing
}

// A Stop says why no verdict came.
type Stop struct {
	// Unreachable is the URL that led nowhere; "" where the login ended otherwise.
	Unreachable string
	// Event is the identity provider's own refusal, nil where there is none.
	Event  *Event
	Reason string // in words
}

// A Step is one request of the browser and the answer to it.
type Step struct {
	At       time.Time
	Method   string
	URL      string
	Status   int    // 0 where nothing answered, or the answer is not known
	Location string // of a redirect
	Note     string // what a reader should know, as a cookie that was withheld
	Warning  bool   // the note tells of something that works only by grace
	// Unrecorded tells that the answer is not known.
	Unrecorded bool

	// Date is what the answer's Date header says, by the clock of who answered; zero
	// where there is none.
	Date time.Time
	// ContentType is that of the request's body, CacheControl that of the answer.
	ContentType, CacheControl string
	Sent                      []string // names of the cookies that the browser sent
	Set                       []Cookie // cookies that the answer set
}

// A Cookie is what a Set-Cookie header says of a cookie, without its value.
type Cookie struct {
	Name     string
	Domain   string // "" for the host alone
	Path     string
	SameSite string // as written; "" where it is not stated
	Secure   bool
	HTTPOnly bool
	Deleted  bool // it was set to expire at once
}

// An Event is one line of the identity provider's event log.
type Event struct {
	At        time.Time
	Code      string // ErrorCode of IdpEventLog, "Success" where it worked
	Text      string
	User      string
	EntityID  string
	Initiated Flow
}
