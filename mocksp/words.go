package mocksp

import (
	"crypto/x509"
	"net/http"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// The error codes that Twilio documents for a login.
const (
	codeAuthentication = "45002"
	codeAttributes     = "45050"
	codeCredentials    = "70004"
	codeCertificate    = "70251"
)

const missingAttributes = "Authentication error - Missing User Attributes"

// words are what differs between the generations in judging and answering.
type words struct {
	code       string
	status     int // of a refusal
	success    int // of the redirect after a login
	prefix     string
	inferred   string
	absent     string // there is no SAMLResponse
	unreadable string // it is no response
	relay      string // RelayState came back changed
	judge      func(c *matter, library answer, cert *x509.Certificate) (text string)
}

func (c *matter) words() *words { return wordsOf(c.half) }

func wordsOf(half *settings.Flex) *words {
	if legacy(half) {
		return &words{
			code: codeCredentials, status: http.StatusUnauthorized, success: http.StatusSeeOther, prefix: "authentication failed: ",
			inferred:   "That legacy SSO answers in the words of OneLogin's java-saml is known from one of them, the invalid issuer; this one is taken from the same library.",
			absent:     "SAML Response not found, Only supported HTTP_POST Binding",
			unreadable: "SAML Response could not be processed",
			relay:      "The RelayState is not the one that was sent with the request",
			judge:      judgeLegacy,
		}
	}
	return &words{
		code: codeAuthentication, status: http.StatusBadRequest, success: http.StatusFound,
		inferred:   "What enhanced SSO checks and answers is not documented; this is how Auth0's library passport-wsfed-saml2 does it, which its addresses suggest.",
		absent:     "SAMLResponse is missing",
		unreadable: "SAMLResponse should be a valid xml",
		relay:      "Unable to verify authorization request state",
		judge:      judgeEnhanced,
	}
}

// refuse is a refusal in these words. One answer of legacy SSO was seen in life and is
// not inferred.
func (w *words) refuse(text, detail string) saml.Verdict {
	v := saml.Verdict{Status: w.status, Code: w.code, Text: w.prefix + text, Inferred: w.inferred, Detail: detail}
	if w.code == codeCredentials && isIssuerText(text) {
		v.Inferred = ""
	}
	return v
}

// noCertificate is the answer where Flex has nothing to verify with. Which realm legacy
// SSO names, a JB… of its own, is in no setting.
func (w *words) noCertificate(half *settings.Flex, detail string) saml.Verdict {
	v := saml.Verdict{Status: http.StatusForbidden, Code: codeCertificate, Detail: detail}
	if legacy(half) {
		v.Text = "no valid certificate for identity realm JB…"
		return v
	}
	v.Text = "no valid certificate for identity realm " + half.ConnectionSID.Value
	v.Inferred = "This answer is known from before enhanced SSO; Auth0's library itself does not look at a certificate's validity."
	return v
}
