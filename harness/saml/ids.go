package saml

// NSWSUtility is the namespace of wsu:Id, an attribute of type xs:ID.
const nsWSUtility = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"

// IDs is every attribute of type xs:ID in document order (XML 1.0 3.3.1, SAMLCore
// 1.3.4): ID, Id and AssertionID in no namespace, xml:id and wsu:Id, on whatever
// element.
func (d *Document) IDs() []Attr {
	if d == nil {
		return nil
	}
	var ids []Attr
	for i := range d.nodes {
		n := &d.nodes[i]
		if n.kind != kindElement {
			continue
		}
		for j := n.attr0; j < n.attr1; j++ {
			if d.idKind(&d.attrs[j]) == trueID {
				ids = append(ids, Attr{d, int32(i), j})
			}
		}
	}
	return ids
}

type idKind uint8

const (
	noID     idKind = iota
	likeID          // named so that some program takes it for an ID
	trueID          // of type xs:ID
	mostName = 11   // the length of AssertionID
)

func (d *Document) idKind(a *attr) idKind {
	n := a.localEnd - a.local
	if n != 2 && n != mostName {
		return noID
	}
	local := d.src[a.local:a.localEnd]
	switch {
	case local == "ID", local == "Id":
		if a.space == 0 || local == "Id" && d.uris[a.space] == nsWSUtility {
			return trueID
		}
		return likeID
	case local == "id":
		if a.space == 1 {
			return trueID
		}
		return likeID
	case local == "AssertionID" && a.space == 0:
		return trueID
	}
	return noID
}

// DuplicateIDs is every xs:ID value that stands more than once in the document, each
// with all attributes that have it. An attribute that is no xs:ID but named like one (id, or
// ID in a foreign namespace) counts where it repeats an xs:ID of another element.
func (d *Document) DuplicateIDs() [][]Attr {
	byValue := map[string][]Attr{}
	var order []string
	for _, a := range d.IDs() {
		v := trimSpace(a.Value())
		if len(byValue[v]) == 0 {
			order = append(order, v)
		}
		byValue[v] = append(byValue[v], a)
	}
	for e := range d.Elements() {
		for a := range e.Attrs() {
			if d.idKind(a.attr()) != likeID {
				continue
			}
			v := trimSpace(a.Value())
			if have := byValue[v]; len(have) > 0 && have[0].el != a.el {
				byValue[v] = append(have, a)
			}
		}
	}
	var all [][]Attr
	for _, v := range order {
		if len(byValue[v]) > 1 {
			all = append(all, byValue[v])
		}
	}
	return all
}

// Assertions is every saml:Assertion of the document, wherever it stands.
func (d *Document) Assertions() []Element { return d.named(NSAssertion, "Assertion") }

// Signatures is every ds:Signature of the document, wherever it stands.
func (d *Document) Signatures() []Element { return d.named(NSSignature, "Signature") }

// Named is every element of an expanded name, wherever it stands.
func (d *Document) named(space, local string) []Element {
	if d == nil {
		return nil
	}
	var all []Element
	for i := range d.nodes {
		n := &d.nodes[i]
		if n.kind == kindElement && int(n.localEnd-n.local) == len(local) && (Element{d, int32(i)}).Is(space, local) {
			all = append(all, Element{d, int32(i)})
		}
	}
	return all
}
