package main

import (
	"fmt"
	"os"
	"time"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/report"
	"golang.org/x/term"
)

// A progress is a line on a terminal that tells how far the judging has come. It is
// written over itself and gone when the work is done.
type progress struct {
	env      *environment
	captures *harness.Captures
	begun    time.Time
	told     time.Time
	shown    bool

	logins, failing int
}

// every is how often the line is written.
const every = 200 * time.Millisecond

func newProgress(env *environment, captures *harness.Captures) *progress {
	now := env.now()
	return &progress{env: env, captures: captures, begun: now, told: now}
}

// count counts a login, and tells of it where some time has passed.
func (p *progress) count(l report.Login, failing func(report.Login) bool) {
	p.logins++
	if failing(l) {
		p.failing++
	}
	if !p.env.progress {
		return
	}
	now := p.env.now()
	if now.Sub(p.told) < every {
		return
	}
	p.told, p.shown = now, true
	share := ""
	if read, total := p.captures.Progress(); total > 0 {
		share = fmt.Sprintf(" (%d%%)", min(100*read/total, 100))
	}
	rate := float64(p.logins) / now.Sub(p.begun).Seconds()
	fmt.Fprintf(p.env.stderr, "\r\x1b[K%d logins%s, %d failing, %.0f/s", p.logins, share, p.failing, rate)
}

// clear takes the line away, so that something else can be written.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.env.stderr, "\r\x1b[K")
		p.shown = false
	}
}

// isTerminal tells whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
