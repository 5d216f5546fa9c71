package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listed is the listing of a response with findings of one check at these places.
func listed(t *testing.T, xml string, opt report.Options, mask bool, found ...check.Finding) string {
	t.Helper()
	x := &saml.Exchange{Name: "login", Response: &saml.Message{XML: []byte(xml)}}
	l := report.Login{Exchange: x, Results: passes(digest)}
	if len(found) > 0 {
		l.Results = append(l.Results, fails(audience, nil, found...))
	}
	l.Listings = report.Listings(check.NewCase(nil, x, nil), l.Results)
	r := &report.Report{Tool: "samlproof", Logins: []report.Login{l}}
	if mask {
		r = report.Redact(r)
	}
	var b bytes.Buffer
	require.NoError(t, report.Text(&b, r, opt))
	_, listing, ok := strings.Cut(b.String(), "of what was decoded)\n")
	require.True(t, ok, b.String())
	listing, _, _ = strings.Cut(listing, "\n\nEven a green run")
	return listing
}

func at(path string, line, column int) check.Finding {
	return check.Finding{At: path, Line: line, Column: column, Got: "x", Want: "y"}
}

func TestListing(t *testing.T) {
	for _, tt := range []struct {
		name, xml string
		found     []check.Finding
		want      string
	}{
		{
			name: "findings stand at their lines", xml: "<r:Response xmlns:r=\"u\"><A>é</A><B a='1'\n  b='2'><C/><!-- c --></B></r:Response>",
			found: []check.Finding{at("/Response/B/@b", 2, 3), at("/Response/A", 1, 26), at("/Response", 1, 1), at("/Other", 1, 1), at("settings", 0, 0)},
			want: `
       1:1  <r:Response xmlns:r="u">
            ^ ✗ assertion/audience (1:1): got x, want y
      1:25    <A>é</A>
              ^ ✗ assertion/audience (1:26): got x, want y
      1:33    <B a='1'\n  b='2'>
              ^ ✗ assertion/audience (2:3): got x, want y
       2:9      <C/>
      2:13      <!-- c -->
      2:23    </B>
      2:27  </r:Response>
`,
		},
		{
			name: "what would act on a terminal is escaped", xml: "<R><A>\u202e\u009b31m</A></R>",
			want: `
       1:1  <R>
       1:4    <A>\u202e\u009b31m</A>
      1:16  </R>
`,
		},
		{
			name: "what is not well-formed is listed all the same", xml: "<R a=\"<B>text<C></R",
			found: []check.Finding{at("", 1, 4), {Line: 1, Column: 20, Note: "cut short"}},
			want: `
       1:1  <R a="<B>text<C></R
            ^ ✗ assertion/audience (1:4): got x, want y
            ^ ✗ assertion/audience (1:20): cut short
`,
		},
		{
			name: "long values lose their middle", xml: "<R><A>" + strings.Repeat("QUJD", 100) + "</A></R>",
			want: `
       1:1  <R>
       1:4    <A>QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQU…UJDQUJDQUJDQUJDQUJDQUJDQUJD
                (400 characters)</A>
     1:411  </R>
`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, strings.TrimPrefix(tt.want, "\n"), listed(t, tt.xml, report.Options{}, false, tt.found...)+"\n")
		})
	}
}

// However large a message is, its listing is not, and no finding is lost.
func TestListingIsBounded(t *testing.T) {
	xml := "<R>" + strings.Repeat("<A/>\n", 50_000) + "</R>"
	out := listed(t, xml, report.Options{}, false, at("/R/A[49000]", 49_000, 1))
	assert.Less(t, len(out), 100_000)
	assert.Contains(t, out, "… 48002 more lines not shown\n              ^ ✗ assertion/audience (49000:1): got x, want y")

	deep := strings.Repeat("<A>", 5000) + strings.Repeat("</A>", 5000)
	for _, line := range strings.Split(listed(t, deep, report.Options{Width: 40}, false), "\n") {
		assert.LessOrEqual(t, len(line), 80)
	}
}

// A masked listing shows no value of a person: not where it is interrupted, nor cut.
func TestListingIsMasked(t *testing.T) {
	long := strings.Repeat("long.", 30) + "name@acme.example"
	xml := `<R><NameID>ada<!-- --> lovelace</NameID><Attribute Name="mail"><AttributeValue>` + long + `</AttributeValue></Attribute>` +
		`<Attribute FriendlyName = 'sn'><AttributeValue>O&#39;Neill</AttributeValue></Attribute><Attribute Name="dept"><AttributeValue>Sales</AttributeValue></Attribute></R>`
	f := at("/R/NameID", 1, 4)
	f.Got = long
	require.Contains(t, listed(t, xml, report.Options{}, false, f), "lovelace")
	out := listed(t, xml, report.Options{}, true, f)
	for _, s := range []string{"ada", "lovelace", "name@acme", "long.long", "Neill"} {
		assert.NotContains(t, out, s)
	}
	assert.Contains(t, out, "<AttributeValue>Sales</AttributeValue>")
	assert.Contains(t, out, "got user-")
}

// Any bytes can be listed.
func FuzzListing(f *testing.F) {
	f.Add("<R a='1'><NameID>x</NameID><!-- --><![CDATA[ ]]></R>", 1, 4)
	f.Add("\ufeff<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>", 1, 1)
	f.Add("<r\r\n<a/>\r</r></r>", 3, 1)
	f.Fuzz(func(t *testing.T, xml string, line, column int) {
		out := listed(t, xml, report.Options{}, true, at("", line, column))
		require.LessOrEqual(t, len(out), 60*len(xml)+4000)
		for _, r := range out {
			require.False(t, r < ' ' && r != '\n' || r == 0x7f, "%q", out)
		}
	})
}
