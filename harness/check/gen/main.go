// Command gen writes README.md and COVERAGE.md of the checks, from the checks.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/samlproof/samlproof/harness/check"
)

func main() {
	for _, page := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"README.md", check.Readme},
		{"COVERAGE.md", check.Coverage},
	} {
		var b bytes.Buffer
		err := page.write(&b)
		if err == nil {
			err = os.WriteFile(page.name, b.Bytes(), 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "gen: error:", err)
			os.Exit(1)
		}
	}
}
