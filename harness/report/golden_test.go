package report_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// samples are the reports that the golden files show.
var samples = map[string]func() *report.Report{
	"green":    green,
	"slash":    slash,
	"several":  several,
	"captured": captured,
	"stopped":  stopped,
	"partial":  partial,
	"nothing":  nothing,
	"hostile":  hostile,
	"metadata": metadata,
	"departed": departed,
}

// TestGolden holds every format of every sample to testdata/<sample>.txtar. Run with
// -update to write them anew, and read the difference.
func TestGolden(t *testing.T) {
	type form struct {
		name  string
		write func(io.Writer, *report.Report) error
	}
	text := func(opt report.Options) func(io.Writer, *report.Report) error {
		return func(w io.Writer, r *report.Report) error { return report.Text(w, r, opt) }
	}
	forms := []form{
		{"text", text(report.Options{})},
		{"verbose", text(report.Options{Verbose: true})},
		{"narrow", text(report.Options{Width: 50})},
		{"junit", func(w io.Writer, r *report.Report) error { return report.JUnit(w, r, report.Options{}) }},
		{"json", func(w io.Writer, r *report.Report) error { return report.JSON(w, r, report.Options{}) }},
		{"colour", text(report.Options{Color: true})},
		{"redacted", func(w io.Writer, r *report.Report) error {
			return report.Text(w, report.Redact(r), report.Options{})
		}},
		{"stream", func(w io.Writer, r *report.Report) error {
			_, err := streamed(w, r, report.TextStream, report.Options{}, nil)
			return err
		}},
	}
	require.NotEmpty(t, samples)
	for name, sample := range samples {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name+".txtar")
			got := &txtar.Archive{}
			for _, f := range forms {
				var b bytes.Buffer
				require.NoError(t, f.write(&b, sample()))
				got.Files = append(got.Files, txtar.File{Name: f.name, Data: b.Bytes()})
			}
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(file, txtar.Format(got), 0o644))
				return
			}
			want, err := txtar.ParseFile(file)
			require.NoError(t, err)
			require.Len(t, want.Files, len(forms))
			for i, f := range want.Files {
				require.Equal(t, got.Files[i].Name, f.Name)
				require.Equal(t, string(f.Data), string(got.Files[i].Data), f.Name)
			}
		})
	}
}

// TestCatalogueGolden holds what is shown of checks to testdata/catalogue.txtar.
func TestCatalogueGolden(t *testing.T) {
	some := []*check.Check{entityID, issuer, audience, {
		ID: "signature/long", Title: "A title with \x1b[31m in it", Severity: check.Warning, Basis: check.Vendor, Profile: check.Flex,
		In:      map[check.Profile]check.Severity{check.SAML: check.Note, check.SAML2Int: check.Error, check.Flex: check.Warning},
		Sources: []string{"A", "B"}, Covers: []string{"RSP-01", "RSP-02"}, Since: "0.1", Text: "One paragraph,\nin two lines.\n\nAnother.",
		Fix:     check.Fix{Side: check.SP, Text: "Do this."},
		FlexFix: check.Fix{Side: check.FlexSide, Setting: "Single Sign-On", Text: "Do that."},
		Follows: []string{"signature/*"},
	}}
	var got txtar.Archive
	add := func(name string, write func(io.Writer) error) {
		var b bytes.Buffer
		require.NoError(t, write(&b))
		got.Files = append(got.Files, txtar.File{Name: name, Data: b.Bytes()})
	}
	add("list", func(w io.Writer) error { return report.List(w, some, report.Options{Width: 60}) })
	add("explain", func(w io.Writer) error { return report.Explain(w, some[3], report.Options{Width: 60}) })
	add("json", func(w io.Writer) error { return report.ChecksJSON(w, some) })
	file := filepath.Join("testdata", "catalogue.txtar")
	if *update {
		require.NoError(t, os.WriteFile(file, txtar.Format(&got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(txtar.Format(&got)))
}
