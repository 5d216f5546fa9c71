package mockidp

import (
	"fmt"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// wrappingFaults leave what was signed as it was and have the service provider read
// something else (Somorovsky et al., "On Breaking SAML", USENIX Security 2012). The
// evil assertion is a copy of the signed one without its signature, for Mallory.
func wrappingFaults() []*Fault {
	life := "The signature is right, for an assertion that nobody reads: whoever has one response can be anybody."
	return []*Fault{
		{
			ID: "xsw1", Cases: rows("N-C01"), Title: "An evil response around the signed one, which lies in the Signature", Life: life,
			Breaks: rows("SIG-06 XML-05"), Verdict: Reject, Signs: SignsResponse,
			seal: plainTransform,
			After: rearranged(func(w *wrapping) string {
				s := strings.Replace(w.responseSignature, "</ds:Signature>", w.bareResponse+"</ds:Signature>", 1)
				return w.response(w.issuer, s, w.status, w.evil)
			}),
		},
		{
			ID: "xsw2", Cases: rows("N-C02"), Title: "An evil response around the signed one, with the Signature beside it", Life: life,
			Breaks: rows("SIG-06 XML-05"), Verdict: Reject, Signs: SignsResponse,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.bareResponse, w.responseSignature, w.status, w.evil)
			}),
		},
		{
			ID: "xsw3", Cases: rows("N-C03"), Title: "An evil assertion before the signed one", Life: life,
			Breaks: rows("RSP-22 SIG-01"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string { return w.response(w.issuer, w.status, w.evil, w.assertion) }),
		},
		{
			ID: "xsw4", Cases: rows("N-C04"), Title: "The signed assertion in an evil one", Life: life,
			Breaks: rows("AST-14 XML-05"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, inside(w.evil, w.assertion))
			}),
		},
		{
			ID: "xsw5", Cases: rows("N-C05"), Title: "The signature in an evil assertion, the assertion that it signs at the end", Life: life,
			Breaks: rows("SIG-06 RSP-22"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, w.evilSigned(w.signature), w.bare)
			}),
		},
		{
			ID: "xsw6", Cases: rows("N-C06"), Title: "The signature in an evil assertion, the assertion that it signs in the signature", Life: life,
			Breaks: rows("SIG-06 AST-14 XML-05"), Verdict: Reject, Signs: SignsAssertion,
			seal: plainTransform,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, w.evilSigned(inside(w.signature, w.bare)))
			}),
		},
		{
			ID: "xsw7", Cases: rows("N-C07"), Title: "An evil assertion with the same ID in Extensions", Life: life,
			Breaks: rows("AST-14 XML-06"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, "<samlp:Extensions>"+w.evilSameID+"</samlp:Extensions>", w.status, w.assertion)
			}),
		},
		{
			ID: "xsw8", Cases: rows("N-C08"), Title: "The signature in an evil assertion, the assertion that it signs in a ds:Object", Life: life,
			Breaks: rows("SIG-06 SIG-12 AST-14"), Verdict: Reject, Signs: SignsAssertion,
			seal: plainTransform,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, w.evilSigned(inside(w.signature, "<ds:Object>"+w.bare+"</ds:Object>")))
			}),
		},
		{
			ID: "wrapped-in-foreign-element", Cases: rows("N-C10"), Title: "The signed assertion in a foreign element at the end, an evil one in its place", Life: life,
			Breaks: rows("AST-14 XML-05"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, w.evil, `<foo:wrap xmlns:foo="urn:example:foo">`+w.assertion+"</foo:wrap>")
			}),
		},
		{
			ID: "wrapped-in-subject", Cases: rows("N-C10"), Title: "The signed assertion in the SubjectConfirmationData of an evil one", Life: life,
			Breaks: rows("AST-14 XML-05"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, strings.Replace(w.evil, "<saml:SubjectConfirmation ", w.assertion+"<saml:SubjectConfirmation ", 1))
			}),
		},
		{
			ID: "wrapped-in-attribute", Cases: rows("N-C10"), Title: "The signed assertion in an AttributeValue of an evil one", Life: life,
			Breaks: rows("AST-14"), Verdict: Reject, Signs: SignsAssertion,
			seal: plainTransform,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, strings.Replace(w.evil, "</saml:AttributeValue>", w.assertion+"</saml:AttributeValue>", 1))
			}),
		},
		{
			ID: "wrapped-in-status-detail", Cases: rows("N-C10"), Title: "The signed assertion in StatusDetail, an evil one in its place", Life: life,
			Breaks: rows("AST-14"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, strings.Replace(w.status, "</samlp:Status>", "<samlp:StatusDetail>"+w.assertion+"</samlp:StatusDetail></samlp:Status>", 1), w.evil)
			}),
		},
		{
			ID: "same-id-evil-first", Cases: rows("N-C11"), Title: "An evil assertion with the same ID before the signed one", Life: life,
			Breaks: rows("XML-06 RSP-22"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string { return w.response(w.issuer, w.status, w.evilSameID, w.assertion) }),
		},
		{
			ID: "same-id-evil-last", Cases: rows("N-C12"), Title: "An evil assertion with the same ID after the signed one", Life: life,
			Breaks: rows("XML-06 RSP-22"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string { return w.response(w.issuer, w.status, w.assertion, w.evilSameID) }),
		},
		{
			ID: "same-id-other-attribute", Cases: rows("N-C13"), Title: "The evil response has the signed assertion's ID in xml:id", Life: life,
			Breaks: rows("XML-06"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, strings.Replace(w.evil, "<saml:Assertion ", `<saml:Assertion xml:id="`+attr(w.id)+`" `, 1), w.assertion)
			}),
		},
		{
			ID: "same-id-foreign-namespace", Cases: rows("N-C14"), Title: "The evil assertion has the signed one's ID in a foreign attribute of that name", Life: life,
			Breaks: rows("RSP-22 SIG-01 XML-05"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, strings.Replace(w.evil, "<saml:Assertion ", `<saml:Assertion xmlns:x="urn:example:x" x:ID="`+attr(w.id)+`" `, 1), w.assertion)
			}),
		},
		{
			ID: "evil-assertion-last", Cases: rows("N-C15"), Title: "An evil assertion after the signed one", Life: life,
			Breaks: rows("RSP-22 SIG-01"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string { return w.response(w.issuer, w.status, w.assertion, w.evil) }),
		},
		{
			ID: "wrapped-in-advice", Cases: rows("N-C16"), Title: "The signed assertion in the Advice of an evil one", Life: life,
			Breaks: rows("SIG-01 AST-12"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, strings.Replace(w.evil, "</saml:Conditions>", "</saml:Conditions><saml:Advice>"+w.assertion+"</saml:Advice>", 1))
			}),
		},
		{
			ID: "evil-in-encrypted-assertion", Cases: rows("N-C17"), Title: "An evil assertion stands in an EncryptedAssertion, not encrypted", Life: life,
			Breaks: rows("XML-05 RSP-26"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return w.response(w.issuer, w.status, `<saml:EncryptedAssertion xmlns:saml="`+saml.NSAssertion+`">`+w.evil+"</saml:EncryptedAssertion>", w.assertion)
			}),
		},
		{
			ID: "signature-moved-to-response", Cases: rows("N-C19"), Title: "The assertion's signature is a child of the response", Life: "A signature would count for whatever it stands beside.",
			Breaks: rows("SIG-06"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string { return w.response(w.issuer, w.signature, w.status, w.bare) }),
		},
		{
			ID: "signature-in-subject", Cases: rows("N-C20"), Title: "The assertion's signature is a child of its Subject", Life: "A signature would be found wherever somebody looks for one.",
			Breaks: rows("SIG-04"), Verdict: Reject, Signs: SignsAssertion, After: moveInto(sigOfAssertion, "Assertion/Subject"),
		},
		{
			ID: "signature-in-conditions", Cases: rows("N-C20"), Title: "The assertion's signature is a child of its Conditions", Life: "A signature would be found wherever somebody looks for one.",
			Breaks: rows("SIG-04"), Verdict: Reject, Signs: SignsAssertion, After: moveInto(sigOfAssertion, pathConditions),
		},
		{
			ID: "signature-in-attribute", Cases: rows("N-C20"), Title: "The assertion's signature is in an AttributeValue", Life: "A signature would be found wherever somebody looks for one.",
			Breaks: rows("SIG-04"), Verdict: Reject, Signs: SignsAssertion, After: moveInto(sigOfAssertion, pathAttributes+"/Attribute/AttributeValue"),
		},
		{
			ID: "signature-last", Cases: rows("N-Q03"), Title: "The assertion's signature is its last child", Life: "Nothing in itself; but readers that look for a signature anywhere find an attacker's.",
			Breaks: rows("SIG-04 AST-11"), Verdict: Reject, Signs: SignsAssertion, After: moveInto(sigOfAssertion, pathAssertion),
		},
		{
			ID: "response-signature-after-status", Cases: rows("N-Q03"), Title: "The response's signature follows its Status", Life: "Nothing in itself; but readers that look for a signature anywhere find an attacker's.",
			Breaks: rows("SIG-04 RSP-24 RSP-25"), Verdict: Reject, Signs: SignsResponse, After: move(sigOfResponse, "Status", true),
		},
		{
			ID: "response-signed-twice", Cases: rows("N-C21"), Title: "The response has its signature twice", Life: "One reader verifies the first, another believes the second.",
			Breaks: rows("SIG-05 RSP-25"), Verdict: Reject, Signs: SignsResponse, After: double(sigOfResponse),
		},
		{
			ID: "assertion-signed-twice", Cases: rows("N-C21"), Title: "The assertion has its signature twice", Life: "One reader verifies the first, another believes the second.",
			Breaks: rows("SIG-05"), Verdict: Reject, Signs: SignsAssertion, After: double(sigOfAssertion),
		},
		{
			ID: "signature-other-namespace", Cases: rows("N-C37"), Title: "The Signature is in a namespace that is nearly that of XML Signature", Life: "An element that only looks like a signature would count as one.",
			Breaks: rows("SIG-01"), Verdict: Reject, Signs: SignsAssertion,
			After: mapTag(sigOfAssertion, func(tag string) (string, error) {
				return strings.Replace(tag, saml.NSSignature, strings.TrimSuffix(saml.NSSignature, "#"), 1), nil
			}),
		},
		{
			ID: "assertion-other-namespace", Cases: rows("N-C38"), Title: "The assertion is in a namespace that is not SAML's", Life: "A reader that goes by local names reads what no standard gives a meaning to.",
			Breaks: rows("AST-01 XML-05"), Verdict: Reject, Before: replace(`<saml:Assertion xmlns:saml="`+saml.NSAssertion+`"`, `<saml:Assertion xmlns:saml="urn:example:evil"`),
			Signs: SignsResponse,
		},
		{
			ID: "assertion-renamed", Cases: rows("N-C38"), Title: "The assertion is called Assertion2", Life: "A reader that compares the beginning of a name reads what no standard gives a meaning to.",
			Breaks: rows("AST-01 XML-05"), Verdict: Reject, Before: all(replace("<saml:Assertion ", "<saml:Assertion2 "), replace("</saml:Assertion>", "</saml:Assertion2>")),
			Signs: SignsResponse,
		},
		{
			ID: "spoofed-response", Cases: rows("N-C39"), Title: "Extensions hold a saml:Response with the signature", Life: life,
			Breaks: rows("SIG-04 SIG-06 XML-13"), Verdict: Reject, Signs: SignsResponse,
			After: rearranged(func(w *wrapping) string {
				spoof := `<saml:Response xmlns:saml="` + saml.NSAssertion + `">` + w.responseSignature + "</saml:Response>"
				return w.response(w.issuer, "<samlp:Extensions>"+spoof+w.bareResponse+"</samlp:Extensions>", w.status, w.evil)
			}),
		},
		{
			ID: "assertion-is-root", Cases: rows("N-C40"), Title: "The signed assertion is the root, with an evil response in its signature", Life: life,
			Breaks: rows("RSP-01 SIG-12"), Verdict: Reject, Signs: SignsAssertion,
			After: rearranged(func(w *wrapping) string {
				return strings.Replace(w.assertion, "</ds:Signature>", "<ds:Object>"+w.response(w.issuer, w.status, w.evil)+"</ds:Object></ds:Signature>", 1)
			}),
		},
	}
}

// A wrapping is a signed response taken to pieces.
type wrapping struct {
	id                string // of the assertion
	rootTag           string // with another ID
	issuer, status    string // of the response
	assertion, bare   string // with and without its signature
	signature         string // of the assertion
	responseSignature string
	bareResponse      string // the response without its signature
	evil, evilSameID  string // the assertion without its signature, for Mallory
}

const evilID = "_e0000000000000000000000000000000"

// rearranged is a change that puts the pieces of a response together in another way.
func rearranged(f func(*wrapping) string) change {
	return func(x []byte) ([]byte, error) {
		t, err := scan(x)
		if err != nil {
			return nil, err
		}
		root := t.root()
		piece := func(path string) string {
			s, err := t.at(path)
			if err != nil {
				return ""
			}
			return string(s.outer(x))
		}
		w := &wrapping{
			issuer: piece("Issuer"), status: piece("Status"), assertion: piece(pathAssertion),
			signature: piece(sigOfAssertion), responseSignature: piece(sigOfResponse),
		}
		if w.assertion == "" || w.signature == "" && w.responseSignature == "" {
			return nil, fmt.Errorf("the response has no signed assertion")
		}
		w.bare = strings.Replace(w.assertion, w.signature, "", 1)
		w.bareResponse = strings.Replace(string(root.outer(x)), w.responseSignature, "", 1)
		tag := string(root.tag(x))
		_, from, to, err := attrAt(tag, "ID")
		if err != nil {
			return nil, err
		}
		w.rootTag = tag
		if w.responseSignature != "" {
			w.rootTag = tag[:from] + "_f0000000000000000000000000000000" + tag[to:]
		}
		if err := w.forge(); err != nil {
			return nil, err
		}
		return append(append([]byte{}, x[:root.start]...), f(w)...), nil
	}
}

// forge makes the evil assertions.
func (w *wrapping) forge() error {
	t, err := scan([]byte(w.bare))
	if err != nil {
		return err
	}
	name := t.root().child("Subject").child("NameID")
	w.evilSameID = string(splice([]byte(w.bare), name.open, name.close, Mallory))
	tag := string(t.root().tag([]byte(w.bare)))
	_, from, to, err := attrAt(tag, "ID")
	if err != nil {
		return err
	}
	w.id = tag[from:to]
	w.evil = w.evilSameID[:from] + evilID + w.evilSameID[to:]
	return nil
}

// response is a response with these children.
func (w *wrapping) response(children ...string) string {
	return w.rootTag + strings.Join(children, "") + "</samlp:Response>"
}

// evilSigned is the evil assertion with a signature in the place for one.
func (w *wrapping) evilSigned(signature string) string {
	return strings.Replace(w.evil, "</saml:Issuer>", "</saml:Issuer>"+signature, 1)
}

// inside puts XML at the end of an element's content.
func inside(outer, content string) string {
	at := strings.LastIndex(outer, "</")
	return outer[:at] + content + outer[at:]
}

// moveInto moves an element to the end of another one's content.
func moveInto(path, into string) change {
	return func(x []byte) ([]byte, error) {
		t, err := scan(x)
		if err != nil {
			return nil, err
		}
		s, err := t.at(path)
		if err != nil {
			return nil, err
		}
		moved := string(s.outer(x))
		return all(drop(path), add(into, moved))(x)
	}
}
