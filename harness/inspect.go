package harness

import (
	"context"
	"iter"
	"slices"
	"sync/atomic"
	"time"

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
	out, judged := InspectEach(ctx, s, slices.Values(logins), want, opt)
	out.Logins = slices.AppendSeq(make([]report.Login, 0, len(logins)), judged)
	return out, ctx.Err()
}

// InspectEach judges any number of captured logins as Inspect does. It hands each on
// when it and those before it are judged, in the order in which they come, and holds no
// more than a few at a time. The report that it answers with has everything but the
// logins; what of it depends on them, as Unchecked, is there when they are through.
func InspectEach(ctx context.Context, s *settings.Settings, logins iter.Seq[*saml.Exchange], want *check.Expect, opt Options) (*report.Report, iter.Seq[report.Login]) {
	held := *want
	held.Strict = opt.Strict
	checks := opt.checks(want.Profile)
	in := &inspection{settings: s, want: &held, messages: family(checks, "settings/", false), listing: opt.Listing}
	out := opt.report(s, want.Profile)
	out.At, out.AtSource = want.At, ""
	if !want.At.IsZero() {
		out.AtSource = "flag"
	}
	if s != nil {
		in.results = append(check.Run(opt.ofSettings(s, want.Profile), check.NewCase(s, nil, &held)), contradictions(s, &held, checks)...)
		check.Link(nil, in.results, in.results)
		out.SettingsResults = in.results
	}
	out.Unchecked = unchecked(&held, false, false)
	return out, func(yield func(report.Login) bool) {
		var first time.Time
		n, timed, asked := 0, 0, 0
		for l := range inOrder(ctx, logins, in.judge) {
			x := l.Exchange
			n++
			if !x.At.IsZero() {
				if timed++; timed == 1 {
					first = x.At
				}
			}
			if x.Request != nil || x.Response == nil || x.Flow == saml.FlowIDP {
				asked++
			}
			if n == timed && want.At.IsZero() {
				out.At, out.AtSource = first, "capture"
			} else if want.At.IsZero() {
				out.At, out.AtSource = time.Time{}, ""
			}
			out.Unchecked = unchecked(&held, n == timed, n == asked)
			if in.sealedParts.Load() {
				out.Unchecked = slices.Insert(out.Unchecked, 0, "what an encrypted identifier or attribute says: give --decryption-key")
			}
			if in.sealed.Load() {
				out.Unchecked = slices.Insert(out.Unchecked, 0, "what the encrypted assertion says: give --decryption-key")
			}
			if !yield(l) {
				return
			}
		}
	}
}

// An inspection is what captured logins are judged by.
type inspection struct {
	settings *settings.Settings
	results  []check.Result // of the settings
	want     *check.Expect
	messages []*check.Check
	listing  bool
	// What stayed encrypted for want of a key: some assertion, some part of one.
	sealed, sealedParts atomic.Bool
}

// judge judges one login.
func (in *inspection) judge(x *saml.Exchange) report.Login {
	if !in.want.At.IsZero() {
		timed := *x
		timed.At, timed.AtSource = in.want.At, "flag"
		x = &timed
	}
	c := check.NewCase(in.settings, x, in.want)
	l := report.Login{Exchange: x, Results: check.Run(in.messages, c), HeldTo: c.HeldTo()}
	check.Link(x, in.results, l.Results)
	if c.Sealed() {
		in.sealed.Store(true)
	}
	if c.SealedParts() {
		in.sealedParts.Store(true)
	}
	if in.listing {
		l.Listings = report.Listings(c, l.Results)
	}
	return l
}

// unchecked says what a response is not held to, and how to change that. timed and
// asked tell that every login has its own time, and its own request or none by right.
func unchecked(want *check.Expect, timed, asked bool) []string {
	var list []string
	idp, sp := len(want.IdentityProviders) > 0, len(want.ServiceProviders) > 0
	for _, x := range []struct {
		known bool
		text  string
	}{
		{len(want.Certificates) > 0 || idp, "whose key signed it: give --idp-metadata FILE or --certificate FILE"},
		{len(want.Issuers) > 0 || idp, "the issuer: give --idp-metadata FILE or --issuer"},
		{len(want.Audiences) > 0 || sp, "the audience: give --sp-metadata FILE or --audience"},
		{len(want.ACSURLs) > 0 || sp, "where it was delivered: give --sp-metadata FILE or --acs-url"},
		{len(want.RequestIDs) > 0 || asked, "which request it answers: give --in-response-to"},
		{!want.At.IsZero() || timed, "the clock: give --at"},
	} {
		if !x.known {
			list = append(list, x.text)
		}
	}
	return list
}
