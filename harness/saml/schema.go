package saml

import (
	"strings"
)

// A SchemaFault is one way in which a document breaks the OASIS and W3C schemas.
type SchemaFault struct {
	Kind      SchemaKind
	At        Place
	Got, Want string
	Text      string // in words
}

// SchemaKind sorts schema faults by what they are about.
type SchemaKind string

// The kinds of schema fault.
const (
	SchemaRoot      SchemaKind = "root"      // no message or metadata of SAML 2.0
	SchemaElement   SchemaKind = "element"   // an element that is unknown, out of order or too many
	SchemaMissing   SchemaKind = "missing"   // an element or attribute that must be there
	SchemaAttribute SchemaKind = "attribute" // an attribute that is unknown
	SchemaValue     SchemaKind = "value"     // text or an attribute value of another type
	SchemaContent   SchemaKind = "content"   // text between elements, or elements within text
	SchemaType      SchemaKind = "type"      // xsi:type or xsi:nil that cannot be
	SchemaForeign   SchemaKind = "foreign"   // xsi:type of a schema that is not among these: valid where that one is known
	SchemaWithdrawn SchemaKind = "withdrawn" // an attribute that a profile of SAML 2.0 asked for against the schemas, until errata withdrew it
)

// nsX500 is the namespace of the X.500/LDAP attribute profile. As published, it had
// Encoding stand on AttributeValue beside xsi:type="xs:string", which no schema allows
// (SAMLProf 8.2.4, E53); its successor has it on Attribute, where it may stand.
const nsX500 = "urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500"

const mostSchemaFaults = 200 // of one document; what comes after is more of the same

// ValidateSchema holds a document to the schemas of SAML 2.0 (saml-schema-protocol-2.0,
// -assertion-2.0 and -metadata-2.0), XML Signature and XML Encryption: the order and
// number of elements, the attributes, and the types of values. Content that the schemas
// leave open is held to them where they know it. That IDs are unique is not judged here.
func ValidateSchema(d *Document) []SchemaFault {
	root := d.Root()
	v := validator{schemas: schemas(), metadata: root.Space() == NSMetadata}
	decl := v.global(root.Space(), root.Local())
	if decl == nil {
		v.fault(SchemaRoot, root.At(), "{"+root.Space()+"}"+root.Local(), "", "the root is no element of SAML 2.0")
		return v.faults
	}
	v.element(root, decl.typ, decl.nillable)
	return v.faults
}

type validator struct {
	schemas  *schemaSet
	metadata bool // the metadata schema is in use; otherwise the protocol schema
	faults   []SchemaFault
}

func (v *validator) fault(kind SchemaKind, at Place, got, want, text string) {
	if len(v.faults) < mostSchemaFaults {
		v.faults = append(v.faults, SchemaFault{kind, at, got, want, text})
	}
}

// global is the declaration of a global element that the schema in use knows.
func (v *validator) global(space, local string) *elementDecl {
	if space == NSMetadata && !v.metadata || space == NSProtocol && v.metadata {
		return nil
	}
	return v.schemas.elements[qname{space, local}]
}

// element holds an element to its type.
func (v *validator) element(e Element, declared *schemaType, nillable bool) {
	typ, isNil, ok := v.actual(e, declared, nillable)
	if !ok {
		return
	}
	v.attributes(e, typ)
	if isNil {
		if e.Text() != "" || hasChildren(e) {
			v.fault(SchemaContent, e.At(), "", "", "xsi:nil says that the element is empty, and it is not")
		}
		return
	}
	switch {
	case typ.any:
		for c := range e.Children() {
			v.lax(c)
		}
	case typ.simple != nil:
		if hasChildren(e) {
			for c := range e.Children() {
				v.fault(SchemaContent, c.At(), c.Local(), "", "the element holds text alone, and there is an element in it")
			}
			return
		}
		if why := typ.simple.judge(e.Text(), e); why != "" {
			v.fault(SchemaValue, e.At(), e.Text(), typ.simple.name, why)
		}
	default:
		v.content(e, typ)
	}
}

// actual is the type that an element has: its declared one, or one derived from it
// that xsi:type names (XML Schema 1 2.6.1).
func (v *validator) actual(e Element, declared *schemaType, nillable bool) (typ *schemaType, isNil, ok bool) {
	typ = declared
	if a := e.AttrNS(NSInstance, "type"); a.Exists() {
		prefix, local, found := strings.Cut(collapse(a.Value()), ":")
		if !found {
			prefix, local = "", prefix
		}
		space, bound := e.Namespace(prefix)
		if !bound && prefix != "" {
			v.fault(SchemaType, a.At(), a.Value(), "", "the prefix of the type is not declared here")
			return nil, false, false
		}
		named := v.schemas.types[qname{space, local}]
		switch {
		case named == nil && foreign(space):
			v.fault(SchemaForeign, a.At(), a.Value(), "", "the type is of another schema, which is not known here")
			return nil, false, false
		case named == nil || space == NSMetadata && !v.metadata || space == NSProtocol && v.metadata:
			v.fault(SchemaType, a.At(), a.Value(), "", "the schemas know no such type")
			return nil, false, false
		case !named.derives(declared):
			v.fault(SchemaType, a.At(), a.Value(), declared.name, "the type is not derived from that of the element")
			return nil, false, false
		}
		typ = named
	}
	if a := e.AttrNS(NSInstance, "nil"); a.Exists() {
		switch value := collapse(a.Value()); {
		case value != "true" && value != "false" && value != "1" && value != "0":
			v.fault(SchemaValue, a.At(), a.Value(), "boolean", "it is no boolean")
		case !nillable && declared != v.schemas.anyType:
			v.fault(SchemaType, a.At(), a.Value(), "", "xsi:nil stands on an element that cannot be nil")
		default:
			isNil = value == "true" || value == "1"
		}
	}
	if typ.abstract {
		v.fault(SchemaType, e.At(), e.Local(), "", "the element is abstract: it says with xsi:type what it is")
		return nil, false, false
	}
	return typ, isNil, true
}

// foreign tells whether a namespace is none of the schemas'.
func foreign(space string) bool {
	if space == "" || space == NSInstance {
		return false
	}
	for _, own := range schemaPrefixes {
		if space == own {
			return false
		}
	}
	return true
}

func (v *validator) attributes(e Element, typ *schemaType) {
	var seen uint64
	for a := range e.Attrs() {
		space, local := a.Space(), a.Local()
		if space == NSInstance {
			switch local {
			case "type", "nil", "schemaLocation", "noNamespaceSchemaLocation":
				continue
			}
		}
		if i := typ.attribute(space, local); i >= 0 {
			seen |= 1 << i
			if why := typ.attributes[i].typ.judge(a.Value(), e); why != "" {
				v.fault(SchemaValue, a.At(), a.Value(), typ.attributes[i].typ.name, why)
			}
			continue
		}
		if typ.any || typ.otherAttributes && space != "" && space != typ.space {
			continue
		}
		if space == nsX500 && local == "Encoding" && typ.simple != nil && e.Is(NSAssertion, "AttributeValue") {
			v.fault(SchemaWithdrawn, a.At(), local, "", "the type of the value has no attributes; the profile that asked for "+qualified(a)+" here was withdrawn for that")
			continue
		}
		v.fault(SchemaAttribute, a.At(), local, "", "the schema has no attribute "+qualified(a)+" here")
	}
	for i := range typ.attributes {
		if typ.attributes[i].required && seen&(1<<i) == 0 {
			v.fault(SchemaMissing, e.At(), "", "@"+typ.attributes[i].local, "an attribute that must be there is missing")
		}
	}
}

// content walks the children through the type's content model.
func (v *validator) content(e Element, typ *schemaType) {
	if !typ.mixed && e.hasText() {
		v.fault(SchemaContent, e.At(), strings.TrimSpace(e.Text()), "", "text stands between the elements")
	}
	m, state := typ.model, -1
	for c := range e.Children() {
		next := m.step(state, c)
		if next < 0 {
			v.fault(SchemaElement, c.At(), c.Local(), m.expected(state), "the schema has no <"+shorten(c.Local())+">"+ofNamespace(c)+" here")
			return
		}
		state = next
		switch p := &m.positions[next]; {
		case p.wild == notWild:
			v.element(c, p.typ, p.nillable)
		case p.strict && v.global(c.Space(), c.Local()) == nil && !laterEdition(c.Space()):
			v.fault(SchemaElement, c.At(), c.Local(), "", "only elements that a schema declares may stand here")
		default:
			v.lax(c)
		}
	}
	if !m.accepts(state) {
		v.fault(SchemaMissing, e.At(), "", m.expected(state), "an element that must be there is missing")
	}
}

// qualified is an attribute's name with its prefix.
func qualified(a Attr) string {
	if a.Prefix() != "" {
		return shorten(a.Prefix() + ":" + a.Local())
	}
	return shorten(a.Local())
}

// ofNamespace says of which namespace an element is, where its name alone does not tell
// what is wrong with it.
func ofNamespace(e Element) string {
	switch e.Space() {
	case NSAssertion, NSProtocol, NSMetadata, NSSignature, NSXMLEnc:
		return ""
	case "":
		return " of no namespace"
	}
	return " of the namespace " + quoteText(e.Space())
}

// lax holds an element to its declaration where there is one, and looks into it where
// there is none (processContents="lax").
func (v *validator) lax(e Element) {
	if decl := v.global(e.Space(), e.Local()); decl != nil {
		v.element(e, decl.typ, decl.nillable)
		return
	}
	v.element(e, v.schemas.anyType, true)
}

// laterEdition tells the namespaces of XML Signature 1.1 and XML Encryption 1.1, whose
// elements the schemas of the first editions do not declare and in practice stand
// where those ask for declared ones, as xenc11:MGF does.
func laterEdition(space string) bool {
	return space == "http://www.w3.org/2009/xmlenc11#" || space == NSSignature11
}

func hasChildren(e Element) bool {
	for range e.Children() {
		return true
	}
	return false
}
