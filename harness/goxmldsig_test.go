package harness_test

import (
	"crypto/x509"
	"fmt"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
	"github.com/samlproof/samlproof/fixtures/vectors"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
)

// goxmldsig's verdict on the signature of the root, or of the only assertion where the
// root has none, is the project's own on every vector, or a list says why not.
func TestVectorsAgreeWithGoxmldsig(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	n, differ := 0, map[string]bool{}
	for _, v := range allVectors(t) {
		_, want := received(t, v)
		doc, err := saml.Parse(v.XML, saml.Limits{})
		if err != nil || len(want.Certificates) == 0 {
			continue
		}
		root := doc.Root()
		part := root
		if !root.Child(saml.NSSignature, "Signature").Exists() {
			part = root.Child(saml.NSAssertion, "Assertion")
		}
		if !part.Exists() {
			continue
		}
		n++
		ours := false
		for _, s := range saml.VerifySignatures(doc, want.Certificates, nil) {
			ours = ours || s.Covers == part && len(s.Faults) == 0
		}
		err = secondOpinion(v, want, part != root)
		if dsigDiffers[v.Name] != "" {
			differ[v.Name] = ours != (err == nil)
			continue
		}
		assert.Equal(t, ours, err == nil, "%s: goxmldsig says %v", v.Name, err)
	}
	assert.Greater(t, n, 400)
	for name, why := range dsigDiffers {
		assert.True(t, differ[name], "%s: goxmldsig agrees now, although %s", name, why)
	}
}

// secondOpinion has goxmldsig verify the root or its assertion. A panic is an error.
func secondOpinion(v *vectors.Vector, want *check.Expect, ofAssertion bool) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(v.XML); err != nil {
		return err
	}
	part := doc.Root()
	if ofAssertion {
		for _, e := range doc.Root().ChildElements() {
			if e.Tag == "Assertion" && e.NamespaceURI() == saml.NSAssertion {
				part = e
				break
			}
		}
		context, err := etreeutils.NSBuildParentContext(part)
		if err != nil {
			return err
		}
		if context, err = context.SubContext(part); err != nil {
			return err
		}
		if part, err = etreeutils.NSDetatch(context, part); err != nil {
			return err
		}
	}
	validation := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{want.Certificates[0].X509}})
	validation.IdAttribute, validation.Clock = "ID", dsig.NewFakeClockAt(v.At)
	_, err = validation.Validate(part)
	return err
}

// dsigDiffers are the vectors of which goxmldsig thinks otherwise.
var dsigDiffers = map[string]string{
	"assertion-is-root":               "it takes a signature from any place below what it signs",
	"attribute-encoding-withdrawn":    "it sorts attributes by prefix, not by namespace",
	"certificate-early":               "it compares certificates and minds their dates, where the key is what is trusted",
	"certificate-expired":             "it compares certificates and minds their dates, where the key is what is trusted",
	"certificate-renewed":             "it compares certificates and minds their dates, where the key is what is trusted",
	"default-namespace-switched":      "it canonicalizes a default namespace that changes otherwise",
	"ecdsa":                           "it wants ECDSA as ASN.1",
	"ecdsa-asn1":                      "it wants ECDSA as ASN.1",
	"keyinfo-key-name":                "it wants a certificate in KeyInfo",
	"keyinfo-reissued":                "it compares certificates and minds their dates, where the key is what is trusted",
	"keyinfo-retrieval-trusted":       "it wants a certificate in KeyInfo",
	"keyinfo-unrelated":               "it compares certificates and minds their dates, where the key is what is trusted",
	"newline-in-attribute":            "it canonicalizes a newline in an attribute otherwise",
	"prefix-list-of-signedinfo":       "it ignores the PrefixList of CanonicalizationMethod",
	"reference-empty":                 "it holds references to no form",
	"reference-other-first-character": "it holds references to no form",
	"reference-without-uri":           "it holds references to no form",
	"response-signature-after-status": "it takes a signature from any place below what it signs",
	"root-is-saml-1":                  "it takes a signature from any place below what it signs",
	"rsa-pss":                         "it has no RSA-PSS",
	"same-id-evil-last":               "it does not look for equal IDs",
	"same-id-twice":                   "it does not look for equal IDs",
	"signature-in-attribute":          "it takes a signature from any place below what it signs",
	"signature-in-conditions":         "it takes a signature from any place below what it signs",
	"signature-in-subject":            "it takes a signature from any place below what it signs",
	"signature-last":                  "it takes a signature from any place below what it signs",
	"two-references":                  "the first Reference that fits is enough",
	"two-references-other-first":      "the first Reference that fits is enough",
	"xsw7":                            "it does not look for equal IDs",
}
