// Command samlproof replays a documented SAML set-up before go-live, judges captured
// logins, and says of what is wrong where it is and how to mend it. It decides nothing
// itself: the harness drives, the checks judge, the report shows.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
