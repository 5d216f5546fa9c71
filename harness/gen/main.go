// Command gen writes PROCEDURE.md, from the steps of the documented procedure, the checks
// and the scenarios.
//
// It is run by go generate in the folder harness.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/samlproof/samlproof/harness"
)

func main() {
	var b bytes.Buffer
	err := harness.Procedure(&b)
	if err == nil {
		err = os.WriteFile("PROCEDURE.md", b.Bytes(), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen: error:", err)
		os.Exit(1)
	}
}
