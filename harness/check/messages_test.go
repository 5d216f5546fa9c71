package check

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what the checks of messages find into testdata/messages")

// A story is one changed login of testdata/messages and what is found in it.
type story struct {
	name  string
	lines []string // what is changed
	found string   // what must be found
}

// id is the check that the story is about: its name up to the colon. "good" tells of a
// login that is right.
func (s *story) id() string {
	id, _, _ := strings.Cut(s.name, ":")
	return id
}

// stories are those of one file.
func stories(t testing.TB, file string) []story {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	require.NotEmpty(t, archive.Files, file)
	var list []story
	for _, f := range archive.Files {
		change, found, _ := strings.Cut(string(f.Data), "--\n")
		s := story{name: f.Name, found: strings.TrimSpace(found)}
		for _, line := range strings.Split(change, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				s.lines = append(s.lines, line)
			}
		}
		list = append(list, s)
	}
	return list
}

// judge makes the login of a story and judges it.
func (s *story) judge(t testing.TB) []Result {
	t.Helper()
	l := goodLogin(t)
	var after [][2]string
	for _, line := range s.lines {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		old, new, _ := strings.Cut(value+" ", " => ") // the new text may be empty
		new = strings.TrimSuffix(new, " ")
		old, new = unquoted(old), unquoted(new)
		switch key {
		case "request":
			l.request = edited(t, l.request, [][2]string{{old, new}})
		case "before":
			l.response = edited(t, l.response, [][2]string{{old, new}})
		case "inner":
			l.inner = append(l.inner, [2]string{old, new})
		case "after":
			after = append(after, [2]string{old, new})
		default:
			l.set(t, key, unquoted(value))
		}
	}
	return Run(ForProfile(messageChecks, l.want.Profile), NewCase(nil, l.exchange(t, after), &l.want))
}

// unquoted reads the escapes that an edit needs.
func unquoted(s string) string {
	return strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\s`, " ", `\0`, "\x00", `\xff`, "\xff", `\ufeff`, "\ufeff",
		"{{long}}", strings.Repeat("a", 9000), "{{deep}}", strings.Repeat("<x>", 200)+strings.Repeat("</x>", 200)).Replace(s)
}

// usual are the notes that every login of these tests has, for what SAML2int asks beyond
// SAML.
var usual = []string{"encryption/used", "subject/transient", "attributes/uri-names"}

// TestMessages holds every check of messages to logins in which one thing is wrong, and
// to logins that are right: exactly these findings, and one cause of them.
func TestMessages(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/messages/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	failed, good := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		list := stories(t, file)
		for i := range list {
			s := &list[i]
			t.Run(s.name, func(t *testing.T) {
				var results []Result
				for _, r := range s.judge(t) {
					if r.Status == Fail && slices.Contains(usual, r.Check.ID) && r.Check.ID != s.id() {
						continue
					}
					results = append(results, r)
				}
				got := strings.TrimSpace(outcome(results))
				if *update {
					s.found = got
				}
				assert.Equal(t, s.found, got)
				worst := Severity(0)
				for _, r := range results {
					if r.Status == Fail {
						failed[r.Check.ID] = true
						worst = max(worst, r.Severity)
					} else if r.Status == Pass && s.id() == "good" {
						good[r.Check.ID] = true
					}
				}
				var causes []string
				for _, r := range results {
					if r.Status == Fail && r.Severity == worst && len(r.Follows) == 0 {
						causes = append(causes, r.Check.ID)
					}
				}
				switch {
				case s.id() == "good":
					assert.Empty(t, causes)
				case strings.HasSuffix(s.name, ", two causes"):
					assert.Contains(t, causes, s.id())
					assert.Len(t, causes, 2)
				default:
					assert.Equal(t, []string{s.id()}, causes, "the one cause")
				}
			})
		}
		if *update {
			write(t, file, list)
		}
	}
	for _, ch := range messageChecks {
		assert.True(t, failed[ch.ID] || ch.ID == "signature/canonical", // see TestEveryFaultIsTold
			"%s is never seen to fail", ch.ID)
		assert.True(t, good[ch.ID] || slices.Contains(usual, ch.ID), "%s is never seen to pass on a good login", ch.ID)
	}
}

func write(t testing.TB, file string, list []story) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	for i := range archive.Files {
		text := strings.Join(list[i].lines, "\n")
		if text != "" {
			text += "\n"
		}
		text += "--\n"
		if list[i].found != "" {
			text += list[i].found + "\n"
		}
		archive.Files[i].Data = []byte(text + "\n")
	}
	require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
}
