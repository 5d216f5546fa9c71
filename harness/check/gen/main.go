// Command gen writes the README.md of the checks, from the checks.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/samlproof/samlproof/harness/check"
)

func main() {
	var b bytes.Buffer
	err := check.Readme(&b)
	if err == nil {
		err = os.WriteFile("README.md", b.Bytes(), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen: error:", err)
		os.Exit(1)
	}
}
