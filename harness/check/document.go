package check

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// severityNames are the severities in words.
var severityNames = [...]string{Note: "note", Warning: "warning", Error: "error"}

// String is note, warning or error.
func (s Severity) String() string {
	if s < Note || s > Error {
		return "none"
	}
	return severityNames[s]
}

// families are the families of checks with what each judges, in the order of All.
var families = []struct{ name, judges string }{
	{"settings", "What was typed into the two consoles, before any login."},
	{"request", "The AuthnRequest, by which the service provider starts a login."},
	{"binding", "How the messages travel."},
	{"xml", "The response as a document: what a strict reader must refuse, and what readers see differently."},
	{"response", "The Response around the assertion."},
	{"encryption", "Encrypted assertions."},
	{"signature", "Whether what was signed is what is read, and by whose key."},
	{"assertion", "The Assertion itself."},
	{"subject", "Whom it is about, and how it is confirmed."},
	{"conditions", "When it may be used, and by whom."},
	{"authentication", "How the user was authenticated."},
	{"attributes", "What it says of the user."},
	{"login", "What became of the login as a whole."},
	{"metadata", "Metadata of an identity or a service provider, judged by itself."},
	{"logout", "Messages of logout, where any were seen."},
}

// Markdown documents checks, each under a heading of its own.
func Markdown(w io.Writer, checks []*Check) error {
	var b bytes.Buffer
	for i, ch := range checks {
		if i > 0 {
			b.WriteString("\n")
		}
		ch.markdown(&b)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Readme documents the whole catalogue, with a table of each family before its checks.
func Readme(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, `# Checks

The %d checks, in the order in which a login unfolds. A failed check names its findings with place, value got and value wanted; a check
whose evidence is missing is skipped with the reason. An error breaks a rule of a standard or departs from the documented set-up, a warning
is what sources advise against, a note is worth knowing. Where a check belongs to one profile only, it says so.

This page is generated from the checks (`+"`go generate ./harness/check`"+`); the same is shown by `+"`samlproof checks`"+`.
`, len(All))
	for _, family := range families {
		var own []*Check
		for _, ch := range All {
			if ch.Family() == family.name {
				own = append(own, ch)
			}
		}
		if len(own) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| check | severity | true when it passes |\n|---|---|---|\n", family.name, plain(family.judges))
		for _, ch := range own {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", ch.ID, ch.Severity, plain(ch.Title))
		}
		b.WriteString("\n")
		if err := Markdown(&b, own); err != nil {
			return err
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// markdown documents one check.
func (ch *Check) markdown(b *bytes.Buffer) {
	fmt.Fprintf(b, "### `%s`\n\n**%s.** %s\n\n%s\n\n", ch.ID, plain(ch.Title), ch.standing(), plain(ch.Text))
	fmt.Fprintf(b, "- Fix, %s: %s\n", plain(place(ch.Fix)), plain(ch.Fix.Text))
	if ch.FlexFix != (Fix{}) {
		fmt.Fprintf(b, "- Fix under the flex profile, %s: %s\n", plain(place(ch.FlexFix)), plain(ch.FlexFix.Text))
	}
	fmt.Fprintf(b, "- Sources: %s\n", plain(strings.Join(ch.Sources, "; ")))
	if len(ch.Follows) > 0 {
		fmt.Fprintf(b, "- Follows: `%s`\n", strings.Join(ch.Follows, "`, `"))
	}
}

// standing is severity, basis and profile in a sentence.
func (ch *Check) standing() string {
	s := "An " + ch.Severity.String()
	if ch.Severity != Error {
		s = "A " + ch.Severity.String()
	}
	for _, p := range []Profile{SAML, Flex, SAML2Int} {
		if other, ok := ch.In[p]; ok {
			s += fmt.Sprintf(", under `%s` a %s", p, other)
			if other == Error {
				s = strings.TrimSuffix(s, "a error") + "an error"
			}
		}
	}
	s += fmt.Sprintf(" (%s, since %s)", ch.Basis, ch.Since)
	if ch.Profile != "" {
		s += fmt.Sprintf(", under the profile `%s` only", ch.Profile)
	}
	return s + "."
}

// place is where a fix is made.
func place(f Fix) string { return fmt.Sprintf("%s › %s", f.Side, f.Setting) }

// plain is text with the characters that mean something to Markdown escaped.
func plain(s string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "<", `\<`, "|", `\|`, "[", `\[`).Replace(s)
}
