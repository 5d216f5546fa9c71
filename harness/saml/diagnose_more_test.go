package saml

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is found of the signature inside is proven of the one around it, too.
func TestDiagnoseInside(t *testing.T) {
	t.Parallel()
	doc := salesforceLike(t)
	d := mustParse(t, doc)
	inner := d.Signatures()[1]
	digest := inner.Child(NSSignature, "SignedInfo").Child(NSSignature, "Reference").Child(NSSignature, "DigestValue").Text()
	value := inner.Child(NSSignature, "SignatureValue").Text()
	at := strings.LastIndex(value, "A")
	for name, c := range map[string]struct {
		edit func(string) string
		says string
	}{
		"one character of SignatureValue": {replaced(value, value[:at]+"B"+value[at+1:]), "SignatureValue of the signature inside was edited after signing: the digest agrees when one character of it is another"},
		"DigestValue":                     {replaced(digest, "AAAA"+digest[4:]), "DigestValue itself was edited after signing, and the content is what was signed: the digest of the whole <Assertion>"},
		"KeyInfo":                         {replaced(inner.Child(NSSignature, "KeyInfo").Source(), ""), "KeyInfo was taken away from the signature inside after signing"},
		"in the assertion":                {replaced("agent, supervisor", "something else", "005000000000001", "nobody"), "what was changed after signing in the <Assertion> cannot be told"},
	} {
		t.Run(name, func(t *testing.T) {
			s := verify(t, c.edit(doc), certificate(t, "rsa-2048-1"))[0]
			require.NotEmpty(t, s.Faults)
			assert.Contains(t, s.Faults[0].Note, c.says)
		})
	}
}

func TestDiagnoseUndoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		by        func(string) (string, bool)
		from, was string
	}{
		{plainAgain, "Zo&#235;&#xEB;", "Zoëë"},
		{plainAtAll, "Zo&#235; &amp; Co", "Zoë & Co"},
		{replacing(composer), "Zoe\u0308", "Zoë"},
		{replacing(decomposer), "Zoë", "Zoe\u0308"},
		{replacing(latin), "\u0430da", "ada"},
		{replacing(typewriter), "“a” – b", `"a" - b`},
	} {
		now, ok := c.by(c.from)
		assert.True(t, ok)
		assert.Equal(t, c.was, now)
	}
	_, ok := plainAgain("a &#x; b")
	assert.False(t, ok)
	assert.Equal(t, []int{2}, asked("zo? Müller"))
	assert.Empty(t, asked("https://sp.example/acs?a=1"))
	assert.Equal(t, "Zoe Muller", unaccented("Zoë Müller"))
}
