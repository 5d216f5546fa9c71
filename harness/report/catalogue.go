package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
)

// List writes one line for each check, family by family.
func List(w io.Writer, checks []*check.Check, opt Options) error {
	t := &text{opt: opt}
	wide := 0
	for _, c := range checks {
		wide = max(wide, columns(c.ID))
	}
	family := ""
	for i, c := range checks {
		f, _, _ := strings.Cut(c.ID, "/")
		if i > 0 && f != family {
			t.line()
		}
		family = f
		severity := severityWord(c.Severity)
		first := c.ID + strings.Repeat(" ", wide-columns(c.ID)+2) + opt.paint(severity, shade(c.Severity)) + strings.Repeat(" ", len("warning")-len(severity)+2)
		t.paragraph(first, strings.Repeat(" ", columns(first)), prose(c.Title))
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// Explain writes what a check is about: why it matters, what is compared, how a failure
// is mended and which source it rests on.
func Explain(w io.Writer, c *check.Check, opt Options) error {
	t := &text{opt: opt}
	t.line(opt.paint(c.ID, bold), "  ", opt.paint(severityWord(c.Severity), shade(c.Severity)))
	t.paragraph("", "", prose(c.Title), bold)
	for _, p := range strings.Split(strings.ReplaceAll(c.Text, "\r\n", "\n"), "\n\n") {
		if p = prose(p); p != "" {
			t.line()
			t.paragraph("", "", p)
		}
	}
	t.line()
	t.fix(c.Fix)
	if c.FlexFix != (check.Fix{}) {
		t.label("", "Under the profile flex:")
		t.fix(c.FlexFix)
	}
	for _, row := range [][2]string{
		{"source", strings.Join(c.Sources, "; ")},
		{"basis", string(c.Basis)},
		{"covers", strings.Join(c.Covers, ", ")},
		{"follows", strings.Join(c.Follows, ", ")},
		{"profile", string(c.Profile)},
		{"but", exceptions(c)},
		{"since", c.Since},
	} {
		if row[1] != "" {
			t.label(row[0], prose(row[1]))
		}
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// exceptions says under which profiles a check has another severity.
func exceptions(c *check.Check) string {
	var list []string
	for _, p := range []check.Profile{check.SAML, check.Flex, check.SAML2Int} {
		if s, ok := c.In[p]; ok && s != c.Severity {
			list = append(list, fmt.Sprintf("%s %s under the profile %s", article(s), severityWord(s), p))
		}
	}
	return strings.Join(list, ", ")
}

// article is what stands before the name of a severity.
func article(s check.Severity) string {
	if s == check.Error {
		return "an"
	}
	return "a"
}

// ChecksJSON writes what the catalogue says of checks, as a list.
func ChecksJSON(w io.Writer, checks []*check.Check) error {
	type entry struct {
		ID       string                   `json:"id"`
		Title    string                   `json:"title"`
		Severity string                   `json:"severity"`
		In       map[check.Profile]string `json:"severity_in"`
		Basis    check.Basis              `json:"basis"`
		Profile  check.Profile            `json:"profile"`
		Sources  []string                 `json:"sources"`
		Covers   []string                 `json:"covers"`
		Since    string                   `json:"since"`
		Text     string                   `json:"text"`
		Fix      *jsonFix                 `json:"fix"`
		FlexFix  *jsonFix                 `json:"flex_fix"`
		Follows  []string                 `json:"follows"`
	}
	list := []entry{}
	for _, c := range checks {
		e := entry{
			ID: c.ID, Title: c.Title, Severity: severityWord(c.Severity), Basis: c.Basis, Profile: c.Profile,
			Sources: full(c.Sources), Covers: full(c.Covers), Since: c.Since, Text: c.Text,
			Fix: fixJSON(c.Fix), Follows: full(c.Follows), In: map[check.Profile]string{},
		}
		for p, s := range c.In {
			if s != c.Severity {
				e.In[p] = severityWord(s) // JSON has it sorted
			}
		}
		if c.FlexFix != (check.Fix{}) {
			e.FlexFix = fixJSON(c.FlexFix)
		}
		list = append(list, e)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(list); err != nil {
		return fmt.Errorf("writing the checks as JSON: %w", err)
	}
	_, err := w.Write(escapeHidden(b.Bytes()))
	return err
}

// shade is the colour of a severity.
func shade(s check.Severity) paint {
	switch s {
	case check.Error:
		return red
	case check.Warning:
		return yellow
	}
	return cyan
}
