// Package saml reads, writes, signs and verifies SAML 2.0 messages, with the place
// of everything it reads. It does not judge them: a message that breaks a rule of
// SAML is read as far as it can be, and what was seen is reported as it stands.
//
// The reader is strict about XML itself: what is not a well-formed, namespaced
// document of one root, in UTF-8, without a DOCTYPE, is refused with line and
// column. There is one reader in the program, so no two parts of it can see one
// message differently.
package saml

// The namespaces of SAML 2.0 and of what it is made of.
const (
	NSAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	NSProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	NSMetadata  = "urn:oasis:names:tc:SAML:2.0:metadata"
	NSSignature = "http://www.w3.org/2000/09/xmldsig#"
	NSXMLEnc    = "http://www.w3.org/2001/04/xmlenc#"
	NSExcC14N   = "http://www.w3.org/2001/10/xml-exc-c14n#"
	NSSchema    = "http://www.w3.org/2001/XMLSchema"
	NSInstance  = "http://www.w3.org/2001/XMLSchema-instance"
	NSXML       = "http://www.w3.org/XML/1998/namespace"

	// NSSignature11 is what XML Signature 1.1 adds.
	NSSignature11 = "http://www.w3.org/2009/xmldsig11#"
)

// Identifiers of SAML 2.0 (SAMLCore 8, SAMLProf 3.3, SAMLBind 3).
const (
	StatusSuccess = "urn:oasis:names:tc:SAML:2.0:status:Success"

	MethodBearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"

	BindingRedirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	BindingPOST     = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
	BindingArtifact = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"

	FormatUnspecified  = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
	FormatEmailAddress = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
	FormatEntity       = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
	FormatPersistent   = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
	FormatTransient    = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
)
