package saml

import (
	"strconv"
	"strings"
)

const mostTransforms = 8 // beyond which a signature is refused unverified

// place holds the signature to where the schemas have it: a child of the element that it
// signs, right after its Issuer, or first in metadata (SAMLCore 5.4.1, SAMLMeta 2.3).
func (r *reading) place() {
	e, p := r.s.Element, r.s.Parent
	switch {
	case !p.Exists():
		r.fault(FaultPlace, e, "", "", "the signature is the root; it must be a child of the element that it signs")
		return
	case !signable(p):
		r.fault(FaultPlace, e, p.Local(), "", "a signature stands in <%s>, which is no message, assertion or metadata of SAML 2.0", shorten(p.Local()))
		return
	}
	if around := p.Parent(); !standsWell(p, around) {
		f := r.fault(FaultPlace, e, around.Local(), "", "the signed <%s> stands in <%s>, where no program should look for it", shorten(p.Local()), shorten(around.Local()))
		f.Cause = CauseWrapping
	}
	var before Element
	n, several := 0, 0
	for c := range p.Children() {
		if c == e {
			n = several + 1
		}
		if c.Is(NSSignature, "Signature") {
			several++
		}
	}
	for c := range p.Children() {
		if c == e {
			break
		}
		before = c
	}
	if several > 1 {
		r.fault(FaultStructure, e, strconv.Itoa(several), "1", "%d signatures stand in one <%s>; this is number %d", several, shorten(p.Local()), n)
	}
	switch {
	case !before.Exists(): // first
		if issuer := p.Child(NSAssertion, "Issuer"); issuer.Exists() && p.Space() != NSMetadata {
			r.fault(FaultPlace, e, "before Issuer", "after Issuer", "the signature stands before the Issuer")
		}
	case p.Space() == NSMetadata:
		r.fault(FaultPlace, e, "after "+before.Local(), "first", "in metadata the signature is the first element")
	case before.Is(NSSignature, "Signature"):
		r.fault(FaultPlace, e, "after "+shorten(before.Local()), "after Issuer", "a second signature stands in the <%s>: the signature does not stand right after the Issuer", shorten(p.Local()))
	case !before.Is(NSAssertion, "Issuer"):
		r.fault(FaultPlace, e, "after "+shorten(before.Local()), "after Issuer", "the signature does not stand right after the Issuer")
	}
}

// signable tells whether SAML lets an element carry a signature.
func signable(e Element) bool {
	switch e.Space() {
	case NSAssertion:
		return e.Local() == "Assertion"
	case NSProtocol:
		switch e.Local() {
		case "Response", "AuthnRequest", "LogoutRequest", "LogoutResponse", "ArtifactResolve", "ArtifactResponse",
			"AssertionIDRequest", "AttributeQuery", "AuthnQuery", "AuthzDecisionQuery", "SubjectQuery",
			"ManageNameIDRequest", "ManageNameIDResponse", "NameIDMappingRequest", "NameIDMappingResponse":
			return true
		}
	case NSMetadata:
		switch e.Local() {
		case "EntityDescriptor", "EntitiesDescriptor", "AffiliationDescriptor", "IDPSSODescriptor", "SPSSODescriptor", "RoleDescriptor",
			"AuthnAuthorityDescriptor", "AttributeAuthorityDescriptor", "PDPDescriptor":
			return true
		}
	}
	return false
}

// standsWell tells whether a signable element may stand in another.
func standsWell(e, around Element) bool {
	if !around.Exists() {
		return true
	}
	switch e.Space() {
	case NSAssertion:
		return around.Is(NSProtocol, "Response") || around.Is(NSAssertion, "Advice") || around.Is(NSAssertion, "Evidence")
	case NSProtocol:
		return around.Is(NSProtocol, "ArtifactResponse") ||
			around.Is("http://schemas.xmlsoap.org/soap/envelope/", "Body") && around.Parent().Is(around.Space(), "Envelope")
	}
	return around.Space() == NSMetadata
}

// A slot is one part of a sequence of elements.
type slot struct {
	space, local string
	optional     bool
	to           *Element
}

// sequence holds the content of an element to a sequence of parts and keeps the first
// of each.
func (r *reading) sequence(e Element, slots ...slot) {
	at := 0
	for c := range e.Children() {
		i := 0
		for i < len(slots) && !c.Is(slots[i].space, slots[i].local) {
			i++
		}
		switch {
		case i == len(slots) && c.Is(NSSignature, "Object"):
			r.fault(FaultStructure, c, "Object", "", "a ds:Object stands in the signature; SAML signatures hold none, and one could hide content (SAMLCore E91)")
		case i == len(slots):
			r.fault(FaultStructure, c, shorten(c.Local()), "", "<%s> cannot stand in <%s>", shorten(c.Local()), e.Local())
		case slots[i].to.Exists():
			r.fault(FaultStructure, c, "", "", "<%s> stands more than once in <%s>; the first is read", c.Local(), e.Local())
		case i < at:
			r.fault(FaultStructure, c, "", "", "<%s> stands too late in <%s>", c.Local(), e.Local())
			*slots[i].to = c
		default:
			*slots[i].to = c
			at = i
		}
	}
	for i := range slots {
		if !slots[i].to.Exists() && !slots[i].optional {
			r.fault(FaultStructure, e, "", slots[i].local, "<%s> has no %s", e.Local(), slots[i].local)
		}
	}
	if e.hasText() {
		r.fault(FaultStructure, e, trimSpace(e.Text()), "", "text stands between the elements of <%s>", e.Local())
	}
}

// structure finds the parts of the signature (XMLDSig 4).
func (r *reading) structure() {
	const ns = NSSignature
	r.sequence(r.s.Element,
		slot{ns, "SignedInfo", false, &r.info}, slot{ns, "SignatureValue", false, &r.value}, slot{ns, "KeyInfo", true, &r.keyInfo})
	if !r.info.Exists() {
		return
	}
	r.sequence(r.info,
		slot{ns, "CanonicalizationMethod", false, &r.c14n}, slot{ns, "SignatureMethod", false, &r.method}, slot{ns, "Reference", false, &r.reference})
	r.s.Canonicalization, r.s.Method = r.c14n.Attr("Algorithm").Value(), r.method.Attr("Algorithm").Value()
	if !r.reference.Exists() {
		return
	}
	r.sequence(r.reference,
		slot{ns, "Transforms", true, &r.transforms}, slot{ns, "DigestMethod", false, &r.digestMethod}, slot{ns, "DigestValue", false, &r.digestInfo})
	r.s.DigestMethod = r.digestMethod.Attr("Algorithm").Value()
}

// readTransforms holds the transforms to enveloped-signature and then one
// canonicalization. That it is exclusive is advised and not required (SAMLCore 5.4.3,
// 5.4.4), so that an inclusive one is honoured.
func (r *reading) readTransforms() {
	if !r.reference.Exists() {
		return
	}
	r.formed = true
	r.form = form14{inclusive: true} // without a canonicalization the default holds (XMLDSig 4.3.3.2)
	n := 0
	for range r.transforms.Children() {
		n++
	}
	if n > mostTransforms {
		r.formed = false
		r.fault(FaultTransform, r.transforms, strconv.Itoa(n), "2", "%d transforms are more than any SAML signature has; they are not run", n)
		return
	}
	envelopes, forms := 0, 0
	for t := range r.transforms.Children() {
		if !t.Is(NSSignature, "Transform") {
			r.fault(FaultStructure, t, shorten(t.Local()), "Transform", "<%s> cannot stand in <Transforms>", shorten(t.Local()))
			continue
		}
		alg := t.Attr("Algorithm").Value()
		r.s.Transforms = append(r.s.Transforms, alg)
		f, ok := c14nForm(alg)
		switch {
		case alg == TransformEnveloped:
			if envelopes++; forms > 0 && envelopes == 1 {
				r.fault(FaultTransform, t, alg, "", "enveloped-signature comes after the canonicalization; it must be the first transform")
			}
			if hasChildren(t) {
				r.fault(FaultTransform, t, "", "", "enveloped-signature has content, which means nothing")
			}
		case ok:
			forms++
			r.form = f
			r.form.prefixes = r.prefixList(t, f)
		default:
			r.formed = false
			r.fault(FaultTransform, t, alg, "", "the transform %s; SAML signs with enveloped-signature and a canonicalization only, and it is not run", transformName(alg))
		}
	}
	switch {
	case envelopes == 0:
		r.fault(FaultTransform, r.reference, "", TransformEnveloped, "enveloped-signature is missing: the signature would have to sign itself")
	case envelopes > 1:
		r.fault(FaultTransform, r.transforms, strconv.Itoa(envelopes), "1", "enveloped-signature stands %d times", envelopes)
	}
	if forms > 1 {
		r.fault(FaultTransform, r.transforms, strconv.Itoa(forms), "1", "there are %d canonicalizations", forms)
	}
	r.enveloped = envelopes > 0
}

// transformName is a transform in a message.
func transformName(uri string) string {
	switch uri {
	case "http://www.w3.org/TR/1999/REC-xslt-19991116":
		return "XSLT is not allowed"
	case "http://www.w3.org/TR/1999/REC-xpath-19991116", "http://www.w3.org/2002/06/xmldsig-filter2":
		return "XPath is not allowed: it can leave parts of the message out"
	case "http://www.w3.org/2000/09/xmldsig#base64":
		return "base64 is not allowed"
	case "":
		return "has no Algorithm"
	}
	return quoteText(uri) + " is not allowed"
}

// prefixList reads the InclusiveNamespaces of a canonicalization (Exc-C14N 3).
func (r *reading) prefixList(e Element, f form14) []string {
	var inclusive Element
	for c := range e.Children() {
		switch {
		case !f.inclusive && c.Is(NSExcC14N, "InclusiveNamespaces") && !inclusive.Exists():
			inclusive = c
		default:
			r.fault(FaultTransform, c, shorten(c.Local()), "", "<%s> means nothing in this canonicalization", shorten(c.Local()))
		}
	}
	if !inclusive.Exists() {
		return nil
	}
	return strings.FieldsFunc(inclusive.Attr("PrefixList").Value(), func(r rune) bool { return r < 0x80 && isSpace(byte(r)) })
}
