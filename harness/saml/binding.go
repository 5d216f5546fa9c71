package saml

// Deflate compresses as HTTP-Redirect does (SAMLBind 3.4.4.1).
func Deflate(xml []byte) []byte { panic("todo") }

// RedirectQuery is the query of an unsigned HTTP-Redirect message: param is
// SAMLRequest or SAMLResponse; relay is nil for no RelayState.
func RedirectQuery(param string, xml []byte, relay *string) string { panic("todo") }

// DecodeRedirect reads a message from a raw query, strictly (SAMLBind 3.4.4).
func DecodeRedirect(rawQuery string) (*Message, error) { panic("todo") }

// DecodePOST reads a message from the body of a form, strictly (SAMLBind 3.5.4).
func DecodePOST(body string) (*Message, error) { panic("todo") }
