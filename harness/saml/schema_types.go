package saml

import (
	"slices"
	"strings"
	"sync"
)

// A schemaType is a type of an element.
type schemaType struct {
	name            string // as saml:NameIDType
	space           string // of the schema that defines it
	base            *schemaType
	abstract, mixed bool
	any             bool        // xs:anyType
	simple          *simpleType // text alone; nil for a type with elements
	model           *model      // of a type with elements
	attributes      []attributeDecl
	otherAttributes bool // anyAttribute namespace="##other"
}

type attributeDecl struct {
	space, local string
	typ          *simpleType
	required     bool
}

type elementDecl struct {
	typ      *schemaType
	nillable bool
}

// derives tells whether a value of the type may stand where one of base is declared.
func (t *schemaType) derives(base *schemaType) bool {
	for ; t != nil; t = t.base {
		if t == base || base.any {
			return true
		}
	}
	return false
}

// attribute is the index of a declared attribute, -1 where there is none.
func (t *schemaType) attribute(space, local string) int {
	for i := range t.attributes {
		if t.attributes[i].local == local && t.attributes[i].space == space {
			return i
		}
	}
	return -1
}

// A schemaSet is all schemas, compiled.
type schemaSet struct {
	elements map[qname]*elementDecl
	types    map[qname]*schemaType
	anyType  *schemaType
}

// schemas are compiled when they are first needed.
var schemas = sync.OnceValue(compileSchemas)

// prefixes are those that the tables use.
var schemaPrefixes = map[string]string{
	"saml": NSAssertion, "samlp": NSProtocol, "md": NSMetadata,
	"ds": NSSignature, "xenc": NSXMLEnc, "xs": NSSchema, "xml": NSXML,
}

// name is the expanded name of a prefixed one.
func (s *schemaSet) name(prefixed string) qname {
	prefix, local, ok := strings.Cut(prefixed, ":")
	if !ok {
		return qname{"", prefix}
	}
	space, ok := schemaPrefixes[prefix]
	if !ok {
		panic("schema tables: prefix of " + prefixed)
	}
	return qname{space, local}
}

// typeNamed is a type by its prefixed name; one without a prefix is of XML Schema.
func (s *schemaSet) typeNamed(name string) *schemaType {
	if !strings.Contains(name, ":") {
		name = "xs:" + name
	}
	t := s.types[s.name(name)]
	if t == nil {
		panic("schema tables: no type " + name)
	}
	return t
}

func compileSchemas() *schemaSet {
	s := &schemaSet{elements: map[qname]*elementDecl{}, types: map[qname]*schemaType{}}
	s.anyType = &schemaType{name: "xs:anyType", space: NSSchema, any: true, mixed: true}
	s.types[qname{NSSchema, "anyType"}] = s.anyType
	simple := map[string]*simpleType{}
	for i := range simpleTypes {
		t := &simpleTypes[i]
		simple[t.name] = t
		name := t.name
		if !strings.Contains(name, ":") {
			name = "xs:" + name
		}
		s.types[s.name(name)] = &schemaType{name: t.name, space: NSSchema, base: s.anyType, simple: t}
	}
	// First the names, so that types and elements can refer to each other.
	for _, def := range complexTypes {
		q := s.name(def.name)
		s.types[q] = &schemaType{name: def.name, space: q.space}
	}
	for _, def := range elements {
		name, typ, _ := strings.Cut(def, " ")
		s.elements[s.name(name)] = &elementDecl{typ: s.typeNamed(typ), nillable: name == "saml:AttributeValue"}
	}
	for _, def := range complexTypes {
		t := s.types[s.name(def.name)]
		t.base, t.abstract, t.mixed, t.otherAttributes = s.anyType, def.abstract, def.mixed, def.otherAttributes
		var content []string
		attributes := def.attributes
		if def.text != "" {
			t.simple = simple[def.text]
		}
		if def.restricts != "" {
			t.base = s.typeNamed(def.restricts)
			t.attributes = slices.Clone(t.base.attributes)
			t.otherAttributes = t.base.otherAttributes
		}
		if def.extends != "" {
			t.base = s.typeNamed(def.extends)
			for base := def.extends; base != ""; {
				i := slices.IndexFunc(complexTypes, func(d typeDef) bool { return d.name == base })
				content = slices.Insert(content, 0, "("+complexTypes[i].content+")")
				attributes = complexTypes[i].attributes + " " + attributes
				t.otherAttributes = t.otherAttributes || complexTypes[i].otherAttributes
				t.mixed = t.mixed || complexTypes[i].mixed
				base = complexTypes[i].extends
			}
		}
		if t.simple == nil {
			content = append(content, "("+def.content+")")
			t.model = compile(s, t.space, strings.Join(content, " "))
		}
		for _, a := range strings.Fields(attributes) {
			name, typ, _ := strings.Cut(a, "=")
			name, required := strings.CutSuffix(name, "!")
			q := s.name(name)
			if simple[typ] == nil {
				panic("schema tables: no simple type " + typ)
			}
			t.attributes = append(t.attributes, attributeDecl{q.space, q.local, simple[typ], required})
		}
	}
	return s
}
