package check

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Coverage writes a table of all requirements, each with the checks that cover it or
// the reason why none does.
func Coverage(w io.Writer) error {
	covering := make(map[string][]string, len(Requirements))
	for _, ch := range All {
		for _, row := range ch.Covers {
			covering[row] = append(covering[row], "`"+ch.ID+"`")
		}
	}
	var b bytes.Buffer
	covered := 0
	for _, r := range Requirements {
		if len(covering[r.ID]) > 0 {
			covered++
		}
	}
	fmt.Fprintf(&b, `# Coverage

What the standards ask for in %d rows: the checks that judge each, or why none can. %d rows are judged by checks.
The rows name requirements of SAML 2.0 with its errata (XML, RSP, AST, SUB, CND, AUT, ATR, SIG, ENC, BND, REQ, MDX, MDI, MDS, SLO, RPL),
of SAML2int (SDP) and of the Federation Interoperability profile (IIP); the sources stand with each check in README.md.

This page is generated from the checks (`+"`go generate ./harness/check`"+`).

| requirement | checks, or why there is none | in short |
|---|---|---|
`, len(Requirements), covered)
	for _, r := range Requirements {
		answer := r.Beyond
		if ids := covering[r.ID]; len(ids) > 0 {
			answer = strings.Join(ids, ", ")
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.ID, answer, r.Title)
	}
	b.WriteString("\n## Known deviations\n\nWhat Salesforce and Flex do otherwise, set up as documented. Under the Flex profile these are notes.\n\n| check | got | wanted | who | what | source |\n|---|---|---|---|---|---|\n")
	for _, d := range KnownDeviations {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", d.Check, orAny(d.Got), orAny(d.Want), d.Product, d.Text, d.Source)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func orAny(value string) string {
	if value == "" {
		return "any"
	}
	return "`" + value + "`"
}
