package saml

// ValidatePart holds one element of a document, with all that is in it, to the schemas
// as ValidateSchema holds a whole document.
func ValidatePart(e Element) []SchemaFault {
	v := validator{schemas: schemas(), metadata: e.Space() == NSMetadata}
	decl := v.global(e.Space(), e.Local())
	if decl == nil {
		v.fault(SchemaRoot, e.At(), "{"+e.Space()+"}"+e.Local(), "", "it is no element of SAML 2.0")
		return v.faults
	}
	v.element(e, decl.typ, decl.nillable)
	return v.faults
}
