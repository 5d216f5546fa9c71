package saml

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzParse: nothing panics; an error names a place in the document; what parses has a
// canonical form, which parses to the same canonical form; and every place can be told.
func FuzzParse(f *testing.F) {
	for _, doc := range append(differential()[:40], unsignedResponse, "\ufeff<?xml version='1.0' encoding='utf-8'?>\r\n<!-- a --><a b='&#65;&amp;\r\n'>]]<![CDATA[>]]>&lt;\r<?p?></a>",
		"<a xmlns:p='u:p' p:a='' p:b='' c=''/>", "<a><b></a>", "<!DOCTYPE a><a/>", "<a>&#xD800;</a>", "\xff\xfe<\x00", "<é xmlns='u:é'/>") {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		lim := Limits{Depth: 20, Elements: 500, Attributes: 40}
		d, err := Parse(src, lim)
		if err != nil {
			syntax, ok := err.(*SyntaxError)
			require.True(t, ok)
			require.True(t, syntax.Line >= 1 && syntax.Column >= 1 && syntax.Offset >= 0 && syntax.Offset <= len(src), "%+v", syntax)
			require.NotEmpty(t, syntax.Text)
			return
		}
		root := d.Root()
		require.True(t, root.Exists())
		for _, method := range []string{C14NExclusive, C14NExclusiveComments, C14NInclusiveComments, C14N11} {
			canonical, err := CanonicalAs(root, Element{}, method, []string{"p", "#default"})
			require.NoError(t, err)
			again, err := Parse(canonical, Limits{Depth: 20, Elements: 500, Attributes: 100})
			require.NoError(t, err, "%q", canonical)
			twice, err := CanonicalAs(again.Root(), Element{}, method, []string{"p", "#default"})
			require.NoError(t, err)
			require.Equal(t, string(canonical), string(twice))
			require.Equal(t, root.Text(), again.Root().Text())
		}
		n := 0
		for e := range d.Elements() {
			n++
			at := e.At()
			require.True(t, at.Line >= 1 && at.Column >= 1 && strings.HasPrefix(at.Path, "/"), "%+v", at)
			require.True(t, strings.HasPrefix(e.Source(), "<") && strings.HasSuffix(e.Source(), ">"))
			for a := range e.Attrs() {
				require.Equal(t, a, e.AttrNS(a.Space(), a.Local()))
				require.GreaterOrEqual(t, a.At().Line, at.Line)
			}
		}
		require.LessOrEqual(t, n, 500)
		d.DuplicateIDs()
	})
}

// An edit of a text: at some place some bytes are taken out, and others put in.
func edited(s string, at, drop uint16, insert string) string {
	from := int(at) % (len(s) + 1)
	to := min(from+int(drop), len(s))
	return s[:from] + insert + s[to:]
}

// signedBytes are the canonical bytes that a valid signature covers.
func signedBytes(t testing.TB, s *Signature) string {
	t.Helper()
	if s.Signed != nil {
		return s.Signed.Source()
	}
	require.NotNil(t, s.Within)
	require.NotNil(t, s.Within.Signed)
	found := false
	for e := range s.Within.Signed.Elements() {
		found = found || e.Received() == s.Covers
	}
	require.True(t, found, "what is signed is not part of what is signed around it")
	return s.Within.Signed.Source()
}

// FuzzVerify: nothing panics, and no two edits of a signed response make anything else be
// taken for signed than what was signed.
func FuzzVerify(f *testing.F) {
	r, a := newForgery(f, "_r1"), newForgery(f, "_a1")
	bases := []string{
		salesforceLike(f), a.doc, sign(f, unsignedResponse, signing{id: "_r1", key: "ec-256-1", method: ECDSASHA256}),
		a.with(in(newID(a.evil, "_a1"), a.signature) + a.bare), r.with(in(newID(r.evil, "_r1"), into(r.signature, object(r.bare)))), reindent(a.doc, " "),
		sign(f, unsignedResponse, signing{id: "_r1", method: RSAPSS, params: `<p:RSAPSSParams xmlns:p="` + nsMore2007 + `"><p:SaltLength>32</p:SaltLength></p:RSAPSSParams>`, value: func([]byte) []byte { return make([]byte, 256) }}),
	}
	v := Verifier{Trusted: []Certificate{certificate(f, "rsa-2048-1"), certificate(f, "ec-256-1")}, Hints: []Certificate{certificate(f, "rsa-2048-2")}, Values: []string{"x"}, Diagnosis: 1 << 20}
	signed := map[string]bool{}
	for _, doc := range bases {
		for _, s := range v.Verify(mustParse(f, doc)) {
			if s.Valid() {
				signed[signedBytes(f, s)] = true
			}
		}
	}
	require.Equal(f, 3, len(signed))
	for i := range bases {
		f.Add(uint8(i), uint16(0), uint16(0), "", uint16(0), uint16(0), "")
		f.Add(uint8(i), uint16(900), uint16(1), "x", uint16(1700), uint16(0), "<!-- -->")
		f.Add(uint8(i), uint16(400), uint16(30), `<ds:Object xmlns:ds="`+NSSignature+`"/>`, uint16(1000), uint16(0), `xmlns:saml="u:x" `)
	}
	f.Fuzz(func(t *testing.T, base uint8, at1, drop1 uint16, insert1 string, at2, drop2 uint16, insert2 string) {
		doc := edited(edited(bases[int(base)%len(bases)], at1, drop1, insert1), at2, drop2, insert2)
		d, err := Parse([]byte(doc), Limits{})
		if err != nil {
			return
		}
		for _, s := range v.Verify(d) {
			assert.Equal(t, s.Valid(), len(s.Faults) == 0)
			if s.Valid() {
				bytes := signedBytes(t, s)
				assert.True(t, signed[bytes], "something else is taken for signed: %s", bytes)
				assert.Equal(t, s.Parent, s.Covers)
				assert.NotNil(t, s.Key)
				continue
			}
			for _, fault := range s.Faults {
				assert.NotEmpty(t, fault.Kind)
				assert.NotEmpty(t, fault.Note)
				assert.NotEmpty(t, fault.At.Path)
				assert.NotContains(t, fault.Note, "failed inside the program")
			}
		}
	})
}
