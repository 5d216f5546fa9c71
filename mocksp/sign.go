package mocksp

import (
	"crypto"
	"crypto/ecdsa"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/samlproof/samlproof/harness/saml"
)

// signatureMethod is the algorithm that a key signs with (RFC 9231 2.3).
func signatureMethod(key crypto.Signer) string {
	if _, ok := key.Public().(*ecdsa.PublicKey); ok {
		return "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	}
	return "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
}

// signMessage signs a message as HTTP-POST wants it: by an enveloped signature after
// its Issuer, over the whole (SAMLCore 5.4).
func signMessage(message []byte, key crypto.Signer, random io.Reader) ([]byte, error) {
	doc, err := saml.Parse(message, saml.Limits{})
	if err != nil {
		return nil, err
	}
	root := doc.Root()
	issuer := root.Child(saml.NSAssertion, "Issuer")
	if !issuer.Exists() {
		return nil, fmt.Errorf("the %s has no Issuer", root.Local())
	}
	const sha256 = saml.NSXMLEnc + "sha256"
	canonical, err := saml.Canonical(root, saml.Element{}, nil, false)
	if err != nil {
		return nil, err
	}
	digest, err := saml.Digest(canonical, sha256)
	if err != nil {
		return nil, err
	}
	method := signatureMethod(key)
	_, after := issuer.Extent()
	with := func(value string) []byte {
		return []byte(string(message[:after]) + `<ds:Signature xmlns:ds="` + saml.NSSignature + `"><ds:SignedInfo>` +
			`<ds:CanonicalizationMethod Algorithm="` + saml.NSExcC14N + `"/><ds:SignatureMethod Algorithm="` + method + `"/>` +
			`<ds:Reference URI="#` + escape(root.Attr("ID").Value()) + `"><ds:Transforms>` +
			`<ds:Transform Algorithm="` + saml.NSSignature + `enveloped-signature"/><ds:Transform Algorithm="` + saml.NSExcC14N + `"/>` +
			`</ds:Transforms><ds:DigestMethod Algorithm="` + sha256 + `"/><ds:DigestValue>` + base64.StdEncoding.EncodeToString(digest) +
			`</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>` + value + `</ds:SignatureValue></ds:Signature>` + string(message[after:]))
	}
	if doc, err = saml.Parse(with(""), saml.Limits{}); err != nil {
		return nil, err
	}
	info := doc.Root().Child(saml.NSSignature, "Signature").Child(saml.NSSignature, "SignedInfo")
	if canonical, err = saml.Canonical(info, saml.Element{}, nil, false); err != nil {
		return nil, err
	}
	value, err := saml.SignatureValue(canonical, method, key, random)
	if err != nil {
		return nil, err
	}
	return with(base64.StdEncoding.EncodeToString(value)), nil
}
