package saml

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, doc    string
		problem      Problem
		line, column int
		text         string
	}{
		{"nothing", "", Empty, 1, 1, "the document is empty"},
		{"white space", " \n\t", Empty, 1, 1, "nothing but white space"},
		{"a comment alone", "<!-- a -->", Empty, 1, 11, "no element"},
		{"DOCTYPE", "<?xml version='1.0'?>\n<!DOCTYPE a><a/>", Doctype, 2, 1, "DOCTYPE"},
		{"DOCTYPE in lower case", "<!doctype a><a/>", Doctype, 1, 1, "DOCTYPE"},
		{"DOCTYPE behind the root", "<a/><!DOCTYPE a>", Doctype, 1, 5, "DOCTYPE"},
		{"DOCTYPE inside", "<a><!DOCTYPE a></a>", Doctype, 1, 4, "DOCTYPE"},
		{"ENTITY", "<!ENTITY a 'b'><a/>", Doctype, 1, 1, "ENTITY"},
		{"second root", "<a/>\n<b/>", Outside, 2, 1, "second root"},
		{"two documents", "<a/><?xml version='1.0'?><a/>", Malformed, 1, 5, "named xml"},
		{"text before", "x<a/>", Outside, 1, 1, "before the root"},
		{"text behind", "<a/>\n x", Outside, 2, 2, "after the root"},
		{"reference behind", "<a/>&#32;", Outside, 1, 5, "after the root"},
		{"CDATA behind", "<a/><![CDATA[]]>", Outside, 1, 5, "CDATA"},
		{"end tag behind", "<a/></a>", Outside, 1, 5, "end tag"},
		{"text alone", "hello", Outside, 1, 1, "before the root"},
		{"undeclared prefix of an element", "<a>\n<p:b/></a>", Namespaces, 2, 2, `"p" of the element p:b`},
		{"undeclared prefix of an attribute", "<a p:b=''/>", Namespaces, 1, 4, `"p" of the attribute p:b`},
		{"prefix out of scope", "<a><b xmlns:p='u:p'/><p:c/></a>", Namespaces, 1, 23, "not declared"},
		{"empty declaration", "<a xmlns:p=''/>", Namespaces, 1, 4, "is empty"},
		{"xml bound to another", "<a xmlns:xml='u:x'/>", Namespaces, 1, 4, "prefix xml"},
		{"another bound to xml", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", Namespaces, 1, 4, "another prefix"},
		{"default bound to xml", "<a xmlns='http://www.w3.org/XML/1998/namespace'/>", Namespaces, 1, 4, "another prefix"},
		{"xmlns declared", "<a xmlns:xmlns='u:x'/>", Namespaces, 1, 4, "reserved"},
		{"bound to xmlns", "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", Namespaces, 1, 4, "reserved"},
		{"default bound to xmlns", "<a xmlns='http://www.w3.org/2000/xmlns/'/>", Namespaces, 1, 4, "reserved"},
		{"xmlns as an element's prefix", "<xmlns:a/>", Namespaces, 1, 2, "not declared"},
		{"relative namespace", "<a xmlns='../b'/>", Namespaces, 1, 4, "relative"},
		{"relative namespace that is a word", "<a xmlns:p='1'/>", Namespaces, 1, 4, "relative"},
		{"colon in the name of an instruction", "<?a:b?><a/>", Namespaces, 1, 4, "colon"},
		{"attribute twice", "<a b='1' b='2'/>", Duplicate, 1, 10, "b stands twice"},
		{"attribute twice by namespace", "<a xmlns:p='u:x' xmlns:q='u:x' p:b='' q:b=''/>", Duplicate, 1, 39, "p:b and q:b are one"},
		{"declaration twice", "<a xmlns:p='u:x' xmlns:p='u:x'/>", Duplicate, 1, 18, "declared twice"},
		{"default twice", "<a xmlns='u:x' xmlns='u:y'/>", Duplicate, 1, 16, "declared twice"},
		{"attribute twice among many", "<a " + many("a%d='' ", 40) + "a7=''/>", Duplicate, 1, 274, "a7 stands twice"},
		{"invalid UTF-8", "<a>\xff</a>", Encoding, 1, 4, "0xFF"},
		{"overlong UTF-8", "<a>\xc0\x80</a>", Encoding, 1, 4, "0xC0"},
		{"surrogate in UTF-8", "<a>\xed\xa0\x80</a>", Encoding, 1, 4, "0xED"},
		{"NUL", "<a>\x00</a>", Encoding, 1, 4, "U+0000"},
		{"control character", "<abcdefgh>é\x01</abcdefgh>", Encoding, 1, 12, "U+0001"},
		{"U+FFFE", "<a>\ufffe</a>", Encoding, 1, 4, "U+FFFE"},
		{"U+FFFF in a name", "<a\uffff/>", Encoding, 1, 3, "U+FFFF"},
		{"reference to NUL", "<a>&#0;</a>", Encoding, 1, 4, "&#0;"},
		{"reference to a control character", "<a b='&#x1;'/>", Encoding, 1, 7, "&#x1;"},
		{"reference to a surrogate", "<a>&#xD800;</a>", Encoding, 1, 4, "&#xD800;"},
		{"reference beyond Unicode", "<a>&#x110000;</a>", Encoding, 1, 4, "does not allow"},
		{"reference that overflows", "<a>&#99999999999999999999;</a>", Encoding, 1, 4, "does not allow"},
		{"UTF-16, little", "\xff\xfe<\x00a\x00/\x00>\x00", Encoding, 1, 1, "UTF-16"},
		{"UTF-16, big", "\xfe\xff\x00<\x00a\x00/\x00>", Encoding, 1, 1, "UTF-16"},
		{"UTF-16 without mark", "<\x00?\x00", Encoding, 1, 1, "UTF-16"},
		{"UTF-32", "\x00\x00\xfe\xff", Encoding, 1, 1, "UTF-32"},
		{"EBCDIC", "\x4c\x6f\xa7\x94", Encoding, 1, 1, "EBCDIC"},
		{"ISO-8859-1 declared", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", Encoding, 1, 21, "ISO-8859-1"},
		{"UTF-16 declared", "<?xml version='1.0' encoding='UTF-16'?><a/>", Encoding, 1, 21, "UTF-16"},
		{"XML 1.1", "<?xml version='1.1'?><a/>", Version, 1, 7, `"1.1"`},
		{"standalone of neither kind", "<?xml version='1.0' standalone='maybe'?><a/>", Malformed, 1, 21, "neither yes nor no"},
		{"declaration without version", "<?xml encoding='UTF-8'?><a/>", Malformed, 1, 6, "version"},
		{"declaration out of order", "<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>", Malformed, 1, 38, "in this order"},
		{"declaration not at the start", "\n<?xml version='1.0'?><a/>", Malformed, 2, 1, "not at the very start"},
		{"declaration without a space", "<?xml version='1.0'encoding='UTF-8'?><a/>", Malformed, 1, 20, "white space"},
		{"instruction named XML", "<a><?XmL a?></a>", Malformed, 1, 4, "named xml"},
		{"instruction without a name", "<a><? b?></a>", Malformed, 1, 4, "no name"},
		{"bad name of an element", "<1a/>", Malformed, 1, 2, `"1"`},
		{"bad name of an attribute", "<a -b=''/>", Malformed, 1, 4, `"-"`},
		{"bad character in a name", "<a×/>", Malformed, 1, 3, "white space"},
		{"colon first", "<:a/>", Malformed, 1, 2, `":"`},
		{"colon last", "<a xmlns:b='u:b'><b:/></a>", Malformed, 1, 21, `"/"`},
		{"two colons", "<a xmlns:b='u:b'><b:c:d/></a>", Malformed, 1, 22, `":"`},
		{"xmlns with an empty prefix", "<a xmlns:=''/>", Malformed, 1, 10, `"="`},
		{"]]> in text", "<a>]]></a>", Malformed, 1, 4, "]]>"},
		{"< in a value", "<a b='<'/>", Malformed, 1, 7, "a < stands"},
		{"-- in a comment", "<a><!-- a -- b --></a>", Malformed, 1, 11, "--"},
		{"--->", "<a><!--a---></a>", Malformed, 1, 9, "--"},
		{"no space between attributes", "<a b=''c=''/>", Malformed, 1, 8, "white space is missing"},
		{"value without quotes", "<a b=c/>", Malformed, 1, 6, "quotes"},
		{"attribute without a value", "<a b/>", Malformed, 1, 5, "no value"},
		{"unknown entity", "<a>&nbsp;</a>", Malformed, 1, 4, "&nbsp;"},
		{"bare ampersand", "<a>b & c</a>", Malformed, 1, 6, "&amp;"},
		{"reference without semicolon", "<a>&#65</a>", Malformed, 1, 4, "not complete"},
		{"reference without digits", "<a>&#x;</a>", Malformed, 1, 4, "not complete"},
		{"wrong end tag", "<a>\n<b></c></a>", Malformed, 2, 4, "<b> is closed by </c>"},
		{"longer end tag", "<a></ab>", Malformed, 1, 4, "<a> is closed by </ab>"},
		{"end tag with an attribute", "<a></a b=''>", Malformed, 1, 8, "more than the name"},
		{"tag in a tag", "<a <b/></a>", Malformed, 1, 4, "not closed"},
		{"slash in a tag", "<a / b=''/>", Malformed, 1, 4, "a / stands"},
		{"neither comment nor CDATA", "<a><!b></a>", Malformed, 1, 4, "<!"},
		{"cut in text", "<a>b", Truncated, 1, 5, "<a> is open"},
		{"cut in a tag", "<a><b c", Truncated, 1, 8, "cut short"},
		{"cut in a value", "<a><b c='d", Truncated, 1, 11, "<b> is open"},
		{"cut in an end tag", "<ab></a", Truncated, 1, 5, "<ab> is open"},
		{"cut in a comment", "<a><!-- ", Truncated, 1, 4, "cut short"},
		{"cut in CDATA", "<a><![CDATA[ ]]", Truncated, 1, 4, "cut short"},
		{"cut at CDATA", "<a><![CD", Truncated, 1, 4, "cut short"},
		{"cut in a declaration", "<?xml versi", Truncated, 1, 1, "inside markup"},
		{"cut in a character", "<a>\xc3", Truncated, 1, 4, "inside a character"},
		{"cut behind the root", "<a/><!--", Outside, 1, 5, "after its root"},
		{"lines of every kind", "<a>\r\n\n\r\r&</a>", Malformed, 5, 1, "&amp;"},
		{"columns are characters", "<a>\né𝄞& </a>", Malformed, 2, 3, "&amp;"},
		{"a mark has no column", "\ufeff<a>& </a>", Malformed, 1, 4, "&amp;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := Parse([]byte(c.doc), Limits{})
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.Nil(t, d)
			assert.Equal(t, [3]int{int(c.problem), c.line, c.column}, [3]int{int(syntax.Problem), syntax.Line, syntax.Column}, syntax.Error())
			assert.Contains(t, syntax.Text, c.text)
		})
	}
}

// many repeats a format with the numbers from 0.
func many(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		"<a/>",
		"\ufeff<a/>",
		"<?xml version='1.0'?><a/>",
		"<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\" ?>\n<a></a >\n",
		"<?xml-stylesheet href='a'?><!-- DOCTYPE --><a/><!-- a --><?b?>",
		"<a><![CDATA[<!DOCTYPE a><b>]]]]><![CDATA[>]]></a>",
		"<a b = '1'\n\tc=\"'>\"/>",
		"<é·.-_9/>",
		"<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='de'/>",
		"<a xmlns:p='u:p' p:b='' b=''/>",
		"<p:a xmlns:p='u:p'><p:b xmlns:p='u:q'/><p:c/></p:a>",
		"<a xmlns='u:a'><b xmlns=''/></a>",
		"<a>&lt;&gt;&amp;&quot;&apos;&#x10FFFF;&#000065;</a>",
		"<a>\U0001FFFE\x7f\u0085</a>",
		"<a>]] > ]></a>",
		"<a b=']]>'/>",
		"<x xml='1' xmlfoo='2'/>",
	} {
		_, err := Parse([]byte(doc), Limits{})
		assert.NoError(t, err, doc)
	}
}

func TestParseNormalises(t *testing.T) {
	t.Parallel()
	d := mustParse(t, "<a v=' a\r\n\tb\rc&#10;&#9;&#13;&lt;\"' w=\"&#x26;amp;'\"> x\r\ny\rz&#13;<![CDATA[&amp;\r\n]]>&amp;<b>no</b>!</a>")
	a := d.Root()
	assert.Equal(t, " a  b c\n\t\r<\"", a.Attr("v").Value())
	assert.Equal(t, "&amp;'", a.Attr("w").Value())
	assert.Equal(t, " x\ny\nz\r&amp;\n&!", a.Text())
	assert.False(t, a.Interrupted())
	assert.True(t, mustParse(t, "<a>b<!-- -->c</a>").Root().Interrupted())
	assert.True(t, mustParse(t, "<a>b<?d?>c</a>").Root().Interrupted())
	assert.False(t, mustParse(t, "<a>b<c><!-- --></c></a>").Root().Interrupted())
	assert.Equal(t, "bc", mustParse(t, "<a>b<!-- -->c</a>").Root().Text())
}

func TestHandles(t *testing.T) {
	t.Parallel()
	d := mustParse(t, "<?xml version='1.0'?>\n<p:R xmlns:p='u:p' xmlns='u:d'>\n <A n='1' p:n='2'/>é<B p:m='3'/><A xmlns:q='u:q'><C xmlns='' xmlns:p='u:z'><q:D/></C></A>\n</p:R>")
	r := d.Root()
	assert.Equal(t, "p:R u:p", r.Prefix()+":"+r.Local()+" "+r.Space())
	assert.True(t, r.Is("u:p", "R"))
	assert.False(t, r.Is("u:d", "R"))
	assert.False(t, r.Parent().Exists())
	assert.Equal(t, "/R", r.At().Path)
	as := r.All("u:d", "A")
	require.Len(t, as, 2)
	assert.Equal(t, as[0], r.Child("u:d", "A"))
	assert.Equal(t, "1", as[0].Attr("n").Value())
	assert.Equal(t, "2", as[0].AttrNS("u:p", "n").Value())
	assert.Equal(t, Place{"/R/A[1]/@n", 3, 5}, as[0].Attr("n").At())
	assert.Equal(t, Place{"/R/A[1]/@p:n", 3, 11}, as[0].AttrNS("u:p", "n").At())
	b := r.Child("u:d", "B")
	assert.Equal(t, Place{"/R/B", 3, 21}, b.At())
	assert.Equal(t, Place{"/R/B/@m", 3, 24}, b.AttrNS("u:p", "m").At())
	c := as[1].Child("", "C")
	assert.Equal(t, Place{"/R/A[2]/C", 3, 50}, c.At())
	dd := c.Child("u:q", "D")
	require.True(t, dd.Exists())
	for prefix, want := range map[string]string{"p": "u:z", "q": "u:q", "": "", "xml": NSXML} {
		uri, ok := dd.Namespace(prefix)
		assert.True(t, ok, prefix)
		assert.Equal(t, want, uri, prefix)
	}
	uri, ok := as[0].Namespace("")
	assert.True(t, ok)
	assert.Equal(t, "u:d", uri)
	_, ok = as[0].Namespace("q")
	assert.False(t, ok)
	assert.Equal(t, "<C xmlns='' xmlns:p='u:z'><q:D/></C>", c.Source())
	assert.Equal(t, "<q:D/>", dd.Source())
	assert.True(t, as[1].Contains(dd))
	assert.False(t, as[0].Contains(dd))
	var names []string
	for e := range d.Elements() {
		names = append(names, e.Local())
	}
	assert.Equal(t, "R A B A C D", strings.Join(names, " "))
	names = nil
	for e := range as[1].Descendants() {
		names = append(names, e.Local())
	}
	assert.Equal(t, "C D", strings.Join(names, " "))
}

func TestZeroHandlesAnswerZero(t *testing.T) {
	t.Parallel()
	var e Element
	var a Attr
	assert.Equal(t, "", e.Local()+e.Space()+e.Prefix()+e.Text()+e.Source()+a.Local()+a.Space()+a.Prefix()+a.Value())
	assert.Equal(t, Place{}, e.At())
	assert.Equal(t, Place{}, a.At())
	assert.False(t, e.Exists() || a.Exists() || e.Interrupted() || e.Is("", "") || e.Contains(e))
	assert.Equal(t, Element{}, e.Parent())
	assert.Equal(t, Element{}, e.Child("", ""))
	assert.Equal(t, Attr{}, e.Attr(""))
	assert.Empty(t, e.All("", ""))
	for range e.Children() {
		t.Error("a child")
	}
	for range e.Descendants() {
		t.Error("a descendant")
	}
	for range e.Attrs() {
		t.Error("an attribute")
	}
	_, ok := e.Namespace("")
	assert.False(t, ok)
	var d *Document
	assert.Equal(t, Element{}, d.Root())
	assert.Empty(t, d.IDs())
	assert.Nil(t, (&Verifier{}).Verify(d))
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		doc  string
		lim  Limits
		text string
	}{
		"bytes":          {strings.Repeat(" ", 100) + "<a/>", Limits{Bytes: 100}, "104 bytes"},
		"depth":          {strings.Repeat("<a>", 4), Limits{Depth: 3}, "more than 3 deep"},
		"default depth":  {strings.Repeat("<a>", 1_000_000), Limits{}, "more than 128 deep"},
		"elements":       {"<a>" + strings.Repeat("<b/>", 4), Limits{Elements: 4}, "more than 4 elements"},
		"comments":       {"<a/>" + strings.Repeat("<!---->", 200_000), Limits{}, "more than 100000 elements"},
		"instructions":   {"<a/>" + strings.Repeat("<?a?>", 200_000), Limits{}, "more than 100000 elements"},
		"CDATA":          {"<a>" + strings.Repeat("<![CDATA[]]>", 200_000), Limits{}, "more than 100000 elements"},
		"attributes":     {"<a " + many("a%d='' ", 1_000_000), Limits{Bytes: 1 << 28}, "more than 256 attributes"},
		"declarations":   {"<a " + many("xmlns:a%d='u:a' ", 300), Limits{}, "more than 256 attributes"},
		"all attributes": {"<a>" + strings.Repeat("<b c='' d=''/>", 10), Limits{AllAttributes: 9}, "more than 9 attributes"},
		"in scope":       {many("<a xmlns:a%[1]d='u:a' xmlns:b%[1]d='u:b'>", 10), Limits{Namespaces: 7}, "more than 7 namespace declarations"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(c.doc), c.lim)
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.Equal(t, LimitReached, syntax.Problem)
			assert.Contains(t, syntax.Text, c.text)
		})
	}
	d, err := Parse([]byte("<a>"+strings.Repeat("<b xmlns:p='u:p'/>", 1000)+"</a>"), Limits{Namespaces: 1})
	assert.NoError(t, err)
	assert.NotNil(t, d)
}

// What follows takes minutes where any step is quadratic.
func TestParseTakesLinearTime(t *testing.T) {
	t.Parallel()
	const n = 50_000
	open := Limits{Bytes: 1 << 28, Depth: n + 1, Elements: 2 * n, Attributes: n, AllAttributes: 2 * n, Namespaces: n}
	long := strings.Repeat("x", 1<<20)
	for name, doc := range map[string]string{
		"attributes of one element":        "<a " + many("a%d='' ", n) + "/>",
		"attributes of one name but space": "<a " + many("xmlns:p%d='u:p%[1]d' ", n/2) + many("p%d:a='' ", n/2-1) + "/>",
		"prefixes of one element":          "<a " + many("xmlns:p%d='u:p' ", n-1) + "/>",
		"prefixes of many elements":        "<a>" + many("<p%d:a xmlns:p%[1]d='u:p%[1]d'/>", n) + "</a>",
		"elements":                         "<a>" + strings.Repeat("<b/>", n) + "</a>",
		"depth":                            strings.Repeat("<a>", n) + strings.Repeat("</a>", n),
		"depth of prefixes":                many("<a xmlns:p%d='u:p'>", n) + strings.Repeat("</a>", n),
		"references":                       "<a b='" + strings.Repeat("&amp;", n) + "'>" + strings.Repeat("&#65;", n) + "</a>",
		"line ends":                        "<a b='" + strings.Repeat("\r\n", n) + "'>" + strings.Repeat("\r\n", n) + "</a>",
		"values with every special":        "<a>" + strings.Repeat("<b c='\n'/>", n/2) + strings.Repeat("<b c='\t'/>", n/2) + "&amp;\r</a>",
		"a long name used often":           "<p:a xmlns:p='u:" + long + "'>" + strings.Repeat("<p:b p:c='' p:d=''/>", n/8) + "</p:a>",
		"CDATA":                            "<a>" + strings.Repeat("<![CDATA[]]>]", n) + "</a>",
		"zeros in a reference":             "<a>&#" + strings.Repeat("0", n) + "65;</a>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := Parse([]byte(doc), open)
			require.NoError(t, err)
			_, err = Canonical(d.Root(), Element{}, nil, true)
			require.NoError(t, err)
			last := d.Root()
			for e := range d.Elements() {
				last = e
			}
			assert.NotZero(t, last.At().Column)
			assert.LessOrEqual(t, len(d.DuplicateIDs()), 0)
		})
	}
}

func TestPlacesInLongLines(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("<a>")
	for range 5000 {
		b.WriteString("é<b/>")
	}
	b.WriteString("</a>")
	d := mustParse(t, b.String())
	i := 0
	for e := range d.Root().Children() {
		i++
		if i%997 == 0 {
			assert.Equal(t, Place{fmt.Sprintf("/a/b[%d]", i), 1, 3 + 5*(i-1) + 2}, e.At())
		}
	}
}

func TestPlacesAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 1<<20)
	d := mustParse(t, "<"+long+"><b "+long+"=''/></"+long+">")
	b := named(d, "b")
	assert.Less(t, len(b.At().Path), 80)
	for a := range b.Attrs() {
		assert.Less(t, len(a.At().Path), 150)
	}
	_, err := Parse([]byte("<"+long+"></b>"), Limits{})
	assert.Less(t, len(err.Error()), 150)
}

func TestIDs(t *testing.T) {
	t.Parallel()
	d := mustParse(t, `<a ID="1" xmlns:x="u:x" xmlns:wsu="`+nsWSUtility+`"><b Id="2"/><c xml:id="1"/><d AssertionID="3"/><e wsu:Id="2"/><f x:ID="3"/><g id="4"/><h id="4"/><i ID="5"/><j RequestID="5"/></a>`)
	var ids []string
	for _, a := range d.IDs() {
		ids = append(ids, a.Element().Local()+a.Value())
	}
	assert.Equal(t, "a1 b2 c1 d3 e2 i5", strings.Join(ids, " "))
	var twice []string
	for _, group := range d.DuplicateIDs() {
		var one []string
		for _, a := range group {
			one = append(one, a.At().Path)
		}
		twice = append(twice, strings.Join(one, "="))
	}
	assert.Equal(t, []string{"/a/@ID=/a/c/@id", "/a/b/@Id=/a/e/@Id", "/a/d/@AssertionID=/a/f/@ID"}, twice)
}

func TestSyntaxErrorNamesItsPlace(t *testing.T) {
	t.Parallel()
	_, err := Parse([]byte("<a>\n <b></a>"), Limits{})
	require.EqualError(t, err, "line 2, column 5: <b> is closed by </a>")
	var syntax *SyntaxError
	require.True(t, errors.As(err, &syntax))
	assert.Equal(t, 8, syntax.Offset)
}
