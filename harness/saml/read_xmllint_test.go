package saml

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stricter are parts of documents that libxml2 takes and the reader refuses, each with
// the reason.
var stricter = []struct{ part, why string }{
	{"<!DOCTYPE", "SAML messages have no DOCTYPE"},
	{"xmlns='1'", "a relative namespace name is only a warning"},
	{"xmlns:p='1'", "a relative namespace name is only a warning"},
}

// The reader and libxml2 agree on what is a well-formed, namespaced document, over all
// pairs of these parts.
func TestParseAgreesWithXmllint(t *testing.T) {
	t.Parallel()
	xmllint := tool(t, "xmllint", "libxml2-utils")
	attributes := []string{"", " a='1'", " p:a='1'", " a='1' a='2'", "a='1'", " p:a='1' q:a='2'", " xml:a=''", " xmlns=''", " xmlns='u:d'", " xmlns:p='u:p'", " xmlns:p=''", " xmlns:q='u:p'",
		" xmlns:xml='u:x'", " xmlns:xmlns='u:x'", " xmlns='http://www.w3.org/XML/1998/namespace'", " xmlns:p='1'", " xmlns='1'", " a='<'", " a='&lt;&#x20;'", " a='&#1;'", " a=\"'>\"", " a=1", " a", " :a=''", " p:=''", " 1a=''", " é.-·='' "}
	contents := []string{"", "x", "]]>", "]] >", "&amp;", "&", "&x;", "&#65;", "&#xD800;", "&#xFFFE;", "<b/>", "<p:b/>", "<b></a>", "<!-- -->", "<!---->", "<!-- -- -->", "<!--->", "<?p?>", "<?p q?>", "<?xml?>", "<?p:q?>",
		"<![CDATA[]]>", "<![CDATA[]]]]>", "<![CDATA[<&]]>", "<![cdata[]]>", "<b a='' a=''/>", "<b xmlns:p='u:p' p:c=''/>", "\x01", "\u0085\ufffd", "\ufffe", "\xff", "<!DOCTYPE a>", "<", "<b", "< b/>", "<é/>", "<·/>", "<b ></b >", "</ a><a>"}
	frames := []string{"<a@>$</a>", "<?xml version='1.0'?><a xmlns:p='u:p' xmlns:q='u:p'><b@>$</b></a>", "<a@/>$"}
	var docs []string
	for _, f := range frames {
		for _, a := range attributes {
			for _, c := range contents {
				docs = append(docs, strings.Replace(strings.Replace(f, "@", a, 1), "$", c, 1))
			}
		}
	}
	docs = append(docs, "", " ", "\ufeff<a/>", " <?xml version='1.0'?><a/>", "<?xml version='1.0' encoding='utf-8'?><a/>", "<?xml version='1.0' standalone='x'?><a/>", "<?xml encoding='UTF-8'?><a/>", "x<a/>", "<a/>x", "<a/><a/>", "<a>", "</a>", "<a></a", "<?p?><a/><?p?>")
	dir := t.TempDir()
	names := make([]string, len(docs))
	for i, d := range docs {
		names[i] = filepath.Join(dir, strconv.Itoa(i)+".xml")
		require.NoError(t, os.WriteFile(names[i], []byte(d), 0o600))
	}
	refused := map[string]bool{}
	for from := 0; from < len(names); from += 500 {
		var errs bytes.Buffer
		cmd := exec.Command(xmllint, append([]string{"--noout", "--nonet"}, names[from:min(from+500, len(names))]...)...)
		cmd.Stderr = &errs
		_ = cmd.Run() // it fails where a document does
		for _, line := range strings.Split(errs.String(), "\n") {
			if name, rest, ok := strings.Cut(line, ".xml:"); ok && strings.HasPrefix(name, dir) && strings.Contains(rest, "error :") {
				refused[name+".xml"] = true
			}
		}
	}
	require.NotEmpty(t, refused)
	agreed, taken := 0, 0
next:
	for i, doc := range docs {
		_, err := Parse([]byte(doc), Limits{})
		if err == nil {
			taken++
		}
		if (err != nil) == refused[names[i]] {
			agreed++
			continue
		}
		if err != nil {
			for _, s := range stricter {
				if strings.Contains(doc, s.part) {
					continue next
				}
			}
		}
		assert.Fail(t, "they differ", "%q: xmllint refuses: %v, the reader: %v", doc, refused[names[i]], err)
	}
	assert.Greater(t, agreed, 2500)
	assert.Greater(t, taken, 200)
}
