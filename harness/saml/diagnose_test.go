package saml

import (
	"bytes"
	"crypto"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reindent puts every element on a line of its own, as formatters do.
func reindent(doc, unit string) string {
	var b strings.Builder
	depth := 0
	last := ""
	for _, part := range regexp.MustCompile(`<[^>]*>|[^<]+`).FindAllString(doc, -1) {
		switch {
		case strings.HasPrefix(part, "<?"):
		case strings.TrimSpace(part) == "":
			continue
		case strings.HasPrefix(part, "</"):
			depth--
			if last == "end" {
				b.WriteString("\n" + strings.Repeat(unit, depth))
			}
			last = "end"
		case strings.HasPrefix(part, "<"):
			b.WriteString("\n" + strings.Repeat(unit, depth))
			last = "end"
			if !strings.HasSuffix(part, "/>") {
				depth++
				last = "start"
			}
		default:
			last = "text"
		}
		b.WriteString(part)
	}
	return b.String()
}

func replaced(pairs ...string) func(string) string {
	return func(s string) string {
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(s, pairs[i]) {
				panic("nothing to replace: " + pairs[i])
			}
		}
		return strings.NewReplacer(pairs...).Replace(s)
	}
}

func replacedOnce(from, to string) func(string) string {
	return func(s string) string { return replaceOnce(s, from, to) }
}

// Each edit is made after signing. The signatures of the Response and of the Assertion
// are to say what was done.
func TestDiagnoseWhatWasDone(t *testing.T) {
	t.Parallel()
	const nameID, none = "/Response/Assertion/Subject/NameID", ""
	for name, c := range map[string]struct {
		edit      func(string) string
		response  string // kinds and causes
		assertion string
		at        string // of the first fault of the Response
		got, want string // likewise, where not empty
	}{
		"re-indented by two spaces":    {func(s string) string { return reindent(s, "  ") }, "digest:re-indented value:re-indented", "digest:re-indented value:re-indented", "/Response", "", ""},
		"re-indented by tabs":          {func(s string) string { return reindent(s, "\t") }, "digest:re-indented value:re-indented", "digest:re-indented value:re-indented", "/Response", "", ""},
		"line breaks taken away":       {func(s string) string { return reindent(s, "") }, "digest:re-indented value:re-indented", "digest:re-indented value:re-indented", "/Response", "", ""},
		"white space in the assertion": {replaced("<saml:Subject>", "\n  <saml:Subject>"), "digest:re-indented", "digest:re-indented", "/Response", "", ""},
		"values on lines of their own": {replaced(">urn:flex:JQ1<", ">\n    urn:flex:JQ1\n  <"), "digest:white-space", "digest:white-space", "/Response/Assertion/Conditions/AudienceRestriction/Audience", "\n    urn:flex:JQ1\n  ", "urn:flex:JQ1"},
		"&#13; at line ends":           {replaced("\n", "&#13;\n"), "digest:line-ends value:line-ends", "value:line-ends", "/Response", "", ""},
		"escaped twice":                {replaced("&amp; Söhne", "&amp;amp; Söhne"), "digest:escaping", "digest:escaping", "/Response/Assertion/AttributeStatement/Attribute[2]/AttributeValue", "", "Zoë Müller & Söhne"},
		"UTF-8 read as Latin-1":        {replaced("ë", "Ã«", "ü", "Ã¼", "ö", "Ã¶"), "digest:re-encoded", "digest:re-encoded", nameID, "zoÃ«+sso@example.com", "zoë+sso@example.com"},
		"one value as Latin-1":         {replaced("zoë", "zoÃ«"), "digest:re-encoded", "digest:re-encoded", nameID, "zoÃ«+sso@example.com", "zoë+sso@example.com"},
		"plus sign to space":           {replaced("ë+sso", "ë sso"), "digest:plus", "digest:plus", nameID, "zoë sso@example.com", "zoë+sso@example.com"},
		"percent-encoded":              {replaced(">urn:flex:JQ1<", ">urn%3Aflex%3AJQ1<"), "digest:escaping", "digest:escaping", "/Response/Assertion/Conditions/AudienceRestriction/Audience", "", "urn:flex:JQ1"},
		"expected audience":            {replaced(">urn:flex:JQ1<", ">urn:other<"), "digest:edited", "digest:edited", "/Response/Assertion/Conditions/AudienceRestriction/Audience", "urn:other", "urn:flex:JQ1"},
		"other user":                   {replaced(">zoë+sso@example.com<", ">mallory@evil.example<"), "digest:edited", "digest:edited", nameID, "mallory@evil.example", "zoë+sso@example.com"},
		"one character":                {replaced(">agent, supervisor<", ">agent, Supervisor<"), "digest:edited", "digest:edited", "/Response/Assertion/AttributeStatement/Attribute[3]/AttributeValue", "agent, Supervisor", "agent, supervisor"},
		"role added":                   {replaced(">agent, supervisor<", ">agent, supervisor, admin<"), "digest:edited", "digest:edited", "/Response/Assertion/AttributeStatement/Attribute[3]/AttributeValue", "agent, supervisor, admin", "agent, supervisor"},
		"18 characters for 15":         {replaced("005000000000001", "005000000000001AAA"), "digest:edited", "digest:edited", "/Response/Assertion/AttributeStatement/Attribute[1]/AttributeValue", "", "005000000000001"},
		"name of an attribute":         {replaced(`"roles"`, `"Roles"`), "digest:edited", "digest:edited", "/Response/Assertion/AttributeStatement/Attribute[3]/@Name", "Roles", "roles"},
		"extended":                     {replaced(`NotOnOrAfter="2026-01-02T03:09:05.680Z">`, `NotOnOrAfter="2027-01-02T03:09:05.680Z">`), "digest:edited", "digest:edited", "/Response/Assertion/Conditions/@NotOnOrAfter", "2027-01-02T03:09:05.680Z", "2026-01-02T03:09:05.680Z"},
		"both ends extended an hour":   {replaced("03:09:05.680Z", "04:09:05.680Z"), "digest:edited", "digest:edited", "/Response/Assertion/Subject/SubjectConfirmation/SubjectConfirmationData/@NotOnOrAfter", "2026-01-02T04:09:05.680Z", "2026-01-02T03:09:05.680Z"},
		"times of both":                {replaced("03:09:05.680Z", "03:29:06.680Z", "03:03:35.680Z", "03:13:37.680Z"), "digest", "digest", "/Response", "", ""},
		"instant moved an hour":        {replaced(`AuthnInstant="2026-01-02T03:04`, `AuthnInstant="2026-01-02T04:04`), "digest:edited", "digest:edited", "/Response/Assertion/AuthnStatement/@AuthnInstant", "", "2026-01-02T03:04:05.678Z"},
		"status":                       {replaced("status:Success", "status:Responder"), "digest:edited", none, "/Response/Status/StatusCode/@Value", "", "urn:oasis:names:tc:SAML:2.0:status:Success"},
		"destination to http":          {replaced(`Destination="https`, `Destination="http`), "digest:edited", none, "/Response/@Destination", "http://sp.example/acs?a=1&b=2", "https://sp.example/acs?a=1&b=2"},
		"issuer with a slash":          {replaced(">https://idp.example<", ">https://idp.example/<"), "digest:edited", "digest:edited", "/Response/Issuer", "https://idp.example/", "https://idp.example"},
		"attribute element added":      {replaced("<saml:AttributeStatement>", `<saml:AttributeStatement><saml:Attribute Name="x"><saml:AttributeValue>y</saml:AttributeValue></saml:Attribute>`), "digest:added", "digest:added", "/Response/Assertion/AttributeStatement/Attribute[1]", "", ""},
		"XML attribute added":          {replaced(`ID="_r1"`, `ID="_r1" Consent="urn:x"`), "digest:added", none, "/Response/@Consent", "urn:x", ""},
		"instruction in a value":       {replaced("zoë+sso@", "zoë+sso<?x?>@"), "digest:added", "digest:added", nameID, "", ""},
		"prefix renamed":               {replaced("samlp:", "saml2p:", "xmlns:samlp=", "xmlns:saml2p="), "digest:namespaces", none, "/Response", "", ""},
		"declarations moved up": {func(s string) string {
			decls := ` xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
			return replaceOnce(strings.ReplaceAll(s, decls, ""), "<samlp:Response", "<samlp:Response"+decls)
		}, "digest:namespaces", "digest:namespaces", "/Response", "", ""},
		"PrefixList taken away": {func(s string) string {
			return strings.Replace(s, `PrefixList="ds saml samlp xs xsi"`, `PrefixList=""`, 1)
		}, "digest:prefix-list value:signed-info", none, "/Response", "", ""},
		"DigestValue": {func(s string) string {
			return regexp.MustCompile(`<ds:DigestValue>.`).ReplaceAllStringFunc(s, func(m string) string { return m[:len(m)-1] + string("AB"[bool2int(m[len(m)-1] == 'A')]) })
		}, "digest value:signed-info", "digest:signed-info value:signed-info", "/Response", "", ""},
		"Reference to another":         {replacedOnce("#_r1", "#_a1"), "reference:signed-info digest:signed-info value:signed-info", none, "/Response/Signature/SignedInfo/Reference/@URI", "#_a1", "#_r1"},
		"two values":                   {replaced("_q1", "_q2", "urn:flex:JQ1", "urn:flex:JQ2", "Zoë", "Mallory"), "digest", "digest", "/Response", "", ""},
		"outside the assertion, twice": {replaced(`Destination="https://sp.example/acs?a=1&amp;b=2" ID`, `Destination="https://evil.example/" ID`, `05.678Z" Version`, `06.678Z" Version`), "digest", none, "/Response", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := salesforceLike(t)
			edited := c.edit(doc)
			require.NotEqual(t, doc, edited)
			v := Verifier{Trusted: []Certificate{certificate(t, "rsa-2048-1")}, Values: []string{"urn:flex:JQ1", "zoë+sso@example.com", "https://idp.example"}}
			sigs := v.Verify(mustParse(t, edited))
			require.Len(t, sigs, 2)
			assert.Equal(t, c.response, kindsOf(sigs[0]), "%v", sigs[0].Faults)
			assert.Equal(t, c.assertion, kindsOf(sigs[1]), "%v", sigs[1].Faults)
			require.NotEmpty(t, sigs[0].Faults)
			f := sigs[0].Faults[0]
			assert.Equal(t, c.at, f.At.Path, f.Note)
			if c.got != "" {
				assert.Equal(t, c.got, f.Got)
			}
			if c.want != "" {
				assert.Equal(t, c.want, f.Want)
			}
			if f.Kind == FaultDigest {
				assert.Contains(t, f.Note, "the whole <Response> at /Response with its assertion, all but this signature")
			}
		})
	}
}

func bool2int(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestDiagnoseSaysWhereAnUnknownChangeLies(t *testing.T) {
	t.Parallel()
	doc := salesforceLike(t)
	note := func(edited string) string { return verify(t, edited, certificate(t, "rsa-2048-1"))[0].Faults[0].Note }
	assert.Contains(t, note(replaced("agent, supervisor", "something else", "005000000000001", "nobody")(doc)), "the digest of the <Assertion> in it does not agree either, so the change lies there")
	assert.Contains(t, note(replaced(`Destination="https://sp.example/acs?a=1&amp;b=2" ID`, `Destination="https://evil.example/" ID`, `05.678Z" Version`, `06.678Z" Version`)(doc)),
		"the <Assertion> in it has a signature of its own, which agrees, so the change lies outside of that")
}

// What was changed before signing, or by the signer.
func TestDiagnoseTheSigner(t *testing.T) {
	t.Parallel()
	key, other := certificate(t, "rsa-2048-1"), certificate(t, "rsa-2048-2")
	digest := func(algorithm string, change func([]byte) []byte) func([]byte) []byte {
		return func(canonical []byte) []byte {
			d, err := Digest(change(canonical), algorithm)
			require.NoError(t, err)
			return d
		}
	}
	same := func(b []byte) []byte { return b }
	crlf := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }
	pretty := strings.Replace(reindent(unsignedResponse, "  "), "\n", "", 1)
	for name, c := range map[string]struct {
		doc  string // "" for the usual one
		s    signing
		want string
		note string
	}{
		"digest of nothing":              {"", signing{digests: digest(DigestSHA256, func([]byte) []byte { return nil })}, "digest:empty", "is the SHA-256 digest of nothing"},
		"digest by another algorithm":    {"", signing{digests: digest(DigestSHA1, same)}, "digest:algorithm", "was made with SHA-1, though DigestMethod names SHA-256"},
		"digest cut short":               {"", signing{digests: func(b []byte) []byte { return digest(DigestSHA256, same)(b)[:20] }}, "digest:truncated", "DigestValue has 20 octets, and a digest by SHA-256 has 32"},
		"digest too long":                {"", signing{digests: func(b []byte) []byte { return append(digest(DigestSHA256, same)(b), 0) }}, "digest:length", "DigestValue has 33 octets"},
		"line ends not normalised":       {pretty, signing{digests: digest(DigestSHA256, crlf)}, "digest:line-ends", "did not normalise line ends"},
		"another canonicalization":       {"", signing{form: C14NInclusive, list: "-", info: replacedOnce(C14NInclusive, C14NExclusive)}, "digest:canonicalization", "the signer canonicalized otherwise than is named: the digest agrees with " + C14NInclusive},
		"list not used":                  {"", signing{list: "-", info: replacedOnce(`xml-exc-c14n#"></ds:Transform>`, `xml-exc-c14n#"><ec:InclusiveNamespaces xmlns:ec="`+NSExcC14N+`" PrefixList="xs"/></ds:Transform>`)}, "digest:prefix-list", "was not used by the signer"},
		"comments named wrongly":         {replaceOnce(unsignedResponse, "<samlp:Status>", "<samlp:Status><!-- a -->"), signing{form: C14NExclusiveComments, info: replacedOnce(C14NExclusiveComments, C14NExclusive)}, "digest:comments", "agrees with comments"},
		"value by another algorithm":     {"", signing{method: RSASHA1, raw: nil, value: func([]byte) []byte { return nil }}, "encoding", "nothing in it"},
		"value over CR LF":               {"", signing{raw: crlf}, "value:line-ends", "with CR LF at each line end of SignedInfo"},
		"value over something else":      {"", signing{raw: func([]byte) []byte { return []byte("x") }}, "value:signed-info", "SignedInfo was changed after signing: the trusted key made the signature value, but over another one; DigestValue agrees with the content"},
		"value reversed":                 {"", signing{value: func(b []byte) []byte { slices.Reverse(b); return b }}, "value:octets", "reverse order"},
		"value cut short":                {"", signing{value: func(b []byte) []byte { return b[:255] }}, "value:length", "has 255 octets, and one by a trusted key has 256 octets"},
		"value too long":                 {"", signing{value: func(b []byte) []byte { return append(b, 0) }}, "value:length", "257 octets"},
		"value with a bit flipped":       {"", signing{value: func(b []byte) []byte { b[9] ^= 1; return b }}, "value", "the message names the trusted certificate"},
		"random value, no KeyInfo":       {"", signing{cert: "-", value: func(b []byte) []byte { b[9] ^= 1; return b }}, "value", "either it was changed, or a key made it that is not known here"},
		"random value, other KeyInfo":    {"", signing{cert: "rsa-2048-2", value: func(b []byte) []byte { b[9] ^= 1; return b }}, "value", "neither did the certificate that the message carries"},
		"canonicalization of SignedInfo": {"", signing{list: "-", c14n: C14NInclusive, info: replacedOnce(C14NInclusive, C14NExclusive)}, "value:canonicalization", "the signer canonicalized SignedInfo otherwise than is named"},
		"other key, carried":             {"", signing{key: "rsa-2048-2"}, "key:other-key", "that of " + other.Describe() + ", which the message carries"},
		"other key, over something else": {"", signing{key: "rsa-2048-2", raw: func([]byte) []byte { return []byte("x") }}, "key:other-key", "and over another SignedInfo"},
		"larger key, carried":            {"", signing{key: "rsa-4096-1"}, "key:other-key", "Test rsa-4096-1"},
		"key of another kind, carried":   {"", signing{key: "ec-256-1", method: ECDSASHA256}, "algorithm key:other-key", "Test ec-256-1"},
		"key of another kind, unknown":   {"", signing{key: "ec-256-1", method: ECDSASHA256, cert: "-"}, "algorithm", "keys of kind EC; the trusted key is RSA 2048"},
		"forged KeyInfo":                 {"", signing{key: "rsa-2048-2", cert: "rsa-2048-1"}, "value", "so the value was changed or made with another key"},
		"bare key": {"", signing{key: "rsa-2048-2", cert: "-", outer: func(s string) string {
			return replaceOnce(s, "</ds:Signature>", "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>"+modulus(t, "rsa-2048-2")+"</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo></ds:Signature>")
		}}, "key:other-key", "the bare key of KeyInfo, " + Certificate{Key: other.PublicKey()}.Describe() + ", which the message carries"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.s.id = "_r1"
			doc := sign(t, orDefault(c.doc, unsignedResponse), c.s)
			s := verify(t, doc, key)[0]
			require.Equal(t, c.want, kindsOf(s), "%v", s.Faults)
			assert.Contains(t, s.Faults[len(s.Faults)-1].Note, c.note)
			assert.False(t, s.Valid())
			assert.Equal(t, !strings.HasPrefix(c.want, "digest"), s.Key == nil)
		})
	}
}

func modulus(t testing.TB, name string) string {
	t.Helper()
	pub, ok := signer(t, name).Public().(interface{ Equal(crypto.PublicKey) bool })
	require.True(t, ok)
	return lines76(rsaModulus(pub))
}

func TestDiagnoseHints(t *testing.T) {
	t.Parallel()
	key, old, other := certificate(t, "rsa-2048-1"), certificate(t, "rsa-2048-2"), certificate(t, "rsa-2048-3")
	old.Name = "the previous certificate"
	doc := sign(t, unsignedResponse, signing{id: "_r1", key: "rsa-2048-2", cert: "-"})
	s := VerifySignatures(mustParse(t, doc), []Certificate{key}, []Certificate{other, old})[0]
	require.Equal(t, "key:other-key", kindsOf(s))
	f := s.Faults[0]
	assert.Equal(t, "the previous certificate: "+old.Describe(), f.Got)
	assert.Equal(t, "rsa-2048-1: "+key.Describe(), f.Want)
	assert.Contains(t, f.Note, "the previous certificate")
	assert.Contains(t, f.Note, old.Fingerprint())
	assert.Equal(t, "/Response/Signature/SignatureValue", f.At.Path)
}

func TestDiagnoseRenewal(t *testing.T) {
	t.Parallel()
	older, newer := *certificate(t, "rsa-2048-1").X509, *certificate(t, "rsa-2048-2").X509
	newer.Subject = older.Subject
	newer.NotBefore = older.NotBefore.AddDate(1, 0, 0)
	doc := sign(t, unsignedResponse, signing{id: "_r1", key: "rsa-2048-2", cert: "-"})
	note := func(trusted, hint Certificate) string {
		return VerifySignatures(mustParse(t, doc), []Certificate{trusted}, []Certificate{hint})[0].Faults[0].Note
	}
	assert.Contains(t, note(Certificate{X509: &older}, Certificate{X509: &newer}), "is newer, as after a renewal")
	newer.NotBefore = older.NotBefore.AddDate(-1, 0, 0)
	assert.Contains(t, note(Certificate{X509: &older}, Certificate{X509: &newer}), "is older, as before a renewal")
	newer.NotBefore = older.NotBefore
	assert.Contains(t, note(Certificate{X509: &older}, Certificate{X509: &newer}), "the same subject as the trusted one, but another key")
}

// What xmllint --format does is told as what it is.
func TestDiagnoseXmllintFormat(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(tool(t, "xmllint", "libxml2-utils"), "--format", "-")
	cmd.Stdin = strings.NewReader(salesforceLike(t))
	out, err := cmd.Output()
	require.NoError(t, err)
	for _, s := range verify(t, string(out), certificate(t, "rsa-2048-1")) {
		assert.Equal(t, "digest:re-indented value:re-indented", kindsOf(s), "%v", s.Faults)
	}
}

// Signed indented, and then packed.
func TestDiagnosePacked(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"  ", "    ", "\t"} {
		doc := strings.Replace(reindent(unsignedResponse, unit), "?>\n", "?>", 1)
		doc = sign(t, doc, signing{id: "_r1"})
		requireValid(t, verify(t, doc, certificate(t, "rsa-2048-1")), 1)
		packed := regexp.MustCompile(`>\s+<`).ReplaceAllString(doc, "><")
		s := verify(t, packed, certificate(t, "rsa-2048-1"))[0]
		assert.Equal(t, "digest:re-indented value:re-indented", kindsOf(s), "%v", s.Faults)
		assert.Contains(t, s.Faults[0].Note, "with lines indented by "+quoteText(unit))
	}
}

// The work of a diagnosis is bounded, and what is too large is said to be.
func TestDiagnoseLargeDocuments(t *testing.T) {
	t.Parallel()
	doc := sign(t, replaceOnce(unsignedResponse, "agent, supervisor", strings.Repeat("agent, ", 400_000)), signing{id: "_r1"})
	s := verify(t, replaceOnce(doc, "urn:flex:JQ1", "urn:flex:JQ2"), certificate(t, "rsa-2048-1"))[0]
	require.Equal(t, "digest", kindsOf(s))
	assert.Contains(t, s.Faults[0].Note, "too large")
}

func TestVerifyWorkIsBounded(t *testing.T) {
	t.Parallel()
	doc := salesforceLike(t)
	one := mustParse(t, doc).Signatures()[1].Source()
	flood := replaceOnce(doc, "<samlp:Status>", strings.Repeat(one, 2000)+"<samlp:Status>")
	v := Verifier{Trusted: []Certificate{certificate(t, "rsa-2048-1")}, Work: 8 << 20}
	sigs := v.Verify(mustParse(t, flood))
	require.Len(t, sigs, 2002)
	limited := 0
	for _, s := range sigs {
		require.False(t, s.Valid() && s.Parent.Local() == "Response")
		if strings.Contains(kindsOf(s), string(FaultLimit)) {
			require.False(t, s.Valid())
			limited++
		}
	}
	assert.Greater(t, limited, 1500)
}
