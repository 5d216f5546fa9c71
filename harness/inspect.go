package harness

import (
	"context"
	"runtime"
	"sync"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// Inspect judges captured logins by what want holds them to, without any mock.
// Settings may be nil; where they are given, they are judged too, so that a fault in
// them can be named as the cause of what went wrong in the login. An exchange that
// states its own time is judged at that time, unless want states one.
func Inspect(ctx context.Context, s *settings.Settings, logins []*saml.Exchange, want *check.Expect, opt Options) (*report.Report, error) {
	checks := opt.checks(want.Profile)
	out := opt.report(s, want.Profile)
	out.At, out.AtSource = want.At, ""
	if !want.At.IsZero() {
		out.AtSource = "flag"
	}
	if s != nil {
		out.SettingsResults = check.Run(family(checks, "settings/", true), check.NewCase(s, nil, want))
	}
	out.Unchecked = unchecked(want)
	messages := family(checks, "settings/", false)
	out.Logins = make([]report.Login, len(logins))
	each(len(logins), func(i int) {
		if ctx.Err() != nil {
			return
		}
		x := logins[i]
		held := *want
		if held.At.IsZero() {
			held.At = x.At
		} else {
			copied := *x
			copied.At, copied.AtSource = want.At, "flag"
			x = &copied
		}
		results := check.Run(messages, check.NewCase(s, x, &held))
		check.Link(out.SettingsResults, results)
		out.Logins[i] = report.Login{Exchange: x, Results: results}
	})
	return out, ctx.Err()
}

// each calls work for 0 to n-1, on all cores.
func each(n int, work func(i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for i := range n {
			work(i)
		}
		return
	}
	var wg sync.WaitGroup
	next := make(chan int)
	for range workers {
		wg.Go(func() {
			for i := range next {
				work(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// unchecked says what a response is not held to, and how to change that.
func unchecked(want *check.Expect) []string {
	var list []string
	for _, x := range []struct {
		known bool
		text  string
	}{
		{len(want.Certificates) > 0, "whose key signed it: give --certificate FILE"},
		{len(want.Issuers) > 0, "the issuer: give --issuer"},
		{len(want.Audiences) > 0, "the audience: give --audience"},
		{len(want.ACSURLs) > 0, "where it was delivered: give --acs-url"},
		{len(want.RequestIDs) > 0, "which request it answers: give --in-response-to"},
		{!want.At.IsZero(), "the clock: give --at"},
	} {
		if !x.known {
			list = append(list, x.text)
		}
	}
	return list
}
