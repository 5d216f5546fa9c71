package harness

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp"
	"github.com/samlproof/samlproof/mocksp"
)

// Replay logs the users of the settings in, from a mock Salesforce that knows the
// Salesforce half alone to a mock Flex that knows the Flex half alone, over HTTP on
// loopback, and judges the settings and every login. What is wrong with the set-up is
// in the report; the error tells only that the replay itself could not be made.
func Replay(ctx context.Context, s *settings.Settings, opt Options) (*report.Report, error) {
	want := check.FromSettings(s)
	opt.apply(want)
	out := opt.report(s, want.Profile)
	out.Replayed = true
	out.SettingsResults = check.Run(opt.ofSettings(s, want.Profile), check.NewCase(s, nil, want))

	logins, err := opt.logins(s)
	if err != nil {
		return nil, err
	}
	if !s.ForFlex() {
		out.Incomplete = append(out.Incomplete, "the app is for another service provider than Flex, of which there is no mock, so no login was replayed: samlproof serve lets the mock Salesforce log in to the real one, samlproof probe looks at it")
		return out, nil
	}
	for _, half := range []struct {
		there     bool
		name, key string
	}{{s.Salesforce.Set, "Salesforce", "salesforce"}, {s.Flex.Set, "Flex", "flex"}} {
		if !half.there {
			out.Incomplete = append(out.Incomplete, fmt.Sprintf("the settings have no %s half, so no login was replayed: say under %s: what its console shows", half.name, half.key))
			return out, nil
		}
	}
	if len(logins) == 0 {
		out.Incomplete = append(out.Incomplete, "the settings have no users, so no login was replayed: add one under salesforce.users")
		return out, nil
	}
	stage, err := newStage(s, opt)
	if err != nil {
		return nil, err
	}
	defer stage.close()
	messages := family(opt.checks(want.Profile), "settings/", false)
	for _, l := range withLogouts(s, logins) {
		x, err := stage.play(ctx, l)
		if err != nil {
			return nil, fmt.Errorf("replaying the login of %s: %w", l.user, err)
		}
		results := check.Run(messages, check.NewCase(stage.settings, x, stage.expect(x, opt)))
		stage.stands.rename(results)
		check.Link(x, out.SettingsResults, results)
		out.Logins = append(out.Logins, report.Login{Exchange: x, Results: results})
	}
	return out, nil
}

// A login is one user's way in, and the way out where one is tried.
type login struct {
	user string
	flow saml.Flow
	out  saml.Flow // who starts the logout; "" for none
}

// logins are those that the options ask for, user by user.
func (o *Options) logins(s *settings.Settings) ([]login, error) {
	var all []login
	for _, u := range s.Salesforce.Users {
		name := u.Username.Value
		if len(o.Users) > 0 && !slices.Contains(o.Users, name) {
			continue
		}
		for _, flow := range []saml.Flow{saml.FlowSP, saml.FlowIDP} {
			if o.Flow == "" || o.Flow == flow {
				all = append(all, login{user: name, flow: flow})
			}
		}
	}
	for _, name := range o.Users {
		if !slices.ContainsFunc(all, func(l login) bool { return l.user == name }) {
			return nil, &UsageError{Text: fmt.Sprintf("no user %q in the settings", name), Hint: "the users are " + strings.Join(usernames(s), ", ")}
		}
	}
	return all, nil
}

func usernames(s *settings.Settings) []string {
	var names []string
	for _, u := range s.Salesforce.Users {
		names = append(names, u.Username.Value)
	}
	return names
}

// A stage is both mocks on a network of their own, with stand-ins for the
// certificates of the settings.
type stage struct {
	settings *settings.Settings // with the stand-ins
	stands   *standIns
	network  *network
	idp      *mockidp.IDP
	sp       *mocksp.SP
	opt      Options
	heard    *ear // nil where nobody listens
}

// An ear takes what the mocks say while one login is under way.
type ear struct {
	events  []saml.Event
	verdict *saml.Verdict
}

func newStage(s *settings.Settings, opt Options) (*stage, error) {
	copied, stands, err := standIn(s)
	if err != nil {
		return nil, fmt.Errorf("making stand-ins for the certificates: %w", err)
	}
	opt.keepReal(copied, s)
	st := &stage{settings: copied, stands: stands, opt: opt, heard: &ear{}}
	now := opt.clock()
	st.idp = mockidp.New(copied.Salesforce, mockidp.Options{
		Now: func() time.Time { return now().Add(opt.Drift) }, Random: opt.Random, Key: stands.key, Fault: opt.Fault, Quirks: opt.Quirks, Banner: opt.Banner,
		Notify: func(e saml.Event) {
			if st.heard != nil {
				st.heard.events = append(st.heard.events, e)
			}
		},
	})
	own := &copied.Flex.ServiceProvider
	signer := stands.keyOf(&own.SigningCertificate)
	decryption := stands.decryption(&own.EncryptionCertificate)
	st.sp = mocksp.New(copied.Flex, mocksp.Options{
		Now: now, Random: opt.Random, Judge: opt.Judge, Banner: opt.Banner, Key: signer, Decryption: decryption,
		Notify: func(v saml.Verdict) {
			if st.heard != nil {
				st.heard.verdict = &v
			}
		},
	})
	if st.network, err = listen(st.hosts(), now); err != nil {
		return nil, err
	}
	return st, nil
}

// change is what happens when other settings are saved in the consoles: sessions go on,
// and logins that are under way end under the new ones.
func (st *stage) change(s *settings.Settings) error {
	copied, err := st.stands.in(s)
	if err != nil {
		return fmt.Errorf("making stand-ins for the certificates: %w", err)
	}
	st.settings, st.idp, st.sp = copied, st.idp.With(copied.Salesforce), st.sp.With(copied.Flex)
	st.network.hosts = st.hosts()
	return nil
}

func (st *stage) close() { st.network.close() }

// hosts are the names that the mocks answer to. Where both claim one, it is
// Salesforce's: a My Domain is typed, Twilio's hosts are given.
func (st *stage) hosts() map[string]http.Handler {
	hosts := map[string]http.Handler{}
	if st.settings.Flex.Set && st.opt.serves(HalfFlex) {
		for _, name := range st.sp.Hosts() {
			hosts[hostOf(name)] = st.sp
		}
	}
	if st.settings.Salesforce.Set && st.opt.serves(HalfSalesforce) {
		for _, name := range st.idp.Hosts() {
			hosts[hostOf(name)] = st.idp
		}
	}
	return hosts
}

// play carries one login from its first address to its end.
func (st *stage) play(ctx context.Context, l login) (*saml.Exchange, error) {
	now := st.opt.clock()
	transport := st.network.transport(now)
	defer transport.CloseIdleConnections()
	*st.heard = ear{}
	sessions := st.sessions()
	b := &browser{transport: transport, now: now, user: l.user}
	start, kind := st.settings.Flex.LoginLink.Value, "started at Flex"
	if l.flow == saml.FlowIDP {
		start, kind = st.idp.LoginURL(), "started at Salesforce"
	}
	if err := b.open(ctx, start); err != nil {
		return nil, err
	}
	x := st.exchange(b, l)
	x.Name = l.user + ", " + kind + l.leaving()
	if l.out != "" && x.Verdict != nil && x.Verdict.Accepted {
		if err := st.leave(ctx, b, x, l, sessions); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// exchange is the login that a browser carried.
func (st *stage) exchange(b *browser, l login) *saml.Exchange {
	x := &saml.Exchange{
		User: l.user, Flow: l.flow, At: b.responseAt, AtSource: st.opt.atSource(), Request: b.request, Response: b.response,
		Verdict: st.heard.verdict, Steps: b.steps, Events: st.heard.events,
	}
	if x.At.IsZero() {
		x.At = b.now()
	}
	if x.Verdict == nil {
		x.Stop = st.stop(b)
	}
	return x
}

// stop says why a login ended without a verdict.
func (st *stage) stop(b *browser) *saml.Stop {
	if b.unreachable != "" {
		bare := bareURL(b.unreachable)
		return &saml.Stop{Unreachable: bare, Reason: "nothing of these settings answers at " + bare}
	}
	for i := len(st.heard.events) - 1; i >= 0; i-- {
		if e := st.heard.events[i]; e.Code != "Success" {
			return &saml.Stop{Event: &e, Reason: "Salesforce refused: " + strings.TrimSpace(e.Code+" "+e.Text)}
		}
	}
	reason := fmt.Sprintf("the browser ended at %s with status %d", b.at, b.status)
	if words := b.last.text; words != "" {
		reason += ": " + words[:min(len(words), 200)]
	}
	return &saml.Stop{Reason: strings.ToValidUTF8(reason, "")}
}

// expect is what the messages of a login are held to.
func (st *stage) expect(x *saml.Exchange, opt Options) *check.Expect {
	want := check.FromSettings(st.settings)
	opt.apply(want)
	want.At = x.At
	want.Decryption = st.stands.decryption(&st.settings.Flex.ServiceProvider.EncryptionCertificate)
	if x.Request != nil && x.Flow == saml.FlowSP {
		if doc, err := saml.Parse(x.Request.XML, saml.Limits{}); err == nil {
			if id := doc.Root().Attr("ID").Value(); id != "" {
				want.RequestIDs = []string{id}
			}
		}
	}
	return want
}
