package capture

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"github.com/samlproof/samlproof/harness/saml"
)

// twilioErrors are the error codes that Flex answers a login with, and what they mean.
var twilioErrors = []struct{ code, text string }{
	{"45050", "Authentication error - Missing User Attributes: full_name, email or roles is missing or not valid"},
	{"45002", "authentication error"},
	{"70004", "authentication failed: the issuer is not the one that Flex expects, or the response is not valid"},
	{"70251", "no valid certificate for the identity realm: it is missing or has expired"},
}

// spErrors are sentences that service providers' libraries answer with.
var spErrors = []string{
	"Invalid issuer in the Assertion/Response",
	"No Signature found. SAML Response rejected",
	"Signature validation failed. SAML Response rejected",
	"SAML Response must contain 1 Assertion",
	"is not a valid audience for this Response",
	"Could not validate timestamp: expired. Check system clock",
	"Could not validate timestamp: not yet valid. Check system clock",
	"Found an Attribute element with duplicated Name",
	"The response was received at ",
	"An empty NameID value found",
	"No name id found in Document",
	"neither the response nor the assertion are signed",
	"Audience is invalid. Configured:",
	"Recipient is invalid. Configured:",
	"assertion has expired.",
	"IdP-Initiated Default App Not Configured",
	"400 Error invalid attribute format",
	"Missing User Attributes",
}

// salesforceErrors are the sentences of the identity provider event log that a user may
// see, and their codes (IdpEventLog).
var salesforceErrors = []struct{ text, code string }{
	{"Unable to resolve request into a Service Provider", "UnableToResolve"},
	{"User does not have access to this service provider", "NoAccess"},
	{"Error: App access denied", "AppAccessDenied"},
	{"Unable to parse AuthnRequest from service provider", "InvalidAuthnRequest"},
	{"Invalid Identity Provider Endpoint URL", "InvalidIdpEndpoint"},
	{"IdP certificate is invalid or does not exist", "InvalidSettings"},
	{"Misconfigured or invalid service provider", "InvalidSp"},
	{"User logged out due to forced authentication request", "ForceAuthNLogout"},
	{"No My Domain deployed in the org", "NoSubdomain"},
}

// salesforceEvent is the event that a page of Salesforce tells of; nil where it tells
// of none.
func salesforceEvent(page string) *saml.Event {
	if page == "" {
		return nil
	}
	plain := page
	if strings.Contains(page, "&") {
		plain = html.UnescapeString(page)
	}
	for _, e := range salesforceErrors {
		if strings.Contains(plain, e.text) {
			return &saml.Event{Code: e.code, Text: e.text}
		}
	}
	return nil
}

// answer reads what the service provider said to the response, or to a request that
// followed from it. ended tells that no redirect leads on.
func answer(e *entry) (v *saml.Verdict, stop *saml.Stop, ended bool) {
	if e.silent {
		return nil, nil, true
	}
	if e.status == 0 {
		return nil, &saml.Stop{Unreachable: bare(e.url), Reason: "the service provider could not be reached: " + e.failure}, true
	}
	if v := knownAnswer(e); v != nil {
		return v, nil, true
	}
	const inferred = "read from the answer's status alone"
	switch {
	case e.status >= 400:
		return &saml.Verdict{Status: e.status, Text: join(http.StatusText(e.status), title(e.answer))}, nil, true
	case e.status >= 300 && e.location != "":
		if why := errorIn(e.location); why != "" {
			return &saml.Verdict{Status: e.status, Text: why, Inferred: "read from the address of a redirect"}, nil, true
		}
		if strings.Contains(e.location, "SAMLRequest=") {
			return &saml.Verdict{Status: e.status, Text: "the user is sent back to the identity provider", Inferred: "read from the address of a redirect"}, nil, true
		}
		return &saml.Verdict{Accepted: true, Status: e.status, Inferred: inferred}, nil, false
	}
	return &saml.Verdict{Accepted: true, Status: e.status, Text: title(e.answer), Inferred: inferred}, nil, true
}

// knownAnswer is a refusal in words or numbers that are known; nil where there is none.
func knownAnswer(e *entry) *saml.Verdict {
	if e.answer == "" {
		if e.basic && e.status == http.StatusUnauthorized {
			return &saml.Verdict{Status: e.status, Code: "70004", Text: "the browser asks for a user name and a password: " + twilioErrors[2].text, Inferred: "Flex answers so where it does not accept the issuer"}
		}
		return nil
	}
	var body struct {
		Code    json.Number
		Message string
		Detail  string
	}
	if strings.HasPrefix(strings.TrimSpace(e.answer), "{") && lenient(json.Unmarshal([]byte(e.answer), &body)) == nil {
		for _, t := range twilioErrors {
			if body.Code.String() == t.code {
				text := t.text
				if body.Message != "" && !strings.HasPrefix(t.text, body.Message) {
					text = clip(body.Message) + " (" + t.text + ")"
				}
				return &saml.Verdict{Status: e.status, Code: t.code, Text: text}
			}
		}
	}
	for _, t := range twilioErrors {
		if number(e.answer, t.code) {
			return &saml.Verdict{Status: e.status, Code: t.code, Text: t.text}
		}
	}
	plain := html.UnescapeString(e.answer)
	for _, text := range spErrors {
		if i := strings.Index(plain, text); i >= 0 {
			return &saml.Verdict{Status: e.status, Text: sentence(plain[i:])}
		}
	}
	return nil
}

// number tells whether the number stands in the text as an error code: by itself, and
// after a word that says error or code.
func number(text, code string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], code)
		if i < 0 {
			return false
		}
		i += from
		from = i + len(code)
		if i > 0 && digit(text[i-1]) || from < len(text) && digit(text[from]) {
			continue
		}
		before := strings.ToLower(text[max(0, i-40):i])
		if strings.Contains(before, "error") || strings.Contains(before, "code") {
			return true
		}
	}
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// errorIn is the error that an address tells of in its query or fragment.
func errorIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for _, q := range []string{u.RawQuery, u.Fragment} {
		values, err := url.ParseQuery(q)
		if err != nil {
			continue
		}
		for _, name := range []string{"error_description", "error_message", "errorMessage", "error", "ErrorCode"} {
			if v := values.Get(name); v != "" {
				return clip(v)
			}
		}
	}
	return ""
}

// title is the title of a page.
func title(page string) string {
	lower := strings.ToLower(page)
	i := strings.Index(lower, "<title")
	if i < 0 || len(lower) != len(page) {
		return ""
	}
	_, after, found := strings.Cut(page[i:], ">")
	if !found {
		return ""
	}
	text, _, found := strings.Cut(after, "<")
	if !found {
		return ""
	}
	return clip(strings.Join(strings.Fields(html.UnescapeString(text)), " "))
}

// sentence is the text up to where markup or a line ends it.
func sentence(s string) string {
	if i := strings.IndexAny(s, "<\r\n\""); i >= 0 {
		s = s[:i]
	}
	return clip(strings.TrimSpace(s))
}

// clip cuts a foreign text to what a report shows.
func clip(s string) string {
	const most = 300
	s = strings.ToValidUTF8(s, "�")
	if len(s) > most {
		return fmt.Sprintf("%s…", strings.ToValidUTF8(s[:most], ""))
	}
	return s
}
