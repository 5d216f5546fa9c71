package saml

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kindsOf is the kinds of a signature's faults in order, each with its cause.
func kindsOf(s *Signature) string {
	var kinds []string
	for _, f := range s.Faults {
		k := string(f.Kind)
		if f.Cause != "" {
			k += ":" + string(f.Cause)
		}
		kinds = append(kinds, k)
	}
	return strings.Join(kinds, " ")
}

func inInfo(from, to string) signing {
	return signing{id: "_r1", info: func(s string) string { return replaceOnce(s, from, to) }}
}

func inSignature(from, to string) signing {
	return signing{id: "_r1", outer: func(s string) string { return replaceOnce(s, from, to) }}
}

func replaceOnce(s, from, to string) string {
	if !strings.Contains(s, from) {
		panic("nothing to replace: " + from)
	}
	return strings.Replace(s, from, to, 1)
}

// Each signature is made correctly over a Response that breaks one rule of the profile.
func TestProfileRefuses(t *testing.T) {
	t.Parallel()
	const (
		inclusive = `<ds:Transform Algorithm="` + C14NInclusive + `"/>`
		envelope  = `<ds:Transform Algorithm="` + TransformEnveloped + `"/>`
		object    = `<ds:Object><x xmlns=""/></ds:Object>`
		digest    = `<ds:DigestValue>`
		method    = `<ds:DigestMethod Algorithm="` + DigestSHA256 + `"/>`
	)
	list := `<ec:InclusiveNamespaces xmlns:ec="` + NSExcC14N + `" PrefixList="ds saml samlp xs xsi"/>`
	form := `<ds:Transform Algorithm="` + C14NExclusive + `">` + list + `</ds:Transform>`
	for name, c := range map[string]struct {
		s    signing
		want string
		note string
	}{
		"last child":              {signing{id: "_r1", last: true}, "place", "not stand right after the Issuer"},
		"Object":                  {inSignature("</ds:Signature>", object+"</ds:Signature>"), "structure", "ds:Object"},
		"two SignedInfo":          {inSignature("<ds:SignatureValue>", "<ds:SignedInfo/><ds:SignatureValue>"), "structure", "<SignedInfo> stands more than once"},
		"two SignatureValue":      {inSignature("<ds:KeyInfo>", "<ds:SignatureValue>AAAA</ds:SignatureValue><ds:KeyInfo>"), "structure", "<SignatureValue> stands more than once"},
		"two KeyInfo":             {inSignature("</ds:Signature>", "<ds:KeyInfo/></ds:Signature>"), "structure", "<KeyInfo> stands more than once"},
		"KeyInfo first":           {inSignature("<ds:SignedInfo>", `<ds:KeyInfo><ds:KeyName>a</ds:KeyName></ds:KeyInfo><ds:SignedInfo>`), "structure structure structure", "SignedInfo> stands too late"},
		"a stranger in Signature": {inSignature("<ds:KeyInfo>", `<x xmlns=""/><ds:KeyInfo>`), "structure", "<x> cannot stand in <Signature>"},
		"text in Signature":       {inSignature("<ds:KeyInfo>", "evil<ds:KeyInfo>"), "structure", "text stands between"},
		"two References":          {inInfo("</ds:Reference>", "</ds:Reference><ds:Reference URI='#_a1'/>"), "structure", "<Reference> stands more than once"},
		"no Reference": {signing{id: "_r1", info: func(s string) string {
			return regexp.MustCompile(`(?s)<ds:Reference.*</ds:Reference>`).ReplaceAllString(s, "")
		}}, "structure", "<SignedInfo> has no Reference"},
		"two DigestValues":             {inInfo(digest, digest+"AAAA</ds:DigestValue>"+digest), "structure digest:length", "<DigestValue> stands more than once"},
		"no DigestMethod":              {inInfo(method, ""), "structure", "has no DigestMethod"},
		"SignedInfo wrapped":           {signing{id: "_r1", outer: nil, info: func(s string) string { return replaceOnce(s, "<ds:Reference", "<x xmlns=''/><ds:Reference") }}, "structure", "<x> cannot stand"},
		"no URI":                       {signing{id: "_r1", info: func(s string) string { return replaceOnce(s, ` URI="#_r1"`, "") }}, "reference", "no URI"},
		"empty URI":                    {signing{id: "_r1", info: func(s string) string { return replaceOnce(s, "#_r1", "") }}, "reference", "whole document"},
		"URI without #":                {inInfo("#_r1", "_r1"), "reference", "the # before the ID is missing"},
		"URI with another first":       {inInfo("#_r1", "x_r1"), "reference", "outside the document"},
		"URI with a space":             {inInfo("#_r1", " #_r1"), "reference", "outside the document"},
		"URI percent-encoded":          {inInfo("#_r1", "#%5Fr1"), "reference", "no element has this ID"},
		"URI as a character reference": {inInfo("#_r1", "#&#95;r1"), "", ""},
		"XPointer to the root":         {inInfo("#_r1", "#xpointer(/)"), "reference", "XPointer"},
		"XPointer to the ID":           {inInfo("#_r1", "#xpointer(id('_r1'))"), "reference", "XPointer"},
		"external":                     {inInfo("#_r1", "http://127.0.0.1/x"), "reference", "not fetched"},
		"file":                         {inInfo("#_r1", "file:///etc/passwd"), "reference", "not fetched"},
		"nothing":                      {inInfo("#_r1", "#_none"), "reference", "no element has this ID"},
		"Manifest":                     {inInfo("URI=", `Type="http://www.w3.org/2000/09/xmldsig#Manifest" URI=`), "reference", "Manifest"},
		"no transforms": {signing{id: "_r1", info: func(s string) string {
			return regexp.MustCompile(`(?s)<ds:Transforms>.*</ds:Transforms>`).ReplaceAllString(s, "")
		}}, "transform digest:enveloped", "enveloped-signature is missing"},
		"c14n alone":                {inInfo(envelope, ""), "transform digest:enveloped", "enveloped-signature is missing"},
		"enveloped alone":           {signing{id: "_a1", list: "-", info: replacedOnce(`<ds:Transform Algorithm="`+C14NExclusive+`"></ds:Transform>`, "")}, "digest:canonicalization", "the digest agrees with " + C14NExclusive},
		"enveloped last":            {inInfo(envelope+"\n"+form, form+envelope), "transform", "must be the first"},
		"enveloped twice":           {inInfo(envelope, envelope+envelope), "transform", "stands 2 times"},
		"c14n twice":                {inInfo(form, form+form), "transform", "2 canonicalizations"},
		"XPath":                     {inInfo(envelope, `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>1</ds:XPath></ds:Transform>`+envelope), "transform", "XPath is not allowed"},
		"XSLT":                      {inInfo(envelope, `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>`+envelope), "transform", "XSLT is not allowed"},
		"base64":                    {inInfo(envelope, `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>`+envelope), "transform", "base64 is not allowed"},
		"unknown transform":         {inInfo(envelope, `<ds:Transform Algorithm="u:x"/>`+envelope), "transform", `"u:x" is not allowed`},
		"ten thousand":              {inInfo(envelope, strings.Repeat(inclusive, 10_000)+envelope), "transform", "10002 transforms"},
		"content of enveloped":      {inInfo(envelope, `<ds:Transform Algorithm="`+TransformEnveloped+`"><x xmlns=""/></ds:Transform>`), "transform", "has content"},
		"stranger in a transform":   {inInfo(list, list+"<x xmlns=''/>"), "transform", "<x> means nothing"},
		"list of an inclusive form": {signing{id: "_r1", form: C14NInclusive}, "transform", "<InclusiveNamespaces> means nothing"},
		"no CanonicalizationMethod": {inInfo(`<ds:CanonicalizationMethod Algorithm="`+C14NExclusive+`"></ds:CanonicalizationMethod>`, ""), "structure", "has no CanonicalizationMethod"},
		"unknown canonicalization":  {inInfo(`<ds:CanonicalizationMethod Algorithm="`+C14NExclusive, `<ds:CanonicalizationMethod Algorithm="u:x`), "transform", `"u:x"`},
		"MD5 digest":                {inInfo(DigestSHA256, "http://www.w3.org/2001/04/xmldsig-more#md5"), "algorithm", "MD5 is broken"},
		"unknown digest":            {inInfo(DigestSHA256, "http://www.w3.org/2000/09/xmldsig#sha256"), "algorithm", "compared as a whole"},
		"HMAC":                      {signing{id: "_r1", method: "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"}, "algorithm", "HMAC"},
		"HMACOutputLength":          {signing{id: "_r1", params: "<ds:HMACOutputLength>1</ds:HMACOutputLength>"}, "algorithm", "HMACOutputLength"},
		"parameter":                 {signing{id: "_r1", params: "<x xmlns=''/>"}, "algorithm", "parameter"},
		"DSA":                       {signing{id: "_r1", method: "http://www.w3.org/2000/09/xmldsig#dsa-sha1"}, "algorithm", "DSA"},
		"RSA-MD5":                   {signing{id: "_r1", method: "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"}, "algorithm", "MD5"},
		"suffix of an algorithm":    {inInfo(RSASHA256, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha1"), "algorithm", "compared as a whole"},
		"ECDSA with an RSA key":     {inInfo(RSASHA256, ECDSASHA256), "algorithm", "keys of kind EC"},
		"comment in DigestValue":    {inInfo(digest, digest+"<!-- AAAA -->"), "encoding", "could hide another value"},
		"element in DigestValue":    {inInfo(digest, digest+"<x xmlns=''/>"), "encoding", "could hide another value"},
		"instruction in the value":  {inSignature(valueSlot, valueSlot+"<?a?>"), "encoding", "could hide another value"},
		"empty value":               {inSignature("\n"+valueSlot+"\n", "<!---->"), "encoding", "SignatureValue holds more"},
		"value that is no base64":   {inSignature(valueSlot, valueSlot+"!"), "encoding", "SignatureValue is no base64"},
		"value with more padding":   {inSignature(valueSlot, valueSlot+"="), "encoding", "SignatureValue is no base64"},
		"value in URL-safe base64":  {inSignature(valueSlot, "-_"+valueSlot), "encoding", "URL-safe"},
		"no SignatureValue": {signing{id: "_r1", outer: func(s string) string {
			return strings.Replace(strings.Replace(s, "ds:SignatureValue", "ds:Other", 1), "/ds:SignatureValue", "/ds:Other", 1)
		}}, "structure structure", "<Other> cannot stand"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := sign(t, unsignedResponse, c.s)
			s := verify(t, doc, certificate(t, "rsa-2048-1"))[0]
			require.Equal(t, c.want, kindsOf(s), "%v", s.Faults)
			assert.Equal(t, c.want == "", s.Valid())
			if c.want != "" {
				assert.Nil(t, s.Signed)
				var notes []string
				for _, f := range s.Faults {
					notes = append(notes, f.Note)
					assert.NotZero(t, f.At.Line)
				}
				assert.Contains(t, strings.Join(notes, "\n"), c.note)
			}
		})
	}
}

func TestProfileNamesTheAlgorithmMeant(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		"http://www.w3.org/2001/04/xmldsig-more#rsa-sha1":        RSASHA1,
		"http://www.w3.org/2000/09/xmldsig#rsa-sha256":           RSASHA256,
		"http://www.w3.org/2001/04/xmldsig-more#RSA-SHA512":      RSASHA512,
		"http://www.w3.org/2001/04/xmldsig-more#sha256WithRSA":   "",
		"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256":     "",
		"http://www.w3.org/2007/05/xmldsig-more#ecdsa-sha384":    ECDSASHA384,
		"http://www.w3.org/2001/04/xmldsig-more#sha256-rsa-MGF1": RSAPSSSHA256,
		"rsa-sha256": RSASHA256,
		"":           "",
	} {
		assert.Equal(t, want, nearestAlgorithm(got, signatureURIs[:]), got)
	}
	assert.Equal(t, DigestSHA256, nearestAlgorithm("http://www.w3.org/2001/04/xmldsig-more#sha256", digestURIs[:]))
}

func TestPlaceInMetadata(t *testing.T) {
	t.Parallel()
	const open, shut = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_m" entityID="https://idp.example">`, `</md:EntityDescriptor>`
	const role = `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>`
	key := certificate(t, "rsa-2048-1")
	requireValid(t, verify(t, sign(t, open+role+shut, signing{id: "_m"}), key), 1)
	s := verify(t, sign(t, open+role+shut, signing{id: "_m", last: true}), key)[0]
	assert.Equal(t, "place", kindsOf(s))
	const all = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_all">`
	requireValid(t, verify(t, sign(t, sign(t, all+open+role+shut+"</md:EntitiesDescriptor>", signing{id: "_m"}), signing{id: "_all"}), key), 2)
}

func TestPlaceInRequests(t *testing.T) {
	t.Parallel()
	key := certificate(t, "rsa-2048-1")
	for _, name := range []string{"AuthnRequest", "LogoutRequest", "LogoutResponse", "ArtifactResponse"} {
		doc := `<p:` + name + ` xmlns:p="` + NSProtocol + `" ID="_x"><a:Issuer xmlns:a="` + NSAssertion + `">i</a:Issuer><p:Extensions/></p:` + name + `>`
		requireValid(t, verify(t, sign(t, doc, signing{id: "_x"}), key), 1)
		requireValid(t, verify(t, sign(t, strings.Replace(doc, `<a:Issuer xmlns:a="`+NSAssertion+`">i</a:Issuer>`, "", 1), signing{id: "_x"}), key), 1)
	}
	for name, doc := range map[string]string{
		"no element of SAML": `<x ID="_x"><y/></x>`,
		"another namespace":  `<a:Response xmlns:a="` + NSAssertion + `" ID="_x"/>`,
		"Subject":            `<a:Subject xmlns:a="` + NSAssertion + `" ID="_x"></a:Subject>`,
	} {
		doc = strings.Replace(doc, "/>", "></a:Response>", strings.Count(name, "another"))
		s := verify(t, sign(t, doc, signing{id: "_x"}), key)[0]
		assert.Equal(t, "place", kindsOf(s), name)
		assert.Equal(t, [2]Agreement{Agrees, Agrees}, [2]Agreement{s.Digest, s.Value}, name)
	}
	s := verify(t, `<ds:Signature xmlns:ds="`+NSSignature+`"/>`, key)[0]
	assert.Equal(t, "place structure structure", kindsOf(s))
	assert.False(t, s.Valid())
}

func TestVerifyWithoutTrustedKeys(t *testing.T) {
	t.Parallel()
	doc := salesforceLike(t)
	s := verify(t, doc)[0]
	assert.Equal(t, "no-key:other-key", kindsOf(s))
	assert.Contains(t, s.Faults[0].Note, "it was made by the key of")
	s = verify(t, sign(t, unsignedResponse, signing{id: "_r1", cert: "-"}))[0]
	assert.Equal(t, "no-key", kindsOf(s))
	s = verify(t, sign(t, unsignedResponse, signing{id: "_r1", cert: "rsa-2048-2"}))[0]
	assert.Equal(t, "no-key", kindsOf(s))
	assert.Contains(t, s.Faults[0].Note, "the one that the message carries did not make it")
	assert.Equal(t, NotTried, s.Value)
	assert.Empty(t, verify(t, unsignedResponse))
}
