package saml

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	const nested = `<n0:a xmlns:n0="u:0" xmlns="u:d" xmlns:n1="u:1" xml:lang="de"><n1:b ID="x" xmlns:n3="u:3" n3:z="" n1:y="" a="" xmlns:n2="u:2"><c xmlns:n0="u:0"><n0:d xmlns=""><e/></n0:d></c></n1:b></n0:a>`
	for _, c := range []struct {
		name, doc, local string
		prefixes         string
		comments         bool
		want             string
	}{
		{"attributes in order of namespace name, declarations of prefix", `<a xmlns:z="u:1" xmlns:y="u:2" y:b="1" z:c="2" d="3" a="4" z:a="5"/>`, "a", "", false,
			`<a xmlns:y="u:2" xmlns:z="u:1" a="4" d="3" z:a="5" z:c="2" y:b="1"></a>`},
		{"only what is used", nested, "b", "", false,
			`<n1:b xmlns:n1="u:1" xmlns:n3="u:3" ID="x" a="" n1:y="" n3:z=""><c xmlns="u:d"><n0:d xmlns:n0="u:0"><e xmlns=""></e></n0:d></c></n1:b>`},
		{"a list of prefixes", nested, "b", "n0 n2 none", false,
			`<n1:b xmlns:n0="u:0" xmlns:n1="u:1" xmlns:n2="u:2" xmlns:n3="u:3" ID="x" a="" n1:y="" n3:z=""><c xmlns="u:d"><n0:d><e xmlns=""></e></n0:d></c></n1:b>`},
		{"the default namespace in the list", nested, "b", "#default", false,
			`<n1:b xmlns="u:d" xmlns:n1="u:1" xmlns:n3="u:3" ID="x" a="" n1:y="" n3:z=""><c><n0:d xmlns="" xmlns:n0="u:0"><e></e></n0:d></c></n1:b>`},
		{"no default namespace needs no declaration", `<a xmlns="u:a"><b xmlns=""><c xmlns=""/></b></a>`, "b", "#default", false, `<b><c></c></b>`},
		{"a prefix bound again", `<p:a xmlns:p="u:1"><p:b xmlns:p="u:2"><p:c xmlns:p="u:1"/><p:d/></p:b><p:e/></p:a>`, "a", "", false,
			`<p:a xmlns:p="u:1"><p:b xmlns:p="u:2"><p:c xmlns:p="u:1"></p:c><p:d></p:d></p:b><p:e></p:e></p:a>`},
		{"a listed prefix bound again", `<a xmlns:p="u:1"><b xmlns:p="u:2"><c xmlns:p="u:2"/></b></a>`, "a", "p", false,
			`<a xmlns:p="u:1"><b xmlns:p="u:2"><c></c></b></a>`},
		{"escapes", "<a b='&amp;&lt;>&quot;&apos;&#9;&#10;&#13; \n'>&amp;&lt;&gt;\"'\t&#13;\r\n</a>", "a", "", false,
			"<a b=\"&amp;&lt;>&quot;'&#x9;&#xA;&#xD;  \">&amp;&lt;&gt;\"'\t&#xD;\n</a>"},
		{"CDATA", "<a><![CDATA[<b>&]]>c</a>", "a", "", false, "<a>&lt;b&gt;&amp;c</a>"},
		{"without comments", "<a>b<!-- c -->d<?e   f ?><?g?></a>", "a", "", false, "<a>bd<?e f ?><?g?></a>"},
		{"with comments", "<a>b<!-- c\r\n -->d</a>", "a", "", true, "<a>b<!-- c\n -->d</a>"},
		{"nothing from outside the root", "<!-- a --><?b?><a/>", "a", "", true, "<a></a>"},
		{"xml is never declared", `<a xml:lang="de" xmlns:xml="http://www.w3.org/XML/1998/namespace"><b xml:space="preserve"/></a>`, "a", "xml", false,
			`<a xml:lang="de"><b xml:space="preserve"></b></a>`},
		{"beyond ASCII", "<é ü='&#x1F600;'>ß</é>", "é", "", false, "<é ü=\"😀\">ß</é>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := mustParse(t, c.doc)
			got, err := Canonical(named(d, c.local), Element{}, strings.Fields(c.prefixes), c.comments)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(got))
			again, err := Canonical(mustParse(t, string(got)).Root(), Element{}, strings.Fields(c.prefixes), c.comments)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(again), "a canonical form is its own")
		})
	}
}

// named is the first element with a local name.
func named(d *Document, local string) Element {
	for e := range d.Elements() {
		if e.Local() == local {
			return e
		}
	}
	return Element{}
}

func TestCanonicalInclusive(t *testing.T) {
	t.Parallel()
	const doc = `<n0:a xmlns:n0="u:0" xmlns="u:d" xml:lang="de" xml:space="preserve" xml:id="i"><b xmlns:n1="u:1" xmlns:n0="u:00"><c xmlns:n1="u:1" xmlns="" xml:lang="en"/></b></n0:a>`
	d := mustParse(t, doc)
	for method, want := range map[string]string{
		C14NInclusive: `<b xmlns="u:d" xmlns:n0="u:00" xmlns:n1="u:1" xml:id="i" xml:lang="de" xml:space="preserve"><c xmlns="" xml:lang="en"></c></b>`,
		C14N11:        `<b xmlns="u:d" xmlns:n0="u:00" xmlns:n1="u:1" xml:lang="de" xml:space="preserve"><c xmlns="" xml:lang="en"></c></b>`,
	} {
		got, err := CanonicalAs(named(d, "b"), Element{}, method, nil)
		require.NoError(t, err)
		assert.Equal(t, want, string(got), method)
	}
	_, err := CanonicalAs(d.Root(), Element{}, "u:none", nil)
	assert.EqualError(t, err, `no canonicalization is named "u:none"`)
	_, err = Canonical(Element{}, Element{}, nil, false)
	assert.EqualError(t, err, "there is no element to canonicalize")
	based := mustParse(t, `<a xml:base="http://a/"><b/></a>`)
	_, err = CanonicalAs(named(based, "b"), Element{}, C14N11, nil)
	assert.ErrorContains(t, err, "xml:base")
}

func TestCanonicalOmitsTheSignature(t *testing.T) {
	t.Parallel()
	d := mustParse(t, "<a>\n <b/>\n <c><d/></c>\n <e/></a>")
	got, err := Canonical(d.Root(), named(d, "c"), nil, false)
	require.NoError(t, err)
	assert.Equal(t, "<a>\n <b></b>\n \n <e></e></a>", string(got))
}

// differential are documents on which canonicalizers are compared: a table of parts in
// all combinations.
func differential() []string {
	var docs []string
	roots := []string{`xmlns="u:d"`, `xmlns:p="u:p"`, `xmlns:p="u:p" xmlns="u:p" p:z="1" a="2"`, `xmlns:q="u:a" xmlns:p="u:p" q:a="1" p:a="2" a="3"`, `xml:lang="de" xmlns:p="u:p" xmlns:q="u:q"`}
	inner := []string{`<b/>`, `<b xmlns=""/>`, `<b xmlns="u:e"><c/></b>`, `<p:b xmlns:p="u:r"><p:c xmlns:p="u:p"/></p:b>`, `<b xmlns:p="u:s" p:x="1"><p:c/></b>`,
		"<b c='&lt;&#10;\"&#13;&amp;'>é&gt;&amp;\n<!-- k --><?pi  d ?><![CDATA[<&]]></b>", `<b xmlns:z="u:z" xmlns:y="u:y" z:m="" y:n=""/>`, `<b xmlns:p="u:p"><c xmlns:p="u:p"><d xmlns:p="u:t" p:v=""/></c></b>`}
	for _, r := range roots {
		for _, i := range inner {
			for _, j := range inner {
				docs = append(docs, "<a "+r+">\n "+i+"text"+j+"</a>")
			}
		}
	}
	return docs
}

// goxmldsig sorts attributes by prefix, writes white space of values otherwise, and takes
// back default namespaces that are not there; where none of this matters it must agree.
func TestCanonicalAgreesWithGoxmldsig(t *testing.T) {
	t.Parallel()
	compared := 0
	for _, doc := range differential() {
		root, _, _ := strings.Cut(doc, ">")
		if strings.Contains(doc, `xmlns=""`) && !strings.Contains(root, ` xmlns="`) || strings.Contains(doc, "&#10;") || strings.Contains(doc, `q:a="1"`) || strings.Contains(doc, `z:m`) {
			continue
		}
		for _, prefixes := range []string{"", "p", "p q z"} {
			tree := etree.NewDocument()
			require.NoError(t, tree.ReadFromString(doc))
			want, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixes).Canonicalize(tree.Root())
			require.NoError(t, err)
			got, err := Canonical(mustParse(t, doc).Root(), Element{}, strings.Fields(prefixes), false)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got), "%s with %q", doc, prefixes)
			compared++
		}
	}
	assert.Greater(t, compared, 250)
}

// libxml2 canonicalizes whole documents, so what stands around the root is cut off.
func TestCanonicalAgreesWithXmllint(t *testing.T) {
	t.Parallel()
	xmllint := tool(t, "xmllint", "libxml2-utils")
	dir := t.TempDir()
	docs := append(differential(), salesforceLike(t))
	for flag, method := range map[string]string{"--exc-c14n": C14NExclusiveComments, "--c14n": C14NInclusiveComments, "--c14n11": C14N11Comments} {
		args := []string{flag}
		for i, doc := range docs {
			file := filepath.Join(dir, fmt.Sprintf("%d.xml", i))
			require.NoError(t, os.WriteFile(file, []byte(doc), 0o600))
			args = append(args, file)
		}
		out, err := exec.Command(xmllint, args...).Output()
		require.NoError(t, err)
		var all strings.Builder
		for _, doc := range docs {
			got, err := CanonicalAs(mustParse(t, doc).Root(), Element{}, method, nil)
			require.NoError(t, err)
			all.Write(got)
		}
		require.Equal(t, all.String(), string(out), flag)
	}
}
