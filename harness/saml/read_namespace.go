package saml

// few is the number up to which names are looked up one by one.
const few = 12

// An attrName is the expanded name of an attribute.
type attrName struct {
	space int32
	local string
}

const nsXMLNS = "http://www.w3.org/2000/xmlns/"

// intern is the number of a text in a list, appended where it is new. The map is used
// once the list is long.
func intern(list *[]string, index *map[string]int32, s string) int32 {
	if *index == nil {
		for i, have := range *list {
			if have == s {
				return int32(i)
			}
		}
		if len(*list) >= few {
			*index = make(map[string]int32, 4*few)
			for i, have := range *list {
				(*index)[have] = int32(i)
			}
		}
	}
	if *index != nil {
		if i, ok := (*index)[s]; ok {
			return i
		}
		(*index)[s] = int32(len(*list))
	}
	*list = append(*list, s)
	return int32(len(*list) - 1)
}

func (p *parser) prefixID(prefix string) int32 {
	id := intern(&p.d.prefixes, &p.prefixIDs, prefix)
	if int(id) == len(p.bound) {
		p.bound = append(p.bound, -1)
	}
	return id
}

// declare takes a namespace declaration of the element id into scope.
func (p *parser) declare(prefix int32, value, valueEnd int, extra bool, at int, id int32) *SyntaxError {
	d := p.d
	var uri string
	if extra {
		uri = string(p.extra[value:valueEnd])
	} else {
		uri = ownSpace(p.src[value:valueEnd])
	}
	name := d.prefixes[prefix]
	switch {
	case name == "xmlns":
		return fail(Namespaces, at, "the prefix xmlns is declared, which is reserved")
	case uri == nsXMLNS:
		return fail(Namespaces, at, "a prefix is bound to %s, which is reserved", nsXMLNS)
	case name == "xml" && uri != NSXML:
		return fail(Namespaces, at, "the prefix xml is bound to another namespace than its own")
	case name != "xml" && uri == NSXML:
		return fail(Namespaces, at, "another prefix than xml is bound to %s", NSXML)
	case uri == "" && name != "":
		return fail(Namespaces, at, "the declaration of the prefix %s is empty (xmlns:p=\"\" is not in Namespaces 1.0)", shorten(name))
	case uri != "" && !hasScheme(uri):
		return fail(Namespaces, at, "the namespace name %s is relative; it has no scheme", quoteText(uri))
	}
	if p.inScope++; p.inScope > p.lim.Namespaces {
		return fail(LimitReached, at, "more than %d namespace declarations are in scope", p.lim.Namespaces)
	}
	shadowed := p.bound[prefix]
	if shadowed >= d.nodes[id].decl0 {
		return fail(Duplicate, at, "the prefix %s is declared twice on one element", quoteText(name))
	}
	p.bound[prefix] = int32(len(d.decls))
	p.shadowed = append(p.shadowed, shadowed)
	d.decls = append(d.decls, decl{start: int32(at), prefix: prefix, uri: intern(&d.uris, &p.uriIDs, uri)})
	return nil
}

// ownSpace is the same namespace name, for those that messages use the very constant:
// texts at one address are compared in no time.
func ownSpace(uri string) string {
	switch uri {
	case NSAssertion:
		return NSAssertion
	case NSProtocol:
		return NSProtocol
	case NSMetadata:
		return NSMetadata
	case NSSignature:
		return NSSignature
	case NSInstance:
		return NSInstance
	}
	return uri
}

// hasScheme tells whether a URI reference is absolute (RFC 3986 4.3).
func hasScheme(uri string) bool {
	for i := range len(uri) {
		switch c := uri[i]; {
		case c == ':':
			return i > 0
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return false
		}
	}
	return false
}

// resolve gives the element and its attributes their namespaces.
func (p *parser) resolve(id int32) *SyntaxError {
	d := p.d
	n := &d.nodes[id]
	n.attr1, n.decl1 = int32(len(d.attrs)), int32(len(d.decls))
	var ok bool
	if n.space, ok = p.namespace(n.prefix); !ok {
		return fail(Namespaces, int(n.start)+1, "the prefix %s of the element %s is not declared", quoteText(d.prefixes[n.prefix]), shorten(p.qname(id)))
	}
	own := d.attrs[n.attr0:n.attr1]
	for i := range own {
		a := &own[i]
		if a.prefix == 0 {
			continue
		}
		if a.space, ok = p.namespace(a.prefix); !ok {
			return fail(Namespaces, int(a.start), "the prefix %s of the attribute %s is not declared", quoteText(d.prefixes[a.prefix]), shorten(p.src[a.start:a.localEnd]))
		}
	}
	return p.unique(own, id)
}

// namespace is what a prefix stands for; without a declaration only "" and xml do.
func (p *parser) namespace(prefix int32) (uri int32, ok bool) {
	if i := p.bound[prefix]; i >= 0 {
		return p.d.decls[i].uri, true
	}
	return prefix, prefix <= 1 // "" is in no namespace, xml in its own
}

// unique refuses two attributes of one expanded name.
func (p *parser) unique(own []attr, id int32) *SyntaxError {
	if len(own) <= few {
		for i := range own {
			for j := range i {
				if own[i].space == own[j].space && p.src[own[i].local:own[i].localEnd] == p.src[own[j].local:own[j].localEnd] {
					return p.repeated(&own[i], &own[j])
				}
			}
		}
		return nil
	}
	if p.twice == nil {
		p.twice = make(map[attrName]int32, 4*few)
	}
	for i := range own {
		name := attrName{own[i].space, p.src[own[i].local:own[i].localEnd]}
		if p.twice[name] != id {
			p.twice[name] = id
			continue
		}
		for j := range i {
			if own[j].space == name.space && p.src[own[j].local:own[j].localEnd] == name.local {
				return p.repeated(&own[i], &own[j])
			}
		}
	}
	return nil
}

func (p *parser) repeated(second, first *attr) *SyntaxError {
	a, b := p.src[first.start:first.localEnd], p.src[second.start:second.localEnd]
	if a == b {
		return fail(Duplicate, int(second.start), "the attribute %s stands twice on one element", shorten(a))
	}
	return fail(Duplicate, int(second.start), "the attributes %s and %s are one: their prefixes stand for the same namespace", shorten(a), shorten(b))
}
