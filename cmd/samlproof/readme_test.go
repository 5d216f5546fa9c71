package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:generate go test -run TestReadmeIsTrue -update .

var update = flag.Bool("update", false, "write the README's sample output anew")

// console is a block of the README that shows a session.
var console = regexp.MustCompile("(?s)```console\n(\\$ .*?)```")

// Every session in the README, typed again, shows what the README shows. A line of …
// stands for the rest of the output.
func TestReadmeIsTrue(t *testing.T) {
	const name = "../../README.md"
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	readme, err := filepath.Abs(name)
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	blocks := console.FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, blocks, "the README shows no session")
	now := string(text)
	for _, block := range blocks {
		typed := typeAgain(t, block[1])
		if *update {
			now = strings.Replace(now, block[1], typed, 1)
			continue
		}
		assert.Equal(t, block[1], typed)
	}
	if *update {
		require.NoError(t, os.WriteFile(readme, []byte(now), 0o644))
	}
}

// typeAgain runs the commands of a session and is the session with their output, cut
// where the session cuts it.
func typeAgain(t *testing.T, session string) string {
	t.Helper()
	var out strings.Builder
	for i, part := range strings.Split("\n"+session, "\n$ ") {
		if i == 0 {
			continue
		}
		line, shown, _ := strings.Cut(part, "\n")
		got := execute(t, line)
		if lines := strings.Split(strings.TrimSuffix(shown, "\n"), "\n"); lines[len(lines)-1] == "…" {
			kept := strings.SplitAfter(got, "\n")
			require.Greater(t, len(kept), len(lines)-1, "%s: there is nothing to cut", line)
			got = strings.Join(kept[:len(lines)-1], "") + "…\n"
		}
		out.WriteString("$ " + line + "\n" + got)
	}
	return out.String()
}

func execute(t *testing.T, line string) string {
	t.Helper()
	var out bytes.Buffer
	if args, ok := strings.CutPrefix(strings.Replace(line, "go run ./cmd/samlproof", "samlproof", 1), "samlproof "); ok {
		run(context.Background(), strings.Fields(args), strings.NewReader(""), &out, &out)
		return out.String()
	}
	cmd := exec.Command("sh", "-c", line)
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(t, cmd.Run(), line)
	return out.String()
}
