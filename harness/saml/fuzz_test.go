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

// FuzzVerify: nothing panics, and no edit of a signed response makes anything else be
// taken for signed than what was signed.
func FuzzVerify(f *testing.F) {
	doc := salesforceLike(f)
	f.Add(doc)
	f.Add(strings.Replace(doc, "zoë", "z", 1))
	f.Add(sign(f, unsignedResponse, signing{id: "_r1", key: "ec-256-1", method: ECDSASHA256}))
	f.Add(sign(f, unsignedResponse, signing{id: "_r1", method: RSAPSS, params: `<p:RSAPSSParams xmlns:p="` + nsMore2007 + `"><p:SaltLength>32</p:SaltLength></p:RSAPSSParams>`, value: func(b []byte) []byte { return make([]byte, 256) }}))
	a := newForgery(f, "_a1")
	f.Add(a.with(in(newID(a.evil, "_a1"), into(a.signature, object(a.bare)))))
	f.Add(reindent(doc, " "))
	want := map[string]bool{}
	v := Verifier{Trusted: []Certificate{certificate(f, "rsa-2048-1"), certificate(f, "ec-256-1")}, Hints: []Certificate{certificate(f, "rsa-2048-2")}, Values: []string{"x"}}
	for _, signed := range []string{doc, sign(f, unsignedResponse, signing{id: "_r1", key: "ec-256-1", method: ECDSASHA256}), a.doc} {
		for _, s := range v.Verify(mustParse(f, signed)) {
			require.True(f, s.Valid())
			want[s.Signed.Source()] = true
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		d, err := Parse([]byte(src), Limits{})
		if err != nil {
			return
		}
		for _, s := range v.Verify(d) {
			assert.Equal(t, s.Signed != nil, len(s.Faults) == 0)
			if s.Valid() {
				assert.True(t, want[s.Signed.Source()], "something else is taken for signed: %s", s.Signed.Source())
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
