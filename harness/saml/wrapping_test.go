package saml

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A forgery is the parts that signature wrapping is played with (Somorovsky et al.,
// "On Breaking SAML", USENIX Security 2012): signed is the signed part, bare the same
// without its signature, signature that, evil an unsigned copy with another user.
type forgery struct {
	doc, signed, bare, signature, evil string
}

func newForgery(t testing.TB, id string) forgery {
	t.Helper()
	f := forgery{doc: sign(t, unsignedResponse, signing{id: id, list: "xs xsi"})}
	d := mustParse(t, f.doc)
	f.signed = byID(d, id).Source()
	f.signature = d.Signatures()[0].Source()
	f.bare = strings.Replace(f.signed, f.signature, "", 1)
	f.evil = strings.Replace(f.bare, "zoë+sso@example.com", "mallory@evil.example", 1)
	return f
}

func (f forgery) with(part string) string { return strings.Replace(f.doc, f.signed, part, 1) }

// in puts parts behind the Issuer of an element.
func in(element string, parts ...string) string {
	return strings.Replace(element, "</saml:Issuer>", "</saml:Issuer>"+strings.Join(parts, ""), 1)
}

// last puts parts at the end of an element.
func last(element string, parts ...string) string {
	at := strings.LastIndex(element, "</")
	return element[:at] + strings.Join(parts, "") + element[at:]
}

func into(signature string, parts ...string) string {
	return strings.Replace(signature, "</ds:Signature>", strings.Join(parts, "")+"</ds:Signature>", 1)
}

func object(part string) string { return "<ds:Object>" + part + "</ds:Object>" }

func newID(part, id string) string { return strings.Replace(part, `ID="`+id+`"`, `ID="_evil"`, 1) }

// No evil part is ever covered by a valid signature, and each signature that was moved
// says so.
func TestWrapping(t *testing.T) {
	t.Parallel()
	r, a := newForgery(t, "_r1"), newForgery(t, "_a1")
	const foreign = `<x:wrap xmlns:x="urn:x">`
	for name, c := range map[string]struct {
		doc  string
		want string // of each signature
	}{
		"XSW1":                  {r.with(in(newID(r.evil, "_r1"), into(r.signature, object(r.bare)))), "structure reference:wrapping"},
		"XSW1, same ID":         {r.with(in(r.evil, into(r.signature, object(r.bare)))), "structure reference:wrapping"},
		"XSW2":                  {r.with(in(newID(r.evil, "_r1"), r.bare, r.signature)), "place reference:wrapping"},
		"XSW2, same ID":         {r.with(in(r.evil, r.bare, r.signature)), "place reference:wrapping"},
		"XSW3":                  {a.with(newID(a.evil, "_a1") + a.signed), ""},
		"XSW3, same ID":         {a.with(a.evil + a.signed), "reference:wrapping"},
		"XSW3, behind":          {a.with(a.signed + newID(a.evil, "_a1")), ""},
		"XSW4":                  {a.with(last(newID(a.evil, "_a1"), a.signed)), "place:wrapping"},
		"XSW5":                  {a.with(in(newID(a.evil, "_a1"), a.signature) + a.bare), "reference:wrapping"},
		"XSW5, same ID":         {a.with(in(a.evil, a.signature) + a.bare), "reference:wrapping"},
		"XSW6":                  {a.with(in(newID(a.evil, "_a1"), into(a.signature, a.bare))), "structure reference:wrapping"},
		"XSW7":                  {strings.Replace(a.doc, "<samlp:Status>", "<samlp:Extensions>"+newID(a.evil, "_a1")+"</samlp:Extensions><samlp:Status>", 1), ""},
		"XSW7, same ID":         {strings.Replace(a.doc, "<samlp:Status>", "<samlp:Extensions>"+a.evil+"</samlp:Extensions><samlp:Status>", 1), "reference:wrapping"},
		"XSW8":                  {a.with(in(newID(a.evil, "_a1"), into(a.signature, object(a.bare)))), "structure reference:wrapping"},
		"in Extensions":         {strings.Replace(a.with(newID(a.evil, "_a1")), "<samlp:Status>", "<samlp:Extensions>"+a.signed+"</samlp:Extensions><samlp:Status>", 1), "place:wrapping"},
		"in Advice":             {a.with(strings.Replace(newID(a.evil, "_a1"), "<saml:AuthnStatement", "<saml:Advice>"+a.signed+"</saml:Advice><saml:AuthnStatement", 1)), ""},
		"in a foreign element":  {a.with(newID(a.evil, "_a1") + foreign + a.signed + "</x:wrap>"), "place:wrapping"},
		"in Subject":            {a.with(strings.Replace(newID(a.evil, "_a1"), "<saml:NameID", a.signed+"<saml:NameID", 1)), "place:wrapping"},
		"a foreign ID":          {a.with(strings.Replace(a.evil, `ID="_a1"`, `xmlns:x="urn:x" x:ID="_a1"`, 1) + a.signed), ""},
		"Id in another element": {a.with(strings.Replace(a.signed, "<saml:Subject>", `<saml:Subject Id="_a1">`, 1)), "reference:wrapping"},
		"xml:id":                {strings.Replace(a.doc, "<samlp:Status>", `<samlp:Status xml:id="_a1">`, 1), "reference:wrapping"},
		"signature of the assertion at the Response": {strings.Replace(a.with(newID(a.evil, "_a1")+a.bare), "<samlp:Status>", a.signature+"<samlp:Status>", 1), "reference:wrapping"},
		"content replaced in place":                  {a.with(in(a.evil, a.signature)), "digest:edited"},
		"two signatures":                             {a.with(in(a.bare, a.signature, a.signature)), "structure digest:added; structure place digest:added"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := mustParse(t, c.doc)
			v := Verifier{Trusted: []Certificate{certificate(t, "rsa-2048-1")}, Values: []string{"zoë+sso@example.com"}}
			sigs := v.Verify(d)
			var got []string
			for _, s := range sigs {
				got = append(got, kindsOf(s))
			}
			require.Equal(t, c.want, strings.Join(got, "; "), "%v", sigs[0].Faults)
			for _, s := range sigs {
				if s.Signed == nil {
					continue
				}
				for e := range s.Signed.Elements() {
					assert.NotContains(t, e.Text(), "mallory")
				}
				assert.Equal(t, s.Covers, s.Parent)
			}
		})
	}
}

func TestWrappingNamesWhatWasSigned(t *testing.T) {
	t.Parallel()
	a := newForgery(t, "_a1")
	key := certificate(t, "rsa-2048-1")
	s := verify(t, a.with(in(newID(a.evil, "_a1"), a.signature)+a.bare), key)[0]
	assert.Equal(t, [2]Agreement{Agrees, Agrees}, [2]Agreement{s.Digest, s.Value})
	assert.Equal(t, "the signature covers the element at /Response/Assertion[2], not the one that it stands in", s.Faults[0].Note)
	assert.Equal(t, "/Response/Assertion[2]", s.Covers.At().Path)
	assert.Equal(t, "/Response/Assertion[1]", s.Parent.At().Path)

	s = verify(t, a.with(a.evil+a.signed), key)[0]
	assert.False(t, s.Covers.Exists())
	assert.Equal(t, Agrees, s.Digest)
	assert.Equal(t, "2 elements have this ID: /Response/Assertion[1], /Response/Assertion[2]; what was signed is the one at /Response/Assertion[2] (wrapping)", s.Faults[0].Note)

	// The ID was changed with the content, so that the signature points at the evil copy.
	moved := a.with(in(a.evil, a.signature) + newID(a.bare, "_a1"))
	s = verify(t, strings.Replace(moved, `ID="_evil"`, `ID="_b"`, 1), key)[0]
	assert.Equal(t, "digest", string(s.Faults[0].Kind))
}
