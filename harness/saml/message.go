package saml

// A Response is a samlp:Response with its parts found. Of a part that may stand once
// the first is taken; whether it stands more often is for a check to see.
type Response struct {
	Element   // samlp:Response
	Issuer    Element
	Signature Element // the child of the Response; not that of an assertion
	Status    Element
	// StatusCode is the top-level one.
	StatusCode Element
	// SecondCode is the StatusCode inside the top-level one.
	SecondCode    Element
	StatusMessage Element
	Assertions    []*Assertion // children, in order
	Encrypted     []Element    // EncryptedAssertion children, in order
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
	Subject               Element
	NameIDPolicy          Element
	Conditions            Element
	RequestedAuthnContext Element
	Scoping               Element
}

// A LogoutRequest is a samlp:LogoutRequest with its parts found.
type LogoutRequest struct {
	Element
	Issuer         Element
	Signature      Element
	NameID         Element // NameID, BaseID or EncryptedID
	SessionIndexes []Element
}

// A LogoutResponse is a samlp:LogoutResponse with its parts found.
type LogoutResponse struct {
	Element
	Issuer        Element
	Signature     Element
	Status        Element
	StatusCode    Element
	SecondCode    Element
	StatusMessage Element
}

// ReadResponse finds the parts of a response; nil where the root is no samlp:Response.
func ReadResponse(d *Document) *Response {
	if d == nil || !d.Root().Is(NSProtocol, "Response") {
		return nil
	}
	r := &Response{Element: d.Root()}
	for e := r.firstChild(); e.Exists(); e = e.nextSibling() {
		switch e.Local() {
		case "Issuer":
			first(&r.Issuer, e, NSAssertion)
		case "Signature":
			first(&r.Signature, e, NSSignature)
		case "Status":
			first(&r.Status, e, NSProtocol)
		case "Assertion":
			if e.Space() == NSAssertion {
				r.Assertions = append(r.Assertions, ReadAssertion(e))
			}
		case "EncryptedAssertion":
			if e.Space() == NSAssertion {
				r.Encrypted = append(r.Encrypted, e)
			}
		}
	}
	r.StatusCode, r.SecondCode, r.StatusMessage = readStatus(r.Status)
	return r
}

// first keeps e where nothing is kept yet and its namespace is right.
func first(part *Element, e Element, space string) {
	if !part.Exists() && e.Space() == space {
		*part = e
	}
}

// readStatus finds the parts of a samlp:Status.
func readStatus(status Element) (code, second, message Element) {
	for e := status.firstChild(); e.Exists(); e = e.nextSibling() {
		switch e.Local() {
		case "StatusCode":
			first(&code, e, NSProtocol)
		case "StatusMessage":
			first(&message, e, NSProtocol)
		}
	}
	return code, code.Child(NSProtocol, "StatusCode"), message
}

// ReadAssertion finds the parts of an assertion.
func ReadAssertion(e Element) *Assertion {
	a := &Assertion{Element: e}
	statements, attributes := 0, 0
	for c := e.firstChild(); c.Exists(); c = c.nextSibling() {
		switch c.Local() {
		case "Issuer":
			first(&a.Issuer, c, NSAssertion)
		case "Signature":
			first(&a.Signature, c, NSSignature)
		case "Subject":
			first(&a.Subject, c, NSAssertion)
		case "Conditions":
			first(&a.Conditions, c, NSAssertion)
		case "AuthnStatement":
			if c.Space() == NSAssertion {
				a.Statements = append(a.Statements, c)
			}
		case "AttributeStatement":
			statements++
			for a := c.firstChild(); a.Exists(); a = a.nextSibling() {
				attributes++
			}
		}
	}
	for c := a.Subject.firstChild(); c.Exists(); c = c.nextSibling() {
		switch c.Local() {
		case "NameID":
			first(&a.NameID, c, NSAssertion)
		case "SubjectConfirmation":
			if c.Space() == NSAssertion {
				a.Confirmations = append(a.Confirmations, Confirmation{c, c.Child(NSAssertion, "SubjectConfirmationData")})
			}
		}
	}
	for c := a.Conditions.firstChild(); c.Exists(); c = c.nextSibling() {
		if c.Is(NSAssertion, "AudienceRestriction") {
			a.Audiences = append(a.Audiences, c)
		}
	}
	if statements > 0 && attributes > 0 {
		a.Attributes = readAttributes(e, attributes)
	}
	return a
}

// readAttributes reads the at most n attributes of all AttributeStatements. All values
// share one slice.
func readAttributes(assertion Element, n int) []Attribute {
	all := make([]Attribute, 0, n)
	values := make([]Element, 0, n)
	for st := assertion.firstChild(); st.Exists(); st = st.nextSibling() {
		if !st.Is(NSAssertion, "AttributeStatement") {
			continue
		}
		for e := st.firstChild(); e.Exists(); e = e.nextSibling() {
			if !e.Is(NSAssertion, "Attribute") {
				continue
			}
			from := len(values)
			for v := e.firstChild(); v.Exists(); v = v.nextSibling() {
				if v.Is(NSAssertion, "AttributeValue") {
					values = append(values, v)
				}
			}
			var own []Element
			if from < len(values) {
				own = values[from:len(values):len(values)]
			}
			all = append(all, Attribute{Element: e, Name: e.Attr("Name").Value(), Values: own})
		}
	}
	return all
}

// ReadAuthnRequest finds the parts of a request; nil where the root is no
// samlp:AuthnRequest.
func ReadAuthnRequest(d *Document) *AuthnRequest {
	if d == nil || !d.Root().Is(NSProtocol, "AuthnRequest") {
		return nil
	}
	r := &AuthnRequest{Element: d.Root()}
	for e := r.firstChild(); e.Exists(); e = e.nextSibling() {
		switch e.Local() {
		case "Issuer":
			first(&r.Issuer, e, NSAssertion)
		case "Signature":
			first(&r.Signature, e, NSSignature)
		case "Subject":
			first(&r.Subject, e, NSAssertion)
		case "NameIDPolicy":
			first(&r.NameIDPolicy, e, NSProtocol)
		case "Conditions":
			first(&r.Conditions, e, NSAssertion)
		case "RequestedAuthnContext":
			first(&r.RequestedAuthnContext, e, NSProtocol)
		case "Scoping":
			first(&r.Scoping, e, NSProtocol)
		}
	}
	return r
}

// ReadLogoutRequest finds the parts of a request; nil where the root is no
// samlp:LogoutRequest.
func ReadLogoutRequest(d *Document) *LogoutRequest {
	if d == nil || !d.Root().Is(NSProtocol, "LogoutRequest") {
		return nil
	}
	r := &LogoutRequest{Element: d.Root()}
	for e := r.firstChild(); e.Exists(); e = e.nextSibling() {
		switch e.Local() {
		case "Issuer":
			first(&r.Issuer, e, NSAssertion)
		case "Signature":
			first(&r.Signature, e, NSSignature)
		case "NameID", "BaseID", "EncryptedID":
			first(&r.NameID, e, NSAssertion)
		case "SessionIndex":
			if e.Space() == NSProtocol {
				r.SessionIndexes = append(r.SessionIndexes, e)
			}
		}
	}
	return r
}

// ReadLogoutResponse finds the parts of a response; nil where the root is no
// samlp:LogoutResponse.
func ReadLogoutResponse(d *Document) *LogoutResponse {
	if d == nil || !d.Root().Is(NSProtocol, "LogoutResponse") {
		return nil
	}
	r := &LogoutResponse{Element: d.Root()}
	for e := r.firstChild(); e.Exists(); e = e.nextSibling() {
		switch e.Local() {
		case "Issuer":
			first(&r.Issuer, e, NSAssertion)
		case "Signature":
			first(&r.Signature, e, NSSignature)
		case "Status":
			first(&r.Status, e, NSProtocol)
		}
	}
	r.StatusCode, r.SecondCode, r.StatusMessage = readStatus(r.Status)
	return r
}
