package saml

// A Response is a samlp:Response with its parts found.
type Response struct {
	Element   // samlp:Response
	Issuer    Element
	Signature Element // the child of the Response; not that of an assertion
	Status    Element
	// StatusCode is the top-level one.
	StatusCode Element
	Assertions []*Assertion // children, in order
	Encrypted  []Element    // EncryptedAssertion children, in order
}

// An Assertion is a saml:Assertion with its parts found.
type Assertion struct {
	Element       // saml:Assertion
	Issuer        Element
	Signature     Element
	Subject       Element
	NameID        Element
	Confirmations []Confirmation
	Conditions    Element
	Audiences     []Element // AudienceRestriction elements
	Statements    []Element // AuthnStatement elements
	Attributes    []Attribute
	// Verified tells that this was read from bytes that a valid signature of a
	// trusted key covers; otherwise it was read from the document as received.
	Verified bool
}

// A Confirmation is a SubjectConfirmation.
type Confirmation struct {
	Element
	Data Element // SubjectConfirmationData
}

// An Attribute is a saml:Attribute of any AttributeStatement.
type Attribute struct {
	Element
	Name   string
	Values []Element // AttributeValue elements
}

// An AuthnRequest is a samlp:AuthnRequest with its parts found.
type AuthnRequest struct {
	Element
	Issuer                Element
	Signature             Element
	NameIDPolicy          Element
	RequestedAuthnContext Element
}

// ReadResponse finds the parts of a response; nil where the root is no samlp:Response.
func ReadResponse(d *Document) *Response { panic("todo") }

// ReadAssertion finds the parts of an assertion.
func ReadAssertion(e Element) *Assertion { panic("todo") }

// ReadAuthnRequest finds the parts of a request; nil where the root is no
// samlp:AuthnRequest.
func ReadAuthnRequest(d *Document) *AuthnRequest { panic("todo") }
