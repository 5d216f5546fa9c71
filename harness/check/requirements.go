package check

import "slices"

// A Requirement is one row of what the standards ask for, in short. Rows have ids of
// their own, which Check.Covers names.
type Requirement struct {
	ID    string
	Title string
	// Beyond says why no check of a login, its settings or its metadata can tell,
	// where none covers the row.
	Beyond string
}

// Reasons that several requirements share.
const (
	beyondSP    = "how a service provider treats wrong messages shows in its answers to them, not in one exchange"
	beyondIDP   = "how an identity provider treats wrong requests shows in its answers to them, not in one exchange"
	beyondStore = "what was used before is known to the service provider's store alone; one exchange shows one use"
	beyondHTTP  = "headers and bodies of HTTP answers are no part of the recorded exchange"
	beyondLater = "a second login, or a later one, would have to be compared"
)

// Requirements are all rows, in the order of evaluation.
var Requirements = slices.Concat(
	requirementsXML, requirementsResponse, requirementsAssertion, requirementsSubject, requirementsConditions,
	requirementsAuthentication, requirementsAttributes, requirementsSignature, requirementsEncryption,
	requirementsBinding, requirementsRequest, requirementsMetadata, requirementsLogout, requirementsReplay, requirementsProfiles,
)

var requirementsXML = []Requirement{
	{"XML-01", "One well-formed document, nothing before or after its root", ""},
	{"XML-02", "Prefixes declared, attributes unique, reserved names kept", ""},
	{"XML-03", "No DOCTYPE and no entity", ""},
	{"XML-04", "UTF-8 and XML 1.0, declared as nothing else", ""},
	{"XML-05", "Valid by the schemas", ""},
	{"XML-06", "Every identifier once in the document", ""},
	{"XML-07", "Strings are not blank", ""},
	{"XML-08", "URIs are absolute", ""},
	{"XML-09", "Times in UTC with Z", ""},
	{"XML-10", "No leap seconds; any number of fractional digits", ""},
	{"XML-11", "Identifiers compared character by character", ""},
	{"XML-12", "Identifiers that cannot be guessed and are NCNames", ""},
	{"XML-13", "Extensions in namespaces that are not SAML's", ""},
	{"XML-14", "xsi:type resolves; abstract elements have one", ""},
	{"XML-15", "Text read whole, across comments", ""},
	{"XML-16", "Bounds on strings, size, depth and number", ""},
}

var requirementsResponse = []Requirement{
	{"RSP-01", "The root is samlp:Response", ""},
	{"RSP-02", "ID is there", ""},
	{"RSP-03", "Version is 2.0", ""},
	{"RSP-04", "IssueInstant is there and valid", ""},
	{"RSP-05", "IssueInstant is neither ahead nor old", ""},
	{"RSP-06", "Destination is where the response arrives", ""},
	{"RSP-07", "A signed, posted response has a Destination", ""},
	{"RSP-08", "A signed or encrypted response has an Issuer", ""},
	{"RSP-09", "Issuer is the expected identity provider", ""},
	{"RSP-10", "Issuer is written as an entity ID", ""},
	{"RSP-11", "One Status with one StatusCode", ""},
	{"RSP-12", "The outer code is one of four", ""},
	{"RSP-13", "Success comes with an assertion", ""},
	{"RSP-14", "Refusal comes without", ""},
	{"RSP-15", "Inner codes are well known and decide nothing", ""},
	{"RSP-16", "InResponseTo names the request", ""},
	{"RSP-17", "An unsolicited response has no InResponseTo", ""},
	{"RSP-18", "All assertions have the responding issuer", ""},
	{"RSP-19", "All assertions are about one principal", ""},
	{"RSP-20", "Responses do not travel by HTTP-Redirect", ""},
	{"RSP-21", "Consent is a URI", ""},
	{"RSP-22", "One assertion, plain or encrypted", ""},
	{"RSP-23", "Versions of response and request agree", ""},
	{"RSP-24", "Children known and in order", ""},
	{"RSP-25", "One signature at most, after Issuer", ""},
	{"RSP-26", "EncryptedAssertion has its parts", ""},
	{"RSP-27", "Refusals are answered by a status", ""},
	{"RSP-28", "Error responses are handled and shown escaped", beyondSP},
	{"RSP-29", "Texts of a response are never shown unescaped", ""},
}

var requirementsAssertion = []Requirement{
	{"AST-01", "SAML 2.0 assertion in its place", ""},
	{"AST-02", "ID is there and unique", ""},
	{"AST-03", "Version is 2.0", ""},
	{"AST-04", "IssueInstant is there and valid", ""},
	{"AST-05", "IssueInstant is not ahead", ""},
	{"AST-06", "Exactly one Issuer", ""},
	{"AST-07", "Issuer is the one whose key verified", ""},
	{"AST-08", "Issuer is written as an entity ID", ""},
	{"AST-09", "Subject is there", ""},
	{"AST-10", "A signature that is there is verified", ""},
	{"AST-11", "Children in order", ""},
	{"AST-12", "Advice gives no identity", ""},
	{"AST-13", "No assertion of SAML 1", ""},
	{"AST-14", "No assertion anywhere else", ""},
	{"AST-15", "What cannot be decrypted is a failure", ""},
	{"AST-16", "Decrypted assertions are held to the same rules", ""},
	{"AST-17", "Unknown statements are passed over, unknown conditions not", ""},
}

var requirementsSubject = []Requirement{
	{"SUB-01", "Exactly one Subject", ""},
	{"SUB-02", "One identifier where one is needed", ""},
	{"SUB-03", "NameID is not blank", ""},
	{"SUB-04", "No white space around NameID", ""},
	{"SUB-05", "NameID has the format that was asked for", ""},
	{"SUB-06", "emailAddress is an e-mail address", ""},
	{"SUB-07", "persistent and transient are short and random", ""},
	{"SUB-08", "Qualifiers name this pair", ""},
	{"SUB-09", "No qualifiers where the format forbids them", ""},
	{"SUB-10", "A bearer confirmation is there", ""},
	{"SUB-11", "Only bearer satisfies", ""},
	{"SUB-12", "Bearer has SubjectConfirmationData", ""},
	{"SUB-13", "Recipient is there", ""},
	{"SUB-14", "Recipient is where the response arrives", ""},
	{"SUB-15", "NotOnOrAfter is there", ""},
	{"SUB-16", "NotOnOrAfter has not come", ""},
	{"SUB-17", "No NotBefore on bearer", ""},
	{"SUB-18", "InResponseTo of the confirmation names the request", ""},
	{"SUB-19", "Both InResponseTo agree", ""},
	{"SUB-20", "Address is an IP address", ""},
	{"SUB-21", "One satisfied confirmation is enough", ""},
	{"SUB-22", "NotBefore is before NotOnOrAfter", ""},
	{"SUB-23", "Confirmation within the conditions", ""},
	{"SUB-24", "The bearer window is short", ""},
	{"SUB-25", "EncryptedID decrypts to an identifier", ""},
}

var requirementsConditions = []Requirement{
	{"CND-01", "Exactly one Conditions", ""},
	{"CND-02", "NotBefore has been reached", ""},
	{"CND-03", "NotOnOrAfter has not come", ""},
	{"CND-04", "NotBefore is before NotOnOrAfter", ""},
	{"CND-05", "An AudienceRestriction is there", ""},
	{"CND-06", "Every AudienceRestriction names the service provider", ""},
	{"CND-07", "Every AudienceRestriction has an Audience", ""},
	{"CND-08", "No condition that is not understood", ""},
	{"CND-09", "One OneTimeUse at most", ""},
	{"CND-10", "OneTimeUse is not used again", beyondStore},
	{"CND-11", "One ProxyRestriction at most", ""},
	{"CND-12", "ProxyRestriction is honoured on", ""},
	{"CND-13", "A bound that is missing is no bound", ""},
	{"CND-14", "Skew of some minutes, both ways", ""},
	{"CND-15", "Lifetime is bounded", ""},
}

var requirementsAuthentication = []Requirement{
	{"AUT-01", "An AuthnStatement is there", ""},
	{"AUT-02", "AuthnInstant is there and valid", ""},
	{"AUT-03", "AuthnInstant fits clock and ForceAuthn", ""},
	{"AUT-04", "SessionIndex where logout is supported", ""},
	{"AUT-05", "SessionNotOnOrAfter has not come", ""},
	{"AUT-06", "AuthnContext is there", ""},
	{"AUT-07", "AuthnContext is what was asked for", ""},
	{"AUT-08", "SessionIndex gives nothing away", ""},
	{"AUT-09", "SubjectLocality is well-formed", ""},
	{"AUT-10", "AuthenticatingAuthority is tolerated", ""},
}

var requirementsAttributes = []Requirement{
	{"ATR-01", "AttributeStatement is not empty", ""},
	{"ATR-02", "Name is there and not blank", ""},
	{"ATR-03", "Name fits NameFormat", ""},
	{"ATR-04", "Known by Name and NameFormat, never by FriendlyName", ""},
	{"ATR-05", "Each attribute once", ""},
	{"ATR-06", "Null, empty and missing values are three things", ""},
	{"ATR-07", "Unknown attributes are no reason to refuse", "no check objects to attributes that it does not know; whether a service provider does shows only when it is sent some"},
	{"ATR-08", "NameFormat uri, plain values, nothing packed", ""},
	{"ATR-09", "EncryptedAttribute is never taken for plain", ""},
	{"ATR-10", "Markup in values is data", ""},
	{"ATR-11", "What the application needs is there", ""},
	{"ATR-12", "Other types than text are handled alike", ""},
}
