package mockidp

import (
	"crypto"
	"encoding/base64"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// referenceFaults are about what a signature says that it covers, and how.
func referenceFaults() []*Fault {
	vague := "What is signed depends on who reads: the profile allows nothing but the ID of the signature's parent."
	twoDigests := "A reader that takes one and verifies the other believes what nobody signed."
	list := []*Fault{
		{
			ID: "signature-covers-subject", Cases: rows("N-C22"), Title: "The assertion's signature covers its Subject only",
			Life:   "Everything else in the assertion is anybody's: its audience, its time, its attributes.",
			Breaks: rows("SIG-06"), Verdict: Reject, Signs: SignsAssertion,
			Before: addAttr("Assertion/Subject", `ID="_subject"`),
			seal: func(s *seal) {
				s.target = func(d *saml.Document) saml.Element {
					return d.Root().Child(saml.NSAssertion, "Assertion").Child(saml.NSAssertion, "Subject")
				}
				s.uri = func(string) string { return `URI="#_subject"` }
			},
		},
		{
			ID: "reference-empty", Cases: rows("N-C23"), Title: `The Reference's URI is ""`,
			Life:   "The whole document is signed, whatever it is, and not this response by its ID.",
			Breaks: rows("SIG-06"), Verdict: Reject, Signs: SignsResponse, seal: referTo(func(string) string { return `URI=""` }),
		},
		{
			ID: "reference-without-uri", Cases: rows("N-C24"), Title: "The Reference has no URI", Life: vague,
			Breaks: rows("SIG-06"), Verdict: Reject, Signs: SignsAssertion, seal: referTo(func(string) string { return "" }),
		},
		{
			ID: "reference-without-hash", Cases: rows("N-C25"), Title: "The Reference's URI is the ID without #", Life: vague,
			Breaks: rows("SIG-06"), Verdict: Reject, Signs: SignsAssertion, seal: referTo(func(id string) string { return `URI="` + attr(id) + `"` }),
		},
		{
			ID: "reference-other-first-character", Cases: rows("N-C25"), Title: "The Reference's URI has another character than #", Life: vague,
			Breaks: rows("SIG-06"), Verdict: Reject, Signs: SignsAssertion, seal: referTo(func(id string) string { return `URI="x` + attr(id) + `"` }),
		},
		{
			ID: "reference-escaped", Cases: rows("N-C28"), Title: "The Reference's URI has the ID percent-encoded", Life: vague,
			Breaks: rows("SIG-06"), Verdict: Reject, Signs: SignsAssertion,
			seal: referTo(func(id string) string { return `URI="#%5F` + attr(strings.TrimPrefix(id, "_")) + `"` }),
		},
		{
			ID: "reference-space", Cases: rows("N-C28"), Title: "The Reference's URI begins with a space", Life: vague,
			Breaks: rows("SIG-06"), Verdict: Reject, Signs: SignsAssertion, seal: referTo(func(id string) string { return `URI=" #` + attr(id) + `"` }),
		},
		{
			ID: "reference-character-reference", Cases: rows("N-C28"), Title: "The Reference's URI has a character written as a reference",
			Life:    "Nothing: it is the same URI.",
			Verdict: Accept, Signs: SignsAssertion,
			seal: referTo(func(id string) string { return `URI="#&#95;` + attr(strings.TrimPrefix(id, "_")) + `"` }),
		},
		{
			ID: "reference-nowhere", Cases: rows("N-Q08"), Title: "The Reference's URI is the ID of nothing", Life: vague,
			Breaks: rows("SIG-06 SIG-13"), Verdict: Reject, Signs: SignsAssertion, seal: referTo(func(string) string { return `URI="#_nothing"` }),
		},
		{
			ID: "id-with-quotes", Cases: rows("N-C29"), Title: "The assertion's ID is an XPath expression",
			Life:   "A reader that puts the ID into an XPath finds another element (CVE-2024-45409).",
			Breaks: rows("XML-05"), Verdict: Reject, Signs: SignsAssertion,
			Before: setAttr(pathAssertion, "ID", "a' or '1'='1"),
		},
		{
			ID: "two-references", Cases: rows("N-C30"), Title: "SignedInfo has a second Reference, to something else", Life: twoDigests,
			Breaks: rows("SIG-05"), Verdict: Reject, Signs: SignsAssertion, seal: twoReferences(false),
		},
		{
			ID: "two-references-other-first", Cases: rows("N-C30"), Title: "SignedInfo has a Reference to something else before the right one", Life: twoDigests,
			Breaks: rows("SIG-05"), Verdict: Reject, Signs: SignsAssertion, seal: twoReferences(true),
		},
		{
			ID: "evil-signedinfo-first", Cases: rows("N-C31"), Title: "A SignedInfo with the digest of a changed assertion before the signed one", Life: twoDigests,
			Breaks: rows("SIG-05"), Verdict: Reject, Signs: SignsAssertion, After: evilSignedInfo(func(evil, real string) string { return evil + real }),
		},
		{
			ID: "evil-signedinfo-last", Cases: rows("N-C31"), Title: "A SignedInfo with the digest of a changed assertion after the signed one", Life: twoDigests,
			Breaks: rows("SIG-05"), Verdict: Reject, Signs: SignsAssertion, After: evilSignedInfo(func(evil, real string) string { return real + evil }),
		},
		{
			ID: "signedinfo-wrapped", Cases: rows("N-C32"), Title: "SignedInfo is in an element of its own",
			Life:   "A reader that finds it anywhere finds an attacker's, too.",
			Breaks: rows("SIG-05"), Verdict: Reject, Signs: SignsAssertion,
			After: mapOuter(sigOfAssertion+"/SignedInfo", func(s string) string { return "<ds:SignedInfos>" + s + "</ds:SignedInfos>" }),
		},
		{
			ID: "evil-signedinfo-in-object", Cases: rows("N-C33"), Title: "A ds:Object holds a SignedInfo with the digest of a changed assertion", Life: twoDigests,
			Breaks: rows("SIG-12 SIG-29"), Verdict: Reject, Signs: SignsAssertion,
			After: all(evilSignedInfo(func(evil, real string) string { return real + "\n<ds:Object>" + evil + "</ds:Object>" }), move(sigOfAssertion+"/Object", sigOfAssertion+"/KeyInfo", true)),
		},
		{
			ID: "comment-in-digest", Cases: rows("N-C34"), Title: "A comment in DigestValue holds the digest of a changed assertion",
			Life:   "The comment is not signed: a reader that takes the first text believes it (CVE-2025-29775).",
			Breaks: rows("SIG-22"), Verdict: Reject, Signs: SignsAssertion, After: evilDigest(func(evil, real string) string { return "<!--" + evil + "-->" + real }),
		},
		{
			ID: "two-digest-values", Cases: rows("N-C35"), Title: "The Reference has a second DigestValue, that of a changed assertion", Life: twoDigests,
			Breaks: rows("SIG-05 SIG-22"), Verdict: Reject, Signs: SignsAssertion,
			After: evilDigest(func(evil, real string) string { return evil + "</ds:DigestValue><ds:DigestValue>" + real }),
		},
		{
			ID: "two-signature-values", Cases: rows("N-C35"), Title: "The signature has two values, of which the second is right",
			Life:   "A reader that verifies one of them does not notice the other.",
			Breaks: rows("SIG-05 SIG-22"), Verdict: Reject, Signs: SignsAssertion,
			After: before(sigOfAssertion+"/SignatureValue", "<ds:SignatureValue>AAAA</ds:SignatureValue>\n"),
		},
		{
			ID: "manifest", Cases: rows("N-C36"), Title: "The Reference is to a Manifest, which refers to the assertion",
			Life:   "What a manifest refers to need not be verified (XMLDSig 5.1): the assertion could be anything.",
			Breaks: rows("SIG-05 SIG-12"), Verdict: Reject, Signs: SignsAssertion, seal: sealManifest,
		},
		{
			ID: "transforms-missing", Cases: rows("N-D36"), Title: "The Reference has no Transforms",
			Life:   "The digest would be over the signature itself; a reader that adds what is missing guesses.",
			Breaks: rows("SIG-08"), Verdict: Reject, Signs: SignsAssertion, seal: func(s *seal) {
				s.reference = func(uri, digest string) string {
					full := s.referenceXML(uri, digest)
					return full[:strings.Index(full, "<ds:Transforms>")] + full[strings.Index(full, "<ds:DigestMethod"):]
				}
			},
		},
		{
			ID: "not-enveloped", Cases: rows("N-D36"), Title: "The transform for enveloped signatures is missing",
			Life:   "The digest would be over the signature itself; a reader that adds what is missing guesses.",
			Breaks: rows("SIG-08"), Verdict: Reject, Signs: SignsAssertion,
			seal: func(s *seal) { s.transforms = transformXML(s, excC14N) },
		},
		{
			ID: "enveloped-twice", Cases: rows("N-D37"), Title: "The transform for enveloped signatures is there twice",
			Life:   "A reader that removes a second element removes something else.",
			Breaks: rows("SIG-07 SIG-08"), Verdict: Reject, Signs: SignsAssertion,
			seal: func(s *seal) { s.transforms = transform1 + transform1 + transformXML(s, excC14N) },
		},
		{
			ID: "many-transforms", Cases: rows("N-D38"), Title: "The Reference has a thousand transforms",
			Life:   "Each one costs the service provider a walk through the message.",
			Breaks: rows("SIG-07 SIG-28"), Verdict: Reject, Signs: SignsAssertion,
			seal: func(s *seal) { s.transforms = transform1 + strings.Repeat(transformXML(s, excC14N), 1000) },
		},
		{
			ID: "xslt", Cases: rows("N-D33"), Title: "The Reference has an XSLT transform",
			Life:   "The service provider would run a program that an attacker wrote.",
			Breaks: rows("SIG-07"), Verdict: Reject, Signs: SignsAssertion,
			seal: func(s *seal) {
				s.transforms = transform1 + `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">` +
					`<xsl:template match="/"><xsl:value-of select="document('http://127.0.0.1:9/')"/></xsl:template></xsl:stylesheet></ds:Transform>` + "\n"
			},
		},
		{
			ID: "xpath", Cases: rows("N-D34"), Title: "The Reference has an XPath transform that leaves the NameID out",
			Life:   "The NameID is not signed: it can be anybody.",
			Breaks: rows("SIG-07"), Verdict: Reject, Signs: SignsAssertion,
			seal: func(s *seal) {
				s.transforms = transform1 + `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::*[local-name()='NameID'])</ds:XPath></ds:Transform>` + "\n" + transformXML(s, excC14N)
			},
		},
		{
			ID: "base64-transform", Cases: rows("N-D35"), Title: "The Reference has a base64 transform",
			Life:   "What is signed is not what is read.",
			Breaks: rows("SIG-07"), Verdict: Reject, Signs: SignsAssertion,
			seal: func(s *seal) {
				s.transforms = transform1 + `<ds:Transform Algorithm="` + saml.NSSignature + `base64"/>` + "\n"
			},
		},
		{
			ID: "c14n-inclusive", Cases: rows("N-D32"), Title: "Canonicalized with inclusive Canonical XML 1.0",
			Life:   "The signature of an assertion breaks when it is taken out of its response, and verifiers differ in what they inherit.",
			Breaks: rows("SIG-09"), Verdict: Warn,
			seal: func(s *seal) {
				const inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
				s.prefixes = []string{"saml", "samlp", "ds", "xs", "xsi"}
				s.transforms = transform1 + `<ds:Transform Algorithm="` + inclusive + `"/>` + "\n"
				s.canonicalization = `<ds:CanonicalizationMethod Algorithm="` + inclusive + `"/>`
				s.infoPrefixes = s.prefixes
			},
		},
		{
			ID: "c14n-unknown", Cases: rows("N-D39"), Title: "CanonicalizationMethod is unknown",
			Life:   "A reader that takes the bytes as they are verifies something else than it reads.",
			Breaks: rows("SIG-09"), Verdict: Reject, Signs: SignsAssertion,
			seal: func(s *seal) {
				s.canonicalization = `<ds:CanonicalizationMethod Algorithm="urn:example:c14n"/>`
			},
		},
		{
			ID: "c14n-missing", Cases: rows("N-D39"), Title: "There is no CanonicalizationMethod",
			Life:   "A reader that takes the bytes as they are verifies something else than it reads.",
			Breaks: rows("SIG-09 SIG-05"), Verdict: Reject, Signs: SignsAssertion,
			seal: func(s *seal) {
				s.shape = func(x string) string {
					return strings.Replace(x, `<ds:CanonicalizationMethod Algorithm="`+excC14N+`"/>`+"\n", "", 1)
				}
			},
		},
		{
			ID: "digest-of-nothing", Cases: rows("N-D14 N-D15"), Title: "The digest is that of the empty string, and the NameID another user's",
			Life:   "A canonicalizer that fails and answers with nothing makes this digest right (CVE-2025-66568).",
			Breaks: rows("SIG-02 SIG-21"), Verdict: Reject, Signs: SignsAssertion,
			Before: setText(pathNameID, Mallory),
			seal:   func(s *seal) { s.digestOf = func([]byte) []byte { return sum(hash(s.digest), nil) } },
		},
	}
	for _, uri := range []struct{ id, row, title, uri string }{
		{"reference-xpointer-root", "N-C26", "an XPointer to the document", "#xpointer(/)"},
		{"reference-xpointer-id", "N-C26", "an XPointer to the ID", "#xpointer(id('%'))"},
		{"reference-element-scheme", "N-C26", "an XPointer of the element() scheme", "#element(/1)"},
		{"reference-http", "N-C27", "a web address", "http://127.0.0.1:9/evil.xml"},
		{"reference-file", "N-C27", "a file", "file:///etc/passwd"},
		{"reference-cid", "N-C27", "a MIME part", "cid:part1@evil.example"},
	} {
		life := vague
		if uri.row == "N-C27" {
			life = "The service provider would fetch what an attacker names, from the inside of its network."
		}
		list = append(list, &Fault{
			ID: uri.id, Cases: rows(uri.row), Title: "The Reference's URI is " + uri.title, Life: life,
			Breaks: rows("SIG-06"), Verdict: Reject, Signs: SignsAssertion,
			seal: referTo(func(id string) string { return `URI="` + attr(strings.ReplaceAll(uri.uri, "%", id)) + `"` }),
		})
	}
	return list
}

// referTo has the Reference say something else about what it refers to.
func referTo(uri func(id string) string) func(*seal) { return func(s *seal) { s.uri = uri } }

func transformXML(s *seal, algorithm string) string {
	return `<ds:Transform Algorithm="` + algorithm + `"><ec:InclusiveNamespaces xmlns:ec="` + saml.NSExcC14N + `" PrefixList="` +
		strings.Join(s.prefixes, " ") + "\"/></ds:Transform>\n"
}

// twoReferences adds a Reference to an element that is not there.
func twoReferences(otherFirst bool) func(*seal) {
	return func(s *seal) {
		s.reference = func(uri, digest string) string {
			real := s.referenceXML(uri, digest)
			other := s.referenceXML(`URI="#`+evilID+`"`, base64.StdEncoding.EncodeToString(sum(hash(s.digest), []byte("other"))))
			if otherFirst {
				return other + real
			}
			return real + other
		}
	}
}

// evilSignedInfo changes the NameID and puts a SignedInfo with the digest that this
// gives beside the real one.
func evilSignedInfo(arrange func(evil, real string) string) change {
	return func(x []byte) ([]byte, error) {
		const path = sigOfAssertion + "/SignedInfo"
		real, err := outer(x, path)
		if err != nil {
			return nil, err
		}
		if x, err = all(setText(pathNameID, Mallory), redigest)(x); err != nil {
			return nil, err
		}
		return mapOuter(path, func(evil string) string { return arrange(evil, real) })(x)
	}
}

// evilDigest changes the NameID and puts the digest that this gives beside the real one.
func evilDigest(arrange func(evil, real string) string) change {
	return func(x []byte) ([]byte, error) {
		const path = sigOfAssertion + "/SignedInfo/Reference/DigestValue"
		real, err := inner(x, path)
		if err != nil {
			return nil, err
		}
		if x, err = all(setText(pathNameID, Mallory), redigest)(x); err != nil {
			return nil, err
		}
		return mapInner(path, func(evil string) string { return arrange(evil, real) })(x)
	}
}

func outer(x []byte, path string) (out string, err error) {
	_, err = mapOuter(path, func(s string) string { out = s; return s })(x)
	return out, err
}

func inner(x []byte, path string) (in string, err error) {
	_, err = mapInner(path, func(s string) string { in = s; return s })(x)
	return in, err
}

// sealManifest signs a Manifest that stands in a ds:Object of the signature.
func sealManifest(s *seal) {
	s.reference = func(uri, digest string) string {
		const id = "_manifest"
		reference := strings.TrimSuffix(s.referenceXML(uri, digest), "\n")
		manifest := `<ds:Manifest xmlns:ds="` + saml.NSSignature + `" Id="` + id + `">` + reference + `</ds:Manifest>`
		canonical := canonicalText(manifest)
		s.shape = func(x string) string {
			return inside(x, "<ds:Object>"+manifest+"</ds:Object>")
		}
		return `<ds:Reference Type="` + saml.NSSignature + `Manifest" URI="#` + id + "\">\n<ds:Transforms>\n" +
			`<ds:Transform Algorithm="` + excC14N + `"/>` + "\n</ds:Transforms>\n" +
			`<ds:DigestMethod Algorithm="` + digSHA256 + "\"/>\n<ds:DigestValue>" +
			base64.StdEncoding.EncodeToString(sum(crypto.SHA256, canonical)) + "</ds:DigestValue>\n</ds:Reference>\n"
	}
}

// canonicalText is the exclusive canonical form of an element that stands alone.
func canonicalText(x string) []byte {
	doc, err := saml.Parse([]byte(x), saml.Limits{})
	if err != nil {
		panic(err)
	}
	canonical, err := saml.Canonical(doc.Root(), saml.Element{}, nil, false)
	if err != nil {
		panic(err)
	}
	return canonical
}
